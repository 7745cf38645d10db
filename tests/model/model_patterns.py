"""What several documents show together: impossible times, goods told twice, forgotten lots, one granter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from model_act import DAY, NO_SITE, QUANTITY, Act, day_of
from model_cast import GRANTED_BY_DISTRICT, REVOCABLE
from model_signers import SENT_BY_APPROVER
from model_state import RECALLED, Lot, State, Told

from ledger_client.audit import FindingKind
from ledger_client.documents import Kind

Found = tuple[FindingKind, int, int, int]
"""Kind, site, lot, document."""

MOVING = frozenset(
    {Kind.RECEIPT, Kind.ISSUE, Kind.HAND_OVER, Kind.DISPATCH, Kind.COUNT, Kind.WRITE_OFF, Kind.REPACK}
)
"""Kinds of which two people may tell one event; a site is opened once, an answer given once."""


def of_history(state: State) -> Iterator[Found]:
    """All of it."""
    yield from negative_as_claimed(state)
    yield from told_twice(state)
    yield from left_out_of_recalls(state)
    yield from granted_by_one_key(state)
    yield from by_a_key_in_foreign_hands(state)


def standing(state: State) -> list[Told]:
    """Documents that count: neither reversed nor a reversal."""
    return [
        told
        for told in state.told
        if told.act.kind is not Kind.REVERSAL and not state.documents[told.act.key].is_reversed
    ]


def negative_as_claimed(state: State) -> Iterator[Found]:
    """More had gone than had come, at the times that documents claim; of a day, all benefit of the doubt."""
    stories: defaultdict[tuple[int, int], list[tuple[int, bool, int, int]]] = defaultdict(list)
    for number, told in enumerate(standing(state)):
        claimed = told.act.document.occurred_at
        for site, lot, difference in told.moves:
            goes = difference < 0
            moment = claimed.seconds + (DAY - 1 if goes and claimed.is_day_only else 0)
            stories[site, lot].append((moment, goes, number, difference))
    keys = [told.act.key for told in standing(state)]
    for (site, lot), story in stories.items():
        held = 0
        for _, _, number, difference in sorted(story, key=lambda each: each[:3]):
            held += difference
            if held < 0:
                yield FindingKind.NEGATIVE_AS_CLAIMED, site, lot, keys[number]
                break


def told_twice(state: State) -> Iterator[Found]:
    """The same goods between the same places on the same claimed day, again."""
    first: set[object] = set()
    for told in standing(state):
        act, goods = told.act, goods_of(told.act)
        if act.kind not in MOVING or not goods:
            continue
        day = day_of(act.document.occurred_at.seconds)
        says = (act.kind, act.document.from_, act.document.to, day, tuple(goods))
        if says in first:
            yield FindingKind.POSSIBLY_RECORDED_TWICE, act.recording_site, 0, act.key
        first.add(says)


def goods_of(act: Act) -> list[tuple[int, ...]]:
    """Which goods and how many, whatever the reason; of a receipt as printed, not by its own lots."""
    if act.kind is Kind.RECEIPT:
        return sorted((row[0] & QUANTITY, row[1] >> 64, row[2] >> 1, row[3]) for row in act.rows)
    if act.kind is Kind.COUNT:
        lines = [(row[0] >> 96, row[0] & QUANTITY, row[1]) for row in act.rows]
        return sorted(line for line in lines if line[1] != line[2])
    if act.kind is Kind.REPACK:
        return sorted((row[0] >> 96, row[0] & QUANTITY, row[1]) for row in act.rows)
    units: Counter[int] = Counter()
    for head in act.heads:
        units[head.lot] += head.quantity
    return sorted(units.items())


def left_out_of_recalls(state: State) -> Iterator[Found]:
    """Lots of the item, source and printed batch of one that is recalled, unless lifted since."""
    recalled: dict[int, tuple[int, int]] = {}
    lifted: dict[int, int] = {}
    for number, told in enumerate(state.told):
        for head in told.act.heads:
            if told.act.kind is Kind.RECALL:
                recalled[head.lot] = (number, told.act.key)
            if told.act.kind is Kind.LIFT:
                lifted[head.lot] = number
    in_force = {lot: recalled[lot] for lot, each in state.lots.items() if each.status & RECALLED}
    for lot, each in state.lots.items():
        if each.status & RECALLED or not each.batch:
            continue
        others = [by for other, by in in_force.items() if _is_alike(state.lots[other], each)]
        since = [by for by in others if by[0] > lifted.get(lot, -1)]
        if since:
            holding = [site for (site, held), units in state.balances.items() if held == lot and units]
            for site in holding or [each.creating_site]:
                yield FindingKind.LEFT_OUT_OF_RECALL, site, lot, min(since)[1]


def _is_alike(one: Lot, two: Lot) -> bool:
    return (one.item, one.source, one.batch) == (two.item, two.source, two.batch)


def granted_by_one_key(state: State) -> Iterator[Found]:
    """Sites where one authority below the root had granted to approver and keeper of one document."""
    sites = set()
    for told in state.told:
        act = told.act
        keepers = []
        if act.kind not in SENT_BY_APPROVER | NO_SITE:
            keepers.append(act.sender)
        if act.other and act.kind is not Kind.RECEIPT:
            keepers.append(act.other)
        by_district = [keeper for keeper in keepers if keeper.signer.address in GRANTED_BY_DISTRICT]
        if by_district and act.approver and act.approver.signer.address in GRANTED_BY_DISTRICT:
            sites.add(act.recording_site)
    for site in sites:
        yield FindingKind.GRANTED_BY_ONE_KEY, site, 0, 0


def by_a_key_in_foreign_hands(state: State) -> Iterator[Found]:
    """What the revoked keeper signed from the earliest second on since which its key is said to be lost."""
    if not state.claimed:
        return
    for told in state.told:
        signers = [party.signer.address for party in (told.act.sender, told.act.other) if party]
        if REVOCABLE.holder in signers and told.recorded_at >= min(state.claimed):
            yield FindingKind.SIGNED_BY_COMPROMISED_KEY, told.act.recording_site, 0, told.act.key
