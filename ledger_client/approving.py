"""Whether a proposal is approved, by the rules of Reallocation, in the contract's order; no I/O.

Example::

    refusal(Deciding(state=ProposalState.PROPOSED, at=now, …)).refusal is Refusal.NONE
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ledger_client.allocation import SHARE_WHOLE, ProposalState, Refusal, Terms
from ledger_client.divisions import DivisionId
from ledger_client.documents import SECONDS_A_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Everything on which it depends whether a proposal is approved.

    Quantities are base units, times seconds since 1970.

    Attributes:
        state: Of the proposal.
        at: Block time of the approval.
        needed_by: The last second at which the goods are of use.
        withdrawn: Whether the request was withdrawn.
        approver: Division of the approver's grant.
        levels: As `approval_levels` returned them.
        leaves_district: Whether giver and receiver lie in different districts.
        with_consent: Whether the approver's consent to the prepared document comes with it.
        proposed: What the proposal gives.
        open: What the request still asks for: quantity less accepted less promised, not below 0.
        terms: That rule at the giver; None where none do.
        is_stale: Whether the giver's count of the category is overdue.
        stale_reason: Why it gives all the same, 0 where nothing is said.
        in_emergency: Whether an emergency covers both sites: notices are 0.
        floor: What the giver must keep.
        reserved: What is reserved of the item at the giver before this.
        usable: What is usable of the listed lots at the giver.
    """

    state: ProposalState
    at: int
    needed_by: int
    withdrawn: bool
    approver: DivisionId
    levels: tuple[DivisionId, ...]
    leaves_district: bool
    with_consent: bool
    proposed: int
    open: int
    terms: Terms | None
    is_stale: bool
    stale_reason: int
    in_emergency: bool
    floor: int
    reserved: int
    usable: int

    @property
    def callable_from(self) -> int:
        """When the giver's notice ends."""
        notice = 0 if self.in_emergency or self.terms is None else self.terms.notice
        return self.at + notice * SECONDS_A_DAY


class Refused(NamedTuple):
    """Why a proposal is not approved, with the two numbers that the contract gives; `Refusal` says which."""

    refusal: Refusal
    value: int = 0
    limit: int = 0


def refusal(facts: Deciding) -> Refused:
    """Return why a proposal is not approved, the first reason in the contract's order; NONE where it is."""
    taken = facts.reserved + facts.proposed
    share = facts.terms.share if facts.terms else 0
    for is_refused, refused in (
        (facts.state is ProposalState.NONE, Refused(Refusal.UNKNOWN)),
        (facts.state is not ProposalState.PROPOSED, Refused(Refusal.NOT_PROPOSED, facts.state)),
        (facts.at > facts.needed_by, Refused(Refusal.TOO_LATE, 0, facts.needed_by)),
        (facts.withdrawn, Refused(Refusal.REQUEST_WITHDRAWN)),
        (
            facts.approver not in facts.levels,
            Refused(Refusal.WRONG_LEVEL, facts.approver, facts.levels[0] if facts.levels else 0),
        ),
        (facts.leaves_district and not facts.with_consent, Refused(Refusal.CONSENT_MISSING)),
        (facts.proposed > facts.open, Refused(Refusal.ABOVE_REQUEST, facts.proposed, facts.open)),
        (facts.terms is None, Refused(Refusal.NOT_CALLABLE)),
        (facts.is_stale and not facts.stale_reason, Refused(Refusal.STALE)),
        (
            facts.callable_from > facts.needed_by,
            Refused(Refusal.NOTICE_TOO_LONG, facts.callable_from, facts.needed_by),
        ),
        # The share is compared in basis points, so that nothing is lost by rounding.
        (
            taken * SHARE_WHOLE > share * facts.usable,
            Refused(Refusal.ABOVE_SHARE, taken, share * facts.usable // SHARE_WHOLE),
        ),
        (
            facts.floor + taken > facts.usable,
            Refused(Refusal.BELOW_FLOOR, facts.floor + taken, facts.usable),
        ),
    ):
        if is_refused:
            return refused
    return Refused(Refusal.NONE)
