"""The profile `district`, the product's default: worst-off first.

Requests stand in line by weight (`city.weight`): urgency, and how little their site has and will get,
measured by stock ÷ floor. The first in line gets what it lacks to its floor and stands in line again, now
for what it asks above that: everybody is helped to the floor before others get more, where urgency does not
say otherwise. Among the givers it prefers the one whose distance, with the price of a parcel where none
travels between the two sites yet, is least for what it can bring. When its givers have given everything,
needs that were served before move to other givers of theirs and keep what they have; only when no such way
is left does the request stay open. At the end a part that another giver of the same request can bring too
goes into the parcel of that one.

Nothing is held back, on any day: what the rules of `city` let a giver give is proposed, none of it kept for
requests that may still come. In an emergency that covers both sites notices do not count, so that more can
go in time; floors, callable shares, overdue counts and what is reserved stand as on every day, since what
sites keep for themselves is theirs in an emergency above all (docs/adr/0011-norms-and-reallocation.md).

So nothing lies idle that could fill anything: over all requests no plan fills more base units, with the
same givers for each request. Where no request goes above its floor and none shares its site and item with
another one, no plan fills a larger weighted quantity either; for the others `docs/limits.md` says what was
measured.

The same input gives the same plan, in whatever order it is listed.
"""

from __future__ import annotations

import heapq
from operator import itemgetter

from ledger_client.matching._givers import Giver
from ledger_client.matching._needs import Market, Need
from ledger_client.matching._reroute import reroute
from ledger_client.matching._written import written
from ledger_client.matching.city import City, CityProfile, Plan
from ledger_client.matching.profiles import URGENCIES

DISTRICT = CityProfile(
    name="district", nearest=20, parcel_metres=1_000, parcel_seconds=120, urgencies=URGENCIES
)
"""The default; the price of a parcel is a kilometre, or two minutes of travel."""


def propose(city: City, profile: CityProfile = DISTRICT) -> Plan:
    """Return what the givers of `city` can do for its requests.

    Raises:
        ValueError: A request cannot be meant, see `goods.in_order`.
    """
    market = Market(city, profile)
    price = profile.parcel_price(city.distances.unit)
    _fill(market, price)
    _gather(market.needs, price)
    return written(city, profile, market)


def _fill(market: Market, price: int) -> None:
    parcels: set[tuple[int, int]] = set()
    line = [_standing(need) for need in market.needs if need.givers]
    heapq.heapify(line)
    while line:
        standing = heapq.heappop(line)
        need = standing[-1]
        now = _standing(need)
        if now[0] != standing[0]:  # another request of the same site was served meanwhile
            heapq.heappush(line, now)
        elif _serve(need, parcels, price) and need.lacking:
            heapq.heappush(line, _standing(need))


def _standing(need: Need) -> tuple[int, int, int, int, Need]:
    request = need.request
    return -need.weight(), request.needed_by, request.requested_at, request.request, need


def _serve(need: Need, parcels: set[tuple[int, int]], price: int) -> bool:
    """Give `need` what it lacks to its floor, or above it the rest; return whether there was all of it."""
    turn = need.lacking
    if need.receiver.stock < need.norm:
        turn = min(turn, need.norm - need.receiver.stock)
    while turn:
        best = _best(need, parcels, price)
        if best is None:
            units = reroute(need, turn)
            if not units:
                return False
        else:
            giver, place, free = best
            units = min(free, turn)
            giver.give(need, place, units)
            parcels.add((giver.site, need.request.site))
        need.lacking -= units
        need.receiver.stock += units
        turn -= units
    return True


def _best(need: Need, parcels: set[tuple[int, int]], price: int) -> tuple[Giver, int, int] | None:
    """Return the giver of the cheapest parcel, its index of days, and base units; None if nobody has any.

    A parcel that brings half of what is lacking costs twice its price, since another one will be needed.
    """
    lacking, site = need.lacking, need.request.site
    best, cheapest = None, 0
    for giver, place, way in need.arcs():
        if giver.left and (units := min(giver.free(place), lacking)):
            cost = way
            if (giver.site, site) not in parcels:
                cost += price * lacking // units
            if best is None or cost < cheapest:
                best, cheapest = (giver, place, units), cost
    return best


def _gather(needs: list[Need], price: int) -> None:
    """Let one parcel bring what two do, the smallest first, if no way grows by the price of a parcel."""
    for need in needs:
        parts = [
            (giver.given[need], giver, place, way) for giver, place, way in need.arcs() if need in giver.given
        ]
        for _, giver, place, way in sorted(parts, key=itemgetter(0)) if len(parts) > 1 else ():
            units = giver.given[need]
            for _, other, there, other_way in parts:
                is_open = other is not giver and need in other.given and other.free(there) >= units
                if is_open and other_way - way < price:
                    other.give(need, there, units)
                    giver.give(need, place, -units)
                    break
