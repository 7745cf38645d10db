"""`GET /v1/traces/consignees/…` of a consignee that two districts issued to: each hears of its own issues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from served import assert_problem, copy_of
from several_readers import PUBLIC, Caller, several_readers

from ledger_client.demo.cast import (
    CLINIC,
    EAST_DISTRICT,
    GOWN_LOT,
    MASK_LOT,
    NORTH,
    PROVINCE,
    WEST_DISTRICT,
    WEST_GOVERNMENT,
    at,
)
from ledger_client.demo.city import City
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.reasons import reason_named
from ledger_client.stock import Particulars

MASKS, GOWNS = (f"{each.lot_id:040x}" for each in (MASK_LOT, GOWN_LOT))
ADDRESS = f"/v1/traces/consignees/{CLINIC:040x}"


@pytest.fixture(scope="module")
def served(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Caller]]:
    """The city after the west issued gowns to the clinic of the east; and an account for each division."""
    home = copy_of(city, tmp_path_factory.mktemp("two") / "home")
    clock = ManualClock(at(21))
    with Ledger.open(home, clock=clock) as ledger:
        west = City(ledger, clock, lambda en, zh: None).keeper("west")
        issue = ledger.stock.issue(
            WEST_GOVERNMENT,
            CLINIC,
            [Line(GOWN_LOT.lot_id, 7)],
            keeper=west,
            particulars=Particulars(reason=reason_named("distribution").code),
        )
        ledger.write([issue])
        height = ledger.index().position().number
    with several_readers(home, EAST_DISTRICT, WEST_DISTRICT, PROVINCE, NORTH, block=height) as found:
        yield found


def issued(told: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return the lots that it tells as issued to the clinic, with the sites that issued them."""
    clinic = f"{CLINIC:040x}"
    return {(each["lot"], each["from_site"]) for each in told["entries"] if each["consignee"] == clinic}


@pytest.mark.parametrize(
    ("division", "lot", "other"), [(EAST_DISTRICT, MASKS, GOWNS), (WEST_DISTRICT, GOWNS, MASKS)]
)
def test_each_district_hears_of_the_lots_that_it_issued(
    served: dict[int, Caller], division: int, lot: str, other: str
) -> None:
    answer = served[division].get(ADDRESS)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert {each["lot"] for each in told["entries"]} == {lot}
    assert {each["lot"]["lot"] for each in told["accounts"]} == {lot}
    assert {found for found, _ in issued(told)} == {lot}
    # Masks were at both, and gowns too: it is not that the reader could not see them at all.
    assert other not in answer.text


def test_whoever_reads_both_hears_of_both(served: dict[int, Caller]) -> None:
    told = served[PROVINCE].get(ADDRESS).json()
    assert {each["lot"] for each in told["entries"]} == {MASKS, GOWNS}
    assert {found for found, _ in issued(told)} == {MASKS, GOWNS}


def test_whoever_reads_no_issue_is_refused(served: dict[int, Caller]) -> None:
    """Goods of both lots were in the north, and no issue to the clinic."""
    assert_problem(served[NORTH].get(ADDRESS), 403, "not-allowed")
    assert_problem(served[PUBLIC].get(ADDRESS), 401, "not-signed-in")
