"""What the catalogue says of the items in an answer, looked up once each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from api.reading import Reading
from api.schemas.common import ItemLabel, Name, unit_text
from ledger_client.fold.records import Item


def item_labels(reading: Reading, items: Mapping[int, Item], used: Iterable[int]) -> dict[int, ItemLabel]:
    """Return name and unit of the items that an answer speaks of.

    Args:
        reading: Where names are.
        items: The catalogue.
        used: Items of the answer, in any order and number.
    """
    return {
        item: ItemLabel(Name.of(reading.name("item", item, items[item].name)), unit_text(items[item].unit))
        for item in set(used)
    }
