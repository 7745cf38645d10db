"""Back from a document that brought goods: to qualification, issuer, accreditation and root.

What the register does not know is shown as unknown, never as good. A receipt shows the verdict that it
recorded; a qualification and an accreditation show what they are worth now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_client.documents import Kind
from ledger_client.fold.records import Accreditation, Lot, Qualification, RecordedDocument
from ledger_client.fold.verdicts import Status, Verdict, status_at, verdict
from ledger_client.index.traces import TraceReader
from ledger_client.trace.flows import ARRIVING, Flow
from ledger_client.trace.graph import Edge, EdgeKind, Graph, Node, NodeKind

_MASK_40 = (1 << 40) - 1
ROOT = Node(NodeKind.ROOT, 0)


@dataclass(frozen=True, slots=True)
class Ruling:
    """The entry of a history that decides what it is worth at a time.

    Attributes:
        status: What it comes to.
        reason: Code of the reason, 0 for none.
        since: Since when it is suspended, revoked or expired, seconds since 1970; 0 where it is none of them.
        recorded_at: Block time of the entry that suspended or revoked it; 0 where none did.
    """

    status: Status
    reason: int = 0
    since: int = 0
    recorded_at: int = 0


def ruling(entries: Sequence[int], at: int) -> Ruling:
    """Return what entry words come to at a time, and since when."""
    status, _ = status_at(entries, at)
    counting = [entry for entry in entries if entry >> 32 & _MASK_40 <= at]
    if status is Status.EXPIRED:
        interval = next(entry for entry in reversed(counting) if entry >> 152 & _MASK_40)
        return Ruling(status, since=interval >> 152 & _MASK_40)
    if status not in (Status.SUSPENDED, Status.REVOKED):
        return Ruling(status)
    entry = counting[-1]
    return Ruling(status, entry >> 8 & 0xFFFF, entry >> 32 & _MASK_40, entry >> 72 & _MASK_40)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a lot came to the ledger: a line of an opening or a receipt.

    Attributes:
        document: The opening or receipt.
        lot: Which lot.
        source: The lot's supplier or donor.
        quantity: Base units that were accepted.
        then: The verdict that the document recorded; of an opening unknown for ever.
        now: What the verdict would be by all that is known now; None where it names no qualification.
        issuer: Of the qualification, 0 where none is known.
    """

    document: RecordedDocument
    lot: int
    source: int
    quantity: int
    then: Status
    now: Status | None
    issuer: int


def arrivals(reader: TraceReader, flows: Sequence[Flow]) -> list[Arrival]:
    """Return how lots came to the ledger, in the order of their documents, reversed ones too."""
    found = []
    lots = reader.lots_by_id({flow.lot for flow in flows if flow.kind in ARRIVING})
    known: dict[int, tuple[Qualification | None, Accreditation | None]] = {0: (None, None)}
    for flow in flows:
        if flow.kind not in ARRIVING:
            continue
        document = flow.document
        if document.qualification not in known:
            known[document.qualification] = _histories(reader, document.qualification)
        qualification, history = known[document.qualification]
        found.append(
            Arrival(
                document=document,
                lot=flow.lot,
                source=lots[flow.lot].source,
                quantity=flow.quantity,
                then=recorded_status(document) or Status.UNKNOWN,
                now=status_as_known_now(document, qualification, history),
                issuer=qualification.issuer if qualification else 0,
            )
        )
    return found


class Origins:
    """Adds to a graph where goods come from, each qualification once.

    Args:
        reader: The index.
        graph: What is added to.
        at: Now, seconds since 1970.
    """

    def __init__(self, reader: TraceReader, graph: Graph, at: int) -> None:
        self._reader = reader
        self._graph = graph
        self._at = at
        self._sources: dict[int, Node] = {}
        self._qualifications: dict[int, Node] = {}

    def document(self, document: RecordedDocument, lots: Sequence[Lot]) -> Node:
        """Add a document that brought lots, and what stands behind it."""
        node = self._graph.add(
            Node(NodeKind.DOCUMENT, document.key), document=document, status=recorded_status(document)
        )
        if document.kind not in (Kind.OPENING, Kind.RECEIPT):
            return node
        keys = (document.key,)
        if document.qualification:
            source = self.qualification(document.qualification)
            self._graph.join(Edge(source, node, EdgeKind.VOUCHES, documents=keys))
        for source_id in sorted({lot.source for lot in lots} - {0}):
            self._graph.join(Edge(self.source(source_id), node, EdgeKind.DELIVERS, documents=keys))
        return node

    def source(self, source: int) -> Node:
        """Add a supplier, or the donor that it is where no supplier has the id."""
        if source not in self._sources:
            known = self._reader.supplier(source) is not None
            kind = NodeKind.SUPPLIER if known else NodeKind.DONOR
            self._sources[source] = self._graph.add(Node(kind, source))
        return self._sources[source]

    def qualification(self, qualification: int) -> Node:
        """Add a qualification with its issuer, the accreditation, and the root."""
        if qualification in self._qualifications:
            return self._qualifications[qualification]
        node = Node(NodeKind.QUALIFICATION, qualification)
        self._qualifications[qualification] = node
        found = self._reader.qualification(qualification)
        if found is None:
            return self._graph.add(node, status=Status.UNKNOWN)
        history = self._reader.accreditation(found.issuer, found.category)
        issuer = self.accreditation(found.issuer, found.category, history)
        self._graph.add(node, status=verdict(found, history, self._at).status)
        self._graph.join(Edge(issuer, node, EdgeKind.QUALIFIES))
        return node

    def accreditation(self, issuer: int, category: int, history: Accreditation | None) -> Node:
        """Add an issuer with an accreditation and the root; return the issuer."""
        entries = history.entries if history else ()
        node = Node(NodeKind.ACCREDITATION, issuer, category)
        issuer_node = Node(NodeKind.ISSUER, issuer)
        if entries:
            self._graph.join(Edge(self._graph.add(ROOT), node, EdgeKind.ACCREDITS))
        self._graph.add(node, status=status_at(entries, self._at)[0])
        self._graph.join(Edge(node, issuer_node, EdgeKind.ACCREDITS))
        return issuer_node


def _histories(reader: TraceReader, qualification: int) -> tuple[Qualification | None, Accreditation | None]:
    found = reader.qualification(qualification)
    return found, reader.accreditation(found.issuer, found.category) if found else None


def recorded_status(document: RecordedDocument) -> Status | None:
    """Return the verdict that a document recorded; of an opening it is unknown for ever, None for others."""
    if document.kind == Kind.OPENING:
        return Status.UNKNOWN
    return Verdict.from_word(document.verdict).status if document.kind == Kind.RECEIPT else None


def status_as_known_now(
    document: RecordedDocument, qualification: Qualification | None, history: Accreditation | None
) -> Status | None:
    """Return what a receipt's verdict would be by all that is known now, at the time at which it was judged.

    None for what is no receipt on a qualification. A late receipt is judged at the time when it is said to
    have occurred, others when they were recorded.
    """
    if document.kind != Kind.RECEIPT or not document.qualification:
        return None
    if qualification is None:
        return Status.UNKNOWN
    at = document.occurred_at if document.is_late else document.recorded_at
    return verdict(qualification, history, at).status
