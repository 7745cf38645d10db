"""Heavy work, each piece in a process of its own: what a file does to it is done to nobody else.

Books, evidence and audits take seconds, and what is uploaded may have been made to take more. So a request
starts `python -m api.jobs`, whose memory, time and answer are bounded, and waits for it without keeping
anybody else waiting. Only so many run at once; whoever comes then is told to ask again. A process ends with
the request: when it is done, when the caller goes away, when the server ends, or when somebody kills it.

The process gets its arguments as one line of JSON, and answers a line at a time: a word, a space, JSON.
"""

from __future__ import annotations

import asyncio
import fcntl
import importlib
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from api.environment import without_passphrases
from ledger_client.errors import ShecangError, UnavailableError
from ledger_client.home import Home
from ledger_client.language import current_language

_logger = logging.getLogger(__name__)

WORK = "work"
"""Folder of a home in which each server has a directory for its processes."""

_LOCK = "lock"
_PIECE = 1 << 16
_LOOK = 0.25  # seconds between two looks whether the caller is still there
_OURS = ("ledger_client.", "api.")


class WorkBusyError(UnavailableError):
    """As many processes run as may."""

    en = (
        "{count} such files or ledgers are being worked on already, which is the most at once; ask again soon"
    )
    zh = "已有 {count} 项同类任务正在处理，达到上限；请稍后重试"


class WorkTooLargeError(UnavailableError):
    """A process was stopped at a limit."""

    en = (
        "this takes more than the {limit} that the server gives to one piece of work, and was stopped; send "
        "less at once, or use the command on a machine of your own"
    )
    zh = "处理所需超过服务器对单项任务的上限（{limit_zh}），已停止；请减少内容，或在本机使用相应命令"


class WorkFailedError(ShecangError):
    """A process failed in a way that nobody foresaw."""

    en = "the work ended without an answer; nothing was changed. Tell who runs the server when it was"
    zh = "任务未给出结果即已结束，未作任何更改；请将发生时间告知服务器管理者"


class CallerGoneError(UnavailableError):
    """Whoever asked has gone; nobody reads this."""

    en = "whoever asked has gone, and the work was stopped"
    zh = "请求方已离开，任务已停止"


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work and what it may cost.

    Attributes:
        name: Module below `api.jobs` that does it.
        queue: Jobs of one queue share `at_once`.
        at_once: How many of the queue run at a time.
        seconds: Time of the clock; its processor time is bounded by the same.
        memory: Bytes of address space.
        answer: Bytes of everything that it answers.
        line: Bytes of one line of that.
        file: Bytes of a file that it may write.
    """

    name: str
    queue: str
    at_once: int
    seconds: int
    memory: int
    answer: int
    line: int = 1 << 20
    file: int = 1 << 40


@dataclass(slots=True)
class Told:
    """What a running job has told so far; a page may read it meanwhile.

    Attributes:
        progress: The newest it said of how far it is.
        rows: Lines of JSON, in order.
        result: What it came to, None until it did.
    """

    progress: Any
    rows: list[bytes]
    result: Any = None


Gone = Callable[[], Awaitable[bool]]
"""Tells whether the caller has gone."""


class Work:
    """The processes of one server.

    Args:
        home: The ledger's home, which each job is told.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._running: Counter[str] = Counter()
        self._pids: set[int] = set()
        # A job runs in a directory of its own, from which a short way leads nowhere.
        folder = home.path.absolute() / WORK
        folder.mkdir(mode=0o700, exist_ok=True)
        _sweep(folder)
        self._directory = Path(tempfile.mkdtemp(dir=folder))
        self._lock = (self._directory / _LOCK).open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    @property
    def directory(self) -> Path:
        """Where each job has a directory of its own, while it runs."""
        return self._directory

    @property
    def running(self) -> int:
        """How many processes run."""
        return self._running.total()

    @asynccontextmanager
    async def place(self, job: Job) -> AsyncIterator[Path]:
        """Take one of the places of a job's queue, and give a directory that lasts as long.

        Raises:
            WorkBusyError: There is none.
        """
        if self._running[job.queue] >= job.at_once:
            raise WorkBusyError(count=job.at_once)
        self._running[job.queue] += 1
        directory = Path(tempfile.mkdtemp(dir=self._directory))
        try:
            yield directory
        finally:
            self._running[job.queue] -= 1
            shutil.rmtree(directory, ignore_errors=True)

    async def run(
        self,
        job: Job,
        place: Path,
        arguments: Mapping[str, Any],
        *,
        gone: Gone | None = None,
        told: Told | None = None,
    ) -> Told:
        """Do one piece of work in a process of its own.

        Args:
            job: Which.
            place: Directory from `place`, where it may write.
            arguments: What it is told, JSON.
            gone: Tells whether the caller has gone; then it is stopped.
            told: Where its lines are put, for somebody who reads them meanwhile.

        Raises:
            ShecangError: What it refuses, as if it had happened here.
            WorkTooLargeError: It came to a limit.
            WorkFailedError: It ended without an answer.
            CallerGoneError: Nobody waits for it any more.
        """
        told = told or Told(None, [])
        process = await self._start(job, place, arguments)
        reading = asyncio.create_task(_read(job, process, told))
        try:
            await _wait(job, reading, gone)
            ended = await reading
            code = 0 if ended else await process.wait()
        finally:
            reading.cancel()
            await self._end(process)
        return _outcome(job, told, ended, code)

    async def _start(self, job: Job, place: Path, arguments: Mapping[str, Any]) -> asyncio.subprocess.Process:
        limits = [str(each) for each in (job.memory, job.seconds, job.file)]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "api.jobs", job.name, *limits),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=place,
            env=_environment(place),
            start_new_session=True,  # so that what it starts itself ends with it
            limit=job.line,
        )
        self._pids.add(process.pid)
        said = {**arguments, "home": str(self._home.path.absolute()), "language": current_language()}
        if process.stdin is None:
            raise RuntimeError("the process has a pipe")
        # The pipe stays open: the process ends when it closes, as it does however this one ends.
        process.stdin.write(json.dumps(said).encode() + b"\n")
        with suppress(ConnectionError):
            await process.stdin.drain()
        return process

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """Kill a process with all that it started, and wait until it is gone."""
        _kill(process.pid)
        self._pids.discard(process.pid)
        await asyncio.shield(_gone(process))

    def close(self) -> None:
        """Kill what still runs, and remove what it wrote."""
        for pid in self._pids:
            _kill(pid)
        shutil.rmtree(self._directory, ignore_errors=True)
        self._lock.close()


