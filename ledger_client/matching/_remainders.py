"""Why a request, or the rest of one, stays open: the first true cause, in the order of `UnfilledCode`."""

from __future__ import annotations

from collections import defaultdict

from ledger_client.matching._givers import Giver, by_place
from ledger_client.matching._needs import Market, Need
from ledger_client.matching.city import City, Unfilled, UnfilledCode, category_of


def remainders(city: City, market: Market) -> list[Unfilled]:
    """Return what stays open once `market`'s needs are filled, with the requests that were refused."""
    held_back = _held_back(city, market)
    able: dict[int, list[Giver]] = {}
    found = list(market.refused)
    for need in market.needs:
        if need.lacking:
            item = need.request.item
            if item not in able:
                able[item] = [giver for giver in market.givers_of(item) if giver.left]
            code = _out_of_reach(market, need, able[item]) or held_back.get(item, UnfilledCode.FLOOR)
            found.append(Unfilled(need.request.request, need.lacking, code))
    return found


def _out_of_reach(market: Market, need: Need, able: list[Giver]) -> UnfilledCode | None:
    """Return why those who still may give something may not give it to `need`; None where there is nobody."""
    request, code = need.request, None
    for giver in able:
        if not giver.free(giver.place(request.needed_by)):
            code = code or UnfilledCode.EXPIRED
        elif not market.in_time(giver, request):
            code = UnfilledCode.NOTICE
        else:  # it is none of the nearest, which have given all they could
            return UnfilledCode.TOO_FAR
    return code


def _held_back(city: City, market: Market) -> dict[int, UnfilledCode]:
    """Return for each item of which goods above the floor may not be given at all, why."""
    floors, reserved, stale = by_place(city.floors), by_place(city.reserved), frozenset(city.stale)
    asking = {(request.site, request.item) for request in city.requests}
    codes: dict[int, set[UnfilledCode]] = defaultdict(set)
    for place, giver in market.givers.items():
        above = giver.stock - sum(giver.given.values()) - floors.get(place, 0) - reserved.get(place, 0)
        if above > 0 and not giver.left and place not in asking:
            codes[giver.item].add(
                UnfilledCode.STALE if (giver.site, category_of(giver.item)) in stale else UnfilledCode.SHARE
            )
    return {
        item: UnfilledCode.STALE if UnfilledCode.STALE in found else UnfilledCode.SHARE
        for item, found in codes.items()
    }
