"""The receipts of a supplier or donor at the sites of some places: page by page, and what they add up to."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.documents import Kind
from ledger_client.fold.records import RecordedDocument
from ledger_client.index.reads import IndexReader, documents_in, last_document
from ledger_client.index.registers import range_of
from ledger_client.index.tables import IS_RECEIPT, MAPS_BY_NAME, cursor
from ledger_client.lines import line_width
from ledger_client.words import split_words, unpack_amounts, unpack_attributes

_DOCUMENTS = MAPS_BY_NAME["documents"].table.c
_AMOUNTS, _ATTRIBUTES = 1, 2  # places of words in a line of a receipt


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a supplier delivered of an item, in base units, without receipts that were reversed.

    Attributes:
        item: The item.
        delivered: Everything that arrived.
        rejected: Of this, what was refused.
        held: Of what was accepted, what was not qualified, so that its lot was created held.
        receipts: On how many receipts.
    """

    item: int
    delivered: int
    rejected: int
    held: int
    receipts: int

    @property
    def accepted(self) -> int:
        """What was taken into stock."""
        return self.delivered - self.rejected


@dataclass(frozen=True, slots=True)
class ReceiptsOf:
    """Whose receipts, where, and until when.

    Attributes:
        source: The supplier, or the salted digest of a donor.
        places: Sites or prefixes of divisions, 0 for the country.
        as_of: Block time up to which documents count, seconds since 1970; None for all.
    """

    source: int
    places: Collection[int]
    as_of: int | None = None

    def page(self, index: IndexReader, before: int | None, limit: int) -> list[RecordedDocument]:
        """Return receipts, the newest first.

        Args:
            index: The index.
            before: Number of the last document of the page before; None for the first page.
            limit: Most receipts to return.
        """
        query = select(_DOCUMENTS.number).where(*self._conditions())
        with index._reading() as connection:
            last = self._last(index)
            query = query.where(_DOCUMENTS.number <= (last if before is None else min(last, before - 1)))
            query = query.order_by(_DOCUMENTS.number.desc()).limit(limit)
            numbers = list(connection.execute(query).scalars())
            found = documents_in(connection, numbers)
        return [found[number] for number in numbers]

    def sums(self, index: IndexReader) -> list[Delivered]:
        """Return what they add up to, by item; those that were reversed by then are left out."""
        sums: dict[int, Delivered] = {}
        for lines in self._lines(index):
            seen = set()
            for delivered, rejected, item, is_own in _amounts(lines):
                before = sums.get(item, Delivered(item, 0, 0, 0, 0))
                sums[item] = Delivered(
                    item,
                    before.delivered + delivered,
                    before.rejected + rejected,
                    before.held + (delivered - rejected if is_own else 0),
                    before.receipts + (item not in seen),
                )
                seen.add(item)
        return [sums[item] for item in sorted(sums)]

    def _lines(self, index: IndexReader) -> Iterator[bytes]:
        with index._reading() as connection:
            last = self._last(index)
            stands = or_(_DOCUMENTS.reversed_by == 0, _DOCUMENTS.reversed_by > last)
            query = select(_DOCUMENTS.lines).where(*self._conditions(), _DOCUMENTS.number <= last, stands)
            for lines in connection.execute(query).scalars():
                yield bytes(lines)

    def _conditions(self) -> list[ColumnElement[bool]]:
        where = [IS_RECEIPT, _DOCUMENTS["from"] == self.source.to_bytes(32, "big")]
        if 0 not in self.places:
            where.append(or_(*(_DOCUMENTS.to_site.between(*range_of(place)) for place in self.places)))
        return where

    def _last(self, index: IndexReader) -> int:
        """Return the number of the last document that counts."""
        with index._reading() as connection:
            if self.as_of is not None:
                return last_document(connection, self.as_of)
            return connection.scalar(select(cursor.c.documents).where(cursor.c.id == 1)) or 0


def _amounts(lines: bytes) -> Iterator[tuple[int, int, int, bool]]:
    """Yield what was delivered and rejected of which item, and whether its lot was created held.

    The lots are not computed anew, as `unpack_lines` does: a supplier has many receipts.
    """
    words, width = split_words(lines), line_width(Kind.RECEIPT)
    for at in range(0, len(words), width):
        amounts, attributes = unpack_amounts(words[at + _AMOUNTS]), unpack_attributes(words[at + _ATTRIBUTES])
        yield amounts.delivered, amounts.rejected, attributes.item, attributes.is_own
