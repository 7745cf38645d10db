"""The records that events of Norms and Reallocation add up to.

As in `records`: where a record stands for words of storage, `words` packs them as the contract does. Times
are seconds since 1970, quantities base units of the item. Norms and what is reserved are bare words, an
emergency is `ledger_client.allocation.Emergency`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ledger_client.addresses import Address
from ledger_client.allocation import DeliveryState, ProposalState, needs_reason
from ledger_client.keccak import keccak
from ledger_client.words import join_words, split_words

_MASK_192 = (1 << 192) - 1


class NormStep(IntEnum):
    """What an entry of a journal of Norms says."""

    FLOOR = 1
    TERMS = 2
    CYCLE = 3
    COUNT = 4
    EMERGENCY = 5
    EMERGENCY_END = 6


class RequestStep(IntEnum):
    """What an entry of a request's journal says."""

    REQUESTED = 1
    REQUEST_WITHDRAWN = 2
    PROPOSED = 3
    APPROVED = 4
    CONSENTED = 5
    REJECTED = 6
    WITHDRAWN = 7
    EXPIRED = 8
    SHOWN = 9
    REVERSED = 10


@dataclass(frozen=True, slots=True)
class NormEntry:
    """An entry of the journal of a site or division in Norms.

    Attributes:
        step: As `NormStep` counts.
        about: The item of a floor, the mode of terms, the category of a cycle or count; 0 of an emergency.
        value: Base units of a floor, value of terms (`allocation.terms_in`), days of a cycle; when a count
            occurred; until when an emergency is declared; 0 where it ends.
        effective_at: From when it holds; of an emergency, when it began.
        reason: Code of the reason, of emergencies alone.
        source: Digest of the decision that it follows, 32 bytes; zeros for counts and ends of emergencies.
        count_key: The document of a count, 0 elsewhere.
        actor: Who set it, or proved the count.
        division: Of the grant relied on, 0 for counts, which anybody proves.
        grant_position: Sequence of the actor's journal at that grant's last change, 0 for counts.
        recorded_at: Block time.
    """

    step: int
    about: int
    value: int
    effective_at: int
    reason: int
    source: bytes
    count_key: int
    actor: Address
    division: int
    grant_position: int
    recorded_at: int
    block: int
    log_index: int
    transaction: bytes


@dataclass(frozen=True, slots=True)
class Counted:
    """The last proved count of a category at a site: the document's key, and when it occurred."""

    key: int
    counted_at: int

    @property
    def words(self) -> tuple[int, ...]:
        """The words of `Counted` in `INorms.sol`."""
        return self.key, self.counted_at


@dataclass(frozen=True, slots=True)
class Request:
    """What a site asks for, and what became of it.

    Attributes:
        client_id: 32 bytes that the client chose.
        needed_by: The last second at which the goods are of use.
        urgency: As `allocation.Urgency` counts.
        reason: A code of the published list, 0 for none.
        consignee: To whom the goods will be issued, 0 for none.
        body: Salted digest of the request's body, zeros where it has none.
        floor: What the site had to keep of the item when it asked.
        keeper: Who asked, with the division of the grant and its position.
        made_at: Block time.
        accepted: Accepted at the site.
        promised: Approved or on its way, and neither accepted nor fallen away.
        withdrawn_at: Block time of its withdrawal, 0 for none; by whom and why likewise.
    """

    client_id: bytes
    site: int
    item: int
    quantity: int
    needed_by: int
    urgency: int
    reason: int
    consignee: int
    body: bytes
    floor: int
    keeper: Address
    keeper_division: int
    grant_position: int
    made_at: int
    block: int
    log_index: int
    transaction: bytes
    accepted: int
    promised: int
    withdrawn_at: int
    withdrawn_by: Address
    withdrawn_reason: int

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was withdrawn."""
        return self.withdrawn_at != 0

    @property
    def is_flagged(self) -> bool:
        """Whether it asks for more than three times the norm."""
        return needs_reason(self.quantity, self.floor)

    @property
    def is_covered(self) -> bool:
        """Whether as much was accepted as was asked for."""
        return self.accepted >= self.quantity

    @property
    def open(self) -> int:
        """What it still asks for: neither accepted nor promised."""
        return max(0, self.quantity - self.accepted - self.promised)

    def is_open(self, time: int) -> bool:
        """Return whether it is open at `time`, by what is known: neither covered, over nor withdrawn."""
        return not self.is_covered and not self.is_withdrawn and time <= self.needed_by

    @property
    def words(self) -> tuple[int, ...]:
        """The words of `RequestRecord` in `ReallocationRecords.sol`."""
        asked = (
            *(int.from_bytes(self.client_id, "big"), self.site, self.item, self.quantity, self.needed_by),
            *(self.urgency, self.reason, self.consignee, int.from_bytes(self.body, "big")),
        )
        content = int.from_bytes(keccak(join_words(asked)), "big") & _MASK_192
        return (
            self.site | self.item << 64 | self.quantity << 128 | self.accepted << 192,
            self.consignee
            | self.needed_by << 160
            | self.urgency << 200
            | self.reason << 208
            | self.is_withdrawn << 224,
            self.promised | content << 64,
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one giver gives for a request, who decided on it, and how it ended.

    Attributes:
        quantity: Proposed, the sum of the lines.
        left: What stayed usable of the listed lots at the giver when it was proposed.
        anchor: Digest of the matching that it comes from, zeros where nobody computed it.
        keeper: Who proposed, with the division of the grant and its position.
        made_at: Block time.
        lines: Packed lines, 32 bytes each: lot (160) ‖ zero (33) ‖ quantity (63).
        state: As `allocation.ProposalState` counts; that its time is over is not in it until recorded.
        remaining: Proposed or approved, and not yet shown as delivered.
        approver: Who approved, with the division of the grant and its position; zeros until then.
        approved_at: Block time, 0 until it was approved.
        usable: What was usable of the listed lots when it was approved; what follows, likewise.
        floor: What the giver had to keep.
        reserved: What was reserved of the item at the giver from then on, this included.
        callable_from: When the giver's notice ended or ends.
        in_emergency: Whether an emergency covered both sites.
        stale_reason: Why it was approved although the giver's count was overdue, 0 where it was not.
        closed_at: Block time at which it was rejected, withdrawn or expired; 0 until then.
        closed_by: Who did so, with the role (0: anybody), division and position of the grant, and the reason.
        released: What was reserved no longer from then on.
    """

    request: int
    giver: int
    quantity: int
    left: int
    anchor: bytes
    keeper: Address
    keeper_division: int
    grant_position: int
    made_at: int
    block: int
    log_index: int
    transaction: bytes
    lines: bytes
    state: int
    remaining: int
    approver: Address
    approver_division: int
    approver_position: int
    approved_at: int
    usable: int
    floor: int
    reserved: int
    callable_from: int
    in_emergency: bool
    stale_reason: int
    closed_at: int
    closed_by: Address
    closed_role: int
    closed_division: int
    closed_position: int
    closed_reason: int
    released: int

    @property
    def delivered(self) -> int:
        """What was shown as delivered."""
        return self.quantity - self.remaining

    @property
    def ended_at(self) -> int:
        """When it was withdrawn or expired, 0 until then and where it was rejected."""
        return 0 if self.state == ProposalState.REJECTED else self.closed_at

    def state_at(self, time: int) -> ProposalState:
        """Return where it stood at `time`, by block time."""
        if time < self.made_at:
            return ProposalState.NONE
        if self.closed_at and time >= self.closed_at:
            return ProposalState(self.state)
        return ProposalState.APPROVED if 0 < self.approved_at <= time else ProposalState.PROPOSED

    @property
    def words(self) -> tuple[int, ...]:
        """The words of `ProposalRecord` in `ReallocationRecords.sol`."""
        times = self.made_at << 128 | self.approved_at << 168 | self.ended_at << 208
        return self.request | self.state << 248, self.giver | self.remaining << 64 | times

    @property
    def content(self) -> int:
        """The keccak over everything that was offered, by which the same offer is known again."""
        anchor = int.from_bytes(self.anchor, "big")
        lines = int.from_bytes(keccak(self.lines), "big")
        offered = keccak(join_words((self.request, self.giver, anchor, lines)))
        return int.from_bytes(offered, "big")

    @property
    def line_words(self) -> tuple[int, ...]:
        """The lines, a word each."""
        return tuple(split_words(self.lines))


