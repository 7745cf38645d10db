"""Sites, as the register has them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, cast

from pydantic import BaseModel, Field

from api.schemas.common import Block, Name, SiteCode, Word
from api.schemas.counts import OverdueCount
from api.schemas.divisions import DivisionCode
from ledger_client.fold.records import Site as Record
from ledger_client.identifiers import SiteId, storage_mode
from ledger_client.records import Name as RecordName

Mode = Literal["government", "agreement", "enterprise_held", "household", "merchant"]


class SiteRow(BaseModel):
    """A registered site."""

    site: SiteCode = Field(description="The site.")
    community: DivisionCode = Field(description="The community in which it lies: its first 12 digits.")
    mode: Mode = Field(description="Its storage mode: who holds the stock.")
    name: Name | None = Field(description="Its name.")
    is_disposal: bool = Field(description="Whether it takes goods that may no longer be used.")
    is_closed: bool = Field(description="Whether it was closed; what it holds may only leave it.")
    successor: SiteCode | None = Field(description="Which one took over from a closed one, if any.")

    @classmethod
    def of(cls, site: int, record: Record, name: RecordName | None) -> SiteRow:
        """Return a site of the index."""
        return cls(
            site=str(site),
            community=str(site)[:12],
            mode=cast(Mode, storage_mode(SiteId(site)).name.lower()),
            name=Name.of(name),
            is_disposal=record.is_disposal,
            is_closed=record.is_closed,
            successor=str(record.successor) if record.successor else None,
        )


class Sites(BaseModel):
    """A page of sites."""

    division: DivisionCode = Field(description="In which they lie.")
    sites: list[SiteRow] = Field(description="By code.")
    next_after: SiteCode | None = Field(description="`after` of the next page; null on the last one.")
    block: Block = Field(description="Up to which block the answer holds.")


class Site(SiteRow):
    """A site."""

    community_name: Name | None = Field(description="The name of its community.")
    journal: Word | None = Field(
        description="Its journal word: digest (192 bits), sequence (64); null before its first document."
    )
    entries: int = Field(description="How many documents its journal has.")
    counts_at: datetime = Field(description="For which time it is said whether counts are overdue, UTC.")
    stale: list[OverdueCount] = Field(
        description="Its overdue counts, by category, also where it holds nothing."
    )
    block: Block = Field(description="Up to which block the answer holds.")
