"""Maps of the fold over tables: read when missed, or many at once beforehand; written back in bulk.

A map answers as the fold wants it, with the record or None. It remembers what every key held before it was
first changed, once since the last flush (to tell new rows from changed ones) and once since the last mark
(to undo a block).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, select
from sqlalchemy.exc import DBAPIError

from ledger_client.index.tables import MapSpec

IN_LIST = 500
"""Values in one IN list; SQLite takes 32,766 parameters, but long statements gain nothing."""


class TableMap(dict[Any, Any]):
    """One map of the state over its table, within a follower's transactions."""

    def __init__(self, spec: MapSpec) -> None:
        super().__init__()
        self.spec = spec
        self.connection: Connection | None = None
        self._before_flush: dict[Any, Any] = {}
        self._before_mark: dict[Any, Any] = {}
        table = spec.table
        self._columns = [table.c[field.name] for field in spec.fields]
        self._key_columns = self._columns[: len(spec.key)]

    def __missing__(self, key: Any) -> Any:
        self.load([key])
        return dict.get(self, key)

    def __setitem__(self, key: Any, record: Any) -> None:
        if key not in self._before_mark:
            self._before_mark[key] = self[key]
        dict.__setitem__(self, key, record)

    def load(self, keys: Iterable[Any]) -> None:
        """Read the records of all these keys that are not here yet; a missing one is remembered as None."""
        wanted = {key for key in keys if key not in self}
        if not wanted:
            return
        dict.update(self, dict.fromkeys(wanted))
        for first, lasts in _grouped(wanted, len(self.spec.key)).items():
            encode = self.spec.key[-1].kind.to_sql
            values = [encode(last) if encode else last for last in lasts]
            for at in range(0, len(values), IN_LIST):
                self._load_some(first, values[at : at + IN_LIST])

    def _load_some(self, first: tuple[Any, ...], values: list[Any]) -> None:
        assert self.connection is not None, "a map is read within a transaction"  # noqa: S101
        query = select(*self._columns).where(self._key_columns[-1].in_(values))
        for column, field, value in zip(self._key_columns, self.spec.key, first, strict=False):
            query = query.where(column == (field.kind.to_sql(value) if field.kind.to_sql else value))
        for row in self.connection.execute(query):
            key, record = self.spec.entry(row)
            dict.__setitem__(self, key, record)

    def mark(self) -> list[tuple[Any, Any]]:
        """Return (key, record before) of everything changed since the last mark, and begin anew."""
        changed = list(self._before_mark.items())
        for key, before in changed:
            self._before_flush.setdefault(key, before)
        self._before_mark = {}
        return changed

    def flush(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Return the rows to insert and those to update, and regard them as written."""
        self.mark()
        new: list[tuple[Any, ...]] = []
        changed: list[tuple[Any, ...]] = []
        row = self.spec.row
        for key, before in self._before_flush.items():
            record = dict.__getitem__(self, key)
            if before is None:
                new.append(row(key, record))
            elif record != before:
                changed.append(row(key, record))
        self._before_flush = {}
        return new, changed

    def forget(self) -> None:
        """Drop everything, as after a transaction that was rolled back."""
        dict.clear(self)
        self._before_flush = {}
        self._before_mark = {}


def _grouped(keys: Iterable[Any], parts: int) -> dict[tuple[Any, ...], list[Any]]:
    """Return the last parts of keys by their first parts, so that one IN list reads many rows."""
    if parts == 1:
        return {(): list(keys)}
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for key in keys:
        groups.setdefault(key[:-1], []).append(key[-1])
    return groups


def insert_rows(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows, whose values are those of the table's columns in order."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy_rows(connection, table, rows)
    else:
        connection.exec_driver_sql(_insert_text(connection.dialect, table), rows)


def _copy_rows(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows in PostgreSQL's own way for many, which is several times as fast as statements."""
    driver: Any = connection.connection.driver_connection
    names = ", ".join(_names(connection.dialect, table))
    statement = f"COPY {_quoted(connection.dialect, table.name)} ({names}) FROM STDIN"
    failure = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except failure as error:
        # As SQLAlchemy does with what it executes itself, so that every failure is mapped in one place.
        raise DBAPIError.instance(statement, None, error, failure, dialect=connection.dialect) from error


def update_rows(connection: Connection, table: Table, key_width: int, rows: list[tuple[Any, ...]]) -> None:
    """Update rows by the first `key_width` columns; values are those of the columns in order."""
    if rows:
        parameters = [row[key_width:] + row[:key_width] for row in rows]
        connection.exec_driver_sql(_update_text(connection.dialect, table, key_width), parameters)


# Rows go to the driver as they are: SQLAlchemy's handling of parameters took half the time of a batch.


@cache
def _insert_text(dialect: Dialect, table: Table) -> str:
    names = _names(dialect, table)
    places = ", ".join([_placeholder(dialect)] * len(names))
    return f"INSERT INTO {_quoted(dialect, table.name)} ({', '.join(names)}) VALUES ({places})"  # noqa: S608


@cache
def _update_text(dialect: Dialect, table: Table, key_width: int) -> str:
    assigned = [f"{name} = {_placeholder(dialect)}" for name in _names(dialect, table)]
    values, key = ", ".join(assigned[key_width:]), " AND ".join(assigned[:key_width])
    return f"UPDATE {_quoted(dialect, table.name)} SET {values} WHERE {key}"  # noqa: S608


def _names(dialect: Dialect, table: Table) -> list[str]:
    return [_quoted(dialect, column.name) for column in table.columns]


def _quoted(dialect: Dialect, name: str) -> str:
    return dialect.identifier_preparer.quote_identifier(name)


def _placeholder(dialect: Dialect) -> str:
    return "?" if dialect.paramstyle == "qmark" else "%s"
