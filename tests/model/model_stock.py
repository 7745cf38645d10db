"""What documents do to balances and lots: moves, lots that lines create, status; and why they may not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from model_act import QUANTITY, Act, Head, rows_of
from model_lines import attributes_of, is_own
from model_state import HELD, RECALLED, Lot, State

from ledger_client.documents import Kind
from ledger_client.reverts.catalogue import FactorMismatchError
from ledger_client.reverts.stock import (
    BalanceOverflowError,
    ItemUnknownError,
    LotExpiredError,
    LotHeldError,
    LotHeldHereError,
    LotNotHeldError,
    LotRecalledError,
    LotUnknownError,
    MadeTooLateError,
    QualificationMismatchError,
    RepackOutlivesError,
    StockInsufficientError,
    VerdictChangedError,
)
from ledger_client.reverts.suppliers import (
    NotAccreditedError,
    QualificationForeignError,
    QualificationUnknownError,
)
from ledger_client.words import NEVER, VerdictStatus, VerdictWord, pack_verdict

Errors = Iterator[type[Exception]]
Move = tuple[int, int, int]
TAKES = {Kind.ISSUE, Kind.WRITE_OFF, Kind.DISPATCH, Kind.HAND_OVER}
NO_FAULT = (VerdictStatus.VALID, VerdictStatus.NOT_NEEDED)


# -- moves


def moves_of(kind: Kind, document: object, rows: Iterable[tuple[int, ...]]) -> list[Move]:
    """(site, lot, difference) of a document that is no step of a consignment, in the order of its lines."""
    from_, to = document.from_, document.to  # type: ignore[attr-defined]
    moves: list[Move] = []
    for row in rows:
        head = Head.of(row[0])
        if kind in TAKES:
            moves.append((from_, head.lot, -head.quantity))
        if kind in (Kind.OPENING, Kind.RECEIPT, Kind.HAND_OVER):
            moves.append((to, head.lot, head.quantity))
        if kind is Kind.COUNT:
            moves.append((from_, head.lot, head.quantity - row[1]))
        if kind is Kind.REPACK:
            output = Head.of(row[1])
            moves += [(from_, head.lot, -head.quantity), (from_, output.lot, output.quantity)]
    return moves


def moves_back(act: Act) -> list[Move]:
    """What a reversal moves: the original's moves the other way round."""
    assert act.original is not None
    kind, document = act.original.kind, act.original.document
    return [
        (site, lot, -difference)
        for site, lot, difference in moves_of(kind, document, rows_of(kind, document))
    ]


def move_errors(state: State, moves: Iterable[Move]) -> Errors:
    """No balance is ever negative, none reaches 2**63."""
    held = dict(state.balances)
    for site, lot, difference in moves:
        held[site, lot] = held.get((site, lot), 0) + difference
        if held[site, lot] < 0:
            yield StockInsufficientError
        if held[site, lot] > QUANTITY:
            yield BalanceOverflowError


def apply_moves(state: State, moves: Iterable[Move]) -> None:
    for site, lot, difference in moves:
        state.balances[site, lot] = state.balances.get((site, lot), 0) + difference


# -- lots


def known_errors(state: State, act: Act) -> Errors:
    """A lot that a line does not create must have been created."""
    if act.kind in (Kind.OPENING, Kind.RECEIPT, Kind.REVERSAL):
        return
    if any(head.lot not in state.lots for head in act.heads):
        yield LotUnknownError


def usable_errors(state: State, act: Act, now: int) -> Errors:
    """Held, recalled and expired lots are not issued, handed over, dispatched or repacked."""
    site = act.document.from_
    for head in act.heads:
        lot = state.lots.get(head.lot)
        if lot is None:
            continue
        if lot.status & HELD:
            yield LotHeldError
        if lot.status & RECALLED:
            yield LotRecalledError
        if (site, head.lot) in state.held_here:
            yield LotHeldHereError
        if state.is_expired(lot, act.judged_on(now)):
            yield LotExpiredError


def goes_to_disposal(state: State, act: Act) -> bool:
    place = state.places.get(act.document.to)
    return act.kind is Kind.DISPATCH and place is not None and place.is_disposal


def item_errors(state: State, act: Act) -> Errors:
    for row in act.rows:
        goods = attributes_of(act, row)
        if goods is not None and goods.item not in state.items:
            yield ItemUnknownError


def made_errors(state: State, act: Act) -> Errors:
    """A day of making leaves room for the shelf life: no lot comes to keep for ever by a mistake."""
    for row in act.rows:
        goods = attributes_of(act, row)
        if goods is None or goods.lot_id in state.lots or goods.item not in state.items:
            continue
        shelf_life = state.items[goods.item].shelf_life
        if goods.made and shelf_life and not goods.expires and goods.made + shelf_life >= NEVER:
            yield MadeTooLateError


