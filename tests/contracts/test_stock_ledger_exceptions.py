"""Exceptions of long consignments: a step costs lines plus exceptions, not their product."""

from __future__ import annotations

from stock import Act, Stock, remaining, sent
from stock_world import DONOR, FRESH_SITE, GRAIN, SECOND_APPROVER
from world import SECOND_SITE

from ledger_client.calldata import Consignment
from ledger_client.documents import Kind
from ledger_client.keccak import keccak
from ledger_client.lines import Line, LotAttributes, OpeningLine

UNITS = 10


def shipped(stock: Stock, lots: int, units: int = UNITS) -> tuple[Act, Consignment, list[int]]:
    """A consignment of so many lots from a site that opens with them."""
    goods = [
        LotAttributes(item=GRAIN, source=DONOR, batch=keccak(index.to_bytes(4, "big")))
        for index in range(lots)
    ]
    stock.enter(stock.act(Kind.OPENING, *(OpeningLine(each, units) for each in goods), to=FRESH_SITE))
    ids = sorted(each.lot_id for each in goods)
    act = stock.act(Kind.DISPATCH, *(Line(lot, units) for lot in ids), from_=FRESH_SITE)
    stock.enter(act)
    return act, sent(act), ids


def cost(stock: Stock, act: Act) -> int:
    """The gas of recording an act."""
    stock.enter(act)
    return int(stock.chain.w3.eth.get_block("latest")["gasUsed"])


def accepted(stock: Stock, lots: int) -> tuple[int, Act, Consignment, list[int]]:
    """Accept a consignment with two exceptions of each lot, and say what it cost."""
    act, consignment, ids = shipped(stock, lots)
    exceptions = [line for lot in ids for line in (Line.returning(lot, 2, 1), Line.missing(lot, 3, 2))]
    step = stock.step(Kind.ACCEPTANCE, act, consignment, *exceptions)
    gas = cost(stock, step)
    for lot in ids:
        assert stock.balance(SECOND_SITE, lot) == UNITS - 5
    return gas, act, remaining(consignment, step, *exceptions), ids


def test_cost_of_300_lines_with_600_exceptions(stock: Stock) -> None:
    with stock.chain.undone():
        few, *_ = accepted(stock, 100)
    many, *_ = accepted(stock, 300)
    assert many < 3.1 * few, (few, many)


def settled(stock: Stock, lots: int, reasons: int) -> int:
    """The gas of settling what is missing: one line of each lot, and of the last one as many as `reasons`."""
    with stock.chain.undone():
        act, consignment, ids = shipped(stock, lots, units=reasons)
        missing = [Line.missing(lot, 1, 1) for lot in ids[:-1]]
        missing += [Line.missing(ids[-1], 1, reason + 1) for reason in range(reasons)]
        step = stock.step(Kind.ACCEPTANCE, act, consignment, *missing)
        stock.enter(step)
        lost = [Line(lot, 1, 3) for lot in ids[:-1]]
        left = remaining(consignment, step, *missing)
        return cost(stock, stock.step(Kind.SETTLEMENT, act, left, *lost, Line(ids[-1], reasons, 3)))


def test_cost_of_60_lines_of_one_lot_behind_100_others(stock: Stock) -> None:
    assert settled(stock, 101, 60) < settled(stock, 101, 1) + 60 * 5_000


def test_what_a_return_found_missing_is_settled_behind_what_the_acceptance_did(stock: Stock) -> None:
    """Two ascending runs of lines: each lot is in both, and a settlement takes the older first."""
    _, act, consignment, ids = accepted(stock, 4)
    back = stock.step(Kind.RETURN_ACCEPTANCE, act, consignment, *(Line.missing(lot, 2, 4) for lot in ids))
    stock.enter(back)
    older = [Line.missing(lot, 3, 2) for lot in ids]
    newer = [Line.missing(lot, 2, 4) for lot in ids]
    consignment = remaining(consignment, back, *older, behind=newer)

    too_much = (Line(ids[0], 4, 1), Line(ids[3], 2, 1), Line(ids[3], 4, 3))
    refusal = stock.refusal(stock.step(Kind.SETTLEMENT, act, consignment, *too_much))
    assert refusal.name == "StockLedgerExceptionExceeds"
    assert refusal.arguments == (ids[3], 3, 4)

    # 4 of the first lot: all of the older 3 and 1 of the newer 2; of the last one all, in two lines.
    found = (Line(ids[0], 4, 1), Line(ids[3], 2, 1), Line(ids[3], 3, 3))
    step = stock.step(Kind.SETTLEMENT, act, consignment, *found, sender=SECOND_APPROVER)
    stock.enter(step)
    left = remaining(consignment, step, *older[1:3], behind=(Line.missing(ids[0], 1, 4), *newer[1:3]))
    rest = [Line(lot, units, 3) for lot, units in zip(ids, (1, 5, 5), strict=False)]
    stock.enter(stock.step(Kind.SETTLEMENT, act, left, *rest))
    assert stock.word("consignment", act.key) == 1
    assert stock.balance(FRESH_SITE, ids[0]) == 4
    assert stock.balance(FRESH_SITE, ids[3]) == 2
