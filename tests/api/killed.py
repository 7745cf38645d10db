"""What is asked and recorded while processes are killed, and what has to be there afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from processes import ROOT, STOPS_WITHIN, Served, children_of, get, installed, pages_of, servers_of
from served import wait_for as wait_shortly

from ledger_client.databases import open_database
from ledger_client.demo.cast import EAST_GOVERNMENT, MASK_LOT
from ledger_client.home import Home
from ledger_client.index import IndexReader, dump_digest, rebuild
from ledger_client.ledger import Ledger

RECORDED = 5
"""Documents a writer records; a block a second."""

CARD = f"/v1/sites/{EAST_GOVERNMENT}/stock-card?limit=5"
HELD = 500
"""Masks of the lot at the site before anything is recorded."""

_HELPERS = os.pathsep.join(str(ROOT / path) for path in ("tests/api/killing", "tests/ledger_client"))


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait for what takes processes to start again, and a database to come back."""
    wait_shortly(condition, STOPS_WITHIN)


def environment_in(packages: Path) -> dict[str, str]:
    """Return an environment in which processes can be told where to kill themselves."""
    found = installed(packages)
    return found | {"PYTHONPATH": f"{_HELPERS}{os.pathsep}{found['PYTHONPATH']}"}


def require_gone(home: Home) -> None:
    """Require that nothing works for a home whose server has ended; end the server of a test that failed."""
    for each in servers_of(home.path):
        os.kill(each, signal.SIGKILL)
    wait_until_gone(home)


def wait_until_gone(home: Home) -> None:
    """Wait until no process works for a home, whatever became of its server."""
    wait_for(lambda: not children_of(home.path) and not pages_of(home.path))


class Writer:
    """Another process that records documents."""

    def __init__(
        self, environment: dict[str, str], home: Home, name: str = "writer", count: int = RECORDED
    ) -> None:
        command = [sys.executable, str(Path(__file__).with_name("issuing.py")), str(home.path), name]
        self._process = subprocess.Popen(
            [*command, str(count)], env=environment, stdout=subprocess.PIPE, text=True
        )
        self._count = count
        self.keys: list[str] = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        self.keys += (line.strip() for line in self._process.stdout)

    @property
    def is_writing(self) -> bool:
        return self._process.poll() is None

    def finish(self) -> list[str]:
        """Return the documents that were acknowledged: all of them, whatever was killed."""
        with self._process:
            assert self._process.wait(STOPS_WITHIN * 2) == 0
            self._thread.join()
        assert len(self.keys) == self._count
        return self.keys


class Answered(NamedTuple):
    """An answer."""

    path: str
    status: int
    body: bytes

    def require_refusal(self) -> None:
        """Require that it is 503 with a sentence, as a problem document."""
        problem = json.loads(self.body)
        assert self.status == problem["status"] == 503, problem
        assert problem["type"].startswith("urn:shecang:problem:")
        assert problem["title"]
        assert ";" in problem["detail"], problem  # what is the matter, and what to do
        assert b"Traceback" not in self.body


@contextmanager
def asking(served: Served, key: str, paths: Sequence[str] = (CARD,)) -> Iterator[list[Answered]]:
    """Ask all the while, one path after the other; gives the answers."""
    answers, stop = list[Answered](), threading.Event()

    def ask() -> None:
        while not stop.is_set():
            path = paths[len(answers) % len(paths)]
            answers.append(Answered(path, *get(f"{served.address}{path}", key)))
            stop.wait(0.05)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        stop.set()
        thread.join()


def wait_for_documents(home: Home, keys: list[str]) -> None:
    """Wait until the server's follower has read them from the chain."""
    engine = open_database(home.index_location)
    wait_for(lambda: set(keys) <= set(recorded_in(IndexReader(engine))))
    engine.dispose()


def recorded_in(index: IndexReader) -> list[str]:
    return [f"{each.document.key:062x}" for each in index.stock_card(EAST_GOVERNMENT)]


def assert_whole(home: Home, keys: list[str], directory: Path) -> None:
    """Assert that each document is there once, and that the index is what the chain makes of it."""
    with Ledger.open(home) as ledger:
        engine = open_database(directory / "rebuilt.db")
        rebuild(engine, ledger.source, first_block=ledger.deployment.first_block)
        rebuilt = dump_digest(engine)
        engine.dispose()
    engine = open_database(home.index_location)
    recorded = recorded_in(IndexReader(engine))
    assert [recorded.count(key) for key in keys] == [1] * len(keys)
    [held] = [
        each.quantity for each in IndexReader(engine).on_hand(EAST_GOVERNMENT) if each.lot == MASK_LOT.lot_id
    ]
    assert held == HELD - len(keys)
    assert dump_digest(engine) == rebuilt
    engine.dispose()
