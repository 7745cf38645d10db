"""The client's replay of the events against everything that the contracts store, word by word.

Every kind of document was recorded by the real contracts; the replay of their events must come to exactly
the words in storage, no more and no less, journals of sites, lots, holders, suppliers and issuers among them.
"""

from __future__ import annotations

from typing import Any

import pytest
import replayed
from stock import Stock, remaining
from stock_stages import accepted, after_deadline, dispatched, staged
from stock_world import MASKS, RICE, build_stock
from web3.contract.contract import Contract

from ledger_client.documents import Kind
from ledger_client.fold import State
from ledger_client.lines import Line


def contracts(stock: Stock) -> dict[str, Contract]:
    world = stock.world
    return {
        "Directory": world.directory,
        "SupplierRegistry": world.registry,
        "Catalogue": world.catalogue,
        "StockLedger": stock.ledger,
    }


def assert_same(stock: Stock) -> State:
    return replayed.assert_same(stock.chain, contracts(stock))


@pytest.fixture(scope="module")
def built() -> Stock:
    return build_stock()


@pytest.fixture
def stock(built: Stock) -> Any:
    snapshot = built.chain.snapshot()
    yield built
    built.chain.revert(snapshot)


def test_world_as_it_was_built(stock: Stock) -> None:
    state: Any = assert_same(stock)
    assert state.qualifications
    assert state.grants
    assert state.balances


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.name)
def test_every_kind_of_document(stock: Stock, kind: Kind) -> None:
    act = staged(stock, kind)
    stock.enter(act)
    state: Any = assert_same(stock)
    assert state.documents[act.key].kind == kind


def test_all_kinds_one_after_the_other(stock: Stock) -> None:
    # A hold and a recall are parts of what stages a release and a lift; goods must not run out.
    staged_before = {Kind.OPENING, Kind.HOLD, Kind.RECALL}
    on_the_way = {Kind.DISPATCH, Kind.ACCEPTANCE, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT}
    for kind in Kind:
        if kind not in staged_before | on_the_way:
            stock.enter(staged(stock, kind))
    assert_same(stock)


def test_consignment_with_everything(stock: Stock) -> None:
    """Returning and missing for two reasons, found missing on return, settled in three parts."""
    masks, rice = MASKS.lot_id, RICE.lot_id
    act, consignment = accepted(
        stock,
        *(Line.returning(masks, 10, 1), Line.missing(masks, 4, 1), Line.missing(masks, 3, 2)),
        Line.returning(rice, 8, 3),
    )
    assert_same(stock)
    back = (Line.missing(masks, 2, 1), Line.missing(rice, 8, 5))
    step = stock.step(Kind.RETURN_ACCEPTANCE, act, consignment, *back)
    stock.enter(step)
    state: Any = assert_same(stock)
    left = [(line >> 96, line >> 80 & 0x7FFF, line & 0xFFFF) for line in state.consignments[act.key].lines]
    assert sorted(left) == sorted([(masks, 1, 4), (masks, 2, 3), (masks, 1, 2), (rice, 5, 8)])


def test_contested_then_returned(stock: Stock) -> None:
    act, consignment = dispatched(stock)
    after_deadline(stock, act)
    lines = (Line.missing(MASKS.lot_id, 40, 1), Line.missing(RICE.lot_id, 1, 2))
    step = stock.step(Kind.CONTEST, act, consignment, *lines)
    stock.enter(step)
    assert_same(stock)
    with_rest = remaining(consignment, step, *lines)
    assert with_rest.state == 2
