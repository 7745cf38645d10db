"""Lots that a recall left out: the same goods as a recalled lot, by item, source and printed batch.

A recall names lots, and the same goods are several lots when some of them had to be held on receipt. Goods
without a printed batch are not taken for the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set

from ledger_client.audit._replay import Replay
from ledger_client.audit.findings import Finding, FindingKind, owner_of
from ledger_client.documents import Kind
from ledger_client.fold.records import Lot, RecordedDocument
from ledger_client.words import QUANTITY_LIMIT, LotStatus

_QUANTITY = QUANTITY_LIMIT - 1
_Goods = tuple[int, int, bytes]


def left_out_of_recalls(replay: Replay) -> Iterator[Finding]:
    """Yield every lot that a recall left out: at each site that holds it, else where it was created."""
    recalls = _recalls(replay)
    left_out = {
        lot: recalls[_goods(record)]
        for lot, record in replay.lots.items()
        if any(record.batch) and _goods(record) in recalls and not record.status & LotStatus.RECALLED
    }
    held = _held(replay, left_out.keys())
    for lot, all_recalls in left_out.items():
        record, lift = replay.lots[lot], _last(replay, lot, Kind.LIFT)
        # Before the lift it was recalled too, and then somebody said that this one is sound.
        after = [each for each in all_recalls if lift is None or each[0].number > lift.number]
        if not after:
            continue
        recall, other = min(after, key=lambda each: each[0].number)
        since = max(recall.recorded_at, replay.documents[record.document].recorded_at)
        for site, units in held[lot] or [(record.creating_site, 0)]:
            yield Finding(
                FindingKind.LEFT_OUT_OF_RECALL,
                site,
                int.from_bytes(lot, "big"),
                recall.key,
                owner_of(site),
                f"the same item, source and batch as recalled lot {other.hex()}, and not recalled; "
                f"{units} base units are here",
                f"与已召回批次 {other.hex()} 的物品、来源和批号相同而未召回；此处有 {units} 个基本单位",
                since,
            )


def _recalls(replay: Replay) -> defaultdict[_Goods, list[tuple[RecordedDocument, bytes]]]:
    """Return the recalls in force by goods: the document and the lot that it names."""
    found: defaultdict[_Goods, list[tuple[RecordedDocument, bytes]]] = defaultdict(list)
    for lot, record in replay.lots.items():
        if record.status & LotStatus.RECALLED and (recall := _last(replay, lot, Kind.RECALL)) is not None:
            found[_goods(record)].append((recall, lot))
    return found


def _goods(record: Lot) -> _Goods:
    return record.item, record.source, record.batch


def _held(replay: Replay, lots: Set[bytes]) -> defaultdict[bytes, list[tuple[int, int]]]:
    """Return the sites that hold any of these lots, with how much."""
    held: defaultdict[bytes, list[tuple[int, int]]] = defaultdict(list)
    if lots:
        for (site, lot), word in replay.state.balances.items():  # type: ignore[attr-defined]
            if lot in lots and word & _QUANTITY:
                held[lot].append((site, word & _QUANTITY))
    return held


def _last(replay: Replay, lot: bytes, kind: Kind) -> RecordedDocument | None:
    """Return the last document of a kind in the journal of a lot."""
    documents = [replay.documents[number] for number, _ in replay.lot_steps.get(lot, ())]
    return next((document for document in reversed(documents) if document.kind == kind), None)
