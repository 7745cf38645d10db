"""Suppliers, and verdicts on them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.common import Block, Id160, Name, Word, id160, id160_or_none, moment_or_none
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


class QualificationRow(BaseModel):
    """A qualification, and what it is worth at the time judged by everything recorded."""

    qualification: Id160 = Field(description="The qualification.")
    supplier: Id160 = Field(description="Whose it is.")
    supplier_name: Name | None = Field(description="The supplier's name.")
    issuer: Id160 = Field(description="Who issued it.")
    issuer_name: Name | None = Field(description="The issuer's name.")
    category: int = Field(description="For what: a qualification category.")
    status: Status = Field(description="What it is worth in one word; only `valid` is good news.")
    is_in_date: bool | None = Field(description="Whether the time lies within its interval.")
    valid_from: datetime | None = Field(description="First moment of that interval, UTC.")
    valid_until: datetime | None = Field(description="First moment after it, UTC; null where it has no end.")
    grade: Grade | None = Field(description="Its grade, A the best.")

    @classmethod
    def of(
        cls,
        supplier: int,
        category: int,
        answers: SupplierAnswers,
        supplier_name: RecordName | None,
        issuer_name: RecordName | None,
    ) -> QualificationRow:
        """Return a qualification with what it is worth."""
        told = VerdictAnswers.of(answers, issuer_name)
        return cls(
            qualification=id160(answers.qualification),
            supplier=id160(supplier),
            supplier_name=Name.of(supplier_name),
            issuer=id160(answers.issuer),
            issuer_name=told.issuer_name,
            category=category,
            status=told.status,
            is_in_date=told.is_in_date,
            valid_from=told.valid_from,
            valid_until=told.valid_until,
            grade=told.grade,
        )


class SupplierRow(BaseModel):
    """A registered supplier."""

    supplier: Id160 = Field(description="The supplier's id on this ledger.")
    name: Name | None = Field(description="Its name.")
    qualification_count: int = Field(description="How many qualifications it has or had.")


class Suppliers(BaseModel):
    """A page of suppliers."""

    suppliers: list[SupplierRow] = Field(description="By id.")
    next_after: Id160 | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class Supplier(SupplierRow):
    """A supplier, and a page of its qualifications."""

    code: str | None = Field(description="Its USCC or LEI, where it was asked for by that.")
    journal: Word = Field(description="Its journal word: digest (192 bits), sequence (64).")
    at: datetime = Field(description="The time judged, UTC.")
    qualifications: list[QualificationRow] = Field(description="Its qualifications, by id.")
    next_after: Id160 | None = Field(
        description="`after` of the next page of qualifications; null on the last one."
    )
    block: Block = Field(description="Up to which block the answer holds.")


class SupplierVerdict(BaseModel):
    """What a supplier is worth for a category at a time."""

    supplier: Id160 = Field(description="The supplier's id on this ledger.")
    code: str | None = Field(description="Its USCC or LEI, where it was asked for by that.")
    name: Name | None = Field(description="Its name.")
    is_registered: bool = Field(
        description="Whether the ledger knows it; that alone qualifies it for nothing."
    )
    category: int = Field(description="The qualification category asked for.")
    categories: list[int] = Field(
        description="The categories for which it has or had a qualification, whatever that is worth."
    )
    at: datetime = Field(description="The time judged, UTC.")
    then: VerdictAnswers = Field(description="By what had been recorded at that time.")
    now: VerdictAnswers = Field(
        description="By everything recorded up to `block`, also what acts on the past since."
    )
    block: Block = Field(description="Up to which block the answer holds.")
