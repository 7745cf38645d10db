"""What was taken from a site although less than its floor was left.

`Reallocation` keeps floors when it approves; the ledger does not know them, and a site may issue to its own
consignees what it likes. Usable is what the contract takes for usable at an approval: neither held, recalled,
held at the site, nor past its last day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from ledger_client.allocation import REFERENCE_PROPOSAL, norm_at, norm_set
from ledger_client.audit._deliveries import why_not_taken
from ledger_client.audit._replay import Replay
from ledger_client.audit.findings import Finding, FindingKind, owner_of
from ledger_client.documents import SECONDS_A_DAY, Kind
from ledger_client.fold import LotEntry, Movement
from ledger_client.fold.allocation_records import NormEntry, NormStep
from ledger_client.fold.records import RecordedDocument
from ledger_client.words import LotStatus

_TAKING = frozenset({Kind.ISSUE, Kind.WRITE_OFF, Kind.DISPATCH, Kind.HAND_OVER})
_Place = tuple[int, int]
"""Site and item."""


@dataclass(slots=True)
class _Shelf:
    """What a site has of an item, and whether it is known already that less than the floor is there.

    Attributes:
        units: Of each lot; 0 of one that is held at the site.
        is_told: Whether a document that took goods was found since the floor was covered last.
    """

    units: dict[bytes, int] = field(default_factory=dict)
    is_told: bool = False


def below_floor(replay: Replay, offset: int) -> Iterator[Finding]:
    """Yield documents that took usable stock and left less than the floor.

    One a document and item; of several while the floor is not covered the first alone, and again after it was
    covered. So it does not matter what took it below: a document, a day that passed, a floor that was raised.

    Args:
        replay: The ledger.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    floors = _floors(replay)
    if not floors:
        return
    statuses = _statuses(replay)
    shelves: defaultdict[_Place, _Shelf] = defaultdict(_Shelf)
    for number, moved in groupby(replay.movements, key=itemgetter(0)):
        document = replay.documents[number]
        today = (document.recorded_at + offset) // SECONDS_A_DAY
        for place, changes in _changes(replay, moved, floors).items():
            shelf, floor = shelves[place], _floor_at(floors[place], document)
            before = _usable(replay, shelf, statuses, number, today)
            shelf.units.update(changes)
            after = _usable(replay, shelf, statuses, number, today)
            shelf.is_told = shelf.is_told and before < floor
            if after < min(before, floor) and not shelf.is_told and _takes(replay, document, offset):
                shelf.is_told = True
                yield _finding(document, place, floor, before, after)
            shelf.is_told = shelf.is_told and after < floor


def _finding(document: RecordedDocument, place: _Place, floor: int, before: int, after: int) -> Finding:
    site, item = place
    return Finding(
        FindingKind.BELOW_FLOOR,
        site,
        0,
        document.key,
        owner_of(site),
        f"left {after} of {before} usable base units of item {item}, of which {floor} must be kept",
        f"物品 {item} 的可用库存由 {before} 降至 {after} 个基本单位，低于保底量 {floor}",
        document.recorded_at,
    )


def _floors(replay: Replay) -> dict[_Place, list[NormEntry]]:
    """Return what was set of every floor, in order."""
    found: defaultdict[_Place, list[NormEntry]] = defaultdict(list)
    for (subject, _), entry in replay.state.norm_entries.items():  # type: ignore[attr-defined]
        if entry.step == NormStep.FLOOR:
            found[subject, entry.about].append(entry)
    return found


def _floor_at(entries: Iterable[NormEntry], document: RecordedDocument) -> int:
    """Return the floor in force when a document was recorded, by the events before it."""
    word = 0
    for entry in entries:
        if (entry.block, entry.log_index) < (document.block, document.log_index):
            word = norm_set(word, value=entry.value, from_=entry.effective_at, time=entry.recorded_at)
    return norm_at(word, document.recorded_at)


def _statuses(replay: Replay) -> defaultdict[bytes, list[LotEntry]]:
    found: defaultdict[bytes, list[LotEntry]] = defaultdict(list)
    for entry in replay.lot_entries:
        found[entry.lot].append(entry)
    return found


def _changes(
    replay: Replay, moved: Iterable[Movement], floors: dict[_Place, list[NormEntry]]
) -> dict[_Place, dict[bytes, int]]:
    """Return what sites have, after a document, of the lots that it moved of items with a floor."""
    found: defaultdict[_Place, dict[bytes, int]] = defaultdict(dict)
    for _, _, site, lot, _, quantity, is_held_here, _ in moved:
        place = site, replay.lots[lot].item
        if place in floors:
            found[place][lot] = 0 if is_held_here else quantity
    return found


def _usable(
    replay: Replay, shelf: _Shelf, statuses: defaultdict[bytes, list[LotEntry]], number: int, today: int
) -> int:
    """Return what of a shelf may be used on a day, with the status that lots had after a document."""
    return sum(
        units
        for lot, units in shelf.units.items()
        if units and replay.lots[lot].use_until >= today and not _status(replay, statuses, lot, number)
    )


def _status(replay: Replay, statuses: defaultdict[bytes, list[LotEntry]], lot: bytes, number: int) -> int:
    created = LotStatus.HELD if replay.lots[lot].is_own else LotStatus.RELEASED
    entries = statuses.get(lot, ())
    return next((each.status for each in reversed(entries) if each.document <= number), int(created))


def _takes(replay: Replay, document: RecordedDocument, offset: int) -> bool:
    """Whether a document takes goods that nobody approved to leave with the floor in view."""
    if document.kind not in _TAKING:
        return False
    # What goes to no other site delivers on no proposal either, whatever it names.
    names_one = document.reference >> 248 == REFERENCE_PROPOSAL
    return not names_one or why_not_taken(replay, document, offset) is not None
