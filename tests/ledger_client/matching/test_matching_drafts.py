"""Drafts by category become requests for items that somebody near has."""

from __future__ import annotations

import random
from typing import Any

import pytest
from district_cases import (
    CATEGORY,
    ELSE,
    HOME,
    ITEM,
    OTHER_ITEM,
    SAME_CITY,
    SAME_DISTRICT,
    SAME_STREET,
    TODAY,
    cities,
    city,
    floor,
    lot,
    profile,
    request,
    shuffled,
)
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.matching.city import City
from ledger_client.matching.district import propose
from ledger_client.matching.drafts import Draft, DraftCode, Drafted, turn_into_requests

BOX = 3_000_001_00003
UNITS = {ITEM: "piece", OTHER_ITEM: "piece", ELSE: "piece", BOX: "box"}


def draft(quantity: int, number: int = 1, **more: Any) -> Draft:
    facts: dict[str, Any] = {
        "site": HOME,
        "category": CATEGORY,
        "unit": "piece",
        "needed_by": TODAY + 7,
        "urgency": 1,
        "requested_at": 5,
    }
    return Draft(draft=number, quantity=quantity, **(facts | more))


def key(draft: Draft, item: int) -> int:
    return draft.draft * 10**12 + item


def turned(given: City, *drafts: Draft, nearest: int = 20) -> list[Drafted]:
    return turn_into_requests(given, drafts, UNITS, key, profile(nearest))


def asked(found: list[Drafted]) -> list[tuple[int, int, DraftCode]]:
    return [(each.request.item, each.request.quantity, each.code) for each in found if each.request]


class TestWhichItem:
    def test_the_one_of_which_most_may_be_given_covers_it(self) -> None:
        given = city([lot(SAME_STREET, 5), lot(SAME_STREET, 9, number=2, item=OTHER_ITEM)], [])
        (found,) = turned(given, draft(8, urgency=2, reason=4))

        assert found == Drafted(
            draft=1,
            code=DraftCode.MOST_NEAR,
            request=request(
                8, key(draft(8), OTHER_ITEM), item=OTHER_ITEM, urgency=2, requested_at=5, reason=4
            ),
            near=9,
            givers=1,
        )

    def test_what_is_above_floors_counts_and_not_what_is_there(self) -> None:
        given = city(
            [lot(SAME_STREET, 5), lot(SAME_STREET, 9, number=2, item=OTHER_ITEM)],
            [],
            floors=[floor(SAME_STREET, 6, OTHER_ITEM)],
        )

        assert asked(turned(given, draft(4))) == [(ITEM, 4, DraftCode.MOST_NEAR)]

    def test_the_next_one_brings_the_rest(self) -> None:
        lots = [lot(SAME_STREET, 5), lot(SAME_STREET, 9, number=2, item=OTHER_ITEM)]

        assert asked(turned(city(lots, []), draft(12))) == [
            (OTHER_ITEM, 9, DraftCode.MOST_NEAR),
            (ITEM, 3, DraftCode.NEXT),
        ]

    def test_what_nobody_may_give_is_asked_for_with_the_first(self) -> None:
        lots = [lot(SAME_STREET, 5), lot(SAME_STREET, 9, number=2, item=OTHER_ITEM)]
        found = turned(city(lots, []), draft(20))

        assert asked(found) == [(OTHER_ITEM, 15, DraftCode.MOST_NEAR), (ITEM, 5, DraftCode.NEXT)]
        assert [each.beyond for each in found] == [6, 0]

    def test_where_nothing_may_be_given_the_lowest_id_is_asked_for(self) -> None:
        (found,) = turned(city([], []), draft(20))

        assert asked([found]) == [(ITEM, 20, DraftCode.NONE_NEAR)]
        assert (found.near, found.beyond) == (0, 20)

    @pytest.mark.parametrize(("first", "second", "chosen"), [(3, 4, ITEM), (4, 3, OTHER_ITEM)])
    def test_among_equals_the_nearer_goods(self, first: int, second: int, chosen: int) -> None:
        sites = {3: SAME_STREET, 4: SAME_DISTRICT}
        lots = [lot(sites[first], 5), lot(sites[second], 5, number=2, item=OTHER_ITEM)]

        assert asked(turned(city(lots, []), draft(2))) == [(chosen, 2, DraftCode.MOST_NEAR)]

    def test_only_the_nearest_count(self) -> None:
        lots = [
            lot(SAME_STREET, 2, number=1),
            lot(SAME_DISTRICT, 9, number=2),
            lot(SAME_DISTRICT, 3, number=3, item=OTHER_ITEM),
            lot(SAME_CITY, 1, number=4, item=OTHER_ITEM),
        ]

        assert asked(turned(city(lots, []), draft(2), nearest=1)) == [(OTHER_ITEM, 2, DraftCode.MOST_NEAR)]

    def test_goods_that_expire_before_the_need_do_not_count(self) -> None:
        lots = [
            lot(SAME_STREET, 9, use_until=TODAY + 6),
            lot(SAME_STREET, 1, number=2, item=OTHER_ITEM, use_until=TODAY + 7),
        ]

        assert asked(turned(city(lots, []), draft(1))) == [(OTHER_ITEM, 1, DraftCode.MOST_NEAR)]

    def test_whoever_asks_gives_nothing(self) -> None:
        """Neither a site with a request for the item, nor one with a draft of the category."""
        given = city(
            [lot(SAME_STREET, 5), lot(SAME_DISTRICT, 4, number=2), lot(SAME_CITY, 3, number=3)],
            [request(1, site=SAME_STREET)],
        )
        found = turned(given, draft(9), draft(1, number=2, site=SAME_DISTRICT))

        assert [(each.draft, each.near) for each in found] == [(1, 3), (2, 3)]

    def test_another_category_is_another_thing(self) -> None:
        assert asked(turned(city([lot(SAME_STREET, 9, item=ELSE)], []), draft(2))) == [
            (ITEM, 2, DraftCode.NONE_NEAR)
        ]


