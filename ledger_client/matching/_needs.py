"""Needs: requests as `district` sees them, with how badly off the receiver is and who may give to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator

from ledger_client.matching._givers import Giver, by_place, find_givers
from ledger_client.matching._nearest import Nearest
from ledger_client.matching.city import (
    NORMS_WITHOUT_REASON,
    City,
    CityProfile,
    Unfilled,
    UnfilledCode,
    weight,
)
from ledger_client.matching.distances import lies_in
from ledger_client.matching.goods import Request, in_order


class Receiver:
    """A site that asks for an item: what it has and what is promised to it, and its floor (0: none)."""

    __slots__ = ("floor", "start", "stock")

    def __init__(self, stock: int, floor: int):
        self.start = self.stock = stock
        self.floor = floor


class Need:
    """An open request that may be filled.

    Attributes:
        request: The request.
        receiver: Shared by all requests of the site for the item.
        norm: The receiver's floor, or the quantity asked for at first.
        urgency: The weight of its urgency.
        givers: Those who may give to it, nearest first.
        places: Their index of days for its day of need.
        ways: How far they are. Three lists, since a tuple for each of half a million ways keeps Python's
            garbage collector busier than the matching.
        lacking: Base units not yet proposed.
    """

    __slots__ = ("givers", "lacking", "norm", "places", "receiver", "request", "urgency", "ways")

    def __init__(self, request: Request, receiver: Receiver, urgency: int):
        self.request, self.receiver, self.urgency = request, receiver, urgency
        self.norm = receiver.floor or request.asked
        self.lacking = request.quantity
        self.givers: list[Giver] = []
        self.places: list[int] = []
        self.ways: list[int] = []

    def arcs(self) -> Iterator[tuple[Giver, int, int]]:
        """Return each giver with its index of days and how far it is, nearest first."""
        return zip(self.givers, self.places, self.ways, strict=True)

    @property
    def is_above_norm(self) -> bool:
        """Whether more than three times the floor is asked for; never where there is no floor."""
        return 0 < self.receiver.floor * NORMS_WITHOUT_REASON < self.request.asked

    def weight(self) -> int:
        """Return the weight of one more base unit, see `city.weight`."""
        return weight(self.urgency, self.receiver.stock, self.norm)


class Market:
    """Givers and needs of a city, with the givers that each need may draw on.

    Attributes:
        needs: Requests that may be filled, by id.
        refused: Requests that may not, with the reason.
        flagged: Ids of requests above three times their floor.
    """

    def __init__(self, city: City, profile: CityProfile, requests: Collection[Request] | None = None):
        """Find out who may give to whom.

        Args:
            city: All that is there.
            profile: How many givers are looked at, and what urgency weighs.
            requests: Taken up in place of the city's, which ask all the same and so give nothing.

        Raises:
            ValueError: A request cannot be meant, see `goods.in_order`.
        """
        self._city, self._profile = city, profile
        taken_up = in_order(city.requests if requests is None else requests, profile.urgencies)
        self.givers = find_givers(city, [*city.requests, *taken_up])
        self.needs: list[Need] = []
        self.refused: list[Unfilled] = []
        self.flagged: list[int] = []
        self._take_up(taken_up)
        self._by_item: dict[int, list[Giver]] = defaultdict(list)
        for _, giver in sorted(self.givers.items()):
            self._by_item[giver.item].append(giver)
        self._in_emergency = {
            division: {site for site, _ in self.givers if lies_in(site, division)}
            for division in sorted(city.emergencies)
        }
        self._link()

    def givers_of(self, item: int) -> list[Giver]:
        """Return everybody who has usable goods of `item`, by site."""
        return self._by_item.get(item, [])

    def emergency(self, giver: int, receiver: int) -> int | None:
        """Return the division whose emergency covers both sites, or None."""
        for division, sites in self._in_emergency.items():
            if giver in sites and lies_in(receiver, division):
                return division
        return None

    def in_time(self, giver: Giver, request: Request) -> bool:
        """Return whether the giver's goods may leave by the day of need."""
        if self._city.today + giver.notice <= request.needed_by:
            return True
        return self.emergency(giver.site, request.site) is not None

    def _take_up(self, requests: list[Request]) -> None:
        city = self._city
        floors, promised = by_place(city.floors), by_place(city.promised)
        receivers: dict[tuple[int, int], Receiver] = {}
        for request in requests:
            place = request.site, request.item
            if place not in receivers:
                own = self.givers.get(place)
                stock = (own.stock if own else 0) + promised.get(place, 0)
                receivers[place] = Receiver(stock, floors.get(place, 0))
            need = Need(request, receivers[place], self._profile.urgencies[request.urgency])
            if need.is_above_norm:
                self.flagged.append(request.request)
            if need.is_above_norm and request.reason is None:
                self._refuse(request, UnfilledCode.REASON_MISSING)
            elif request.needed_by < city.today:
                self._refuse(request, UnfilledCode.PAST)
            else:
                self.needs.append(need)

    def _refuse(self, request: Request, code: UnfilledCode) -> None:
        self.refused.append(Unfilled(request.request, request.quantity, code))

    def _link(self) -> None:
        """Find who may give to each need."""
        asked = defaultdict(list)
        for need in self.needs:
            asked[need.request.item].append(need)
        paired = frozenset(site for pair in self._city.distances.pairs for site in pair)
        for item, needs in asked.items():
            able = [giver for giver in self.givers_of(item) if giver.left]
            nearest = Nearest(self._city.distances, paired, able)
            for need in needs:
                request = need.request
                found = nearest.to(request.site, self._profile.nearest, self._acceptance(request))
                need.givers = [giver for _, _, giver in found]
                need.places = [giver.place(request.needed_by) for giver in need.givers]
                need.ways = [value for value, _, _ in found]

    def _acceptance(self, request: Request) -> Callable[[Giver], bool]:
        """Return the test of whether a giver that has something may give it to `request`."""
        day, spare = request.needed_by, request.needed_by - self._city.today
        if self._city.emergencies:
            return lambda giver: giver.days[-1] >= day and self.in_time(giver, request)
        return lambda giver: giver.notice <= spare and giver.days[-1] >= day
