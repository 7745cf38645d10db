"""Files: what is no book and what is too large is refused in one sentence; each form is read alike."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from book_files import HEADER, write_csv, write_ods, write_ods_table, write_xls, write_xlsx

from ledger_client.book import (
    BookSheet,
    BookTooLargeError,
    FileUnreadableError,
    Limits,
    NotASpreadsheetError,
    read_book,
)
from ledger_client.errors import ShecangError

TEXT_ROWS = [HEADER, ("口罩", "甲公司", "", "箱", "3"), ("手套", "乙公司", "大", "件", "4")]
TEXT = "\n".join(",".join(row) for row in TEXT_ROWS)

SHEET_PART = "xl/worksheets/sheet1.xml"
TEXT_CELL = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
REPEATED = ' table:number-columns-repeated="16384" office'
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")


def one_sentence(error: ShecangError) -> None:
    assert error.exit_code == 3
    assert all(
        "\n" not in error.text(language) and len(error.text(language)) > 20 for language in ("en", "zh")
    )


def read(path: Path, limits: Limits | None = None) -> BookSheet:
    (sheet,) = read_book(path, limits=limits) if limits else read_book(path)
    return sheet


class TestNoBook:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("empty.xlsx", b""),
            ("picture.csv", PNG),
            ("picture.xlsx", PNG),
            ("page.xls", "<html><body><table><tr><td>品名</td></tr></table></body></html>".encode()),
            ("prose.txt", "各区收到的物资如下。\n".encode()),
            ("factories.json", b'[{"province": "x", "capacity": [1, 2]}]'),
            ("broken.csv", '品名,数量\n"口罩,3\n'.encode()),
            ("neither.csv", b"\xff\xff\xff,\xff"),
            ("broken.xlsx", b"PK\x03\x04" + bytes(100)),
            ("broken.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
        ],
    )
    def test_is_refused_in_one_sentence(self, tmp_path: Path, name: str, content: bytes) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(NotASpreadsheetError) as caught:
            read_book(path)
        one_sentence(caught.value)
        assert name in str(caught.value)

    def test_a_zip_that_is_no_workbook(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
            package.writestr("readme.txt", "口罩")
        with pytest.raises(NotASpreadsheetError):
            read_book(tmp_path / "a.xlsx")

    def test_a_workbook_that_declares_entities(self, tmp_path: Path) -> None:
        path = write_xlsx(tmp_path / "a.xlsx", TEXT_ROWS)
        bomb = '<!DOCTYPE a [<!ENTITY b "口罩">]>'
        _change(path, "xl/worksheets/sheet1.xml", "<worksheet", bomb + "<worksheet")
        with pytest.raises(NotASpreadsheetError, match="entities"):
            read_book(path)

    def test_a_damaged_xls_that_stops_its_parser(self, tmp_path: Path) -> None:
        path = write_xls(tmp_path / "a.xls", TEXT_ROWS)
        whole = path.read_bytes()
        header = whole.index(b"\x85\x00")  # the record that says where the sheet begins
        path.write_bytes(whole[: header + 4] + b"\xff\xff\x00\x00" + whole[header + 8 :])
        with pytest.raises(NotASpreadsheetError) as caught:
            read_book(path)
        one_sentence(caught.value)

    def test_an_xls_that_needs_more_memory_or_time_than_allowed(self, tmp_path: Path) -> None:
        far = [*TEXT_ROWS, *[()] * 65_000, [""] * 255 + ["x"]]
        path = write_xls(tmp_path / "a.xls", far)
        for limits in (Limits(), Limits(xls_seconds=0)):
            with pytest.raises(NotASpreadsheetError, match="too large"):
                read_book(path, limits=limits)

    def test_a_workbook_without_a_sheet(self, tmp_path: Path) -> None:
        path = write_xlsx(tmp_path / "a.xlsx", TEXT_ROWS)
        _change(path, "xl/workbook.xml", '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>', "")
        with pytest.raises(NotASpreadsheetError, match="has no sheet"):
            read_book(path)

    def test_a_missing_file_and_a_folder(self, tmp_path: Path) -> None:
        for path in (tmp_path / "missing.xlsx", tmp_path):
            with pytest.raises(FileUnreadableError) as caught:
                read_book(path)
            one_sentence(caught.value)


class TestTooLarge:
    def test_one_byte_over(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", TEXT)
        size = path.stat().st_size
        assert read(path, Limits(file_bytes=size)).counts["lines"] == 2
        with pytest.raises(BookTooLargeError, match=rf"{size}, the limit is {size - 1}") as caught:
            read_book(path, limits=Limits(file_bytes=size - 1))
        one_sentence(caught.value)

    @pytest.mark.parametrize("writer", [write_xlsx, write_ods, write_xls])
    @pytest.mark.parametrize("limits", [Limits(rows=2), Limits(columns=4), Limits(cell_characters=3)])
    def test_rows_columns_and_cells(self, tmp_path: Path, writer: object, limits: Limits) -> None:
        path = writer(tmp_path / "a", TEXT_ROWS)  # type: ignore[operator]
        assert read(path, Limits(rows=3, columns=5, cell_characters=4)).counts["lines"] == 2
        with pytest.raises(BookTooLargeError):
            read_book(path, limits=limits)

    @pytest.mark.parametrize("limits", [Limits(rows=2), Limits(columns=4), Limits(cell_characters=3)])
    def test_rows_columns_and_cells_of_a_csv(self, tmp_path: Path, limits: Limits) -> None:
        with pytest.raises(BookTooLargeError):
            read_book(write_csv(tmp_path / "a.csv", TEXT), limits=limits)

    def test_threat_20_a_zip_bomb(self, tmp_path: Path) -> None:
        path = write_xlsx(tmp_path / "a.xlsx", TEXT_ROWS)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/media/zeros.bin", bytes(50_000_000))
        assert path.stat().st_size < 100_000
        tracemalloc.start()
        with pytest.raises(BookTooLargeError, match="unpacked to packed size"):
            read_book(path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 20_000_000  # of 50 MB unpacked
        with pytest.raises(BookTooLargeError, match="bytes unpacked"):
            read_book(path, limits=Limits(unpacked_ratio=10**6, unpacked_bytes=10_000_000))

    @pytest.mark.parametrize("corner", ["A1048576", "XFD2"])
    def test_a_cell_far_out_is_refused_before_parsing(self, tmp_path: Path, corner: str) -> None:
        path = write_xlsx(tmp_path / "a.xlsx", [("x", "y"), ("z",)])
        row = re.sub(r"\D", "", corner)
        far = f'<row r="{row}"><c r="{corner}"><v>1</v></c></row></sheetData>'
        _change(path, "xl/worksheets/sheet1.xml", "</sheetData>", far)
        with pytest.raises(BookTooLargeError):
            read_book(path)

    def test_a_sheet_of_another_name_never_reaches_the_parser(self, tmp_path: Path) -> None:
        path = write_xlsx(tmp_path / "a.xlsx", TEXT_ROWS)
        far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        _change(path, SHEET_PART, "</sheetData>", far)
        _rename(path, SHEET_PART, "xl/worksheets/sheet1.dat")
        _change(path, "xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/sheet1.dat")
        with pytest.raises(NotASpreadsheetError):
            read_book(path)

    @pytest.mark.parametrize("address", ["B99223372036854775808", "2B", "B", "Ä2", "B2 ", "B-2", ""])
    def test_an_address_that_no_cell_has(self, tmp_path: Path, address: str) -> None:
        path = write_xlsx(tmp_path / "a.xlsx", TEXT_ROWS)
        _change(path, SHEET_PART, 'r="B2"', f'r="{address}"')
        with pytest.raises(NotASpreadsheetError, match="damaged"):
            read_book(path)

    @pytest.mark.parametrize("said", ["2147483647", "99223372036854775808", "-1", "many"])
    def test_shared_texts_that_say_they_are_more_than_they_are(self, tmp_path: Path, said: str) -> None:
        path = write_xlsx(tmp_path / "a.xlsx", TEXT_ROWS)
        for count in ("uniqueCount", "count"):
            with zipfile.ZipFile(path) as package:
                texts = package.read("xl/sharedStrings.xml").decode()
            [true] = re.findall(f' {count}="[0-9]+"', texts)
            _change(path, "xl/sharedStrings.xml", true, f' {count}="{said}"')
            with pytest.raises(NotASpreadsheetError, match="damaged"):
                read_book(path)
            _change(path, "xl/sharedStrings.xml", f' {count}="{said}"', true)
        assert read(path).counts["lines"] == 2

    def test_rows_of_an_ods_that_repeat_beyond_any_number(self, tmp_path: Path) -> None:
        body = f'<table:table-row table:number-rows-repeated="99999999999">{TEXT_CELL}</table:table-row>'
        with pytest.raises(NotASpreadsheetError, match="damaged"):
            read_book(write_ods_table(tmp_path / "a.ods", body))

    def test_merges_cost_nothing_for_the_cells_that_they_cover(self, tmp_path: Path) -> None:
        path = write_xlsx(tmp_path / "a.xlsx", [*TEXT_ROWS, *[()] * 9_000, ("口罩", "甲公司", "", "箱", 3)])
        merges = "".join(f'<mergeCell ref="{column}2:{column}9000"/>' for column in _columns(200))
        _change(
            path,
            "xl/worksheets/sheet1.xml",
            "</sheetData>",
            f'</sheetData><mergeCells count="200">{merges}</mergeCells>',
        )
        tracemalloc.start()
        assert read(path).counts["lines"] == 3
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 30_000_000  # the 1.8 million cells would take ten times that

    def test_styled_empty_cells_far_out_do_not_count(self, tmp_path: Path) -> None:
        path = write_xlsx(tmp_path / "a.xlsx", TEXT_ROWS)
        far = '<row r="1048576"><c r="A1048576"/></row></sheetData>'
        _change(path, "xl/worksheets/sheet1.xml", "</sheetData>", far)
        assert read(path).counts["lines"] == 2

    @pytest.mark.parametrize(
        "body",
        [
            f'<table:table-row table:number-rows-repeated="1048576">{TEXT_CELL}</table:table-row>',
            f"<table:table-row>{TEXT_CELL.replace(' office', REPEATED)}</table:table-row>",
            '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
            f"<table:table-row>{TEXT_CELL}</table:table-row>",
        ],
    )
    def test_repeated_cells_of_an_ods(self, tmp_path: Path, body: str) -> None:
        with pytest.raises(BookTooLargeError):
            read_book(write_ods_table(tmp_path / "a.ods", body))

    def test_too_many_sheets_and_parts(self, tmp_path: Path) -> None:
        path = write_xlsx(tmp_path / "a.xlsx", TEXT_ROWS)
        for limits in (Limits(sheets=0), Limits(parts=3)):
            with pytest.raises(BookTooLargeError):
                read_book(path, limits=limits)


class TestForms:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_csv(self, tmp_path: Path, encoding: str) -> None:
        self.check(read(write_csv(tmp_path / "a.csv", TEXT, encoding)), "a")

    @pytest.mark.parametrize("writer", [write_xlsx, write_ods, write_xls])
    def test_workbooks_whatever_their_name(self, tmp_path: Path, writer: object) -> None:
        self.check(read(writer(tmp_path / "book.bin", TEXT_ROWS)), "Sheet1")  # type: ignore[operator]

    def check(self, sheet: BookSheet, name: str) -> None:
        assert (sheet.sheet, sheet.kind, sheet.rows) == (name, "receipt", 3)
        found = [
            (line.row, line.item, line.party, line.specification, line.unit, line.quantity)
            for line in sheet.lines
        ]
        assert found == [(2, "口罩", "甲公司", "", "箱", 3), (3, "手套", "乙公司", "大", "件", 4)]

    def test_a_chart_sheet_is_no_sheet_of_the_book(self, tmp_path: Path) -> None:
        path = write_xlsx(tmp_path / "a.xlsx", TEXT_ROWS, chart_sheet=True)
        self.check(read(path), "Sheet1")

    def test_quoted_cells_with_line_breaks(self, tmp_path: Path) -> None:
        text = '品名,计量单位,数量\r\n"口罩\r\n""大""",箱,"1,000"\r\n手套,箱,2\r\n'
        sheet = read(write_csv(tmp_path / "a.csv", text))
        assert [(line.row, line.item, line.quantity) for line in sheet.lines] == [
            (2, '口罩 "大"', 1000),
            (3, "手套", 2),
        ]


def _columns(count: int) -> list[str]:
    """Return the names of columns from AA on, beside the table."""
    return [chr(65 + number // 26) + chr(65 + number % 26) for number in range(count)]


def _rename(path: Path, part: str, name: str) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {other: package.read(other) for other in package.namelist()}
    parts[name] = parts.pop(part)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for other, content in parts.items():
            package.writestr(other, content)


def _change(path: Path, part: str, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
