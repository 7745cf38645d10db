"""From a label to what may be in hand: the item, how much of it, and the lots that it may be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ledger_client.identifiers import batch_digest
from ledger_client.index.candidates import Candidate, CandidateReader
from ledger_client.scans import Scan
from ledger_client.trade_items import TradeItem

MOST = 50
"""Lots that are named at most."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a label may be about.

    Attributes:
        scan: What the label says.
        trade_item: What its GTIN stands for, None where nobody has said.
        candidates: Lots that it may be, the likeliest first.
    """

    scan: Scan
    trade_item: TradeItem | None
    candidates: Sequence[Candidate] = ()

    @property
    def units(self) -> int | None:
        """Base units in hand; None where nobody has said what the GTIN stands for."""
        return None if self.trade_item is None else self.trade_item.holds * self.scan.count

    def has_batch(self, candidate: Candidate) -> bool:
        """Return whether a lot has the printed batch; False where either has none."""
        return bool(self.scan.batch) and candidate.record.batch == batch_digest(self.scan.batch or "")

    def has_expiry(self, candidate: Candidate) -> bool:
        """Return whether a lot has the printed last day of use; False where either has none."""
        return self.scan.expires is not None and candidate.record.expires == self.scan.expires


def scanned(
    index: CandidateReader, scan: Scan, trade_item: TradeItem | None, places: Collection[int]
) -> Scanned:
    """Return what a label may be about at some sites and divisions."""
    if trade_item is None:
        return Scanned(scan, None)
    batch = batch_digest(scan.batch) if scan.batch else None
    found = index.candidates(trade_item.item, batch, scan.expires, places, MOST)
    return Scanned(scan, trade_item, found)
