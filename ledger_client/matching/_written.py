"""From what was given to whom, to proposals with lots and reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from ledger_client.matching._givers import Giver
from ledger_client.matching._needs import Market, Need
from ledger_client.matching._remainders import remainders
from ledger_client.matching.city import (
    WHOLE,
    City,
    CityProfile,
    Plan,
    Proposal,
    Reason,
    ReasonCode,
    category_of,
)
from ledger_client.matching.distances import approval_division
from ledger_client.matching.goods import FOR_EVER


def written(city: City, profile: CityProfile, market: Market) -> Plan:
    """Return the plan that `market` holds once its needs are filled."""
    proposals = _proposals(city, market)
    return Plan(
        profile=profile.name,
        unit=city.distances.unit,
        proposals=tuple(sorted(proposals, key=lambda proposal: (proposal.request, proposal.giver))),
        unfilled=tuple(sorted(remainders(city, market), key=lambda rest: rest.request)),
        flagged=tuple(market.flagged),
    )


def _proposals(city: City, market: Market) -> Iterator[Proposal]:
    shares, together = _shares(market)
    stale = frozenset(city.stale)
    for (site, item), giver in market.givers.items():
        left = giver.stock - sum(giver.given.values())
        for need, lots, first_day in _lots(giver):
            receiver = need.request.site
            distance = city.distances.between(site, receiver)
            reasons = [
                *_about_the_need(need, (receiver, category_of(item)) in stale),
                _reason(ReasonCode.RANK, need.givers.index(giver) + 1),
                *_about_the_giver(market, giver, need),
            ]
            if distance.level is not None:
                reasons.append(_reason(ReasonCode.DISTANCE_BY_LEVEL, distance.level))
            if first_day != FOR_EVER:
                reasons.append(_reason(ReasonCode.EXPIRES, first_day))
            if shares[need] > 1:
                reasons.append(_reason(ReasonCode.SPLIT, shares[need]))
            if together[site, receiver] > 1:
                reasons.append(_reason(ReasonCode.SAME_PARCEL, together[site, receiver]))
            yield Proposal(
                request=need.request.request,
                giver=site,
                receiver=receiver,
                item=item,
                quantity=giver.given[need],
                lots=lots,
                left=left,
                distance=distance,
                approval=approval_division(site, receiver),
                reasons=tuple(reasons),
            )


@lru_cache(maxsize=1 << 14)
def _reason(code: ReasonCode, value: int) -> Reason:
    """Return the reason, the same object for the same words: most of them are said often."""
    return Reason(code, value)


def _shares(market: Market) -> tuple[dict[Need, int], dict[tuple[int, int], int]]:
    """Return how many givers each need has, and how many items travel from site to site."""
    shares: dict[Need, int] = defaultdict(int)
    items: dict[tuple[int, int], set[int]] = defaultdict(set)
    for giver in market.givers.values():
        for need in giver.given:
            shares[need] += 1
            items[giver.site, need.request.site].add(giver.item)
    return shares, {pair: len(found) for pair, found in items.items()}


def _about_the_need(need: Need, is_stale: bool) -> Iterator[Reason]:
    receiver, request = need.receiver, need.request
    if receiver.floor:
        yield _reason(ReasonCode.LEVEL, receiver.start * WHOLE // receiver.floor)
    else:
        yield _reason(ReasonCode.NO_FLOOR, request.asked)
    yield _reason(ReasonCode.URGENCY, request.urgency)
    if is_stale:
        yield _reason(ReasonCode.STALE, category_of(request.item))
    if need.is_above_norm:
        yield _reason(ReasonCode.ABOVE_NORM, request.asked * WHOLE // receiver.floor)


def _about_the_giver(market: Market, giver: Giver, need: Need) -> Iterator[Reason]:
    emergency = market.emergency(giver.site, need.request.site)
    if emergency is not None:
        yield _reason(ReasonCode.EMERGENCY, emergency)
    elif giver.notice:
        yield _reason(ReasonCode.NOTICE, giver.notice)


def _lots(giver: Giver) -> Iterator[tuple[Need, tuple[tuple[int, int], ...], int]]:
    """Yield for each need of `giver` the lots that it gets, by lot, and the first of their last days of use.

    The sooner a need, the earlier the goods that it gets to expire.
    """
    lots = [list(lot) for lot in giver.lots]
    for need in sorted(giver.given, key=lambda need: (need.request.needed_by, need.request.request)):
        wanted, taken, first_day = giver.given[need], [], FOR_EVER
        for lot in lots:
            until, number, units = lot
            part = min(units, wanted)
            if part and until >= need.request.needed_by:
                lot[2] -= part
                wanted -= part
                taken.append((number, part))
                first_day = min(first_day, until)
        yield need, tuple(sorted(taken)), first_day
