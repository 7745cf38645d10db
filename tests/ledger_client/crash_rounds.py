"""Rounds of killing: processes write, one is killed, and everything acknowledged must be there."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from typing import Any
from unittest.mock import patch

import crash_work
from crash_checks import KilledOffice, Told
from crash_points import Kill
from crash_work import Work

PATIENCE = 120.0  # seconds for a process to end by itself, or to kill itself
LONGEST = 0.3  # seconds from what was said last to a kill at a random moment
MOST_STEPS = 40  # commands until a process must have come to the point at which it kills itself
MOST_SAID = 6  # lines, one or two a command


def forked_processes() -> ForkServerContext:
    """Return real processes of their own, forked from one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["crash_rounds", "ledger_client.embedded.holder"])
    with patch.dict(os.environ, {"PYTHONPATH": os.pathsep.join(sys.path)}):
        first: Any = context.Process(target=os.getpid)
        first.start()
        first.join()
    assert first.exitcode == 0
    return context


@dataclass
class Writer:
    """A process that writes, and what it said."""

    work: Work
    process: Any
    said: bytearray = field(default_factory=bytearray)
    _reader: threading.Thread | None = None

    @classmethod
    def start(
        cls, context: ForkServerContext, work: Work, kill: Kill | None = None, steps: int | None = None
    ) -> Writer:
        reading, writing = os.pipe()
        with multiprocessing.connection.Connection(writing, readable=False) as end:
            process: Any = context.Process(target=_run, args=(work, end, kill, steps))
            process.start()
        writer = cls(work, process)
        writer._reader = threading.Thread(target=writer._listen, args=(reading,))
        writer._reader.start()
        return writer

    def _listen(self, reading: int) -> None:
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            while chunk := pipe.read(4096):
                self.said += chunk

    def wait_until_it_said(self, lines: int) -> None:
        """Wait for progress, not for seconds: how far those bring it depends on the rest of the machine."""
        end = time.monotonic() + PATIENCE
        while self.said.count(b"\n") < lines:
            assert time.monotonic() < end and self.process.is_alive(), "it died by itself, or did not go on"
            time.sleep(0.002)

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)

    def end(self, *, killed: bool) -> Told:
        """Return what it said, once it has ended as it should have."""
        self.process.join(PATIENCE)
        assert self._reader is not None
        if self.process.exitcode is None:
            self.kill()
            self._reader.join()
            raise AssertionError("the process did not end")
        self._reader.join()
        code = self.process.exitcode
        assert code == (-signal.SIGKILL if killed else 0), f"{self.work.name} ended with {code}"
        return Told.parse(bytes(self.said))


def _run(work: Work, pipe: Any, kill: Kill | None, steps: int | None) -> None:
    crash_work.write(work, pipe.fileno(), kill, steps)


@dataclass(frozen=True)
class Result:
    """What a round found: how it was killed, and what had been acknowledged by then."""

    point: str
    acknowledged: int


def kill_at_point(office: KilledOffice, context: ForkServerContext, name: str, kill: Kill) -> Result:
    """Let a process kill itself at a point, and check."""
    writer = Writer.start(context, office.new_work(name), kill, MOST_STEPS)
    told = writer.end(killed=True)
    return Result(kill.point, office.check([(writer.work, told)]))


def kill_at_random(
    office: KilledOffice, context: ForkServerContext, name: str, rng: random.Random, times: int = 1
) -> Result:
    """Kill a process at a random moment, while it opens the ledger or writes, and check.

    With more `times` the next process is given the same commands, and killed too, before anybody checks.
    """
    work, told = office.new_work(name), Told()
    for _ in range(times):
        writer = Writer.start(context, work)
        writer.wait_until_it_said(rng.randint(0, MOST_SAID))
        time.sleep(rng.uniform(0, LONGEST))
        writer.kill()
        told = told.then(writer.end(killed=True))
    return Result(f"at random, {times} in a row", office.check([(work, told)]))


def kill_holder(
    office: KilledOffice, context: ForkServerContext, name: str, rng: random.Random, kill: Kill | None = None
) -> Result:
    """Kill the process that holds the chain while others are attached to it: one of them takes over."""
    holder = Writer.start(context, office.new_work(f"{name}/holder"), kill)
    holder.wait_until_it_said(1)
    others = [
        Writer.start(context, office.new_work(f"{name}/{which}"), steps=len(crash_work.COMMANDS))
        for which in ("a", "b")
    ]
    if kill is None:
        for other in others:
            other.wait_until_it_said(1)
        time.sleep(rng.uniform(0, LONGEST))
        holder.kill()
    told = [(holder.work, holder.end(killed=True))]
    # Whoever was attached notices nothing but that it took longer.
    told += [(other.work, other.end(killed=False)) for other in others]
    assert all(len(each.steps) == len(crash_work.COMMANDS) for _, each in told[1:])
    return Result("the holder, others attached", office.check(told))
