"""Kill −9 of the server and of what runs beside it, while documents are recorded.

Afterwards every document that was acknowledged is there once, the index is what a rebuild would make of the
chain, the server answers, and nothing runs on without it. All of it with the index in either database.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from killed import (
    Writer,
    asking,
    assert_whole,
    environment_in,
    require_gone,
    wait_for,
    wait_for_documents,
    wait_until_gone,
)
from processes import Served, children_of, pages_of, shecang, start
from served import account_of, copy_of

from api.settings import page_processes_for
from ledger_client.demo.cast import CLINIC, EAST_GOVERNMENT, MASK_LOT
from ledger_client.home import Home

# `scripts/test -m slow tests/api/test_children_killed.py`: five minutes of processor
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return environment_in(tmp_path_factory.mktemp("packages"))


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, city: Home, tmp_path: Path) -> Iterator[Home]:
    home = copy_of(city, tmp_path / "home")
    if request.param == "postgresql":
        home.use_index(request.getfixturevalue("postgresql_database"))
    yield home
    require_gone(home)


KINDS = ("chain", "follower", "page") if page_processes_for(os.cpu_count() or 1) else ("chain", "follower")
"""What runs beside the server; with one core it makes its pages itself."""


def of_kind(kind: str, home: Home) -> list[int]:
    """Return the processes of a kind that work for a home."""
    return (
        pages_of(home.path)
        if kind == "page"
        else [each for name, each in children_of(home.path).items() if name == kind]
    )


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
    with asking(served, key) as answers:
        keys = Writer(environment, home).finish()
        wait_for_documents(home, keys)
        wait_for(lambda: not first.items() & served.children().items())
    assert {each.status for each in answers} == {200}  # neither death took an answer with it
    assert served.children().keys() >= first.keys()
    assert served.stop() == (0, "stopped\n")
    starts = [each.partition(" is started again")[0] for each in served.warned() if "started again" in each]
    assert sorted(starts) == ["chain", "follower"]
    assert all(mark.exists() for mark in marks)
    assert_whole(home, keys, tmp_path)


def test_children_that_die_at_any_moment(environment: dict[str, str], home: Home, tmp_path: Path) -> None:
    chance = random.Random(seed := random.randrange(1 << 32))
    print(f"seed {seed}")
    served = Served.start(environment, home.path)
    key = account_of(home, 0)
    wait_for(served.is_ready)
    with asking(served, key) as answers:
        writer = Writer(environment, home)
        for name in chance.sample(KINDS, len(KINDS)) + chance.sample(KINDS, len(KINDS)):
            time.sleep(chance.uniform(0, 1.0))
            wait_for(lambda name=name: bool(of_kind(name, home)))
            os.kill(chance.choice(of_kind(name, home)), signal.SIGKILL)
        keys = writer.finish()
        wait_for_documents(home, keys)
        wait_for(served.is_ready)
    assert {each.status for each in answers} == {200}
    assert served.stop() == (0, "stopped\n")
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
    assert served.stop() == (0, "stopped\n")
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
        wait_until_gone(home)
        port = served.address.rsplit(":", 1)[1]
        again = Served.start(environment, home.path, "--port", port)
        keys = writer.finish()
        wait_for_documents(home, keys)
        assert again.stop() == (0, "stopped\n")
        assert_whole(home, keys, tmp_path)

    @pytest.mark.parametrize("kind", KINDS)
    def test_while_another_process_starts(self, environment: dict[str, str], home: Home, kind: str) -> None:
        process = start(environment, home.path, "--port", "0")
        wait_for(lambda: bool(of_kind(kind, home)))
        process.kill()
        assert "Traceback" not in process.communicate()[1]
        wait_until_gone(home)
        served = Served.start(environment, home.path)
        wait_for(served.is_ready)
        assert served.stop() == (0, "stopped\n")

    def test_while_it_stops(self, environment: dict[str, str], home: Home) -> None:
        served = Served.start(environment, home.path)
        wait_for(served.is_ready)
        served.process.send_signal(signal.SIGINT)
        time.sleep(0.15)
        served.kill()
        wait_until_gone(home)
