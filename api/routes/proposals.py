"""`/v1/proposals`: who gives what for which request, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.ids import KEY_DIGITS, ProposalNotRecordedError, ProposalParameter
from api.parameters import at_seconds, place_of
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes._asking import AskingQuery, AtQuery, FoundAround
from api.routes._concerned import Place, registered_place
from api.routes._why import FoundWhy
from api.schemas.common import Block, day_or_none, id160, moment, moment_or_none
from api.schemas.requests import (
    Closing,
    ConsentGiven,
    Decision,
    Giving,
    ProposalAnswer,
    ProposalPage,
    ProposedLot,
    ShownDelivery,
)
from api.schemas.sites import reason_name
from ledger_client.allocation import ProposalState
from ledger_client.deliveries import lots_of
from ledger_client.digests import document_key
from ledger_client.fold.allocation_records import Consent, Proposal
from ledger_client.fold.records import Lot
from ledger_client.index.allocation import ProposalAt, WholeRequest
from ledger_client.index.norms import GivingAt
from ledger_client.index.whole import WholeReader

router = Resource(prefix="/proposals", tags=["proposals"])

_STATES: dict[str, tuple[ProposalState, ...] | None] = {
    "undecided": (ProposalState.PROPOSED,),
    "approved": (ProposalState.APPROVED,),
    "ended": (ProposalState.REJECTED, ProposalState.WITHDRAWN, ProposalState.EXPIRED),
    "all": None,
}


class ProposalsQuery(AskingQuery):
    """Which page of the proposals of which place."""

    state: Literal["undecided", "approved", "ended", "all"] = Field(
        "undecided", description="Only those that stood so."
    )
    after: str | None = Field(
        None,
        pattern="^[0-9]{1,18}-[0-9]{1,18}$",
        description="`next_after` of the page before: block and place in it of its last proposal.",
    )


@router.get(
    "",
    operation_id="list_proposals",
    summary="The proposals whose giver or receiver lies in a place",
    responses=Problem.responses(401, 403, 404),
)
def list_proposals(
    caller: CallerDep, reading: ReadingDep, query: Annotated[ProposalsQuery, Query()]
) -> ProposalPage:
    """Return a page of the proposals of a place, in the order in which they were made."""
    place, at = place_of(query.place), at_seconds(query.at)
    caller.require(Scope.READ, place)

    def read(index: WholeReader) -> tuple[Place, list[ProposalAt], FoundAround]:
        registered = registered_place(index, place)
        found = index.proposals(at, states=_STATES[query.state], place=place)
        if query.after is not None:
            block, position = map(int, query.after.split("-"))
            found = [each for each in found if _order(each.proposal) > (block, position)]
        # One more than is shown tells whether another page follows.
        page = found[: query.limit + 1]
        return registered, page, FoundAround.of(index, (), page, at)

    (registered, found, around), stamp = reading.consistent(read, WholeReader)
    page, shown = found[: query.limit], around.shown(reading)
    return ProposalPage(
        place=str(place),
        name=registered.name(reading),
        at=moment(at),
        proposals=[around.row(each, shown) for each in page],
        next_after="{}-{}".format(*_order(page[-1].proposal)) if len(found) > len(page) else None,
        block=Block.of(stamp),
    )


@router.get(
    "/{key}",
    operation_id="read_proposal",
    summary="A proposal: what leaves and why, who decides, what was found and delivered",
    responses=Problem.responses(401, 403, 404),
)
def read_proposal(
    caller: CallerDep, reading: ReadingDep, key: ProposalParameter, query: Annotated[AtQuery, Query()]
) -> ProposalAnswer:
    """Return a proposal to readers of either side; what one side holds to readers of that side."""
    caller.require_reader()
    at = at_seconds(query.at)

    def read(index: WholeReader) -> _Found:
        each = index.proposal(key, at)
        whole = None if each is None else index.request(each.proposal.request)
        if each is None or whole is None:
            raise ProposalNotRecordedError(key=f"{key:0{KEY_DIGITS}x}")
        caller.require_any(Scope.READ, (each.proposal.giver, each.request.site))
        return _Found.of(index, reading.plans, caller, each, whole)

    found, stamp = reading.consistent(read, WholeReader)
    return _answer(reading, found, Block.of(stamp))


@dataclass(frozen=True, slots=True)
class _Found:
    """A proposal, and what its reader may see beside it."""

    each: ProposalAt
    whole: WholeRequest
    lots: dict[int, Lot]
    there: dict[int, int] | None
    giving: GivingAt | None
    around: FoundAround
    why: FoundWhy
    consent: Consent | None
    is_sent: bool

    @classmethod
    def of(
        cls, index: WholeReader, plans: Path, caller: Rights, each: ProposalAt, whole: WholeRequest
    ) -> _Found:
        """Ask the index, and the plan that the proposal names."""
        giver, listed = each.proposal.giver, lots_of(each.proposal.lines)
        there, giving = None, None
        if caller.covers(giver):
            held = index.balances_of(listed)
            there = {lot: held.get((giver, lot), 0) for lot in listed}
            giving = index.giving(giver, each.request.item, each.at)
        around = FoundAround.of(index, (), [each], each.at)
        why = FoundWhy.of(index, plans, caller, each)
        consent = whole.consents.get(each.key)
        is_sent = consent is not None and index.document(document_key(giver, consent.client_id)) is not None
        return cls(each, whole, index.lots_by_id(listed), there, giving, around, why, consent, is_sent)


def _answer(reading: Reading, found: _Found, block: Block) -> ProposalAnswer:
    each, proposal, shown = found.each, found.each.proposal, found.around.shown(reading)
    return ProposalAnswer(
        proposal=found.around.row(each, shown),
        keeper=proposal.keeper,
        lots=[
            ProposedLot(
                lot=id160(lot),
                quantity=str(units),
                on_hand=None if found.there is None else str(found.there[lot]),
                use_until=day_or_none(found.lots[lot].use_until) if lot in found.lots else None,
            )
            for lot, units in lots_of(proposal.lines).items()
        ],
        giving=None if found.giving is None else Giving.of(found.giving),
        why=found.why.answer(reading, each, found.around),
        approval=_decision(proposal),
        closing=_closing(proposal),
        consent=None if found.consent is None else ConsentGiven.of(found.consent, is_sent=found.is_sent),
        deliveries=[
            ShownDelivery.of(key, delivery, found.whole)
            for key, delivery in found.whole.deliveries.items()
            if delivery.proposal == each.key
        ],
        at=moment(each.at),
        block=block,
    )


def _decision(proposal: Proposal) -> Decision | None:
    if not proposal.approved_at:
        return None
    return Decision(
        at=moment(proposal.approved_at),
        approver=proposal.approver,
        division=str(proposal.approver_division),
        usable=str(proposal.usable),
        floor=str(proposal.floor),
        reserved=str(proposal.reserved),
        callable_from=moment_or_none(proposal.callable_from),
        stale_reason=reason_name(proposal.stale_reason),
    )


def _closing(proposal: Proposal) -> Closing | None:
    if not proposal.closed_at:
        return None
    return Closing(
        at=moment(proposal.closed_at),
        by=proposal.closed_by,
        reason=reason_name(proposal.closed_reason),
        released=str(proposal.released),
    )


def _order(proposal: Proposal) -> tuple[int, int]:
    return proposal.block, proposal.log_index
