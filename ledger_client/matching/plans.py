"""Splits one supply into parcels: the cheapest plan among the needs that are near or fit."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from operator import itemgetter

from ledger_client.matching.parcels import Need, Supply
from ledger_client.matching.profiles import DAY, Profile

# The best fits are chosen among so many times as many needs as are looked at; one distance in so many tells
# how far off those stand.
POOL = 4
SAMPLE = 16
# A price for goods that must not wait: above any way on earth, and finite, so that plans can be compared.
AT_ANY_DISTANCE = 1e6
_BY_COST = itemgetter(0, 1)


class OpenNeed:
    """A need on the day of the match, with what is still open of it.

    Attributes:
        need: The need.
        key: Its key.
        site: Its site.
        open: Base units that nothing has been sent for.
        unit: What each base unit is worth to it.
        opening: What beginning it costs, 0 once something has been sent.
    """

    __slots__ = ("key", "need", "open", "opening", "site", "unit")

    def __init__(self, need: Need, worth: float, opening: float) -> None:
        self.need = need
        self.key = need.key
        self.site = need.site
        self.open = need.quantity
        self.unit = worth * need.urgency / need.asked
        self.opening = opening if need.quantity == need.asked else 0.0

    def take(self, quantity: int) -> None:
        """Note that `quantity` base units are on their way."""
        self.open -= quantity
        self.opening = 0.0


Candidate = tuple[float, OpenNeed]
"""A distance and a need."""

Pick = tuple[float, OpenNeed, int, int]
"""A distance, a need, what it would get, and what was open of it when that was planned."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a supply would be split on this day.

    Attributes:
        cost: What it costs, what is left counted as waiting.
        limit: What it would cost to let the whole supply wait.
        picks: The parcels.
    """

    cost: float
    limit: float
    picks: tuple[Pick, ...]

    @property
    def is_current(self) -> bool:
        """Whether the needs still ask for as much as they did when the plan was made."""
        return all(need.open == then for _, need, _, then in self.picks)


class Wanted:
    """The needs of one item on the day of the match, in the order of their keys.

    Attributes:
        needs: As they were at the start of the day.
        worth: What filling one of ordinary urgency is worth.
    """

    def __init__(self, profile: Profile, needs: list[Need], worth: float) -> None:
        self.needs = needs
        self.worth = worth
        self._profile = profile
        self._opening = worth * profile.opening
        self._opened: dict[int, OpenNeed] = {}  # most needs are never looked at
        self._sites = [need.site for need in needs]

    def open(self, place: int) -> OpenNeed:
        """Return the need at `place`, always the same object."""
        found = self._opened.get(place)
        if found is None:
            found = self._opened[place] = OpenNeed(self.needs[place], self.worth, self._opening)
        return found

    def places_at(self, site: str) -> list[int]:
        """Return the places of the needs of a site."""
        # Asked seldom: counting and finding in a list is cheaper than keeping a dictionary of all sites.
        places: list[int] = []
        for _ in range(self._sites.count(site)):
            places.append(self._sites.index(site, places[-1] + 1 if places else 0))
        return places

    def candidates(self, quantity: int, distances: Sequence[float]) -> list[Candidate]:
        """Return the nearest needs, and of those farther off the ones that fit `quantity` best.

        To be asked before anything is sent.
        """
        nearest = self._profile.nearest
        within = _about_nearest(distances, POOL * nearest)
        within.sort()
        chosen = within[:nearest]
        if len(within) > nearest:
            chosen += heapq.nsmallest(nearest, within[nearest:], key=self._fit_for(quantity))
        return [(way, self.open(place)) for way, place in chosen]

    def _fit_for(self, quantity: int) -> Callable[[tuple[float, int]], float]:
        needs, worth, begun = self.needs, self.worth, self._opening
        parcel, patience = self._profile.parcel, self._profile.patience

        def fit(candidate: tuple[float, int]) -> float:
            way, place = candidate
            need = needs[place]
            wanted = need.quantity
            start = begun if wanted == need.asked else 0.0
            unit = way - patience - worth * need.urgency / need.asked
            return start + unit * quantity if quantity <= wanted else start + unit * wanted + parcel

        return fit


def _about_nearest(distances: Sequence[float], count: int) -> list[tuple[float, int]]:
    """Return the nearest with their places, `count` of them or somewhat more or fewer, in no order.

    A sample tells how far to look, since sorting all of them for every supply would take most of the time.
    """
    if len(distances) > count:
        sample = sorted(distances[::SAMPLE])
        radius = sample[min(count // SAMPLE, len(sample) - 1)]
        within = [(way, place) for place, way in enumerate(distances) if way <= radius]
        if 2 * len(within) >= count and radius < math.inf:
            return within
    return [(way, place) for place, way in enumerate(distances) if way < math.inf]


def waiting_price(profile: Profile, supply: Supply, now: int) -> float:
    """Return the distance above which a base unit of `supply` rather waits than goes at `now`."""
    waited = max(0, now - supply.held_since)
    expires_soon = supply.expires is not None and supply.expires - now <= profile.hurry
    if expires_soon or waited > profile.longest:
        return AT_ANY_DISTANCE
    return profile.patience + profile.urge * waited / DAY


def make_plan(
    profile: Profile,
    supply: Supply,
    among: Sequence[Candidate],
    price: float,
    reached: Container[str],
) -> Plan | None:
    """Return the cheapest split of `supply` that is found, or None where it had better wait.

    Several beginnings are followed side by side, since the best first parcel often leaves a rest that fits
    nowhere; what stays behind is charged as goods that wait, with another parcel to come.

    Args:
        profile: The prices.
        supply: The goods.
        among: The needs that are looked at.
        price: What each base unit that waits is charged, as `waiting_price` says.
        reached: The sites to which a parcel goes from the supply's site on this day already.
    """
    parcel = profile.parcel
    steps = [
        (need.open, way - need.unit, need.opening + (0.0 if need.site in reached else parcel), way, need)
        for way, need in among
        # Where a base unit costs more than waiting, so does every plan with it, unless the way is paid for.
        if need.open and (way - need.unit < price or need.site in reached)
    ]
    limit = cheapest = supply.quantity * price
    best: tuple[Pick, ...] = ()
    beginnings: list[_Beginning] = [(0.0, supply.quantity, ())]
    for _ in range(profile.parcels):
        longer = _one_step_longer(beginnings, steps, price, parcel)
        beginnings = []
        for judged, _, cost, beginning, (wanted, _, _, way, need) in longer[: profile.breadth]:
            _, left, picks = beginning
            sent = min(left, wanted)
            picks = (*picks, (way, need, sent, wanted))
            if judged < cheapest:
                cheapest, best = judged, picks
            if left > sent:
                beginnings.append((cost, left - sent, picks))
    return Plan(cheapest, limit, best) if best else None


_Step = tuple[int, float, float, float, OpenNeed]  # open, cost a base unit, cost to begin, distance, need
_Beginning = tuple[float, int, tuple[Pick, ...]]  # cost, what is left of the supply, parcels
_Longer = tuple[float, str, float, _Beginning, _Step]  # cost with what is left waiting, key of need, cost, …


def _one_step_longer(
    beginnings: list[_Beginning], steps: list[_Step], price: float, parcel: float
) -> list[_Longer]:
    """Return every beginning with one parcel more, the cheapest first."""
    longer: list[_Longer] = []
    for beginning in beginnings:
        cost, left, picks = beginning
        taken = [pick[1] for pick in picks]
        for step in steps:
            wanted, unit, start, _, need = step
            if taken and need in taken:
                continue
            if left <= wanted:
                judged = total = cost + start + unit * left
            else:
                total = cost + start + unit * wanted
                judged = total + (left - wanted) * price + parcel
            longer.append((judged, need.key, total, beginning, step))
    longer.sort(key=_BY_COST)
    return longer
