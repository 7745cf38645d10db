"""What a site can give of an item: how much, until which day of need, and from which lots.

A giver's goods are bounded twice: in sum by what is releasable, and by day, since goods for a need on day D
must be usable on D. The days nest (what serves a later need serves an earlier one too), so that a set of
quantities can be served exactly when, for each last day of use, the quantities that need goods of that day
or later do not exceed the lots of that day or later. That room is kept by day; lots are named at the end,
earliest first, which always works out: whoever takes the earliest lot that serves takes the least from the
others.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING

from ledger_client.matching.city import WHOLE, City, Quantity, Terms, category_of, terms_of
from ledger_client.matching.goods import FOR_EVER, Request

if TYPE_CHECKING:
    from ledger_client.matching._needs import Need

NO_TERMS = Terms(share=0, notice=0)


class Giver:
    """One site's goods of one item, and what has been given of them so far.

    Attributes:
        site: The site.
        item: The item.
        stock: Usable base units at the start.
        left: Base units that may still be given.
        notice: Days until its goods may leave.
        days: Last days of use, ascending.
        room: For each day of `days`, base units of that day or later that are not given for a need after the
            day before it.
        given: Base units by need.
        closed: From this index of `days` on, nothing can be won here any more by giving others elsewhere.
        lots: (last day of use, lot, base units), the earliest to expire first.
    """

    __slots__ = ("closed", "days", "given", "item", "left", "lots", "notice", "room", "site", "stock")

    def __init__(self, site: int, item: int, lots: list[tuple[int, int, int]], notice: int):
        self.site, self.item, self.notice = site, item, notice
        self.lots = sorted(lots)
        self.stock = sum(map(itemgetter(2), lots))
        self.left = 0
        self.given: dict[Need, int] = {}
        self.days = sorted({until for until, _, _ in lots})
        self.closed = len(self.days)
        self.room = [sum(units for until, _, units in lots if until >= day) for day in self.days]

    def place(self, day: int) -> int:
        """Return the index of the first of `days` that serves a need on `day`; past the end if none."""
        return bisect_left(self.days, day)

    def free(self, place: int) -> int:
        """Return how many base units may still be given for needs at `place`."""
        left, room = self.left, self.room
        if not left or place >= len(room):
            return 0
        if place == 0:  # most goods are one lot, so that this is most of what is asked
            return left if left < room[0] else room[0]
        return min(left, min(room[: place + 1]))

    def free_without(self, place: int, other: int, units: int) -> int:
        """Return what would be free at `place` if `units` given for a need at `other` were given back."""
        room = min(
            left + units if index <= other else left for index, left in enumerate(self.room[: place + 1])
        )
        return min(self.left + units, room)

    def give(self, need: Need, place: int, units: int) -> None:
        """Give `need` so many base units more (fewer when negative); the caller has asked `free`."""
        self.left -= units
        for index in range(place + 1):
            self.room[index] -= units
        total = self.given.get(need, 0) + units
        if total:
            self.given[need] = total
        else:
            del self.given[need]


def by_place(quantities: Iterable[Quantity]) -> Mapping[tuple[int, int], int]:
    """Return the sums by (site, item)."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for entry in quantities:
        sums[entry.site, entry.item] += entry.quantity
    return sums


def find_givers(city: City, requests: Collection[Request]) -> dict[tuple[int, int], Giver]:
    """Return the usable goods of every site and item, with what may be given of them.

    Args:
        city: All that is there.
        requests: Who asks, and so gives nothing of what it asks for.
    """
    lots: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for lot in city.lots:
        until = FOR_EVER if lot.use_until is None else lot.use_until
        if lot.quantity > 0 and until >= city.today:
            lots[lot.site, lot.item].append((until, lot.lot, lot.quantity))
    floors, reserved = by_place(city.floors), by_place(city.reserved)
    stale, asking = set(city.stale), {(request.site, request.item) for request in requests}
    terms_by_site = {site: terms_of(city.terms, site) or NO_TERMS for site, _ in lots}
    givers = {}
    for place, held in lots.items():
        site, item = place
        terms = terms_by_site[site]
        giver = givers[place] = Giver(site, item, held, terms.notice)
        if place not in asking and (site, category_of(item)) not in stale:
            above = min(giver.stock - floors.get(place, 0), giver.stock * terms.share // WHOLE)
            giver.left = max(0, above - reserved.get(place, 0))
    return givers
