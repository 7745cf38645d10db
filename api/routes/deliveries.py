"""`/v1/suppliers/{supplier}/deliveries`: what came from a supplier to the sites that the caller reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from pydantic import Field

from api.access.callers import CallerDep
from api.parameters import PageQuery, SupplierParameter, as_of_seconds
from api.problems import Problem
from api.reading import ReadingDep
from api.register_problems import SupplierUnknownError
from api.resources import Resource
from api.routes._concerned import site_names, sites_of
from api.routes._items import item_labels
from api.routes._pages import places_read
from api.schemas.common import Block, Name, id160, moment
from api.schemas.deliveries import Beside, DeliverySum, SupplierDeliveries, delivery_of, lines_of
from ledger_client.emergencies import EmergencySpell
from ledger_client.fold.records import Item, Lot, RecordedDocument, Registered, Site
from ledger_client.index.receipts import Delivered, ReceiptsOf
from ledger_client.index.whole import WholeReader

router = Resource(prefix="/suppliers", tags=["suppliers"])

_TEXT = 64  # characters of a code
_LAST_NUMBER = (1 << 63) - 1


class DeliveriesQuery(PageQuery):
    """Which page of the deliveries to which place."""

    place: str | None = Field(
        None,
        max_length=_TEXT,
        description="A site (15 digits), a division (2, 4, 6, 9 or 12 digits), or 0 for the country; "
        "everything that the caller reads where it is not given.",
        examples=["420102"],
    )
    after: int | None = Field(
        None,
        ge=1,
        le=_LAST_NUMBER,
        description="`next_after` of the page before; the first page where it is not given.",
    )


@router.get(
    "/{supplier}/deliveries",
    operation_id="list_deliveries",
    summary="What a supplier delivered",
    responses=Problem.responses(401, 403, 404),
)
def list_deliveries(
    caller: CallerDep,
    reading: ReadingDep,
    supplier: SupplierParameter,
    query: Annotated[DeliveriesQuery, Query()],
) -> SupplierDeliveries:
    """Return a page of the receipts from a supplier or donor, at sites that the caller reads, and their sums.

    Of a supplier that delivered elsewhere alone there are none. Where the goods went then, a trace tells.
    """
    places = places_read(caller, query.place)
    as_of = as_of_seconds(query.as_of)
    asked = ReceiptsOf(supplier.id, places, as_of)

    def read(index: WholeReader) -> _Found:
        # One more than is shown tells whether another page follows.
        receipts = asked.page(index, query.after, query.limit + 1)
        sums = asked.sums(index) if query.after is None else None
        record = index.supplier(supplier.id)
        if record is None and not receipts and not sums:
            raise SupplierUnknownError(value=supplier.code or id160(supplier.id))
        lines = [line.attributes for receipt in receipts for line in lines_of(receipt)]
        items = {each.item for each in lines} | {each.item for each in sums or ()}
        return _Found(
            record,
            receipts,
            sums,
            index.items(items),
            index.lots_by_id({each.lot_id for each in lines}),
            sites_of(index, {each.to_site for each in receipts}),
            index.emergencies(),
        )

    found, stamp = reading.consistent(read, WholeReader)
    labels = item_labels(reading, found.items)
    beside = Beside(labels, found.lots, site_names(reading, found.sites), found.spells)
    shown = found.receipts[: query.limit]
    name = None if found.record is None else reading.name("supplier", supplier.id, found.record.name)
    return SupplierDeliveries(
        supplier=id160(supplier.id),
        code=supplier.code,
        name=Name.of(name),
        place=None if query.place is None else str(places[0]),
        as_of=None if as_of is None else moment(as_of),
        deliveries=[delivery_of(each, beside) for each in shown],
        sums=None if found.sums is None else [DeliverySum.of(each, labels[each.item]) for each in found.sums],
        next_after=shown[-1].number if len(found.receipts) > len(shown) else None,
        block=Block.of(stamp),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    record: Registered | None
    receipts: list[RecordedDocument]
    sums: list[Delivered] | None
    items: dict[int, Item]
    lots: dict[int, Lot]
    sites: dict[int, Site]
    spells: Sequence[EmergencySpell]
