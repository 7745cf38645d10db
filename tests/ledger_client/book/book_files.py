"""Writes the spreadsheets that the tests of books read: real files, in each form that is read."""

from __future__ import annotations

import operator
import struct
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

HEADER = ("品名", "捐赠单位", "规格型号", "计量单位", "数量")
ISSUE_HEADER = ("接收单位", "品名", "规格", "计量单位", "数量")


def write_xlsx(
    path: Path, rows: Sequence[Sequence[Any]], merges: Iterable[str] = (), chart_sheet: bool = False
) -> Path:
    """Write one sheet, and a chart beside it; `merges` are ranges such as `A2:A4`."""
    return write_sheets(path, {"Sheet1": rows}, merges, chart_sheet)


def write_sheets(
    path: Path,
    sheets: dict[str, Sequence[Sequence[Any]]],
    merges: Iterable[str] = (),
    chart_sheet: bool = False,
) -> Path:
    """Write some sheets; `merges` go into each."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for merge in merges:
                sheet.merge_range(merge, "")
            for number, cells in enumerate(rows):
                _write_row(sheet, number, cells, day)
        if chart_sheet:
            chart = workbook.add_chart({"type": "line"})
            chart.add_series({"values": "=Sheet1!$E$2:$E$3"})
            workbook.add_chartsheet("Chart").set_chart(chart)
    return path


def _write_row(sheet: Any, number: int, cells: Sequence[Any], day: Any) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, date):
            sheet.write_datetime(number, column, cell, day)
        elif isinstance(cell, str) and cell:
            sheet.write_string(number, column, cell)
        elif not isinstance(cell, str):
            sheet.write(number, column, cell)


def write_csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a text file in an encoding."""
    path.write_bytes(text.encode(encoding))
    return path


def write_ods(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write an .ods of one sheet of texts."""
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in cells
        )
        + "</table:table-row>"
        for cells in rows
    )
    return write_ods_table(path, body)


def write_ods_table(path: Path, body: str) -> Path:
    """Write an .ods whose one table has the rows of `body`."""
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
        f'xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", manifest)
        package.writestr("content.xml", content)
    return path


def write_xls(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write an .xls (BIFF8) of one sheet of texts."""
    book = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6))
    after = _record(0x000A, b"")
    name = b"Sheet1"
    at = len(book) + 4 + 8 + len(name) + len(after)
    book += _record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name) + after
    book += _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6))
    book += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for row, cells in enumerate(rows):
        for column, text in filter(operator.itemgetter(1), enumerate(cells)):
            label = struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le")
            book += _record(0x0204, label)
    path.write_bytes(_compound(book + after))
    return path


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _compound(stream: bytes) -> bytes:
    """Wrap one stream in a compound file of 512-byte sectors: directory, allocation table, stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    header = (
        bytes.fromhex("d0cf11e0a1b11ae1")
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    header += struct.pack("<IIIIIIIII", 0, 1, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 1) + b"\xff" * (4 * 108)
    chain = [0xFFFFFFFE, 0xFFFFFFFD, *range(3, 2 + sectors), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    root = _entry("Root Entry", 5, child=1, start=0xFFFFFFFE, size=0)
    directory = (root + _entry("Workbook", 2, child=0xFFFFFFFF, start=2, size=len(stream))).ljust(512, b"\0")
    return header + directory + table + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
