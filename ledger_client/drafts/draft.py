"""A document that waits for signatures: all that will be signed and sent, and who still has to.

A document names up to three signers. The other party and the approver *consent*, by an EIP-712 signature over
content, body and time limit; the sender signs the transaction, last, when it knows its number::

    draft = draft.consented(Part.APPROVER, approver.sign_digest(draft.consent_digest))
    raw = sender.sign_transaction(draft.transaction(nonce))

Whoever signs computes everything that is signed from the draft itself: digests and calldata are never taken
from whoever prepared it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ledger_client.addresses import Address
from ledger_client.calldata import Consignment, Original, Signing, calldata
from ledger_client.digests import (
    consent_digest,
    content_digest,
    document_key,
    domain_separator,
    recording_site,
)
from ledger_client.documents import Document, Kind
from ledger_client.errors import RefusedError
from ledger_client.language import tr
from ledger_client.lines import AnyLine, LotAttributes, line_width, unpack_lines
from ledger_client.outbox import Submission
from ledger_client.signers import CompactSignature, recover_signer
from ledger_client.words import WORD_BYTES, split_words, unpack_head, unpack_reference

NO_BODY = bytes(32)

_DOCUMENT_GAS = 450_000
# What a line costs at most, measured by `scripts/bench gas`, and half again.
_LINE_GAS = {Kind.RECEIPT: 85_000, Kind.OPENING: 85_000, Kind.REPACK: 130_000}
_OTHER_LINE_GAS = 45_000
# The contract looks every exception up among the lines of its consignment.
_LOOK_GAS = 270

_BETWEEN_SITES = frozenset(
    {
        Kind.HAND_OVER,
        Kind.DISPATCH,
        Kind.ACCEPTANCE,
        Kind.CONTEST,
        Kind.RETURN,
        Kind.RETURN_ACCEPTANCE,
        Kind.SETTLEMENT,
    }
)


class Part(StrEnum):
    """What somebody signs a document as."""

    SENDER = "sender"
    OTHER = "other"
    APPROVER = "approver"

    @property
    def names(self) -> tuple[str, str]:
        """In English and Chinese."""
        return _PART_NAMES[self]

    @property
    def label(self) -> str:
        """In the language in force."""
        return tr(*self.names)


_PART_NAMES = {
    Part.SENDER: ("sender", "提交人"),
    Part.OTHER: ("other party", "另一方"),
    Part.APPROVER: ("approver", "审批人"),
}


class ConsentWrongError(RefusedError):
    """A consent was not signed by whom the draft names, or over something else."""

    en = (
        "the consent of the {part} of draft {draft} is not a signature by {address} over this draft; have it "
        "signed again from the draft as it stands"
    )
    zh = "草稿 {draft} 的{part_zh}会签不是 {address} 对该草稿的签名；请按现有草稿重新签署"


class ConsentsMissingError(RefusedError):
    """The transaction is asked for before everybody consented."""

    en = "draft {draft} still waits for {parts}: the sender signs last; pass it on to them first"
    zh = "草稿 {draft} 尚待{parts_zh}会签：提交人最后签署，请先转交他们"


@dataclass(frozen=True, slots=True)
class Seat:
    """Who signs, on the strength of which grant.

    Attributes:
        address: Of the key that signs.
        division: Of the grant relied on.
    """

    address: Address
    division: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document with its signers, and the consents that were given so far.

    Attributes:
        chain_id: Id of the chain.
        genesis: Hash of its block 0, 32 bytes.
        ledger: Address of the stock ledger, to which it will be sent.
        kind: What it is.
        document: Its content.
        sender: Who sends it.
        other: The other keeper or the supplier, where there is one.
        approver: The approver, where there is one.
        body: Salted digest of its body, 32 zero bytes for none.
        valid_until: Until when consents count, seconds since 1970.
        consignment: What is left of the consignment that it takes further.
        original: What it reverses.
        consents: What was signed so far.
        lots: What lots that are named were made of. Nobody signs them: each proves itself, for a lot's id is
            the digest of its attributes.
    """

    chain_id: int
    genesis: bytes
    ledger: Address
    kind: Kind
    document: Document
    sender: Seat
    valid_until: int
    other: Seat | None = None
    approver: Seat | None = None
    body: bytes = NO_BODY
    consignment: Consignment | None = None
    original: Original | None = None
    consents: Mapping[Part, CompactSignature] = field(default_factory=dict)
    lots: tuple[LotAttributes, ...] = ()

    @property
    def key(self) -> int:
        """The key that the document will have: 248 bits of the recording site and the client's id."""
        return document_key(self.recording_site, self.document.client_id)

    @property
    def sites(self) -> tuple[int, ...]:
        """The sites that it names, both sides; none of a recall."""
        kind = self.original.kind if self.original else self.kind
        document = self.document
        if kind in (Kind.RECALL, Kind.LIFT):
            return ()
        if kind in (Kind.OPENING, Kind.RECEIPT):
            return (document.to,)
        return (document.from_, document.to) if kind in _BETWEEN_SITES else (document.from_,)

    @property
    def recording_site(self) -> int:
        """The site that gives it its key; of a recall the issuer, 0 for an authority."""
        return recording_site(self.kind, self.document, self.original.kind if self.original else None)

    @property
    def content(self) -> bytes:
        """Content digest, 32 bytes."""
        return content_digest(self.kind, self.key, self.document)

    @property
    def consent_digest(self) -> bytes:
        """The 32 bytes that a consent signs."""
        domain = domain_separator(self.chain_id, self.ledger)
        return consent_digest(domain, self.content, self.body, self.valid_until)

    @property
    def seats(self) -> dict[Part, Seat]:
        """Everybody who signs, the sender last."""
        found = {Part.OTHER: self.other, Part.APPROVER: self.approver, Part.SENDER: self.sender}
        return {part: seat for part, seat in found.items() if seat is not None}

    @property
    def waiting_for(self) -> list[Part]:
        """Whose signature comes next: those who have not consented; the sender when everybody has."""
        return self._missing() or [Part.SENDER]

    def consented(self, part: Part, signature: CompactSignature) -> Draft:
        """Return the draft with a consent.

        Raises:
            ConsentWrongError: It is not one by whom the draft names, over this draft.
        """
        seat = self.seats.get(part)
        if part is Part.SENDER or seat is None:
            raise TypeError(f"a draft of {self.kind.name} has no consent of its {part}")
        if recover_signer(self.consent_digest, signature) != seat.address:
            raise ConsentWrongError(
                draft=short(self.key),
                part=part.names[0],
                part_zh=part.names[1],
                address=seat.address,
            )
        return replace(self, consents={**self.consents, part: signature})

    def require_consents(self) -> None:
        """Refuse a draft that still waits for others than the sender, or has a consent that is none.

        Raises:
            ConsentsMissingError: Somebody has not consented.
            ConsentWrongError: A consent is not one by whom the draft names, over this draft.
        """
        if missing := self._missing():
            raise ConsentsMissingError(
                draft=short(self.key),
                parts=" and ".join(f"the {part.names[0]}" for part in missing),
                parts_zh="、".join(part.names[1] for part in missing),
            )
        self.require_true_consents()

    def require_true_consents(self) -> None:
        """Refuse a draft that has a consent which is none, so that nobody is said to have signed who has not.

        Raises:
            ConsentWrongError: A consent is not one by whom the draft names, over this draft.
        """
        for part, signature in self.consents.items():
            self.consented(part, signature)

    @property
    def lots_named(self) -> set[int]:
        """Ids of all lots that it names: on its own lines, in its consignment and in what it reverses."""
        document, original = self.document, self.original
        parts = [(self.kind, document.lines)]
        if self.consignment is not None:
            parts.append((Kind.DISPATCH, self.consignment.lines))
        if original is not None:
            parts.append((original.kind, original.document.lines))
        return {
            unpack_head(words[at]).lot
            for kind, lines in parts
            for words in [split_words(lines)]
            for at in range(0, len(words), line_width(kind))
        }

    def undone(self) -> tuple[AnyLine, ...]:
        """Return the lines of what a reversal undoes, as the draft has them; nothing of other kinds.

        Raises:
            ShecangError: They are none that a contract accepted under the key that the reversal names.
        """
        if self.original is None:
            return ()
        kind, document = self.original.kind, self.original.document
        key = unpack_reference(self.document.reference).id
        return unpack_lines(kind, document.lines, source=document.from_, key=key)

    def submission(self) -> Submission:
        """Return what the outbox takes: the call that records the document with the consents there are."""
        data = calldata(self.kind, self.document, self._signing(), self.consignment, self.original)
        return Submission(
            outbox_key(self.key), self.content, self.sender.address, self.ledger, data, self.gas
        )

    def transaction(self, nonce: int) -> dict[str, Any]:
        """Return the fields of the transaction that the sender signs.

        Args:
            nonce: Its number among the sender's.

        Raises:
            ConsentsMissingError: Somebody has not consented.
            ConsentWrongError: A consent is not one by whom the draft names, over this draft.
        """
        self.require_consents()
        submission = self.submission()
        return {
            "chainId": self.chain_id,
            "nonce": nonce,
            "gas": submission.gas,
            "to": submission.to,
            "data": submission.data,
        }

    @property
    def gas(self) -> int:
        """The most gas that it may use."""
        lines = _words(self.document.lines) // line_width(self.kind)
        gas = _DOCUMENT_GAS + lines * _LINE_GAS.get(self.kind, _OTHER_LINE_GAS)
        if self.consignment is not None:
            left = _words(self.consignment.lines)
            gas += left * _OTHER_LINE_GAS + lines * left * _LOOK_GAS
        if self.original is not None:
            gas += _words(self.original.document.lines) // line_width(self.original.kind) * _OTHER_LINE_GAS
        return gas

    def _missing(self) -> list[Part]:
        return [part for part in self.seats if part is not Part.SENDER and part not in self.consents]

    def _signing(self) -> Signing:
        return Signing(
            sender_division=self.sender.division,
            body=self.body,
            valid_until=self.valid_until,
            other_division=self.other.division if self.other else 0,
            approver_division=self.approver.division if self.approver else 0,
            other=self.consents.get(Part.OTHER),
            approver=self.consents.get(Part.APPROVER),
        )


def outbox_key(key: int) -> str:
    """Return the name under which the outbox keeps the document with a key."""
    return f"document/{key:062x}"


def short(key: int) -> str:
    """Return the first digits of a document's key, as sentences name it."""
    return f"{key:062x}"[:8]


def _words(packed: bytes) -> int:
    return len(packed) // WORD_BYTES
