"""What stands below the tables of a trace: the sum of a lot, and what stands behind a qualification."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ledger_client.fold.verdicts import Status
from ledger_client.language import tr
from ledger_client.trace import Account, EdgeKind, Graph, Node, NodeKind

if TYPE_CHECKING:
    from ledger_client.cli._pictures import TraceNames


def origin_sentences(graph: Graph, names: TraceNames) -> Iterator[str]:
    """Yield for each qualification of a graph what it is worth now, its issuer, and who accredited that."""
    for edge in graph.edges:
        if edge.kind is EdgeKind.QUALIFIES:
            issuer, short = edge.source, f"{edge.target.number:040x}"[:8]
            name = names.of(NodeKind.ISSUER, issuer.number) or f"{issuer.number:040x}"[:8] + "…"
            status = _label(graph, edge.target)
            behind = "; ".join(_accreditations(graph, issuer))
            yield tr(
                f"qualification {short}: {status}; issued by {name}; {behind}",
                f"资质 {short}：{status}；签发方 {name}；{behind}",
            )


def _accreditations(graph: Graph, issuer: Node) -> Iterator[str]:
    accredited = {edge.target for edge in graph.edges if edge.source.kind is NodeKind.ROOT}
    for edge in graph.edges:
        node = edge.source
        if edge.target != issuer or node.kind is not NodeKind.ACCREDITATION:
            continue
        if node in accredited:
            status = _label(graph, node)
            yield tr(
                f"accredited by the root authority for category {node.part}: {status}",
                f"全国主管认可其签发类别 {node.part}：{status}",
            )
        else:
            yield tr(f"never accredited for category {node.part}", f"从未获得类别 {node.part} 的签发认可")


def _label(graph: Graph, node: Node) -> str:
    return (graph.nodes[node].status or Status.UNKNOWN).label


def account(each: Account) -> dict[str, Any]:
    """Return where all base units of a lot are, as JSON has it."""
    sums = {name: str(units) for name, units in each.totals._asdict().items()}
    return {**sums, "held": str(each.held), "conserved": each.is_conserved}


def balance(each: Account) -> str:
    """Return the equation of a lot in words: what came is what is somewhere."""
    totals = each.totals
    came = [
        (tr("opening", "期初"), totals.opening),
        (tr("received", "收货"), totals.received),
        (tr("gained", "盘盈"), totals.gained),
        (tr("repacked into it", "换入"), totals.repacked_in),
    ]
    went = [
        (tr("at sites", "在库"), each.held),
        (tr("in transit", "在途"), totals.in_transit),
        (tr("returning", "退回途中"), totals.returning),
        (tr("missing", "缺失"), totals.missing),
        (tr("issued", "发放"), totals.issued),
        (tr("written off", "核销"), totals.written_off),
        (tr("lost", "灭失"), totals.lost),
        (tr("repacked", "换出"), totals.repacked_out),
    ]
    return f"{_sum(came)} {'=' if each.is_conserved else '≠'} {_sum(went)}"


def _sum(parts: Sequence[tuple[str, int]]) -> str:
    return " + ".join(f"{name} {units}" for name, units in parts if units) or "0"
