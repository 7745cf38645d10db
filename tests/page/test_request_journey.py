"""A request from need to accepted delivery, with one box too few: three people, each before a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from browsing.browser import WAYS, Watched, Way
from browsing.city import PlayedCity, Server
from browsing.words import said
from doing import (
    amount,
    at_work,
    choose,
    field,
    fill_day,
    go,
    item_named,
    named,
    part,
    press,
    press_link,
    reason,
    sign,
)
from hands import Hands, day, hands_of
from playwright.sync_api import Browser, Locator, expect

from ledger_client.demo.cast import EAST_GOVERNMENT, MASK_LOT, MASKS, NORTH_ENTERPRISE
from ledger_client.identifiers import SiteId

OFTEN = ("zh-360",)

BOXES = "XBX"


@pytest.fixture(scope="module")
def hands(server: Server, city: PlayedCity) -> Iterator[Hands]:
    """What the ledger says, and what happens beside the three pages."""
    with hands_of(server, city) as hands:
        yield hands


def test_from_need_to_delivery_with_one_box_missing(
    browser: Browser, server: Server, city: PlayedCity, way: Way, hands: Hands
) -> None:
    asked = 12 + list(WAYS).index(way.name)
    with ExitStack() as open_pages:
        receiver, approver, giver = (
            open_pages.enter_context(at_work(browser, server, city, way, who))
            for who in ("neighbour", "street", "keeper")
        )
        request = ask(receiver, hands, asked)
        proposal = hands.propose("keeper-east", request, EAST_GOVERNMENT, MASK_LOT.lot_id, asked)
        approve(approver, request, proposal)
        assert hands.proposal(proposal)["state"] == "approved"
        before = on_hand(hands, EAST_GOVERNMENT), on_hand(hands, NORTH_ENTERPRISE)
        dispatch(giver, asked)
        accept(receiver, asked)
        for page in (receiver, giver):
            assert page.violations() == ""

        # Until it is shown it does not count: the receiver lets one document count, the district the other.
        assert hands.request(request)["request"]["accepted"] == "0"
        show_one_by_keeper(receiver, request, asked)
        show_the_rest(approver, hands, request)

        row = hands.request(request)["request"]
        assert (row["accepted"], row["open"], row["state"]) == (str(asked - 1), "1", "open")
        after = on_hand(hands, EAST_GOVERNMENT), on_hand(hands, NORTH_ENTERPRISE)
        assert (before[0] - after[0], after[1] - before[1]) == (asked, asked - 1)
        says_what_is_open(receiver, approver, request, asked)


def ask(page: Watched, hands: Hands, quantity: int) -> str:
    """Let the keeper ask for masks; return the key of the request."""
    go(page, "keeper")
    keeper_goes(page, "ask")
    choose(page, said("keeper.asking.item", page), item_named(page, MASKS))
    field(page, said("keeper.forms.quantity", page, unit=said(f"common.unit.{BOXES}", page, count=2))).fill(
        str(quantity)
    )
    fill_day(page, said("keeper.asking.neededBy", page), day(15))
    choose(page, said("keeper.asking.reason", page), said("keeper.reasons.outbreak", page))
    assert page.violations() == ""
    press(page, "keeper.asking.next")
    sign(page, str(NORTH_ENTERPRISE), str(quantity), by_keyboard=True)
    expect(page.main).to_contain_text(said("keeper.asking.recorded", page))
    rows = hands.get("/v1/requests", place=str(NORTH_ENTERPRISE), state="open")["requests"]
    [key] = [row["key"] for row in rows if row["quantity"] == str(quantity)]
    press_link(page, "keeper.home.action.requests")
    card = request_card(page, key)
    expect(card).to_contain_text(said("keeper.asking.rest", page, rest=amount(page, quantity, BOXES)))
    return str(key)


def keeper_goes(page: Watched, action: str) -> None:
    """Go to what a keeper does, which a phone shows once more is asked for."""
    more = page.main.get_by_role("button", name=said("keeper.home.more", page), exact=True)
    if more.is_visible():
        more.click()
    press_link(page, f"keeper.home.action.{action}")


def request_card(page: Watched, key: str) -> Locator:
    """Return what a keeper reads of a request."""
    return page.page.locator(f"[id='{key}']")


def approve(page: Watched, request: str, proposal: str) -> None:
    """Let the district read the request, and approve what was proposed for it."""
    go(page, "district")
    part(page, "requests.title")
    page.main.locator(f"a[href*='{request}']").click()
    page.loaded()
    assert page.violations() == ""
    page.main.locator(f"a[href*='{proposal}']").click()
    page.loaded()
    press(page, "district.proposals.approve")
    choose(page, said("district.proposals.staleReason", page), reason("need-outweighs", page))
    press(page, "common.next")
    press(page, "district.act.prepare")
    sign(page, proposal[:8])
    expect(page.main).to_contain_text(said("district.decided.approved", page))


def dispatch(page: Watched, quantity: int) -> None:
    """Let the giver's keeper send what was promised."""
    go(page, "keeper")
    what = said("keeper.home.remind.send", page, other=named(page, NORTH_ENTERPRISE))
    page.main.get_by_role("link").filter(has_text=what).filter(has_text=exactly(page, quantity)).click()
    page.loaded()
    expect(page.main).to_contain_text(said("keeper.forms.forRequest", page))
    assert page.violations() == ""
    press(page, "keeper.forms.next")
    sign(page, str(EAST_GOVERNMENT), str(NORTH_ENTERPRISE), str(quantity))
    expect(page.main).to_contain_text(said("keeper.forms.recorded", page))


