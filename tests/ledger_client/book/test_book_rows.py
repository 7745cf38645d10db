"""What every row ends as: headings, merges, continuations, wrong columns, characters, earmarks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from book_files import HEADER, ISSUE_HEADER, write_csv, write_sheets, write_xlsx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_client.book import UNNAMED_EARMARK, BookSheet, is_meant_for, read_book

LINE = ("口罩", "甲公司", "", "箱", 3)


def read_rows(folder: Path, *rows: Sequence[Any], merges: Sequence[str] = ()) -> BookSheet:
    (sheet,) = read_book(write_xlsx(folder / "book-2020-01-30.xlsx", rows, merges))
    assert_rows_add_up(sheet)
    return sheet


def assert_rows_add_up(sheet: BookSheet) -> None:
    found = sheet.to_dict()
    parts = ("lines", "headings", "blank", "continuations", "problems")
    assert found["rows"] == sum(len(found[part]) for part in parts)
    numbers = [*found["blank"], *(row["row"] for part in parts if part != "blank" for row in found[part])]
    assert len(set(numbers)) == len(numbers)


class TestProblems:
    @pytest.mark.parametrize(
        ("row", "cell", "rule"),
        [
            (("", "甲公司", "", "箱", 3), "A2", "item-missing"),
            (("口罩", "", "", "箱", 3), "B2", "party-missing"),
            (("箱", "甲公司", "", "", 3), "A2", "wrong-column"),
            (("口罩", "箱", "", "", 3), "B2", "wrong-column"),
            (("12", "甲公司", "", "箱", 3), "A2", "wrong-column"),
            (("口罩", 12, "", "箱", 3), "B2", "wrong-column"),
            ((date(2020, 1, 30), "甲公司", "", "箱", 3), "A2", "wrong-column"),
            (("口罩", "甲公司", "", date(2020, 1, 30), 3), "D2", "wrong-column"),
            (("口罩", "甲公司", "", "箱", date(2020, 1, 30)), "E2", "quantity-no-number"),
            (("КN95口罩", "甲公司", "", "箱", 3), "A2", "character"),
            (("监护仪В125", "甲公司", "", "台", 3), "A2", "character"),
            (("口罩\u202e95", "甲公司", "", "箱", 3), "A2", "character"),
            (("口罩", "甲\u2066公司", "", "箱", 3), "B2", "character"),
        ],
    )
    def test_names_the_cell(self, tmp_path: Path, row: Sequence[Any], cell: str, rule: str) -> None:
        sheet = read_rows(tmp_path, HEADER, row, LINE)
        assert [(problem.cell, problem.reason.rule) for problem in sheet.problems] == [(cell, rule)]
        assert [line.row for line in sheet.lines] == [3]

    def test_names_the_character_that_looks_like_another(self, tmp_path: Path) -> None:
        (problem,) = read_rows(tmp_path, HEADER, ("КN95口罩", "甲公司", "", "箱", 3)).problems
        assert "U+041A CYRILLIC CAPITAL LETTER KA" in problem.reason.en
        assert "U+041A CYRILLIC CAPITAL LETTER KA" in problem.reason.zh

    def test_two_columns_of_one_meaning(self, tmp_path: Path) -> None:
        sheet = read_rows(tmp_path, (*HEADER, "总数"), (*LINE, 4))
        assert [(problem.cell, problem.reason.rule) for problem in sheet.problems] == [
            ("E2", "column-doubled")
        ]

    def test_a_header_without_quantity(self, tmp_path: Path) -> None:
        sheet = read_rows(tmp_path, HEADER[:4], LINE[:4])
        assert [problem.reason.rule for problem in sheet.problems] == ["column-missing"]

    def test_a_date_that_is_none(self, tmp_path: Path) -> None:
        sheet = read_rows(tmp_path, (*HEADER, "有效期至"), (*LINE, "三年"))
        assert [(problem.cell, problem.reason.rule) for problem in sheet.problems] == [
            ("F2", "date-unreadable")
        ]

    def test_a_workbook_without_a_header_is_all_problems(self, tmp_path: Path) -> None:
        sheet = read_rows(tmp_path, ("口罩", 3), ("", ""), ("手套", 4))
        assert [(problem.cell, problem.reason.rule) for problem in sheet.problems] == [
            ("A1", "header-missing"),
            ("A3", "header-missing"),
        ]
        assert sheet.blank == (2,)


class TestMerges:
    def test_an_item_is_never_filled_in(self, tmp_path: Path) -> None:
        sheet = read_rows(tmp_path, HEADER, LINE, ("", "乙公司", "", "箱", 4), merges=["A2:A3"])
        assert [(problem.cell, problem.reason.rule) for problem in sheet.problems] == [("A3", "item-merged")]
        assert [line.quantity for line in sheet.lines] == [3]

    def test_a_quantity_is_never_filled_in(self, tmp_path: Path) -> None:
        sheet = read_rows(tmp_path, HEADER, LINE, ("手套", "乙公司", "", "箱", ""), merges=["E2:E3"])
        assert [(problem.cell, problem.reason.rule) for problem in sheet.problems] == [
            ("E3", "quantity-merged")
        ]
        assert [line.quantity for line in sheet.lines] == [3]

    def test_what_continues_a_problem_is_a_problem_or_blank(self, tmp_path: Path) -> None:
        rows = [
            HEADER,
            ("口罩", "甲公司", "", "箱", "许多"),
            ("", "乙公司", "", "", ""),
            ("", "", "", "", ""),
            LINE,
        ]
        sheet = read_rows(tmp_path, *rows, merges=["A2:A4", "E2:E4"])
        assert [problem.reason.rule for problem in sheet.problems] == [
            "quantity-no-number",
            "continues-problem",
        ]
        assert sheet.blank == (4,)

    def test_donor_specification_and_unit_are_filled_in(self, tmp_path: Path) -> None:
        rows = [HEADER, ("口罩", "甲公司", "大", "箱", 3), ("手套", "", "", "", 4), ("鞋套", "", "", "", 5)]
        sheet = read_rows(tmp_path, *rows, merges=["B2:B4", "C2:C3", "D2:D4"])
        assert [(line.party, line.specification, line.unit) for line in sheet.lines] == [
            ("甲公司", "大", "箱"),
            ("甲公司", "大", "箱"),
            ("甲公司", "", "箱"),
        ]

    def test_merges_below_one_another_are_filled_in_from_their_own_top(self, tmp_path: Path) -> None:
        rows = [
            HEADER,
            LINE,
            ("手套", "", "", "箱", 4),
            ("鞋套", "乙公司", "", "箱", 5),
            ("帽", "", "", "箱", 6),
            ("衣", "丙公司", "", "箱", 7),
        ]
        sheet = read_rows(tmp_path, *rows, merges=["B4:B5", "B2:B3"])
        assert [line.party for line in sheet.lines] == ["甲公司", "甲公司", "乙公司", "乙公司", "丙公司"]

    def test_a_recipient_is_filled_in(self, tmp_path: Path) -> None:
        rows = [ISSUE_HEADER, ("某医院", "口罩", "", "箱", 3), ("", "手套", "", "箱", 4)]
        sheet = read_rows(tmp_path, *rows, merges=["A2:A3"])
        assert [(line.kind, line.party) for line in sheet.lines] == [("issue", "某医院")] * 2

    def test_rows_inside_a_line_are_continuations(self, tmp_path: Path) -> None:
        rows = [
            HEADER,
            ("外科手套", "甲协会", "400副/箱", "箱", 10),
            ("", "乙个人", "", "", ""),
            ("", "", "", "", ""),
            ("", "\xa01.省医院3000副", "", "", ""),
            LINE,
        ]
        sheet = read_rows(tmp_path, *rows, merges=["A2:A5", "C2:C5", "D2:D5", "E2:E5"])
        assert [(row.row, row.line, row.text) for row in sheet.continuations] == [
            (3, 2, "乙个人"),
            (4, 2, ""),
            (5, 2, "1.省医院3000副"),
        ]
        line = sheet.lines[0]
        assert (line.party, line.quantity, line.remark, line.earmark) == (
            "甲协会",
            10,
            "乙个人",
            "省医院3000副",
        )
        assert [note.rule for note in line.notes] == ["continued"]


class TestHeadings:
    def test_titles_header_subheading_total_and_footer(self, tmp_path: Path) -> None:
        rows = [
            ("捐赠物资一览表",),
            ("（1月30日）",),
            ("",),
            HEADER,
            ("口罩类", "", "", "", ""),
            LINE,
            ("一、手套", "", "", "", ""),
            LINE,
            ("合计", "", "", "", 6),
            ("以上物资均已入库", "", "", "", ""),
            ("", "某红十字会", "", "", ""),
            ("", date(2020, 1, 31), "", "", ""),
        ]
        sheet = read_rows(tmp_path, *rows, merges=["A5:E5"])
        assert [(row.row, row.role) for row in sheet.headings] == [
            (1, "title"),
            (2, "title"),
            (4, "header"),
            (5, "subheading"),
            (7, "subheading"),
            (9, "total"),
            (10, "footer"),
            (11, "footer"),
            (12, "footer"),
        ]
        assert (len(sheet.lines), sheet.blank, sheet.problems) == (2, (3,), ())

    @pytest.mark.parametrize("item", ["一、口罩", "（二）、口罩", "三.口罩"])
    def test_a_numbered_line_is_no_subheading(self, tmp_path: Path, item: str) -> None:
        sheet = read_rows(tmp_path, HEADER, (item, *LINE[1:]), LINE)
        assert [line.quantity for line in sheet.lines] == [3, 3]

    def test_lines_numbered_in_a_column_of_their_own_are_lines(self, tmp_path: Path) -> None:
        sheet = read_rows(tmp_path, ("序号", *HEADER), ("一、", *LINE), ("二、", *LINE))
        assert [line.item for line in sheet.lines] == ["口罩", "口罩"]

    def test_a_name_below_the_lines_is_no_footer_without_a_date(self, tmp_path: Path) -> None:
        sheet = read_rows(tmp_path, HEADER, LINE, ("手套", "", "", "", ""))
        assert [problem.cell for problem in sheet.problems] == ["B3"]

    def test_a_serial_date_alone_is_a_footer(self, tmp_path: Path) -> None:
        sheet = read_rows(tmp_path, HEADER, LINE, (43861, "", "", "", ""))
        assert [(row.row, row.role) for row in sheet.headings] == [(1, "header"), (3, "footer")]

    def test_a_second_header_decides_the_columns_below_it(self, tmp_path: Path) -> None:
        rows = [HEADER, LINE, ("发放物资一览表",), ISSUE_HEADER, ("某医院", "口罩", "", "箱", 2)]
        sheet = read_rows(tmp_path, *rows, merges=["A3:E3"])
        assert [(line.kind, line.party, line.item) for line in sheet.lines] == [
            ("receipt", "甲公司", "口罩"),
            ("issue", "某医院", "口罩"),
        ]

    def test_a_header_merged_over_two_rows(self, tmp_path: Path) -> None:
        merges = [f"{column}1:{column}2" for column in "ABCDE"]
        sheet = read_rows(tmp_path, HEADER, ("", "", "", "", ""), LINE, merges=merges)
        assert (len(sheet.lines), sheet.blank) == (1, (2,))

    @pytest.mark.parametrize(
        ("header", "kind"),
        [
            (("Item", "Donor", "Specification", "Unit", "Quantity"), "receipt"),
            (("Item 品名", "Supplier/供应商", "Spec.", "UOM", "Qty"), "receipt"),
            (("goods", "Recipient", "model", "unit", "total quantity"), "issue"),
            (("物 资", "接收单位：", "规格/型号", "单位", "数量（箱）"), "issue"),
        ],
    )
    def test_chinese_and_english_words(self, tmp_path: Path, header: Sequence[str], kind: str) -> None:
        sheet = read_rows(tmp_path, header, ("mask", "somebody", "large", "box", 3))
        (line,) = sheet.lines
        assert (sheet.kind, line.kind) == (kind, kind)
        assert (line.item, line.party, line.specification, line.unit) == ("mask", "somebody", "large", "box")
        assert (line.quantity, line.unit_code) == (3, "XBX")

    @pytest.mark.parametrize(
        ("title", "item", "kind"),
        [("发放物资表", "品名", "issue"), ("", "入库物资", "receipt"), ("物资表", "品名", None)],
    )
    def test_the_kind_without_a_party_column(
        self, tmp_path: Path, title: str, item: str, kind: str | None
    ) -> None:
        sheet = read_rows(tmp_path, (title,), (item, "单位", "数量"), ("口罩", "箱", 3))
        assert (sheet.kind, [line.kind for line in sheet.lines]) == (kind, [kind])


class TestText:
    def test_blanks_and_width_are_cleaned_and_the_original_is_kept(self, tmp_path: Path) -> None:
        (line,) = read_rows(
            tmp_path, HEADER, ("带阀\xa0\xa0口罩（ＫＮ95）\u200b", "甲\ufeff公司", "\u200b", "箱", 3)
        ).lines
        assert (line.item, line.item_original) == ("带阀 口罩(KN95)", "带阀\xa0\xa0口罩（ＫＮ95）\u200b")
        assert (line.party, line.specification) == ("甲公司", "")

    @pytest.mark.parametrize("text", ["10²只", "½片", "α干扰素", "①号"])
    def test_what_folding_would_change_stays(self, tmp_path: Path, text: str) -> None:
        (line,) = read_rows(tmp_path, HEADER, (text, "甲公司", "", "箱", 3)).lines
        assert line.item == text

    def test_threat_19_a_text_like_a_formula_stays_a_text(self, tmp_path: Path) -> None:
        (line,) = read_rows(tmp_path, HEADER, ("=1+1", "@甲公司", "-5号", "箱", 3)).lines
        assert (line.item, line.party, line.specification) == ("=1+1", "@甲公司", "-5号")

    def test_further_columns(self, tmp_path: Path) -> None:
        header = ("序号", *HEADER, "批号", "生产日期", "有效期至", "备注", "日期")
        row = (1, *LINE, "B12", date(2019, 12, 1), "2021-12-01", "急用", "2020年1月28日")
        (line,) = read_rows(tmp_path, header, row).lines
        assert (line.batch, line.made, line.expires) == ("B12", date(2019, 12, 1), date(2021, 12, 1))
        assert (line.remark, line.date) == ("急用", date(2020, 1, 28))


class TestEarmarks:
    @pytest.mark.parametrize(
        ("item", "donor", "goods", "earmark"),
        [
            ("口罩（定向捐赠江夏红十字）", "甲公司", "口罩", "江夏红十字"),
            ("口罩 KN95（）定向捐赠某医院病理科", "甲公司", "口罩 KN95", "某医院病理科"),
            ("酒精", "甲公司（定向）", "酒精", UNNAMED_EARMARK),
            ("口罩（日本）", "甲公司", "口罩(日本)", None),
        ],
    )
    def test_are_found_in_item_and_donor(
        self, tmp_path: Path, item: str, donor: str, goods: str, earmark: str | None
    ) -> None:
        (line,) = read_rows(tmp_path, HEADER, (item, donor, "", "箱", 3)).lines
        assert (line.goods, line.earmark) == (goods, earmark)

    @pytest.mark.parametrize(
        ("earmark", "recipient"),
        [
            (UNNAMED_EARMARK, "同济医院"),
            ("同济医院病理科", "协和医院"),
            ("省人民医院3000副", "武汉市人民医院"),
            ("同济医院", ""),
        ],
    )
    def test_are_not_for_others(self, earmark: str, recipient: str) -> None:
        assert not is_meant_for(earmark, recipient)

    @pytest.mark.parametrize(
        ("earmark", "recipient"),
        [
            ("同济医院病理科", "同济医院"),
            ("肺科医院", "武汉市肺科医院"),
            ("江夏红十字", "江夏红十字会"),
            ("省人民医院3000副；精神卫生中心1000副", "武汉市精神卫生中心"),
        ],
    )
    def test_are_for_whom_they_name(self, earmark: str, recipient: str) -> None:
        assert is_meant_for(earmark, recipient)


class TestRepeatedQuantity:
    @pytest.mark.parametrize(
        ("item", "goods"), [("口罩3箱", "口罩"), ("口罩13箱", "口罩13箱"), ("3箱", "3箱")]
    )
    def test_only_the_lines_own_is_left_out(self, tmp_path: Path, item: str, goods: str) -> None:
        (line,) = read_rows(tmp_path, HEADER, (item, "甲公司", "", "箱", 3)).lines
        assert (line.item, line.goods) == (item, goods)


def test_every_sheet_of_a_workbook_is_read(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "a.xlsx", {"一月": [HEADER, LINE], "空": [], "说明": [("请勿修改",)]})
    first, empty, text = read_book(path)
    assert [sheet.counts for sheet in (first, empty, text)] == [
        {"rows": 2, "lines": 1, "headings": 1, "blank": 0, "continuations": 0, "problems": 0},
        {"rows": 0, "lines": 0, "headings": 0, "blank": 0, "continuations": 0, "problems": 0},
        {"rows": 1, "lines": 0, "headings": 0, "blank": 0, "continuations": 0, "problems": 1},
    ]


def test_rows_are_counted_from_the_first_to_the_last_that_is_not_empty(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "\u200b,,\n品名,单位,数量\n口罩,箱,3\n,,\n手套,箱,4\n\u200b,,\xa0\n")
    (sheet,) = read_book(path)
    assert (sheet.rows, sheet.blank, [line.row for line in sheet.lines]) == (4, (4,), [3, 5])


CELLS = st.sampled_from(
    ["", "\u200b", "口罩", "甲公司", "箱", "20箱", "合计", "以上为全部。", "一、手套", "品名", "数量",
     "捐赠单位", "接收单位", "计量单位", "1e3", "КN95", "0.5g/支", 3, 0, 0.5, 43861, date(2020, 1, 31), True]
)  # fmt: skip


@given(
    above=st.integers(0, 2),
    rows=st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=12),
    merges=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 4)), max_size=5),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_five_always_add_up(
    tmp_path: Path, above: int, rows: list[list[Any]], merges: list[tuple[int, int]]
) -> None:
    ranges = [
        f"{column}{top}:{column}{top + more}" for column, (top, more) in zip("ABCDE", merges, strict=False)
    ]
    (sheet,) = read_book(write_xlsx(tmp_path / "a.xlsx", [("标题",)] * above + [HEADER, *rows], ranges))
    assert_rows_add_up(sheet)
    lines = {line.row for line in sheet.lines}
    assert all(row.line in lines for row in sheet.continuations)
    assert all(line.quantity > 0 and line.item for line in sheet.lines)
