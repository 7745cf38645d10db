"""A file becomes grids of cells: bytes in, no meaning yet.

What a file is follows from its first bytes, never from its name: a zip is .xlsx or .ods, a compound file is
.xls, text is CSV in UTF-8 (with or without BOM) or GB 18030.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from ledger_client.book._errors import FileUnreadableError, NotASpreadsheetError
from ledger_client.book._limits import (
    Limits,
    check,
    check_cell,
    check_columns,
    check_rows,
    check_sheets,
    measured_copy,
)
from ledger_client.book._text import Cell
from ledger_client.book._xls import read_xls

ZIP = b"PK\x03\x04"
"""First bytes of an .xlsx or .ods."""

_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_BYTES = ("bytes", "字节数")
_BLOCK = 64 * 1024  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range of cells: rows from 1, columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as it stands in its file.

    Attributes:
        file: Name of the file, without its folder.
        sheet: Name of the sheet.
        cells: Rows of cells from the first row and column on, all of one width.
        merges: Merged ranges; CSV has none.
        is_text: Whether the file is CSV; any text can be read as one.
    """

    file: str
    sheet: str
    cells: tuple[tuple[Cell, ...], ...]
    merges: tuple[Merge, ...] = ()
    is_text: bool = False

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.cells[0]) if self.cells else 0

    def cell(self, row: int, column: int) -> Cell:
        """Return the cell in `row` (from 1) and `column` (from 0)."""
        return self.cells[row - 1][column]


def read_grids(path: Path, limits: Limits) -> tuple[Grid, ...]:
    """Return every sheet of the file at `path`.

    Raises:
        FileUnreadableError: The file cannot be opened.
        BookTooLargeError: It goes over one of `limits`.
        NotASpreadsheetError: It is no .xlsx, .xls, .ods or CSV.
    """
    data = read_bytes(path, limits)
    if data.startswith(ZIP):
        return workbook_grids(path.name, measured_copy(path.name, data, limits), limits)
    if data.startswith(_COMPOUND):
        return _xls(path.name, data, limits)
    return (_csv(path, data, limits),)


def read_bytes(path: Path, limits: Limits) -> bytes:
    """Return the content of the file at `path`.

    Raises:
        FileUnreadableError: The file cannot be opened.
        BookTooLargeError: It has more bytes than `limits` allow.
        NotASpreadsheetError: It is empty.
    """
    try:
        with path.open("rb") as stream:
            check(path.name, _BYTES, os.fstat(stream.fileno()).st_size, limits.file_bytes)
            data = b"".join(_blocks(path.name, stream, limits))
    except OSError as error:
        raise FileUnreadableError(file=path.name, why=error.strerror or type(error).__name__) from error
    if not data:
        raise NotASpreadsheetError(file=path.name, why="it is empty", why_zh="文件为空")
    return data


def _blocks(file: str, stream: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """Yield the blocks of a file that may be growing, or a pipe, of which the size says nothing."""
    size = 0
    while block := stream.read(_BLOCK):
        size += len(block)
        check(file, _BYTES, size, limits.file_bytes)
        yield block


def workbook_grids(file: str, stream: io.BytesIO, limits: Limits) -> tuple[Grid, ...]:
    """Return every sheet of an .xlsx or .ods, given as `measured_copy` returns it.

    Raises:
        BookTooLargeError: It goes over one of `limits`.
        NotASpreadsheetError: It is damaged, or has no sheet.
    """
    try:
        with CalamineWorkbook.from_filelike(stream) as workbook:
            names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            check_sheets(file, len(names), limits)
            grids = tuple(_sheet(file, workbook.get_sheet_by_name(name), limits) for name in names)
    except CalamineError as error:
        raise NotASpreadsheetError(
            file=file, why="no workbook can be read from it", why_zh="无法从中读出工作簿"
        ) from error
    return _not_empty(file, grids)


def _sheet(file: str, sheet: CalamineSheet, limits: Limits) -> Grid:
    check_rows(file, sheet.end[0] + 1 if sheet.end else 0, limits)
    check_columns(file, sheet.end[1] + 1 if sheet.end else 0, limits)
    cells = _even(file, sheet.to_python(skip_empty_area=False), limits)
    return Grid(file, sheet.name, cells, _merges(sheet.merged_cell_ranges or ()))


def _xls(file: str, data: bytes, limits: Limits) -> tuple[Grid, ...]:
    sheets = read_xls(file, data, limits)
    grids = (
        Grid(file, sheet["name"], _even(file, sheet["cells"], limits), _merges(sheet["merges"]))
        for sheet in sheets
    )
    return _not_empty(file, tuple(grids))


def _not_empty(file: str, grids: tuple[Grid, ...]) -> tuple[Grid, ...]:
    if not grids:
        raise NotASpreadsheetError(file=file, why="the workbook has no sheet", why_zh="工作簿中没有工作表")
    return grids


def _merges(ranges: Iterable[Sequence[Sequence[int]]]) -> tuple[Merge, ...]:
    """Return merged ranges, which the parser counts from 0."""
    return tuple(
        Merge(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sorted(map(tuple, ranges))
    )


def _csv(path: Path, data: bytes, limits: Limits) -> Grid:
    text = _decode(path.name, data)
    try:
        rows = list(_limited(path.name, csv.reader(io.StringIO(text, newline=""), strict=True), limits))
    except csv.Error as error:
        raise NotASpreadsheetError(
            file=path.name, why=f"it is text but no CSV ({error})", why_zh=f"是文本，但不是 CSV（{error}）"
        ) from error
    return Grid(path.name, path.stem, _even(path.name, rows, limits), is_text=True)


def _limited(file: str, rows: Iterable[list[str]], limits: Limits) -> Iterator[list[str]]:
    for count, row in enumerate(rows, 1):
        check_rows(file, count, limits)
        check_columns(file, len(row), limits)
        yield row


def _decode(file: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(character < " " and character not in "\t\r\n" for character in text):
            return text
    raise NotASpreadsheetError(
        file=file,
        why="it is neither a workbook nor text in UTF-8 or GB 18030",
        why_zh="既不是工作簿，也不是 UTF-8 或 GB 18030 文本",
    )


def _even(file: str, rows: Iterable[Iterable[Cell]], limits: Limits) -> tuple[tuple[Cell, ...], ...]:
    """Give all rows one width; CSV writers leave out empty cells at the end."""
    kept = [tuple(row) for row in rows]
    for row in kept:
        for cell in row:
            if isinstance(cell, str):
                check_cell(file, cell, limits)
    width = max(map(len, kept), default=0)
    return tuple(row + ("",) * (width - len(row)) for row in kept)
