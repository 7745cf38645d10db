"""The day of a sheet, and where it is said to come from."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from book_files import HEADER, write_csv, write_xlsx

from ledger_client.book import read_book

LINE = ("口罩", "甲公司", "", "箱", 3)


@pytest.mark.parametrize(
    ("name", "title", "below", "day", "source"),
    [
        ("book", "捐赠公示", "", None, "date-missing"),
        ("book", "（1月30日）", "", None, "date-missing"),
        ("book-2020-13-40", "（2月30日）", "", None, "date-missing"),
        ("book", date(2020, 1, 30), "", date(2020, 1, 30), "date-cell"),
        ("book", "2020年1月30日", date(2020, 1, 31), date(2020, 1, 30), "date-cell"),
        ("book", "2020/1/30 公示", "", date(2020, 1, 30), "date-cell"),
        ("book", "Received on 30 January 2020", "", date(2020, 1, 30), "date-cell"),
        ("book", "Received on Jan. 30, 2020", "", date(2020, 1, 30), "date-cell"),
        ("book", "（１月３０日）", date(2020, 1, 31), date(2020, 1, 30), "date-cell-year"),
        ("book", "（12月31日）", date(2020, 1, 2), date(2019, 12, 31), "date-cell-year"),
        ("book-2020-01-31", "（1月30日）", "", date(2020, 1, 30), "date-cell-year"),
        ("book-20200131", "公示", "", date(2020, 1, 31), "date-file-name"),
        ("book", "公示", "2020年1月31日", date(2020, 1, 31), "date-cell"),
        ("book-2020-02-01", "第7期公示", "以上为1月29日收到的物资。", date(2020, 1, 29), "date-cell-year"),
    ],
)
def test_the_day_and_its_source(
    tmp_path: Path, name: str, title: Any, below: Any, day: date | None, source: str
) -> None:
    rows = [(title,), HEADER, LINE, (below,)]
    (sheet,) = read_book(write_xlsx(tmp_path / f"{name}.xlsx", rows))
    assert (sheet.date, sheet.date_source.rule) == (day, source)
    assert [line.date for line in sheet.lines] == [day]
    assert sheet.problems == ()


def test_what_is_given_goes_before_what_is_found(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [("（1月30日）",), HEADER, LINE])
    assert read_book(path, year=2021)[0].date == date(2021, 1, 30)
    assert read_book(path, day=date(2022, 2, 2))[0].date == date(2022, 2, 2)


def test_a_rows_own_date_goes_before_the_sheets(tmp_path: Path) -> None:
    text = "2020-01-30\n日期,品名,单位,数量\n2020.1.28,口罩,箱,1\n,手套,箱,2\n"
    (sheet,) = read_book(write_csv(tmp_path / "a.csv", text))
    assert [line.date for line in sheet.lines] == [date(2020, 1, 28), date(2020, 1, 30)]


def test_the_source_is_said_in_both_languages(tmp_path: Path) -> None:
    (sheet,) = read_book(write_xlsx(tmp_path / "2020-01-31.xlsx", [("（1月30日）",), HEADER, LINE]))
    assert sheet.date_source.en == "cell A1, year from the file's name"
    assert sheet.date_source.zh == "单元格 A1，年份取自文件名"
