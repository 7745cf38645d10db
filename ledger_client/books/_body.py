"""The body of an imported document: which line of which book it is, and why its goods stay held.

Pure. A body is JSON in the records store, off chain; an import of later books reads it again, because a book
of the next day may list the same delivery::

    {"book": {"file", "sheet", "row", "cell", "part"}, "line": {…}, "kept": ["next-day"]}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ledger_client.book import Line
from ledger_client.book._reconcile import BookLine

_NOT_KEPT = ("row", "cell", "notes")


def body_of(line: BookLine, part: int, kept: Sequence[str]) -> dict[str, Any]:
    """Return the body of the document for one part of a line.

    Args:
        line: The line.
        part: Which part of it, from 1.
        kept: Rules by which its goods stay held.
    """
    content = {name: value for name, value in line.line.to_dict().items() if name not in _NOT_KEPT}
    book = {"file": line.file, "sheet": line.sheet, "row": line.line.row, "cell": line.cell, "part": part}
    return {"book": book, "line": content, "kept": list(kept)}


def is_body(body: Mapping[str, Any]) -> bool:
    """Whether an import wrote a body."""
    return {"book", "line", "kept"} <= body.keys()


def line_of(body: Mapping[str, Any]) -> Line:
    """Return the line that a body is about, without its notes."""
    content, book = body["line"], body["book"]
    return Line(
        **{
            **content,
            "row": book["row"],
            "cell": book["cell"],
            "quantity": int(content["quantity"]),
            "date": _day(content["date"]),
            "made": _day(content["made"]),
            "expires": _day(content["expires"]),
        }
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
