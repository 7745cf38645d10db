"""Writing: lines a second from typed lines to rows of the index, everything that production does included.

anvil                 hand-overs of 100 lines: consents, signatures, the outbox on disk, checked receipts, the
                      index in SQLite, filled by a process of its own as `shecang serve` does. Baseline: the
                      same node is given the same signed transactions again, raw, in batches of JSON-RPC, and
                      asked for the receipts; no outbox, no index.
anvil-vs-postgresql   the same of ours, beside the same movements as plain SQL in PostgreSQL: a movement and
                      two balances as three statements a line, 100 lines a transaction, durable as it comes.
embedded              the chain of one machine (`synchronous=FULL`), hand-overs of 100 lines.
embedded-receipt      likewise, receipts of 100 new lots, qualified and signed by the supplier.

The node makes a block a second, as the embedded chain does and as networks are set up. `--block-time` changes
that; `--lines` makes a quicker trial.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from anvil import find_anvil, running_anvil
from postgresql import running_postgresql
from sqlalchemy import select

from benches.office import (
    KEEPER,
    PICKED,
    Office,
    chunks,
    following,
    load,
    open_office,
    progress,
    wait_for_index,
)
from benches.report import report
from ledger_client.chain import Chain
from ledger_client.databases import open_database, reading
from ledger_client.lines import Line
from ledger_client.outbox.entries import transactions

LOTS = 10_000
LINES = 100_000
EMBEDDED_LINES = 10_000
RECEIPT_LINES = 1_000
SQL_LINES = 20_000  # at most: PostgreSQL takes its time
AT_ONCE = 1_000  # documents that one call of `write` is given
BATCH = 100  # requests of JSON-RPC at once, for the baseline as for ours
GAS_LIMIT = 4_000_000_000  # so that time alone closes a block
UNIT = "lines/s"

_MOVE = "INSERT INTO movements VALUES (%s, %s, %s, %s, %s, %s)"
_TAKE = "UPDATE balances SET quantity = quantity - %s WHERE site = %s AND lot = %s"
_PUT = "UPDATE balances SET quantity = quantity + %s WHERE site = %s AND lot = %s"
_TABLES = """
CREATE TABLE movements (document bigint, position int, source bigint, target bigint, lot bytea,
    quantity bigint, PRIMARY KEY (document, position));
