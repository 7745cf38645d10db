"""Pages that processes make: the same as the server's own, whatever becomes of the processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from processes import Served, installed, pages_of
from served import UNLIMITED, account_of, assert_problem, client_of, copy_of, serving, wait_for

from api.answers import AnswerRoute
from api.app import create_app
from api.conditional import NotModifiedError
from api.pages.making import MADE
from api.pages.processes import PageProcesses
from ledger_client.demo.cast import EAST_GOVERNMENT, MEDICAL_DEVICE, SOUND, WEST_GOVERNMENT
from ledger_client.home import Home
from ledger_client.records import RecordId, RecordsKey, RecordStore

CARD = f"/v1/sites/{EAST_GOVERNMENT}/stock-card"
AS_OF = AT = "2099-01-01T00:00:00Z"
SUPPLIER = f"/v1/suppliers/{SOUND:040x}"
PAGES = [
    f"/v1/sites/{EAST_GOVERNMENT}",
    "/v1/suppliers",
    SUPPLIER,
    f"{SUPPLIER}/verdict?category={MEDICAL_DEVICE}&at={AT}",
    CARD,
    f"{CARD}?limit=3&after=2",
    "/v1/stock/on-hand/0",
    "/v1/stock/totals/420102",
    "/v1/sites?division=42",
]


class Counted(PageProcesses):
    """Processes that remember how many pages they made, and how many they found to be there already."""

    made = spared = 0
    of_home: ClassVar[dict[Path, Counted]] = {}

    def __init__(self, home: Path, count: int) -> None:
        super().__init__(home, count)
        self.of_home[home] = self

    async def page(self, endpoint: Any, values: Any) -> bytes | None:
        try:
            found = await super().page(endpoint, values)
        except NotModifiedError:
            type(self).spared += 1
            raise
        type(self).made += found is not None
        return found


@contextmanager
def asked(home: Home) -> Iterator[TestClient]:
    """Give a client of a server with two processes that are at work."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("api.app.PageProcesses", Counted)
        before = Counted.made
        with client_of(create_app(home, replace(UNLIMITED, page_processes=2))) as client:
            client.headers["Authorization"] = f"Bearer {account_of(home, 0)}"
            wait_for(lambda: client.get("/v1/stock/on-hand/0").status_code == 200 and Counted.made > before)
            wait_for(lambda: len(pages_of(home.path)) == 2)
            yield client


@pytest.fixture(scope="module")
def home(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copy_of(city, tmp_path_factory.mktemp("pages") / "home")


@pytest.fixture(scope="module")
def served(home: Home) -> Iterator[TestClient]:
    with asked(home) as client:
        yield client


@pytest.fixture
def client(served: TestClient) -> Iterator[TestClient]:
    """A client whose headers are those of the first test."""
    headers = served.headers.copy()
    yield served
    served.headers = headers


@pytest.fixture
def own_home(city: Home, tmp_path: Path) -> Iterator[Home]:
    home = copy_of(city, tmp_path / "home")
    yield home
    wait_for(lambda: not pages_of(home.path))  # whatever became of the server


def without_time(answer: Any) -> Any:
    """Return an answer without what tells when it was given."""
    return {name: value for name, value in answer.json().items() if name not in {"at", "counts_at"}}


def test_the_same_as_the_servers_own(client: TestClient, city: Home, tmp_path: Path) -> None:
    with serving(copy_of(city, tmp_path / "alone")) as alone:
        for page in PAGES:
            before = Counted.made
            answer, expected = client.get(page), alone.get(page)
            assert answer.status_code == 200
            assert without_time(answer) == without_time(expected)
            assert Counted.made == before + 1
            assert ("etag" in answer.headers) == ("etag" in expected.headers)


def test_what_makes_pages_is_imported_before_the_first_one() -> None:
    routes = iter_route_contexts(create_app(Home(Path("nowhere"))).routes)
    modules = {
        each.original_route.endpoint.__module__
        for each in routes
        if isinstance(each.original_route, AnswerRoute)
    }
    assert modules == {each.__name__ for each in MADE}


def test_many_at_once(client: TestClient) -> None:
    expected = without_time(client.get(CARD))
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda _: client.get(CARD), range(60)))
    assert [without_time(each) for each in answers] == [expected] * 60


@pytest.mark.parametrize("language", ["en", "zh"])
def test_refusals_are_those_of_the_server(client: TestClient, home: Home, language: str) -> None:
    client.headers["Accept-Language"] = language
    processes = pages_of(home.path)
    unknown = client.get("/v1/sites/420102009009199/stock-card")
    word = {"en": "420102009009199", "zh": "储备点"}[language]
    assert_problem(unknown, 404, "site-unknown", word)
    client.headers["Authorization"] = f"Bearer {account_of(home, 420106)}"
    before = Counted.made
    assert client.get(CARD).status_code == 403
    client.headers.pop("Authorization")
    assert client.get(CARD).status_code == 401
    assert Counted.made == before
    assert pages_of(home.path) == processes  # none dies of it


