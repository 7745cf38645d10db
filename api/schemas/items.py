"""Items of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field

from api.schemas.common import Block, ItemCode, ItemLabel, Name, Quantity, unit_text
from api.schemas.counts import Category
from ledger_client.fold.records import Item as Record
from ledger_client.identifiers import ItemId, category_of
from ledger_client.records import Name as RecordName

QualificationCategory = Annotated[int, Field(ge=1)]


class Content(BaseModel):
    """What a pack holds of another item."""

    item: ItemCode = Field(description="Which item it holds.")
    name: Name | None = Field(description="Its name.")
    unit: str = Field(description="Its base unit, UN/CEFACT Recommendation 20.", examples=["H87"])
    factor: Quantity = Field(
        description="How many of its base units one base unit of the pack holds; a decimal string."
    )


class ItemRow(BaseModel):
    """An item: what stock is kept of."""

    item: ItemCode = Field(description="The item.")
    category: Category = Field(description="Its category of GB/T 38565: its first 7 digits.")
    name: Name | None = Field(description="Its name.")
    unit: str = Field(description="Its base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    qualification_category: QualificationCategory | None = Field(
        description="What a supplier of it must be qualified for; null where nothing is needed."
    )
    shelf_life_days: int | None = Field(
        description="Days from the day of making until it may not be used; null where it does not spoil."
    )
    is_serial: bool = Field(description="Whether each piece has a number of its own.")
    holds: list[Content] = Field(description="What one base unit of it holds of other items, by item.")

    @classmethod
    def of(
        cls,
        item: int,
        record: Record,
        name: RecordName | None,
        held: Mapping[int, int],
        labels: Mapping[int, ItemLabel],
    ) -> ItemRow:
        """Return an item of the index.

        Args:
            item: Which.
            record: What is registered of it.
            name: Its name.
            held: Factor by item that it holds.
            labels: What the catalogue says of those items.
        """
        return cls(
            item=str(item),
            category=f"{category_of(ItemId(item)):07d}",
            name=Name.of(name),
            unit=unit_text(record.unit),
            qualification_category=record.qualification_category or None,
            shelf_life_days=record.shelf_life or None,
            is_serial=record.is_serial,
            holds=[
                Content(item=str(each), name=labels[each].name, unit=labels[each].unit, factor=str(factor))
                for each, factor in sorted(held.items())
            ],
        )


class Items(BaseModel):
    """A page of items."""

    items: list[ItemRow] = Field(description="By code.")
    next_after: ItemCode | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class Item(ItemRow):
    """An item."""

    block: Block = Field(description="Up to which block the answer holds.")
