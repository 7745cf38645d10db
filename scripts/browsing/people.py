"""Who looks at the page, and how each signs in: through the page's own view, as everybody does."""

from __future__ import annotations

import re

from browsing.browser import Watched
from browsing.city import PlayedCity
from browsing.views import PUBLIC

ACCOUNTS = ("officer", "auditor", "district")
"""Who signs in with a reader account, by the names of the demonstration."""

KEYS = {
    "keeper": "keeper-east",
    "neighbour": "keeper-north",
    "receiver": "keeper-west",
    "approver": "approver-city",
}
"""Who signs in with a key file, and which."""

_SIGN_IN = re.compile("^(登录|Sign in)$")
_ACCOUNT = re.compile("账户密钥|Account key")
_FILE = re.compile("密钥文件|Key file")


def sign_in(page: Watched, city: PlayedCity, who: str) -> None:
    """Sign somebody in; the page stands at its first view afterwards."""
    if who == PUBLIC:
        return
    page.visit("/sign-in")
    if who in ACCOUNTS:
        page.main.get_by_label(_ACCOUNT).fill(city.accounts[who])
    else:
        page.main.get_by_label(_FILE).set_input_files(city.key_file(KEYS[who]))
    page.main.get_by_role("button", name=_SIGN_IN).click()
    page.page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))
    page.loaded()
