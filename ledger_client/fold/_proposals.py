"""How the events of Reallocation about proposals enter the state: proposed, approved, and how they end.

What follows from events before it is computed anew, and an event that says otherwise is refused. What a site
could spare at the moment of an approval depends on the day at the ledger's offset, of which events do not
tell: `usable` and `left` are taken as told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.allocation import (
    ProposalState,
    Urgency,
    approval_levels,
    emergency_over,
    is_stale,
    lowest_common,
    norm_at,
    ruling_terms,
)
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.events import (
    ConsentGiven,
    ProposalApproved,
    ProposalExpired,
    ProposalMade,
    ProposalRejected,
    ProposalSkipped,
    ProposalWithdrawn,
)
from ledger_client.fold._norms import count_stands, refused, require_same
from ledger_client.fold._reallocation import enter, proposal_of, request_of, reserve, with_counts
from ledger_client.fold.allocation_records import Consent, Proposal, Request, RequestStep
from ledger_client.fold.state import State
from ledger_client.identifiers import ItemId, SiteId, category_of
from ledger_client.roles import Role
from ledger_client.words import QUANTITY_LIMIT, split_words

_QUANTITY = QUANTITY_LIMIT - 1


def fold_proposal_made(state: State, event: ProposalMade) -> None:
    """Add a proposal."""
    request = request_of(state, event)
    if state.proposals[event.proposal] is not None:
        raise refused(event, "the proposal was made before", "该方案此前已提出")
    if not request.is_open(event.recorded_at):
        raise refused(event, "the request was over", "该申请已结束")
    proposed = sum(word & _QUANTITY for word in split_words(event.lines))
    require_same(event, "the quantity", "数量", event.quantity, proposed)
    state.proposals[event.proposal] = Proposal(
        request=event.request,
        giver=event.giver,
        quantity=event.quantity,
        left=event.left,
        anchor=event.anchor,
        keeper=event.keeper,
        keeper_division=event.keeper_division,
        grant_position=event.grant_position,
        made_at=event.recorded_at,
        block=event.place.block,
        log_index=event.place.index,
        transaction=event.place.transaction,
        lines=event.lines,
        state=int(ProposalState.PROPOSED),
        remaining=event.quantity,
        approver=ZERO_ADDRESS,
        approver_division=0,
        approver_position=0,
        approved_at=0,
        usable=0,
        floor=0,
        reserved=0,
        callable_from=0,
        in_emergency=False,
        stale_reason=0,
        closed_at=0,
        closed_by=ZERO_ADDRESS,
        closed_role=0,
        closed_division=0,
        closed_position=0,
        closed_reason=0,
        released=0,
    )
    enter(
        state,
        event,
        RequestStep.PROPOSED,
        about=event.proposal,
        actor=event.keeper,
        role=Role.KEEPER,
        division=event.keeper_division,
        grant_position=event.grant_position,
        quantity=event.quantity,
        recorded_at=event.recorded_at,
    )


def fold_proposal_approved(state: State, event: ProposalApproved) -> None:
    """Approve a proposal: what it gives is reserved at the giver and promised to the request."""
    request, proposal = request_of(state, event), proposal_of(state, event)
    found, time = event.approval, event.approval.recorded_at
    _require_state(event, proposal, ProposalState.PROPOSED)
    _require_turn(state, event, proposal, found.division, time)
    if proposal.remaining > request.open:
        raise refused(event, "it is more than the request asks for", "超出申请尚需数量")
    place = proposal.giver, request.item
    expected = {
        "floor": norm_at(state.floors[place] or 0, time),
        "reserved": (state.reserved[place] or 0) + proposal.remaining,
        "emergency": _emergency(state, proposal, request, time) is not None,
        "callable_from": _callable_from(state, event, proposal, request),
    }
    for name, value in expected.items():
        require_same(event, name.replace("_", " "), f" {name} ", getattr(found, name), value)
    if _gives_stale(state, proposal, request, time) is not bool(found.stale_reason):
        raise refused(event, "whether the count is overdue is another", "盘点是否逾期与此前事件不符")
    state.reserved[place] = found.reserved
    state.requests[event.request] = replace(request, promised=request.promised + proposal.remaining)
    state.proposals[event.proposal] = replace(
        proposal,
        state=int(ProposalState.APPROVED),
        approver=event.approver,
        approver_division=found.division,
        approver_position=found.grant_position,
        approved_at=time,
        usable=found.usable,
        floor=found.floor,
        reserved=found.reserved,
        callable_from=found.callable_from,
        in_emergency=found.emergency,
        stale_reason=found.stale_reason,
    )
    enter(
        state,
        event,
        RequestStep.APPROVED,
        about=event.proposal,
        actor=event.approver,
        role=Role.APPROVER,
        division=found.division,
        grant_position=found.grant_position,
        reason=found.stale_reason,
        quantity=proposal.remaining,
        recorded_at=time,
    )


def fold_consent_given(state: State, event: ConsentGiven) -> None:
    """Keep an approver's consent to the prepared document of a proposal just approved."""
    proposal = proposal_of(state, event)
    require_same(event, "the approver", "审批人", event.approver, proposal.approver)
    if proposal.state != ProposalState.APPROVED or state.consents[event.proposal] is not None:
        raise refused(event, "the proposal was not approved just before", "该方案并非刚获批准")
    state.consents[event.proposal] = Consent(
        approver=event.approver,
        kind=int(event.kind),
        client_id=event.client_id,
        occurred_at=event.occurred_at.word,
        reason=event.reason,
        deadline=event.deadline,
        body=event.body,
        valid_until=event.valid_until,
        r=event.consent.r,
        vs=event.consent.vs,
    )
    enter(
        state,
        event,
        RequestStep.CONSENTED,
        about=event.proposal,
        actor=event.approver,
        role=Role.APPROVER,
        division=proposal.approver_division,
        grant_position=proposal.approver_position,
        recorded_at=proposal.approved_at,
    )


