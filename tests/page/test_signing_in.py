"""Everybody signs in through the page, and gives it the trust file, as the demonstration's guide says."""

from __future__ import annotations

import pytest
from browsing.browser import Watched, Way, open_page
from browsing.city import PlayedCity, Server
from browsing.people import ACCOUNTS, KEYS, sign_in, trust
from playwright.sync_api import Browser, expect

ONLY_READS = True
OFTEN = ("zh-360",)


@pytest.mark.parametrize("who", [*ACCOUNTS, *KEYS])
def test_who_is_known_afterwards(
    browser: Browser, server: Server, city: PlayedCity, way: Way, who: str
) -> None:
    with open_page(browser, server.address, way) as page:
        sign_in(page, city, who)
        assert asked_who(page) is not None
        page.visit("/sign-in")
        assert page.violations() == ""


def asked_who(page: Watched) -> str | None:
    who: dict[str, str | None] = page.page.evaluate("fetch('/v1/sign-in').then(each => each.json())")
    return who["account"]


def test_a_trust_file_is_compared_and_kept(
    browser: Browser, server: Server, city: PlayedCity, way: Way
) -> None:
    with open_page(browser, server.address, way) as page:
        page.visit("/keys")
        trust(page, city)
        page.visit("/keys")
        grouped = " ".join(city.fingerprint[at : at + 8] for at in range(0, 64, 8))
        expect(page.main.get_by_text(grouped)).to_be_visible()
        assert page.violations() == ""
