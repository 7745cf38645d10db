"""How the events of Reallocation about requests enter the state, and what all of its events share.

As in `_norms`: what follows from events before it is computed anew, and an event that says otherwise is
refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.allocation import norm_at, request_key
from ledger_client.digests import entry_digest, roll
from ledger_client.events import RequestMade, RequestWithdrawn
from ledger_client.fold._directory import known
from ledger_client.fold._norms import refused, require_same
from ledger_client.fold.allocation_records import Proposal, Request, RequestEntry, RequestStep
from ledger_client.fold.state import State
from ledger_client.roles import Role

_MASK_64 = (1 << 64) - 1


def fold_request_made(state: State, event: RequestMade) -> None:
    """Add a request."""
    asking = event.asking
    require_same(event, "the key", "编号", event.request, request_key(asking.site, asking.client_id))
    require_same(event, "the site", "储备点", event.site, asking.site)
    if state.requests[event.request] is not None:
        raise refused(event, "the request was made before", "该申请此前已提出")
    floor = norm_at(state.floors[asking.site, asking.item] or 0, event.recorded_at)
    require_same(event, "the floor", "保底量", event.floor, floor)
    state.requests[event.request] = Request(
        client_id=asking.client_id,
        site=asking.site,
        item=asking.item,
        quantity=asking.quantity,
        needed_by=asking.needed_by,
        urgency=int(asking.urgency),
        reason=asking.reason,
        consignee=asking.consignee,
        body=asking.body,
        floor=event.floor,
        keeper=event.keeper,
        keeper_division=event.keeper_division,
        grant_position=event.grant_position,
        made_at=event.recorded_at,
        block=event.place.block,
        log_index=event.place.index,
        transaction=event.place.transaction,
        accepted=0,
        promised=0,
        withdrawn_at=0,
        withdrawn_by=ZERO_ADDRESS,
        withdrawn_reason=0,
    )
    enter(
        state,
        event,
        RequestStep.REQUESTED,
        actor=event.keeper,
        role=Role.KEEPER,
        division=event.keeper_division,
        grant_position=event.grant_position,
        reason=asking.reason,
        quantity=asking.quantity,
        recorded_at=event.recorded_at,
    )


def fold_request_withdrawn(state: State, event: RequestWithdrawn) -> None:
    """Withdraw a request."""
    request = request_of(state, event)
    if not request.is_open(event.recorded_at):
        raise refused(event, "the request was over", "该申请已结束")
    state.requests[event.request] = replace(
        request,
        withdrawn_at=event.recorded_at,
        withdrawn_by=event.keeper,
        withdrawn_reason=event.reason,
    )
    enter(
        state,
        event,
        RequestStep.REQUEST_WITHDRAWN,
        actor=event.keeper,
        role=Role.KEEPER,
        division=event.keeper_division,
        grant_position=event.grant_position,
        reason=event.reason,
        recorded_at=event.recorded_at,
    )


# ---------------------------------------------------------------------------------------------- for all


def request_of(state: State, event: Any) -> Request:
    """Return the request of an event, which an earlier one must have made."""
    found: Request = known(state.requests[event.request], event, f"request {event.request:062x}")
    return found


def proposal_of(state: State, event: Any) -> Proposal:
    """Return the proposal of an event, which an earlier one must have made for the same request."""
    found: Proposal = known(state.proposals[event.proposal], event, f"proposal {event.proposal:062x}")
    require_same(event, "the request", "申请", f"{event.request:062x}", f"{found.request:062x}")
    return found


def reserve(state: State, event: Any, site: int, item: int, change: int) -> None:
    """Add to what is reserved of an item at a site, or (negative) free it."""
    reserved = (state.reserved[site, item] or 0) + change
    if reserved < 0:
        raise refused(event, "less is reserved than it frees", "预留数量少于其释放数量")
    state.reserved[site, item] = reserved


def with_counts(event: Any, request: Request, *, accepted: int = 0, promised: int = 0) -> Request:
    """Return a request with changed counts; none of them is ever below 0."""
    changed = replace(request, accepted=request.accepted + accepted, promised=request.promised + promised)
    if changed.accepted < 0 or changed.promised < 0:
        raise refused(event, "less was promised or accepted than it takes back", "承诺或验收数量不足以扣回")
    return changed


def enter(state: State, event: Any, step: RequestStep, **facts: Any) -> None:
    """Append an event to the journal of its request, with where the request stands after it."""
    key = event.request
    word = roll(state.request_journals[key] or 0, key, entry_digest(event))
    state.request_journals[key] = word
    request = request_of(state, event)
    plain = {"about": 0, "role": 0, "division": 0, "grant_position": 0, "reason": 0, "quantity": 0} | facts
    state.request_entries[key, word & _MASK_64] = RequestEntry(
        step=int(step),
        **(plain | {"role": int(plain["role"])}),
        accepted=request.accepted,
        promised=request.promised,
        is_withdrawn=request.is_withdrawn,
        block=event.place.block,
        log_index=event.place.index,
        transaction=event.place.transaction,
    )
