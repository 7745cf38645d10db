"""The index of a million documents, filled once and kept: in SQLite, and on a PostgreSQL server of its own.

It lies in `$SHECANG_BENCH_CACHE`, else in `~/.cache/shecang`, under the digest of whatever decides on what is
in it: the generator, the events, the fold, and the tables with their revisions. When one of these changes it
is filled anew, and the one before is removed. About 4 GB; it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from postgresql import database_named, new_database, running_postgresql
from sqlalchemy import select

from benches import api_history, city_events
from benches.api_history import TradeHistory, TradeSize
from benches.city_events import stamp_of
from ledger_client import events, fold, index
from ledger_client.databases import open_database, reading
from ledger_client.index.follower import Follower
from ledger_client.index.source import BlockStamp
from ledger_client.index.tables import cursor

SEED = 20200123
POSTGRESQL = "filled"
"""Name of the database on the kept server."""

_BLOCKS_AT_ONCE = 200  # before the index reads them
_TOLD_EVERY = 100_000  # documents


@dataclass(frozen=True, slots=True)
class Filled:
    """An index that was filled, in both databases, and the blocks that it read.

    Attributes:
        directory: Where it lies.
        size: Of the history.
    """

    directory: Path
    size: TradeSize

    @property
    def sqlite(self) -> Path:
        """The SQLite file; copy it before something is written."""
        return self.directory / "index.db"

    @property
    def server(self) -> Path:
        """The data directory of the PostgreSQL server; copy the database before something is written."""
        return self.directory / "postgresql"

    def stamps(self) -> list[BlockStamp]:
        """Return the blocks, the first one first."""
        times = json.loads((self.directory / "times.json").read_bytes())
        return [stamp_of(number, at) for number, at in enumerate(times)]


def filled(size: TradeSize) -> Filled:
    """Return the filled index of a history; where there is none yet, fill it, which takes some minutes."""
    root = cache_root()
    found = root / f"api-{_digest(size)}"
    if not found.is_dir():
        root.mkdir(parents=True, exist_ok=True)
        making = root / f".{found.name}.{os.getpid()}"
        try:
            _fill(Filled(making, size))
            for other in root.glob("api-*"):
                shutil.rmtree(other)
            making.rename(found)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return Filled(found, size)


def cache_root() -> Path:
    """Return the directory of what benchmarks keep."""
    named = os.environ.get("SHECANG_BENCH_CACHE")
    return Path(named) if named else Path.home() / ".cache/shecang"


def _digest(size: TradeSize) -> str:
    """Return what tells one history's index from another's: everything that decides on a row."""
    found = hashlib.sha256(json.dumps([SEED, asdict(size)]).encode())
    index_files = Path(index.__file__).parent
    decisive = [
        *(Path(module.__file__) for module in (api_history, city_events) if module.__file__),
        *Path(events.__file__).parent.glob("*.py"),
        *Path(fold.__file__).parent.glob("*.py"),
        *(index_files / name for name in ("tables.py", "_allocation_tables.py", "_columns.py", "_specs.py")),
        *(index_files / "migrations/versions").glob("*.py"),
    ]
    for file in sorted(decisive):
        found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:16]


def _fill(target: Filled) -> None:
    """Fill both databases at once, each from its own run of the generator: it gives the same both times."""
    target.directory.mkdir()
    started = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    with running_postgresql(target.server) as address:
        locations = {"SQLite": str(target.sqlite), "PostgreSQL": new_database(address, POSTGRESQL)}
        processes = [
            context.Process(target=_fill_one, args=(kind, location, target.size))
            for kind, location in locations.items()
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        if any(process.exitcode for process in processes):
            raise RuntimeError("an index could not be filled; what kept it stands above")
        stands = {_stand(location) for location in locations.values()}
    if len(stands) != 1:
        raise RuntimeError(f"the two indexes differ: {stands}")
    _say(f"both filled in {time.perf_counter() - started:.0f} s")


def _fill_one(kind: str, location: str, size: TradeSize) -> None:
    history = TradeHistory(SEED, size)
    engine = open_database(location)
    follower = Follower(engine, history.chain)
    told = 0
    for number, documents in enumerate(history.write(), 1):
        if number % _BLOCKS_AT_ONCE == 0:
            follower.follow()
            history.chain.forget_logs()
        if documents - told >= _TOLD_EVERY:
            told = documents
            _say(f"{kind}: {documents:,} documents")
    follower.follow()
    if kind == "SQLite":
        times = [stamp.time for stamp in history.chain.stamps]
        Path(location).with_name("times.json").write_text(json.dumps(times))
    else:
        # What autovacuum does by and by, so that the planner knows the tables from the first question on.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def _stand(location: str) -> tuple[int, int, bytes]:
    engine = open_database(location)
    with reading(engine) as connection:
        row = connection.execute(select(cursor.c.documents, cursor.c.block, cursor.c.block_hash)).one()
    engine.dispose()
    return row.documents, row.block, bytes(row.block_hash)


def filled_database(address: str) -> str:
    """Return the address of the filled database on the kept server at `address`."""
    return database_named(address, POSTGRESQL)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
