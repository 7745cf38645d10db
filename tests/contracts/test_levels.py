"""Levels: the lowest division that two sites have in common, by the digits of their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from chain import Chain
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web3.contract.contract import Contract
from world import (
    CITY,
    COMMUNITY,
    COUNTRY,
    DISTRICT,
    OTHER_CITY,
    OTHER_COMMUNITY,
    OTHER_DISTRICT,
    PROVINCE,
    SECOND_SITE,
    SITE,
    STREET,
    World,
)

from ledger_client.artifacts import parse_artifact

DOOR = Path(__file__).parent / "artifacts/harness/LevelsDoor.json"
DIGITS = (12, 9, 6, 4, 2, 0)
"""How many digits the levels have, from the community up."""

NUMBERS = st.integers(0, 9)
SITES = st.builds(
    lambda digits, mode, number: int("".join(map(str, digits))) * 1_000 + mode * 100 + number,
    st.tuples(st.integers(1, 9), *[NUMBERS] * 11),
    st.integers(1, 5),
    st.integers(1, 99),
)


@pytest.fixture(scope="module")
def door() -> Iterator[tuple[Chain, Contract]]:
    artifact = parse_artifact(DOOR.read_text(encoding="utf-8"))
    chain = Chain()
    yield chain, chain.deploy_artifact(artifact, by=World.root)


def first(site: int, digits: int) -> int:
    """The division of `digits` digits in which a site lies."""
    return int(str(site)[:digits] or "0")


def lowest(a: int, b: int) -> int:
    """The division of most digits that both sites begin with."""
    return next(first(a, digits) for digits in DIGITS if first(a, digits) == first(b, digits))


def common(door: tuple[Chain, Contract], a: int, b: int) -> int:
    chain, contract = door
    return int(chain.ask(contract.functions.lowestCommon(a, b)))


@pytest.mark.parametrize(
    ("site", "division"),
    [
        (SITE, COMMUNITY),
        (SECOND_SITE, COMMUNITY),
        (440106001003101, STREET),
        (440106002002101, DISTRICT),
        (440105001002101, CITY),
        (440206001002101, PROVINCE),
        (420106001002101, COUNTRY),
    ],
)
def test_at_each_level(door: tuple[Chain, Contract], site: int, division: int) -> None:
    assert common(door, SITE, site) == common(door, site, SITE) == division


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(a=SITES, tail=SITES, shared=st.integers(0, 15))
def test_of_any_two_sites(door: tuple[Chain, Contract], a: int, tail: int, shared: int) -> None:
    """The second site begins with some digits of the first, so that every level is met."""
    b = int(str(a)[:shared] + str(tail)[shared:])

    assert common(door, a, b) == common(door, b, a) == lowest(a, b)


@pytest.mark.parametrize(
    ("division", "is_community"),
    [
        *((COUNTRY, False), (PROVINCE, False), (CITY, False), (OTHER_CITY, False)),
        *((DISTRICT, False), (OTHER_DISTRICT, False), (STREET, False), (999_999_999, False)),
        *((COMMUNITY, True), (OTHER_COMMUNITY, True), (100_000_000_000, True), (999_999_999_999, True)),
    ],
)
def test_is_community(door: tuple[Chain, Contract], division: int, is_community: bool) -> None:
    chain, contract = door
    assert chain.ask(contract.functions.isCommunity(division)) is is_community


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(site=SITES)
def test_parents_are_the_levels(door: tuple[Chain, Contract], site: int) -> None:
    chain, contract = door
    for lower, upper in pairwise(DIGITS):
        assert chain.ask(contract.functions.parent(first(site, lower))) == first(site, upper)
    assert chain.ask(contract.functions.parent(COUNTRY)) == COUNTRY
