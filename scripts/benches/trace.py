"""A trace: one lot that went through many sites, from the index, beside the same walk with plain web3.py.

A lot goes from site to site, by hand-over and by consignment in turn; every site issues some and keeps some,
and has other goods. Ours: `trace_lot` of an index that has read the chain, as the command finds it, with
origins, every document, the graph and the check that nothing is lost; the median of several runs. Baseline:
web3.py fetches the logs, decodes each with `process_log` and walks them; it keeps no index, so that it has to
read the chain.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator

from web3 import HTTPProvider, Web3

from benches.office import KEEPER, OTHER_KEEPER, STOCK, Office, chunks, load, office_on_anvil, progress
from benches.plain import follow_lot
from benches.report import report
from ledger_client.calldata import OPEN, Consignment
from ledger_client.documents import Kind
from ledger_client.lines import Line, pack_lines
from ledger_client.trace import Labels, LotTrace, Namer, NodeKind, TraceReader, to_svg, trace_lot
from ledger_client.writing import Prepared

SITES = 1_000
LINES_A_SITE = 20
LOTS = 1_000
AT_ONCE = 200  # documents written at once
RUNS = 5
DAY = 86_400
ISSUED, KEPT = 1, 1  # base units at every site


class _NoNames(Namer):
    """Codes alone: what names cost is the matter of the records store."""

    def of(self, kind: NodeKind, number: int) -> str:  # noqa: ARG002 -- the protocol's
        return ""

    def item(self, item: int) -> str:  # noqa: ARG002 -- the protocol's
        return ""

    def unit(self, item: int) -> str:  # noqa: ARG002 -- the protocol's
        return ""


def _way(office: Office, lot: int) -> Iterator[Prepared]:
    """Yield the documents that take a lot from site to site."""
    units = STOCK
    for number, (source, target) in enumerate(zip(office.sites, office.sites[1:], strict=False)):
        units -= ISSUED + KEPT
        yield office.issue([Line(lot, ISSUED)], source)
        if number % 2:
            yield from _consignment(office, source, target, [Line(lot, units)])
        else:
            yield office.hand_over([Line(lot, units)], target, source)


def _consignment(office: Office, source: int, target: int, lines: list[Line]) -> Iterator[Prepared]:
    stock, deadline = office.ledger.stock, int(office.ledger.now()) + DAY
    dispatch = stock.dispatch(source, target, lines, deadline=deadline, keeper=KEEPER)  # type: ignore[arg-type]
    yield dispatch
    left = Consignment(OPEN, (KEEPER.signer.address,), pack_lines(Kind.DISPATCH, lines))
    yield stock.step(Kind.ACCEPTANCE, dispatch.key, source, target, left, sender=OTHER_KEEPER)  # type: ignore[arg-type]


def _play(office: Office, sites: int) -> int:
    """Found everything, give every site other goods, and take one lot through all of them; return it."""
    office.found(LOTS, sites)
    lot = office.lots.pop()
    for some in progress(chunks(office.sites[1:], AT_ONCE), "other goods"):
        others = [office.hand_over(office.pick(LINES_A_SITE), to=site) for site in some]
        office.ledger.write(others, check=False)
    for some in progress(chunks(list(_way(office, lot)), AT_ONCE), "the lot"):
        # Each document stands on the one before it, so that nothing is asked of the contract beforehand.
        office.ledger.write(some, check=False)
    return lot


def _require_same(trace: LotTrace, held: dict[int, int]) -> None:
    found = {site: units for (site, lot), units in trace.followed.held.items() if lot == trace.lot and units}
    if not trace.is_conserved or found != held:
        raise RuntimeError("the traces differ, or base units are lost")


def main() -> None:
    """Take a lot through the sites, then trace it both ways."""
    parser = argparse.ArgumentParser(prog="scripts/bench trace")
    parser.add_argument("--sites", type=int, default=SITES)
    options = parser.parse_args()
    with office_on_anvil() as (office, url, _):
        lot = _play(office, options.sites)
        deployment, position = office.ledger.deployment, office.ledger.index().position()

        times, cpu_times = [], []
        for _ in range(RUNS):
            start, start_cpu = time.perf_counter(), time.process_time()
            trace = trace_lot(TraceReader(office.ledger.index_engine), lot, position.time)
            times.append(time.perf_counter() - start)
            cpu_times.append(time.process_time() - start_cpu)
        start = time.perf_counter()
        drawn = to_svg(trace.graph, Labels(_NoNames(), deployment.offset), "lot")
        drawing = time.perf_counter() - start

        start, start_cpu = time.perf_counter(), time.process_time()
        _, held = follow_lot(
            Web3(HTTPProvider(url)), deployment, deployment.first_block, position.number, lot
        )
        plain, plain_cpu = time.perf_counter() - start, time.process_time() - start_cpu
        _require_same(trace, held)
        document = trace.followed.documents[-1].number
    ours = statistics.median(times)
    facts = {
        "sites": sum(1 for _ in trace.graph.of(NodeKind.SITE)),
        "documents": len(trace.followed.documents),
        "ledger_documents": document,
        "cpu_ms": round(statistics.median(cpu_times) * 1_000),
        "slowest_ms": round(max(times) * 1_000),
        "baseline_cpu_ms": round(plain_cpu * 1_000),
        "svg_ms": round(drawing * 1_000),
        "svg_bytes": len(drawn.encode()),
        "load": load(),
    }
    report("trace", "lot", "ms", round(ours * 1_000), round(plain * 1_000), **facts)


if __name__ == "__main__":
    main()
