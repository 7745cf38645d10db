"""The mapping of a list: its file, its template, and what it does not name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
import xlsxwriter
from needs_files import CLINIC, DAY, GLOVES, MASKS, SITE, entry, need, write_list

from ledger_client.book import BookTooLargeError, Limits, MappingFileError
from ledger_client.files import FileExistsAlreadyError
from ledger_client.identifiers import consignee_id
from ledger_client.needs import (
    Defaults,
    GoodsRow,
    Institution,
    InstitutionRow,
    NeedsMapping,
    Urgency,
    needs_mapping_to_csv,
    propose_needs_mapping,
    read_needs,
    read_needs_mapping,
    write_needs_mapping,
)
from ledger_client.reasons import reason_named

HEADER = "kind,province,city,district,name,specification,site,consignee,item,value\n"
WHOLE = NeedsMapping(
    (
        InstitutionRow(Institution("湖北", "武汉市", "武昌区", "东城医院"), SITE, CLINIC),
        InstitutionRow(Institution("", "黄石市", "", "红十字会"), SITE),
        InstitutionRow(Institution("", "", "", "-1医院"), None, CLINIC),
        InstitutionRow(Institution("", "", "", "西城医院")),
    ),
    (
        GoodsRow("口罩", "GB 19083-2010", 2990101, MASKS),
        GoodsRow("口罩", "", 2990101),
        GoodsRow("=1+2"),
        GoodsRow("手套", "", 2990104, GLOVES),
    ),
    Defaults(DAY, Urgency.CRITICAL, reason_named("emergency").code),
)


def read_csv(tmp_path: Path, *rows: str, header: str = HEADER) -> NeedsMapping:
    path = tmp_path / "mapping.csv"
    path.write_text(header + "\n".join(rows))
    return read_needs_mapping(path)


class TestFilesThatAreRefused:
    @pytest.mark.parametrize(
        ("row", "en", "zh"),
        [
            ("hospital,,,,a,,,,,", "kind is 'hospital', not one of", "类别为“hospital”"),
            ("institution,,,,,,,,,", "name is empty", "名称为空"),
            ("goods,,,,,,,,299010100001,", "name is empty", "名称为空"),
            ("institution,,,,a,,,,299010100001,", "a row of kind institution has no item", "不应填写 item"),
            ("goods,,,,a,,420106001001101,,,", "a row of kind goods has no site", "不应填写 site"),
            ("default,湖北,,,urgency,,,,,1", "a row of kind default has no province", "不应填写 province"),
            ("institution,,,,a,,42010600100110,,,", "'42010600100110' is no site", "不是储备点编号"),
            ("institution,,,,a,,4.2E+14,,,", "holds U+002E FULL STOP", "U+002E FULL STOP"),
            ("institution,,,,a,,420106001001601,,,", "is no site", "不是储备点编号"),
            ("institution,,,,a,,,91110000600037341X,,", "check character X, which should be L", "应为 L"),
            ("institution,,,,a,,,local:王/医院,,", "which no code contains", "编码中不会出现"),
            ("institution,,,,a,,,EASTCLINIC,,", "is no USCC", "不是统一社会信用代码"),
            ("goods,,,,a,,,,29901,", "'29901' is no item", "不是物品编号"),
            ("goods,,,,a,,,,0990101,", "'0990101' is no item", "不是物品编号"),
            ("default,,,,colour,,,,,1", "'colour' is no default", "不是默认值名称"),
            ("default,,,,urgency,,,,,4", "'4' is no urgency; write 1 routine 常规 / 2", "不是紧急程度"),
            ("default,,,,needed_by,,,,,soon", "'soon' is no day; write it as 2020-02-10", "不是日期"),
            ("default,,,,needed_by,,,,,2020-02-30", "'2020-02-30' is no day", "不是日期"),
            ("default,,,,reason,,,,,hunger", "'hunger' is no reason", "不是此处可用的原因"),
        ],
    )
    def test_a_row_with_a_value_that_is_none(self, tmp_path: Path, row: str, en: str, zh: str) -> None:
        with pytest.raises(MappingFileError) as caught:
            read_csv(tmp_path, row)
        assert caught.value.text("en").startswith("mapping.csv, row 2: ")
        assert en in caught.value.text("en") and zh in caught.value.text("zh")

    @pytest.mark.parametrize(
        ("first", "second", "en"),
        [
            ("institution,,,,东城医院,,,,,", "institution,,,,东城 医院\u200b,,,,,", None),
            ("institution,,,,东城医院,,,,,", "institution,,,,东城医院,,,,,", "has the same institution"),
            ("goods,,,,N95 口罩,,,,2990101,", "goods,,,,n95口罩,,,,2990102,", "row 2 has the same goods"),
            ("default,,,,urgency,,,,,1", "default,,,,Urgency,,,,,1", "row 2 has the same default"),
        ],
    )
    def test_two_rows_for_one_thing(self, tmp_path: Path, first: str, second: str, en: str | None) -> None:
        if en is None:
            # A blank within a name makes another institution; only goods are found without blanks.
            assert len(read_csv(tmp_path, first, second).institutions) == 2
            return
        with pytest.raises(MappingFileError, match=f"row 3: .*{en}"):
            read_csv(tmp_path, first, second)

    def test_a_missing_column(self, tmp_path: Path) -> None:
        with pytest.raises(MappingFileError, match="row 1: column consignee is missing"):
            read_csv(tmp_path, header=HEADER.replace(",consignee", ""))

    def test_a_number_that_lost_its_digits(self, tmp_path: Path) -> None:
        path = tmp_path / "mapping.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEADER.strip().split(","))
            sheet.write_row(1, 0, ["institution", "", "", "", "a"])
            sheet.write_number(1, 7, 124200004416261430)
        with pytest.raises(
            MappingFileError, match=r"consignee is the number 1\.242.*, which has lost digits"
        ):
            read_needs_mapping(path)

    def test_limits_are_those_of_a_book(self, tmp_path: Path) -> None:
        path = tmp_path / "mapping.csv"
        write_needs_mapping(WHOLE, path)
        with pytest.raises(BookTooLargeError, match="rows"):
            read_needs_mapping(path, Limits(rows=3))


class TestFile:
    def test_what_is_written_is_read_back(self, tmp_path: Path) -> None:
        write_needs_mapping(WHOLE, tmp_path / "mapping.csv")
        assert read_needs_mapping(tmp_path / "mapping.csv") == WHOLE

    def test_what_a_spreadsheet_would_change_is_written_so_that_it_does_not(self) -> None:
        text = needs_mapping_to_csv(WHOLE)
        assert "420106001001-1-01" in text and "2990101-00001" in text
        assert "'=1+2" in text and "'-1医院" in text

    def test_a_file_that_may_be_filled_in_is_not_overwritten(self, tmp_path: Path) -> None:
        path = tmp_path / "mapping.csv"
        write_needs_mapping(WHOLE, path)
        with pytest.raises(FileExistsAlreadyError):
            write_needs_mapping(NeedsMapping(), path)
        assert read_needs_mapping(path) == WHOLE

    @pytest.mark.parametrize(
        ("written", "consignee"),
        [
            ("local:eastclinic", consignee_id("local", "EASTCLINIC")),
            ("LOCAL: EASTCLINIC", consignee_id("local", "EASTCLINIC")),
            ("91110000600037341L", consignee_id("uscc", "91110000600037341L")),
            ("549300MLUDYVRQOOXS22", consignee_id("lei", "549300MLUDYVRQOOXS22")),
            (f"{CLINIC:040x}", CLINIC),
        ],
    )
    def test_forms_of_a_consignee(self, tmp_path: Path, written: str, consignee: int) -> None:
        (row,) = read_csv(tmp_path, f"institution,,,,a,,,{written},,").institutions
        assert row.consignee == consignee

    @pytest.mark.parametrize("written", ["2020-02-10", "2020/2/10", "2020年2月10日", "２０２０．２．１０"])
    def test_forms_of_a_day(self, tmp_path: Path, written: str) -> None:
        assert read_csv(tmp_path, f"default,,,,needed_by,,,,,{written}").defaults.needed_by == DAY

    @pytest.mark.parametrize("written", ["2", "urgent", "Urgent", "紧急", "２", "2 urgent 紧急"])
    def test_forms_of_an_urgency(self, tmp_path: Path, written: str) -> None:
        assert read_csv(tmp_path, f"default,,,,urgency,,,,,{written}").defaults.urgency is Urgency.URGENT

    def test_a_workbook_with_dates_and_numbers(self, tmp_path: Path) -> None:
        path = tmp_path / "mapping.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_row(0, 0, HEADER.strip().split(","))
            sheet.write_row(1, 0, ["default", "", "", "", "needed_by"])
            sheet.write_datetime(1, 9, date(2020, 2, 10), day)
            sheet.write_row(2, 0, ["default", "", "", "", "urgency", "", "", "", "", 2])
            sheet.write_row(3, 0, ["institution", "", "", "", "a", "", 420106001001101])
            sheet.write_row(4, 0, ["goods", "", "", "", "口罩", "", "", "", 299010100001])
        assert read_needs_mapping(path) == NeedsMapping(
            (InstitutionRow(Institution("", "", "", "a"), SITE),),
            (GoodsRow("口罩", "", 2990101, MASKS),),
            Defaults(DAY, Urgency.URGENT),
        )


class TestTemplate:
    def test_holds_every_institution_and_every_spelling_once(self, tmp_path: Path) -> None:
        entries = [
            entry("甲院", [need("口罩", specification="N95"), need("手套"), need("")]),
            entry("乙院"),
            entry("甲院", [need("口 罩")]),
            entry("", [need("护目镜")]),
            entry("甲院", [need("手套")], district="江岸区"),
        ]
        needs = read_needs(write_list(tmp_path / "needs.json", entries))
        template = propose_needs_mapping(needs)
        assert [str(row.institution) for row in template.institutions] == [
            "湖北 武汉市 武昌区 甲院",
            "湖北 武汉市 武昌区 乙院",
            "湖北 武汉市 江岸区 甲院",
        ]
        assert template.goods == (GoodsRow("口罩"), GoodsRow("手套"))
        assert not any(row.says_something for row in template.institutions)
        text = needs_mapping_to_csv(template, needs)
        assert text == needs_mapping_to_csv(propose_needs_mapping(needs), needs)
        assert "goods,,,,口罩,,,,,,2\r\n" in text
        write_needs_mapping(template, tmp_path / "mapping.csv", needs)
        assert read_needs_mapping(tmp_path / "mapping.csv") == template

    def test_an_earlier_mapping_stays_as_it_is_and_grows(self, tmp_path: Path) -> None:
        entries = [
            entry("东城医院", [need("手套"), need("护目镜")]),
            entry("红十字会", city="黄石市"),
            entry("南院"),
        ]
        needs = read_needs(write_list(tmp_path / "needs.json", entries))
        grown = propose_needs_mapping(needs, WHOLE)
        assert grown == replace(
            WHOLE,
            institutions=(
                *WHOLE.institutions,
                InstitutionRow(Institution("湖北", "武汉市", "武昌区", "南院")),
            ),
            goods=(*WHOLE.goods, GoodsRow("护目镜")),
        )
        assert propose_needs_mapping(needs, grown) == grown


class TestFindingInstitutions:
    HERE = Institution("湖北", "武汉市", "武昌区", "红十字会")
    THERE = Institution("湖北", "黄石市", "", "红十字会")

    def found(self, *rows: InstitutionRow) -> list[object]:
        found = NeedsMapping(rows).find_institutions([self.HERE, self.THERE])
        return [getattr(each, "rule", each) for each in found.values()]

    def test_a_name_alone_names_nobody_where_two_have_it(self) -> None:
        row = InstitutionRow(Institution("", "", "", "红十字会"), SITE)
        assert self.found(row) == ["institution-ambiguous"] * 2

    def test_part_of_the_place_is_enough(self) -> None:
        row = InstitutionRow(Institution("", "黄石市", "", "红十字会"), SITE)
        assert self.found(row) == ["institution-unmapped", row]

    def test_the_whole_place_goes_before_a_part_of_it(self) -> None:
        part = InstitutionRow(Institution("", "", "", "红十字会"), SITE)
        whole = InstitutionRow(self.THERE, SITE, CLINIC)
        assert self.found(part, whole) == [part, whole]

    def test_two_rows_that_fit_name_nobody(self) -> None:
        rows = [
            InstitutionRow(Institution(*place, "红十字会"), SITE)
            for place in (("湖北", "", "武昌区"), ("", "武汉市", ""))
        ]
        assert self.found(*rows) == ["institution-twice", "institution-unmapped"]

    def test_thousands_of_one_name_are_found_at_once(self) -> None:
        ones = [Institution("", "", f"{number}区", "红十字会") for number in range(5_000)]
        mapping = NeedsMapping(tuple(InstitutionRow(one, SITE) for one in ones))
        wanted = [Institution("湖北", "", one.district, one.name) for one in ones]
        started = perf_counter()
        found = mapping.find_institutions(wanted)
        assert (
            perf_counter() - started < 5
        )  # a hundredth of it in fact; comparing each with each takes longer
        assert [*found.values()] == [*mapping.institutions]

    def test_a_row_that_nobody_filled_in_names_nobody(self) -> None:
        assert self.found(InstitutionRow(self.HERE), InstitutionRow(self.THERE, None, CLINIC)) == [
            "institution-unmapped",
            InstitutionRow(self.THERE, None, CLINIC),
        ]


class TestFindingGoods:
    def test_the_specification_goes_before_the_name_alone(self) -> None:
        exact, general = WHOLE.goods[0], WHOLE.goods[1]
        assert WHOLE.find_goods("口罩", "GB19083-2010") == exact
        assert WHOLE.find_goods("口 罩", "YY 0469") == general
        assert WHOLE.find_goods("护目镜", "") is None

    def test_a_row_that_nobody_filled_in_says_nothing(self) -> None:
        assert WHOLE.find_goods("=1+2", "") is None
        mapping = NeedsMapping(goods=(GoodsRow("口罩", "N95"), GoodsRow("口罩", "", 2990101)))
        assert mapping.find_goods("口罩", "N95") == GoodsRow("口罩", "", 2990101)
