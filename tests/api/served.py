"""A played city that is served: homes to copy, and a client that waits for the index."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access.accounts import READERS, AccountStore
from api.access.rights import Scope
from api.app import create_app
from api.settings import Settings
from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.demo.cast import at
from ledger_client.demo.city import City
from ledger_client.divisions import DivisionId
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.signers import KeystoreSigner

ROOT_URL = "http://127.0.0.1:8000"
CHAIN_ID = 31
UNLIMITED = Settings(poll=0.05, caller_rate=None, public_rate=None, failure_rate=None)
"""Of a server that is asked as often as tests ask."""

PATIENCE = 20.0  # seconds for the index to follow


def play_city(path: Path) -> Home:
    """Play the sample city through on an embedded chain of its own."""
    home = Home(path)
    home.keys.mkdir(parents=True)
    create_keystore(home.keys / "root.json", "", demo=True)
    clock = ManualClock(at(0))
    root = KeystoreSigner.open(home.keys / "root.json", "")
    Ledger.create(home, root, chain_id=CHAIN_ID, delay=0, clock=clock)
    with Ledger.open(home, clock=clock) as ledger:
        City(ledger, clock, lambda en, zh: None).play()
    return home


def copy_of(home: Home, path: Path) -> Home:
    """Copy a home, so that a test may change it."""
    shutil.copytree(home.path, path)
    return Home(path)


def client_of(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=ROOT_URL)


def account_of(home: Home, *divisions: int, scopes: Sequence[Scope] = (Scope.READ,), now: float = 0) -> str:
    """Issue a reader account of a home and return its key."""
    with AccountStore.open(home.path / READERS) as accounts:
        wanted = [DivisionId(each) for each in divisions]
        return accounts.issue("a reader", wanted, scopes, by=ZERO_ADDRESS, now=now)


@contextmanager
def serving(home: Home) -> Iterator[TestClient]:
    """Serve a home in this process, from when its index is at the head, to somebody who reads all of it."""
    with client_of(create_app(home, UNLIMITED)) as client:
        client.headers["Authorization"] = f"Bearer {account_of(home, 0)}"
        wait_for(lambda: client.get("/v1/stock/on-hand/0").status_code == 200)
        yield client


def wait_for(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.02)


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def assert_problem(answer: Any, status: int, type_: str, *words: str) -> dict[str, Any]:
    """Assert that an answer is a whole problem document whose detail has some words in it."""
    problem: dict[str, Any] = answer.json()
    assert answer.status_code == status, problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:shecang:problem:{type_}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["instance"] == answer.request.url.path
    for word in words:
        assert word in problem["detail"], problem["detail"]
    assert "Traceback" not in answer.text
    return problem
