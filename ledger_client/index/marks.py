"""Stock beside what norms say of it: which counts are overdue, and which counts nobody has proved yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import literal_column, select

from ledger_client.allocation import counted_at
from ledger_client.documents import Kind, Timestamp
from ledger_client.fold.records import RecordedDocument
from ledger_client.identifiers import ItemId, category_of
from ledger_client.index._cache import IN_LIST
from ledger_client.index.norms import CountState, NormReader
from ledger_client.index.reads import IndexReader, documents_in
from ledger_client.index.registers import is_site, range_of
from ledger_client.index.tables import MAPS_BY_NAME, SITE_ENTRIES
from ledger_client.lines import CountLine, unpack_lines

PlaceOfCount = tuple[int, int]
"""A site and a category of 7 digits."""


class MarkedReader(IndexReader, NormReader):
    """Answers about stock and about norms; `one_state` makes several of them one."""

    def count_states(self, sites: Collection[int], at: int) -> dict[PlaceOfCount, CountState]:
        """Return how some sites stand with their counts at a time, where a cycle is in force.

        Args:
            sites: Which; few, as of one page.
            at: Seconds.
        """
        wanted, found = sorted(sites), dict[PlaceOfCount, CountState]()
        if self._is_newest(at):
            return {
                (each.site, each.category): each for site in wanted for each in self._counts_of_site(site, at)
            }
        with self.one_state() as reader:
            for start in range(0, len(wanted), IN_LIST):
                some = wanted[start : start + IN_LIST]
                states = reader._counts(lambda column, some=some: column.in_(some), at)  # type: ignore[misc]
                found |= {(each.site, each.category): each for each in states}
        return found

    def overdue(self, place: int, at: int) -> list[CountState]:
        """Return the overdue counts of a place, by site and category.

        A closed site that holds nothing of the category any more is left out: nobody will count it again.

        Args:
            place: A site or a division's prefix, 0 for the country.
            at: Seconds.
        """
        with self.one_state() as reader:
            found = reader.stale(place, at)
            if not found:
                return []
            closed = reader._closed(place)
            held = reader._categories_held(closed & {each.site for each in found})
        return [each for each in found if each.site not in closed or (each.site, each.category) in held]

    def categories_counted(self, document: RecordedDocument) -> set[int]:
        """Return the categories of which a count names lots."""
        return self._categories([document]).get(document.key, set())

    def unproved(self, counts: Collection[CountState], at: int) -> dict[PlaceOfCount, RecordedDocument]:
        """Return the newest recorded count that would prove more than is proved, where there is one.

        Args:
            counts: Of which sites and categories.
            at: Seconds; what was recorded later is not looked at.
        """
        with self.one_state() as reader:
            documents = reader._standing_counts({each.site for each in counts}, at)
            categories = reader._categories(documents)
        found: dict[PlaceOfCount, RecordedDocument] = {}
        known = {(each.site, each.category): each.counted for each in counts}
        for document in sorted(documents, key=lambda each: _time_of(each, at)):
            for category in categories[document.key]:
                place = document.from_site, category
                if place not in known:
                    continue
                proved = known[place]
                if _time_of(document, at) > (proved.stands_for if proved else 0):
                    found[place] = document
        return found

    def _closed(self, place: int) -> set[int]:
        """Return the closed sites of a place."""
        if is_site(place):
            site = self.site(place)
            return {place} if site is not None and site.is_closed else set()
        table = MAPS_BY_NAME["sites"].table
        query = select(table.c.site).where(table.c.site.between(*range_of(place)), table.c.is_closed)
        with self._reading() as connection:
            return set(connection.execute(query).scalars())

    def _categories_held(self, sites: Iterable[int]) -> set[PlaceOfCount]:
        """Return of which categories some sites hold anything."""
        balances, lots = MAPS_BY_NAME["balances"].table, MAPS_BY_NAME["lots"].table
        wanted, found = sorted(sites), set[PlaceOfCount]()
        with self._reading() as connection:
            for start in range(0, len(wanted), IN_LIST):
                query = (
                    select(balances.c.site, lots.c.item)
                    .join_from(balances, lots, balances.c.lot == lots.c.lot)
                    .where(balances.c.site.in_(wanted[start : start + IN_LIST]))
                    # In these words, so that the index of what is not nothing serves it.
                    .where(balances.c.quantity > literal_column("0"))
                    .distinct()
                )
                found |= {(site, category_of(item)) for site, item in connection.execute(query)}
        return found

    def _standing_counts(self, sites: Iterable[int], at: int) -> list[RecordedDocument]:
        """Return the counts of some sites that were recorded by `at` and not reversed."""
        documents, entries = MAPS_BY_NAME["documents"].table, SITE_ENTRIES.table
        wanted, found = sorted(sites), list[RecordedDocument]()
        with self._reading() as connection:
            for start in range(0, len(wanted), IN_LIST):
                query = (
                    select(documents.c.number)
                    .join_from(entries, documents, documents.c.number == entries.c.document)
                    .where(entries.c.site.in_(wanted[start : start + IN_LIST]))
                    .where(documents.c.kind == int(Kind.COUNT), documents.c.recorded_at <= at)
                )
                numbers = list(connection.execute(query).scalars())
                found += documents_in(connection, numbers).values()
        return [each for each in found if not each.reversed_by]

    def _categories(self, documents: Sequence[RecordedDocument]) -> dict[int, set[int]]:
        """Return the categories that each of some counts names, by key."""
        lots = {document.key: _lots(document) for document in documents}
        wanted = sorted({lot for each in lots.values() for lot in each})
        table, items = MAPS_BY_NAME["lots"].table, dict[bytes, int]()
        with self._reading() as connection:
            for start in range(0, len(wanted), IN_LIST):
                some = wanted[start : start + IN_LIST]
                rows = connection.execute(select(table.c.lot, table.c.item).where(table.c.lot.in_(some)))
                items |= {bytes(row.lot): row.item for row in rows}
        return {key: {category_of(ItemId(items[lot])) for lot in each} for key, each in lots.items()}


def _lots(document: RecordedDocument) -> list[bytes]:
    lines = unpack_lines(Kind.COUNT, document.lines)
    return [line.lot.to_bytes(20, "big") for line in lines if isinstance(line, CountLine)]


def _time_of(document: RecordedDocument, at: int) -> int:
    return counted_at(Timestamp(document.occurred_at, document.is_day_only), at)
