"""Goods in transit: what a step may say of a consignment, what arrives where, and what remains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from model_act import DAY, LATE_AFTER, MISSING, QUANTITY, Act, Head
from model_state import ACCEPTED, OPEN, State, Transit
from model_stock import Move

from ledger_client.documents import Kind
from ledger_client.reverts.documents import (
    ConsignmentChangedError,
    DeadlineAheadError,
    DeadlineFarError,
    DeadlinePastError,
    ExceptionExceedsError,
    ReferenceUnknownError,
)
from ledger_client.reverts.stock import LinesIncompleteError, LotUnknownError
from ledger_client.words import REFERENCE_CONSIGNMENT

Errors = Iterator[type[Exception]]
NEEDS_OPEN = {Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN}
FOUND_AT_SENDER, FOUND_AT_RECEIVER = 1, 2
LONGEST = 366 * DAY


def dispatch_errors(act: Act, now: int) -> Errors:
    """The receiver has time to answer, and not for ever."""
    if act.document.deadline <= now:
        yield DeadlinePastError
    if act.document.deadline > now + LONGEST:
        yield DeadlineFarError


def step_errors(state: State, act: Act, now: int) -> Errors:
    """A step names a consignment as it is, in the state that the step needs, at the time for it."""
    if act.reference_type != REFERENCE_CONSIGNMENT:
        yield ReferenceUnknownError
        return
    transit = state.transits.get(act.reference_id)
    if transit is None:
        yield ReferenceUnknownError
        yield ConsignmentChangedError
        return
    if not is_as_committed(act, transit):
        yield ConsignmentChangedError
        return
    yield from answer_time_errors(act, transit, now)
    yield from exception_errors(act, transit)


def is_as_committed(act: Act, transit: Transit) -> bool:
    needed = OPEN if act.kind in NEEDS_OPEN else ACCEPTED
    places = (act.document.from_, act.document.to)
    return (
        transit.state == needed
        and act.consignment == transit.given()
        and places == (transit.from_, transit.to)
    )


def answer_time_errors(act: Act, transit: Transit, now: int) -> Errors:
    """After the deadline the receiver has L to accept or to contest; then the sender may take it back."""
    if act.kind is Kind.CONTEST and now <= transit.deadline:
        yield DeadlineAheadError
    if act.kind is Kind.RETURN and now <= transit.deadline + LATE_AFTER:
        yield DeadlineAheadError


def exception_errors(act: Act, transit: Transit) -> Errors:
    """Nothing accounts for more than there is."""
    if act.kind is Kind.RETURN_ACCEPTANCE and all(is_missing(line) for line in transit.lines):
        yield LinesIncompleteError
    for lot in {head.lot for head in act.heads}:
        named = sum(head.quantity for head in act.heads if head.lot == lot)
        there = sum(line & QUANTITY for line in takes_from(act, transit) if line >> 96 == lot)
        if named > there:
            yield ExceptionExceedsError
        if not there:
            yield LotUnknownError


def is_missing(line: int) -> bool:
    return bool(Head.of(line).reason & MISSING)


def takes_from(act: Act, transit: Transit) -> list[int]:
    """The lines of which the act's lines are a part."""
    if transit.state == OPEN:
        return list(transit.lines)
    settles = act.kind is Kind.SETTLEMENT
    return [line for line in transit.lines if is_missing(line) is settles]


def rest_of(act: Act, transit: Transit) -> list[int]:
    """The lines less what the act names, taken from the lines of its lot in their order."""
    takes = takes_from(act, transit)
    open_: dict[int, int] = {}
    for head in act.heads:
        open_[head.lot] = open_.get(head.lot, 0) + head.quantity
    rest = []
    for line in transit.lines:
        part = min(open_.get(line >> 96, 0), line & QUANTITY) if line in takes else 0
        if part:
            open_[line >> 96] -= part
        if line & QUANTITY > part:
            rest.append(line - part)
    return rest


def step_moves(act: Act, transit: Transit) -> list[Move]:
    """What a step puts where."""
    sender, receiver = transit.from_, transit.to
    if act.kind is Kind.SETTLEMENT:
        places = {FOUND_AT_SENDER: sender, FOUND_AT_RECEIVER: receiver}
        return [(places[h.reason], h.lot, h.quantity) for h in act.heads if h.reason in places]
    if act.kind is Kind.CONTEST:
        return []
    site = receiver if act.kind is Kind.ACCEPTANCE else sender
    rest = rest_of(act, transit)
    if act.kind is Kind.RETURN_ACCEPTANCE:
        rest = [line for line in rest if not is_missing(line)]
    return [(site, line >> 96, line & QUANTITY) for line in rest]


def after_step(act: Act, transit: Transit) -> Transit:
    """The consignment as it is committed to after a step."""
    named = [row[0] for row in act.rows]
    rest = rest_of(act, transit)
    if act.kind is Kind.RETURN:
        return transit.closed()
    if act.kind is Kind.ACCEPTANCE:
        lines = named
    elif act.kind is Kind.CONTEST:
        lines = [*rest, *named]
    elif act.kind is Kind.RETURN_ACCEPTANCE:
        lines = [*(line for line in rest if is_missing(line)), *named]
    else:
        lines = rest
    if not lines:
        return transit.closed()
    signers = transit.signers + (() if act.kind is Kind.SETTLEMENT else act.signers)
    return replace(transit, state=ACCEPTED, signers=signers, lines=tuple(lines))


def dispatched(act: Act) -> Transit:
    document = act.document
    lines = tuple(row[0] for row in act.rows)
    return Transit(OPEN, document.from_, document.to, act.signers, lines, document.deadline)
