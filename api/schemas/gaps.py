"""Where sites have less than they must keep, and since when they have told nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from api.schemas.common import (
    DocumentKey,
    ItemCode,
    ItemLabel,
    Name,
    Quantity,
    SiteCode,
    moment,
    moment_or_none,
)
from api.schemas.counts import Category
from api.schemas.norms import NormsPage
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.index.gaps import Gap as FoundGap
from ledger_client.index.norms import CountState
from ledger_client.index.silent import Silent


class Gap(BaseModel):
    """An item of which a site has less than it must keep."""

    site: SiteCode = Field(description="The site.")
    site_name: Name | None = Field(description="Its name.")
    item: ItemCode = Field(description="The item.")
    item_name: Name | None = Field(description="The item's name.")
    unit: str = Field(description="The item's base unit, UN/CEFACT Recommendation 20.", examples=["XBX"])
    floor: Quantity = Field(description="Base units that it must keep; a decimal string.")
    since: datetime = Field(description="Since when, UTC.")
    usable: Quantity = Field(
        description="Base units at the site that neither hold nor recall nor date is against; what is "
        "reserved is among them."
    )
    reserved: Quantity = Field(description="Base units that are approved to leave and have not left.")
    in_transit: Quantity | None = Field(
        description="Base units on their way to the site; null where `at` lies before the last block, since "
        "that is known of now alone."
    )
    missing: Quantity = Field(description="Base units that it has too few: `floor` less `usable`.")

    @classmethod
    def of(cls, gap: FoundGap, label: ItemLabel, site_name: Name | None) -> Gap:
        """Return a gap of the index."""
        return cls(
            site=str(gap.floor.subject),
            site_name=site_name,
            item=str(gap.floor.about),
            item_name=label.name,
            unit=label.unit,
            floor=str(gap.floor.value),
            since=moment(gap.floor.since),
            usable=str(gap.usable),
            reserved=str(gap.reserved),
            in_transit=None if gap.in_transit is None else str(gap.in_transit),
            missing=str(gap.missing),
        )


class GapPage(NormsPage):
    """A page of the gaps of a place."""

    gaps: list[Gap] = Field(description="By site and item.")


class CountCycle(BaseModel):
    """How a site stands with the counts of a category that has a cycle."""

    category: Category = Field(description="The category of GB/T 38565: the first 7 digits of its items.")
    days: int = Field(description="Days between counts.")
    counted_at: datetime | None = Field(
        description="When it was counted last, as far as that is proved, UTC; null where nothing is."
    )
    count_due: datetime = Field(description="Until when it is to be counted, UTC.")
    is_stale: bool = Field(description="Whether that is overdue at `at`.")

    @classmethod
    def of(cls, count: CountState) -> CountCycle:
        """Return a count state of the index."""
        return cls(
            category=f"{count.category:07d}",
            days=count.days,
            counted_at=moment_or_none(count.counted.stands_for if count.counted else 0),
            count_due=moment(count.due),
            is_stale=count.is_stale,
        )


class StaleSite(BaseModel):
    """Since when a site has told nothing, and how it stands with its counts."""

    site: SiteCode = Field(description="The site.")
    site_name: Name | None = Field(description="Its name.")
    last_document: DocumentKey | None = Field(
        description="The last document that names it, on whichever side; null where there is none."
    )
    last_recorded_at: datetime | None = Field(description="Time of its block, UTC; null likewise.")
    silent_days: int | None = Field(
        description="Whole days from then to `at`, of 24 hours each; null where it never told anything."
    )
    last_count: DocumentKey | None = Field(
        description="Its last count, whoever proved it, that was not reversed; null where there is none."
    )
    last_counted_at: datetime | None = Field(
        description="When that is said to have occurred, UTC; null likewise."
    )
    overdue_since: datetime | None = Field(
        description="Since when its first overdue count has been, UTC; null where none is."
    )
    counts: list[CountCycle] = Field(description="Categories that have a cycle there, by category.")

    @classmethod
    def of(cls, silent: Silent, site_name: Name | None, counts: Sequence[CountState], at: int) -> StaleSite:
        """Return a site of the index."""
        document, count = silent.document, silent.count
        overdue = [each.due for each in counts if each.is_stale]
        return cls(
            site=str(silent.site),
            site_name=site_name,
            last_document=None if document is None else f"{document.key:062x}",
            last_recorded_at=None if document is None else moment(document.recorded_at),
            silent_days=None if document is None else (at - document.recorded_at) // SECONDS_A_DAY,
            last_count=None if count is None else f"{count.key:062x}",
            last_counted_at=None if count is None else moment(count.occurred_at),
            overdue_since=moment(min(overdue)) if overdue else None,
            counts=[CountCycle.of(each) for each in counts],
        )


class StaleSitePage(NormsPage):
    """A page of the sites of a place that tell nothing."""

    sites: list[StaleSite] = Field(
        description="Those that are not closed, by their last document: the one first that has told nothing "
        "for longest, those before it that never told anything."
    )
