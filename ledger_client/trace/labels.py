"""How nodes and edges of a trace are called: by name where it is proved, else by code; in both languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rich.cells import cell_len, set_cell_size

from ledger_client.documents import Kind, moment_at
from ledger_client.emergencies import EmergencySpell, spell_over
from ledger_client.fold.records import RecordedDocument
from ledger_client.fold.verdicts import Status
from ledger_client.language import tr
from ledger_client.trace.graph import OUTCOMES, Edge, EdgeKind, Facts, Graph, Node, NodeKind
from ledger_client.words import LotStatus

SHORT = 8
"""Digits of an id that people see."""

MOST_CELLS = 48
"""Width up to which a line is drawn; a cell is half a Chinese character."""

_HEX = {
    NodeKind.ISSUER: 40,
    NodeKind.QUALIFICATION: 40,
    NodeKind.SUPPLIER: 40,
    NodeKind.DONOR: 40,
    NodeKind.LOT: 40,
    NodeKind.CONSIGNEE: 40,
    NodeKind.DOCUMENT: 62,
}
_BAD = (Status.EXPIRED, Status.SUSPENDED, Status.REVOKED, Status.ISSUER_NOT_ACCREDITED, Status.NOT_YET_VALID)


_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_NO_CHARACTERS = frozenset("\ufffe\uffff")  # unassigned for ever, and forbidden in XML


def drawable(text: str) -> str:
    """Return a text as it is drawn: in one line, nothing invisible in it, and not too long.

    Names that come here were refused such characters when they were typed; those of a record that somebody
    else signed may hold any.
    """
    plain = "".join(
        "\ufffd" if unicodedata.category(each) in _INVISIBLE or each in _NO_CHARACTERS else each
        for each in text
    )
    return plain if cell_len(plain) <= MOST_CELLS else set_cell_size(plain, MOST_CELLS - 1).rstrip() + "…"


class Namer(Protocol):
    """Who knows the proved names of a ledger; a name that is not proved is the empty text."""

    def of(self, kind: NodeKind, number: int) -> str:
        """Return the name of a site, consignee, supplier or issuer, and of a key in this office."""

    def item(self, item: int) -> str:
        """Return the name of an item."""

    def unit(self, item: int) -> str:
        """Return the code of an item's base unit."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Calls the nodes and edges of one graph.

    Attributes:
        namer: Knows names.
        offset: Of the ledger's days, in seconds.
        spells: The emergencies of the ledger: documents that were recorded in one say so.
        uncounted: Site and lot of what stands under an overdue count.
    """

    namer: Namer
    offset: int
    spells: Sequence[EmergencySpell] = ()
    uncounted: Collection[tuple[int, int]] = frozenset()

    def is_emergency(self, document: RecordedDocument) -> bool:
        """Return whether a document was recorded in an emergency."""
        return spell_over(document, self.spells) is not None

    def is_uncounted(self, edge: Edge) -> bool:
        """Return whether an edge says what a site holds under an overdue count."""
        return edge.kind is EdgeKind.HELD and (edge.target.number, edge.lot) in self.uncounted

    def lines(self, node: Node, facts: Facts) -> list[str]:
        """Return what stands in the box of a node, line by line; the first one is the heading."""
        found = [self._heading(node, facts), self._code(node, facts), *self._remarks(node, facts)]
        return [drawable(line) for line in found if line]

    def edge(self, graph: Graph, edge: Edge) -> str:
        """Return what stands beside an edge."""
        text = edge.kind.label
        if edge.quantity:
            text += f" {edge.quantity}{self._unit(graph, edge.lot)}"
        if edge.into:
            text += f" → {edge.into}{self._unit(graph, edge.target.number)}"
        if self.is_uncounted(edge):
            text += tr(" (count overdue)", "（盘点逾期）")
        return drawable(text + (tr(" (reversed)", "（已冲销）") if edge.is_reversed else ""))

    def tone(self, facts: Facts) -> str:
        """Return `good`, `bad`, `unknown` or nothing: what is unknown is never good."""
        if facts.status is not None:
            if facts.status is Status.VALID:
                return "good"
            return "bad" if facts.status in _BAD else "" if facts.status is Status.NOT_NEEDED else "unknown"
        return "bad" if facts.lot_status else ""

    def name(self, node: Node, facts: Facts) -> str:
        """Return the proved name of a node, nothing where there is none."""
        if node.kind is NodeKind.LOT:
            return self.namer.item(facts.item) if facts.item else ""
        if node.kind is NodeKind.ACCREDITATION:
            return self.namer.of(NodeKind.ISSUER, node.number)
        return self.namer.of(node.kind, node.number)

    # -- parts of a box

    def _heading(self, node: Node, facts: Facts) -> str:
        if node.kind is NodeKind.OUTCOME:
            return OUTCOMES[node.number].label
        if node.kind is NodeKind.DOCUMENT and facts.document:
            return Kind.of(facts.document.kind).label
        if node.kind is NodeKind.LOT and facts.item:
            return self.name(node, facts) or str(facts.item)
        if node.kind is NodeKind.ACCREDITATION:
            return node.kind.label
        return self.name(node, facts) or node.kind.label

    def _code(self, node: Node, facts: Facts) -> str:  # noqa: ARG002 -- as its neighbours
        if node.kind is NodeKind.SITE:
            return f"{node.number:015d}"
        if node.kind is NodeKind.KEY:
            return f"0x{node.number:040x}"[: SHORT + 2] + "…"
        if node.kind is NodeKind.ACCREDITATION:
            return tr(f"category {node.part}", f"类别 {node.part}")
        digits = _HEX.get(node.kind)
        short = f"{node.number:0{digits}x}"[:SHORT] + "…" if digits else ""
        return tr(f"lot {short}", f"批次 {short}") if node.kind is NodeKind.LOT else short

    def _remarks(self, node: Node, facts: Facts) -> list[str]:
        found = []
        if facts.document:
            found.append(moment_at(facts.document.recorded_at, self.offset).strftime("%Y-%m-%d %H:%M"))
            if self.is_emergency(facts.document):
                found.append(tr("in an emergency", "应急期间"))
            if facts.document.reversed_by:
                found.append(tr("reversed", "已冲销"))
        if facts.status is not None:
            what = tr("verdict: ", "资质结论：") if node.kind is NodeKind.DOCUMENT else ""
            found.append(what + facts.status.label)
        if facts.lot_status:
            names = ((LotStatus.HELD, ("held", "暂扣")), (LotStatus.RECALLED, ("recalled", "召回")))
            found.append(", ".join(tr(*each) for flag, each in names if facts.lot_status & flag))
        if facts.quantity is not None:
            late = tr(" (count overdue)", "（盘点逾期）") if self.is_late(node) else ""
            found.append(tr(f"holds {facts.quantity}{late}", f"在库 {facts.quantity}{late}"))
        return found

    def is_late(self, node: Node) -> bool:
        """Return whether a node is a site that holds a lot under an overdue count."""
        return node.kind is NodeKind.SITE and (node.number, node.part) in self.uncounted

    def _unit(self, graph: Graph, lot: int) -> str:
        facts = graph.nodes.get(Node(NodeKind.LOT, lot))
        unit = self.namer.unit(facts.item) if facts and facts.item else ""
        return f" {unit}" if unit else ""


def to_dict(graph: Graph, labels: Labels) -> dict[str, Any]:
    """Return a graph as JSON has it; quantities are texts, for they may have 63 bits."""
    return {
        "nodes": [_node(node, facts, labels) for node, facts in graph.nodes.items()],
        "edges": [_edge(each, labels) for each in graph.edges],
    }


def _node(node: Node, facts: Facts, labels: Labels) -> dict[str, Any]:
    found: dict[str, Any] = {"id": node.id, "kind": node.kind.code, "name": labels.name(node, facts)}
    if node.kind is NodeKind.SITE and node.part:
        found["lot"] = f"{node.part:040x}"
    if node.kind is NodeKind.ACCREDITATION:
        found["category"] = node.part
    if facts.quantity is not None:
        found["quantity"] = str(facts.quantity)
        found["stale"] = labels.is_late(node)
    if facts.status is not None:
        found["status"] = facts.status.name.lower()
    if facts.item is not None:
        found["item"] = str(facts.item)
    if facts.lot_status is not None:
        flags = (LotStatus.HELD, LotStatus.RECALLED)
        found["marks"] = [str(flag.name).lower() for flag in flags if facts.lot_status & flag]
    if facts.document:
        found["document_kind"] = Kind.of(facts.document.kind).name.lower()
        found["recorded"] = moment_at(facts.document.recorded_at, labels.offset).isoformat()
        found["reversed"] = bool(facts.document.reversed_by)
        found["emergency"] = labels.is_emergency(facts.document)
    return found


def _edge(edge: Edge, labels: Labels) -> dict[str, Any]:
    return {
        "from": edge.source.id,
        "to": edge.target.id,
        "kind": edge.kind.code,
        "lot": f"{edge.lot:040x}" if edge.lot else None,
        "quantity": str(edge.quantity) if edge.quantity else None,
        "into": str(edge.into) if edge.into else None,
        "reversed": edge.is_reversed,
        "stale": labels.is_uncounted(edge),
        "documents": [f"{key:062x}" for key in edge.documents],
    }