def fold_proposal_skipped(_state: State, _event: ProposalSkipped) -> None:
    """Change nothing: the proposal stands as it stood, and the event is in no journal."""


def fold_proposal_rejected(state: State, event: ProposalRejected) -> None:
    """Reject a proposal."""
    proposal = proposal_of(state, event)
    _require_state(event, proposal, ProposalState.PROPOSED)
    _require_turn(state, event, proposal, event.approver_division, event.recorded_at)
    state.proposals[event.proposal] = replace(
        proposal,
        state=int(ProposalState.REJECTED),
        closed_at=event.recorded_at,
        closed_by=event.approver,
        closed_role=int(Role.APPROVER),
        closed_division=event.approver_division,
        closed_position=event.grant_position,
        closed_reason=event.reason,
    )
    enter(
        state,
        event,
        RequestStep.REJECTED,
        about=event.proposal,
        actor=event.approver,
        role=Role.APPROVER,
        division=event.approver_division,
        grant_position=event.grant_position,
        reason=event.reason,
        recorded_at=event.recorded_at,
    )


def fold_proposal_withdrawn(state: State, event: ProposalWithdrawn) -> None:
    """Withdraw a proposal; what it still had reserved is free."""
    proposal = proposal_of(state, event)
    if event.role is Role.APPROVER:
        _require_turn(state, event, proposal, event.division, event.recorded_at)
    _end(state, event, proposal)
    state.proposals[event.proposal] = replace(
        proposal,
        state=int(ProposalState.WITHDRAWN),
        closed_at=event.recorded_at,
        closed_by=event.holder,
        closed_role=int(event.role),
        closed_division=event.division,
        closed_position=event.grant_position,
        closed_reason=event.reason,
        released=event.released,
    )
    enter(
        state,
        event,
        RequestStep.WITHDRAWN,
        about=event.proposal,
        actor=event.holder,
        role=event.role,
        division=event.division,
        grant_position=event.grant_position,
        reason=event.reason,
        quantity=event.released,
        recorded_at=event.recorded_at,
    )


def fold_proposal_expired(state: State, event: ProposalExpired) -> None:
    """Note that a proposal's time is over; what it still had reserved is free."""
    request, proposal = request_of(state, event), proposal_of(state, event)
    if not request.is_withdrawn and event.recorded_at <= request.needed_by:
        until = request.needed_by
        raise refused(event, f"its time is not over before {until}", f"其时限至 {until}，尚未届满")
    _end(state, event, proposal)
    state.proposals[event.proposal] = replace(
        proposal,
        state=int(ProposalState.EXPIRED),
        closed_at=event.recorded_at,
        closed_by=event.caller,
        released=event.released,
    )
    enter(
        state,
        event,
        RequestStep.EXPIRED,
        about=event.proposal,
        actor=event.caller,
        quantity=event.released,
        recorded_at=event.recorded_at,
    )


def _end(state: State, event: ProposalWithdrawn | ProposalExpired, proposal: Proposal) -> None:
    """Free what a proposal that has not ended still had reserved."""
    if proposal.state not in (ProposalState.PROPOSED, ProposalState.APPROVED):
        raise refused(event, "the proposal had ended", "该方案已结束")
    is_approved = proposal.state == ProposalState.APPROVED
    released = proposal.remaining if is_approved else 0
    require_same(event, "what is released", "释放数量", event.released, released)
    if is_approved:
        request = request_of(state, event)
        reserve(state, event, proposal.giver, request.item, -released)
        state.requests[event.request] = with_counts(event, request, promised=-released)


# ---------------------------------------------------------------------------------------------- derived


def _require_state(event: Any, proposal: Proposal, state: ProposalState) -> None:
    require_same(event, "the proposal", "方案状态", state.name, ProposalState(proposal.state).name)


def _emergency(state: State, proposal: Proposal, request: Request, time: int) -> int | None:
    common = lowest_common(SiteId(proposal.giver), SiteId(request.site))
    return emergency_over(common, time, state.emergencies.__getitem__)


def _require_turn(state: State, event: Any, proposal: Proposal, division: int, time: int) -> None:
    """Refuse a decision of a division whose turn it was not."""
    request = request_of(state, event)
    levels = approval_levels(
        SiteId(proposal.giver),
        SiteId(request.site),
        Urgency(request.urgency),
        proposal.made_at,
        time,
        _emergency(state, proposal, request, time),  # type: ignore[arg-type]
    )
    if division not in levels:
        raise refused(event, f"division {division} could not decide", f"{division} 当时无权决定")


def _callable_from(state: State, event: ProposalApproved, proposal: Proposal, request: Request) -> int:
    """Return when the giver's notice ends, by the terms in force."""
    time = event.approval.recorded_at
    ruling = ruling_terms(SiteId(proposal.giver), time, lambda *key: state.terms[key] or 0)
    if ruling is None:
        raise refused(event, "the giver gives nothing", "给出方无调用条件，不可调出")
    in_emergency = _emergency(state, proposal, request, time) is not None
    return time + (0 if in_emergency else ruling[1].notice * SECONDS_A_DAY)


def _gives_stale(state: State, proposal: Proposal, request: Request, time: int) -> bool:
    key = proposal.giver, category_of(ItemId(request.item))
    count = state.counted[key]
    counted_at = count.counted_at if count is not None and count_stands(state, count) else 0
    return is_stale(state.cycles[key] or 0, counted_at, time)
