"""What a replayed ledger shows that somebody has to look at, or that is shown for ever."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_client.audit._adjustments import unexplained_adjustments
from ledger_client.audit._claims import compromised_keys
from ledger_client.audit._patterns import granted_by_one_key
from ledger_client.audit._recalls import left_out_of_recalls
from ledger_client.audit._repeated import possibly_recorded_twice
from ledger_client.audit._replay import Replay
from ledger_client.audit._timeline import negative_as_claimed
from ledger_client.audit.findings import SHORTAGE_DAYS, Finding, FindingKind, owner_of
from ledger_client.documents import SECONDS_A_DAY, Kind, date_of, moment_at
from ledger_client.fold.records import CONSIGNMENT_OPEN, Consignment, RecordedDocument
from ledger_client.fold.verdicts import STATUS_NAMES, Status, Verdict
from ledger_client.lines import line_width
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
    yield from _of_consignments(replay, time)
    yield from _by_compromised_keys(replay, offset)
    yield from _expired(replay, time, offset)
    yield from _closed_sites(replay)
    yield from _not_conserved(replay, time)
    yield from negative_as_claimed(replay, offset)
    yield from possibly_recorded_twice(replay, offset)
    yield from left_out_of_recalls(replay)
    yield from granted_by_one_key(replay)


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
        original = f"{document.reference & _ID_248:062x}"[:12]
        yield _finding(
            FindingKind.REVERSAL, document, f"reverses document {original}…", f"冲销单据 {original}…"
        )
    if document.kind == Kind.RECEIPT:
        yield from _of_receipt(replay, document)
    if document.kind == Kind.COUNT:
        yield from _of_count(replay, document)
    if document.kind == Kind.REPACK:
        yield from _of_repack(replay, document)
    if document.kind == Kind.SETTLEMENT:
        units = sum(int.from_bytes(head[24:], "big") & _QUANTITY for head in _heads(document))
        yield _finding(
            FindingKind.SHORTAGE_SETTLED,
            document,
            f"settles {units} base units that were missing",
            f"处理了缺失的 {units} 个基本单位",
        )


def _heads(document: RecordedDocument) -> Iterator[bytes]:
    width = line_width(Kind(document.kind)) * 32
    return (document.lines[at : at + 32] for at in range(0, len(document.lines), width))


def _of_receipt(replay: Replay, document: RecordedDocument) -> Iterator[Finding]:
    """A receipt whose goods were held because no valid qualification was named; a donor has none."""
    status = Verdict.from_word(document.verdict).status
    if status in _NO_FAULT:
        return
    # A line of which nothing was accepted made no lot.
    held = sum(
        unpack_attributes(int.from_bytes(document.lines[at : at + 32], "big")).is_own
        for at, head in zip(range(64, len(document.lines), 128), _heads(document), strict=True)
        if int.from_bytes(head[24:], "big") & _QUANTITY
    )
    if held and replay.state.suppliers[document.from_] is None:
        yield _finding(
            FindingKind.DONATION_HELD,
            document,
            f"held on receipt (lots: {held}), as every donation is",
            f"{held} 个批次收货时即被暂扣（捐赠物资均先暂扣）",
        )
    elif held:
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


def _of_consignments(replay: Replay, time: int) -> Iterator[Finding]:
    """Goods on their way for too long, and goods that got lost on it."""
    told_missing = _first_told_missing(replay)
    for key, consignment in replay.state.consignments.items():  # type: ignore[attr-defined]
        to = consignment.to_site
        if consignment.state == CONSIGNMENT_OPEN:
            if time > consignment.deadline:
                yield _at_consignment(
                    FindingKind.CONSIGNMENT_OVERDUE,
                    key,
                    consignment,
                    f"on its way to {to}, unanswered since the deadline",
                    f"发往 {to}，逾期未答复",
                    consignment.deadline,
                )
            continue
        lacking = sum(line & _QUANTITY for line in consignment.lines if line >> 95 & 1)
        if lacking:
            since = told_missing.get(key, replay.documents[consignment.document].recorded_at)
            days = (time - since) // SECONDS_A_DAY
            is_old = days >= SHORTAGE_DAYS
            yield _at_consignment(
                FindingKind.SHORTAGE_OVERDUE if is_old else FindingKind.SHORTAGE_OPEN,
                key,
                consignment,
                f"{lacking} base units are missing on the way to {to}"
                + (f", for {days} days" if is_old else ""),
                f"发往 {to} 途中缺失 {lacking} 个基本单位" + (f"，已 {days} 天" if is_old else ""),
                since,
            )


def _first_told_missing(replay: Replay) -> dict[int, int]:
    """Return by consignment the block time at which something was first said to be missing."""
    found: dict[int, int] = {}
    for document in replay.documents.values():
        if document.kind in (Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN_ACCEPTANCE) and any(
            head[20] >> 7 for head in _heads(document)
        ):
            found.setdefault(document.reference & _ID_248, document.recorded_at)
    return found


def _by_compromised_keys(replay: Replay, offset: int) -> Iterator[Finding]:
    """Documents signed by a key while it was, as somebody claims, in foreign hands; they stand."""
    claims = compromised_keys(replay.claims, replay.state)
    if not claims:
        return
    for document in replay.documents.values():
        for signer in (document.sender, document.other, document.approver):
            claim = claims.get(signer)
            if claim is not None and document.recorded_at >= claim.since:
                moment = moment_at(claim.since, offset).isoformat()
                yield _finding(
                    FindingKind.SIGNED_BY_COMPROMISED_KEY,
                    document,
                    f"signed by {signer}, a key that is said to be in foreign hands since {moment}",
                    f"签署者 {signer} 的密钥据称自 {moment} 起已落入他人之手",
                    since=max(document.recorded_at, claim.recorded_at),
                )


def _expired(replay: Replay, time: int, offset: int) -> Iterator[Finding]:
    """Lots on hand that may not be used any more."""
    today = (time + offset) // SECONDS_A_DAY
    for (site, lot), word in replay.state.balances.items():  # type: ignore[attr-defined]
        record = replay.state.lots[lot]
        if record is not None and word & _QUANTITY and record.use_until < today:
            day = date_of(record.use_until).isoformat()
            end = (record.use_until + 1) * SECONDS_A_DAY - offset
            yield Finding(
                FindingKind.EXPIRED_ON_HAND,
                site,
                int.from_bytes(lot, "big"),
                0,
                owner_of(site),
                f"{word & _QUANTITY} base units could be used until {day}",
                f"{word & _QUANTITY} 个基本单位的可用期至 {day}",
                max(end, replay.documents[record.document].recorded_at),
            )


def _closed_sites(replay: Replay) -> Iterator[Finding]:
    held: dict[int, int] = {}
    for (site, _), word in replay.state.balances.items():  # type: ignore[attr-defined]
        held[site] = held.get(site, 0) + (word & _QUANTITY)
    for site, units in held.items():
        record = replay.state.sites[site]
        if record is not None and record.is_closed and units:
            yield Finding(
                FindingKind.CLOSED_SITE_WITH_STOCK,
                site,
                0,
                0,
                owner_of(site),
                f"closed, and still holds {units} base units",
                f"已关闭，仍有 {units} 个基本单位",
                replay.closings[site],
            )


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


def _at_consignment(
    kind: FindingKind, key: int, consignment: Consignment, en: str, zh: str, since: int
) -> Finding:
    site = consignment.from_site
    return Finding(kind, site, 0, key, owner_of(site), en, zh, since)
