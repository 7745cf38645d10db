"""The trace of a lot: back to where it came from, forward to every site that held it and everyone who got it.

::

    receipt ← qualification ← issuer ← accreditation ← root
       ↓
      lot → site → site → consignee, written off, lost
              ↓ repacked
             lot → site …
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ledger_client.index.traces import TraceReader
from ledger_client.trace.flows import ARRIVING, Flow
from ledger_client.trace.following import Account, Followed, follow, read_documents
from ledger_client.trace.graph import Edge, EdgeKind, Graph, Node, NodeKind
from ledger_client.trace.origins import Arrival, Origins, arrivals


@dataclass(frozen=True, slots=True)
class LotTrace:
    """What became of a lot.

    Attributes:
        lot: Its id.
        followed: Its documents and flows, and those of the lots that came out of it.
        graph: Everything as nodes and edges.
        arrivals: How the lots that were followed, and what they were repacked from, came to the ledger.
        accounts: Where all base units are, by lot.
    """

    lot: int
    followed: Followed
    graph: Graph
    arrivals: list[Arrival]
    accounts: dict[int, Account]

    @property
    def is_conserved(self) -> bool:
        """Whether of every lot what came is what is somewhere."""
        return all(each.is_conserved for each in self.accounts.values())


def trace_lot(reader: TraceReader, lot: int, at: int) -> LotTrace:
    """Trace a lot back to the root and forward to whoever held or got it.

    Args:
        reader: The index.
        lot: Its id; of one that the index does not know the trace is empty.
        at: Now, seconds since 1970: at which qualifications are judged.
    """
    with reader.one_state() as state:
        followed = follow(state, [lot])
        graph = Graph()
        origins = Origins(state, graph, at)
        before = _add_ancestors(state, origins, graph, followed)
        came = arrivals(state, [*before, *followed.flows])
        for each in followed.lots:
            _add_arrivals(origins, graph, followed, each)
        for flow in followed.flows:
            _add_flow(graph, flow)
        for node, _ in list(graph.of(NodeKind.SITE)):
            graph.add(node, quantity=followed.held.get((node.number, node.part), 0))
        nameless = [node.number for node, facts in graph.of(NodeKind.LOT) if facts.item is None]
        for each, record in state.lots_by_id(nameless).items():
            graph.add(Node(NodeKind.LOT, each), lot_status=record.status, item=record.item)
    return LotTrace(
        lot=lot,
        followed=followed,
        graph=graph,
        arrivals=sorted(came, key=lambda each: each.document.number),
        accounts={each: followed.account(each) for each in followed.lots},
    )


def add_lot(graph: Graph, followed: Followed, lot: int) -> Node:
    """Add the node of a lot."""
    record = followed.lots[lot]
    return graph.add(Node(NodeKind.LOT, lot), lot_status=record.status, item=record.item)


def _add_arrivals(origins: Origins, graph: Graph, followed: Followed, lot: int) -> None:
    for flow in followed.arrivals(lot):
        node = origins.document(flow.document, [followed.lots[lot]])
        target = add_lot(graph, followed, lot)
        graph.join(_edge(flow, node, target))
    add_lot(graph, followed, lot)


def _add_flow(graph: Graph, flow: Flow) -> None:
    if flow.kind is EdgeKind.REPACKED:
        _add_repack(graph, flow)
        return
    source = Node(NodeKind.LOT, flow.lot) if flow.kind in ARRIVING else flow.source
    graph.join(_edge(flow, source, flow.target))


def _add_repack(graph: Graph, flow: Flow) -> None:
    """From the site's lot to the lot that came out, and from there to the site again."""
    put, units = flow.into
    output = Node(NodeKind.LOT, put)
    source = flow.source if flow.source in graph.nodes else Node(NodeKind.LOT, flow.lot)
    graph.join(_edge(flow, source, output))
    if not flow.is_reversed:
        edge = Edge(output, flow.target, EdgeKind.REPACKED, put, units, documents=(flow.document.key,))
        graph.join(edge)


def _add_ancestors(reader: TraceReader, origins: Origins, graph: Graph, followed: Followed) -> list[Flow]:
    """Add the lots that these came out of, and where those came from; not what else became of them.

    Returns:
        How those came to the ledger.
    """
    seen = set(followed.lots)
    parents = _parents(followed.flows, seen)
    above: list[Flow] = []
    came: list[Flow] = []
    while parents:
        records = reader.lots_by_id(parents)
        seen |= parents
        flows = read_documents(reader, records)[1].flows
        for lot, record in records.items():
            node = graph.add(Node(NodeKind.LOT, lot), lot_status=record.status, item=record.item)
            for flow in flows:
                if flow.lot == lot and flow.kind in ARRIVING:
                    graph.join(_edge(flow, origins.document(flow.document, [record]), node))
                    came.append(flow)
        above += [flow for flow in flows if flow.into[0] in parents]
        parents = _parents(flows, seen)
    for flow in above:
        graph.join(_edge(flow, Node(NodeKind.LOT, flow.lot), Node(NodeKind.LOT, flow.into[0])))
    return came


def _parents(flows: Collection[Flow], lots: Collection[int]) -> set[int]:
    """Return lots beyond these that these came out of; by a reversed repack nothing did."""
    return {
        flow.lot for flow in flows if flow.into[0] in lots and flow.lot not in lots and not flow.is_reversed
    }


def _edge(flow: Flow, source: Node, target: Node) -> Edge:
    return Edge(
        source,
        target,
        flow.kind,
        flow.lot,
        flow.quantity,
        flow.into[1],
        flow.is_reversed,
        (flow.document.key,),
    )
