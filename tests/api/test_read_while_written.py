"""Readers beside a process that writes: every answer is of one block, and its figures add up."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from benches.api_history import TradeHistory
from benches.city_events import CityHistory, CitySize
from sqlalchemy import Engine, func, select
from written_meanwhile import SEED, SIZE, documents_by_block, write

from ledger_client.databases import open_database
from ledger_client.index import BlockStamp, CardEntry, Follower, IndexEmptyError
from ledger_client.index.marks import MarkedReader
from ledger_client.index.remembered import Remembered
from ledger_client.index.schema import bring_up_to_date
from ledger_client.index.tables import MAPS_BY_NAME

PAGE = 40
CITY_SIZE = CitySize(sites=4, items=2, lots=1, categories=2, requests=1, past=1, documents=2)
ENOUGH = 3  # blocks at which somebody must have read
STARTS_WITHIN, ENDS_WITHIN = 60.0, 240.0  # seconds; limits for hangs


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_database"))
    return str(tmp_path / "index.db")


@pytest.fixture
def engine(location: str) -> Iterator[Engine]:
    engine = open_database(location)
    bring_up_to_date(engine)
    yield engine
    engine.dispose()


def card_of(reader: MarkedReader, site: int) -> list[CardEntry]:
    """Return a whole card, page by page."""
    card: list[CardEntry] = []
    while page := reader.stock_card(site, after=card[-1].sequence if card else 0, limit=PAGE):
        card += page
    return card


def require_agreement(reader: MarkedReader, stamp: BlockStamp, site: int, told: dict[int, int]) -> None:
    """Require that what a reader says of a site is all of one block, and adds up."""
    card, sums, last = card_of(reader, site), Counter[int](), dict[int, int]()
    for entry in card:
        assert entry.document.block <= stamp.number
        for movement in entry.movements:
            sums[movement.lot] += movement.delta
            last[movement.lot] = movement.quantity
    assert [entry.sequence for entry in card] == list(range(1, len(card) + 1))
    held = {each.lot: each.quantity for each in reader.on_hand(site)}
    assert held == {lot: units for lot, units in sums.items() if units}
    assert held == {lot: units for lot, units in last.items() if units}
    assert sum(each.quantity for each in reader.totals(site, None, 0)) == sum(held.values())
    table = MAPS_BY_NAME["documents"].table
    with reader._reading() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == told[stamp.number]


def test_every_answer_is_of_one_block(location: str, engine: Engine) -> None:
    told, sites = documents_by_block(), TradeHistory(SEED, SIZE).sites
    remembered, seen = Remembered(), set[int]()
    context = multiprocessing.get_context("spawn")
    read = context.Event()
    writer = context.Process(target=write, args=(location, read))
    writer.start()
    deadline = time.monotonic() + STARTS_WITHIN + ENDS_WITHIN
    while (is_running := writer.is_alive()) or not seen or max(seen) < max(told):
        assert time.monotonic() < deadline, "it did not come in time"
        try:
            with MarkedReader(engine).one_state() as reader:
                stamp = reader.position()
                remembered.lend(reader, stamp)
                site = sites[len(seen) % len(sites)]
                record = reader.site(site)
                assert record is not None or not told[stamp.number]
                require_agreement(reader, stamp, site, told)
                seen.add(stamp.number)
                read.set()
        except IndexEmptyError:
            assert is_running, "nothing was written"
    writer.join()
    assert writer.exitcode == 0
    assert len(seen) >= ENOUGH
    assert stamp.number == max(told)


def test_what_is_remembered_is_that_of_the_block(tmp_path: Path) -> None:
    """A register that changes with a block is told as of that block, however often it was asked before."""
    history, engine = CityHistory(SEED, CITY_SIZE), open_database(tmp_path / "index.db")
    follower, remembered = Follower(engine, history.chain), Remembered()
    history.write()
    site, closed = history.sites[0], list[bool]()
    for _ in range(2):
        follower.follow()
        for _ in range(2):
            with MarkedReader(engine).one_state() as reader:
                remembered.lend(reader, reader.position())
                record = reader.site(site)
                assert record is not None
                closed.append(record.is_closed)
        history.close(site)
        history.end_block()
    assert closed == [False, False, True, True]
    engine.dispose()
