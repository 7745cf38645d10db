"""What a trace is made of: nodes (who or what), edges (what went from one to the other), and their sums.

A graph holds ids and quantities alone; how they are called is the matter of `labels`. Nodes and edges keep
the order in which they were added, so that the same ledger gives the same picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from ledger_client.fold.records import RecordedDocument
from ledger_client.fold.verdicts import Status
from ledger_client.language import tr


class _Kind(Enum):
    """A kind whose value is its name in JSON, in English and in Chinese."""

    _value_: tuple[str, str, str]

    @property
    def code(self) -> str:
        """The name in JSON."""
        return self.value[0]

    @property
    def label(self) -> str:
        """The name in the language in force."""
        return tr(self.value[1], self.value[2])


class NodeKind(_Kind):
    """What a node stands for: its name in JSON, in English and in Chinese."""

    ROOT = ("root", "root authority", "全国主管")
    ACCREDITATION = ("accreditation", "accreditation", "认可")
    ISSUER = ("issuer", "issuer", "签发方")
    QUALIFICATION = ("qualification", "qualification", "资质")
    SUPPLIER = ("supplier", "supplier", "供应商")
    DONOR = ("donor", "donor", "捐赠方")
    KEY = ("key", "key", "密钥")
    DOCUMENT = ("document", "document", "单据")
    LOT = ("lot", "lot", "批次")
    SITE = ("site", "site", "储备点")
    CONSIGNEE = ("consignee", "consignee", "领用单位")
    OUTCOME = ("outcome", "outcome", "去向")


class EdgeKind(_Kind):
    """What went from one node to the other: its name in JSON, in English and in Chinese."""

    OPENING = ("opening", "opening", "期初")
    RECEIVED = ("received", "received", "收货")
    GAINED = ("gained", "more than in the books", "盘盈")
    REPACKED = ("repacked", "repacked", "换装")
    MOVED = ("moved", "moved", "调出")
    IN_TRANSIT = ("in_transit", "in transit", "在途")
    RETURNING = ("returning", "returning", "退回途中")
    MISSING = ("missing", "missing", "缺失")
    ISSUED = ("issued", "issued", "发放")
    WRITTEN_OFF = ("written_off", "written off", "核销")
    LOST = ("lost", "lost", "灭失")
    HELD = ("held", "held", "在库")
    ACCREDITS = ("accredits", "accredits", "认可")
    QUALIFIES = ("qualifies", "qualifies", "签发资质")
    VOUCHES = ("vouches", "relied on", "凭此收货")
    DELIVERS = ("delivers", "delivers", "供货")
    SIGNED = ("signed", "signed", "签署")
    GRANTED = ("granted", "granted", "授权")


OUTCOMES = (EdgeKind.WRITTEN_OFF, EdgeKind.LOST, EdgeKind.GAINED)
"""What an outcome stands for: the node's number is a place in this list."""


@dataclass(frozen=True, slots=True)
class Node:
    """Who or what.

    Attributes:
        kind: What it stands for.
        number: Its id; of a key the address as a number, of an outcome its place in `OUTCOMES`, else as the
            ledger counts it.
        part: Of a site in the trace of a lot: the lot; of an accreditation: the category; else 0.
    """

    kind: NodeKind
    number: int
    part: int = 0

    @property
    def id(self) -> str:
        """A name that no other node of any graph has."""
        digits = _DIGITS.get(self.kind)
        number = f"{self.number:0{digits}x}" if digits else str(self.number)
        if self.kind is NodeKind.OUTCOME:
            number = OUTCOMES[self.number].code
        part = ""
        if self.part:
            part = f"/{self.part:040x}" if self.kind is NodeKind.SITE else f"/{self.part}"
        return f"{self.kind.code}:{number}{part}"


_DIGITS = {
    NodeKind.ACCREDITATION: 40,
    NodeKind.ISSUER: 40,
    NodeKind.QUALIFICATION: 40,
    NodeKind.SUPPLIER: 40,
    NodeKind.DONOR: 40,
    NodeKind.KEY: 40,
    NodeKind.DOCUMENT: 62,
    NodeKind.LOT: 40,
    NodeKind.CONSIGNEE: 40,
}
"""Hexadecimal digits of ids; those of the others are decimal."""


def outcome(kind: EdgeKind) -> Node:
    """Return the node in which goods end that are written off or lost, or from which gains come."""
    return Node(NodeKind.OUTCOME, OUTCOMES.index(kind))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a node; None where that is not asked of its kind.

    Attributes:
        quantity: Of a site in the trace of a lot: base units of it that are held there now.
        status: Of a qualification, an accreditation or an issuer: what it is worth now; of a receipt: the
            verdict that it recorded. Unknown where nothing is recorded.
        lot_status: Of a lot: bits of `words.LotStatus`.
        item: Of a lot.
        document: Of a document.
    """

    quantity: int | None = None
    status: Status | None = None
    lot_status: int | None = None
    item: int | None = None
    document: RecordedDocument | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """What went from one node to another, over all documents that say so.

    Attributes:
        lot: Of which lot; 0 where that is no matter.
        quantity: Base units of the lot; 0 where nothing is counted.
        into: Of a repack: base units of the lot that came out.
        is_reversed: Whether the documents were reversed, so that nothing went in the end.
        documents: Keys of the documents, in order.
    """

    source: Node
    target: Node
    kind: EdgeKind
    lot: int = 0
    quantity: int = 0
    into: int = 0
    is_reversed: bool = False
    documents: tuple[int, ...] = ()


_NO_FACTS = Facts()


@dataclass(slots=True)
class Graph:
    """Nodes and edges; what is added twice is there once, with the sum."""

    _facts: dict[Node, Facts] = field(default_factory=dict)
    _edges: dict[tuple[Any, ...], Edge] = field(default_factory=dict)

    @property
    def nodes(self) -> dict[Node, Facts]:
        """All nodes with what is known of them, in order."""
        return self._facts

    @property
    def edges(self) -> list[Edge]:
        """All edges, in order."""
        return list(self._edges.values())

    def add(self, node: Node, **facts: Any) -> Node:
        """Add a node, or what is known of it; return it."""
        known = self._facts.setdefault(node, _NO_FACTS)
        if facts:
            self._facts[node] = replace(known, **facts)
        return node

    def join(self, edge: Edge) -> None:
        """Add an edge, or its quantity and documents to the one that is there already."""
        self.add(edge.source)
        self.add(edge.target)
        key = (edge.source, edge.target, edge.kind, edge.lot, edge.is_reversed)
        before = self._edges.get(key)
        if before is not None:
            new = [each for each in edge.documents if each not in before.documents[-1:]]
            edge = replace(
                edge,
                quantity=before.quantity + edge.quantity,
                into=before.into + edge.into,
                documents=(*before.documents, *new),
            )
        self._edges[key] = edge

    def of(self, kind: NodeKind) -> Iterator[tuple[Node, Facts]]:
        """Yield the nodes of a kind."""
        return ((node, facts) for node, facts in self._facts.items() if node.kind is kind)
