"""Overdue counts beside stock, and counts that nobody has proved, as an index tells them."""

from __future__ import annotations

from pathlib import Path

from allocation_history import AUTHORITY, CATEGORY, DAY, MASKS, ONE, TWO, Allocation, allocated
from benches.city_events import START, CityHistory, CitySize

from ledger_client import events
from ledger_client.databases import open_database
from ledger_client.identifiers import ItemId, category_of
from ledger_client.index import Follower
from ledger_client.index.marks import MarkedReader

ALL = 0


def reader_of(path: Path, story: Allocation) -> MarkedReader:
    engine = open_database(path / "index.db")
    Follower(engine, story.history.chain).follow()
    return MarkedReader(engine)


def close(story: Allocation, site: int) -> None:
    story.history.emit(events.SiteClosed, site=site, successor=0, authority=AUTHORITY, authority_division=42)
    story.seal()


def places(found: list) -> list[tuple[int, int]]:  # type: ignore[type-arg]
    return [(each.site, each.category) for each in found]


def test_states_are_those_of_the_sites_asked_about(tmp_path: Path) -> None:
    story = allocated()
    story.cycle(TWO, 7)
    story.seal()
    reader = reader_of(tmp_path, story)
    assert list(reader.count_states([ONE], story.now)) == [(ONE, CATEGORY)]
    assert list(reader.count_states([TWO, ONE], story.now)) == [(ONE, CATEGORY), (TWO, CATEGORY)]
    assert reader.count_states([], story.now) == {}


def test_overdue_also_where_nothing_is_held_but_for_sites_that_are_closed(tmp_path: Path) -> None:
    story = allocated()
    story.cycle(TWO, 7)
    story.seal(40 * DAY)
    (tmp_path / "open").mkdir()
    reader = reader_of(tmp_path / "open", story)
    # The first site has a thousand masks, the second one nothing.
    assert places(reader.overdue(ALL, story.now)) == [(ONE, CATEGORY), (TWO, CATEGORY)]
    assert places(reader.overdue(TWO, story.now)) == [(TWO, CATEGORY)]
    assert reader.overdue(ALL, story.now - 40 * DAY) == []
    close(story, ONE)
    close(story, TWO)
    reader = reader_of(tmp_path, story)
    assert places(reader.overdue(ALL, story.now)) == [(ONE, CATEGORY)]
    assert places(reader.stale(ALL, story.now)) == [
        (ONE, CATEGORY),
        (TWO, CATEGORY),
    ]  # the contract


def test_the_newest_count_that_would_prove_more_is_named(tmp_path: Path) -> None:
    story = allocated()
    first = story.history.count(ONE, MASKS.lot_id, 1_000, 1_000)
    story.seal()
    story.prove(first)
    story.seal(DAY)
    second = story.history.count(ONE, MASKS.lot_id, 1_000, 1_000)
    story.seal(DAY)
    third = story.history.count(ONE, MASKS.lot_id, 1_000, 1_000)
    story.seal(DAY)
    asked_before_reversal = story.now
    (tmp_path / "before").mkdir()
    reader = reader_of(tmp_path / "before", story)
    counts = reader.counts(ONE, asked_before_reversal)
    [(place, document)] = reader.unproved(counts, asked_before_reversal).items()
    assert (place, document.key) == ((ONE, CATEGORY), third.key)
    assert reader.categories_counted(document) == {CATEGORY}
    # What was recorded later is not looked at.
    [document] = reader.unproved(counts, second.recorded_at).values()
    assert document.key == second.key
    assert reader.unproved(counts, first.recorded_at) == {}
    story.history.reverse(third, {})
    story.seal()
    story.prove(second)
    story.seal()
    reader = reader_of(tmp_path, story)
    assert reader.unproved(reader.counts(ONE, story.now), story.now) == {}
    assert reader.unproved([], story.now) == {}


def test_all_at_once_as_site_by_site(tmp_path: Path) -> None:
    history = CityHistory(5, CitySize(sites=24, items=4, categories=6, requests=0, past=0, documents=400))
    history.write()
    for site in history.sites[::3]:
        history.close(site)
    history.end_block()
    engine = open_database(tmp_path / "index.db")
    Follower(engine, history.chain).follow()
    reader, sites = MarkedReader(engine), history.sites
    for at in range(START, history.now + 800 * DAY, 61 * DAY):
        each = {site: reader.counts(site, at) for site in sites}
        assert reader.counts(ALL, at) == [state for site in sites for state in each[site]]
        asked = sites[1::2]
        told = {(state.site, state.category): state for site in asked for state in each[site]}
        assert reader.count_states(asked, at) == told
        held = {
            (site, category_of(ItemId(holding.attributes.item)))
            for site in sites
            for holding in reader.on_hand(site)
        }
        closed = {site for site, record in reader.sites().items() if record.is_closed}
        stale = [state for state in reader.counts(ALL, at) if state.is_stale]
        late = [state for state in stale if state.site not in closed or (state.site, state.category) in held]
        assert reader.overdue(ALL, at) == late
        with reader.one_state() as within:
            assert within.counts(ALL, at) == within.counts(ALL, at) == reader.counts(ALL, at)
            assert within.overdue(ALL, at) == late
    assert late and len(late) < len(stale)
