"""Events of Reallocation, field by field as in `IReallocation.sol`.

Each is an entry of the journal of its request, `ProposalSkipped` apart, which changes nothing.
"""

# ruff: noqa: RUF009 -- `indexed`, `word`, `words` and `tail` return dataclasses.field(...), no shared default.
from __future__ import annotations

from dataclasses import dataclass

from ledger_client.addresses import Address
from ledger_client.allocation import Refusal, Urgency
from ledger_client.divisions import DivisionId
from ledger_client.documents import Kind, Timestamp
from ledger_client.events._codec import FixedEvent, indexed, tail, word, words
from ledger_client.identifiers import ConsigneeId, ItemId, SiteId
from ledger_client.roles import Role
from ledger_client.word_types import (
    ADDRESS,
    BOOL,
    BYTES32,
    TIMESTAMP,
    UINT16,
    UINT64,
    UINT160,
    UINT248,
    UINT256,
    enum,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a site asks for.

    Attributes:
        client_id: 32 bytes that the client chose; with the site they make the key.
        site: The receiving site.
        item: Of what.
        quantity: Base units, above 0.
        needed_by: The last second at which the goods are of use.
        urgency: How long each level of approval has.
        reason: A code of the published list, 0 for none.
        consignee: To whom the goods will be issued, 0 for none.
        body: Salted digest of the request's body, zeros where it has none.
    """

    client_id: bytes = word(BYTES32)
    site: SiteId = word(UINT64)
    item: ItemId = word(UINT64)
    quantity: int = word(UINT64)
    needed_by: int = word(UINT64)
    urgency: Urgency = word(enum(Urgency))
    reason: int = word(UINT16)
    consignee: ConsigneeId = word(UINT160)
    body: bytes = word(BYTES32)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGiven:
    """What was found when a proposal was approved: the contract's `Approval`.

    Attributes:
        division: Of the approver's grant.
        grant_position: Sequence of the approver's journal at that grant's last change.
        usable: Base units of the listed lots that were usable.
        floor: Base units that the giver must keep.
        reserved: Base units of the item that are reserved at the giver from now on, these included.
        callable_from: When the giver's notice ends, seconds.
        emergency: Whether an emergency covers both sites.
        stale_reason: Why it was approved although the giver's count is overdue, 0 where it is not.
        recorded_at: Block time.
    """

    division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    usable: int = word(UINT64)
    floor: int = word(UINT64)
    reserved: int = word(UINT64)
    callable_from: int = word(UINT64)
    emergency: bool = word(BOOL)
    stale_reason: int = word(UINT16)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSignature:
    """An approver's signature in the compact form of EIP-2098, 32 bytes each."""

    r: bytes = word(BYTES32)
    vs: bytes = word(BYTES32)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMade(FixedEvent):
    """A site asked for goods; `floor` is what it must keep of the item, base units."""

    request: int = indexed(UINT248)
    site: SiteId = indexed(UINT64)
    keeper: Address = indexed(ADDRESS)
    asking: Asking = words(Asking)
    floor: int = word(UINT64)
    keeper_division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWithdrawn(FixedEvent):
    """A request was withdrawn."""

    request: int = indexed(UINT248)
    keeper: Address = indexed(ADDRESS)
    reason: int = word(UINT16)
    keeper_division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalMade(FixedEvent):
    """A giver was proposed.

    Attributes:
        quantity: Base units, the sum of the lines.
        left: Base units of the listed lots that stay usable at the giver.
        anchor: Digest of the matching that it comes from, zeros where nobody computed it.
        lines: Packed lines, 32 bytes each: lot (160) ‖ zero (33) ‖ quantity (63), ascending by lot.
    """

    proposal: int = indexed(UINT248)
    request: int = indexed(UINT248)
    keeper: Address = indexed(ADDRESS)
    giver: SiteId = word(UINT64)
    quantity: int = word(UINT64)
    left: int = word(UINT64)
    anchor: bytes = word(BYTES32)
    keeper_division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    recorded_at: int = word(UINT64)
    lines: bytes = tail()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalApproved(FixedEvent):
    """A proposal was approved."""

    proposal: int = indexed(UINT248)
    request: int = indexed(UINT248)
    approver: Address = indexed(ADDRESS)
    approval: ApprovalGiven = words(ApprovalGiven)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(FixedEvent):
    """An approver consented to a prepared document; its sites, reference and lines are the proposal's."""

    proposal: int = indexed(UINT248)
    request: int = indexed(UINT248)
    approver: Address = indexed(ADDRESS)
    kind: Kind = word(enum(Kind))
    client_id: bytes = word(BYTES32)
    occurred_at: Timestamp = word(TIMESTAMP)
    reason: int = word(UINT16)
    deadline: int = word(UINT64)
    body: bytes = word(BYTES32)
    valid_until: int = word(UINT64)
    consent: ConsentSignature = words(ConsentSignature)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSkipped(FixedEvent):
    """A proposal of a list was not approved while others were; `Refusal` says what the two numbers are."""

    proposal: int = indexed(UINT248)
    approver: Address = indexed(ADDRESS)
    refusal: Refusal = word(enum(Refusal))
    value: int = word(UINT256)
    limit: int = word(UINT256)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRejected(FixedEvent):
    """A proposal was rejected."""

    proposal: int = indexed(UINT248)
    request: int = indexed(UINT248)
    approver: Address = indexed(ADDRESS)
    reason: int = word(UINT16)
    approver_division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWithdrawn(FixedEvent):
    """A proposal was withdrawn; `released` base units are reserved no longer."""

    proposal: int = indexed(UINT248)
    request: int = indexed(UINT248)
    holder: Address = indexed(ADDRESS)
    role: Role = word(enum(Role))
    reason: int = word(UINT16)
    released: int = word(UINT64)
    division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalExpired(FixedEvent):
    """It was recorded that a proposal's time is over; `released` base units are reserved no longer."""

    proposal: int = indexed(UINT248)
    request: int = indexed(UINT248)
    caller: Address = indexed(ADDRESS)
    released: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryShown(FixedEvent):
    """A document of the stock ledger was shown.

    Attributes:
        document: Its key.
        kind: Its kind.
        delivery: Key of the dispatch or hand-over that it is or answers.
        delivered: Base units that left the giver with it.
        accepted: Base units that were accepted at the receiver with it.
    """

    document: int = indexed(UINT248)
    proposal: int = indexed(UINT248)
    request: int = indexed(UINT248)
    kind: Kind = word(enum(Kind))
    delivery: int = word(UINT248)
    delivered: int = word(UINT64)
    accepted: int = word(UINT64)
    caller: Address = word(ADDRESS)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReversed(FixedEvent):
    """It was shown that a delivery was reversed, with which `quantity` base units had left the giver."""

    document: int = indexed(UINT248)
    proposal: int = indexed(UINT248)
    request: int = indexed(UINT248)
    quantity: int = word(UINT64)
    caller: Address = word(ADDRESS)
    recorded_at: int = word(UINT64)
