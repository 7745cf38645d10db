"""`shecang book read` and `shecang book match`, as somebody types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger_client.book import BadDateOptionError, NotASpreadsheetError, read_mapping
from ledger_client.cli.book import app
from ledger_client.language import use_language

BOOK = "（1月30日）\n品名,捐赠单位,计量单位,数量\n口罩,甲公司,箱,20箱\n口罩,甲公司,箱,20\n手套,甲公司,箱,\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.csv"
    path.write_text(BOOK, encoding="utf-8")
    return path


@pytest.fixture
def chinese() -> Iterator[None]:
    use_language("zh")
    yield
    use_language("en")


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    assert result.exit_code == 0
    assert result.stderr == ""
    return result.stdout


class TestRead:
    def test_what_is_no_spreadsheet(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text("{}")
        with pytest.raises(NotASpreadsheetError):
            run("read", tmp_path / "a.json")

    def test_what_is_no_date(self, book: Path) -> None:
        with pytest.raises(BadDateOptionError) as caught:
            run("read", book, "--date", "30.1.2020")
        assert caught.value.exit_code == 2

    def test_json_is_one_object_a_sheet(self, book: Path) -> None:
        first, second = map(json.loads, run("read", book, book, "--json", "--year", "2020").splitlines())
        assert first == second
        assert (first["file"], first["sheet"], first["rows"], first["date"]) == (
            "book.csv",
            "book",
            5,
            "2020-01-30",
        )
        assert [(line["row"], line["quantity"]) for line in first["lines"]] == [(3, "20"), (4, "20")]
        assert [(row["row"], row["cell"], row["rule"]) for row in first["problems"]] == [
            (5, "D5", "quantity-missing")
        ]
        assert first["problems"][0]["reason"] == "there is no quantity; write it"
        assert [len(first[part]) for part in ("headings", "blank", "continuations")] == [2, 0, 0]

    def test_json_names_the_suspects_of_a_sheet(self, book: Path) -> None:
        found = json.loads(run("read", book, "--json"))
        assert [suspect["rule"] for suspect in found["suspects"]] == ["repeated"]

    def test_says_problems_and_suspects_in_english(self, book: Path) -> None:
        text = run("read", book, "--date", "2020-01-30")
        assert "book.csv [book] D5: there is no quantity; write it" in text
        assert "book.csv [book]: receipts, 2020-01-30 (as given)" in text
        assert "possibly twice: 2 equal lines: 口罩, 20 箱, 甲公司" in text

    def test_says_problems_and_suspects_in_chinese(self, chinese: None, book: Path) -> None:
        text = run("read", book)
        assert "book.csv [book] D5: 没有数量；请填写" in text
        assert "未找到日期；请用 --date 指定" in text
        assert "疑似重复: 2 行完全相同：口罩，20箱，甲公司" in text
        assert "problem" not in text

    def test_a_book_without_problems_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("品名,单位,数量\n口罩,箱,3\n", encoding="utf-8")
        assert "No row is a problem." in run("read", tmp_path / "a.csv")


class TestMatch:
    def test_proposes_a_mapping_and_keeps_an_earlier_one(self, tmp_path: Path, book: Path) -> None:
        first, again = tmp_path / "first.csv", tmp_path / "again.csv"
        assert "1 goods, 0 confirmed, 1 proposed" in run("match", book, "-o", first)
        first.write_text(first.read_text("utf-8-sig").replace("proposed", "confirmed"), encoding="utf-8-sig")
        assert "1 goods, 1 confirmed, 0 proposed" in run("match", book, "-o", again, "--known", first)
        assert read_mapping(again) == read_mapping(first)