def _sweep(folder: Path) -> None:
    """Delete what a server that was killed has left; what a running one holds is locked, and stays."""
    for directory in folder.iterdir():
        with suppress(OSError), (directory / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(directory, ignore_errors=True)


async def _gone(process: asyncio.subprocess.Process) -> None:
    """Wait until a killed process is gone; what it said and nobody read would keep its pipe open for ever."""
    while process.stdout is not None and await process.stdout.read(_PIECE):
        pass
    await process.wait()


async def _wait(job: Job, reading: asyncio.Task[bool], gone: Gone | None) -> None:
    """Wait until a process has said everything, its time is over, or nobody waits any more."""
    loop = asyncio.get_running_loop()
    end = loop.time() + job.seconds
    while not reading.done():
        await asyncio.wait([reading], timeout=min(_LOOK, max(0.0, end - loop.time())))
        if reading.done():
            return
        if loop.time() >= end:
            raise _over(f"{job.seconds} seconds", f"{job.seconds} 秒")
        if gone is not None and await gone():
            raise CallerGoneError()


async def _read(job: Job, process: asyncio.subprocess.Process, told: Told) -> bool:
    """Take the lines of a process into `told`; whether the last one was its result or refusal.

    Raises:
        ShecangError: What it refuses.
        WorkTooLargeError: It says more than it may.
    """
    if process.stdout is None:
        raise RuntimeError("the process has a pipe")
    size = 0
    while True:
        try:
            line = await process.stdout.readline()
        except ValueError as error:
            raise _over(f"{job.line:,} bytes of one line", f"单行 {job.line:,} 字节") from error
        size += len(line)
        if size > job.answer:
            raise _over(f"{job.answer:,} bytes of answer", f"应答 {job.answer:,} 字节")
        if not line.endswith(b"\n"):
            return False
        word, _, content = line.rstrip(b"\n").partition(b" ")
        if word == b"row":
            told.rows.append(content)
        elif word == b"progress":
            told.progress = json.loads(content)
        elif word == b"result":
            told.result = json.loads(content)
            return True
        else:
            raise _refusal(job, json.loads(content))


def _outcome(job: Job, told: Told, ended: bool, code: int) -> Told:
    if ended:
        return told
    if code == -signal.SIGXCPU:
        raise _over(f"{job.seconds} seconds", f"{job.seconds} 秒")
    if code < 0:
        # A parser that gets no memory ends its process; so does a system that has none left.
        raise _memory(job)
    _logger.error("job %s ended with exit code %s and without an answer", job.name, code)
    raise WorkFailedError()


def _refusal(job: Job, said: Mapping[str, Any]) -> ShecangError:
    """Return the error that a process tells, with the facts of its sentence."""
    if said["kind"] == "memory":
        return _memory(job)
    if said["kind"] == "failed":
        _logger.error("job %s failed: %s", job.name, said["what"])
        return WorkFailedError()
    module, _, name = said["type"].rpartition(".")
    if not module.startswith(_OURS):
        raise ValueError(module)
    kind = getattr(importlib.import_module(module), name)
    if not issubclass(kind, ShecangError):
        raise TypeError(name)
    return cast(ShecangError, kind(**said["facts"]))


def _memory(job: Job) -> WorkTooLargeError:
    mebibytes = job.memory >> 20
    return _over(f"{mebibytes} MiB of memory", f"内存 {mebibytes} MiB")


def _over(limit: str, limit_zh: str) -> WorkTooLargeError:
    return WorkTooLargeError(limit=limit, limit_zh=limit_zh)


def _environment(place: Path) -> dict[str, str]:
    """Return what a job sees of the environment: no passphrase, and its own directory for what it writes."""
    return without_passphrases() | {"TMPDIR": str(place)}


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _work_of(request: Request) -> Work:
    return cast(Work, request.state.work)


WorkDep = Annotated[Work, Depends(_work_of)]
"""The processes, for an endpoint."""
