"""Text in the cells of a spreadsheet: what would be taken for a formula is written as text."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(text: str) -> str:
    """Return `text` with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return `text` without the apostrophe that `guarded` puts in front."""
    return text[1:] if _GUARDED.match(text) else text
