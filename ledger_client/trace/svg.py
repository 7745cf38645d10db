"""A trace as an SVG that loads nothing from anywhere: boxes from left to right, arrows with quantities."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from rich.cells import cell_len

from ledger_client.trace.graph import Facts, Graph, Node, NodeKind
from ledger_client.trace.labels import Labels, drawable
from ledger_client.trace.layout import Box, Path, lay_out

_CELL, _LINE, _PADDING, _MARGIN = 7.5, 16.0, 8.0, 16.0  # pixels; a cell is half a Chinese character
_LABEL_CELL, _LABEL_LINE = 6.6, 15.0
_TITLE = 28.0
_BOLD = 1.1  # how much wider a heading is

_STYLE = (
    "text{font-family:'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif;"
    "font-size:12px;fill:#212121}"
    ".h{font-weight:bold}.t{font-size:14px;font-weight:bold}"
    ".e{font-size:11px;fill:#455a64}"
    "rect{stroke:#607d8b;stroke-width:1.2;fill:#eceff1}"
    ".lot{fill:#fff8e1}.site{fill:#e3f2fd}.consignee{fill:#ede7f6}.document{fill:#ffffff}"
    ".outcome{fill:#fbe9e7}.key{fill:#fce4ec}"
    ".good{stroke:#2e7d32;stroke-width:2}.bad{stroke:#c62828;stroke-width:2}"
    ".unknown{stroke:#757575;stroke-dasharray:5 3}"
    "path{fill:none;stroke:#78909c;stroke-width:1.3}"
    ".reversed{stroke-dasharray:4 4;stroke:#b0bec5}"
)
_ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto-start-reverse"><path d="M0,0 L8,4 L0,8 z" style="fill:#78909c;stroke:none"/></marker>'
    "</defs>"
)


_RANKS = {
    NodeKind.ROOT: 0,
    NodeKind.ACCREDITATION: 1,
    NodeKind.ISSUER: 2,
    NodeKind.QUALIFICATION: 3,
    NodeKind.SUPPLIER: 3,
    NodeKind.DONOR: 3,
    NodeKind.KEY: 3,
    NodeKind.DOCUMENT: 4,
    NodeKind.LOT: 5,
}
"""Nodes of a kind stand together: whoever vouches left of the goods; whoever holds them right."""


def to_svg(graph: Graph, labels: Labels, title: str) -> str:
    """Return a graph as SVG.

    Args:
        graph: What is drawn.
        labels: How nodes and edges are called.
        title: Stands above it.
    """
    title = drawable(title)
    texts = {node: labels.lines(node, facts) for node, facts in graph.nodes.items()}
    edges = graph.edges
    beside = [labels.edge(graph, edge) for edge in edges]
    layout = lay_out(
        {node: _size(lines) for node, lines in texts.items()},
        [(edge.source, edge.target) for edge in edges],
        [(cell_len(text) * _LABEL_CELL + _PADDING, _LABEL_LINE) for text in beside],
        {node: _RANKS[node.kind] for node in texts if node.kind in _RANKS},
    )
    width = max(layout.width, cell_len(title) * _CELL * 1.2) + 2 * _MARGIN
    height = layout.height + 2 * _MARGIN + _TITLE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>{_ARROW}",
        f'<text class="t" x="{_MARGIN:.0f}" y="{_MARGIN + 10:.0f}">{escape(title)}</text>',
        f'<g transform="translate({_MARGIN:.0f},{_MARGIN + _TITLE:.0f})">',
    ]
    for edge, path, text in zip(edges, layout.paths, beside, strict=True):
        parts.append(_arrow(path, is_reversed=edge.is_reversed))
        parts.append(_beside(path.label, text))
    for node, lines in texts.items():
        parts.append(_box(node, graph.nodes[node], layout.boxes[node], lines, labels))
    return "\n".join([*parts, "</g></svg>", ""])


def _size(lines: Sequence[str]) -> tuple[float, float]:
    heading, *rest = map(cell_len, lines)
    return max(heading * _BOLD, *rest, 0) * _CELL + 2 * _PADDING, len(lines) * _LINE + 2 * _PADDING - 4


def _box(node: Node, facts: Facts, box: Box, lines: Sequence[str], labels: Labels) -> str:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    classes = f"{node.kind.code} {labels.tone(facts)}".strip()
    radius = 12 if node.kind in (NodeKind.SITE, NodeKind.CONSIGNEE) else 3
    parts = [
        f'<rect class="{classes}" x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="{radius}"/>'
    ]
    for place, line in enumerate(lines):
        heading = ' class="h"' if place == 0 else ""
        y = top + _PADDING + 9 + place * _LINE
        parts.append(f'<text{heading} x="{left + _PADDING:.1f}" y="{y:.1f}">{escape(line)}</text>')
    return "".join(parts)


def _beside(slot: Box, text: str) -> str:
    """The label stands on a white ground that interrupts the line behind it."""
    left, top = slot.x - slot.width / 2, slot.y - slot.height / 2
    ground = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{slot.width:.1f}" height="{slot.height:.1f}" '
        'style="fill:#ffffff;stroke:none"/>'
    )
    return (
        ground + f'<text class="e" x="{slot.x:.1f}" y="{slot.y + 4:.1f}" text-anchor="middle">'
        f"{escape(text)}</text>"
    )


def _arrow(path: Path, *, is_reversed: bool) -> str:
    """A curve from the right side of the left box through the slots to the left side of the right one."""
    first, *slots, last = path.boxes
    points = [(first.x + first.width / 2, first.y)]
    for slot in slots:
        points += [(slot.x - slot.width / 2, slot.y), (slot.x + slot.width / 2, slot.y)]
    points.append((last.x - last.width / 2, last.y))
    drawn = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for place, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        middle = (x0 + x1) / 2
        if place % 2:
            drawn += f" L{x1:.1f},{y1:.1f}"
        else:
            drawn += f" C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    classes = ' class="reversed"' if is_reversed else ""
    end = "marker-start" if path.is_back else "marker-end"
    return f'<path{classes} d="{drawn}" {end}="url(#arrow)"/>'
