"""Goods that went before they came, at the times that the documents claim.

The contract keeps balances from going below 0 in the order in which documents are recorded. Claimed times
may tell another order: what was issued on Monday came, as the receipt says, on Tuesday. Then one of the two
times is wrong.

Where only the day is known, what comes counts from its first second and what goes from its last. A document
and its reversal count as if neither had been.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ledger_client.audit._replay import Replay
from ledger_client.audit._saying import day
from ledger_client.audit.findings import Finding, FindingKind, owner_of
from ledger_client.documents import SECONDS_A_DAY, Kind
from ledger_client.fold import Movement

_Place = tuple[int, bytes]


def negative_as_claimed(replay: Replay, offset: int) -> Iterator[Finding]:
    """Yield one finding for each site and lot of which less than nothing was there at some claimed time.

    Args:
        replay: The ledger.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    comes, goes = _claimed(replay)
    for (site, lot), movements in _out_of_order(replay, comes, goes).items():
        # What comes at the same moment comes first; else they stay in the order in which they were recorded.
        ordered = sorted(
            movements, key=lambda each: ((comes if each[4] > 0 else goes)[each[0]], each[4] < 0, each[0])
        )
        held = lowest = 0
        first: Movement | None = None
        for movement in ordered:
            held += movement[4]
            lowest = min(lowest, held)
            if held < 0 and first is None:
                first = movement
        if first is not None:
            document = replay.documents[first[0]]
            from_day = day(document.occurred_at, offset)
            yield Finding(
                FindingKind.NEGATIVE_AS_CLAIMED,
                site,
                int.from_bytes(lot, "big"),
                document.key,
                owner_of(site),
                f"as the documents claim, {-lowest} base units more had gone than had come, "
                f"from {from_day.en} on with this document",
                f"按单据所称时间，自 {from_day.zh}本单据起，发出比收入多 {-lowest} 个基本单位",
                document.recorded_at,
            )


def _claimed(replay: Replay) -> tuple[dict[int, int], dict[int, int]]:
    """Return by number of document when, at the earliest, goods came, and when, at the latest, they went."""
    comes: dict[int, int] = {}
    goes: dict[int, int] = {}
    for number, document in replay.documents.items():
        if document.reversed_by or document.kind == Kind.REVERSAL:
            continue
        comes[number] = goes[number] = document.occurred_at
        if document.is_day_only:
            goes[number] += SECONDS_A_DAY - 1
    return comes, goes


def _out_of_order(
    replay: Replay, comes: dict[int, int], goes: dict[int, int]
) -> dict[_Place, list[Movement]]:
    """Return all movements of each site and lot some of which were recorded in another order than claimed.

    Of all others no balance was ever below 0, because none was when it was recorded; they are nearly all.
    """
    last: dict[_Place, int] = {}
    suspects: set[_Place] = set()
    for movement in replay.movements:
        number, _, site, lot, delta = movement[:5]
        if not delta:
            continue
        moment = (comes if delta > 0 else goes).get(number)
        if moment is None:
            # Without a receipt that was reversed there may have been too little.
            suspects.add((site, lot))
        elif moment < last.get((site, lot), 0):
            suspects.add((site, lot))
        else:
            last[site, lot] = moment
    found: defaultdict[_Place, list[Movement]] = defaultdict(list)
    if suspects:
        for movement in replay.movements:
            if movement[4] and movement[0] in comes and (movement[2], movement[3]) in suspects:
                found[movement[2], movement[3]].append(movement)
    return found
