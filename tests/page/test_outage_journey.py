"""The server goes away in the middle of a keeper's work and comes back: nothing is lost or recorded twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browsing.browser import Watched, Way
from browsing.city import PlayedCity, Server
from browsing.words import said
from doing import UNDO, at_work, choose, field, go, item_named, press
from hands import hands_of
from playwright.sync_api import Browser, Route, expect

from ledger_client.demo.cast import ALCOHOL, CLINIC, CONSIGNEES, EAST_GOVERNMENT

OFTEN = ("zh-360",)


@pytest.fixture
def keeper(browser: Browser, server: Server, city: PlayedCity, way: Way) -> Iterator[Watched]:
    """A keeper at work; whatever happened, the server is back in the end."""
    try:
        with at_work(browser, server, city, way, "keeper") as page:
            yield page
    finally:
        if not server.is_running:
            server.start()


def test_work_goes_on_where_the_server_left_it(keeper: Watched, server: Server, city: PlayedCity) -> None:
    page = keeper
    before, recorded = stock(server, city)
    open_form(page, "issue")
    choose(page, said("keeper.forms.consignee", page), consignee(page))
    choose(page, said("keeper.forms.addGoods", page), item_named(page, ALCOHOL))
    how_many = field(page, said("keeper.forms.quantity", page, unit=said("common.unit.XBO", page, count=2)))
    how_many.fill("4")
    note = field(page, said("keeper.forms.note", page))
    note.fill("for the ward")

    # It was prepared, and the answer was lost; sent again, it is the same document.
    leaves(page, server, "/v1/drafts", is_heard=True)
    for _ in range(2):  # while it is away, too
        press(page, "keeper.forms.next")
        expect(page.main.get_by_role("alert")).to_have_text(said("keeper.forms.offline", page))
        expect(how_many).to_have_value("4")
        expect(note).to_have_value("for the ward")
    assert page.violations() == ""
    server.start()
    press(page, "keeper.forms.next")

    # Before it has a number.
    leaves(page, server, "/v1/drafts/*/number")
    press(page, "signing.signAndSend")
    expect(page.main.get_by_role("button", name=said("signing.stop", page), exact=True)).to_be_focused()
    page.page.clock.fast_forward(UNDO)
    expect(page.main.get_by_role("alert")).to_contain_text(said("signing.offline", page))
    expect(page.main.get_by_text(said("signing.failedSigned", page))).to_have_count(0)
    assert page.violations() == ""
    server.start()

    # It is signed, but did not arrive.
    leaves(page, server, "/v1/transactions")
    press(page, "signing.again")
    expect(page.main.get_by_text(said("signing.failedSigned", page))).to_be_visible()
    server.start()
    assert stock(server, city) == (before, recorded)

    # It arrived, and the answer was lost.
    loses_answer(page, "/v1/transactions")
    press(page, "signing.again")
    expect(page.main.get_by_text(said("signing.failedSigned", page))).to_be_visible()

    # It is followed until it is recorded, without anybody's doing.
    leaves(page, server, "/v1/transactions/*")
    press(page, "signing.again")
    expect(page.main.get_by_text(said("signing.away", page))).to_be_visible()
    assert page.violations() == ""
    server.start()
    expect(page.main.locator("[data-outcome=recorded]")).to_be_visible()
    press(page, "signing.done")
    expect(page.main).to_contain_text(said("keeper.forms.recorded", page))
    assert stock(server, city) == (before - 4, recorded + 1)


@pytest.mark.slow  # two more starts of the server; what the parts of a view do then, the page's own tests say
def test_views_that_are_opened_meanwhile_come_when_they_are_asked_again(
    keeper: Watched, server: Server, city: PlayedCity
) -> None:
    page = keeper
    go(page, "keeper")
    with away(page, server):
        # A view whose code has not come yet: the user stays, and is told.
        go(page, "inbox")
        expect(page.main.get_by_role("alert").filter(has_text=said("common.unloaded", page))).to_be_visible()
        assert page.view == "keeper"
        assert page.violations() == ""
        assert page.overflow() == 0
        press(page, "common.again")
        expect(page.main.get_by_role("alert").filter(has_text=said("common.unloaded", page))).to_be_visible()
        assert page.view == "keeper"
        # One whose code is here: it says that the server is away.
        go(page, "keys")
        go(page, "keeper")
        expect(page.main.get_by_text(said("common.offlineTitle", page), exact=True).first).to_be_visible()
        assert page.violations() == ""
    for button in page.main.get_by_role("button", name=said("common.again", page), exact=True).all()[::-1]:
        button.click()
        page.loaded()
    expect(page.main.get_by_text(said("common.offlineTitle", page), exact=True)).to_have_count(0)
    expect(page.main.get_by_role("heading", name=said("keeper.home.have", page))).to_be_visible()

    with away(page, server):
        go(page, "inbox")
        expect(page.main.get_by_text(said("common.unloaded", page))).to_be_visible()
    press(page, "common.again")
    page.page.wait_for_url("**/inbox")
    page.loaded()
    expect(page.main.get_by_role("heading", level=1)).to_have_text(said("keeper.asking.inbox", page))
    expect(page.main.get_by_text(said("common.unloaded", page))).to_have_count(0)


# -- how it goes away


@contextmanager
def away(page: Watched, server: Server) -> Iterator[None]:
    """Take the server away while the block runs."""
    page.is_offline = True
    server.stop()
    yield
    server.start()


def leaves(page: Watched, server: Server, path: str, *, is_heard: bool = False) -> None:
    """Take the server away at the next request of a path: before it is heard, or before its answer is."""

    def leave(route: Route) -> None:
        page.is_offline = True
        if is_heard:
            assert route.fetch().status < 300
        server.stop()
        route.abort("connectionrefused")

    page.page.route(f"{page.address}{path}", leave, times=1)


def loses_answer(page: Watched, path: str) -> None:
    """Lose the answer to the next request of a path, which the server has heard."""

    def lose(route: Route) -> None:
        assert route.fetch().status < 300
        route.abort("connectionreset")

    page.page.route(f"{page.address}{path}", lose, times=1)


def open_form(page: Watched, action: str) -> None:
    """Open a form of the keeper."""
    go(page, "keeper")
    bar = page.main.get_by_role("navigation", name=said("keeper.home.actions", page))
    bar.get_by_role("link", name=said(f"keeper.home.action.{action}", page), exact=True).click()
    page.loaded()


def consignee(page: Watched) -> str:
    """Return the name of the health station."""
    _, zh, en = CONSIGNEES[CLINIC]
    return zh if page.way.language == "zh" else en


def stock(server: Server, city: PlayedCity) -> tuple[int, int]:
    """Return how much alcohol the site holds, and how many documents its card has."""
    with hands_of(server, city) as hands:
        held = hands.get(f"/v1/stock/on-hand/{EAST_GOVERNMENT}", limit=200)["holdings"]
        entries = hands.get(f"/v1/sites/{EAST_GOVERNMENT}")["entries"]
    return sum(int(each["quantity"]) for each in held if each["item"] == str(ALCOHOL)), int(entries)
