"""Kill −9 of the server and of what runs beside it, while documents are recorded.

Afterwards every document that was acknowledged is there once, the index is what a rebuild would make of the
chain, the server answers, and nothing runs on without it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from processes import ROOT, STOPS_WITHIN, Served, children_of, get, installed, shecang, start
from served import account_of, copy_of, wait_for

from ledger_client.databases import open_database
from ledger_client.demo.cast import CLINIC, EAST_GOVERNMENT, MASK_LOT
from ledger_client.home import Home
from ledger_client.index import IndexReader, dump_digest, rebuild
from ledger_client.ledger import Ledger

pytestmark = (
    pytest.mark.slow
)  # `scripts/test -m slow tests/api/test_children_killed.py`: two minutes of processor

RECORDED = 5
"""Documents a writer records; a block a second."""

HELPERS = os.pathsep.join(str(ROOT / path) for path in ("tests/api/killing", "tests/ledger_client"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    found = installed(tmp_path_factory.mktemp("packages"))
    return found | {"PYTHONPATH": f"{HELPERS}{os.pathsep}{found['PYTHONPATH']}"}


@pytest.fixture
def home(city: Home, tmp_path: Path) -> Iterator[Home]:
    home = copy_of(city, tmp_path / "home")
    yield home
    wait_for(lambda: not children_of(home.path))  # whatever became of the server


class Writer:
    """Another process that records documents."""

    def __init__(self, environment: dict[str, str], home: Home, name: str = "writer") -> None:
        command = [sys.executable, str(Path(__file__).with_name("issuing.py")), str(home.path), name]
        self._process = subprocess.Popen(
            [*command, str(RECORDED)], env=environment, stdout=subprocess.PIPE, text=True
        )
        self.keys: list[str] = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        self.keys += (line.strip() for line in self._process.stdout)

    def finish(self) -> list[str]:
        """Return the documents that were acknowledged: all of them, whatever was killed."""
        with self._process:
            assert self._process.wait(STOPS_WITHIN * 2) == 0
            self._thread.join()
        assert len(self.keys) == RECORDED
        return self.keys


@contextmanager
def asking(served: Served, key: str) -> Iterator[list[int]]:
    """Ask all the while; gives the statuses."""
    statuses, stop = list[int](), threading.Event()

    def ask() -> None:
        while not stop.is_set():
            statuses.append(get(f"{served.address}/v1/sites/{EAST_GOVERNMENT}/stock-card?limit=5", key)[0])
            stop.wait(0.05)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield statuses
    finally:
        stop.set()
        thread.join()


def wait_for_documents(home: Home, keys: list[str]) -> None:
    """Wait until the server's follower has read them from the chain."""
    engine = open_database(home.index)
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
    engine = open_database(home.index)
    recorded = recorded_in(IndexReader(engine))
    assert [recorded.count(key) for key in keys] == [1] * len(keys)
    [held] = [
        each.quantity for each in IndexReader(engine).on_hand(EAST_GOVERNMENT) if each.lot == MASK_LOT.lot_id
    ]
    assert held == 500 - len(keys)
    assert dump_digest(engine) == rebuilt
    engine.dispose()


@pytest.mark.parametrize(
    ("chain", "follower"),
    [
        ("before chain pending", "before index"),
        ("after chain pending", "after index"),
        ("before chain block", "before index"),
        ("after chain block rows", "after index"),
        ("after chain block", "before index"),
    ],
)
def test_children_that_die_at_a_point(
    environment: dict[str, str], home: Home, tmp_path: Path, chain: str, follower: str
) -> None:
    marks = [tmp_path / "chain", tmp_path / "follower"]
    killing = f"chain/{chain}/2/{marks[0]}\nfollower/{follower}/2/{marks[1]}"
    served = Served.start(environment | {"KILLING": killing}, home.path)
    key = account_of(home, 0)
    wait_for(served.is_ready)
    first = {name: served.children()[name] for name in ("chain", "follower")}
    with asking(served, key) as statuses:
        keys = Writer(environment, home).finish()
        wait_for_documents(home, keys)
        wait_for(lambda: not first.items() & served.children().items())
    assert set(statuses) == {200}  # neither death took an answer with it
    assert served.children().keys() >= first.keys()
    code, errors = served.stop()
    assert code == 0
    assert [errors.count(f"{name} is started again") for name in ("chain", "follower")] == [1, 1]
    assert all(mark.exists() for mark in marks)
    assert_whole(home, keys, tmp_path)


