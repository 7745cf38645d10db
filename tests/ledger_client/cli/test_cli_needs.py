"""Lists of needs by commands: each row once, drafts kept, questions out and answers in, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from asking_office import ASKING, HOSPITAL, MASKS, AskingOffice, in_chinese
from python_calamine import CalamineWorkbook

from ledger_client.documents import date_of
from ledger_client.draft_file import DraftFileError, keep_drafts, read_drafts
from ledger_client.home import Home
from ledger_client.identifiers import parse_item, parse_site
from ledger_client.needs import (
    Defaults,
    GoodsRow,
    Institution,
    InstitutionRow,
    NeedsMapping,
    Urgency,
    propose_needs_mapping,
    read_needs,
    read_needs_mapping,
    write_needs_mapping,
)
from ledger_client.reasons import reason_named
from ledger_client.typed import parse_consignee

QUESTIONS = "questions 待答"


def need(item: str, quantity: int, specification: str = "") -> dict[str, Any]:
    """A row of a list."""
    return {"item": item, "quantity": quantity, "specification": specification}


ROWS = (
    need("口罩", 120),
    need("口罩", 1, "N95"),
    need("手套", 50),
    need("防护服", 30),
    need("口罩", 900, "大"),
    need("", 9),
)


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A list with a row of each kind."""
    hospital = {"province": "湖北", "city": "武汉市", "district": "武昌区", "name": "东城医院"}
    path = tmp_path / "list.json"
    path.write_text(json.dumps([{**hospital, "supplies": ROWS}], ensure_ascii=False), encoding="utf-8")
    return path


def answered(questions: Path, path: Path, row: int, column: int, value: int) -> Path:
    """A workbook of questions with one answer, as another program saves it; row and column from 0."""
    with CalamineWorkbook.from_path(str(questions)) as book:
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    sheets[QUESTIONS][row][column] = value
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as again:
        for name, cells in sheets.items():
            sheet = again.add_worksheet(name)
            for number, line in enumerate(cells):
                for place, cell in enumerate(line):
                    sheet.write(number, place, cell)
    return path


