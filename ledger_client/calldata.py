"""Calls of the stock ledger, put together word by word.

A general ABI encoder takes longer over a hundred lines than the chain takes to execute them. The layout is
the ABI's: heads first, offsets where a value has no fixed length, then what they point to.

Example:
    >>> document = Document(client_id=bytes(32), occurred_at=Timestamp(1), to=420106001001101)
    >>> len(calldata(Kind.OPENING, document, Signing(sender_division=420106)))
    644
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from ledger_client.addresses import Address, address_to_bytes
from ledger_client.artifacts import load_artifact
from ledger_client.digests import consignment_signers
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.events import DocumentRecorded
from ledger_client.signers import CompactSignature

FUNCTIONS = {
    Kind.OPENING: "open",
    Kind.RECEIPT: "receiveGoods",
    Kind.RELEASE: "release",
    Kind.HOLD: "hold",
    Kind.ISSUE: "issue",
    Kind.HAND_OVER: "handOver",
    Kind.DISPATCH: "dispatch",
    Kind.ACCEPTANCE: "accept",
    Kind.CONTEST: "contest",
    Kind.RETURN: "returnConsignment",
    Kind.RETURN_ACCEPTANCE: "acceptReturn",
    Kind.SETTLEMENT: "settle",
    Kind.COUNT: "count",
    Kind.WRITE_OFF: "writeOff",
    Kind.REPACK: "repack",
    Kind.REVERSAL: "reverse",
    Kind.RECALL: "recall",
    Kind.LIFT: "lift",
}
"""Which function of `IStockLedger` records a document of each kind."""

STEPS = frozenset({Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT})
"""Kinds that take a consignment further, and so bring along what is left of it."""

OPEN = 1
ACCEPTED = 2

_NO_SIGNATURE = bytes(64)
_SIGNING_WORDS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Who signs, on the strength of which grants.

    Attributes:
        sender_division: Division of the grant of whoever sends the transaction.
        body: Salted digest of the document's body, zero where it has none.
        valid_until: Until when the consents count, seconds since 1970.
        other_division: Division of the other party's grant.
        approver_division: Division of the approver's grant.
        other: Consent of the other party.
        approver: Consent of the approver.
    """

    sender_division: int
    body: bytes = bytes(32)
    valid_until: int = 0
    other_division: int = 0
    approver_division: int = 0
    other: CompactSignature | None = None
    approver: CompactSignature | None = None


@dataclass(frozen=True, slots=True)
class Consignment:
    """Goods in transit as the ledger last committed to them.

    Attributes:
        state: `OPEN` or `ACCEPTED`.
        signers: Everybody who signed dispatch, acceptance, contest and return-acceptance, in order.
        lines: What is still to be accounted for, packed.
    """

    state: int
    signers: tuple[Address, ...]
    lines: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Original:
    """The document that a reversal undoes.

    Attributes:
        kind: What it is.
        document: Its content; the client's id may be zero.
        signers: Of a dispatch: everybody who signed it, in order; empty otherwise.
    """

    kind: Kind
    document: Document
    signers: tuple[Address, ...] = ()

    @classmethod
    def from_event(cls, event: DocumentRecorded) -> Original:
        """Return the original as it was recorded; its client id is not needed, the reversal names its key."""
        document = Document(
            client_id=bytes(32),
            occurred_at=event.occurred_at,
            from_=event.from_,
            to=event.to,
            reference=event.reference,
            reason=event.reason,
            qualification=event.qualification,
            deadline=event.deadline,
            lines=event.lines,
        )
        signers = tuple(consignment_signers(event)) if event.kind is Kind.DISPATCH else ()
        return cls(event.kind, document, signers)


def calldata(
    kind: Kind,
    document: Document,
    signing: Signing,
    consignment: Consignment | None = None,
    original: Original | None = None,
) -> bytes:
    """Return what a transaction to the stock ledger carries to record `document`.

    Args:
        kind: What the document is; it chooses the function.
        document: Its content.
        signing: Who signs.
        consignment: Of the kinds in `STEPS`, and of no other.
        original: Of a reversal, and of nothing else.

    Raises:
        TypeError: A consignment or an original is missing, or the kind has none: the caller's mistake.
    """
    if (consignment is not None) != (kind in STEPS) or (original is not None) != (kind is Kind.REVERSAL):
        raise TypeError(f"a document of kind {kind.name} was given the wrong companions")
    parts = [_document(document)]
    if consignment is not None:
        parts.append(_consignment(consignment))
    if original is not None:
        parts.append(_original(original))
    offsets = _offsets(len(parts) + _SIGNING_WORDS, parts)
    return b"".join((_selector(kind), *offsets, _signing(signing), *parts))


@cache
def _selector(kind: Kind) -> bytes:
    found = [
        selector
        for signature, selector in load_artifact("StockLedger").method_identifiers.items()
        if signature.startswith(FUNCTIONS[kind] + "(")
    ]
    return bytes.fromhex(found[0])


def _document(document: Document) -> bytes:
    head = (
        document.client_id,
        _word(document.from_),
        _word(document.to),
        _word(document.occurred_at.word),
        _word(document.reference),
        _word(document.reason),
        _word(document.qualification),
        _word(document.deadline),
        _word(9 * 32),
    )
    return b"".join((*head, _array(document.lines)))


def _signing(signing: Signing) -> bytes:
    return b"".join(
        (
            signing.body,
            _word(signing.valid_until),
            _word(signing.sender_division),
            _word(signing.other_division),
            _word(signing.approver_division),
            _signature(signing.other),
            _signature(signing.approver),
        )
    )


def _signature(signature: CompactSignature | None) -> bytes:
    return signature.r + signature.vs if signature else _NO_SIGNATURE


def _consignment(consignment: Consignment) -> bytes:
    parts = [_addresses(consignment.signers), _array(consignment.lines)]
    return b"".join((_word(consignment.state), *_offsets(3, parts), *parts))


def _original(original: Original) -> bytes:
    parts = [_document(original.document), _addresses(original.signers)]
    return b"".join((_word(original.kind), *_offsets(3, parts), *parts))


def _offsets(head_words: int, parts: Sequence[bytes]) -> list[bytes]:
    """Return the offset of each of `parts`, which follow one another behind a head of `head_words` words."""
    position = head_words * 32
    offsets = []
    for part in parts:
        offsets.append(_word(position))
        position += len(part)
    return offsets


def _addresses(addresses: Sequence[Address]) -> bytes:
    return _array(b"".join([bytes(12) + address_to_bytes(address) for address in addresses]))


def _array(words: bytes) -> bytes:
    return _word(len(words) // 32) + words


def _word(value: int) -> bytes:
    return value.to_bytes(32, "big")


__all__ = [
    "ACCEPTED",
    "FUNCTIONS",
    "OPEN",
    "STEPS",
    "Consignment",
    "Document",
    "Kind",
    "Original",
    "Signing",
    "Timestamp",
    "calldata",
]
