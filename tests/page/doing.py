"""What users do in every journey: arrive with a key and a trust file, go to a part, choose, and sign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from browsing.browser import Watched, Way, open_page
from browsing.city import PlayedCity, Server
from browsing.people import WORKPLACES, sign_in, trust
from browsing.words import said
from playwright.sync_api import Browser, Locator, expect

from ledger_client.characters import clean_name
from ledger_client.demo.cast import ITEMS, SITES
from ledger_client.identifiers import ItemId, SiteId
from ledger_client.reasons import reason_named

UNDO = 5_000  # milliseconds for which it can be stopped
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")

# A choice stands in its list, unless the list was there only until something was chosen.
STANDS = "([list, name]) => !list.isConnected || list.textContent.includes(name)"


@contextmanager
def at_work(browser: Browser, server: Server, city: PlayedCity, way: Way, who: str) -> Iterator[Watched]:
    """Sit somebody down before the page, in a context of their own.

    The trust file is compared, the key is open, and a keeper has said at which site it works.
    """
    with open_page(browser, server.address, way) as page:
        page.page.clock.install()  # it runs as ever; only the seconds of the undo window are passed over
        page.visit("/keys")
        trust(page, city)
        go(page, "signIn")
        sign_in(page, city, who, is_there=True)
        if who in WORKPLACES:
            go(page, "keeper")
            works_at = f"^{re.escape(named(page, WORKPLACES[who]))} · "
            choose(page, said("keeper.home.otherSite", page), re.compile(works_at))
            page.loaded()
            go(page, "home")  # whoever goes to the site later finds what there is then
        yield page


def go(page: Watched, word: str) -> None:
    """Go to a part of the page by its menu, which the key in memory outlives."""
    menu = page.page.get_by_role("button", name=said("common.menu", page))
    if menu.is_visible():
        menu.click()
    key = {"signIn": "common.signIn", "account": "signIn.account"}.get(word, f"common.nav.{word}")
    name = said(key, page)
    navigation = page.page.get_by_role("navigation", name=said("common.navigation", page))
    navigation.get_by_role("link", name=name, exact=True).click()
    page.loaded()


def field(page: Watched, label: str, inside: Locator | None = None) -> Locator:
    """Return the field with a label, be it required or not."""
    required = re.escape(said("common.required", page))
    return (inside or page.main).get_by_label(re.compile(rf"^\s*{re.escape(label)}(\s*\({required}\))?\s*$"))


def fill_day(page: Watched, label: str, day: str) -> None:
    """Type a day, `2026-11-29`, by its digits alone, go on, and read it as the page writes it."""
    box = field(page, label)
    box.fill("")
    box.press_sequentially(day.replace("-", ""))
    box.press("Tab")
    expect(box).to_have_value(written_day(page, day))


def written_day(page: Watched, day: str) -> str:
    """Return a day as the language of the page writes it."""
    of = date.fromisoformat(day)
    if page.way.language == "zh":
        return f"{of.year}年{of.month}月{of.day}日"
    return f"{of.day} {MONTHS[of.month - 1]} {of.year}"


def choose(page: Watched, label: str, option: str | re.Pattern[str]) -> None:
    """Choose from a list that opens."""
    box = field(page, label)
    if box.evaluate("each => each.tagName") == "SELECT":
        name = option if isinstance(option, str) else first_text(box.get_by_role("option", name=option))
        box.select_option(label=name)
        return
    around = box.locator("xpath=ancestor::div[contains(@class, 'el-select__wrapper')]").element_handle()
    box.click(force=True)  # what stands in it lies over it
    wanted = page.page.get_by_role("option", name=option, exact=isinstance(option, str))
    name = first_text(wanted)
    wanted.click()
    page.page.wait_for_function(STANDS, arg=[around, name])


def first_text(found: Locator) -> str:
    """Return the text of the one that was found, as it is written."""
    return found.first.inner_text().strip()


def press(page: Watched, key: str, **parts: object) -> None:
    """Press the button that says something."""
    page.main.get_by_role("button", name=said(key, page, **parts), exact=True).click()


def press_link(page: Watched, key: str) -> None:
    """Follow the link that says something."""
    page.main.get_by_role("link", name=said(key, page), exact=True).click()
    page.loaded()


def part(page: Watched, word: str) -> None:
    """Go to a part of the district's office."""
    parts = page.main.get_by_role("navigation", name=said("district.parts", page))
    parts.get_by_role("link", name=said(f"district.{word}", page), exact=True).click()
    page.loaded()


def sign(page: Watched, *words: str, by_keyboard: bool = False) -> None:
    """Read what is to be signed, sign and send it, let the undo window pass, and wait until it is recorded.

    Args:
        page: Where the panel is open.
        words: What its sentences must say.
        by_keyboard: Whether the button is pressed by the keyboard.
    """
    button = page.main.get_by_role("button", name=said("signing.signAndSend", page))
    expect(button).to_be_visible()
    for word in words:
        expect(page.main.locator(".reading")).to_contain_text(word)
    if by_keyboard:
        button.focus()
        page.page.keyboard.press("Enter")
    else:
        button.click()
    expect(page.main.get_by_role("button", name=said("signing.stop", page), exact=True)).to_be_focused()
    page.page.clock.fast_forward(UNDO)
    outcome = page.main.locator("[data-outcome=recorded]")
    expect(outcome.get_by_text(said("signing.recorded", page), exact=True)).to_be_visible()
    page.main.get_by_role("button", name=said("signing.done", page), exact=True).click()


def amount(page: Watched, quantity: int, unit: str) -> str:
    """Return a quantity as the page writes it."""
    return f"{quantity:,} {said(f'common.unit.{unit}', page, count=quantity)}"


def named(page: Watched, what: SiteId | dict[str, str]) -> str:
    """Return the name of a site of the city, or of what an answer names, in the language of the page."""
    zh, en = SITES[what] if isinstance(what, int) else (what["zh"], what["en"])
    return clean_name(zh if page.way.language == "zh" else en)


def item_named(page: Watched, item: ItemId) -> str:
    """Return the name of an item of the city in the language of the page."""
    zh, en, _, _ = ITEMS[item]
    return clean_name(zh if page.way.language == "zh" else en)  # as records keep it


def reason(name: str, page: Watched) -> str:
    """Return what a published reason is called in the language of the page."""
    found = reason_named(name)
    return found.zh if page.way.language == "zh" else found.en
