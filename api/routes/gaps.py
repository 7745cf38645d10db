"""`/v1/norms/{place}/gaps` and `/stale`: where sites have too little, and which tell nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from api.access.callers import CallerDep
from api.parameters import MOST_ENTRIES, PlaceParameter, at_seconds
from api.problems import Problem
from api.reading import ReadingDep
from api.resources import Resource
from api.routes._asking import AtQuery
from api.routes._concerned import site_names, sites_of
from api.routes._items import item_labels
from api.routes.norms import NormsParameters, page_of, read_place
from api.schemas.common import Block, moment
from api.schemas.gaps import Gap, GapPage, StaleSite, StaleSitePage
from ledger_client.fold.records import Item, Site
from ledger_client.index.gaps import Gap as FoundGap
from ledger_client.index.gaps import GapReader
from ledger_client.index.norms import CountState
from ledger_client.index.silent import Silent, SilentReader

router = Resource(prefix="/norms", tags=["norms"])

_RESPONSES = Problem.responses(401, 403, 404)
_FIRST = (-1, -1)


class StaleQuery(AtQuery):
    """Which page of the sites, and for when."""

    limit: int = Field(50, ge=1, le=MOST_ENTRIES, description="Most sites to return.")
    after: str | None = Field(
        None,
        pattern="^[0-9]{1,18}-[0-9]{15}$",
        description="`next_after` of the page before: number of the last document, and code, of its last "
        "site. Pages are of one state with the same `at`.",
    )


@router.get(
    "/{place}/gaps",
    operation_id="list_gaps",
    summary="Where the sites of a place have less than they must keep",
    responses=_RESPONSES,
)
def list_gaps(
    caller: CallerDep, reading: ReadingDep, place: PlaceParameter, query: NormsParameters
) -> GapPage:
    """Return a page of the floors in force that sites are below, with what is reserved and on its way."""
    at = at_seconds(query.at)

    def read(index: GapReader) -> tuple[list[FoundGap], str | None, dict[int, Item], dict[int, Site]]:
        gaps = index.gaps(place, at, reading.deployment.offset)
        page, following = page_of(gaps, query, lambda each: (each.floor.subject, each.floor.about))
        items = index.items({each.floor.about for each in page})
        return page, following, items, sites_of(index, {each.floor.subject for each in page})

    registered, found, stamp = read_place(caller, reading, place, read, GapReader)
    page, following, items, sites = found
    labels, names = item_labels(reading, items), site_names(reading, sites)
    return GapPage(
        place=str(place),
        name=registered.name(reading),
        at=moment(at),
        gaps=[Gap.of(each, labels[each.floor.about], names.get(each.floor.subject)) for each in page],
        next_after=following,
        block=Block.of(stamp),
    )


@router.get(
    "/{place}/stale",
    operation_id="list_stale_sites",
    summary="Since when the sites of a place have told nothing",
    responses=_RESPONSES,
)
def list_stale_sites(
    caller: CallerDep,
    reading: ReadingDep,
    place: PlaceParameter,
    query: Annotated[StaleQuery, Query()],
) -> StaleSitePage:
    """Return a page of the sites of a place, the one first that has told nothing for longest.

    With each its last document and its last count, and how it stands with the counts that it owes.
    """
    at = at_seconds(query.at)

    def read(
        index: SilentReader,
    ) -> tuple[list[Silent], dict[tuple[int, int], CountState], dict[int, Site]]:
        # One more than is shown tells whether another page follows.
        found = index.silent(place, at, _after(query.after), query.limit + 1)
        sites = {each.site for each in found}
        return found, index.count_states(sites, at), sites_of(index, sites)

    registered, (found, counts, sites), stamp = read_place(caller, reading, place, read, SilentReader)
    names, shown = site_names(reading, sites), found[: query.limit]
    return StaleSitePage(
        place=str(place),
        name=registered.name(reading),
        at=moment(at),
        sites=[
            StaleSite.of(
                each,
                names.get(each.site),
                [state for (site, _), state in sorted(counts.items()) if site == each.site],
                at,
            )
            for each in shown
        ],
        next_after=f"{shown[-1].number}-{shown[-1].site}" if len(found) > len(shown) else None,
        block=Block.of(stamp),
    )


def _after(text: str | None) -> tuple[int, int]:
    if text is None:
        return _FIRST
    number, site = text.split("-")
    return int(number), int(site)
