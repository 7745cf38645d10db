"""The application as a whole: its life, its refusals, its headers, its description of itself."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import assert_problem, client_of, copy_of, serving, wait_for

from api.access.callers import _caller
from api.access.rights import Rights, Scope
from api.app import create_app
from api.gate import SECURITY_HEADERS, language_of
from api.problems import status_of
from api.reading import Reading, _reading_of
from ledger_client.databases import DatabaseMissingError
from ledger_client.demo.cast import COUNTRY, EAST_GOVERNMENT
from ledger_client.divisions import ROOT
from ledger_client.embedded import EmbeddedProvider
from ledger_client.errors import MismatchError, RefusedError, ShecangError, UnavailableError, UsageError
from ledger_client.home import Home, HomeMissingError
from ledger_client.identifiers import supplier_id
from ledger_client.index.schema import bring_up_to_date
from ledger_client.index.tables import metadata
from ledger_client.ledger import Ledger
from ledger_client.records import RecordsKeyMissingError
from ledger_client.signers import KeystoreSigner
from ledger_client.writing import Party

ADDRESSES = (
    f"/v1/sites/{EAST_GOVERNMENT}/stock-card",
    "/v1/stock/on-hand/0",
    "/v1/suppliers/91420100MA4KXMPL1B/verdict?category=1",
)


class TestStart:
    def test_opens_nothing_before_it_starts(self, tmp_path: Path) -> None:
        create_app(Home(tmp_path / "nowhere"))
        assert list(tmp_path.iterdir()) == []

    def test_without_a_ledger_fails_and_remembers_why(self, tmp_path: Path) -> None:
        app = create_app(Home(tmp_path))
        with pytest.raises(HomeMissingError), client_of(app):
            pass
        assert isinstance(app.state.failure, HomeMissingError)

    def test_without_the_key_of_the_records_fails(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        home.records_key.unlink()
        with pytest.raises(RecordsKeyMissingError), client_of(create_app(home)):
            pass

    def test_without_the_records_fails_and_makes_none(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        home.records.unlink()
        with pytest.raises(DatabaseMissingError), client_of(create_app(home)):
            pass
        assert not home.records.exists()

    def test_a_home_may_be_served_twice(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        home.index.unlink()
        with serving(home) as one, serving(home) as two:
            for address in ADDRESSES:
                first, second = one.get(address), two.get(address)
                assert (first.status_code, second.status_code) == (200, 200)
                # Verdicts, and which counts are overdue, are told as of each answer's own second.
                said = [{**each.json(), "at": None, "counts_at": None} for each in (first, second)]
                assert said[0] == said[1]

    def test_needs_no_key_of_anybody_and_no_outbox(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        shutil.rmtree(home.keys)
        home.outbox.unlink()
        with serving(home) as client:
            assert [client.get(address).status_code for address in ADDRESSES] == [200, 200, 200]
        assert not home.keys.exists()
        assert not home.outbox.exists()
        assert not list(home.path.glob("api*"))  # the index is the home's


@pytest.fixture(scope="module")
def unread(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reading, TestClient]]:
    """A ledger of which no block was read yet, and a client that asks about it."""
    home = copy_of(city, tmp_path_factory.mktemp("unread") / "home")
    home.index.unlink()
    reading = Reading.open(home)
    bring_up_to_date(reading._engine)
    app = create_app(home)
    app.dependency_overrides[_reading_of] = lambda: reading
    app.dependency_overrides[_caller] = lambda: Rights("a reader", (ROOT,), frozenset(Scope))
    yield reading, client_of(app)
    reading.close()


class TestIndex:
    @pytest.mark.parametrize("address", ADDRESSES)
    def test_of_which_nothing_is_read_yet(self, unread: tuple[Reading, TestClient], address: str) -> None:
        answer = unread[1].get(address)
        assert_problem(answer, 503, "index-empty")
        assert int(answer.headers["retry-after"]) > 0

    def test_that_is_gone(self, unread: tuple[Reading, TestClient]) -> None:
        reading, client = unread
        metadata.drop_all(reading._engine)
        problem = assert_problem(client.get(ADDRESSES[0]), 503, "index-unusable")
        assert "SELECT" not in problem["detail"]
        metadata.create_all(reading._engine)

    def test_follows_what_is_recorded(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        address = "/v1/suppliers/91110000600037341L/verdict?category=1"
        with serving(home) as client, Ledger.open(home) as ledger:
            before = client.get(address).json()
            root = Party(KeystoreSigner.open(home.keys / "root.json", ""), COUNTRY)
            new = supplier_id("uscc", "91110000600037341L")
            [entry] = ledger.write([ledger.suppliers.register(new, zh="新供应商", en="New", by=root)])
            wait_for(lambda: client.get(address).json()["is_registered"])
            after = client.get(address).json()
        assert before["is_registered"] is False
        assert before["block"]["number"] < after["block"]["number"] == entry.block_number
        assert after["name"] == {"zh": "新供应商", "en": "New"}

    def test_that_a_command_rebuilds_meanwhile(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        with serving(home) as client, Ledger.open(home) as ledger:
            before = [client.get(address).json() for address in ADDRESSES[:2]]
            ledger.rebuild_index()
            root = Party(KeystoreSigner.open(home.keys / "root.json", ""), COUNTRY)
            new = supplier_id("uscc", "91110000600037341L")
            [entry] = ledger.write([ledger.suppliers.register(new, zh="新供应商", en="New", by=root)])
            wait_for(lambda: _block_of(client.get(ADDRESSES[1])) == entry.block_number)
            after = [client.get(address).json() for address in ADDRESSES[:2]]
        for answer in (*before, *after):
            del answer["block"], answer["counts_at"]  # of the block, and of the clock
        assert after == before

    def test_goes_on_without_the_chain_and_says_so_once(
        self, city: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        home = copy_of(city, tmp_path / "home")
        away = tmp_path / "away"
        caplog.set_level(logging.WARNING, "api.following")
        with EmbeddedProvider(home.chain) as holder:
            holder.is_connected()
            with serving(home) as client:
                block = client.get(ADDRESSES[1]).json()["block"]
                holder.close()
                home.chain.rename(away)
                wait_for(lambda: bool(caplog.records))
                assert client.get(ADDRESSES[1]).json()["block"] == block
                away.rename(home.chain)
                wait_for(lambda: "again" in caplog.text)
        assert len(caplog.records) == 2
        assert "does not follow" in caplog.messages[0]


def _block_of(answer: Any) -> int:
    return int(answer.json().get("block", {}).get("number", 0))


class TestRefusals:
    def test_no_such_address(self, client: TestClient) -> None:
        assert_problem(client.get("/v2/anything"), 404, "not-found", "/openapi.json")

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
    def test_nothing_is_written(self, client: TestClient, method: str) -> None:
        answer = client.request(method, ADDRESSES[0], content=b"{}")
        assert_problem(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == "GET"

    @pytest.mark.parametrize("host", ["evil.example", "", "127.0.0.1.evil.example", "[::1", "evil@x"])
    def test_another_name_of_this_server(self, client: TestClient, host: str) -> None:
        answer = client.get(ADDRESSES[1], headers={"host": host})
        assert_problem(answer, 421, "misdirected-request")

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "LOCALHOST"])
    def test_own_names(self, client: TestClient, host: str) -> None:
        assert client.get(ADDRESSES[1], headers={"host": host}).status_code == 200

    def test_what_nobody_foresaw_shows_nothing_of_the_inside(
        self, city: Home, caplog: pytest.LogCaptureFixture
    ) -> None:
        app = create_app(city)

        @app.get("/fails")
        def fails() -> None:
            raise RuntimeError("a secret of the inside")

        answer = client_of(app).get("/fails")
        assert_problem(answer, 500, "internal-server-error")
        assert "secret" not in answer.text
        # Whoever runs the server must learn what and where, and nothing that the sentence may hold.
        assert "RuntimeError" in caplog.text
        assert "in fails" in caplog.text
        assert "secret" not in caplog.text
        assert answer.json()["request"] == answer.headers["x-request-id"]
        assert answer.json()["request"] in caplog.text
        assert answer.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize(
        ("base", "status"),
        [(UsageError, 422), (RefusedError, 409), (MismatchError, 503), (UnavailableError, 503)],
    )
    def test_status_follows_from_the_kind_of_error(self, base: type[ShecangError], status: int) -> None:
        class SomeError(base):  # type: ignore[misc, valid-type]
            """Of a module that the table has never heard of."""

        assert status_of(SomeError()) == status


class TestLanguage:
    @pytest.mark.parametrize(
        ("accepted", "language"),
        [
            ("", "en"),
            ("fr", "en"),
            ("zh", "zh"),
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
            ("en-US,en;q=0.9,zh;q=0.8", "en"),
            ("fr, zh-Hans;q=0.2, en;q=0.1", "zh"),
            ("zh;q=0", "en"),
            ("zh;q=nan, en;q=0.1", "en"),
            ("zh;q=x", "en"),
            ("*", "en"),
            (",;=;q=,zh", "zh"),
        ],
    )
    def test_is_the_one_preferred(self, accepted: str, language: str) -> None:
        assert language_of(accepted) == language

    def test_of_a_refusal(self, client: TestClient) -> None:
        address = "/v1/stock/on-hand/99"
        chinese = client.get(address, headers={"accept-language": "zh-CN"})
        english = client.get(address, headers={"accept-language": "en"})
        assert_problem(chinese, 404, "division-not-registered", "未在本账本登记")
        assert_problem(english, 404, "division-not-registered", "not registered")
        assert chinese.headers["content-language"] == "zh"
        assert "Accept-Language" in english.headers["vary"]

    def test_of_a_malformed_parameter(self, client: TestClient) -> None:
        answer = client.get(ADDRESSES[0], params={"limit": 0}, headers={"accept-language": "zh"})
        assert_problem(answer, 422, "parameter-malformed", "不得小于 1")

    def test_changes_no_data(self, client: TestClient) -> None:
        answers = [
            client.get(ADDRESSES[1], headers={"accept-language": each}).json() for each in ("zh", "en")
        ]
        assert answers[0] == answers[1]


@pytest.mark.parametrize("address", [*ADDRESSES, "/openapi.json", "/nothing", "/v1/stock/on-hand/x"])
def test_every_answer_carries_the_security_headers(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "server" not in headers


class TestDescription:
    @pytest.fixture
    def description(self, client: TestClient) -> dict[str, Any]:
        description: dict[str, Any] = client.get("/openapi.json").json()
        return description

    def test_describes_every_field_and_parameter(self, description: dict[str, Any]) -> None:
        fields = [
            (schema, name)
            for schema, content in description["components"]["schemas"].items()
            for name, field in content["properties"].items()
            if not field.get("description")
        ]
        parameters = [
            parameter["name"]
            for path in description["paths"].values()
            for operation in path.values()
            for parameter in operation.get("parameters", [])
            if not parameter.get("description")
        ]
        assert (fields, parameters) == ([], [])

    def test_names_no_address_that_it_does_not_define(self, description: dict[str, Any]) -> None:
        known = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
        assert set(_references(description)) <= known

    def test_loads_no_page_from_elsewhere(self, client: TestClient) -> None:
        assert {client.get(path).status_code for path in ("/docs", "/redoc")} == {404}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for child in value.values():
            yield from _references(child)
    elif isinstance(value, list):
        for child in value:
            yield from _references(child)


def test_an_index_that_the_server_makes_is_for_its_owner_alone(city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    home.index.unlink()
    with serving(home):
        assert home.index.stat().st_mode & 0o077 == 0
