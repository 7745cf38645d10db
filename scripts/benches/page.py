"""The page in a browser: what its first load costs, and how long a stock card takes from the click.

The browser measures: the compressed bytes of every answer until the first view is there, and the time from
the click (its own time stamp) until 50 rows are painted. The sample city is served as a user serves it, and a
site of it has more than 50 documents. Exits 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from browsing.browser import WAYS, Watched, Way, open_browser, open_page
from browsing.city import PlayedCity, Server, serving
from browsing.people import sign_in
from playwright.sync_api import Browser

from benches.office import load
from benches.report import report
from ledger_client.demo.cast import CLINIC, EAST, EAST_GOVERNMENT, MASK_LOT
from ledger_client.demo.city import City
from ledger_client.documents import Timestamp
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.reasons import reason_named
from ledger_client.stock import Particulars

FIRST_LOAD = 500_000  # bytes
CARD = 1_000.0  # milliseconds
ROWS, RUNS = 50, 20
_ISSUES = 60
_WAY = WAYS["en-1280"]
_CARD = f"/stock/sites/{EAST_GOVERNMENT}"

_BYTES = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .map(each => each.encodedBodySize).reduce((sum, each) => sum + each, 0)"""
# Two frames after the rows are there: the first of them is asked for before they are painted.
_WATCH = """rows => {
  window.__shecangCard = new Promise(resolve => {
    let clicked = null
    addEventListener('click', event => { clicked = event.timeStamp }, { capture: true, once: true })
    const observer = new MutationObserver(() => {
      if (clicked === null || document.querySelectorAll('main tbody tr').length < rows) return
      observer.disconnect()
      requestAnimationFrame(() => requestAnimationFrame(now => resolve(now - clicked)))
    })
    observer.observe(document.querySelector('main'), { childList: true, subtree: true })
  })
}"""


def fill_card(home: Home) -> None:
    """Issue single boxes at one site until its stock card has more than one page."""
    with Ledger.open(home) as ledger:
        now = ledger.index().position().time + 1
    clock = ManualClock(now)
    with Ledger.open(home, clock=clock) as ledger:
        keeper = City(ledger, clock, lambda _en, _zh: None).keeper("east")
        plain = Particulars(occurred_at=Timestamp(now), reason=reason_named("distribution").code)
        ledger.write(
            [
                ledger.stock.issue(
                    EAST_GOVERNMENT, CLINIC, [Line(MASK_LOT.lot_id, 1)], keeper=keeper, particulars=plain
                )
                for _ in range(_ISSUES)
            ],
            check=False,
        )
        ledger.index()


def first_load(browser: Browser, server: Server, way: Way) -> int:
    """Return the compressed bytes of all that comes until the first view is there, in a fresh browser."""
    with open_page(browser, server.address, way) as page:
        page.visit("/")
        loaded: int = page.page.evaluate(_BYTES)
        return loaded


def card_again(browser: Browser, server: Server, city: PlayedCity) -> Iterator[float]:
    """Yield how long the card takes in one browser, over and over."""
    with open_page(browser, server.address, _WAY) as page:
        sign_in(page, city, "auditor")
        for _ in range(RUNS):
            yield _clicked(page)


def card_fresh(browser: Browser, server: Server, city: PlayedCity) -> Iterator[float]:
    """Yield how long the card takes in browsers that have nothing of its view yet."""
    for _ in range(RUNS):
        with open_page(browser, server.address, _WAY) as page:
            sign_in(page, city, "auditor")
            yield _clicked(page)


def _clicked(page: Watched) -> float:
    page.visit(f"/stock?place={EAST}")
    page.page.evaluate(_WATCH, ROWS)
    page.main.locator(f'a[href="{_CARD}"]').first.click()
    taken: float = page.page.evaluate("window.__shecangCard")
    return taken


def told(case: str, unit: str, value: float, limit: float, **more: float) -> bool:
    """Report a case; return whether its limit was kept."""
    report("page", case, unit, round(value, 1), limit=limit, **more, load=load())
    return value <= limit


def run(browser: Browser, server: Server, city: PlayedCity) -> bool:
    """Measure everything; return whether every limit was kept."""
    kept = [
        told(f"first-load-{way.name}", "bytes", first_load(browser, server, way), FIRST_LOAD)
        for way in WAYS.values()
    ]
    for case, measured in (
        ("card", card_again(browser, server, city)),
        ("card-fresh", card_fresh(browser, server, city)),
    ):
        taken = list(measured)
        median = round(statistics.median(taken), 1)
        kept.append(told(case, "ms", max(taken), CARD, median_ms=median, rows=ROWS, runs=len(taken)))
    return all(kept)


def main() -> int:
    """Play the city, serve it, and measure."""
    argparse.ArgumentParser(prog="scripts/bench page", description=__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="shecang-bench-") as directory:
        city = PlayedCity.play(Path(directory) / "home")
        fill_card(city.home)
        with serving(city) as server, open_browser() as browser:
            return 0 if run(browser, server, city) else 1


if __name__ == "__main__":
    sys.exit(main())
