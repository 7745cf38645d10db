"""The nearest givers of one item, found in a grid.

Whoever has a place on the plane stands in a square of a grid. From the receiver's square outwards, ring by
ring, everybody who may give is taken up, until nobody further out can be nearer than the last one wanted.
Where distances are measured, or a place is not known, everybody is compared.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isqrt
from operator import itemgetter

from ledger_client.matching._givers import Giver
from ledger_client.matching.distances import Distances

_IN_A_SQUARE = 4
"""Givers that a square of the grid holds on average."""

_FEW = 40
"""Up to so many givers comparing all of them is quicker than a grid."""

Found = tuple[int, int, Giver]
"""Distance, site, giver: in the order of preference."""

_order = itemgetter(0, 1)


class Nearest:
    """The givers of one item, to be asked for those nearest to a site; `paired` sites have measured pairs."""

    def __init__(self, distances: Distances, paired: frozenset[int], givers: Sequence[Giver]):
        self._distances, self._paired, self._givers = distances, paired, givers
        points = distances.points
        placed = [giver for giver in givers if giver.site in points]
        self._elsewhere = [giver for giver in givers if giver.site not in points]
        self._grid = _Grid(placed, points) if len(placed) > _FEW else None

    def to(self, site: int, wanted: int, accept: Callable[[Giver], bool]) -> list[Found]:
        """Return the `wanted` givers nearest to `site` that `accept` lets pass, by distance and site."""
        point = self._distances.points.get(site)
        if self._grid is None or point is None or site in self._paired:
            return heapq.nsmallest(wanted, self._found(site, filter(accept, self._givers)), key=_order)
        near = self._grid.near(point, wanted, accept)
        near += self._found(site, filter(accept, self._elsewhere))
        return sorted(near, key=_order)[:wanted]

    def _found(self, site: int, givers: Iterable[Giver]) -> Iterable[Found]:
        between = self._distances.between
        return ((between(giver.site, site).value, giver.site, giver) for giver in givers)


class _Grid:
    """Givers by square of `_size` on each side."""

    def __init__(self, givers: Sequence[Giver], points: Mapping[int, tuple[int, int]]):
        places = [points[giver.site] for giver in givers]
        easts, norths = [east for east, _ in places], [north for _, north in places]
        width, height = max(easts) - min(easts) + 1, max(norths) - min(norths) + 1
        side = isqrt(width * height * _IN_A_SQUARE // len(givers))
        # Where they stand in a line, or one far off, no more squares across than there are givers.
        self._size = size = 1 + max(side, width // len(givers), height // len(givers))
        self._squares: dict[tuple[int, int], list[tuple[int, int, Giver]]] = defaultdict(list)
        for (east, north), giver in zip(places, givers, strict=True):
            self._squares[east // size, north // size].append((east, north, giver))
        self._first = min(easts) // size, min(norths) // size
        self._last = max(easts) // size, max(norths) // size

    def near(self, point: tuple[int, int], wanted: int, accept: Callable[[Giver], bool]) -> list[Found]:
        """Return at least the `wanted` nearest (fewer where there are not so many), in no order."""
        east, north = point
        column, row = east // self._size, north // self._size
        inside = min(
            east - column * self._size,
            (column + 1) * self._size - east,
            north - row * self._size,
            (row + 1) * self._size - north,
        )
        (left, bottom), (right, top) = self._first, self._last
        first = max(0, left - column, column - right, bottom - row, row - top)
        last = max(abs(column - left), abs(right - column), abs(row - bottom), abs(top - row))
        found: list[Found] = []
        squares = self._squares
        for ring in range(first, last + 1):
            for place in self._ring(column, row, ring):
                for x, y, giver in squares.get(place, ()):
                    if accept(giver):
                        found.append((isqrt((x - east) ** 2 + (y - north) ** 2), giver.site, giver))
            # Whoever stands further out is at least this far away.
            if len(found) >= wanted and _last_of(found, wanted) < ring * self._size + inside:
                break
        return found

    def _ring(self, column: int, row: int, ring: int) -> Iterable[tuple[int, int]]:
        """Yield the squares at `ring` steps around one, where anybody may stand."""
        (left, bottom), (right, top) = self._first, self._last
        columns = range(max(left, column - ring), min(right, column + ring) + 1)
        for side in {row - ring, row + ring}:
            if bottom <= side <= top:
                yield from ((across, side) for across in columns)
        rows = range(max(bottom, row - ring + 1), min(top, row + ring - 1) + 1)
        for side in {column - ring, column + ring}:
            if left <= side <= right:
                yield from ((side, up) for up in rows)


def _last_of(found: list[Found], wanted: int) -> int:
    return sorted(distance for distance, _, _ in found)[wanted - 1]
