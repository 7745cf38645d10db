"""A disk that is full at any database of an office: one sentence, nothing half recorded, and then it goes on.

SQLite's page limit raises what a full disk raises, at the very statement that asks for a page too many.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from crash_checks import KilledOffice, Told
from crash_work import give
from facade import CHAIN_ID
from played_ledger import ROOT
from sqlalchemy import Engine, event
from stricken import DATABASES, ISSUED, STOCKED, StrickenHome

from ledger_client.embedded import ManualClock
from ledger_client.embedded.store import Store
from ledger_client.errors import UnavailableError
from ledger_client.home import Home
from ledger_client.ledger import Ledger

CHAIN, OUTBOX, RECORDS, INDEX = DATABASES
MOST_STEPS = 60


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> KilledOffice:
    return KilledOffice.found(tmp_path_factory.mktemp("founded") / "home")


@pytest.fixture
def office(founded: KilledOffice, tmp_path: Path) -> KilledOffice:
    return founded.copied(tmp_path / "home")


@contextmanager
def full(path: Path, room: int) -> Iterator[None]:
    """Leave a database `room` pages to grow by, in every connection of this process."""
    pages = 1
    if path.exists():
        with sqlite3.connect(path) as before:
            pages = before.execute("PRAGMA page_count").fetchone()[0]
        before.close()
    connect = Store._connect

    def limit(connection: Any, _record: object = None) -> None:
        opened = Path(connection.execute("PRAGMA database_list").fetchone()[2])
        # A new file is made aside, under a name that begins with a full stop.
        if opened.parent.samefile(path.parent) and opened.name.lstrip(".").startswith(path.name):
            connection.execute(f"PRAGMA max_page_count = {pages + room}")

    def connect_limited(store: Store) -> sqlite3.Connection:
        connection = connect(store)
        limit(connection)
        return connection

    event.listen(Engine, "connect", limit)
    Store._connect = connect_limited  # type: ignore[method-assign]
    try:
        yield
    finally:
        Store._connect = connect  # type: ignore[method-assign]
        event.remove(Engine, "connect", limit)


@pytest.mark.parametrize("room", [0, 1, 4])
@pytest.mark.parametrize("database", DATABASES)
def test_the_same_command_goes_on_when_there_is_room(database: str, room: int, office: KilledOffice) -> None:
    work, told = office.new_work("full"), Told()
    with (
        full(work.home / database, room),
        pytest.raises(UnavailableError, match="full") as caught,
        work.open() as ledger,
    ):
        for step in range(MOST_STEPS):
            give(work, ledger, step)
            told.steps.append(step)
            ledger.index()
    error = caught.value
    assert error.exit_code == 3
    assert Path(database).name in error.text("en") and "磁盘已满" in error.text("zh")
    # The command that found no room is given again; all is there once, and everywhere the same.
    office.check([(work, told)])


@pytest.mark.parametrize("database", DATABASES)
def test_the_sentence_says_whether_it_is_kept(database: str, stricken: StrickenHome) -> None:
    with full(stricken.path / database, 0):
        written = 0
        while (answer := stricken.write()).code == 0:
            written += 1
            assert written < MOST_STEPS
    assert answer.code == 3 and answer.out == ""
    assert Path(database).name in answer.sentence and "full" in answer.sentence
    kept = "kept" in answer.sentence
    assert kept == (database == CHAIN)
    assert stricken.held() == STOCKED - ISSUED - written - kept
    assert stricken.write().code == 0
    assert stricken.held() == STOCKED - ISSUED - written - kept - 1


@pytest.fixture(scope="module")
def founded_with_keys(tmp_path_factory: pytest.TempPathFactory) -> StrickenHome:
    return StrickenHome.found(tmp_path_factory.mktemp("founded") / "home")


@pytest.fixture
def stricken(founded_with_keys: StrickenHome, tmp_path: Path) -> StrickenHome:
    return founded_with_keys.copied(tmp_path / "stricken")


@pytest.mark.parametrize(("database", "room"), [(CHAIN, 20), (CHAIN, 40), (OUTBOX, 2), (RECORDS, 2)])
def test_a_ledger_is_set_up_when_there_is_room(database: str, room: int, tmp_path: Path) -> None:
    home, clock = Home(tmp_path), ManualClock(1_700_000_000)
    with full(tmp_path / database, room), pytest.raises(UnavailableError, match="full"):
        Ledger.create(home, ROOT, chain_id=CHAIN_ID, delay=0, clock=clock)
    assert not home.deployment.exists()
    Ledger.create(home, ROOT, chain_id=CHAIN_ID, delay=0, clock=clock)
    Ledger.open(home, clock=clock).close()
