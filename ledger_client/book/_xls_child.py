"""Reads one .xls in a process of its own; run as a script by `_xls`, imported by nobody.

The old format's parser stops the whole process on some damaged files, and two cells at far corners make it
allocate everything between them. So it runs here, under a memory limit, and the worst that a file can do is
to end this process. It takes the file on stdin, the limits as arguments, and writes JSON; it imports nothing
of this package, so that it starts in some 30 ms.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

UNREADABLE = 65
"""Exit code for a file that the parser refuses."""


def main(memory_bytes: int, max_sheets: int, max_rows: int, max_columns: int) -> int:
    """Read stdin and write its sheets; a sheet over a limit is written without its cells."""
    _limit_memory(memory_bytes)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        sheets = [
            _sheet(workbook.get_sheet_by_name(name), max_rows, max_columns)
            if len(names) <= max_sheets
            else {"name": name}
            for name in names
        ]
    except CalamineError:
        return UNREADABLE
    json.dump(sheets, sys.stdout)
    return 0


def _limit_memory(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _sheet(sheet: CalamineSheet, max_rows: int, max_columns: int) -> dict[str, Any]:
    rows, columns = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    found: dict[str, Any] = {"name": sheet.name, "rows": rows, "columns": columns}
    if rows <= max_rows and columns <= max_columns:
        found["cells"] = [list(map(_tagged, row)) for row in sheet.to_python(skip_empty_area=False)]
        found["merges"] = sheet.merged_cell_ranges or []
    return found


def _tagged(cell: Any) -> Any:
    """Return a cell as JSON has it; a date as a list of its kind and its text."""
    if isinstance(cell, datetime):
        return ["datetime", cell.isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    return cell if isinstance(cell, str | int | float | bool) else str(cell)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
