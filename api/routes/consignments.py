"""`/v1/consignments`: goods on their way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.access.rights import Scope
from api.ids import KEY_DIGITS, ConsignmentNotRecordedError, ConsignmentParameter
from api.parameters import MOST_ENTRIES, place_of
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes._concerned import Place, registered_place, site_names, sites_of
from api.routes._documents import FoundDocuments, cards
from api.routes._items import item_labels
from api.schemas.common import Block
from api.schemas.consignments import ConsignmentAnswer, ConsignmentPage, ConsignmentRow, Shown
from api.schemas.documents import Goods
from ledger_client.fold.records import CONSIGNMENT_DONE, Consignment, Item, Lot, RecordedDocument, Site
from ledger_client.index.movables import IN_TRANSIT
from ledger_client.index.whole import WholeReader

router = Resource(prefix="/consignments", tags=["consignments"])

_BY_LOT = 96
_STATES: dict[str, tuple[int, ...]] = {"open": IN_TRANSIT, "closed": (CONSIGNMENT_DONE,), "all": ()}


class ConsignmentsQuery(BaseModel):
    """Which page of the consignments of which place."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(
        max_length=64,
        description="A site (15 digits), a division (2, 4, 6, 9 or 12 digits), or 0 for the country.",
        examples=["420102"],
    )
    state: Literal["open", "closed", "all"] = Field(
        "open", description="open: of which something is in transit, returning or missing."
    )
    limit: int = Field(50, ge=1, le=MOST_ENTRIES, description="Most consignments to return.")
    after: int | None = Field(
        None,
        ge=0,
        le=(1 << 63) - 1,
        description="`next_after` of the page before: number of the last one's dispatch.",
    )


@router.get(
    "",
    operation_id="list_consignments",
    summary="Consignments from or to a place",
    responses=Problem.responses(401, 403, 404),
)
def list_consignments(
    caller: CallerDep, reading: ReadingDep, query: Annotated[ConsignmentsQuery, Query()]
) -> ConsignmentPage:
    """Return a page of the consignments from or to the sites of a place, the last dispatched first."""
    place = place_of(query.place)
    caller.require(Scope.READ, place)

    def read(index: WholeReader) -> tuple[Place, FoundConsignments]:
        registered = registered_place(index, place)
        # One more than is shown tells whether another page follows.
        found = index.consignments_of(
            place, states=_STATES[query.state], after=query.after, limit=query.limit + 1
        )
        return registered, FoundConsignments.of(index, found)

    (registered, found), stamp = reading.consistent(read, WholeReader)
    rows = found.rows(reading)
    shown = rows[: query.limit]
    return ConsignmentPage(
        place=str(place),
        name=registered.name(reading),
        consignments=shown,
        next_after=shown[-1].number if len(rows) > len(shown) else None,
        block=Block.of(stamp),
    )


@router.get(
    "/{key}",
    operation_id="read_consignment",
    summary="A consignment with everything that was recorded of it",
    responses=Problem.responses(401, 403, 404),
)
def read_consignment(caller: CallerDep, reading: ReadingDep, key: ConsignmentParameter) -> ConsignmentAnswer:
    """Return where a consignment stands, its dispatch, and what answered it; to readers of either side."""
    caller.require_reader()

    def read(index: WholeReader) -> _Found:
        record, dispatch = index.consignment(key), index.document(key)
        if record is None or dispatch is None:
            raise ConsignmentNotRecordedError(key=f"{key:0{KEY_DIGITS}x}")
        caller.require_any(Scope.READ, (record.from_site, record.to_site))
        return _Found(
            FoundConsignments.of(index, {key: record}),
            FoundDocuments.of(index, [dispatch]),
            index.steps_of_consignments([dispatch]),
        )

    found, stamp = reading.consistent(read, WholeReader)
    [row], [dispatch] = found.consignments.rows(reading), found.dispatch.facts(reading)
    return ConsignmentAnswer(
        consignment=row,
        dispatch=dispatch,
        steps=cards(found.steps, found.dispatch.spells),
        block=Block.of(stamp),
    )


@dataclass(frozen=True, slots=True)
class FoundConsignments:
    """Consignments with what the index knows of everything that they speak of."""

    records: dict[int, Consignment]
    lots: dict[int, Lot]
    items: dict[int, Item]
    sites: dict[int, Site]

    @classmethod
    def of(cls, index: WholeReader, records: dict[int, Consignment]) -> FoundConsignments:
        """Ask the index."""
        lots = index.lots_by_id(_lots(records.values()))
        sites = {site for each in records.values() for site in (each.from_site, each.to_site)}
        items = index.items({each.item for each in lots.values()})
        return cls(records, lots, items, sites_of(index, sites))

    def rows(self, reading: Reading) -> list[ConsignmentRow]:
        """Return the consignments as they go out."""
        goods = Goods(self.lots, item_labels(reading, self.items))
        shown = Shown(goods, site_names(reading, self.sites))
        return [ConsignmentRow.of(key, each, shown) for key, each in self.records.items()]


@dataclass(frozen=True, slots=True)
class _Found:
    consignments: FoundConsignments
    dispatch: FoundDocuments
    steps: list[RecordedDocument]


def _lots(records: Iterable[Consignment]) -> set[int]:
    return {line >> _BY_LOT for each in records for line in each.lines}
