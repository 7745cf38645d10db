"""Suspects: what each rule asks about, what it leaves alone, and that nothing is dropped."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from book_files import HEADER, ISSUE_HEADER, write_xlsx

from ledger_client.book import (
    BookSheet,
    Line,
    Sentence,
    Suspect,
    find_suspects,
    is_anonymous,
    read_book,
)

NOBODY = "爱心企业（个人）"


def suspects(folder: Path, *books: tuple[str, Sequence[Sequence[Any]]]) -> list[Suspect]:
    sheets = [sheet for name, rows in books for sheet in read_book(write_xlsx(folder / f"{name}.xlsx", rows))]
    return find_suspects(sheets)


def found(folder: Path, *books: tuple[str, Sequence[Sequence[Any]]]) -> list[tuple[str, list[str]]]:
    return [
        (suspect.rule, [f"{place.file[:-5]}:{place.row}" for place in suspect.places])
        for suspect in suspects(folder, *books)
    ]


def receipts(*rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [HEADER, *rows]


class TestRepeated:
    def test_lines_that_differ_in_anything_are_left_alone(self, tmp_path: Path) -> None:
        line = ("口罩", "甲公司", "大", "箱", 20)
        others = [
            (*line[:i], value, *line[i + 1 :]) for i, value in enumerate(["手套", "乙公司", "小", "件", 21])
        ]
        assert found(tmp_path, ("2020-01-30", receipts(line, *others))) == []

    def test_equal_lines_of_a_named_donor(self, tmp_path: Path) -> None:
        line = ("口罩", "甲公司", "", "箱", 1)
        assert found(tmp_path, ("a", receipts(line, ("手套", "甲公司", "", "箱", 1), line))) == [
            ("repeated", ["a:2", "a:4"])
        ]

    def test_equal_lines_of_nobody_in_particular(self, tmp_path: Path) -> None:
        few, many = ("口罩", NOBODY, "", "箱", 10), ("手套", NOBODY, "", "箱", 11)
        weak, strong = suspects(tmp_path, ("a", receipts(few, few, few, many, many)))
        assert (weak.rule, weak.is_weak, len(weak.places)) == ("anonymous-repeated", True, 3)
        assert (strong.rule, strong.is_weak, len(strong.places)) == ("repeated", False, 2)

    @pytest.mark.parametrize(
        ("party", "expected"),
        [
            ("爱心企业(个人)", True),
            ("个人", True),
            ("匿名", True),
            ("个人捐赠者17", False),
            ("爱心超市", False),
            ("甲公司(个人)", False),
        ],
    )
    def test_who_is_nobody_in_particular(self, party: str, expected: bool) -> None:
        assert is_anonymous(party) is expected


class TestRecipientListedTwice:
    def book(self, *again: Sequence[Any]) -> list[Sequence[Any]]:
        first = [
            ("某医院", "一次性隔离衣", "33*27*28", "件", 4),
            ("某医院", "加强型手术衣", "", "件", 3),
            ("某医院", "84消毒液", "", "件", 20),
        ]
        return [ISSUE_HEADER, *first, ("另一医院", "口罩", "", "件", 4), *again]

    def test_other_goods_or_quantities_are_left_alone(self, tmp_path: Path) -> None:
        again = [("某医院", "一次性隔离衣", "", "件", 5), ("某医院", "医用口罩", "", "件", 3)]
        assert found(tmp_path, ("a", self.book(*again))) == []

    def test_the_same_again_on_another_day_is_left_alone(self, tmp_path: Path) -> None:
        header = ("日期", *ISSUE_HEADER)
        rows = [
            ("2020-01-30", "某医院", "加强型手术衣", "", "件", 3),
            ("2020-01-30", "另一医院", "口罩", "", "件", 4),
            ("2020-02-06", "某医院", "加强型手术衣", "", "件", 3),
            ("2020-02-06", "另一医院", "口罩", "", "件", 4),
            ("2020-02-13", "某医院", "加强型手术服", "", "件", 3),
        ]
        assert found(tmp_path, ("a", [header, *rows])) == []

    def test_alike_lines_of_two_blocks(self, tmp_path: Path) -> None:
        again = [
            ("某医院", "一次性隔离衣", "", "件", 4),
            ("某医院", "加强型手术服", "", "件", 3),
            ("某医院", "84消毒液", "", "件", 20),
        ]
        assert found(tmp_path, ("a", self.book(*again))) == [
            ("repeated", ["a:4", "a:8"]),
            ("party-repeated", ["a:2", "a:6"]),
            ("party-repeated", ["a:3", "a:7"]),
        ]


class TestTwoNotices:
    FIRST = ("榄菊护色曾艳洗衣液", "榄菊日化公司", "1/868kg/6装", "箱", 1257)
    AGAIN = ("榄菊1.868kg护色增艳洗衣液", "榄菊世代公司", "6装", "箱", 1257)

    @pytest.mark.parametrize(
        ("day", "again"),
        [
            ("2020-02-05", AGAIN),
            ("2020-01-29", AGAIN),
            ("2020-01-30", (*AGAIN[:4], 1256)),
            ("2020-01-30", (*AGAIN[:3], "件", 1257)),
            ("2020-01-30", ("榄菊洁厕液", *AGAIN[1:])),
            ("2020-01-30", ("一次性医用外科口罩", *AGAIN[1:])),
        ],
    )
    def test_left_alone(self, tmp_path: Path, day: str, again: Sequence[Any]) -> None:
        books = ("a-2020-01-29", receipts(self.FIRST)), (f"b-{day}", receipts(again))
        assert found(tmp_path, *books) == []

    def test_short_names_count_only_from_one_party(self, tmp_path: Path) -> None:
        first, again = ("口罩", "甲公司", "", "箱", 12), ("口罩", "乙公司", "", "箱", 12)
        assert found(tmp_path, ("a-2020-01-29", receipts(first)), ("b-2020-01-30", receipts(again))) == []
        assert found(tmp_path, ("a-2020-01-29", receipts(first)), ("b-2020-01-30", receipts(first))) == [
            ("next-day", ["a-2020-01-29:2", "b-2020-01-30:2"])
        ]

    def test_two_lines_of_nobody_in_particular_are_left_alone(self, tmp_path: Path) -> None:
        first, again = ("一次性医用口罩", NOBODY, "", "箱", 12), ("一次性医用口罩", "甲公司", "", "箱", 12)
        books = ("a-2020-01-29", receipts(first)), ("b-2020-01-30", receipts(first, again))
        assert found(tmp_path, *books) == [("next-day", ["a-2020-01-29:2", "b-2020-01-30:3"])]

    def test_a_month_of_days_is_compared_in_no_time(self) -> None:
        days = [date(2020, 1, 1) + timedelta(number) for number in range(31)]
        lines = [
            Line(row, "receipt", None, "匿名", "口罩", "口罩", "口罩", "", "箱", "XCT", 1)
            for row in range(400)
        ]
        sheets = [
            BookSheet(str(day), "", 400, "receipt", day, Sentence("", "", ""), tuple(
                replace(line, date=day) for line in lines
            ))
            for day in days
        ]  # fmt: skip
        began = time.process_time()
        assert {suspect.rule for suspect in find_suspects(sheets)} == {"anonymous-repeated"}
        assert time.process_time() - began < 5  # line by line, it took a minute

    def test_equal_quantities_of_nearly_equal_names(self, tmp_path: Path) -> None:
        books = ("a-2020-01-29", receipts(self.FIRST)), ("b-2020-01-30", receipts(self.AGAIN))
        assert found(tmp_path, *books) == [("next-day", ["a-2020-01-29:2", "b-2020-01-30:2"])]


class TestOutliers:
    def rows(self, *quantities: int) -> list[Sequence[Any]]:
        return receipts(
            *(("口罩", f"第{i}公司", "", "箱", quantity) for i, quantity in enumerate(quantities))
        )

    @pytest.mark.parametrize("quantities", [(1, 1, 1, 4000), (1, 1, 1, 1, 100), (5, 3, 10, 222, 18)])
    def test_left_alone(self, tmp_path: Path, quantities: tuple[int, ...]) -> None:
        assert found(tmp_path, ("a", self.rows(*quantities))) == []

    @pytest.mark.parametrize("quantities", [(4000, 1, 1, 1, 1), (101, 1, 1, 1, 1), (4000, 1, 3, 8, 18, 2)])
    def test_more_than_a_hundred_times_the_median(self, tmp_path: Path, quantities: tuple[int, ...]) -> None:
        assert found(tmp_path, ("a", self.rows(*quantities))) == [("outlier", ["a:2"])]


def test_earmarked_goods_say_for_whom(tmp_path: Path) -> None:
    rows = receipts(
        ("口罩（定向捐赠某医院）", "甲公司", "", "箱", 3), ("酒精", "乙公司（定向）", "", "箱", 3)
    )
    named, unnamed = suspects(tmp_path, ("a", rows))
    assert (named.rule, named.why.en) == ("earmarked", "口罩: for 某医院")
    assert unnamed.why.zh == "酒精：未写明给谁"


def test_a_suspect_has_a_json_form(tmp_path: Path) -> None:
    line = ("口罩", "甲公司", "", "箱", 1)
    (suspect,) = suspects(tmp_path, ("a", receipts(line, line)))
    assert suspect.to_dict() == {
        "rule": "repeated",
        "is_weak": False,
        "places": [
            {"file": "a.xlsx", "sheet": "Sheet1", "row": 2},
            {"file": "a.xlsx", "sheet": "Sheet1", "row": 3},
        ],
        "why": "2 equal lines: 口罩, 1 箱, 甲公司",
    }
