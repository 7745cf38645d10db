"""Units as books write them, and quantities with or without one.

The table is the project's own and holds the units used, with their code of UN/CEFACT Recommendation 20
(packs: its annex of package types, codes that begin with X). What a pack holds is never in this table: 件 is
a pack in one list and a piece in another, so a factor belongs to an item.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from ledger_client.book._model import Sentence
from ledger_client.book._text import Cell, cell_text

MAX_QUANTITY = 2**63 - 1
"""Largest quantity of a line, in base units: the contracts keep 63 bits."""

EXACT_FLOAT = 2**53
"""From here on a spreadsheet's number has lost digits; such a quantity must be written as text."""

UNIT_CODES: dict[str, str] = {
    "个": "C62", "只": "H87", "支": "H87", "台": "H87", "片": "H87", "枚": "H87", "把": "H87", "辆": "H87",
    "条": "H87", "顶": "H87", "粒": "H87", "块": "H87", "张": "H87", "本": "H87", "根": "H87",
    "套": "SET", "副": "PR", "双": "PR", "对": "PR", "打": "DZN",
    "千克": "KGM", "公斤": "KGM", "kg": "KGM", "克": "GRM", "g": "GRM", "吨": "TNE", "升": "LTR", "l": "LTR",
    "毫升": "MLT", "ml": "MLT", "米": "MTR",
    "箱": "XCT", "大箱": "XCT", "小箱": "XCT", "件": "XPK", "袋": "XBG", "包": "XPA", "盒": "XBX",
    "小盒": "XBX", "大盒": "XBX", "罐": "XCA", "桶": "XBJ", "瓶": "XBO", "卷": "XRO",
    "piece": "H87", "pieces": "H87", "pcs": "H87", "pc": "H87", "each": "C62", "ea": "C62", "set": "SET",
    "sets": "SET", "pair": "PR", "pairs": "PR", "box": "XBX", "boxes": "XBX", "carton": "XCT",
    "cartons": "XCT", "case": "XCS", "cases": "XCS", "bag": "XBG", "bags": "XBG", "pack": "XPK",
    "packs": "XPK", "package": "XPK", "packages": "XPK", "bottle": "XBO", "bottles": "XBO",
    "bucket": "XBJ", "buckets": "XBJ", "drum": "XDR", "drums": "XDR", "can": "XCA", "cans": "XCA",
    "roll": "XRO", "rolls": "XRO", "litre": "LTR", "litres": "LTR", "dozen": "DZN",
}  # fmt: skip

PACKS = frozenset({"箱", "大箱", "小箱", "件", "袋", "包", "盒", "小盒", "大盒", "罐", "桶"})
"""Words for a pack whose contents a list may or may not state."""

MEASURES = frozenset({"千克", "公斤", "kg", "克", "g", "吨", "升", "l", "毫升", "ml", "米"})
"""Words of weight, volume and length: a number with one of them in a unit cell is a specification (500ml)."""

_UNIT_WORDS = "|".join(sorted(map(re.escape, UNIT_CODES), key=len, reverse=True))
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_WITH_UNIT = re.compile(rf"(?P<number>(?:{_NUMBER})(?:\.[0-9]+)?) ?(?P<unit>{_UNIT_WORDS})?", re.IGNORECASE)
_SPECIFIED = re.compile(rf".*\d.*/ ?(?P<unit>{_UNIT_WORDS})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """A whole quantity, and the unit's word where the same cell held one."""

    quantity: int
    unit: str = ""


def unit_code(word: str) -> str | None:
    """Return the Rec 20 code of a unit's word, None where the table has none."""
    return UNIT_CODES.get(word.casefold())


def is_unit(text: str) -> bool:
    """Whether a text is nothing but a unit's word."""
    return text.casefold() in UNIT_CODES


def read_count(text: str) -> Amount | None:
    """Return 20 箱 of a unit cell that says so; None for anything else, 500ml among it."""
    amount = read_amount(text) if text else None
    if isinstance(amount, Amount) and amount.unit and amount.unit.casefold() not in MEASURES:
        return amount
    return None


def unit_of_specification(text: str) -> str | None:
    """Return 支 of a unit cell that says `0.5g/支`, None where it is no such specification."""
    match = _SPECIFIED.fullmatch(text)
    return match["unit"] if match else None


def read_amount(cell: Cell) -> Amount | Sentence:
    """Return the quantity in a cell, or the sentence that says why there is none.

    Digits may be full-width and grouped by commas. Refused are signs, exponents, fractions, zero, what
    2**63 - 1 does not hold, and spreadsheet numbers from 2**53 on, which have already lost digits.
    """
    text = cell_text(cell)
    if isinstance(cell, bool) or (not isinstance(cell, str | float | int)):
        return _no_number(text)
    if isinstance(cell, float):
        if not abs(cell) < EXACT_FLOAT:
            return Sentence(
                "quantity-inexact",
                f"{text} is beyond what a spreadsheet's number keeps exactly; write the digits as text",
                f"{text} 超出电子表格数字的精度；请以文本写出全部数字",
            )
        text = format(Decimal(str(cell)), "f")
    match = _WITH_UNIT.fullmatch(text)
    if match:
        return _whole(text, match["number"].replace(",", ""), match["unit"] or "")
    return _negative(text) if re.fullmatch(r"[-−﹣‐–]\s?\d.*", text) else _no_number(text)


def _whole(text: str, number: str, unit: str) -> Amount | Sentence:
    digits, _, fraction = number.partition(".")
    if fraction.strip("0"):
        return Sentence(
            "quantity-fraction",
            f"{text} is a fraction of a base unit; use a smaller unit",
            f"{text} 不是基本单位的整数；请改用更小的单位",
        )
    quantity = int(digits)
    if quantity == 0:
        return Sentence(
            "quantity-zero",
            f"the quantity is {text}; a line moves at least 1",
            f"数量为 {text}；一行至少应为 1",
        )
    if quantity > MAX_QUANTITY:
        return Sentence(
            "quantity-too-large",
            f"{text} is more than {MAX_QUANTITY}, the most a line holds",
            f"{text} 超过一行的上限 {MAX_QUANTITY}",
        )
    return Amount(quantity, unit)


def _negative(text: str) -> Sentence:
    return Sentence(
        "quantity-negative",
        f"the quantity is {text}; what goes back is a document of its own",
        f"数量为 {text}；退回须另立单据",
    )


def _no_number(text: str) -> Sentence:
    return Sentence(
        "quantity-no-number",
        f"{text!r} is no quantity; write digits, such as 20 or 20箱",
        f"“{text}”不是数量；请写数字，如 20 或 20箱",
    )
