"""What tests of reallocation share: a proposal approved, and one approved as the contract would not."""

from __future__ import annotations

from typing import Any

from allocation_history import STREET, Allocation
from stock_history import APPROVER, ITEM
from three_sites import DAY, MASKS, ONE, TWO

from ledger_client import events

LOT = MASKS.lot_id


def approved(it: Allocation, units: int = 80, **asked: Any) -> int:
    """Let the second site have been approved so much of the first."""
    key = it.propose(it.ask(TWO, 120, **asked), ONE, [(LOT, units)])
    it.approve(key, STREET)
    it.seal()
    return key


def approve_as_told(it: Allocation, key: int, division: int = STREET, **told: int) -> None:
    """Approve as the contract would not: with other figures than were there."""
    offered, now = it.proposals[key], it.now
    place = offered.giver, ITEM
    it.reserved[place] = it.reserved.get(place, 0) + offered.remaining
    it.requests[offered.request].promised += offered.remaining
    offered.state = "approved"
    plain = {
        "grant_position": 3,
        "usable": it.history.held[offered.giver, LOT],
        "floor": it.floors.get(place, 0),
        "callable_from": now + it.notices[1] * DAY,
        "stale_reason": 0,
    }
    approval = events.ApprovalGiven(
        division=division,  # type: ignore[arg-type]
        reserved=it.reserved[place],
        emergency=False,
        recorded_at=now,
        **(plain | told),
    )
    it.history.emit(
        events.ProposalApproved, proposal=key, request=offered.request, approver=APPROVER, approval=approval
    )
