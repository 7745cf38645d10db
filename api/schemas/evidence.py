"""What is told of an evidence file: each of the verifier's answers, and who made them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.schemas.audits import Saying
from api.schemas.common import AccountAddress, DocumentKey, ItemCode, SiteCode

Fingerprint = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class TrustFileRead(BaseModel):
    """A trust file that a caller gave, to have files verified with it."""

    fingerprint: Fingerprint = Field(description="Its fingerprint; `trust` of a verification.")
    groups: str = Field(description="The same as it is read aloud, to be compared with the operator.")
    chain_id: int = Field(description="Of the ledger that it is about.")
    witnesses: list[AccountAddress] = Field(description="Whose signatures it believes.")
    threshold: int = Field(description="How many of them must have signed the same block.")
    kept_until: datetime = Field(description="How long it is kept at most, UTC.")
    text: Saying = Field(description="What the server did not do: compare the fingerprint.")


class EvidenceAnswer(BaseModel):
    """The answer to one question about a file."""

    question: Literal[
        "chain", "header", "proofs", "journal", "balances", "verdicts", "grants", "norms", "names"
    ] = Field(description="What was asked.")
    answer: Literal["proved", "wrong", "unknown"] = Field(description="Only the first is good news.")
    text: Saying = Field(description="The sentence.")


class EvidenceReceipt(BaseModel):
    """A receipt without a qualification that stood, or with another verdict than it recorded."""

    sequence: int = Field(description="Its place in the site's journal, from 1.")
    document: DocumentKey = Field(description="Its key.")
    then: str = Field(description="Status of the qualification as recorded.", examples=["unknown"])
    now: str = Field(description="The same by everything recorded up to the file's block.")
    as_recorded: bool | None = Field(
        description="Whether the histories give what it recorded; null where they are left out."
    )


class EvidenceOverdue(BaseModel):
    """A count that was overdue at the file's block."""

    category: str = Field(description="Category, 7 digits.")
    count_due: datetime | None = Field(description="When it was due, UTC.")
    counted_at: datetime | None = Field(description="When it was counted last, UTC; null for never.")


class Verification(BaseModel):
    """What a verification of an evidence file answers."""

    checked_by: Saying = Field(
        description="That this server did the checking, and how to do it without believing it."
    )
    trust: Fingerprint = Field(description="Fingerprint of the trust file that was used.")
    trust_from: Literal["server", "caller"] = Field(description="Whose trust file it is.")
    exit_code: Literal[0, 1, 3] = Field(
        description="As `shecang verify` ends: 0 all that is needed is proved, 1 contradicted, 3 could not "
        "check."
    )
    site: SiteCode | None = Field(description="The site; null where the file did not come that far.")
    item: ItemCode | None = Field(description="The item to which balances are narrowed; null for none.")
    block_number: int | None = Field(description="Up to which block it says anything; null likewise.")
    block_time: datetime | None = Field(description="Time of that block, UTC; null where it was not proved.")
    documents: int | None = Field(description="Documents of the site; null where the journal is not proved.")
    answers: list[EvidenceAnswer] = Field(description="One a question, in their order.")
    receipts: int = Field(description="Receipts whose verdict was judged.")
    unqualified_count: int = Field(description="Of these, how many are not as they should be.")
    unqualified: list[EvidenceReceipt] = Field(description="The first 200 of them.")
    emergency: int | None = Field(description="Documents of an emergency; null where that is not proved.")
    stale: list[EvidenceOverdue] | None = Field(description="Overdue counts; null likewise.")