def accept(page: Watched, sent: int) -> None:
    """Let the receiver accept all but one."""
    go(page, "keeper")
    what = said("keeper.home.remind.arriving", page, other=named(page, EAST_GOVERNMENT))
    page.main.get_by_role("link").filter(has_text=what).filter(has_text=exactly(page, sent)).click()
    page.loaded()
    problem = f"{said('keeper.forms.problem', page)}: {item_named(page, MASKS)}"
    page.main.get_by_role("button", name=problem).click()
    field(page, said("keeper.forms.missing", page)).fill("1")
    press(page, "keeper.forms.next")
    expect(page.main.get_by_text(said("keeper.wrong.reasonEmpty", page))).to_be_visible()
    choose(page, said("keeper.forms.missingReason", page), said("keeper.reasons.short-delivered", page))
    taken = said(
        "keeper.forms.taken", page, taken=amount(page, sent - 1, BOXES), sent=amount(page, sent, BOXES)
    )
    expect(page.main).to_contain_text(taken)
    assert page.violations() == ""
    press(page, "keeper.forms.next")
    sign(page, str(NORTH_ENTERPRISE), by_keyboard=True)
    expect(page.main).to_contain_text(said("keeper.forms.recorded", page))


def exactly(page: Watched, quantity: int) -> re.Pattern[str]:
    """Match a quantity of boxes, and no longer one that ends with it."""
    return re.compile(rf"(?<![\d,]){re.escape(amount(page, quantity, BOXES))}")


def show_one_by_keeper(page: Watched, request: str, asked: int) -> None:
    """Let the receiver's keeper show what does not count yet."""
    go(page, "keeper")
    keeper_goes(page, "requests")
    card = request_card(page, request)
    card.get_by_role("button", name=said("keeper.asking.progress", page)).click()
    expect(card).to_contain_text(said("keeper.asking.notCounted", page, count=2))
    press(page, "keeper.asking.countIt")
    page.loaded()  # who may sign
    press(page, "keeper.forms.next")
    sign(page)
    expect(card).to_contain_text(said("keeper.asking.notCounted", page, count=1))
    expect(card).to_contain_text(said("keeper.asking.steps.onTheWay", page))


def show_the_rest(page: Watched, hands: Hands, request: str) -> None:
    """Let the district show the other document."""
    district_request(page, request)
    press(page, "district.request.show")
    press(page, "district.act.prepare")
    sign(page)
    expect(page.main.get_by_text(said("district.request.notShown", page))).to_have_count(0)
    assert hands.request(request)["not_shown"] == []


def district_request(page: Watched, request: str) -> None:
    """Open a request at the district's office."""
    go(page, "district")
    part(page, "requests.title")
    page.main.locator(f"a[href*='{request}']").click()
    page.loaded()


def says_what_is_open(receiver: Watched, approver: Watched, request: str, asked: int) -> None:
    """Each reads in their own words that one box is still open."""
    go(receiver, "keeper")
    keeper_goes(receiver, "requests")
    card = request_card(receiver, request)
    come = {"come": amount(receiver, asked - 1, BOXES), "asked": amount(receiver, asked, BOXES)}
    expect(card).to_contain_text(said("keeper.asking.come", receiver, **come))
    expect(card).to_contain_text(said("keeper.asking.rest", receiver, rest=amount(receiver, 1, BOXES)))

    district_request(approver, request)
    for word, quantity in (("asked", asked), ("stillOpen", 1), ("accepted", asked - 1)):
        label = approver.main.locator("dt").filter(
            has_text=re.compile(rf"^\s*{re.escape(said(f'district.requests.{word}', approver))}\s*$")
        )
        expect(label.locator("xpath=following-sibling::dd[1]")).to_have_text(
            amount(approver, quantity, BOXES)
        )
    assert approver.violations() == ""


def on_hand(hands: Hands, site: SiteId) -> int:
    """Return how many masks of the lot the ledger has at a site."""
    holdings = hands.get(f"/v1/stock/on-hand/{site}", limit=200)["holdings"]
    return sum(int(row["quantity"]) for row in holdings if row["lot"] == f"{MASK_LOT.lot_id:040x}")
