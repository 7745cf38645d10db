"""How far two sites are apart: measured, else the straight line, else the division that they have in common.

Measured distances or travel times come as pairs of sites. What no pair says is the straight line where both
sites have a place on the plane; where they have none, a figure for the lowest division that holds both
stands in, and `Distance.level` says that it is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isqrt

_SITE_DIGITS = 15
_LEVELS = (12, 9, 6, 4, 2)
_STREET_DIGITS = 9


class Unit(StrEnum):
    """What is counted between two sites: the way, or the time that it takes."""

    METRES = "metres"
    SECONDS = "seconds"


METRES_BY_LEVEL: Mapping[int, int] = {
    12: 300,
    9: 1_500,
    6: 6_000,
    4: 25_000,
    2: 250_000,
    0: 1_000_000,
}
"""Metres that stand in where nothing is known, by digits of the division in common; assumed, not measured."""

SECONDS_BY_LEVEL: Mapping[int, int] = {
    12: 300,
    9: 600,
    6: 1_200,
    4: 3_600,
    2: 18_000,
    0: 72_000,
}
"""Seconds of travel that stand in likewise; assumed, not measured."""

BY_LEVEL: Mapping[Unit, Mapping[int, int]] = {Unit.METRES: METRES_BY_LEVEL, Unit.SECONDS: SECONDS_BY_LEVEL}


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance or a travel time.

    Attributes:
        value: In the unit of the `Distances` that it comes from.
        level: None where it is known; else how many digits the division in common has that stands in for it.
    """

    value: int
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Distances:
    """All distances of a city.

    Attributes:
        pairs: From (giver, receiver); a pair that is missing is looked up the other way round.
        points: Places of sites on a plane, in whole units of the distances; leave it empty for travel times.
        by_level: What stands in where nothing is known, by the digits of the division in common (0, 2, 4, 6,
            9 and 12); left empty, the figures assumed for `unit`.
        unit: What all of them count.
    """

    pairs: Mapping[tuple[int, int], int] = field(default_factory=dict)
    points: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    by_level: Mapping[int, int] = field(default_factory=dict)
    unit: Unit = Unit.METRES

    def __post_init__(self) -> None:
        if not self.by_level:
            object.__setattr__(self, "by_level", BY_LEVEL[self.unit])

    def between(self, giver: int, receiver: int) -> Distance:
        """Return how far `giver` is from `receiver`."""
        if self.pairs:
            known = self.pairs.get((giver, receiver), self.pairs.get((receiver, giver)))
            if known is not None:
                return Distance(known)
        here, there = self.points.get(giver), self.points.get(receiver)
        if here is not None and there is not None:
            return Distance(isqrt((here[0] - there[0]) ** 2 + (here[1] - there[1]) ** 2))
        level = common_level(giver, receiver)
        return Distance(self.by_level[level], level)


def common_level(first: int, second: int) -> int:
    """Return how many digits the lowest division has that contains both sites; 0 is the country."""
    for digits in _LEVELS:
        cut = 10 ** (_SITE_DIGITS - digits)
        if first // cut == second // cut:
            return digits
    return 0


def approval_division(giver: int, receiver: int) -> int:
    """Return the lowest division that contains both sites and is no community: it approves what is given.

    Two sites of one community are for their street, since no community decides on its own goods
    (docs/adr/0011-norms-and-reallocation.md).
    """
    digits = min(common_level(giver, receiver), _STREET_DIGITS)
    return giver // 10 ** (_SITE_DIGITS - digits) if digits else 0


def lies_in(site: int, place: int) -> bool:
    """Return whether `site` is `place`, or lies in that division (0, the country, holds every site)."""
    return place == 0 or str(site).startswith(str(place))
