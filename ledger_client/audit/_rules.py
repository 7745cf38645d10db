"""What a replayed ledger shows that somebody has to look at, or that is shown for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ledger_client.audit._adjustments import unexplained_adjustments
from ledger_client.audit._approvals import impossible_approvals
from ledger_client.audit._claims import compromised_keys
from ledger_client.audit._counts import counts_overdue, partial_counts
from ledger_client.audit._deliveries import deliveries_not_approved, deliveries_not_shown
from ledger_client.audit._emergencies import emergencies_declared
from ledger_client.audit._floors import below_floor
from ledger_client.audit._patterns import granted_by_one_key
from ledger_client.audit._reallocation import findings_of_reallocation
from ledger_client.audit._recalls import left_out_of_recalls
from ledger_client.audit._repeated import possibly_recorded_twice
from ledger_client.audit._replay import Replay
from ledger_client.audit._saying import day_of, moment
from ledger_client.audit._timeline import negative_as_claimed
from ledger_client.audit._transit import findings_in_transit
from ledger_client.audit.findings import Finding, FindingKind, owner_of
from ledger_client.documents import SECONDS_A_DAY, Kind, date_of
from ledger_client.fold.records import RecordedDocument
from ledger_client.fold.verdicts import STATUS_NAMES, Status, Verdict
from ledger_client.lines import line_width
from ledger_client.reasons import REASONS, SETTLEMENTS
from ledger_client.words import QUANTITY_LIMIT, unpack_attributes

_QUANTITY = QUANTITY_LIMIT - 1
_MASK_64 = (1 << 64) - 1
_ID_248 = (1 << 248) - 1
_NO_FAULT = (Status.VALID, Status.NOT_NEEDED)


def findings_of(replay: Replay, time: int, offset: int) -> Iterator[Finding]:
    """Yield everything that the documents themselves show.

    Args:
        replay: The ledger.
        time: Block time of the audit, seconds since 1970.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    for document in replay.documents.values():
        yield from _of_document(replay, document)
        yield from unexplained_adjustments(replay, document)
    yield from findings_in_transit(replay, time)
    yield from _by_compromised_keys(replay, offset)
    yield from _expired(replay, time, offset)
    yield from _closed_sites(replay)
    yield from _not_conserved(replay, time)
    yield from negative_as_claimed(replay, offset)
    yield from possibly_recorded_twice(replay, offset)
    yield from left_out_of_recalls(replay)
    yield from granted_by_one_key(replay)
    yield from _of_allocation(replay, time, offset)


def _of_allocation(replay: Replay, time: int, offset: int) -> Iterator[Finding]:
    """What shows of norms and reallocation."""
    yield from below_floor(replay, offset)
    yield from counts_overdue(replay, time, offset)
    yield from partial_counts(replay)
    yield from impossible_approvals(replay, offset)
    yield from deliveries_not_approved(replay, offset)
    yield from deliveries_not_shown(replay, time, offset)
    yield from findings_of_reallocation(replay, time, offset)
    yield from emergencies_declared(replay, offset)


def _of_document(replay: Replay, document: RecordedDocument) -> Iterator[Finding]:
    if document.is_late:
        days = (document.recorded_at - document.occurred_at) // SECONDS_A_DAY
        yield _finding(
            FindingKind.LATE_DOCUMENT,
            document,
            f"recorded {days} days after it is said to have occurred, with an approver's signature",
            f"所称发生时间之后 {days} 天才登记，已由审批人签署",
        )
    if document.kind == Kind.REVERSAL:
        yield from _of_reversal(document)
    if document.kind == Kind.RECEIPT:
        yield from _of_receipt(replay, document)
    if document.kind == Kind.COUNT:
        yield from _of_count(replay, document)
    if document.kind == Kind.REPACK:
        yield from _of_repack(replay, document)
    if document.kind == Kind.SETTLEMENT:
        yield from _of_settlement(document)


def _of_reversal(document: RecordedDocument) -> Iterator[Finding]:
    original, reason = f"{document.reference & _ID_248:062x}"[:12], REASONS.get(document.reason)
    yield _finding(
        FindingKind.REVERSAL,
        document,
        f"reverses document {original}…" + (f": {reason.en}" if reason else ""),
        f"冲销单据 {original}…" + (f"：{reason.zh}" if reason else ""),
    )


