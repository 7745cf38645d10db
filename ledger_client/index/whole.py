"""One reader for everything that an index knows, so that one answer is of one state of all of it."""

from __future__ import annotations

from ledger_client.index.allocation import AllocationReader
from ledger_client.index.journals import JournalReader
from ledger_client.index.marks import MarkedReader
from ledger_client.index.movables import MovableReader
from ledger_client.index.traces import TraceReader


class WholeReader(JournalReader, MovableReader, TraceReader, AllocationReader, MarkedReader):
    """Answers of every kind; `one_state` makes several of them one."""
