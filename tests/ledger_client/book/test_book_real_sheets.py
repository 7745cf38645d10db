"""The three real sheets of January 2020, and the committed mapping of their goods."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ledger_client.book import (
    BookSheet,
    Mapping,
    find_suspects,
    is_meant_for,
    propose_mapping,
    read_book,
    read_mapping,
)

ROOT = Path(__file__).resolve().parents[3]
FILES = ("received-2020-01-29.xlsx", "received-2020-01-30.xlsx", "distributed-2020-01-30.xlsx")


@pytest.fixture(scope="module")
def sheets(data_directory: Path) -> dict[str, BookSheet]:
    found = {}
    for name in FILES:
        (found[name],) = read_book(data_directory / name)
    return found


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    return read_mapping(ROOT / "ledger_client/book/data/wuhan-2020.mapping.csv")


@pytest.mark.parametrize(
    ("name", "kind", "day", "source", "counts"),
    [
        (FILES[0], "receipt", "2020-01-29", "cell A2, year from the file's name", (150, 138, 5, 3, 4, 0)),
        (FILES[1], "receipt", "2020-01-30", "cell A3, year from cell A204", (204, 196, 7, 1, 0, 0)),
        (FILES[2], "issue", "2020-01-30", "cell A2", (206, 202, 3, 1, 0, 0)),
    ],
)
def test_every_row_is_accounted_for(
    sheets: dict[str, BookSheet], name: str, kind: str, day: str, source: str, counts: tuple[int, ...]
) -> None:
    found = sheets[name].to_dict()
    parts = ("lines", "headings", "blank", "continuations", "problems")
    assert (found["kind"], found["date"], found["date_source"]) == (kind, day, source)
    assert (found["rows"], *(len(found[part]) for part in parts)) == counts
    assert found["rows"] == sum(len(found[part]) for part in parts)


def test_a_line_merged_over_earmarks_is_one_line(sheets: dict[str, BookSheet]) -> None:
    sheet = sheets[FILES[0]]
    (line,) = [line for line in sheet.lines if line.row == 85]
    assert (line.item, line.quantity, line.unit) == ("外科手套", 10, "箱")
    assert [row.line for row in sheet.continuations] == [85] * 4
    assert line.earmark == "省人民医院3000副；武汉精神卫生中心1000副"


def test_merged_donors_and_units_are_filled_in(sheets: dict[str, BookSheet]) -> None:
    lines = {line.row: line for line in sheets[FILES[0]].lines}
    assert {lines[row].party for row in range(17, 21)} == {"通用电气医疗系统发展(上海)有限公司"}
    assert [lines[row].unit for row in (46, 47, 48)] == ["支"] * 3
    assert (lines[60].party, lines[60].quantity) == ("中山榄菊销售有限公司", 28)


def test_a_specification_in_a_unit_cell_is_a_note(sheets: dict[str, BookSheet]) -> None:
    (line,) = [line for line in sheets[FILES[1]].lines if line.row == 39]
    assert (line.specification, line.unit, line.quantity) == ("0.5g/支", "支", 240)


def test_suspects(sheets: dict[str, BookSheet]) -> None:
    suspects = find_suspects(sheets.values())
    assert Counter(suspect.rule for suspect in suspects) == {
        "repeated": 6,
        "anonymous-repeated": 8,
        "party-repeated": 3,
        "next-day": 10,
        "outlier": 1,
        "earmarked": 4,
    }
    (outlier,) = [suspect for suspect in suspects if suspect.rule == "outlier"]
    assert str(outlier.places[0]) == "received-2020-01-30.xlsx [Sheet1] 143"
    assert {
        place.row for s in suspects if s.rule == "next-day" for place in s.places if place.file == FILES[0]
    } == {*(49, 50, 53, 54, 55, 56, 57, 58, 59, 60)}


def test_the_committed_mapping_has_every_goods_confirmed_with_a_reason(
    sheets: dict[str, BookSheet], mapping: Mapping
) -> None:
    rows = [mapping.find(line) for sheet in sheets.values() for line in sheet.lines]
    assert len(rows) == 138 + 196 + 202
    assert all(row is not None and row.is_confirmed and row.reason and row.item.name_en for row in rows)
    assert len(propose_mapping(sheets.values(), mapping).rows) == len(mapping.rows)


def test_goods_of_one_item_have_the_same_or_both_unknown_contents(mapping: Mapping) -> None:
    for item in mapping.items():
        rows = [row for row in mapping.rows if row.item == item]
        if len(rows) == 1:
            continue
        known = {bool(row.contents) for row in rows}
        exceptions = {"带阀口罩 KN95"}  # the very cartons: quantity and earmark say so
        assert len(known) == 1 or {row.name for row in rows} == exceptions, rows
        assert all(any(word in row.reason for word in ("same goods", "the item that")) for row in rows)


@pytest.mark.parametrize(
    ("row", "receipt"),
    [
        (5, (FILES[0], 43)),  # 带阀口罩 KN95
        (6, (FILES[1], 76)),  # 三氯异氰尿酸消毒片
        (10, (FILES[0], 122)),  # 护目镜 200个/箱
        (34, (FILES[0], 122)),  # the same in 件
        (23, (FILES[0], 9)),  # 医用检查手套 S小号
        (25, (FILES[0], 17)),  # 病人监护仪 B125
        (26, (FILES[0], 18)),  # B850
        (27, (FILES[0], 28)),  # 注射用阿奇霉素
        (28, (FILES[0], 34)),  # 乳胶检查手套
        (203, (FILES[1], 31)),  # 洁康医用酒精75%
        (205, (FILES[1], 24)),  # 检查手套 2000只/箱
    ],
)
def test_what_was_handed_out_is_what_was_received(
    sheets: dict[str, BookSheet], mapping: Mapping, row: int, receipt: tuple[str, int]
) -> None:
    assert _item(sheets, mapping, FILES[2], row) == _item(sheets, mapping, *receipt)


@pytest.mark.parametrize(
    ("row", "receipt"),
    [
        (29, (FILES[0], 36)),  # 连花清瘟胶囊: contents stated once
        (30, (FILES[0], 40)),  # 手术手套: likewise
        (15, (FILES[1], 85)),  # 84消毒液: 500 ml, 500 g
        (25, (FILES[0], 18)),  # B125, B850
        (206, (FILES[1], 11)),  # 防护口罩: 个, 包
    ],
)
def test_what_is_not_the_same_stays_apart(
    sheets: dict[str, BookSheet], mapping: Mapping, row: int, receipt: tuple[str, int]
) -> None:
    assert _item(sheets, mapping, FILES[2], row) != _item(sheets, mapping, *receipt)


def test_the_earmarked_masks_went_to_their_hospital(sheets: dict[str, BookSheet]) -> None:
    issued = next(line for line in sheets[FILES[2]].lines if line.row == 5)
    received = next(line for line in sheets[FILES[0]].lines if line.row == 43)
    assert received.earmark is not None
    assert is_meant_for(received.earmark, issued.party)
    assert not is_meant_for(received.earmark, "武汉市中心医院")


def _item(sheets: dict[str, BookSheet], mapping: Mapping, file: str, row: int) -> int:
    line = next(line for line in sheets[file].lines if line.row == row)
    found = mapping.find(line)
    assert found is not None
    return found.item.item
