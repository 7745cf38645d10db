"""What the comparison of a book asks of a ledger: to read, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Engine

from ledger_client.contracts import Deployment
from ledger_client.index.reads import IndexReader
from ledger_client.records import RecordStore


class BookLedger(Protocol):
    """An open `Ledger`, or whatever else reads one."""

    @property
    def records(self) -> RecordStore:
        """Names, bodies and the salts of books."""

    @property
    def deployment(self) -> Deployment:
        """Where the contracts are, and the offset of the ledger's days."""

    @property
    def now(self) -> Callable[[], float]:
        """The clock, seconds since 1970."""

    @property
    def index_engine(self) -> Engine:
        """The index's database."""

    def index(self) -> IndexReader:
        """Return the index; a reader of one state makes all answers of that state."""
