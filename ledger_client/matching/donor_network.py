"""The match of a donor network: one pass over the goods of a day, nothing about tomorrow.

Each lot is planned alone (`_splits`). Of all plans the one that saves most beside waiting is carried out,
and those that counted on the same requests are made anew. Goods whose best plan costs more than waiting wait;
the price of waiting grows by the day, so that near requests have time to come and no goods wait for ever.

Deterministic: the order of the arguments plays no part, ties are broken by ids, and of doubles nothing but
sums, differences, products and quotients is computed, which are the same on every machine.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter

from ledger_client.matching._splits import Candidate, Split, Wanted, best_split, waiting_price
from ledger_client.matching.donor_proposals import LotProposal, Ways, Why
from ledger_client.matching.goods import Lot, Request, in_order, require_once
from ledger_client.matching.profiles import DAY, DONOR_NETWORK, DonorProfile


def match(
    now: int,
    lots: Iterable[Lot],
    requests: Iterable[Request],
    ways: Ways,
    profile: DonorProfile = DONOR_NETWORK,
) -> list[LotProposal]:
    """Return what goes on this day, in the order in which it was decided.

    Args:
        now: Seconds since 1970, by the clock whose days the lots and requests name.
        lots: What can be given; what has expired is left alone.
        requests: What is asked; what is no longer needed is left alone.
        ways: How far it is from a lot to requests; asked once a lot, with the requests of its item.
        profile: The prices.

    Raises:
        ValueError: An id comes twice, a quantity is not above 0, more of a request is open than was asked
            for, or its urgency is none of the profile's.
    """
    day = _Day(now, profile)
    day.open(requests)
    day.offer(lots, ways)
    return day.run()


def _sound(lots: Iterable[Lot]) -> list[Lot]:
    """Return the lots by id."""
    ordered = sorted(lots, key=itemgetter(0))
    require_once("lot", [lot.lot for lot in ordered])
    least = min(ordered, key=itemgetter(3), default=None)
    if least is not None and least.quantity <= 0:
        raise ValueError(f"lot {least.lot} has the quantity {least.quantity}: leave out what is not above 0")
    return ordered


class _Offer:
    """A lot on the day of the match."""

    __slots__ = ("among", "lot", "plan", "price", "sent", "version", "ways")

    def __init__(self, lot: Lot, ways: Sequence[float], among: list[Candidate], price: float) -> None:
        self.lot = lot
        self.ways = ways
        self.among = among
        self.price = price
        self.plan: Split | None = None
        self.version = 0
        self.sent = False


class _Day:
    def __init__(self, now: int, profile: DonorProfile) -> None:
        self._now, self._today = now, now // DAY
        self._profile = profile
        self._wanted: dict[int, Wanted] = {}
        self._offers: list[_Offer] = []
        self._by_site: dict[int, list[int]] = defaultdict(list)  # places in _offers
        self._reached: dict[int, set[int]] = defaultdict(set)  # by site, where its parcels go today
        self._queue: list[tuple[float, int, int]] = []  # cost above waiting, place, version
        self._proposals: list[LotProposal] = []

    def open(self, requests: Iterable[Request]) -> None:
        """Sort the requests by item, and say what filling one is worth."""
        by_item: dict[int, list[Request]] = defaultdict(list)
        for request in in_order(requests, self._profile.urgencies):
            if request.needed_by >= self._today:
                by_item[request.item].append(request)
        count = sum(map(len, by_item.values()))
        for item, wanted in by_item.items():
            rarity = min(self._profile.rarity, count / len(by_item) / len(wanted))
            self._wanted[item] = Wanted(self._profile, wanted, self._profile.fill * rarity)

    def offer(self, lots: Iterable[Lot], ways: Ways) -> None:
        """Find for each lot the requests that it could go to."""
        for lot in _sound(lots):
            wanted = self._wanted.get(lot.item)
            if wanted is None or (lot.use_until is not None and lot.use_until < self._today):
                continue
            row = ways(lot, wanted.requests)
            among = wanted.candidates(lot.quantity, row)
            price = waiting_price(self._profile, lot, self._now)
            self._by_site[lot.site].append(len(self._offers))
            self._offers.append(_Offer(lot, row, among, price))

    def run(self) -> list[LotProposal]:
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
                self._plan_companions(offer.lot.site)
            else:
                self._plan(place)
        return self._proposals

    def _plan(self, place: int) -> None:
        offer = self._offers[place]
        offer.version += 1
        reached = self._reached[offer.lot.site]
        offer.plan = best_split(self._profile, offer.lot, offer.among, offer.price, reached)
        if offer.plan is not None:
            heapq.heappush(self._queue, (offer.plan.cost - offer.plan.limit, place, offer.version))

    def _carry_out(self, offer: _Offer, plan: Split) -> None:
        lot = offer.lot
        left = lot.quantity
        reached = self._reached[lot.site]
        for distance, request, quantity, _ in plan.picks:
            request.take(quantity)
            left -= quantity
            why = Why(
                distance=distance,
                waited=max(0, self._now - lot.held_since),
                fills=not request.open,
                empties=not left,
                shares=request.site in reached,
                cost=plan.cost / lot.quantity,
                limit=plan.limit / lot.quantity,
            )
            self._proposals.append(LotProposal(lot, request.request, quantity, why))
        reached.update(request.site for _, request, _, _ in plan.picks)
        offer.sent = True
        offer.plan = None

    def _plan_companions(self, site: int) -> None:
        """Split the other goods of `site` anew: they can go along to where its parcels go."""
        for place in self._by_site[site]:
            offer = self._offers[place]
            if offer.sent:
                continue
            wanted = self._wanted[offer.lot.item]
            known = {request.number for _, request in offer.among}
            offer.among += [
                (offer.ways[at], wanted.open(at))
                for reached in sorted(self._reached[site])
                for at in wanted.places_at(reached)
                if offer.ways[at] < math.inf and wanted.requests[at].request not in known
            ]
            self._plan(place)
