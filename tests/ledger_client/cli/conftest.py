"""What tests of the command line share: one district on a real embedded ledger, founded once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asking_office import AskingOffice, founded_asking, opened_asking
from office import HurriedClock, OfficeShell, Papers, found_city


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeShell]:
    """A district's office; tests add to its ledger and take nothing away."""
    before = {name: os.environ.pop(name, None) for name in ("SHECANG_HOME", "SHECANG_LANG")}
    os.environ["SHECANG_PASSPHRASE"] = "words"
    shell = OfficeShell(tmp_path_factory.mktemp("office") / "home", HurriedClock())
    found_city(shell)
    yield shell
    del os.environ["SHECANG_PASSPHRASE"]
    os.environ.update({name: value for name, value in before.items() if value is not None})


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """Whoever signs certificates."""
    return Papers.at(tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="session")
def qualification(shell: OfficeShell, papers: Papers) -> str:
    """A qualification that is in force for a year."""
    until = (datetime.now(UTC) + timedelta(days=365)).date().isoformat()
    shell.ok(*papers.issue_words(until))
    return str(shell.ok("qualification", "list", "--json").lines()[-1]["qualification"])


@pytest.fixture(scope="session")
def asking_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home in which sites ask and give, as it was founded."""
    with founded_asking(tmp_path_factory.mktemp("asking") / "home") as home:
        yield home


@pytest.fixture
def asking(asking_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AskingOffice:
    """An office of its own in which sites ask and give."""
    return opened_asking(asking_home, tmp_path / "home", monkeypatch)
