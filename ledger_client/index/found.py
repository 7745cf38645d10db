"""What is looked up for a search: by the first digits of an id, by name digests, by a transaction."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from ledger_client.fold.records import RecordedDocument
from ledger_client.index._cache import IN_LIST
from ledger_client.index.reads import documents_in
from ledger_client.index.registers import RegisterReader, columns_of
from ledger_client.index.tables import MAPS_BY_NAME, cursor

NAMED_TABLES = {
    "division": "divisions",
    "site": "sites",
    "consignee": "consignees",
    "supplier": "suppliers",
    "issuer": "issuers",
    "item": "items",
}
"""Kind of a record with a name → table of the things that are named."""


def named_counts(reader: RegisterReader) -> dict[str, int]:
    """Return how many things of each named kind are registered."""
    with reader._reading() as connection:
        return {
            kind: connection.scalar(select(func.count()).select_from(MAPS_BY_NAME[name].table)) or 0
            for kind, name in NAMED_TABLES.items()
        }


def named(reader: RegisterReader, kind: str, among: Collection[int] | None = None) -> dict[int, Any]:
    """Return the records of a named kind by number, of some or all."""
    spec = MAPS_BY_NAME[NAMED_TABLES[kind]]
    if among is None:
        return reader._many(spec.name)
    [key], found = spec.key, dict[int, Any]()
    wanted = [key.kind.to_sql(each) if key.kind.to_sql else each for each in sorted(among)]
    for start in range(0, len(wanted), IN_LIST):
        some = wanted[start : start + IN_LIST]
        found |= reader._many(spec.name, spec.table.c[key.name].in_(some))
    return found


def beginning(reader: RegisterReader, name: str, digits: str, length: int, most: int) -> dict[int, Any]:
    """Return records whose id begins with some hexadecimal digits, by id.

    Args:
        reader: The index.
        name: Of the map.
        digits: In small letters, at least one.
        length: Digits of a whole id; nothing is found for more than that.
        most: Most to return.
    """
    if len(digits) > length:
        return {}
    spec = MAPS_BY_NAME[name]
    [key] = spec.key
    column = spec.table.c[key.name]
    low, high = (bytes.fromhex(digits.ljust(length, filler)) for filler in "0f")
    query = columns_of(spec).where(column.between(low, high)).order_by(column).limit(most)
    with reader._reading() as connection:
        entries = [spec.entry(row) for row in connection.execute(query)]
    return {int.from_bytes(id, "big") if isinstance(id, bytes) else id: each for id, each in entries}


def sites_of_lot(reader: RegisterReader, lot: int) -> list[int]:
    """Return the sites that hold a lot or ever held it."""
    table = MAPS_BY_NAME["balances"].table
    query = select(table.c.site).where(table.c.lot == lot.to_bytes(20, "big"))
    with reader._reading() as connection:
        return list(connection.execute(query).scalars())


def documents_of_transaction(
    reader: RegisterReader, block: int, transaction: bytes
) -> list[RecordedDocument]:
    """Return the documents that a transaction of a block recorded, in order."""
    table = MAPS_BY_NAME["documents"].table
    with reader._reading() as connection:
        count = connection.scalar(select(cursor.c.documents).where(cursor.c.id == 1)) or 0

        def block_of(number: int) -> int:
            return connection.scalar(select(table.c.block).where(table.c.number == number)) or 0

        # Numbered without gaps in the order of the blocks: a few steps find the place without an index.
        first = bisect_left(range(1, count + 1), block, key=block_of) + 1
        number = first
        found: list[RecordedDocument] = []
        while documents := documents_in(connection, range(number, number + IN_LIST)):
            some = [documents[each] for each in sorted(documents)]
            found += [each for each in some if each.block == block and each.transaction == transaction]
            if some[-1].block > block:
                break
            number += IN_LIST
    return found
