"""Whatever happened to goods, a trace tells what a naive record of the same acts adds up to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naive_traces import Story
from stock_history import START
from traced_histories import indexed

from ledger_client.index.traces import TraceReader
from ledger_client.trace import EdgeKind, LotTrace, NodeKind, of_document, trace_lot, whereabouts


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), documents=st.integers(5, 60))
def test_a_trace_is_what_a_naive_record_adds_up_to(seed: int, documents: int) -> None:
    story = Story(Random(seed))
    story.play(documents)
    with TemporaryDirectory() as directory:
        reader = indexed(story.history, Path(directory))
        for lot in sorted({lot for lots in story.lots.values() for lot in lots}):
            if lot in reader.lots_by_id([lot]):
                require_same(story, trace_lot(reader, lot, START))
        require_radius(story, reader)


def require_same(story: Story, trace: LotTrace) -> None:
    """Compare forward, back and the sums of one lot and of all that came out of it."""
    assert trace.is_conserved
    reached = story.came_out(trace.lot)
    assert set(trace.followed.lots) == reached
    held = story.held()
    for each in whereabouts(trace.followed, [trace.lot]):
        lot, totals = each.lot, each.account.totals
        assert each.held == {site: units for (site, there), units in held.items() if there == lot}
        assert each.consumed == story.consumed(lot)
        assert each.gone == story.gone(lot)
        moving = Counter[tuple[str, int, int]]()
        for how, sender, receiver, units in each.on_the_way:
            moving[how.code, sender, receiver] += units
        assert moving == story.on_the_way(lot)
        assert totals._asdict() == {
            "opening": story.sums("opening", lot),
            "received": story.sums("received", lot),
            "gained": story.sums("gained", lot),
            "repacked_in": story.sums("repacked in", lot),
            **{
                how: sum(units for (what, _, _), units in moving.items() if what == how)
                for how in ("in_transit", "returning", "missing")
            },
            "issued": story.sums("issued", lot),
            "written_off": story.sums("written off", lot),
            "lost": story.sums("lost", lot) + story.sums("lost here", lot),
            "repacked_out": story.sums("repacked", lot),
        }
        assert each.account.held == sum(each.held.values())
    require_picture(story, trace)
    named = {key for key, lots in story.lots.items() if lots & reached} - story.agreed
    assert {each.key for each in trace.followed.documents} >= named
    assert {each.document.key for each in trace.followed.steps} == named
    origins = {origin for lot in reached for origin in story.went_in(lot)}
    came = {(key, lot, units) for key, lot, units in story.arrivals if lot in origins}
    assert {(each.document.key, each.lot, each.quantity) for each in trace.arrivals} == came


def require_picture(story: Story, trace: LotTrace) -> None:
    """Compare what the graph shows at sites and between them."""
    held = story.held()
    for node, facts in trace.graph.of(NodeKind.SITE):
        assert facts.quantity == held[node.number, node.part]
    for lot in trace.followed.lots:
        moved = {
            (edge.source.number, edge.target.number): edge.quantity
            for edge in trace.graph.edges
            if edge.kind is EdgeKind.MOVED and edge.lot == lot and not edge.is_reversed
        }
        assert moved == story.moved(lot)


def require_radius(story: Story, reader: TraceReader) -> None:
    """Of every document the lots that it names, and what came out of them."""
    for key, lots in story.lots.items():
        document = reader.document(key)
        assert document is not None
        radius = of_document(reader, document, START)
        expected = {each for lot in lots for each in story.came_out(lot)}
        assert {each.lot for each in radius.lots} == expected
        for each in radius.lots:
            behind = story.repacked_from(each.lot) & expected if each.lot not in lots else set()
            assert set(each.came_of) == behind
        assert radius.is_conserved
