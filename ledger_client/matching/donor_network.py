"""The match of a donor network: one pass over the goods of a day, nothing about tomorrow.

Each supply is planned alone (`plans`). Of all plans the one that saves most beside waiting is carried out,
and those that counted on the same needs are made anew. Goods whose best plan costs more than waiting wait;
the price of waiting grows by the day, so that near needs have time to come and no goods wait for ever.

Deterministic: the order of the arguments plays no part, ties are broken by keys, and of doubles nothing but
sums, differences, products and quotients is computed, which are the same on every machine.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import TypeVar

from ledger_client.matching.parcels import Distances, Need, Parcel, Supply, Why
from ledger_client.matching.plans import Candidate, Plan, Wanted, make_plan, waiting_price
from ledger_client.matching.profiles import DONOR_NETWORK, Profile


def match(
    now: int,
    supplies: Iterable[Supply],
    needs: Iterable[Need],
    distances: Distances,
    profile: Profile = DONOR_NETWORK,
) -> list[Parcel]:
    """Return the parcels that go on this day, in the order in which they were decided.

    Args:
        now: Seconds since 1970.
        supplies: What can be given; what has expired is left alone.
        needs: What is asked; what is no longer needed is left alone.
        distances: The way from a supply to needs; asked once a supply, with the needs of its item.
        profile: The prices.

    Raises:
        ValueError: A key comes twice, or a quantity is not above 0.
    """
    day = _Day(now, profile)
    day.open(needs)
    day.offer(supplies, distances)
    return day.run()


_Thing = TypeVar("_Thing", Supply, Need)


def _in_order(things: Iterable[_Thing]) -> list[_Thing]:
    ordered = sorted(things, key=attrgetter("key"))
    if len(set(map(attrgetter("key"), ordered))) < len(ordered):
        twice = next(thing.key for thing, after in pairwise(ordered) if thing.key == after.key)
        raise ValueError(f"the key {twice} comes twice: give each supply and each need its own")
    least = min(ordered, key=attrgetter("quantity"), default=None)
    if least is not None and least.quantity <= 0:
        raise ValueError(f"{least.key} has the quantity {least.quantity}: leave out what is not above 0")
    return ordered


class _Offer:
    """A supply on the day of the match."""

    __slots__ = ("among", "distances", "plan", "price", "sent", "supply", "version")

    def __init__(
        self, supply: Supply, distances: Sequence[float], among: list[Candidate], price: float
    ) -> None:
        self.supply = supply
        self.distances = distances
        self.among = among
        self.price = price
        self.plan: Plan | None = None
        self.version = 0
        self.sent = False


class _Day:
    def __init__(self, now: int, profile: Profile) -> None:
        self._now = now
        self._profile = profile
        self._wanted: dict[str, Wanted] = {}
        self._offers: list[_Offer] = []
        self._by_site: dict[str, list[int]] = defaultdict(list)  # places in _offers
        self._reached: dict[str, set[str]] = defaultdict(set)  # by site, where its parcels go today
        self._queue: list[tuple[float, int, int]] = []  # cost above waiting, place, version
        self._parcels: list[Parcel] = []

    def open(self, needs: Iterable[Need]) -> None:
        """Sort the needs by item, and say what filling one is worth."""
        by_item: dict[str, list[Need]] = defaultdict(list)
        for need in _in_order(needs):
            if need.needed_by is None or need.needed_by >= self._now:
                by_item[need.item].append(need)
        count = sum(map(len, by_item.values()))
        for item, wanted in by_item.items():
            rarity = min(self._profile.rarity, count / len(by_item) / len(wanted))
            self._wanted[item] = Wanted(self._profile, wanted, self._profile.fill * rarity)

    def offer(self, supplies: Iterable[Supply], distances: Distances) -> None:
        """Find for each supply the needs that it could go to."""
        for supply in _in_order(supplies):
            wanted = self._wanted.get(supply.item)
            if wanted is None or (supply.expires is not None and supply.expires <= self._now):
                continue
            row = distances(supply, wanted.needs)
            among = wanted.candidates(supply.quantity, row)
            price = waiting_price(self._profile, supply, self._now)
            self._by_site[supply.site].append(len(self._offers))
            self._offers.append(_Offer(supply, row, among, price))

    def run(self) -> list[Parcel]:
        """Carry out the cheapest plan until all that is left had better wait."""
        for place in range(len(self._offers)):
            self._plan(place)
        while self._queue:
            _, place, version = heapq.heappop(self._queue)
            offer = self._offers[place]
            if offer.version != version or offer.plan is None:
                continue
            if offer.plan.is_current:
                self._carry_out(offer, offer.plan)
                self._plan_companions(offer.supply.site)
            else:
                self._plan(place)
        return self._parcels

    def _plan(self, place: int) -> None:
        offer = self._offers[place]
        offer.version += 1
        reached = self._reached[offer.supply.site]
        offer.plan = make_plan(self._profile, offer.supply, offer.among, offer.price, reached)
        if offer.plan is not None:
            heapq.heappush(self._queue, (offer.plan.cost - offer.plan.limit, place, offer.version))

    def _carry_out(self, offer: _Offer, plan: Plan) -> None:
        supply = offer.supply
        left = supply.quantity
        reached = self._reached[supply.site]
        for distance, need, quantity, _ in plan.picks:
            need.take(quantity)
            left -= quantity
            why = Why(
                distance=distance,
                waited=max(0, self._now - supply.held_since),
                fills=not need.open,
                empties=not left,
                shares=need.site in reached,
                cost=plan.cost / supply.quantity,
                limit=plan.limit / supply.quantity,
            )
            self._parcels.append(Parcel(supply, need.need, quantity, why))
        reached.update(need.site for _, need, _, _ in plan.picks)
        offer.sent = True
        offer.plan = None

    def _plan_companions(self, site: str) -> None:
        """Plan the other goods of `site` anew: they can go along to where its parcels go."""
        for place in self._by_site[site]:
            offer = self._offers[place]
            if offer.sent:
                continue
            wanted = self._wanted[offer.supply.item]
            known = {need.need.key for _, need in offer.among}
            offer.among += [
                (offer.distances[at], wanted.open(at))
                for reached in sorted(self._reached[site])
                for at in wanted.places_at(reached)
                if offer.distances[at] < math.inf and wanted.needs[at].key not in known
            ]
            self._plan(place)
