"""Where a process can be made to kill itself: around every commit of every database that a write touches."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from ledger_client.chain import Chain
from ledger_client.embedded import store as chain_store
from ledger_client.embedded.store import Store
from ledger_client.index.follower import Follower
from ledger_client.outbox import Outbox
from ledger_client.records import RecordStore

# What commits, seen from the outside, and what its commit is called. The innermost one counts: an outbox
# that stores has the records stored in the middle of it.
_COMMITTING: tuple[tuple[Any, str, str], ...] = (
    (RecordStore, "put_many", "records"),
    (Outbox, "store", "outbox store"),
    (Outbox, "_deliver", "outbox sent"),
    (Outbox, "_look", "outbox recorded"),
    (Follower, "_write", "index"),
)
# What is one transaction of the chain's database, or a part of one.
_STORING: tuple[tuple[Any, str, str], ...] = (
    (Store, "add_pending", "chain pending"),
    (Store, "add_block", "chain block"),
    (chain_store, "_put_derived", "chain block rows"),
    (Chain, "send_raw", "send"),
    (Chain, "send_many", "send"),
)
_PLACES = dict.fromkeys(name for _, _, name in (*_COMMITTING, *_STORING))

POINTS = tuple(f"{when} {place}" for place in _PLACES for when in ("before", "after"))
"""Before and after: each commit of each database, the rows of a block, and what is sent to the node."""


@dataclass
class Kill:
    """Kills its process when it comes to a point for the `left`th time."""

    point: str
    left: int = 1

    def install(self) -> None:
        """Wrap everything that a point lies around."""
        local = threading.local()
        for owner, name, place in _COMMITTING:
            _wrap(owner, name, lambda _place=place: _within(local, _place))
        for owner, name, place in _STORING:
            _wrap(owner, name, lambda _place=place: self._around(_place))
        commit = DefaultDialect.do_commit

        def do_commit(dialect: Any, connection: Any) -> None:
            places = getattr(local, "places", [])
            if not places or not _has_written(local, connection):
                commit(dialect, connection)
                return
            with self._around(places[-1]):
                commit(dialect, connection)

        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]

    @contextmanager
    def _around(self, place: str) -> Iterator[None]:
        self._come_to(f"before {place}")
        yield
        self._come_to(f"after {place}")

    def _come_to(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def _within(local: threading.local, place: str) -> Iterator[None]:
    local.places = [*getattr(local, "places", []), place]
    try:
        yield
    finally:
        local.places = local.places[:-1]


def _has_written(local: threading.local, connection: Any) -> bool:
    """Say whether the transaction of a connection has changed anything."""
    raw = connection.dbapi_connection if hasattr(connection, "dbapi_connection") else connection
    if isinstance(raw, sqlite3.Connection):
        if not raw.in_transaction:
            return False
        known: dict[int, int] = local.__dict__.setdefault("changes", {})
        before, known[id(raw)] = known.get(id(raw), 0), raw.total_changes
        return raw.total_changes != before
    if raw.info.transaction_status != raw.info.transaction_status.INTRANS:
        return False
    # PostgreSQL numbers a transaction when it writes, and no other.
    [number] = raw.execute("SELECT pg_current_xact_id_if_assigned()").fetchone()
    return number is not None


def _wrap(owner: Any, name: str, around: Callable[[], Any]) -> None:
    function = getattr(owner, name)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        with around():
            return function(*arguments, **named)

    setattr(owner, name, wrapped)
