"""What a caller may do: nothing but what its account says, of the divisions that it names."""

from __future__ import annotations

import pytest

from api.access.rights import PUBLIC, NotAllowedError, NotSignedInError, Rights, Scope
from ledger_client.divisions import DivisionId

DISTRICT = DivisionId(420102)
SITE, OTHER = 420102001001101, 420103001001501
READER = Rights("0a1b2c3d", (DISTRICT,), frozenset({Scope.READ}))


@pytest.mark.parametrize("place", [SITE, 420102001001, 420102001, 420102])
def test_a_reader_of_a_district_reads_what_lies_in_it(place: int) -> None:
    READER.require(Scope.READ, place)


@pytest.mark.parametrize("place", [OTHER, 420103, 4201, 42, 0, 4201020010011019, 42010])
def test_and_nothing_above_or_beside_it(place: int) -> None:
    with pytest.raises(
        NotAllowedError, match="is none of what it was issued for \\(read in 420102\\)"
    ) as caught:
        READER.require(Scope.READ, place)
    assert "420102：查阅储备点与单据" in caught.value.text("zh")


@pytest.mark.parametrize("scope", [Scope.BOOKS, Scope.DRAFTS])
def test_no_other_scope(scope: Scope) -> None:
    with pytest.raises(NotAllowedError):
        READER.require(scope, SITE)


@pytest.mark.parametrize("place", [SITE, 420102, 0])
def test_the_public_reads_no_site(place: int) -> None:
    with pytest.raises(NotSignedInError, match="is not public: send the key"):
        PUBLIC.require(Scope.READ, place)


def test_an_account_without_divisions_or_scopes_may_nothing() -> None:
    for rights in (Rights("x", (DISTRICT,)), Rights("x", (), frozenset(Scope))):
        with pytest.raises(NotAllowedError):
            rights.require(Scope.READ, SITE)


class TestRegistersOfACity:
    @pytest.mark.parametrize("division", [4201, 420102, 420103, 420103001, 420103001001])
    def test_are_read_from_anywhere_in_it(self, division: int) -> None:
        READER.require_city_register(DivisionId(division))

    @pytest.mark.parametrize("division", [0, 42, 4202, 420202, 110102])
    def test_but_not_above_it_or_of_another_one(self, division: int) -> None:
        with pytest.raises(NotAllowedError):
            READER.require_city_register(DivisionId(division))

    def test_need_an_account_that_reads(self) -> None:
        with pytest.raises(NotSignedInError):
            PUBLIC.require_city_register(DISTRICT)
        with pytest.raises(NotAllowedError):
            Rights("x", (DISTRICT,), frozenset({Scope.DRAFTS})).require_city_register(DISTRICT)

    def test_of_a_province_belong_to_who_reads_the_province(self) -> None:
        province = Rights("x", (DivisionId(42),), frozenset({Scope.READ}))
        province.require_city_register(DivisionId(4201))
        province.require_city_register(DivisionId(42))
        with pytest.raises(NotAllowedError):
            province.require_city_register(DivisionId(4301))


class TestTotals:
    @pytest.mark.parametrize("division", [0, 42, 4201, 420102, 420103])
    def test_districts_and_above_are_public(self, division: int) -> None:
        PUBLIC.require_totals(DivisionId(division))

    @pytest.mark.parametrize("division", [420102001, 420102001001])
    def test_below_they_are_not(self, division: int) -> None:
        with pytest.raises(NotSignedInError):
            PUBLIC.require_totals(DivisionId(division))
        READER.require_totals(DivisionId(division))
        with pytest.raises(NotAllowedError):
            READER.require_totals(DivisionId(420103001))


def test_a_document_is_read_from_either_side() -> None:
    READER.require_any(Scope.READ, [OTHER, SITE])
    with pytest.raises(NotAllowedError) as caught:
        READER.require_any(Scope.READ, [OTHER])
    assert "420103" not in caught.value.text("en") + caught.value.text("zh")
    with pytest.raises(NotAllowedError, match="what lies in the whole country is none"):
        READER.require_any(Scope.READ, [])
    with pytest.raises(NotSignedInError):
        PUBLIC.require_any(Scope.READ, [SITE])


def test_registers_are_read_by_everybody_who_reads_something() -> None:
    READER.require_reader()
    for nobody in (
        Rights("x"),
        Rights("x", READER.divisions, frozenset({Scope.BOOKS})),
        Rights("x", (), frozenset(Scope)),
    ):
        with pytest.raises(NotAllowedError, match="this register"):
            nobody.require_reader()
    with pytest.raises(NotSignedInError):
        PUBLIC.require_reader()
