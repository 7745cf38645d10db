"""What several answers have in common: the block, names, and how numbers, ids and times are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BaseModel, Field

from ledger_client.documents import date_of
from ledger_client.index import BlockStamp
from ledger_client.records import Name as RecordName

_set = object.__setattr__
_LAST_SECOND = 253_402_300_799  # of the year 9999, the last that ISO 8601 writes in four digits
_LAST_DAY = date.max.toordinal() - date(1970, 1, 1).toordinal()

SiteCode = Annotated[str, Field(pattern="^[0-9]{15}$")]
ItemCode = Annotated[str, Field(pattern="^[0-9]{12}$")]
Id160 = Annotated[str, Field(pattern="^[0-9a-f]{40}$")]
DocumentKey = Annotated[str, Field(pattern="^[0-9a-f]{62}$")]
Word = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Hash = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
AccountAddress = Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$")]
Quantity = Annotated[str, Field(pattern="^[0-9]+$")]
Delta = Annotated[str, Field(pattern="^-?[0-9]+$")]


class Row(BaseModel):
    """A part of an answer of which there are many.

    It is made from the ledger's own records, so that nothing of it is checked when it is made: a page has
    hundreds, and checking them takes longer than reading them. What comes from elsewhere (`model_validate`)
    is checked as in any model. Every field is given; none has a default.
    """

    if not TYPE_CHECKING:

        def __init__(self, **values: Any) -> None:
            _set(self, "__dict__", values)
            _set(self, "__pydantic_fields_set__", self.__class__.__row_fields__)
            _set(self, "__pydantic_extra__", None)
            _set(self, "__pydantic_private__", None)

        # So that validation, where it is asked for, goes on field by field and not through the above.
        __init__.__pydantic_base_init__ = True

    __row_fields__: ClassVar[set[str]] = set()

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        cls.__row_fields__ = set(cls.model_fields)
        if any(not each.is_required() for each in cls.model_fields.values()):
            raise TypeError(f"{cls.__name__}: a row has no defaults")


class Name(Row):
    """A name in Chinese and in English; either may be empty."""

    zh: str = Field(description="In Chinese.")
    en: str = Field(description="In English.")

    @classmethod
    def of(cls, name: RecordName | None) -> Name | None:
        """Return the name of a record; None where it may not be shown."""
        return None if name is None else cls(zh=name.zh, en=name.en)


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """What an answer says of an item beside its code: its name, and the code of its base unit."""

    name: Name | None
    unit: str


class Block(BaseModel):
    """The block up to which an answer holds: what came later is not in it."""

    number: int = Field(description="Its height.")
    hash: Hash = Field(description="Its hash.")
    time: datetime = Field(description="Its time, UTC.")

    @classmethod
    def of(cls, stamp: BlockStamp) -> Block:
        """Return the block of a stamp."""
        return cls(number=stamp.number, hash=f"0x{stamp.hash.hex()}", time=moment(stamp.time))


def moment(seconds: int) -> datetime:
    """Return seconds since 1970 as a time in UTC; what lies beyond the year 9999 as its last second."""
    return datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC)


def moment_or_none(seconds: int) -> datetime | None:
    """Return seconds since 1970 as a time in UTC; None for 0 and for what ends after the year 9999."""
    return moment(seconds) if 0 < seconds <= _LAST_SECOND else None


def day_or_none(number: int) -> date | None:
    """Return a day counted from 1970; None for 0 and for what has no end before the year 10,000."""
    return date_of(number) if 0 < number <= _LAST_DAY else None


def id160(number: int) -> str:
    """Return an id of 160 bits as 40 hexadecimal digits."""
    return f"{number:040x}"


def id160_or_none(number: int) -> str | None:
    """Return an id of 160 bits as 40 hexadecimal digits, None for 0."""
    return id160(number) if number else None


def unit_text(unit: bytes) -> str:
    """Return the code of a unit (UN/CEFACT Recommendation 20)."""
    return unit.rstrip(b"\0").decode("ascii", "replace")
