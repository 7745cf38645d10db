"""What the index answers, and as of when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stock_history import CLOSED_SITE, ITEM, SITES, START, SUPPLIER, History, short_story

from ledger_client.databases import open_database
from ledger_client.fold import Status
from ledger_client.index import Follower, IndexEmptyError, IndexReader
from ledger_client.index.tables import metadata
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
            cards: dict[tuple[int, int], int] = {}
            for site in SITES:
                for entry in reader.stock_card(site, as_of=time):
                    for movement in entry.movements:
                        cards[site, movement.lot] = movement.quantity
            found = {
                (holding.site, holding.lot): holding.quantity for holding in reader.on_hand(0, as_of=time)
            }
            assert found == {place: units for place, units in cards.items() if units}

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

    def test_verdict_on_an_unknown_supplier(self, indexed: Any) -> None:
        found = indexed[0].supplier_verdict(SUPPLIER, 7, START)
        assert (found.verdict.status, found.is_registered, found.qualification) == (Status.UNKNOWN, False, 0)
