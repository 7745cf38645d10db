"""Any small city: every line keeps every rule, nothing useful lies idle, and no order of input matters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from benches.city_check import Rules, network, violations, weighted
from benches.city_nearest import nearest_first
from benches.city_world import Size, make_city
from district_cases import (
    ELSE,
    ITEM,
    OTHER_ITEM,
    best,
    cities,
    crowded_cities,
    patient,
    profile,
    profiles,
    shuffled,
    wide_cities,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger_client.matching.city import City, CityProfile, Plan
from ledger_client.matching.district import DISTRICT, propose
from ledger_client.matching.optimum import network_of


def by_item(plan: Plan, item: int) -> int:
    return sum(proposal.quantity for proposal in plan.proposals if proposal.item == item)


def within_the_floor(city: City) -> City:
    """The same city, of each site and item the first request alone, cut to what is lacking to the floor."""
    rules = Rules(city, DISTRICT)
    kept: dict[tuple[int, int], Any] = {}
    for request in city.requests:
        place = request.site, request.item
        lacking = rules.floor[place] - rules.stock.get(place, 0) - rules.promised[place]
        if place not in kept and lacking > 0:
            quantity = min(request.quantity, lacking)
            kept[place] = request._replace(quantity=quantity, asked=quantity)
    return replace(city, requests=list(kept.values()))


@patient
@given(cities(), profiles)
def test_every_line_keeps_every_rule(city: City, profile: CityProfile) -> None:
    assert violations(Rules(city, profile), propose(city, profile)) == []


@patient
@given(cities(), profiles)
def test_nearest_first_keeps_the_same_rules(city: City, profile: CityProfile) -> None:
    assert violations(Rules(city, profile), nearest_first(city, profile)) == []


@patient
@given(cities(), profiles, st.integers())
def test_order_of_the_lists_is_nothing(city: City, profile: CityProfile, seed: int) -> None:
    assert propose(shuffled(city, seed), profile) == propose(city, profile)


@patient
@given(wide_cities(), profiles)
def test_the_nearest_of_many_are_found(city: City, profile: CityProfile) -> None:
    assert violations(Rules(city, profile), propose(city, profile)) == []


few_givers = st.builds(profile, st.integers(1, 2), st.sampled_from([0, 1, 1_000]))


@patient
@given(crowded_cities(), few_givers)
def test_every_line_of_a_crowded_city_keeps_every_rule(city: City, profile: CityProfile) -> None:
    assert violations(Rules(city, profile), propose(city, profile)) == []


@patient
@given(st.one_of(crowded_cities(), cities(most_lots=6, most_requests=4)), few_givers)
def test_fills_as_much_as_can_be_filled(city: City, profile: CityProfile) -> None:
    rules, plan = Rules(city, profile), propose(city, profile)
    for item in (ITEM, OTHER_ITEM, ELSE):
        flow: Any = network(rules, item)
        needs = [(units, 1) for units, _ in flow["needs"]]
        assert by_item(plan, item) == best(needs, flow["givers"])


@patient
@given(st.one_of(crowded_cities(), cities(most_lots=6, most_requests=4)), few_givers)
def test_fills_the_largest_weighted_quantity_up_to_the_floors(city: City, profile: CityProfile) -> None:
    city = within_the_floor(city)
    assume(city.requests)
    rules, plan = Rules(city, profile), propose(city, profile)
    for item in (ITEM, OTHER_ITEM, ELSE):
        flow: Any = network(rules, item)
        assert weighted(rules, plan, item) == best(flow["needs"], flow["givers"])


@patient
@given(cities(), profiles)
def test_the_solver_is_asked_about_what_the_rules_allow(city: City, profile: CityProfile) -> None:
    rules = Rules(city, profile)
    for item in (ITEM, OTHER_ITEM, ELSE):
        ours, expected = network_of(city, profile, item), network(rules, item)
        assert [list(need) for need in ours.needs] == expected["needs"]
        assert [
            [may_give, [[units, serves] for units, serves in lots]] for may_give, lots in ours.givers
        ] == expected["givers"]


def test_a_city_with_grids_keeps_every_rule_and_fills_more_than_nearest_first() -> None:
    """Large enough that the nearest givers are looked for in a grid."""
    city = make_city(7, Size(communities=300, items=12, requests=900, lots=2_500))
    rules = Rules(city, DISTRICT)
    ours, theirs = propose(city), nearest_first(city, DISTRICT)

    assert violations(rules, ours) == []
    assert violations(rules, theirs) == []
    assert weighted(rules, ours) > weighted(rules, theirs)
    assert propose(shuffled(city, 3)) == ours


def test_the_sample_city_is_made_by_its_seed_alone() -> None:
    size = Size(communities=30, items=5, requests=40, lots=60)

    assert make_city(1, size) == make_city(1, size)
    assert make_city(1, size) != make_city(2, size)
