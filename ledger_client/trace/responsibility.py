"""The responsibility trace: who signed for goods that are not there, in order, and when it can have happened.

The window begins with the last document in which two parties certified all that there was of the lot at the
place: a count of it, or a document with which all of it came (the place held none before) and which two
signed: an opening, a receipt with the supplier's signature, a hand-over, an acceptance. It ends with the
first document that shows the lack. A dispatch is signed by the sender alone, so that it begins no window;
what came back is certified by the receiver who sent it back.

A count stands where the site's journal stood when the counting began: what was recorded while it went on
comes after it. The window begins when the certifying document is said to have occurred and ends when the one
that shows the lack was recorded, since a document may be recorded days later than what it tells of.

A trace accuses nobody: it says who had signed for the goods while they can have been lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.documents import KIND_NAMES, SECONDS_A_DAY, Kind
from ledger_client.errors import UsageError
from ledger_client.fold._consignments import is_missing
from ledger_client.fold._movements import QUANTITY
from ledger_client.fold.records import Grant, RecordedDocument
from ledger_client.index.traces import LotEntry, TraceReader
from ledger_client.reasons import LOST
from ledger_client.trace.flows import quantities_in
from ledger_client.trace.signatures import Signature, grants_behind, signatures
from ledger_client.words import split_words

SEQUENCE = (1 << 64) - 1
"""The bits of a journal word that count its entries."""

_COMES = (Kind.OPENING, Kind.RECEIPT, Kind.HAND_OVER)


class NoConsignmentError(UsageError):
    """A shortage was asked for of a document that sent nothing on its way."""

    en = "document {value} is of kind {kind}; name the dispatch of a consignment"
    zh = "单据 {value} 是{kind_zh}；请填写在途单的发运单据"


class NoCountError(UsageError):
    """A difference was asked for of a document that counted nothing."""

    en = "document {value} is of kind {kind}; name a count"
    zh = "单据 {value} 是{kind_zh}；请填写盘点单据"


@dataclass(frozen=True, slots=True)
class Custody:
    """A document by which somebody signed for the lot.

    Attributes:
        document: The document.
        delta: Base units that it brought to the site or, negative, took; of the document that shows the lack
            what lacks, of an acceptance or contest that sent goods back how many those were.
        signatures: Who signed it, as what.
        is_certified: Whether two parties certified by it all that there was.
    """

    document: RecordedDocument
    delta: int
    signatures: tuple[Signature, ...]
    is_certified: bool


@dataclass(frozen=True, slots=True)
class Lack:
    """Goods that are not where they should be, or more than there should be.

    Attributes:
        lot: Which.
        quantity: Base units that lack; negative where there are too many.
        certified: With what the window begins; None where no document is signed by two for all of it, and the
            custody then begins with the lot's first document at the place.
        shown: The first document that shows the lack, with which the window ends.
        custody: Who signed for it, from the beginning of the window to its end, in order.
        told_later: Of a count: what was recorded behind the place where it stands in the journal, though it
            is said to have occurred before the counting, and may explain the difference.
        found: Base units of it that a settlement found since.
        lost: Base units of it that a settlement declared lost.
    """

    lot: int
    quantity: int
    certified: RecordedDocument | None
    shown: RecordedDocument
    custody: list[Custody]
    told_later: list[Custody] = field(default_factory=list)
    found: int = 0
    lost: int = 0

    @property
    def window(self) -> tuple[int | None, int]:
        """Between which times it can have happened, seconds since 1970; None where nobody certified it."""
        begin = min(self.certified.occurred_at, self.certified.recorded_at) if self.certified else None
        return begin, self.shown.recorded_at

    @property
    def last(self) -> Custody | None:
        """The last custody before the lack was shown."""
        before = [each for each in self.custody if each.document.number < self.shown.number]
        return before[-1] if before else None


def trace_shortage(reader: TraceReader, dispatch: RecordedDocument) -> list[Lack]:
    """Return what was missing of a consignment, a lot and a document that shows it each.

    Raises:
        NoConsignmentError: The document is no dispatch.
    """
    if dispatch.kind != Kind.DISPATCH:
        raise NoConsignmentError(**_which(dispatch))
    with reader.one_state() as state:
        steps = state.steps_of_consignments([dispatch])
        grants = grants_behind(state, steps)
        shown = [(lot, units, step) for step in steps for lot, units in _missing(step).items()]
        lacks = [_shortage(state, dispatch, steps, grants, each) for each in shown]
        return _settled(steps, lacks)


def trace_difference(reader: TraceReader, count: RecordedDocument) -> list[Lack]:
    """Return what a count found too little or too much, a lot each.

    Raises:
        NoCountError: The document is no count.
    """
    if count.kind != Kind.COUNT:
        raise NoCountError(**_which(count))
    with reader.one_state() as state:
        return [
            _difference(state, count, lot, difference)
            for lot, difference in quantities_in(count)
            if difference
        ]


def _difference(state: TraceReader, count: RecordedDocument, lot: int, difference: int) -> Lack:
    card = [each for each in state.card_of_lot(count.from_site, lot) if each.document.number != count.number]
    place = _counted_at(count)
    begin, part = _since_certified([each for each in card if each.sequence <= place])
    end = count.occurred_at + (SECONDS_A_DAY if count.is_day_only else 0)
    later = [
        each
        for each in card
        if each.sequence > place and each.document.occurred_at < end and each.document.kind != Kind.COUNT
    ]
    grants = grants_behind(state, [*(each.document for each in (*part, *later)), count])
    custody = [_custody(each.document, each.delta, grants, each is begin) for each in part]
    custody.append(_custody(count, difference, grants, is_certified=True))
    return Lack(
        lot=lot,
        quantity=-difference,
        certified=begin.document if begin else None,
        shown=count,
        custody=custody,
        told_later=[_custody(each.document, each.delta, grants, is_certified=False) for each in later],
    )


def _shortage(
    state: TraceReader,
    dispatch: RecordedDocument,
    steps: Sequence[RecordedDocument],
    grants: Mapping[bytes, Grant],
    shown: tuple[int, int, RecordedDocument],
) -> Lack:
    lot, units, document = shown
    earlier = [step for step in steps if step.number < document.number and step.kind != Kind.SETTLEMENT]
    if document.kind == Kind.RETURN_ACCEPTANCE and earlier:
        # What came back: the receiver certified what it sent back.
        certified: RecordedDocument | None = earlier[-1]
        back = _sent_back(dispatch, earlier[-1], lot)
        custody = [_custody(earlier[-1], back, grants, is_certified=True)]
    else:
        card = state.card_of_lot(dispatch.from_site, lot, dispatch.number)
        begin, part = _since_certified(card[:-1])
        part = [*part, *card[-1:]]
        more = {**grants, **grants_behind(state, [each.document for each in part])}
        certified = begin.document if begin else None
        custody = [_custody(each.document, each.delta, more, each is begin) for each in part]
    custody.append(_custody(document, -units, grants, is_certified=False))
    return Lack(lot, units, certified, document, custody)


def _since_certified(card: Sequence[LotEntry]) -> tuple[LotEntry | None, list[LotEntry]]:
    """Return the entry that certifies all there was latest, and what was recorded since; else all entries."""
    # A count that stands where another document does was made after it.
    begin = max(filter(_certifies, card), key=lambda each: (_certified_at(each), each.sequence), default=None)
    if begin is None:
        return None, list(card)
    place = _certified_at(begin)
    return begin, [each for each in card if each is begin or each.sequence > place]


def _certified_at(entry: LotEntry) -> int:
    """Return the place in the site's journal up to which an entry certifies."""
    return _counted_at(entry.document) if entry.document.kind == Kind.COUNT else entry.sequence


