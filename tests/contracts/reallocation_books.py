"""What `Reallocation` must keep, worked out a second time: from its events and from the ledger's documents.

Quantities come from the lines of the documents that were shown, not from the events that say so. Nothing here
goes step by step as the contract does: every figure is a sum over everything that ever happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chain import Event
from eth_utils.crypto import keccak
from journals import roll

from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded
from ledger_client.words import split_words

PROPOSED, APPROVED, REJECTED, WITHDRAWN, EXPIRED = 1, 2, 3, 4, 5
DISPATCHED, ANSWERED, REVERSED = 1, 2, 3
QUANTITY = (1 << 63) - 1
ID = (1 << 248) - 1
FOUND_AT_RECEIVER = 2
LEAVING = (Kind.DISPATCH, Kind.HAND_OVER)
ENDS = {"ProposalRejected": REJECTED, "ProposalWithdrawn": WITHDRAWN, "ProposalExpired": EXPIRED}


def line(lot: int, quantity: int) -> int:
    """A line of a proposal, packed by hand."""
    return lot << 96 | quantity


def total(lines: Iterable[int]) -> int:
    """The sum of the quantities of packed lines of one word."""
    return sum(word & QUANTITY for word in lines)


def entry_digest(event: Event) -> bytes:
    """The digest with which an event enters the journal of its request."""
    data = event.data
    if event.name == "ProposalMade":
        # Seven words, then the place of the lines; they enter by their hash.
        words = b"".join(word.to_bytes(32, "big") for word in event.fields["lines"])
        data = data[: 7 * 32] + keccak(words)
    return keccak(b"".join(event.topics) + data)


@dataclass(slots=True)
class Books:
    """Everything that follows from the events of `Reallocation` and the documents that were shown to it."""

    events: Sequence[Event]
    documents: Mapping[int, DocumentRecorded]
    made: dict[int, Event] = field(default_factory=dict)
    """By request."""
    offered: dict[int, Event] = field(default_factory=dict)
    """By proposal."""
    approved: dict[int, Event] = field(default_factory=dict)
    ended: dict[int, Event] = field(default_factory=dict)
    shown: dict[int, Event] = field(default_factory=dict)
    """By document."""
    reversed: set[int] = field(default_factory=set)
    withdrawn: set[int] = field(default_factory=set)
    """Requests."""

    def __post_init__(self) -> None:
        for event in self.events:
            self._read(event)

    def _read(self, event: Event) -> None:
        fields = event.fields
        if event.name == "RequestMade":
            self.made[fields["request"]] = event
        elif event.name == "RequestWithdrawn":
            self.withdrawn.add(fields["request"])
        elif event.name == "ProposalMade":
            self.offered[fields["proposal"]] = event
        elif event.name == "ProposalApproved":
            self.approved[fields["proposal"]] = event
        elif event.name in ENDS:
            self.ended[fields["proposal"]] = event
        elif event.name == "DeliveryShown":
            self.shown[fields["document"]] = event
        elif event.name == "DeliveryReversed":
            self.reversed.add(fields["document"])
        else:
            assert event.name in ("ConsentGiven", "ProposalSkipped"), event.name

    # --- proposals

    def state(self, proposal: int) -> int:
        """Where a proposal stands."""
        if proposal in self.ended:
            return ENDS[self.ended[proposal].name]
        return APPROVED if proposal in self.approved else PROPOSED

    def remaining(self, proposal: int) -> int:
        """What was proposed less what left the giver for it and was not reversed."""
        left = sum(
            self.quantity(key)
            for key in self.deliveries()
            if self.proposal_of(key) == proposal and key not in self.reversed
        )
        return total(self.offered[proposal].fields["lines"]) - left

    def reserved(self) -> Counter[tuple[int, int]]:
        """Base units that approved proposals still let go, by giver and item."""
        sums: Counter[tuple[int, int]] = Counter()
        for key, event in self.offered.items():
            if self.state(key) == APPROVED:
                sums[event.fields["giver"], self.item(key)] += self.remaining(key)
        return sums

    def item(self, proposal: int) -> int:
        """The item of a proposal."""
        return int(self.made[self.offered[proposal].fields["request"]].fields["asking"]["item"])

    # --- deliveries

    def deliveries(self) -> list[int]:
        """Dispatches and hand-overs that were shown."""
        return [key for key in self.shown if self.documents[key].kind in LEAVING]

    def answers(self, delivery: int) -> list[DocumentRecorded]:
        """What was shown to answer a dispatch, settlements too."""
        found = [self.documents[key] for key in self.shown if self.documents[key].kind not in LEAVING]
        return [document for document in found if document.reference & ID == delivery]

    def proposal_of(self, delivery: int) -> int:
        """The proposal that a delivery refers to."""
        return self.documents[delivery].reference & ID

    def quantity(self, key: int) -> int:
        """What left the giver."""
        return total(split_words(self.documents[key].lines))

    def delivery_state(self, key: int) -> int:
        """Where a delivery stands."""
        if key in self.reversed:
            return REVERSED
        is_done = self.documents[key].kind is Kind.HAND_OVER or bool(self.answers(key))
        return ANSWERED if is_done else DISPATCHED

    def accepted_of(self, key: int) -> int:
        """What of a delivery was accepted."""
        if key in self.reversed:
            return 0
        if self.documents[key].kind is Kind.HAND_OVER:
            return self.quantity(key)
        return sum(self.accepted_with(answer.key) for answer in self.answers(key))

    def accepted_with(self, key: int) -> int:
        """What was accepted with a document."""
        document = self.documents[key]
        lines = split_words(document.lines)
        if document.kind is Kind.HAND_OVER:
            return total(lines)
        if document.kind is Kind.ACCEPTANCE:
            return self.quantity(document.reference & ID) - total(lines)
        if document.kind is Kind.SETTLEMENT:
            return total(word for word in lines if word >> 80 & 0xFFFF == FOUND_AT_RECEIVER)
        return 0

    # --- requests

    def accepted(self, request: int) -> int:
        """What was accepted for a request."""
        return sum(self.accepted_of(key) for key in self._for(request))

    def promised(self, request: int) -> int:
        """What is approved and has not left, and what is on its way."""
        approved = sum(
            self.remaining(key)
            for key, event in self.offered.items()
            if event.fields["request"] == request and self.state(key) == APPROVED
        )
        on_the_way = sum(
            self.quantity(key) for key in self._for(request) if self.delivery_state(key) == DISPATCHED
        )
        return approved + on_the_way

    def _for(self, request: int) -> list[int]:
        proposals = {key for key, event in self.offered.items() if event.fields["request"] == request}
        return [key for key in self.deliveries() if self.proposal_of(key) in proposals]

    def journals(self) -> dict[int, int]:
        """The journal word by request."""
        journals: dict[int, int] = {}
        for event in self.events:
            if event.name != "ProposalSkipped":
                request = event.fields["request"]
                journals[request] = roll(journals.get(request, 0), request, entry_digest(event))
        return journals

    # --- what the views must say

    def request_view(self, request: int) -> tuple[Any, ...]:
        """What `requestOf` must say."""
        asking = self.made[request].fields["asking"]
        return (
            *(asking["site"], asking["item"], asking["quantity"], self.accepted(request)),
            *(asking["consignee"], asking["neededBy"], asking["urgency"], asking["reason"]),
            *(request in self.withdrawn, self.promised(request)),
        )

    def proposal_view(self, proposal: int) -> tuple[Any, ...]:
        """What `proposalOf` must say."""
        fields = self.offered[proposal].fields
        approval = self.approved.get(proposal)
        ended = self.ended.get(proposal)
        is_over = ended is not None and ended.name != "ProposalRejected"
        return (
            *(fields["request"], self.state(proposal), fields["giver"], self.remaining(proposal)),
            fields["recordedAt"],
            approval.fields["approval"]["recordedAt"] if approval else 0,
            ended.fields["recordedAt"] if ended and is_over else 0,
        )

    def delivery_view(self, key: int) -> tuple[Any, ...]:
        """What `deliveryOf` must say."""
        return (self.proposal_of(key), self.delivery_state(key), self.quantity(key))
