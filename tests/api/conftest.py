"""One city is played a run; what only reads shares one server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asking_city import Asking, play_asking
from fastapi.testclient import TestClient
from made_once import made_once
from served import copy_of, play_city, serving

from ledger_client.databases import open_database
from ledger_client.home import Home
from ledger_client.index import IndexReader


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of the city; nobody opens it, tests copy it."""
    return made_once(tmp_path_factory, "served-city", play_city)


@pytest.fixture(scope="session")
def client(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of the served city."""
    with serving(copy_of(city, tmp_path_factory.mktemp("served") / "home")) as client:
        yield client


@pytest.fixture(scope="session")
def index(city: Home) -> Iterator[IndexReader]:
    """The index of the city; the server reads that of its own copy of the home."""
    engine = open_database(city.index)
    yield IndexReader(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Asking:
    """The city a week later, with norms, requests, proposals and goods on their way; tests copy its home."""
    return made_once(tmp_path_factory, "asking-city", play_asking)


@pytest.fixture(scope="session")
def asked(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of that city."""
    with serving(copy_of(asking.home, tmp_path_factory.mktemp("asked") / "home")) as client:
        yield client


@pytest.fixture(scope="session")
def asked_index(asking: Asking) -> Iterator[IndexReader]:
    """The index of that city."""
    engine = open_database(asking.home.index)
    yield IndexReader(engine)
    engine.dispose()
