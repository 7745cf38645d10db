"""SQLite's log lost or cut after a kill: what was in it alone is lost, and nothing is made up in its place.

SQLite takes a log up to its last whole transaction, and a missing one for an empty one, without a word. So
the newest transactions of one database are gone while the others remember them.
"""

import os
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from crash_checks import KilledOffice, Told
from crash_points import Kill
from crash_rounds import Writer, forked_processes
from crash_work import Work, give
from facade import PLACE

from ledger_client.outbox import ChainOlderError, EntryState
from ledger_client.records import RecordAnswer, RecordId

STEPS = 4


def cut_in_half(log: Path) -> None:
    os.truncate(log, log.stat().st_size // 2)


def cut_to_nothing(log: Path) -> None:
    os.truncate(log, 0)


DAMAGES = {"gone": Path.unlink, "cut in half": cut_in_half, "cut to nothing": cut_to_nothing}
damages = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    return forked_processes()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> KilledOffice:
    return KilledOffice.found(tmp_path_factory.mktemp("founded") / "home")


@pytest.fixture
def killed(founded: KilledOffice, tmp_path: Path, processes: ForkServerContext) -> tuple[KilledOffice, Work]:
    """An office whose process was killed when it had recorded `STEPS` commands, its logs not folded in."""
    office = founded.copied(tmp_path / "home")
    work = office.new_work("killed")
    told = Writer.start(processes, work, Kill("before index", STEPS // 2), STEPS).end(killed=True)
    assert told == Told(True, list(range(STEPS)), told.blocks)
    return office, work


def log_of(office: KilledOffice, database: str) -> Path:
    log = office.work.home / f"{database}-wal"
    assert log.stat().st_size > 0
    return log


@damages
def test_of_the_chain(damage: Callable[[Path], None], killed: tuple[KilledOffice, Work]) -> None:
    """What the others remember the chain must have: it is refused, and nothing is sent to it."""
    office, _ = killed
    damage(log_of(office, "chain/chain.sqlite"))
    with pytest.raises(ChainOlderError) as caught:
        office.work.open()
    assert caught.value.exit_code == 3


@damages
def test_of_the_outbox(damage: Callable[[Path], None], killed: tuple[KilledOffice, Work]) -> None:
    """The chain remembers: what is given again is the same document, under a number of its own."""
    office, work = killed
    damage(log_of(office, "outbox.db"))
    with work.open() as ledger:
        before = ledger.index().stock_card(PLACE)
        for step in range(STEPS):
            give(work, ledger, step)
        assert ledger.index().stock_card(PLACE) == before
        assert ledger.outbox.unfinished() == []


@damages
def test_of_the_records(damage: Callable[[Path], None], killed: tuple[KilledOffice, Work]) -> None:
    """A body that is gone is absent and never another; what is on chain stands."""
    office, work = killed
    damage(log_of(office, "records.db"))
    with work.open() as ledger:
        answers = set()
        for step in range(STEPS):
            for each in work.command(ledger, step):
                entry, document = ledger.outbox.find(each.submission.key), ledger.index().document(each.key)
                assert entry is not None and entry.state is EntryState.RECORDED and document is not None
                answers.add(ledger.records.verify(RecordId("document", each.key), document.body))
        assert RecordAnswer.ABSENT in answers
        assert answers <= {RecordAnswer.ABSENT, RecordAnswer.MATCHES}


@damages
def test_of_the_index(damage: Callable[[Path], None], killed: tuple[KilledOffice, Work]) -> None:
    """It reads again what it has forgotten."""
    office, work = killed
    damage(log_of(office, "index.db"))
    office.check([(work, Told(True, list(range(STEPS))))])
