"""What is typed for documents: times, days, sources, ids by their first digits."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from ledger_client.characters import clean_code
from ledger_client.divisions import DivisionId, parse_division
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.errors import UsageError
from ledger_client.identifiers import SiteId, parse_site
from ledger_client.typed import parse_time

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ledger_client.fold.records import RecordedDocument

PREFIX_DIGITS = 8
"""The fewest hexadecimal digits by which an id may be named."""

KEY_DIGITS = 62
"""Hexadecimal digits of the key of a document, request or proposal."""

SITE_DIGITS = 15
"""Digits of a site's number."""

_LOT_DIGITS = 40
_LEI_LENGTH = 20
_HEX = re.compile(r"[0-9a-f]+")


class IdFormError(UsageError):
    """An id or its beginning is no hexadecimal text of a fitting length."""

    en = "{value!r} names no {kind}: give its {digits} hexadecimal digits, or at least the first {least}"
    zh = "{value!r} 不能指明{kind_zh}：请给出全部 {digits} 位十六进制数字，或至少前 {least} 位"


class IdUnknownError(UsageError):
    """No id begins so."""

    en = "no {kind} {where}begins with {value}; {command} lists what there is"
    zh = "{where_zh}没有以 {value} 开头的{kind_zh}；用 {command} 查看"


class IdAmbiguousError(UsageError):
    """Several ids begin so."""

    en = "{value} may be {count} {kind}s ({found}); type more digits"
    zh = "{value} 对应 {count} 个{kind_zh}（{found}）；请多输入几位"


def parse_as_of(text: str | None, offset: int) -> int | None:
    """Return the last second of block time that a typed time includes: of a day, its last one."""
    if text is None:
        return None
    time = parse_time(text, offset)
    return time.seconds + (SECONDS_A_DAY - 1 if time.is_day_only else 0)


def parse_from(text: str, offset: int) -> int:
    """Return the first second of a typed time: of a day, its 00:00."""
    return parse_time(text, offset).seconds


def parse_place(text: str) -> SiteId | DivisionId:
    """Return the site (15 digits) or the division (0 for the country) that a code names."""
    return parse_site(text) if len(clean_code(text)) == SITE_DIGITS else parse_division(text)


def parse_prefix(text: str, digits: int, kind: str, kind_zh: str) -> str:
    """Return the first digits of an id in small letters.

    Raises:
        IdFormError: It is not hexadecimal, too short, or too long.
    """
    plain = text.strip().lower().removeprefix("0x").removesuffix("…")
    if not _HEX.fullmatch(plain) or not PREFIX_DIGITS <= len(plain) <= digits:
        raise IdFormError(value=text, kind=kind, kind_zh=kind_zh, digits=digits, least=PREFIX_DIGITS)
    return plain


def lot_among(text: str, lots: Iterable[int], where: str, where_zh: str, command: str) -> int:
    """Return the lot that a full id names, or that its first digits name among `lots`.

    Raises:
        IdUnknownError: None of them begins so.
        IdAmbiguousError: Several do.
    """
    prefix = parse_prefix(text, _LOT_DIGITS, "lot", "批次")
    if len(prefix) == _LOT_DIGITS:
        return int(prefix, 16)
    found = [lot for lot in sorted(set(lots)) if f"{lot:040x}".startswith(prefix)]
    return only_one(text, found, _LOT_DIGITS, ("lot", "批次"), (where, where_zh), command)


def find_lot(engine: Engine, text: str) -> int:
    """Return the one lot of the ledger whose id begins so.

    Raises:
        IdUnknownError: No lot does.
        IdAmbiguousError: Several do.
    """
    from ledger_client.index.lookup import lots_beginning

    prefix = parse_prefix(text, _LOT_DIGITS, "lot", "批次")
    found = list(lots_beginning(engine, prefix))
    return only_one(text, found, _LOT_DIGITS, ("lot", "批次"), ("", ""), "`shecang lot list`")


def find_document(engine: Engine, text: str) -> RecordedDocument:
    """Return the one document of the ledger whose key begins so.

    Raises:
        IdUnknownError: No document does.
        IdAmbiguousError: Several do.
    """
    from ledger_client.index.lookup import documents_beginning

    prefix = parse_prefix(text, KEY_DIGITS, "document", "单据")
    found = {document.key: document for document in documents_beginning(engine, prefix)}
    key = only_one(text, list(found), KEY_DIGITS, ("document", "单据"), ("", ""), "`shecang stock card`")
    return found[key]


def consignment_among(text: str, keys: Collection[int]) -> int:
    """Return the open consignment whose key begins so.

    Raises:
        IdUnknownError: None does.
        IdAmbiguousError: Several do.
    """
    prefix = parse_prefix(text, KEY_DIGITS, "consignment", "在途单")
    found = [key for key in keys if f"{key:062x}".startswith(prefix)]
    where = ("of which something is open ", "未办结的在途单中")
    names = ("consignment", "在途单")
    return only_one(text, found, KEY_DIGITS, names, where, "`shecang stock consignments`")


def only_one(
    text: str,
    found: list[int],
    digits: int,
    kind: tuple[str, str],
    where: tuple[str, str],
    command: str,
) -> int:
    """Return the one id that was found for a typed beginning.

    Args:
        text: As typed.
        found: What begins so.
        digits: Of a whole id.
        kind: What it is called, in English and Chinese.
        where: Among what it was looked for; empty for everywhere.
        command: What lists them.

    Raises:
        IdUnknownError: There is none.
        IdAmbiguousError: There are several.
    """
    names = {"kind": kind[0], "kind_zh": kind[1]}
    if not found:
        raise IdUnknownError(value=text, **names, where=where[0], where_zh=where[1], command=command)
    if len(found) > 1:
        shown = ", ".join(f"{each:0{digits}x}"[:16] + "…" for each in found[:3])
        raise IdAmbiguousError(value=text, **names, count=len(found), found=shown)
    return found[0]
