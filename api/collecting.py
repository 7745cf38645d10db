"""How often Python looks for cycles in a process that answers."""

from __future__ import annotations

import gc

_OBJECTS = 100_000  # made and not gone yet, after which Python looks for cycles


def look_seldom() -> None:
    """Keep Python from looking for cycles again and again, at the start and in an answer.

    What a process of the server imports is some hundred thousand objects, and to look through them while
    they are made takes a sixth of its start; an answer is ten thousand objects and no cycle, and to look
    takes a fifth of it.
    """
    gc.set_threshold(_OBJECTS, 20, 20)


def settle() -> None:
    """Keep Python from ever looking through what was made at the start."""
    gc.collect()
    gc.freeze()
