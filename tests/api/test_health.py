"""`/health` and `/ready`: what whoever watches the server is told."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from fastapi.testclient import TestClient
from served import UNLIMITED, assert_problem, client_of, copy_of, serving, wait_for

from api.app import create_app
from api.following import Following, _following_of
from api.routes.health import READY_LAG
from ledger_client.embedded import EmbeddedProvider
from ledger_client.home import Home


def test_health_asks_nothing(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_ready_at_the_head(client: TestClient) -> None:
    answer = client.get("/ready").json()
    assert answer["lag"] == 0
    assert answer["head"] == answer["block"]["number"] > 0


class TestRelay:
    """As a thread of the server; as a process beside it: see test_children.py."""

    def test_at_work(self, client: TestClient) -> None:
        wait_for(lambda: client.get("/ready").json()["relay"] == {"is_at_work": True, "failure": None})

    def test_none_where_nothing_can_be_handed_in(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        home.outbox.unlink()
        with client_of(create_app(home, UNLIMITED)) as client:
            wait_for(lambda: client.get("/ready").status_code == 200)
            assert client.get("/ready").json()["relay"] is None

    def test_what_keeps_it_from_its_work_is_told_and_the_server_is_ready(
        self, city: Home, tmp_path: Path
    ) -> None:
        home = copy_of(city, tmp_path / "home")
        with serving(home) as client:
            wait_for(lambda: bool(client.get("/ready").json()["relay"]["is_at_work"]))
            rename(home, "entries", "away")
            wait_for(lambda: not client.get("/ready").json()["relay"]["is_at_work"])
            answer = client.get("/ready")
            assert answer.status_code == 200
            failure = answer.json()["relay"]["failure"]
            assert failure["type"] == "urn:shecang:problem:child-failed"
            assert "called relay failed (OperationalError in " in failure["en"]
            assert "relay 部分出错（OperationalError in " in failure["zh"]
            assert "SELECT" not in str(failure)  # whose values are nobody's to read here
            rename(home, "away", "entries")
            wait_for(lambda: client.get("/ready").json()["relay"] == {"is_at_work": True, "failure": None})


def rename(home: Home, one: str, other: str) -> None:
    """Rename a table of the outbox, as where a disk has eaten it."""
    with closing(sqlite3.connect(home.outbox, timeout=20)) as outbox, outbox:
        outbox.execute(f"ALTER TABLE {one} RENAME TO {other}")


def test_not_ready_while_nothing_is_read(city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    home.index.unlink()
    with client_of(create_app(home, UNLIMITED)) as client:
        assert client.get("/health").status_code == 200
        wait_for(lambda: client.get("/ready").status_code == 200)


def test_not_ready_without_the_chain(city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    with EmbeddedProvider(home.chain) as holder:
        holder.is_connected()
        with serving(home) as client:
            holder.close()
            home.chain.rename(tmp_path / "away")
            wait_for(lambda: client.get("/ready").status_code == 503)
            assert_problem(client.get("/ready"), 503, "not-ready", "does not follow the chain")
            # What is asked of the index is answered on, with its block.
            assert client.get("/v1/stock/totals/0").status_code == 200
            (tmp_path / "away").rename(home.chain)
            wait_for(lambda: client.get("/ready").status_code == 200)


def test_how_far_behind_is_still_ready(city: Home, tmp_path: Path) -> None:
    app = create_app(copy_of(city, tmp_path / "home"), UNLIMITED)
    with client_of(app) as client:
        wait_for(lambda: client.get("/ready").status_code == 200)
        block = client.get("/ready").json()["block"]["number"]
        for lag, status in ((READY_LAG, 200), (READY_LAG + 1, 503)):
            app.dependency_overrides[_following_of] = lambda lag=lag: Following(
                head=block + lag, heard=time.monotonic()
            )
            answer = client.get("/ready")
            assert answer.status_code == status
        assert_problem(answer, 503, "not-ready", f"the chain at {block + READY_LAG + 1}")
