"""Floors that sites are below: against what a story keeps by itself, and case by case."""

from __future__ import annotations

from pathlib import Path

import pytest
from allocation_history import (
    AUTHORITY,
    DAY,
    ITEM,
    MASKS,
    ONE,
    THREE,
    TWO,
    Allocation,
    allocated,
    whole_story,
)
from stock_history import goods

from ledger_client import events
from ledger_client.databases import open_database
from ledger_client.documents import CHINA_OFFSET, Kind
from ledger_client.fold.records import CONSIGNMENT_OPEN
from ledger_client.index import Follower
from ledger_client.index.gaps import GapReader
from ledger_client.lines import Line


def reader_of(path: Path, story: Allocation) -> GapReader:
    engine = open_database(path / "index.db")
    Follower(engine, story.history.chain).follow()
    return GapReader(engine)


def told(reader: GapReader, story: Allocation, place: int = 0, at: int = 0) -> dict[int, tuple[int, ...]]:
    """By site: floor, usable, reserved, in transit, missing."""
    return {
        each.floor.subject: (each.floor.value, each.usable, each.reserved, each.in_transit or 0, each.missing)
        for each in reader.gaps(place, at or story.now, CHINA_OFFSET)
    }


def test_below_the_floor_and_not_at_it(tmp_path: Path) -> None:
    story = allocated()
    story.history.receive(TWO, MASKS, 20)
    story.floor(THREE, 0)
    story.seal()
    reader = reader_of(tmp_path, story)
    assert told(reader, story) == {TWO: (50, 20, 0, 0, 30)}
    assert told(reader, story, ONE) == {}
    assert told(reader, story, TWO) == {TWO: (50, 20, 0, 0, 30)}
    assert told(reader, story, THREE // 10**9) == {}


@pytest.mark.parametrize("units", [49, 50])
def test_the_last_unit_counts(tmp_path: Path, units: int) -> None:
    story = allocated()
    story.history.receive(TWO, MASKS, units)
    story.seal()
    assert (TWO in told(reader_of(tmp_path, story), story)) == (units < 50)


@pytest.mark.parametrize("why", ["held here", "recalled", "expired", "another item"])
def test_what_may_not_be_used_does_not_count(tmp_path: Path, why: str) -> None:
    story = allocated()
    today = (story.now + CHINA_OFFSET) // DAY
    item = ITEM + 1 if why == "another item" else ITEM
    lot = goods("bad", item, expires=today - 1 if why == "expired" else 0)
    story.history.receive(TWO, lot, 80)
    story.seal()
    if why == "held here":
        story.history.status(Kind.HOLD, TWO, [lot.lot_id])
    if why == "recalled":
        story.history.record(Kind.RECALL, [Line(lot.lot_id, 0)])
    story.seal()
    assert told(reader_of(tmp_path, story), story) == {TWO: (50, 0, 0, 0, 50)}


def test_on_its_way_until_somebody_answers(tmp_path: Path) -> None:
    story = allocated()
    sent = story.history.dispatch(ONE, TWO, [(MASKS.lot_id, 30)])
    story.seal()
    engine = open_database(tmp_path / "index.db")
    Follower(engine, story.history.chain).follow()
    reader = GapReader(engine)
    assert told(reader, story) == {TWO: (50, 0, 0, 30, 50)}
    assert reader.gaps(0, story.history.time - 1, CHINA_OFFSET)[0].in_transit is None
    story.history.answer(Kind.ACCEPTANCE, sent, (), {MASKS.lot_id: 30})
    story.seal()
    Follower(engine, story.history.chain).follow()
    assert told(reader, story) == {TWO: (50, 30, 0, 0, 20)}


def test_a_closed_site_has_none(tmp_path: Path) -> None:
    story = allocated()
    story.history.emit(events.SiteClosed, site=TWO, successor=0, authority=AUTHORITY, authority_division=42)
    story.seal()
    assert told(reader_of(tmp_path, story), story) == {}


def test_before_it_was_set_and_before_it_holds(tmp_path: Path) -> None:
    story = allocated()
    story.floor(THREE, 7, ahead=DAY)
    story.seal()
    reader = reader_of(tmp_path, story)
    assert THREE not in told(reader, story)
    assert told(reader, story, at=story.now + DAY)[THREE] == (7, 0, 0, 0, 7)
    assert told(reader, story, at=story.history.time - 100_000) == {}


def test_through_a_whole_story(tmp_path: Path) -> None:
    """At every step, what the story itself says is held, reserved and on its way."""
    story, _ = whole_story()
    for site in (ONE, TWO, THREE):
        story.floor(site, 5_000)
    story.seal()
    reader = reader_of(tmp_path, story)
    on_its_way = {
        site: sum(
            line & ((1 << 63) - 1)
            for each in reader._many("consignments").values()
            if each.state == CONSIGNMENT_OPEN and each.to_site == site
            for line in each.lines
        )
        for site in (ONE, TWO, THREE)
    }
    assert told(reader, story) == {
        site: (
            5_000,
            (held := story.history.held[site, MASKS.lot_id]),
            story.reserved.get((site, ITEM), 0),
            on_its_way[site],
            5_000 - held,
        )
        for site in (ONE, TWO, THREE)
    }
    # As of every block time before, what was usable then is what the cards add up to.
    for stamp in story.history.chain.stamps:
        for gap in reader.gaps(0, stamp.time, CHINA_OFFSET):
            entries = [
                movement.delta
                for entry in reader.stock_card(gap.floor.subject, stamp.time, limit=1_000)
                for movement in entry.movements
                if movement.item == ITEM
            ]
            assert gap.usable == sum(entries), (stamp, gap)


def test_the_same_on_a_server(tmp_path: Path, postgresql_database: str) -> None:
    story, _ = whole_story()
    for site in (ONE, TWO, THREE):
        story.floor(site, 5_000)
    story.seal()
    here = reader_of(tmp_path, story)
    engine = open_database(postgresql_database)
    Follower(engine, story.history.chain).follow()
    there, found = GapReader(engine), 0
    for stamp in story.history.chain.stamps:
        for place in (0, TWO):
            gaps = here.gaps(place, stamp.time, CHINA_OFFSET)
            assert there.gaps(place, stamp.time, CHINA_OFFSET) == gaps
            found += len(gaps)
    assert found > 3
    engine.dispose()
