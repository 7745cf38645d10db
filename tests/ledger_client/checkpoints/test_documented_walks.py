"""The documents' own commands, run as written, print what the documents show.

Blocks of a document that are marked `console` are one walk: lines that begin with `$ ` are typed into one
shell, and what stands under them is compared, but for what differs at each run because keys are random.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

import pytest

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MARK = "=== next command ==="

# What keys and clocks make another one at each run, and what stands for it here.
RANDOM = (
    (re.compile(r"fingerprint( [0-9a-f]{8}){8}|指纹( [0-9a-f]{8}){8}"), "<fingerprint>"),
    (re.compile(r"0x[0-9a-fA-F]{40}"), "<address>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hash>"),
    (re.compile(r"\b[0-9a-f]{8}…"), "<hash>"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "<time>"),
    (re.compile(r"\b\d+(?= nodes| 个状态节点)|(?<=nodes of proofs: )\d+|(?<=证明节点 )\d+"), "<nodes>"),
    (re.compile(r"[ ]+$", re.MULTILINE), ""),
    (re.compile(r"^\n", re.MULTILINE), ""),  # the blank lines around tables
)

# What the clock and client ids make another one where a walk records on the ledger itself.
RECORDED = (
    (re.compile(r"\b[0-9a-f]{62}\b"), "<key>"),
    (re.compile(r"\b[0-9a-f]{16}…"), "<anchor>"),
    (re.compile(r"\b[0-9a-f]{12}\.json"), "<file>"),
    (re.compile(r"\b[0-9a-f]{8}\b"), "<key>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d( \d\d:\d\d)?\b"), "<day>"),
    (re.compile(r"\bblock \d+\b"), "block <number>"),
)
RECORDING = ("docs/reallocation.md", "docs/signing.md")


@dataclass
class Step:
    """A command as it is typed, and the lines that are shown under it."""

    command: str
    shown: list[str]


def steps_of(document: Path) -> list[Step]:
    """Return the commands of a document's walk."""
    steps: list[Step] = []
    is_open = False  # the command goes on in the next line
    for block in BLOCK.findall(document.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if is_open:
                steps[-1].command += f"\n{line}"
            elif line.startswith("$ "):
                steps.append(Step(line[2:], []))
            else:
                steps[-1].shown.append(line)
            is_open = line.endswith("\\")
    return steps


def without_what_is_random(text: str, document: str = "") -> str:
    for pattern, replacement in RANDOM + (RECORDED if document in RECORDING else ()):
        text = pattern.sub(replacement, text)
    return text


def pattern_of(shown: list[str], document: str = "") -> str:
    """Return what shown lines stand for; an ellipsis alone is any number of lines."""
    lines = []
    for line in without_what_is_random("\n".join(shown), document).splitlines():
        lines.append("(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + "\n")
    return "".join(lines)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample city as the walks' first command makes it."""
    path = tmp_path_factory.mktemp("walks") / "city"
    words = ["demo", "--once", "--keep", str(path)]
    made = subprocess.run([*SHECANG, *words], capture_output=True, check=False, env=environment(), text=True)
    assert made.returncode == 0, made.stderr
    return path


SHECANG = [sys.executable, "-c", "from ledger_client.cli import main; main()"]


def environment() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("SHECANG", "LANG", "LC_"))
    }


@pytest.mark.parametrize(
    "document",
    ["docs/verify.md", "README.md", "README.zh.md"]
    + [pytest.param(each, marks=pytest.mark.slow) for each in RECORDING],
)
def test_every_command_prints_what_is_shown(document: str, city: Path, tmp_path: Path) -> None:
    steps = steps_of(ROOT / document)
    assert len(steps) > 5 and f"$ {steps[0].command}".startswith("$ scripts/demo --once --keep city")
    # A program and no function of the shell, so that one in the background ends when it is told to.
    program = tmp_path / "bin" / "shecang"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nexec {quote(sys.executable)} -c "from ledger_client.cli import main; main()" "$@"\n'
    )
    program.chmod(0o755)
    shell = [f"PATH={quote(str(program.parent))}:$PATH"]
    # The city was made by this very command, once for all documents.
    shell.append(f'scripts/demo() {{ [ "$*" = "--once --keep city" ] && cp -r {quote(str(city))} city; }}')
    for step in steps:
        shell += [step.command, f'code=$?; [ $code = 0 ] || echo "[exit $code]"; echo "{MARK}"']
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-s"],
        input="\n".join(shell),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
        cwd=tmp_path,
        check=False,
        text=True,
    )
    printed = without_what_is_random(ran.stdout, document).split(f"{MARK}\n")
    assert len(printed) == len(steps) + 1, ran.stdout
    for step, found in zip(steps, printed, strict=False):
        assert re.fullmatch(pattern_of(step.shown, document), found), f"$ {step.command}\n{found}"


@pytest.mark.parametrize(
    ("shown", "printed", "fits"),
    [
        ("all 14 documents, by 67 nodes", "all 14 documents, by 71 nodes", True),
        ("all 14 documents, by 67 nodes", "all 15 documents, by 67 nodes", False),
        ("a\n…\nd", "a\nb\nc\nd", True),
        ("a\n…\nd", "a\nb\nc", False),
        ("names     proved", "names     WRONG", False),
    ],
)
def test_what_is_compared(shown: str, printed: str, fits: bool) -> None:
    found = without_what_is_random(f"{printed}\n")
    assert bool(re.fullmatch(pattern_of(shown.splitlines()), found)) is fits
