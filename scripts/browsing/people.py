"""Who looks at the page, and how each signs in: through the page's own views, as everybody does."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, StorageState

from browsing.browser import Watched, Way, open_page
from browsing.city import PlayedCity
from browsing.views import PUBLIC
from browsing.words import said
from ledger_client.demo.cast import EAST_GOVERNMENT, NORTH_ENTERPRISE, WEST_GOVERNMENT
from ledger_client.demo.week import STREET

ACCOUNTS = ("officer", "auditor", "district")
"""Who signs in with a reader account, by the names of the demonstration."""

_TOKEN, _SITE = "shecang.csrf", "shecang.site."
_REMEMBER = """async site => {
  const answer = await fetch('/v1/sign-in', { headers: { Accept: 'application/json' } })
  localStorage.setItem(`shecang.site.${(await answer.json()).account}`, site)
}"""

KEYS = {
    "keeper": "keeper-east",
    "neighbour": "keeper-north",
    "receiver": "keeper-west",
    "approver": "approver-city",
    "street": STREET,
    "district approver": "approver-east",
    "planner": "second-keeper",
    "authority": "city-authority",
}
"""Who signs in with a key file, and which."""

WORKPLACES = {"keeper": EAST_GOVERNMENT, "neighbour": NORTH_ENTERPRISE, "receiver": WEST_GOVERNMENT}
"""Where keepers work, who choose their site once."""


def sign_in(page: Watched, city: PlayedCity, who: str, *, is_there: bool = False) -> None:
    """Sign somebody in; the page stands at its first view afterwards.

    Args:
        page: Where.
        city: Whose accounts and keys are used.
        who: A name of `ACCOUNTS` or `KEYS`, or PUBLIC.
        is_there: Whether the page shows the view for it already.
    """
    if who == PUBLIC:
        return
    if not is_there:
        page.visit("/sign-in")
    if who in ACCOUNTS:
        page.main.get_by_label(said("signIn.accountKey", page)).fill(city.accounts[who])
        page.main.get_by_role("button", name=said("common.signIn", page), exact=True).click()
    else:
        open_key(page, city, KEYS[who])
        page.main.get_by_role("button", name=said("signIn.signInAs", page)).click()
    page.page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))
    page.loaded()


def settle_in(page: Watched, city: PlayedCity, who: str) -> None:
    """Sign somebody in who has been here before, so that a keeper's site is chosen."""
    sign_in(page, city, who)
    if who in WORKPLACES:
        page.page.evaluate(_REMEMBER, str(int(WORKPLACES[who])))


def session_of(browser: Browser, address: str, city: PlayedCity, who: str) -> StorageState:
    """Settle somebody in at a page of their own, and return the session, which other pages may go on with."""
    with open_page(browser, address, Way("en", 1280, 800, True)) as page:
        settle_in(page, city, who)
        kept = page.page.context.storage_state()
    for origin in kept["origins"]:  # but not the language
        origin["localStorage"] = [
            each for each in origin["localStorage"] if each["name"].startswith((_TOKEN, _SITE))
        ]
    return kept


def open_key(page: Watched, city: PlayedCity, name: str) -> None:
    """Open a demo key where the view asks for one; it is gone when the page is loaded anew."""
    page.main.get_by_label(said("keys.open.choose", page)).set_input_files(city.key_file(name))
    opening = page.main.get_by_role("button", name=said("keys.open.open", page), exact=True)
    opening.click()
    opening.wait_for(state="detached")


def trust(page: Watched, city: PlayedCity) -> None:
    """Give the page the city's trust file where the view asks for one, compared as the guide says."""
    page.main.get_by_label(said("keys.trust.choose", page)).set_input_files(city.file("trust.json"))
    page.main.get_by_label(said("keys.trust.typed", page)).fill(city.fingerprint)
    page.main.get_by_role("button", name=said("keys.trust.accept", page)).click()
    page.loaded()
