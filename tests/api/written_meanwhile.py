"""Writes a made history into an index block by block: run in a process of its own while others read."""

from __future__ import annotations

from multiprocessing.synchronize import Event

from benches.api_history import TradeHistory, TradeSize

from ledger_client.databases import open_database
from ledger_client.index import Follower

SIZE = TradeSize(documents=250, sites=6, categories=3, suppliers=4, keepers=3)
SEED = 7
_READ_WITHIN = 60.0  # seconds; a limit for hangs


def documents_by_block() -> dict[int, int]:
    """Return how many documents there are up to each block, which the same seed gives again."""
    history, found = TradeHistory(SEED, SIZE), dict[int, int]()
    before = 0
    for documents in history.write():
        for number in range(len(found), len(history.chain.stamps)):
            found[number] = before
        found[history.chain.head()] = before = documents
    return found


def write(location: str, read: Event) -> None:
    """Bring an index at a location up to one more block each time, until everything is written.

    Args:
        location: Of the index.
        read: Set after each reading: the next block waits for one, however slow the readers are.
    """
    history, engine = TradeHistory(SEED, SIZE), open_database(location)
    follower = Follower(engine, history.chain)
    for _ in history.write():
        follower.follow()
        read.clear()
        assert read.wait(_READ_WITHIN), "nobody reads"
    engine.dispose()
