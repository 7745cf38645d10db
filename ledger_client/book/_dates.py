"""The day of a sheet and where it was found, and the days that cells hold.

Looked for in this order: what the caller gives; above the header; below the lines; the file's name. A title
such as （1月29日） has no year: it comes from the caller, else from a full date elsewhere in the file (the
latest year in which the day is not after that date), else from the file's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from ledger_client.book._grid import Grid
from ledger_client.book._model import Sentence
from ledger_client.book._text import Cell, cell_name, cell_text

_FULL = re.compile(
    r"(?<![0-9])(?P<y>[12][0-9]{3})(?: ?年 ?|[-./_])(?P<m>[01]?[0-9])"
    r"(?: ?月 ?|[-./_])(?P<d>[0-3]?[0-9])(?![0-9])"
)
_PACKED = re.compile(r"(?<![0-9])(?P<y>20[0-9]{2})(?P<m>[01][0-9])(?P<d>[0-3][0-9])(?![0-9])")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH = re.compile(
    rf"\b(?:(?P<d>[0-3]?[0-9])(?:st|nd|rd|th)? )?(?P<m>{'|'.join(_MONTHS)})[a-z]*\.? "
    r"(?:(?P<d2>[0-3]?[0-9])(?:st|nd|rd|th)?,? )?(?P<y>[12][0-9]{3})\b",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(r"(?<![0-9年])(?P<m>[01]?[0-9]) ?月 ?(?P<d>[0-3]?[0-9]) ?日")
_SERIAL_FROM, _SERIAL_TO = 36526, 73050  # 2000-01-01 to 2099-12-31 in a spreadsheet's count of days
_SERIAL_EPOCH = date(1899, 12, 30).toordinal()


@dataclass(frozen=True, slots=True)
class SheetDate:
    """The day of a sheet, None where there is none, and where it was found."""

    day: date | None
    source: Sentence


def full_date(cell: Cell) -> date | None:
    """Return the one date that a cell is or names in full, None where there is none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return next(_full_dates(cell), None) if isinstance(cell, str) else None


def serial_date(cell: Cell) -> date | None:
    """Return the date of a bare number that can be a spreadsheet's count of days since 1899-12-30."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    text = cell_text(cell)
    if re.fullmatch(r"[0-9]{5}", text) and _SERIAL_FROM <= int(text) <= _SERIAL_TO:
        return date.fromordinal(_SERIAL_EPOCH + int(text))
    return None


def sheet_date(
    grid: Grid, above: Iterable[int], below: Iterable[int], given: date | None, year: int | None
) -> SheetDate:
    """Return the day of `grid`, whose rows `above` and `below` its lines may name it.

    Args:
        grid: The sheet.
        above: Rows from the first to the header.
        below: Rows after the last line.
        given: The day that the caller says it is.
        year: The year that the caller says it is.
    """
    if given:
        return SheetDate(given, Sentence("date-given", "as given", "由使用者指定"))
    for row in (*above, *below):
        for column, cell in enumerate(grid.cells[row - 1]):
            found = _date_in(grid, cell, cell_name(row, column), year)
            if found:
                return found
    named = next(_full_dates(grid.file), None)
    if named:
        return SheetDate(named, Sentence("date-file-name", "the file's name", "文件名"))
    return SheetDate(
        None, Sentence("date-missing", "no date found; give one with --date", "未找到日期；请用 --date 指定")
    )


def _date_in(grid: Grid, cell: Cell, name: str, year: int | None) -> SheetDate | None:
    day = full_date(cell)
    if day:
        return SheetDate(day, Sentence("date-cell", f"cell {name}", f"单元格 {name}"))
    match = _MONTH_DAY.search(cell_text(cell)) if isinstance(cell, str) else None
    return _with_year(grid, int(match["m"]), int(match["d"]), name, year) if match else None


def _with_year(grid: Grid, month: int, day: int, name: str, year: int | None) -> SheetDate | None:
    if year:
        return _dated(year, month, day, name, "as given", "由使用者指定")
    for row, cells in enumerate(grid.cells, 1):
        for column, cell in enumerate(cells):
            other = full_date(cell)
            if other:
                at_most = other.year - ((month, day) > (other.month, other.day))
                where = cell_name(row, column)
                return _dated(at_most, month, day, name, f"from cell {where}", f"取自单元格 {where}")
    named = next(_full_dates(grid.file), None)
    return _dated(named.year, month, day, name, "from the file's name", "取自文件名") if named else None


def _dated(year: int, month: int, day: int, name: str, en: str, zh: str) -> SheetDate | None:
    found = _date(year, month, day)
    if not found:
        return None
    return SheetDate(found, Sentence("date-cell-year", f"cell {name}, year {en}", f"单元格 {name}，年份{zh}"))


def _full_dates(text: str) -> Iterator[date]:
    for pattern in (_FULL, _PACKED, _ENGLISH):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = parts["m"].lower()[:3]
            number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
            found = _date(int(parts["y"]), number, int(parts["d"] or parts.get("d2") or 0))
            if found:
                yield found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
