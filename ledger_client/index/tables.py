"""The tables of the index.

Every table is declared as one of two classes:

- *derived*: follows from the events alone, is dumped in canonical order and audited row by row (`DERIVED`);
- *working*: where the follower stands, which blocks it read, and how to undo the last of them; depends on
  the sizes of batches and is neither dumped nor audited (`cursor`, `blocks`, `undo`).

Derived tables are of two forms. A *map* (`MAPS`) mirrors a map of the fold's state, one row a key, and rows
change. A *roll* (`ROLLS`) only grows: movements of stock, entries of site journals, entries of lot journals.

Whoever changes a table adds a revision to `migrations`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    literal_column,
)

from ledger_client.documents import Kind
from ledger_client.fold import records
from ledger_client.index._allocation_tables import ALLOCATION_INDEXES, ALLOCATION_MAPS
from ledger_client.index._columns import (
    ADDRESS,
    ADDRESSES,
    BYTES,
    BYTES3,
    BYTES32,
    FLAG,
    ID,
    INT,
    KEY,
    LOT,
    U64,
    WIDE,
    WORD,
    WORDS,
    Field,
)
from ledger_client.index._specs import (
    MapSpec,
    RollSpec,
    from_sql,
    metadata,
    of_records,
    of_values,
    to_sql,
)
from ledger_client.words import QUANTITY_LIMIT

# ---------------------------------------------------------------------------------------------- maps

_BALANCES = MapSpec(
    "balances",
    (Field("site", INT), Field("lot", LOT)),
    (Field("quantity", INT), Field("is_held_here", FLAG)),
    lambda word: (word & (QUANTITY_LIMIT - 1), word >= QUANTITY_LIMIT),
    lambda _, row: row[0] | QUANTITY_LIMIT if row[1] else row[0],
)

MAPS: tuple[MapSpec, ...] = (
    of_records("divisions", records.Division, (("division", INT),), INT, FLAG, BYTES32),
    of_records("sites", records.Site, (("site", INT),), INT, FLAG, FLAG, BYTES32),
    of_records("consignees", records.Consignee, (("consignee", ID),), INT, FLAG, BYTES32),
    of_values("classes", (("holder", ADDRESS),), "role", INT),
    of_records(
        "grants",
        records.Grant,
        (("grant_key", BYTES32),),
        *(ADDRESS, INT, INT, WORD, U64, INT, INT, INT, FLAG, INT),
    ),
    of_records(
        "replacements",
        records.Replacement,
        (("replacement", INT),),
        *(ADDRESS, ADDRESS, INT, INT, INT, ADDRESS, INT, WORDS),
    ),
    of_values("holder_journals", (("holder", ADDRESS),), "journal", WORD),
    of_records("suppliers", records.Registered, (("supplier", ID),), BYTES32),
    of_records("issuers", records.Registered, (("issuer", ID),), BYTES32),
    of_records("accreditations", records.Accreditation, (("issuer", ID), ("category", INT)), INT, WORDS),
    of_records(
        "qualifications", records.Qualification, (("qualification", ID),), ID, ID, INT, BYTES32, INT, WORDS
    ),
    of_values("supplier_journals", (("supplier", ID),), "journal", WORD),
    of_values("issuer_journals", (("issuer", ID),), "journal", WORD),
    of_records("items", records.Item, (("item", INT),), INT, INT, BYTES3, FLAG, BYTES32),
    of_values("factors", (("pack", INT), ("unit", INT)), "factor", INT),
    of_records(
        "documents",
        records.RecordedDocument,
        (("document_key", KEY),),
        *(INT, INT, INT, BYTES32),  # number, block, log_index, transaction
        *(INT, WORD, WORD, INT, INT),  # kind, from, to, from_site, to_site
        *(INT, FLAG, INT, FLAG),  # occurred_at, is_day_only, recorded_at, is_late
        *(WORD, INT, ID, U64, WORD, BYTES32),  # reference, reason, qualification, deadline, verdict, body
        *(BYTES32, BYTES32),  # content, digest
        *(ADDRESS, BYTES32, INT) * 3,  # sender, other, approver
        *(INT, INT, BYTES),  # reversed_by, named_by, lines
        keyed=True,
    ),
    of_values("site_journals", (("site", INT),), "journal", WORD),
    of_values("lot_journals", (("lot", LOT),), "journal", WORD),
    of_records(
        "lots", records.Lot, (("lot", LOT),), *(INT, INT, INT, INT, WORD, BYTES32, INT, INT, FLAG, INT)
    ),
    _BALANCES,
    of_records("totals", records.Totals, (("lot", LOT),), *(WIDE,) * 11),
    of_records(
        "consignments",
        records.Consignment,
        (("document_key", KEY),),
        *(INT, INT, INT, U64, ADDRESSES, WORDS, INT),
    ),
    *ALLOCATION_MAPS,
)
"""The maps, in the order in which they are dumped."""

MAPS_BY_NAME = {spec.name: spec for spec in MAPS}

# ---------------------------------------------------------------------------------------------- rolls

MOVEMENTS = RollSpec(
    "movements",
    (
        Field("document", INT),
        Field("position", INT),
        Field("site", INT),
        Field("lot", LOT),
        Field("delta", INT),
        Field("quantity", INT),
        Field("is_held_here", FLAG),
        Field("was_held_here", FLAG),
    ),
    document=0,
)
SITE_ENTRIES = RollSpec(
    "site_entries",
    (Field("site", INT), Field("sequence", INT), Field("document", INT), Field("journal", WORD)),
    document=2,
)
LOT_ENTRIES = RollSpec(
    "lot_entries",
    (
        Field("lot", LOT),
        Field("sequence", INT),
        Field("document", INT),
        Field("journal", WORD),
        Field("status", INT),
    ),
    document=2,
)
ROLLS: tuple[RollSpec, ...] = (MOVEMENTS, SITE_ENTRIES, LOT_ENTRIES)
"""The rolls, in the order in which they are dumped; the first two columns are the primary key."""

DERIVED: tuple[MapSpec | RollSpec, ...] = (*MAPS, *ROLLS)


def _declare(name: str, columns: tuple[Field, ...], primary: tuple[str, ...], *more: Any) -> None:
    # `from`, `to` and `returning` are words of SQL, so that every name is quoted.
    # Narrow rows are kept in the tree of their key; SQLite would else keep each key twice.
    Table(
        name,
        metadata,
        *[
            Column(field.name, field.kind.sql_type, nullable=False, autoincrement=False, quote=True)
            for field in columns
        ],
        PrimaryKeyConstraint(*primary),
        *more,
        sqlite_with_rowid=False,
    )


for _spec in MAPS:
    if _spec.name != "documents":
        _declare(_spec.name, _spec.fields, tuple(field.name for field in _spec.key))
for _roll in ROLLS:
    _declare(_roll.name, _roll.fields, tuple(field.name for field in _roll.fields[:2]))

_DOCUMENTS = MAPS_BY_NAME["documents"]
Table(
    "documents",
    metadata,
    *[
        Column(
            field.name,
            # In SQLite a whole number as primary key is the row's own number: documents lie in their order.
            BigInteger().with_variant(Integer, "sqlite") if field.name == "number" else field.kind.sql_type,
            primary_key=field.name == "number",
            autoincrement=False,
            nullable=False,
            quote=True,
        )
        for field in _DOCUMENTS.fields
    ],
    Index("documents_by_key", "document_key", unique=True),
)

_held = metadata.tables["balances"].c
Index("balances_by_lot", _held.lot)
# Most balances of an old site are 0: what is on hand is asked for without reading those.
_SOMETHING = _held.quantity > literal_column("0")
Index("balances_on_hand", _held.site, _held.lot, sqlite_where=_SOMETHING, postgresql_where=_SOMETHING)
Index("consignments_by_state", metadata.tables["consignments"].c.state)
Index("grants_by_holder", metadata.tables["grants"].c.holder)
Index("qualifications_by_supplier", metadata.tables["qualifications"].c.supplier)
Index("qualifications_by_certificate", metadata.tables["qualifications"].c.certificate)
Index("lots_by_item", metadata.tables["lots"].c.item)
_documents = metadata.tables["documents"].c
IS_RECEIPT = _documents.kind == literal_column(str(int(Kind.RECEIPT)))
"""In these words, so that the index serves whoever asks for receipts alone."""
IS_COUNT = _documents.kind == literal_column(str(int(Kind.COUNT)))
"""Likewise for counts."""
Index(
    "counts_by_site",
    _documents.from_site,
    _documents.number,
    sqlite_where=IS_COUNT,
    postgresql_where=IS_COUNT,
)
Index(
    "receipts_by_source",
    _documents["from"],
    _documents.number,
    sqlite_where=IS_RECEIPT,
    postgresql_where=IS_RECEIPT,
)
for _name, (_table, _indexed) in ALLOCATION_INDEXES.items():
    Index(_name, *[metadata.tables[_table].c[column] for column in _indexed])

# ---------------------------------------------------------------------------------------------- working

cursor = Table(
    "cursor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("genesis", LargeBinary(32), nullable=False),
    Column("block", BigInteger, nullable=False),
    Column("block_hash", LargeBinary(32), nullable=False),
    Column("block_time", BigInteger, nullable=False),
    Column("documents", BigInteger, nullable=False),
    Column("final", BigInteger, nullable=False),
)
"""One row: the block up to which everything was read, how many documents there are, the last final block."""

blocks = Table(
    "blocks",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)
"""Hashes of blocks that were read: those with events, and the last of every batch."""

undo = Table(
    "undo",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("documents", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
)
"""A block that is not final: how many documents there were before it, and the rows that it changed, as they
were."""

WORKING: tuple[Table, ...] = (cursor, blocks, undo)

__all__ = [
    "DERIVED",
    "IS_COUNT",
    "IS_RECEIPT",
    "LOT_ENTRIES",
    "MAPS",
    "MAPS_BY_NAME",
    "MOVEMENTS",
    "ROLLS",
    "SITE_ENTRIES",
    "WORKING",
    "MapSpec",
    "RollSpec",
    "blocks",
    "cursor",
    "from_sql",
    "metadata",
    "to_sql",
    "undo",
]
