"""Planning for a city through its ledger's index: from a generated history to a plan, and the plan anew.

propose       from the index to a plan that could be submitted: facts, city, matching, lots that are listed,
              words and the plan file; baseline: the matcher alone on the same city in memory
read          the facts alone, of the newest block; baseline: all events folded anew
marks         which counts are overdue, and how all stand: what `stock on-hand 0` marks; baseline: the stock
              itself, read from the same index
recheck       the facts of the plan's block after more was recorded, the plan computed anew and compared;
              baseline: the same from all events folded anew
recheck-flat  the facts of a block with a long history before it; baseline: with a short one, of as much stock
              and as many norms and open requests

All are seconds of processor time, the median of several runs; `clock_s` is the clock's. The history is made
by `benches.city_events` and read by the real follower into SQLite. That what is compared is the same is
checked: facts, plans and anchors.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlalchemy import Engine

from benches.city_events import CityHistory, CitySize
from benches.report import report
from ledger_client.anchors import KeptPlan, parsed, parts_of, recheck, written
from ledger_client.audit._replay import replay
from ledger_client.city import CityFacts, city_of, facts_of_block, facts_of_index
from ledger_client.city_replay import facts_of_state
from ledger_client.databases import open_database
from ledger_client.documents import CHINA_OFFSET
from ledger_client.explanations import explain_proposal, explain_unfilled
from ledger_client.index.follower import Follower
from ledger_client.index.marks import MarkedReader
from ledger_client.index.source import BlockStamp
from ledger_client.matching import DISTRICT, Distances, Plan, propose
from ledger_client.plans import listed
from ledger_client.recheck import sites_since

SEED = 20200123
RUNS = 3
SINCE = 2_000
"""Documents that are recorded after the plan."""
FLAT = CitySize(sites=200, items=10, categories=20, requests=300, past=1_000, documents=2_000)
LONGER = 10
"""How many times as many past requests and documents the long history has."""

PARTS = ("city", "flat")
"""What may be run alone: all cases of the city, or `recheck-flat`."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Took:
    cpu: float
    clock: float


@dataclass(frozen=True, slots=True)
class _City:
    """A city whose index has read everything."""

    history: CityHistory
    engine: Engine

    @property
    def newest(self) -> BlockStamp:
        return self.history.chain.stamps[-1]

    def follow(self) -> None:
        Follower(self.engine, self.history.chain).follow()

    def facts_at(self, stamp: BlockStamp) -> CityFacts:
        """Read a block as `ledger_client.recheck.facts_at` does, the Directory's logs since at hand."""
        return facts_of_block(self.engine, stamp, CHINA_OFFSET, sites_since([]))

    def folded_at(self, stamp: BlockStamp) -> CityFacts:
        folded = replay(self.history.chain, 0, stamp.number)  # type: ignore[arg-type]  # no storage is asked
        return facts_of_state(folded.state, stamp, CHINA_OFFSET)


def _measured(act: Callable[[], _T], runs: int = RUNS) -> tuple[_T, _Took]:
    cpu, clock = [], []
    for _ in range(runs):
        start, start_cpu = time.perf_counter(), time.process_time()
        result = act()
        clock.append(time.perf_counter() - start)
        cpu.append(time.process_time() - start_cpu)
    return result, _Took(statistics.median(cpu), statistics.median(clock))


def _report(case: str, ours: _Took, baseline: _Took, **facts: int | float) -> None:
    report(
        "propose",
        case,
        "cpu s",
        round(ours.cpu, 3),
        round(baseline.cpu, 3),
        clock_s=round(ours.clock, 3),
        baseline_clock_s=round(baseline.clock, 3),
        **facts,
        load=round(os.getloadavg()[0], 1),
    )


def _require(is_same: bool, what: str) -> None:
    if not is_same:
        raise RuntimeError(f"{what} differ")


def _found(directory: Path, name: str, seed: int, size: CitySize) -> _City:
    start = time.process_time()
    history = CityHistory(seed, size)
    history.write()
    city = _City(history, open_database(directory / f"{name}.db"))
    city.follow()
    seconds = time.process_time() - start
    print(f"{name}: made and read in {seconds:.0f} s of the processor", file=sys.stderr, flush=True)
    return city


# ------------------------------------------------------------------------------------------------ cases