def test_who_has_a_page_is_told_so_whoever_made_it(client: TestClient) -> None:
    address = f"/v1/stock/totals/420102?as_of={AS_OF}"
    tag, before = client.get(address).headers["etag"], Counted.made
    with ThreadPoolExecutor(6) as threads:  # so that both processes are asked
        again = list(threads.map(lambda _: client.get(address, headers={"If-None-Match": tag}), range(12)))
    assert {(each.status_code, each.headers["etag"], each.content) for each in again} == {(304, tag, b"")}
    assert Counted.made == before  # a 304 has no page
    assert client.get(address, headers={"If-None-Match": tag[:-2] + 'x"'}).status_code == 200
    in_chinese = {"If-None-Match": tag, "Accept-Language": "zh"}
    assert client.get(address, headers=in_chinese).status_code == 200


def test_who_has_a_page_of_a_process_that_died_is_told_so_by_the_next(own_home: Home) -> None:
    """What changes is counted anew in each process: who began after a change has not seen it."""
    address = f"{CARD}?as_of={AS_OF}"
    with asked(own_home) as client:
        client.get(address)
        with RecordStore.open(own_home.records, RecordsKey.read(own_home.records_key)) as records:
            records.delete(RecordId("site", WEST_GOVERNMENT))
        tag = client.get(address).headers["etag"]
        for each in pages_of(own_home.path):
            os.kill(each, signal.SIGKILL)
        made, spared = Counted.made, Counted.spared
        wait_for(lambda: client.get(address).status_code == 200 and Counted.made > made)
        answers = [client.get(address, headers={"If-None-Match": tag}) for _ in range(4)]
        assert {each.status_code for each in answers} == {304}
        assert Counted.spared == spared + 4


def test_a_name_that_was_deleted_is_in_no_page(own_home: Home) -> None:
    address = f"/v1/sites/{EAST_GOVERNMENT}/stock-card?as_of={AS_OF}"
    with asked(own_home) as client:
        first = client.get(address)
        assert first.json()["name"] is not None
        with RecordStore.open(own_home.records, RecordsKey.read(own_home.records_key)) as records:
            records.delete(RecordId("site", EAST_GOVERNMENT))
        for _ in range(4):
            answer = client.get(address, headers={"If-None-Match": first.headers["etag"]})
            assert (answer.status_code, answer.json()["name"]) == (200, None)


def test_one_that_is_killed_is_started_again_and_nobody_notices(client: TestClient, home: Home) -> None:
    expected, killed = without_time(client.get(CARD)), set(pages_of(home.path))
    assert len(killed) == 2
    deadline = time.monotonic() + 60
    for each in killed:
        os.kill(each, signal.SIGKILL)
        answer = client.get(CARD)
        assert (answer.status_code, without_time(answer)) == (200, expected)
    while len(set(pages_of(home.path)) - killed) < 2:
        assert time.monotonic() < deadline
        assert without_time(client.get(CARD)) == expected
    before = Counted.made
    wait_for(lambda: client.get(CARD).status_code == 200 and Counted.made > before)


def test_those_that_stand_still_keep_nobody_waiting_but_who_has_one(client: TestClient, home: Home) -> None:
    expected = without_time(client.get(CARD))
    processes = Counted.of_home[home.path]
    wait_for(lambda: len(processes.process_ids) == 2)  # those that a test before has killed begin anew
    stopped = processes.process_ids
    for each in stopped:
        os.kill(each, signal.SIGSTOP)
    with ThreadPoolExecutor(4) as threads:
        try:
            waiting = [threads.submit(client.get, CARD) for _ in range(4)]
            wait_for(lambda: sum(each.done() for each in waiting) == 4 - len(stopped))
        finally:  # within the threads' block, which waits for them whatever failed
            for each in stopped:
                os.kill(each, signal.SIGCONT)
        assert [without_time(each.result()) for each in waiting] == [expected] * 4


def test_none_outlives_a_server_that_is_killed(
    own_home: Home, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHECANG_PASSPHRASE", "of nobody")
    server = Served.start(installed(tmp_path_factory.mktemp("packages")), own_home.path)
    cores = os.cpu_count() or 1
    wait_for(lambda: len(pages_of(own_home.path)) == (min(cores, 4) if cores > 1 else 0))
    for each in pages_of(own_home.path):
        assert b"SHECANG_PASSPHRASE" not in Path(f"/proc/{each}/environ").read_bytes()
    server.kill()
    wait_for(lambda: not pages_of(own_home.path))


def test_none_is_left_of_a_server_that_ends(own_home: Home, tmp_path_factory: pytest.TempPathFactory) -> None:
    server = Served.start(installed(tmp_path_factory.mktemp("packages")), own_home.path)
    wait_for(lambda: bool(pages_of(own_home.path)) or (os.cpu_count() or 1) == 1)
    assert server.stop() == (0, "stopped\n")
    assert not pages_of(own_home.path)
