"""What tests of findings share: a ledger of three open sites, and the findings of one kind in it."""

from __future__ import annotations

from pathlib import Path

from audited import audited
from stock_history import (
    SITES,
    START,
    History,
    goods,
)

from ledger_client.audit import Finding, FindingKind
from ledger_client.documents import CHINA_OFFSET, Timestamp

ONE, TWO, THREE, DISPOSAL = SITES
DAY = 86_400
MASKS = goods("masks")


def three_sites() -> History:
    """A ledger whose first three sites are open; the first one has a hundred masks."""
    history = History()
    history.set_up()
    history.open(ONE, [(MASKS, 100)])
    history.open(TWO)
    history.open(THREE)
    history.seal(20 * DAY)
    return history


def found(path: Path, history: History, kind: FindingKind) -> list[Finding]:
    return [finding for finding in audited(path, history).findings if finding.kind is kind]


def of_day(days_ago: int) -> Timestamp:
    """A day of which no more is known, counted back from the day on which `history` begins to record."""
    day = (START + 20 * DAY + CHINA_OFFSET) // DAY - days_ago
    return Timestamp(day * DAY - CHINA_OFFSET, is_day_only=True)
