"""The relay: kill −9 at each step, a node that goes away, and commands beside it leave one document each."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest
import relay_steps
from relay_steps import COMMITS_IN, POINTS_OUT, POLL, drafted
from served import copy_of, wait_for
from sqlalchemy import update

from api.following import SILENCE
from api.relay import main, relay, relay_in_thread
from api.relaying import Relaying
from api.status import Status
from ledger_client.demo.cast import CLINIC, EAST_GOVERNMENT, MASK_LOT
from ledger_client.desk import Desk
from ledger_client.documents import Kind
from ledger_client.drafts.store import DraftState
from ledger_client.embedded import EmbeddedProvider
from ledger_client.embedded._errors import NoChainError
from ledger_client.home import Home, HomeMissingError
from ledger_client.ledger import Ledger
from ledger_client.outbox import EntryState, Outbox
from ledger_client.outbox.entries import entries, transactions
from ledger_client.records import RecordId, RecordsKey, RecordStore

QUANTITY = 7


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Real processes of their own, forked from one that has imported everything: an import takes seconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["relay_steps"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        first = context.Process(target=relay_steps.main_does_nothing)
        first.start()
        first.join()
    assert first.exitcode == 0
    return context


@contextmanager
def relaying(home: Home) -> Iterator[Relaying]:
    told, stop = Relaying(), threading.Event()
    thread = threading.Thread(target=relay, args=(home, stop, POLL, told.take))
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join()


def state_of(home: Home, key: int) -> EntryState | None:
    with Outbox.open(home.outbox) as outbox:
        found = outbox.find(f"document/{key:062x}")
        return found.state if found else None


def assert_recorded_once(home: Home, before: int, *keys: int) -> None:
    """Assert that the chain has these documents and no others since, with their notes."""
    with Ledger.open(home) as ledger:
        history = ledger.index().history(EAST_GOVERNMENT, limit=200)
        assert sorted(each.key for each in history[before:]) == sorted(keys)
        assert all(each.kind == Kind.ISSUE for each in history[before:])
    with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
        for key in keys:
            found = records.get(RecordId("document", key))
            assert found is not None
            assert found.body == {"note": "for the morning"}


def documents(home: Home) -> int:
    with Ledger.open(home) as ledger:
        return len(ledger.index().history(EAST_GOVERNMENT, limit=200))


@pytest.mark.parametrize("point", COMMITS_IN)
def test_killed_while_it_is_handed_in(
    point: str, city: Home, tmp_path: Path, processes: ForkServerContext
) -> None:
    home = copy_of(city, tmp_path / "home")
    before = documents(home)
    key, raw, signature = drafted(home, QUANTITY)
    words = (str(home.path), key, raw, signature.r, signature.vs, point)
    process = processes.Process(target=relay_steps.main_hand_in, args=words)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert state_of(home, key) is (EntryState.SIGNED if point == "before mark" else None)
    with Desk.open(home) as desk:
        # Killed before it said so, the draft is told to be sent all the same.
        stored = desk.find(key)
        assert stored is not None
        expected = DraftState.SENT if point == "before mark" else DraftState.OPEN
        assert desk.state(stored) is expected
        # Whoever got no answer hands it in again.
        assert desk.hand_in(key, raw, signature).state is EntryState.SIGNED
    with relaying(home):
        wait_for(lambda: state_of(home, key) is EntryState.RECORDED)
    assert_recorded_once(home, before, key)


@pytest.mark.parametrize("point", POINTS_OUT)
def test_killed_while_it_relays(point: str, city: Home, tmp_path: Path, processes: ForkServerContext) -> None:
    home = copy_of(city, tmp_path / "home")
    before = documents(home)
    key, raw, signature = drafted(home, QUANTITY)
    with Desk.open(home) as desk:
        desk.hand_in(key, raw, signature)
    process = processes.Process(target=relay_steps.main_relay, args=(str(home.path), point))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    left = EntryState.SENT if point == "before commit of recorded" else EntryState.SIGNED
    assert state_of(home, key) is left
    with relaying(home):
        wait_for(lambda: state_of(home, key) is EntryState.RECORDED)
    assert_recorded_once(home, before, key)
    with Ledger.open(home) as ledger:
        assert ledger.chain.receipt(_hash(home, key)) is not None


def _hash(home: Home, key: int) -> bytes:
    with Outbox.open(home.outbox) as outbox:
        [entry] = outbox.entries([f"document/{key:062x}"])
    assert entry.hash is not None
    return entry.hash


@contextmanager
def node_at(provider: EmbeddedProvider, port: int) -> Iterator[int]:
    """A node over HTTP: what an embedded chain answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            many = asked if isinstance(asked, list) else [asked]
            answers = [
                {**provider.make_request(each["method"], each["params"]), "id": each["id"]} for each in many
            ]
            raw = json.dumps(answers if isinstance(asked, list) else answers[0]).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_a_node_that_goes_and_comes_back(city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    before = documents(home)
    with EmbeddedProvider(home.chain) as provider:
        with node_at(provider, 0) as port:
            home.use_node(f"http://127.0.0.1:{port}")
            one, two = drafted(home, QUANTITY), None
            with Desk.open(home) as desk:
                desk.hand_in(*one)
            two = drafted(home, QUANTITY + 1)
            with Desk.open(home) as desk:
                desk.hand_in(*two)
        with relaying(home) as told:
            wait_for(lambda: told.failure is not None)
            assert "nobody answers" in str(told.failure)
            assert not told.is_at_work
            assert state_of(home, two[0]) is EntryState.SIGNED
            with node_at(provider, port):
                wait_for(lambda: state_of(home, two[0]) is EntryState.RECORDED)
                wait_for(lambda: told.is_at_work and not told.waiting)
                assert_recorded_once(home, before, one[0], two[0])


def test_two_relays_and_commands_beside_them(city: Home, tmp_path: Path) -> None:
    """They share home, chain and outbox; a command signs with the very key whose documents are handed in."""
    home = copy_of(city, tmp_path / "home")
    before = documents(home)
    command = [sys.executable, "-c", "from ledger_client.cli import main; main()", "--home", str(home.path)]
    issue = ["stock", "issue", str(EAST_GOVERNMENT), f"{CLINIC:040x}", "--keeper", "keeper-east", "--json"]
    issue += ["--line", f"{MASK_LOT.lot_id:040x}=3", "--note", "for the morning"]
    keys = []
    with relaying(home), relaying(home):
        for number in range(3):
            running = subprocess.Popen([*command, *issue], stdout=subprocess.PIPE, text=True)
            while True:
                key, raw, signature = drafted(home, QUANTITY + number)
                try:
                    with Desk.open(home) as desk:
                        desk.hand_in(key, raw, signature)
                    break
                except Exception as error:
                    # The command took the number between the two calls: a new one is asked for.
                    assert type(error).__name__ == "NumberOverError", error
            keys.append(key)
            said, _ = running.communicate(timeout=60)
            assert running.returncode == 0
            keys.append(int(json.loads(said)["document"], 16))
        wait_for(lambda: all(state_of(home, key) is EntryState.RECORDED for key in keys))
    assert_recorded_once(home, before, *keys)


def test_a_number_that_nothing_has_is_told_and_filled_by_the_next(city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    before = documents(home)
    one, two = (_handed_in(home, QUANTITY + number) for number in range(2))
    with Outbox.open(home.outbox) as outbox, outbox._engine.begin() as connection:
        # As where a node never takes the first one: its number is free again, and behind it the second waits.
        connection.execute(
            update(entries).where(entries.c.hash == one[1]).values(state="refused", refusal="unfit")
        )
        connection.execute(update(transactions).where(transactions.c.hash == one[1]).values(refusal="unfit"))
    with Desk.open(home) as desk, relaying(home) as told:
        wait_for(lambda: state_of(home, two[0]) is EntryState.SENT)
        wait_for(lambda: told.waiting == 1)
        waits = desk.handed(two[1])
        assert waits is not None and waits.entry.nonce is not None
        assert waits.missing_numbers == (waits.entry.nonce - 1,)
        three = _handed_in(home, QUANTITY + 2)
        wait_for(lambda: state_of(home, two[0]) is EntryState.RECORDED)
        filled = desk.handed(three[1])
        assert filled is not None
        assert filled.entry.nonce == waits.entry.nonce - 1
        gone = desk.handed(one[1])
        assert gone is not None and gone.entry.state is EntryState.REFUSED
    assert_recorded_once(home, before, two[0], three[0])


def _handed_in(home: Home, number: int) -> tuple[int, bytes]:
    """Hand a document in; its key, and the hash of its transaction."""
    drafted_one = drafted(home, number)
    with Desk.open(home) as desk:
        entry = desk.hand_in(*drafted_one)
    assert entry.hash is not None
    return drafted_one[0], entry.hash


class TestTold:
    def test_is_at_work_while_it_says_that_it_sends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        told = Relaying()
        assert not told.is_at_work
        told.take(Status(is_up=True))  # it has begun, and has not looked yet
        assert not told.is_at_work
        told.take(Status(is_up=True, waiting=2))
        assert (told.is_at_work, told.waiting) == (True, 2)
        now = time.monotonic()
        monkeypatch.setattr("api.relaying.time.monotonic", lambda: now + SILENCE - 1)
        assert told.is_at_work
        monkeypatch.setattr("api.relaying.time.monotonic", lambda: now + SILENCE + 1)
        assert not told.is_at_work

    def test_a_failure_stays_until_it_sends_again(self, caplog: pytest.LogCaptureFixture) -> None:
        told, failure = Relaying(), NoChainError(directory=Path("/a"))
        told.take(Status(is_up=True, waiting=0))
        for _ in range(2):
            told.take(Status(is_up=True, failure=failure))
            told.take(Status(is_up=True))
        assert (told.is_at_work, told.failure) == (False, failure)
        told.take(Status(is_up=True, waiting=0))
        assert (told.is_at_work, told.failure) == (True, None)
        assert caplog.messages == [
            f"transactions are not sent: {failure.text('en')}",
            "transactions are sent again",
        ]

    def test_what_ends_a_thread_of_it(self, city: Home, tmp_path: Path) -> None:
        home, told = copy_of(city, tmp_path / "home"), Relaying()
        home.outbox.write_bytes(b"no database" * 1_000)
        relay_in_thread(home, threading.Event(), POLL, told)
        assert not told.is_at_work
        assert told.failure is not None


def test_there_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(HomeMissingError):
        main(tmp_path / "nowhere")


def test_as_a_process_of_its_own_until_it_is_told_to_stop(city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    before = documents(home)
    key, raw, signature = drafted(home, QUANTITY)
    with Desk.open(home) as desk:
        desk.hand_in(key, raw, signature)
    with subprocess.Popen([sys.executable, "-m", "api.relay", str(home.path)]) as process:
        wait_for(lambda: state_of(home, key) is EntryState.RECORDED)
        process.terminate()
        assert process.wait(timeout=30) == 0
    assert_recorded_once(home, before, key)
