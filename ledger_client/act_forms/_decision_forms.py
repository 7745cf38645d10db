"""Forms of norms, emergencies, requests, proposals and decisions on them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ledger_client.act_forms._words import (
    LOTS,
    NORMS,
    CategoryCode,
    ClientId,
    Code,
    Days,
    DivisionCode,
    Effective,
    Form,
    Hex32,
    Id,
    ItemCode,
    Key,
    MaybeWhy,
    Model,
    Note,
    ProposalKeys,
    QuantityText,
    ReasonName,
    SiteCode,
    Source,
    TimeText,
    Why,
)


class FloorForm(Model):
    """What a site must keep of an item."""

    item: ItemCode
    quantity: QuantityText = Field(description="Base units; 0 for nothing.")


class CycleForm(Model):
    """How often a category is counted."""

    category: CategoryCode
    days: Days


class OfferedForm(Model):
    """How much of a lot is given."""

    lot: Id
    quantity: QuantityText = Field(description="Base units; 0 of a lot that stays and covers the floor.")


class SetFloors(Form):
    """Set what a site must keep."""

    act: Literal["set-floors"] = Field(description="What it is.")
    site: SiteCode
    floors: list[FloorForm] = Field(min_length=1, max_length=NORMS, description="By item, each once.")
    effective_at: Effective = None
    source: Source


class SetCycles(Form):
    """Set how often a site counts."""

    act: Literal["set-cycles"] = Field(description="What it is.")
    site: SiteCode
    cycles: list[CycleForm] = Field(min_length=1, max_length=NORMS, description="By category, each once.")
    effective_at: Effective = None
    source: Source


class SetTerms(Form):
    """Set on which terms sites of a storage mode give."""

    act: Literal["set-terms"] = Field(description="What it is.")
    division: DivisionCode
    mode: Literal["government", "agreement", "enterprise-held", "household", "merchant"] = Field(
        description="Storage mode."
    )
    share: int = Field(ge=0, le=10_000, description="Callable share, in hundredths of a percent.")
    notice_days: int = Field(ge=0, le=366, description="Days from approval until goods may be called.")
    effective_at: Effective = None
    source: Source


class ProveCount(Form):
    """Show a recorded count, so that what it counted is no longer overdue."""

    act: Literal["prove-count"] = Field(description="What it is.")
    document: Key


class DeclareEmergency(Form):
    """Declare an emergency that begins now."""

    act: Literal["declare-emergency"] = Field(description="What it is.")
    division: DivisionCode
    until: TimeText = Field(description="Its last day, or the moment when it is over.")
    reason: Why
    source: Source


class EndEmergency(Form):
    """End an emergency, now."""

    act: Literal["end-emergency"] = Field(description="What it is.")
    division: DivisionCode
    reason: Why


# ----------------------------------------------------------------------------------------------- reallocation


class MakeRequest(Form):
    """Ask for goods for a site."""

    act: Literal["request"] = Field(description="What it is.")
    client_id: ClientId
    site: SiteCode
    item: ItemCode
    quantity: QuantityText
    needed_by: TimeText = Field(description="The last day or moment at which the goods are of use.")
    urgency: Literal["routine", "urgent", "critical"] = Field(
        "routine", description="How long each level of approval has."
    )
    reason: MaybeWhy = None
    consignee: Code | None = Field(None, description="To whom they will be issued.")
    note: Note | None = Field(None, description="Why, in words and without persons; kept off chain.")


class WithdrawRequest(Form):
    """Withdraw a request that is open."""

    act: Literal["withdraw-request"] = Field(description="What it is.")
    request: Key
    reason: Why


class Propose(Form):
    """Propose what one site gives for a request."""

    act: Literal["propose"] = Field(description="What it is.")
    client_id: ClientId
    request: Key
    giver: SiteCode
    lots: list[OfferedForm] = Field(min_length=1, max_length=LOTS, description="What it gives, by lot.")
    anchor: Hex32 | None = Field(
        None, description="Of the plan that it comes from; left out where it is proposed by hand."
    )


class WithdrawProposals(Form):
    """Withdraw proposals, or what of them is not delivered."""

    act: Literal["withdraw-proposals"] = Field(description="What it is.")
    proposals: ProposalKeys
    role: Literal["keeper", "approver"] = Field(description="What the signer acts as.")
    reason: Why


class ExpireProposals(Form):
    """Record that the time of proposals is over."""

    act: Literal["expire-proposals"] = Field(description="What it is.")
    proposals: ProposalKeys


class Approve(Form):
    """Approve what can be approved of proposals whose goods stay in their district."""

    act: Literal["approve"] = Field(description="What it is.")
    proposals: ProposalKeys
    stale_reason: ReasonName | None = Field(None, description="Why givers whose count is overdue give.")


class ApproveWithConsent(Form):
    """Approve a proposal whose goods leave the district, and consent to its document."""

    act: Literal["approve-with-consent"] = Field(description="What it is.")
    client_id: ClientId
    proposal: Key
    kind: Literal["dispatch", "hand-over"] = Field(description="How the goods travel.")
    occurred_at: TimeText | None = Field(None, description="When it will occur; left out, today.")
    deadline: TimeText | None = Field(None, description="Of a dispatch: until when the receiver answers.")
    stale_reason: ReasonName | None = Field(None, description="Why a giver whose count is overdue gives.")
    note: Note | None = Field(None, description="Of the document; kept off chain.")


class RejectProposals(Form):
    """Reject proposals."""

    act: Literal["reject"] = Field(description="What it is.")
    proposals: ProposalKeys
    reason: Why


class Show(Form):
    """Show a recorded document, so that it counts for its request."""

    act: Literal["show"] = Field(description="What it is.")
    document: Key


class ShowReversed(Form):
    """Show that a dispatch or hand-over was reversed after it was shown."""

    act: Literal["show-reversed"] = Field(description="What it is.")
    document: Key
