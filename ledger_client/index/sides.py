"""The documents of the whole ledger one behind the other, with what each did at all of its sites.

A page looks at a bounded piece of the ledger, however few of its documents lie at the places asked for: so it
costs the same anywhere, and may be empty while others follow.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from ledger_client.divisions import ROOT
from ledger_client.fold.records import RecordedDocument
from ledger_client.index._cache import IN_LIST
from ledger_client.index.marks import MarkedReader
from ledger_client.index.reads import documents_in, last_document
from ledger_client.index.registers import range_of
from ledger_client.index.tables import MAPS_BY_NAME, MOVEMENTS, cursor
from ledger_client.index.traces import TraceReader

PIECE = 2_000
"""Documents among which a page is looked for."""


@dataclass(frozen=True, slots=True)
class SiteMovement:
    """What a document did to one lot at one site.

    Attributes:
        site: The site.
        lot: The lot.
        delta: Base units that came, negative where they went; 0 of a hold and a release.
        quantity: Base units held there afterwards.
    """

    site: int
    lot: int
    delta: int
    quantity: int


class SideReader(MarkedReader, TraceReader):
    """Answers about documents with both of their sides."""

    def documents_after(
        self, number: int, places: Collection[int], limit: int, *, since: int = 0, placeless: bool = False
    ) -> tuple[list[RecordedDocument], int | None]:
        """Return documents behind a number, in order, and behind which number the next page begins.

        Args:
            number: Of the last document of the page before, 0 for the first page.
            places: Sites and divisions, of which a document names at least one.
            limit: Most documents.
            since: Recorded at this block time or later.
            placeless: Whether documents that name no site are among them: recalls, and lifts of recalls.

        Returns:
            The documents, and None in place of the number on the last page.
        """
        table = MAPS_BY_NAME["documents"].table
        with self._reading() as connection:
            first = max(number, last_document(connection, since - 1)) if since else number
            last = connection.scalar(select(cursor.c.documents)) or 0
            until = first + PIECE
            query = (
                select(table.c.number)
                .where(table.c.number > first, table.c.number <= until)
                .where(_names(places, placeless))
                .order_by(table.c.number)
                .limit(limit)
            )
            numbers = list(connection.scalars(query))
            found = documents_in(connection, numbers)
        reached = numbers[-1] if len(numbers) == limit else until
        return [found[each] for each in numbers], reached if reached < last else None

    def movements_of(self, numbers: Sequence[int]) -> dict[int, list[SiteMovement]]:
        """Return what documents moved at all of their sites, by number, in the order of their lines."""
        table = MOVEMENTS.table.c
        columns = (table.document, table.site, table.lot, table.delta, table.quantity)
        found: dict[int, list[SiteMovement]] = {}
        with self._reading() as connection:
            for at in range(0, len(numbers), IN_LIST):
                query = (
                    select(*columns)
                    .where(table.document.in_(numbers[at : at + IN_LIST]))
                    .order_by(table.document, table.position)
                )
                for document, site, lot, delta, quantity in connection.execute(query):
                    moved = SiteMovement(site, int.from_bytes(lot, "big"), delta, quantity)
                    found.setdefault(document, []).append(moved)
        return found


def _names(places: Collection[int], placeless: bool) -> ColumnElement[bool]:
    """Return the condition that a document names one of some places."""
    table = MAPS_BY_NAME["documents"].table.c
    somewhere = or_(table.from_site != 0, table.to_site != 0)
    named = [
        somewhere
        if place == ROOT
        else or_(table.from_site.between(*range_of(place)), table.to_site.between(*range_of(place)))
        for place in places
    ]
    if placeless:
        named.append(~somewhere)
    return or_(*named)
