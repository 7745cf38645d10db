"""Reads .xls through a child process, since its parser may take the process down with it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ledger_client.book._errors import NotASpreadsheetError
from ledger_client.book._limits import Limits, check_columns, check_rows, check_sheets
from ledger_client.book._text import Cell

_CHILD = Path(__file__).with_name("_xls_child.py")


def read_xls(file: str, data: bytes, limits: Limits) -> list[dict[str, Any]]:
    """Return the sheets of an .xls: name, rows of cells, merged ranges from 0.

    Raises:
        BookTooLargeError: A sheet goes over one of `limits`.
        NotASpreadsheetError: The file is damaged or locked, or needs more memory or time than `limits` allow.
    """
    sheets: list[dict[str, Any]] = json.loads(_child(file, data, limits))
    check_sheets(file, len(sheets), limits)
    for sheet in sheets:
        check_rows(file, sheet["rows"], limits)
        check_columns(file, sheet["columns"], limits)
        sheet["cells"] = [[_cell(cell) for cell in row] for row in sheet["cells"]]
    return sheets


def _child(file: str, data: bytes, limits: Limits) -> bytes:
    numbers = (limits.xls_memory_bytes, limits.sheets, limits.rows, limits.columns)
    command = [sys.executable, "-I", str(_CHILD), *map(str, numbers)]
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and our own file
            command, input=data, capture_output=True, timeout=limits.xls_seconds, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotASpreadsheetError(
            file=file, why="this .xls is damaged, locked or too large", why_zh="此 .xls 已损坏、已加密或过大"
        ) from error
    return done.stdout


def _cell(cell: Any) -> Cell:
    if not isinstance(cell, list):
        found: Cell = cell
        return found
    kind, text = cell
    return datetime.fromisoformat(text) if kind == "datetime" else date.fromisoformat(text)
