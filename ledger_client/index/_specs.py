"""What a derived table is: a map of the fold's state, or a roll that only grows, with its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import MetaData, Table

from ledger_client.index._columns import Field, Kind

metadata = MetaData()


@dataclass(frozen=True, slots=True)
class MapSpec:
    """A map of the state as a table.

    Attributes:
        name: Of the map and of the table.
        key: The columns of the key.
        values: The other columns.
        pack: From a record to the values of `values`, as the state has them.
        unpack: From key and values to the record.
    """

    name: str
    key: tuple[Field, ...]
    values: tuple[Field, ...]
    pack: Callable[[Any], tuple[Any, ...]]
    unpack: Callable[[Any, tuple[Any, ...]], Any]
    _conversions: tuple[tuple[int, Callable[[Any], Any]], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Which columns are not in the database as in the state: most are, and pages are read by the thousand.
        conversions = [(at, each.kind.from_sql) for at, each in enumerate(self.fields) if each.kind.from_sql]
        object.__setattr__(self, "_conversions", tuple(conversions))

    @property
    def fields(self) -> tuple[Field, ...]:
        """All columns, the key first."""
        return self.key + self.values

    @property
    def table(self) -> Table:
        """The table."""
        return metadata.tables[self.name]

    def row(self, key: Any, record: Any) -> tuple[Any, ...]:
        """Return the row of a record, as the database has it."""
        parts = key if len(self.key) > 1 else (key,)
        return to_sql(self.fields, (*parts, *self.pack(record)))

    def entry(self, row: Any) -> tuple[Any, Any]:
        """Return key and record of a row."""
        values = list(row)
        for at, convert in self._conversions:
            values[at] = convert(values[at])
        width = len(self.key)
        key = tuple(values[:width]) if width > 1 else values[0]
        return key, self.unpack(key, tuple(values[width:]))


@dataclass(frozen=True, slots=True)
class RollSpec:
    """A table that only grows; the fold's rows are its rows.

    Attributes:
        name: Of the table, and of the list in the state.
        fields: Its columns, in the order of the fold's rows.
        document: Place of the document's number among them.
    """

    name: str
    fields: tuple[Field, ...]
    document: int

    @property
    def table(self) -> Table:
        """The table."""
        return metadata.tables[self.name]

    def row(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return a row as the database has it."""
        return to_sql(self.fields, values)

    def rows(self, added: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Return rows as the database has them; as they are where no column differs."""
        if all(field.kind.to_sql is None for field in self.fields):
            return added
        return [self.row(values) for values in added]


def to_sql(columns: tuple[Field, ...], values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return values of the state as the database has them."""
    return tuple(
        [
            value if column.kind.to_sql is None else column.kind.to_sql(value)
            for column, value in zip(columns, values, strict=True)
        ]
    )


def from_sql(columns: tuple[Field, ...], row: Any) -> tuple[Any, ...]:
    """Return a row of the database as the state has it."""
    return tuple(
        [
            value if column.kind.from_sql is None else column.kind.from_sql(value)
            for column, value in zip(columns, row, strict=True)
        ]
    )


def of_records(
    name: str, record: type[Any], key: tuple[tuple[str, Kind], ...], *kinds: Kind, keyed: bool = False
) -> MapSpec:
    """Return the map of a dataclass or named tuple, whose fields are of these kinds, in order.

    `keyed`: the record's first field is the key, which is not stored twice.
    """
    names = list(getattr(record, "_fields", None) or [each.name for each in fields(record)])
    stored = [*names[1:]] if keyed else names
    columns = tuple(Field(n.rstrip("_"), kind) for n, kind in zip(stored, kinds, strict=True))

    def pack(value: Any) -> tuple[Any, ...]:
        return tuple([getattr(value, n) for n in stored])

    def unpack(key: Any, values: tuple[Any, ...]) -> Any:
        return record(key, *values) if keyed else record(*values)

    return MapSpec(name, tuple(Field(n, kind) for n, kind in key), columns, pack, unpack)


def of_values(name: str, key: tuple[tuple[str, Kind], ...], value: str, kind: Kind) -> MapSpec:
    """Return the map of bare values."""
    columns = tuple(Field(n, column_kind) for n, column_kind in key)
    return MapSpec(name, columns, (Field(value, kind),), lambda record: (record,), lambda _, row: row[0])
