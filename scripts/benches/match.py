"""The matching on the donations of spring 2020, beside what the framework of ppe-match ships.

ppe-match 0.1.4 is a public framework with the real donors, recipients and distances of a network that brought
protective equipment to hospitals: it goes through four months in steps of a week, hands a strategy what is
offered, asked and how far apart on that day, and measures what comes of its decisions. It runs unmodified, on
its defaults, in an environment of its own. Ours: the profile `donor-network`. Baseline: the framework's
`proximity_match_strategy`; beside it `FCFM_strategy`, first come first matched, as a fact of each case.
"""

from __future__ import annotations

import argparse

from benches.match_runs import report_cases, run_framework
from benches.office import load

FORESIGHT_CUT = "2020-05-20"  # amid the months: what is decided before may not depend on what comes after


def main() -> None:
    """Run the three strategies, and report ours."""
    parser = argparse.ArgumentParser(prog="scripts/bench match")
    parser.add_argument(
        "--price", action="append", default=[], metavar="NAME=VALUE", help="other than the profile's"
    )
    prices = parser.parse_args().price
    ours, proximity, first_come = run_framework(
        "donor-network",
        "proximity",
        "first-come",
        "--until",
        FORESIGHT_CUT,
        *(word for price in prices for word in ("--price", price)),
    )
    facts = {
        "days": ours["days"],
        "decisions": ours["decisions"],
        "clock_seconds": ours["clock_seconds"],
        "load": load(),
        "files_unmodified": ours["files_unmodified"],
        "same_without_future": ours["same_without_future"],
    }
    if prices:
        facts["prices"] = prices
    report_cases("match", ours, proximity, first_come=first_come, **facts)


if __name__ == "__main__":
    main()
