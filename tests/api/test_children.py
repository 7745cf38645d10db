"""The processes beside the server: what they hold, what they say, how they come, go and come again."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from processes import STOPS_WITHIN, Served, asked, children_of, get, installed, shecang, start
from served import copy_of, wait_for

from api import children
from api.children import Child, ChildSilentError
from api.following import SILENCE, Following
from api.status import ChildFailedError, Status
from ledger_client.embedded import EmbeddedProvider
from ledger_client.embedded._errors import ChainUnheldError, NoChainError
from ledger_client.embedded.chain import DATABASE_NAME
from ledger_client.home import Home


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the project is installed."""
    return installed(tmp_path_factory.mktemp("packages"))


@pytest.fixture
def home(city: Home, tmp_path: Path) -> Iterator[Home]:
    home = copy_of(city, tmp_path / "home")
    yield home
    wait_for(lambda: not children_of(home.path))


@pytest.fixture(scope="module")
def served(
    environment: dict[str, str], city: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    home = copy_of(city, tmp_path_factory.mktemp("children") / "home")
    served = Served.start(environment, home.path)
    wait_for(served.is_ready)
    yield served
    assert served.stop() == (0, "stopped\n")
    assert children_of(served.home) == {}


class TestStatus:
    @pytest.mark.parametrize(
        "status",
        [
            Status(),
            Status(is_up=True, head=7, block=5),
            Status(is_up=True, waiting=3),
            Status(failure=NoChainError(directory=Path("/a/账本"))),
            Status(is_up=True, failure=ChildFailedError(name="chain", reason='a\n"b"')),
        ],
    )
    def test_comes_through_on_one_line(self, status: Status) -> None:
        line = status.line()
        assert "\n" not in line
        read = Status.of_line(line)
        assert (read.is_up, read.head, read.block) == (status.is_up, status.head, status.block)
        assert read.waiting == status.waiting
        for language in ("en", "zh"):
            said = [each.failure and each.failure.text(language) for each in (read, status)]
            assert said[0] == said[1]

    @pytest.mark.parametrize(
        "line",
        [
            "",
            "null",
            "{}",
            '{"is_up": true',
            '{"is_up":true,"head":1,"block":1,"failure":{"module":"os","error":"PathLike","facts":{}}}',
            '{"is_up":true,"head":1,"block":1,"failure":{"module":"nowhere","error":"E","facts":{}}}',
        ],
    )
    def test_anything_else_is_not_heard(self, line: str) -> None:
        assert children._heard(line) is None


class TestFollowing:
    def test_is_silent_until_the_index_was_looked_at(self, monkeypatch: pytest.MonkeyPatch) -> None:
        told = Following()
        assert told.is_silent
        told.take(Status(failure=NoChainError(directory=Path("/a"))))
        told.take(Status(is_up=True))
        assert told.is_silent
        told.take(Status(is_up=True, head=7, block=7))
        assert (told.is_silent, told.head, told.failure) == (False, 7, "")
        later = time.monotonic() + SILENCE + 1
        monkeypatch.setattr("api.following.time.monotonic", lambda: later)
        assert told.is_silent


SAYS_UP = "import sys; print('" + Status(is_up=True).line() + "', flush=True); "


def child_that(code: str, take: Callable[[Status], None] = lambda _: None, **words: bool) -> Child:
    """A child that runs some Python."""
    child = Child("probe", Path("/nowhere"), take, **words)
    child._command = [sys.executable, "-c", code]
    return child


class TestChild:
    def test_one_that_dies_is_started_again_after_pauses_that_grow(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(children, "LONGEST_PAUSE", 0.8)
        said = tmp_path / "lives"
        said.touch()
        child = child_that(f"import time; open({str(said)!r}, 'a').write(f'{{time.monotonic()}}\\n'); 1 / 0")
        child.start()
        wait_for(lambda: len(said.read_text().splitlines()) >= 6)
        child.stop()
        lives = [float(line) for line in said.read_text().splitlines()]
        pauses = [after - before for before, after in pairwise(lives)]
        for pause, least in zip(pauses, (0.2, 0.4, 0.8, 0.8, 0.8), strict=False):
            assert pause >= least

    def test_one_that_lived_long_is_started_again_soon(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(children, "STEADY", 0.0)
        child = child_that("1 / 0")
        child.start()
        wait_for(lambda: len(caplog.records) >= 3)
        child.stop()
        assert {re.search(r"again in (\S+) s", message)[1] for message in caplog.messages} == {"0.2"}  # type: ignore[index]

    def test_ends_when_its_input_does(self) -> None:
        child = child_that(SAYS_UP + "sys.stdin.read()")
        child.start()
        child.wait_until_up()
        began = time.monotonic()
        child.stop()
        assert time.monotonic() - began < children.ENDS_WITHIN
        assert child.process_id is not None
        assert not Path(f"/proc/{child.process_id}").exists()

    def test_one_that_does_not_end_is_killed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(children, "ENDS_WITHIN", 0.3)
        child = child_that(SAYS_UP + "import time; time.sleep(600)")
        child.start()
        child.wait_until_up()
        child.stop()
        assert not Path(f"/proc/{child.process_id}").exists()

    def test_one_that_is_not_at_work_yet_is_not_waited_for(self) -> None:
        child = child_that("import time; time.sleep(600)")
        child.start()
        wait_for(lambda: child.process_id is not None)
        began = time.monotonic()
        child.stop()
        assert time.monotonic() - began < children.ENDS_WITHIN

    def test_signals_of_the_group_do_not_reach_it(self) -> None:
        child = child_that(SAYS_UP + "sys.stdin.read()")
        child.start()
        child.wait_until_up()
        process = child.process_id
        assert process is not None
        for each in (signal.SIGINT, signal.SIGTERM):
            os.kill(process, each)
        time.sleep(0.3)
        assert child.process_id == process
        assert Path(f"/proc/{process}").exists()
        child.stop()

    def test_what_keeps_a_needed_one_from_its_work_is_raised(self) -> None:
        failing = Status(failure=NoChainError(directory=Path("/a"))).line()
        child = child_that(f"print('{failing}'); raise SystemExit(3)", is_needed=True)
        child.start()
        with pytest.raises(NoChainError, match="/a holds no ledger"):
            child.wait_until_up()
        child._thread.join(STOPS_WITHIN)
        assert not child._thread.is_alive()  # it is not tried again and again

    def test_a_needed_one_that_fails_without_a_word(self) -> None:
        child = child_that("import nothing_of_the_kind", is_needed=True)
        child.start()
        with pytest.raises(ChildFailedError, match="code 1"):
            child.wait_until_up()

    def test_a_needed_one_that_cannot_be_started(self) -> None:
        child = child_that("", is_needed=True)
        child._command = ["/nowhere/python"]
        child.start()
        with pytest.raises(ChildFailedError, match="No such file"):
            child.wait_until_up()

    def test_a_needed_one_that_is_killed_before_it_works_may_yet_come(self, tmp_path: Path) -> None:
        mark = tmp_path / "mark"
        code = (
            f"import os, signal, pathlib; mark = pathlib.Path({str(mark)!r})\n"
            "if not mark.exists(): mark.touch(); os.kill(os.getpid(), signal.SIGKILL)\n"
            f"{SAYS_UP} sys.stdin.read()"
        )
        child = child_that(code, is_needed=True)
        child.start()
        child.wait_until_up()
        child.stop()

    def test_one_that_says_nothing(self) -> None:
        child = child_that("import time; time.sleep(600)")
        child.start()
        with pytest.raises(ChildSilentError):
            child.wait_until_up(0.3)
        child.stop()

    def test_lines_that_are_cut_short_do_no_harm(self) -> None:
        heard: list[Status] = []
        child = child_that(
            "import sys; sys.stdout.buffer.write(b'{\"is_up\": tr\\n\\xff\\xfe\\n'); "
            + SAYS_UP
            + "sys.stdin.read()",
            heard.append,
        )
        child.start()
        child.wait_until_up()
        child.stop()
        assert [each.is_up for each in heard] == [True]


class TestServer:
    """The real ones."""

    def test_the_chain_is_held_by_its_child_alone(self, served: Served) -> None:
        own = served.children()
        assert own.keys() == {"chain", "follower", "relay"}
        for name, process in {**own, "server": served.process.pid}.items():
            opened = {os.path.realpath(each) for each in Path(f"/proc/{process}/fd").iterdir()}
            assert (str(served.home / "chain" / DATABASE_NAME) in opened) == (name == "chain")

    def test_no_child_has_the_socket_of_the_server(self, served: Served) -> None:
        ours = sockets_of(served.process.pid)
        assert ours
        for process in served.children().values():
            assert not ours & sockets_of(process)

    def test_a_relay_that_is_killed_is_told_until_it_is_back(self, served: Served) -> None:
        def relay() -> dict[str, Any]:
            return asked(f"{served.address}/ready")["relay"]  # 200 all the while

        at_work = {"is_at_work": True, "failure": None}
        wait_for(lambda: relay() == at_work)
        process = served.child("relay")
        os.kill(process, signal.SIGKILL)
        seen = [relay()]
        wait_for(lambda: not seen.append(relay()) and not seen[-1]["is_at_work"])
        failure = seen[-1]["failure"]
        assert "called relay failed (killed by SIGKILL)" in failure["en"]
        assert "relay 部分出错（killed by SIGKILL）" in failure["zh"]
        assert served.child("relay", other_than=process) != process
        wait_for(lambda: relay() == at_work)

    def test_a_second_server_of_the_same_home_stands_by_and_takes_over(
        self, environment: dict[str, str], home: Home
    ) -> None:
        one = Served.start(environment, home.path)
        two = Served.start(environment, home.path)
        wait_for(two.is_ready)
        assert one.stop() == (0, "stopped\n")
        wait_for(lambda: holds(two.child("chain"), home))
        words = ("supplier", "add", "91110000600037341L", "--zh", "新供应商", "--by", "root")
        done = shecang(environment, home.path, *words)
        assert done.returncode == 0, done.stderr
        verdict = f"{two.address}/v1/suppliers/91110000600037341L/verdict?category=1"
        wait_for(lambda: json.loads(get(verdict)[1]).get("is_registered") is True)
        assert two.stop() == (0, "stopped\n")

    def test_a_directory_that_another_program_holds(self, environment: dict[str, str], home: Home) -> None:
        with EmbeddedProvider(home.chain) as holder:
            assert holder.is_connected()
            served = Served.start(environment, home.path)
            wait_for(served.is_ready)
            chain = served.child("chain")
            assert not holds(chain, home)
        wait_for(lambda: holds(chain, home))
        wait_for(served.is_ready)
        assert served.stop() == (0, "stopped\n")

    def test_in_the_background_where_ctrl_c_is_ignored(self, environment: dict[str, str], home: Home) -> None:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            served = Served.start(environment, home.path)
        finally:
            signal.signal(signal.SIGINT, before)
        wait_for(lambda: "follower" in served.children())
        code, errors = served.stop(signal.SIGTERM)
        assert (code, errors) == (0, "stopped\n")
        assert children_of(home.path) == {}

    def test_ctrl_c_of_a_terminal_reaches_all_and_ends_the_server_alone(
        self, environment: dict[str, str], home: Home
    ) -> None:
        served = Served.start(environment, home.path)
        wait_for(served.is_ready)
        for process in served.children().values():
            os.kill(process, signal.SIGINT)
        assert served.stop() == (0, "stopped\n")


class TestStart:
    """What keeps the server from starting is one sentence."""

    @pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
    def test_stopped_meanwhile(self, environment: dict[str, str], home: Home, how: signal.Signals) -> None:
        process = start(environment, home.path, "--port", "0")
        wait_for(lambda: "chain" in children_of(home.path))
        process.send_signal(how)
        _, errors = process.communicate(timeout=STOPS_WITHIN)
        assert (process.returncode, errors) == (0, "stopped\n")
        assert children_of(home.path) == {}

    @pytest.mark.parametrize(
        ("harm", "code", "says"),
        [
            (lambda home: (home.chain / DATABASE_NAME).unlink(), 3, "holds no ledger"),
            (lambda home: (home.chain / DATABASE_NAME).write_bytes(b"no database" * 1_000), 3, "is damaged"),
            (lambda home: set_revision(home, "9999"), 1, "the index has tables of revision 9999"),
            (lambda home: set_genesis(home), 1, "the index belongs to the chain with genesis"),
            (lambda home: home.index.write_bytes(b"no database" * 1_000), 3, "shecang index rebuild"),
            (lambda home: home.records_key.unlink(), 3, "records.key"),
            (lambda home: home.chain.rename(home.path / "away"), 2, "is no ledger"),
        ],
        ids=["no chain", "damaged chain", "revision", "genesis", "damaged index", "no key", "no directory"],
    )
    def test_refused(
        self, environment: dict[str, str], home: Home, harm: Callable[[Home], object], code: int, says: str
    ) -> None:
        harm(home)
        process = start(environment, home.path, "--port", "0")
        printed, errors = process.communicate(timeout=STOPS_WITHIN)
        assert (process.returncode, printed) == (code, "")
        assert len(errors.splitlines()) == 1, errors
        assert says in errors
        assert children_of(home.path) == {}

    def test_an_index_that_is_not_there_is_made(self, environment: dict[str, str], home: Home) -> None:
        home.index.unlink()
        served = Served.start(environment, home.path)
        assert get(f"{served.address}/ready")[0] in (200, 503)
        wait_for(served.is_ready)
        assert served.stop() == (0, "stopped\n")


def test_who_may_not_hold_the_chain_waits_for_somebody(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger_client.embedded.provider._PATIENCE", 0.3)
    with EmbeddedProvider(home.chain, may_hold=False) as attached:
        with pytest.raises(ChainUnheldError):
            attached.make_request("eth_blockNumber", [])  # type: ignore[arg-type]
        monkeypatch.setattr("ledger_client.embedded.provider._PATIENCE", 30.0)
        with EmbeddedProvider(home.chain) as holder:
            come = threading.Timer(0.3, holder.is_connected)
            come.start()
            assert attached.is_connected()
            come.join()


def sockets_of(process: int) -> set[str]:
    """Return the sockets at which a process listens."""
    opened = {str(each.readlink()) for each in Path(f"/proc/{process}/fd").iterdir()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A"}
    return opened & listening


def holds(process: int, home: Home) -> bool:
    """Return whether a process has the chain's database open."""
    opened = {os.path.realpath(each) for each in Path(f"/proc/{process}/fd").iterdir()}
    return str(home.chain / DATABASE_NAME) in opened


def set_revision(home: Home, revision: str) -> None:
    with closing(sqlite3.connect(home.index)) as index, index:
        index.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def set_genesis(home: Home) -> None:
    with closing(sqlite3.connect(home.index)) as index, index:
        index.execute("UPDATE cursor SET genesis = ?", (bytes(32),))
