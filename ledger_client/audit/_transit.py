"""Goods on their way for too long, and goods that got lost on it."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_client.audit._replay import Replay
from ledger_client.audit.findings import SHORTAGE_DAYS, Finding, FindingKind, owner_of
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.fold.records import CONSIGNMENT_OPEN, Consignment
from ledger_client.words import QUANTITY_LIMIT

_QUANTITY = QUANTITY_LIMIT - 1


def findings_in_transit(replay: Replay, time: int) -> Iterator[Finding]:
    """Yield consignments that nobody answered in time, and what is missing of others.

    Args:
        replay: The ledger.
        time: Block time of the audit, seconds since 1970.
    """
    for key, consignment in replay.state.consignments.items():  # type: ignore[attr-defined]
        if consignment.state != CONSIGNMENT_OPEN:
            yield from _missing(replay, key, consignment, time)
        elif time > consignment.deadline:
            yield _finding(
                FindingKind.CONSIGNMENT_OVERDUE,
                key,
                consignment,
                f"on its way to {consignment.to_site}, unanswered since the deadline",
                f"发往 {consignment.to_site}，逾期未答复",
                consignment.deadline,
            )


def _missing(replay: Replay, key: int, consignment: Consignment, time: int) -> Iterator[Finding]:
    lacking = sum(line & _QUANTITY for line in consignment.lines if _is_missing(line))
    if not lacking:
        return
    to, since = consignment.to_site, _missing_since(replay, key)
    days = (time - since) // SECONDS_A_DAY
    is_old = days >= SHORTAGE_DAYS
    yield _finding(
        FindingKind.SHORTAGE_OVERDUE if is_old else FindingKind.SHORTAGE_OPEN,
        key,
        consignment,
        f"{lacking} base units are missing on the way to {to}" + (f", for {days} days" if is_old else ""),
        f"发往 {to} 途中缺失 {lacking} 个基本单位" + (f"，已 {days} 天" if is_old else ""),
        since,
    )


def _missing_since(replay: Replay, key: int) -> int:
    """Return the block time since which something of a consignment has been missing and not settled.

    What is missing of a lot begins anew when all that was missing of it before had been settled.
    """
    since: dict[int, int] = {}
    for number, consignment in replay.consignment_steps[key]:
        time = replay.documents[number].recorded_at
        since = {line >> 96: since.get(line >> 96, time) for line in consignment.lines if _is_missing(line)}
    return min(since.values())


def _is_missing(line: int) -> bool:
    return bool(line >> 95 & 1)


def _finding(kind: FindingKind, key: int, consignment: Consignment, en: str, zh: str, since: int) -> Finding:
    site = consignment.from_site
    return Finding(kind, site, 0, key, owner_of(site), en, zh, since)
