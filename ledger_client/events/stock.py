"""The event of the stock ledger: a document as it was recorded, with everything that its digests cover."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger_client.addresses import Address, address_from_bytes
from ledger_client.documents import Kind, KindUnknownError, Timestamp
from ledger_client.events._codec import Log, LogPlace, malformed
from ledger_client.keccak import keccak

_SIGNER = "(address,bytes32,uint64)"
_HEADER = (
    "(uint8,uint64,uint256,uint16,uint160,uint64,uint64,uint256,bytes32,"
    f"{_SIGNER},{_SIGNER},{_SIGNER},uint256,uint256)"
)
DOCUMENT_RECORDED = f"DocumentRecorded(uint248,uint256,uint256,{_HEADER},uint256[])"
DOCUMENT_RECORDED_TOPIC = keccak(DOCUMENT_RECORDED.encode())

_HEADER_BYTES = 20 * 32
_LINES_AT = _HEADER_BYTES + 64
_LINES_OFFSET = (_HEADER_BYTES + 32).to_bytes(32, "big")
_NOBODY = bytes(20)
_ZEROS_12, _ZEROS_24 = bytes(12), bytes(24)


@dataclass(frozen=True, slots=True)
class SignedBy:
    """One signer of a document, and the grant that the signature rests on.

    Attributes:
        address: Who signed.
        grant: Key of the grant relied on.
        position: Sequence of the signer's journal at that grant's last change.
    """

    address: Address
    grant: bytes
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecorded:
    """A document as the ledger recorded it. It satisfies `ledger_client.documents.Content`.

    Attributes:
        place: Where on the chain it stands.
        key: The document's key (248 bits).
        kind: What it is.
        from_: As in `Content`.
        to: As in `Content`.
        occurred_at: When it is said to have occurred.
        reference: Type (8 bits) ‖ id (248); of a count, a journal word.
        reason: Code of the reason, 0 for none.
        qualification: Of a receipt, 0 for none.
        deadline: Of a dispatch, seconds since 1970.
        lines: Packed lines.
        recorded_at: Block time, seconds since 1970.
        verdict: Word of the verdict of a receipt, 0 elsewhere.
        body: Salted digest of the document's body, zero where it has none.
        sender: Who sent the transaction.
        other: The other party; None where there is none.
        approver: The approver; None where there is none.
        from_journal: Journal of the site `from_` with this document in it, 0 where that is no site.
        to_journal: Journal of the site `to`, likewise.
    """

    place: LogPlace
    key: int
    kind: Kind
    from_: int
    to: int
    occurred_at: Timestamp
    reference: int
    reason: int
    qualification: int
    deadline: int
    lines: bytes = field(repr=False)
    recorded_at: int
    verdict: int
    body: bytes
    sender: SignedBy
    other: SignedBy | None
    approver: SignedBy | None
    from_journal: int
    to_journal: int

    @property
    def is_late(self) -> bool:
        """Whether it was recorded more than 7 days after it is said to have occurred."""
        return self.occurred_at.is_late(self.kind, self.recorded_at)


def decode_document(log: Log) -> DocumentRecorded:
    """Return the document of a log whose first topic is `DOCUMENT_RECORDED_TOPIC`.

    Raises:
        EventMalformedError: A field holds more bits than its type has, or the lines are not as said.
        KindUnknownError: The document is of a kind that this client does not know.
    """
    _require_form(log)
    data = log.data
    (kind, occurred_at, reference, reason, qualification, deadline, recorded_at, verdict) = [
        int.from_bytes(data[at : at + 32], "big") for at in range(0, 256, 32)
    ]
    key = int.from_bytes(log.topics[1], "big")
    # One test for all narrow fields; which one it was is found out only when it fails.
    if key >> 248 or (occurred_at | deadline | recorded_at) >> 64 or reason >> 16 or qualification >> 160:
        raise _too_wide(
            log,
            ("key", key, 248),
            ("occurredAt", occurred_at, 64),
            ("deadline", deadline, 64),
            ("recordedAt", recorded_at, 64),
            ("reason", reason, 16),
            ("qualification", qualification, 160),
        )
    sender = _signer(log, 288)
    if sender is None:
        raise malformed(log, "DocumentRecorded", "sender", "0")
    return DocumentRecorded(
        place=log.place,
        key=key,
        kind=Kind.of(kind),
        from_=int.from_bytes(log.topics[2], "big"),
        to=int.from_bytes(log.topics[3], "big"),
        occurred_at=Timestamp.from_word(occurred_at),
        reference=reference,
        reason=reason,
        qualification=qualification,
        deadline=deadline,
        lines=data[_LINES_AT:],
        recorded_at=recorded_at,
        verdict=verdict,
        body=data[256:288],
        sender=sender,
        other=_signer(log, 384),
        approver=_signer(log, 480),
        from_journal=int.from_bytes(data[576:608], "big"),
        to_journal=int.from_bytes(data[608:640], "big"),
    )


def _require_form(log: Log) -> None:
    """Refuse a log whose lines are not where and as many as it says."""
    data = log.data
    if len(log.topics) != 4 or len(data) < _LINES_AT:
        raise malformed(log, "DocumentRecorded", "size", f"{len(log.topics)} topics, {len(data)} bytes")
    if data[_HEADER_BYTES : _HEADER_BYTES + 32] != _LINES_OFFSET:
        raise malformed(log, "DocumentRecorded", "offset of lines", f"0x{data[640:672].hex()}")
    words = int.from_bytes(data[_LINES_AT - 32 : _LINES_AT], "big")
    if len(data) != _LINES_AT + 32 * words:
        raise malformed(
            log, "DocumentRecorded", "number of words", f"{words} in {len(data) - _LINES_AT} bytes"
        )


def _signer(log: Log, at: int) -> SignedBy | None:
    """Return the signer whose three words begin at byte `at`; None where all are zero."""
    data = log.data
    if data[at : at + 12] != _ZEROS_12 or data[at + 64 : at + 88] != _ZEROS_24:
        raise malformed(log, "DocumentRecorded", "signer", f"0x{data[at : at + 96].hex()}")
    address = data[at + 12 : at + 32]
    if address == _NOBODY:
        if any(data[at + 32 : at + 96]):
            raise malformed(log, "DocumentRecorded", "grant of nobody", f"0x{data[at : at + 96].hex()}")
        return None
    return SignedBy(
        address_from_bytes(address), data[at + 32 : at + 64], int.from_bytes(data[at + 88 : at + 96], "big")
    )


def _too_wide(log: Log, *candidates: tuple[str, int, int]) -> Exception:
    name, value, _ = next(candidate for candidate in candidates if candidate[1] >> candidate[2])
    return malformed(log, "DocumentRecorded", name, hex(value))


__all__ = [
    "DOCUMENT_RECORDED",
    "DOCUMENT_RECORDED_TOPIC",
    "DocumentRecorded",
    "KindUnknownError",
    "SignedBy",
    "decode_document",
]
