"""Issuers of qualifications, and what they may qualify for."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from api.schemas.common import Block, Id160, Name, Word
from api.schemas.histories import HistoryEntry
from api.schemas.suppliers import Status


class Accreditation(BaseModel):
    """What an issuer may qualify for: one category, and everything recorded of it."""

    category: int = Field(description="A qualification category.")
    status: Status = Field(description="What it comes to at the time judged; only `valid` is good news.")
    history: list[HistoryEntry] = Field(description="Everything that was recorded of it, in order.")


class IssuerRow(BaseModel):
    """A registered issuer."""

    issuer: Id160 = Field(description="The issuer's id on this ledger.")
    name: Name | None = Field(description="Its name.")


class Issuers(BaseModel):
    """A page of issuers."""

    issuers: list[IssuerRow] = Field(description="By id.")
    next_after: Id160 | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class Issuer(IssuerRow):
    """An issuer, and a page of its accreditations."""

    code: str | None = Field(description="Its USCC or LEI, where it was asked for by that.")
    journal: Word = Field(description="Its journal word: digest (192 bits), sequence (64).")
    at: datetime = Field(description="The time judged, UTC.")
    accreditations: list[Accreditation] = Field(description="What it may qualify for, by category.")
    next_after: int | None = Field(
        description="`after` of the next page of accreditations; null on the last one."
    )
    block: Block = Field(description="Up to which block the answer holds.")
