"""What journeys of readers compare: what stands in a table with what the ledger answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from browsing.browser import Watched
from browsing.city import PlayedCity, Server
from browsing.words import said
from playwright.sync_api import Locator, Request, expect

PATIENCE = 60.0  # seconds; a limit for hangs


class Ledger:
    """The ledger as the server tells of it, beside the browser."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client

    def get(self, path: str, **query: Any) -> Any:
        """Ask for something."""
        answer = self._client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def ledger_of(server: Server, city: PlayedCity, account: str | None = None) -> Iterator[Ledger]:
    """Ask a server until the block ends, with a reader account or as the public does."""
    headers = {} if account is None else {"Authorization": f"Bearer {city.accounts[account]}"}
    with httpx2.Client(base_url=server.address, headers=headers, timeout=PATIENCE) as client:
        yield Ledger(client)


class Requests:
    """Everything that a page asks for from now on."""

    def __init__(self, page: Watched) -> None:
        self.all: list[Request] = []
        page.page.on("request", lambda request: self.all.append(request))

    def of(self, part: str) -> list[Request]:
        """Return those whose address has something in it."""
        return [each for each in self.all if part in each.url]


def rows_of(page: Watched, caption: str) -> Locator:
    """Return the rows of the table with a caption, without its head; on a phone they are cards."""
    return page.main.get_by_role("table", name=caption).locator("tbody").get_by_role("row")


def cells_of(row: Locator) -> list[str]:
    """Return what stands in the cells of a row, each in one line."""
    return [" ".join(each.split()) for each in row.get_by_role("cell").all_inner_texts()]


def named(page: Watched, name: dict[str, str] | tuple[str, str]) -> str:
    """Return a name, of an answer or of the cast, in the language of the page."""
    zh, en = (name["zh"], name["en"]) if isinstance(name, dict) else name
    return zh if page.way.language == "zh" else en


def figure(value: str | int) -> str:
    """Return a quantity as the page writes it."""
    return f"{int(value):,}"


def measured(page: Watched, value: str | int, unit: str) -> str:
    """Return a quantity with its unit as the page writes it."""
    return f"{figure(value)} {said(f'common.unit.{unit}', page, count=int(value))}"


def is_told_beside(field: Locator, text: str) -> None:
    """Expect that a field is wrong, and that what describes it says why."""
    expect(field).to_have_attribute("aria-invalid", "true")
    ids = (field.get_attribute("aria-describedby") or "").split()
    told = field.page.locator(", ".join(f"[id='{each}']" for each in ids)).filter(has_text=text)
    expect(told).to_be_visible()
