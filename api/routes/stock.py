"""`/v1/stock`: what is where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import cast

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.answers import AnswerRoute
from api.parameters import (
    OnHandParameters,
    PlaceParameter,
    TotalsParameters,
    as_of_seconds,
    counts_time,
    place_in_list,
)
from api.problems import Problem
from api.reading import ReadingDep
from api.resources import Resource
from api.routes._concerned import Place, is_site, registered_place
from api.routes._items import item_labels
from api.routes._names import names_of
from api.schemas.common import Block, Name, id160, moment
from api.schemas.counts import OverdueCount
from api.schemas.stock import STALE_MOST, Holding, OnHand, Part, PlaceLevel, Total, Totals
from ledger_client.divisions import DivisionId, level
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.fold.records import Division, Item
from ledger_client.identifiers import ItemId, category_of
from ledger_client.index import Holding as IndexHolding
from ledger_client.index import ItemTotal
from ledger_client.index.marks import MarkedReader
from ledger_client.index.norms import CountState
from ledger_client.index.register_pages import children_page

router = Resource(prefix="/stock", tags=["stock"], route_class=AnswerRoute)

_MOST_PARTS = 1_000
"""Divisions right below one: its code leaves room for 99, or 999."""


@router.get(
    "/on-hand/{place}",
    operation_id="read_on_hand",
    summary="What a site or a division holds",
    responses=Problem.responses(401, 403, 404),
)
def read_on_hand(
    caller: CallerDep, reading: ReadingDep, place: PlaceParameter, query: OnHandParameters
) -> OnHand:
    """Return a page of what a site, or all sites of a division together, hold, by site and lot.

    What is in transit belongs to no site and is not in it.
    """
    caller.require(Scope.READ, place)
    as_of = as_of_seconds(query.as_of)
    counts_at = counts_time(as_of)

    def read(index: MarkedReader) -> _Found:
        registered = registered_place(index, place)
        # One more than is shown tells whether another page follows.
        holdings = index.on_hand(place, as_of, place_in_list(query.after), query.limit + 1)
        items = index.items({each.attributes.item for each in holdings})
        counts = index.count_states({each.site for each in holdings}, counts_at)
        overdue = index.overdue(place, counts_at) if query.after is None else None
        return _Found(registered, holdings, items, counts, overdue)

    found, stamp = reading.consistent(read)
    overdue, shown = found.overdue, found.holdings[: query.limit]
    labels = item_labels(reading, found.items)
    return OnHand(
        place=str(place),
        level=_level(place),
        name=found.place.name(reading),
        as_of=None if as_of is None else moment(as_of),
        holdings=[Holding.of(each, labels[each.attributes.item], found.count_of(each)) for each in shown],
        next_after=_place_of(shown[-1]) if len(found.holdings) > len(shown) else None,
        counts_at=moment(counts_at),
        stale=None if overdue is None else [OverdueCount.of(each) for each in overdue[:STALE_MOST]],
        stale_total=None if overdue is None else len(overdue),
        block=Block.of(stamp),
    )


@router.get(
    "/totals/{place}",
    operation_id="read_totals",
    summary="What a division holds of each item",
    responses=Problem.responses(401, 403, 404),
)
def read_totals(
    caller: CallerDep, reading: ReadingDep, place: PlaceParameter, query: TotalsParameters
) -> Totals:
    """Return how much the sites of a division hold together of each item; from districts up to everybody.

    What is in transit belongs to no site and is not in it.
    """
    if is_site(place):
        caller.require(Scope.READ, place)
    else:
        caller.require_totals(DivisionId(place))
    as_of = as_of_seconds(query.as_of)
    at = counts_time(as_of)

    def read(index: MarkedReader) -> _Summed:
        registered = registered_place(index, place)
        totals = index.totals(place, as_of, (at + reading.deployment.offset) // SECONDS_A_DAY)
        items = index.items({each.item for each in totals})
        return _Summed(registered, totals, items, index.overdue(place, at), _parts(index, caller, place))

    found, stamp = reading.consistent(read)
    labels, names = item_labels(reading, found.items), names_of(reading, "division", found.parts)
    stale = Counter(each.category for each in found.overdue)
    return Totals(
        place=str(place),
        level=_level(place),
        name=found.place.name(reading),
        as_of=None if as_of is None else moment(as_of),
        counts_at=moment(at),
        totals=[
            Total.of(each, labels[each.item], stale[category_of(ItemId(each.item))]) for each in found.totals
        ],
        parts=[
            Part(place=str(each), level=_level(each), name=Name.of(names.get(each))) for each in found.parts
        ],
        block=Block.of(stamp),
    )


@dataclass(frozen=True, slots=True)
class _Summed:
    place: Place
    totals: list[ItemTotal]
    items: dict[int, Item]
    overdue: list[CountState]
    parts: dict[int, Division]


@dataclass(frozen=True, slots=True)
class _Found:
    place: Place
    holdings: list[IndexHolding]
    items: dict[int, Item]
    counts: dict[tuple[int, int], CountState]
    overdue: list[CountState] | None

    def count_of(self, holding: IndexHolding) -> CountState | None:
        """Return how the counts of a holding's category stand at its site; None without a cycle."""
        return self.counts.get((holding.site, category_of(ItemId(holding.attributes.item))))


def _parts(index: MarkedReader, caller: Rights, place: int) -> dict[int, Division]:
    """Return the divisions right below a place of which a caller may read totals, by id."""
    if is_site(place):
        return {}
    below = children_page(index, DivisionId(place), 0, _MOST_PARTS)
    return {each: found for each, found in below.items() if caller.may_total(DivisionId(each))}


def _place_of(holding: IndexHolding) -> str:
    return f"{holding.site}-{id160(holding.lot)}"


def _level(place: int) -> PlaceLevel:
    return "site" if is_site(place) else cast(PlaceLevel, level(DivisionId(place)).name.lower())
