"""Every row of a sheet ends as exactly one thing: line, heading or footer, blank, continuation or problem.

Rows are walked from the first to the last that is not empty after cleaning. A header begins a section; what
stands above the first one is title. Under a header, in this order:

1. inside the vertical merge of a line's item or quantity, with neither of its own: continuation;
2. nothing in it: blank;
3. a total, a text merged across columns, 一、…… alone, the header merged over two rows: heading;
4. below the last line: a sentence, a signature above its date, a date alone: footer;
5. everything else is read as a line, and is a problem where it is none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ledger_client.book._dates import SheetDate, full_date, serial_date, sheet_date
from ledger_client.book._earmark import numbered_earmark
from ledger_client.book._grid import Grid, Merge
from ledger_client.book._header import Header, read_header
from ledger_client.book._line import RawRow, read_line
from ledger_client.book._model import (
    BookKind,
    BookSheet,
    Continuation,
    Heading,
    HeadingRole,
    Line,
    Problem,
    Sentence,
)
from ledger_client.book._text import Cell, cell_name, cell_text

Row = Line | Heading | int | Continuation | Problem
"""What a row is; a blank one is only its number."""

_TOTAL = re.compile(r"(?:总|合|小|共|累)计[:：]?|total:?|subtotal:?|sum:?", re.IGNORECASE)
_FOOTER = re.compile(
    r"备注|注[:：]|说明|以上|制表|填表|审核|复核|经办|签字|盖章|负责人|日期|note|remark|prepared|approved|signed",
    re.IGNORECASE,
)
_NUMBERED_TITLE = re.compile(r"\(?[一二三四五六七八九十]+\)?[、.].+")
_LONG_TEXT = 30  # characters from which one cell below the lines is a sentence, not an item
_NEVER_FILLED = ("item", "quantity", "ordinal")


@dataclass(frozen=True, slots=True)
class Section:
    """A header with the rows below it, up to the next header."""

    header: Header
    kind: BookKind | None
    last: int


class SheetReader:
    """Reads one grid; `read` does it, the rest answers questions about one row."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._texts = [tuple(map(cell_text, cells)) for cells in grid.cells]
        filled = [row for row, texts in enumerate(self._texts, 1) if any(texts)]
        self._first, self._last = (filled[0], filled[-1]) if filled else (1, 0)
        self._vertical = _vertical_merges(grid)
        self._wide = {(merge.top, merge.left) for merge in grid.merges if merge.right > merge.left}
        headers = [read_header(row, self._texts[row - 1]) for row in range(self._first, self._last + 1)]
        self._headers = [header for header in headers if header]
        self._last_lines = {header.row: self._last_line(header, until) for header, until in self._spans()}

    @property
    def has_header(self) -> bool:
        """Whether any row of the sheet is a header."""
        return bool(self._headers)

    def read(self, given: date | None, year: int | None) -> BookSheet:
        """Return the sheet with every row accounted for."""
        found = self._date(given, year)
        rows = self._add_continuations(list(self._rows(found.day)))
        sections = self._sections()
        return BookSheet(
            file=self._grid.file,
            sheet=self._grid.sheet,
            rows=self._last - self._first + 1,
            kind=sections[0].kind if sections else None,
            date=found.day,
            date_source=found.source,
            lines=tuple(row for row in rows if isinstance(row, Line)),
            headings=tuple(row for row in rows if isinstance(row, Heading)),
            blank=tuple(row for row in rows if isinstance(row, int)),
            continuations=tuple(row for row in rows if isinstance(row, Continuation)),
            problems=tuple(row for row in rows if isinstance(row, Problem)),
        )

    # Sections

    def _spans(self) -> Iterator[tuple[Header, int]]:
        ends = [header.row - 1 for header in self._headers[1:]] + [self._last]
        return zip(self._headers, ends, strict=False)

    def _sections(self) -> list[Section]:
        sections = []
        above = self._first
        for header, until in self._spans():
            titles = " ".join(self._row_text(row) for row in range(above, header.row))
            sections.append(Section(header, header.kind(titles), until))
            above = self._last_lines[header.row] + 1
        return sections

    def _last_line(self, header: Header, until: int) -> int:
        """Return the last row that has both item and quantity of its own; the header's row for none."""
        columns = [header.column(field) for field in ("item", "quantity")]
        for row in range(until, header.row, -1):
            if all(column is not None and self._texts[row - 1][column] for column in columns):
                return row
        return header.row

    def _date(self, given: date | None, year: int | None) -> SheetDate:
        above = range(self._first, self._headers[0].row if self._headers else self._last + 1)
        below = range(self._last_lines[self._headers[-1].row] + 1, self._last + 1) if self._headers else ()
        return sheet_date(self._grid, above, below, given, year)

    # Rows

    def _rows(self, day: date | None) -> Iterator[Row]:
        first = self._headers[0].row if self._headers else self._last + 1
        for row in range(self._first, min(first, self._last + 1)):
            yield self._above(row)
        for section in self._sections():
            yield Heading(section.header.row, "header", section.header.text)
            for row in range(section.header.row + 1, section.last + 1):
                yield self._under(section, row, day)

    def _above(self, row: int) -> Row:
        text = self._row_text(row)
        if not text:
            return row
        if self._headers:
            return Heading(row, "title", text)
        column = next(column for column, cell in enumerate(self._texts[row - 1]) if cell)
        return Problem(
            row,
            cell_name(row, column),
            Sentence(
                "header-missing",
                "no row of this sheet is a header with item and quantity; add one",
                "此工作表没有含品名和数量的表头；请补上",
            ),
            text,
        )

    def _under(self, section: Section, row: int, day: date | None) -> Row:
        top = self._continues(section.header, row)
        if top:
            return Continuation(row, top, self._row_text(row))
        if not self._row_text(row):
            return row
        role = self._heading_role(section, row)
        if role:
            return Heading(row, role, self._row_text(row))
        return read_line(self._raw(section.header, row), section.kind, day)

    def _continues(self, header: Header, row: int) -> int:
        """Return the row whose item or quantity is merged over `row`, 0 where `row` has one of its own."""
        if any(self._own(header, row, field) for field in ("item", "quantity")):
            return 0
        return max(self._top(header, row, field) for field in ("item", "quantity"))

    def _heading_role(self, section: Section, row: int) -> HeadingRole | None:
        header = section.header
        if self._merge_top(row, self._filled(row)[0]) == header.row:
            return "header"
        names = [self._own(header, row, field).replace(" ", "") for field in ("item", "party", "ordinal")]
        if any(map(_TOTAL.fullmatch, names)):
            return "total"
        trailing = row > self._last_lines[header.row]
        if self._is_title(row):
            return "footer" if trailing else "subheading"
        return "footer" if trailing and self._is_footer(header, row) else None

    def _is_title(self, row: int) -> bool:
        """Whether the row is one text alone, merged across columns or numbered like a chapter."""
        filled = self._filled(row)
        if len(filled) != 1:
            return False  # 一、口罩 with a quantity beside it is a line whose item has a number
        text = self._texts[row - 1][filled[0]]
        return (row, filled[0]) in self._wide or bool(_NUMBERED_TITLE.fullmatch(text))

    def _is_footer(self, header: Header, row: int) -> bool:
        if self._own(header, row, "quantity") and not self._is_date_alone(row):
            return False
        filled = self._filled(row)
        text = self._texts[row - 1][filled[0]]
        if _FOOTER.match(text) or self._is_date_alone(row):
            return True
        signature = row < self._last and self._is_date_alone(self._next_filled(row))
        return len(filled) == 1 and (len(text) >= _LONG_TEXT or "。" in text or signature)

    def _is_date_alone(self, row: int) -> bool:
        filled = self._filled(row)
        cell: Cell = self._grid.cell(row, filled[0])
        if len(filled) != 1:
            return False
        return bool(
            serial_date(cell) or (full_date(cell) and len(cell_text(cell)) <= len("2020年 12月 31日 "))
        )

    def _next_filled(self, row: int) -> int:
        return next(below for below in range(row + 1, self._last + 1) if self._row_text(below))

    # Cells

    def _row_text(self, row: int) -> str:
        return " ".join(filter(None, self._texts[row - 1]))

    def _filled(self, row: int) -> list[int]:
        return [column for column, text in enumerate(self._texts[row - 1]) if text]

    def _own(self, header: Header, row: int, field: str) -> str:
        column = header.column(field)
        return "" if column is None else self._texts[row - 1][column]

    def _top(self, header: Header, row: int, field: str) -> int:
        column = header.column(field)
        top = 0 if column is None else self._merge_top(row, column)
        return top if top > header.row else 0

    def _merge_top(self, row: int, column: int) -> int:
        """Return the first row of the vertical merge over a cell below that row, 0 where there is none."""
        merges = self._vertical.get(column, [])
        above = bisect_left(merges, row, key=lambda merge: merge.top)
        return merges[above - 1].top if above and merges[above - 1].bottom >= row else 0

    def _raw(self, header: Header, row: int) -> RawRow:
        cells: dict[str, Cell] = {}
        for field, column in header.columns.items():
            top = 0 if field in _NEVER_FILLED else self._merge_top(row, column)
            own = self._texts[row - 1][column]
            cells[field] = self._grid.cell(top if top > header.row and not own else row, column)
        if header.party:
            cells["party"] = cells.pop(header.party)
        return RawRow(row, header, cells, self._top(header, row, "quantity"), self._top(header, row, "item"))

    # Continuations

    def _add_continuations(self, rows: list[Row]) -> list[Row]:
        """Give lines what their continuation rows add; a row that continues no line is blank or a problem."""
        lines = {row.row: row for row in rows if isinstance(row, Line)}
        ended: list[Row] = []
        for row in rows:
            if isinstance(row, Continuation) and row.line not in lines:
                ended.append(_orphan(row) if row.text else row.row)
                continue
            if isinstance(row, Continuation) and row.text:
                lines[row.line] = _continued(lines[row.line], row)
            ended.append(row)
        return [lines[row.row] if isinstance(row, Line) else row for row in ended]


