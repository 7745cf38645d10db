"""Answers come back: a workbook that an office filled in is read, and what it says is merged into the plan.

The file is not trusted: its size is measured before a parser sees it, it must name this list, and a row
counts only if its id is that of a draft, stands once, and still has the texts of that draft beside it
(whoever sorts some columns alone mixes up the rows). What cannot be meant is a fault with its cell; the
question stays open.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from ledger_client.book import DEFAULT_LIMITS, Limits, Sentence
from ledger_client.book._grid import ZIP, Grid, read_bytes, workbook_grids
from ledger_client.book._limits import measured_copy
from ledger_client.book._text import cell_name, cell_text
from ledger_client.cells import unguarded
from ledger_client.identifiers import category_of
from ledger_client.needs._errors import AnswersFileError, AnswersFormError
from ledger_client.needs._formulas import Formulas, formulas_of, sheet_parts
from ledger_client.needs._layout import (
    ASKED,
    DIGEST_ROW,
    LIST_SHEET,
    NOT_ASKED,
    QUESTIONS_SHEET,
    SHOWN,
    TOLD,
    shown,
)
from ledger_client.needs._model import AnswerFault, Draft, NeedRow, NeedsPlan, Question, Request
from ledger_client.needs._values import ValueRefusedError, parse_answer


def answer_questions(
    plan: NeedsPlan, path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS
) -> NeedsPlan:
    """Return the plan with the answers of a filled-in workbook.

    A draft of which nothing is open any more becomes a request; any other keeps what is left to ask. What was
    not taken stands in `faults`, each with its cell.

    Args:
        plan: The plan, made from the same list; its mapping may have grown since the questions were written.
        path: The workbook, an .xlsx.
        limits: What the file may cost.

    Raises:
        FileUnreadableError, BookTooLargeError, NotASpreadsheetError: As `ledger_client.book.read_book`.
        AnswersFormError: It is no .xlsx.
        AnswersFileError: It is no workbook of questions, or of another list, or cells are merged.
    """
    return _Answers(_read(Path(path), plan, limits), plan).merged()


class _Workbook:
    """The sheet of the questions, and which column is which."""

    def __init__(self, grid: Grid, formulas: Formulas) -> None:
        self.grid, self.formulas = grid, formulas
        self.columns = self._header()
        for merge in grid.merges:
            self.refuse(
                f"{cell_name(merge.top, merge.left)}:{cell_name(merge.bottom, merge.right)}",
                "the cells are merged; unmerge them and fill in each",
                "单元格已合并；请取消合并并逐格填写",
            )
        for several in formulas.ranges:
            self.refuse(
                several,
                "one formula fills several cells; paste its values",
                "一个公式填充了多个单元格；请粘贴为数值",
            )

    def refuse(self, cell: str, why: str, why_zh: str) -> NoReturn:
        place = f"{self.grid.sheet} {cell}"
        raise AnswersFileError(file=self.grid.file, place=place, why=why, why_zh=why_zh)

    def _header(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for column, cell in enumerate(self.grid.cells[0] if self.grid.cells else ()):
            name = cell_text(cell).split(" ")[0].casefold()
            if name in found:
                self.refuse(cell_name(1, column), f"column {name} is there twice", f"“{name}”列出现两次")
            if name in TOLD or name in ASKED:
                found[name] = column
        for name in (*TOLD, *ASKED):
            if name not in found:
                self.refuse("A1", f"column {name} is missing", f"缺少“{name}”列")
        return found


def _read(path: Path, plan: NeedsPlan, limits: Limits) -> _Workbook:
    data = read_bytes(path, limits)
    if not data.startswith(ZIP):
        raise AnswersFormError(file=path.name, why="it is no .xlsx workbook", why_zh="不是 .xlsx 工作簿")
    copy = measured_copy(path.name, data, limits)
    parts = sheet_parts(path.name, copy)
    _require_sheets(path.name, parts)
    formulas = {part: formulas_of(path.name, copy, part) for part in dict.fromkeys(parts.values())}
    sheets = {grid.sheet: grid for grid in workbook_grids(path.name, copy, limits)}
    _require_sheets(path.name, sheets)  # a chart may have the name of a sheet
    _check_digest(sheets[LIST_SHEET], plan)
    return _Workbook(sheets[QUESTIONS_SHEET], formulas[parts[QUESTIONS_SHEET]])


def _require_sheets(file: str, names: Container[str]) -> None:
    for name in (QUESTIONS_SHEET, LIST_SHEET):
        if name not in names:
            raise AnswersFileError(
                file=file,
                place=name,
                why="there is no such sheet, so that it is no workbook of questions",
                why_zh="没有此工作表，不是待答工作簿",
            )


def _check_digest(grid: Grid, plan: NeedsPlan) -> None:
    row, found = next(
        (
            (number, cell_text(cells[1]))
            for number, cells in enumerate(grid.cells, 1)
            if len(cells) > 1 and cell_text(cells[0]).split(" ")[0] == DIGEST_ROW
        ),
        (1, ""),
    )
    if found != plan.needs.digest.hex():
        raise AnswersFileError(
            file=grid.file,
            place=f"{grid.sheet} {cell_name(row, 1)}",
            why=f"the answers are to another list than {plan.needs.file}",
            why_zh=f"答复所针对的不是清单 {plan.needs.file}",
        )


class _Answers:
    """Goes through the rows of a workbook once and keeps what each of them answers."""

    def __init__(self, workbook: _Workbook, plan: NeedsPlan) -> None:
        self._workbook, self._plan = workbook, plan
        planned: tuple[Draft | Request, ...] = (*plan.drafts, *plan.requests)
        self._planned = {each.row.identity.digest.hex(): each for each in planned}
        self._rows = {row.identity.digest.hex(): row for row in plan.needs.rows}
        self._faults: list[AnswerFault] = []
        self._taken: dict[str, dict[Question, Any]] = {}

    def merged(self) -> NeedsPlan:
        """Return the plan with the answers."""
        for number, same in self._rows_by_id():
            self._row(number, same)
        requests, drafts = list(self._plan.requests), []
        for draft in self._plan.drafts:
            facts = {str(name): value for name, value in self._of(draft.row).items()}
            answered = replace(draft, **facts)
            request = answered.as_request()
            if request:
                requests.append(request)
            else:
                drafts.append(answered)
        return replace(
            self._plan,
            requests=tuple(sorted(requests, key=lambda request: request.row.number)),
            drafts=tuple(drafts),
            answers=self._plan.answers + sum(map(len, self._taken.values())),
            faults=tuple(self._faults),
        )

    def _of(self, row: NeedRow) -> dict[Question, Any]:
        return self._taken.get(row.identity.digest.hex(), {})

    def _rows_by_id(self) -> Iterator[tuple[int, list[int]]]:
        """Yield each row that is not empty with all rows that have its id."""
        rows: defaultdict[str, list[int]] = defaultdict(list)
        filled = [
            number
            for number in range(2, len(self._workbook.grid.cells) + 1)
            if any(self._text(number, name) for name in self._workbook.columns)
        ]
        for number in filled:
            rows[self._text(number, "row_id")].append(number)
        for number in filled:
            yield number, rows[self._text(number, "row_id")]

    def _row(self, number: int, same: list[int]) -> None:
        row_id = self._text(number, "row_id")
        fault = self._fault_of_row(number, row_id, same)
        if fault is not None:
            self._note(number, *fault)
            return
        planned = self._planned.get(row_id)
        for question in ASKED:
            if self._text(number, question) in ("", NOT_ASKED):
                continue
            if planned is None:
                self._note(number, question, _NOT_PLANNED)
                return
            self._answer(number, question, row_id, planned)

    def _fault_of_row(self, number: int, row_id: str, same: list[int]) -> tuple[str, Sentence] | None:
        for name in ("row_id", *SHOWN):
            if self._is_formula(number, name):
                return name, _FORMULA
        if not row_id:
            return "row_id", _NO_ID
        if row_id not in self._rows:
            return "row_id", _UNKNOWN
        if len(same) > 1:
            return "row_id", _twice(same)
        for name, text in shown(self._rows[row_id]).items():
            if self._text(number, name) != text:
                return name, _MIXED_UP
        return None

    def _answer(self, number: int, question: Question, row_id: str, planned: Draft | Request) -> None:
        if self._is_formula(number, question):
            self._note(number, question, _FORMULA)
            return
        category = planned.category if isinstance(planned, Draft) else category_of(planned.item)
        try:
            value = parse_answer(question, self._cell(number, question), category)
        except ValueRefusedError as error:
            self._note(number, question, error.reason)
            return
        known = getattr(planned, question)
        if known is None:
            self._taken.setdefault(row_id, {})[question] = value
        elif known != value:
            self._note(number, question, _OTHERWISE)

    def _cell(self, number: int, name: str) -> Any:
        return self._workbook.grid.cell(number, self._workbook.columns[name])

    def _text(self, number: int, name: str) -> str:
        return unguarded(cell_text(self._cell(number, name)))

    def _is_formula(self, number: int, name: str) -> bool:
        return cell_name(number, self._workbook.columns[name]) in self._workbook.formulas.cells

    def _note(self, number: int, name: str, reason: Sentence) -> None:
        cell = cell_name(number, self._workbook.columns[name])
        self._faults.append(AnswerFault(self._workbook.grid.sheet, cell, reason))


_FORMULA = Sentence("formula", "the cell holds a formula; write its value", "单元格为公式；请填写数值")
_NO_ID = Sentence(
    "no-row-id",
    "the row has no row id; copy it from the workbook as written",
    "该行没有行号标识；请从原工作簿复制",
)
_UNKNOWN = Sentence(
    "unknown-row",
    "the list has no row with this row id; copy the id from the workbook as written",
    "清单中没有此行号标识的行；请从原工作簿复制行号标识",
)
_MIXED_UP = Sentence(
    "mixed-up",
    "the text is not that of the row with this row id; undo the sorting and fill in again",
    "此文字与该行号标识的行不符；请撤销排序后重新填写",
)
_NOT_PLANNED = Sentence(
    "not-planned",
    "the row is no draft, since the mapping does not reach it or the list is wrong there; mend that first",
    "该行不是草案：对照表未涉及该行，或清单此处有误；请先更正",
)
_OTHERWISE = Sentence(
    "answered-otherwise",
    "list, mapping or an earlier answer says otherwise; correct one of the two",
    "与清单、对照表或先前的答复不一致；请更正其一",
)


_ROWS_NAMED = 5  # in one sentence


def _twice(rows: list[int]) -> Sentence:
    named = list(map(str, rows[:_ROWS_NAMED]))
    return Sentence(
        "row-twice",
        f"rows {', '.join(named)} have one row id, and none of them was taken; keep one",
        f"第 {'、'.join(named)} 行的行号标识相同，均未采用；请只保留一行",
    )
