"""What the server logs and measures, and what of a request must never be in it."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends
from fastapi.testclient import TestClient
from pydantic import BaseModel
from served import CHAIN_ID, ROOT_URL, UNLIMITED, account_of, client_of, copy_of, wait_for
from sqlalchemy import create_engine, text

from api.access.callers import COOKIE
from api.app import create_app
from api.logs import logging_to
from api.settings import Settings
from api.uploads import Upload, UploadedFile
from ledger_client.demo.cast import EAST_GOVERNMENT, SUPPLIERS
from ledger_client.errors import ShecangError
from ledger_client.home import Home
from ledger_client.sign_in import SignIn
from ledger_client.signers import KeystoreSigner

NAME = "王小明"
SECRET = "a-note-about-somebody"
USCC = "91420100MA4KXMPL1B"
PLACE = str(EAST_GOVERNMENT)
FILE = Upload("text/csv", limit=1_000)


class Form(BaseModel):
    """What a route for these tests takes."""

    name: str


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is logged."""
    stream = io.StringIO()
    with logging_to(stream):
        yield stream


@pytest.fixture
def running(city: Home, tmp_path: Path) -> Iterator[tuple[Home, TestClient]]:
    home = copy_of(city, tmp_path / "home")
    app = create_app(home, UNLIMITED)

    @app.get("/fails/{name}")
    def fails(name: str, how: str) -> None:
        if how == "sql":
            with create_engine("sqlite://").connect() as connection:
                connection.execute(text("select :name from nowhere"), {"name": name})
        if how == "disk":
            raise OSError(28, "No space left on device", f"/{name}")
        if how == "sentence":
            raise ShecangError(name=name)
        try:
            raise KeyError(name)
        except KeyError as error:
            raise ValueError(f"of {name}") from error

    @app.post("/form")
    def take(form: Form) -> Form:
        raise RuntimeError(form.name)

    @app.get("/wrong", response_model=Form)
    def wrong() -> Any:
        return {"name": {"of": NAME}}

    @app.post("/file")
    def look(file: Annotated[UploadedFile, Depends(FILE)]) -> None:
        raise RuntimeError(file.file.read().decode())

    with client_of(app) as client:
        wait_for(lambda: client.get("/ready").status_code == 200)
        yield home, client


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(each) for each in stream.getvalue().splitlines()]


def line_of(stream: io.StringIO, answer: Any) -> dict[str, Any]:
    [line] = [
        each
        for each in lines_of(stream)
        if each["event"] == "request" and each["request"] == answer.headers["x-request-id"]
    ]
    return line


class TestLine:
    def test_says_what_whoever_runs_it_needs(
        self, stream: io.StringIO, running: tuple[Home, TestClient]
    ) -> None:
        home, client = running
        key = account_of(home, 0)
        answer = client.get(
            f"/v1/sites/{PLACE}/stock-card?limit=3", headers={"Authorization": f"Bearer {key}"}
        )
        line = line_of(stream, answer)
        assert 0 < line.pop("ms") < 20_000
        assert line.pop("time").endswith("Z")
        assert line == {
            "event": "request",
            "level": "info",
            "method": "GET",
            "route": "/v1/sites/{site}/stock-card",
            "status": 200,
            "caller": key.split("_")[1],
            "request": answer.headers["x-request-id"],
        }

    @pytest.mark.parametrize(
        ("method", "path", "headers", "expected"),
        [
            ("GET", "/health", {}, ("GET", "/health", 200, "public")),
            ("GET", f"/v9/{NAME}", {}, ("GET", "none", 404, "public")),
            ("GET", "/v1/sign-in", {"Authorization": "Bearer x"}, ("GET", "/v1/sign-in", 401, "unknown")),
            ("GET", "/v1/sign-in", {"Cookie": f"{COOKIE}=x"}, ("GET", "/v1/sign-in", 401, "unknown")),
            ("GET", "/health", {"Host": "evil.example"}, ("GET", "/health", 421, "public")),
            (
                "PUT",
                f"/v1/sites/{PLACE}/stock-card",
                {},
                ("PUT", "/v1/sites/{site}/stock-card", 405, "public"),
            ),
            (SECRET.upper(), "/health", {}, ("other", "/health", 405, "public")),
        ],
    )
    def test_of_every_kind_of_answer(
        self,
        stream: io.StringIO,
        running: tuple[Home, TestClient],
        method: str,
        path: str,
        headers: dict[str, str],
        expected: tuple[object, ...],
    ) -> None:
        line = line_of(stream, running[1].request(method, path, headers=headers))
        assert (line["method"], line["route"], line["status"], line["caller"]) == expected

    def test_only_where_it_is_wanted(self, running: tuple[Home, TestClient], caplog: Any) -> None:
        logging.getLogger("api").setLevel(logging.NOTSET)
        running[1].get("/health")
        assert not caplog.records


