"""What was made of an upload, kept for an hour so that it can be read page by page; never the upload itself.

Everything is in memory, bounded: what is oldest goes first. A server that ends forgets it, and whoever sends
the same file again gets the same answer at the same address, as long as the ledger is at the same block.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

SECONDS = 3_600
"""How long something is kept."""


class Kept(Protocol):
    """Something that can be kept."""

    @property
    def id(self) -> str:
        """By which it is asked for."""

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""


Thing = TypeVar("Thing", bound=Kept)


class Shelf(Generic[Thing]):
    """Things that are kept for a while.

    Args:
        room: Bytes of all of them together.
        clock: Seconds.
    """

    def __init__(self, room: int, clock: Callable[[], float] = time.time) -> None:
        self._room, self._clock = room, clock
        self._things: dict[str, tuple[float, Thing]] = {}

    def put(self, thing: Thing) -> float:
        """Keep something, in the place of what had its id, and return until when it is kept at most."""
        now = self._clock()
        self._things.pop(thing.id, None)
        self._things[thing.id] = (now + SECONDS, thing)
        self._drop(now)
        return now + SECONDS

    def find(self, id: str) -> tuple[float, Thing] | None:
        """Return until when something is kept, and the thing; None where it is not here."""
        self._drop(self._clock())
        return self._things.get(id)

    def _drop(self, now: float) -> None:
        left = sum(thing.size for _, thing in self._things.values())
        for id, (until, thing) in list(self._things.items()):
            if until > now and left <= self._room:
                break
            left -= thing.size
            del self._things[id]
