"""Quantities and units, through rows of a book: what is refused first, then what is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from book_files import HEADER, write_csv, write_xlsx

from ledger_client.book import MAX_QUANTITY, BookSheet, read_book


def read_row(folder: Path, unit: str, quantity: str, specification: str = "") -> BookSheet:
    row = f'口罩,甲公司,"{specification}","{unit}","{quantity}"'
    (sheet,) = read_book(write_csv(folder / "2020-01-30.csv", f"{','.join(HEADER)}\n{row}\n"))
    return sheet


@pytest.mark.parametrize(
    ("quantity", "rule"),
    [
        ("", "quantity-missing"),
        ("0", "quantity-zero"),
        ("-1", "quantity-negative"),
        ("−1", "quantity-negative"),
        ("0.5", "quantity-fraction"),
        ("1,000.5", "quantity-fraction"),
        ("1e3", "quantity-no-number"),
        ("+5", "quantity-no-number"),
        ("1,00", "quantity-no-number"),
        ("约20箱", "quantity-no-number"),
        ("十二", "quantity-no-number"),
        ("٣", "quantity-no-number"),
        (str(MAX_QUANTITY + 1), "quantity-too-large"),
        (str(2**256), "quantity-too-large"),
        ("20个", "unit-conflict"),
    ],
)
def test_a_quantity_that_is_none_is_a_problem_of_its_cell(tmp_path: Path, quantity: str, rule: str) -> None:
    sheet = read_row(tmp_path, "箱", quantity)
    assert [(problem.cell, problem.reason.rule) for problem in sheet.problems] == [("E2", rule)]
    assert sheet.lines == ()
    assert sheet.problems[0].reason.en != sheet.problems[0].reason.zh


@pytest.mark.parametrize(
    ("unit", "quantity", "specification", "cell", "rule"),
    [
        ("12", "箱", "", "E2", "quantity-no-number"),
        ("12", "5", "", "D2", "wrong-column"),
        ("5箱", "20", "", "D2", "quantity-conflict"),
        ("0.5g/支", "20", "大盒", "D2", "wrong-column"),
        ("500ml", "20", "", "D2", "wrong-column"),
    ],
)
def test_a_value_in_the_wrong_column_is_a_problem(
    tmp_path: Path, unit: str, quantity: str, specification: str, cell: str, rule: str
) -> None:
    sheet = read_row(tmp_path, unit, quantity, specification)
    assert [(problem.cell, problem.reason.rule) for problem in sheet.problems] == [(cell, rule)]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (0.5, "quantity-fraction"),
        (2.0**53, "quantity-inexact"),
        (True, "quantity-no-number"),
        (-3, "quantity-negative"),
        (0, "quantity-zero"),
    ],
)
def test_a_spreadsheet_number_that_is_no_quantity_is_a_problem(
    tmp_path: Path, value: float, rule: str
) -> None:
    (sheet,) = read_book(write_xlsx(tmp_path / "a.xlsx", [HEADER, ("口罩", "甲公司", "", "箱", value)]))
    assert [problem.reason.rule for problem in sheet.problems] == [rule]


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("3", 3),
        ("3.0", 3),
        ("1,000", 1000),
        ("1,234,567", 1234567),
        ("１２", 12),
        ("１，０００", 1000),
        (" 12\u200b\xa0", 12),
        (str(2**53 + 1), 2**53 + 1),
        (str(MAX_QUANTITY), MAX_QUANTITY),
    ],
)
def test_a_whole_quantity_keeps_every_digit(tmp_path: Path, quantity: str, expected: int) -> None:
    (line,) = read_row(tmp_path, "箱", quantity).lines
    assert line.quantity == expected
    assert line.to_dict()["quantity"] == str(expected)


def test_a_spreadsheet_gives_3_as_3_0(tmp_path: Path) -> None:
    (sheet,) = read_book(write_xlsx(tmp_path / "a.xlsx", [HEADER, ("口罩", "甲公司", "", "箱", 3.0)]))
    assert sheet.lines[0].to_dict()["quantity"] == "3"


@pytest.mark.parametrize(
    ("unit", "quantity"), [("", "20箱"), ("箱", "20箱"), ("20箱", ""), ("20箱", "20"), ("", "20 箱")]
)
def test_a_number_with_its_unit_in_one_cell_is_split(tmp_path: Path, unit: str, quantity: str) -> None:
    (line,) = read_row(tmp_path, unit, quantity).lines
    assert (line.quantity, line.unit, line.unit_code) == (20, "箱", "XCT")


def test_a_unit_repeated_as_specification_is_a_note(tmp_path: Path) -> None:
    (line,) = read_row(tmp_path, "罐", "12", "罐").lines
    assert (line.specification, line.unit) == ("", "罐")
    assert [note.rule for note in line.notes] == ["specification-is-unit"]


def test_a_specification_with_its_unit_in_the_unit_cell_is_a_note(tmp_path: Path) -> None:
    (line,) = read_row(tmp_path, "0.5g/支", "240").lines
    assert (line.specification, line.unit, line.quantity) == ("0.5g/支", "支", 240)
    assert [note.rule for note in line.notes] == ["unit-is-specification"]


@pytest.mark.parametrize(("unit", "rule"), [("", "unit-missing"), ("簇", "unit-unknown")])
def test_a_unit_that_is_not_known_is_a_note(tmp_path: Path, unit: str, rule: str) -> None:
    (line,) = read_row(tmp_path, unit, "2").lines
    assert (line.unit, line.unit_code) == (unit, None)
    assert [note.rule for note in line.notes] == [rule]
