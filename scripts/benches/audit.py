"""The three-way audit: lines a second, beside re-reading the same with plain web3.py.

Ours folds all events anew, checking every journal, and compares them with every row of the index and every
word of the contracts. Baseline: web3.py decodes the events with `process_log`, adds the balances up and
compares them with the words of the balances, which it asks for in batches; it knows no index and no journal.
"""

from __future__ import annotations

import argparse
import time

from web3 import HTTPProvider, Web3

from benches.office import chunks, load, office_on_anvil, progress
from benches.plain import read_balances, read_words
from benches.report import report
from ledger_client.audit import audit

SITES = 1_000
LINES_A_SITE = 20
LOTS = 1_000
AT_ONCE = 200


def main() -> None:
    """Give each site some goods, then audit them all."""
    parser = argparse.ArgumentParser(prog="scripts/bench audit")
    parser.add_argument("--sites", type=int, default=SITES)
    options = parser.parse_args()
    with office_on_anvil() as (office, url, _):
        office.found(LOTS, options.sites)
        for some in progress(chunks(office.sites[1:], AT_ONCE), "hand-overs"):
            moved = [office.hand_over(office.pick(LINES_A_SITE), to=site) for site in some]
            office.ledger.write(moved, check=False)
        ledger, deployment = office.ledger, office.ledger.deployment
        position = ledger.index().position()

        start = time.perf_counter()
        w3 = Web3(HTTPProvider(url))
        balances, lines = read_balances(w3, deployment, deployment.first_block, position.number)
        differ = read_words(w3, deployment, balances, position.number)
        plain = time.perf_counter() - start

        start = time.perf_counter()
        found = audit(
            ledger.index_engine,
            ledger.source,
            first_block=deployment.first_block,
            offset=deployment.offset,
        )
        ours = time.perf_counter() - start
    if differ or not found.agreed:
        raise RuntimeError(f"what was just written differs: {differ} words, {found.findings[:3]}")
    facts = {
        "sites": found.sites,
        "lines": lines,
        "lots": found.lots,
        "seconds": round(ours, 2),
        "load": load(),
    }
    report("audit", "three-way", "lines/s", round(lines / ours), round(lines / plain), **facts)


if __name__ == "__main__":
    main()
