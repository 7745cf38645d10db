"""Norms as they were at a time: what the tables have now, put back by entries that were recorded since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import Connection, and_, select
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.allocation import norm_set
from ledger_client.fold.allocation_records import NormEntry, NormStep
from ledger_client.index._cache import IN_LIST
from ledger_client.index.registers import columns_of
from ledger_client.index.tables import MAPS_BY_NAME

_MAPS = {NormStep.FLOOR: "floors", NormStep.TERMS: "terms", NormStep.CYCLE: "cycles"}

_DOCUMENTS = MAPS_BY_NAME["documents"].table
_REVERSALS = _DOCUMENTS.alias()  # made once: it copies forty columns

Key = tuple[int, int]
"""Subject of an entry, and what it is about."""

Where = Callable[[Any], ColumnElement[bool]]


def words_at(connection: Connection, step: NormStep, at: int, where: Where | None = None) -> dict[Key, int]:
    """Return the norm words as they were at a time, by subject and what they are about.

    The tables have the newest; of those that were set since, the entries before `at` are gone through.

    Args:
        connection: Of one transaction.
        step: Which norms.
        at: Seconds.
        where: The condition on the column of the subject; all where None.
    """
    spec = MAPS_BY_NAME[_MAPS[step]]
    table = spec.table
    query = select(*[table.c[field.name] for field in spec.fields]).order_by(*table.primary_key)
    if where:
        query = query.where(where(table.c[spec.key[0].name]))
    # Taken apart here and not by `MapSpec.entry`: a city has a hundred thousand.
    rows = connection.execute(query)
    words = {(subject, about): int.from_bytes(word, "big") for subject, about, word in rows}
    later = later_keys(connection, step, at, where)
    for key in later:
        del words[key]
    return words | words_before(connection, step, at, later)


def words_before(connection: Connection, step: NormStep, at: int, keys: Collection[Key]) -> dict[Key, int]:
    """Return some norm words as they were at a time, from the entries by then; none where nothing was set."""
    words: dict[Key, int] = {}
    for key, entry in entries_before(connection, step, at, keys):
        words[key] = norm_set(
            words.get(key, 0), value=entry.value, from_=entry.effective_at, time=entry.recorded_at
        )
    return words


def later_keys(connection: Connection, step: NormStep, at: int, where: Where | None) -> set[Key]:
    """Return of what entries were recorded after a time."""
    table = MAPS_BY_NAME["norm_entries"].table
    query = select(table.c.subject, table.c.about).where(table.c.recorded_at > at, table.c.step == int(step))
    if where:
        query = query.where(where(table.c.subject))
    # Not `distinct`: for that SQLite goes through the whole table, and leaves the index of times alone.
    return {(subject, about) for subject, about in connection.execute(query)}


def entries_before(
    connection: Connection, step: NormStep, at: int, keys: Collection[Key]
) -> Iterable[tuple[Key, NormEntry]]:
    """Give the entries by a time about some things, in the order in which they were recorded."""
    table = MAPS_BY_NAME["norm_entries"].table
    subjects = sorted({subject for subject, _ in keys})
    for start in range(0, len(subjects), IN_LIST):
        where = and_(
            table.c.subject.in_(subjects[start : start + IN_LIST]),
            table.c.step == int(step),
            table.c.recorded_at <= at,
        )
        for (subject, _), entry in map_of(connection, "norm_entries", where).items():
            if (subject, entry.about) in keys:
                yield (subject, entry.about), entry


def map_of(connection: Connection, name: str, where: ColumnElement[bool] | None) -> dict[Any, Any]:
    spec = MAPS_BY_NAME[name]
    query = columns_of(spec).order_by(*spec.table.primary_key)
    rows = connection.execute(query if where is None else query.where(where))
    return dict(spec.entry(row) for row in rows)


def reversed_counts(connection: Connection, at: int, where: Where | None = None) -> set[bytes]:
    """Return the keys (31 bytes) of the counts in `counted` that were reversed by a time.

    Args:
        connection: Of one transaction.
        at: Seconds.
        where: The condition on the column of the site; all where None.
    """
    counted, documents, reversal = MAPS_BY_NAME["counted"].table, _DOCUMENTS, _REVERSALS
    # One count is of many categories: its document is looked for once.
    keys = select(counted.c.key).distinct()
    known = (keys.where(where(counted.c.site)) if where else keys).subquery()
    query = (
        select(documents.c.document_key)
        .join_from(known, documents, documents.c.document_key == known.c.key)
        .join(reversal, reversal.c.number == documents.c.reversed_by)
        .where(reversal.c.recorded_at <= at)
    )
    return {bytes(key) for key in connection.execute(query).scalars()}


def reversed_by(connection: Connection, keys: Collection[int], at: int) -> set[int]:
    """Return which of these documents were reversed by a time."""
    table, reversal = _DOCUMENTS, _REVERSALS
    wanted, found = sorted(key.to_bytes(31, "big") for key in keys), set()
    for start in range(0, len(wanted), IN_LIST):
        query = (
            select(table.c.document_key)
            .join(reversal, reversal.c.number == table.c.reversed_by)
            .where(table.c.document_key.in_(wanted[start : start + IN_LIST]), reversal.c.recorded_at <= at)
        )
        found |= {int.from_bytes(raw, "big") for raw in connection.execute(query).scalars()}
    return found
