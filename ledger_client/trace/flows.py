"""From documents to flows: what each document did to some lots, in base units, from where to where.

The documents are read in their order. Goods in transit stay with the sender until somebody answers for
them: what arrived is moved, what came back never left, what was settled as lost is lost by the sender, and
what is left at the end is in transit, returning or missing. A reversed document is told as reversed and moves
nothing.

Every flow is one of a kind of `Totals`, so that a lot's flows add up to what the fold counts (`account`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from ledger_client.documents import Kind
from ledger_client.fold._consignments import arriving, is_missing, less
from ledger_client.fold._movements import HEAD, ID_248, QUANTITY
from ledger_client.fold.records import (
    CONSIGNMENT_ACCEPTED,
    CONSIGNMENT_OPEN,
    RecordedDocument,
    Totals,
)
from ledger_client.lines import line_width
from ledger_client.reasons import FOUND_AT_RECEIVER, FOUND_AT_SENDER
from ledger_client.trace.graph import EdgeKind, Node, NodeKind, outcome

_WORD = 32


@dataclass(frozen=True, slots=True)
class Flow:
    """What one document did to one lot.

    Attributes:
        kind: What.
        lot: Of which lot.
        source: From where: a document for what came to the ledger, a site, or an outcome (a gain).
        target: Where to.
        quantity: Base units of `lot`.
        document: The document; of what is still on its way, the dispatch.
        into: Of a repack: the lot that came out, and how much of it.
    """

    kind: EdgeKind
    lot: int
    source: Node
    target: Node
    quantity: int
    document: RecordedDocument
    into: tuple[int, int] = (0, 0)

    @property
    def is_reversed(self) -> bool:
        """Whether the document was reversed, so that nothing went in the end."""
        return bool(self.document.reversed_by)


@dataclass(frozen=True, slots=True)
class Step:
    """What one document says of one lot.

    Attributes:
        quantity: Base units: of a receipt those accepted, of an acceptance those that arrived, of a return
            those that came back, of a contest those missing, of a count the difference, of a reversal those
            of the original; 0 where only the status changed.
    """

    document: RecordedDocument
    lot: int
    quantity: int


@dataclass(slots=True)
class _InTransit:
    """What of some lots nobody has answered for yet: line words as in `Consignment`.

    After an acceptance without exceptions, and after a return, nothing can follow (`is_closed`). In all other
    cases a step that put nothing anywhere, and so stands among no lot's documents, may have been recorded.
    """

    dispatch: RecordedDocument
    state: int
    lines: list[int]
    is_closed: bool = False


@dataclass(slots=True)
class Flows:
    """The flows of some lots.

    Attributes:
        flows: In the order of their documents; what is still on its way comes last.
        steps: Every document that names one of the lots, once a lot, in order.
        unclosed: Dispatches of which the documents do not show that no further step can follow.
    """

    flows: list[Flow] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    unclosed: list[RecordedDocument] = field(default_factory=list)


def site_of(site: int, lot: int) -> Node:
    """Return the node of what a site does with a lot."""
    return Node(NodeKind.SITE, site, lot)


def document_node(document: RecordedDocument) -> Node:
    """Return the node of a document."""
    return Node(NodeKind.DOCUMENT, document.key)


def flows_of(lots: Collection[int], documents: Sequence[RecordedDocument]) -> Flows:
    """Return what documents did to some lots.

    Args:
        lots: Which lots.
        documents: All that touch one of them, in order; others do no harm.
    """
    reading = _Reading(frozenset(lots))
    for document in documents:
        rule = _RULES.get(document.kind)
        if rule is not None:
            rule(reading, document)
    return reading.finish()


def quantities_in(document: RecordedDocument) -> list[tuple[int, int]]:
    """Return lot and base units of each line: of a receipt what was accepted, of a count the difference.

    A repack yields its inputs and its outputs; a hold, a recall and the like yield zeros.
    """
    return [(lot, units) for line in _lines(document) for lot, units in _amounts(Kind(document.kind), line)]


def account(lot: int, flows: Sequence[Flow]) -> Totals:
    """Return what a lot's flows add up to, as the fold counts it.

    A repack counts as such whether the Catalogue holds a factor for it or not; see `comparable`.
    """
    sums = Counter[str]()
    for flow in flows:
        if flow.is_reversed:
            continue
        if flow.lot == lot and flow.kind in _COLUMNS:
            sums[_COLUMNS[flow.kind]] += flow.quantity
        if flow.into[0] == lot:
            sums["repacked_in"] += flow.into[1]
    return Totals(**sums)


def comparable(totals: Totals) -> Totals:
    """Return totals in which repacks without a factor are counted as repacks with one.

    The fold counts the input of a repack without a factor as written off and its output as gained; where the
    goods went is the same.
    """
    return totals._replace(
        gained=totals.gained + totals.repacked_in,
        repacked_in=0,
        written_off=totals.written_off + totals.repacked_out,
        repacked_out=0,
    )


ARRIVING = (EdgeKind.OPENING, EdgeKind.RECEIVED)
"""How goods come to the ledger."""

ON_THE_WAY = (EdgeKind.IN_TRANSIT, EdgeKind.RETURNING, EdgeKind.MISSING)
"""How goods are that left a site and that nobody has answered for."""

_COLUMNS = {
    EdgeKind.OPENING: "opening",
    EdgeKind.RECEIVED: "received",
    EdgeKind.GAINED: "gained",
    EdgeKind.IN_TRANSIT: "in_transit",
    EdgeKind.RETURNING: "returning",
    EdgeKind.MISSING: "missing",
    EdgeKind.ISSUED: "issued",
    EdgeKind.WRITTEN_OFF: "written_off",
    EdgeKind.LOST: "lost",
    EdgeKind.REPACKED: "repacked_out",
}


def _lines(document: RecordedDocument) -> Iterator[bytes]:
    width = line_width(Kind(document.kind)) * _WORD
    return (document.lines[at : at + width] for at in range(0, len(document.lines), width))


def _amounts(kind: Kind, line: bytes) -> list[tuple[int, int]]:
    lot, _, _, units = HEAD.unpack_from(line)
    if kind is Kind.COUNT:
        units -= int.from_bytes(line[_WORD : 2 * _WORD], "big")
    found = [(int.from_bytes(lot, "big"), units & QUANTITY if kind is not Kind.COUNT else units)]
    if kind is Kind.REPACK:
        output, _, _, put = HEAD.unpack_from(line, _WORD)
        found.append((int.from_bytes(output, "big"), put))
    return found


class _Reading:
    """Reads documents in order, and keeps what is on its way."""

    def __init__(self, lots: frozenset[int]) -> None:
        self._lots = lots
        self._raw = frozenset(lot.to_bytes(20, "big") for lot in lots)
        self._found: list[Flow] = []
        self._told: dict[int, dict[int, Step]] = {}
        self._transit: dict[int, _InTransit] = {}

    def finish(self) -> Flows:
        for each in self._transit.values():
            for word in each.lines:
                kind = EdgeKind.IN_TRANSIT
                if each.state != CONSIGNMENT_OPEN:
                    kind = EdgeKind.MISSING if is_missing(word) else EdgeKind.RETURNING
                self._between(kind, each.dispatch, each.dispatch, word >> 96, word & QUANTITY)
        steps = [step for told in self._told.values() for step in told.values()]
        unclosed = [each.dispatch for each in self._transit.values() if not each.is_closed]
        return Flows(self._found, steps, unclosed)

    # -- what comes and goes at one site

    def comes(self, document: RecordedDocument, kind: EdgeKind) -> None:
        for lot, units in self._heads(document):
            # What was rejected altogether came nowhere.
            if units:
                self._tell(document, lot, units)
                target = site_of(document.to_site, lot)
                self._add(kind, lot, document_node(document), target, units, document)

    def goes(self, document: RecordedDocument, kind: EdgeKind) -> None:
        for lot, units in self._heads(document):
            issued = kind is EdgeKind.ISSUED
            target = Node(NodeKind.CONSIGNEE, document.to) if issued else outcome(kind)
            self._tell(document, lot, units)
            self._add(kind, lot, site_of(document.from_site, lot), target, units, document)

    def counted(self, document: RecordedDocument) -> None:
        for line in _lines(document):
            if line[:20] not in self._raw:
                continue
            ((lot, difference),) = _amounts(Kind.COUNT, line)
            here = site_of(document.from_site, lot)
            self._tell(document, lot, difference)
            if difference > 0:
                kind = EdgeKind.GAINED
                self._add(kind, lot, outcome(kind), here, difference, document)
            elif difference:
                kind = EdgeKind.LOST
                self._add(kind, lot, here, outcome(kind), -difference, document)

    def repacked(self, document: RecordedDocument) -> None:
        for line in _lines(document):
            (taken_lot, taken), (put_lot, put) = _amounts(Kind.REPACK, line)
            for lot, units in ((taken_lot, taken), (put_lot, put)):
                if lot in self._lots:
                    self._tell(document, lot, units)
            if taken_lot in self._lots or put_lot in self._lots:
                source, target = site_of(document.from_site, taken_lot), site_of(document.from_site, put_lot)
                self._found.append(
                    Flow(EdgeKind.REPACKED, taken_lot, source, target, taken, document, (put_lot, put))
                )

    def named(self, document: RecordedDocument) -> None:
        for lot, _ in self._heads(document):
            self._tell(document, lot, 0)

    def reversal(self, document: RecordedDocument) -> None:
        original = document.reference & ID_248
        for step in self._told.get(original, {}).values():
            self._tell(document, step.lot, step.quantity)

    # -- from site to site

    def handed_over(self, document: RecordedDocument) -> None:
        for lot, units in self._heads(document):
            self._tell(document, lot, units)
            self._between(EdgeKind.MOVED, document, document, lot, units)

    def dispatched(self, document: RecordedDocument) -> None:
        for lot, units in self._heads(document):
            self._tell(document, lot, units)
        if document.reversed_by:
            for lot, units in self._heads(document):
                self._between(EdgeKind.MOVED, document, document, lot, units)
            return
        self._transit[document.key] = _InTransit(document, CONSIGNMENT_OPEN, self._words(document))

    def answered(self, document: RecordedDocument) -> None:
        transit = self._transit.get(document.reference & ID_248)
        if transit is None:
            return
        _STEPS[document.kind](self, document, transit)
        transit.state = CONSIGNMENT_ACCEPTED

    def accepted(self, document: RecordedDocument, transit: _InTransit) -> None:
        exceptions = self._words(document)
        # Without an exception the contract puts every line, whatever its reason says.
        lines = arriving(less(transit.lines, exceptions, missing=False)) if document.lines else None
        arrived = (
            [(word >> 96, word & QUANTITY) for word in transit.lines]
            if lines is None
            else [(int.from_bytes(lot, "big"), units) for lot, units in lines]
        )
        for lot in {word >> 96 for word in transit.lines}:
            self._tell(document, lot, 0)
        for lot, units in arrived:
            self._tell(document, lot, units)
            self._between(EdgeKind.MOVED, transit.dispatch, document, lot, units)
        transit.lines = exceptions
        transit.is_closed = not document.lines

    def contested(self, document: RecordedDocument, transit: _InTransit) -> None:
        exceptions = self._words(document)
        for lot in {word >> 96 for word in transit.lines}:
            self._tell(document, lot, 0)
        for word in exceptions:
            self._tell(document, word >> 96, word & QUANTITY)
        transit.lines = [*less(transit.lines, exceptions, missing=False), *exceptions]

    def returned(self, document: RecordedDocument, transit: _InTransit) -> None:
        for word in transit.lines:
            self._tell(document, word >> 96, word & QUANTITY)
        transit.lines = []
        transit.is_closed = True

    def return_accepted(self, document: RecordedDocument, transit: _InTransit) -> None:
        exceptions = self._words(document)
        rest = less(transit.lines, exceptions, missing=False)
        for lot in {word >> 96 for word in transit.lines if not is_missing(word)}:
            self._tell(document, lot, 0)
        for raw, units in arriving(rest):
            self._tell(document, int.from_bytes(raw, "big"), units)
        transit.lines = [*filter(is_missing, rest), *exceptions]

    def settled(self, document: RecordedDocument, transit: _InTransit) -> None:
        words = self._words(document)
        for word in words:
            lot, reason, units = word >> 96, word >> 80 & 0xFFFF, word & QUANTITY
            self._tell(document, lot, units)
            if reason == FOUND_AT_RECEIVER:
                self._between(EdgeKind.MOVED, transit.dispatch, document, lot, units)
            elif reason != FOUND_AT_SENDER:
                here = site_of(transit.dispatch.from_site, lot)
                self._add(EdgeKind.LOST, lot, here, outcome(EdgeKind.LOST), units, document)
        transit.lines = less(transit.lines, words, missing=True)

    # -- helpers

    def _heads(self, document: RecordedDocument) -> Iterator[tuple[int, int]]:
        for line in _lines(document):
            if line[:20] in self._raw:
                lot, _, _, units = HEAD.unpack_from(line)
                yield int.from_bytes(lot, "big"), units & QUANTITY

    def _words(self, document: RecordedDocument) -> list[int]:
        return [int.from_bytes(line, "big") for line in _lines(document) if line[:20] in self._raw]

    def _tell(self, document: RecordedDocument, lot: int, units: int) -> None:
        told = self._told.setdefault(document.key, {})
        sum_ = units + (told[lot].quantity if lot in told else 0)
        told[lot] = Step(document, lot, sum_)

    def _between(
        self, kind: EdgeKind, route: RecordedDocument, document: RecordedDocument, lot: int, units: int
    ) -> None:
        source, target = site_of(route.from_site, lot), site_of(route.to_site, lot)
        self._add(kind, lot, source, target, units, document)

    def _add(
        self, kind: EdgeKind, lot: int, source: Node, target: Node, units: int, document: RecordedDocument
    ) -> None:
        self._found.append(Flow(kind, lot, source, target, units, document))


_RULES: dict[int, Callable[[_Reading, RecordedDocument], None]] = {
    Kind.OPENING: lambda reading, document: reading.comes(document, EdgeKind.OPENING),
    Kind.RECEIPT: lambda reading, document: reading.comes(document, EdgeKind.RECEIVED),
    Kind.ISSUE: lambda reading, document: reading.goes(document, EdgeKind.ISSUED),
    Kind.WRITE_OFF: lambda reading, document: reading.goes(document, EdgeKind.WRITTEN_OFF),
    Kind.COUNT: _Reading.counted,
    Kind.REPACK: _Reading.repacked,
    Kind.HAND_OVER: _Reading.handed_over,
    Kind.DISPATCH: _Reading.dispatched,
    Kind.REVERSAL: _Reading.reversal,
    **dict.fromkeys((Kind.HOLD, Kind.RELEASE, Kind.RECALL, Kind.LIFT), _Reading.named),
    **dict.fromkeys(
        (Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT),
        _Reading.answered,
    ),
}

_STEPS: dict[int, Callable[[_Reading, RecordedDocument, _InTransit], None]] = {
    Kind.ACCEPTANCE: _Reading.accepted,
    Kind.CONTEST: _Reading.contested,
    Kind.RETURN: _Reading.returned,
    Kind.RETURN_ACCEPTANCE: _Reading.return_accepted,
    Kind.SETTLEMENT: _Reading.settled,
}
