"""The blast radius: all lots that hang on a qualification, a supplier, an issuer, a key or a document.

Of each lot: where it is now, who got how much, what is on its way, written off or lost, and into which other
lots it was repacked, which belong to the radius too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from ledger_client.addresses import Address
from ledger_client.documents import Kind
from ledger_client.events import EntryKind
from ledger_client.fold._movements import ID_248
from ledger_client.fold.records import Grant, Lot, Qualification, RecordedDocument
from ledger_client.index.traces import TraceReader
from ledger_client.roles import Role
from ledger_client.trace.flows import ON_THE_WAY, Flow, Step, document_node, quantities_in
from ledger_client.trace.following import Account, Followed, follow
from ledger_client.trace.graph import OUTCOMES, Edge, EdgeKind, Graph, Node, NodeKind, outcome
from ledger_client.trace.origins import Arrival, Origins, Ruling, arrivals, recorded_since, ruling
from ledger_client.trace.signatures import compromised_since, grants_behind

_BY_REFERENCE = (Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a lot is and who got it.

    Attributes:
        lot: Its id.
        record: What is known of it.
        came_of: Lots of the radius that it was repacked from; empty where it belongs to the radius itself.
        account: Where all its base units are.
        held: Base units by site, never 0.
        on_the_way: What is on its way: how, from and to which site, base units. Who has to answer for it is
            the receiver of what is in transit, else the sender.
        consumed: Base units by consignee.
        into: Base units that were repacked into other lots, by these.
    """

    lot: int
    record: Lot
    came_of: tuple[int, ...]
    account: Account
    held: dict[int, int]
    on_the_way: list[tuple[EdgeKind, int, int, int]]
    consumed: dict[int, int]
    into: dict[int, int]


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
        registered: Of an issuer's key: qualification, kind and block time of each entry that was recorded for
            its issuer since then; which of the issuer's keys recorded it the index does not know.
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
    registered: list[tuple[int, EntryKind, int]] = field(default_factory=list)
    grants: dict[bytes, Grant] = field(default_factory=dict)

    @property
    def is_conserved(self) -> bool:
        """Whether of every lot what came is what is somewhere."""
        return all(each.account.is_conserved for each in self.lots)


def whereabouts(followed: Followed, lots: Collection[int] | None = None) -> list[Whereabouts]:
    """Return where lots are and who got them.

    Args:
        followed: The lots with what came out of them.
        lots: The ones to begin with; all that were asked for where None.
    """
    begin = followed.asked if lots is None else frozenset(lots)
    chosen = _reached(followed, begin)
    return [_where(followed, lot, begin, chosen) for lot in followed.lots if lot in chosen]


def answers_for(kind: EdgeKind, sender: int, receiver: int) -> int:
    """Return the site that has to answer for goods on their way."""
    return receiver if kind is EdgeKind.IN_TRANSIT else sender


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
        _add_signed(state, radius, at)
    return radius


def of_key(reader: TraceReader, holder: Address, at: int, since: int | None = None) -> Radius:
    """Return what hangs on a key: every document that it signed, and the lots on those.

    Args:
        reader: The index.
        holder: Address of the key.
        at: Now, seconds since 1970.
        since: Block time; where not given, since when the key is claimed to be in foreign hands, else from
            the beginning.
    """
    with reader.one_state() as state:
        radius = Radius(Node(NodeKind.KEY, int(holder, 16)), Graph())
        radius.graph.add(radius.subject)
        radius.since = compromised_since(state, holder) if since is None else since
        radius.documents = state.documents_signed_by(holder, radius.since or 0)
        radius.registered = _registered(state, holder, radius.since or 0)
        for document in radius.documents:
            edge = Edge(radius.subject, document_node(document), EdgeKind.SIGNED)
            radius.graph.join(edge)
        _add_signed(state, radius, at, among={each.number for each in radius.documents})
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


