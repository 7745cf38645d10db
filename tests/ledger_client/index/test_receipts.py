"""The receipts of a supplier: pages and sums, against a walk through all documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from postgresql import new_database
from stock_history import ITEM, PACK, SITES, SUPPLIER, History, goods

from ledger_client.databases import open_database
from ledger_client.digests import document_key
from ledger_client.documents import Kind
from ledger_client.fold.records import RecordedDocument
from ledger_client.index import Follower, IndexReader
from ledger_client.index.receipts import Delivered, ReceiptsOf

ONE, TWO, THREE, _ = SITES
OTHER = 0x777


class World:
    """Twenty receipts of two suppliers at three sites, one reversed, one of goods that came held."""

    def __init__(self, database: str | Path) -> None:
        history = self.history = History()
        history.set_up()
        for site in SITES:
            history.open(site)
        history.seal()
        for number in range(18):
            item = PACK if number % 5 == 0 else ITEM
            lot = goods(f"batch {number % 3}", item, OTHER if number % 4 == 0 else SUPPLIER)
            history.receive((ONE, TWO, THREE)[number % 3], lot, 10 + number, rejected=number % 2)
            history.seal(60)
        wrong = history.receive(ONE, goods("wrong"), 500)
        history.seal(60)
        self.before_reversal = history.time
        key = document_key(ONE, history_client_id(history))
        held = history.receive(ONE, goods("held").owned_by(key, 0), 7)
        assert held.key == key
        history.seal(60)
        history.reverse(wrong, {(ONE, goods("wrong").lot_id): -500})
        history.seal(60)
        self.wrong = wrong
        self.engine = open_database(database)
        Follower(self.engine, history.chain).follow()


def history_client_id(history: History) -> bytes:
    """The client id of the next document."""
    return (history._client_ids + 1).to_bytes(32, "big")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if request.param == "postgresql":
        world = World(new_database(request.getfixturevalue("postgresql")))
    else:
        world = World(tmp_path_factory.mktemp("receipts") / "index.db")
    yield world
    world.engine.dispose()


@pytest.fixture
def reader(world: World) -> Iterator[IndexReader]:
    with IndexReader(world.engine).one_state() as reader:
        yield reader


def walked(reader: IndexReader, source: int, within: Any) -> list[RecordedDocument]:
    found = reader._many("documents").values()
    kept = [each for each in found if each.kind == Kind.RECEIPT and each.from_ == source]
    return sorted((each for each in kept if within(each.to_site)), key=lambda each: -each.number)


PLACES: list[tuple[tuple[int, ...], Any]] = [
    ((0,), lambda site: True),
    ((ONE,), lambda site: site == ONE),
    ((ONE, THREE), lambda site: site in (ONE, THREE)),
    ((ONE // 10**9,), lambda site: site // 10**9 == ONE // 10**9),
    ((999999,), lambda site: False),
]


@pytest.mark.parametrize(("places", "within"), PLACES, ids=range(len(PLACES)))
@pytest.mark.parametrize("source", [SUPPLIER, OTHER, 1])
def test_pages_are_the_whole(reader: IndexReader, source: int, places: tuple[int, ...], within: Any) -> None:
    asked, found, before = ReceiptsOf(source, places), list[RecordedDocument](), None
    while page := asked.page(reader, before, 3):
        found += page
        before = page[-1].number
    assert found == walked(reader, source, within)


def test_sums(world: World, reader: IndexReader) -> None:
    # 18 receipts: numbers divisible by 4 are of the other one, by 5 of packs.
    own = [number for number in range(18) if number % 4]
    packs, pieces = ([each for each in own if (each % 5 == 0) == is_pack] for is_pack in (True, False))
    expected = [
        (ITEM, pieces, 7, 1),  # and the one that came held
        (PACK, packs, 0, 0),
    ]
    assert ReceiptsOf(SUPPLIER, [0]).sums(reader) == [
        Delivered(
            item,
            sum(10 + each + each % 2 for each in numbers) + held,
            sum(each % 2 for each in numbers),
            held,
            len(numbers) + receipts,
        )
        for item, numbers, held, receipts in expected
    ]
    [more, _] = ReceiptsOf(SUPPLIER, [0]).sums(reader)
    assert more.accepted == more.delivered - more.rejected


def test_what_was_reversed_counts_until_then(world: World, reader: IndexReader) -> None:
    then = ReceiptsOf(SUPPLIER, [ONE], world.before_reversal)
    now = ReceiptsOf(SUPPLIER, [ONE])
    assert then.sums(reader)[0].delivered - now.sums(reader)[0].delivered == 500 - 7
    assert world.wrong.key in {each.key for each in now.page(reader, None, 100)}


def test_as_of(world: World, reader: IndexReader) -> None:
    whole = ReceiptsOf(SUPPLIER, [0]).page(reader, None, 100)
    for at in (whole[-1].recorded_at - 1, whole[3].recorded_at, world.history.time):
        expected = [each for each in whole if each.recorded_at <= at]
        assert ReceiptsOf(SUPPLIER, [0], at).page(reader, None, 100) == expected
        assert ReceiptsOf(SUPPLIER, [0], at).page(reader, whole[0].number + 1, 100) == expected
