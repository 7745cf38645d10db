"""Requests and proposals: what sites ask for, who gives, and what was delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.schemas.common import (
    AccountAddress,
    Block,
    DocumentKey,
    Hash,
    Id160,
    ItemCode,
    ItemLabel,
    Name,
    Quantity,
    SiteCode,
    id160_or_none,
    moment,
    moment_or_none,
)
from api.schemas.documents import DocumentBody
from api.schemas.sites import CardDocument, reason_name
from api.schemas.why import Why
from ledger_client.allocation import DeliveryState, ProposalState, Urgency
from ledger_client.documents import Kind, Timestamp
from ledger_client.emergencies import EmergencySpell, division_of, spell_covering
from ledger_client.fold.allocation_records import Consent, Delivery, Request, RequestEntry, RequestStep
from ledger_client.index.allocation import ProposalAt, WholeRequest
from ledger_client.index.norms import GivingAt
from ledger_client.waiting import is_waiting, next_opening

UrgencyName = Literal["routine", "urgent", "critical"]
URGENCIES: dict[int, UrgencyName] = {
    Urgency.ROUTINE: "routine",
    Urgency.URGENT: "urgent",
    Urgency.CRITICAL: "critical",
}
RequestState = Literal["open", "covered", "withdrawn", "over"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What requests and proposals are shown with: items, names of sites, the emergencies of the ledger."""

    labels: Mapping[int, ItemLabel]
    names: Mapping[int, Name | None]
    spells: Sequence[EmergencySpell]

    def was_emergency(self, at: int, *sites: int) -> bool:
        """Return whether an emergency covered these sites together at a time, seconds."""
        return spell_covering(division_of(*sites), at, self.spells) is not None


