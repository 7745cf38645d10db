"""Small cities for the tests of the profile `district`, and the best plan for them by brute force."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ledger_client.matching.city import City, CityProfile, Quantity, Terms
from ledger_client.matching.distances import Distances
from ledger_client.matching.goods import Lot, Request

TODAY = 100
ITEM, OTHER_ITEM, ELSE = 3_000_001_00001, 3_000_001_00002, 3_000_002_00001
CATEGORY = 3_000_001  # of the first two

# Community, mode, number: two communities of a street, one of the next street, and one each of another
# district, city and province.
HOME = 420106001001_101
SAME_COMMUNITY = 420106001001_501
SAME_STREET = 420106001002_101
SAME_DISTRICT = 420106002001_101
AGREEMENT = 420106002001_201
HOUSEHOLD = 420106001002_401
SAME_CITY = 420102003001_101
SAME_PROVINCE = 420502001001_101
ELSEWHERE = 430102001001_101
SITES = [
    HOME,
    SAME_COMMUNITY,
    SAME_STREET,
    SAME_DISTRICT,
    AGREEMENT,
    HOUSEHOLD,
    SAME_CITY,
    SAME_PROVINCE,
    ELSEWHERE,
]

TERMS = {
    (0, 1): Terms(share=10_000, notice=0),
    (42, 2): Terms(share=10_000, notice=3),
    (4201, 4): Terms(share=5_000, notice=2),
    (420106001001, 5): Terms(share=7_500, notice=1),
}
URGENCIES = {1: 1, 2: 2, 3: 4}


def lot(site: int, quantity: int, number: int = 1, use_until: int | None = None, item: int = ITEM) -> Lot:
    return Lot(number, site, item, quantity, use_until)


def request(quantity: int, number: int = 1, site: int = HOME, **more: Any) -> Request:
    facts = {"item": ITEM, "asked": quantity, "needed_by": TODAY + 7, "urgency": 1, "requested_at": 0}
    return Request(request=number, site=site, quantity=quantity, **(facts | more))


def floor(site: int, quantity: int, item: int = ITEM) -> Quantity:
    return Quantity(site, item, quantity)


def city(lots: list[Lot], requests: list[Request], **more: Any) -> City:
    return City(today=TODAY, lots=lots, requests=requests, **({"terms": TERMS} | more))


def profile(nearest: int = 20, parcel_price: int = 1_000) -> CityProfile:
    return CityProfile("district", nearest, parcel_price, 120, URGENCIES)


def shuffled(given: City, seed: int) -> City:
    """The same city, every list of it in another order."""
    chance = random.Random(seed)
    names = ("lots", "requests", "floors", "reserved", "promised", "stale", "emergencies")
    lists: dict[str, Any] = {
        name: sorted(getattr(given, name), key=lambda _: chance.random()) for name in names
    }
    return replace(given, **lists)


# --- cities at random

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A city takes some milliseconds to draw, and ten times that where other work is done beside the tests."""

_places = st.tuples(st.sampled_from(SITES), st.sampled_from([ITEM, OTHER_ITEM, ELSE]))
_counted = st.tuples(st.sampled_from(SITES), st.sampled_from([CATEGORY, CATEGORY + 1]))
_few = st.integers(1, 6)


@st.composite
def _quantities(draw: st.DrawFn) -> list[Quantity]:
    places = draw(st.lists(_places, max_size=6, unique=True))
    return [Quantity(site, item, draw(_few)) for site, item in places]


@st.composite
def _terms(draw: st.DrawFn) -> dict[tuple[int, int], Terms]:
    """The usual terms, and at some divisions others."""
    division = st.sampled_from([0, 42, 4201, 420106, 420106001, 420106001001])
    terms = st.builds(Terms, st.sampled_from([0, 5_000, 10_000]), st.integers(0, 4))
    return TERMS | draw(st.dictionaries(st.tuples(division, st.integers(1, 5)), terms, max_size=2))


@st.composite
def _distances(draw: st.DrawFn) -> Distances:
    site, coordinate = st.sampled_from(SITES), st.integers(-3_000, 3_000)
    return Distances(
        pairs=draw(st.dictionaries(st.tuples(site, site), st.integers(0, 5_000), max_size=4)),
        points=draw(st.dictionaries(site, st.tuples(coordinate, coordinate))),
    )


