"""Splits one lot into parcels: the cheapest plan among the requests that are near or fit."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from operator import itemgetter

from ledger_client.matching.goods import Lot, Request
from ledger_client.matching.profiles import DAY, DonorProfile

# The best fits are chosen among so many times as many requests as are looked at; one distance in so many
# tells how far off those stand.
POOL = 4
SAMPLE = 16
# A price for goods that must not wait: above any way on earth, and finite, so that plans can be compared.
AT_ANY_DISTANCE = 1e6
_BY_COST = itemgetter(0, 1)


class OpenRequest:
    """A request on the day of the match, with what is still open of it.

    Attributes:
        request: The request.
        number: Its id.
        site: Its site.
        open: Base units that nothing has been sent for.
        unit: What each base unit is worth to it.
        opening: What beginning it costs, 0 once something has been sent.
    """

    __slots__ = ("number", "open", "opening", "request", "site", "unit")

    def __init__(self, request: Request, unit: float, opening: float) -> None:
        self.request = request
        self.number = request.request
        self.site = request.site
        self.open = request.quantity
        self.unit = unit
        self.opening = opening if request.quantity == request.asked else 0.0

    def take(self, quantity: int) -> None:
        """Note that `quantity` base units are on their way."""
        self.open -= quantity
        self.opening = 0.0


Candidate = tuple[float, OpenRequest]
"""A distance and a request."""

Pick = tuple[float, OpenRequest, int, int]
"""A distance, a request, what it would get, and what was open of it when that was planned."""


@dataclass(frozen=True, slots=True)
class Split:
    """How a lot would be split on this day.

    Attributes:
        cost: What it costs, what is left counted as waiting.
        limit: What it would cost to let the whole lot wait.
        picks: The parcels.
    """

    cost: float
    limit: float
    picks: tuple[Pick, ...]

    @property
    def is_current(self) -> bool:
        """Whether the requests still ask for as much as they did when the plan was made."""
        return all(request.open == then for _, request, _, then in self.picks)


class Wanted:
    """The requests of one item on the day of the match, in the order of their ids.

    Attributes:
        requests: As they were at the start of the day.
        worth: What filling one of ordinary urgency is worth.
    """

    def __init__(self, profile: DonorProfile, requests: list[Request], worth: float) -> None:
        self.requests = requests
        self.worth = worth
        self._profile = profile
        self._opening = worth * profile.opening
        self._opened: dict[int, OpenRequest] = {}  # most requests are never looked at
        self._sites = [request.site for request in requests]

    def open(self, place: int) -> OpenRequest:
        """Return the request at `place`, always the same object."""
        found = self._opened.get(place)
        if found is None:
            request = self.requests[place]
            unit = self.worth * self._profile.urgencies[request.urgency] / request.asked
            found = self._opened[place] = OpenRequest(request, unit, self._opening)
        return found

    def places_at(self, site: int) -> list[int]:
        """Return the places of the requests of a site."""
        # Asked seldom: counting and finding in a list is cheaper than keeping a dictionary of all sites.
        places: list[int] = []
        for _ in range(self._sites.count(site)):
            places.append(self._sites.index(site, places[-1] + 1 if places else 0))
        return places

    def candidates(self, quantity: int, distances: Sequence[float]) -> list[Candidate]:
        """Return the nearest requests, and of those farther off the ones that fit `quantity` best.

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
        requests, worth, begun = self.requests, self.worth, self._opening
        parcel, patience = self._profile.parcel, self._profile.patience
        urgencies = self._profile.urgencies

        def fit(candidate: tuple[float, int]) -> float:
            way, place = candidate
            request = requests[place]
            wanted = request.quantity
            start = begun if wanted == request.asked else 0.0
            unit = way - patience - worth * urgencies[request.urgency] / request.asked
            return start + unit * quantity if quantity <= wanted else start + unit * wanted + parcel

        return fit


def _about_nearest(distances: Sequence[float], count: int) -> list[tuple[float, int]]:
    """Return the nearest with their places, `count` of them or somewhat more or fewer, in no order.

    A sample tells how far to look, since sorting all of them for every lot would take most of the time.
    """
    if len(distances) > count:
        sample = sorted(distances[::SAMPLE])
        radius = sample[min(count // SAMPLE, len(sample) - 1)]
        within = [(way, place) for place, way in enumerate(distances) if way <= radius]
        if 2 * len(within) >= count and radius < math.inf:
            return within
    return [(way, place) for place, way in enumerate(distances) if way < math.inf]


def waiting_price(profile: DonorProfile, lot: Lot, now: int) -> float:
    """Return the distance above which a base unit of `lot` rather waits than goes at `now`."""
    waited = max(0, now - lot.held_since)
    expires_soon = lot.use_until is not None and (lot.use_until + 1) * DAY - now <= profile.hurry
    if expires_soon or waited > profile.longest:
        return AT_ANY_DISTANCE
    return profile.patience + profile.urge * waited / DAY


def best_split(
    profile: DonorProfile,
    lot: Lot,
    among: Sequence[Candidate],
    price: float,
    reached: Container[int],
) -> Split | None:
    """Return the cheapest split of `lot` that is found, or None where it had better wait.

    Several beginnings are followed side by side, since the best first parcel often leaves a rest that fits
    nowhere; what stays behind is charged as goods that wait, with another parcel to come.

    Args:
        profile: The prices.
        lot: The goods.
        among: The requests that are looked at.
        price: What each base unit that waits is charged, as `waiting_price` says.
        reached: The sites to which a parcel goes from the lot's site on this day already.
    """
    parcel = profile.parcel
    steps = [
        (
            request.open,
            way - request.unit,
            request.opening + (0.0 if request.site in reached else parcel),
            way,
            request,
        )
        for way, request in among
        # Where a base unit costs more than waiting, so does every plan with it, unless the way is paid for.
        if request.open and (way - request.unit < price or request.site in reached)
    ]
    limit = cheapest = lot.quantity * price
    best: tuple[Pick, ...] = ()
    beginnings: list[_Beginning] = [(0.0, lot.quantity, ())]
    for _ in range(profile.parcels):
        longer = _one_step_longer(beginnings, steps, price, parcel)
        beginnings = []
        for judged, _, cost, beginning, (wanted, _, _, way, request) in longer[: profile.breadth]:
            _, left, picks = beginning
            sent = min(left, wanted)
            picks = (*picks, (way, request, sent, wanted))
            if judged < cheapest:
                cheapest, best = judged, picks
            if left > sent:
                beginnings.append((cost, left - sent, picks))
    return Split(cheapest, limit, best) if best else None


_Step = tuple[
    int, float, float, float, OpenRequest
]  # open, cost a base unit, cost to begin, distance, request
_Beginning = tuple[float, int, tuple[Pick, ...]]  # cost, what is left of the lot, parcels
_Longer = tuple[
    float, int, float, _Beginning, _Step
]  # cost with what is left waiting, id of request, cost, …


def _one_step_longer(
    beginnings: list[_Beginning], steps: list[_Step], price: float, parcel: float
) -> list[_Longer]:
    """Return every beginning with one parcel more, the cheapest first."""
    longer: list[_Longer] = []
    for beginning in beginnings:
        cost, left, picks = beginning
        taken = [pick[1] for pick in picks]
        for step in steps:
            wanted, unit, start, _, request = step
            if taken and request in taken:
                continue
            if left <= wanted:
                judged = total = cost + start + unit * left
            else:
                total = cost + start + unit * wanted
                judged = total + (left - wanted) * price + parcel
            longer.append((judged, request.number, total, beginning, step))
    longer.sort(key=_BY_COST)
    return longer