def _of_settlement(document: RecordedDocument) -> Iterator[Finding]:
    """What became of goods that were missing; what is lost without anybody counting it is said here."""
    units: Counter[int] = Counter()
    for head in _heads(document):
        units[int.from_bytes(head[20:22], "big")] += int.from_bytes(head[24:], "big") & _QUANTITY
    became = [(units[code], *SETTLEMENTS.get(code, ("", str(code), str(code)))[1:]) for code in sorted(units)]
    yield _finding(
        FindingKind.SHORTAGE_SETTLED,
        document,
        "of what was missing: " + ", ".join(f"{count} base units {en}" for count, en, _ in became),
        "缺失物资的处理：" + "，".join(f"{count} 个基本单位{zh}" for count, _, zh in became),
    )


def _heads(document: RecordedDocument) -> Iterator[bytes]:
    width = line_width(Kind(document.kind)) * 32
    return (document.lines[at : at + 32] for at in range(0, len(document.lines), width))


def _of_receipt(replay: Replay, document: RecordedDocument) -> Iterator[Finding]:
    """A receipt whose goods were held because no valid qualification was named; a donor has none."""
    # A line of which nothing was accepted made no lot.
    held = sum(
        unpack_attributes(int.from_bytes(document.lines[at : at + 32], "big")).is_own
        for at, head in zip(range(64, len(document.lines), 128), _heads(document), strict=True)
        if int.from_bytes(head[24:], "big") & _QUANTITY
    )
    status = Verdict.from_word(document.verdict).status
    if held and replay.state.suppliers[document.from_] is None:
        yield _finding(
            FindingKind.DONATION_HELD,
            document,
            f"held on receipt (lots: {held}), as every donation is",
            f"{held} 个批次收货时即被暂扣（捐赠物资均先暂扣）",
        )
    elif held and status not in _NO_FAULT:
        en, zh = STATUS_NAMES[status]
        yield _finding(
            FindingKind.UNQUALIFIED_RECEIPT_HELD,
            document,
            f"held on receipt (lots: {held}): the qualification is {en}",
            f"{held} 个批次收货时即被暂扣：资质{zh}",
        )


def _of_count(replay: Replay, document: RecordedDocument) -> Iterator[Finding]:
    """What a count changed, and whether what it expected was true where it says that it counted."""
    counted_at = document.reference
    position = counted_at & _MASK_64
    steps = replay.site_steps.get(document.from_site, [])
    is_true_word = 0 < position <= len(steps) and steps[position - 1][1] == counted_at
    if not is_true_word:
        yield _finding(
            FindingKind.FALSE_EXPECTED,
            document,
            f"counted at entry {position} of the journal, with a digest that the journal never had there",
            f"所称盘点位置（账簿第 {position} 号）的摘要与账簿不符",
        )
    number = steps[position - 1][0] if is_true_word else 0
    for at in range(0, len(document.lines), 64):
        lot = document.lines[at : at + 20]
        counted = int.from_bytes(document.lines[at + 24 : at + 32], "big") & _QUANTITY
        expected = int.from_bytes(document.lines[at + 32 : at + 64], "big")
        if counted != expected:
            yield _finding(
                FindingKind.COUNT_DIFFERENCE,
                document,
                f"counted {counted}, expected {expected}",
                f"实盘 {counted}，账面 {expected}",
                lot,
            )
        held = _held_after(replay, document.from_site, lot, number)
        if is_true_word and held != expected:
            yield _finding(
                FindingKind.FALSE_EXPECTED,
                document,
                f"expected {expected} at entry {position} of the journal, where {held} were held",
                f"在账簿第 {position} 号处声称账面 {expected}，实际为 {held}",
                lot,
            )


def _of_repack(replay: Replay, document: RecordedDocument) -> Iterator[Finding]:
    """Lots that came out under another source or batch than they went in with; a recall would miss them."""
    for at in range(0, len(document.lines), 160):
        gone, lot = document.lines[at : at + 20], document.lines[at + 32 : at + 52]
        before, after = replay.lots[gone], replay.lots[lot]
        if (before.source, before.batch) == (after.source, after.batch):
            continue
        en, zh = ("source", "来源") if before.source != after.source else ("batch", "批号")
        put = int.from_bytes(document.lines[at + 56 : at + 64], "big") & _QUANTITY
        yield _finding(
            FindingKind.REPACK_OF_ANOTHER_SOURCE,
            document,
            f"{put} base units came out under another {en} than that of lot {gone.hex()}",
            f"换装所得 {put} 个基本单位的{zh}与原批次 {gone.hex()} 不同",
            lot,
        )


