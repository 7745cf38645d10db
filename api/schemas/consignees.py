"""Consignees."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.schemas.common import Block, Id160, Name, id160
from api.schemas.divisions import DivisionCode
from ledger_client.fold.records import Consignee as Record
from ledger_client.records import Name as RecordName


class ConsigneeRow(BaseModel):
    """A registered consignee: a hospital, a checkpoint, residents in sum; never a person."""

    consignee: Id160 = Field(description="The consignee's id on this ledger.")
    division: DivisionCode = Field(description="The division in which it lies.")
    name: Name | None = Field(description="Its name.")
    is_closed: bool = Field(description="Whether it was closed: nothing is issued to it any more.")

    @classmethod
    def of(cls, consignee: int, record: Record, name: RecordName | None) -> ConsigneeRow:
        """Return a consignee of the index."""
        return cls(
            consignee=id160(consignee),
            division=str(record.division),
            name=Name.of(name),
            is_closed=record.is_closed,
        )


class Consignees(BaseModel):
    """A page of consignees."""

    division: DivisionCode = Field(description="In which they lie, or below.")
    consignees: list[ConsigneeRow] = Field(description="By id.")
    next_after: Id160 | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class Consignee(ConsigneeRow):
    """A consignee."""

    division_name: Name | None = Field(description="The name of its division.")
    block: Block = Field(description="Up to which block the answer holds.")
