"""Divisions."""

from __future__ import annotations

from typing import Annotated, Literal, cast

from pydantic import BaseModel, Field

from api.schemas.common import Block, Name
from ledger_client.divisions import DivisionId, level
from ledger_client.fold.records import Division as Record
from ledger_client.records import Name as RecordName

DivisionCode = Annotated[str, Field(pattern="^(0|[1-9][0-9]{1,11})$")]
Level = Literal["country", "province", "city", "district", "street", "community"]


def level_of(division: int) -> Level:
    """Return the word for a division's level."""
    return cast(Level, level(DivisionId(division)).name.lower())


class NamedDivision(BaseModel):
    """A division by its code and name."""

    division: DivisionCode = Field(description="The division.", examples=["420102"])
    level: Level = Field(description="What it is.")
    name: Name | None = Field(description="Its name; null for the country, which has no record.")


class DivisionRow(NamedDivision):
    """A registered division."""

    is_closed: bool = Field(description="Whether it was closed; it keeps its code, and grants in it act on.")
    successor: DivisionCode | None = Field(description="Which one took over from a closed one, if any.")

    @classmethod
    def of(cls, division: int, record: Record, name: RecordName | None) -> DivisionRow:
        """Return a division of the index."""
        return cls(
            division=str(division),
            level=level_of(division),
            name=Name.of(name),
            is_closed=record.is_closed,
            successor=str(record.successor) if record.successor else None,
        )


class Divisions(BaseModel):
    """A page of divisions."""

    division: DivisionCode = Field(description="In which, and below.")
    divisions: list[DivisionRow] = Field(description="The higher levels first, then by code.")
    next_after: DivisionCode | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class Division(DivisionRow):
    """A division, where it lies and what lies right below it."""

    above: list[NamedDivision] = Field(description="The divisions that contain it, the nearest first.")
    children: list[DivisionRow] = Field(description="The divisions right below it, by code.")
    next_after: DivisionCode | None = Field(
        description="`after` of the next page of children; null on the last one."
    )
    block: Block = Field(description="Up to which block the answer holds.")
