"""The database of an embedded chain: one SQLite file, one transaction a block.

What it keeps, in one file so that one commit makes all of it true at once:

- `kv`: what py-evm stores (headers, trie nodes, code under their hashes; a few numbers under names);
- `pending`: signed transactions that were acknowledged and are in no block yet;
- `transactions`, `logs`: where each transaction lies and what it logged. Both are *derived* from the blocks
  and can be rebuilt; they exist so that `eth_getLogs` and receipts cost the same at the millionth block;
- `meta`: the form of the file, the chain's id and the hash of its first block.

Nothing here knows the rules of the chain. A value under a 32-byte key must hash to that key, which is checked
at each read: a flipped bit is found before it is believed.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ledger_client.embedded._errors import ChainCorruptError, from_sqlite
from ledger_client.keccak import keccak

SCHEMA = "1"
"""The form of the database; raised whenever an older program could misread it."""

_NODE_CACHE = 1 << 15  # values under their own hash never change; about 20 MB when full

_TABLES = """
create table if not exists meta (name text primary key, value text not null) without rowid;
create table if not exists kv (key blob primary key, value blob not null) without rowid;
create table if not exists pending (
    arrival integer primary key,
    hash blob not null unique,
    sender blob not null,
    nonce integer not null,
    raw blob not null,
    unique (sender, nonce)
);
create table if not exists transactions (
    hash blob primary key,
    block integer not null,
    position integer not null,
    sender blob not null,
    gas_used integer not null,
    first_log integer not null
) without rowid;
create table if not exists logs (
    block integer not null,
    position integer not null,
    transaction_position integer not null,
    transaction_hash blob not null,
    address blob not null,
    topic0 blob,
    topic1 blob,
    topic2 blob,
    topic3 blob,
    data blob not null,
    primary key (block, position)
) without rowid;
create index if not exists logs_by_topic on logs (topic0, block);
create index if not exists logs_by_address on logs (address, block);
"""


@dataclass(frozen=True, slots=True)
class PendingRow:
    """A transaction that was acknowledged and is in no block yet."""

    hash: bytes
    sender: bytes
    nonce: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class TransactionRow:
    """Where a mined transaction lies."""

    hash: bytes
    block: int
    position: int
    """Its index in the block."""
    sender: bytes
    gas_used: int
    first_log: int
    """The index in the block of its first log."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """A log with its place."""

    block: int
    position: int
    """Its index in the block."""
    transaction_position: int
    transaction_hash: bytes
    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which logs are asked for; an empty tuple asks for all.

    `topics[i]` lists the values that topic i may have.
    """

    first_block: int
    last_block: int
    addresses: tuple[bytes, ...] = ()
    topics: tuple[tuple[bytes, ...], ...] = ()


