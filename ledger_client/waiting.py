"""For whom a proposal waits, and which division may decide on it next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_client.allocation import LEVEL_TIMES, ProposalState, Urgency, lowest_approving, upward
from ledger_client.divisions import DivisionId
from ledger_client.identifiers import SiteId

if TYPE_CHECKING:
    from ledger_client.index.allocation import ProposalAt


def is_waiting(each: ProposalAt) -> bool:
    """Return whether somebody has to do something: decide, deliver, or let it expire."""
    is_undecided = each.state is ProposalState.PROPOSED
    return is_undecided or (each.state is ProposalState.APPROVED and each.proposal.remaining > 0)


def next_opening(each: ProposalAt) -> tuple[DivisionId, int] | None:
    """Return the next division up that may decide too, and from when (seconds); None where none will."""
    if not each.levels or each.is_over:
        return None
    steps = upward(lowest_approving(SiteId(each.proposal.giver), SiteId(each.request.site)))
    place = len(each.levels)
    if place >= len(steps):
        return None
    at = each.proposal.made_at + place * LEVEL_TIMES[Urgency(each.request.urgency)]
    return None if at > each.request.needed_by else (steps[place], at)
