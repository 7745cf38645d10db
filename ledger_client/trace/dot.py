"""A trace as DOT, the language of graphviz, for whoever wants to draw it otherwise."""

from __future__ import annotations

from ledger_client.trace.graph import Graph
from ledger_client.trace.labels import Labels

_COLOURS = {"good": "#2e7d32", "bad": "#c62828", "unknown": "#757575", "": "#37474f"}


def to_dot(graph: Graph, labels: Labels) -> str:
    """Return a graph as DOT."""
    parts = ["digraph trace {", "  rankdir=LR;", '  node [shape=box, fontname="sans-serif"];']
    for node, facts in graph.nodes.items():
        tone = labels.tone(facts)
        style = ", style=dashed" if tone == "unknown" else ""
        text = _quoted("\n".join(labels.lines(node, facts)))
        parts.append(f"  {_quoted(node.id)} [label={text}, color={_quoted(_COLOURS[tone])}{style}];")
    for edge in graph.edges:
        style = ", style=dashed" if edge.is_reversed else ""
        text = _quoted(labels.edge(graph, edge))
        parts.append(f"  {_quoted(edge.source.id)} -> {_quoted(edge.target.id)} [label={text}{style}];")
    return "\n".join([*parts, "}", ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
