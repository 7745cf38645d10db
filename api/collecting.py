"""How often Python looks for cycles in a process that answers."""

from __future__ import annotations

import gc

_OBJECTS = 100_000  # made and not gone yet, after which Python looks for cycles


def settle() -> None:
    """Keep Python from looking through what was made at the start, and through an answer while it is made.

    An answer is some ten thousand objects and no cycle; to look for one again and again takes a fifth of it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS, 20, 20)
