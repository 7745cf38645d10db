"""What is on hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.common import (
    Block,
    Id160,
    ItemCode,
    ItemLabel,
    Name,
    Quantity,
    Row,
    SiteCode,
    day_or_none,
    id160,
    moment,
)
from api.schemas.counts import OverdueCount
from ledger_client.index import Holding as IndexHolding
from ledger_client.index import ItemTotal
from ledger_client.index.norms import CountState
from ledger_client.words import LotStatus

STALE_MOST = 200
"""Overdue counts in one answer."""

PlaceLevel = Literal["country", "province", "city", "district", "street", "community", "site"]


class Holding(Row):
    """What a site holds of a lot; never nothing."""

    site: SiteCode = Field(description="The site.")
    lot: Id160 = Field(description="The lot.")
    item: ItemCode = Field(description="The lot's item.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    quantity: Quantity = Field(description="Base units held; a decimal string.")
    is_free: bool = Field(description="Whether neither hold nor recall is against its use; its date may be.")
    is_held: bool = Field(description="Whether the lot is held everywhere.")
    is_recalled: bool = Field(description="Whether the lot is recalled.")
    is_held_here: bool = Field(description="Whether it is held at this site.")
    use_until: date | None = Field(description="Last day on which it may be used; null where there is none.")
    is_stale: bool = Field(
        description="Whether the site's count of the item's category is overdue at `counts_at`, so that "
        "nobody has looked at the quantity in time."
    )
    count_due: datetime | None = Field(
        description="Until when the category is to be counted there, UTC; null where no cycle is set."
    )

    @classmethod
    def of(cls, holding: IndexHolding, label: ItemLabel, count: CountState | None) -> Holding:
        """Return a holding of the index with what catalogue and norms say of its item."""
        lot = holding.attributes
        return cls(
            site=str(holding.site),
            lot=id160(holding.lot),
            item=str(lot.item),
            item_name=label.name,
            unit=label.unit,
            quantity=str(holding.quantity),
            is_free=holding.is_free,
            is_held=bool(lot.status & LotStatus.HELD),
            is_recalled=bool(lot.status & LotStatus.RECALLED),
            is_held_here=holding.is_held_here,
            use_until=day_or_none(lot.use_until),
            is_stale=count is not None and count.is_stale,
            count_due=None if count is None else moment(count.due),
        )


class OnHand(BaseModel):
    """A page of what a site, or all sites of a division, hold."""

    place: str = Field(description="The site or division; 0 for the country.", examples=["420102"])
    level: PlaceLevel = Field(description="What it is.")
    name: Name | None = Field(description="Its name.")
    as_of: datetime | None = Field(description="Block time up to which documents count; null for all.")
    holdings: list[Holding] = Field(description="By site and lot.")
    next_after: str | None = Field(description="`after` of the next page; null on the last one.")
    counts_at: datetime = Field(description="For which time it is said whether counts are overdue, UTC.")
    stale: list[OverdueCount] | None = Field(
        description="The overdue counts of the place, by site and category, also where nothing is held; the "
        f"first {STALE_MOST}, on the first page. Null on later pages."
    )
    stale_total: int | None = Field(description="How many there are; null on later pages.")
    block: Block = Field(description="Up to which block the answer holds.")


class Total(Row):
    """What the sites of a place hold of an item."""

    item: ItemCode = Field(description="The item.")
    item_name: Name | None = Field(description="Its name.")
    unit: str = Field(description="Its base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    quantity: Quantity = Field(description="Base units; a decimal string.")
    free: Quantity = Field(
        description="How many of them neither hold nor recall nor date is against, at `counts_at`."
    )
    sites: int = Field(description="How many sites hold some.")
    stale_sites: int = Field(
        description="At how many sites of the place the count of its category is overdue at `counts_at`."
    )

    @classmethod
    def of(cls, total: ItemTotal, label: ItemLabel, stale_sites: int) -> Total:
        """Return a total of the index with what catalogue and norms say of its item."""
        return cls(
            item=str(total.item),
            item_name=label.name,
            unit=label.unit,
            quantity=str(total.quantity),
            free=str(total.free),
            sites=total.sites,
            stale_sites=stale_sites,
        )


class Part(Row):
    """A division right below another one."""

    place: str = Field(description="Its code.", examples=["420102"])
    level: PlaceLevel = Field(description="What it is.")
    name: Name | None = Field(description="Its name.")


class Totals(BaseModel):
    """What a place holds of each item."""

    place: str = Field(description="The site or division; 0 for the country.", examples=["420102"])
    level: PlaceLevel = Field(description="What it is.")
    name: Name | None = Field(description="Its name.")
    as_of: datetime | None = Field(description="Block time up to which documents count; null for all.")
    counts_at: datetime = Field(description="For which time dates and counts are judged, UTC.")
    totals: list[Total] = Field(description="By item.")
    parts: list[Part] = Field(
        description="The divisions right below it of which the caller may read totals, by code; of a "
        "community, whose sites are lists of their own, and of a site none."
    )
    block: Block = Field(description="Up to which block the answer holds.")