class Store:
    """One open database.

    Reads may come from any thread and see what is committed; writes are one transaction each and are the
    business of whoever holds the chain's write lock.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the file `path`.

        Raises:
            ChainCorruptError: The file is no database, or a damaged one.
            ChainStorageError: The system refuses.
            ChainDiskFullError: There is no room.
        """
        self.path = path
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        with self._translated():
            self._writer = self._connect()
            self._writer.executescript(_TABLES)
            self._reader = self._connect()
            self._reader.execute("pragma query_only = on")
        self._verified: Callable[[bytes], bytes] = lru_cache(maxsize=_NODE_CACHE)(self._read_verified)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=10.0, cached_statements=256
        )
        # WAL with FULL: a commit that returned survives a power cut, at one fsync a commit.
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise from_sqlite(error, self.path) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is committed, or none."""
        with self._writing, self._translated():
            self._writer.execute("begin immediate")
            try:
                yield self._writer
                self._writer.execute("commit")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("rollback")
                raise

    def close(self) -> None:
        """Close the file; SQLite folds its log into it."""
        self._reader.close()
        self._writer.close()

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        # One after the other: a statement that begins while another one of the connection is not at its end
        # sees what that one saw when it began, and not what was committed meanwhile.
        with self._reading, self._translated():
            return self._reader.execute(sql, parameters).fetchall()

    # -- meta ----------------------------------------------------------------------------------------------

    def meta(self) -> dict[str, str]:
        """Return what is written about the chain as a whole; empty in a new file."""
        return dict(self._rows("select name, value from meta"))

    # -- what py-evm stores --------------------------------------------------------------------------------

    def get(self, key: bytes) -> bytes:
        """Return the committed value under `key`.

        Raises:
            KeyError: There is none.
            ChainCorruptError: The value under a hash has another hash.
        """
        return self._verified(key) if len(key) == 32 else self._read(key)

    def _read(self, key: bytes) -> bytes:
        rows = self._rows("select value from kv where key = ?", (key,))
        if not rows:
            raise KeyError(key)
        return bytes(rows[0][0])

    def _read_verified(self, key: bytes) -> bytes:
        value = self._read(key)
        if keccak(value) != key:
            raise ChainCorruptError(path=self.path, detail=f"value of {key.hex()[:16]}… has another hash")
        return value

    # -- writing -------------------------------------------------------------------------------------------

    def found(self, values: dict[bytes, bytes], meta: dict[str, str]) -> None:
        """Write a chain's first block and what is known of it as a whole."""
        with self._transaction() as connection:
            _put_values(connection, values)
            connection.executemany("insert into meta values (?, ?)", meta.items())

    def add_pending(self, rows: Iterable[PendingRow]) -> None:
        """Commit acknowledged transactions, all or none."""
        with self._transaction() as connection:
            connection.executemany(
                "insert into pending (hash, sender, nonce, raw) values (?, ?, ?, ?)",
                [(row.hash, row.sender, row.nonce, row.raw) for row in rows],
            )

    def add_block(
        self,
        values: dict[bytes, bytes],
        transactions: Sequence[TransactionRow],
        logs: Sequence[LogRow],
    ) -> None:
        """Commit a block with everything that follows from it, and take its transactions from the waiting.

        Args:
            values: What py-evm stores of it.
            transactions: Its transactions, in order.
            logs: Its logs, in order.
        """
        with self._transaction() as connection:
            _put_values(connection, values)
            _put_derived(connection, transactions, logs)
            connection.executemany(
                "delete from pending where hash = ?", [(row.hash,) for row in transactions]
            )

    def replace_derived(self, transactions: Sequence[TransactionRow], logs: Sequence[LogRow]) -> None:
        """Replace both derived tables."""
        with self._transaction() as connection:
            connection.execute("delete from transactions")
            connection.execute("delete from logs")
            _put_derived(connection, transactions, logs)

    # -- what waits ----------------------------------------------------------------------------------------

    def pending(self) -> list[PendingRow]:
        """Return all that waits, in order of arrival."""
        rows = self._rows(
            "select hash, sender, nonce, raw from pending "
            "where not exists (select 1 from transactions where hash = pending.hash) order by arrival"
        )
        return [PendingRow(*row) for row in rows]

    # -- what is derived -----------------------------------------------------------------------------------

    def transaction(self, hash_: bytes) -> TransactionRow | None:
        """Return where the transaction lies, or None when no block has it."""
        rows = self._rows("select * from transactions where hash = ?", (hash_,))
        return TransactionRow(*rows[0]) if rows else None

    def block_transactions(self, block: int, hashes: Sequence[bytes]) -> list[TransactionRow]:
        """Return the rows of the transactions `hashes` of `block`, in that order.

        Raises:
            ChainCorruptError: A row is missing or names another block.
        """
        rows = [self.transaction(hash_) for hash_ in hashes]
        if any(row is None or row.block != block for row in rows):
            raise ChainCorruptError(path=self.path, detail=f"transactions of block {block} are missing")
        return [row for row in rows if row is not None]

    def all_derived(self) -> tuple[list[TransactionRow], list[LogRow]]:
        """Return both derived tables in the order of the chain."""
        transactions = self._rows("select * from transactions order by block, position")
        logs = self._rows("select * from logs order by block, position")
        return [TransactionRow(*row) for row in transactions], [_log_row(row) for row in logs]

    def block_logs(self, block: int, first: int, end: int) -> list[LogRow]:
        """Return the logs of `block` from index `first` up to, and without, `end`."""
        sql = "select * from logs where block = ? and position >= ? and position < ? order by position"
        return [_log_row(row) for row in self._rows(sql, (block, first, end))]

    def logs(self, wanted: LogFilter, limit: int) -> list[LogRow]:
        """Return the logs asked for in the order of the chain, at most `limit` of them."""
        sql, parameters = _logs_query(wanted)
        return [_log_row(row) for row in self._rows(sql, (*parameters, limit))]


def _put_values(connection: sqlite3.Connection, values: dict[bytes, bytes]) -> None:
    # In the order of the keys a b-tree is written front to back.
    connection.executemany("insert or replace into kv values (?, ?)", sorted(values.items()))


def _put_derived(
    connection: sqlite3.Connection, transactions: Sequence[TransactionRow], logs: Sequence[LogRow]
) -> None:
    connection.executemany(
        "insert into transactions values (?, ?, ?, ?, ?, ?)",
        [
            (row.hash, row.block, row.position, row.sender, row.gas_used, row.first_log)
            for row in transactions
        ],
    )
    connection.executemany(
        "insert into logs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                row.block,
                row.position,
                row.transaction_position,
                row.transaction_hash,
                row.address,
                *row.topics,
                *(None,) * (4 - len(row.topics)),
                row.data,
            )
            for row in logs
        ],
    )


def _log_row(row: Sequence[Any]) -> LogRow:
    topics = tuple(topic for topic in row[5:9] if topic is not None)
    return LogRow(row[0], row[1], row[2], row[3], row[4], topics, row[9])


def _logs_query(wanted: LogFilter) -> tuple[str, list[Any]]:
    """Write the query; the index is named, because without statistics SQLite guesses it wrongly.

    By the first topic if one is asked for, else by address; a single block is always read by its key.
    """
    clauses = ["block between ? and ?"]
    parameters: list[Any] = [wanted.first_block, wanted.last_block]
    columns = [("address", wanted.addresses)]
    columns += [(f"topic{place}", values) for place, values in enumerate(wanted.topics)]
    for column, values in columns:
        if values:
            clauses.append(f"{column} in ({', '.join('?' * len(values))})")
            parameters += values
        elif column != "address":
            # A place that may hold anything must still be there: [null] asks for logs with a first topic.
            clauses.append(f"{column} is not null")
    index = ""
    if wanted.first_block < wanted.last_block:
        if wanted.topics and wanted.topics[0]:
            index = " indexed by logs_by_topic"
        elif wanted.addresses:
            index = " indexed by logs_by_address"
    where = " and ".join(clauses)
    # Only constants of this module enter the text; every value is a parameter.
    return f"select * from logs{index} where {where} order by block, position limit ?", parameters  # noqa: S608
