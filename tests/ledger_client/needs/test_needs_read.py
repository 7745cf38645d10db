"""Reading a list of needs: what is refused as a whole, what is refused as a row, and who a row is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from needs_files import entry, need, write_list

from ledger_client.book import Limits, client_id
from ledger_client.files import FileSizeError, FileUnavailableError
from ledger_client.needs import NeedRow, NeedsFileError, NeedsList, NeedsTooLargeError, read_needs


def rows_of(tmp_path: Path, *rows: Any, **place: str) -> tuple[NeedRow, ...]:
    return read_needs(write_list(tmp_path / "needs.json", [entry(supplies=rows, **place)])).rows


def text_of(tmp_path: Path, text: str | bytes) -> NeedsList:
    path = tmp_path / "needs.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_needs(path)


def row_of(tmp_path: Path, quantity: str) -> NeedRow:
    """Return the row whose quantity is written so, digit by digit."""
    written = json.dumps([entry(supplies=[need(quantity=0)])])
    (row,) = text_of(tmp_path, written.replace('"quantity": 0', f'"quantity": {quantity}')).rows
    return row


class TestListsThatAreRefused:
    @pytest.mark.parametrize(
        ("text", "en", "zh"),
        [
            (b"\xff\xfe[]", "it is no text in UTF-8", "不是 UTF-8 文本"),
            ("[{]", "it is no JSON from line 1, column 3 on", "自第 1 行第 3 列起不是 JSON"),
            ("", "it is no JSON from line 1, column 1 on", "自第 1 行第 1 列起不是 JSON"),
            ("{}", "it is no list of institutions", "不是机构列表"),
            ("[[]]", "institution 1 is no object", "第 1 个机构不是对象"),
            ('[{"name": "a"}]', "institution 1 has no list 'supplies'", "第 1 个机构没有 supplies 列表"),
            ('[{"a": 1, "a": 2}]', "an object names a twice", "同一对象中 a 出现两次"),
            ("[" * 100_000, "it is nested too deeply", "嵌套层次过深"),
        ],
    )
    def test_what_has_no_rows_to_count(self, tmp_path: Path, text: str | bytes, en: str, zh: str) -> None:
        with pytest.raises(NeedsFileError) as caught:
            text_of(tmp_path, text)
        assert caught.value.text("en") == f"needs.json: {en}; correct the list and read it again"
        assert caught.value.text("zh") == f"needs.json：{zh}；请更正清单后重新读取"

    def test_depth_is_counted_as_the_parser_does(self, tmp_path: Path) -> None:
        row = row_of(tmp_path, "[" * 12 + "]" * 12)
        assert row.fault and row.fault.rule == "quantity-form"
        with pytest.raises(NeedsFileError, match="nested too deeply"):
            row_of(tmp_path, "[" * 13 + "]" * 13)

    def test_brackets_in_a_text_are_text(self, tmp_path: Path) -> None:
        (row,) = rows_of(tmp_path, need(item='口罩 "\\' + "[{" * 40))
        assert row.fault is None

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(FileUnavailableError):
            read_needs(tmp_path / "none.json")

    def test_too_many_bytes(self, tmp_path: Path) -> None:
        path = write_list(tmp_path / "needs.json", [entry()])
        with pytest.raises(FileSizeError):
            read_needs(path, Limits(file_bytes=path.stat().st_size - 1))
        assert read_needs(path, Limits(file_bytes=path.stat().st_size)).rows == ()

    def test_too_many_rows_for_the_workbook_of_the_questions(self, tmp_path: Path) -> None:
        path = write_list(tmp_path / "needs.json", [entry(supplies=[need()] * 2), entry(supplies=[need()])])
        with pytest.raises(NeedsTooLargeError) as caught:
            read_needs(path, Limits(rows=3))
        assert (
            caught.value.text("en")
            == "needs.json has rows 3, the limit is 2; split the list and read the parts"
        )
        assert len(read_needs(path, Limits(rows=4)).rows) == 3

    def test_too_many_institutions(self, tmp_path: Path) -> None:
        path = write_list(tmp_path / "needs.json", [entry()] * 3)
        with pytest.raises(NeedsTooLargeError, match="has institutions 3, the limit is 2"):
            read_needs(path, Limits(rows=3))


class TestQuantities:
    @pytest.mark.parametrize("written", ["null", "1"])
    def test_any(self, tmp_path: Path, written: str) -> None:
        row = row_of(tmp_path, written)
        assert (row.quantity, row.fault) == (None, None)

    def test_none_written_is_any(self, tmp_path: Path) -> None:
        (row,) = rows_of(tmp_path, {"item": "口罩"})
        assert (row.quantity, row.specification, row.fault) == (None, "", None)

    @pytest.mark.parametrize("quantity", [2, 10_000, 2**63 - 1])
    def test_a_whole_number(self, tmp_path: Path, quantity: int) -> None:
        row = row_of(tmp_path, str(quantity))
        assert (row.quantity, row.fault) == (quantity, None)

    @pytest.mark.parametrize(
        ("written", "en"),
        [
            ("0", "the quantity 0 cannot be meant: it must be from 1 to 9223372036854775807; correct it"),
            (
                str(2**63),
                "the quantity 9223372036854775808 cannot be meant: "
                "it must be from 1 to 9223372036854775807; correct it",
            ),
            *(
                (
                    written,
                    f"{written!r} is no quantity: write a whole number of base units "
                    "with the digits 0 to 9, such as 1200",
                )
                for written in ("-5", "1e3", "1.5", "3.0", "1.0", "NaN", "Infinity")
            ),
            *(
                (
                    json.dumps(value, ensure_ascii=False),
                    f"the quantity {shown!r} is no number of JSON; write the digits 0 to 9 and no quotes",
                )
                for value, shown in (
                    ("１２", "12"), ("12", "12"), ("", ""), (True, "true"), ([5], '["5"]'), ("a\ud800", "a?")
                )
            ),
        ],
    )  # fmt: skip
    def test_anything_else_is_refused_with_one_sentence(self, tmp_path: Path, written: str, en: str) -> None:
        row = row_of(tmp_path, written.replace("\ud800", "\\ud800"))
        assert row.quantity is None
        assert row.fault and (row.fault.rule, row.fault.en) == ("quantity-form", en)
        assert row.fault.zh

    def test_a_number_of_ten_thousand_digits_makes_no_sentence_of_that_length(self, tmp_path: Path) -> None:
        row = row_of(tmp_path, "9" * 10_000)
        assert row.fault and row.fault.rule == "quantity-form" and len(row.fault.en) < 200


class TestTexts:
    @pytest.mark.parametrize(
        ("row", "rule"),
        [
            ("口罩", "no-object"),
            (need(item=""), "text-missing"),
            (need(item=" \u200b "), "text-missing"),
            ({"quantity": 5}, "text-missing"),
            (need(item=5), "text-form"),
            (need(item=["口罩"]), "text-form"),
            (need(specification=19083), "text-form"),
            (need(item="КN95口罩"), "character"),
            (need(item="口罩\u202e"), "character"),
            (need(item="口罩\ud800"), "character"),
            (need(item="口罩\uffff"), "character"),
            (need(specification="\u0000"), "character"),
            (need(item="罩" * 1_001), "too-long"),
            ({**need(quantity=5), "unit": "箱"}, "unknown-member"),
        ],
    )
    def test_a_row_that_nobody_can_mean(self, tmp_path: Path, row: Any, rule: str) -> None:
        path = tmp_path / "needs.json"
        path.write_text(json.dumps([entry(supplies=[row, need(quantity=5)])]))
        refused, sound = read_needs(path).rows
        assert refused.fault and refused.fault.rule == rule
        assert refused.fault.en and refused.fault.zh
        assert (sound.fault, sound.quantity) == (None, 5)

    @pytest.mark.parametrize(
        ("place", "rule"),
        [
            ({"name": ""}, "text-missing"),
            ({"city": 5}, "text-form"),
            ({"district": "Х\u202e区"}, "character"),
        ],
    )
    def test_an_institution_that_nobody_can_mean_takes_its_rows_along(
        self, tmp_path: Path, place: dict[str, Any], rule: str
    ) -> None:
        path = write_list(tmp_path / "needs.json", [{**entry(supplies=[need(), need()]), **place}])
        listed = read_needs(path)
        assert [row.fault.rule for row in listed.rows if row.fault] == [rule, rule]
        assert [found.fault and found.fault.rule for found in listed.entries] == [rule]

    def test_what_else_an_entry_holds_is_not_read(self, tmp_path: Path) -> None:
        path = write_list(tmp_path / "needs.json", [{**entry(supplies=[need()]), "contacts": [1, 2]}])
        assert read_needs(path).rows[0].fault is None

    def test_texts_are_cleaned(self, tmp_path: Path) -> None:
        (row,) = rows_of(tmp_path, need("  口罩\u200b（Ａ） ", 5, None), name="东城\u00a0 医院")
        assert (row.item, row.specification, row.institution.name) == ("口罩(A)", "", "东城 医院")

    def test_places_are_told(self, tmp_path: Path) -> None:
        path = write_list(tmp_path / "needs.json", [entry(), entry(supplies=[need(), need("手套")])])
        assert [(row.number, row.place) for row in read_needs(path).rows] == [
            (1, "entry 2, row 1"),
            (2, "entry 2, row 2"),
        ]


class TestIdentity:
    def digests(self, tmp_path: Path, *rows: Any, **place: str) -> list[str]:
        return [row.identity.digest.hex() for row in rows_of(tmp_path, *rows, **place)]

    def test_a_list_saved_again_is_the_same_list(self, tmp_path: Path) -> None:
        entries = [entry(supplies=[need("口罩", 1), need("手套", 500, "Ｌ号")])]
        first = read_needs(write_list(tmp_path / "first.json", entries))
        entries[0]["supplies"] = [need(" 口罩 ", None), need("手套", 500, "L号\u200b")]
        (tmp_path / "again.json").write_text(json.dumps(entries, indent=4), encoding="utf-8-sig")
        again = read_needs(tmp_path / "again.json")
        assert [row.identity for row in again.rows] == [row.identity for row in first.rows]
        assert again.digest == first.digest

    def test_an_inserted_row_shifts_nothing_and_makes_another_list(self, tmp_path: Path) -> None:
        before = read_needs(write_list(tmp_path / "a.json", [entry(supplies=[need("口罩"), need("手套")])]))
        rows = [need("护目镜"), need("口罩"), need("手套")]
        after = read_needs(write_list(tmp_path / "b.json", [entry(supplies=rows)]))
        ids = [row.identity.digest for row in before.rows]
        assert [row.identity.digest for row in after.rows[1:]] == ids
        assert after.digest != before.digest

    def test_order_makes_no_other_list(self, tmp_path: Path) -> None:
        rows = [need("口罩"), need("手套")]
        first = read_needs(write_list(tmp_path / "a.json", [entry(supplies=rows)]))
        second = read_needs(write_list(tmp_path / "b.json", [entry(supplies=rows[::-1])]))
        assert first.digest == second.digest

    def test_equal_rows_are_numbered_across_entries(self, tmp_path: Path) -> None:
        entries = [entry(supplies=[need(quantity=5)] * 2), entry(supplies=[need(quantity=5), "x", "x"])]
        rows = read_needs(write_list(tmp_path / "needs.json", entries)).rows
        assert [row.identity.ordinal for row in rows] == [1, 2, 3, 1, 2]
        assert len({row.identity.digest for row in rows}) == 5

    def test_every_text_and_the_quantity_are_in_it(self, tmp_path: Path) -> None:
        rows = [need("a", 5, "b"), need("ab", 5), need("a", 6, "b"), need("a", None, "b")]
        found = {*self.digests(tmp_path, *rows)}
        for name in ("province", "city", "district", "name"):
            found |= {*self.digests(tmp_path, need("a", 5, "b"), **{name: "other"})}
        assert len(found) == 8

    def test_refused_rows_that_differ_differ(self, tmp_path: Path) -> None:
        rows = [need(quantity=-1), need(quantity=-2), need(item="", quantity=-1), "x", None, []]
        assert len({*self.digests(tmp_path, *rows)}) == 6

    def test_a_client_id_is_made_of_it(self, tmp_path: Path) -> None:
        first, second = (row.identity for row in rows_of(tmp_path, need(quantity=5), need(quantity=5)))
        assert client_id(b"salt", first) == client_id(b"salt", first) != client_id(b"salt", second)
        assert len(client_id(b"salt", first)) == 32
