"""The mapping of a list as a file that a clerk opens in a spreadsheet: CSV in UTF-8 with BOM.

It keeps the form of the books' mapping: a header in both languages, item numbers with a hyphen
(`2990101-00001`) and sites with hyphens (`420106001001-1-01`), because a spreadsheet turns so many digits
into 4.2E+14, and an apostrophe in front of what looks like a formula. Each row is of one kind:

==============  ============================================  ===============================
kind            is found by                                   says
==============  ============================================  ===============================
`institution`   `name`; `province`, `city`, `district`        `site`, `consignee`
`goods`         `name`; `specification`                       `item`: 12 digits, or 7 of a category
`default`       `name`: `needed_by`, `urgency` or `reason`    `value`
==============  ============================================  ===============================
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from ledger_client.book import DEFAULT_LIMITS, Limits, MappingFileError
from ledger_client.book._grid import Grid, read_grids
from ledger_client.book._text import cell_text
from ledger_client.book._units import EXACT_FLOAT
from ledger_client.cells import guarded, unguarded
from ledger_client.errors import UsageError
from ledger_client.files import write_new_private
from ledger_client.identifiers import ConsigneeId, SiteId, parse_site
from ledger_client.needs._mapping import Defaults, GoodsRow, InstitutionRow, NeedsMapping
from ledger_client.needs._model import Institution, NeedsList
from ledger_client.needs._values import (
    ValueRefusedError,
    parse_consignee,
    parse_day,
    parse_goods,
    parse_urgency,
    urgency_label,
)
from ledger_client.reasons import REASONS, reason_named

COLUMNS: dict[str, str] = {
    "kind": "类别",
    "province": "省",
    "city": "市",
    "district": "区县",
    "name": "名称",
    "specification": "规格",
    "site": "储备点",
    "consignee": "领用单位",
    "item": "物品编号",
    "value": "默认值",
    "seen": "出现行数",
}
"""Columns in order; the header's first word is the name. The last one is a comment."""

_COMMENTS = ("seen",)
_PLACE = ("province", "city", "district")
_OF_KIND = {
    "institution": frozenset({*_PLACE, "name", "site", "consignee"}),
    "goods": frozenset({"name", "specification", "item"}),
    "default": frozenset({"name", "value"}),
}
_DEFAULTS = ("needed_by", "urgency", "reason")
_ITEMS_OF_CATEGORY = 100_000
_ID_DIGITS = 40


def needs_mapping_to_csv(mapping: NeedsMapping, needs: NeedsList | None = None) -> str:
    """Return the text of a mapping file, without its BOM; `needs` tells how many rows name each thing."""
    seen = Counter(_names_of(needs)) if needs else Counter()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(f"{name} {chinese}" for name, chinese in COLUMNS.items())
    for cells in _rows(mapping, seen):
        writer.writerow(guarded(cells.get(name, "")) for name in COLUMNS)
    return out.getvalue()


def write_needs_mapping(
    mapping: NeedsMapping, path: str | os.PathLike[str], needs: NeedsList | None = None
) -> None:
    """Write a new mapping file: CSV in UTF-8 with BOM; see `needs_mapping_to_csv`.

    Raises:
        FileExistsAlreadyError: There is such a file, which may be filled in already; it is left as it was.
        DiskFullError, FileUnavailableError: As `ledger_client.files.write_new_private`.
    """
    write_new_private(Path(path), needs_mapping_to_csv(mapping, needs).encode("utf-8-sig"))


