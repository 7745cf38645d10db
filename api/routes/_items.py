"""What the catalogue says of the items in an answer, looked up once each."""

from __future__ import annotations

from collections.abc import Mapping

from api.reading import Reading
from api.schemas.common import ItemLabel, Name, unit_text
from ledger_client.fold.records import Item


def item_labels(reading: Reading, items: Mapping[int, Item]) -> dict[int, ItemLabel]:
    """Return name and unit of the items that an answer speaks of."""
    names = reading.names("item", {item: record.name for item, record in items.items()})
    return {
        item: ItemLabel(Name.of(names.get(item)), unit_text(record.unit)) for item, record in items.items()
    }
