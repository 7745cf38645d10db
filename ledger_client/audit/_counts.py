"""Counts by norm: categories whose count is overdue, and proved counts that left lots out.

A count that is proved ends for a whole category that it is overdue, although it may have looked at one lot of
it: the contract sees its lines and not what else the site held. Here what the site held is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ledger_client.allocation import count_due, norm_at
from ledger_client.audit._replay import Replay
from ledger_client.audit._saying import day
from ledger_client.audit.findings import Finding, FindingKind, owner_of
from ledger_client.documents import Kind
from ledger_client.fold.allocation_records import Counted, NormEntry, NormStep
from ledger_client.fold.records import RecordedDocument
from ledger_client.identifiers import ItemId, category_of
from ledger_client.lines import line_width
from ledger_client.words import QUANTITY_LIMIT

_QUANTITY = QUANTITY_LIMIT - 1
_MASK_64 = (1 << 64) - 1


# ---------------------------------------------------------------------------------------------- overdue


def counts_overdue(replay: Replay, time: int, offset: int) -> Iterator[Finding]:
    """Yield categories of open sites whose count is overdue.

    Args:
        replay: The ledger.
        time: Block time of the audit, seconds since 1970.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    for (site, category), cycle in replay.state.cycles.items():  # type: ignore[attr-defined]
        if site in replay.closings:
            continue
        counted_at, reversed_at = _last(replay, replay.state.counted[site, category])
        due = count_due(cycle, counted_at, time)
        if due is None or time <= due:
            continue
        # Before the last count was reversed nobody could know.
        since, days = max(due, reversed_at), norm_at(cycle, time)
        from_day = day(due, offset)
        last = day(counted_at, offset) if counted_at else None
        yield Finding(
            FindingKind.COUNT_OVERDUE,
            site,
            0,
            0,
            owner_of(site),
            f"category {category} is counted every {days} days, was due on {from_day.en}, and "
            + (f"was counted last on {last.en}" if last else "no count of it stands"),
            f"分类 {category} 每 {days} 天盘点一次，应于 {from_day.zh}前盘点，"
            + (f"最近一次为 {last.zh}" if last else "尚无有效盘点"),
            since,
            category=category,
        )


def _last(replay: Replay, counted: Counted | None) -> tuple[int, int]:
    """Return when the last proved count occurred and when it was reversed; 0 where nothing was."""
    document = replay.state.documents[counted.key] if counted is not None else None
    if counted is None or document is None:
        return 0, 0
    if document.reversed_by:
        return 0, replay.documents[document.reversed_by].recorded_at
    return counted.counted_at, 0


# ---------------------------------------------------------------------------------------------- partial


def partial_counts(replay: Replay) -> Iterator[Finding]:
    """Yield proved counts that left out lots of a category which the site held where the count stood."""
    proofs = _proofs(replay)
    sites = {replay.state.documents[key].from_site for key, _ in proofs}  # type: ignore[union-attr]
    cards: defaultdict[int, list[tuple[bytes, list[tuple[int, int]]]]] = defaultdict(list)
    for (site, lot), steps in replay.balance_steps.items():
        if site in sites:
            cards[site].append((lot, steps))
    for (key, category), proof in proofs.items():
        document = replay.state.documents[key]
        number = _bound_to(replay, document) if document is not None else None
        if document is None or number is None:
            continue
        named = _lots_of(document)
        left_out = {
            lot: units
            for lot, steps in cards[document.from_site]
            if lot not in named and category_of(ItemId(replay.lots[lot].item)) == category
            if (units := _held_after(steps, number))
        }
        if left_out:
            yield _partial(document, category, left_out, proof.recorded_at)


def _partial(document: RecordedDocument, category: int, left_out: dict[bytes, int], since: int) -> Finding:
    lots, units, site = len(left_out), sum(left_out.values()), document.from_site
    return Finding(
        FindingKind.COUNT_PARTIAL,
        site,
        int.from_bytes(next(iter(left_out)), "big") if lots == 1 else 0,
        document.key,
        owner_of(site),
        f"proved as the count of category {category}, and left out of it, by lots and base units: "
        f"{lots}, {units}",
        f"作为分类 {category} 的盘点出示，但漏盘 {lots} 个批次，共 {units} 个基本单位",
        since,
        category=category,
    )


def _proofs(replay: Replay) -> dict[tuple[int, int], NormEntry]:
    """Return the first proof of every count and category."""
    found: dict[tuple[int, int], NormEntry] = {}
    for entry in replay.state.norm_entries.values():  # type: ignore[attr-defined]
        if entry.step == NormStep.COUNT:
            found.setdefault((entry.count_key, entry.about), entry)
    return found


def _bound_to(replay: Replay, document: RecordedDocument) -> int | None:
    """Return after which document a site was counted; None where the journal never had that word."""
    position = document.reference & _MASK_64
    steps = replay.site_steps.get(document.from_site, [])
    is_true_word = 0 < position <= len(steps) and steps[position - 1][1] == document.reference
    return steps[position - 1][0] if is_true_word else None


def _lots_of(document: RecordedDocument) -> set[bytes]:
    width = line_width(Kind(document.kind)) * 32
    return {document.lines[at : at + 20] for at in range(0, len(document.lines), width)}


def _held_after(steps: list[tuple[int, int]], number: int) -> int:
    return next((word & _QUANTITY for step, word in reversed(steps) if step <= number), 0)
