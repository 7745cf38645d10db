"""How deep a JSON text from outside may nest, looked at before a parser follows it.

Python's parser goes as deep as the recursion limit says, which libraries of the embedded chain raise beyond
what the stack holds: then a file or an answer of opening brackets does not fail, it ends the process.
"""

from __future__ import annotations

import re

DEEPEST = 64
"""Levels of brackets that no text of ours or of a node comes near."""

_OTHERS = bytes(each for each in range(256) if each not in b"[]{}")
_STEPS = {each: 1 if each in b"[{" else -1 for each in b"[]{}"}
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


class TooDeepError(ValueError):
    """A JSON text nests deeper than it may."""

    def __init__(self) -> None:
        super().__init__("it is nested too deeply")


def require_shallow(text: str | bytes, deepest: int = DEEPEST) -> None:
    """Refuse a JSON text that nests deeper than `deepest` levels of brackets; those in strings do not count.

    Raises:
        TooDeepError: It does.
    """
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if raw.count(b"[") + raw.count(b"{") > deepest and _depth(_STRINGS.sub(b"", raw)) > deepest:
        raise TooDeepError


def _depth(raw: bytes) -> int:
    """Return how deep the brackets of a text without strings nest, no less than a parser would go."""
    depth = deepest = 0
    for each in raw.translate(None, _OTHERS):
        depth = max(0, depth + _STEPS[each])
        deepest = max(deepest, depth)
    return deepest
