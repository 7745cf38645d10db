"""Names of all that is registered, searched in memory.

Records are sealed one by one, so that no database can look into them. The names are opened once and kept
while the process runs, never written anywhere. Who shows what was found asks the store about it once more
(`KnownNames`): a deleted name is found no more at once, whatever is still kept here.
"""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from ledger_client.characters import clean_name
from ledger_client.fold.records import Consignee
from ledger_client.index.found import NAMED_TABLES, named, named_counts
from ledger_client.index.registers import RegisterReader
from ledger_client.records import KnownNames, Name, RecordId, RecordKind

LOOK_AGAIN = 5.0
"""Seconds after which the store is asked for names that came, changed or went without a registration."""

_Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name.

    Attributes:
        id: What it is.
        place: Where it lies: a site or division of which somebody must be a reader; None for registers.
        folded: Its names as they are searched.
    """

    id: RecordId
    place: int | None
    folded: tuple[str, str]


class NameTable:
    """The names of one ledger; may be asked from several threads.

    Args:
        known: The names, opened.
        clock: Seconds of a clock that never goes back.
    """

    def __init__(self, known: KnownNames, clock: _Clock = time.monotonic) -> None:
        self._known = known
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._registered: dict[str, dict[int, tuple[bytes, int | None]]] = {}
        self._looked = float("-inf")
        self._laid_out: tuple[tuple[Named, ...], tuple[str, ...]] = ((), ())

    def refresh(self, index: RegisterReader) -> None:
        """Take up what was registered since the last time, and now and then what the store has anew.

        Raises:
            UnavailableError: The store cannot be read.
        """
        with self._lock:
            counts = named_counts(index)
            changed = [kind for kind in counts if counts[kind] != self._counts.get(kind)]
            if not changed and self._clock() - self._looked < LOOK_AGAIN:
                return
            for kind in changed:
                records = named(index, kind)
                self._registered[kind] = {
                    number: (each.name, _place(kind, number, each)) for number, each in records.items()
                }
            self._fill()
            self._counts, self._looked = counts, self._clock()

    def find(self, text: str, may_read: Callable[[int], bool], most: int) -> list[RecordId]:
        """Return what has all words of a text in one of its names: whole names first, then beginnings.

        Args:
            text: What was typed.
            may_read: Whether who asks may read what lies at a site or in a division.
            most: Most to return.

        Raises:
            CharacterError: The text holds an invisible character, or a word mixes scripts that look alike.
        """
        wanted = fold(clean_name(text))
        words = wanted.split()
        if not words:
            return []
        allowed: dict[int, bool] = {}
        ranks: tuple[list[RecordId], ...] = ([], [], [])
        named, texts = self._laid_out
        longest = max(words, key=len)
        for each in [named[at] for at, folded in enumerate(texts) if longest in folded]:
            rank = _rank(each, wanted, words)
            if rank is None or len(ranks[rank]) >= most:
                continue
            if each.place is not None:
                if each.place not in allowed:
                    allowed[each.place] = may_read(each.place)
                if not allowed[each.place]:
                    continue
            ranks[rank].append(each.id)
        return [id for rank in ranks for id in rank][:most]

    def _fill(self) -> None:
        """Open what is not open yet, and lay the names out to be searched."""
        digests = {
            RecordId(cast(RecordKind, kind), number): digest
            for kind in NAMED_TABLES
            for number, (digest, _) in self._registered.get(kind, {}).items()
        }
        names = self._known.names(digests)
        found = [
            Named(id, self._registered[id.kind][id.number][1], _folded(names[id]))
            for id in digests
            if id in names
        ]
        # One value, because other threads may be in `find`.
        self._laid_out = (tuple(found), tuple("\n".join(each.folded) for each in found))


def fold(text: str) -> str:
    """Return a text as names are compared: full-width forms, case and blanks are the same."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _folded(name: Name) -> tuple[str, str]:
    return fold(name.zh), fold(name.en)


def _rank(each: Named, wanted: str, words: list[str]) -> int | None:
    if wanted in each.folded:
        return 0
    if any(folded.startswith(wanted) for folded in each.folded):
        return 1
    return 2 if any(all(word in folded for word in words) for folded in each.folded) else None


def _place(kind: str, number: int, record: object) -> int | None:
    if kind == "site":
        return number
    return record.division if isinstance(record, Consignee) else None
