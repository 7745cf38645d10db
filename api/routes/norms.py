"""`/v1/norms`: what sites must keep and count, on which terms they give, and emergencies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query
from pydantic import Field

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.parameters import MOST_ENTRIES, PlaceParameter, at_seconds
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes._asking import AtQuery
from api.routes._concerned import Place, is_site, registered_place
from api.routes._items import item_labels
from api.schemas.common import Block, moment
from api.schemas.norms import (
    Cycle,
    CyclePage,
    EmergencyRow,
    Floor,
    FloorPage,
    NormHistoryEntry,
    NormHistoryPage,
    Overdue,
    OverduePage,
    Rules,
    TermsRow,
)
from ledger_client.fold.records import Item
from ledger_client.identifiers import SiteId, storage_mode
from ledger_client.index import BlockStamp, IndexReader
from ledger_client.index.marks import MarkedReader
from ledger_client.index.norms import NormAt

router = Resource(prefix="/norms", tags=["norms"])

_RESPONSES = Problem.responses(401, 403, 404)
_SITE_SPAN = 1_000
Found = TypeVar("Found")
Reader = TypeVar("Reader", bound=IndexReader)
Row = TypeVar("Row")


class NormsQuery(AtQuery):
    """Which page, and for when."""

    limit: int = Field(50, ge=1, le=MOST_ENTRIES, description="Most of them to return.")
    after: str | None = Field(
        None,
        pattern="^[0-9]{1,15}-[0-9]{1,15}$",
        description="`next_after` of the page before. Pages are of one state with the same `at`.",
    )


class NormHistoryQuery(AtQuery):
    """Which page of a journal."""

    limit: int = Field(50, ge=1, le=MOST_ENTRIES, description="Most entries to return.")
    after: int = Field(
        0, ge=0, le=(1 << 63) - 1, description="Sequence of the last entry of the page before."
    )


NormsParameters = Annotated[NormsQuery, Query()]


@router.get(
    "/{place}",
    operation_id="read_rules",
    summary="On which terms a place gives, and its emergencies",
    responses=_RESPONSES,
)
def read_rules(
    caller: CallerDep, reading: ReadingDep, place: PlaceParameter, query: Annotated[AtQuery, Query()]
) -> Rules:
    """Return the terms that concern a place, and the emergencies at it, below it and above it."""
    at = at_seconds(query.at)

    def read(index: MarkedReader) -> tuple[list[TermsRow], bool | None, list[EmergencyRow]]:
        division = place // _SITE_SPAN if is_site(place) else place
        spells = [EmergencyRow.of(each, at) for each in index.emergencies(division)]
        found = index.terms(division, at)
        if not is_site(place):
            return [TermsRow.of(each, rules=None) for each in found], None, spells
        site = SiteId(place)
        ruling, mode = index.ruling_terms(site, at), int(storage_mode(site))
        whose = ruling[0] if ruling else None
        rows = [TermsRow.of(each, rules=each.subject == whose) for each in found if each.about == mode]
        return rows, ruling is not None, spells

    registered, (terms, gives, emergencies), stamp = read_place(caller, reading, place, read, MarkedReader)
    return Rules(
        place=str(place),
        name=registered.name(reading),
        at=moment(at),
        terms=terms,
        gives=gives,
        emergencies=emergencies,
        block=Block.of(stamp),
    )


@router.get(
    "/{place}/floors",
    operation_id="list_floors",
    summary="What the sites of a place must keep",
    responses=_RESPONSES,
)
def list_floors(
    caller: CallerDep, reading: ReadingDep, place: PlaceParameter, query: NormsParameters
) -> FloorPage:
    """Return a page of what sites must keep of each item, in force and waiting."""
    at = at_seconds(query.at)

    def read(index: MarkedReader) -> tuple[list[NormAt], str | None, dict[int, Item]]:
        page, following = page_of(index.floors(place, at), query, lambda each: (each.subject, each.about))
        return page, following, index.items({each.about for each in page})

    registered, (page, following, items), stamp = read_place(caller, reading, place, read, MarkedReader)
    labels = item_labels(reading, items)
    return FloorPage(
        place=str(place),
        name=registered.name(reading),
        at=moment(at),
        floors=[Floor.of(each, labels[each.about]) for each in page],
        next_after=following,
        block=Block.of(stamp),
    )


@router.get(
    "/{place}/cycles",
    operation_id="list_cycles",
    summary="How often the sites of a place count",
    responses=_RESPONSES,
)
def list_cycles(
    caller: CallerDep, reading: ReadingDep, place: PlaceParameter, query: NormsParameters
) -> CyclePage:
    """Return a page of how often sites count each category, when next, and whether that is overdue."""
    at = at_seconds(query.at)

    def read(index: MarkedReader) -> tuple[list[Cycle], str | None]:
        page, following = page_of(index.cycles(place, at), query, lambda each: (each.subject, each.about))
        counts = index.count_states({each.subject for each in page}, at)
        return [Cycle.of(each, counts.get((each.subject, each.about))) for each in page], following

    registered, (cycles, following), stamp = read_place(caller, reading, place, read, MarkedReader)
    return CyclePage(
        place=str(place),
        name=registered.name(reading),
        at=moment(at),
        cycles=cycles,
        next_after=following,
        block=Block.of(stamp),
    )


@router.get(
    "/{place}/overdue",
    operation_id="list_overdue_counts",
    summary="Which counts of a place are overdue",
    responses=_RESPONSES,
)
def list_overdue_counts(
    caller: CallerDep, reading: ReadingDep, place: PlaceParameter, query: NormsParameters
) -> OverduePage:
    """Return a page of the overdue counts: since when, what was counted last, what nobody has proved yet."""
    at = at_seconds(query.at)

    def read(index: MarkedReader) -> tuple[list[Overdue], str | None]:
        page, following = page_of(index.overdue(place, at), query, lambda each: (each.site, each.category))
        unproved = index.unproved(page, at)
        return [Overdue.of_count(each, unproved.get((each.site, each.category))) for each in page], following

    registered, (overdue, following), stamp = read_place(caller, reading, place, read, MarkedReader)
    return OverduePage(
        place=str(place),
        name=registered.name(reading),
        at=moment(at),
        overdue=overdue,
        next_after=following,
        block=Block.of(stamp),
    )


@router.get(
    "/{place}/history",
    operation_id="list_norm_history",
    summary="What was set for a site or division, by whom, on which decision",
    responses=_RESPONSES,
)
def list_norm_history(
    caller: CallerDep,
    reading: ReadingDep,
    place: PlaceParameter,
    query: Annotated[NormHistoryQuery, Query()],
) -> NormHistoryPage:
    """Return a page of the journal of a site or division in Norms; of itself, not of what lies in it."""
    at = at_seconds(query.at)

    def read(index: MarkedReader) -> list[NormHistoryEntry]:
        entries = index.norm_history(place)
        return [
            NormHistoryEntry.of(sequence, entry)
            for sequence, entry in sorted(entries.items())
            if sequence > query.after and entry.recorded_at <= at
        ][: query.limit + 1]

    registered, entries, stamp = read_place(caller, reading, place, read, MarkedReader)
    page = entries[: query.limit]
    return NormHistoryPage(
        place=str(place),
        name=registered.name(reading),
        at=moment(at),
        entries=page,
        next_after=str(page[-1].sequence) if len(entries) > len(page) else None,
        block=Block.of(stamp),
    )


def read_place(
    caller: Rights, reading: Reading, place: int, read: Callable[[Reader], Found], reader: type[Reader]
) -> tuple[Place, Found, BlockStamp]:
    """Return a place, what is found of it, and up to which block; rights are looked at first.

    Args:
        caller: Who asks.
        reading: What answers.
        place: The site or division.
        read: Asks the index.
        reader: Which of its readers is asked.
    """
    caller.require(Scope.READ, place)
    (registered, found), stamp = reading.consistent(
        lambda index: (registered_place(index, place), read(index)), reader
    )
    return registered, found, stamp


def page_of(
    rows: Sequence[Row], query: NormsQuery, key: Callable[[Row], tuple[int, int]]
) -> tuple[list[Row], str | None]:
    """Return the rows of a page, and `after` of the next one; the rows are in the order of their keys."""
    after = (-1, -1)
    if query.after is not None:
        subject, about = query.after.split("-")
        after = int(subject), int(about)
    rest = [each for each in rows if key(each) > after]
    page = rest[: query.limit]
    return page, "{}-{}".format(*key(page[-1])) if len(rest) > len(page) else None
