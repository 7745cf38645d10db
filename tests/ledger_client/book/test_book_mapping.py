"""The mapping: what looks alike, what a proposal holds, and the file that a person corrects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from book_files import HEADER, write_csv, write_xlsx

from ledger_client.book import (
    CATEGORIES,
    QUALIFICATION_NAMES,
    Goods,
    Mapping,
    MappingFileError,
    look_alikes,
    mapping_to_csv,
    propose_mapping,
    read_book,
    read_mapping,
    write_mapping,
)
from ledger_client.identifiers import category_of, parse_item


def alike(*goods: tuple[str, str, str]) -> list[str]:
    return [reason.rule for _, _, reason in look_alikes(Goods.of(*one) for one in goods)]


class TestLookAlikes:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (("一次性手术服", "", "件"), ("一次性手套", "", "件")),
            (("病人监护仪 B125", "", "台"), ("病人监护仪 B850", "", "台")),
            (("医用检查手套", "S小号", "箱"), ("医用检查手套", "M中号", "箱")),
            (("84消毒液", "500g*30瓶", "箱"), ("84消毒液", "500ml*30瓶", "箱")),
            (("84消毒液", "", "箱"), ("84消毒液", "500g*30瓶", "箱")),
            (("口罩", "", "箱"), ("口罩", "", "个")),
            (("口罩", "", "箱"), ("面罩", "", "箱")),
            (("酒精棉片", "", "箱"), ("酒精棉球", "", "箱")),
            (("护目镜(1*100)日本", "", "件"), ("护目镜(日本)", "", "件")),
            (("防护口罩(某制药)", "", "个"), ("防护口罩", "KF94", "包")),
        ],
    )
    def test_are_not_proposed(self, first: tuple[str, str, str], second: tuple[str, str, str]) -> None:
        assert alike(first, second) == []

    @pytest.mark.parametrize(
        ("first", "second", "rule"),
        [
            (("84消费液", "500ml*30瓶", "件"), ("84消毒液", "500ml*30瓶", "件"), "one-character"),
            (("加强型手术衣", "", "件"), ("加强型手术服", "", "件"), "one-character"),
            (("医用检查手套", "S小号", "箱"), ("医用检查手套", "S小号", "件"), "pack-words"),
            (("免洗手消毒液9250p", "500ML", "件"), ("免洗手消毒液", "9250p500ml", "件"), "split-differently"),
            (("三氯异氰尿酸消毒片(万消灵)", "", "桶"), ("三氯异氰尿酸消毒片", "", "桶"), "brackets"),
            (("乳胶检查手套", "52*25.5*35", "箱"), ("乳胶检查手套", "", "箱"), "specification-once"),
            (("阿奇霉素", "0.5g/支", "箱"), ("阿奇霉素", "", "箱"), "specification-once"),
        ],
    )
    def test_are_proposed(self, first: tuple[str, str, str], second: tuple[str, str, str], rule: str) -> None:
        assert alike(first, second) == [rule]

    def test_blanks_case_and_the_sign_of_multiplication_make_no_other_goods(self) -> None:
        assert Goods.of("口罩 KN95", "500ml×30瓶", "箱") == Goods.of("口罩kn95", "500ML*30 瓶", "箱")


ROWS = [
    HEADER,
    ("84消毒液", "甲公司", "500ml*30瓶", "箱", 3),
    ("84消费液", "甲公司", "500ml*30瓶", "箱", 4),
    ("口罩（定向捐赠某医院）", "乙公司", "", "箱", 5),
    ("口罩", "乙公司", "", "个", 5),
    ("口罩", "丙公司", "", "箱", 6),
    ("监护仪", "丙公司", "", "台", 1),
]


@pytest.fixture
def proposal(tmp_path: Path) -> Mapping:
    return propose_mapping(read_book(write_xlsx(tmp_path / "a.xlsx", ROWS)))


class TestProposal:
    def test_merges_nothing(self, proposal: Mapping) -> None:
        assert [(row.name, row.unit, int(row.item.item)) for row in proposal.rows] == [
            ("84消毒液", "箱", 299020100001),
            ("84消费液", "箱", 299020100002),
            ("口罩", "箱", 299010200001),
            ("口罩", "个", 299010200002),
            ("监护仪", "台", 299040100001),
        ]
        assert len(proposal.items()) == 5
        assert not any(row.is_confirmed for row in proposal.rows)

    def test_names_what_looks_alike_and_where_goods_stand(self, proposal: Mapping) -> None:
        assert proposal.rows[0].looks_like == "84消费液 | 500ml*30瓶 | 箱 (one character differs)"
        assert [row.seen for row in proposal.rows] == [
            "a.xlsx:2",
            "a.xlsx:3",
            "a.xlsx:4,6",
            "a.xlsx:5",
            "a.xlsx:7",
        ]

    def test_a_pack_of_unknown_contents_is_its_own_base_unit(self, proposal: Mapping) -> None:
        stated, unknown, piece = proposal.rows[0], proposal.rows[2], proposal.rows[3]
        assert (stated.item.base_unit, stated.contents) == ("箱", "500ml*30瓶")
        assert (unknown.item.base_unit, unknown.item.base_unit_code, unknown.contents) == ("箱", "XCT", "")
        assert piece.item.base_unit == "个"
        assert unknown.reason != stated.reason

    def test_keeps_an_earlier_mapping_and_goes_on_counting(self, tmp_path: Path, proposal: Mapping) -> None:
        kept = replace(proposal.rows[2], status="confirmed", reason="看过实物")
        more = [*ROWS, ("防尘口罩", "丁公司", "", "箱", 1)]
        sheets = read_book(write_xlsx(tmp_path / "b.xlsx", more))
        again = propose_mapping(sheets, Mapping((kept,)))
        assert (again.rows[0].item, again.rows[0].reason, again.rows[0].is_confirmed) == (
            kept.item,
            "看过实物",
            True,
        )
        assert [int(row.item.item) for row in again.rows if "口罩" in row.name] == [
            299010200001,
            299010200002,
            299010200003,
        ]

    def test_finds_the_row_of_a_line(self, tmp_path: Path, proposal: Mapping) -> None:
        (sheet,) = read_book(write_csv(tmp_path / "b.csv", "品名,计量单位,数量\n口 罩,箱,3\n手套,箱,3\n"))
        row = proposal.find(sheet.lines[0])
        assert row is not None
        assert row.item == proposal.rows[2].item
        assert proposal.find(sheet.lines[1]) is None


class TestFile:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda text: text.replace("item 物品编号", "code"), "row 1: column item is missing"),
            (lambda text: text.replace("2990201-00001", "2.9902E+11"), "row 2"),
            (lambda text: text.replace("2990201-00001", "2990201-0001"), "row 2"),
            (
                lambda text: text.replace(",3,consumable", ",x,consumable", 1),
                "row 2: 'x' is no qualification",
            ),
            (lambda text: text.replace(",3,consumable", ",4294967296,consumable", 1), "row 2"),
            (lambda text: text.replace("consumable", "liquid", 1), "row 2: tracking is 'liquid'"),
            (lambda text: text.replace("proposed", "perhaps", 1), "row 2: status is 'perhaps'"),
            (lambda text: text.replace("a pack of stated contents", "", 1), "row 2: it has no reason"),
            (lambda text: text.replace("84消费液,", "84消毒液,"), "row 3: row 2 has the same goods"),
            (
                lambda text: text.replace("2990201-00002", "2990201-00001"),
                "row 3: item 299020100001 has another",
            ),
        ],
    )
    def test_refuses_a_wrong_row(
        self, tmp_path: Path, proposal: Mapping, change: Callable[[str], str], message: str
    ) -> None:
        text = mapping_to_csv(proposal)
        assert change(text) != text
        with pytest.raises(MappingFileError) as caught:
            read_mapping(write_csv(tmp_path / "m.csv", change(text)))
        assert caught.value.exit_code == 2
        assert message in caught.value.text("en")
        assert "第" in caught.value.text("zh")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_is_read_back_as_it_was(self, tmp_path: Path, proposal: Mapping, encoding: str) -> None:
        assert read_mapping(write_csv(tmp_path / "m.csv", mapping_to_csv(proposal), encoding)) == proposal

    def test_is_written_with_a_byte_order_mark(self, tmp_path: Path, proposal: Mapping) -> None:
        write_mapping(proposal, tmp_path / "m.csv")
        assert (tmp_path / "m.csv").read_bytes().startswith(b"\xef\xbb\xbfgoods ")
        assert read_mapping(tmp_path / "m.csv") == proposal

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1号", "@a", "'=1", "''@a", "'a"])
    def test_threat_19_a_text_like_a_formula_is_guarded_and_restored(
        self, tmp_path: Path, proposal: Mapping, text: str
    ) -> None:
        mapping = Mapping((replace(proposal.rows[0], name=text),))
        write_mapping(mapping, tmp_path / "m.csv")
        cell = (tmp_path / "m.csv").read_text("utf-8-sig").splitlines()[1].split(",")[0]
        assert cell[0] not in "=+-@"
        assert read_mapping(tmp_path / "m.csv") == mapping

    def test_two_goods_may_be_one_item_when_a_person_says_so(self, tmp_path: Path, proposal: Mapping) -> None:
        first, second = proposal.rows[:2]
        merged = replace(second, item=first.item, status="confirmed", reason="同物，内装相同")
        write_mapping(Mapping((first, merged)), tmp_path / "m.csv")
        assert len(read_mapping(tmp_path / "m.csv").items()) == 1


class TestCategories:
    def test_are_sample_codes_outside_the_standards_own(self) -> None:
        codes = [category.code for category in CATEGORIES]
        assert all(2_990_000 <= code < 3_000_000 for code in codes)
        assert len(set(codes)) == len(codes)
        assert all(category_of(parse_item(code * 100_000)) == code for code in codes)

    def test_qualifications_are_documented(self) -> None:
        assert {category.qualification for category in CATEGORIES} <= QUALIFICATION_NAMES.keys()