class TestNoRequest:
    def test_another_unit_is_not_converted(self) -> None:
        assert asked(turned(city([lot(SAME_STREET, 9)], []), draft(2, unit="box"))) == [
            (BOX, 2, DraftCode.NONE_NEAR)
        ]
        assert turned(city([], []), draft(2, unit="pair")) == [Drafted(1, DraftCode.NO_ITEM)]

    def test_a_day_of_need_that_is_over(self) -> None:
        assert turned(city([], []), draft(2, needed_by=TODAY - 1)) == [Drafted(1, DraftCode.PAST)]


class TestInput:
    def test_a_draft_above_three_times_the_floor_is_turned_without_a_reason(self) -> None:
        """The request that it makes still needs one, which the plan says."""
        given = city([lot(SAME_STREET, 90)], [], floors=[floor(HOME, 10)])
        (found,) = turned(given, draft(31))

        assert found.request is not None
        assert (found.near, found.request.reason) == (90, None)

    @pytest.mark.parametrize("quantity", [0, -1])
    def test_nothing_is_no_quantity(self, quantity: int) -> None:
        with pytest.raises(ValueError, match=f"draft 1 asks for {quantity}"):
            turned(city([], []), draft(quantity))

    def test_an_id_that_comes_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="the draft 1 comes twice"):
            turned(city([], []), draft(1), draft(2))

    def test_no_draft_is_no_request(self) -> None:
        assert turned(city([lot(SAME_STREET, 9)], [request(3)])) == []

    @given(cities(), st.integers())
    def test_order_is_nothing_and_all_is_asked_for(self, given: City, seed: int) -> None:
        drafts = [draft(7, 1), draft(3, 2, site=SAME_CITY), draft(2, 3, category=CATEGORY + 1)]
        found = turned(given, *drafts)
        random.Random(seed).shuffle(drafts)

        assert turned(shuffled(given, seed), *drafts) == found
        for each in drafts:
            of = [drafted for drafted in found if drafted.draft == each.draft]
            assert sum(drafted.request.quantity for drafted in of if drafted.request) == each.quantity
            assert all(drafted.near > 0 for drafted in of[1:])

    def test_a_single_draft_gets_what_was_seen_near(self) -> None:
        given = city([lot(SAME_STREET, 5), lot(SAME_STREET, 9, number=2, item=OTHER_ITEM)], [])
        requests = [each.request for each in turned(given, draft(12)) if each.request]
        plan = propose(city(list(given.lots), requests))

        assert sum(proposal.quantity for proposal in plan.proposals) == 12
        assert plan.unfilled == ()
