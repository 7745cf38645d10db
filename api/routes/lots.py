"""`/v1/lots`: what there is of which batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.ids import ID_DIGITS, LotNotRecordedError, LotParameter
from api.parameters import MOST_ENTRIES, counts_time, place_of
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes._concerned import Place, registered_place, site_names, sites_of
from api.routes._documents import cards
from api.routes._items import item_labels
from api.routes.consignments import FoundConsignments
from api.schemas.common import Block, Name, moment
from api.schemas.lots import LotAnswer, LotBalance, LotFacts, LotPage, LotRow
from ledger_client.emergencies import EmergencySpell
from ledger_client.fold.records import Item, Lot, RecordedDocument, Registered, Site
from ledger_client.identifiers import ItemId, category_of, parse_item
from ledger_client.index.movables import LotAtPlace
from ledger_client.index.norms import CountState
from ledger_client.index.whole import WholeReader

router = Resource(prefix="/lots", tags=["lots"])


class LotsQuery(BaseModel):
    """Which page of the lots of which item at which place."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(
        max_length=64,
        description="A site (15 digits), a division (2, 4, 6, 9 or 12 digits), or 0 for the country.",
        examples=["420102"],
    )
    item: str = Field(max_length=64, description="12 digits.", examples=["299020110001"])
    limit: int = Field(50, ge=1, le=MOST_ENTRIES, description="Most lots to return.")
    after: str | None = Field(
        None,
        pattern="^[0-9]{1,10}-[0-9a-f]{40}$",
        description="`next_after` of the page before: last day of use, counted from 1970, and id of its last "
        "lot. Pages are of one state when `block` is the same in all.",
        examples=["20707-e067633f04d8749103477e0ed9800bcffa53112f"],
    )


@router.get(
    "",
    operation_id="list_lots",
    summary="The lots of an item at a place, what expires first first",
    responses=Problem.responses(401, 403, 404),
)
def list_lots(caller: CallerDep, reading: ReadingDep, query: Annotated[LotsQuery, Query()]) -> LotPage:
    """Return a page of the lots of an item of which the sites of a place hold something."""
    place, item = place_of(query.place), parse_item(query.item)
    caller.require(Scope.READ, place)

    def read(index: WholeReader) -> _FoundPage:
        registered = registered_place(index, place)
        # One more than is shown tells whether another page follows.
        lots = index.lots_at(place, item, after=_after(query.after), limit=query.limit + 1)
        return _FoundPage(registered, lots, index.items([item]), _suppliers(index, (x.record for x in lots)))

    found, stamp = reading.consistent(read, WholeReader)
    shown = found.lots[: query.limit]
    labels, sources = item_labels(reading, found.items), _source_names(reading, found.suppliers)
    return LotPage(
        place=str(place),
        name=found.place.name(reading),
        item=str(item),
        lots=[LotRow.of_place(each, labels[item], sources.get(each.record.source)) for each in shown],
        next_after=_place_of(shown[-1]) if len(found.lots) > len(shown) else None,
        block=Block.of(stamp),
    )


@router.get(
    "/{lot}",
    operation_id="read_lot",
    summary="A lot: what it is, where it is, what holds it",
    responses=Problem.responses(401, 403, 404),
)
def read_lot(caller: CallerDep, reading: ReadingDep, lot: LotParameter) -> LotAnswer:
    """Return a lot to whoever reads a site where it is or was, with balances at the caller's sites alone."""
    caller.require_reader()
    at = counts_time(None)

    def read(index: WholeReader) -> _FoundLot:
        record = index.lot(lot)
        if record is None:
            raise LotNotRecordedError(lot=f"{lot:0{ID_DIGITS}x}")
        balances = {site: units for (site, _), units in index.balances_of([lot]).items()}
        caller.require_any(Scope.READ, {*balances, record.creating_site})
        return _FoundLot.of(index, caller, lot, record, balances, at)

    found, stamp = reading.consistent(read, WholeReader)
    record, names = found.record, site_names(reading, found.sites)
    label = item_labels(reading, found.items)[record.item]
    category = category_of(ItemId(record.item))
    source = _source_names(reading, found.suppliers).get(record.source)
    return LotAnswer(
        lot=LotFacts.of(lot, record, label, source),
        balances=[
            LotBalance.of(
                site,
                names.get(site),
                units,
                found.counts.get((site, category)),
                is_held_here=site in found.held_here,
            )
            for site, units in found.balances.items()
        ],
        has_more=found.has_more,
        consignments=found.consignments.rows(reading),
        history=cards(found.history, found.spells),
        counts_at=moment(at),
        block=Block.of(stamp),
    )


@dataclass(frozen=True, slots=True)
class _FoundPage:
    place: Place
    lots: list[LotAtPlace]
    items: dict[int, Item]
    suppliers: dict[int, Registered]


@dataclass(frozen=True, slots=True)
class _FoundLot:
    record: Lot
    balances: dict[int, int]
    has_more: bool
    held_here: set[int]
    counts: dict[tuple[int, int], CountState]
    sites: dict[int, Site]
    items: dict[int, Item]
    suppliers: dict[int, Registered]
    consignments: FoundConsignments
    history: list[RecordedDocument]
    spells: list[EmergencySpell]

    @classmethod
    def of(
        cls, index: WholeReader, caller: Rights, lot: int, record: Lot, balances: dict[int, int], at: int
    ) -> _FoundLot:
        """Return what a caller may see of a lot."""
        own = {site: units for site, units in balances.items() if caller.covers(site)}
        moving = {
            key: each
            for key, each in index.consignments_with(lot).items()
            if caller.covers(each.from_site) or caller.covers(each.to_site)
        }
        return cls(
            record,
            own,
            len(own) < len(balances),
            index.held_here(lot),
            index.count_states(own, at),
            sites_of(index, own),
            index.items([record.item]),
            _suppliers(index, [record]),
            FoundConsignments.of(index, moving),
            [each for each in index.history_of_lot(lot) if _may_see(caller, each)],
            index.emergencies(),
        )


def _may_see(caller: Rights, document: RecordedDocument) -> bool:
    named = [site for site in (document.from_site, document.to_site) if site]
    return not named or any(caller.covers(site) for site in named)


def _suppliers(index: WholeReader, lots: Iterable[Lot]) -> dict[int, Registered]:
    found = {source: index.supplier(source) for source in {each.source for each in lots} if source}
    return {source: each for source, each in found.items() if each is not None}


def _source_names(reading: Reading, suppliers: dict[int, Registered]) -> dict[int, Name | None]:
    return {
        source: Name.of(reading.name("supplier", source, each.name)) for source, each in suppliers.items()
    }


def _after(text: str | None) -> tuple[int, int]:
    if text is None:
        return -1, 0
    day, lot = text.split("-")
    return int(day), int(lot, 16)


def _place_of(lot: LotAtPlace) -> str:
    return f"{lot.record.use_until}-{lot.lot:0{ID_DIGITS}x}"
