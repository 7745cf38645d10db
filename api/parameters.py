"""What comes in: codes and times as text, made into what `ledger_client` takes, or refused in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.conditional import clock
from ledger_client.characters import clean_code
from ledger_client.divisions import DivisionId, parse_division
from ledger_client.documents import Timestamp
from ledger_client.errors import UsageError
from ledger_client.identifiers import SiteId, SupplierId, parse_site, supplier_id

_TEXT = 64  # characters of a code or a time
_SITE_DIGITS = 15
_USCC_LENGTH, _LEI_LENGTH = 18, 20
_SUPPLIER_ID = re.compile(r"[0-9A-F]{40}")
MOST_ENTRIES = 200
"""Most entries or holdings of one page."""

_LAST_SEQUENCE = (1 << 63) - 1
_LAST_CATEGORY = (1 << 32) - 1


class MomentFormError(UsageError):
    """A text is no time."""

    en = (
        "{name} {value!r} is no time; write it as 2026-11-24T01:30:00Z, or with its distance from UTC, "
        "whose + is written %2B in an address"
    )
    zh = "{name} {value!r} 不是时间；请写作 2026-11-24T01:30:00Z，或注明与 UTC 的时差（地址中 + 写作 %2B）"


class SupplierFormError(UsageError):
    """A text is neither a code nor an id of a supplier."""

    en = (
        "{value!r} names no supplier: give its USCC (18 characters), its LEI (20), or its id on this ledger "
        "(40 hexadecimal digits)"
    )
    zh = (
        "{value!r} 不是供应商标识：请填写统一社会信用代码（18 位）、LEI（20 位）或账本内编号（40 位十六进制）"
    )


_STRICT = ConfigDict(extra="forbid")  # a misspelt parameter must not be an answer to another question

AsOf = Annotated[
    str | None,
    Field(
        max_length=_TEXT,
        description="Block time up to which documents count, ISO 8601 with its distance from UTC; "
        "everything where it is not given.",
        examples=["2026-09-05T16:00:00Z"],
    ),
]


class PageQuery(BaseModel):
    """How much, and as of when."""

    model_config = _STRICT

    limit: int = Field(50, ge=1, le=MOST_ENTRIES, description="Most entries to return.")
    as_of: AsOf = None


class TotalsQuery(BaseModel):
    """As of when."""

    model_config = _STRICT

    as_of: AsOf = None


class CardQuery(PageQuery):
    """Which page of a stock card."""

    after: int = Field(
        0,
        ge=0,
        le=_LAST_SEQUENCE,
        description="Sequence of the last entry of the page before; 0 for the first.",
    )


class OnHandQuery(PageQuery):
    """Which page of what is on hand."""

    after: str | None = Field(
        None,
        pattern="^[0-9]{15}-[0-9a-f]{40}$",
        description="`next_after` of the page before: site and lot of its last holding; the first page "
        "where it is not given. Pages are of one state when `block` is the same in all, or with `as_of`.",
        examples=["420102001001101-e067633f04d8749103477e0ed9800bcffa53112f"],
    )


class VerdictQuery(BaseModel):
    """For what, and when."""

    model_config = _STRICT

    category: int = Field(
        ge=1,
        le=_LAST_CATEGORY,
        description="Qualification category, as the catalogue's items name it.",
        examples=[1],
    )
    at: str | None = Field(
        None,
        max_length=_TEXT,
        description="The time judged, ISO 8601 with its distance from UTC; the server's clock if not given.",
        examples=["2026-09-20T08:00:00Z"],
    )


@dataclass(frozen=True, slots=True)
class SupplierRef:
    """A supplier as it was asked for.

    Attributes:
        id: On the ledger.
        code: Its USCC or LEI in plain form; None where it was asked for by its id.
    """

    id: SupplierId
    code: str | None


def moment(name: str, text: str) -> int:
    """Return a time as seconds since 1970.

    Args:
        name: Of the parameter.
        text: What was given.

    Raises:
        MomentFormError: It is no time.
        TimeWithoutZoneError: It has no distance from UTC.
        TimeRangeError: It lies before 1970.
    """
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise MomentFormError(name=name, value=text) from error
    return Timestamp.of_moment(parsed).seconds


def as_of_seconds(text: str | None) -> int | None:
    """Return `as_of` as seconds since 1970; None where it was not given. Raises as `moment`."""
    return None if text is None else moment("as_of", text)


def place_in_list(after: str | None) -> tuple[int, int]:
    """Return the site and the lot behind which a page of holdings begins, zeros for the first page."""
    if after is None:
        return 0, 0
    site, lot = after.split("-")
    return int(site), int(lot, 16)


def counts_time(as_of: int | None) -> int:
    """Return the time for which overdue counts are told: `as_of`, else now by the server's clock."""
    return int(clock()) if as_of is None else as_of


def at_seconds(text: str | None) -> int:
    """Return `at` as seconds since 1970; the server's clock where it was not given. Raises as `moment`."""
    return int(clock()) if text is None else moment("at", text)


def place_of(text: str) -> SiteId | DivisionId:
    """Return the site (15 digits) or division (fewer) that a text names.

    Raises:
        ShecangError: It names neither.
    """
    return parse_site(text) if len(clean_code(text)) == _SITE_DIGITS else parse_division(text)


# Not plain functions: those would each go to a thread and back, to look at a text of 64 characters.
async def _site(
    site: Annotated[str, Path(max_length=_TEXT, description="15 digits.", examples=["420102001001101"])],
) -> SiteId:
    return parse_site(site)


async def _place(
    place: Annotated[
        str,
        Path(
            max_length=_TEXT,
            description="A site (15 digits), a division (2, 4, 6, 9 or 12 digits), or 0 for the country.",
            examples=["420102"],
        ),
    ],
) -> SiteId | DivisionId:
    return place_of(place)


async def _supplier(
    supplier: Annotated[
        str,
        Path(
            max_length=_TEXT,
            description="USCC (18 characters), LEI (20), or the id on this ledger (40 hexadecimal digits).",
            examples=["91420100MA4KXMPL1B"],
        ),
    ],
) -> SupplierRef:
    return supplier_ref(supplier)


def supplier_ref(text: str) -> SupplierRef:
    """Return the supplier that a USCC, a LEI or an id names.

    Raises:
        CharacterError: It holds a look-alike or invisible character.
        SupplierFormError: It is none of them.
        CodeFormError: It has not the form of the code that its length says.
        CheckCharacterError: Its check character does not fit.
    """
    code = clean_code(text)
    if len(code) == _USCC_LENGTH:
        return SupplierRef(supplier_id("uscc", code), code)
    if len(code) == _LEI_LENGTH:
        return SupplierRef(supplier_id("lei", code), code)
    if _SUPPLIER_ID.fullmatch(code):
        return SupplierRef(SupplierId(int(code, 16)), None)
    raise SupplierFormError(value=text)


SiteParameter = Annotated[SiteId, Depends(_site)]
PlaceParameter = Annotated[SiteId | DivisionId, Depends(_place)]
SupplierParameter = Annotated[SupplierRef, Depends(_supplier)]
CardParameters = Annotated[CardQuery, Query()]
TotalsParameters = Annotated[TotalsQuery, Query()]
OnHandParameters = Annotated[OnHandQuery, Query()]
VerdictParameters = Annotated[VerdictQuery, Query()]