class RequestRow(BaseModel):
    """What a site asks for, as it stood at `at`."""

    key: DocumentKey = Field(description="Its key.")
    site: SiteCode = Field(description="The receiving site.")
    site_name: Name | None = Field(description="The site's name.")
    item: ItemCode = Field(description="What is asked for.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    quantity: Quantity = Field(description="Base units that were asked for.")
    accepted: Quantity = Field(description="Accepted at the site.")
    promised: Quantity = Field(description="Approved or on its way, neither accepted nor fallen away.")
    open: Quantity = Field(description="Still asked for.")
    state: RequestState = Field(description="`over`: its day of need is.")
    needed_by: datetime = Field(description="The last second at which the goods are of use, UTC.")
    urgency: UrgencyName = Field(description="How long each level of approval has.")
    reason: str | None = Field(description="Why, by its name in the published list.")
    is_flagged: bool = Field(description="Whether it asks for more than three times the site's floor.")
    is_emergency: bool = Field(description="Whether an emergency covered the site when it asked.")
    consignee: Id160 | None = Field(description="To whom the goods will be issued.")
    made_at: datetime = Field(description="Time of its block, UTC.")

    @classmethod
    def of(
        cls, key: int, request: Request, counts: tuple[int, int, bool], at: int, shown: Shown
    ) -> RequestRow:
        """Return a request; `counts`: accepted, promised and whether it was withdrawn, at the time `at`."""
        accepted, promised, is_withdrawn = counts
        label = shown.labels[request.item]
        return cls(
            key=f"{key:062x}",
            site=str(request.site),
            site_name=shown.names.get(request.site),
            item=str(request.item),
            item_name=label.name,
            unit=label.unit,
            quantity=str(request.quantity),
            accepted=str(accepted),
            promised=str(promised),
            open=str(max(0, request.quantity - accepted - promised)),
            state=_state(request, accepted, at, is_withdrawn=is_withdrawn),
            needed_by=moment(request.needed_by),
            urgency=URGENCIES[request.urgency],
            reason=reason_name(request.reason),
            is_flagged=request.is_flagged,
            is_emergency=shown.was_emergency(request.made_at, request.site),
            consignee=id160_or_none(request.consignee),
            made_at=moment(request.made_at),
        )


class RequestPage(BaseModel):
    """A page of the requests of a place."""

    place: str = Field(description="The site or division; 0 is the country.", examples=["420102"])
    name: Name | None = Field(description="Its name; null of the country.")
    at: datetime = Field(description="For which time it is said where they stand, UTC.")
    requests: list[RequestRow] = Field(description="The most pressing first.")
    next_after: str | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class NextLevel(BaseModel):
    """Who may decide next."""

    division: str = Field(description="The division whose approvers may.", examples=["420102"])
    from_: datetime = Field(alias="from", description="From when, UTC.")


class ProposalRow(BaseModel):
    """What one giver gives for a request, as it stood at `at`."""

    key: DocumentKey = Field(description="Its key.")
    request: DocumentKey = Field(description="For which request.")
    giver: SiteCode = Field(description="The giving site.")
    giver_name: Name | None = Field(description="The giver's name.")
    receiver: SiteCode = Field(description="The receiving site.")
    receiver_name: Name | None = Field(description="The receiver's name.")
    item: ItemCode = Field(description="What is given.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    quantity: Quantity = Field(description="Base units that were proposed.")
    remaining: Quantity = Field(description="Of these, what was not yet shown as delivered.")
    left: Quantity = Field(
        description="What stays usable of the listed lots at the giver, when it was proposed."
    )
    anchor: Hash | None = Field(
        description="Digest of the matching that it comes from, by which its reasons are computed anew "
        "(`shecang reallocate recheck`); null where a keeper proposed it by hand."
    )
    state: Literal["proposed", "approved", "rejected", "withdrawn", "expired"] = Field(
        description="Where it stood."
    )
    is_over: bool = Field(description="Whether its time was over: anybody may then let it expire.")
    waits_for: Literal["approver", "giver", "anybody"] | None = Field(
        description="Who has to do something: decide, deliver, or let it expire; null for nobody."
    )
    levels: list[str] = Field(description="Divisions whose approvers may decide, the lowest first.")
    next_level: NextLevel | None = Field(description="Which level may decide too, and from when.")
    giver_is_stale: bool = Field(description="Whether the giver's count of the item's category is overdue.")
    is_emergency: bool = Field(description="Whether an emergency covered both sites when it was proposed.")
    approved_in_emergency: bool | None = Field(
        description="Whether one did when it was approved; null where it was not."
    )
    needed_by: datetime = Field(description="The request's last second of need, UTC.")
    made_at: datetime = Field(description="Time of its block, UTC.")

    @classmethod
    def of(cls, each: ProposalAt, shown: Shown, *, giver_is_stale: bool) -> ProposalRow:
        """Return a proposal of the index."""
        proposal, request = each.proposal, each.request
        label, opening = shown.labels[request.item], next_opening(each)
        approved = None
        if proposal.approved_at:
            approved = shown.was_emergency(proposal.approved_at, proposal.giver, request.site)
        return cls(
            key=f"{each.key:062x}",
            request=f"{proposal.request:062x}",
            giver=str(proposal.giver),
            giver_name=shown.names.get(proposal.giver),
            receiver=str(request.site),
            receiver_name=shown.names.get(request.site),
            item=str(request.item),
            item_name=label.name,
            unit=label.unit,
            quantity=str(proposal.quantity),
            remaining=str(proposal.remaining),
            left=str(proposal.left),
            anchor=f"0x{proposal.anchor.hex()}" if any(proposal.anchor) else None,
            state=_PROPOSAL_STATES[each.state],
            is_over=each.is_over,
            waits_for=_waits_for(each),
            levels=[str(division) for division in each.levels],
            next_level=None
            if opening is None
            else NextLevel.model_validate({"division": str(opening[0]), "from": moment(opening[1])}),
            giver_is_stale=giver_is_stale,
            is_emergency=shown.was_emergency(proposal.made_at, proposal.giver, request.site),
            approved_in_emergency=approved,
            needed_by=moment(request.needed_by),
            made_at=moment(proposal.made_at),
        )


class ProposalPage(BaseModel):
    """A page of the proposals whose giver or receiver lies in a place."""

    place: str = Field(description="The site or division; 0 is the country.", examples=["420102"])
    name: Name | None = Field(description="Its name; null of the country.")
    at: datetime = Field(description="For which time it is said where they stand, UTC.")
    proposals: list[ProposalRow] = Field(description="In the order in which they were made.")
    next_after: str | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class ShownDelivery(BaseModel):
    """A dispatch or hand-over that was shown for a request."""

    document: DocumentKey = Field(description="The document.")
    kind: str = Field(description="What it is.", examples=["hand_over"])
    proposal: DocumentKey = Field(description="On which proposal.")
    quantity: Quantity = Field(description="Base units that left the giver.")
    accepted: Quantity = Field(description="Of these, accepted at the receiver, by what was shown.")
    state: Literal["dispatched", "answered", "reversed"] = Field(description="Where it stands.")
    answers: list[str] = Field(
        description="Kinds of the documents that were shown as answers to it, in order.",
        examples=[["acceptance"]],
    )
    shown_at: datetime = Field(description="When it was shown, UTC.")

    @classmethod
    def of(cls, key: int, delivery: Delivery, whole: WholeRequest) -> ShownDelivery:
        """Return a delivery of the index."""
        answers = [each for each in whole.answers.values() if each.delivery == key]
        return cls(
            document=f"{key:062x}",
            kind=Kind.of(delivery.kind).name.lower(),
            proposal=f"{delivery.proposal:062x}",
            quantity=str(delivery.quantity),
            accepted=str(delivery.accepted),
            state=_DELIVERY_STATES[delivery.state],
            answers=[Kind.of(each.kind).name.lower() for each in answers],
            shown_at=moment(delivery.shown_at),
        )


class RequestJournalEntry(BaseModel):
    """An entry of a request's journal, with where the request stood after it."""

    sequence: int = Field(description="Place in the journal, from 1.")
    step: str = Field(description="What happened.", examples=["proposed"])
    about: DocumentKey | None = Field(
        description="Key of the proposal, or of the document that was shown; null for the request itself."
    )
    actor: AccountAddress = Field(description="Who did it.")
    division: str | None = Field(description="Of the grant relied on; null where anybody may.")
    reason: str | None = Field(description="Why, by its name in the published list.")
    quantity: Quantity = Field(description="Base units asked for, proposed, approved, released or delivered.")
    accepted: Quantity = Field(description="Of the request after it.")
    promised: Quantity = Field(description="Of the request after it.")
    recorded_at: datetime = Field(description="Time of its block, UTC.")

    @classmethod
    def of(cls, sequence: int, entry: RequestEntry) -> RequestJournalEntry:
        """Return an entry of the index."""
        return cls(
            sequence=sequence,
            step=RequestStep(entry.step).name.lower(),
            about=f"{entry.about:062x}" if entry.about else None,
            actor=entry.actor,
            division=str(entry.division) if entry.role else None,
            reason=reason_name(entry.reason),
            quantity=str(entry.quantity),
            accepted=str(entry.accepted),
            promised=str(entry.promised),
            recorded_at=moment(entry.recorded_at),
        )


class RequestAnswer(BaseModel):
    """A request from need to accepted delivery."""

    request: RequestRow = Field(description="What was asked for, and where it stands.")
    consignee_name: Name | None = Field(description="The consignee's name.")
    floor: Quantity = Field(description="What the site had to keep of the item when it asked.")
    keeper: AccountAddress = Field(description="Who asked.")
    withdrawn_at: datetime | None = Field(description="When it was withdrawn, UTC.")
    withdrawn_reason: str | None = Field(description="Why, by its name in the published list.")
    issued: Quantity | None = Field(
        description="Issued to its consignee; null where it names none, or to whoever reads a giver alone."
    )
    waiting: Quantity | None = Field(description="Arrived and not issued yet; null likewise.")
    proposals: list[ProposalRow] = Field(
        description="In the order in which they were made; to whoever reads a giver alone, those of that "
        "giver. What follows likewise."
    )
    deliveries: list[ShownDelivery] = Field(description="What was shown as delivered.")
    not_shown: list[CardDocument] = Field(
        description="Documents that are recorded and count for it once they are shown."
    )
    journal: list[RequestJournalEntry] = Field(description="What happened, in order.")
    body: DocumentBody = Field(description="What whoever asked wrote beside it.")
    at: datetime = Field(description="For which time it is said where it stands, UTC.")
    block: Block = Field(description="Up to which block the answer holds.")


class ProposedLot(BaseModel):
    """A lot on a proposal."""

    lot: Id160 = Field(description="The lot.")
    quantity: Quantity = Field(description="Base units that leave; 0 of what stays.")
    on_hand: Quantity | None = Field(
        description="What the giver holds of it now; null to whoever does not read the giver."
    )
    use_until: date | None = Field(description="Last day on which it may be used; null where there is none.")


class Giving(BaseModel):
    """On which conditions the giver gives the item now."""

    floor: Quantity = Field(description="What it must keep.")
    share: int | None = Field(
        description="Which part of what lies above the floor may be called on, in basis points; null: none."
    )
    notice_days: int | None = Field(description="Days of notice; null where it gives nothing.")
    terms_division: str | None = Field(description="Whose terms rule.", examples=["42"])
    is_stale: bool = Field(description="Whether the count of the item's category is overdue.")
    count_due: datetime | None = Field(
        description="Until when the category is to be counted, UTC; null where no cycle is set."
    )

    @classmethod
    def of(cls, giving: GivingAt) -> Giving:
        """Return the conditions of the index."""
        terms = giving.terms
        return cls(
            floor=str(giving.floor),
            share=None if terms is None else terms.share,
            notice_days=None if terms is None else terms.notice,
            terms_division=None if giving.terms_division is None else str(giving.terms_division),
            is_stale=giving.is_stale,
            count_due=None if giving.count is None else moment(giving.count.due),
        )


class Decision(BaseModel):
    """What was found when a proposal was approved."""

    at: datetime = Field(description="When, UTC.")
    approver: AccountAddress = Field(description="Who approved.")
    division: str = Field(description="Of the grant relied on.", examples=["420102001"])
    usable: Quantity = Field(description="What was usable of the listed lots.")
    floor: Quantity = Field(description="What the giver had to keep.")
    reserved: Quantity = Field(description="What was reserved of the item at the giver, this included.")
    callable_from: datetime | None = Field(description="When the giver's notice ended or ends, UTC.")
    stale_reason: str | None = Field(
        description="Why it was approved although the giver's count was overdue; null where it was not."
    )


class Closing(BaseModel):
    """How a proposal ended."""

    at: datetime = Field(description="When, UTC.")
    by: AccountAddress = Field(description="Who ended it.")
    reason: str | None = Field(description="Why, by its name in the published list.")
    released: Quantity = Field(description="What was no longer reserved from then on.")


class ConsentGiven(BaseModel):
    """An approver's consent to the prepared document of a proposal.

    The document as approved, prepared under its client id, has the consent already.
    """

    approver: AccountAddress = Field(description="Who consented.")
    kind: str = Field(description="Of the document.", examples=["dispatch"])
    deadline: datetime | None = Field(description="Of a dispatch, UTC.")
    valid_until: datetime | None = Field(description="Until when the consent counts, UTC.")
    client_id: Hash = Field(description="The document's, with which its form is handed in.")
    occurred_at: datetime = Field(description="When the document is said to occur, UTC.")
    is_day_only: bool = Field(description="Whether only the day of that is known.")
    reason: str | None = Field(description="Its reason, by its name in the published list.")
    has_body: bool = Field(description="Whether it has a note, which is where it was approved alone.")
    is_sent: bool = Field(description="Whether the document is recorded.")

    @classmethod
    def of(cls, consent: Consent, *, is_sent: bool) -> ConsentGiven:
        """Return a consent of the index."""
        occurred = Timestamp.from_word(consent.occurred_at)
        return cls(
            approver=consent.approver,
            kind=Kind.of(consent.kind).name.lower(),
            deadline=moment_or_none(consent.deadline),
            valid_until=moment_or_none(consent.valid_until),
            client_id=f"0x{consent.client_id.hex()}",
            occurred_at=moment(occurred.seconds),
            is_day_only=occurred.is_day_only,
            reason=reason_name(consent.reason),
            has_body=any(consent.body),
            is_sent=is_sent,
        )


class ProposalAnswer(BaseModel):
    """A proposal: what leaves, who may decide, what was found at approval, what was delivered."""

    proposal: ProposalRow = Field(description="What was proposed, and where it stands.")
    keeper: AccountAddress = Field(description="Who proposed it.")
    lots: list[ProposedLot] = Field(description="What was listed, in the order of the proposal.")
    giving: Giving | None = Field(
        description="On which conditions the giver gives now; null to whoever does not read the giver."
    )
    why: Why = Field(description="Where it comes from, and why it says what it says.")
    approval: Decision | None = Field(description="What was found when it was approved.")
    closing: Closing | None = Field(description="How it was rejected, withdrawn or expired.")
    consent: ConsentGiven | None = Field(description="The approver's consent to its prepared document.")
    deliveries: list[ShownDelivery] = Field(description="What was shown as delivered on it.")
    at: datetime = Field(description="For which time it is said where it stands, UTC.")
    block: Block = Field(description="Up to which block the answer holds.")


_PROPOSAL_STATES: dict[ProposalState, Any] = {
    state: state.name.lower() for state in ProposalState if state is not ProposalState.NONE
}
_DELIVERY_STATES: dict[int, Any] = {
    int(state): state.name.lower() for state in DeliveryState if state is not DeliveryState.NONE
}


def _waits_for(each: ProposalAt) -> Literal["approver", "giver", "anybody"] | None:
    if not is_waiting(each):
        return None
    if each.is_over:
        return "anybody"
    return "giver" if each.state is ProposalState.APPROVED else "approver"


def _state(request: Request, accepted: int, at: int, *, is_withdrawn: bool) -> RequestState:
    if accepted >= request.quantity:
        return "covered"
    if is_withdrawn:
        return "withdrawn"
    return "over" if at > request.needed_by else "open"
