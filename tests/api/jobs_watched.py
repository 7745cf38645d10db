"""A server as a process of its own, and what it and its children take."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx
from link_project import write_metadata
from served import account_of, wait_for

from api.access.rights import Scope
from ledger_client.home import Home

ROOT = Path(__file__).resolve().parents[2]
STOPS_WITHIN = 60  # seconds; a limit for hangs, reached by no load
KILOBYTE = 1024


@dataclass
class Server:
    """A running server.

    Attributes:
        process: Itself.
        home: What it serves.
        client: Of somebody who may do everything.
    """

    process: subprocess.Popen[str]
    home: Home
    client: httpx.Client

    def jobs(self) -> list[int]:
        """Return the processes that do work for it."""
        return [each for each in children_of(self.process.pid) if b"api.jobs" in command_of(each)]

    def left(self) -> list[str]:
        """Return what is in the folders of uploads and of work, but for the lock."""
        folders = (self.home.path / "uploads", self.home.path / "work")
        return sorted(
            str(Path(within, name).relative_to(self.home.path))
            for folder in folders
            for within, _, names in os.walk(folder)  # unlike rglob, it bears that a folder goes meanwhile
            for name in names
            if name != "lock"
        )


@contextmanager
def running(home: Home, packages: Path) -> Iterator[Server]:
    """Serve a home with `shecang serve`.

    Args:
        home: Which.
        packages: An empty directory in which the project is made known as installed.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    write_metadata(project, packages)
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{packages}", "SHECANG_LANG": "en"}
    command = "from ledger_client.cli import main; main()"
    words = ("--home", str(home.path), "serve", "--port", "0")
    process = subprocess.Popen(
        [sys.executable, "-c", command, *words], env=environment, stdout=subprocess.PIPE, text=True
    )
    key = account_of(home, 0, scopes=tuple(Scope))
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=found[0], headers=headers, timeout=STOPS_WITHIN) as client:
            wait_for(lambda: client.get("/v1/stock/on-hand/0").status_code == 200)
            yield Server(process, home, client)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=STOPS_WITHIN)


@dataclass
class Watch:
    """What the processes of a server take while they are watched.

    Attributes:
        jobs: Most bytes of memory that one job held.
        seen: The jobs that were there.
    """

    server: Server
    jobs: int = 0
    seen: set[int] = field(default_factory=set)

    def look(self) -> None:
        for pid in self.server.jobs():
            self.jobs = max(self.jobs, memory_of(pid))
            self.seen.add(pid)
            for child in children_of(pid):
                self.jobs = max(self.jobs, memory_of(child))


@contextmanager
def watching(server: Server) -> Iterator[Watch]:
    """Look at a server's jobs all the time."""
    watch, is_over = Watch(server), threading.Event()

    def look() -> None:
        while not is_over.wait(0.005):
            watch.look()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        is_over.set()
        thread.join()


def memory_of(pid: int, what: str = "VmHWM") -> int:
    """Return the most bytes of memory that a process has held; 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(rf"{what}:\s+(\d+) kB", status)
    return int(found[1]) * KILOBYTE if found else 0


def children_of(parent: int) -> list[int]:
    """Return the processes that a process has started."""
    try:
        tasks = list(Path(f"/proc/{parent}/task").iterdir())
        return [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def command_of(pid: int) -> bytes:
    """Return how a process was started, empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not asked for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_dead(pids: list[int], seconds: float = 10) -> None:
    """Wait until processes have ended."""
    deadline = time.monotonic() + seconds
    while any(map(is_alive, pids)):
        assert time.monotonic() < deadline, f"{pids} still run"
        time.sleep(0.02)
