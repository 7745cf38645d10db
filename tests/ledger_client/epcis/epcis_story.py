"""Documents told as events: those of a story in which every kind occurs, and of chance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stock_history import History, random_documents, short_story

from ledger_client.databases import open_database
from ledger_client.divisions import ROOT
from ledger_client.epcis import Told, events_of, lots_of, told_after
from ledger_client.index import Follower
from ledger_client.index.sides import SideReader

OFFSET = 28_800
UNIT = "XBX"


def story(path: Path, chance: int = 0) -> tuple[SideReader, dict[str, Any]]:
    """Return an index of the story, and what is in it by name; then documents of chance, if any."""
    history, seen = short_story()
    if chance:
        random_documents(history, chance, seed=chance)
    return indexed(path, history), seen


def indexed(path: Path, history: History) -> SideReader:
    engine = open_database(path)
    Follower(engine, history.chain).follow()
    return SideReader(engine)


def all_told(index: SideReader) -> list[Told]:
    page = told_after(index, 0, [ROOT], 10_000, placeless=True)
    assert page.next_after is None
    return list(page.told)


def events(told: Told) -> list[dict[str, Any]]:
    """Return the events of a document, every lot of which is counted in boxes."""
    return events_of(told, dict.fromkeys(lots_of(told), UNIT), OFFSET)
