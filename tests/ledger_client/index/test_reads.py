"""What the index answers, and as of when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stock_history import CLOSED_SITE, ITEM, SITES, START, SUPPLIER, History, short_story

from ledger_client.databases import open_database
from ledger_client.events import EntryKind
from ledger_client.fold import Status
from ledger_client.fold.records import Accreditation, Qualification
from ledger_client.index import Follower, IndexEmptyError, IndexReader, dump_digest, stamped_digest
from ledger_client.index._cache import insert_rows
from ledger_client.index.tables import MAPS_BY_NAME, metadata
from ledger_client.words import LotStatus

ONE, TWO, THREE, DISPOSAL = SITES


@pytest.fixture(scope="module")
def indexed(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[IndexReader, History, dict[str, Any]]]:
    history, seen = short_story()
    engine = open_database(tmp_path_factory.mktemp("index") / "index.db")
    Follower(engine, history.chain).follow()
    yield IndexReader(engine), history, seen
    engine.dispose()


def test_empty_index(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "index.db")
    metadata.create_all(engine)
    with pytest.raises(IndexEmptyError):
        IndexReader(engine).position()


def test_the_digest_is_told_with_its_block(indexed: Any, tmp_path: Path) -> None:
    engine = indexed[0]._engine
    assert stamped_digest(engine) == (indexed[0].position(), dump_digest(engine))
    empty = open_database(tmp_path / "index.db")
    metadata.create_all(empty)
    with pytest.raises(IndexEmptyError):
        stamped_digest(empty)


def test_answers_of_one_state_while_the_index_grows(tmp_path: Path) -> None:
    history, _ = short_story()
    engine = open_database(tmp_path / "index.db")
    follower = Follower(engine, history.chain)
    follower.follow(until=6)
    reader = IndexReader(engine)
    with reader.one_state() as still:
        before = still.position(), still.on_hand(0), still.stock_card(ONE)
        follower.follow()
        assert (still.position(), still.on_hand(0), still.stock_card(ONE)) == before
    assert before[0].number == 6
    assert reader.position().number == history.chain.head()
    assert reader.stock_card(ONE) != before[2]


class TestStockCard:
    def test_unknown_site_is_empty(self, indexed: Any) -> None:
        assert indexed[0].stock_card(CLOSED_SITE) == []

    def test_every_entry_in_order_with_running_balances(self, indexed: Any) -> None:
        reader, history, seen = indexed
        card = reader.stock_card(ONE)
        assert [entry.sequence for entry in card] == list(range(1, len(card) + 1))
        assert card[-1].journal == history.journals[ONE]
        assert card[0].document.key == seen["opening"].key
        running: dict[int, int] = {}
        for entry in card:
            for movement in entry.movements:
                running[movement.lot] = running.get(movement.lot, 0) + movement.delta
                assert movement.quantity == running[movement.lot]
        assert {lot: units for lot, units in running.items() if units} == {
            lot: units for (site, lot), units in history.held.items() if site == ONE and units
        }

    def test_pages_are_the_whole(self, indexed: Any) -> None:
        reader = indexed[0]
        pages, after = [], 0
        while page := reader.stock_card(ONE, after=after, limit=4):
            pages += page
            after = page[-1].sequence
        assert pages == reader.stock_card(ONE)

    def test_as_of_ends_with_the_last_block_by_then(self, indexed: Any) -> None:
        reader, _, seen = indexed
        time = seen["write-off"].recorded_at
        assert reader.stock_card(TWO, as_of=time)[-1].document.key == seen["write-off"].key
        assert reader.stock_card(TWO, as_of=time - 1)[-1].document.key == seen["reversal of issue"].key
        assert reader.stock_card(TWO, as_of=START - 1) == []

    def test_dispatch_stands_on_both_cards(self, indexed: Any) -> None:
        reader, _, seen = indexed
        for site in (ONE, THREE):
            assert seen["dispatch"].key in [entry.document.key for entry in reader.stock_card(site)]

    def test_hold_shows_the_flag(self, indexed: Any) -> None:
        reader, _, seen = indexed
        entry = next(e for e in reader.stock_card(ONE) if e.document.key == seen["hold"].key)
        assert [(m.delta, m.is_held_here) for m in entry.movements] == [(0, True)]


class TestOnHand:
    def test_equals_the_model(self, indexed: Any) -> None:
        reader, history, _ = indexed
        found = {(holding.site, holding.lot): holding.quantity for holding in reader.on_hand(0)}
        assert found == {place: units for place, units in history.held.items() if units}

    @pytest.mark.parametrize(
        ("place", "sites"),
        [(42, {ONE, TWO, THREE}), (420106, {ONE, TWO}), (420106001001, {ONE}), (TWO, {TWO}), (11, set())],
    )
    def test_divisions_are_prefixes(self, indexed: Any, place: int, sites: set[int]) -> None:
        assert {holding.site for holding in indexed[0].on_hand(place)} == sites

    def test_as_of_the_end_is_now(self, indexed: Any) -> None:
        reader, history, _ = indexed
        assert reader.on_hand(0, as_of=history.time) == reader.on_hand(0)

    def test_as_of_every_document_equals_the_running_balances(self, indexed: Any) -> None:
        """At each block time, what the cards say and what is on hand are the same."""
        reader, history, _ = indexed
        for document in history.recorded[::4]:
            time = document.recorded_at
            cards: dict[tuple[int, int], tuple[int, bool]] = {}
            for site in SITES:
                for entry in reader.stock_card(site, as_of=time):
                    for movement in entry.movements:
                        cards[site, movement.lot] = movement.quantity, movement.is_held_here
            found = {
                (holding.site, holding.lot): (holding.quantity, holding.is_held_here)
                for holding in reader.on_hand(0, as_of=time)
            }
            assert found == {place: held for place, held in cards.items() if held[0]}

    @pytest.mark.parametrize("limit", [1, 2, 3, 100])
    @pytest.mark.parametrize("is_then", [False, True])
    def test_pages_are_the_whole(self, indexed: Any, limit: int, is_then: bool) -> None:
        reader, _, seen = indexed
        as_of = seen["acceptance"].recorded_at if is_then else None
        found, after = [], (0, 0)
        while page := reader.on_hand(42, as_of, after, limit):
            assert len(page) <= limit
            found += page
            after = (page[-1].site, page[-1].lot)
        assert found == reader.on_hand(42, as_of) != []

    def test_a_page_begins_within_its_place(self, indexed: Any) -> None:
        reader = indexed[0]
        assert reader.on_hand(TWO, after=(ONE, 0)) == reader.on_hand(TWO) != []
        assert reader.on_hand(ONE, after=(TWO, 0)) == []

    def test_status_is_as_of_then(self, indexed: Any) -> None:
        reader, _, seen = indexed
        own = seen["lots"]["own"]

        def status(name: str) -> tuple[int, bool]:
            holding = next(h for h in reader.on_hand(ONE, as_of=seen[name].recorded_at) if h.lot == own)
            return holding.attributes.status, holding.is_free

        assert status("receipt") == (LotStatus.HELD, False)
        assert status("release") == (LotStatus.RELEASED, True)
        held = next(
            h for h in reader.on_hand(ONE, as_of=seen["hold"].recorded_at) if h.lot == seen["lots"]["masks"]
        )
        assert held.is_held_here
        gloves = next(
            h
            for h in reader.on_hand(ONE, as_of=seen["recall"].recorded_at)
            if h.lot == seen["lots"]["gloves"]
        )
        assert gloves.attributes.status == LotStatus.RECALLED


class TestRecords:
    def test_document(self, indexed: Any) -> None:
        reader, _, seen = indexed
        found = reader.document(seen["late receipt"].key)
        assert (found.is_late, found.lines) == (True, seen["late receipt"].lines)
        assert reader.document(1) is None

    def test_lots_of_an_item(self, indexed: Any) -> None:
        reader, _, seen = indexed
        lots = reader.lots(ITEM)
        assert set(lots) == {seen["lots"][name] for name in ("masks", "gloves", "own", "pieces")}
        assert reader.lot(seen["lots"]["masks"]) == lots[seen["lots"]["masks"]]
        assert reader.lot(1) is None

    def test_open_consignments(self, indexed: Any) -> None:
        reader, _, seen = indexed
        still_open = {seen[name].key for name in ("dispatch", "second dispatch", "fifth dispatch")}
        assert set(reader.consignments()) == still_open
        assert len(reader.consignments(is_open=False)) == 5
        assert set(reader.consignments(THREE)) == {seen["dispatch"].key}

    def test_sites(self, indexed: Any) -> None:
        reader = indexed[0]
        assert set(reader.sites()) == {*SITES, CLOSED_SITE}
        assert reader.sites(420105) == {THREE: reader.sites()[THREE]}
        assert reader.sites()[DISPOSAL].is_disposal

    def test_registered_things_one_by_one(self, indexed: Any) -> None:
        reader = indexed[0]
        for name, ask in (("divisions", reader.division), ("sites", reader.site)):
            all_ = getattr(reader, name)()
            assert {key: ask(key) for key in all_} == all_ != {}
        assert (reader.division(99), reader.site(99)) == (None, None)
        assert (reader.supplier(99), reader.issuer(99)) == (None, None)
        assert reader.items([ITEM, 99]) == {ITEM: reader.items()[ITEM]}
        assert reader.items([]) == {}

    def test_verdict_on_an_unknown_supplier(self, indexed: Any) -> None:
        found = indexed[0].supplier_verdict(SUPPLIER, 7, START)
        assert (found.verdict.status, found.is_registered, found.qualification) == (Status.UNKNOWN, False, 0)


class TestVerdict:
    """Two qualifications of one supplier, of which the one issued first was suspended last."""

    @pytest.fixture
    def reader(self, tmp_path: Path) -> Iterator[IndexReader]:
        engine = open_database(tmp_path / "index.db")
        metadata.create_all(engine)
        first = (_entry(EntryKind.ISSUED, 1, 100), _entry(EntryKind.SUSPENDED, 3, 0))
        second = (_entry(EntryKind.ISSUED, 2, 100), _entry(EntryKind.REVOKED, 2, 0))
        with engine.begin() as connection:
            for key, position, entries, category in (
                (11, 9, first, 7),
                (12, 8, second, 7),
                (13, 10, first, 8),
            ):
                spec = MAPS_BY_NAME["qualifications"]
                record = Qualification(SUPPLIER, 5, category, bytes(32), position, entries)
                insert_rows(connection, spec.table, [spec.row(key, record)])
            spec = MAPS_BY_NAME["accreditations"]
            insert_rows(
                connection,
                spec.table,
                [spec.row((5, 7), Accreditation(1, (_entry(EntryKind.ISSUED, 1, 100),)))],
            )
        yield IndexReader(engine)
        engine.dispose()

    def test_is_on_the_one_issued_last_and_not_on_the_one_changed_last(self, reader: IndexReader) -> None:
        found = reader.supplier_verdict(SUPPLIER, 7, 50)
        assert (found.qualification, found.verdict.status) == (12, Status.REVOKED)

    def test_is_on_a_valid_one_where_there_is_one(self, reader: IndexReader) -> None:
        found = reader.supplier_verdict(SUPPLIER, 7, 2)
        assert (found.qualification, found.verdict.status) == (11, Status.VALID)

    def test_takes_the_qualifications_of_its_supplier_and_category(self, reader: IndexReader) -> None:
        assert set(reader.qualifications(SUPPLIER, 7)) == {11, 12}
        assert set(reader.qualifications(SUPPLIER)) == {11, 12, 13}
        assert reader.qualifications(SUPPLIER + 1) == {}
        assert set(reader.accreditations({5, 6}, 7)) == {5}


def _entry(kind: EntryKind, time: int, until: int) -> int:
    """Return the word of an entry that was recorded at a time and counts from then."""
    return kind | time << 32 | time << 72 | until << 152


def test_the_same_on_a_server(indexed: Any, postgresql_database: str) -> None:
    """Every answer about stock, as of every moment of the story."""
    here, history, seen = indexed
    engine = open_database(postgresql_database)
    Follower(engine, history.chain).follow()
    there = IndexReader(engine)
    with here._engine.connect() as connection:
        recorded = connection.exec_driver_sql("SELECT DISTINCT recorded_at FROM documents").scalars().all()
    moments = [None, *(time + step for time in recorded for step in (-1, 0))]
    assert len({tuple(here.on_hand(0, moment)) for moment in moments}) > 5
    for moment in moments:
        assert there.on_hand(0, moment) == here.on_hand(0, moment)
        assert there.stock_card(ONE, moment) == here.stock_card(ONE, moment)
        assert there.totals(0, moment, 0) == here.totals(0, moment, 0)
    assert there.lots(ITEM) == here.lots(ITEM)
    assert there.document(seen["late receipt"].key) == here.document(seen["late receipt"].key)
    engine.dispose()
