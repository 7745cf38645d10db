"""Documents in the order in which they were recorded: of a ledger, of a place, and where one stands.

Documents are numbered without gaps, and the numbers of a site's documents ascend with the sequences of its
journal. So a document is found in a journal by halving, and the documents of a division by merging the
journals of its sites, where they are not found among the next documents anyway: what a page costs follows how
many sites the place has at most, and neither how many documents there are nor how far down the page is. No
index of documents by place has to be kept for it, for which every document would touch pages all over a
table.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, Subquery, and_, case, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.divisions import ROOT
from ledger_client.fold.records import RecordedDocument
from ledger_client.index.reads import IndexReader, documents_in
from ledger_client.index.registers import range_of
from ledger_client.index.tables import MAPS_BY_NAME, SITE_ENTRIES, cursor, undo

AT_ONCE = 8
"""Entries read at first of a journal that is merged; each time twice as many."""

LOOKED_THROUGH = 16
"""Documents of the ledger that are looked through for each one of a page, before journals are merged."""

_FIRST_COMMUNITY = 10**11  # of twelve digits; sites have more
_ENTRIES = SITE_ENTRIES.table.c
_DOCUMENTS = MAPS_BY_NAME["documents"].table.c
_JOURNALS = MAPS_BY_NAME["site_journals"].table.c
"""One row for each site that has a journal."""


@dataclass(frozen=True, slots=True)
class JournalPlace:
    """Where a document stands in the journal of a site.

    Attributes:
        sequence: Place in the journal, from 1.
        journal: The site's journal word after it.
    """

    site: int
    sequence: int
    journal: int


class JournalReader(IndexReader):
    """Answers about documents in their order; as in `IndexReader`, `one_state` makes several of them one."""

    def documents_of_place(
        self, place: int, *, after: int | None = None, is_newest_first: bool = True, limit: int
    ) -> list[RecordedDocument]:
        """Return documents that name a site of a place, by number.

        Of the country all documents are told, those that name no site (a recall) too.

        Args:
            place: A site or a division's prefix, 0 for the country.
            after: Number of the last document of the page before; None for the first page.
            is_newest_first: Whether numbers descend.
            limit: Most documents to return.
        """
        with self._reading() as connection:
            if place == ROOT:
                numbers = _of_ledger(connection, after, is_newest_first, limit)
            elif place >= _FIRST_COMMUNITY:  # it has so few sites that merging costs less
                numbers = _merged(connection, place, after, is_newest_first, limit)
            else:
                numbers = _of_place(connection, place, after, is_newest_first, limit)
            found = documents_in(connection, numbers)
        return [found[number] for number in numbers]

    def document_count(self) -> int:
        """Return how many documents there are, which is the number of the last one."""
        with self._reading() as connection:
            return connection.scalar(select(cursor.c.documents)) or 0

    def final_document_count(self) -> int:
        """Return how many documents lie in blocks that are never undone; their numbers stay what they are."""
        with self._reading() as connection:
            final, count = connection.execute(select(cursor.c.final, cursor.c.documents)).one_or_none() or (
                0,
                0,
            )
            # Of every block that is not final it is kept how many documents there were before it.
            before = connection.scalar(
                select(undo.c.documents).where(undo.c.number > final).order_by(undo.c.number).limit(1)
            )
        return count if before is None else before

    def numbered(self, numbers: Collection[int]) -> dict[int, RecordedDocument]:
        """Return documents by their number; a number that no document has is left out."""
        with self._reading() as connection:
            return documents_in(connection, sorted(numbers))

    def told_journals(self, site: int, after: int, limit: int) -> list[int]:
        """Return the journal words of a site as its events told them, in order.

        Args:
            site: The site.
            after: Sequence behind which they begin.
            limit: Most words to return.
        """
        query = select(_ENTRIES.journal).where(_ENTRIES.site == site, _ENTRIES.sequence > after)
        with self._reading() as connection:
            words = connection.execute(query.order_by(_ENTRIES.sequence).limit(limit)).scalars()
            return [int.from_bytes(word, "big") for word in words]

    def journal_places(self, document: RecordedDocument) -> list[JournalPlace]:
        """Return where a document stands in the journals of its sites, the sender's first."""
        found = []
        with self._reading() as connection:
            for site in dict.fromkeys(filter(None, (document.from_site, document.to_site))):
                last = last_entries(_JOURNALS.site == site, document.number)
                entry = and_(last.c.site == _ENTRIES.site, last.c.low == _ENTRIES.sequence)
                row = connection.execute(select(_ENTRIES.sequence, _ENTRIES.journal).join(last, entry)).one()
                found.append(JournalPlace(site, row.sequence, int.from_bytes(row.journal, "big")))
        return found


def _of_ledger(connection: Connection, after: int | None, is_newest_first: bool, limit: int) -> list[int]:
    query = _behind(select(_DOCUMENTS.number), after, is_newest_first)
    return list(connection.execute(query.limit(limit)).scalars())


def _behind(query: Select[Any], after: int | None, is_newest_first: bool) -> Select[Any]:
    """Return a query of documents in their order, behind one of them."""
    if is_newest_first:
        query = query.order_by(_DOCUMENTS.number.desc())
        return query if after is None else query.where(_DOCUMENTS.number < after)
    query = query.order_by(_DOCUMENTS.number)
    return query if after is None else query.where(_DOCUMENTS.number > after)


