"""The monitor as an office leaves it running: a process of its own, over several looks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from vouching import ONE, SPACING, TWO, Vouched, mine, put, said, vouched

from ledger_client.chain import connect
from ledger_client.checkpoints import compare, place_of
from ledger_client.trust import Accepted, Trust

SHECANG = [sys.executable, "-c", "from ledger_client.cli import main; main()"]
PATIENCE = 60.0  # seconds that a test waits for a sentence


class Watching:
    """A running monitor."""

    def __init__(self, where: Path, *words: str, language: str = "en", **options: object) -> None:
        own = ["checkpoint", "watch", "--every", "1", "--trust", str(where / "trust.json")]
        self.process = subprocess.Popen(
            [*SHECANG, "--home", str(where / "home"), *own, *words],
            text=True,
            cwd=where,
            env={**environment(), "SHECANG_LANG": language},
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},  # type: ignore[call-overload]
        )
        self.told: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stderr or ():
            self.told.append(line)

    def until(self, words: str, times: int = 1) -> None:
        """Wait until it has told this."""
        deadline = time.monotonic() + PATIENCE
        while sum(words in line for line in self.told) < times:
            assert time.monotonic() < deadline and self.process.poll() is None, self.told
            time.sleep(0.05)

    def for_some_looks(self) -> None:
        """Let it look some more times; it goes on running."""
        time.sleep(2.5)
        assert self.process.poll() is None, self.told

    def ended(self) -> tuple[int, str]:
        """Wait for its end; return exit code and stdout."""
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        out = self.process.stdout.read() if self.process.stdout else ""
        assert not any("Traceback" in line for line in self.told), self.told
        return code, out

    def alarm(self) -> dict[str, object]:
        """Wait for its alarm: exit code 1 and one line of JSON."""
        code, out = self.ended()
        assert code == 1 and out.count("\n") == 1, (code, out, self.told)
        alarm: dict[str, object] = json.loads(out)
        return alarm


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SHECANG_")}


@contextmanager
def watching(where: Path, *words: str, **options: object) -> Iterator[Watching]:
    """Run a monitor, and end it where the test did not."""
    running = Watching(where, *words, **options)  # type: ignore[arg-type]
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait()
        for stream in (running.process.stdout, running.process.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def accept(where: Path, trust: Trust) -> None:
    (where / "trust.json").write_bytes(Accepted(trust).to_bytes())


@pytest.fixture
def office(embedded: Vouched, tmp_path: Path) -> tuple[str, ...]:
    """The words that watch an embedded chain, and statements of two witnesses who agree."""
    for witness in (ONE, TWO):
        embedded.sign(witness, tmp_path / "own")
    accept(tmp_path, embedded.trust)
    return (str(tmp_path / "own"), "--node", str(tmp_path / "chain"))


def fork(embedded: Vouched, directory: Path) -> int:
    """Let a witness contradict the others; returns the height."""
    height = embedded.chain.height() // SPACING * SPACING
    put(directory, said(embedded.trust, TWO, height, "other"))
    return height


class TestAlarms:
    @pytest.mark.parametrize(("language", "words"), [("en", "convict it"), ("zh", "违约")])
    def test_in_a_later_look(
        self, embedded: Vouched, tmp_path: Path, office: tuple[str, ...], language: str, words: str
    ) -> None:
        with watching(tmp_path, *office, language=language) as monitor:
            monitor.until("no alarm" if language == "en" else "无报警")
            embedded.sign(ONE, tmp_path / "own")  # the chain grows, and nothing is wrong
            monitor.for_some_looks()
            height = fork(embedded, tmp_path / "own")
            alarm = monitor.alarm()
        assert alarm["alarm"] == "witness-convicted" and alarm["number"] <= height  # type: ignore[operator]
        assert any(words in line for line in monitor.told)
        (proof,) = tmp_path.glob("fork-*.json")
        (found,) = compare(embedded.trust, [place_of(str(proof))]).forks
        assert found.accused == TWO.address

    def test_again_after_a_restart_and_no_proof_is_overwritten(
        self, embedded: Vouched, tmp_path: Path, office: tuple[str, ...]
    ) -> None:
        fork(embedded, tmp_path / "own")
        proof = tmp_path / "proof.json"
        for _ in range(2):
            with watching(tmp_path, *office, "--proof", str(proof)) as monitor:
                monitor.alarm()
            assert [each.name for each in tmp_path.glob("proof*")] == ["proof.json"]
        proof.write_text("something else")
        with watching(tmp_path, *office, "--proof", str(proof)) as monitor:
            monitor.alarm()
        assert proof.read_text() == "something else"
        assert compare(embedded.trust, [place_of(str(tmp_path / "proof-2.json"))]).forks

    def test_when_nobody_reads_stdout(
        self, embedded: Vouched, tmp_path: Path, office: tuple[str, ...]
    ) -> None:
        with watching(tmp_path, *office) as monitor:
            monitor.until("no alarm")
            monitor.process.stdout.close()  # type: ignore[union-attr]
            monitor.process.stdout = None
            fork(embedded, tmp_path / "own")
            assert monitor.ended()[0] == 1
        assert list(tmp_path.glob("fork-*.json"))

    def test_when_nobody_reads_stderr(
        self, embedded: Vouched, tmp_path: Path, office: tuple[str, ...]
    ) -> None:
        """A sentence that nobody reads neither ends the monitor nor looks like an alarm."""
        ours, its = os.pipe()
        with watching(tmp_path, *office, stderr=its) as monitor:
            os.close(its)
            assert b"no alarm" in os.read(ours, 1_000)
            os.close(ours)
            (tmp_path / "trust.json").rename(tmp_path / "away")
            monitor.for_some_looks()
            (tmp_path / "away").rename(tmp_path / "trust.json")
            monitor.for_some_looks()
            fork(embedded, tmp_path / "own")
            assert monitor.alarm()["alarm"] == "witness-convicted"
        assert list(tmp_path.glob("fork-*.json"))

    def test_when_neither_stdout_nor_proof_can_be_written(
        self, embedded: Vouched, tmp_path: Path, office: tuple[str, ...]
    ) -> None:
        fork(embedded, tmp_path / "own")
        nowhere = str(tmp_path / "nowhere" / "proof.json")
        with (
            Path("/dev/full").open("w") as full,
            watching(tmp_path, *office, "--proof", nowhere, stdout=full) as monitor,
        ):
            assert monitor.ended()[0] == 1
        assert any(nowhere in line for line in monitor.told)


class TestTheEnd:
    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
    def test_when_somebody_ends_it(
        self, tmp_path: Path, office: tuple[str, ...], how: signal.Signals
    ) -> None:
        with watching(tmp_path, *office) as monitor:
            monitor.until("no alarm")
            monitor.for_some_looks()
            monitor.process.send_signal(how)
            assert monitor.ended() == (0, "")
        assert "without an alarm" in monitor.told[-1]

    def test_killed_and_started_again(
        self, embedded: Vouched, tmp_path: Path, office: tuple[str, ...]
    ) -> None:
        """It keeps nothing that could be half written: what is wrong meanwhile is found at the next start."""
        before = {path.name for path in tmp_path.iterdir()}
        with watching(tmp_path, *office) as monitor:
            monitor.until("no alarm")
            monitor.process.kill()
            assert monitor.ended()[0] == -signal.SIGKILL
        assert {path.name for path in tmp_path.iterdir()} == before
        fork(embedded, tmp_path / "own")
        with watching(tmp_path, *office) as monitor:
            assert monitor.alarm()["alarm"] == "witness-convicted"


@contextmanager
def served(
    handler: type[BaseHTTPRequestHandler] | partial[SimpleHTTPRequestHandler], port: int
) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class TestWhatCannotBeSeen:
    def test_a_place_that_does_not_answer_for_a_while(
        self, embedded: Vouched, tmp_path: Path, office: tuple[str, ...]
    ) -> None:
        (tmp_path / "other").mkdir()
        serve = partial(Quiet, directory=str(tmp_path / "other"))
        with served(serve, 0) as port:
            pass  # nobody listens there any more
        with watching(tmp_path, f"http://127.0.0.1:{port}", *office) as monitor:
            monitor.until("cannot be read")
            monitor.for_some_looks()
            assert len(monitor.told) == 1  # the same is not told at every look
            with served(serve, port):
                monitor.until("no alarm")
            monitor.until("cannot be read", 2)
            fork(embedded, tmp_path / "other")
            with served(serve, port):
                assert monitor.alarm()["alarm"] == "witness-convicted"

    def test_a_place_that_never_answers_does_not_hide_the_others(
        self, embedded: Vouched, tmp_path: Path, office: tuple[str, ...]
    ) -> None:
        with watching(tmp_path, "http://127.0.0.1:9", *office) as monitor:
            monitor.until("cannot be read")
            fork(embedded, tmp_path / "own")
            assert monitor.alarm()["alarm"] == "witness-convicted"

    def test_a_trust_file_that_is_away_for_a_while(
        self, embedded: Vouched, tmp_path: Path, office: tuple[str, ...]
    ) -> None:
        with watching(tmp_path, *office) as monitor:
            monitor.until("no alarm")
            (tmp_path / "trust.json").unlink()
            monitor.until("there is no trust file")
            accept(tmp_path, embedded.trust)
            monitor.until("no alarm", 2)

    def test_nothing_to_compare_is_told(self, tmp_path: Path, office: tuple[str, ...]) -> None:
        (tmp_path / "empty").mkdir()
        with watching(tmp_path, str(tmp_path / "empty"), *office[1:]) as monitor:
            monitor.until("no witness has signed anything")
        once = (str(tmp_path / "empty"), *office[1:], "--once")
        with watching(tmp_path, *once) as monitor:
            assert monitor.ended() == (3, "")


class TestThreat9ARunningMonitor:
    @pytest.fixture
    def forking(self, anvil: str, tmp_path: Path) -> Vouched:
        """A ledger on a node that can be set back, signed by two witnesses."""
        forking = vouched(connect(anvil))
        accept(tmp_path, forking.trust)
        self.snapshot = forking.chain.node.request("evm_snapshot")
        mine(forking.chain, SPACING)
        for witness in (ONE, TWO):
            forking.sign(witness, tmp_path / "own")
        return forking

    def test_the_history_is_rewritten(self, forking: Vouched, anvil: str, tmp_path: Path) -> None:
        newest = forking.chain.height() // SPACING * SPACING
        with watching(tmp_path, str(tmp_path / "own"), "--node", anvil) as monitor:
            monitor.until("no alarm")
            forking.chain.node.request("evm_revert", self.snapshot)
            monitor.until("is behind, or set back")
            monitor.for_some_looks()
            forking.chain.node.request("anvil_setCoinbase", "0x" + "33" * 20)
            mine(forking.chain, 3 * SPACING)
            alarm = monitor.alarm()
        assert (alarm["alarm"], alarm["number"]) == ("history-rewritten", newest)
        assert alarm["found"] == forking.chain.block(newest).hash.hex()

    def test_a_chain_that_stays_shorter(self, forking: Vouched, anvil: str, tmp_path: Path) -> None:
        forking.chain.node.request("evm_revert", self.snapshot)
        words = (str(tmp_path / "own"), "--node", anvil, "--patience", "2")
        with watching(tmp_path, *words) as monitor:
            monitor.until("is behind, or set back")
            assert monitor.alarm()["alarm"] == "chain-shorter"

    def test_a_node_that_does_not_answer_for_a_while(
        self, forking: Vouched, anvil: str, tmp_path: Path
    ) -> None:
        class Forward(Quiet):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = requests.post(
                    anvil, data=body, headers={"Content-Type": "application/json"}, timeout=20
                )
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer.content)

        with served(Forward, 0) as port:
            pass  # nobody listens there any more
        words = (str(tmp_path / "own"), "--node", f"http://127.0.0.1:{port}", "--patience", "0")
        with watching(tmp_path, *words) as monitor:
            monitor.until("nobody answers")
            monitor.for_some_looks()
            with served(Forward, port):
                monitor.until("no alarm")
            monitor.until("nobody answers", 2)
            monitor.for_some_looks()