class TestFailures:
    @pytest.mark.parametrize(
        ("how", "kinds"),
        [
            ("sql", ["sqlalchemy.exc.OperationalError: no such table: nowhere", "sqlite3.OperationalError"]),
            ("disk", ["builtins.OSError: No space left on device"]),
            ("chain", ["builtins.ValueError\n", "builtins.KeyError\n"]),
        ],
    )
    def test_say_where_and_never_what(
        self, stream: io.StringIO, running: tuple[Home, TestClient], how: str, kinds: list[str]
    ) -> None:
        answer = running[1].get(f"/fails/{NAME}", params={"how": how})
        assert answer.status_code == 500
        [failed] = [each for each in lines_of(stream) if each["event"] == "failed"]
        assert failed["request"] == answer.json()["request"] == answer.headers["x-request-id"]
        assert failed["route"] == "/fails/{name}"
        assert "test_logs.py:" in failed["exception"]
        for each in kinds:
            assert each in failed["exception"]
        assert NAME not in stream.getvalue()
        assert "Traceback" not in answer.text
        assert "test_logs" not in answer.text

    def test_of_other_modules_are_lines_too(self, stream: io.StringIO) -> None:
        try:
            raise sqlite3.OperationalError("disk I/O error")
        except sqlite3.OperationalError:
            logging.getLogger("api.following").exception("the index does not follow the chain")
        [line] = lines_of(stream)
        assert line["event"] == "the index does not follow the chain"
        assert line["exception"].startswith("sqlite3.OperationalError: disk I/O error\n")
        assert line["level"] == "error"


def test_nothing_of_anybody_is_ever_logged(stream: io.StringIO, running: tuple[Home, TestClient]) -> None:
    """Names, codes, keys, notes and signatures in every place of requests, through every kind of answer."""
    home, client = running
    key = account_of(home, 0)
    signer = KeystoreSigner.open(home.keys / "keeper-east.json", "")
    given, now = client.get("/v1/sign-in/nonce").json(), int(time.time())
    request = SignIn(given["domain"], signer.address, ROOT_URL, CHAIN_ID, given["nonce"], now, now + 60)
    signature = request.signed_by(signer)
    session = client.post("/v1/sign-in", json={"message": request.text, "signature": signature}).json()
    token = client.cookies[COOKIE]
    client.get(f"/v1/sites/{PLACE}/stock-card")
    client.delete("/v1/sign-in", headers={"X-CSRF-Token": "wrong" + SECRET})
    client.delete("/v1/sign-in", headers={"X-CSRF-Token": session["csrf_token"]})
    client.cookies.clear()
    client.post("/v1/sign-in", json={"key": key})
    client.cookies.clear()
    for value in (NAME, SECRET, USCC, PLACE, key):
        for path in (
            f"/v1/sites/{value}/stock-card",
            f"/v1/stock/on-hand/{value}",
            f"/v1/suppliers/{value}/verdict?category=1",
            f"/{value}",
            f"/fails/{value}?how=sql",
            f"/fails/{value}?how=disk",
            f"/fails/{value}?how=sentence",
            f"/fails/{value}?how={value}",
            f"/v1/stock/totals/0?as_of={value}",
            f"/v1/stock/totals/0?{value}={value}",
        ):
            for headers in (
                {},
                {"Authorization": f"Bearer {key}"},
                {"Authorization": f"Basic {value}".encode()},
                {"Cookie": f"{COOKIE}={value}".encode()},
                {"Host": value.encode(), "X-Forwarded-For": "203.0.113.77", "User-Agent": value.encode()},
            ):
                client.get(path, headers=headers)  # type: ignore[arg-type]
        client.post("/form", json={"name": value})
        client.post("/form", json={value: value})
        client.post("/form", content=value.encode(), headers={"Content-Type": f"text/{value}".encode()})
        client.post("/file", content=value.encode(), headers={"Content-Type": "text/csv"})
        client.post("/v1/sign-in", json={"message": value, "signature": value})
        client.post("/v1/sign-in", json={value: "[" * 100})
    client.get("/wrong")
    said = stream.getvalue()
    assert len(lines_of(stream)) > 250
    statuses = {each["status"] for each in lines_of(stream) if each["event"] == "request"}
    assert {200, 204, 401, 404, 409, 415, 421, 422, 500} <= statuses
    forbidden = [
        *(NAME, SECRET, USCC, PLACE, key, key.split("_", 2)[2], token, signature, signer.address),
        *(given["nonce"], session["csrf_token"], "203.0.113.77", "testclient", "how=", "as_of="),
        *SUPPLIERS[next(iter(SUPPLIERS))],
    ]
    assert [
        each for each in forbidden if each in said or each.encode("unicode_escape").decode() in said
    ] == []


