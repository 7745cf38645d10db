"""Lots: what they are, where they are, and what holds them."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from api.schemas.common import (
    Block,
    Hash,
    Id160,
    ItemCode,
    ItemLabel,
    Name,
    Quantity,
    SiteCode,
    day_or_none,
    id160,
    id160_or_none,
    moment,
)
from api.schemas.consignments import ConsignmentRow
from api.schemas.sites import CardDocument
from ledger_client.fold.records import Lot
from ledger_client.index.movables import LotAtPlace
from ledger_client.index.norms import CountState
from ledger_client.words import LotStatus


class LotFacts(BaseModel):
    """A lot: what it was made of, and what is against its use everywhere."""

    lot: Id160 = Field(description="Its id.")
    item: ItemCode = Field(description="Its item.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    source: Id160 | None = Field(
        description="The supplier, or the salted digest of the donor; null where the books began with it "
        "and nobody knew."
    )
    source_name: Name | None = Field(description="The supplier's name; null of a donor.")
    batch: Hash | None = Field(description="Digest of the batch as printed; null where there is none.")
    made: date | None = Field(description="Day of making; null where unknown.")
    expires: date | None = Field(description="Printed last day of use; null where there is none.")
    use_until: date | None = Field(
        description="Last day on which it may be used, by what is printed and the item's shelf life; null "
        "where there is none."
    )
    is_held: bool = Field(description="Whether it is held everywhere.")
    is_recalled: bool = Field(description="Whether it is recalled.")
    is_own: bool = Field(description="Whether it belongs to one line of one receipt, which created it held.")

    @classmethod
    def of(cls, lot: int, record: Lot, label: ItemLabel, source_name: Name | None) -> LotFacts:
        """Return a lot of the index."""
        return cls(
            lot=id160(lot),
            item=str(record.item),
            item_name=label.name,
            unit=label.unit,
            source=id160_or_none(record.source),
            source_name=source_name,
            batch=f"0x{record.batch.hex()}" if any(record.batch) else None,
            made=day_or_none(record.made),
            expires=day_or_none(record.expires),
            use_until=day_or_none(record.use_until),
            is_held=bool(record.status & LotStatus.HELD),
            is_recalled=bool(record.status & LotStatus.RECALLED),
            is_own=record.is_own,
        )


class LotBalance(BaseModel):
    """What one site holds of a lot."""

    site: SiteCode = Field(description="The site.")
    name: Name | None = Field(description="Its name.")
    quantity: Quantity = Field(description="Base units; 0 where it held some once.")
    is_held_here: bool = Field(description="Whether the lot is held at this site.")
    is_stale: bool = Field(description="Whether the site's count of the item's category is overdue.")
    count_due: datetime | None = Field(
        description="Until when the category is to be counted there, UTC; null where no cycle is set."
    )

    @classmethod
    def of(
        cls, site: int, name: Name | None, quantity: int, count: CountState | None, *, is_held_here: bool
    ) -> LotBalance:
        """Return a balance of the index."""
        return cls(
            site=str(site),
            name=name,
            quantity=str(quantity),
            is_held_here=is_held_here,
            is_stale=count is not None and count.is_stale,
            count_due=None if count is None else moment(count.due),
        )


class LotAnswer(BaseModel):
    """A lot as its reader may see it."""

    lot: LotFacts = Field(description="What it is.")
    balances: list[LotBalance] = Field(description="By site, of the caller's sites alone.")
    has_more: bool = Field(
        description="Whether it is or was at sites, too, that the caller does not read; see its trace."
    )
    consignments: list[ConsignmentRow] = Field(
        description="From or to the caller's sites, of which something of this lot remains; with all lines."
    )
    history: list[CardDocument] = Field(
        description="What created, held, released or recalled it, in order: documents of the caller's sites, "
        "and those that name no site."
    )
    counts_at: datetime = Field(description="For which time it is said whether counts are overdue, UTC.")
    block: Block = Field(description="Up to which block the answer holds.")


class LotRow(LotFacts):
    """A lot of which the sites of a place hold something."""

    quantity: Quantity = Field(description="Base units at the sites of the place together.")
    free: Quantity = Field(description="Of these, what neither hold nor recall is against; its date may be.")
    sites: int = Field(description="How many sites of the place hold some.")

    @classmethod
    def of_place(cls, found: LotAtPlace, label: ItemLabel, source_name: Name | None) -> LotRow:
        """Return a lot at a place."""
        facts = LotFacts.of(found.lot, found.record, label, source_name)
        free = 0 if found.record.status else found.quantity - found.held_here
        return cls(**facts.model_dump(), quantity=str(found.quantity), free=str(free), sites=found.sites)


class LotPage(BaseModel):
    """A page of the lots of an item at a place."""

    place: str = Field(description="The site or division; 0 is the country.", examples=["420102"])
    name: Name | None = Field(description="Its name; null of the country.")
    item: ItemCode = Field(description="The item.")
    lots: list[LotRow] = Field(description="What expires first first; what has no last day of use last.")
    next_after: str | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")
