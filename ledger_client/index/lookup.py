"""Finding lots and documents by what people type: the first digits of an id; and the history of a lot.

Nobody types 40 hexadecimal digits from a label. A prefix that fits several ids is shown to be ambiguous by
all of them being returned.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, or_, select

from ledger_client.databases import reading
from ledger_client.fold.records import Lot, RecordedDocument
from ledger_client.index.registers import columns_of
from ledger_client.index.tables import LOT_ENTRIES, MAPS_BY_NAME

LOT_BYTES = 20
KEY_BYTES = 31
MOST = 20
"""Ids that are returned at most: more of them help nobody to choose."""


def lots_beginning(engine: Engine, prefix: str) -> dict[int, Lot]:
    """Return the lots whose id begins with these hexadecimal digits, up to `MOST`."""
    spec = MAPS_BY_NAME["lots"]
    column = spec.table.c.lot
    query = columns_of(spec).where(column.between(*_range(prefix, LOT_BYTES))).order_by(column).limit(MOST)
    with reading(engine) as connection:
        found = [spec.entry(row) for row in connection.execute(query)]
    return {int.from_bytes(lot, "big"): record for lot, record in found}


def documents_beginning(engine: Engine, prefix: str) -> list[RecordedDocument]:
    """Return the documents whose key begins with these hexadecimal digits, up to `MOST`."""
    column = MAPS_BY_NAME["documents"].table.c.document_key
    return _documents(engine, column.between(*_range(prefix, KEY_BYTES)))


def documents_of_lot(engine: Engine, lot: int) -> list[RecordedDocument]:
    """Return the document that created a lot and those that held, released or recalled it, in order."""
    raw = lot.to_bytes(LOT_BYTES, "big")
    lots, entries = MAPS_BY_NAME["lots"].table, LOT_ENTRIES.table
    number = MAPS_BY_NAME["documents"].table.c.number
    created = select(lots.c.document).where(lots.c.lot == raw)
    changed = select(entries.c.document).where(entries.c.lot == raw)
    return _documents(engine, or_(number.in_(created), number.in_(changed)), most=None)


def all_factors(engine: Engine) -> dict[tuple[int, int], int]:
    """Return how many base units of an item one of another holds, by (pack, unit)."""
    spec = MAPS_BY_NAME["factors"]
    with reading(engine) as connection:
        found = [spec.entry(row) for row in connection.execute(columns_of(spec))]
    return dict(found)


def _documents(engine: Engine, where: Any, most: int | None = MOST) -> list[RecordedDocument]:
    spec = MAPS_BY_NAME["documents"]
    query = columns_of(spec).where(where).order_by(spec.table.c.number).limit(most)
    with reading(engine) as connection:
        return [spec.entry(row)[1] for row in connection.execute(query)]


def _range(prefix: str, length: int) -> tuple[bytes, bytes]:
    """Return the lowest and the highest id of `length` bytes that begins with `prefix`."""
    digits = 2 * length
    return bytes.fromhex(prefix.ljust(digits, "0")), bytes.fromhex(prefix.ljust(digits, "f"))
