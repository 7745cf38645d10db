"""What the trust commands refuse on a real ledger, each leaving everything as it was, and what they show."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

SHECANG = [sys.executable, "-c", "from ledger_client.cli import main; main()"]
Ran = subprocess.CompletedProcess[str]
Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a command of a new ledger's home, in the directory above it."""
    where = tmp_path_factory.mktemp("trust")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHECANG_")}

    def run(*words: str, code: int = 0, language: str = "en") -> Ran:
        ran = subprocess.run(
            [*SHECANG, "--home", "home", *words],
            capture_output=True,
            check=False,
            cwd=where,
            env={**environment, "SHECANG_LANG": language, "SHECANG_PASSPHRASE": "words"},
            text=True,
        )
        assert ran.returncode == code, ran.stderr
        assert code == 0 or ran.stderr.count("\n") == 1
        return ran

    for name in ("root", "a", "b", "c"):
        run("keys", "new", name, "--demo")
    run("init", "--delay", "0", "--root", "root")
    return run


NAMED = [word for name in ("a", "b", "c") for word in ("--witness", name)]


def test_from_the_offer_to_a_successor(run: Run) -> None:
    """One story, since each step needs the one before."""
    init = ("trust", "init", *NAMED, "--threshold", "2")
    for wrong in (
        ("--every", "0", "-o", "offer.json"),
        ("--every", "10001", "-o", "offer.json"),
        ("--depth", "-1", "-o", "offer.json"),
        ("-o", "home/trust.json"),  # the file that is accepted here, and no place for an offer
    ):
        run(*init, *wrong, code=2)
    run("trust", "init", *NAMED, "--threshold", "1", "-o", "offer.json", code=2)
    run("trust", "init", *NAMED, "--witness", "a", "--threshold", "3", "-o", "offer.json", code=2)
    run("trust", "show", code=3)  # nothing of this left a trust file

    first = run(*init, "--every", "4", "--depth", "2", "-o", "offer.json").stdout
    fingerprint = first.splitlines()[0].removeprefix("fingerprint ")
    assert [len(group) for group in fingerprint.split(" ")] == [8] * 8
    assert "for one block in 4; one under 2 others is final" in first
    run(*init, "-o", "again.json", code=2)

    accept = ("trust", "accept", "offer.json", "-o", "mine.json")
    assert "书面或电话" in run(*accept, code=2, language="zh").stderr
    run(*accept, "--fingerprint", "0" * 64, code=1)
    run(*accept, "--fingerprint", fingerprint)
    run(*accept, "--fingerprint", fingerprint, code=2)  # a replay overwrites nothing

    successor = (
        "trust",
        "succeed",
        "--witness",
        "a",
        "--witness",
        "b",
        "--threshold",
        "2",
        "-o",
        "next.json",
    )
    named = run(*successor).stdout.splitlines()[0]
    for name in ("a", "c"):
        shown = run("trust", "approve", "next.json", "--by", name).stdout
        assert shown.splitlines()[0] == named and "witness 0x" in shown  # whoever approves sees what
    following = ("trust", "accept", "next.json", "-o", "mine.json")
    assert fingerprint not in run(*following, "--fingerprint", fingerprint, code=1).stdout
    run(*following, "--fingerprint", named.removeprefix("fingerprint "))
    run(*following, code=1)