def mapped(office: AskingOffice, path: Path, reason: int = 0, days: int = 20) -> Path:
    """A mapping that names masks by item, gloves by category, and suits not at all."""
    hospital = Institution("", "", "", "东城医院")
    day = date_of(office.clock.now() // 86_400 + days)
    mapping = NeedsMapping(
        (InstitutionRow(hospital, parse_site(ASKING), parse_consignee(HOSPITAL)),),
        (GoodsRow("口罩", "", 1010101, parse_item(MASKS)), GoodsRow("手套", "", 1010102)),
        Defaults(day, Urgency.URGENT, reason),
    )
    write_needs_mapping(mapping, path)
    return path


@pytest.fixture
def mapping(asking: AskingOffice, tmp_path: Path) -> Path:
    """The mapping, without a default reason."""
    return mapped(asking, tmp_path / "mapping.csv")


def importing(listed: Path, mapping: Path, *more: str) -> tuple[str, ...]:
    """The words that import."""
    return ("request", "import", str(listed), "--mapping", str(mapping), *more)


def recorded(office: AskingOffice) -> list[dict[str, Any]]:
    """All requests."""
    return office.shell.ok("request", "list", "--all", "--json").lines()


class TestTemplate:
    def test_has_every_institution_and_goods_and_overwrites_nothing(
        self, asking: AskingOffice, listed: Path, tmp_path: Path
    ) -> None:
        words = ("request", "template", str(listed), "-o", str(tmp_path / "template.csv"))
        assert "1 institutions and 3 goods" in asking.shell.ok(*words).out
        asking.refused(*words, says="exists already", code=2)
        found = read_needs_mapping(tmp_path / "template.csv")
        assert [row.name for row in found.goods] == ["口罩", "手套", "防护服"]
        other = ("request", "template", str(listed), "-o", str(tmp_path / "other.csv"))
        known = asking.shell.run(*other, "--known", str(tmp_path / "template.csv"), language="zh")
        assert "机构 1 个，物资 3 种" in in_chinese(known)


class TestImport:
    def test_refuses(self, asking: AskingOffice, listed: Path, mapping: Path, tmp_path: Path) -> None:
        asking.refused(*importing(listed, mapping), says="--keeper names a key", code=2)
        missing = importing(tmp_path / "none.json", mapping, "--dry-run")
        asking.refused(*missing, says="No such file", code=3)
        asking.refused(*importing(listed, mapping, "--keeper", "far-keeper"), says="is no keeper at division")
        assert recorded(asking) == []

    def test_a_dry_run_records_nothing(self, asking: AskingOffice, listed: Path, mapping: Path) -> None:
        answer = asking.shell.run(*importing(listed, mapping, "--dry-run"))
        assert answer.code == 1
        assert "2 requests + 2 drafts + 1 unmapped + 1 refused = 6 rows" in answer.out
        assert "nothing was recorded. It would be 1 requests" in answer.out
        assert recorded(asking) == []
        assert not (Home(asking.shell.home).drafts).exists()

    @pytest.mark.parametrize("days", [-1, 367])
    def test_holds_back_what_is_needed_too_early_or_too_late(
        self, asking: AskingOffice, listed: Path, tmp_path: Path, days: int
    ) -> None:
        words = importing(listed, mapped(asking, tmp_path / "far.csv", days=days), "--keeper", "keeper")
        found = asking.shell.run(*words, "--json").json()
        assert (found["recorded"]["new"], found["recorded"]["held_back"]) == (0, 2)
        assert recorded(asking) == []

    def test_each_row_is_recorded_once_and_all_are_counted(
        self, asking: AskingOffice, listed: Path, mapping: Path
    ) -> None:
        words = importing(listed, mapping, "--keeper", "keeper")
        first = asking.shell.run(*words)
        assert first.code == 1
        assert (
            "Recorded: 1 requests. 0 rows were recorded before, 1 are held back, 2 stay drafts" in first.out
        )
        assert "quantities are taken as base units" in first.out
        assert "900 base units are more than 3 times the floor of 100" in first.out
        [row] = recorded(asking)
        assert (row["asked"], row["urgency"], row["site"]) == ("120", 2, ASKING)
        assert asking.sheet(row["request"])["note"] == "湖北 武汉市 武昌区 东城医院: 口罩"
        again = asking.shell.run(*words, language="zh")
        assert "已记录申请 0 份。此前已记录 1 行，暂不记录 1 行，留作草案 2 份" in again.out
        found = asking.shell.run(*words, "--json").json()
        assert found["recorded"] == {
            "new": 0,
            "before": 1,
            "held_back": 1,
            "drafts_kept": 2,
            "drafts_recorded_before": 0,
        }
        assert [each["standing"] for each in found["requests"]] == ["recorded-before", "held-back"]
        assert found["requests"][0]["request"] == row["request"]
        assert recorded(asking) == [row]

    def test_a_corrected_site_does_not_ask_twice(
        self, asking: AskingOffice, listed: Path, mapping: Path, tmp_path: Path
    ) -> None:
        asking.shell.run(*importing(listed, mapping, "--keeper", "keeper"))
        corrected = tmp_path / "corrected.csv"
        corrected.write_text(mapping.read_text("utf-8-sig").replace("420106001001-1-01", "420106001001-2-01"))
        answer = asking.shell.run(*importing(listed, corrected, "--keeper", "giver"))
        assert "1 rows were recorded before" in answer.out

    def test_a_reason_lets_the_large_row_through(
        self, asking: AskingOffice, listed: Path, tmp_path: Path
    ) -> None:
        reason = reason_named("outbreak").code
        whole = mapped(asking, tmp_path / "reasoned.csv", reason)
        asking.shell.run(*importing(listed, whole, "--keeper", "keeper"))
        assert sorted(row["asked"] for row in recorded(asking)) == ["120", "900"]
        assert sorted(row["flagged"] for row in recorded(asking)) == [False, True]


class TestQuestions:
    def test_out_and_back_in(self, asking: AskingOffice, listed: Path, mapping: Path, tmp_path: Path) -> None:
        asking.shell.run(*importing(listed, mapping, "--keeper", "keeper"))
        workbook = tmp_path / "questions.xlsx"
        words = ("request", "questions", str(listed), "--mapping", str(mapping), "-o", str(workbook))
        assert "the questions of 2 drafts" in asking.shell.ok(*words).out
        asking.refused(*words, says="exists already", code=2)

        filled = answered(workbook, tmp_path / "answers.xlsx", 1, 6, 70)
        answers = ("request", "answers", str(listed), str(filled), "--mapping", str(mapping))
        asking.refused(*answers, says="--keeper names a key", code=2)
        answer = asking.shell.run(*answers, "--keeper", "keeper")
        assert "Recorded: 1 requests. 1 rows were recorded before" in answer.out
        assert sorted(row["asked"] for row in recorded(asking)) == ["120", "70"]
        # Read again without the answers, the row is known all the same.
        plain = asking.shell.run(*importing(listed, mapping, "--keeper", "keeper", "--json")).json()
        assert plain["recorded"]["drafts_recorded_before"] == 1
        assert plain["recorded"]["drafts_kept"] == 1

    def test_drafts_are_listed_with_what_is_open(
        self, asking: AskingOffice, listed: Path, mapping: Path
    ) -> None:
        assert "nothing yet" in asking.shell.ok("request", "drafts").out
        asking.shell.run(*importing(listed, mapping, "--keeper", "keeper"))
        rows = asking.shell.ok("request", "drafts", "--json").lines()
        assert [row["questions"] for row in rows] == [["quantity"], ["item"]]
        assert [row["category"] for row in rows] == ["1010101", "1010102"]
        assert "2 drafts. Open: 1: How many base units?" in asking.shell.ok("request", "drafts").out
        assert "共 2 份草案" in in_chinese(asking.shell.run("request", "drafts", language="zh"))


class TestDraftFile:
    def test_what_nobody_wrote_is_refused(self, asking: AskingOffice) -> None:
        path = Home(asking.shell.home).drafts
        for content in (b"{}\n", b"not JSON\n", b"", b'{"kind":"shecang drafts 1"}\n{"row_id":1}\n'):
            path.write_bytes(content)
            with pytest.raises(DraftFileError):
                read_drafts(path)
            asking.refused("request", "drafts", says="holds no drafts as this program keeps them")

    def test_kept_once_and_read_as_written(self, asking: AskingOffice, listed: Path, mapping: Path) -> None:
        asking.shell.run(*importing(listed, mapping, "--keeper", "keeper"))
        path = Home(asking.shell.home).drafts
        kept = read_drafts(path)
        content = path.read_bytes()
        assert keep_drafts(path, kept) == kept
        assert path.read_bytes() == content
        assert keep_drafts(path, [], [kept[0].row_id]) == kept[1:]
        assert path.stat().st_mode & 0o777 == 0o600


def test_the_real_list_twice(asking: AskingOffice, data_directory: Path, tmp_path: Path) -> None:
    """Every row with a quantity becomes a request once; every other one stays a draft."""
    listed = data_directory / "hospital-needs-hubei-2020.json"
    raw = json.loads(listed.read_text(encoding="utf-8"))
    rows = [row for one in raw for row in one["supplies"]]
    known = [row for row in rows if row["quantity"] not in (None, 1)]
    template = propose_needs_mapping(read_needs(listed))
    site, whom = parse_site(ASKING), parse_consignee(HOSPITAL)
    mapping = NeedsMapping(
        tuple(InstitutionRow(row.institution, site, whom) for row in template.institutions),
        tuple(GoodsRow(row.name, row.specification, 1010101, parse_item(MASKS)) for row in template.goods),
        Defaults(date_of(asking.clock.now() // 86_400 + 20), Urgency.CRITICAL, reason_named("outbreak").code),
    )
    path = tmp_path / "whole.csv"
    write_needs_mapping(mapping, path)
    words = importing(listed, path, "--keeper", "keeper", "--json")
    first = asking.shell.ok(*words).json()
    assert first["recorded"]["new"] == len(known)
    assert first["recorded"]["drafts_kept"] == len(rows) - len(known)
    assert first["counts"]["rows"] == len(rows)
    again = asking.shell.ok(*words).json()
    assert (again["recorded"]["new"], again["recorded"]["before"]) == (0, len(known))
    assert len(recorded(asking)) == len(known)
    assert sum(int(row["asked"]) for row in recorded(asking)) == sum(row["quantity"] for row in known)
    assert len(asking.shell.ok("request", "drafts", "--json").lines()) == len(rows) - len(known)
