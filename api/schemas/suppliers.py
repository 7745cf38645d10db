"""Verdicts on suppliers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.common import Block, Id160, Name, id160_or_none, moment_or_none
from api.schemas.sites import GRADES, Grade
from ledger_client.fold.supplier_answers import SupplierAnswers
from ledger_client.records import Name as RecordName

Status = Literal[
    "unknown",
    "valid",
    "not_yet_valid",
    "expired",
    "suspended",
    "revoked",
    "issuer_not_accredited",
    "not_needed",
]


class VerdictAnswers(BaseModel):
    """What is known, fact by fact; null where nothing is known, and unknown is never good news."""

    status: Status = Field(description="All of it in one word; only `valid` is good news.")
    qualification: Id160 | None = Field(
        description="The one that counts: of the valid ones the one with the best grade, else the last."
    )
    issuer: Id160 | None = Field(description="Who issued it.")
    issuer_name: Name | None = Field(description="The issuer's name.")
    is_issuer_accredited: bool | None = Field(
        description="Whether the issuer was accredited for the category."
    )
    is_suspended: bool | None = Field(description="Whether it was suspended.")
    is_revoked: bool | None = Field(description="Whether it was revoked.")
    is_in_date: bool | None = Field(description="Whether the time lies within its interval.")
    valid_from: datetime | None = Field(description="First moment of that interval, UTC.")
    valid_until: datetime | None = Field(description="First moment after it, UTC; null where it has no end.")
    grade: Grade | None = Field(description="Its grade, A the best.")

    @classmethod
    def of(cls, answers: SupplierAnswers, issuer_name: RecordName | None) -> VerdictAnswers:
        """Return the answers of the ledger."""
        return cls.model_validate(
            {
                "status": answers.status.name.lower(),
                "qualification": id160_or_none(answers.qualification),
                "issuer": id160_or_none(answers.issuer),
                "issuer_name": Name.of(issuer_name),
                "is_issuer_accredited": answers.is_issuer_accredited,
                "is_suspended": answers.is_suspended,
                "is_revoked": answers.is_revoked,
                "is_in_date": answers.is_in_date,
                "valid_from": moment_or_none(answers.from_),
                "valid_until": moment_or_none(answers.until),
                "grade": GRADES.get(answers.grade),
            }
        )


class SupplierVerdict(BaseModel):
    """What a supplier is worth for a category at a time."""

    supplier: Id160 = Field(description="The supplier's id on this ledger.")
    code: str | None = Field(description="Its USCC or LEI, where it was asked for by that.")
    name: Name | None = Field(description="Its name.")
    is_registered: bool = Field(
        description="Whether the ledger knows it; that alone qualifies it for nothing."
    )
    category: int = Field(description="The qualification category asked for.")
    at: datetime = Field(description="The time judged, UTC.")
    then: VerdictAnswers = Field(description="By what had been recorded at that time.")
    now: VerdictAnswers = Field(
        description="By everything recorded up to `block`, also what acts on the past since."
    )
    block: Block = Field(description="Up to which block the answer holds.")
