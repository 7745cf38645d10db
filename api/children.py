"""The processes beside the server: who makes the blocks, and who keeps the index at the head.

The server answers; it neither holds the embedded chain nor writes the index, so that no answer waits for a
block. Each child is a process that is started again when it dies, after pauses that grow; no answer depends
on it but by what it has written. A child ends when its standard input does, whose other end the server alone
has: none outlives it, also where the server is killed.

Ctrl-C and signals to the whole group reach children, too, and are not for them: they are blocked from before
their first instruction, and the server ends them when it has answered what it was asked.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from api.beside import Beside
from api.environment import importing_alike
from api.status import ChildFailedError, Status
from ledger_client.errors import ShecangError, UnavailableError
from ledger_client.home import Home

_logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.2
"""Seconds after which a child that died is started again; each time the double, until it lives again."""

LONGEST_PAUSE = 30.0
"""Seconds that such a pause has at most."""

STEADY = 60.0
"""Seconds that a child lives to count as one that does not die again and again."""

STARTS_WITHIN = 120.0
"""Seconds in which a child has to be at work when the server starts."""

ENDS_WITHIN = 10.0
"""Seconds after which a child that was told to end is killed."""

_OURS = frozenset({signal.SIGINT, signal.SIGTERM})


class ChildSilentError(UnavailableError):
    """A child has not come up."""

    en = (
        "the part of the server called {name} is not at work after {seconds} s; try again when less runs here"
    )
    zh = "服务器的 {name} 部分在 {seconds} 秒内未能启动；请在本机负载较低时重试"


class Child:
    """One child: a thread that starts it, hears it, and starts it again.

    Args:
        name: What it does, see `api.child`.
        home: For which ledger.
        take: Told what it says, and of its deaths.
        is_needed: Whether the server does not start without it: then it is not started again when it says,
            before it was at work, what keeps it from that.
    """

    def __init__(
        self, name: str, home: Path, take: Callable[[Status], None], *, is_needed: bool = False
    ) -> None:
        self.name = name
        self._command = [sys.executable, "-P", "-m", "api.child", name, str(home)]
        self._environment = importing_alike()
        self._take = take
        self._is_needed = is_needed
        self._process: subprocess.Popen[str] | None = None
        self._failure: ShecangError | None = None
        self._is_up = False  # once, since the server started
        self._is_at_work = False
        self._decided = threading.Event()  # whether it comes up
        self._stopping = threading.Event()
        self._lock = threading.Lock()  # of starting against stopping
        self._thread = threading.Thread(target=self._run, name=f"child {name}", daemon=True)

    @property
    def process_id(self) -> int | None:
        """The number of its process; None before the first."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start it; whether it comes up is asked by `wait_until_up`."""
        self._thread.start()

    def wait_until_up(self, seconds: float = STARTS_WITHIN) -> None:
        """Wait until it is at work.

        Raises:
            ShecangError: What keeps it from its work.
            ChildSilentError: It does not come up.
        """
        self._decided.wait(seconds)
        if not self._is_up:
            raise self._failure or ChildSilentError(name=self.name, seconds=round(seconds))

    def stop(self) -> None:
        """End it: what it has begun it finishes, within `ENDS_WITHIN` seconds."""
        with self._lock:
            self._stopping.set()
            process = self._process
        if process is None or not self._thread.is_alive():
            return
        if not self._is_at_work:
            process.kill()  # it has begun nothing yet
        cast(IO[str], process.stdin).close()
        self._thread.join(ENDS_WITHIN)
        if self._thread.is_alive():
            process.kill()
            self._thread.join()

    # -- in the thread -------------------------------------------------------------------------------------

    def _run(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, _OURS)  # of this thread, and of what it starts
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = time.monotonic()
            died = self._live()
            if self._stopping.is_set() or (self._is_needed and not self._is_up and self._failure is not None):
                return
            if time.monotonic() - began > STEADY:
                pause = FIRST_PAUSE
            _logger.warning("%s is started again in %.1f s: %s", self.name, pause, died.text("en"))
            self._stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _live(self) -> ShecangError:
        """Let the child live once; return why it has ended."""
        said: ShecangError | None = None
        try:
            process = self._spawn()
        except OSError as error:
            return self._died(error.strerror or repr(error), is_by_itself=True)
        if process is None:
            return self._died("it was told to end", is_by_itself=False)
        with process:
            for line in cast(IO[str], process.stdout):
                status = _heard(line)
                if status is not None:
                    said = None if status.is_up else status.failure
                    self._hear(status)
        return said or self._died(_end(process.returncode), is_by_itself=process.returncode >= 0)

    def _spawn(self) -> subprocess.Popen[str] | None:
        """Start the process, unless it was told to end."""
        with self._lock:
            if self._stopping.is_set():
                return None
            self._is_at_work = False
            self._process = subprocess.Popen(  # noqa: S603  of this project, and nothing of a user's
                self._command,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
            )
            return self._process

    def _hear(self, status: Status) -> None:
        self._is_at_work = status.is_up
        if not self._is_up:
            self._failure, self._is_up = status.failure, status.is_up
            if self._is_up or self._failure is not None:
                self._decided.set()
        self._take(status)

    def _died(self, reason: str, *, is_by_itself: bool) -> ShecangError:
        """Tell of a death of which the child has said nothing; a killed one may yet come up."""
        error = ChildFailedError(name=self.name, reason=reason)
        if not self._stopping.is_set() and (self._is_up or is_by_itself or not self._is_needed):
            self._hear(Status(failure=error))
        return error


class Children:
    """The children of one server, from when they are started until they are ended.

    Each takes a processor for a second before it works, and the server wants one for itself until it answers:
    who makes the blocks is started at once, since the server asks the chain before it answers, and the others
    when it does answer.

    Args:
        home: Where the ledger lives.
        beside: Told how the index stands to the chain, and how the relay stands.

    Raises:
        FileUnavailableError: What the home says of its node cannot be read.
    """

    def __init__(self, home: Home, beside: Beside) -> None:
        path = home.path.absolute()
        is_embedded = Path(home.node).is_dir()
        self.chain = Child("chain", path, _ignore, is_needed=True) if is_embedded else None
        self.others = [Child("follower", path, beside.following.take)]
        if home.outbox.exists():  # else nobody can hand anything in
            self.others.append(Child("relay", path, beside.relaying.take))

    def __enter__(self) -> Self:
        if self.chain is not None:
            self.chain.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The chain last: the others may have something to finish with it.
        for child in (*self.others, self.chain):
            if child is not None:
                child.stop()

    def wait_for_chain(self) -> None:
        """Wait until the chain can be asked.

        Raises:
            ShecangError: What keeps it from that.
        """
        if self.chain is not None:
            self.chain.wait_until_up()

    def start_others(self) -> None:
        """Start those that are not needed for the first answer."""
        for child in self.others:
            child.start()


def _heard(line: str) -> Status | None:
    try:
        return Status.of_line(line)
    except (ValueError, TypeError, ImportError, AttributeError):
        return None  # cut short by a kill


def _end(code: int) -> str:
    if code >= 0:
        return f"it ended with code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def _ignore(status: Status) -> None:
    pass
