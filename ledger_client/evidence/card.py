"""The stock card of one site out of its own documents: journal, balances, and what each document did.

A document commits to both of its sites, so that the documents of one site tell everything about it and
nothing about the others: what came, what went, what is still on its way to it or back. The effects are those
of `StockLedger.sol` seen from one side; a test holds them equal to the fold of the whole ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ledger_client.digests import digest_of_event, roll
from ledger_client.documents import Kind
from ledger_client.errors import MismatchError
from ledger_client.events import DocumentRecorded
from ledger_client.fold._consignments import amount, arriving, is_missing, less
from ledger_client.fold._movements import HEAD, HELD_HERE, ID_248, QUANTITY
from ledger_client.lines import line_width
from ledger_client.words import split_words

_MASK_64 = (1 << 64) - 1
_FOUND_AT_SENDER, _FOUND_AT_RECEIVER = 1, 2
_ARRIVES = frozenset({Kind.OPENING, Kind.RECEIPT})
BETWEEN = frozenset(
    {
        Kind.HAND_OVER,
        Kind.DISPATCH,
        Kind.ACCEPTANCE,
        Kind.CONTEST,
        Kind.RETURN,
        Kind.RETURN_ACCEPTANCE,
        Kind.SETTLEMENT,
    }
)
"""Kinds of documents that name two sites."""

_REVERSIBLE = frozenset(
    {
        Kind.RECEIPT,
        Kind.ISSUE,
        Kind.HAND_OVER,
        Kind.DISPATCH,
        Kind.COUNT,
        Kind.WRITE_OFF,
        Kind.REPACK,
    }
)

Change = tuple[bytes, int]
"""A lot and how many base units of it came, or (negative) went."""


class _Said(Protocol):
    """What the effects ask of a document, recorded just now or before."""

    @property
    def key(self) -> int: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def from_(self) -> int: ...
    @property
    def to(self) -> int: ...
    @property
    def lines(self) -> bytes: ...


class CardRefusedError(MismatchError):
    """The documents of a site cannot be its history."""

    en = "document {document} cannot stand at place {sequence} of the history: {reason}; the file was changed"
    zh = "单据 {document} 不可能位于该历史的第 {sequence} 位：{reason_zh}；文件已被改动"


class Row(NamedTuple):
    """One row of a stock card: what a document did to what the site holds of one lot.

    A document that did nothing to any lot here, such as a neighbour's acceptance, has one row without a lot.

    Attributes:
        sequence: Place of the document in the site's journal, from 1.
        document: The document.
        lot: The lot, 20 bytes; empty where there is none.
        change: Base units that came, or (negative) went; 0 where only the flag changed.
        quantity: Base units held afterwards.
        is_held_here: Whether the lot is held at the site afterwards.
    """

    sequence: int
    document: DocumentRecorded
    lot: bytes
    change: int
    quantity: int
    is_held_here: bool


class _Past(NamedTuple):
    """What of a document is kept, since a later one may reverse it."""

    key: int
    kind: Kind
    from_: int
    to: int
    lines: bytes


@dataclass(slots=True)
class _Consignment:
    """What remains of goods on their way, from or to the site."""

    lines: list[int]


@dataclass(slots=True)
class SiteCard:
    """The history of one site, document by document.

    Attributes:
        site: The site.
        keep_rows: Whether the rows of the card are kept; a history may have millions.
        journal: Journal word after the last document.
        balances: Word by lot, as the ledger keeps it.
        rows: In order, where they are kept.
    """

    site: int
    keep_rows: bool = False
    journal: int = 0
    balances: dict[bytes, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    _reversible: dict[int, _Past] = field(default_factory=dict)
    _consignments: dict[int, _Consignment] = field(default_factory=dict)

    @property
    def documents(self) -> int:
        """How many documents there were."""
        return self.journal & _MASK_64

    def add(self, document: DocumentRecorded) -> Kind:
        """Append the next document of the site's journal; return its kind, of a reversal its original's.

        Raises:
            CardRefusedError: It does not name the site, or moves what is not there.
        """
        kind, original = document.kind, None
        if kind is Kind.REVERSAL:
            original = self._original(document)
            kind = original.kind
        if not self._names_site(document, kind):
            raise self._refused(document, "it does not name the site", "该单据与本储备点无关")
        if original is None and len(document.lines) % (32 * line_width(kind)):
            raise self._refused(document, "its last line is not whole", "其最后一行不完整")
        self.journal = roll(self.journal, self.site, digest_of_event(document))
        changes = _EFFECTS[kind](self, document) if original is None else _UNDO[kind](self, original)
        before = len(self.rows)
        for lot, units in changes:
            self._change(document, lot, units)
        if self.keep_rows and len(self.rows) == before:
            self.rows.append(Row(self.documents, document, b"", 0, 0, False))
        if kind in _REVERSIBLE and original is None:
            kept = _Past(document.key, kind, document.from_, document.to, document.lines)
            self._reversible[document.key] = kept
        return kind

    def _names_site(self, document: DocumentRecorded, kind: Kind) -> bool:
        if kind not in _EFFECTS:
            return False
        if kind in _ARRIVES:
            return document.to == self.site
        return document.from_ == self.site or (kind in BETWEEN and document.to == self.site)

    def _original(self, document: DocumentRecorded) -> _Past:
        found = self._reversible.get(document.reference & ID_248)
        if found is None:
            raise self._refused(
                document, "it reverses a document that is not before it", "所冲销的单据不在其前"
            )
        return found

    def _change(self, document: DocumentRecorded, lot: bytes, units: int) -> None:
        if not units:  # counted as expected
            return
        word = self.balances.get(lot, 0)
        quantity = (word & QUANTITY) + units
        if not 0 <= quantity <= QUANTITY:
            raise self._refused(
                document, f"it leaves {quantity} of lot {lot.hex()}", f"批次 {lot.hex()} 将余 {quantity}"
            )
        self.balances[lot] = word & HELD_HERE | quantity
        if self.keep_rows:
            is_held = bool(word & HELD_HERE)
            self.rows.append(Row(self.documents, document, lot, units, quantity, is_held))

    def flag(self, document: DocumentRecorded, lot: bytes) -> None:
        """Set or clear the flag that holds a lot at the site, as a hold or a release says."""
        held = document.kind is Kind.HOLD
        word = self.balances.get(lot, 0)
        self.balances[lot] = word | HELD_HERE if held else word & QUANTITY
        if self.keep_rows:
            self.rows.append(Row(self.documents, document, lot, 0, word & QUANTITY, held))

    def consignment(self, document: DocumentRecorded) -> _Consignment:
        """Return the consignment that a document is about."""
        found = self._consignments.get(document.reference & ID_248)
        if found is None:
            raise self._refused(document, "no dispatch is before it", "其前没有对应的发运")
        return found

    def dispatched(self, document: _Said) -> None:
        """Note what a dispatch sends on its way."""
        self._consignments[document.key] = _Consignment(list(split_words(document.lines)))

    def undispatched(self, document: _Said) -> None:
        """Note that a dispatch was reversed."""
        self._consignments[document.key].lines = []

    def _refused(self, document: DocumentRecorded, reason: str, reason_zh: str) -> CardRefusedError:
        return CardRefusedError(
            document=f"{document.key:062x}"[:12],
            sequence=self.documents + 1,
            reason=reason,
            reason_zh=reason_zh,
        )


# ---------------------------------------------------------------------------------------------- effects


def _heads(lines: bytes, words: int) -> Iterator[Change]:
    """Give lot and base units of each line of so many words."""
    if words == 1:
        for lot, _, _, quantity in HEAD.iter_unpack(lines):
            yield lot, quantity
        return
    for at in range(0, len(lines), 32 * words):
        lot, _, _, quantity = HEAD.unpack_from(lines, at)
        yield lot, quantity


def _negative(changes: Iterable[Change]) -> Iterator[Change]:
    return ((lot, -units) for lot, units in changes)


def _arrived(_card: SiteCard, document: _Said) -> Iterable[Change]:
    """Opening and receipt: what a receipt rejects altogether changes nothing."""
    return [(lot, units) for lot, units in _heads(document.lines, 4) if units]


def _held(card: SiteCard, document: DocumentRecorded) -> Iterable[Change]:
    for lot, _ in _heads(document.lines, 1):
        card.flag(document, lot)
    return ()


def _gone(_card: SiteCard, document: _Said) -> Iterable[Change]:
    return _negative(_heads(document.lines, 1))


def _handed_over(card: SiteCard, document: _Said) -> Iterable[Change]:
    moved = _heads(document.lines, 1)
    return moved if document.to == card.site else _negative(moved)


def _dispatch(card: SiteCard, document: _Said) -> Iterable[Change]:
    card.dispatched(document)
    return _gone(card, document) if document.from_ == card.site else ()


def _accept(card: SiteCard, document: DocumentRecorded) -> Iterable[Change]:
    consignment = card.consignment(document)
    exceptions = list(split_words(document.lines))
    came = arriving(less(consignment.lines, exceptions, missing=False)) if exceptions else None
    arrived = list(map(amount, consignment.lines)) if came is None else came
    consignment.lines = exceptions
    return arrived if document.to == card.site else ()


def _contest(card: SiteCard, document: DocumentRecorded) -> Iterable[Change]:
    consignment = card.consignment(document)
    exceptions = list(split_words(document.lines))
    consignment.lines = [*less(consignment.lines, exceptions, missing=False), *exceptions]
    return ()


def _return(card: SiteCard, document: DocumentRecorded) -> Iterable[Change]:
    consignment = card.consignment(document)
    back = list(map(amount, consignment.lines))
    consignment.lines = []
    return back if document.from_ == card.site else ()


def _accept_return(card: SiteCard, document: DocumentRecorded) -> Iterable[Change]:
    consignment = card.consignment(document)
    exceptions = list(split_words(document.lines))
    rest = less(consignment.lines, exceptions, missing=False)
    consignment.lines = [*filter(is_missing, rest), *exceptions]
    return arriving(rest) if document.from_ == card.site else ()


def _settle(card: SiteCard, document: DocumentRecorded) -> Iterable[Change]:
    consignment = card.consignment(document)
    here = _FOUND_AT_SENDER if document.from_ == card.site else _FOUND_AT_RECEIVER
    found = [
        (lot, quantity) for lot, reason, _, quantity in HEAD.iter_unpack(document.lines) if reason == here
    ]
    consignment.lines = less(consignment.lines, list(split_words(document.lines)), missing=True)
    return found


def _count(_card: SiteCard, document: _Said) -> Iterable[Change]:
    lines = document.lines
    return [
        (lot, counted - int.from_bytes(lines[at + 32 : at + 64], "big"))
        for at, (lot, counted) in zip(range(0, len(lines), 64), _heads(lines, 2), strict=True)
    ]


def _repack(_card: SiteCard, document: _Said) -> Iterable[Change]:
    lines = document.lines
    for at in range(0, len(lines), 160):
        source, _, _, taken = HEAD.unpack_from(lines, at)
        made, _, _, put = HEAD.unpack_from(lines, at + 32)
        yield source, -taken
        yield made, put


_EFFECTS: dict[Kind, Callable[[SiteCard, DocumentRecorded], Iterable[Change]]] = {
    Kind.OPENING: _arrived,
    Kind.RECEIPT: _arrived,
    Kind.RELEASE: _held,
    Kind.HOLD: _held,
    Kind.ISSUE: _gone,
    Kind.HAND_OVER: _handed_over,
    Kind.DISPATCH: _dispatch,
    Kind.ACCEPTANCE: _accept,
    Kind.CONTEST: _contest,
    Kind.RETURN: _return,
    Kind.RETURN_ACCEPTANCE: _accept_return,
    Kind.SETTLEMENT: _settle,
    Kind.COUNT: _count,
    Kind.WRITE_OFF: _gone,
    Kind.REPACK: _repack,
}


def _undo_dispatch(card: SiteCard, document: _Said) -> Iterable[Change]:
    card.undispatched(document)
    return _heads(document.lines, 1) if document.from_ == card.site else ()


def _undo_repack(card: SiteCard, document: _Said) -> Iterable[Change]:
    # From the last to the first, since a line may have taken what one before it put.
    return _negative(reversed(list(_repack(card, document))))


_UNDO: dict[Kind, Callable[[SiteCard, _Said], Iterable[Change]]] = {
    Kind.RECEIPT: lambda card, document: _negative(_arrived(card, document)),
    Kind.ISSUE: lambda _card, document: _heads(document.lines, 1),
    Kind.WRITE_OFF: lambda _card, document: _heads(document.lines, 1),
    Kind.HAND_OVER: lambda card, document: _negative(list(_handed_over(card, document))),
    Kind.DISPATCH: _undo_dispatch,
    Kind.COUNT: lambda card, document: _negative(_count(card, document)),
    Kind.REPACK: _undo_repack,
}
