"""A book against the ledger: the lines with their identities, and what the comparison says of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from ledger_client.book import (
    BookSheet,
    Line,
    LineIdentity,
    client_id,
    identities,
)
from ledger_client.book import Mapping as GoodsMapping
from ledger_client.book._reconcile import BookLine, BookProblem, Comparison, LineStatus, compare
from ledger_client.books._history import SiteHistory
from ledger_client.books._ledger import BookLedger
from ledger_client.digests import document_key
from ledger_client.identifiers import SiteId


def reconcile(
    ledger: BookLedger, sheets: Sequence[BookSheet], mapping: GoodsMapping, site: SiteId
) -> list[Comparison]:
    """Compare a book with the ledger, line by line.

    With the site's book salt in the records, lines that were imported are found by their documents; without
    it (`RecordStore.has_book_salt`) everything is matched by kind, day, item, quantity and order alone.

    Args:
        ledger: The ledger.
        sheets: All sheets of the book.
        mapping: Which item each goods is; only confirmed rows count.
        site: The site that the book is about.

    Returns:
        Lines and rows that are none in the order of the book, then what the book lacks.
    """
    salt = ledger.records.book_salt(site) if ledger.records.has_book_salt(site) else None
    return compare_book(ledger, SiteHistory.read(ledger, site), sheets, mapping, salt)


def compare_book(
    ledger: BookLedger,
    history: SiteHistory,
    sheets: Sequence[BookSheet],
    mapping: GoodsMapping,
    salt: bytes | None,
) -> list[Comparison]:
    """Compare a book with the history of a site, as `reconcile`; `salt` is None where it is not at hand."""
    lines = book_lines(sheets, mapping, history.site, salt, history.documents)
    keys = {key for each in lines for key in each.line.keys}
    days = {each.line.line.date for each in lines if each.line.line.date}
    entries = history.without_other_books(ledger, keys, {sheet.file for sheet in sheets}, days)
    compared = compare([each.line for each in lines], entries)
    rows = [
        (each.sheet, each.line.line.row, comparison)
        for each, comparison in zip(lines, compared, strict=False)
    ]
    rows += [
        (number, problem.row, _unreadable(sheet, number_of))
        for number, sheet in enumerate(sheets)
        for number_of, problem in enumerate(sheet.problems)
    ]
    in_book = [comparison for *_, comparison in sorted(rows, key=lambda row: row[:2])]
    return in_book + compared[len(lines) :]


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A line, and the number of its sheet among those given, from 0."""

    sheet: int
    line: BookLine


def book_lines(
    sheets: Sequence[BookSheet],
    mapping: GoodsMapping,
    site: SiteId,
    salt: bytes | None,
    documents: Collection[int],
) -> list[NumberedLine]:
    """Return the lines of some books with their items and, if the salt is at hand, their document keys.

    Args:
        sheets: The books.
        mapping: Which item each goods is.
        site: The site that the books are about.
        salt: The site's book salt, None where it is not at hand.
        documents: Keys of the site's documents.
    """
    found = []
    for numbers in _books(sheets):
        places = [(number, line) for number in numbers for line in sheets[number].lines]
        same = identities([line for _, line in places], site)
        for (number, line), identity in zip(places, same, strict=True):
            sheet = sheets[number]
            keys = _keys(site, salt, identity, documents) if salt else ()
            item = _item(mapping, line)
            found.append(
                NumberedLine(number, BookLine(sheet.file, sheet.sheet, line.cell, line, item, keys, identity))
            )
    return sorted(found, key=lambda each: each.sheet)


def _unreadable(sheet: BookSheet, problem: int) -> Comparison:
    return Comparison(
        LineStatus.UNREADABLE, problem=BookProblem(sheet.file, sheet.sheet, sheet.problems[problem])
    )


def _books(sheets: Sequence[BookSheet]) -> Iterable[list[int]]:
    """Return the numbers of the sheets that make one book: a file; given twice it is two copies of one."""
    books: list[list[int]] = []
    by_file: dict[str, list[int]] = {}
    for number, sheet in enumerate(sheets):
        book = by_file.get(sheet.file)
        if book is None or any(sheets[other].sheet == sheet.sheet for other in book):
            book = by_file[sheet.file] = []
            books.append(book)
        book.append(number)
    return books


def _keys(site: SiteId, salt: bytes, identity: LineIdentity, documents: Collection[int]) -> tuple[int, ...]:
    """Return the keys of the parts that are recorded, and of the one that would be next."""
    keys: list[int] = []
    for part in count(1):
        keys.append(document_key(site, client_id(salt, identity, part)))
        if keys[-1] not in documents:
            break
    return tuple(keys)


def _item(mapping: GoodsMapping, line: Line) -> int:
    row = mapping.find(line)
    return row.item.item if row and row.is_confirmed else 0
