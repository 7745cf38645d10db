"""Where lots are, who got how much, what is on its way, and into which other lots they were repacked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ledger_client.fold.records import Lot
from ledger_client.trace.flows import ON_THE_WAY, Flow
from ledger_client.trace.following import Account, Followed
from ledger_client.trace.graph import EdgeKind

_K = TypeVar("_K")
_GONE = (EdgeKind.WRITTEN_OFF, EdgeKind.LOST)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a lot is and who got it.

    Attributes:
        lot: Its id.
        record: What is known of it.
        came_of: Lots of the radius that it was repacked from; empty where it belongs to the radius itself.
        account: Where all its base units are.
        held: Base units by site, never 0.
        on_the_way: What is on its way: how, from and to which site, base units. Who has to answer for it is
            the receiver of what is in transit, else the sender.
        consumed: Base units by consignee.
        gone: Base units that were written off or lost, by how and by the site that had them.
        into: Base units that were repacked into other lots, by these.
    """

    lot: int
    record: Lot
    came_of: tuple[int, ...]
    account: Account
    held: dict[int, int]
    on_the_way: list[tuple[EdgeKind, int, int, int]]
    consumed: dict[int, int]
    gone: dict[tuple[EdgeKind, int], int]
    into: dict[int, int]


def whereabouts(followed: Followed, lots: Collection[int] | None = None) -> list[Whereabouts]:
    """Return where lots are and who got them.

    Args:
        followed: The lots with what came out of them.
        lots: The ones to begin with; all that were asked for where None.
    """
    begin = followed.asked if lots is None else frozenset(lots)
    chosen = _reached(followed, begin)
    return [_where(followed, lot, begin, chosen) for lot in followed.lots if lot in chosen]


def answers_for(kind: EdgeKind, sender: int, receiver: int) -> int:
    """Return the site that has to answer for goods on their way."""
    return receiver if kind is EdgeKind.IN_TRANSIT else sender


def _reached(followed: Followed, begin: Collection[int]) -> set[int]:
    """Return lots and those that came out of them."""
    chosen = set(begin)
    steps = [
        (flow.lot, flow.into[0])
        for flow in followed.flows
        if flow.kind is EdgeKind.REPACKED and not flow.is_reversed
    ]
    size = -1
    while size != len(chosen):
        size = len(chosen)
        chosen.update(put for taken, put in steps if taken in chosen)
    return chosen & followed.lots.keys()


def _where(followed: Followed, lot: int, begin: Collection[int], chosen: set[int]) -> Whereabouts:
    flows = [flow for flow in followed.of(lot) if not flow.is_reversed]
    came_of = sorted({flow.lot for flow in flows if flow.into[0] == lot and flow.lot in chosen})
    return Whereabouts(
        lot=lot,
        record=followed.lots[lot],
        came_of=() if lot in begin else tuple(came_of),
        account=followed.account(lot),
        held={site: units for (site, each), units in followed.held.items() if each == lot and units},
        on_the_way=[
            (flow.kind, flow.source.number, flow.target.number, flow.quantity)
            for flow in flows
            if flow.kind in ON_THE_WAY
        ],
        consumed=_sums(flows, [EdgeKind.ISSUED], lambda flow: flow.target.number),
        gone=_sums(flows, _GONE, lambda flow: (flow.kind, flow.source.number)),
        into=_sums(
            [flow for flow in flows if flow.lot == lot], [EdgeKind.REPACKED], lambda flow: flow.into[0]
        ),
    )


def _sums(flows: Sequence[Flow], kinds: Collection[EdgeKind], key: Callable[[Flow], _K]) -> dict[_K, int]:
    sums: dict[_K, int] = {}
    for flow in flows:
        if flow.kind in kinds:
            sums[key(flow)] = sums.get(key(flow), 0) + flow.quantity
    return sums
