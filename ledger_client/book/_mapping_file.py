"""The mapping as a file that a clerk opens in a spreadsheet: CSV in UTF-8 with BOM.

Item numbers are written `2990101-00001`, because a spreadsheet turns twelve digits into 2.9901E+11. A text
that a spreadsheet would take for a formula gets an apostrophe in front, which reading takes off again. Read
back is any of the forms that a spreadsheet saves.
"""

from __future__ import annotations

import csv
import io
import os
import re
from pathlib import Path
from typing import Any, get_args

from ledger_client.book._categories import QUALIFICATION_NAMES, Tracking
from ledger_client.book._errors import MappingFileError
from ledger_client.book._grid import Grid, read_grids
from ledger_client.book._limits import DEFAULT_LIMITS, Limits
from ledger_client.book._mapping import ITEMS_PER_CATEGORY, Item, Mapping, MappingRow, Status, problems_of
from ledger_client.book._text import cell_text
from ledger_client.cells import guarded, unguarded
from ledger_client.characters import CharacterError
from ledger_client.identifiers import CodeFormError, parse_item

COLUMNS: dict[str, str] = {
    "goods": "品名",
    "specification": "规格",
    "unit": "计量单位",
    "item": "物品编号",
    "name_zh": "物品中文名",
    "name_en": "物品英文名",
    "base_unit": "基本单位",
    "contents": "包装内容",
    "qualification": "资质类别",
    "tracking": "管理方式",
    "status": "状态",
    "reason": "理由",
    "base_unit_code": "Rec 20",
    "looks_like": "形似物资",
    "seen": "出现处",
}
"""Columns in order; the header's first word is the name. The last three are comments."""

_COMMENTS = ("base_unit_code", "looks_like", "seen")
_MAX_QUALIFICATION = 2**32 - 1  # uint32


def mapping_to_csv(mapping: Mapping) -> str:
    """Return the text of a mapping file, without its BOM."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(f"{name} {chinese}" for name, chinese in COLUMNS.items())
    for row in mapping.rows:
        writer.writerow(map(guarded, _cells(row)))
    return out.getvalue()


def write_mapping(mapping: Mapping, path: str | os.PathLike[str]) -> None:
    """Write a mapping file: CSV in UTF-8 with BOM."""
    Path(path).write_text(mapping_to_csv(mapping), encoding="utf-8-sig", newline="")


def read_mapping(path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> Mapping:
    """Return the mapping in a file, as CSV or as the first sheet of a workbook.

    Raises:
        MappingFileError: A column is missing, a value is none, or two rows contradict each other.
        FileUnreadableError, BookTooLargeError, NotASpreadsheetError: As `read_book`.
    """
    grid = read_grids(Path(path), limits)[0]
    columns = _columns(grid)
    rows = [
        (
            number,
            _row(grid.file, number, {name: _plain(grid, number, column) for name, column in columns.items()}),
        )
        for number, cells in enumerate(grid.cells, 1)
        if number > 1 and any(map(cell_text, cells))
    ]
    for number, en, zh in problems_of(rows):
        raise _wrong(grid.file, number, en, zh)
    return Mapping(tuple(row for _, row in rows))


def _cells(row: MappingRow) -> tuple[str, ...]:
    category, number = divmod(row.item.item, ITEMS_PER_CATEGORY)
    return (
        row.name,
        row.specification,
        row.unit,
        f"{category}-{number:05d}",
        row.item.name_zh,
        row.item.name_en,
        row.item.base_unit,
        row.contents,
        str(row.item.qualification),
        row.item.tracking,
        row.status,
        row.reason,
        row.item.base_unit_code or "",
        row.looks_like,
        row.seen,
    )


def _columns(grid: Grid) -> dict[str, int]:
    header = grid.cells[0] if grid.cells else ()
    names = {cell_text(cell).split(" ")[0].casefold(): column for column, cell in enumerate(header)}
    missing = [name for name in COLUMNS if name not in names and name not in _COMMENTS]
    if missing:
        raise _wrong(grid.file, 1, f"column {missing[0]} is missing", f"缺少“{missing[0]}”列")
    return {name: names[name] for name in COLUMNS if name in names}


def _plain(grid: Grid, row: int, column: int) -> str:
    return unguarded(cell_text(grid.cell(row, column)))


def _row(file: str, number: int, cells: dict[str, str]) -> MappingRow:
    if not cells["goods"] or not cells["name_zh"]:
        raise _wrong(file, number, "goods and name_zh must not be empty", "goods 和 name_zh 不能为空")
    if not cells["reason"]:
        raise _wrong(file, number, "it has no reason", "没有写明理由")
    return MappingRow(
        name=cells["goods"],
        specification=cells["specification"],
        unit=cells["unit"],
        item=_item(file, number, cells),
        contents=cells["contents"],
        status=_choice(file, number, cells, "status", Status),
        reason=cells["reason"],
        looks_like=cells.get("looks_like", ""),
        seen=cells.get("seen", ""),
    )


def _item(file: str, number: int, cells: dict[str, str]) -> Item:
    try:
        item = parse_item(cells["item"])
    except (CharacterError, CodeFormError) as error:
        raise _wrong(file, number, error.text("en"), error.text("zh")) from error
    return Item(
        item=item,
        name_zh=cells["name_zh"],
        name_en=cells["name_en"],
        base_unit=cells["base_unit"],
        qualification=_qualification(file, number, cells["qualification"]),
        tracking=_choice(file, number, cells, "tracking", Tracking),
    )


def _qualification(file: str, number: int, text: str) -> int:
    if re.fullmatch(r"[0-9]{1,10}", text) and int(text) <= _MAX_QUALIFICATION:
        return int(text)
    known = ", ".join(f"{code} {names[0]}" for code, names in QUALIFICATION_NAMES.items())
    known_zh = "、".join(f"{code} {names[1]}" for code, names in QUALIFICATION_NAMES.items())
    raise _wrong(
        file,
        number,
        f"{text!r} is no qualification category ({known})",
        f"“{text}”不是资质类别（{known_zh}）",
    )


def _choice(file: str, number: int, cells: dict[str, str], column: str, literal: Any) -> Any:
    allowed = get_args(literal)
    if cells[column] not in allowed:
        choices = " / ".join(allowed)
        raise _wrong(
            file,
            number,
            f"{column} is {cells[column]!r}, not one of {choices}",
            f"{column} 为“{cells[column]}”，应为 {choices} 之一",
        )
    return cells[column]


def _wrong(file: str, row: int, why: str, why_zh: str) -> MappingFileError:
    return MappingFileError(file=file, row=row, why=why, why_zh=why_zh)