def _of_place(
    connection: Connection, place: int, after: int | None, is_newest_first: bool, limit: int
) -> list[int]:
    """Return numbers of documents of a place: a place with many is found among the next ones of the ledger.

    Where those are too few, journals are merged, behind what was looked through.
    """
    low, high = range_of(place)
    names_it = or_(_DOCUMENTS.from_site.between(low, high), _DOCUMENTS.to_site.between(low, high))
    seen = limit * LOOKED_THROUGH
    query = _behind(select(_DOCUMENTS.number, names_it.label("names_it")), after, is_newest_first)
    rows = connection.execute(query.limit(seen)).all()
    found = [row.number for row in rows if row.names_it][:limit]
    if len(found) == limit or len(rows) < seen:
        return found
    return found + _merged(connection, place, rows[-1].number, is_newest_first, limit - len(found))


def _merged(
    connection: Connection, place: int, after: int | None, is_newest_first: bool, limit: int
) -> list[int]:
    """Return numbers of documents of the sites of a place, in order; one that names two of them once."""
    streams = [
        _Journal(connection, site, sequence, number, is_newest_first)
        for site, sequence, number in _heads(connection, place, after, is_newest_first)
    ]
    # The order of a heap is that of its first parts; no two journals have the same site.
    heap = [(each.key, each.site, each) for each in streams]
    heapq.heapify(heap)
    found: list[int] = []
    while heap and len(found) < limit:
        _, site, journal = heap[0]
        if not found or found[-1] != journal.number:
            found.append(journal.number)
        if journal.go_on():
            heapq.heapreplace(heap, (journal.key, site, journal))
        else:
            heapq.heappop(heap)
    return found


class _Journal:
    """The documents of one site from some place on, read a few at a time."""

    def __init__(
        self, connection: Connection, site: int, sequence: int, number: int, is_newest_first: bool
    ) -> None:
        self.site, self.number = site, number
        self._connection, self._sequence, self._is_newest_first = connection, sequence, is_newest_first
        self._read: list[tuple[int, int]] = []
        self._size = AT_ONCE

    @property
    def key(self) -> int:
        return -self.number if self._is_newest_first else self.number

    def go_on(self) -> bool:
        """Go to the next document; False where there is none."""
        if not self._read:
            self._read = self._next()[::-1]
            self._size *= 2
        if not self._read:
            return False
        self._sequence, self.number = self._read.pop()
        return True

    def _next(self) -> list[tuple[int, int]]:
        step, column = (
            (-1, _ENTRIES.sequence.desc()) if self._is_newest_first else (1, _ENTRIES.sequence.asc())
        )
        first, last = sorted((self._sequence + step, self._sequence + step * self._size))
        query = select(_ENTRIES.sequence, _ENTRIES.document).where(
            _ENTRIES.site == self.site, _ENTRIES.sequence.between(first, last)
        )
        return [(row.sequence, row.document) for row in self._connection.execute(query.order_by(column))]


def _heads(
    connection: Connection, place: int, after: int | None, is_newest_first: bool
) -> list[tuple[int, int, int]]:
    """Return site, sequence and document number of the first entry behind a document, of each site."""
    if after is None:
        after = (connection.scalar(select(cursor.c.documents)) or 0) + 1 if is_newest_first else 0
    low, high = range_of(place)
    known = _JOURNALS.site.between(low, high)
    # The newest before it, or behind those up to it the next one.
    last = last_entries(known, after - 1 if is_newest_first else after)
    step = 0 if is_newest_first else 1
    query = select(_ENTRIES.site, _ENTRIES.sequence, _ENTRIES.document).join(
        last, and_(last.c.site == _ENTRIES.site, _ENTRIES.sequence == last.c.low + step)
    )
    return [(row.site, row.sequence, row.document) for row in connection.execute(query)]


def last_entries(where: ColumnElement[bool], number: int) -> Subquery:
    """Return of journals how many entries are of documents up to a number: columns `site` and `low`.

    Each round halves what is left of a journal, all journals at once.

    Args:
        where: Of which sites, as a condition on `site_journals`.
        number: Of the last document that counts.
    """
    longest = select(func.max(_ENTRIES.sequence)).where(_ENTRIES.site == _JOURNALS.site).scalar_subquery()
    begin = select(_JOURNALS.site, literal(0, BigInteger).label("low"), longest.label("high")).where(where)
    left = begin.cte("halving", recursive=True)
    middle = (left.c.low + left.c.high + 1) // 2
    counts = _ENTRIES.document <= number
    halved = (
        select(
            left.c.site,
            case((counts, _ENTRIES.sequence), else_=left.c.low),
            case((counts, left.c.high), else_=_ENTRIES.sequence - 1),
        )
        .join_from(left, SITE_ENTRIES.table, and_(_ENTRIES.site == left.c.site, _ENTRIES.sequence == middle))
        .where(left.c.low < left.c.high)
    )
    both = left.union_all(halved)
    return select(both.c.site, both.c.low).where(both.c.low == both.c.high).subquery()
