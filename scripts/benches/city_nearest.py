"""What the matching of a city is compared with: nearest first.

Of all pairs of a giver and a request the nearest is served first, with as much as there is and is wanted,
and so on: no eye for who is worse off, and nobody is moved to another giver. The givers of each request,
their goods and the choice of lots are the same as the heuristic's.
"""

from __future__ import annotations

from ledger_client.matching._needs import Market
from ledger_client.matching._written import written
from ledger_client.matching.city import City, CityProfile, Plan


def nearest_first(city: City, profile: CityProfile) -> Plan:
    """Return the plan that serves the nearest pairs first, ties by request and giver."""
    market = Market(city, profile)
    pairs = [
        (way, need.request.request, giver.site, giver, place, need)
        for need in market.needs
        for giver, place, way in need.arcs()
    ]
    pairs.sort(key=lambda pair: pair[:3])
    for _, _, _, giver, place, need in pairs:
        units = min(giver.free(place), need.lacking)
        if units > 0:
            giver.give(need, place, units)
            need.lacking -= units
    return written(city, profile, market)
