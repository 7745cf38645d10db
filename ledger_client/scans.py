"""What a scanner read: GS1-128 and other GS1 barcodes, Digital Links, plain GTINs.

Example:
    >>> read_scan("(01)06901234567892(17)280531(10)AB12").batch
    'AB12'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import biip
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin

from ledger_client.characters import clean_name
from ledger_client.documents import day_number
from ledger_client.errors import UsageError

SCAN_LIMIT = 200
"""Characters of what a scanner reads; a GS1-128 symbol has 48, a data matrix of packages rarely 100."""

_GTIN_LENGTHS = (8, 12, 13, 14)


class ScanFormError(UsageError):
    """A text is nothing that a scanner of goods reads."""

    en = (
        "{value!r} is no barcode of goods ({why}): scan a GS1-128, a GS1 data matrix or QR code, or type the "
        "GTIN's 8, 12, 13 or 14 digits"
    )
    zh = "{value!r} 不是商品条码（{why_zh}）：请扫描 GS1-128、GS1 二维码，或输入 8、12、13 或 14 位商品条码"


@dataclass(frozen=True, slots=True)
class Scan:
    """What the label of goods says.

    Attributes:
        gtin: 14 digits, with zeros in front.
        batch: As printed (AI 10), None where it is not said.
        made: Day of making (AI 11), counted from 1970; None where it is not said.
        expires: Last day of use (AI 17, else 15), likewise.
        count: Trade items (AI 37 of a logistic unit, AI 30 of a variable one); 1 where it is not said.
    """

    gtin: str
    batch: str | None = None
    made: int | None = None
    expires: int | None = None
    count: int = 1


def read_scan(text: str) -> Scan:
    """Return what a label says: element strings of GS1, also as people read them, or a GTIN.

    Raises:
        ScanFormError: It says no GTIN, a mistyped one, or no label at all.
    """
    plain = text.strip(" \t\r\n")
    if not plain or len(plain) > SCAN_LIMIT:
        raise ScanFormError(value=plain[:60], why=f"{len(plain)} characters", why_zh=f"{len(plain)} 个字符")
    if not plain.isascii():  # GS1 prints nothing else, and other digits would be taken for these
        raise ScanFormError(value=plain, why="it cannot be read", why_zh="无法解读")
    if plain.isdigit() and len(plain) in _GTIN_LENGTHS:
        return Scan(_gtin(plain, plain))
    found = list(_elements(plain))
    elements = {each.ai.ai: each for each in found}
    if len(elements) < len(found):
        raise ScanFormError(value=plain, why="it says something twice", why_zh="同一信息出现两次")
    said = elements.get("01") or elements.get("02")
    if said is None:
        raise ScanFormError(value=plain, why="it has no GTIN", why_zh="其中没有商品条码")
    batch, expires = elements.get("10"), elements.get("17") or elements.get("15")
    made, count = elements.get("11"), elements.get("37") or elements.get("30")
    return Scan(
        gtin=_gtin(said.value, plain),
        batch=clean_name(batch.value) if batch else None,
        made=_day(made.date if made else None),
        expires=_day(expires.date if expires else None),
        count=int(count.value) if count else 1,
    )


def parse_gtin(text: str) -> str:
    """Return a GTIN's 14 digits.

    Raises:
        ScanFormError: It is none, or mistyped.
    """
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) in _GTIN_LENGTHS):
        raise ScanFormError(
            value=plain[:60], why="it has not 8, 12, 13 or 14 digits", why_zh="不是 8、12、13 或 14 位数字"
        )
    return _gtin(plain, plain)


def _elements(plain: str) -> Iterable[Any]:
    """Return the element strings of a label."""
    try:
        if plain.startswith("("):
            return GS1Message.parse_hri(plain).element_strings
        read = biip.parse(plain)
    except Exception as error:  # of half a label the library raises more than its own kind
        raise ScanFormError(value=plain, why="it cannot be read", why_zh="无法解读") from error
    found = read.gs1_message or read.gs1_digital_link_uri
    if found is not None and found.element_strings:
        return found.element_strings
    if read.gtin is not None:
        return GS1Message.parse(f"01{read.gtin.as_gtin_14()}").element_strings
    raise ScanFormError(value=plain, why="it cannot be read", why_zh="无法解读")


def _gtin(digits: str, text: str) -> str:
    try:
        return str(Gtin.parse(digits.zfill(14)).as_gtin_14())
    except biip.ParseError as error:
        raise ScanFormError(
            value=text, why="its last digit does not fit the others", why_zh="校验位不符"
        ) from error


def _day(found: date | None) -> int | None:
    return None if found is None else day_number(found)
