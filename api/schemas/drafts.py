"""Drafts: documents that wait for signatures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import AccountAddress, Block, DocumentKey, Hash, moment
from ledger_client.drafts import Draft, DraftModel, Part, say
from ledger_client.drafts.store import DraftState, StoredDraft
from ledger_client.language import current_language, use_language
from ledger_client.outbox import Reservation
from ledger_client.records import Record, record_digest
from ledger_client.signers import CompactSignature

PartName = Literal["sender", "other", "approver"]
StateName = Literal["open", "expired", "withdrawn", "sent"]
Signature = Annotated[
    str, Field(pattern="^0x[0-9a-f]{128}$", description="r and vs of EIP-2098, 64 bytes in hexadecimal.")
]


class Sentences(BaseModel):
    """The same sentences in both languages."""

    en: list[str] = Field(description="In English.")
    zh: list[str] = Field(description="In Chinese.")

    @classmethod
    def of(cls, make: Callable[[], list[str]]) -> Sentences:
        """Return what a function says, in each language."""
        before = current_language()
        try:
            use_language("en")
            en = make()
            use_language("zh")
            return cls(en=en, zh=make())
        finally:
            use_language(before)


class Waiting(BaseModel):
    """Somebody whose signature comes next."""

    part: PartName = Field(description="What they sign as.")
    address: AccountAddress = Field(description="Of their key.")


class DraftBody(BaseModel):
    """The note of a document, which stays off chain; its salted digest is what is signed."""

    content: dict[str, Any] = Field(description="As it was written.")
    salt: str = Field(pattern="^[0-9a-f]{32}$", description="128 random bits, of its digest.")
    record_digest: Hash = Field(description="What the sender signs beside the transaction.")

    @classmethod
    def of(cls, record: Record) -> DraftBody:
        """Return the body in a record."""
        digest = record_digest(record.id, record.name_digest(), record.body_digest())
        return cls(content=dict(record.body), salt=record.salt.hex(), record_digest=f"0x{digest.hex()}")


class DraftAnswer(BaseModel):
    """A draft as it stands here."""

    key: DocumentKey = Field(description="The key that the document will have.")
    state: StateName = Field(description="Whether anything is signed of it yet.")
    waiting_for: list[Waiting] = Field(description="Who signs next; nobody once it is not open.")
    made_at: datetime = Field(description="When it was put here, UTC.")
    valid_until: datetime = Field(description="Until when consents count, UTC.")
    withdrawn_by: AccountAddress | None = Field(description="Who withdrew it.")
    transaction: Hash | None = Field(description="What was handed in for it; see `/v1/transactions`.")
    consent_digest: Hash = Field(description="What a consent signs, EIP-712; compute it from `draft`.")
    draft: DraftModel = Field(description="All that is signed; its canonical JSON is a draft file.")
    body: DraftBody | None = Field(description="Its note; null where it has none or none is kept here.")
    sentences: Sentences = Field(description="What it says, made from the bytes that are signed.")
    block: Block = Field(description="Up to which block the answer holds.")

    @classmethod
    def of(
        cls, stored: StoredDraft, state: DraftState, transaction: bytes | None, offset: int, block: Block
    ) -> DraftAnswer:
        """Return what is said of a draft.

        Args:
            stored: As it is kept.
            state: Where it stands.
            transaction: Hash of what was handed in for it.
            offset: Seconds by which the ledger's days are ahead of UTC.
            block: Up to which the answer holds.
        """
        draft = stored.draft
        return cls(
            key=f"{draft.key:062x}",
            state=state.value,
            waiting_for=_waiting(draft) if state is DraftState.OPEN else [],
            made_at=moment(stored.made_at),
            valid_until=moment(draft.valid_until),
            withdrawn_by=stored.withdrawn_by,
            transaction=None if transaction is None else f"0x{transaction.hex()}",
            consent_digest=f"0x{draft.consent_digest.hex()}",
            draft=DraftModel.of(draft),
            body=DraftBody.of(stored.body) if stored.body else None,
            sentences=Sentences.of(lambda: say(draft, offset)),
            block=block,
        )


class Inbox(BaseModel):
    """A page of the drafts that wait for somebody's signature."""

    waiting_for: AccountAddress = Field(description="Whose.")
    drafts: list[DraftAnswer] = Field(description="The oldest first.")
    next_after: str | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class ConsentForm(BaseModel):
    """A consent to a draft."""

    model_config = ConfigDict(extra="forbid", strict=True)

    part: Literal["other", "approver"] = Field(description="What it was signed as.")
    signature: Signature = Field(description="Over the draft's consent digest: r and vs of EIP-2098.")


class Number(BaseModel):
    """The number that a draft's sender signs under, for two minutes."""

    key: DocumentKey = Field(description="Of the draft.")
    sender: AccountAddress = Field(description="Who signs.")
    number: int = Field(description="The transaction's number (nonce).")
    until: datetime = Field(description="Until when it is theirs, UTC.")
    gas: int = Field(description="The most gas of the transaction; compute it from the draft.")
    block: Block = Field(description="Up to which block the answer holds.")

    @classmethod
    def of(cls, draft: Draft, reserved: Reservation, block: Block) -> Number:
        """Return a reservation."""
        return cls(
            key=f"{draft.key:062x}",
            sender=draft.sender.address,
            number=reserved.nonce,
            until=moment(reserved.until),
            gas=draft.gas,
            block=block,
        )


def signature_of(text: str) -> CompactSignature:
    """Return the signature that 64 bytes in hexadecimal are."""
    raw = bytes.fromhex(text[2:])
    return CompactSignature(raw[:32], raw[32:])


def _waiting(draft: Draft) -> list[Waiting]:
    return [Waiting(part=_PARTS[each], address=draft.seats[each].address) for each in draft.waiting_for]


_PARTS: dict[Part, PartName] = {
    Part.SENDER: "sender",
    Part.OTHER: "other",
    Part.APPROVER: "approver",
}
