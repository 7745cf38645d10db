"""`/v1/items`: the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.access.callers import CallerDep
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.register_parameters import ItemParameter, ItemsParameters, number_after
from api.register_problems import ItemUnknownError
from api.resources import Resource
from api.routes._items import item_labels
from api.routes._names import names_of
from api.schemas.common import Block
from api.schemas.items import Item, ItemRow, Items
from ledger_client.fold.records import Item as Record
from ledger_client.index.marks import MarkedReader
from ledger_client.index.register_pages import factors_of, items_page

router = Resource(prefix="/items", tags=["items"])


@router.get("", operation_id="list_items", summary="The catalogue", responses=Problem.responses(401, 403))
def list_items(caller: CallerDep, reading: ReadingDep, query: ItemsParameters) -> Items:
    """Return a page of the items, or of those of a category, and what packs hold."""
    caller.require_reader()
    category = None if query.category is None else int(query.category)

    def read(index: MarkedReader) -> _Found:
        # One more than is shown tells whether another page follows.
        found = items_page(index, category, number_after(query.after), query.limit + 1)
        return _with_contents(index, dict(list(found.items())[: query.limit]), len(found) > query.limit)

    found, stamp = reading.consistent(read)
    return Items(
        items=_rows(reading, found),
        next_after=str(max(found.items)) if found.is_more else None,
        block=Block.of(stamp),
    )


@router.get(
    "/{item}", operation_id="read_item", summary="An item", responses=Problem.responses(401, 403, 404)
)
def read_item(caller: CallerDep, reading: ReadingDep, item: ItemParameter) -> Item:
    """Return an item: its base unit, what its suppliers must be qualified for, and what it holds."""
    caller.require_reader()

    def read(index: MarkedReader) -> _Found:
        found = index.items([item])
        if not found:
            raise ItemUnknownError(value=item)
        return _with_contents(index, found, is_more=False)

    found, stamp = reading.consistent(read)
    [row] = _rows(reading, found)
    return Item(**row.model_dump(), block=Block.of(stamp))


@dataclass(frozen=True, slots=True)
class _Found:
    items: dict[int, Record]
    factors: dict[tuple[int, int], int]
    held: dict[int, Record]
    is_more: bool

    def held_by(self, pack: int) -> Mapping[int, int]:
        """Return the factor by item that a pack holds."""
        return {unit: factor for (each, unit), factor in self.factors.items() if each == pack}


def _with_contents(index: MarkedReader, items: dict[int, Record], is_more: bool) -> _Found:
    factors = factors_of(index, items)
    return _Found(items, factors, index.items({unit for _, unit in factors}), is_more)


def _rows(reading: Reading, found: _Found) -> list[ItemRow]:
    names, labels = names_of(reading, "item", found.items), item_labels(reading, found.held)
    return [
        ItemRow.of(item, record, names.get(item), found.held_by(item), labels)
        for item, record in found.items.items()
    ]
