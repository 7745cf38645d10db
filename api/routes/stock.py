"""`/v1/stock`: what is where."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter

from api.parameters import OnHandParameters, PlaceParameter, as_of_seconds, place_in_list
from api.problems import DivisionNotRegisteredError, Problem, SiteUnknownError
from api.reading import ReadingDep
from api.routes._items import item_labels
from api.schemas.common import Block, Name, id160, moment
from api.schemas.stock import Holding, OnHand, PlaceLevel
from ledger_client.divisions import ROOT, DivisionId, DivisionLevel, level
from ledger_client.fold.records import Item
from ledger_client.index import Holding as IndexHolding
from ledger_client.index import IndexReader
from ledger_client.records import RecordKind

router = APIRouter(prefix="/stock", tags=["stock"])


@router.get(
    "/on-hand/{place}",
    operation_id="read_on_hand",
    summary="What a site or a division holds",
    responses=Problem.responses(404),
)
def read_on_hand(reading: ReadingDep, place: PlaceParameter, query: OnHandParameters) -> OnHand:
    """Return a page of what a site, or all sites of a division together, hold, by site and lot.

    What is in transit belongs to no site and is not in it.
    """
    as_of = as_of_seconds(query.as_of)

    def read(index: IndexReader) -> tuple[bytes | None, list[IndexHolding], dict[int, Item]]:
        digest = _name_digest(index, place)
        # One more than is shown tells whether another page follows.
        holdings = index.on_hand(place, as_of, place_in_list(query.after), query.limit + 1)
        return digest, holdings, index.items({each.attributes.item for each in holdings})

    (digest, found, items), stamp = reading.consistent(read)
    shown = found[: query.limit]
    labels = item_labels(reading, items)
    kind: RecordKind = "site" if _is_site(place) else "division"
    return OnHand(
        place=str(place),
        level=_level(place),
        name=None if digest is None else Name.of(reading.name(kind, place, digest)),
        as_of=None if as_of is None else moment(as_of),
        holdings=[Holding.of(each, labels[each.attributes.item]) for each in shown],
        next_after=_place_of(shown[-1]) if len(found) > len(shown) else None,
        block=Block.of(stamp),
    )


def _place_of(holding: IndexHolding) -> str:
    return f"{holding.site}-{id160(holding.lot)}"


def _name_digest(index: IndexReader, place: int) -> bytes | None:
    """Return the digest of a registered place's name; the country has none.

    Raises:
        SiteUnknownError: It is a site, and not registered.
        DivisionNotRegisteredError: It is a division, and not registered.
    """
    if place == ROOT:
        return None
    if _is_site(place):
        site = index.site(place)
        if site is None:
            raise SiteUnknownError(site=place)
        return site.name
    division = index.division(place)
    if division is None:
        raise DivisionNotRegisteredError(division=place)
    return division.name


def _is_site(place: int) -> bool:
    return len(str(place)) > DivisionLevel.COMMUNITY


def _level(place: int) -> PlaceLevel:
    return "site" if _is_site(place) else cast(PlaceLevel, level(DivisionId(place)).name.lower())
