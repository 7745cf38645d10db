"""Work in processes of its own: limits, places, and that none outlives whoever asked."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jobs_watched import ROOT, Server, is_alive, running, wait_until_dead
from sent_books import CSV, SITE, book
from served import copy_of, wait_for

from api.bookkeeping import BOOK, MAPPING
from api.work import (
    WORK,
    CallerGoneError,
    Job,
    Told,
    Work,
    WorkBusyError,
    WorkFailedError,
    WorkTooLargeError,
    _gone,
)
from ledger_client.book import MappingFileError
from ledger_client.home import Home

MEGABYTE = 1 << 20
ROWS = tuple(f"样例{n},口罩,个,{n}" for n in range(1, 2_000))


@pytest.fixture(scope="module")
def home(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copy_of(city, tmp_path_factory.mktemp("work") / "home")


@pytest.fixture
def work(home: Home) -> Iterator[Work]:
    work = Work(home)
    yield work
    assert work.running == 0
    work.close()
    assert not work.directory.exists()


def arguments(path: Path, content: bytes) -> dict[str, Any]:
    path.write_bytes(content)
    return {"site": int(SITE), "book": str(path), "mapping": None, "date": None, "year": None}


def run(work: Work, job: Job, given: dict[str, Any], **options: Any) -> Told:
    async def all_of_it() -> Told:
        async with work.place(job) as place:
            return await work.run(job, place, given, **options)

    return asyncio.run(all_of_it())


def test_a_refusal_comes_back_as_what_it_was(work: Work, tmp_path: Path) -> None:
    path = tmp_path / "mapping.csv"
    path.write_bytes(b"goods\n")
    with pytest.raises(MappingFileError, match="column specification is missing") as caught:
        run(work, MAPPING, {"mapping": str(path)})
    assert caught.value.row == 1
    assert "缺少" in caught.value.text("zh")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"seconds": 1}, "1 seconds"),
        ({"memory": 230 * MEGABYTE}, "230 MiB of memory"),
        ({"answer": 10_000}, "10,000 bytes of answer"),
        ({"line": 1_000}, "1,000 bytes of one line"),
    ],
)
def test_limits(work: Work, tmp_path: Path, limits: dict[str, Any], words: str) -> None:
    wide = (",".join(f"{row}-{column}" for column in range(100)) for row in range(17_000))
    given = arguments(tmp_path / "book.csv", book(*ROWS, *(wide if "memory" in limits else ())))
    with pytest.raises(WorkTooLargeError, match=words):
        run(work, replace(BOOK, **limits), given)
    assert [each.name for each in work.directory.iterdir()] == ["lock"]


def test_processor_time_is_bounded_as_well(work: Work, tmp_path: Path) -> None:
    """The process stops by itself, should nobody stop it."""
    given = arguments(tmp_path / "book.csv", book(*ROWS * 9))

    async def all_of_it() -> None:
        async with work.place(BOOK) as place:
            process = await work._start(replace(BOOK, seconds=1), place, given)
            await _gone(process)
            await work._end(process)
        assert process.returncode == -signal.SIGXCPU

    asyncio.run(all_of_it())


def test_what_nobody_foresaw_names_no_content(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(WorkFailedError):
        run(work, MAPPING, {"mapping": 3})
    assert "job mapping failed: TypeError at " in caplog.text
    with pytest.raises(WorkFailedError):
        run(work, replace(MAPPING, name="no_such_job"), {})


def test_as_many_as_may(work: Work) -> None:
    async def all_of_it() -> None:
        async with work.place(BOOK), work.place(MAPPING):
            with pytest.raises(WorkBusyError, match="2 such files"):
                async with work.place(BOOK):
                    pass
            async with work.place(replace(BOOK, queue="another")):
                pass
        async with work.place(BOOK):
            pass

    asyncio.run(all_of_it())


def test_a_caller_that_goes(work: Work, tmp_path: Path) -> None:
    given = arguments(tmp_path / "book.csv", book(*ROWS * 9))
    looks = iter([False, False, True])

    async def gone() -> bool:
        return next(looks)

    began = time.monotonic()
    with pytest.raises(CallerGoneError):
        run(work, BOOK, given, gone=gone)
    assert time.monotonic() - began < 10


def test_no_passphrase_is_passed_on(work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHECANG_PASSPHRASE", "secret")
    monkeypatch.setenv("SHECANG_PASSPHRASE_ROOT", "secret")

    async def all_of_it() -> bytes:
        async with work.place(BOOK) as place:
            given = arguments(tmp_path / "book.csv", book(*ROWS))
            process = await work._start(BOOK, place, given)
            seen = Path(f"/proc/{process.pid}/environ").read_bytes()
            await work._end(process)
            return seen

    seen = asyncio.run(all_of_it())
    assert b"PATH=" in seen
    assert b"PASSPHRASE" not in seen


@pytest.mark.parametrize("said", [b"", b'{"home": "/ho'])
def test_a_server_that_ends_before_it_has_said_what_to_do(tmp_path: Path, said: bytes) -> None:
    place = tmp_path / "place"
    place.mkdir()
    process = subprocess.run(
        [sys.executable, "-P", "-m", "api.jobs", MAPPING.name, str(MAPPING.memory), "60", "1000"],
        input=said,
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
        capture_output=True,
    )
    assert process.returncode == -signal.SIGKILL
    assert process.stdout + process.stderr == b""
    assert not place.exists()


def test_what_a_killed_server_left_is_swept(home: Home) -> None:
    left = home.path / WORK / "left"
    (left / "job").mkdir(parents=True)
    (left / "lock").touch()
    with_lock = Work(home)
    assert not left.exists()
    other = Work(home)
    assert with_lock.directory.exists()  # its lock is held
    for each in (with_lock, other):
        each.close()


class TestProcess:
    @pytest.fixture
    def server(self, city: Home, tmp_path: Path) -> Iterator[Server]:
        packages = tmp_path / "packages"
        packages.mkdir()
        with running(copy_of(city, tmp_path / "home"), packages) as server:
            yield server

    def test_ends_with_whoever_asked(self, server: Server) -> None:
        """The connection closes while a book is read: its process ends, and its place is free."""
        for _ in range(3):
            posting = Posting(server)
            wait_for(lambda: len(server.jobs()) == 1)
            jobs = server.jobs()
            posting.leave()
            wait_until_dead(jobs)
        wait_for(lambda: server.left() == [])
        wait_for(lambda: server.client.get("/ready").status_code == 200)

    def test_the_third_book_at_once_is_told_to_come_again(self, server: Server) -> None:
        stopped: list[int] = []
        postings = [Posting(server)]
        wait_for(lambda: len(server.jobs()) == 1)
        postings.append(Posting(server))
        wait_for(lambda: len(server.jobs()) == 2)
        for pid in server.jobs():
            os.kill(pid, signal.SIGSTOP)
            stopped.append(pid)
        answer = server.client.post(
            "/v1/books",
            params={"site": SITE, "name": "book.csv"},
            content=book("样例,口罩,个,1"),
            headers={"Content-Type": CSV},
        )
        assert answer.status_code == 503, answer.text
        assert answer.headers["retry-after"]
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        assert [posting.status() for posting in postings] == [201, 201]
        wait_for(lambda: server.left() == [])

    def test_ends_with_a_server_that_is_killed(self, server: Server) -> None:
        posting = Posting(server)
        audit = server.client.post("/v1/audits")
        assert audit.status_code == 202
        wait_for(lambda: len(server.jobs()) == 2)
        jobs = server.jobs()
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        wait_until_dead(jobs)
        posting.leave()
        directories = [each for each in (server.home.path / WORK).glob("*/*") if each.is_dir()]
        assert directories == []

    def test_ends_with_a_server_that_is_told_to_stop(self, server: Server) -> None:
        answer = server.client.post("/v1/audits")
        wait_for(lambda: len(server.jobs()) == 1)
        jobs = server.jobs()
        assert answer.status_code == 202
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=30) == 0
        assert not any(map(is_alive, jobs))
        assert list((server.home.path / WORK).iterdir()) == []


class Posting:
    """A large book that is being sent, by somebody who may go."""

    def __init__(self, server: Server) -> None:
        url = server.client.base_url
        self._connection = http.client.HTTPConnection(url.host, url.port, timeout=60)
        key = server.client.headers["Authorization"]
        self._connection.request(
            "POST",
            f"/v1/books?site={SITE}&name=book.csv",
            body=book(*ROWS * 9),
            headers={"Content-Type": CSV, "Authorization": key},
        )

    def leave(self) -> None:
        self._connection.close()

    def status(self) -> int:
        with closing(self._connection), self._connection.getresponse() as answer:
            return answer.status