@st.composite
def cities(draw: st.DrawFn, most_lots: int = 8, most_requests: int = 5) -> City:
    """Any small city: expired lots, requests that are late or above the norm, sites that ask and have."""
    places = draw(st.lists(_places, max_size=most_lots))
    until = st.one_of(st.none(), st.integers(TODAY - 2, TODAY + 5))
    lots = [Lot(n, site, item, draw(_few), draw(until)) for n, (site, item) in enumerate(places, 1)]
    asked = draw(st.lists(_places, max_size=most_requests))
    requests = [
        Request(
            request=number,
            site=site,
            item=item,
            quantity=quantity,
            asked=quantity + draw(st.sampled_from([0, 0, 0, 5])),
            needed_by=draw(st.integers(TODAY - 1, TODAY + 4)),
            urgency=draw(st.sampled_from(sorted(URGENCIES))),
            requested_at=draw(st.integers(0, 2)),
            reason=draw(st.sampled_from([None, 7])),
        )
        for number, (site, item) in enumerate(asked, 1)
        for quantity in [draw(_few)]
    ]
    return city(
        lots,
        requests,
        terms=draw(_terms()),
        floors=draw(_quantities()),
        reserved=draw(_quantities()),
        promised=draw(_quantities()),
        stale=draw(st.lists(_counted, max_size=2, unique=True)),
        emergencies=draw(st.lists(st.sampled_from([0, 42, 420106, 420106001]), max_size=2, unique=True)),
        distances=draw(_distances()),
    )


@st.composite
def crowded_cities(draw: st.DrawFn) -> City:
    """Few givers of one item for many who ask, so that who draws on whom decides how much can be filled."""
    givers = [420106001001_101 + number for number in range(draw(st.integers(2, 4)))]
    receivers = [420106001002_101 + number for number in range(draw(st.integers(2, 4)))]
    until = st.one_of(st.none(), st.integers(TODAY, TODAY + 3))
    held = [site for site in givers for _ in range(draw(st.integers(1, 2)))]
    coordinate = st.tuples(st.integers(0, 9), st.just(0))
    return city(
        [lot(site, draw(st.integers(1, 4)), number, draw(until)) for number, site in enumerate(held, 1)],
        [
            request(
                draw(st.integers(1, 4)),
                number,
                site,
                urgency=draw(st.sampled_from(sorted(URGENCIES))),
                needed_by=TODAY + draw(st.integers(0, 3)),
            )
            for number, site in enumerate(receivers, 1)
        ],
        floors=[floor(site, draw(st.integers(4, 6))) for site in receivers],
        promised=[floor(site, draw(st.integers(0, 6))) for site in receivers],
        distances=Distances(points={site: draw(coordinate) for site in givers + receivers}),
    )


@st.composite
def wide_cities(draw: st.DrawFn) -> City:
    """So many givers of one item that a grid is used; some of them have no place on the plane."""
    chance, spread = random.Random(draw(st.integers())), draw(st.sampled_from([0, 3, 40, 10_000]))
    givers = [420106001000_101 + 1_000 * number for number in range(1, draw(st.integers(41, 90)))]
    receivers = [420106002000_101 + 1_000 * number for number in range(1, 6)]

    def point() -> tuple[int, int]:
        return round(chance.gauss(0, spread)), round(chance.gauss(0, spread))

    points = {site: point() for site in givers if chance.random() < 0.95}
    points |= {site: point() for site in receivers[1:]}
    points[givers[0]] = draw(st.sampled_from([(0, 0), (-(10**9), 0), (10**12, 10**12)]))
    points[receivers[-1]] = 9 * spread + 1_000_000, -7 * spread
    return city(
        [lot(site, chance.randint(1, 3), use_until=TODAY + chance.randint(5, 20)) for site in givers],
        [request(chance.randint(1, 60), number, site) for number, site in enumerate(receivers, 1)],
        distances=Distances(
            pairs={(chance.choice(givers), receivers[1]): 1} if chance.random() < 0.5 else {}, points=points
        ),
    )


profiles = st.builds(profile, st.integers(1, 4), st.sampled_from([0, 500, 10_000]))

# --- the best by trying all


def best(needs: list[tuple[int, int]], givers: list[tuple[int, list[tuple[int, list[int]]]]]) -> int:
    """Return the largest weighted quantity of a network (see `benches.city_check.network`)."""
    lots = [(index, units, tuple(serves)) for index, (_, held) in enumerate(givers) for units, serves in held]

    @cache
    def from_lot(number: int, units: int, lacking: tuple[int, ...], may_give: tuple[int, ...]) -> int:
        if number == len(lots):
            return 0
        giver, _, serves = lots[number]
        following = lots[number + 1][1] if number + 1 < len(lots) else 0
        found = from_lot(number + 1, following, lacking, may_give)
        if units and may_give[giver]:
            for need in serves:
                if lacking[need]:
                    rest = _less(lacking, need), _less(may_give, giver)
                    found = max(found, needs[need][1] + from_lot(number, units - 1, *rest))
        return found

    first = lots[0][1] if lots else 0
    return from_lot(0, first, tuple(units for units, _ in needs), tuple(units for units, _ in givers))


def _less(counts: tuple[int, ...], index: int) -> tuple[int, ...]:
    return (*counts[:index], counts[index] - 1, *counts[index + 1 :])
