"""Drafts by category: somebody needs masks, and which masks is for whoever has them.

A draft names a site, a category, a quantity in one unit, a day of need. Goods are asked for by item, so a
draft becomes requests for items of its category: of each item the nearest givers are looked up by the same
rules as for a request, and the item of which they may give most comes first, then the one whose goods are
nearer, then the lower id. It asks for as much of it as they may give, then for the next, until the draft is
covered; what nobody near may give is asked for with the first item, so that what is lacking is on record and
the plan says why it stays open.

Only items that are counted in the draft's unit are asked for: how many pieces a box holds belongs to an
item, and nobody may guess it.

Each draft is judged alone, by what may be given today. Whose goods it gets in the end is for the match,
which weighs all requests against each other; the city's requests and all drafts are known to ask, so that
nobody gives what it needs itself. The same input gives the same requests, in whatever order it is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger_client.matching._needs import Market, Need
from ledger_client.matching.city import City, CityProfile, category_of
from ledger_client.matching.district import DISTRICT
from ledger_client.matching.goods import Request, require_once


@dataclass(frozen=True, slots=True)
class Draft:
    """What a site asks for by category.

    Attributes:
        draft: Its id.
        site: Who asks.
        category: The first 7 digits of the ids of the items that would do.
        quantity: How much, in `unit`; above 0.
        unit: The base unit that it is counted in, as the catalogue writes it.
        needed_by: The day of need.
        urgency: A key of the profile's urgencies.
        requested_at: When it was written down, seconds since 1970.
        reason: Code of the reason given; None where none was.
    """

    draft: int
    site: int
    category: int
    quantity: int
    unit: str
    needed_by: int
    urgency: int
    requested_at: int
    reason: int | None = None


class DraftCode(StrEnum):
    """Why a draft asks for an item, or for none."""

    MOST_NEAR = "most-near"  # of no other item may the nearest givers give more
    NEXT = "next-near"  # the items before it do not cover the draft
    NONE_NEAR = "none-near"  # the nearest givers may give nothing of any item: the first one is asked for
    NO_ITEM = "no-item"  # no item of the category is counted in the draft's unit
    PAST = "draft-past"  # the day of need is over


@dataclass(frozen=True, slots=True)
class Drafted:
    """One request that a draft turns into, or why it turns into none.

    Attributes:
        draft: The draft's id.
        code: Why this item, or why none.
        request: The request; None where there is none.
        near: Base units of the item that the nearest givers may give.
        givers: How many of them may give any.
        beyond: Base units that are asked for though nobody near may give them.
    """

    draft: int
    code: DraftCode
    request: Request | None = None
    near: int = 0
    givers: int = 0
    beyond: int = 0


def turn_into_requests(
    city: City,
    drafts: Collection[Draft],
    units: Mapping[int, str],
    key: Callable[[Draft, int], int],
    profile: CityProfile = DISTRICT,
) -> list[Drafted]:
    """Return what drafts ask for item by item: by draft, then in the order in which items were chosen.

    Args:
        city: All that is there, at one moment.
        drafts: Those to turn.
        units: The base unit of each item of the catalogue, retired ones left out.
        key: The id of the request that a draft makes for an item; another one for each.
        profile: How many givers are near, and what urgency weighs.

    Raises:
        ValueError: An id comes twice, a quantity is not above 0, or an urgency is none of the profile's.
    """
    ordered = sorted(drafts, key=lambda draft: draft.draft)
    require_once("draft", [draft.draft for draft in ordered])
    wanted = {draft.draft: _items(draft, units) for draft in ordered}
    asking = [(draft, item) for draft in ordered for item in wanted[draft.draft]]
    # A reason stands in for none: that a request lacks one is said when it is made, and changes no item.
    requests = [_request(draft, item, draft.quantity, number) for number, (draft, item) in enumerate(asking)]
    market = Market(city, profile, [request._replace(reason=request.reason or 0) for request in requests])
    needs = {asking[need.request.request]: need for need in market.needs}
    found: list[Drafted] = []
    for draft in ordered:
        if not wanted[draft.draft]:
            found.append(Drafted(draft.draft, DraftCode.NO_ITEM))
        elif draft.needed_by < city.today:
            found.append(Drafted(draft.draft, DraftCode.PAST))
        else:
            found += _turned(draft, [needs[draft, item] for item in wanted[draft.draft]], key)
    return found


def _items(draft: Draft, units: Mapping[int, str]) -> list[int]:
    if draft.quantity <= 0:
        raise ValueError(
            f"draft {draft.draft} asks for {draft.quantity}: leave out what asks for nothing, "
            "until its quantity is known"
        )
    return sorted(
        item for item, unit in units.items() if unit == draft.unit and category_of(item) == draft.category
    )


def _turned(draft: Draft, needs: list[Need], key: Callable[[Draft, int], int]) -> list[Drafted]:
    offers = sorted((_offer(need) for need in needs), key=lambda offer: offer.order)
    chosen: list[tuple[_Offer, int]] = []
    lacking = draft.quantity
    for offer in offers:
        if lacking and offer.near:
            units = min(lacking, offer.near)
            chosen.append((offer, units))
            lacking -= units
    if not chosen:
        chosen.append((offers[0], 0))
    found = []
    for place, (offer, units) in enumerate(chosen):
        beyond = 0 if place else lacking
        code = DraftCode.NEXT if place else DraftCode.MOST_NEAR if offer.near else DraftCode.NONE_NEAR
        request = _request(draft, offer.item, units + beyond, key(draft, offer.item))
        found.append(Drafted(draft.draft, code, request, offer.near, offer.givers, beyond))
    return found


@dataclass(frozen=True, slots=True)
class _Offer:
    """What the nearest givers may give of an item."""

    item: int
    near: int
    givers: int
    way: int

    @property
    def order(self) -> tuple[int, int, int]:
        return -self.near, self.way, self.item


def _offer(need: Need) -> _Offer:
    """Return what may be given for `need`, and how far all of it goes, in base units times distance."""
    free = [(giver.free(place), way) for giver, place, way in need.arcs()]
    return _Offer(
        item=need.request.item,
        near=sum(units for units, _ in free),
        givers=sum(units > 0 for units, _ in free),
        way=sum(units * way for units, way in free),
    )


def _request(draft: Draft, item: int, quantity: int, number: int) -> Request:
    return Request(
        request=number,
        site=draft.site,
        item=item,
        quantity=quantity,
        asked=quantity,
        needed_by=draft.needed_by,
        urgency=draft.urgency,
        requested_at=draft.requested_at,
        reason=draft.reason,
    )