def _vertical_merges(grid: Grid) -> dict[int, list[Merge]]:
    """Return the merges over more than one row by their first column, from top to bottom.

    They are looked up and never spread over the cells that they cover: a file of some kilobytes can name
    millions of those.
    """
    found: dict[int, list[Merge]] = {}
    for merge in grid.merges:
        if merge.bottom > merge.top:
            found.setdefault(merge.left, []).append(merge)
    for merges in found.values():
        merges.sort(key=lambda merge: merge.top)
    return found


def _continued(line: Line, row: Continuation) -> Line:
    """Add a continuation's text to its line: a numbered share is an earmark, anything else a remark."""
    whom = numbered_earmark(row.text)
    if whom:
        earmark = "；".join(filter(None, (line.earmark, whom)))
        return replace(line, earmark=earmark)
    note = Sentence("continued", f"row {row.row} adds {row.text!r}", f"第 {row.row} 行补充：“{row.text}”")
    return replace(line, remark=" ".join(filter(None, (line.remark, row.text))), notes=(*line.notes, note))


def _orphan(row: Continuation) -> Problem:
    return Problem(
        row.row,
        f"A{row.row}",
        Sentence(
            "continues-problem",
            f"it belongs to row {row.line}, which is no line; mend that row first",
            f"属于第 {row.line} 行，而该行不是有效的行；请先改正该行",
        ),
        row.text,
    )
