"""Documents in their order: pages of a place, and where a document stands in journals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from benches.city_events import CityHistory, CitySize
from sqlalchemy import Engine
from stock_history import short_story

from ledger_client.databases import open_database
from ledger_client.fold.records import RecordedDocument
from ledger_client.index import Follower, journals
from ledger_client.index.journals import JournalReader
from ledger_client.index.registers import range_of

CITY = CitySize(sites=12, items=3, lots=2, categories=4, requests=5, past=30, documents=60)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> JournalReader:
    """A city of twelve sites, of which hand-overs stand in two journals."""
    history = CityHistory(7, CITY)
    history.write()
    history.move(60)
    return followed(tmp_path_factory.mktemp("city"), lambda: history.chain)


def followed(path: Path, chain: Callable[[], object]) -> JournalReader:
    engine = open_database(path / "index.db")
    Follower(engine, chain()).follow()  # type: ignore[arg-type]
    return JournalReader(engine)


def all_documents(reader: JournalReader) -> list[RecordedDocument]:
    count = reader.document_count()
    found = reader.numbered(range(1, count + 1))
    assert len(found) == count > 100
    return [found[number] for number in sorted(found)]


def of_place(reader: JournalReader, place: int) -> list[int]:
    """Numbers of the documents that name a site of a place, found by looking at each."""
    low, high = range_of(place)
    return [
        each.number
        for each in all_documents(reader)
        if not place or any(low <= site <= high for site in (each.from_site, each.to_site))
    ]


def paged(reader: JournalReader, place: int, limit: int, *, is_newest_first: bool) -> list[int]:
    numbers: list[int] = []
    while True:
        after = numbers[-1] if numbers else None
        page = reader.documents_of_place(place, after=after, is_newest_first=is_newest_first, limit=limit)
        numbers += [each.number for each in page]
        if len(page) < limit:
            return numbers


def places(reader: JournalReader) -> list[int]:
    sites = sorted(reader.sites())
    return [0, 42, 4201, sites[0] // 10**9, sites[0] // 10**6, sites[0] // 1_000, *sites[:3], sites[-1]]


@pytest.mark.parametrize("limit", [1, 3, 200])
@pytest.mark.parametrize("is_newest_first", [True, False])
@pytest.mark.parametrize("looked_through", [1, 2, journals.LOOKED_THROUGH])
def test_pages_make_up_what_names_the_place(
    reader: JournalReader,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
    is_newest_first: bool,
    looked_through: int,
) -> None:
    """However many documents are looked through before journals are merged."""
    monkeypatch.setattr(journals, "LOOKED_THROUGH", looked_through)
    for place in places(reader):
        expected = of_place(reader, place)
        assert expected, place
        found = paged(reader, place, limit, is_newest_first=is_newest_first)
        assert found == (expected[::-1] if is_newest_first else expected), place


def test_a_page_begins_behind_any_number(reader: JournalReader) -> None:
    """Also one whose document does not name the place, or that no document has."""
    place = sorted(reader.sites())[1] // 1_000
    expected = of_place(reader, place)
    for after in (0, 1, *expected[3:6], expected[-1], expected[-1] + 1, 2**62):
        newer = reader.documents_of_place(place, after=after, is_newest_first=False, limit=5)
        assert [each.number for each in newer] == [each for each in expected if each > after][:5]
        older = reader.documents_of_place(place, after=after, is_newest_first=True, limit=5)
        assert [each.number for each in older] == [each for each in expected if each < after][:-6:-1]


def test_a_place_without_documents_has_an_empty_page(reader: JournalReader) -> None:
    assert reader.documents_of_place(990101001001101, limit=5) == []
    assert reader.documents_of_place(99, limit=5) == []


def test_where_a_document_stands(reader: JournalReader) -> None:
    """The journals say the same, entry by entry."""
    told = {
        (each.document.number, site): (each.sequence, each.journal)
        for site in reader.sites()
        for each in reader.stock_card(site, limit=10_000)
    }
    for document in all_documents(reader):
        found = reader.journal_places(document)
        assert [each.site for each in found] == [
            site for site in (document.from_site, document.to_site) if site
        ]
        assert {(document.number, each.site): (each.sequence, each.journal) for each in found} == {
            key: told[key] for key in told if key[0] == document.number
        }


def test_a_recall_stands_in_no_journal_and_is_told_of_the_country(tmp_path: Path) -> None:
    history, _ = short_story()
    reader = followed(tmp_path, lambda: history.chain)
    [recall] = [each for each in whole(reader) if not (each.from_site or each.to_site)][:1]
    assert reader.journal_places(recall) == []
    assert recall.number in paged(reader, 0, 7, is_newest_first=True)
    for site in reader.sites():
        assert recall.number not in paged(reader, site, 7, is_newest_first=True)


def whole(reader: JournalReader) -> list[RecordedDocument]:
    return list(reader.numbered(range(1, reader.document_count() + 1)).values())


def test_documents_that_may_be_undone_do_not_count_as_final(tmp_path: Path) -> None:
    """Whatever a fork puts in their place, numbers up to the final one stay those of the same documents."""
    history, _ = short_story()
    chain = history.chain
    engine = open_database(tmp_path / "index.db")
    follower = Follower(engine, chain, final_depth=4)
    reader = JournalReader(engine)
    told: dict[int, bytes] = {}
    for height in range(chain.head() + 1):
        follower.follow(height)
        count, last_final = reader.final_document_count(), height - 4
        found = reader.numbered(range(1, reader.document_count() + 1))
        assert count == sum(each.block <= last_final for each in found.values())
        told |= {number: each.digest for number, each in found.items() if number <= count}
    assert 0 < reader.final_document_count() < reader.document_count()
    before = reader.document_count()
    chain.cut(chain.head() - 3)
    chain.salt = b"another"
    for _ in range(6):
        chain.mine([], chain.stamps[-1].time + 1)
    follower.follow()
    count = reader.final_document_count()
    assert count == reader.document_count() < before
    found = reader.numbered(range(1, count + 1))
    assert told == {number: found[number].digest for number in told}


def test_nothing_is_final_before_anything_was_read(tmp_path: Path) -> None:
    history, _ = short_story()
    engine = open_database(tmp_path / "index.db")
    Follower(engine, history.chain)
    assert JournalReader(engine).final_document_count() == 0


def test_postgresql_tells_the_same(reader: JournalReader, postgresql_database: str) -> None:
    history = CityHistory(7, CITY)
    history.write()
    history.move(60)
    engine: Engine = open_database(postgresql_database)
    Follower(engine, history.chain).follow()
    there = JournalReader(engine)
    for place in places(reader):
        for is_newest_first in (True, False):
            assert paged(there, place, 4, is_newest_first=is_newest_first) == paged(
                reader, place, 4, is_newest_first=is_newest_first
            )
    last = reader.document_count()
    [document] = reader.numbered([last]).values()
    assert there.journal_places(document) == reader.journal_places(document)
    engine.dispose()
