"""A sample city for the matching: made from a seed, the same for the same seed on every machine.

Communities stand in streets and streets in districts, as people do: close together in the middle of each. A
few items are asked for and held by many, most by few (Zipf). Half of those who ask have some of it left.
Some districts are hit harder and ask more.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

from ledger_client.matching.city import City, Quantity, Terms, category_of
from ledger_client.matching.distances import Distances
from ledger_client.matching.goods import Lot, Request

GOVERNMENT, AGREEMENT, ENTERPRISE_HELD, HOUSEHOLD, MERCHANT = range(1, 6)


TODAY = 18_290  # 2020-01-29
DAY = 86_400
CITY = 4201
TERMS = {
    (CITY, GOVERNMENT): Terms(share=10_000, notice=0),
    (CITY, AGREEMENT): Terms(share=8_000, notice=3),
    (CITY, ENTERPRISE_HELD): Terms(share=10_000, notice=1),
    (CITY, HOUSEHOLD): Terms(share=2_500, notice=2),
    (CITY, MERCHANT): Terms(share=5_000, notice=2),
}
"""Invented, like everything here."""
STREETS, IN_A_STREET = 10, 20
FIRST_CATEGORY, IN_A_CATEGORY = 3_000_000, 20
ZIPF = 0.8

MODES = ((AGREEMENT, 0.4), (ENTERPRISE_HELD, 0.2), (HOUSEHOLD, 0.4), (MERCHANT, 0.5))
"""How many of the communities have a site of each mode; all have one of the government."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything."""

    communities: int = 2_000
    items: int = 200
    requests: int = 20_000
    lots: int = 50_000


def make_city(seed: int, size: Size) -> City:
    """Return the city of `seed`."""
    return _Maker(seed, size).city()


class _Maker:
    def __init__(self, seed: int, size: Size):
        self._random = random.Random(seed)
        self._size = size
        self._points: dict[int, tuple[int, int]] = {}
        self._sites: list[int] = []
        self._askers: list[int] = []
        self._hardship: list[float] = []
        self._items = [
            (FIRST_CATEGORY + number // IN_A_CATEGORY) * 100_000 + number % IN_A_CATEGORY + 1
            for number in range(size.items)
        ]
        self._usual = {item: round(self._random.lognormvariate(4.5, 1.0)) + 5 for item in self._items}
        self._popular = list(accumulate(1 / rank**ZIPF for rank in range(1, size.items + 1)))

    def city(self) -> City:
        self._settle()
        floors: dict[tuple[int, int], int] = {}
        requests = [self._request(number, floors) for number in range(1, self._size.requests + 1)]
        lots = [self._lot(number, requests, floors) for number in range(1, self._size.lots + 1)]
        places = sorted({(lot.site, lot.item) for lot in lots})
        counted = sorted({(site, category_of(item)) for site, item in places})
        chance = self._random
        return City(
            today=TODAY,
            lots=lots,
            requests=requests,
            floors=[Quantity(site, item, units) for (site, item), units in sorted(floors.items()) if units],
            reserved=[
                Quantity(site, item, chance.randint(1, self._usual[item]))
                for site, item in places
                if chance.random() < 0.05
            ],
            promised=[
                Quantity(request.site, request.item, chance.randint(1, self._usual[request.item]))
                for request in requests
                if chance.random() < 0.05
            ],
            terms=TERMS,
            stale=sorted(chance.sample(counted, len(counted) // 50)),
            distances=Distances(points=self._points),
        )

    def _settle(self) -> None:
        """Place the communities, and their sites where they are."""
        chance = self._random
        a_district = STREETS * IN_A_STREET
        for number in range(self._size.communities):
            district, rest = divmod(number, a_district)
            street, community = divmod(rest, IN_A_STREET)
            if rest == 0:
                middle = chance.uniform(-20_000, 20_000), chance.uniform(-20_000, 20_000)
                hardship = chance.choice((0.5, 1.0, 1.0, 2.0))
            if community == 0:
                corner = chance.gauss(middle[0], 3_000), chance.gauss(middle[1], 3_000)
            point = round(chance.gauss(corner[0], 700)), round(chance.gauss(corner[1], 700))
            code = ((CITY * 100 + district + 2) * 1_000 + street + 1) * 1_000 + community + 1
            modes = [GOVERNMENT, *(mode for mode, share in MODES if chance.random() < share)]
            for mode in modes:
                site = code * 1_000 + mode * 100 + 1
                self._points[site] = point
                self._sites.append(site)
            self._askers.append(code * 1_000 + GOVERNMENT * 100 + 1)
            self._hardship.append(hardship)

    def _item(self) -> int:
        return self._random.choices(self._items, cum_weights=self._popular)[0]

    def _floor(self, site: int, item: int, floors: dict[tuple[int, int], int]) -> int:
        """Return the floor of a site and item, 0 for one in ten."""
        if (site, item) not in floors:
            usual = self._usual[item] * self._random.lognormvariate(0, 0.5)
            floors[site, item] = 0 if self._random.random() < 0.1 else 1 + round(usual)
        return floors[site, item]

    def _request(self, number: int, floors: dict[tuple[int, int], int]) -> Request:
        chance, item = self._random, self._item()
        site = chance.choices(self._askers, weights=self._hardship)[0]
        norm = self._floor(site, item, floors) or self._usual[item]
        times = chance.uniform(3.1, 6) if chance.random() < 0.03 else chance.uniform(0.2, 2.0)
        return Request(
            request=number,
            site=site,
            item=item,
            quantity=1 + round(norm * times),
            asked=1 + round(norm * times),
            needed_by=TODAY + chance.randint(1, 14),
            urgency=chance.choices((1, 2, 3), weights=(5, 3, 2))[0],
            requested_at=TODAY * DAY - chance.randint(1, 10 * DAY),
            reason=chance.choice((None, 1, 2)) if times > 3 else None,
        )

    def _lot(self, number: int, requests: list[Request], floors: dict[tuple[int, int], int]) -> Lot:
        """Return what is left at somebody who asks (one lot in five), or what lies at any site."""
        chance = self._random
        if chance.random() < 0.2:
            asker = chance.choice(requests)
            site, item, times = asker.site, asker.item, chance.uniform(0.1, 1.2)
        else:
            site, item, times = chance.choice(self._sites), self._item(), chance.lognormvariate(0.2, 0.7)
        units = 1 + round((self._floor(site, item, floors) or self._usual[item]) * times)
        lasts = (
            None
            if chance.random() < 0.2
            else TODAY + chance.choice((3, 10, 30, 180, 700)) - chance.randint(0, 4)
        )
        return Lot(1_000_000_007 * number % (1 << 40), site, item, units, lasts)
