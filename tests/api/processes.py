"""`shecang serve` as a process of its own, with its children, installed as the project states."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import ssl
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from link_project import write_metadata
from served import wait_for

ROOT = Path(__file__).resolve().parents[2]
STOPS_WITHIN = 60  # seconds; a limit for hangs, reached by no load
SHECANG = (sys.executable, "-c", "from ledger_client.cli import main; main()")


def installed(packages: Path) -> dict[str, str]:
    """Return an environment in which the project is installed, so that its entry points are found."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    write_metadata(project, packages)
    return os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{packages}", "SHECANG_LANG": "en"}


def start(
    environment: dict[str, str], home: Path, *words: str, errors: IO[str] | int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """Start `shecang serve`; what answers for long logs to a file: a pipe that nobody reads would stop it."""
    return subprocess.Popen(
        [*SHECANG, "--home", str(home), "serve", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )


def shecang(environment: dict[str, str], home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run another command."""
    command = [*SHECANG, "--home", str(home), *words]
    return subprocess.run(command, env=environment, capture_output=True, check=False, text=True)


@dataclass
class Served:
    """A running server.

    Attributes:
        process: Of the server itself.
        address: Where it answers.
        home: Of its ledger.
        log: What it writes to stderr.
        said: The line in which it says where it answers.
    """

    process: subprocess.Popen[str]
    address: str
    home: Path
    log: Path
    said: str

    @classmethod
    def start(cls, environment: dict[str, str], home: Path, *words: str) -> Served:
        """Start it, and wait until it says where it answers."""
        log = home.with_name(f"{home.name}-{secrets.token_hex(4)}.log")
        with log.open("w", encoding="utf-8") as errors:
            process = start(environment, home, "--port", "0", *words, errors=errors)
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"https?://\S+:\d+", said)
        assert found, (said, process.communicate(timeout=STOPS_WITHIN), log.read_text(encoding="utf-8"))
        return cls(process, found[0], home, log, said)

    def children(self) -> dict[str, int]:
        """Return the processes beside it, by name."""
        return children_of(self.home, self.process.pid)

    def child(self, name: str, *, other_than: int = 0) -> int:
        """Return a child, once there is one other than a former."""
        wait_for(lambda: self.children().get(name, other_than) != other_than)
        return self.children()[name]

    def pages(self) -> list[int]:
        """Return the processes that make its pages."""
        return pages_of(self.home, self.process.pid)

    def is_ready(self) -> bool:
        return get(f"{self.address}/ready")[0] == 200

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=STOPS_WITHIN)

    def stop(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Stop it; return its exit code and what it said to stderr beside the lines of its log."""
        self.process.send_signal(how)
        self.process.communicate(timeout=STOPS_WITHIN)
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return self.process.returncode, "".join(f"{each}\n" for each in lines if not each.startswith("{"))

    def warned(self) -> list[str]:
        """Return what its log warns of, in order."""
        return self.logged("warning")

    def logged(self, level: str) -> list[str]:
        """Return what its log has of a level, in order."""
        lines = [each for each in self.log.read_text(encoding="utf-8").splitlines() if each.startswith("{")]
        return [each["event"] for each in map(json.loads, lines) if each["level"] == level]


def children_of(home: Path, parent: int | None = None) -> dict[str, int]:
    """Return the children that work for a home, by name; of one server, or of whichever, also of none."""
    return {
        words[-2]: process
        for process, words in _working(parent)
        if words[-3:-2] == ["api.child"] and words[-1] == str(home)
    }


def pages_of(home: Path, parent: int | None = None) -> list[int]:
    """Return the processes that make pages of a home; of one server, or of whichever, also of none."""
    ending = ["-m", "api.pages", str(home)]
    return sorted(process for process, words in _working(parent) if words[-3:] == ending)


def servers_of(home: Path) -> list[int]:
    """Return the servers of a home."""
    beginning = ["--home", str(home), "serve"]
    return [process for process, words in _working(None) if words[3:6] == beginning]


def _working(parent: int | None) -> Iterator[tuple[int, list[str]]]:
    """Yield the processes of this machine that have not ended, with their words; those of one parent."""
    for each in Path("/proc").iterdir():
        if not each.name.isdecimal():
            continue
        try:
            words = (each / "cmdline").read_bytes().decode().split("\0")[:-1]
            status = (each / "stat").read_text().rpartition(")")[2].split()
        except (OSError, UnicodeDecodeError):
            continue  # it has gone, or is none of ours
        if status[0] != "Z" and parent in (None, int(status[1])):
            yield int(each.name), words


def get(address: str, key: str = "", *, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:
    """Return status and body."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {key}"} if key else {})
    try:
        with urllib.request.urlopen(request, timeout=20, context=context) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def asked(address: str, key: str = "") -> Any:
    """Return the JSON of an answer 200."""
    status, body = get(address, key)
    assert status == 200, body
    return json.loads(body)
