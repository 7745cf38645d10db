"""Qualifications."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.schemas.common import Block, Id160, Name, Word
from api.schemas.histories import HistoryEntry
from api.schemas.suppliers import QualificationRow, VerdictAnswers

Digest = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]


class Qualifications(BaseModel):
    """A page of qualifications."""

    at: datetime = Field(description="The time judged, UTC.")
    qualifications: list[QualificationRow] = Field(description="By id.")
    next_after: Id160 | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class QualificationAnswers(VerdictAnswers):
    """What is known of one qualification, fact by fact."""

    reason: str | None = Field(
        description="Why it is suspended or revoked, a name of the published list; null where it is neither."
    )


class Qualification(BaseModel):
    """A qualification: what a supplier was found fit for, by whom, and what became of it."""

    qualification: Id160 = Field(description="The qualification.")
    supplier: Id160 = Field(description="Whose it is.")
    supplier_name: Name | None = Field(description="The supplier's name.")
    issuer: Id160 = Field(description="Who issued it.")
    issuer_name: Name | None = Field(description="The issuer's name.")
    category: int = Field(description="For what: a qualification category.")
    certificate: Digest = Field(
        description="SHA-256 of the certificate file; of a sole trader's with a salt, that nobody can guess."
    )
    at: datetime = Field(description="The time judged, UTC.")
    then: QualificationAnswers = Field(description="By what had been recorded at that time.")
    now: QualificationAnswers = Field(
        description="By everything recorded up to `block`, also what acts on the past since."
    )
    history: list[HistoryEntry] = Field(description="Everything that was recorded of it, in order.")
    issuer_history: list[HistoryEntry] = Field(
        description="Everything that was recorded of the issuer's accreditation for the category, in order."
    )
    supplier_journal: Word | None = Field(
        description="The supplier's journal word: digest (192 bits), sequence (64)."
    )
    block: Block = Field(description="Up to which block the answer holds.")
