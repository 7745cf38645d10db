"""The canonical dump: every derived table in one text, the same after a rebuild and on every database.

One JSON array a line: the table's name, then the columns in their declared order. Tables come in the order
of `tables.DERIVED`, rows in that of their primary keys; bytes are lower-case hexadecimal. Working tables are
left out, because they depend on how the chain was cut into batches.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import Connection, Engine, select

from ledger_client.databases import reading
from ledger_client.index.reads import position_in
from ledger_client.index.source import BlockStamp
from ledger_client.index.tables import DERIVED

_ROWS_AT_ONCE = 10_000


def dump(engine: Engine) -> Iterator[str]:
    """Yield the lines of the canonical dump, each with its line feed."""
    with reading(engine) as connection:
        yield from _dump(connection)


def dump_digest(engine: Engine) -> str:
    """Return the SHA-256 of the canonical dump in hexadecimal."""
    with reading(engine) as connection:
        return _digest(connection)


def stamped_digest(engine: Engine) -> tuple[BlockStamp, str]:
    """Return the digest of the dump with the block up to which it holds, whoever else fills the index.

    Raises:
        IndexEmptyError: No block was read yet.
    """
    with reading(engine) as connection:
        return position_in(connection), _digest(connection)


def _digest(connection: Connection) -> str:
    digest = sha256()
    for line in _dump(connection):
        digest.update(line.encode())
    return digest.hexdigest()


def _dump(connection: Connection) -> Iterator[str]:
    for spec in DERIVED:
        table = spec.table
        query = select(*[table.c[field.name] for field in spec.fields]).order_by(*table.primary_key.columns)
        for row in connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query):
            values = [bytes(value).hex() if isinstance(value, bytes | memoryview) else value for value in row]
            yield json.dumps([spec.name, *values], separators=(",", ":")) + "\n"