def created(state: State, act: Act) -> dict[int, Lot]:
    """The lots that come into being: of what is taken in, and was not known."""
    lots = {}
    for row in act.rows:
        goods = attributes_of(act, row)
        if goods is None or goods.lot_id in state.lots or goods.item not in state.items:
            continue
        if act.kind is Kind.RECEIPT and not row[0] & QUANTITY:
            continue
        status = HELD if act.kind is Kind.RECEIPT and is_own(row) else 0
        batch = int.from_bytes(goods.batch, "big")
        until = state.use_until(goods)
        lots[goods.lot_id] = Lot(goods.item, act.recording_site, until, status, goods.source, batch)
    return lots


# -- receipts


def verdict_of(state: State, act: Act, now: int) -> VerdictWord:
    """What the qualification of a receipt is worth, on time now, late when it occurred."""
    if act.document.qualification:
        return state.verdict(act.document.qualification, act.judged_on(now))
    needed = any(_category(state, act, row) for row in act.rows)
    return VerdictWord(VerdictStatus.UNKNOWN if needed else VerdictStatus.NOT_NEEDED, 0, 0, 0)


def verdict_word(state: State, act: Act, now: int) -> int:
    return pack_verdict(verdict_of(state, act, now)) if act.kind is Kind.RECEIPT else 0


def _category(state: State, act: Act, row: tuple[int, ...]) -> int:
    goods = attributes_of(act, row)
    return state.items[goods.item].category if goods and goods.item in state.items else 0


def receipt_errors(state: State, act: Act, now: int) -> Errors:
    """One qualification that all lines need; what must be held is in a lot of its own."""
    id_ = act.document.qualification
    if id_ and id_ not in state.qualifications:
        yield QualificationUnknownError
        return
    if id_:
        found = state.qualifications[id_]
        if found.supplier != act.document.from_:
            yield QualificationForeignError
        if any(_category(state, act, row) != found.category for row in act.rows):
            yield QualificationMismatchError
    if must_be_held(state, act, now) and any(not is_own(row) for row in act.rows):
        yield VerdictChangedError


def must_be_held(state: State, act: Act, now: int) -> bool:
    """Late, not signed by the supplier, or not qualified."""
    return act.is_late(now) or act.other is None or verdict_of(state, act, now).status not in NO_FAULT


# -- status


def status_errors(state: State, act: Act, now: int) -> Errors:
    """Rules of hold, release, recall and lift."""
    site = act.document.from_
    for head in act.heads:
        lot = state.lots.get(head.lot)
        if lot is None:
            continue
        is_held_here = (site, head.lot) in state.held_here
        if act.kind is Kind.HOLD and is_held_here:
            yield LotHeldHereError
        if act.kind is Kind.RELEASE and not is_held_here and not is_freed_everywhere(lot, site):
            yield LotNotHeldError
        if act.kind is Kind.RECALL and lot.status & RECALLED:
            yield LotRecalledError
        if act.kind is Kind.LIFT and not lot.status & RECALLED:
            yield LotNotHeldError
        if act.kind in (Kind.RECALL, Kind.LIFT) and act.document.from_:
            yield from accredited_errors(state, act.document.from_, lot.item, now)


def is_freed_everywhere(lot: Lot, site: int) -> bool:
    """Whether a release at a site frees a lot that was created held: only where it was created."""
    return bool(lot.status & HELD) and lot.creating_site == site


def accredited_errors(state: State, issuer: int, item: int, now: int) -> Errors:
    """An issuer recalls what it is accredited for now."""
    accreditation = state.accreditations.get((issuer, state.items[item].category))
    if accreditation is None or accreditation.status(now) != VerdictStatus.VALID:
        yield NotAccreditedError


# -- repack


def repack_errors(state: State, act: Act) -> Errors:
    for row in act.rows:
        source, goods = state.lots.get(Head.of(row[0]).lot), attributes_of(act, row)
        if source is None or goods is None or goods.item not in state.items:
            continue
        if not fits_factor(state, source.item, goods.item, row[0] & QUANTITY, row[1] & QUANTITY):
            yield FactorMismatchError
        known = state.lots.get(goods.lot_id)
        if (known.use_until if known else state.use_until(goods)) > source.use_until:
            yield RepackOutlivesError


def fits_factor(state: State, from_: int, to: int, input_: int, output: int) -> bool:
    """Where the Catalogue holds a factor, in either direction, it must match exactly."""
    if (from_, to) in state.factors:
        return input_ * state.factors[from_, to] == output
    if (to, from_) in state.factors:
        return output * state.factors[to, from_] == input_
    return True