class TestMetrics:
    def metrics(self, client: TestClient, key: str) -> str:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=")
        return answer.text

    def test_count_by_template(self, running: tuple[Home, TestClient]) -> None:
        home, client = running
        key = account_of(home, 0)
        for place in (PLACE, NAME, SECRET):
            client.get(f"/v1/stock/on-hand/{place}", headers={"Authorization": f"Bearer {key}"})
            client.request(SECRET.upper(), f"/{place}")
        said = self.metrics(client, key)
        on_hand = 'handler="/v1/stock/on-hand/{place}",method="GET",status="'
        assert f'http_requests_total{{{on_hand}200"}} 1.0' in said
        assert f'http_requests_total{{{on_hand}422"}} 2.0' in said
        assert 'http_requests_total{handler="none",method="other",status="404"} 3.0' in said
        assert (
            'http_request_duration_seconds_count{handler="/v1/stock/on-hand/{place}",method="GET"} 3.0'
            in said
        )
        for each in (NAME, SECRET, SECRET.upper(), PLACE, key.split("_")[1], "testclient"):
            assert each not in said

    def test_say_how_the_index_stands(self, running: tuple[Home, TestClient]) -> None:
        home, client = running
        block = client.get("/ready").json()["block"]["number"]
        said = self.metrics(client, account_of(home, 0))
        for name, value in (
            ("index_block", block),
            ("chain_head", block),
            ("index_lag_blocks", 0),
            ("index_follows", 1),
            ("uploads_open", 0),
        ):
            assert f"\nshecang_{name} {value}.0\n" in said

    def test_count_what_came_too_often(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        with client_of(create_app(home, Settings(public_rate=3, failure_rate=1))) as client:
            key = account_of(home, 0)
            client.get("/v1/sign-in", headers={"Authorization": f"Bearer {key}"})
            for _ in range(3):
                client.get("/v1/sign-in", headers={"Authorization": "Bearer x"})
            for _ in range(3):
                client.get("/health")
            said = self.metrics(client, key)
        assert 'shecang_rate_limited_requests_total{limit="failure"} 2.0' in said
        assert 'shecang_rate_limited_requests_total{limit="public"} 2.0' in said
        assert 'shecang_rate_limited_requests_total{limit="caller"} 0.0' in said

    def test_of_two_servers_are_apart(self, city: Home, tmp_path: Path) -> None:
        create_app(Home(tmp_path))
        create_app(Home(tmp_path))
