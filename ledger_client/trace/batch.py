"""A recall and its batch: which lots it lists, which it leaves out, and whom to tell."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ledger_client.fold.records import Lot
from ledger_client.index.traces import TraceReader
from ledger_client.trace.following import follow
from ledger_client.trace.graph import EdgeKind, NodeKind
from ledger_client.trace.places import Whereabouts, answers_for, whereabouts
from ledger_client.words import LotStatus


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody to tell.

    Attributes:
        kind: A site or a consignee.
        number: Which one.
        lot: What it holds or got.
        how: Held, issued, or how it is on its way to it.
        quantity: Base units.
    """

    kind: NodeKind
    number: int
    lot: int
    how: EdgeKind
    quantity: int


@dataclass(frozen=True, slots=True)
class Batch:
    """All lots of the same item, source and batch as those of a recall.

    Attributes:
        lots: Every one of them by id.
        listed: Those that the recall lists.
        left_out: Those that it does not list and that are not recalled.
        tell: Each site that holds some or has some on the way, and each consignee that got some, of every lot
            of the batch and of those that came out of them by repacking.
    """

    lots: dict[int, Lot]
    listed: frozenset[int]
    left_out: tuple[int, ...]
    tell: list[Told]


def batch_of(reader: TraceReader, listed: Collection[int]) -> Batch:
    """Return the whole batch of some lots.

    Args:
        reader: The index.
        listed: The lots that a recall lists.
    """
    with reader.one_state() as state:
        lots: dict[int, Lot] = {}
        for record in state.lots_by_id(listed).values():
            lots |= state.lots_of_batch(record)
        followed = follow(state, lots)
    tell = [told for each in whereabouts(followed) for told in _told(each)]
    left_out = [
        lot for lot, each in lots.items() if lot not in listed and not each.status & LotStatus.RECALLED
    ]
    return Batch(dict(sorted(lots.items())), frozenset(listed), tuple(sorted(left_out)), tell)


def _told(each: Whereabouts) -> list[Told]:
    site, consignee = NodeKind.SITE, NodeKind.CONSIGNEE
    found = [Told(site, number, each.lot, EdgeKind.HELD, units) for number, units in each.held.items()]
    found += [
        Told(site, answers_for(how, sender, receiver), each.lot, how, units)
        for how, sender, receiver, units in each.on_the_way
    ]
    found += [
        Told(consignee, number, each.lot, EdgeKind.ISSUED, units) for number, units in each.consumed.items()
    ]
    return found