def _held_after(replay: Replay, site: int, lot: bytes, number: int) -> int:
    steps = replay.balance_steps.get((site, lot), [])
    return next((word & _QUANTITY for step, word in reversed(steps) if step <= number), 0)


def _by_compromised_keys(replay: Replay, offset: int) -> Iterator[Finding]:
    """Documents signed by a key while it was, as somebody claims, in foreign hands; they stand."""
    claims = compromised_keys(replay.claims, replay.state)
    if not claims:
        return
    for document in replay.documents.values():
        for signer in (document.sender, document.other, document.approver):
            claim = claims.get(signer)
            if claim is not None and document.recorded_at >= claim.since:
                from_ = moment(claim.since, offset)
                yield _finding(
                    FindingKind.SIGNED_BY_COMPROMISED_KEY,
                    document,
                    f"signed by {signer}, a key that is said to be in foreign hands since {from_.en}",
                    f"签署者 {signer} 的密钥据称自 {from_.zh} 起已落入他人之手",
                    since=max(document.recorded_at, claim.recorded_at),
                )


def _expired(replay: Replay, time: int, offset: int) -> Iterator[Finding]:
    """Lots on hand that may not be used any more; at a disposal site they are where they belong."""
    today = (time + offset) // SECONDS_A_DAY
    for (site, lot), word in replay.state.balances.items():  # type: ignore[attr-defined]
        record, place = replay.state.lots[lot], replay.state.sites[site]
        if place is not None and place.is_disposal:
            continue
        if record is not None and word & _QUANTITY and record.use_until < today:
            day = day_of(date_of(record.use_until))
            end = (record.use_until + 1) * SECONDS_A_DAY - offset
            yield Finding(
                FindingKind.EXPIRED_ON_HAND,
                site,
                int.from_bytes(lot, "big"),
                0,
                owner_of(site),
                f"{word & _QUANTITY} base units are here, which could be used until {day.en}",
                f"{word & _QUANTITY} 个基本单位已过期：可用期至 {day.zh}",
                max(end, _on_hand_since(replay, replay.balance_steps[site, lot])),
            )


def _on_hand_since(replay: Replay, steps: Iterable[tuple[int, int]]) -> int:
    """Return the block time since which a balance that is not 0 has not been 0."""
    since = before = 0
    for number, word in steps:
        if not before:
            since = replay.documents[number].recorded_at
        before = word & _QUANTITY
    return since


def _closed_sites(replay: Replay) -> Iterator[Finding]:
    held: dict[int, int] = {}
    for (site, _), word in replay.state.balances.items():  # type: ignore[attr-defined]
        held[site] = held.get(site, 0) + (word & _QUANTITY)
    for site, closed_at in replay.closings.items():
        if units := held.get(site, 0):
            yield Finding(
                FindingKind.CLOSED_SITE_WITH_STOCK,
                site,
                0,
                0,
                owner_of(site),
                f"closed, and still holds {units} base units",
                f"已关闭，仍有 {units} 个基本单位",
                max(closed_at, _on_hand_since(replay, _stock_of(replay, site))),
            )


def _stock_of(replay: Replay, site: int) -> Iterator[tuple[int, int]]:
    """Give what a site held of all lots together after each document that moved any."""
    held = 0
    for movement in replay.movements:
        if movement[2] == site:
            held += movement[4]
            yield movement[0], held


def _not_conserved(replay: Replay, time: int) -> Iterator[Finding]:
    """Lots of which sites hold more or less than came and did not go."""
    held: dict[bytes, int] = {}
    for (_, lot), word in replay.state.balances.items():  # type: ignore[attr-defined]
        held[lot] = held.get(lot, 0) + (word & _QUANTITY)
    for lot, totals in replay.state.totals.items():  # type: ignore[attr-defined]
        if held.get(lot, 0) != totals.held:
            yield Finding(
                FindingKind.NOT_CONSERVED,
                0,
                int.from_bytes(lot, "big"),
                0,
                0,
                f"sites hold {held.get(lot, 0)}, but {totals.held} came and did not go",
                f"各储备点共有 {held.get(lot, 0)}，而收支相抵应为 {totals.held}",
                time,
            )


def _finding(
    kind: FindingKind, document: RecordedDocument, en: str, zh: str, lot: bytes = b"", since: int = 0
) -> Finding:
    site = document.recording_site
    number = int.from_bytes(lot, "big")
    return Finding(kind, site, number, document.key, owner_of(site), en, zh, since or document.recorded_at)
