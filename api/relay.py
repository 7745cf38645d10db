"""The relay: sends what the outbox of a home holds, and finds out what became of it.

What is handed in over HTTP is on disk before it is answered, and on its way when this loop comes by. It knows
neither the application nor the drafts, so that it runs as a thread or as a process of its own::

    python -m api.relay HOME

Several may run at once, beside commands of the same home: what is sent twice is one transaction, and what
became of it is written once.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from ledger_client.chain import Chain
from ledger_client.errors import ShecangError
from ledger_client.home import Home
from ledger_client.node import connect
from ledger_client.outbox import EntryState, Outbox

_logger = logging.getLogger(__name__)

POLL = 0.5
"""Seconds between two looks at the outbox."""

SENT_AGAIN = 30.0
"""Seconds after which what is in no block is sent again: a node may have been restarted without it."""


@dataclass(slots=True)
class Relaying:
    """How the outbox stood when it was last looked at.

    Attributes:
        waiting: How many signed transactions have not come to an end.
        failure: Why they are not sent, in English; empty while they are.
    """

    waiting: int = 0
    failure: str = ""


def relay(home: Home, stop: threading.Event, poll: float, told: Relaying, *, may_hold: bool = True) -> None:
    """Send and settle until `stop` is set.

    A failure is logged once, not every time; what is in the outbox stays there and is tried again.

    Args:
        home: Whose outbox.
        stop: Set when it is to end; the look under way is finished first.
        poll: Seconds between two looks.
        told: What is found out is written here.
        may_hold: Whether this process may come to hold the embedded chain.

    Raises:
        ShecangError: The outbox cannot be opened.
    """
    with Outbox.open(home.outbox) as outbox:
        while not stop.is_set():
            try:
                _relay(home, outbox, stop, poll, told, may_hold)
            except ShecangError as error:
                if (sentence := error.text("en")) != told.failure:
                    _logger.warning("transactions are not sent: %s", sentence)
                told.failure = sentence
            except Exception as error:
                # It must not end unseen: what is handed in would lie there, and nobody would learn why.
                if (sentence := repr(error)) != told.failure:
                    _logger.exception("transactions are not sent")
                told.failure = sentence
            stop.wait(poll)


def _relay(
    home: Home, outbox: Outbox, stop: threading.Event, poll: float, told: Relaying, may_hold: bool
) -> None:
    """Relay over one connection until something fails."""
    chain = Chain(connect(home.node, may_hold=may_hold))
    with closing(chain.node):
        again = time.monotonic()
        while not stop.is_set():
            if time.monotonic() >= again:
                outbox.resume(chain)
                again = time.monotonic() + SENT_AGAIN
            left = outbox.advance(chain)
            told.waiting = sum(each.state is not EntryState.PREPARED for each in left)
            if told.failure:
                _logger.warning("transactions are sent again")
                told.failure = ""
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
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    relay(Home.existing(path), stop, poll, Relaying())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
