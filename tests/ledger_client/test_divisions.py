import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.characters import CharacterError
from ledger_client.divisions import (
    ROOT,
    DivisionFormError,
    DivisionId,
    DivisionLevel,
    DivisionLevelError,
    DivisionUnknownError,
    contains,
    known_division,
    level,
    lowest_common_division,
    parent_at,
    parse_division,
)

WUCHANG = DivisionId(420106)
COMMUNITY = DivisionId(420106001001)


class TestParseDivision:
    @pytest.mark.parametrize(
        "text", ["", "1", "042", "00", "421", "42010", "42010600", "4201060010010", "４２1", "42e4", "+42"]
    )
    def test_refuses_other_lengths(self, text: str) -> None:
        with pytest.raises((DivisionFormError, CharacterError)) as caught:
            parse_division(text)
        assert caught.value.exit_code == 2

    @pytest.mark.parametrize("text", ["4200", "420000", "420106000", "420106001000", "420106000001"])
    def test_refuses_zeros_as_padding(self, text: str) -> None:
        with pytest.raises(DivisionFormError, match="no zeros as padding"):
            parse_division(text)

    def test_refuses_a_look_alike(self) -> None:
        with pytest.raises(CharacterError, match=r"U\+041E"):
            parse_division("42\u041e1")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("0", 0), ("42", 42), ("４２０１", 4201), (" 420106 ", 420106), (441900003001, 441900003001)],
    )
    def test_reads(self, text: str | int, expected: int) -> None:
        assert parse_division(text) == expected


class TestKnownDivision:
    @pytest.mark.parametrize("code", ["99", "4299", "420199", "420199001", "420101", "429000"])
    def test_refuses_what_no_list_has(self, code: str) -> None:
        with pytest.raises(DivisionUnknownError) as caught:
            known_division(parse_division(code))
        assert caught.value.exit_code == 2
        assert caught.value.value == code

    def test_names_the_nearest_known_one(self) -> None:
        with pytest.raises(DivisionUnknownError, match=r"nearest known one is 4201 湖北省武汉市$"):
            known_division(DivisionId(420199))

    def test_hints_at_padding(self) -> None:
        with pytest.raises(DivisionUnknownError, match="write a city without zeros"):
            known_division(DivisionId(420100))

    @pytest.mark.parametrize(
        ("code", "name"),
        [
            (0, "中华人民共和国"),
            (42, "湖北省"),
            (4201, "湖北省武汉市"),
            (420106, "湖北省武汉市武昌区"),
            (420106001001, "湖北省武汉市武昌区"),
            (1101, "北京市"),  # a municipality has no city of its own
            (110101, "北京市东城区"),
            (429004, "湖北省仙桃市"),  # a county-level city directly under its province
            (441900003001, "广东省东莞市"),  # a city without districts
            (620201, "甘肃省嘉峪关市"),
            (71, "台湾省"),
        ],
    )
    def test_names(self, code: int, name: str) -> None:
        known = known_division(DivisionId(code))
        assert (known.name, known.is_closed) == (name, False)

    def test_historic_code_is_closed(self) -> None:
        known = known_division(DivisionId(420122))
        assert (known.name, known.is_closed, known.until) == ("湖北省武昌县", True, 1995)


class TestTree:
    def test_parent_below_is_refused(self) -> None:
        with pytest.raises(DivisionLevelError) as caught:
            parent_at(WUCHANG, DivisionLevel.STREET)
        assert (
            caught.value.text("en")
            == "division 420106 has 6 digits, so that it lies in no division of 9 digits"
        )

    @pytest.mark.parametrize(
        ("wanted", "expected"), [(0, 0), (2, 42), (4, 4201), (6, 420106), (9, 420106001), (12, 420106001001)]
    )
    def test_parent_at(self, wanted: int, expected: int) -> None:
        parent = parent_at(COMMUNITY, DivisionLevel(wanted))
        assert parent == expected
        assert level(parent) == wanted
        assert contains(parent, COMMUNITY)

    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            (420106001001, 420106001002, 420106001),
            (420106001001, 420106002001, 420106),
            (420106, 420105, 4201),
            (420106, 4201, 4201),
            (4201, 4211, 42),
            (42, 43, 0),
            (420106, 0, 0),
            (420106, 420106, 420106),
        ],
    )
    def test_lowest_common_division(self, first: int, second: int, expected: int) -> None:
        assert lowest_common_division(DivisionId(first), DivisionId(second)) == expected

    def test_contains_is_no_numeric_nearness(self) -> None:
        assert not contains(DivisionId(42), DivisionId(4301))
        assert not contains(DivisionId(4201), DivisionId(42))
        assert not contains(DivisionId(4), ROOT)

    @given(st.integers(10**11, 10**12 - 1), st.integers(10**11, 10**12 - 1))
    def test_common_division_contains_both_and_no_smaller_one_does(self, first: int, second: int) -> None:
        common = lowest_common_division(DivisionId(first), DivisionId(second))
        assert contains(common, DivisionId(first))
        assert contains(common, DivisionId(second))
        for step in DivisionLevel:
            if step > level(common):
                assert parent_at(DivisionId(first), step) != parent_at(DivisionId(second), step)
