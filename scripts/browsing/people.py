"""Who looks at the page, and how each signs in: through the page's own views, as everybody does."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, StorageState

from browsing.browser import Watched, Way, open_page
from browsing.city import PlayedCity
from browsing.views import PUBLIC
from ledger_client.demo.week import STREET

ACCOUNTS = ("officer", "auditor", "district")
"""Who signs in with a reader account, by the names of the demonstration."""

_TOKEN = "shecang.csrf"  # noqa: S105  where the page keeps that of its session

KEYS = {
    "keeper": "keeper-east",
    "neighbour": "keeper-north",
    "receiver": "keeper-west",
    "approver": "approver-city",
    "street": STREET,
    "authority": "city-authority",
}
"""Who signs in with a key file, and which."""

_WORDS = {
    "account key": ("账户密钥", "Key of the account"),
    "choose a key": ("选择密钥文件", "Choose a key file"),
    "open the key": ("打开密钥", "Open the key"),
    "sign in": ("登录", "Sign in"),
    "sign in as this key": ("以该密钥登录", "Sign in as this key"),
    "choose a trust file": ("选择信任文件", "Choose a trust file"),
    "fingerprint": ("运营方告知您的指纹", "The fingerprint as the operator told you"),
    "trust it": ("已核对，信任该台账", "I have compared it: trust this ledger"),
}
"""What the page says, in Chinese and English, where somebody signs in."""


def word(page: Watched, name: str) -> str:
    """Return what the page says in the language that it is looked at in."""
    return _WORDS[name][0 if page.way.language == "zh" else 1]


def sign_in(page: Watched, city: PlayedCity, who: str) -> None:
    """Sign somebody in; the page stands at its first view afterwards.

    Args:
        page: Where.
        city: Whose accounts and keys are used.
        who: A name of `ACCOUNTS` or `KEYS`, or PUBLIC.
    """
    if who == PUBLIC:
        return
    page.visit("/sign-in")
    if who in ACCOUNTS:
        page.main.get_by_label(word(page, "account key")).fill(city.accounts[who])
        page.main.get_by_role("button", name=word(page, "sign in"), exact=True).click()
    else:
        open_key(page, city, KEYS[who])
        page.main.get_by_role("button", name=word(page, "sign in as this key")).click()
    page.page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))
    page.loaded()


def session_of(browser: Browser, address: str, city: PlayedCity, who: str) -> StorageState:
    """Sign somebody in at a page of their own, and return the session, which other pages may go on with."""
    with open_page(browser, address, Way("en", 1280, 800, True)) as page:
        sign_in(page, city, who)
        kept = page.page.context.storage_state()
    for origin in kept["origins"]:  # but not the language
        origin["localStorage"] = [each for each in origin["localStorage"] if each["name"] == _TOKEN]
    return kept


def open_key(page: Watched, city: PlayedCity, name: str) -> None:
    """Open a demo key where the view asks for one; it is gone when the page is loaded anew."""
    page.main.get_by_label(word(page, "choose a key")).set_input_files(city.key_file(name))
    opening = page.main.get_by_role("button", name=word(page, "open the key"), exact=True)
    opening.click()
    opening.wait_for(state="detached")


def trust(page: Watched, city: PlayedCity) -> None:
    """Give the page the city's trust file where the view asks for one, compared as the guide says."""
    page.main.get_by_label(word(page, "choose a trust file")).set_input_files(city.file("trust.json"))
    page.main.get_by_label(word(page, "fingerprint")).fill(city.fingerprint)
    page.main.get_by_role("button", name=word(page, "trust it")).click()
    page.loaded()
