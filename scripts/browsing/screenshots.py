"""Takes a picture of every view in every way: `scripts/screenshots FOLDER [VIEW…]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser
from rich.console import Console
from rich.progress import track

from browsing.browser import ROOT, WAYS, Watched, Way, new_context, open_browser
from browsing.city import PlayedCity, Server, serving
from browsing.people import settle_in
from browsing.views import VIEWS, View
from ledger_client.cli import language_of_environment
from ledger_client.language import tr, use_language

FOLDER = ROOT / "build/screenshots"


def take(browser: Browser, server: Server, city: PlayedCity, views: list[View], folder: Path) -> int:
    """Take all pictures of some views, whatever is wrong with them; return how many."""
    people = [(who, list(theirs)) for who, theirs in groupby(sorted(views, key=_who), _who)]
    rounds = [(way, who, theirs) for way in WAYS.values() for who, theirs in people]
    progress = Console(stderr=True)
    for way, who, theirs in track(rounds, tr("pictures", "截图"), console=progress, transient=True):
        context = new_context(browser, way)
        page = Watched(context.new_page(), server.address, way)
        settle_in(page, city, who)
        for view in theirs:
            page.visit(view.path)
            page.page.screenshot(path=folder / _file(view, way), full_page=True)
        context.close()
    return len(WAYS) * len(views)


def _who(view: View) -> str:
    return view.who


def _file(view: View, way: Way) -> str:
    return f"{view.name}-{way.name}.png"


def chosen(names: list[str]) -> list[View]:
    """Return the views of some names, all where there is none.

    Raises:
        LookupError: There is no view of a name.
    """
    known = {view.name: view for view in VIEWS}
    if unknown := sorted(set(names) - set(known)):
        raise LookupError(
            tr(
                f"no view {', '.join(unknown)}; there are: {', '.join(known)}",
                f"没有名为 {'、'.join(unknown)} 的视图；现有：{'、'.join(known)}",
            )
        )
    return [known[name] for name in names] or list(VIEWS)


def main() -> int:
    """Play the city, serve it, and take the pictures asked for."""
    use_language(language_of_environment())
    asked = argparse.ArgumentParser(prog="scripts/screenshots")
    asked.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    asked.add_argument("views", nargs="*", metavar="view")
    given = asked.parse_args()
    try:
        views = chosen(given.views)
    except LookupError as error:
        print(f"scripts/screenshots: {error.args[0]}", file=sys.stderr)
        return 2
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="shecang-pictures-") as directory:
        city = PlayedCity.play(Path(directory) / "home")
        with serving(city) as server, open_browser() as browser:
            count = take(browser, server, city, views, given.folder)
    print(
        tr(
            f"{count} pictures of {len(views)} views in {given.folder}",
            f"{len(views)} 个视图的 {count} 张截图，位于 {given.folder}",
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
