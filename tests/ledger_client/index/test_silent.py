"""Since when sites have told nothing, against a walk through their cards."""

from __future__ import annotations

from pathlib import Path

import pytest
from allocation_history import AUTHORITY
from stock_history import SITES, History, goods, random_documents, short_story

from ledger_client import events
from ledger_client.databases import open_database
from ledger_client.documents import Kind
from ledger_client.index import Follower
from ledger_client.index.silent import Silent, SilentReader

FIRST = (-1, -1)


def reader_of(path: Path, history: History) -> SilentReader:
    engine = open_database(path / "index.db")
    Follower(engine, history.chain).follow()
    return SilentReader(engine)


def walked(reader: SilentReader, at: int) -> list[Silent]:
    found = []
    numbers = {each.number: each for each in reader._many("documents").values()}
    for site, record in reader.sites().items():
        if record.is_closed:
            continue
        told = [each for each in reader.history(site, limit=10_000) if each.recorded_at <= at]
        counts = [
            each
            for each in told
            if each.kind == Kind.COUNT
            and not (each.reversed_by and numbers[each.reversed_by].recorded_at <= at)
        ]
        last = told[-1] if told else None
        found.append(Silent(site, last.number if last else 0, last, counts[-1] if counts else None))
    return sorted(found, key=lambda each: (each.number, each.site))


@pytest.mark.parametrize("is_random", [False, True])
def test_at_every_time(tmp_path: Path, is_random: bool) -> None:
    if is_random:
        history = History()
        history.set_up()
        for site in SITES[:3]:
            history.open(site, [(goods("masks"), 1_000)])
        history.seal()
        random_documents(history, 60, seed=4)
    else:
        history, _ = short_story()
    reader = reader_of(tmp_path, history)
    times = [each.time for each in history.chain.stamps]
    counted = 0
    for at in (times[0] - 1, *times, times[-1] + 10**6):
        expected = walked(reader, at)
        assert reader.silent(0, at, FIRST, 100) == expected
        counted += sum(each.count is not None for each in expected)
    assert counted


def test_pages_and_places(tmp_path: Path) -> None:
    history, _ = short_story()
    reader = reader_of(tmp_path, history)
    whole = reader.silent(0, history.time, FIRST, 100)
    assert len(whole) >= len(SITES)
    found, after = list[Silent](), FIRST
    while page := reader.silent(0, history.time, after, 2):
        found += page
        after = page[-1].number, page[-1].site
    assert found == whole
    for place in (SITES[0], SITES[0] // 1_000, SITES[0] // 10**9):
        within = [each for each in whole if str(each.site).startswith(str(place))]
        assert within
        assert reader.silent(place, history.time, FIRST, 100) == within


def test_a_closed_site_owes_no_word(tmp_path: Path) -> None:
    history, _ = short_story()
    site = SITES[2]
    history.emit(events.SiteClosed, site=site, successor=0, authority=AUTHORITY, authority_division=42)
    history.seal()
    assert site not in {
        each.site for each in reader_of(tmp_path, history).silent(0, history.time, FIRST, 100)
    }


def test_the_same_on_a_server(tmp_path: Path, postgresql_database: str) -> None:
    history, _ = short_story()
    here = reader_of(tmp_path, history)
    engine = open_database(postgresql_database)
    Follower(engine, history.chain).follow()
    there = SilentReader(engine)
    for stamp in history.chain.stamps:
        expected = here.silent(0, stamp.time, FIRST, 100)
        assert there.silent(0, stamp.time, FIRST, 100) == expected
        assert there.silent(0, stamp.time, FIRST, 2) == expected[:2]
    assert any(each.count for each in expected)
    engine.dispose()
