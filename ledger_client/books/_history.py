"""What a ledger says of one site, as the comparison and the import of a book need it.

Everything is read from the index but what only an import knows: which line of which book a document came
from. That stands in the document's body in the records store, when this office has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ledger_client.book import BookKind
from ledger_client.book._reconcile import ChainEntry
from ledger_client.books._body import is_body
from ledger_client.books._ledger import BookLedger
from ledger_client.documents import Kind, Timestamp
from ledger_client.emergencies import spell_over
from ledger_client.fold.records import RecordedDocument
from ledger_client.identifiers import SiteId
from ledger_client.index.marks import MarkedReader
from ledger_client.index.reads import CardEntry, IndexReader
from ledger_client.records import RecordAnswer, RecordId

BOOK_KINDS: Mapping[int, BookKind] = {Kind.RECEIPT: "receipt", Kind.ISSUE: "issue"}
"""Documents that are lines of a book; the others are the ledger's own business."""

_NO_BODY = bytes(32)


@dataclass(frozen=True, slots=True)
class SiteHistory:
    """The receipts and issues of a site, oldest first.

    Attributes:
        site: The site.
        entries: What they moved; reversed documents moved nothing.
        documents: All of them by key, the reversed ones too.
    """

    site: SiteId
    entries: list[ChainEntry]
    documents: Mapping[int, RecordedDocument]
    _bodies: dict[int, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, ledger: BookLedger, site: SiteId) -> SiteHistory:
        """Read the history of a site from the index, brought up to the newest block."""
        index = ledger.index()
        marked = index if isinstance(index, MarkedReader) else MarkedReader(ledger.index_engine)
        with marked.one_state() as reader:
            card = [each for each in _card(reader, site) if each.document.kind in BOOK_KINDS]
            spells = reader.emergencies(int(site) // 1_000)
        entries = [
            replace(entry, in_emergency=spell_over(each.document, spells) is not None)
            for each in card
            if not each.document.reversed_by
            for entry in _entries(each, ledger.deployment.offset)
        ]
        return cls(site, entries, {each.document.key: each.document for each in card})

    @property
    def numbers(self) -> dict[int, int]:
        """The key of each document by its place in the ledger."""
        return {document.number: key for key, document in self.documents.items()}

    def is_reversed(self, key: int) -> bool:
        """Whether there is such a document and somebody reversed it."""
        return key in self.documents and bool(self.documents[key].reversed_by)

    def body(self, ledger: BookLedger, key: int) -> Mapping[str, Any]:
        """Return the body that an import gave a document; empty where it is not here, or not the chain's.

        Raises:
            RecordDamagedError: The record was changed.
        """
        if key not in self._bodies:
            record = ledger.records.get(RecordId("document", key))
            is_ours = record and is_body(record.body) and record.body_digest() == self.documents[key].body
            self._bodies[key] = record.body if record and is_ours else {}
        return self._bodies[key]

    def has_foreign_bodies(self, ledger: BookLedger) -> bool:
        """Whether some document has a body that was never in this office's records."""
        return any(
            document.body != _NO_BODY
            and ledger.records.verify(RecordId("document", key), document.body) is RecordAnswer.ABSENT
            for key, document in self.documents.items()
        )

    def without_other_books(
        self, ledger: BookLedger, keys: Collection[int], files: Collection[str], days: Collection[date]
    ) -> list[ChainEntry]:
        """Return the entries that may be lines of these books.

        An entry that was imported from a book of another name is that book's line and never one of these,
        even where it says the same.

        Args:
            ledger: Where the bodies are.
            keys: Documents that are lines of these books by identity.
            files: Names of these books.
            days: Days of their lines; documents before and after them are left out, since they are no line of
                these books and nothing that the books lack.
        """
        first, last = min(days, default=date.max), max(days, default=date.min)
        own_files = {"", *files}
        return [
            entry
            for entry in self.entries
            if entry.document in keys
            or (first <= entry.day <= last and self.file_of(ledger, entry.document) in own_files)
        ]

    def file_of(self, ledger: BookLedger, key: int) -> str:
        """Return the name of the book that a document was imported from, empty where nothing says."""
        return str(self.body(ledger, key).get("book", {}).get("file", ""))


def chain_entries(
    ledger: BookLedger, site: SiteId, kinds: Iterable[BookKind] = ("receipt", "issue")
) -> list[ChainEntry]:
    """Return what the receipts and issues of a site moved, oldest first, without what was reversed.

    Several lines of one item in a document are one entry.
    """
    wanted = set(kinds)
    return [entry for entry in SiteHistory.read(ledger, site).entries if entry.kind in wanted]


def _card(index: IndexReader, site: SiteId) -> list[CardEntry]:
    card: list[CardEntry] = []
    while page := index.stock_card(site, after=card[-1].sequence if card else 0):
        card += page
    return card


def _entries(each: CardEntry, offset: int) -> list[ChainEntry]:
    quantities: Counter[int] = Counter()
    for movement in each.movements:
        quantities[movement.item] += abs(movement.delta)
    document = each.document
    day = day_of(document, offset)
    kind = BOOK_KINDS[document.kind]
    return [
        ChainEntry(document.key, document.transaction, kind, day, item, quantity)
        for item, quantity in quantities.items()
        if quantity
    ]


def day_of(document: RecordedDocument, offset: int) -> date:
    """Return the day on which a document is said to have occurred, as people at the ledger's offset count."""
    return Timestamp(document.occurred_at, document.is_day_only).at(offset).date()
