"""What the resources of requests and proposals have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from api.parameters import MOST_ENTRIES, AsOf
from api.reading import Reading
from api.routes._concerned import site_names, sites_of
from api.routes._items import item_labels
from api.schemas.requests import ProposalRow, Shown
from ledger_client.emergencies import EmergencySpell
from ledger_client.fold.allocation_records import Request
from ledger_client.fold.records import Item, Site
from ledger_client.identifiers import ItemId, category_of
from ledger_client.index.allocation import ProposalAt
from ledger_client.index.norms import CountState
from ledger_client.index.whole import WholeReader


class AtQuery(BaseModel):
    """For when it is said where something stands."""

    model_config = ConfigDict(extra="forbid")

    at: AsOf = Field(
        None,
        max_length=64,
        description="For which time it is said where it stands, ISO 8601 with its distance from UTC; the "
        "server's clock where it is not given.",
        examples=["2026-09-22T09:00:00Z"],
    )


class AskingQuery(AtQuery):
    """Which page of which place."""

    place: str = Field(
        max_length=64,
        description="A site (15 digits), a division (2, 4, 6, 9 or 12 digits), or 0 for the country.",
        examples=["420102"],
    )
    limit: int = Field(50, ge=1, le=MOST_ENTRIES, description="Most of them to return.")


@dataclass(frozen=True, slots=True)
class FoundAround:
    """What the index knows of the items and sites that requests and proposals speak of.

    Attributes:
        items: By id.
        sites: By number.
        counts: How givers stand with their counts.
        spells: The emergencies of the ledger.
    """

    items: dict[int, Item]
    sites: dict[int, Site]
    counts: dict[tuple[int, int], CountState]
    spells: list[EmergencySpell]

    @classmethod
    def of(
        cls, index: WholeReader, requests: Iterable[Request], proposals: Iterable[ProposalAt], at: int
    ) -> FoundAround:
        """Ask the index; `at`: seconds, as of which counts are overdue."""
        made = list(proposals)
        asked = [*requests, *(each.request for each in made)]
        givers = {each.proposal.giver for each in made}
        return cls(
            index.items({each.item for each in asked}),
            sites_of(index, givers | {each.site for each in asked}),
            index.count_states(givers, at),
            index.emergencies(),
        )

    def shown(self, reading: Reading) -> Shown:
        """Return it with the names that are known here."""
        return Shown(item_labels(reading, self.items), site_names(reading, self.sites), self.spells)

    def row(self, each: ProposalAt, shown: Shown) -> ProposalRow:
        """Return a proposal as it goes out."""
        count = self.counts.get((each.proposal.giver, category_of(ItemId(each.request.item))))
        return ProposalRow.of(each, shown, giver_is_stale=count is not None and count.is_stale)
