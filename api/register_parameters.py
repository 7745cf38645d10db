"""What comes in for registers: ids and places, and pages of lists in the order of their keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.parameters import MOST_ENTRIES
from ledger_client.addresses import Address, parse_address
from ledger_client.characters import clean_code
from ledger_client.divisions import DivisionId, parse_division
from ledger_client.errors import UsageError
from ledger_client.identifiers import (
    ConsigneeId,
    IssuerId,
    ItemId,
    consignee_id,
    issuer_id,
    parse_item,
)

_TEXT = 64  # characters of a code, an id or a time
_LEI_LENGTH, _USCC_LENGTH = 20, 18
_LOCAL = "local:"
_ID = re.compile(r"[0-9A-F]{40}")
_LAST_NUMBER = (1 << 63) - 1

RoleWord = Literal["authority", "keeper", "approver", "issuer", "supplier", "auditor"]
GrantStateWord = Literal["waiting", "acting", "suspended", "revoked", "ended_before_acting"]


class PartyFormError(UsageError):
    """A text is neither a code nor an id."""

    en = "{value!r} names nobody: give a USCC (18 characters), a LEI (20), or an id (40 hexadecimal digits)"
    zh = "{value!r} 不是有效标识：请填写统一社会信用代码（18 位）、LEI（20 位）或编号（40 位十六进制）"


class ListQuery(BaseModel):
    """How much of a list."""

    model_config = ConfigDict(
        extra="forbid"
    )  # a misspelt parameter must not be an answer to another question

    limit: int = Field(50, ge=1, le=MOST_ENTRIES, description="Most entries to return.")


_DIVISION = Field(
    "0",
    max_length=_TEXT,
    description="Division in which, and below: 2, 4, 6, 9 or 12 digits, 0 for the country.",
    examples=["420102"],
)
_AFTER_ID = Field(
    None,
    pattern="^[0-9a-f]{40}$",
    description="`next_after` of the page before: the id of its last entry; the first page where not given.",
    examples=["358ef61371e2aee4908c73f0f34f9c98468afebc"],
)
_AT = Field(
    None,
    max_length=_TEXT,
    description="The time judged, ISO 8601 with its distance from UTC; the server's clock if not given.",
    examples=["2026-09-20T08:00:00Z"],
)


class ChildrenQuery(ListQuery):
    """Which page of the divisions right below one."""

    after: str | None = Field(
        None,
        pattern="^[0-9]{1,12}$",
        description="`next_after` of the page before; the first page where it is not given.",
        examples=["420102"],
    )


class DivisionsQuery(ChildrenQuery):
    """Which page of which divisions."""

    division: str = _DIVISION


class SitesQuery(ListQuery):
    """Which page of the sites of which division."""

    division: str = _DIVISION
    after: str | None = Field(
        None,
        pattern="^[0-9]{15}$",
        description="`next_after` of the page before; the first page where it is not given.",
        examples=["420102001001101"],
    )


class ConsigneesQuery(ListQuery):
    """Which page of the consignees of which division."""

    division: str = _DIVISION
    after: str | None = _AFTER_ID


class IdsQuery(ListQuery):
    """Which page of a list in the order of ids."""

    after: str | None = _AFTER_ID


class AtQuery(BaseModel):
    """As of when."""

    model_config = ConfigDict(extra="forbid")

    at: str | None = _AT


class JudgedIdsQuery(IdsQuery):
    """Which page of a list in the order of ids, judged at a time."""

    at: str | None = _AT


class QualificationsQuery(JudgedIdsQuery):
    """Which page of which qualifications, judged at a time."""

    supplier: str | None = Field(
        None,
        max_length=_TEXT,
        description="Whose: USCC, LEI or id; those of all suppliers where it is not given.",
        examples=["91420100MA4KXMPL1B"],
    )

    certificate: str | None = Field(
        None,
        pattern="^(0x)?[0-9a-fA-F]{64}$",
        description="On which certificate: the SHA-256 of its file, computed where the file is; those on any "
        "where it is not given.",
        examples=["0x90c1e5b1d6a35f4f8d2f7b0b6c3a1e2d4f5a69788c9babcdefed0c1b2a394857"],
    )


class AccreditationsQuery(ListQuery):
    """Which page of an issuer's accreditations, judged at a time."""

    after: int = Field(
        0, ge=0, le=_LAST_NUMBER, description="`next_after` of the page before; 0 for the first page."
    )
    at: str | None = _AT


class ItemsQuery(ListQuery):
    """Which page of which items."""

    category: str | None = Field(
        None,
        pattern="^[1-9][0-9]{6}$",
        description="Category of GB/T 38565: the first 7 digits of its items; all where it is not given.",
        examples=["2990103"],
    )
    after: str | None = Field(
        None,
        pattern="^[0-9]{12}$",
        description="`next_after` of the page before; the first page where it is not given.",
        examples=["299010310001"],
    )


