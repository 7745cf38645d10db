"""Entries of the histories of accreditations and qualifications, taken out of their words (`History.sol`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_client.events import EntryKind

_MASK_40 = (1 << 40) - 1


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An entry: what was done, why, and since when it counts. Times are seconds since 1970, 0 for none.

    Attributes:
        position: Place in the history, from 1.
        kind: What was done; the first entry of an accreditation is ISSUED, too.
        reason: Code of `ledger_client.reasons`, 0 for none.
        grade: 1 (A) to 4 (D), 0 for none.
        effective_at: Since when it counts, perhaps before it was recorded.
        recorded_at: Block time.
        from_: First second of the validity that it gives, 0 where it gives none.
        until: First second after it, 0 where it gives none.
        is_by_authority: Whether the authority of the country recorded it, not the issuer.
    """

    position: int
    kind: EntryKind
    reason: int
    grade: int
    effective_at: int
    recorded_at: int
    from_: int
    until: int
    is_by_authority: bool


def history_of(entries: Sequence[int]) -> list[HistoryEntry]:
    """Return the entries of a history, in the order in which they were recorded."""
    return [
        HistoryEntry(
            position=position,
            kind=EntryKind(word & 0xFF),
            reason=word >> 8 & 0xFFFF,
            grade=word >> 24 & 0xFF,
            effective_at=word >> 32 & _MASK_40,
            recorded_at=word >> 72 & _MASK_40,
            from_=word >> 112 & _MASK_40,
            until=word >> 152 & _MASK_40,
            is_by_authority=bool(word >> 192 & 1),
        )
        for position, word in enumerate(entries, 1)
    ]


def ruling_entry(
    history: Sequence[HistoryEntry], at: int, known_by: int | None = None
) -> HistoryEntry | None:
    """Return the entry that decides at a time: the last in position of those that count; None for none.

    Args:
        history: All entries.
        at: Seconds since 1970.
        known_by: Only entries that were recorded by then count, block time; all where None.
    """
    counting = [
        each
        for each in history
        if each.effective_at <= at and (known_by is None or each.recorded_at <= known_by)
    ]
    return counting[-1] if counting else None