def _whole(city: _City) -> tuple[CityFacts, Plan, KeptPlan]:
    """Do what `shecang reallocate propose --explain -o FILE` does between index and terminal."""
    facts = facts_of_index(city.engine, CHINA_OFFSET)
    looked_at = city_of(facts)
    plan = propose(looked_at, DISTRICT)
    kept = KeptPlan.of(facts.block, DISTRICT, Distances(), plan)
    _require(len(listed(facts, plan)) == len(plan.proposals), "proposals and those with lots")
    requests = {request.request: request for request in looked_at.requests}
    for proposal in plan.proposals:
        explain_proposal(proposal, plan.unit)
    for rest in plan.unfilled:
        explain_unfilled(rest, requests[rest.request])
    _require(parsed(written(kept), "plan") == kept, "a plan and its file")
    return facts, plan, kept


def _propose(city: _City) -> tuple[CityFacts, KeptPlan]:
    (facts, plan, kept), ours = _measured(lambda: _whole(city))
    again, matcher = _measured(lambda: propose(city_of(facts), DISTRICT))
    _require(again == plan, "plans")
    sizes = {
        "sites": len(facts.open_sites),
        "lots": len(facts.goods),
        "floors": len(facts.floors),
        "requests": len(facts.requests),
        "proposals": len(plan.proposals),
        "unfilled": len(plan.unfilled),
    }
    _report("propose", ours, matcher, **sizes)
    return facts, kept


def _read(city: _City, facts: CityFacts) -> None:
    found, ours = _measured(lambda: facts_of_index(city.engine, CHINA_OFFSET))
    folded, plain = _measured(lambda: city.folded_at(city.newest), 1)
    _require(found == facts == folded, "facts of index and events")
    _report("read", ours, plain, events=_events(city))


def _recheck(city: _City, facts: CityFacts, kept: KeptPlan) -> None:
    stamp, before = city.newest, _events(city)
    city.history.move(SINCE)
    for _ in range(SINCE // 10):
        city.history.ask()
    city.history.end_block()
    city.follow()

    def compare(read: Callable[[BlockStamp], CityFacts]) -> bool:
        then = read(stamp)
        plan = propose(city_of(then), DISTRICT)
        parts = parts_of(then.block, DISTRICT, Distances(), plan)
        return recheck(kept.parts.anchor, kept.parts, parts).is_same and then == facts

    is_same, ours = _measured(lambda: compare(city.facts_at))
    is_folded_same, plain = _measured(lambda: compare(city.folded_at), 1)
    _require(is_same and is_folded_same, "the plan and the plan computed anew")
    _report("recheck", ours, plain, events=before, events_since=_events(city) - before)


def _whole_city(directory: Path, seed: int, size: CitySize) -> None:
    city = _found(directory, "city", seed, size)
    facts, kept = _propose(city)
    _read(city, facts)
    _marks(city)
    _recheck(city, facts, kept)


def _flat(directory: Path, seed: int) -> None:
    size = replace(FLAT, past=FLAT.past * LONGER, documents=FLAT.documents * LONGER)
    took, facts = [], {}
    for name, each in (("short", FLAT), ("long", size)):
        city = _found(directory, name, seed, each)
        stamp = city.newest
        facts[f"{name}_events"] = _events(city)
        city.history.move(FLAT.documents // 10)
        city.follow()
        read, seconds = _measured(lambda city=city, stamp=stamp: city.facts_at(stamp), 3 * RUNS)  # type: ignore[misc]
        facts[f"{name}_lots"] = len(read.goods)
        took.append(seconds)
    short, long = took
    _report("recheck-flat", long, short, **facts)


def _marks(city: _City) -> None:
    at = city.newest.time

    def mark() -> tuple[int, int]:
        with MarkedReader(city.engine).one_state() as reader:
            return len(reader.counts(0, at)), len(reader.overdue(0, at))

    (cycles, overdue), ours = _measured(mark)
    holdings, stock = _measured(lambda: MarkedReader(city.engine).on_hand(0))
    _report("marks", ours, stock, cycles=cycles, overdue=overdue, holdings=len(holdings))


def _events(city: _City) -> int:
    return sum(map(len, city.history.chain.by_block))


def main() -> None:
    """Make the histories asked for, all where none is, read them, and measure."""
    parser = argparse.ArgumentParser(prog="scripts/bench propose")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--sites", type=int, default=CitySize().sites)
    options = parser.parse_args()
    print(f"seed {options.seed}", file=sys.stderr, flush=True)
    with TemporaryDirectory() as name:
        if "city" in (options.parts or PARTS):
            _whole_city(Path(name), options.seed, replace(CitySize(), sites=options.sites))
        if "flat" in (options.parts or PARTS):
            _flat(Path(name), options.seed)


if __name__ == "__main__":
    main()
