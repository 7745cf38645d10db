"""Counts that are overdue, beside the figures that they leave open."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.schemas.common import Row, SiteCode, moment, moment_or_none
from ledger_client.index.norms import CountState

Category = Annotated[str, Field(pattern="^[0-9]{7}$")]


class OverdueCount(Row):
    """A category of which a site's count is overdue: nobody looked in time at what is said of it there."""

    site: SiteCode = Field(description="The site.")
    category: Category = Field(description="The category of GB/T 38565: the first 7 digits of its items.")
    count_due: datetime = Field(description="Until when it was to be counted, UTC.")
    counted_at: datetime | None = Field(
        description="When it was counted last, as far as that is proved; null where nothing is."
    )

    @classmethod
    def of(cls, count: CountState) -> OverdueCount:
        """Return an overdue count of the index."""
        return cls(
            site=str(count.site),
            category=f"{count.category:07d}",
            count_due=moment(count.due),
            counted_at=moment_or_none(count.counted.stands_for if count.counted else 0),
        )
