"""Following a chain: logs in, tables out, one transaction a batch.

The life of a follower::

    follower = Follower(engine, source, final_depth=12)
    follower.follow()          # up to the head; call it again whenever there is more
    rebuild(engine, source)    # from nothing

Rules:

- What is in the tables follows from the events alone, however they were cut into batches.
- A batch is one transaction, with the place up to which it read: after a crash the next run goes on from
  there.
- Blocks below the final depth are never undone. For the others the index keeps the rows that each block
  changed, as they were before; when a block's hash is another one now, they are put back down to the common
  ancestor.
- Every journal is computed anew and compared with what the event tells; the first document that does not fit
  stops the index, and everything before its block is kept.
"""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select

from ledger_client.databases import reading, writing
from ledger_client.errors import MismatchError
from ledger_client.events import DocumentRecorded, LedgerEvent, Log, decode_event
from ledger_client.fold import MAP_NAMES, JournalGapError, fold_event, gap_or_swap, state_over
from ledger_client.index._cache import TableMap, insert_rows, update_rows
from ledger_client.index._errors import (
    ChainUnsteadyError,
    FinalBlockReplacedError,
    HeadOlderError,
)
from ledger_client.index._prefetch import prefetch
from ledger_client.index.schema import bring_up_to_date, drop_tables, require_genesis
from ledger_client.index.source import BlockStamp, LogSource
from ledger_client.index.tables import (
    MAPS_BY_NAME,
    ROLLS,
    MapSpec,
    blocks,
    cursor,
    to_sql,
    undo,
)

_logger = logging.getLogger(__name__)

BLOCKS_A_BATCH = 2_000
"""Blocks asked for in one call of `logs`."""

CACHED_RECORDS = 200_000
"""Records kept between batches, a map; documents are larger, and few are asked for again."""

CACHED_DOCUMENTS = 5_000

ATTEMPTS = 5
"""How often a batch is read anew because blocks changed meanwhile."""


class _Overtaken(Exception):  # noqa: N818  never leaves this module
    """Another process filled the same tables meanwhile."""