class GrantsQuery(ListQuery):
    """Which page of which grants."""

    division: str = _DIVISION
    role: RoleWord | None = Field(None, description="Of which role; of any where it is not given.")
    state: GrantStateWord | None = Field(
        None, description="How they stand by the server's clock; however they do where it is not given."
    )
    after: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="`next_after` of the page before; the first page where it is not given.",
    )


class ReplacementsQuery(ListQuery):
    """Which page of which replacements of keys."""

    division: str = _DIVISION
    after: int = Field(
        0, ge=0, le=_LAST_NUMBER, description="`next_after` of the page before; 0 for the first page."
    )


@dataclass(frozen=True, slots=True)
class ConsigneeRef:
    """A consignee as it was asked for.

    Attributes:
        id: On the ledger.
        text: What was given.
    """

    id: ConsigneeId
    text: str


@dataclass(frozen=True, slots=True)
class IssuerRef:
    """An issuer as it was asked for.

    Attributes:
        id: On the ledger.
        code: Its USCC or LEI in plain form; None where it was asked for by its id.
    """

    id: IssuerId
    code: str | None


def number_after(after: str | None, base: int = 10) -> int:
    """Return the number behind which a page begins; 0 for the first page."""
    return 0 if after is None else int(after, base)


def _division(
    division: Annotated[
        str,
        Path(
            max_length=_TEXT,
            description="2, 4, 6, 9 or 12 digits, or 0 for the country.",
            examples=["420102"],
        ),
    ],
) -> DivisionId:
    return parse_division(division)


def _item(
    item: Annotated[str, Path(max_length=_TEXT, description="12 digits.", examples=["299010310001"])],
) -> ItemId:
    return parse_item(item)


def _consignee(
    consignee: Annotated[
        str,
        Path(
            max_length=_TEXT,
            description="USCC, LEI, `local:` and the code of its district, or the id (40 hex digits).",
            examples=["local:EASTCLINIC"],
        ),
    ],
) -> ConsigneeRef:
    plain = consignee.strip()
    if plain.lower().startswith(_LOCAL):
        return ConsigneeRef(consignee_id("local", plain[len(_LOCAL) :]), consignee)
    code = clean_code(plain)
    if _ID.fullmatch(code):
        return ConsigneeRef(ConsigneeId(int(code, 16)), consignee)
    return ConsigneeRef(consignee_id(_scheme(code, consignee), code), consignee)


def _issuer(
    issuer: Annotated[
        str,
        Path(
            max_length=_TEXT,
            description="USCC (18 characters), LEI (20), or the id on this ledger (40 hexadecimal digits).",
            examples=["d8688992795126b27cd6960112ea0eaf97a81e71"],
        ),
    ],
) -> IssuerRef:
    code = clean_code(issuer)
    if _ID.fullmatch(code):
        return IssuerRef(IssuerId(int(code, 16)), None)
    return IssuerRef(issuer_id(_scheme(code, issuer), code), code)


def _scheme(code: str, text: str) -> Literal["uscc", "lei"]:
    if len(code) == _USCC_LENGTH:
        return "uscc"
    if len(code) == _LEI_LENGTH:
        return "lei"
    raise PartyFormError(value=text)


def _holder(
    holder: Annotated[
        str,
        Path(
            max_length=_TEXT,
            description="An address: 0x and 40 hexadecimal digits.",
            examples=["0xC1A64ACB77bb1891C0ACce5A3211f1EC9F57d490"],
        ),
    ],
) -> Address:
    return parse_address(holder)


def _qualification(
    qualification: Annotated[
        str,
        Path(
            pattern="^[0-9a-fA-F]{40}$",
            description="Its id: 40 hexadecimal digits.",
            examples=["857265fb603abc9e60e3d3de8411e665ce89a019"],
        ),
    ],
) -> int:
    return int(qualification, 16)


DivisionParameter = Annotated[DivisionId, Depends(_division)]
ItemParameter = Annotated[ItemId, Depends(_item)]
ConsigneeParameter = Annotated[ConsigneeRef, Depends(_consignee)]
IssuerParameter = Annotated[IssuerRef, Depends(_issuer)]
HolderParameter = Annotated[Address, Depends(_holder)]
QualificationParameter = Annotated[int, Depends(_qualification)]
ReplacementParameter = Annotated[
    int, Path(ge=1, le=_LAST_NUMBER, description="Its number, from 1.", examples=[1])
]
ChildrenParameters = Annotated[ChildrenQuery, Query()]
DivisionsParameters = Annotated[DivisionsQuery, Query()]
SitesParameters = Annotated[SitesQuery, Query()]
ConsigneesParameters = Annotated[ConsigneesQuery, Query()]
IdsParameters = Annotated[IdsQuery, Query()]
AtParameters = Annotated[AtQuery, Query()]
JudgedIdsParameters = Annotated[JudgedIdsQuery, Query()]
QualificationsParameters = Annotated[QualificationsQuery, Query()]
AccreditationsParameters = Annotated[AccreditationsQuery, Query()]
ItemsParameters = Annotated[ItemsQuery, Query()]
GrantsParameters = Annotated[GrantsQuery, Query()]
ReplacementsParameters = Annotated[ReplacementsQuery, Query()]
