"""What people write for a site, a consignee, an item, a day and an urgency, in a mapping or as an answer."""

from __future__ import annotations

import re
from datetime import date, datetime
from string import hexdigits

from ledger_client.book import Sentence
from ledger_client.book._text import Cell, cell_text
from ledger_client.book._units import EXACT_FLOAT
from ledger_client.errors import UsageError
from ledger_client.identifiers import ConsigneeId, ItemId, category_of, consignee_id, parse_item, parse_site
from ledger_client.needs._model import Question, Urgency
from ledger_client.quantities import parse_quantity

_LOCAL = "local:"
_LEI_LENGTH = 20
_LONGEST = 80  # characters; the longest that is one, a consignee's id, has half of them
_ID_DIGITS = 40  # of an id of 160 bits, in hexadecimal
_CATEGORY = re.compile(r"[1-9][0-9]{6}")
_DAY = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?")


class ValueRefusedError(Exception):
    """A value cannot be meant; `reason` says why, in one sentence."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(reason.en)
        self.reason = reason


def parse_answer(question: Question, cell: Cell, category: int) -> object:
    """Return what a cell answers to a question; `category` is that of the draft, 7 digits.

    Raises:
        ValueRefusedError: It answers nothing that can be meant.
    """
    _refuse_inexact(cell)
    _refuse_long(cell)
    try:
        return _parse(question, cell, category)
    except UsageError as error:
        raise ValueRefusedError(Sentence(f"answer-{question}", error.text("en"), error.text("zh"))) from error


def _parse(question: Question, cell: Cell, category: int) -> object:
    match question:
        case Question.QUANTITY:
            return _parse_quantity(cell)
        case Question.ITEM:
            return _parse_item_of(category, cell_text(cell))
        case Question.SITE:
            return parse_site(cell_text(cell))
        case Question.CONSIGNEE:
            return parse_consignee(cell_text(cell))
        case Question.NEEDED_BY:
            return parse_day(cell)
        case Question.URGENCY:
            return parse_urgency(cell_text(cell))


def parse_consignee(text: str) -> ConsigneeId:
    """Return the consignee that a USCC, an LEI, `local:CODE` or its id of 40 hexadecimal digits names.

    Raises:
        CharacterError, CodeFormError, CheckCharacterError: As `ledger_client.identifiers.consignee_id`.
    """
    if text.casefold().startswith(_LOCAL):
        return consignee_id("local", text[len(_LOCAL) :])
    if len(text) == _ID_DIGITS and all(each in hexdigits for each in text):
        return ConsigneeId(int(text, 16))
    return consignee_id("lei" if len(text) == _LEI_LENGTH else "uscc", text)


def parse_goods(text: str) -> tuple[int, ItemId | None]:
    """Return the category (7 digits) and the item that 12 digits name, or a category alone.

    Raises:
        CharacterError, CodeFormError: As `ledger_client.identifiers.parse_item`.
    """
    if _CATEGORY.fullmatch(text):
        return int(text), None
    item = parse_item(text)
    return category_of(item), item


def parse_day(cell: Cell) -> date:
    """Return the day that a cell is, or that a text names in full with the year in front.

    Raises:
        ValueRefusedError: It is no day, or leaves open which.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = cell_text(cell)
    if match := _DAY.fullmatch(text):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            pass  # 2020-02-30: refused with the same sentence
    raise ValueRefusedError(
        Sentence(
            "answer-needed_by",
            f"{text!r} is no day; write it as 2020-02-10",
            f"“{text}”不是日期；请写成 2020-02-10",
        )
    )


def parse_urgency(text: str) -> Urgency:
    """Return the urgency that its number, its name in either language, or all of them together say.

    Raises:
        ValueRefusedError: It is none of the three.
    """
    for urgency in Urgency:
        if text.casefold() in (str(int(urgency)), *urgency.names, urgency_label(urgency)):
            return urgency
    raise ValueRefusedError(
        Sentence(
            "answer-urgency",
            f"{text!r} is no urgency; write {' / '.join(map(urgency_label, Urgency))}",
            f"“{text}”不是紧急程度；请填写 {' / '.join(map(urgency_label, Urgency))}",
        )
    )


def urgency_label(urgency: Urgency) -> str:
    """Return an urgency as workbooks show it: number and both names."""
    return " ".join((str(int(urgency)), *urgency.names))


def _parse_quantity(cell: Cell) -> int:
    if isinstance(cell, float) and not cell.is_integer():
        raise ValueRefusedError(
            Sentence(
                "answer-quantity",
                f"{cell_text(cell)} is a fraction of a base unit; write a whole number",
                f"{cell_text(cell)} 不是基本单位的整数；请填写整数",
            )
        )
    return parse_quantity(cell_text(cell), least=1)


def _parse_item_of(category: int, text: str) -> ItemId:
    item = parse_item(text)
    if category_of(item) != category:
        raise ValueRefusedError(
            Sentence(
                "answer-item",
                f"item {item} is not of category {category}; choose one of that category",
                f"物品 {item} 不属于类别 {category}；请选择该类别的物品",
            )
        )
    return item


def _refuse_long(cell: Cell) -> None:
    """Refuse what no answer is as long as, since the sentences of the others repeat what was written."""
    length = len(cell_text(cell))
    if length > _LONGEST:
        raise ValueRefusedError(
            Sentence(
                "answer-too-long",
                f"the cell holds {length:,} characters, which is no answer; write the answer alone",
                f"单元格有 {length:,} 个字符，不是答复；请只填写答复本身",
            )
        )


def _refuse_inexact(cell: Cell) -> None:
    if isinstance(cell, float) and not abs(cell) < EXACT_FLOAT:
        raise ValueRefusedError(
            Sentence(
                "answer-inexact",
                f"{cell!r} is beyond what a spreadsheet's number keeps exactly; write the digits as text",
                f"{cell!r} 超出电子表格数字的精度；请以文本写出全部数字",
            )
        )