def _add_signed(state: TraceReader, radius: Radius, at: int, among: Collection[int] | None = None) -> None:
    """Add the lots on the documents of a radius.

    Args:
        state: The index.
        radius: What is added to.
        at: Now, seconds since 1970.
        among: Numbers of the documents whose origins are told; all by which the lots came where None.
    """
    radius.grants = grants_behind(state, radius.documents)
    candidates = {lot for each in radius.documents for lot in _lots_on(state, each, _BY_REFERENCE)}
    followed = follow(state, candidates)
    units: dict[int, dict[int, int]] = {each.number: {} for each in radius.documents}
    radius.steps = [step for step in followed.steps if step.document.number in units]
    for step in radius.steps:
        units[step.document.number][step.lot] = step.quantity
    lots: set[int] = set()
    for document in radius.documents:
        radius.graph.add(document_node(document), document=document)
        # What a step of a consignment answers is known once all of its steps are read.
        told = units[document.number]
        named = (told.keys() | _lots_on(state, document)) & followed.lots.keys()
        lots |= named
        if document.kind not in (Kind.OPENING, Kind.RECEIPT):
            for lot in sorted(named):
                radius.graph.join(_named_edge(document, lot, abs(told.get(lot, 0))))
    _fill(state, radius, followed, lots, at, among)


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


def _lots_on(state: TraceReader, document: RecordedDocument, also: Sequence[Kind] = ()) -> set[int]:
    """Return the lots that a document names, or that the one does which it reverses.

    Args:
        state: The index.
        document: The document.
        also: Other kinds of documents with which those lots count that are named in what they answer.
    """
    lots = {lot for lot, _ in quantities_in(document)}
    if document.kind in (*also, Kind.REVERSAL):
        original = state.document(document.reference & ID_248)
        lots |= {lot for lot, _ in quantities_in(original)} if original else set()
    return lots


def _registered(state: TraceReader, holder: Address, since: int) -> list[tuple[int, EntryKind, int]]:
    issuers = {grant.subject for grant in state.grants(holder) if grant.role == Role.ISSUER}
    if not issuers:
        return []
    found = [
        (key, kind, recorded)
        for key, each in state.qualifications().items()
        if each.issuer in issuers
        for kind, recorded in recorded_since(each.entries, since)
    ]
    return sorted(found, key=lambda each: each[2])


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
    for kind in OUTCOMES[:2]:
        units = getattr(each.account.totals, kind.code)
        if units:
            graph.join(Edge(lot, outcome(kind), kind, each.lot, units))


def _reached(followed: Followed, begin: Collection[int]) -> set[int]:
    """Return lots and those that came out of them."""
    chosen = set(begin)
    steps = [
        (flow.lot, flow.into[0])
        for flow in followed.flows
        if flow.kind is EdgeKind.REPACKED and not flow.is_reversed
    ]
    size = -1
    while size != len(chosen):
        size = len(chosen)
        chosen.update(put for taken, put in steps if taken in chosen)
    return chosen & followed.lots.keys()


def _where(followed: Followed, lot: int, begin: Collection[int], chosen: set[int]) -> Whereabouts:
    flows = [flow for flow in followed.of(lot) if not flow.is_reversed]
    came_of = sorted({flow.lot for flow in flows if flow.into[0] == lot and flow.lot in chosen})
    return Whereabouts(
        lot=lot,
        record=followed.lots[lot],
        came_of=() if lot in begin else tuple(came_of),
        account=followed.account(lot),
        held={site: units for (site, each), units in followed.held.items() if each == lot and units},
        on_the_way=[
            (flow.kind, flow.source.number, flow.target.number, flow.quantity)
            for flow in flows
            if flow.kind in ON_THE_WAY
        ],
        consumed=_sums(flows, EdgeKind.ISSUED, lambda flow: flow.target.number),
        into=_sums([flow for flow in flows if flow.lot == lot], EdgeKind.REPACKED, lambda flow: flow.into[0]),
    )


def _sums(flows: Sequence[Flow], kind: EdgeKind, key: Callable[[Flow], int]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for flow in flows:
        if flow.kind is kind:
            sums[key(flow)] = sums.get(key(flow), 0) + flow.quantity
    return sums
