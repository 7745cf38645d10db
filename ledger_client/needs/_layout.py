"""The workbook of questions: what stands in which column, for whoever writes it and whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence

from ledger_client.book import Sentence
from ledger_client.needs._model import NeedRow, Question, Urgency
from ledger_client.needs._values import urgency_label

QUESTIONS_SHEET = "questions 待答"
LIST_SHEET = "list 清单"

DIGEST_ROW = "list_digest"
"""First word of the row of `LIST_SHEET` that holds the digest of the list."""

TOLD: dict[str, str] = {
    "row_id": "行号标识",
    "place": "所在地",
    "institution": "机构",
    "written": "清单所写物资",
    "specification": "规格",
    "questions": "待答问题",
}
"""Columns that tell what a row is; the header's first word is the name."""

ASKED: dict[Question, str] = {
    Question.QUANTITY: "数量（基本单位）",
    Question.ITEM: "物品编号",
    Question.SITE: "储备点",
    Question.CONSIGNEE: "领用单位",
    Question.NEEDED_BY: "需要日期",
    Question.URGENCY: "紧急程度",
}
"""Columns to fill in."""

NOT_ASKED = "—"
"""What stands in a cell that is not to be filled in."""

SHOWN = ("place", "institution", "written", "specification")
"""Columns that must still fit the row id: whoever sorts some columns alone mixes up the rows."""


def header() -> list[str]:
    """Return the header in both languages."""
    columns = {**TOLD, **{str(question): chinese for question, chinese in ASKED.items()}}
    return [f"{name} {chinese}" for name, chinese in columns.items()]


def shown(row: NeedRow) -> dict[str, str]:
    """Return the texts of `SHOWN` for a row."""
    texts = (row.institution.place, row.institution.name, row.item, row.specification)
    return dict(zip(SHOWN, texts, strict=True))


def asked_text(questions: Sequence[Question], category: int) -> str:
    """Return the questions of a draft as its row tells them, in both languages."""
    sentences = [question.sentence for question in questions]
    named = f" [{category}]" if Question.ITEM in questions else ""
    return (
        f"{' '.join(each.en for each in sentences)}{named}\n{''.join(each.zh for each in sentences)}{named}"
    )


def instructions() -> tuple[Sentence, ...]:
    """Return how the workbook is filled in."""
    choices = " / ".join(map(urgency_label, Urgency))
    return (
        Sentence(
            "cells",
            f"Fill in the empty cells of sheet {QUESTIONS_SHEET}; leave {NOT_ASKED} and the other columns "
            "alone. What stays empty stays a question.",
            f"请填写工作表“{QUESTIONS_SHEET}”中的空白单元格；“{NOT_ASKED}”及其他各列请勿改动。"
            "留空的问题仍为待答。",
        ),
        Sentence(
            "quantity",
            "quantity: base units of the item, a whole number in digits, such as 1200",
            "数量：以物品的基本单位计的整数，如 1200",
        ),
        Sentence(
            "item",
            "item: 12 digits, such as 2990101-00001, of the category in brackets",
            "物品编号：12 位数字，如 2990101-00001，须属于方括号内的类别",
        ),
        Sentence(
            "site",
            "site: 15 digits, such as 420106001001-1-01; "
            "consignee: USCC, LEI or local:CODE, never a person's name",
            "储备点：15 位数字，如 420106001001-1-01；"
            "领用单位：统一社会信用代码、LEI 或 local:代码，不得填写个人姓名",
        ),
        Sentence(
            "needed_by",
            f"needed_by: the last day, such as 2020-02-10; urgency: {choices}",
            f"需要日期：最迟日期，如 2020-02-10；紧急程度：{choices}",
        ),
        Sentence(
            "rows",
            "Write values, no formulas; merge no cells; sort whole rows only. Rows may be left out.",
            "请填写数值，不要使用公式；不要合并单元格；排序时须整行排序。可删去不回答的行。",
        ),
    )
