"""DOT, SVG and layout: deterministic, well formed, nothing on top of anything else."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from stock_history import START, SUPPLIER, short_story
from traced_histories import indexed

from ledger_client.fold.verdicts import Status
from ledger_client.language import use_language
from ledger_client.trace import (
    Edge,
    EdgeKind,
    Graph,
    Labels,
    Node,
    NodeKind,
    of_supplier,
    to_dict,
    to_dot,
    to_svg,
)
from ledger_client.trace import layout as placing
from ledger_client.trace.labels import drawable
from ledger_client.trace.layout import Box, lay_out

SVG = "{http://www.w3.org/2000/svg}"


class Names:
    """Names as a home knows them."""

    def of(self, kind: NodeKind, number: int) -> str:
        return {NodeKind.SITE: '东城 <社区> & "储备点"', NodeKind.SUPPLIER: "供应商甲"}.get(kind, "")

    def item(self, item: int) -> str:
        return "医用口罩"

    def unit(self, item: int) -> str:
        return "XBX"


LABELS = Labels(Names(), 28_800)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    history, _ = short_story()
    return of_supplier(indexed(history, tmp_path_factory.mktemp("pictures")), SUPPLIER, START).graph


def overlap(one: Box, other: Box) -> bool:
    return (
        abs(one.x - other.x) * 2 < one.width + other.width
        and abs(one.y - other.y) * 2 < one.height + other.height
    )


class TestLayout:
    def test_nothing_at_all(self) -> None:
        placed = lay_out({}, [], [])
        assert (placed.width, placed.height) == (0, 0)

    def test_layers_follow_the_edges(self) -> None:
        nodes = dict.fromkeys("dcba", (10.0, 10.0))
        placed = lay_out(nodes, [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")], [(5.0, 5.0)] * 4)
        assert [placed.boxes[node].layer for node in "abcd"] == [0, 2, 4, 6]
        assert not any(path.is_back for path in placed.paths)

    def test_a_circle_has_one_edge_that_leads_back(self) -> None:
        nodes = dict.fromkeys("abc", (10.0, 10.0))
        placed = lay_out(nodes, [("a", "b"), ("b", "c"), ("c", "a")], [(5.0, 5.0)] * 3)
        assert [path.is_back for path in placed.paths] == [False, False, True]

    def test_a_circle_is_entered_where_something_leads_into_it(self) -> None:
        # The last node came to be first, as a lot that was repacked from goods at b does.
        nodes = dict.fromkeys("dabc", (10.0, 10.0))
        edges = [("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")]
        placed = lay_out(nodes, edges, [(5.0, 5.0)] * 4)
        assert [placed.boxes[node].layer for node in "abcd"] == [0, 2, 4, 6]
        assert [path.is_back for path in placed.paths] == [False, False, True, False]

    def test_a_node_that_leads_to_itself(self) -> None:
        placed = lay_out(dict.fromkeys("a", (10.0, 10.0)), [("a", "a")], [(5.0, 5.0)])
        assert placed.boxes["a"].layer == 0

    def test_boxes_and_labels_do_not_cover_each_other(self) -> None:
        nodes = {number: (60.0 + number, 40.0) for number in range(30)}
        edges = [(a, (a * 7 + b) % 30) for a in range(30) for b in (1, 2) if a != (a * 7 + b) % 30]
        placed = lay_out(nodes, edges, [(50.0, 15.0)] * len(edges))
        boxes = [*placed.boxes.values(), *(path.label for path in placed.paths)]
        assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]

    def test_nodes_of_a_rank_stand_together_and_empty_layers_are_left_out(self) -> None:
        nodes = dict.fromkeys("abcd", (10.0, 10.0))
        edges = [("a", "b"), ("b", "c"), ("d", "c")]
        ranks = {"a": 0, "b": 3, "c": 5, "d": 3}
        placed = lay_out(nodes, edges, [(5.0, 5.0)] * 3, ranks)
        assert [placed.boxes[node].layer for node in "abcd"] == [0, 2, 4, 2]

    def test_slots_of_a_large_graph_are_left_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        nodes = dict.fromkeys(range(40), (10.0, 10.0))
        chain = [*pairwise(range(40)), (0, 39)]
        assert len(lay_out(nodes, chain, [(5.0, 5.0)] * 40).paths[-1].boxes) > 70
        monkeypatch.setattr(placing, "MOST_SLOTS", 10)
        assert len(lay_out(nodes, chain, [(5.0, 5.0)] * 40).paths[-1].boxes) == 3

    def test_a_long_chain_is_placed_in_time(self) -> None:
        nodes = dict.fromkeys(range(2_000), (10.0, 10.0))
        edges = [*pairwise(range(1_999)), *((number, 1_999) for number in range(1_999))]
        assert lay_out(nodes, edges, [(5.0, 5.0)] * len(edges)).width > 0


class TestSvg:
    def test_is_the_same_every_time(self, graph: Graph) -> None:
        assert to_svg(graph, LABELS, "追溯") == to_svg(graph, LABELS, "追溯")

    def test_has_a_box_for_every_node_and_a_label_for_every_edge(self, graph: Graph) -> None:
        drawn = ElementTree.fromstring(to_svg(graph, LABELS, "a <title> & more"))
        boxes = [each for each in drawn.iter(f"{SVG}rect") if each.get("class")]
        assert len(boxes) == len(graph.nodes)
        assert len([each for each in drawn.iter(f"{SVG}text") if each.get("class") == "e"]) == len(
            graph.edges
        )
        assert drawn.findtext(f"{SVG}title") == "a <title> & more"

    def test_boxes_lie_within(self, graph: Graph) -> None:
        drawn = ElementTree.fromstring(to_svg(graph, LABELS, "x"))
        width, height = float(drawn.get("width", 0)), float(drawn.get("height", 0))
        for each in drawn.iter(f"{SVG}rect"):
            assert 0 <= float(each.get("x", -1)) <= width - float(each.get("width", 0))
            assert 0 <= float(each.get("y", -1)) <= height - float(each.get("height", 0))

    def test_in_chinese(self, graph: Graph) -> None:
        use_language("zh")
        try:
            drawn = to_svg(graph, LABELS, "追溯")
        finally:
            use_language("en")
        assert "核销 4 XBX" in drawn
        assert "资质结论：未知" in drawn
        assert "received" not in drawn


class Hostile(Names):
    """Names as somebody might sign them who means harm."""

    name = ""

    def of(self, kind: NodeKind, number: int) -> str:
        return self.name

    def item(self, item: int) -> str:
        return self.name

    def unit(self, item: int) -> str:
        return "\x00\x1b["


HOSTILE = {
    "markup": "<script>alert('1')</script>",
    "end of a tag": '"/><image href="http://example.org/x"/>',
    "section": "]]>&lt;&#0;<![CDATA[",
    "controls": "a\x00b\x08c\x1b[31md\r\ne\tf\x85",
    "direction": "\u202egnp.exe\u2066\u200f\u200b",
    "no characters": "\ufffe\uffff\ud800\ue000",
    "separators": "one\u2028two\u2029three",
    "DOT": 'a\\"]; b -> c [label="\\N\\l{|}',
    "endless": "长" * 5_000,
}


class TestHostileNames:
    @pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
    def test_a_picture_has_texts_and_nothing_else_of_them(self, graph: Graph, name: str) -> None:
        names = Hostile()
        names.name = name
        drawn = to_svg(graph, Labels(names, 28_800), name)
        root = ElementTree.fromstring(drawn)
        kinds = {each.tag.removeprefix(SVG) for each in root.iter()}
        assert kinds == {"svg", "title", "style", "defs", "marker", "path", "text", "g", "rect"}
        assert not [text for each in root.iter() if (text := each.get("href") or each.get("onload"))]
        assert float(root.get("width", 0)) < 6_000
        for text in ("".join(each.itertext()) for each in root.iter(f"{SVG}text")):
            assert text.isprintable() or "\u3000" in text

    @pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
    def test_a_name_ends_no_line_of_dot(self, graph: Graph, name: str) -> None:
        names = Hostile()
        names.name = name
        drawn = to_dot(graph, Labels(names, 28_800))
        drawn.encode()
        lines = drawn.splitlines()
        assert len(lines) == 4 + len(graph.nodes) + len(graph.edges)
        assert lines[0] == "digraph trace {" and lines[-1] == "}"
        text = r'"(?:[^"\\]|\\.)*"'
        statement = rf"  {text}(?: -> {text})? \[label={text}(?:, color={text})?(?:, style=dashed)?\];"
        assert [each for each in lines[3:-1] if not re.fullmatch(statement, each)] == []

    def test_a_long_name_is_cut_and_a_short_one_is_not(self) -> None:
        assert drawable("长" * 24) == "长" * 24
        assert drawable("长" * 25) == "长" * 23 + "…"
        assert drawable("a" * 49) == "a" * 47 + "…"


class TestDot:
    def test_quotes_are_escaped(self, graph: Graph) -> None:
        drawn = to_dot(graph, LABELS)
        assert '东城 <社区> & \\"储备点\\"' in drawn
        assert drawn.count(" -> ") == len(graph.edges)
        assert drawn.startswith("digraph trace {") and drawn.endswith("}\n")

    def test_a_reversed_edge_is_dashed(self) -> None:
        graph = Graph()
        one, two = Node(NodeKind.SITE, 1, 5), Node(NodeKind.SITE, 2, 5)
        graph.join(Edge(one, two, EdgeKind.MOVED, 5, 3, is_reversed=True))
        assert 'label="moved 3 (reversed)", style=dashed' in to_dot(graph, LABELS)


class TestLabels:
    @pytest.mark.parametrize(
        ("status", "tone"),
        [
            (Status.VALID, "good"),
            (Status.UNKNOWN, "unknown"),
            (Status.REVOKED, "bad"),
            (Status.EXPIRED, "bad"),
            (Status.ISSUER_NOT_ACCREDITED, "bad"),
            (Status.NOT_NEEDED, ""),
        ],
    )
    def test_only_valid_is_good(self, status: Status, tone: str) -> None:
        graph = Graph()
        node = graph.add(Node(NodeKind.QUALIFICATION, 9), status=status)
        assert LABELS.tone(graph.nodes[node]) == tone
        assert status.label in LABELS.lines(node, graph.nodes[node])

    def test_json_has_codes_and_texts_of_quantities(self, graph: Graph) -> None:
        value = to_dict(graph, LABELS)
        ids = {each["id"] for each in value["nodes"]}
        assert len(ids) == len(graph.nodes)
        assert {each["from"] for each in value["edges"]} | {each["to"] for each in value["edges"]} <= ids
        assert all(each["quantity"] is None or each["quantity"].isdigit() for each in value["edges"])

    def test_what_is_joined_twice_is_added_up(self) -> None:
        graph = Graph()
        one, two = Node(NodeKind.SITE, 1, 5), Node(NodeKind.SITE, 2, 5)
        for document in (7, 7, 8):
            graph.join(Edge(one, two, EdgeKind.MOVED, 5, 3, documents=(document,)))
        (edge,) = graph.edges
        assert (edge.quantity, edge.documents) == (9, (7, 8))


def test_all_that_a_package_offers_is_named() -> None:
    import ledger_client.trace as package

    assert sorted(package.__all__) == package.__all__
    assert Path(package.__file__ or "").name == "__init__.py"
