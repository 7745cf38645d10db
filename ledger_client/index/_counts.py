"""How sites stand with their counts: all of a place at once, since a city has a hundred thousand cycles."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, select

from ledger_client.allocation import norm_at, norm_since
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.fold.allocation_records import NormStep
from ledger_client.index._as_of import (
    Key,
    Where,
    entries_before,
    later_keys,
    reversed_by,
    reversed_counts,
    words_before,
)
from ledger_client.index._statements import Statement
from ledger_client.index.follower import _collector_paused
from ledger_client.index.tables import MAPS_BY_NAME


class CountedAt(NamedTuple):
    """The last count of a category at a site that was proved by a time.

    Attributes:
        key: Of the document.
        counted_at: When it is said to have occurred, seconds.
        is_reversed: Whether it was reversed by then, so that it counts no longer.
    """

    key: int
    counted_at: int
    is_reversed: bool

    @property
    def stands_for(self) -> int:
        """The time for which it counts, seconds; 0 where it was reversed."""
        return 0 if self.is_reversed else self.counted_at


class CountState(NamedTuple):
    """How a site stands with the counts of a category that has a cycle.

    Attributes:
        site: Where.
        category: 7 digits.
        days: Length of the cycle.
        since: Since when the cycle holds, seconds.
        counted: The last proved count; None where there is none.
        due: The last second at which the count is not overdue; it is stale since the next one.
        is_stale: Whether it is overdue at the time asked about.
    """

    site: int
    category: int
    days: int
    since: int
    counted: CountedAt | None
    due: int
    is_stale: bool


def counted_at_time(connection: Connection, at: int, where: Where | None = None) -> dict[Key, CountedAt]:
    """Return the last counts that were proved by a time, by site and category.

    Args:
        connection: Of one transaction.
        at: Seconds.
        where: The condition on the column of the site; all where None.
    """
    table = MAPS_BY_NAME["counted"].table
    query = select(table).order_by(*table.primary_key)
    rows = connection.execute(query.where(where(table.c.site)) if where else query)
    told = _Told(reversed_counts(connection, at, where))
    found = {(site, category): told.count(key, counted_at) for site, category, key, counted_at in rows}
    later = later_keys(connection, NormStep.COUNT, at, where)
    for place in later:
        del found[place]
    return dict(sorted((found | _counted_before(connection, at, later)).items()))


def count_states(
    connection: Connection, at: int, where: Where | None, categories: Collection[int] | None = None
) -> list[CountState]:
    """Return how sites stand with their counts, by site and category, where a cycle is in force.

    One look at the cycles beside the counts that were proved; what was recorded after `at` is put back.

    Args:
        connection: Of one transaction.
        at: Seconds.
        where: The condition on the column of the site; all where None.
        categories: Only of these; None for all.
    """
    # So many objects and no cycle: to look for one again and again takes a third of the time.
    with _collector_paused():
        found = _all_states(connection, at, where)
    return found if categories is None else [each for each in found if each.category in categories]


def _all_states(connection: Connection, at: int, where: Where | None) -> list[CountState]:
    set_later = later_keys(connection, NormStep.CYCLE, at, where)
    counted_later = later_keys(connection, NormStep.COUNT, at, where)
    told = _Told(reversed_counts(connection, at, where))
    words = words_before(connection, NormStep.CYCLE, at, set_later)
    counts = _counted_before(connection, at, counted_later)
    cycles: dict[bytes, tuple[int, int]] = {}
    found = []
    for site, category, raw, key, counted_at in connection.execute(_cycles_and_counts(where)):
        counted = told.count(key, counted_at) if key is not None else None
        if (cycle := cycles.get(raw)) is None:
            cycle = cycles[raw] = _cycle(int.from_bytes(raw, "big"), at)
        if set_later or counted_later:
            place = site, category
            cycle = _cycle(words.get(place, 0), at) if place in set_later else cycle
            counted = counts.get(place) if place in counted_later else counted
        days, since = cycle
        if days:
            # As `allocation.count_due` has it: the later of the two, and so many days.
            stands_for = 0 if counted is None or counted.is_reversed else counted.counted_at
            due = (since if since > stands_for else stands_for) + days * SECONDS_A_DAY
            found.append(CountState(site, category, days, since, counted, due, at > due))
    return found


class CountRow(NamedTuple):
    """What an index has of a cycle at a site, whatever time is asked about that is not before its last block.

    Attributes:
        site: Where.
        category: 7 digits.
        word: The norm word of the cycle.
        counted: The last proved count; None where there is none.
    """

    site: int
    category: int
    word: int
    counted: CountedAt | None


def rows_of_site(connection: Connection, site: int) -> list[CountRow]:
    """Return the cycles of a site with their last proved counts, by category."""
    gone = {bytes(key) for (key,) in _GONE_OF_SITE.rows(connection, site=site)}
    told = _Told(gone)
    return [
        CountRow(
            site,
            category,
            int.from_bytes(word, "big"),
            None if key is None else told.count(bytes(key), counted_at),
        )
        for _, category, word, key, counted_at in _ROWS_OF_SITE.rows(connection, site=site)
    ]


def states_of_rows(rows: Iterable[CountRow], at: int) -> list[CountState]:
    """Return how a site stands with its counts where a cycle is in force.

    Args:
        rows: From `rows_of_site`.
        at: Seconds; not before the time of the last block that the index read.
    """
    found = []
    for site, category, word, counted in rows:
        days, since = _cycle(word, at)
        if days:
            due = max(since, counted.stands_for if counted else 0) + days * SECONDS_A_DAY
            found.append(CountState(site, category, days, since, counted, due, at > due))
    return found


class _Told:
    """Counts as they are told: one count is of many categories, and told once.

    Args:
        reversed_: Keys of those that were reversed, 31 bytes each.
    """

    def __init__(self, reversed_: set[bytes]) -> None:
        self._reversed = reversed_
        self._known: dict[tuple[bytes, int], CountedAt] = {}

    def count(self, key: bytes, counted_at: int) -> CountedAt:
        """Return a count by its key, 31 bytes, and its time."""
        known = self._known.get((key, counted_at))
        if known is None:
            known = CountedAt(int.from_bytes(key, "big"), counted_at, bytes(key) in self._reversed)
            self._known[key, counted_at] = known
        return known


def _cycles_and_counts(where: Where | None) -> Any:
    """Return the query of all cycles of some sites, each beside its last proved count."""
    cycles, counted = MAPS_BY_NAME["cycles"].table, MAPS_BY_NAME["counted"].table
    beside = and_(counted.c.site == cycles.c.site, counted.c.category == cycles.c.category)
    query = (
        select(cycles.c.site, cycles.c.category, cycles.c.word, counted.c.key, counted.c.counted_at)
        .outerjoin_from(cycles, counted, beside)
        .order_by(cycles.c.site, cycles.c.category)
    )
    return query.where(where(cycles.c.site)) if where else query


def _gone_of_site() -> Any:
    """Return the query of the keys of a site's proved counts that were reversed."""
    counted, documents = MAPS_BY_NAME["counted"].table, MAPS_BY_NAME["documents"].table
    return (
        select(documents.c.document_key)
        .join_from(counted, documents, documents.c.document_key == counted.c.key)
        .where(counted.c.site == bindparam("site"), documents.c.reversed_by != 0)
    )


_ROWS_OF_SITE = Statement(lambda: _cycles_and_counts(lambda column: column == bindparam("site")))
_GONE_OF_SITE = Statement(_gone_of_site)


def _cycle(word: int, at: int) -> tuple[int, int]:
    """Return days and beginning of what a norm word says at a time."""
    return norm_at(word, at), norm_since(word, at)


def _counted_before(connection: Connection, at: int, places: Collection[Key]) -> dict[Key, CountedAt]:
    """Return what counted at some places by a time, from the entries by then."""
    # They come in the order of recording, so that the last one of each place stays.
    before = dict(entries_before(connection, NormStep.COUNT, at, places))
    gone = reversed_by(connection, {entry.count_key for entry in before.values()}, at)
    return {
        place: CountedAt(entry.count_key, entry.value, entry.count_key in gone)
        for place, entry in before.items()
    }
