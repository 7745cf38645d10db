"""One city is played a run; every module has a copy of it and a server, those that only read share one.

A browser every module has for itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing.browser import WAYS, Way, open_browser
from browsing.city import PlayedCity, Server, serving
from made_once import made_once
from playwright.sync_api import Browser

OFTEN = tuple(way.name for way in WAYS.values() if way.is_often)
"""The ways of ordinary runs. A module that takes long has an `OFTEN` of its own: its user's way alone."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what goes another way as slow."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        way = callspec.params.get("way") if callspec is not None else None
        if isinstance(way, Way) and way.name not in getattr(item.module, "OFTEN", OFTEN):  # type: ignore[attr-defined]
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> PlayedCity:
    """The city as the demonstration leaves it; nobody opens it, modules copy it."""
    return made_once(tmp_path_factory, "played-city", PlayedCity.play)


@pytest.fixture(scope="session")
def read_city(played: PlayedCity, tmp_path_factory: pytest.TempPathFactory) -> PlayedCity:
    """A copy of the city, in which nobody records anything."""
    return played.copy(tmp_path_factory.mktemp("read-city") / "home")


@pytest.fixture(scope="session")
def read_server(read_city: PlayedCity) -> Iterator[Server]:
    """The server of that copy: to start one takes longer than most tests that only read."""
    with serving(read_city) as server:
        yield server


@pytest.fixture(scope="module")
def city(
    request: pytest.FixtureRequest, played: PlayedCity, tmp_path_factory: pytest.TempPathFactory
) -> PlayedCity:
    """A copy of the city, in which the tests of a module may write unless it says `ONLY_READS`."""
    if _only_reads(request):
        shared: PlayedCity = request.getfixturevalue("read_city")
        return shared
    return played.copy(tmp_path_factory.mktemp("city") / "home")


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, city: PlayedCity) -> Iterator[Server]:
    """The server of that copy."""
    if _only_reads(request):
        yield request.getfixturevalue("read_server")
        return
    with serving(city) as server:
        yield server


def _only_reads(request: pytest.FixtureRequest) -> bool:
    return getattr(request.module, "ONLY_READS", False)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser, no longer than a module: its event loop would be in the way of tests that have their own."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """Language and width; one or two of the four in ordinary runs."""
    way: Way = request.param
    return way
