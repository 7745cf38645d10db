"""Matching a city: the profile `district` beside nearest first, and beside the best that there can be.

seconds    from the lists of lots, requests, floors and so on to the plan with lots, reasons and what stays
open;
           the search for the nearest givers is in it; baseline: nearest first, with the same search
filled     the weighted quantity filled, in base units of weight 1; baseline: nearest first
of_bound   its share of the OR-Tools bound, over all sampled items; baseline: that of nearest first

The weight of a request is its urgency's weight times floor / (floor + stock + promised) of its site at the
start: the whole of it for a site that has nothing, half for one at its floor. The bound is the largest
weighted quantity that can flow from the same givers, the nearest of each request, with the same floors,
shares, notices and lots. Every line of both plans is checked by `benches.city_check`, which shares no rule
with them; the check and the bound stand outside the seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benches.city_check import Rules, network, violations, weighted
from benches.city_nearest import nearest_first
from benches.city_world import Size, make_city
from benches.report import report
from ledger_client.matching.city import City, CityProfile, Plan
from ledger_client.matching.district import DISTRICT, propose

SEED = 20200123
SAMPLED = 10
LIMIT = 10  # seconds
ROOT = Path(__file__).resolve().parents[2]
SOLVER = ROOT / ".tools/optimum/bin/python"


@dataclass(frozen=True, slots=True)
class _Run:
    plan: Plan
    seconds: float
    cpu: float


def _run(strategy: Callable[[City, CityProfile], Plan], city: City) -> _Run:
    start, cpu = time.perf_counter(), time.process_time()
    plan = strategy(city, DISTRICT)
    return _Run(plan, time.perf_counter() - start, time.process_time() - cpu)


def _require_valid(rules: Rules, plan: Plan) -> None:
    if wrong := violations(rules, plan):
        raise RuntimeError(f"{len(wrong)} lines break a rule, the first: {wrong[0]}")


def _bounds(rules: Rules, items: list[int]) -> list[int]:
    """Return the largest weighted quantity of each item, in millionths."""
    networks = json.dumps([network(rules, item) for item in items])
    done = subprocess.run(
        [SOLVER, "-m", "ledger_client.matching.optimum"],
        input=networks,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [flow["weighted"] for flow in json.loads(done.stdout)]


def _facts(rules: Rules, plan: Plan) -> dict[str, int | float]:
    """Return what a district asks besides: how much of what was asked for, how many parcels, how far."""
    units = sum(proposal.quantity for proposal in plan.proposals)
    helped = {proposal.request for proposal in plan.proposals}
    way = sum(proposal.quantity * proposal.distance.value for proposal in plan.proposals)
    return {
        "proposals": len(plan.proposals),
        "parcels": len({(proposal.giver, proposal.receiver) for proposal in plan.proposals}),
        "share_of_units": round(units / sum(request.quantity for request in rules.city.requests), 4),
        "requests_helped": len(helped),
        "requests_filled": len(helped) - len(helped & {rest.request for rest in plan.unfilled}),
        "metres_a_unit": round(way / units),
    }


def main() -> None:
    """Make the city, match it both ways, check both plans, and ask OR-Tools for the best."""
    parser = argparse.ArgumentParser(prog="scripts/bench match-city")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--sampled", type=int, default=SAMPLED, help="items that the bound is computed for")
    options = parser.parse_args()
    size = Size()
    print(f"seed {options.seed}", file=sys.stderr, flush=True)
    city = make_city(options.seed, size)
    ours, theirs = _run(propose, city), _run(nearest_first, city)

    rules = Rules(city, DISTRICT)
    for run in (ours, theirs):
        _require_valid(rules, run.plan)
    facts = {"seed": options.seed}
    report(
        "match-city",
        "seconds",
        "s",
        round(ours.seconds, 2),
        round(theirs.seconds, 2),
        **facts,
        limit=LIMIT,
        cpu_s=round(ours.cpu, 2),
        communities=size.communities,
        sites=len({int(site) for site in city.distances.points}),
        items=size.items,
        requests=len(city.requests),
        lots=len(city.lots),
        load=round(os.getloadavg()[0], 1),
    )
    report(
        "match-city",
        "filled",
        "weighted base units",
        round(weighted(rules, ours.plan) / 1e6),
        round(weighted(rules, theirs.plan) / 1e6),
        **facts,
        lines_checked=len(ours.plan.proposals),
        violations=0,
        ours_facts=_facts(rules, ours.plan),
        baseline_facts=_facts(rules, theirs.plan),
    )
    items = sorted(
        random.Random(options.seed).sample(sorted({r.item for r in city.requests}), options.sampled)
    )
    bounds = _bounds(rules, items)
    ours_of = [weighted(rules, ours.plan, item) for item in items]
    theirs_of = [weighted(rules, theirs.plan, item) for item in items]
    shares = {item: round(got / bound, 4) for item, got, bound in zip(items, ours_of, bounds, strict=True)}
    worst = min(shares, key=lambda item: shares[item])
    report(
        "match-city",
        "of_bound",
        "share",
        round(sum(ours_of) / sum(bounds), 4),
        round(sum(theirs_of) / sum(bounds), 4),
        **facts,
        target=0.95,
        items=len(items),
        requests=sum(request.item in shares for request in city.requests),
        worst_item=worst,
        worst_share=shares[worst],
        bound=round(sum(bounds) / 1e6),
    )


if __name__ == "__main__":
    main()