CREATE TABLE balances (site bigint, lot bytea, quantity bigint NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (site, lot));
"""


@dataclass(frozen=True, slots=True)
class OnAnvil:
    """What was measured on a node.

    Attributes:
        ours: Lines a second, to the index.
        recorded: Lines a second until the receipts were checked; the index follows meanwhile.
        raw: Lines a second of the baseline.
        picked: The lines of every document.
    """

    ours: float
    recorded: float
    raw: float
    picked: list[list[Line]]


@cache
def on_anvil(lines: int, lots: int, block_time: float) -> OnAnvil:
    """Measure ours, put the node back, and give it the same again."""
    executable = find_anvil()
    if executable is None:
        sys.exit("anvil is not installed: run scripts/test once")
    with (
        running_anvil(executable, gas_limit=GAS_LIMIT, block_time=block_time) as url,
        TemporaryDirectory() as directory,
        open_office(Path(directory) / "home", url) as office,
    ):
        office.found(lots)
        picked = [office.pick() for _ in range(lines // PICKED)]
        chain = office.ledger.chain
        before = chain.node.request("evm_snapshot")
        signed = chain.transaction_count(KEEPER.signer.address)
        with following(office.ledger.home):
            _on_the_second(chain)
            start = time.perf_counter()
            block = _hand_over_all(office, picked)
            recorded = time.perf_counter() - start
            wait_for_index(office.ledger, block)
            ours = time.perf_counter() - start
        raws = _signed_since(office, signed)
        if len(raws) != len(picked) or not chain.node.request("evm_revert", before):
            raise RuntimeError("the node could not be put back")
        _on_the_second(chain)
        start = time.perf_counter()
        _feed(url, raws)
        raw = time.perf_counter() - start
    return OnAnvil(lines / ours, lines / recorded, lines / raw, picked)


def _on_the_second(chain: Chain) -> None:
    """Return when a block was just made, so that neither side begins nearer to the next."""
    height = chain.height()
    while chain.height() == height:
        time.sleep(0.005)


def _hand_over_all(office: Office, picked: Sequence[Sequence[Line]]) -> int:
    """Write hand-overs and return the block of the last."""
    block = 0
    for some in chunks(picked, AT_ONCE):
        # An import asks the contract about the first of a batch alone, and reads the receipts of all.
        entries = office.ledger.write([office.hand_over(lines) for lines in some], check=False)
        block = max(entry.block_number or 0 for entry in entries)
    return block


def _signed_since(office: Office, count: int) -> list[bytes]:
    engine = open_database(office.ledger.home.outbox)
    wanted = select(transactions.c.raw).where(
        transactions.c.sender == KEEPER.signer.address, transactions.c.nonce >= count
    )
    with reading(engine) as connection:
        raws = list(connection.execute(wanted.order_by(transactions.c.nonce)).scalars())
    engine.dispose()
    return raws


def _feed(url: str, raws: Sequence[bytes]) -> None:
    """Give a node signed transactions, and ask until it has the receipts of all."""
    hashes: list[str] = []
    for some in chunks(raws, BATCH):
        hashes += _batch(url, "eth_sendRawTransaction", [f"0x{raw.hex()}" for raw in some])
    for some in chunks(hashes, BATCH):
        while None in (receipts := _batch(url, "eth_getTransactionReceipt", some)):
            time.sleep(0.02)
        if any(receipt["status"] != "0x1" for receipt in receipts):
            raise RuntimeError("a raw transaction was refused")


def _batch(url: str, method: str, values: Sequence[str]) -> list[Any]:
    asked = [
        {"jsonrpc": "2.0", "id": number, "method": method, "params": [value]}
        for number, value in enumerate(values)
    ]
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(asked).encode(), headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as answer:
        return [one["result"] for one in json.load(answer)]


# ---------------------------------------------------------------------------------------------- cases


def bench_anvil(options: argparse.Namespace) -> None:
    found = on_anvil(options.lines, options.lots, options.block_time)
    facts = {
        "lines": options.lines,
        "lots": options.lots,
        "block_seconds": options.block_time,
        "load": load(),
    }
    report(
        "write",
        "anvil",
        UNIT,
        round(found.ours),
        round(found.raw),
        recorded=round(found.recorded),
        **facts,
    )


def bench_anvil_vs_postgresql(options: argparse.Namespace) -> None:
    found = on_anvil(options.lines, options.lots, options.block_time)
    documents = found.picked[: SQL_LINES // PICKED]
    with running_postgresql() as address:
        seconds = _plain_sql(address, documents)
    lines = len(documents) * PICKED
    facts = {
        "lines": options.lines,
        "baseline_lines": lines,
        "block_seconds": options.block_time,
        "load": load(),
    }
    report("write", "anvil-vs-postgresql", UNIT, round(found.ours), round(lines / seconds), **facts)


def _plain_sql(address: str, documents: Sequence[Sequence[Line]]) -> float:
    """Return how many seconds the movements of documents take in PostgreSQL."""
    lots = {line.lot for lines in documents for line in lines}
    with psycopg.connect(address) as connection:
        connection.execute(_TABLES)
        with connection.cursor() as cursor:
            rows = [(site, lot.to_bytes(20, "big"), 1 << 40) for site in (1, 2) for lot in lots]
            cursor.executemany("INSERT INTO balances VALUES (%s, %s, %s)", rows)
        connection.commit()
        start = time.perf_counter()
        for number, lines in enumerate(progress(documents, "PostgreSQL")):
            for position, line in enumerate(lines):
                lot = line.lot.to_bytes(20, "big")
                connection.execute(_MOVE, (number, position, 1, 2, lot, line.quantity))
                connection.execute(_TAKE, (line.quantity, 1, lot))
                connection.execute(_PUT, (line.quantity, 2, lot))
            connection.commit()
        return time.perf_counter() - start


def bench_embedded(options: argparse.Namespace) -> None:
    lines = min(options.lines, EMBEDDED_LINES)
    with TemporaryDirectory() as directory, open_office(Path(directory) / "home") as office:
        office.found(options.embedded_lots)
        picked = [office.pick() for _ in range(lines // PICKED)]
        _to_the_index("embedded", office, lambda some: [office.hand_over(each) for each in some], picked)


def bench_embedded_receipt(options: argparse.Namespace) -> None:
    lines = min(options.lines, RECEIPT_LINES)
    with TemporaryDirectory() as directory, open_office(Path(directory) / "home") as office:
        office.found(PICKED)
        sizes = [PICKED] * (lines // PICKED)
        _to_the_index(
            "embedded-receipt", office, lambda some: [office.receipt(size)[0] for size in some], sizes
        )


def _to_the_index(case: str, office: Office, prepare: Callable[[Any], Any], documents: Sequence[Any]) -> None:
    """Report how many lines a second get from typed lines to the index; chain and client are one process."""
    lines = len(documents) * PICKED
    start, start_cpu = time.perf_counter(), time.process_time()
    for some in chunks(documents, AT_ONCE):
        office.ledger.write(prepare(some), check=False)
    office.ledger.index()
    seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    facts = {"lines": lines, "lots": len(office.lots), "load": load()}
    report("write", case, UNIT, round(lines / seconds, 1), per_cpu_second=round(lines / cpu, 1), **facts)


CASES: dict[str, Callable[[argparse.Namespace], None]] = {
    "anvil": bench_anvil,
    "anvil-vs-postgresql": bench_anvil_vs_postgresql,
    "embedded": bench_embedded,
    "embedded-receipt": bench_embedded_receipt,
}


def main() -> None:
    """Run the cases asked for, all where none is."""
    parser = argparse.ArgumentParser(prog="scripts/bench write")
    parser.add_argument("cases", nargs="*", choices=[[], *CASES], metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--lines", type=int, default=LINES, help="lines of a case, at most")
    parser.add_argument("--lots", type=int, default=LOTS, help="lots that hand-overs pick from")
    parser.add_argument("--embedded-lots", type=int, default=1_000, help="likewise on the embedded chain")
    parser.add_argument("--block-time", type=float, default=1, help="seconds from block to block on the node")
    options = parser.parse_args()
    for name in options.cases or CASES:
        CASES[name](options)


if __name__ == "__main__":
    main()
