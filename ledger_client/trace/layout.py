"""Where the boxes of a graph stand: in layers from left to right, without crossing more than needed.

Every node lies behind those that lead to it; an edge that leads back is drawn against the order. Each edge
passes through a slot of its own in every layer between, the first of which carries its label, so that no
label covers a box or another label. Within a layer the order follows the neighbours' (the barycentre method).
The same graph always gives the same picture.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise

GAP_X, GAP_Y = 28.0, 14.0
"""Pixels between layers, and between boxes of one layer."""

MOST_SLOTS = 20_000
"""Of a larger graph, edges pass behind the boxes of the layers between, and are drawn straight."""

_SWEEPS = 6
_THIN = 4.0  # pixels: the height of a slot without a label

Size = tuple[float, float]


@dataclass(slots=True)
class Box:
    """A box or a slot: its size and, once it is placed, its centre in pixels."""

    width: float
    height: float
    layer: int = 0
    x: float = 0.0
    y: float = 0.0


@dataclass(slots=True)
class Path:
    """The way of an edge.

    Attributes:
        boxes: From the left box to the right one, through its slots.
        is_back: Whether the edge leads from the right one to the left one.
    """

    boxes: list[Box]
    is_back: bool

    @property
    def label(self) -> Box:
        """The slot that carries the edge's label."""
        return self.boxes[1]


@dataclass(slots=True)
class Layout:
    """A placed graph: boxes by node, paths in the order of the edges, and the size of the whole."""

    boxes: dict[Hashable, Box]
    paths: list[Path]
    width: float = 0.0
    height: float = 0.0
    _layers: list[list[Box]] = field(default_factory=list)


def lay_out(
    nodes: Mapping[Hashable, Size],
    edges: Sequence[tuple[Hashable, Hashable]],
    labels: Sequence[Size],
    ranks: Mapping[Hashable, int] | None = None,
) -> Layout:
    """Place nodes and edges.

    Args:
        nodes: Width and height of each box, in the order in which the nodes came to be.
        edges: From and to.
        labels: Width and height of each edge's label.
        ranks: The layer before which a node does not stand, so that nodes of a kind stand together; 0 where
            a node is not in it. Layers that stay empty are left out.
    """
    order = {node: place for place, node in enumerate(_ordered(nodes, edges))}
    boxes = {node: Box(*nodes[node]) for node in order}
    ends = [
        (source, target, False) if order[source] < order[target] else (target, source, True)
        for source, target in edges
    ]
    ranks = ranks or {}
    for node, rank in ranks.items():
        boxes[node].layer = 2 * rank
    _rank(boxes, ends, ranks)
    _close_up(boxes)
    # Slots grow with the edges times the layers: of a chain of hundreds of sites only labels keep theirs.
    has_slots = sum(abs(boxes[right].layer - boxes[left].layer) for left, right, _ in ends) <= MOST_SLOTS
    paths = [
        Path(_through(boxes[left], boxes[right], size, has_slots), is_back)
        for (left, right, is_back), size in zip(ends, labels, strict=True)
    ]
    layout = Layout(boxes, paths)
    layout._layers = _layers(boxes, paths)
    _untangle(layout)
    _place(layout)
    return layout


def _ordered(
    nodes: Mapping[Hashable, Size], edges: Sequence[tuple[Hashable, Hashable]]
) -> Iterator[Hashable]:
    """Yield nodes so that edges lead forward.

    A circle begins with the node that came to be first of those to which something outside it leads, or of
    all where nothing does.
    """
    place = {node: number for number, node in enumerate(nodes)}
    following: dict[Hashable, list[Hashable]] = {}
    waiting = dict.fromkeys(nodes, 0)
    for source, target in edges:
        if source != target:
            following.setdefault(source, []).append(target)
            waiting[target] += 1
    every = list(nodes)
    free = [place[node] for node, count in waiting.items() if not count]
    entered: list[int] = []
    rest = list(reversed(range(len(every))))
    done: set[Hashable] = set()
    while rest:
        node = every[heappop(free) if free else heappop(entered) if entered else rest.pop()]
        if node in done:
            continue
        done.add(node)
        yield node
        for target in following.get(node, ()):
            waiting[target] -= 1
            heappush(entered if waiting[target] else free, place[target])


