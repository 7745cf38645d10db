"""Deliveries on a proposal: how a document names it, and documents to which its approver consented.

Where the goods of a proposal leave the district, approving signs the consent to the prepared document. The
giver's keeper takes both from the chain and sends them::

    whole = AllocationReader(engine).request(request)
    delivery = Delivery.of(key, whole.request, whole.proposals[key], whole.consents[key])
    ledger.write([ledger.reallocation.deliver(delivery, keeper=keeper)])
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_client.allocation import REFERENCE_PROPOSAL
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.lines import pack_quantities
from ledger_client.signers import CompactSignature
from ledger_client.words import pack_reference, split_words, unpack_head
from ledger_client.writing import GivenConsent

if TYPE_CHECKING:
    from ledger_client.fold.allocation_records import Consent, Proposal, Request


def reference_to(proposal: int) -> int:
    """Return the reference by which a dispatch or hand-over names the proposal that it delivers on."""
    return pack_reference(REFERENCE_PROPOSAL, proposal)


def lots_of(lines: bytes) -> dict[int, int]:
    """Return base units by lot of a proposal's packed lines; 0 of lots that stay."""
    return {head.lot: head.quantity for head in map(unpack_head, split_words(lines))}


def leaving(kind: Kind, lots: Mapping[int, int]) -> bytes:
    """Return the packed lines of the document of a proposal: lots that stay are left out.

    Raises:
        FieldRangeError: A lot or a quantity does not fit.
    """
    return pack_quantities(kind, [(lot, quantity) for lot, quantity in lots.items() if quantity])


@dataclass(frozen=True, slots=True)
class Delivery:
    """A prepared document of a proposal whose goods leave the district, with the approver's consent to it.

    Attributes:
        kind: Dispatch or hand-over.
        document: Its content.
        consent: The approver's.
    """

    kind: Kind
    document: Document
    consent: GivenConsent

    @classmethod
    def of(cls, key: int, request: Request, proposal: Proposal, consent: Consent) -> Delivery:
        """Return what an approver consented to, as the chain and so the index has it.

        Args:
            key: Of the proposal.
            request: Its request.
            proposal: What was approved.
            consent: To its prepared document.
        """
        kind = Kind.of(consent.kind)
        document = Document(
            client_id=consent.client_id,
            occurred_at=Timestamp.from_word(consent.occurred_at),
            from_=proposal.giver,
            to=request.site,
            reference=reference_to(key),
            reason=consent.reason,
            deadline=consent.deadline,
            lines=leaving(kind, lots_of(proposal.lines)),
        )
        signature = CompactSignature(consent.r, consent.vs)
        given = GivenConsent(proposal.approver_division, consent.body, consent.valid_until, signature)
        return cls(kind, document, given)