def test_children_that_die_at_any_moment(environment: dict[str, str], home: Home, tmp_path: Path) -> None:
    chance = random.Random(seed := random.randrange(1 << 32))
    print(f"seed {seed}")
    served = Served.start(environment, home.path)
    key = account_of(home, 0)
    wait_for(served.is_ready)
    with asking(served, key) as statuses:
        writer = Writer(environment, home)
        for name in chance.sample(["chain", "chain", "follower", "follower"], 4):
            time.sleep(chance.uniform(0, 1.5))
            os.kill(served.child(name), signal.SIGKILL)
        keys = writer.finish()
        wait_for_documents(home, keys)
        wait_for(served.is_ready)
    assert set(statuses) == {200}
    assert served.stop()[0] == 0
    assert_whole(home, keys, tmp_path)


def test_a_command_records_while_the_chain_dies_again_and_again(
    environment: dict[str, str], home: Home, tmp_path: Path
) -> None:
    served = Served.start(environment, home.path)
    words = ("stock", "issue", str(EAST_GOVERNMENT), f"{CLINIC:040x}", "--keeper", "keeper-east", "--json")
    done = list[subprocess.CompletedProcess[str]]()

    def record() -> None:
        done.append(shecang(environment, home.path, *words, "--line", f"{MASK_LOT.lot_id:040x}=1"))

    command = threading.Thread(target=record)
    command.start()
    while command.is_alive():
        if (chain := served.children().get("chain")) is not None:
            os.kill(chain, signal.SIGKILL)
        command.join(0.7)
    assert done[0].returncode == 0, done[0].stderr
    keys = [json.loads(done[0].stdout)["document"]]
    wait_for_documents(home, keys)
    assert served.stop()[0] == 0
    assert_whole(home, keys, tmp_path)


class TestServer:
    """Kill −9 of the server itself."""

    def test_while_documents_are_recorded(
        self, environment: dict[str, str], home: Home, tmp_path: Path
    ) -> None:
        served = Served.start(environment, home.path)
        wait_for(served.is_ready)
        writer = Writer(environment, home)
        wait_for(lambda: len(writer.keys) >= 2)
        served.kill()
        wait_for(lambda: not children_of(home.path))
        port = served.address.rsplit(":", 1)[1]
        again = Served.start(environment, home.path, "--port", port)
        keys = writer.finish()
        wait_for_documents(home, keys)
        assert again.stop() == (0, "stopped\n")
        assert_whole(home, keys, tmp_path)

    @pytest.mark.parametrize("child", ["chain", "follower"])
    def test_while_a_child_starts(self, environment: dict[str, str], home: Home, child: str) -> None:
        process = start(environment, home.path, "--port", "0")
        wait_for(lambda: child in children_of(home.path))
        process.kill()
        process.communicate()
        wait_for(lambda: not children_of(home.path))
        served = Served.start(environment, home.path)
        wait_for(served.is_ready)
        assert served.stop() == (0, "stopped\n")

    def test_while_it_stops(self, environment: dict[str, str], home: Home) -> None:
        served = Served.start(environment, home.path)
        wait_for(served.is_ready)
        served.process.send_signal(signal.SIGINT)
        time.sleep(0.15)
        served.kill()
        wait_for(lambda: not children_of(home.path))
