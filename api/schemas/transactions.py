"""Transactions that were signed elsewhere and handed in here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.problems import problem_type
from api.schemas.audits import Saying
from api.schemas.common import AccountAddress, Block, DocumentKey, Hash
from api.schemas.drafts import Signature
from ledger_client.desk import Handed
from ledger_client.outbox import EntryState
from ledger_client.skipping import Skipped
from ledger_client.writing import refusal_of

TransactionState = Literal["stored", "sent", "recorded", "refused"]

_STATES: dict[EntryState, TransactionState] = {
    EntryState.SIGNED: "stored",
    EntryState.SENT: "sent",
    EntryState.RECORDED: "recorded",
    EntryState.REFUSED: "refused",
}
_REPLACED = "transaction-replaced"
_RAW = 100_000
"""Characters of a signed transaction; bodies of requests are shorter."""


class TransactionForm(BaseModel):
    """The transaction of a draft, as its sender signed it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    draft: DocumentKey = Field(description="Key of the draft.")
    raw: Annotated[str, Field(pattern="^0x([0-9a-f]{2})+$", max_length=_RAW)] = Field(
        description="The signed transaction."
    )
    record_signature: Signature | None = Field(
        None, description="The sender's, over `body.record_digest` of a draft that has a note."
    )


class Refusal(BaseModel):
    """Why a transaction recorded nothing."""

    type: str = Field(description="What kind of refusal it is, as of problem documents; stable.")
    en: str = Field(description="In English.")
    zh: str = Field(description="In Chinese.")


class Transaction(BaseModel):
    """What became of a transaction."""

    hash: Hash = Field(description="Its hash.")
    state: TransactionState = Field(
        description="stored: on disk here; sent: with the node; recorded: in a block; refused: nothing was "
        "recorded."
    )
    document: DocumentKey | None = Field(description="The document that it records.")
    sender: AccountAddress = Field(description="Who signed it.")
    number: int | None = Field(description="Its number among the sender's.")
    missing_numbers: list[int] | None = Field(
        description="Lower numbers of the sender that nothing here has: it waits until they are signed, by "
        "the next document of the sender, or recorded from elsewhere. Null where the node does not answer."
    )
    recorded_in: int | None = Field(
        description="Height of the block that took it. What goes on from it can be asked for once `block` is "
        "as high: the index reads a block a moment after it was made."
    )
    is_final: bool = Field(description="Whether that is for good.")
    refusal: Refusal | None = Field(description="Why nothing was recorded.")
    block: Block = Field(description="Up to which block the answer holds.")

    @classmethod
    def of(cls, hash_: bytes, handed: Handed, block: Block) -> Transaction:
        """Return what is said of a transaction.

        Args:
            hash_: Of it.
            handed: What the outbox knows.
            block: Up to which the answer holds.
        """
        entry, document = handed.entry, handed.document
        state = _STATES[entry.state] if handed.is_last else "refused"
        return cls(
            hash=f"0x{hash_.hex()}",
            state=state,
            document=None if document is None else f"{document:062x}",
            sender=entry.sender,
            number=entry.nonce if handed.is_last else None,
            missing_numbers=None if handed.missing_numbers is None else list(handed.missing_numbers),
            recorded_in=entry.block_number if state == "recorded" else None,
            is_final=entry.is_final,
            refusal=_refusal(handed) if state == "refused" else None,
            block=block,
        )


class SkippedProposal(BaseModel):
    """A proposal that an approval passed over."""

    proposal: DocumentKey = Field(description="Its key.")
    code: str = Field(description="What kind of refusal it is, stable.", examples=["below_floor"])
    text: Saying = Field(description="Why it was not approved.")


class SkippedProposals(BaseModel):
    """What an approval passed over."""

    hash: Hash = Field(description="Of the transaction.")
    skipped: list[SkippedProposal] = Field(description="In the order of its list.")
    block: Block = Field(description="Up to which block the answer holds.")

    @classmethod
    def of(cls, hash_: bytes, skipped: Sequence[Skipped], block: Block) -> SkippedProposals:
        """Return what was passed over."""
        rows = [
            SkippedProposal(
                proposal=f"{each.proposal:062x}",
                code=each.refusal.name.lower(),
                text=Saying(zh=each.text("zh"), en=each.text("en")),
            )
            for each in skipped
        ]
        return cls(hash=f"0x{hash_.hex()}", skipped=rows, block=block)


def _refusal(handed: Handed) -> Refusal:
    if not handed.is_last:
        return Refusal(
            type=problem_type(_REPLACED),
            en="another transaction was signed for the same document since; look that one up",
            zh="同一单据此后已另行签署交易；请查询该交易",
        )
    error = refusal_of(handed.entry)
    return Refusal(type=problem_type(type(error)), en=error.text("en"), zh=error.text("zh"))
