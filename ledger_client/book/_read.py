"""Reading a book: the one function that touches a file and returns its sheets."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from ledger_client.book._errors import NotASpreadsheetError
from ledger_client.book._grid import read_grids
from ledger_client.book._limits import DEFAULT_LIMITS, Limits
from ledger_client.book._model import BookSheet
from ledger_client.book._rows import SheetReader


def read_book(
    path: str | os.PathLike[str],
    *,
    day: date | None = None,
    year: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[BookSheet, ...]:
    """Return every sheet of a book, every row of it accounted for.

    Args:
        path: An .xlsx, .xls, .ods or CSV file (UTF-8 with or without BOM, or GB 18030).
        day: Day of all its lines that name none, where the book does not say or says it wrongly.
        year: Year of a title such as （1月29日）.
        limits: What the file may cost.

    Raises:
        FileUnreadableError: The file cannot be opened.
        BookTooLargeError: The file goes over a limit.
        NotASpreadsheetError: It is no spreadsheet, or a text without any header.
    """
    grids = read_grids(Path(path), limits)
    readers = [SheetReader(grid) for grid in grids]
    if grids[0].is_text and not readers[0].has_header:
        raise NotASpreadsheetError(
            file=Path(path).name,
            why="it is text, and no row of it is a header with item and quantity",
            why_zh="是文本，其中没有含品名和数量的表头",
        )
    return tuple(reader.read(day, year) for reader in readers)
