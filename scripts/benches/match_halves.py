"""The matching on random halves of the donors of `match`: whether it is good, or only fits one set of them.

Each half is drawn anew from all donors and keeps all that its donors offer; the recipients stay. Ours and
`proximity_match_strategy` run on the same half. Exits with 1 where proximity is as good in any case.
"""

from __future__ import annotations

import argparse
import secrets
import sys

from benches.match_runs import report_cases, run_framework, worse

HALVES = 3
SEEDS = 2**32


def main() -> None:
    """Run both strategies on each half."""
    parser = argparse.ArgumentParser(prog="scripts/bench match-halves")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(SEEDS), help="of the first half")
    options = parser.parse_args()
    lost = []
    for half in range(HALVES):
        seed = options.seed + half
        ours, proximity = run_framework("donor-network", "proximity", "--half", str(seed))
        report_cases("match-halves", ours, proximity, f"half-{half + 1}-", seed=seed)
        lost += [f"half {half + 1}, seed {seed}: {case}" for case in worse(ours, proximity)]
    if lost:
        print(f"scripts/bench match-halves: proximity is as good in {', '.join(lost)}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