@dataclass(frozen=True, slots=True)
class Consent:
    """An approver's consent to the prepared document of a proposal, which the giver's keeper sends with it.

    Attributes:
        approver: Who consented.
        kind: Of the document, as `documents.Kind` counts.
        client_id: The document's, 32 bytes.
        occurred_at: Word of its claimed time (`documents.Timestamp`).
        reason: Its reason, 0 for none.
        deadline: Of a dispatch.
        body: Salted digest of its body.
        valid_until: Until when the consent counts.
        r: Of the signature, as `vs` (EIP-2098), 32 bytes each.
    """

    approver: Address
    kind: int
    client_id: bytes
    occurred_at: int
    reason: int
    deadline: int
    body: bytes
    valid_until: int
    r: bytes
    vs: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """A dispatch or hand-over that was shown.

    Attributes:
        request: Of the proposal that it delivers on.
        kind: As `documents.Kind` counts.
        state: As `allocation.DeliveryState` counts.
        quantity: What left the giver.
        accepted: What of it was accepted at the receiver, by what was shown.
        shown_by: Who showed it, at block time `shown_at`.
        answered_at: Block time at which its answer was shown, 0 until then.
        reversed_at: Block time at which its reversal was shown, 0 for none.
    """

    request: int
    proposal: int
    kind: int
    state: int
    quantity: int
    accepted: int
    shown_by: Address
    shown_at: int
    answered_at: int
    reversed_at: int

    @property
    def words(self) -> tuple[int, ...]:
        """The words of `DeliveryRecord` in `ReallocationRecords.sol`."""
        return self.proposal | self.state << 248, self.quantity

    @property
    def is_on_its_way(self) -> bool:
        """Whether it left and was not answered, by what was shown."""
        return self.state == DeliveryState.DISPATCHED


@dataclass(frozen=True, slots=True)
class Answer:
    """An acceptance, contest, return or settlement that was shown.

    Attributes:
        delivery: Key of the dispatch that it answers.
        kind: As `documents.Kind` counts.
        accepted: What was accepted at the receiver with it.
        shown_by: Who showed it, at block time `shown_at`.
    """

    delivery: int
    kind: int
    accepted: int
    shown_by: Address
    shown_at: int


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """An entry of a request's journal, with where the request stood after it.

    Attributes:
        step: As `RequestStep` counts.
        about: Key of the proposal, or of the document shown or reversed; 0 where it is the request alone.
        actor: Who did it.
        role: Of the grant relied on, 0 where anybody may.
        division: Of that grant; `grant_position` likewise.
        reason: A code of the published list, 0 for none; of an approval, why the giver gives though stale.
        quantity: Asked for, proposed, approved, released, delivered or taken back.
        accepted: Of the request after it; `promised` and `is_withdrawn` likewise.
        recorded_at: Block time.
    """

    step: int
    about: int
    actor: Address
    role: int
    division: int
    grant_position: int
    reason: int
    quantity: int
    accepted: int
    promised: int
    is_withdrawn: bool
    recorded_at: int
    block: int
    log_index: int
    transaction: bytes
