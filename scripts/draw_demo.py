"""Draws what the demonstration prints as an SVG that loads nothing from anywhere."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from ledger_client.demo.run import found_ledger, play_city
from ledger_client.demo.show import show
from ledger_client.ledger import Ledger

WIDTH = 112  # columns
_COMMENTS = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_FONT_FACES = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)


def main(target: Path) -> None:
    """Play the city through and draw what is shown."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)
    with tempfile.TemporaryDirectory() as directory:
        home = found_ledger(Path(directory) / "home")
        outcome = play_city(home, lambda _en, _zh: None)
        with Ledger.open(home) as ledger:
            show(console, ledger.index(), outcome)
    drawn = console.export_svg(title="scripts/demo --once", unique_id="demo")
    target.write_text(_COMMENTS.sub("", _FONT_FACES.sub("", drawn)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
