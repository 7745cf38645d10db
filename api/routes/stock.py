"""`/v1/stock`: what is where."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter

from api.parameters import OnHandParameters, PlaceParameter, as_of_seconds
from api.problems import DivisionNotRegisteredError, Problem, SiteUnknownError
from api.reading import ReadingDep
from api.routes._items import item_labels
from api.schemas.common import Block, Name, moment
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
    """Return what a site, or all sites of a division together, hold, by site and lot.

    What is in transit belongs to no site and is not in it.
    """
    as_of = as_of_seconds(query.as_of)

    def read(index: IndexReader) -> tuple[bytes | None, list[IndexHolding], dict[int, Item]]:
        return _name_digest(index, place), index.on_hand(place, as_of), index.items()

    (digest, found, items), stamp = reading.consistent(read)
    labels = item_labels(reading, items, (each.attributes.item for each in found))
    kind: RecordKind = "site" if _is_site(place) else "division"
    return OnHand(
        place=str(place),
        level=_level(place),
        name=None if digest is None else Name.of(reading.name(kind, place, digest)),
        as_of=None if as_of is None else moment(as_of),
        holdings=[Holding.of(each, labels[each.attributes.item]) for each in found],
        block=Block.of(stamp),
    )


def _name_digest(index: IndexReader, place: int) -> bytes | None:
    """Return the digest of a registered place's name; the country has none.

    Raises:
        SiteUnknownError: It is a site, and not registered.
        DivisionNotRegisteredError: It is a division, and not registered.
    """
    if place == ROOT:
        return None
    if _is_site(place):
        site = index.sites(place).get(place)
        if site is None:
            raise SiteUnknownError(site=place)
        return site.name
    division = index.divisions().get(place)
    if division is None:
        raise DivisionNotRegisteredError(division=place)
    return division.name


def _is_site(place: int) -> bool:
    return len(str(place)) > DivisionLevel.COMMUNITY


def _level(place: int) -> PlaceLevel:
    return "site" if _is_site(place) else cast(PlaceLevel, level(DivisionId(place)).name.lower())
