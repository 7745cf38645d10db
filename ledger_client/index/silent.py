"""Since when sites have told nothing: the last document of each, and its last count.

Sites that have told nothing for longest come first, so that whoever looks after many sees whom to call.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from ledger_client.fold.records import RecordedDocument
from ledger_client.index._cache import IN_LIST
from ledger_client.index.journals import last_entries
from ledger_client.index.reads import documents_in, last_document
from ledger_client.index.registers import range_of
from ledger_client.index.tables import IS_COUNT, MAPS_BY_NAME, SITE_ENTRIES, cursor
from ledger_client.index.whole import WholeReader

_SITES = MAPS_BY_NAME["sites"].table.c
_ENTRIES = SITE_ENTRIES.table.c
_DOCUMENTS = MAPS_BY_NAME["documents"].table.c
_JOURNALS = MAPS_BY_NAME["site_journals"].table.c


@dataclass(frozen=True, slots=True)
class Silent:
    """Since when a site has told nothing.

    Attributes:
        site: Which.
        number: Of its last document, 0 where it has none.
        document: That document; None likewise.
        count: Its last count that was not reversed; None where there is none.
    """

    site: int
    number: int
    document: RecordedDocument | None
    count: RecordedDocument | None


class SilentReader(WholeReader):
    """Answers about sites that tell nothing; as in `IndexReader`, `one_state` makes several of them one."""

    def silent(self, place: int, at: int, after: tuple[int, int], limit: int) -> list[Silent]:
        """Return the sites of a place that are not closed, those first that have told nothing for longest.

        Args:
            place: A site or a division's prefix, 0 for the country.
            at: Seconds; what was recorded later is not looked at.
            after: Number of the last document, and code, of the last site of the page before.
            limit: Most sites to return.
        """
        with self._reading() as connection:
            last = last_document(connection, at)
            newest = _newest_documents(connection, place, last)
            query = select(_SITES.site).where(_SITES.site.between(*range_of(place)), ~_SITES.is_closed)
            sites = sorted((newest.get(site, 0), site) for site in connection.execute(query).scalars())
            page = [each for each in sites if each > after][:limit]
            counts = _newest_counts(connection, [site for _, site in page], last)
            numbers = sorted({number for number, _ in page} | set(counts.values()))
            found = documents_in(connection, numbers)
        return [
            Silent(site, number, found.get(number), found.get(counts.get(site, 0))) for number, site in page
        ]


def _newest_documents(connection: Connection, place: int, last: int) -> dict[int, int]:
    """Return the number of the last document of each site of a place, up to a document."""
    where = _JOURNALS.site.between(*range_of(place))
    if last >= (connection.scalar(select(cursor.c.documents).where(cursor.c.id == 1)) or 0):
        journals, all_ = MAPS_BY_NAME["site_journals"].table, SITE_ENTRIES.table.alias()
        longest = select(func.max(all_.c.sequence)).where(all_.c.site == _JOURNALS.site)
        of_journal = longest.correlate(journals).scalar_subquery()
        on = and_(_ENTRIES.site == _JOURNALS.site, _ENTRIES.sequence == of_journal)
        found = select(_ENTRIES.site, _ENTRIES.document.label("number")).join_from(
            journals, SITE_ENTRIES.table, on
        )
        return _by_site(connection, found.where(where))
    ends = last_entries(where, last)
    on = and_(ends.c.site == _ENTRIES.site, ends.c.low == _ENTRIES.sequence)
    return _by_site(connection, select(_ENTRIES.site, _ENTRIES.document.label("number")).join(ends, on))


def _newest_counts(connection: Connection, sites: Collection[int], last: int) -> Mapping[int, int]:
    """Return the number of the last count of some sites that stands, up to a document."""
    found: dict[int, int] = {}
    wanted = sorted(sites)
    stands = or_(_DOCUMENTS.reversed_by == 0, _DOCUMENTS.reversed_by > last)
    for start in range(0, len(wanted), IN_LIST):
        query = (
            select(_DOCUMENTS.from_site.label("site"), func.max(_DOCUMENTS.number).label("number"))
            .where(_DOCUMENTS.from_site.in_(wanted[start : start + IN_LIST]))
            .where(IS_COUNT, _DOCUMENTS.number <= last, stands)
            .group_by(_DOCUMENTS.from_site)
        )
        found |= _by_site(connection, query)
    return found


def _by_site(connection: Connection, query: Select[Any]) -> dict[int, int]:
    return {row.site: row.number for row in connection.execute(query)}
