"""Questions go out in a workbook and answers come back: what is taken, what is not, what refuses the file."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from needs_files import (
    CLINIC,
    COLUMN,
    DAY,
    GLOVES,
    MASKS,
    QUESTIONS,
    RELATIONS,
    SHEET,
    SITE,
    Formula,
    entry,
    fill,
    mapping,
    need,
    parts_of,
    plan_of,
    saved_again,
    with_part,
    write_list,
    write_parts,
)
from python_calamine import CalamineWorkbook

from ledger_client.book import BookTooLargeError, FileUnreadableError, Limits, NotASpreadsheetError
from ledger_client.files import FileExistsAlreadyError
from ledger_client.needs import (
    AnswersFileError,
    AnswersFormError,
    Defaults,
    GoodsRow,
    NeedsMapping,
    NeedsPlan,
    Question,
    Request,
    Urgency,
    answer_questions,
    count_needs,
    plan_needs,
    questions_to_xlsx,
    read_needs,
    write_questions,
)

ROWS = (need("口罩", 500), need("口罩"), need("手套", 500), need("手套"))


def asking(question: str) -> NeedsMapping:
    """Return a mapping that leaves all open, but of site and consignee only the one that is asked."""
    who = {"consignee": None} if question == "consignee" else {"site": None}
    return mapping(GoodsRow("口罩", "", 2990101), defaults=Defaults(), **who)


@pytest.fixture
def plan(tmp_path: Path) -> NeedsPlan:
    """One request, then drafts in rows 2 (quantity), 3 (item) and 4 (quantity and item)."""
    return plan_of(tmp_path / "needs.json", *ROWS)


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    return tmp_path / "answers.xlsx"


def rules(plan: NeedsPlan) -> list[tuple[str, str]]:
    return [(fault.cell, fault.reason.rule) for fault in plan.faults]


def questions(plan: NeedsPlan) -> list[tuple[str, ...]]:
    return [tuple(map(str, draft.questions)) for draft in plan.drafts]


def cells_of(plan: NeedsPlan) -> dict[str, list[list[Any]]]:
    with CalamineWorkbook.from_filelike(io.BytesIO(questions_to_xlsx(plan))) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


class TestWorkbook:
    def test_holds_one_row_a_draft_and_empty_cells_to_fill_in(self, plan: NeedsPlan) -> None:
        header, *rows = cells_of(plan)[QUESTIONS]
        assert header == [
            "row_id 行号标识", "place 所在地", "institution 机构", "written 清单所写物资",
            "specification 规格", "questions 待答问题", "quantity 数量（基本单位）", "item 物品编号",
            "site 储备点", "consignee 领用单位", "needed_by 需要日期", "urgency 紧急程度",
        ]  # fmt: skip
        assert [row[0] for row in rows] == [draft.row.identity.digest.hex() for draft in plan.drafts]
        assert rows[2][1:] == [
            "湖北 武汉市 武昌区", "东城医院", "手套", "",
            "How many base units? Which item of the category? [2990104]\n"
            "需要多少（基本单位）？该类别中的哪一种物品？ [2990104]",
            "", "", "—", "—", "—", "—",
        ]  # fmt: skip

    def test_names_the_list_and_says_how_to_fill_it_in(self, plan: NeedsPlan) -> None:
        rows = cells_of(plan)["list 清单"]
        assert rows[0] == ["list_digest 清单摘要", plan.needs.digest.hex()]
        assert rows[1] == ["file 文件", "needs.json"]
        assert all(en and zh for en, zh in rows)

    def test_one_plan_gives_the_same_bytes(self, plan: NeedsPlan) -> None:
        assert questions_to_xlsx(plan) == questions_to_xlsx(plan)

    def test_a_workbook_that_may_hold_answers_is_not_overwritten(
        self, plan: NeedsPlan, answers: Path
    ) -> None:
        write_questions(plan, answers)
        assert answers.read_bytes() == questions_to_xlsx(plan)
        with pytest.raises(FileExistsAlreadyError):
            write_questions(plan, answers)

    def test_texts_like_formulas_are_texts(self, tmp_path: Path, answers: Path) -> None:
        known = mapping(GoodsRow("=1+2", "", 2990101, MASKS), GoodsRow("-a", "", 2990101, MASKS))
        plan = plan_of(tmp_path / "needs.json", need("=1+2"), need("-a", specification="'+b"), known=known)
        with zipfile.ZipFile(io.BytesIO(questions_to_xlsx(plan))) as book:
            assert b"<f>" not in book.read(SHEET)
        assert [row[3:5] for row in cells_of(plan)[QUESTIONS][1:]] == [["'=1+2", ""], ["'-a", "''+b"]]
        answered = answer_questions(plan, fill(plan, answers, {"G2": 3, "G3": 4}))
        assert (answered.faults, [each.quantity for each in answered.requests]) == ((), [3, 4])

    def test_a_plan_without_drafts_makes_an_empty_workbook(self, tmp_path: Path, answers: Path) -> None:
        plan = plan_of(tmp_path / "needs.json", need("口罩", 500))
        write_questions(plan, answers)
        assert answer_questions(plan, answers) == plan


class TestAnswers:
    def test_an_empty_workbook_changes_nothing(self, plan: NeedsPlan, answers: Path) -> None:
        assert answer_questions(plan, fill(plan, answers, {})) == plan

    def test_answered_drafts_become_requests_and_everything_is_counted_again(
        self, plan: NeedsPlan, answers: Path
    ) -> None:
        filled = {"G2": "3.0", "H3": "2990104-00001", "G4": 70}
        answered = answer_questions(plan, fill(plan, answers, filled | {"G2": 3.0}))
        urgency = Urgency.URGENT
        first, second, third, fourth = plan.needs.rows
        assert answered.requests == (
            Request(first, SITE, CLINIC, MASKS, 500, DAY, urgency),
            Request(second, SITE, CLINIC, MASKS, 3, DAY, urgency),
            Request(third, SITE, CLINIC, GLOVES, 500, DAY, urgency),
        )
        (draft,) = answered.drafts
        assert (draft.row, draft.quantity, questions(answered)) == (fourth, 70, [("item",)])
        counts = count_needs(answered)
        assert (counts.rows, counts.requests, counts.drafts, counts.answers, counts.faults) == (4, 3, 1, 3, 0)
        assert counts.drafts_by_question == {Question.ITEM: 1}

    def test_what_is_left_is_asked_again_in_a_new_workbook(
        self, plan: NeedsPlan, answers: Path, tmp_path: Path
    ) -> None:
        half = answer_questions(plan, fill(plan, answers, {"G2": 5, "H3": GLOVES, "G4": 70}))
        whole = answer_questions(half, fill(half, tmp_path / "rest.xlsx", {"H2": GLOVES}))
        assert (len(whole.requests), whole.drafts, whole.answers, whole.faults) == (4, (), 4, ())

    def test_reading_the_same_answers_twice_changes_nothing_more(
        self, plan: NeedsPlan, answers: Path
    ) -> None:
        fill(plan, answers, {"G2": 5, "H4": GLOVES})
        once = answer_questions(plan, answers)
        assert answer_questions(once, answers) == once

    @pytest.mark.parametrize(
        ("question", "value", "fact"),
        [
            ("quantity", 3, 3), ("quantity", 3.0, 3), ("quantity", "１２", 12), ("quantity", " 1200 ", 1200),
            ("quantity", 1, 1), ("quantity", str(2**63 - 1), 2**63 - 1),
            ("item", MASKS, MASKS), ("item", "2990101-00001", MASKS),
            ("item", "２９９０１０１００００１", MASKS),
            ("site", SITE, SITE), ("site", "420106001001-1-01", SITE),
            ("consignee", "local:EASTCLINIC", CLINIC), ("consignee", f"{CLINIC:040X}", CLINIC),
            ("needed_by", date(2020, 2, 10), DAY), ("needed_by", "2020年2月10日", DAY),
            ("urgency", "3 critical 特急", Urgency.CRITICAL), ("urgency", 3.0, Urgency.CRITICAL),
            ("urgency", "常规", Urgency.ROUTINE),
        ],
    )  # fmt: skip
    def test_as_offices_write_them(
        self, tmp_path: Path, answers: Path, question: str, value: Any, fact: Any
    ) -> None:
        plan = plan_of(tmp_path / "needs.json", need("口罩"), known=asking(question))
        answered = answer_questions(plan, fill(plan, answers, {f"{COLUMN[question]}2": value}))
        (draft,) = answered.drafts
        assert answered.faults == ()
        assert getattr(draft, question) == fact
        assert draft.questions == tuple(each for each in plan.drafts[0].questions if each != question)

    @pytest.mark.parametrize(
        ("question", "value", "en"),
        [
            *(
                ("quantity", value, f"{value!r} is no quantity: write a whole number of base units")
                for value in ("-5", "1e3", "1,000", "3.0", "约500", "20箱", "500-800")
            ),
            ("quantity", -5, "'-5' is no quantity"),
            ("quantity", 0, "the quantity 0 cannot be meant: it must be from 1 to"),
            ("quantity", str(2**63), "cannot be meant"),
            ("quantity", 2.5, "2.5 is a fraction of a base unit; write a whole number"),
            ("quantity", 1e17, "1e+17 is beyond what a spreadsheet's number keeps exactly"),
            ("quantity", "5" * 81, "the cell holds 81 characters, which is no answer"),
            ("quantity", True, "'True' is no quantity"),
            ("item", "2990104-00001", "item 299010400001 is not of category 2990101"),
            ("item", "2990101", "'2990101' is no item"),
            ("site", "42010600100110", "'42010600100110' is no site"),
            ("consignee", "东城医院", "which no code contains"),
            ("needed_by", "2020-02-30", "'2020-02-30' is no day; write it as 2020-02-10"),
            ("needed_by", "尽快", "'尽快' is no day"),
            ("needed_by", "2020-02-10 or 2020-03-10", "is no day"),
            ("urgency", "0", "'0' is no urgency"),
            (
                "urgency",
                "很急",
                "'很急' is no urgency; write 1 routine 常规 / 2 urgent 紧急 / 3 critical 特急",
            ),
        ],
    )
    def test_that_cannot_be_meant_leave_the_question_open(
        self, tmp_path: Path, answers: Path, question: str, value: Any, en: str
    ) -> None:
        plan = plan_of(tmp_path / "needs.json", need("口罩"), known=asking(question))
        cell = f"{COLUMN[question]}2"
        others = {"G2": 5} if question != "quantity" else {"H2": MASKS}
        answered = answer_questions(plan, fill(plan, answers, {cell: value, **others}))
        (draft,) = answered.drafts
        (fault,) = answered.faults
        assert (fault.sheet, fault.cell) == (QUESTIONS, cell)
        assert en in fault.reason.en and fault.reason.zh
        assert Question(question) in draft.questions
        assert answered.answers == 1


class TestCellsThatAreNoAnswers:
    def test_a_formula(self, plan: NeedsPlan, answers: Path) -> None:
        answered = answer_questions(plan, fill(plan, answers, {"G2": Formula("1+2", 3), "G4": 5}))
        assert [str(fault) for fault in answered.faults] == [
            "questions 待答, G2: the cell holds a formula; write its value"
        ]
        assert questions(answered) == [("quantity",), ("item",), ("item",)]

    def test_a_formula_that_tells_what_the_row_is(self, plan: NeedsPlan, answers: Path) -> None:
        filled = {"G2": 5, "D2": Formula('"口罩"', 0)}
        answered = answer_questions(plan, fill(plan, answers, filled))
        assert (rules(answered), answered.answers) == ([("D2", "formula")], 0)

    def test_a_formula_over_several_cells(self, plan: NeedsPlan, answers: Path) -> None:
        fill(plan, answers, {"G2": Formula("A2:A4", 3, several="G2:G4")})
        with pytest.raises(AnswersFileError, match="questions 待答 G2:G4: one formula fills several cells"):
            answer_questions(plan, answers)

    def test_merged_cells(self, plan: NeedsPlan, answers: Path) -> None:
        merge = '</sheetData><mergeCells count="1"><mergeCell ref="G2:G4"/></mergeCells>'
        with_part(plan, answers, SHEET, lambda xml: xml.replace("</sheetData>", merge))
        with pytest.raises(AnswersFileError) as caught:
            answer_questions(plan, answers)
        assert caught.value.text("en") == (
            "answers.xlsx, questions 待答 G2:G4: the cells are merged; unmerge them and fill in each; "
            "nothing of it was taken"
        )

    def test_a_cell_that_was_not_asked(self, plan: NeedsPlan, answers: Path) -> None:
        filled = {"I2": 420106001001102, "G3": 600, "I3": SITE}
        answered = answer_questions(plan, fill(plan, answers, filled))
        assert rules(answered) == [("I2", "answered-otherwise"), ("G3", "answered-otherwise")]
        assert (answered.answers, answered.requests, answered.drafts) == (0, plan.requests, plan.drafts)

    def test_another_answer_than_before(self, plan: NeedsPlan, answers: Path, tmp_path: Path) -> None:
        once = answer_questions(plan, fill(plan, answers, {"G2": 5}))
        twice = answer_questions(once, fill(plan, tmp_path / "other.xlsx", {"G2": 6}))
        assert (rules(twice), twice.requests) == ([("G2", "answered-otherwise")], once.requests)


class TestRowsThatAreNotTaken:
    def test_a_changed_id(self, plan: NeedsPlan, answers: Path) -> None:
        answered = answer_questions(plan, fill(plan, answers, {"A2": "ab" * 32, "G2": 5, "A3": 12, "A4": ""}))
        assert rules(answered) == [("A2", "unknown-row"), ("A3", "unknown-row"), ("A4", "no-row-id")]
        assert (answered.answers, answered.drafts) == (0, plan.drafts)

    def test_a_row_that_stands_twice(self, plan: NeedsPlan, answers: Path) -> None:
        def change(rows: list[list[Any]]) -> None:
            rows.insert(2, [*rows[1]])
            rows[1][6], rows[2][6], rows[4][6] = 5, 6, 7

        answered = answer_questions(plan, saved_again(plan, answers, change))
        assert rules(answered) == [("A2", "row-twice"), ("A3", "row-twice")]
        assert "rows 2, 3 have one row id, and none of them was taken" in answered.faults[0].reason.en
        assert questions(answered) == [("quantity",), ("item",), ("item",)]

    def test_a_column_sorted_by_itself(self, plan: NeedsPlan, answers: Path) -> None:
        def change(rows: list[list[Any]]) -> None:
            rows[1][3], rows[2][3] = rows[2][3], rows[1][3]
            rows[1][6] = 5

        answered = answer_questions(plan, saved_again(plan, answers, change))
        assert rules(answered) == [("D2", "mixed-up"), ("D3", "mixed-up")]
        assert answered.answers == 0

    def test_a_row_that_the_mapping_no_longer_reaches(self, plan: NeedsPlan, answers: Path) -> None:
        fill(plan, answers, {"H3": GLOVES, "G4": 5})
        poorer = plan_needs(plan.needs, mapping(GoodsRow("口罩", "", 2990101, MASKS)))
        answered = answer_questions(poorer, answers)
        assert (rules(answered), answered.answers) == ([("H3", "not-planned"), ("G4", "not-planned")], 0)

    def test_rows_may_be_sorted_moved_and_left_out(self, plan: NeedsPlan, answers: Path) -> None:
        def change(rows: list[list[Any]]) -> None:
            rows[3][6] = 70
            rows[1:] = [rows[3], [""] * 12, rows[1]]
            for row in rows:
                row.reverse()
                row.insert(0, "a note of the office's own")
            rows[0][0] = "note"

        answered = answer_questions(plan, saved_again(plan, answers, change))
        assert (answered.faults, answered.answers) == ((), 1)
        assert questions(answered) == [("quantity",), ("item",), ("item",)]


class TestFilesThatAreRefused:
    def test_answers_to_another_list(self, plan: NeedsPlan, answers: Path, tmp_path: Path) -> None:
        other = plan_of(tmp_path / "other.json", *ROWS, need("口罩", 7))
        with pytest.raises(AnswersFileError) as caught:
            answer_questions(other, fill(plan, answers, {"G2": 5}))
        assert caught.value.text("en") == (
            "answers.xlsx, list 清单 B1: the answers are to another list than other.json; "
            "nothing of it was taken"
        )
        assert caught.value.text("zh") == (
            "answers.xlsx，list 清单 B1：答复所针对的不是清单 other.json；未采用其中任何内容"
        )

    def test_the_same_list_saved_again_is_no_other(
        self, plan: NeedsPlan, answers: Path, tmp_path: Path
    ) -> None:
        rows = [*ROWS[::-1]]
        again = read_needs(write_list(tmp_path / "again.json", [entry(supplies=rows)]))
        answered = answer_questions(plan_needs(again, mapping()), fill(plan, answers, {"G2": 5}))
        assert (answered.faults, answered.answers, len(answered.requests)) == ((), 1, 2)

    def test_the_digest_was_left_out(self, plan: NeedsPlan, answers: Path) -> None:
        def emptied(xml: str) -> str:
            return re.sub("<sheetData>.*</sheetData>", "<sheetData/>", xml)

        with_part(plan, answers, "xl/worksheets/sheet2.xml", emptied)
        with pytest.raises(AnswersFileError, match="list 清单 B1: the answers are to another list"):
            answer_questions(plan, answers)

    def test_the_questions_were_left_out(self, plan: NeedsPlan, answers: Path) -> None:
        with_part(plan, answers, SHEET, lambda xml: re.sub("<sheetData>.*</sheetData>", "<sheetData/>", xml))
        with pytest.raises(AnswersFileError, match="questions 待答 A1: column row_id is missing"):
            answer_questions(plan, answers)

    @pytest.mark.parametrize("sheet", [QUESTIONS, "list 清单"])
    def test_a_sheet_was_renamed(self, plan: NeedsPlan, answers: Path, sheet: str) -> None:
        with_part(plan, answers, "xl/workbook.xml", lambda xml: xml.replace(f'name="{sheet}"', 'name="x"'))
        with pytest.raises(AnswersFileError, match=f"answers.xlsx, {sheet}: there is no such sheet"):
            answer_questions(plan, answers)

    def test_a_column_is_missing(self, plan: NeedsPlan, answers: Path) -> None:
        with pytest.raises(AnswersFileError, match="questions 待答 A1: column site is missing"):
            answer_questions(plan, fill(plan, answers, {"I1": "where"}))

    def test_a_column_is_there_twice(self, plan: NeedsPlan, answers: Path) -> None:
        with pytest.raises(AnswersFileError, match="questions 待答 I1: column quantity is there twice"):
            answer_questions(plan, fill(plan, answers, {"I1": "quantity"}))

    def test_no_file(self, plan: NeedsPlan, answers: Path) -> None:
        with pytest.raises(FileUnreadableError):
            answer_questions(plan, answers)

    @pytest.mark.parametrize("content", [b"row_id,quantity\n", bytes.fromhex("d0cf11e0a1b11ae1"), b"\0"])
    def test_no_xlsx(self, plan: NeedsPlan, answers: Path, content: bytes) -> None:
        answers.write_bytes(content)
        with pytest.raises(AnswersFormError, match=r"it is no \.xlsx workbook; save it as \.xlsx"):
            answer_questions(plan, answers)

    def test_an_empty_file_and_a_cut_one(self, plan: NeedsPlan, answers: Path) -> None:
        for content in (b"", questions_to_xlsx(plan)[:-100]):
            answers.write_bytes(content)
            with pytest.raises(NotASpreadsheetError):
                answer_questions(plan, answers)

    @pytest.mark.parametrize(
        ("limits", "what"),
        [
            (Limits(file_bytes=1_000), "has bytes"),
            (Limits(unpacked_bytes=10_000), "has bytes unpacked"),
            (Limits(rows=3), "has rows 4"),
            (Limits(columns=11), "has columns 12"),
            (Limits(sheets=1), "has sheets 2"),
            (Limits(parts=5), "has files inside"),
            (Limits(cell_characters=60), "has characters in one cell 64"),
        ],
    )
    def test_too_large_for_its_limits(
        self, plan: NeedsPlan, answers: Path, limits: Limits, what: str
    ) -> None:
        with pytest.raises(BookTooLargeError, match=what):
            answer_questions(plan, fill(plan, answers, {}), limits)

    def test_a_zip_bomb(self, plan: NeedsPlan, answers: Path) -> None:
        with_part(plan, answers, SHEET, lambda xml: xml + " " * 50_000_000)
        assert answers.stat().st_size < 100_000
        with pytest.raises(BookTooLargeError, match="unpacked to packed size"):
            answer_questions(plan, answers)

    def test_a_cell_far_out(self, plan: NeedsPlan, answers: Path) -> None:
        far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        with_part(plan, answers, SHEET, lambda xml: xml.replace("</sheetData>", far))
        with pytest.raises(BookTooLargeError, match="has rows 1,048,576"):
            answer_questions(plan, answers)

    @pytest.mark.parametrize("part", [SHEET, "xl/worksheets/sheet2.xml"])
    @pytest.mark.parametrize("cell", ["B99223372036854775808", "b2", "AAAAAAAAA2", "2", ""])
    def test_a_cell_with_an_address_that_none_can_have(
        self, plan: NeedsPlan, answers: Path, part: str, cell: str
    ) -> None:
        with_part(plan, answers, part, lambda xml: xml.replace('r="B2"', f'r="{cell}"'))
        with pytest.raises(NotASpreadsheetError, match="a part of the workbook is damaged"):
            answer_questions(plan, answers)

    @pytest.mark.parametrize("count", ["2147483647", "-1", "many", "99999999999"])
    def test_texts_that_say_they_are_more_than_they_can_be(
        self, plan: NeedsPlan, answers: Path, count: str
    ) -> None:
        said = re.compile('niqueCount="[0-9]+"')
        part = "xl/sharedStrings.xml"
        with_part(plan, answers, part, lambda xml: said.sub(f'niqueCount="{count}"', xml))
        with pytest.raises(NotASpreadsheetError, match="a part of the workbook is damaged"):
            answer_questions(plan, answers)

    @pytest.mark.parametrize("name", ["xl/worksheets/sheet1.dat", "xl/worksheets/sheet1.XML", "xl/x.dat"])
    def test_a_sheet_in_a_part_that_is_not_measured(self, plan: NeedsPlan, answers: Path, name: str) -> None:
        parts = parts_of(plan)
        far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        hidden = {name: parts.pop(SHEET).replace("</sheetData>", far)}
        target = name.removeprefix("xl/")
        parts[RELATIONS] = parts[RELATIONS].replace("worksheets/sheet1.xml", target)
        with pytest.raises(AnswersFormError, match=r"it is no whole \.xlsx workbook"):
            answer_questions(plan, write_parts(answers, hidden | parts))

    def test_a_part_whose_name_another_part_has_in_other_strokes(
        self, plan: NeedsPlan, answers: Path
    ) -> None:
        parts = parts_of(plan)
        twin = {SHEET.replace("/", "\\"): parts[SHEET]}
        with pytest.raises(AnswersFormError, match=r"it is no whole \.xlsx workbook"):
            answer_questions(plan, write_parts(answers, twin | parts))

    def test_a_part_whose_name_another_part_has_in_capitals_is_left_out(
        self, plan: NeedsPlan, answers: Path
    ) -> None:
        parts = parts_of(plan)
        far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        twin = {SHEET.upper(): parts[SHEET].replace("</sheetData>", far)}
        assert answer_questions(plan, write_parts(answers, twin | parts)) == plan

    def test_a_chart_with_the_name_of_the_sheet(self, plan: NeedsPlan, answers: Path) -> None:
        parts = parts_of(plan)
        parts["xl/chartsheets/sheet1.xml"] = parts.pop(SHEET)
        sheet, chart = (f'{kind}" Target="{kind}s/sheet1.xml' for kind in ("worksheet", "chartsheet"))
        assert sheet in parts[RELATIONS]
        parts[RELATIONS] = parts[RELATIONS].replace(sheet, chart)
        with pytest.raises(AnswersFileError, match="there is no such sheet"):
            answer_questions(plan, write_parts(answers, parts))

    def test_two_sheets_of_one_name(self, plan: NeedsPlan, answers: Path) -> None:
        with_part(
            plan,
            answers,
            "xl/workbook.xml",
            lambda xml: xml.replace('name="list 清单"', f'name="{QUESTIONS}"'),
        )
        with pytest.raises(AnswersFormError, match=r"it is no whole \.xlsx workbook"):
            answer_questions(plan, answers)

    @pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", RELATIONS])
    @pytest.mark.parametrize("change", [
        lambda xml: xml.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1),
        lambda xml: xml[: len(xml) // 2],
        lambda xml: "",
    ])  # fmt: skip
    def test_a_damaged_part(self, plan: NeedsPlan, answers: Path, part: str, change: Any) -> None:
        with pytest.raises((NotASpreadsheetError, AnswersFormError, AnswersFileError)):
            answer_questions(plan, with_part(plan, answers, part, change))

    def test_a_formula_in_a_cell_without_an_address(self, plan: NeedsPlan, answers: Path) -> None:
        formula = "<c><f>1+2</f><v>3</v></c>"
        with_part(plan, answers, SHEET, lambda xml: re.sub('<c r="G2" s="[0-9]+"/>', formula, xml))
        with pytest.raises(AnswersFormError, match=r"it is no whole \.xlsx workbook"):
            answer_questions(plan, answers)


_WRITTEN = st.text(min_size=1, max_size=12).filter(
    lambda text: not any(0xD800 <= ord(c) < 0xE000 for c in text)
)


@example(name="_x0041_院", item="_x000D_", specification="_x005F_")
@example(name="院\U0001fffe", item="&amp;<口罩>", specification="]]>")
@example(name="ﾊﾞ院", item="é口罩", specification="Å")
@given(name=_WRITTEN, item=_WRITTEN, specification=_WRITTEN)
def test_any_text_that_is_accepted_comes_back_as_it_went_out(
    tmp_path_factory: Any, name: str, item: str, specification: str
) -> None:
    folder = tmp_path_factory.mktemp("needs")
    entries = [entry(name, [need(item, None, specification)])]
    needs = read_needs(write_list(folder / "needs.json", entries))
    (row,) = needs.rows
    if row.fault is not None:
        return
    known = mapping(GoodsRow(row.item, "", 2990101, MASKS))
    hospital = type(known.institutions[0])(row.institution, SITE, CLINIC)
    plan = plan_needs(needs, type(known)((hospital,), known.goods, known.defaults))
    answered = answer_questions(plan, fill(plan, folder / "answers.xlsx", {"G2": 5}))
    assert (answered.faults, answered.answers, len(answered.requests)) == ((), 1, 1)
