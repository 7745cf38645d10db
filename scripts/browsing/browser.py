"""Debian's chromium, and a page in it that is watched: nothing goes wrong unseen, or comes from elsewhere.

::

    with open_browser() as browser, open_page(browser, address, WAYS["zh-360"]) as page:
        page.visit("/suppliers")
        page.check()                     # raises where the console, a request or the network said anything
        assert page.violations() == ""   # of axe
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    StorageState,
    TimeoutError,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "api/web/node_modules/axe-core/axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21aa")
PATIENCE = 30_000  # milliseconds
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_QUIET = 150  # milliseconds for which a view stays as it is before it counts as loaded

# The frame says which view there is and whether it waits for an answer; a heading says that it is drawn.
_LOADED = """quiet => {
  const main = document.querySelector('main[data-view][aria-busy]')
  const there = main !== null && main.dataset.view !== '' && main.getAttribute('aria-busy') === 'false'
    && main.querySelector('h1') !== null && document.readyState === 'complete'
  const now = performance.now()
  if (!there) { window.__shecangQuiet = undefined; return false }
  window.__shecangQuiet ??= now
  return now - window.__shecangQuiet >= quiet
}"""
# What still fades in or out has other colours than it will have; what never ends is looked at as it is.
_AXE = """async tags => {
  const ends = document.getAnimations().filter(each => each.effect?.getComputedTiming().endTime !== Infinity)
  await Promise.allSettled(ends.map(each => each.finished))
  const found = await axe.run(document, { runOnly: { type: 'tag', values: tags } })
  return found.violations.map(each => ({
    rule: each.id, help: each.help,
    nodes: each.nodes.map(node => ({ html: node.html.slice(0, 300), why: node.failureSummary })),
  }))
}"""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of looking at the page.

    Attributes:
        language: `zh` or `en`.
        width: Of the window.
        height: Of the window.
        is_often: Whether ordinary runs go it; the others are slow.
    """

    language: str
    width: int
    height: int
    is_often: bool

    @property
    def name(self) -> str:
        return f"{self.language}-{self.width}"

    @property
    def is_phone(self) -> bool:
        return self.width < 600


WAYS = {
    each.name: each
    for each in (
        Way("zh", 360, 740, True),
        Way("en", 1280, 800, True),
        Way("zh", 1280, 800, False),
        Way("en", 360, 740, False),
    )
}


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Run chromium until the block ends."""
    executable = shutil.which("chromium")
    if executable is None:
        raise FileNotFoundError("chromium is not installed: scripts/test installs it")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def new_context(browser: Browser, way: Way, kept: StorageState | None = None) -> BrowserContext:
    """Return a browser as somebody has it who looks in this way, elsewhere than in China.

    Args:
        browser: Chromium.
        way: How it is looked at.
        kept: What it keeps from before, as the session of somebody who signed in.
    """
    context = browser.new_context(
        locale="zh-CN" if way.language == "zh" else "en-GB",
        timezone_id="Europe/Berlin",
        viewport={"width": way.width, "height": way.height},
        is_mobile=way.is_phone,
        has_touch=way.is_phone,
        reduced_motion="reduce",  # faster, and how many look at it
        storage_state=kept,
    )
    context.set_default_timeout(PATIENCE)
    return context


@contextmanager
def open_page(
    browser: Browser, address: str, way: Way, kept: StorageState | None = None
) -> Iterator[Watched]:
    """Open a page in a context of its own, and check it in the end where nothing else failed."""
    context = new_context(browser, way, kept)
    try:
        watched = Watched(context.new_page(), address, way)
        yield watched
        watched.check()
    finally:
        context.close()


@dataclass
class Watched:
    """A page, of which everything is remembered that should not be.

    Attributes:
        page: Playwright's.
        address: Of the server.
        way: How it is looked at.
        wrong: What went wrong so far.
        refusals: Statuses of refusals that a test provokes, which the browser reports as errors.
        is_offline: Whether a test has taken the server away, so that requests fail.
    """

    page: Page
    address: str
    way: Way
    wrong: list[str] = field(default_factory=list)
    refusals: set[int] = field(default_factory=set)
    is_offline: bool = False

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error of the page: {error}"))
        self.page.on("requestfailed", self._on_failed)
        self.page.on("request", self._on_request)
        # Beside the page, whose content security policy lets no other script in.
        self.page.context.add_init_script(path=AXE)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        status = re.search(r"responded with a status of (\d+)", message.text)
        if status is not None and int(status[1]) in self.refusals:
            return
        # Axe warns of styles that it cannot fetch; it looks at those that the page has.
        if self.is_offline and ("net::ERR_" in message.text or "preload assets" in message.text):
            return
        self.wrong.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _on_failed(self, request: Request) -> None:
        # Whoever leaves a view breaks off what it still waits for.
        if not self.is_offline and request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"request failed: {request.url}: {request.failure}")

    def _on_request(self, request: Request) -> None:
        target = urlsplit(request.url)
        if target.scheme in {"data", "blob"}:
            return
        if f"{target.scheme}://{target.netloc}" != self.address:
            self.wrong.append(f"asked elsewhere: {request.url}")

    def check(self) -> None:
        """Raise where anything went wrong."""
        assert not self.wrong, "\n".join(self.wrong)

    # -- going about

    def visit(self, path: str) -> None:
        """Go to a path as somebody who types it, and wait until its view is loaded."""
        self.page.goto(f"{self.address}{path}")
        self.loaded()

    def loaded(self) -> None:
        """Wait until the view that is there has loaded, and stays as it is."""
        self.page.evaluate("() => { window.__shecangQuiet = undefined }")
        try:
            self.page.wait_for_function(_LOADED, arg=_QUIET)
        except TimeoutError as error:
            said = "\n".join(self.wrong) or "the browser said nothing"
            raise AssertionError(f"no view at {self.page.url} in time; {said}") from error

    @property
    def view(self) -> str:
        """The name of the view."""
        return self.page.locator("main").get_attribute("data-view") or ""

    @property
    def main(self) -> Locator:
        """What is not the frame."""
        return self.page.locator("main")

    # -- what every view must be

    def violations(self) -> str:
        """Return what axe finds, readably; nothing where it finds nothing."""
        found: list[dict[str, Any]] = self.page.evaluate(_AXE, list(RULES))
        return "\n".join(
            f"{each['rule']}: {each['help']}\n    {node['html']}\n    {node['why']}"
            for each in found
            for node in each["nodes"]
        )

    def overflow(self) -> int:
        """Return by how many pixels the page can be moved sideways."""
        # Of the window as it was made: a phone shows more at once where a page is too wide for it.
        width: int = self.page.evaluate("document.scrollingElement.scrollWidth")
        return max(0, width - self.way.width)

    def headings(self) -> list[int]:
        """Return the levels of the headings, in order."""
        levels: list[int] = self.page.evaluate(
            "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]"
            ".filter(each => each.checkVisibility()).map(each => Number(each.tagName[1]))"
        )
        return levels
