"""Acts that the ledger should accept now: a builder for each kind, and what has to be done before."""

from __future__ import annotations

from collections.abc import Callable

from model_act import LATE_AFTER, Act
from model_builder import Builder
from model_choice import Choice
from model_movements import dispatch, hand_over, issue, opening, receipt, repack, write_off
from model_played import Played
from model_state import OPEN
from model_steps import (
    acceptance,
    contest,
    count,
    hold,
    lift,
    recall,
    release,
    return_,
    return_acceptance,
    reversal,
    settlement,
)

from ledger_client.documents import Kind

BUILDERS: dict[Kind, Callable[[Builder], Act | None]] = {
    Kind.OPENING: opening,
    Kind.RECEIPT: receipt,
    Kind.RELEASE: release,
    Kind.HOLD: hold,
    Kind.ISSUE: issue,
    Kind.HAND_OVER: hand_over,
    Kind.DISPATCH: dispatch,
    Kind.ACCEPTANCE: acceptance,
    Kind.CONTEST: contest,
    Kind.RETURN: return_,
    Kind.RETURN_ACCEPTANCE: return_acceptance,
    Kind.SETTLEMENT: settlement,
    Kind.COUNT: count,
    Kind.WRITE_OFF: write_off,
    Kind.REPACK: repack,
    Kind.REVERSAL: reversal,
    Kind.RECALL: recall,
    Kind.LIFT: lift,
}

BEFORE: dict[Kind, Kind] = {
    Kind.RELEASE: Kind.HOLD,
    Kind.LIFT: Kind.RECALL,
    Kind.ACCEPTANCE: Kind.DISPATCH,
    Kind.CONTEST: Kind.DISPATCH,
    Kind.RETURN: Kind.DISPATCH,
    Kind.RETURN_ACCEPTANCE: Kind.ACCEPTANCE,
    Kind.SETTLEMENT: Kind.ACCEPTANCE,
    Kind.REVERSAL: Kind.ISSUE,
    Kind.RECEIPT: Kind.OPENING,
}
"""What is done first where the state has nothing for a kind; of all others a receipt."""


def toward(played: Played, choice: Choice, kind: Kind) -> Act:
    """An act of a kind, or of one that makes it possible."""
    _wait_for(played, kind)
    builder = Builder(played, choice)
    act = BUILDERS[kind](builder)
    return act if act is not None else toward(played, choice, BEFORE.get(kind, Kind.RECEIPT))


def _wait_for(played: Played, kind: Kind) -> None:
    """Let the time pass that a receiver has, where a contest or a return would be too early for all."""
    waits = {Kind.CONTEST: 1, Kind.RETURN: LATE_AFTER + 1}.get(kind)
    times = [each.deadline for each in played.state.transits.values() if each.state == OPEN]
    if waits and times:
        played.clock.set(max(played.clock.now(), min(times) + waits))
