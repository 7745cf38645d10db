"""An act of each kind that the ledger accepts, with everything before it done."""

from __future__ import annotations

from collections.abc import Callable

from stock import DAY, Act, L, Stock, remaining, sent
from stock_world import FRESH_SITE, KEEPER, MASKS, OLD, PIECES, RICE
from world import SITE

from ledger_client.calldata import Consignment
from ledger_client.documents import Kind
from ledger_client.lines import CountLine, Line, OpeningLine, ReceiptLine, RepackLine

DISPATCHED = (Line(MASKS.lot_id, 40), Line(RICE.lot_id, 30))


def dispatched(stock: Stock) -> tuple[Act, Consignment]:
    """Goods on their way from SITE to SECOND_SITE."""
    act = stock.act(Kind.DISPATCH, *DISPATCHED)
    stock.enter(act)
    return act, sent(act)


def accepted(stock: Stock, *exceptions: Line) -> tuple[Act, Consignment]:
    """A consignment of which something is returning or missing."""
    act, consignment = dispatched(stock)
    step = stock.step(Kind.ACCEPTANCE, act, consignment, *exceptions)
    stock.enter(step)
    return act, remaining(consignment, step, *exceptions)


def after_deadline(stock: Stock, act: Act, seconds: int = 1) -> None:
    """Wait until `seconds` after the deadline of a dispatch."""
    stock.chain.travel_to(act.document.deadline + seconds)


def ready(stock: Stock, kind: Kind, *lines: Line, **fields: object) -> tuple[Act, Act]:
    """A dispatch, and a step of it that is accepted unless lines or fields say something wrong."""
    if kind is Kind.RETURN_ACCEPTANCE:
        act, consignment = accepted(
            stock, Line.returning(MASKS.lot_id, 10, 2), Line.missing(RICE.lot_id, 5, 3)
        )
    else:
        act, consignment = dispatched(stock)
    if kind in (Kind.CONTEST, Kind.RETURN):
        after_deadline(stock, act, 1 if kind is Kind.CONTEST else L + 1)
    return act, stock.step(kind, act, consignment, *lines, **fields)


def _opening(stock: Stock) -> Act:
    return stock.act(Kind.OPENING, OpeningLine(RICE, 5), to=FRESH_SITE)


def _receipt(stock: Stock) -> Act:
    return stock.act(Kind.RECEIPT, ReceiptLine(MASKS, 10))


def _release(stock: Stock) -> Act:
    stock.enter(_hold(stock))
    return stock.act(Kind.RELEASE, Line(RICE.lot_id))


def _hold(stock: Stock) -> Act:
    return stock.act(Kind.HOLD, Line(RICE.lot_id))


def _issue(stock: Stock) -> Act:
    return stock.act(Kind.ISSUE, Line(RICE.lot_id, 30))


def _hand_over(stock: Stock) -> Act:
    return stock.act(Kind.HAND_OVER, Line(RICE.lot_id, 30))


def _dispatch(stock: Stock) -> Act:
    return stock.act(Kind.DISPATCH, *DISPATCHED)


def _acceptance(stock: Stock) -> Act:
    return stock.step(Kind.ACCEPTANCE, *dispatched(stock), Line.missing(RICE.lot_id, 5, 1))


def _contest(stock: Stock) -> Act:
    act, consignment = dispatched(stock)
    after_deadline(stock, act)
    return stock.step(Kind.CONTEST, act, consignment, Line.missing(RICE.lot_id, 5, 1))


def _return(stock: Stock) -> Act:
    act, consignment = dispatched(stock)
    after_deadline(stock, act, L + DAY)
    return stock.step(Kind.RETURN, act, consignment)


def _return_acceptance(stock: Stock) -> Act:
    return stock.step(Kind.RETURN_ACCEPTANCE, *accepted(stock, Line.returning(RICE.lot_id, 10, 1)))


def _settlement(stock: Stock) -> Act:
    lot = RICE.lot_id
    return stock.step(Kind.SETTLEMENT, *accepted(stock, Line.missing(lot, 5, 1)), Line(lot, 5, 3))


def _count(stock: Stock) -> Act:
    journal = stock.word("siteJournal", SITE)
    return stock.act(Kind.COUNT, CountLine(RICE.lot_id, 990, 1_000), reference=journal)


def _write_off(stock: Stock) -> Act:
    return stock.act(Kind.WRITE_OFF, Line(OLD.lot_id, 4))


def _repack(stock: Stock) -> Act:
    return stock.act(Kind.REPACK, RepackLine(MASKS.lot_id, 2, PIECES, 40))


def _reversal(stock: Stock) -> Act:
    act = _issue(stock)
    stock.enter(act)
    return stock.reversal(act, sender=KEEPER)


def _recall(stock: Stock) -> Act:
    return stock.act(Kind.RECALL, Line(RICE.lot_id))


def _lift(stock: Stock) -> Act:
    stock.enter(_recall(stock))
    return stock.act(Kind.LIFT, Line(RICE.lot_id))


STAGES: dict[Kind, Callable[[Stock], Act]] = {
    Kind.OPENING: _opening,
    Kind.RECEIPT: _receipt,
    Kind.RELEASE: _release,
    Kind.HOLD: _hold,
    Kind.ISSUE: _issue,
    Kind.HAND_OVER: _hand_over,
    Kind.DISPATCH: _dispatch,
    Kind.ACCEPTANCE: _acceptance,
    Kind.CONTEST: _contest,
    Kind.RETURN: _return,
    Kind.RETURN_ACCEPTANCE: _return_acceptance,
    Kind.SETTLEMENT: _settlement,
    Kind.COUNT: _count,
    Kind.WRITE_OFF: _write_off,
    Kind.REPACK: _repack,
    Kind.REVERSAL: _reversal,
    Kind.RECALL: _recall,
    Kind.LIFT: _lift,
}


def staged(stock: Stock, kind: Kind) -> Act:
    """An act of `kind` that the ledger accepts now."""
    return STAGES[kind](stock)
