"""Filling the index: lines a second from a node to rows, beside plain web3.py on the same chain.

doc-1      documents of one line
doc-100    documents of 100 lines
mix        receipts, issues, hand-overs, dispatches and acceptances of different lengths

Baseline: web3.py asks for the same logs, decodes them with `process_log` and adds the balances up in a
dictionary; it stores nothing and checks no journal. With `--postgresql` each case also runs into PostgreSQL
(`…-postgresql`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from anvil import find_anvil, running_anvil
from postgresql import new_database, running_postgresql
from web3 import HTTPProvider, Web3

from benches.office import (
    KEEPER,
    OTHER_KEEPER,
    Office,
    chunks,
    load,
    open_office,
    progress,
)
from benches.plain import read_balances
from benches.report import report
from ledger_client.calldata import OPEN, Consignment
from ledger_client.databases import open_database
from ledger_client.documents import Kind
from ledger_client.index.follower import Follower
from ledger_client.lines import pack_lines
from ledger_client.writing import Prepared

LOTS = 5_000
GAS_LIMIT = 4_000_000_000
BLOCK_TIME = 0.25  # seconds
AT_ONCE = 500  # documents written at once
DAY = 86_400


def ones(office: Office) -> Iterator[Prepared]:
    """Documents of one line."""
    while True:
        yield office.hand_over(office.pick(1))


def hundreds(office: Office) -> Iterator[Prepared]:
    """Documents of 100 lines."""
    while True:
        yield office.hand_over(office.pick())


def mixed(office: Office) -> Iterator[Prepared]:
    """What a district writes: mostly short documents, some long ones."""
    while True:
        for size in (1, 2, 3, 5, 10):
            yield office.issue(office.pick(size))
        yield office.receipt(20)[0]
        yield office.hand_over(office.pick(50))
        yield from _consignment(office)


def _consignment(office: Office) -> Iterator[Prepared]:
    stock, (source, target), lines = office.ledger.stock, office.sites[:2], office.pick(30)
    deadline = int(office.ledger.now()) + DAY
    dispatch = stock.dispatch(source, target, lines, deadline=deadline, keeper=KEEPER)
    yield dispatch
    left = Consignment(OPEN, (KEEPER.signer.address,), pack_lines(Kind.DISPATCH, lines))
    yield stock.step(Kind.ACCEPTANCE, dispatch.key, source, target, left, sender=OTHER_KEEPER)


CASES: dict[str, tuple[Callable[[Office], Iterator[Prepared]], int]] = {
    "doc-1": (ones, 5_000),
    "doc-100": (hundreds, 1_000),
    "mix": (mixed, 2_700),
}
"""Case → its documents, and how many of them."""


def run(name: str, documents: int, postgresql: str | None) -> None:
    """Write documents, then read them both ways."""
    executable = find_anvil()
    if executable is None:
        sys.exit("anvil is not installed: run scripts/test once")
    with (
        running_anvil(executable, gas_limit=GAS_LIMIT, block_time=BLOCK_TIME) as url,
        TemporaryDirectory() as directory,
        open_office(Path(directory) / "home", url) as office,
    ):
        office.found(LOTS)
        before = office.ledger.chain.height()
        source = CASES[name][0](office)
        prepared = [next(source) for _ in range(documents)]
        for some in progress(chunks(prepared, AT_ONCE), name):
            # An acceptance names the dispatch that is written with it, so that nothing is asked before.
            office.ledger.write(some, check=False)
        last = office.ledger.chain.height()

        w3 = Web3(HTTPProvider(url))
        start, start_cpu = time.perf_counter(), time.process_time()
        balances, lines = read_balances(w3, office.ledger.deployment, before + 1, last)
        plain = lines / (time.perf_counter() - start)
        plain_cpu = round(lines / (time.process_time() - start_cpu))
        facts = {"documents": documents, "lines": lines, "lots": LOTS, "balances": len(balances)}
        facts["baseline_per_cpu_second"] = plain_cpu
        targets = {name: str(Path(directory) / "fresh.db"), f"{name}-postgresql": postgresql}
        for case, location in targets.items():
            if location is not None:
                ours, cpu = _rates(office, location, before, last, lines)
                more = {"per_cpu_second": round(cpu), "load": load()}
                report("index", case, "lines/s", round(ours), round(plain), **facts, **more)


def _rates(office: Office, location: str, before: int, last: int, lines: int) -> tuple[float, float]:
    """Return how many lines a new index takes in, of the blocks behind `before`.

    Returns:
        A second of the clock, and a second of this process's processor time, which leaves out the node's and
        a server's, and what else the machine does.
    """
    ledger = office.ledger
    engine = open_database(location)
    depth, first = ledger.chain.engine.finality_depth, ledger.deployment.first_block
    follower = Follower(engine, ledger.source, depth, first_block=first)
    follower.follow(before)
    start, start_cpu = time.perf_counter(), time.process_time()
    follower.follow(last)
    seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    engine.dispose()
    return lines / seconds, lines / cpu


def main() -> None:
    """Run the cases asked for, all where none is."""
    parser = argparse.ArgumentParser(prog="scripts/bench index")
    parser.add_argument("cases", nargs="*", choices=[[], *CASES], metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--documents", type=int, help="of a case, for a quicker trial")
    parser.add_argument("--postgresql", action="store_true", help="also into a PostgreSQL of its own")
    options = parser.parse_args()
    with ExitStack() as opened:
        address = opened.enter_context(running_postgresql()) if options.postgresql else None
        for name in options.cases or CASES:
            database = new_database(address) if address else None
            run(name, options.documents or CASES[name][1], database)


if __name__ == "__main__":
    main()
