"""Goods that were possibly recorded twice: two documents that say the same and are two all the same.

A resend is one document, because key and content are the same. Two documents with client ids of their own
that move the same goods between the same places on the same claimed day may be one event that two people
typed in. They may also be two: nothing but a look at the goods can tell, and one of them is reversed or a
document names the second (`_closing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ledger_client.audit._replay import Replay
from ledger_client.audit._saying import day
from ledger_client.audit.findings import Finding, FindingKind, owner_of
from ledger_client.documents import SECONDS_A_DAY, Kind
from ledger_client.fold.records import RecordedDocument
from ledger_client.lines import line_width

_MOVING = frozenset(
    {Kind.RECEIPT, Kind.ISSUE, Kind.HAND_OVER, Kind.DISPATCH, Kind.COUNT, Kind.WRITE_OFF, Kind.REPACK}
)
_Said = tuple[object, ...]


def possibly_recorded_twice(replay: Replay, offset: int) -> Iterator[Finding]:
    """Yield one finding for every document that repeats an earlier one; neither was reversed.

    Args:
        replay: The ledger.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    first: dict[_Said, RecordedDocument] = {}
    for document in replay.documents.values():
        if document.kind not in _MOVING or document.reversed_by:
            continue
        goods = _goods(document)
        if not goods:
            continue
        claimed = (document.occurred_at + offset) // SECONDS_A_DAY
        before = first.setdefault((document.kind, document.from_, document.to, claimed, goods), document)
        if before is not document:
            site = document.recording_site
            earlier = f"{before.key:062x}"[:12]
            on = day(document.occurred_at, offset)
            yield Finding(
                FindingKind.POSSIBLY_RECORDED_TWICE,
                site,
                0,
                document.key,
                owner_of(site),
                f"says of {on.en} what document {earlier}… says",
                f"与单据 {earlier}… 同日（{on.zh}）且内容相同",
                document.recorded_at,
            )


def _goods(document: RecordedDocument) -> tuple[object, ...]:
    """Return lots and quantities; nothing of a document that moves nothing.

    Reasons are left out: two people may give two for one event, or one of them several. A line of a receipt
    that is held has a lot of its own, which follows from the document: there the attributes are compared,
    without what makes the lot its own and without the place of the line.
    """
    lines = document.lines
    width = line_width(Kind(document.kind)) * 32
    each = (lines[at : at + width] for at in range(0, len(lines), width))
    if document.kind == Kind.RECEIPT:
        return tuple(sorted(map(_received, each)))
    if document.kind == Kind.COUNT:
        return tuple(line[:20] + line[24:] for line in each if line[24:32] != line[56:64])
    if document.kind == Kind.REPACK:
        return tuple(sorted(line[:20] + line[24:] for line in each))
    units: Counter[bytes] = Counter()
    for line in each:
        units[line[:20]] += int.from_bytes(line[24:], "big")
    return tuple(sorted(units.items()))


def _received(line: bytes) -> bytes:
    accepted, delivered, rejected = line[24:32], line[32:48], line[48:56]
    attributes = line[64:95]  # the byte behind says that the lot is its own
    return accepted + delivered + rejected + attributes + line[96:128]
