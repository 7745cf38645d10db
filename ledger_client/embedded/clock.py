"""The clock that a chain takes its blocks' times from.

A block's time is later than its parent's and never ahead of this clock, in whole seconds: so there is at most
one block a second, and a thousand quick documents cannot push `recordedAt` into the future.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """What a chain asks of a clock."""

    def now(self) -> int:
        """Return the time in whole seconds since 1970, UTC."""
        ...

    def wait_until(self, second: int) -> None:
        """Return when `now()` is at least `second`."""
        ...


class SystemClock:
    """The host's clock."""

    def now(self) -> int:
        """Return the host's time, rounded down, so that it is never ahead."""
        return int(time.time())

    def wait_until(self, second: int) -> None:
        """Sleep until the host's clock has reached `second`."""
        while (remaining := second - time.time()) > 0:
            time.sleep(min(remaining, 1.0))


class ManualClock:
    """A clock for tests and demonstrations: it stands still until it is set or somebody waits.

    Waiting moves it forward at once, so blocks can be made as fast as the machine executes them, each a
    second later than the last, at whatever time the story plays::

        clock = ManualClock(1_580_000_000)
        chain = EmbeddedChain.create(directory, chain_id=7, clock=clock)
        clock.set(1_580_086_400)      # the next block is of the next day
    """

    def __init__(self, start: int) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> int:
        """Return the time that the clock was set to."""
        return self._now

    def set(self, second: int) -> None:
        """Set the clock, forward or back."""
        with self._lock:
            self._now = second

    def advance(self, seconds: int) -> None:
        """Set the clock forward by `seconds`."""
        with self._lock:
            self._now += seconds

    def wait_until(self, second: int) -> None:
        """Move the clock to `second`, unless it is there already."""
        with self._lock:
            self._now = max(self._now, second)
