"""One city is played a session; every module has a copy of it, a server and a browser of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing.browser import WAYS, Way, open_browser
from browsing.city import PlayedCity, Server, serving
from playwright.sync_api import Browser

OFTEN_AND_SELDOM = [
    pytest.param(way, id=way.name, marks=() if way.is_often else pytest.mark.slow) for way in WAYS.values()
]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> PlayedCity:
    """The city as the demonstration leaves it; nobody opens it, modules copy it."""
    return PlayedCity.play(tmp_path_factory.mktemp("played") / "home")


@pytest.fixture(scope="module")
def city(played: PlayedCity, tmp_path_factory: pytest.TempPathFactory) -> PlayedCity:
    """A copy of the city, in which the tests of a module may write."""
    return played.copy(tmp_path_factory.mktemp("city") / "home")


@pytest.fixture(scope="module")
def server(city: PlayedCity) -> Iterator[Server]:
    """The server of that copy."""
    with serving(city) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser, no longer than a module: its event loop would be in the way of tests that have their own."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(params=OFTEN_AND_SELDOM)
def way(request: pytest.FixtureRequest) -> Way:
    """Language and width; two of the four in ordinary runs."""
    way: Way = request.param
    return way
