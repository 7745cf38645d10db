"""The questions of a plan as a workbook that an office fills in: one row a draft.

The same plan gives the same bytes. The workbook holds the digest of the list, so that answers to another list
are refused, and each row the identity of its draft.
"""

from __future__ import annotations

import io
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from ledger_client.cells import guarded
from ledger_client.files import write_new_private
from ledger_client.needs._layout import (
    ASKED,
    DIGEST_ROW,
    LIST_SHEET,
    NOT_ASKED,
    QUESTIONS_SHEET,
    TOLD,
    asked_text,
    header,
    instructions,
    shown,
)
from ledger_client.needs._model import Draft, NeedsPlan, Question, Urgency
from ledger_client.needs._values import urgency_label

_CREATED = datetime(2000, 1, 1)  # any day: the same plan gives the same bytes
_WIDTHS = (12, 22, 26, 26, 22, 44, 14, 16, 22, 26, 14, 20)  # characters


def questions_to_xlsx(plan: NeedsPlan) -> bytes:
    """Return the workbook of a plan's questions."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties({"created": _CREATED})
        _Sheet(workbook).write(plan)
        _write_list(workbook, plan)
    return out.getvalue()


def write_questions(plan: NeedsPlan, path: str | os.PathLike[str]) -> None:
    """Write the workbook of a plan's questions to a new file.

    Raises:
        FileExistsAlreadyError: There is such a file, which may hold answers; it is left as it was.
        DiskFullError, FileUnavailableError: As `ledger_client.files.write_new_private`.
    """
    write_new_private(Path(path), questions_to_xlsx(plan))


class _Sheet:
    """Writes the sheet of the questions."""

    def __init__(self, workbook: Any) -> None:
        self._sheet = workbook.add_worksheet(QUESTIONS_SHEET)
        self._told = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._head = workbook.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        self._closed = workbook.add_format({"bg_color": "#D9D9D9", "font_color": "#808080"})
        # Text, so that a spreadsheet keeps all digits of a code.
        self._open = {
            question: workbook.add_format({"bg_color": "#FFF2CC", "border": 1, "num_format": form})
            for question, form in {
                **dict.fromkeys(Question, "@"),
                Question.QUANTITY: "0",
                Question.NEEDED_BY: "yyyy-mm-dd",
            }.items()
        }

    def write(self, plan: NeedsPlan) -> None:
        for column, title in enumerate(header()):
            self._sheet.write_string(0, column, title, self._head)
            self._sheet.set_column(column, column, _WIDTHS[column])
        for number, draft in enumerate(plan.drafts, 1):
            self._row(number, draft)
        self._sheet.freeze_panes(1, 0)
        if plan.drafts:
            self._choices(len(plan.drafts))

    def _row(self, number: int, draft: Draft) -> None:
        told = {
            "row_id": draft.row.identity.digest.hex(),
            **shown(draft.row),
            "questions": asked_text(draft.questions, draft.category),
        }
        for column, name in enumerate(TOLD):
            self._sheet.write_string(number, column, guarded(told[name]), self._told)
        for column, question in enumerate(ASKED, len(TOLD)):
            if question in draft.questions:
                self._sheet.write_blank(number, column, None, self._open[question])
            else:
                self._sheet.write_string(number, column, NOT_ASKED, self._closed)

    def _choices(self, drafts: int) -> None:
        column = len(TOLD) + list(ASKED).index(Question.URGENCY)
        source = [urgency_label(urgency) for urgency in Urgency]
        rule = {"validate": "list", "source": source, "error_type": "information"}
        self._sheet.data_validation(1, column, drafts, column, rule)


def _write_list(workbook: Any, plan: NeedsPlan) -> None:
    sheet = workbook.add_worksheet(LIST_SHEET)
    rows = [
        (f"{DIGEST_ROW} 清单摘要", plan.needs.digest.hex()),
        ("file 文件", plan.needs.file),
        ("drafts 草案数", str(len(plan.drafts))),
        *((each.en, each.zh) for each in instructions()),
    ]
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 70)
    for number, cells in enumerate(rows):
        for column, text in enumerate(cells):
            sheet.write_string(number, column, guarded(text), wrapped)
