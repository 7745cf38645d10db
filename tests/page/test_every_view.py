"""Every view in both languages, on a desk and on a phone: whole, readable by all, within its window."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import pytest
from browsing.browser import Watched, Way, open_page
from browsing.city import PlayedCity, Server
from browsing.people import session_of
from browsing.views import PUBLIC, VIEWS, View
from playwright.sync_api import Browser, StorageState

ONLY_READS = True
OFTEN = ("zh-360",)

ROUTES = Path(__file__).resolve().parents[2] / "api/web/src"
CATCH_ALL = "/:rest(.*)*"
_NOWHERE = "not-found"
WHOS = list(dict.fromkeys(view.who for view in VIEWS))


@pytest.fixture(params=WHOS)
def who(request: pytest.FixtureRequest) -> str:
    """Somebody who looks; all that one looks at is one test, in one page."""
    who: str = request.param
    return who


@pytest.fixture(scope="module")
def sessions(browser: Browser, server: Server, city: PlayedCity) -> Callable[[str], StorageState]:
    """The session of anybody, who signs in once for all ways."""
    return cache(partial(session_of, browser, server.address, city))


@pytest.fixture
def page(
    browser: Browser, server: Server, way: Way, who: str, sessions: Callable[[str], StorageState]
) -> Iterator[Watched]:
    """A page at which somebody has signed in."""
    with open_page(browser, server.address, way, None if who == PUBLIC else sessions(who)) as page:
        yield page


def test_every_view(page: Watched, who: str) -> None:
    wrong: list[str] = []
    for view in (view for view in VIEWS if view.who == who):
        try:
            found = list(wrong_with(page, view))
        except AssertionError as error:  # it never loaded; the others are looked at all the same
            page.wrong.clear()
            found = [str(error)]
        wrong += [f"{view.name} ({view.path}): {each}" for each in found]
    assert not wrong, "\n".join(wrong)


def wrong_with(page: Watched, view: View) -> Iterator[str]:
    """Yield what is wrong with a view."""
    page.refusals = set(view.refusals)
    page.visit(view.path)
    yield from page.wrong
    page.wrong.clear()
    if (page.view == _NOWHERE) != (view.name == _NOWHERE):
        yield f"it is the view {page.view}"
    levels = page.headings()
    if levels.count(1) != 1:
        yield f"it has {levels.count(1)} first headings"
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield f"its headings skip a level: {levels}"
    if page.overflow():
        yield f"it is {page.overflow()} pixels too wide"
    if not re.search(r"\S · \S", page.page.title()):
        yield f"its title is {page.page.title()!r}"
    if violations := page.violations():
        yield violations


def test_every_route_is_visited() -> None:
    routes = [
        path
        for file in sorted(ROUTES.rglob("rout*.ts"))
        for path in re.findall(r"\bpath: '([^']+)'", file.read_text(encoding="utf-8"))
        if path != CATCH_ALL
    ]
    patterns = [re.sub(r":\w+(\([^)]*\))?[?*+]?", "[^/?#]+", route) for route in routes]
    paths = [re.split("[?#]", view.path)[0] for view in VIEWS]

    missing = [
        route
        for route, pattern in zip(routes, patterns, strict=True)
        if not any(re.fullmatch(pattern, path) for path in paths)
    ]
    assert missing == []
