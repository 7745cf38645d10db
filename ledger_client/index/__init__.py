"""The index: everything that the events add up to, in tables that can be asked.

Filled from events alone (`Follower`), asked through `IndexReader`, dumped in canonical order by `dump`.
SQLite by default, any database that SQLAlchemy speaks to by its URL.

Example::

    engine = open_database(directory / "index.sqlite")
    Follower(engine, source).follow()
    IndexReader(engine).on_hand(420106)
"""

from ledger_client.index._errors import (
    ChainUnsteadyError,
    FinalBlockReplacedError,
    HeadOlderError,
    IndexEmptyError,
    IndexOtherChainError,
    IndexSchemaError,
)
from ledger_client.index.dump import dump, dump_digest, stamped_digest
from ledger_client.index.follower import Follower, rebuild
from ledger_client.index.reads import (
    CardEntry,
    CardMovement,
    Holding,
    IndexReader,
    ItemTotal,
    SupplierVerdict,
)
from ledger_client.index.source import BlockStamp, LogSource

__all__ = [
    "BlockStamp",
    "CardEntry",
    "CardMovement",
    "ChainUnsteadyError",
    "FinalBlockReplacedError",
    "Follower",
    "HeadOlderError",
    "Holding",
    "IndexEmptyError",
    "IndexOtherChainError",
    "IndexReader",
    "IndexSchemaError",
    "ItemTotal",
    "LogSource",
    "SupplierVerdict",
    "dump",
    "dump_digest",
    "rebuild",
    "stamped_digest",
]
