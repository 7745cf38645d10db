"""Readers of stdout that go, as `head` does: never exit code 1, which says that a check found a fault."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = "from ledger_client.cli import main; main()"
PRINTING = """
import sys
from pathlib import Path
from ledger_client.cli._office import Office
Office.at(Path(".")).out.print("an answer", "which nobody reads")
sys.exit(5)
"""


def without_reader(program: str, *arguments: str) -> tuple[int, str]:
    """Run Python into a pipe that nobody reads, and return its exit code and what it wrote to stderr."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)
    return done.returncode, done.stderr


class TestReaderGone:
    @pytest.mark.parametrize("arguments", [("keys", "new", "keeper", "--demo"), ("--help",)])
    def test_what_was_printed_as_text_could_not_be_told(
        self, tmp_path: Path, arguments: tuple[str, ...]
    ) -> None:
        code, errors = without_reader(COMMAND, "--home", str(tmp_path), *arguments)

        assert (code, errors) == (3, "")

    def test_what_prints_tables_ends_with_its_own_code(self) -> None:
        assert without_reader(PRINTING) == (5, "")
