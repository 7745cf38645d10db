"""The blast radius: all lots that hang on a qualification, a supplier, an issuer, a key or a document.

Of each lot: where it is now, who got how much, what is on its way, written off or lost, and into which other
lots it was repacked, which belong to the radius too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from ledger_client.addresses import Address
from ledger_client.documents import Kind
from ledger_client.events import LedgerEvent
from ledger_client.fold.records import Grant, Qualification, RecordedDocument
from ledger_client.index.traces import TraceReader
from ledger_client.trace.flows import Flow, Step, document_node
from ledger_client.trace.following import Followed, follow
from ledger_client.trace.given import Given
from ledger_client.trace.graph import Edge, EdgeKind, Graph, Node, NodeKind, outcome
from ledger_client.trace.origins import Arrival, Origins, Ruling, arrivals, ruling
from ledger_client.trace.places import Whereabouts, answers_for, whereabouts
from ledger_client.trace.signatures import compromised_since, grants_behind
from ledger_client.trace.signed import on_documents, signed_by


@dataclass(slots=True)
class Radius:
    """Everything that hangs on one thing.

    Attributes:
        subject: On what.
        graph: As nodes and edges: from the subject to the lots, from these to where they are.
        lots: The lots.
        ruling: Of a qualification: what it is worth now and since when; else None.
        arrivals: How the lots came to the ledger; of a qualification and an issuer what came on those alone.
        documents: Of a key: what it signed; of a document: itself.
        steps: What each of those documents says of each of its lots.
        since: Of a key: from when on; None where no claim and no time was given.
        given: Of a key: the grants that it made since then and what was recorded by it and by those.
        following: Of a key: documents that others signed by those grants, and receipts on what was recorded.
        grants: The grants that the documents' signers relied on, by key.
    """

    subject: Node
    graph: Graph
    lots: list[Whereabouts] = field(default_factory=list)
    ruling: Ruling | None = None
    arrivals: list[Arrival] = field(default_factory=list)
    documents: list[RecordedDocument] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    since: int | None = None
    given: Given = field(default_factory=Given)
    following: list[RecordedDocument] = field(default_factory=list)
    grants: dict[bytes, Grant] = field(default_factory=dict)

    @property
    def is_conserved(self) -> bool:
        """Whether of every lot what came is what is somewhere."""
        return all(each.account.is_conserved for each in self.lots)


def of_qualification(reader: TraceReader, qualification: int, at: int) -> Radius:
    """Return what hangs on a qualification: every lot that was received on it.

    Args:
        reader: The index.
        qualification: Its id.
        at: Now, seconds since 1970.
    """
    with reader.one_state() as state:
        radius = Radius(Node(NodeKind.QUALIFICATION, qualification), Graph())
        Origins(state, radius.graph, at).qualification(qualification)
        found = state.qualification(qualification)
        radius.ruling = ruling(found.entries if found else (), at)
        if found is not None:
            _add_receipts(state, radius, {qualification: found}, at)
    return radius


def of_issuer(reader: TraceReader, issuer: int, at: int) -> Radius:
    """Return what hangs on an issuer: every lot that was received on a qualification of its."""
    with reader.one_state() as state:
        radius = Radius(Node(NodeKind.ISSUER, issuer), Graph())
        radius.graph.add(radius.subject)
        found = {key: each for key, each in state.qualifications().items() if each.issuer == issuer}
        origins = Origins(state, radius.graph, at)
        for key in found:
            origins.qualification(key)
        _add_receipts(state, radius, found, at)
    return radius


def of_supplier(reader: TraceReader, supplier: int, at: int) -> Radius:
    """Return what hangs on a supplier or donor: every lot that it delivered, qualified or not."""
    with reader.one_state() as state:
        graph = Graph()
        radius = Radius(Origins(state, graph, at).source(supplier), graph)
        qualifications = state.qualifications(supplier)
        origins = Origins(state, graph, at)
        for key in qualifications:
            origins.qualification(key)
        followed = follow(state, state.lots_from([supplier]))
        _fill(state, radius, followed, followed.asked, at)
    return radius


def of_document(reader: TraceReader, document: RecordedDocument, at: int) -> Radius:
    """Return what hangs on a document: the lots that it names, and where they are now."""
    with reader.one_state() as state:
        radius = Radius(document_node(document), Graph(), documents=[document])
        radius.graph.add(radius.subject, document=document)
        _add_signed(state, radius, [document], at)
    return radius


def of_key(
    reader: TraceReader,
    holder: Address,
    at: int,
    since: int | None = None,
    events: Iterable[LedgerEvent] = (),
) -> Radius:
    """Return what hangs on a key: every document that it signed, what it gave, and the lots on all of that.

    Args:
        reader: The index.
        holder: Address of the key.
        at: Now, seconds since 1970.
        since: Block time; where not given, since when the key is claimed to be in foreign hands, else from
            the beginning.
        events: Of the Directory and the SupplierRegistry in order, which say who made a grant and recorded an
            entry; without them nothing is known of those.
    """
    with reader.one_state() as state:
        radius = Radius(Node(NodeKind.KEY, int(holder, 16)), Graph())
        radius.graph.add(radius.subject)
        radius.since = compromised_since(state, holder) if since is None else since
        signed = signed_by(state, holder, radius.since or 0, events)
        radius.documents, radius.given, radius.following = signed.documents, signed.given, signed.following
        for document in radius.documents:
            radius.graph.join(Edge(radius.subject, document_node(document), EdgeKind.SIGNED))
        _join_given(radius)
        documents = [*radius.documents, *radius.following]
        _add_signed(state, radius, documents, at, among={each.number for each in documents})
    return radius


# ------------------------------------------------------------------------------------ parts


def _add_receipts(
    state: TraceReader, radius: Radius, qualifications: dict[int, Qualification], at: int
) -> None:
    """Add the lots that were received on qualifications."""
    candidates = state.lots_from({each.supplier for each in qualifications.values()})
    # Goods of another category were never received on it.
    categories = {each.category for each in qualifications.values()}
    items = state.items({lot.item for lot in candidates.values()})
    fitting = {item for item, each in items.items() if each.qualification_category in categories}
    followed = follow(state, [lot for lot, each in candidates.items() if each.item in fitting])
    came = [each for each in arrivals(state, followed.flows) if each.document.qualification in qualifications]
    on = {each.lot for each in came if not each.document.reversed_by}
    _fill(state, radius, followed, on, at)
    radius.arrivals = came


def _join_given(radius: Radius) -> None:
    """Add edges from keys to the keys that they granted something, and to what they recorded and signed."""
    graph = radius.graph
    holders: dict[bytes, Node] = {}
    for grant in radius.given.grants:
        holders[grant.key] = _key_node(grant.holder)
        graph.join(Edge(_key_node(grant.by.address), holders[grant.key], EdgeKind.GRANTED))
    for entry in radius.given.entries:
        graph.join(Edge(_key_node(entry.by.address), entry.subject, EdgeKind.SIGNED))
    for document in radius.following:
        for key in (document.sender_grant, document.other_grant, document.approver_grant):
            if key in holders:
                graph.join(Edge(holders[key], document_node(document), EdgeKind.SIGNED))


def _key_node(holder: Address) -> Node:
    return Node(NodeKind.KEY, int(holder, 16))


def _add_signed(
    state: TraceReader,
    radius: Radius,
    documents: Sequence[RecordedDocument],
    at: int,
    among: Collection[int] | None = None,
) -> None:
    """Add the lots on some documents to a radius.

    Args:
        state: The index.
        radius: What is added to.
        documents: Which.
        at: Now, seconds since 1970.
        among: Numbers of the documents whose origins are told; all by which the lots came where None.
    """
    radius.grants = grants_behind(state, documents)
    found = on_documents(state, documents)
    radius.steps = found.steps
    units = {(step.document.number, step.lot): step.quantity for step in found.steps}
    for document in documents:
        radius.graph.add(document_node(document), document=document)
        if document.kind not in (Kind.OPENING, Kind.RECEIPT):
            for lot in sorted(found.lots[document.number]):
                radius.graph.join(_named_edge(document, lot, abs(units.get((document.number, lot), 0))))
    _fill(state, radius, found.followed, set().union(*found.lots.values()), at, among)


def _named_edge(document: RecordedDocument, lot: int, units: int) -> Edge:
    return Edge(
        document_node(document),
        Node(NodeKind.LOT, lot),
        EdgeKind.SIGNED,
        lot,
        units,
        is_reversed=bool(document.reversed_by),
        documents=(document.key,),
    )


def _fill(
    state: TraceReader,
    radius: Radius,
    followed: Followed,
    lots: Collection[int],
    at: int,
    among: Collection[int] | None = None,
) -> None:
    """Add lots with their origins, and where they are, to a radius and its graph."""
    graph, origins = radius.graph, Origins(state, radius.graph, at)
    radius.lots = whereabouts(followed, lots)
    shown = {each.lot for each in radius.lots}
    came = [flow for flow in followed.flows if among is None or flow.document.number in among]
    radius.arrivals = [each for each in arrivals(state, came) if each.lot in shown]
    for each in radius.lots:
        node = graph.add(Node(NodeKind.LOT, each.lot), lot_status=each.record.status, item=each.record.item)
        for flow in followed.arrivals(each.lot):
            if among is not None and flow.document.number not in among:
                continue
            source = origins.document(flow.document, [each.record])
            graph.join(_arrival(flow, source, node))
    for each in radius.lots:
        _add_places(graph, each)
    for flow in followed.flows:
        if flow.kind is EdgeKind.REPACKED and flow.lot in shown and flow.into[0] in shown:
            graph.join(_arrival(flow, Node(NodeKind.LOT, flow.lot), Node(NodeKind.LOT, flow.into[0])))


def _arrival(flow: Flow, source: Node, target: Node) -> Edge:
    keys = (flow.document.key,)
    return Edge(source, target, flow.kind, flow.lot, flow.quantity, flow.into[1], flow.is_reversed, keys)


def _add_places(graph: Graph, each: Whereabouts) -> None:
    """Add edges from a lot to whoever holds or got it."""
    lot = Node(NodeKind.LOT, each.lot)
    for site, units in each.held.items():
        graph.join(Edge(lot, Node(NodeKind.SITE, site), EdgeKind.HELD, each.lot, units))
    for kind, sender, receiver, units in each.on_the_way:
        site = answers_for(kind, sender, receiver)
        graph.join(Edge(lot, Node(NodeKind.SITE, site), kind, each.lot, units))
    for consignee, units in each.consumed.items():
        graph.join(Edge(lot, Node(NodeKind.CONSIGNEE, consignee), EdgeKind.ISSUED, each.lot, units))
    for (kind, _), units in each.gone.items():
        graph.join(Edge(lot, outcome(kind), kind, each.lot, units))
