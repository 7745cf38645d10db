"""A lot forward and back: quantities that add up, reversed documents, repacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stock_history import CONSIGNEE, PACK, START, SUPPLIER, History, goods, missing, short_story
from traced_histories import ONE, THREE, TWO, folded, indexed, random_history

from ledger_client.documents import Kind
from ledger_client.fold._movements import QUANTITY
from ledger_client.fold.records import Totals
from ledger_client.fold.verdicts import Status
from ledger_client.index.traces import TraceReader
from ledger_client.lines import ReceiptLine
from ledger_client.trace import EdgeKind, LotTrace, Node, NodeKind, follow, trace_lot
from ledger_client.trace.flows import comparable
from ledger_client.words import LotStatus

Told = tuple[TraceReader, History, dict[str, Any]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    history, seen = short_story()
    yield indexed(history, tmp_path_factory.mktemp("trace")), history, seen


def edges(trace: LotTrace, kind: EdgeKind) -> dict[tuple[str, str], tuple[int, bool]]:
    """Quantity and whether it was reversed, by the beginnings of from and to."""
    return {
        (each.source.id.split("/")[0], each.target.id.split("/")[0]): (each.quantity, each.is_reversed)
        for each in trace.graph.edges
        if each.kind is kind
    }


def test_an_unknown_lot_has_an_empty_trace(told: Told) -> None:
    trace = trace_lot(told[0], 77, START)
    assert (trace.graph.nodes, trace.followed.steps, trace.accounts) == ({}, [], {})


class TestConservation:
    @pytest.mark.parametrize("seed", range(4))
    def test_flows_are_what_the_fold_counts(self, seed: int, tmp_path: Path) -> None:
        history = random_history(seed, 90)
        reader, state = indexed(history, tmp_path), folded(history)
        totals: Any = state.totals
        balances: Any = state.balances
        assert len(totals) > 8
        for raw, expected in totals.items():
            lot = int.from_bytes(raw, "big")
            account = trace_lot(reader, lot, START).accounts[lot]
            assert account.totals == expected, f"lot {lot:040x}"
            held = sum(word & QUANTITY for (_, each), word in balances.items() if each == raw)
            assert (account.held, account.totals.held) == (held, held)
            assert account.is_conserved

    @pytest.mark.parametrize("seed", range(4))
    def test_sites_hold_what_the_picture_says(self, seed: int, tmp_path: Path) -> None:
        history = random_history(seed, 60)
        reader = indexed(history, tmp_path)
        for lot in {lot for _, lot in history.held}:
            trace = trace_lot(reader, lot, START)
            shown = {
                node.number: facts.quantity
                for node, facts in trace.graph.of(NodeKind.SITE)
                if node.part == lot and facts.quantity
            }
            held = {site: units for (site, each), units in history.held.items() if each == lot and units}
            assert shown == held

    def test_every_kind_of_document(self, told: Told) -> None:
        reader, history, seen = told
        state = folded(history)
        for lot in seen["lots"].values():
            account = trace_lot(reader, lot, START).accounts[lot]
            assert account.totals == state.totals[lot.to_bytes(20, "big")]
            assert account.is_conserved

    def test_a_quantity_too_many_is_noticed(self, told: Told) -> None:
        reader, _, seen = told
        followed = trace_lot(reader, seen["lots"]["masks"], START).followed
        lot = seen["lots"]["masks"]
        held = {**followed.held, (TWO, lot): followed.held[TWO, lot] + 1}
        assert not replace(followed, held=held).account(lot).is_conserved
        # Nor may one site hold what another one should.
        held[ONE, lot] -= 1
        assert not replace(followed, held=held).account(lot).is_conserved
        totals = {lot: followed.totals[lot]._replace(issued=1)}
        assert not replace(followed, totals=totals).account(lot).is_conserved


def test_a_repack_without_factor_is_compared_as_what_it_is() -> None:
    with_factor = Totals(received=5, repacked_out=5, repacked_in=2)
    without = Totals(received=5, written_off=5, gained=2)
    assert comparable(with_factor) == comparable(without) == without


def test_a_contest_is_read_where_all_the_rest_came_back(tmp_path: Path) -> None:
    history = History()
    history.set_up()
    masks = goods("masks")
    for site in (ONE, TWO):
        history.open(site, [(masks, 100)] if site == ONE else [])
    history.seal()
    dispatched = history.dispatch(ONE, TWO, [(masks.lot_id, 20)])
    history.seal()
    # Neither the contest nor the loss moves anything: no lot's documents lead to them.
    history.answer(Kind.CONTEST, dispatched, [missing(masks.lot_id, 5)])
    history.seal()
    back = history.answer(Kind.RETURN_ACCEPTANCE, dispatched, (), {masks.lot_id: 15})
    history.seal()
    history.settle(dispatched, masks.lot_id, 5, 3)
    history.seal()
    trace = trace_lot(indexed(history, tmp_path), masks.lot_id, START)
    assert trace.is_conserved
    assert (trace.accounts[masks.lot_id].totals.lost, trace.accounts[masks.lot_id].held) == (5, 95)
    said = {step.document.key: step.quantity for step in trace.followed.steps}
    assert said[back.key] == 15


class TestForward:
    def test_sites_and_losses(self, told: Told) -> None:
        reader, _, seen = told
        trace = trace_lot(reader, seen["lots"]["masks"], START)
        assert edges(trace, EdgeKind.MOVED)[f"site:{ONE}", f"site:{THREE}"] == (180, False)
        assert edges(trace, EdgeKind.LOST) == {
            (f"site:{TWO}", "outcome:lost"): (3, False),
            (f"site:{ONE}", "outcome:lost"): (2, False),
        }
        assert edges(trace, EdgeKind.GAINED) == {("outcome:gained", f"site:{ONE}"): (5, False)}
        assert edges(trace, EdgeKind.IN_TRANSIT) == {(f"site:{ONE}", f"site:{TWO}"): (1, False)}

    def test_a_reversed_document_moves_nothing(self, told: Told) -> None:
        reader, _, seen = told
        trace = trace_lot(reader, seen["lots"]["masks"], START)
        issued = edges(trace, EdgeKind.ISSUED)
        assert issued == {(f"site:{TWO}", f"consignee:{CONSIGNEE:040x}"): (30, True)}
        assert trace.accounts[seen["lots"]["masks"]].totals.issued == 0
        assert (9, True) in [
            (each.quantity, each.is_reversed) for each in trace.graph.edges if each.kind is EdgeKind.MOVED
        ]

    def test_steps_tell_every_document_of_the_lot(self, told: Told) -> None:
        reader, _, seen = told
        steps = trace_lot(reader, seen["lots"]["masks"], START).followed.steps
        said = {each.document.key: each.quantity for each in steps}
        for name, units in {
            "opening": 1_000,
            "hold": 0,
            "hand-over": 100,
            "acceptance": 180,
            "return-acceptance": 12,
            "settlement found": 6,
            "settlement lost": 2,
            "contest": 7,
            "return": 11,
            "loss": -3,
            "reversal": 9,
        }.items():
            assert said[seen[name].key] == units, name
        assert [each.document.number for each in steps] == sorted(each.document.number for each in steps)

    def test_a_repack_leads_on_to_what_came_out(self, told: Told) -> None:
        reader, _, seen = told
        packs, pieces = seen["lots"]["packs"], seen["lots"]["pieces"]
        trace = trace_lot(reader, packs, START)
        (into,) = [each for each in trace.graph.edges if each.kind is EdgeKind.REPACKED and each.into]
        assert (into.source.id.split("/")[0], into.target) == (f"site:{ONE}", Node(NodeKind.LOT, pieces))
        assert (into.quantity, into.into) == (2, 20)
        assert trace.graph.nodes[Node(NodeKind.SITE, ONE, pieces)].quantity == 20
        assert set(trace.accounts) == {packs, pieces}
        assert trace.is_conserved

    def test_status_of_a_lot_is_shown(self, told: Told) -> None:
        reader, _, seen = told
        trace = trace_lot(reader, seen["lots"]["own"], START)
        facts = trace.graph.nodes[Node(NodeKind.LOT, seen["lots"]["own"])]
        assert facts.lot_status == LotStatus.RELEASED


class TestBack:
    def test_from_what_came_out_of_a_repack_to_the_receipt(self, told: Told) -> None:
        reader, _, seen = told
        packs, pieces = seen["lots"]["packs"], seen["lots"]["pieces"]
        trace = trace_lot(reader, pieces, START)
        repacked = edges(trace, EdgeKind.REPACKED)
        assert repacked[f"lot:{packs:040x}", f"lot:{pieces:040x}"] == (2, False)
        assert [(each.document.key, each.lot) for each in trace.arrivals] == [
            (seen["late receipt"].key, packs)
        ]
        assert Node(NodeKind.DONOR, SUPPLIER) in trace.graph.nodes
        # What else became of the packs is not this lot's matter.
        assert Node(NodeKind.SITE, ONE, packs) not in trace.graph.nodes

    def test_a_reversed_repack_leads_nowhere(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        packs, pieces = goods("packs", PACK), goods("pieces")
        history.open(ONE, [(packs, 9), (pieces, 1)])
        history.seal()
        repacked = history.repack(ONE, packs.lot_id, 2, pieces, 20)
        history.seal()
        history.reverse(repacked, {(ONE, packs.lot_id): 2, (ONE, pieces.lot_id): -20})
        history.seal()
        reader = indexed(history, tmp_path)
        for lot in (packs.lot_id, pieces.lot_id):
            trace = trace_lot(reader, lot, START)
            assert trace.is_conserved
            assert list(trace.accounts) == [lot]
            assert [each.lot for each in trace.arrivals] == [lot]
            # It is shown, and that it was reversed.
            (edge,) = [each for each in trace.graph.edges if each.kind is EdgeKind.REPACKED]
            assert (edge.is_reversed, edge.quantity, edge.into) == (True, 2, 20)

    def test_a_circle_of_repacks_behind_it(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        one, two, three = goods("one"), goods("two"), goods("three")
        history.open(ONE, [(one, 50)])
        history.seal()
        for source, target in ((one, two), (two, one), (one, two), (two, three)):
            history.repack(ONE, source.lot_id, 10, target, 10)
            history.seal()
        reader = indexed(history, tmp_path)
        trace = trace_lot(reader, three.lot_id, START)
        assert list(trace.accounts) == [three.lot_id]
        assert [(each.lot, each.quantity) for each in trace.arrivals] == [(one.lot_id, 50)]
        above = {
            (each.source.number, each.target.number): each.quantity
            for each in trace.graph.edges
            if each.source.kind is each.target.kind is NodeKind.LOT
        }
        assert above == {
            (one.lot_id, two.lot_id): 20,
            (two.lot_id, one.lot_id): 10,
            (two.lot_id, three.lot_id): 10,
        }
        # From within the circle all of it is followed.
        trace = trace_lot(reader, two.lot_id, START)
        assert trace.is_conserved
        assert set(trace.accounts) == {one.lot_id, two.lot_id, three.lot_id}

    def test_a_receipt_that_was_reversed(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        masks = goods("masks")
        history.open(ONE, [])
        history.seal()
        received = history.receive(ONE, masks, 40)
        history.seal()
        history.reverse(received, {(ONE, masks.lot_id): -40})
        history.seal()
        trace = trace_lot(indexed(history, tmp_path), masks.lot_id, START)
        assert trace.is_conserved
        assert trace.accounts[masks.lot_id].totals == Totals()
        (arrival,) = trace.arrivals
        assert (arrival.quantity, bool(arrival.document.reversed_by)) == (40, True)
        assert {each.is_reversed for each in trace.graph.edges if each.quantity} == {True}

    def test_what_was_rejected_altogether_came_nowhere(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        masks, gloves = goods("masks"), goods("gloves")
        history.open(ONE, [(masks, 40)])
        history.seal()
        lines = [ReceiptLine(masks, 0, 9), ReceiptLine(gloves, 3, 0)]
        lines.sort(key=lambda line: line.attributes.lot_id)
        history.record(Kind.RECEIPT, lines, SUPPLIER, ONE, (0, ONE))
        history.seal()
        reader = indexed(history, tmp_path)
        followed = follow(reader, [masks.lot_id, gloves.lot_id])
        assert [(each.lot, each.quantity) for each in followed.steps] == [
            (masks.lot_id, 40),
            (gloves.lot_id, 3),
        ]
        assert [each.quantity for each in followed.flows] == [40, 3]

    def test_what_is_not_known_is_unknown(self, told: Told) -> None:
        reader, _, seen = told
        trace = trace_lot(reader, seen["lots"]["masks"], START)
        (arrival,) = trace.arrivals
        assert (arrival.document.kind, arrival.then, arrival.now) == (Kind.OPENING, Status.UNKNOWN, None)
        node = Node(NodeKind.DOCUMENT, seen["opening"].key)
        assert trace.graph.nodes[node].status is Status.UNKNOWN
