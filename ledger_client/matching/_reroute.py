"""Finding goods for a need whose givers have given all: others move to givers that have some left.

A way leads from the need to one of its givers, from there to a need that the giver gives to, to another
giver of that need, and so on until a giver has something left. Along the way each need keeps what it gets,
from somebody else. Where no way is left, none will be found later either: what was reached is closed to
every later search, so that all failed searches of an item together look at each giver about once.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from ledger_client.matching._givers import Giver
from ledger_client.matching._needs import Need


@dataclass(frozen=True, slots=True)
class _Step:
    """A need on the way, which leaves `units` at the most of what `source` gives it to the one before."""

    need: Need
    source: Giver | None = None
    place: int = 0  # of the need before it, at the source
    units: int = 0
    before: _Step | None = None


def reroute(need: Need, wanted: int) -> int:
    """Move others so that `need` gets up to `wanted`; return how many base units, 0 where no way is left.

    Every giver of `need` has nothing free for it when this is called.
    """
    reached: dict[Giver, int] = {}
    seen = {need}
    waiting = deque([_Step(need)])
    while waiting:
        step = waiting.popleft()
        for giver, place in zip(step.need.givers, step.need.places, strict=True):
            if place >= reached.get(giver, giver.closed):
                continue
            reached[giver] = place
            for other, given in giver.given.items():
                if other in seen:
                    continue
                units = given
                if place:  # a need for goods that last less leaves none that last longer
                    there = giver.place(other.request.needed_by)
                    units = min(given, giver.free_without(place, there, given))
                    if units <= 0:
                        continue
                seen.add(other)
                way = _Step(other, giver, place, units, step)
                for target, there in zip(other.givers, other.places, strict=True):
                    if target.left and (free := target.free(there)):
                        return _move(way, target, there, min(free, wanted))
                waiting.append(way)
    for giver, place in reached.items():
        giver.closed = min(giver.closed, place)
    return 0


def _move(last: _Step, target: Giver, place: int, units: int) -> int:
    """Carry out the way that ends with `last` drawing on `target`; return what the first need gets."""
    step = last
    while step.before is not None:
        units = min(units, step.units)
        step = step.before
    step = last
    while step.before is not None and step.source is not None:
        target.give(step.need, place, units)
        step.source.give(step.need, step.source.place(step.need.request.needed_by), -units)
        target, place, step = step.source, step.place, step.before
    target.give(step.need, place, units)
    return units