def _counted_at(count: RecordedDocument) -> int:
    """Return the place in the site's journal at which a count stands: its reference is the journal word."""
    return count.reference & SEQUENCE


def _certifies(entry: LotEntry) -> bool:
    document = entry.document
    if document.reversed_by:
        return False
    if document.kind == Kind.COUNT:
        return True
    if entry.quantity != entry.delta or entry.delta <= 0:
        return False
    # An acceptance is the receiver's, the dispatch before it the sender's.
    if document.kind == Kind.ACCEPTANCE:
        return True
    signed = document.approver if document.kind == Kind.OPENING else document.other
    return document.kind in _COMES and signed != ZERO_ADDRESS


def _sent_back(dispatch: RecordedDocument, answer: RecordedDocument, lot: int) -> int:
    """Return base units of a lot that an acceptance or a contest sent back."""
    if answer.kind == Kind.CONTEST:
        return _named(dispatch, lot) - _named(answer, lot)
    return _named(answer, lot) - _missing(answer).get(lot, 0)


def _missing(step: RecordedDocument) -> dict[int, int]:
    """Return base units that a step says are missing, by lot."""
    sums: dict[int, int] = {}
    for word in split_words(step.lines):
        if is_missing(word):
            sums[word >> 96] = sums.get(word >> 96, 0) + (word & QUANTITY)
    return sums


def _settled(steps: Sequence[RecordedDocument], lacks: Sequence[Lack]) -> list[Lack]:
    """Return lacks with what settlements found of them and declared lost: of the earliest that is open."""
    found, lost = Counter[int](), Counter[int]()
    settlements = [each for each in steps if each.kind == Kind.SETTLEMENT]
    for number, word in ((each.number, word) for each in settlements for word in split_words(each.lines)):
        rest, sums = word & QUANTITY, lost if word >> 80 & 0xFFFF == LOST else found
        for place, lack in enumerate(lacks):
            if lack.lot == word >> 96 and lack.shown.number < number:
                part = min(rest, lack.quantity - found[place] - lost[place])
                sums[place] += part
                rest -= part
    return [replace(each, found=found[place], lost=lost[place]) for place, each in enumerate(lacks)]


def _named(document: RecordedDocument, lot: int) -> int:
    return sum(units for each, units in quantities_in(document) if each == lot)


def _custody(
    document: RecordedDocument, delta: int, grants: Mapping[bytes, Grant], is_certified: bool
) -> Custody:
    return Custody(document, delta, tuple(signatures(document, grants)), is_certified)


def _which(document: RecordedDocument) -> dict[str, str]:
    en, zh = KIND_NAMES[Kind(document.kind)]
    return {"value": f"{document.key:062x}"[:16] + "…", "kind": en, "kind_zh": zh}
