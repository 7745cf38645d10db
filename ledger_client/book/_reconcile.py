"""A book against the ledger, line by line; pure, in the order in which a person would compare them.

1. A line that was imported is found by its document (`document_key`), whatever its item is called now.
2. Other lines and entries are paired by kind, day, item and quantity, equal ones in their order.
3. What is left of one kind, day and item is paired in order: the quantity differs.
4. A line that is left and says the same as one that found its entry is possibly recorded twice.
5. The rest of the lines is missing on chain, the rest of the entries of the book's days missing in the book.

Rows that are no line are unreadable. Nothing is left out and nothing counted twice.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, get_args

from ledger_client.book._identity import LineIdentity
from ledger_client.book._model import BookKind, Line, Problem


class LineStatus(StrEnum):
    """What a comparison says of a line or entry. The names are part of the JSON form and never change."""

    MATCHED = "matched"
    QUANTITY_DIFFERS = "quantity-differs"
    MISSING_ON_CHAIN = "missing-on-chain"
    MISSING_IN_BOOK = "missing-in-book"
    POSSIBLY_TWICE = "possibly-twice"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line of a book with what it means on the ledger.

    Attributes:
        file: File of the book.
        sheet: Sheet in it.
        cell: Cell of the quantity, such as `E7`.
        line: The line.
        item: The item that it is, 0 where no confirmed mapping says so.
        keys: Keys of the documents that importing the line made, part by part, and of the one that it would
            make next; empty where the book salt is not at hand.
        identity: Who the line is, for the client id of its documents.
    """

    file: str
    sheet: str
    cell: str
    line: Line
    item: int
    keys: tuple[int, ...] = ()
    identity: LineIdentity | None = None

    @property
    def content(self) -> tuple[Any, ...]:
        """What makes two lines say the same."""
        line = self.line
        return (line.kind, line.date, line.party, line.goods, line.specification, line.unit, line.quantity)


@dataclass(frozen=True, slots=True)
class BookProblem:
    """A row of a book that is no line.

    Attributes:
        file: File of the book.
        sheet: Sheet in it.
        problem: The cell to mend, and why.
    """

    file: str
    sheet: str
    problem: Problem

    @property
    def cell(self) -> str:
        """The cell to mend."""
        return self.problem.cell


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """What one document of the ledger moved of one item.

    Attributes:
        document: Its key.
        transaction: Hash of its transaction, 32 bytes.
        kind: `receipt` or `issue`.
        day: On which it is said to have occurred.
        item: Of which.
        quantity: Base units.
        in_emergency: Whether it was recorded in an emergency.
    """

    document: int
    transaction: bytes
    kind: BookKind
    day: date
    item: int
    quantity: int
    in_emergency: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line, one entry, or a pair of both, and what there is to say.

    Attributes:
        status: What.
        line: The book's side, None where it has none.
        entries: The ledger's side, more than one where a line was recorded in parts.
        problem: The row that is no line, where that is what there is to say.
    """

    status: LineStatus
    line: BookLine | None = None
    entries: tuple[ChainEntry, ...] = ()
    problem: BookProblem | None = None

    @property
    def is_by_document(self) -> bool:
        """Whether line and entries belong together by the document's key, not by what they say alone."""
        keys = self.line.keys if self.line else ()
        return any(entry.document in keys for entry in self.entries)

    @property
    def item(self) -> int:
        """The item that it is about, 0 where nothing says so."""
        line = self.line.item if self.line else 0
        return line or (self.entries[0].item if self.entries else 0)

    @property
    def in_emergency(self) -> bool:
        """Whether anything of the ledger's side was recorded in an emergency."""
        return any(entry.in_emergency for entry in self.entries)

    @property
    def recorded(self) -> int:
        """Base units on the ledger's side."""
        return sum(entry.quantity for entry in self.entries)


def compare(lines: Sequence[BookLine], entries: Iterable[ChainEntry]) -> list[Comparison]:
    """Compare a book's lines with what the ledger says of one site.

    Args:
        lines: All lines of the book, in its order.
        entries: Documents of the site that were not reversed, oldest first.

    Returns:
        Lines in the book's order, then what the book lacks.
    """
    left = dict(enumerate(entries))
    found: dict[int, Comparison] = {}
    _by_document(lines, left, found)
    _by_quantity(lines, left, found)
    matched = {lines[number].content for number, each in found.items() if each.status is LineStatus.MATCHED}
    _by_item(
        [(number, line) for number, line in _open(lines, found) if line.content not in matched], left, found
    )
    for number, line in enumerate(lines):
        if number not in found:
            twice = line.content in matched
            found[number] = Comparison(
                LineStatus.POSSIBLY_TWICE if twice else LineStatus.MISSING_ON_CHAIN, line
            )
    in_book = [found[number] for number in range(len(lines))]
    days = {kind: _days(lines, kind) for kind in get_args(BookKind)}
    lacking = [
        Comparison(LineStatus.MISSING_IN_BOOK, entries=(entry,))
        for entry in left.values()
        if days[entry.kind][0] <= entry.day <= days[entry.kind][1]
    ]
    return in_book + lacking


Left = dict[int, ChainEntry]
"""Entries that no line was found for yet, by their place among all."""


def _by_document(lines: Sequence[BookLine], left: Left, found: dict[int, Comparison]) -> None:
    by_key = _grouped(left, lambda entry: entry.document)
    for number, line in enumerate(lines):
        # Popped, because a copy of the book that is given too has lines of the same keys.
        places = [place for key in line.keys for place in by_key.pop(key, ())]
        if places:
            parts = tuple(left.pop(place) for place in places)
            same = sum(entry.quantity for entry in parts) == line.line.quantity
            found[number] = Comparison(
                LineStatus.MATCHED if same else LineStatus.QUANTITY_DIFFERS, line, parts
            )


def _by_quantity(lines: Sequence[BookLine], left: Left, found: dict[int, Comparison]) -> None:
    same = _grouped(left, lambda entry: (entry.kind, entry.day, entry.item, entry.quantity))
    for number, line in _open(lines, found):
        waiting = same.get((line.line.kind, line.line.date, line.item, line.line.quantity))
        if waiting:
            found[number] = Comparison(LineStatus.MATCHED, line, (left.pop(waiting.popleft()),))


def _by_item(lines: Iterable[tuple[int, BookLine]], left: Left, found: dict[int, Comparison]) -> None:
    same = _grouped(left, lambda entry: (entry.kind, entry.day, entry.item))
    for number, line in lines:
        waiting = same.get((line.line.kind, line.line.date, line.item))
        if waiting:
            found[number] = Comparison(LineStatus.QUANTITY_DIFFERS, line, (left.pop(waiting.popleft()),))


def _open(lines: Sequence[BookLine], found: Mapping[int, Comparison]) -> list[tuple[int, BookLine]]:
    return [(number, line) for number, line in enumerate(lines) if number not in found and line.item]


def _days(lines: Iterable[BookLine], kind: BookKind) -> tuple[date, date]:
    """Return the first and the last day of the book's lines of a kind; no day lies between for none."""
    days = [line.line.date for line in lines if line.line.kind == kind and line.line.date]
    return min(days, default=date.max), max(days, default=date.min)


def _grouped(left: Left, key: Callable[[ChainEntry], Hashable]) -> dict[Hashable, deque[int]]:
    """Return the places of entries by what is asked of them, in their order."""
    groups: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for place, entry in left.items():
        groups[key(entry)].append(place)
    return dict(groups)
