"""A child of the server, `python -m api.child NAME HOME`; `api.children` starts it.

It works until its standard input ends, which it does when the server ends in whatever way: the other end of
the pipe belongs to the server alone. What it has to say goes to standard output, see `api.status`.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from api.collecting import look_seldom
from api.status import ChildFailedError, Status
from ledger_client.errors import ShecangError
from ledger_client.home import Home

Say = Callable[[Status], None]
Work = Callable[[Home, threading.Event, Say], None]

POLL = 1.0
"""Seconds between two looks at the head of the chain."""

_FAREWELL = 5.0  # seconds in which what is under way is finished when the server has ended


def hold_chain(home: Home, stop: threading.Event, say: Say) -> None:
    """Hold the embedded chain: make its blocks, and answer whoever attaches."""
    # Imported in each work alone: py-evm takes a second, which the others need not wait for.
    from ledger_client.embedded.holder import hold_until

    hold_until(stop, Path(home.node), lambda: say(Status(is_up=True)))


def follow_chain(home: Home, stop: threading.Event, say: Say) -> None:
    """Keep the index at the head of the chain."""
    from api.follower import IndexFollower, keep_following

    with closing(IndexFollower.open(home, may_hold=False)) as follower:
        say(Status(is_up=True))
        keep_following(follower, POLL, stop, say)


def relay_outbox(home: Home, stop: threading.Event, say: Say) -> None:
    """Send what is handed in, and find out what became of it."""
    from api.relay import POLL as EVERY
    from api.relay import relay

    say(Status(is_up=True))
    relay(home, stop, EVERY, say, may_hold=False)


WORKS: Mapping[str, Work] = {
    "chain": hold_chain,
    "follower": follow_chain,
    "relay": relay_outbox,
}
"""What there is to do, by name; `api.children` says which of it a server needs."""


def main() -> None:
    """Do the work that the arguments name."""
    name, path = sys.argv[1:]
    look_seldom()
    stop = threading.Event()
    say = _speaker(stop)
    threading.Thread(target=_watch, args=(stop,), daemon=True).start()
    try:
        WORKS[name](Home(Path(path)), stop, say)
    except ShecangError as error:
        say(Status(failure=error))
        sys.exit(error.exit_code)
    except Exception as error:
        say(Status(failure=ChildFailedError.unforeseen(name, error)))
        sys.exit(ChildFailedError.exit_code)


def _speaker(stop: threading.Event) -> Say:
    """Return what says something to the server; whatever else is printed must not get in between."""
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(status: Status) -> None:
        try:
            os.write(pipe, f"{status.line()}\n".encode())
        except BrokenPipeError:
            stop.set()  # nobody is there any more

    return say


def _watch(stop: threading.Event) -> None:
    """Wait for the server's end, and end this process, at the latest a few seconds after it."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    stop.set()
    time.sleep(_FAREWELL)
    # Killing is safe at any moment: what was acknowledged is on disk, and the index is a transaction a batch.
    os._exit(0)


if __name__ == "__main__":
    main()
