"""The relay: sends what the outbox of a home holds, and finds out what became of it.

What is handed in over HTTP is on disk before it is answered, and on its way when this loop comes by. It knows
neither the application nor the drafts, so that it runs as a thread or as a process of its own::

    python -m api.relay HOME

Several may run at once, beside commands of the same home: what is sent twice is one transaction, and what
became of it is written once.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from api.status import ChildFailedError, Status
from ledger_client.chain import Chain
from ledger_client.errors import ShecangError
from ledger_client.home import Home
from ledger_client.node import connect
from ledger_client.outbox import EntryState, Outbox

if TYPE_CHECKING:
    from api.relaying import Relaying

POLL = 0.5
"""Seconds between two looks at the outbox."""

SENT_AGAIN = 30.0
"""Seconds after which what is in no block is sent again: a node may have been restarted without it."""


NAME = "relay"
"""How the child is called."""

Say = Callable[[Status], None]


def relay(home: Home, stop: threading.Event, poll: float, say: Say, *, may_hold: bool = True) -> None:
    """Send and settle until `stop` is set.

    What is in the outbox stays there while something fails, and is tried again.

    Args:
        home: Whose outbox.
        stop: Set when it is to end; the look under way is finished first.
        poll: Seconds between two looks.
        say: Told after each look, and of failures, after which it goes on.
        may_hold: Whether this process may come to hold the embedded chain.

    Raises:
        ShecangError: The outbox cannot be opened.
    """
    with Outbox.open(home.outbox) as outbox:
        while not stop.is_set():
            try:
                _relay(home, outbox, stop, poll, say, may_hold)
            except ShecangError as error:
                say(Status(is_up=True, failure=error))
            except Exception as error:
                # It must not end unseen: what is handed in would lie there, and nobody would learn why.
                say(Status(is_up=True, failure=ChildFailedError.unforeseen(NAME, error)))
            stop.wait(poll)


def relay_in_thread(home: Home, stop: threading.Event, poll: float, told: Relaying) -> None:
    """Relay as a thread of the application: also what ends it is told, since nobody sees a thread die.

    Args:
        home: Whose outbox.
        stop: Set when it is to end.
        poll: Seconds between two looks.
        told: How it stands.
    """
    try:
        relay(home, stop, poll, told.take)
    except ShecangError as error:
        told.take(Status(failure=error))
    except Exception as error:
        told.take(Status(failure=ChildFailedError.unforeseen(NAME, error)))


def _relay(home: Home, outbox: Outbox, stop: threading.Event, poll: float, say: Say, may_hold: bool) -> None:
    """Relay over one connection until something fails."""
    chain = Chain(connect(home.node, may_hold=may_hold))
    with closing(chain.node):
        again = time.monotonic()
        while not stop.is_set():
            if time.monotonic() >= again:
                outbox.resume(chain)
                again = time.monotonic() + SENT_AGAIN
            left = outbox.advance(chain)
            waiting = sum(each.state is not EntryState.PREPARED for each in left)
            say(Status(is_up=True, waiting=waiting))
            stop.wait(poll)


def main(path: Path, poll: float = POLL) -> None:
    """Relay for a home until SIGTERM or SIGINT.

    Args:
        path: The home.
        poll: Seconds between two looks.

    Raises:
        HomeMissingError: There is no ledger.
        ShecangError: The outbox cannot be opened.
    """
    from api.relaying import Relaying  # which a child of the server does without, and starts sooner

    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    relay(Home.existing(path), stop, poll, Relaying().take)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
