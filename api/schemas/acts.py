"""Acts: what is done beside documents of stock, prepared for a key that is elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import AccountAddress, Block, DocumentKey, Hash, moment
from api.schemas.drafts import Sentences
from ledger_client.acts import Act, ActModel, say
from ledger_client.outbox import Reservation

_RAW = 100_000
"""Characters of a signed transaction."""


class ActAnswer(BaseModel):
    """An act that waits for its signer; nothing of it is kept here."""

    act: ActModel = Field(description="All that is signed; its canonical JSON is a file for `shecang sign`.")
    key: DocumentKey | None = Field(description="Of a request or proposal: the key that it will have.")
    consent_digest: Hash | None = Field(
        description="Of an approval with a consent: what the signer signs beside the transaction, and puts "
        "into the argument `consent`; compute it from `act`."
    )
    record_digest: Hash | None = Field(
        description="Of an act with a name or note: what the signer signs beside the transaction, and puts "
        "into `record.signature`; compute it from `act`."
    )
    sentences: Sentences = Field(description="What it says, made from the arguments that are signed.")
    block: Block = Field(description="Up to which block the answer holds.")

    @classmethod
    def of(cls, act: Act, offset: int, block: Block) -> ActAnswer:
        """Return what is said of an act.

        Args:
            act: As it was prepared.
            offset: Seconds by which the ledger's days are ahead of UTC.
            block: Up to which the answer holds.
        """
        return cls(
            act=ActModel.of(act),
            key=f"{act.key:062x}" if act.key else None,
            consent_digest=_hash(act.consent_digest),
            record_digest=_hash(act.record_digest),
            sentences=Sentences.of(lambda: say(act, offset)),
            block=block,
        )


class ActNumberForm(BaseModel):
    """An act whose signer is about to sign."""

    model_config = ConfigDict(extra="forbid")

    act: ActModel = Field(description="As it was prepared.")


class ActNumber(BaseModel):
    """The number that an act is signed under, for two minutes."""

    sender: AccountAddress = Field(description="Who signs.")
    number: int = Field(description="The transaction's number (nonce).")
    until: datetime = Field(description="Until when it is theirs, UTC.")
    block: Block = Field(description="Up to which block the answer holds.")

    @classmethod
    def of(cls, act: Act, reserved: Reservation, block: Block) -> ActNumber:
        """Return a reservation."""
        return cls(sender=act.sender, number=reserved.nonce, until=moment(reserved.until), block=block)


class ActTransactionForm(BaseModel):
    """The transaction of an act, as its sender signed it."""

    model_config = ConfigDict(extra="forbid")

    act: ActModel = Field(description="With the consent and the record's signature, where it has them.")
    raw: Annotated[str, Field(pattern="^0x([0-9a-f]{2})+$", max_length=_RAW)] = Field(
        description="The signed transaction."
    )


def _hash(digest: bytes | None) -> str | None:
    return None if digest is None else f"0x{digest.hex()}"