def read_needs_mapping(path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> NeedsMapping:
    """Return the mapping in a file, as CSV or as the first sheet of a workbook.

    Raises:
        MappingFileError: A column is missing, a value is none, or two rows say who or what the same thing is.
        FileUnreadableError, BookTooLargeError, NotASpreadsheetError: As `ledger_client.book.read_book`.
    """
    return _Reader(read_grids(Path(path), limits)[0]).read()


def _names_of(needs: NeedsList) -> Iterator[Institution | str]:
    for row in needs.rows:
        yield row.institution
        yield GoodsRow(row.item).goods.name


def _rows(mapping: NeedsMapping, seen: Counter[Institution | str]) -> Iterator[dict[str, str]]:
    defaults = mapping.defaults
    values = {
        "needed_by": defaults.needed_by.isoformat() if defaults.needed_by else "",
        "urgency": urgency_label(defaults.urgency) if defaults.urgency else "",
        "reason": REASONS[defaults.reason].name if defaults.reason else "",
    }
    for name in _DEFAULTS:
        yield {"kind": "default", "name": name, "value": values[name]}
    for row in mapping.institutions:
        one = row.institution
        yield {
            "kind": "institution",
            "province": one.province,
            "city": one.city,
            "district": one.district,
            "name": one.name,
            "site": _site(row.site) if row.site is not None else "",
            "consignee": f"{row.consignee:0{_ID_DIGITS}x}" if row.consignee is not None else "",
            "seen": _seen(seen[one]),
        }
    for goods in mapping.goods:
        yield {
            "kind": "goods",
            "name": goods.name,
            "specification": goods.specification,
            "item": _item(goods),
            "seen": _seen(seen[goods.goods.name]),
        }


def _seen(rows: int) -> str:
    return str(rows) if rows else ""


def _site(site: SiteId) -> str:
    digits = str(site)
    return f"{digits[:12]}-{digits[12]}-{digits[13:]}"


def _item(goods: GoodsRow) -> str:
    if goods.item is None:
        return "" if goods.category is None else str(goods.category)
    category, number = divmod(goods.item, _ITEMS_OF_CATEGORY)
    return f"{category}-{number:05d}"


class _Reader:
    """Reads the rows of a mapping file and refuses the first that cannot be meant."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._columns = self._header()
        self._institutions: dict[Institution, tuple[int, InstitutionRow]] = {}
        self._goods: dict[object, tuple[int, GoodsRow]] = {}
        self._defaults: dict[str, tuple[int, Any]] = {}

    def read(self) -> NeedsMapping:
        for number, cells in enumerate(self._grid.cells, 1):
            if number > 1 and any(map(cell_text, cells)):
                try:
                    self._row(number)
                except ValueRefusedError as error:
                    self._refuse(number, error.reason.en, error.reason.zh)
                except UsageError as error:
                    if isinstance(error, MappingFileError):
                        raise
                    self._refuse(number, error.text("en"), error.text("zh"))
        return NeedsMapping(
            tuple(row for _, row in self._institutions.values()),
            tuple(row for _, row in self._goods.values()),
            Defaults(**{name: value for name, (_, value) in self._defaults.items()}),
        )

    def _header(self) -> dict[str, int]:
        header = self._grid.cells[0] if self._grid.cells else ()
        names = {cell_text(cell).split(" ")[0].casefold(): column for column, cell in enumerate(header)}
        for name in COLUMNS:
            if name not in names and name not in _COMMENTS:
                self._refuse(1, f"column {name} is missing", f"缺少“{name}”列")
        return {name: names[name] for name in COLUMNS if name in names}

    def _row(self, number: int) -> None:
        cells = {name: self._text(number, name) for name in self._columns}
        kind = cells["kind"].casefold()
        if kind not in _OF_KIND:
            choices = " / ".join(_OF_KIND)
            self._refuse(
                number,
                f"kind is {cells['kind']!r}, not one of {choices}",
                f"类别为“{cells['kind']}”，应为 {choices} 之一",
            )
        for name in COLUMNS:
            if name not in (*_COMMENTS, "kind", *_OF_KIND[kind]) and cells[name]:
                self._refuse(
                    number, f"a row of kind {kind} has no {name}", f"类别 {kind} 的行不应填写 {name}"
                )
        if not cells["name"]:
            self._refuse(number, "name is empty", "名称为空")
        {"institution": self._institution, "goods": self._good, "default": self._default}[kind](number, cells)

    def _institution(self, number: int, cells: dict[str, str]) -> None:
        one = Institution(cells["province"], cells["city"], cells["district"], cells["name"])
        site = parse_site(cells["site"]) if cells["site"] else None
        consignee: ConsigneeId | None = parse_consignee(cells["consignee"]) if cells["consignee"] else None
        first, _ = self._institutions.setdefault(one, (number, InstitutionRow(one, site, consignee)))
        if first != number:
            self._refuse(number, f"row {first} has the same institution", f"与第 {first} 行的机构相同")

    def _good(self, number: int, cells: dict[str, str]) -> None:
        category, item = parse_goods(cells["item"]) if cells["item"] else (None, None)
        row = GoodsRow(cells["name"], cells["specification"], category, item)
        first, _ = self._goods.setdefault(row.goods, (number, row))
        if first != number:
            self._refuse(number, f"row {first} has the same goods", f"与第 {first} 行的物资相同")

    def _default(self, number: int, cells: dict[str, str]) -> None:
        name, value = cells["name"].casefold(), cells["value"]
        if name not in _DEFAULTS:
            choices = " / ".join(_DEFAULTS)
            self._refuse(
                number,
                f"{name!r} is no default, which are {choices}",
                f"“{name}”不是默认值名称，应为 {choices} 之一",
            )
        first, _ = self._defaults.setdefault(name, (number, self._default_value(name, value)))
        if first != number:
            self._refuse(number, f"row {first} has the same default", f"与第 {first} 行的默认值相同")

    def _default_value(self, name: str, value: str) -> Any:
        if name == "reason":
            return reason_named(value).code if value else 0
        if not value:
            return None
        return parse_urgency(value) if name == "urgency" else parse_day(value)

    def _text(self, number: int, name: str) -> str:
        cell = self._grid.cell(number, self._columns[name])
        if isinstance(cell, float) and not abs(cell) < EXACT_FLOAT:
            self._refuse(
                number,
                f"{name} is the number {cell!r}, which has lost digits; write it as text",
                f"{name} 为数字 {cell!r}，已丢失位数；请以文本填写",
            )
        return unguarded(cell_text(cell))

    def _refuse(self, row: int, why: str, why_zh: str) -> NoReturn:
        raise MappingFileError(file=self._grid.file, row=row, why=why, why_zh=why_zh)
