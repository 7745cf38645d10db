"""The API under a steady load: pages of a ledger of a million documents, from `shecang serve`.

card      a page of a site's stock card: 50 entries at a random place, each with its document and movements
on-hand   a page of what a site holds: 50 lots at a random place
verdict   what a supplier is worth for a category, now or at a time of the past

each from an index in SQLite (`…-sqlite`) and in PostgreSQL (`…-postgresql`). A process of its own sends 200
requests a second, on a schedule that waits for nobody; a time is counted from when the request was to be
sent. The site is a random one, as often as it trades (Zipf). No request is conditional. `p50_ms` and `p99_ms`
are of 20 s after a warm-up; `even_p99_ms` with every site as often as any other; `writing_p50_ms` and
`writing_p99_ms` with 5 documents a second coming meanwhile, which the server follows itself. `cpu_ms` is the
processor time of the server's processes a request, `database_cpu_ms` that of PostgreSQL's.

Baseline: the same rows by hand (`benches.api_plain`), one request after the other, p50 in ms, in the same run
and before the load. Answers under load are compared with rows asked for by hand afterwards, wherever these
cannot have changed. What is real and what is made: `benches.api_world`. The index is filled once and kept:
`benches.api_cache`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from benches.api_cache import filled
from benches.api_cases import CASES, Asked, Asking
from benches.api_history import TradeSize
from benches.api_plain import PlainReader
from benches.api_world import CLIENTS, DATABASES, World, cpu_seconds, served
from benches.report import report

SEED = 20200424
RATE, SECONDS = 200, 20
WARM_UP = 3  # seconds
WRITTEN = 5  # documents a second
BY_HAND = 400  # requests
_SETTLES = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class _Measured:
    seconds: list[float]
    sizes: list[int]
    failed: list[str]
    kept: list[tuple[str, str]]
    took: float
    cpu: float
    database_cpu: float

    def percentile(self, share: float) -> float:
        """Return the milliseconds within which a share of the answers came."""
        ordered = sorted(self.seconds)
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1_000, 2)

    def facts(self, prefix: str = "") -> dict[str, Any]:
        """Return what is reported of it."""
        found = {"p50_ms": self.percentile(0.5), "p99_ms": self.percentile(0.99)}
        found |= {"max_ms": self.percentile(1), "errors": len(self.failed)}
        found |= {
            "rate": round(len(self.seconds) / self.took, 1),
            "cpu_ms": round(self.cpu * 1_000 / len(self.seconds), 2),
        }
        return {prefix + name: value for name, value in found.items()}


def ask(world: World, asked: list[Asked], rate: float) -> _Measured:
    """Ask for all of these at a steady rate, from a process of its own."""
    given = {"port": world.port, "keys": world.keys[:CLIENTS], "rate": rate}
    line = json.dumps(given | {"paths": [each.path for each in asked]})
    before, database_before = cpu_seconds(world.server), _database_cpu(world)
    done = subprocess.run(
        [sys.executable, "-m", "benches.api_load"], input=line, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    cpu, database_cpu = cpu_seconds(world.server) - before, _database_cpu(world) - database_before
    for failure in told["failed"][:3]:
        print(f"failed: {failure}", file=sys.stderr)
    return _Measured(**told, cpu=cpu, database_cpu=database_cpu)


def _database_cpu(world: World) -> float:
    return 0.0 if world.database is None else cpu_seconds(world.database)


def _by_hand(world: World, asked: list[Asked]) -> float:
    """Return the median milliseconds in which the same is asked for by hand."""
    plain, took = PlainReader(world.location), []
    for each in asked:
        start = time.perf_counter()
        each.by_hand(plain)
        took.append(time.perf_counter() - start)
    plain.close()
    return round(statistics.median(took) * 1_000, 3)


def _compare(world: World, asked: list[Asked], measured: _Measured) -> int:
    """Compare the answers that were kept with what is asked for by hand; return how many rows they had."""
    plain, by_path, rows = PlainReader(world.location), {each.path: each for each in asked}, 0
    for path, body in measured.kept:
        each, answer = by_path[path], json.loads(body)
        of_answer, of_hand = each.rows
        if of_answer(answer) != of_hand(each.by_hand(plain)):
            raise RuntimeError(f"{path}: the answer is not what stands in the index")
        rows += len(found) if isinstance(found := of_answer(answer), list) else 1
    plain.close()
    return rows


def run(world: World, database: str, names: list[str], rate: float, seconds: float) -> None:
    """Measure some cases on one served ledger."""
    count = int(rate * seconds)
    for name in names:
        case = CASES[name]
        asking = Asking(world, SEED)
        by_hand = _by_hand(world, [case(asking) for _ in range(BY_HAND)])
        ask(world, [case(asking) for _ in range(int(rate * WARM_UP))], rate)

        asked = [case(asking) for _ in range(count)]
        quiet = ask(world, asked, rate)
        rows = _compare(world, asked, quiet)
        even = Asking(world, SEED + 1, is_even=True)
        evenly = ask(world, [case(even) for _ in range(count)], rate)

        world.write(WRITTEN)
        time.sleep(_SETTLES)
        head = world.head()
        asked = [case(asking) for _ in range(count)]
        writing = ask(world, asked, rate)
        blocks = world.head() - head
        world.write(0)
        time.sleep(_SETTLES)
        if name == "card":  # what was on a card stays there
            _compare(world, asked, writing)

        facts = quiet.facts() | {"even_p99_ms": evenly.percentile(0.99)} | writing.facts("writing_")
        facts["errors"] += len(evenly.failed)
        report(
            "api",
            f"{name}-{database}",
            "ms",
            facts["p50_ms"],
            by_hand,
            **facts,
            writing_blocks=blocks,
            database_cpu_ms=round(quiet.database_cpu * 1_000 / len(quiet.seconds), 2),
            rows=round(rows / max(1, len(quiet.kept)), 1),
            bytes=round(statistics.mean(quiet.sizes)),
            asked_rate=rate,
            load=round(os.getloadavg()[0], 1),
        )


def chosen(names: list[str]) -> dict[str, list[str]]:
    """Return what to measure of each database; `names` as `card-sqlite`, none for all."""
    wanted = names or [f"{case}-{database}" for case in CASES for database in DATABASES]
    found = {database: [case for case in CASES if f"{case}-{database}" in wanted] for database in DATABASES}
    return {database: cases for database, cases in found.items() if cases}


def parser(program: str) -> argparse.ArgumentParser:
    """Return what the benchmarks of the API take: the cases, and a smaller ledger for a trial."""
    every = [f"{case}-{database}" for case in CASES for database in DATABASES]
    found = argparse.ArgumentParser(prog=f"scripts/bench {program}")
    found.add_argument("cases", nargs="*", choices=[[], *every], metavar="CASE", help=", ".join(every))
    found.add_argument("--documents", type=int, default=TradeSize().documents)
    found.add_argument("--seconds", type=float, default=SECONDS)
    return found


def main() -> None:
    """Measure the cases asked for, all where none is."""
    options_of = parser("api")
    options_of.add_argument("--rate", type=float, default=RATE, help="requests a second")
    options = options_of.parse_args()
    index = filled(TradeSize(documents=options.documents))
    for database, names in chosen(options.cases).items():
        with served(index, database) as world:
            run(world, database, names, options.rate, options.seconds)


if __name__ == "__main__":
    main()
