"""Stock that was corrected without a reason that explains it.

Goods cannot be seen by a chain, so that a count or a write-off can hide anything (threat 3); what it owes is
a reason. The published list (`ledger_client.reasons`) says what a reason may be given for, and of those all
explain but `unexplained`, which says that nobody knows. No code, a code of no list, and one that is meant for
something else explain nothing.

Of a repack by a factor of the Catalogue the figures follow. Of any other, and of one that was recorded before
its factor and does not fit it, only `contents-known` says why that much came out; `unpacked` and `packed` say
what was done, not how much a pack holds. Goods of one item that are repacked as the same item need no factor
where as much came out as went in; what is less is lost, and what is more is gained.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger_client.audit._replay import Replay
from ledger_client.audit.findings import Finding, FindingKind, owner_of
from ledger_client.documents import Kind
from ledger_client.fold.records import RecordedDocument
from ledger_client.lines import line_width
from ledger_client.reasons import REASONS, Use, reason_named
from ledger_client.words import QUANTITY_LIMIT

_QUANTITY = QUANTITY_LIMIT - 1
_UNEXPLAINED = reason_named("unexplained").code
_CONTENTS_KNOWN = reason_named("contents-known").code


def unexplained_adjustments(replay: Replay, document: RecordedDocument) -> Iterator[Finding]:
    """Yield the lots of a count, write-off or repack whose correction no reason explains."""
    if document.kind == Kind.COUNT:
        for lot, reason, counted, rest in _lines(document):
            expected = int.from_bytes(rest[:32], "big")
            if counted != expected and not _explains(reason or document.reason, Use.COUNT):
                change = counted - expected
                yield _finding(document, lot, reason, f"count of {change:+d}", f"盘点调整 {change:+d}")
    elif document.kind == Kind.WRITE_OFF:
        for lot, reason, units, _ in _lines(document):
            if not _explains(reason or document.reason, Use.WRITE_OFF):
                yield _finding(document, lot, reason, f"write-off of {units}", f"核销 {units}")
    elif document.kind == Kind.REPACK:
        for gone, reason, taken, rest in _lines(document):
            lot, put = rest[:20], int.from_bytes(rest[24:32], "big") & _QUANTITY
            if not _follows(replay, gone, lot, taken, put) and (reason or document.reason) != _CONTENTS_KNOWN:
                yield _finding(
                    document,
                    lot,
                    reason,
                    f"repack of {taken} into {put} by no factor of the Catalogue",
                    f"不符合目录换算系数的换装：{taken} 换为 {put}",
                )


def _lines(document: RecordedDocument) -> Iterator[tuple[bytes, int, int, bytes]]:
    """Give lot, reason and quantity of the head of every line, and its other words."""
    width = line_width(Kind(document.kind)) * 32
    for at in range(0, len(document.lines), width):
        line = document.lines[at : at + width]
        yield (
            line[:20],
            int.from_bytes(line[20:22], "big"),
            int.from_bytes(line[24:32], "big") & _QUANTITY,
            line[32:],
        )


def _explains(code: int, use: Use) -> bool:
    return code in REASONS and use in REASONS[code].uses and code != _UNEXPLAINED


def _follows(replay: Replay, gone: bytes, lot: bytes, taken: int, put: int) -> bool:
    """Whether what came out of a line of a repack follows from what went in."""
    one, two = replay.lots[gone].item, replay.lots[lot].item
    if one == two:
        return put == taken
    unpacked, packed = replay.state.factors[one, two], replay.state.factors[two, one]
    return put == taken * unpacked if unpacked else bool(packed) and taken == put * (packed or 0)


def _finding(document: RecordedDocument, lot: bytes, reason: int, en: str, zh: str) -> Finding:
    code = reason or document.reason
    given = REASONS.get(code)
    site = document.recording_site
    said_en = (
        f"the reason given is {given.en!r}"
        if given
        else f"code {code} is no reason"
        if code
        else "no reason is given"
    )
    said_zh = f"所填原因为“{given.zh}”" if given else f"原因代码 {code} 不在列表中" if code else "未填原因"
    return Finding(
        FindingKind.UNEXPLAINED_ADJUSTMENT,
        site,
        int.from_bytes(lot, "big"),
        document.key,
        owner_of(site),
        f"{en}: {said_en}, which explains nothing" if given else f"{en}: {said_en}",
        f"{zh}：{said_zh}，不足以说明" if given else f"{zh}：{said_zh}",
        document.recorded_at,
    )