def _rank(
    boxes: Mapping[Hashable, Box],
    ends: Sequence[tuple[Hashable, Hashable, bool]],
    ranks: Mapping[Hashable, int],
) -> None:
    """Give every node the layer behind the last that leads to it; slots lie in the odd layers."""
    following: dict[Hashable, list[Hashable]] = {}
    leading: dict[Hashable, list[Hashable]] = {}
    for left, right, _ in ends:
        if left != right:
            following.setdefault(left, []).append(right)
            leading.setdefault(right, []).append(left)
    # Left comes before right in the order of the boxes, so that one pass finds the longest ways.
    for node in boxes:
        for right in following.get(node, ()):
            boxes[right].layer = max(boxes[right].layer, boxes[node].layer + 2)
    # A node of no rank that nothing leads to stands right before the first that it leads to.
    for node, box in boxes.items():
        if node not in ranks and node not in leading and following.get(node):
            box.layer = max(0, min(boxes[right].layer for right in following[node]) - 2)


def _close_up(boxes: Mapping[Hashable, Box]) -> None:
    """Leave out the layers in which no box stands."""
    used = {layer: 2 * place for place, layer in enumerate(sorted({box.layer for box in boxes.values()}))}
    for box in boxes.values():
        box.layer = used[box.layer]


def _through(left: Box, right: Box, label: Size, has_slots: bool) -> list[Box]:
    beyond = range(left.layer + 2, right.layer) if has_slots else range(0)
    slots = [Box(0.0, _THIN, layer=layer) for layer in beyond]
    return [left, Box(*label, layer=left.layer + 1), *slots, right]


def _layers(boxes: Mapping[Hashable, Box], paths: Sequence[Path]) -> list[list[Box]]:
    every = [*boxes.values(), *(slot for path in paths for slot in path.boxes[1:-1])]
    layers: list[list[Box]] = [[] for _ in range(max((box.layer for box in every), default=-1) + 1)]
    for box in every:
        layers[box.layer].append(box)
    return layers


def _untangle(layout: Layout) -> None:
    """Order each layer by the mean place of its neighbours, from the left and from the right in turn."""
    before: dict[int, list[Box]] = {}
    behind: dict[int, list[Box]] = {}
    for path in layout.paths:
        for left, right in pairwise(path.boxes):
            if left.layer < right.layer:
                behind.setdefault(id(left), []).append(right)
                before.setdefault(id(right), []).append(left)
    places = {id(box): float(place) for layer in layout._layers for place, box in enumerate(layer)}
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        neighbours = before if forward else behind
        for layer in layout._layers if forward else reversed(layout._layers):
            mean = {id(box): _mean(neighbours.get(id(box)), places, places[id(box)]) for box in layer}
            layer.sort(key=lambda box: mean[id(box)])
            places.update({id(box): float(place) for place, box in enumerate(layer)})


def _mean(boxes: Sequence[Box] | None, places: Mapping[int, float], own: float) -> float:
    return sum(places[id(box)] for box in boxes) / len(boxes) if boxes else own


def _place(layout: Layout) -> None:
    """Turn layers and places into pixels; every layer is centred."""
    heights = [sum(box.height for box in layer) + GAP_Y * (len(layer) - 1) for layer in layout._layers]
    layout.height = max(heights, default=0.0)
    x = 0.0
    for layer, height in zip(layout._layers, heights, strict=True):
        width = max((box.width for box in layer), default=0.0)
        y = (layout.height - height) / 2
        for box in layer:
            box.x, box.y = x + width / 2, y + box.height / 2
            # An edge passes straight between the boxes of a layer, and bends between layers.
            box.width = box.width or width
            y += box.height + GAP_Y
        x += width + GAP_X
    layout.width = max(0.0, x - GAP_X)
