"""What people and other systems write: times, days, and codes or ids of suppliers, issuers and consignees."""

from __future__ import annotations

import re
from datetime import date, datetime
from string import hexdigits

from ledger_client.characters import clean_code
from ledger_client.documents import SECONDS_A_DAY, Timestamp, day_number
from ledger_client.errors import UsageError
from ledger_client.identifiers import (
    ConsigneeId,
    IssuerId,
    SupplierId,
    consignee_id,
    issuer_id,
    supplier_id,
)
from ledger_client.sole_traders import is_sole_trader

_ID_DIGITS = 40
_LEI_LENGTH = 20
_LOCAL = "local:"
_HEX = re.compile(r"[0-9a-f]+")


class TimeFormError(UsageError):
    """A time is neither a day nor a moment."""

    en = "{value!r} is no time: write a day as 2026-11-24, or a moment as 2026-11-24T09:30+08:00"
    zh = "{value!r} 不是时间：请写日期如 2026-11-24，或时刻如 2026-11-24T09:30+08:00"


class DayFormError(UsageError):
    """A date is none."""

    en = "{value!r} is no date: write it as 2026-11-24"
    zh = "{value!r} 不是日期：请写成 2026-11-24"


class SoleTraderCodeError(UsageError):
    """A sole trader's code is where an id is needed."""

    en = (
        "{value} is a sole trader's code, which is personal data and has no place on the ledger: "
        "type the supplier's id; `shecang supplier show {value}` finds it"
    )
    zh = (
        "{value} 是个体工商户的代码，属个人信息，不进入账本：请填写供应商编号；"
        "用 `shecang supplier show {value}` 查找"
    )


def parse_time(text: str, offset: int) -> Timestamp:
    """Return a typed day or moment.

    Args:
        text: `2026-11-24`, or with a time of day and its distance from UTC.
        offset: Seconds by which the ledger's days are ahead of UTC.

    Raises:
        TimeFormError: It is neither.
        TimeWithoutZoneError: A moment without its distance from UTC.
    """
    try:
        if len(text.strip()) == len("2026-11-24"):
            return Timestamp.of_day(date.fromisoformat(text.strip()), offset)
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise TimeFormError(value=text) from error
    return Timestamp.of_moment(moment)


def parse_day(text: str) -> int:
    """Return a typed date as the contracts count days, from 1970-01-01.

    Raises:
        DayFormError: It is none.
    """
    try:
        return day_number(date.fromisoformat(text.strip()))
    except ValueError as error:
        raise DayFormError(value=text) from error


def parse_supplier(text: str) -> SupplierId:
    """Return the supplier that a USCC, a LEI or its id names.

    Raises:
        SoleTraderCodeError: It is a sole trader's code, from which alone no id follows.
    """
    code = plain_supplier_code(text)
    if code is None:
        return SupplierId(int(clean_code(text), 16))
    if is_sole_trader(code):
        raise SoleTraderCodeError(value=code)
    return supplier_id("lei" if len(code) == _LEI_LENGTH else "uscc", code)


def plain_supplier_code(text: str) -> str | None:
    """Return a typed USCC or LEI without blanks and hyphens; None for the id of a supplier."""
    plain = clean_code(text)
    return None if len(plain) == _ID_DIGITS and _HEX.fullmatch(plain.lower()) else plain


def parse_issuer(text: str) -> IssuerId:
    """Return the issuer that a USCC, a LEI or its id names."""
    plain = clean_code(text)
    if len(plain) == _ID_DIGITS and _HEX.fullmatch(plain.lower()):
        return IssuerId(int(plain, 16))
    return issuer_id("lei" if len(plain) == _LEI_LENGTH else "uscc", plain)


def parse_consignee(text: str) -> ConsigneeId:
    """Return the consignee that a USCC, a LEI, `local:CODE` or its id names."""
    plain = text.strip()
    if plain.lower().startswith(_LOCAL):
        return consignee_id("local", plain[len(_LOCAL) :])
    if len(plain) == _ID_DIGITS and all(each in hexdigits for each in plain):
        return ConsigneeId(int(plain, 16))
    return consignee_id("lei" if len(plain) == _LEI_LENGTH else "uscc", plain)


def parse_deadline(text: str, offset: int) -> int:
    """Return the last second of a day, or a moment."""
    time = parse_time(text, offset)
    return time.seconds + SECONDS_A_DAY - 1 if time.is_day_only else time.seconds
