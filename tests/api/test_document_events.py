"""`GET /v1/documents/events`: order, resumption, rights, many streams, and a server that is killed."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest
from event_streams import Event, Following, issue_from, running
from fastapi.testclient import TestClient
from served import account_of, assert_problem, copy_of, wait_for

from api import events
from api.access.accounts import READERS, AccountStore
from api.events import LOOKS, MOST_OF_ACCOUNT
from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.demo.cast import EAST_GOVERNMENT, WEST_GOVERNMENT
from ledger_client.home import Home
from ledger_client.index import IndexReader

EVENTS = "/v1/documents/events"


@pytest.fixture(scope="module")
def home(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copy_of(city, tmp_path_factory.mktemp("events") / "home")


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    """The address of a server process."""
    with running(home) as (address, _):
        yield address


def documents_of(client: TestClient, place: int = 0) -> list[str]:
    page = client.get("/v1/documents", params={"place": place, "order": "oldest", "limit": 200}).json()
    return [each["key"] for each in page["documents"]]


def events_in(text: str) -> list[dict[str, str]]:
    return [
        dict(line.split(": ", 1) for line in block.split("\n"))
        for block in text.split("\n\n")
        if block and not block.startswith(":")
    ]


class TestWhatThereIs:
    """Without waiting, so that the stream has an end."""

    def test_each_event_is_as_the_description_says(self, client: TestClient) -> None:
        description = client.get("/openapi.json").json()
        described = description["paths"][EVENTS]["get"]["responses"]["200"]["content"]["text/event-stream"]
        item, components = described["itemSchema"], {"components": description["components"]}
        data = item["properties"]["data"]["contentSchema"]
        told = events_in(client.get(EVENTS, params={"after": 0, "wait": "false"}).text)
        assert {"position", "receipt"} <= {each["event"] for each in told}
        for each in told:
            jsonschema_rs.validate({**item, **components}, each)
            jsonschema_rs.validate({**data, **components}, json.loads(each["data"]))

    def test_each_document_as_it_is_told_alone(self, client: TestClient) -> None:
        answer = client.get(EVENTS, params={"after": 0, "wait": "false"})
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        position, *found = events_in(answer.text)
        keys = documents_of(client)
        assert position == {"event": "position", "data": f'{{"after": 0, "last": {len(keys)}}}'}
        assert [each["id"] for each in found] == [str(number) for number in range(1, len(keys) + 1)]
        for key, each in zip(keys, found, strict=True):
            alone = client.get(f"/v1/documents/{key}")
            assert each["data"] == alone.text[len('{"document":') : alone.text.index(',"body":{"state"')]
            assert each["event"] == alone.json()["document"]["kind"]

    @pytest.mark.parametrize("place", [420102, 420103001001, WEST_GOVERNMENT])
    def test_only_what_names_the_place(self, client: TestClient, place: int) -> None:
        answer = client.get(EVENTS, params={"after": 0, "wait": "false", "place": place})
        page = client.get("/v1/documents", params={"place": place, "order": "oldest", "limit": 200}).json()
        assert [each["id"] for each in events_in(answer.text)[1:]] == [
            str(each["number"]) for each in page["documents"]
        ]

    @pytest.mark.parametrize("at_once", [1, 3])
    def test_whoever_resumes_far_back_hears_all_of_it_page_by_page(
        self, client: TestClient, monkeypatch: pytest.MonkeyPatch, at_once: int
    ) -> None:
        whole = client.get(EVENTS, params={"after": 0, "wait": "false"}).text
        west = client.get(EVENTS, params={"after": 0, "wait": "false", "place": 420103}).text
        monkeypatch.setattr(events, "AT_ONCE", at_once)
        assert client.get(EVENTS, params={"after": 0, "wait": "false"}).text == whole
        again = client.get(EVENTS, params={"after": 0, "wait": "false", "place": 420103}).text
        assert again == west

    def test_the_header_goes_before_the_parameter(self, client: TestClient) -> None:
        answer = client.get(EVENTS, params={"after": 0, "wait": "false"}, headers={"Last-Event-ID": "10"})
        assert events_in(answer.text)[1]["id"] == "11"

    def test_from_now_on_and_from_beyond_nothing_is_told(self, client: TestClient) -> None:
        for headers in ({}, {"Last-Event-ID": str(2**63 - 1)}):
            answer = client.get(EVENTS, params={"wait": "false"}, headers=headers)
            assert [each["event"] for each in events_in(answer.text)] == ["position"]


class TestRefusals:
    @pytest.mark.parametrize("id_", ["x", "-1", "1.5", "", str(2**63), "９", "0x1", "1 2", "\u00e9"])
    def test_no_id_of_an_event(self, client: TestClient, id_: str) -> None:
        answer = client.get(EVENTS, params={"wait": "false"}, headers={"Last-Event-ID": id_.encode()})
        assert_problem(answer, 422, "event-id-form")

    def test_endless_id(self, client: TestClient) -> None:
        answer = client.get(EVENTS, params={"wait": "false"}, headers={"Last-Event-ID": "1" * 5_000})
        assert_problem(answer, 422, "parameter-malformed")

    @pytest.mark.parametrize("query", [{"after": "-1"}, {"after": str(2**63)}, {"wait": "maybe"}, {"x": "1"}])
    def test_malformed_query(self, client: TestClient, query: dict[str, str]) -> None:
        assert_problem(client.get(EVENTS, params={"wait": "false"} | query), 422, "parameter-malformed")

    def test_place_that_is_not_registered(self, client: TestClient) -> None:
        assert_problem(client.get(EVENTS, params={"place": "99"}), 404, "division-not-registered")


class TestFollowing:
    def test_what_is_new_comes_in_order_to_whoever_it_concerns(self, home: Home, address: str) -> None:
        everything, west = account_of(home, 0), account_of(home, 420103)
        with (
            Following(address, everything) as all_,
            Following(address, west) as there,
            Following(address, everything, f"?place={EAST_GOVERNMENT}") as here,
        ):
            assert next(all_.events()).kind == "position"
            first = issue_from(home, EAST_GOVERNMENT, 3)
            second = issue_from(home, WEST_GOVERNMENT, 2)
            assert [each.data["key"] for each in all_.take(5)] == [f"{key:062x}" for key in first + second]
            assert [each.data["key"] for each in there.take(2)] == [f"{key:062x}" for key in second]
            assert [each.data["key"] for each in here.take(3)] == [f"{key:062x}" for key in first]

    def test_resumes_behind_any_number(self, home: Home, address: str) -> None:
        key = account_of(home, 0)
        with Following(address, key, "?after=0") as whole:
            everything = whole.take(15)
        assert numbers(everything) == list(range(1, 16))
        for last in (1, 7, 14):
            with Following(address, key, last_event_id=str(last)) as rest:
                assert rest.take(15 - last) == everything[last:]

    def test_ends_when_the_account_is_revoked(self, home: Home, address: str) -> None:
        key = account_of(home, 0)
        with Following(address, key) as stream:
            heard = stream.events()
            assert next(heard).kind == "position"
            with AccountStore.open(home.path / READERS) as accounts:
                accounts.revoke(key.split("_")[1], by=ZERO_ADDRESS, now=1)
            since = time.monotonic()
            [last] = list(heard)
            assert time.monotonic() - since < LOOKS + 5  # of a loaded machine
            assert (last.id, last.kind) == (None, "ended")
            assert last.data["type"] == "urn:shecang:problem:key-unusable"
        with Following(address, key) as again:
            assert again.answer.status == 401

    def test_a_stream_too_many_is_refused_until_another_ends(self, home: Home, address: str) -> None:
        key, other = account_of(home, 0), account_of(home, 0)
        streams = [Following(address, key) for _ in range(MOST_OF_ACCOUNT)]
        try:
            assert {each.answer.status for each in streams} == {200}
            with Following(address, key) as refused:
                assert refused.answer.status == 503
                assert refused.answer.headers["retry-after"]
                assert b"streams-too-many" in refused.answer.read()
            with Following(address, other) as another:
                assert another.answer.status == 200
            streams.pop().close()
            wait_for(lambda: is_open(address, key))
        finally:
            for each in streams:
                each.close()

    def test_whoever_takes_nothing_holds_nobody_up(self, home: Home, address: str) -> None:
        """Its connection fills up, and the others hear what is new all the same."""
        slow, key = account_of(home, 0), account_of(home, 0)
        host, port = address.removeprefix("http://").split(":")
        asleep = [socket.create_connection((host, int(port))) for _ in range(3)]
        for each in asleep:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            lines = (f"GET {EVENTS}?after=0 HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {slow}")
            each.sendall("\r\n".join((*lines, "", "")).encode())
        with Following(address, key) as awake:
            assert awake.answer.status == 200
            assert next(awake.events()).kind == "position"
            written = issue_from(home, WEST_GOVERNMENT, 2)
            assert [each.data["key"] for each in awake.take(2)] == [f"{each:062x}" for each in written]
        for each in asleep:
            each.close()


def numbers(heard: list[Event]) -> list[int]:
    return [each.number for each in heard]


def is_open(address: str, key: str) -> bool:
    with Following(address, key) as stream:
        return stream.answer.status == 200


class TestServer:
    def test_killed_and_started_again(self, city: Home, tmp_path: Path) -> None:
        """Whoever reconnects with the last id hears what was recorded meanwhile, all of it and once."""
        home = copy_of(city, tmp_path / "home")
        key = account_of(home, 0)
        heard: list[Event] = []
        with running(home) as (address, process):
            port = int(address.rsplit(":", 1)[1])
            with Following(address, key, "?after=0") as stream:
                heard += stream.take(10)
                process.send_signal(signal.SIGKILL)
                process.wait()
        issue_from(home, EAST_GOVERNMENT, 3)
        with (
            running(home, port) as (address, process),
            Following(address, key, last_event_id=heard[-1].id) as stream,
        ):
            total = len(documents_there(home)) + 2
            issue_from(home, EAST_GOVERNMENT, 2)
            heard += stream.take(total - 10)
            process.send_signal(signal.SIGKILL)
        assert numbers(heard) == list(range(1, total + 1))
        assert [each.data["key"] for each in heard] == documents_there(home)

    def test_ends_at_once_with_streams_open(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        with running(home) as (address, process), Following(address, account_of(home, 0)) as stream:
            heard = stream.events()
            assert next(heard).kind == "position"
            since = time.monotonic()
            process.send_signal(signal.SIGINT)
            assert list(heard) == []
            assert wait_of(process) < 4, "it waited for the stream"
            assert time.monotonic() - since < 5


def wait_of(process: subprocess.Popen[str]) -> float:
    since = time.monotonic()
    process.wait(20)
    return time.monotonic() - since


def documents_there(home: Home) -> list[str]:
    from ledger_client.ledger import Ledger

    with Ledger.open(home) as ledger:
        ledger.index()
        reader = IndexReader(ledger.index_engine)
        found = {
            each.document.number: each.document.key
            for site in reader.sites()
            for each in reader.stock_card(site)
        }
    return [f"{found[number]:062x}" for number in sorted(found)]