class Follower:
    """Fills an index from a chain.

    Args:
        engine: The index's database, from `open_database`.
        source: The chain.
        final_depth: A block is final when this many blocks follow it; 0 where one confirmation is final.
        blocks_a_batch: Blocks asked for at once.
        first_block: The block of the first contract, before which there is no event.

    Raises:
        IndexOtherChainError: The index was filled from a chain with another genesis.
        IndexSchemaError: The tables are those of another version.
    """

    def __init__(
        self,
        engine: Engine,
        source: LogSource,
        final_depth: int = 0,
        blocks_a_batch: int = BLOCKS_A_BATCH,
        first_block: int = 0,
    ) -> None:
        self._engine = engine
        self._source = source
        self._final_depth = final_depth
        self._blocks_a_batch = blocks_a_batch
        self._first_block = first_block
        self._maps = {name: TableMap(MAPS_BY_NAME[name]) for name in MAP_NAMES}
        self._state = state_over(self._maps.__getitem__)
        bring_up_to_date(engine)
        self._bad_block: int | None = None
        self._position = self._resume()

    @property
    def position(self) -> BlockStamp | None:
        """The last block that was read; None before the first."""
        return self._position

    def follow(self, until: int | None = None) -> BlockStamp | None:
        """Read on to block `until` (the head, where it is None) and return the last block read.

        Raises:
            JournalGapError: Documents are missing; what lies before is kept.
            JournalMismatchError: A document was altered on the way; what lies before is kept.
        DocumentsSwappedError: Documents came in another order; what lies before is kept.
        HeadOlderError: The node shows an older chain than was read and taken for final.
            FinalBlockReplacedError: A final block was replaced.
            ChainUnsteadyError: Blocks were replaced faster than they could be read.
        """
        attempts = 0
        while True:
            self._roll_back()
            head = self._source.head()
            if self._position is not None and head < self._position.number - self._final_depth:
                raise HeadOlderError(head=head, block=self._position.number)
            target = head if until is None else min(until, head)
            first = self._position.number + 1 if self._position else self._first_block
            if first > target:
                return self._position
            if self._read(first, min(target, first + self._blocks_a_batch - 1), target):
                attempts = 0
            elif (attempts := attempts + 1) == ATTEMPTS:
                raise ChainUnsteadyError(attempts=attempts)

    # ------------------------------------------------------------------------------------------ reading on

    def _resume(self) -> BlockStamp | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(cursor)).one_or_none()
        if row is None:
            return None
        require_genesis(row.genesis, self._genesis())
        self._state.document_count = row.documents
        return BlockStamp(row.block, bytes(row.block_hash), row.block_time)

    def _genesis(self) -> bytes:
        block = self._source.block(0)
        return block.hash if block else bytes(32)

    def _read(self, first: int, last: int, head: int) -> bool:
        """Read one batch; False when blocks were replaced meanwhile, and nothing was written."""
        end = self._source.block(last)
        if end is None:
            return False
        logs = self._source.logs(first, last)
        if not self._is_steady(end, logs):
            return False
        try:
            self._write(logs, end, head)
        except _Overtaken:
            self._start_over()
            return True
        except MismatchError:
            self._keep_what_fits(first, logs, head)
            raise
        return True

    def _is_steady(self, end: BlockStamp, logs: Sequence[Log]) -> bool:
        """Return whether `end` and the last block read still stand on one chain, and the logs with them."""
        if self._source.block(end.number) != end:
            return False
        if any(log.place.block == end.number and log.place.block_hash != end.hash for log in logs):
            return False
        return self._position is None or self._source.block(self._position.number) == self._position

    def _keep_what_fits(self, first: int, logs: Sequence[Log], head: int) -> None:
        """Write the blocks before the one in which the document stands that does not fit."""
        bad = self._bad_block
        self._forget()
        if bad is None or bad <= first:
            return
        end = self._source.block(bad - 1)
        if end is not None:
            self._write([log for log in logs if log.place.block < bad], end, head)

    def _write(self, logs: Sequence[Log], end: BlockStamp, head: int) -> None:
        """Fold and store one batch in one transaction."""
        final = head - self._final_depth
        try:
            with writing(self._engine) as connection, _collector_paused():
                self._require_own(connection)
                for table_map in self._maps.values():
                    table_map.connection = connection
                undone = self._fold(logs, final)
                self._store(connection, logs, undone, end, final)
        except BaseException:
            self._forget()
            raise
        self._position = end
        self._shrink()
        _logger.debug("indexed to block %d, %d documents", end.number, self._state.document_count)

    def _start_over(self) -> None:
        """Go on from where another process has brought the tables."""
        self._forget()
        self._position = self._resume()

    def _require_own(self, connection: Connection) -> None:
        """Refuse to write when the tables moved on; the caller's transaction holds the write lock."""
        row = connection.execute(select(cursor.c.block, cursor.c.block_hash)).one_or_none()
        stored = None if row is None else (row.block, bytes(row.block_hash))
        own = self._position and (self._position.number, self._position.hash)
        if stored != own:
            raise _Overtaken

    def _fold(self, logs: Sequence[Log], final: int) -> list[tuple[int, int, str]]:
        """Fold a batch; return the undo rows of its blocks that are not final."""
        events = [self._decoded(log) for log in logs]
        prefetch(self._maps, [event for event in events if isinstance(event, DocumentRecorded)])
        undone: list[tuple[int, int, str]] = []
        for number, in_block in groupby(events, key=lambda event: event.place.block):
            if number > final and not undone:
                self._mark()
            documents = self._state.document_count
            self._bad_block = number
            try:
                for event in in_block:
                    fold_event(self._state, event)
            except JournalGapError as gap:
                raise gap_or_swap(gap, events) from gap
            if number > final:
                undone.append((number, documents, self._payload()))
        return undone

    def _decoded(self, log: Log) -> LedgerEvent:
        self._bad_block = log.place.block
        return decode_event(log)

    def _mark(self) -> list[tuple[MapSpec, Any, Any]]:
        return [
            (table_map.spec, key, before)
            for table_map in self._maps.values()
            for key, before in table_map.mark()
        ]

    def _payload(self) -> str:
        """Return the rows that were changed since the last mark, as they were, in JSON."""
        rows: list[list[Any]] = []
        for spec, key, before in self._mark():
            parts = key if len(spec.key) > 1 else (key,)
            plain_key = [_plain(value) for value in to_sql(spec.key, parts)]
            row = None if before is None else [_plain(value) for value in spec.row(key, before)]
            rows.append([spec.name, *plain_key, row])
        return json.dumps(rows, separators=(",", ":"))

    def _store(
        self,
        connection: Connection,
        logs: Sequence[Log],
        undone: list[tuple[int, int, str]],
        end: BlockStamp,
        final: int,
    ) -> None:
        for table_map in self._maps.values():
            new, changed = table_map.flush()
            insert_rows(connection, table_map.spec.table, new)
            update_rows(connection, table_map.spec.table, len(table_map.spec.key), changed)
        for spec, added in zip(ROLLS, self._state.drain(), strict=True):
            insert_rows(connection, spec.table, spec.rows(added))
        stamps = {log.place.block: log.place.block_hash for log in logs} | {end.number: end.hash}
        insert_rows(connection, blocks, sorted(stamps.items()))
        connection.execute(delete(undo).where(undo.c.number <= final))
        insert_rows(connection, undo, undone)
        self._store_cursor(connection, end, final)

    def _store_cursor(self, connection: Connection, end: BlockStamp, final: int) -> None:
        connection.execute(delete(cursor))
        connection.execute(
            insert(cursor).values(
                id=1,
                genesis=self._genesis(),
                block=end.number,
                block_hash=end.hash,
                block_time=end.time,
                documents=self._state.document_count,
                final=final,
            )
        )

    def _forget(self) -> None:
        """Drop what the failed transaction left in memory."""
        for table_map in self._maps.values():
            table_map.forget()
        self._state.drain()
        with reading(self._engine) as connection:
            self._state.document_count = connection.scalar(select(cursor.c.documents)) or 0

    def _shrink(self) -> None:
        for name, table_map in self._maps.items():
            if len(table_map) > (CACHED_DOCUMENTS if name == "documents" else CACHED_RECORDS):
                table_map.forget()

    # ------------------------------------------------------------------------------------------ going back

    def _roll_back(self) -> None:
        """Undo blocks that are not on the chain any more."""
        position = self._position
        if position is None or self._source.block(position.number) == position:
            return
        try:
            ancestor = self._undo_replaced()
        except _Overtaken:
            self._start_over()
            self._roll_back()
            return
        _logger.info("rolled back from block %d to %s", position.number, ancestor and ancestor.number)
        self._forget()
        self._position = ancestor

    def _undo_replaced(self) -> BlockStamp | None:
        """Put the tables back to the newest block that is still on the chain, and return it."""
        with writing(self._engine) as connection:
            self._require_own(connection)
            final = connection.scalar(select(cursor.c.final)) or 0
            ancestor = self._ancestor(connection, final)
            self._undo_to(connection, ancestor)
            self._state.document_count = (
                connection.scalar(select(func.count()).select_from(MAPS_BY_NAME["documents"].table)) or 0
            )
            if ancestor is not None:
                self._store_cursor(connection, ancestor, final)
            else:
                connection.execute(delete(cursor))
        return ancestor

    def _ancestor(self, connection: Connection, final: int) -> BlockStamp | None:
        """Return the newest block read that is still on the chain; None when there is none.

        Raises:
            FinalBlockReplacedError: A block that was final is another one.
            HeadOlderError: One is not there, and those below it are the same.
        """
        missing: int | None = None  # the lowest final block that the node does not have
        for number, stored in connection.execute(select(blocks).order_by(blocks.c.number.desc())):
            found = self._source.block(number)
            if found is None:
                missing = number if number <= final else missing
                continue
            if found.hash == stored:
                if missing is not None:
                    raise HeadOlderError(head=self._source.head(), block=missing)
                return found
            if number <= final:
                raise FinalBlockReplacedError(
                    block=number, stored=stored.hex()[:16], found=found.hash.hex()[:16]
                )
        return None

    def _undo_to(self, connection: Connection, ancestor: BlockStamp | None) -> None:
        height = ancestor.number if ancestor else -1
        rows = connection.execute(
            select(undo).where(undo.c.number > height).order_by(undo.c.number.desc())
        ).all()
        for _, _, payload in rows:
            for name, *key, row in json.loads(payload):
                _put_back(connection, MAPS_BY_NAME[name], key, row)
        for spec in ROLLS if rows else ():
            connection.execute(delete(spec.table).where(spec.table.c.document > rows[-1].documents))
        connection.execute(delete(undo).where(undo.c.number > height))
        connection.execute(delete(blocks).where(blocks.c.number > height))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep Python from looking for cycles while a batch is folded: it makes many objects and no cycle.

    To look through all of them again and again takes a seventh of the time of documents of one line.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _put_back(connection: Connection, spec: MapSpec, key: list[Any], row: list[Any] | None) -> None:
    table = spec.table
    where = [table.c[field.name] == _fancy(value) for field, value in zip(spec.key, key, strict=True)]
    connection.execute(delete(table).where(*where))
    if row is not None:
        insert_rows(connection, table, [tuple(_fancy(value) for value in row)])


def _plain(value: Any) -> Any:
    """Return a value of the database as JSON has it: bytes in hexadecimal, in a list of one."""
    return [value.hex()] if isinstance(value, bytes) else value


def _fancy(value: Any) -> Any:
    return bytes.fromhex(value[0]) if isinstance(value, list) else value


def rebuild(engine: Engine, source: LogSource, final_depth: int = 0, first_block: int = 0) -> Follower:
    """Drop the whole index and read the chain from its first block; arguments as of `Follower`.

    Returns:
        The follower, at the head.
    """
    with writing(engine) as connection:
        drop_tables(connection)
    follower = Follower(engine, source, final_depth, first_block=first_block)
    follower.follow()
    return follower
