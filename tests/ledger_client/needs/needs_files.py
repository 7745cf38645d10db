"""Writes the lists and fills in the workbooks that the tests of needs read, as people and programs do."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from python_calamine import CalamineWorkbook

from ledger_client.identifiers import consignee_id, parse_item, parse_site
from ledger_client.needs import (
    Defaults,
    GoodsRow,
    Institution,
    InstitutionRow,
    NeedsMapping,
    NeedsPlan,
    Urgency,
    plan_needs,
    questions_to_xlsx,
    read_needs,
)

QUESTIONS = "questions 待答"
SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
SITE = parse_site("420106001001101")
CLINIC = consignee_id("local", "EASTCLINIC")
MASKS, GLOVES = parse_item("299010100001"), parse_item("299010400001")
DAY = date(2020, 2, 10)
DEFAULTS = Defaults(DAY, Urgency.URGENT)
COLUMN = {"quantity": "G", "item": "H", "site": "I", "consignee": "J", "needed_by": "K", "urgency": "L"}
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Formula:
    """A formula, what it showed when the workbook was saved, and the range that it fills if it fills one."""

    text: str
    shown: float
    several: str = ""


def entry(name: str = "东城医院", supplies: Sequence[Any] = (), **place: str) -> dict[str, Any]:
    """Return an institution's entry."""
    written = {"province": "湖北", "city": "武汉市", "district": "武昌区", **place}
    return {**written, "name": name, "supplies": list(supplies)}


def need(item: Any = "口罩", quantity: Any = None, specification: Any = "") -> dict[str, Any]:
    """Return a row."""
    return {"item": item, "quantity": quantity, "specification": specification}


def write_list(path: Path, entries: Any) -> Path:
    """Write a list of needs."""
    path.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    return path


def mapping(*goods: GoodsRow, defaults: Defaults = DEFAULTS, **institution: Any) -> NeedsMapping:
    """Return a mapping of one hospital; masks and gloves where no goods are given."""
    hospital = Institution("", "", "", "东城医院")
    row = InstitutionRow(hospital, **{"site": SITE, "consignee": CLINIC, **institution})
    known = goods or (GoodsRow("口罩", "", 2990101, MASKS), GoodsRow("手套", "", 2990104))
    return NeedsMapping((row,), known, defaults)


def plan_of(path: Path, *rows: Any, known: NeedsMapping | None = None) -> NeedsPlan:
    """Return the plan of one hospital's rows."""
    return plan_needs(read_needs(write_list(path, [entry(supplies=rows)])), known or mapping())


def fill(plan: NeedsPlan, path: Path, answers: dict[str, Any]) -> Path:
    """Write the questions of a plan with answers in some cells, as an office's program saves them.

    The cells are changed in the sheet's own XML, so that style and address of each stay what was written.
    """
    return with_part(plan, path, SHEET, lambda xml: _filled(xml, answers))


def with_part(plan: NeedsPlan, path: Path, part: str, change: Callable[[str], str]) -> Path:
    """Write the questions of a plan with one part of the workbook changed."""
    parts = parts_of(plan)
    return write_parts(path, {**parts, part: change(parts[part])})


def parts_of(plan: NeedsPlan) -> dict[str, str]:
    """Return the parts of the workbook of a plan's questions."""
    with zipfile.ZipFile(io.BytesIO(questions_to_xlsx(plan))) as written:
        return {name: written.read(name).decode() for name in written.namelist()}


def write_parts(path: Path, parts: dict[str, str]) -> Path:
    """Write a workbook from its parts, in their order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as changed:
        for name, content in parts.items():
            changed.writestr(name, content)
    return path


def saved_again(plan: NeedsPlan, path: Path, change: Callable[[list[list[Any]]], Any]) -> Path:
    """Write the questions of a plan after a change to all its rows, as another program saves them."""
    with CalamineWorkbook.from_filelike(io.BytesIO(questions_to_xlsx(plan))) as book:
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    change(sheets[QUESTIONS])
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as again:
        for name, rows in sheets.items():
            sheet = again.add_worksheet(name)
            for number, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    else:
                        sheet.write(number, column, cell)
    return path


def _filled(xml: str, answers: dict[str, Any]) -> str:
    for cell, value in answers.items():
        xml, changed = re.subn(
            rf'<c r="{cell}"( s="[0-9]+")?(?: t="s")?(?:/>|>.*?</c>)',
            lambda match, cell=cell, value=value: _cell(cell, match[1] or "", value),
            xml,
        )
        assert changed == 1, f"{cell} is not in the sheet"
    return xml


def _cell(cell: str, style: str, value: Any) -> str:
    match value:
        case Formula(text, shown, several):
            kind = f' t="array" ref="{several}"' if several else ""
            return f'<c r="{cell}"{style}><f{kind}>{escape(text)}</f><v>{shown}</v></c>'
        case bool():
            return f'<c r="{cell}"{style} t="b"><v>{int(value)}</v></c>'
        case date():
            return f'<c r="{cell}"{style}><v>{(value - _EPOCH).days}</v></c>'
        case str():
            text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
            return f'<c r="{cell}"{style} t="inlineStr">{text}</c>'
        case _:
            return f'<c r="{cell}"{style}><v>{value}</v></c>'
