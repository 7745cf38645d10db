"""After which document a word of storage first differs: found by halving, at the blocks of its documents.

Before its first document a word is 0 both ways, and at the audited block they differ: between, halving finds
a document before which they agree and after which they do not. Storage is known at the ends of blocks alone,
so that of several documents in one block the last is asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from ledger_client.errors import UnavailableError
from ledger_client.fold.records import RecordedDocument

Told = tuple[RecordedDocument, int]
"""A document, and the word after it."""


def ends_of_blocks(told: Iterable[Told]) -> list[Told]:
    """Return the last step of every block."""
    return [list(in_block)[-1] for _, in_block in groupby(told, key=lambda step: step[0].block)]


def first_differing(ends: Sequence[Told], stored: Callable[[int], int]) -> RecordedDocument | None:
    """Return the first document after which a word differs; the last of all does.

    A node that no longer has the state of old blocks leaves the question open: None. That the word is wrong
    is known all the same.

    Args:
        ends: The last step of every block, in order.
        stored: Returns the word at a block.
    """
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high) // 2
        document, value = ends[middle]
        try:
            found = stored(document.block)
        except UnavailableError:
            return None
        if found == value:
            low = middle + 1
        else:
            high = middle
    return ends[low][0] if ends else None
