"""Writes a made history into an index block by block: run in a process of its own while others read."""

from __future__ import annotations

import time

from benches.api_history import TradeHistory, TradeSize

from ledger_client.databases import open_database
from ledger_client.index import Follower

SIZE = TradeSize(documents=250, sites=6, categories=3, suppliers=4, keepers=3)
SEED = 7
_PAUSE = 0.05  # seconds between two blocks, so that readers come in between


def documents_by_block() -> dict[int, int]:
    """Return how many documents there are up to each block, which the same seed gives again."""
    history, found = TradeHistory(SEED, SIZE), dict[int, int]()
    before = 0
    for documents in history.write():
        for number in range(len(found), len(history.chain.stamps)):
            found[number] = before
        found[history.chain.head()] = before = documents
    return found


def write(location: str) -> None:
    """Bring an index at a location up to one more block each time, until everything is written."""
    history, engine = TradeHistory(SEED, SIZE), open_database(location)
    follower = Follower(engine, history.chain)
    for _ in history.write():
        follower.follow()
        time.sleep(_PAUSE)
    engine.dispose()
