"""Whether a line costs the same however long the history is: first and last of one run, compared.

flat-index      outbox, receipts and index in SQLite, on a node; 10,000 lines of history beside 1,000,000
flat-embedded   the same on the embedded chain, as far as `--embedded-lines` says

What is compared is processor time of this process a line (on the embedded chain that is the chain's too): the
machine may have other work. Seconds of the clock stand beside it; `baseline` is the cost at the beginning. A
figure is the median of several samples, since one alone varies by more than what is looked for.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from anvil import find_anvil, running_anvil

from benches.office import PICKED, Office, chunks, load, open_office, progress
from benches.report import report

LINES = 1_000_000
FIRST = 10_000  # lines of history at the first measurement
EMBEDDED_LINES = 50_000
EMBEDDED_FIRST = 2_000
LOTS, EMBEDDED_LOTS = 10_000, 1_000
SAMPLES = 8  # of which the median is taken
SAMPLE = 10_000  # lines in each
EMBEDDED_SAMPLE = 2_000
AT_ONCE = 100  # documents
GAS_LIMIT = 4_000_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds a line: of the processor, for writing and for the index, and of the clock for both."""

    write: float
    index: float
    clock: float


def _grow(office: Office, lines: int, what: str) -> None:
    """Write hand-overs of 100 lines and index them."""
    for some in progress(chunks(range(lines // PICKED), AT_ONCE), what):
        office.ledger.write([office.hand_over(office.pick()) for _ in some], check=False)
        office.ledger.index()


def _measure(office: Office, lines: int) -> Cost:
    """Return the median of several samples of `lines` lines."""
    costs = [astuple(_sample(office, lines)) for _ in range(SAMPLES)]
    return Cost(*[round(statistics.median(each), 2) for each in zip(*costs, strict=True)])


def _sample(office: Office, lines: int) -> Cost:
    picked = [office.pick() for _ in range(lines // PICKED)]
    clock, start = time.perf_counter(), time.process_time()
    for some in chunks(picked, AT_ONCE):
        office.ledger.write([office.hand_over(each) for each in some], check=False)
    written = time.process_time()
    office.ledger.index()
    end = time.process_time()
    elapsed = time.perf_counter() - clock
    return Cost(*[seconds * 1e6 / lines for seconds in (written - start, end - written, elapsed)])


def _run(case: str, office: Office, first: int, last: int, sample: int) -> None:
    _grow(office, first, f"to {first:,} lines")
    before = _measure(office, sample)
    _grow(office, last - first - SAMPLES * sample, f"to {last:,} lines")
    after = _measure(office, sample)
    facts = {"lines_first": first, "lines_last": last, "samples": SAMPLES, "sample": sample, "load": load()}
    more = {
        f"{name}_{when}": getattr(cost, name)
        for when, cost in (("first", before), ("last", after))
        for name in ("write", "index", "clock")
    }
    ours, baseline = after.write + after.index, before.write + before.index
    report("write", case, "us/line", round(ours, 2), round(baseline, 2), **facts, **more)


def on_node(lines: int) -> None:
    """Run on a node of its own."""
    executable = find_anvil()
    if executable is None:
        sys.exit("anvil is not installed: run scripts/test once")
    with (
        running_anvil(executable, gas_limit=GAS_LIMIT, block_time=1) as url,
        TemporaryDirectory() as directory,
        open_office(Path(directory) / "home", url) as office,
    ):
        office.found(LOTS)
        _run("flat-index", office, FIRST, lines, SAMPLE)


def on_embedded(lines: int) -> None:
    """Run on the chain of one machine."""
    with TemporaryDirectory() as directory, open_office(Path(directory) / "home") as office:
        office.found(EMBEDDED_LOTS)
        _run("flat-embedded", office, EMBEDDED_FIRST, lines, EMBEDDED_SAMPLE)


def main() -> None:
    """Run the cases asked for, both where none is."""
    parser = argparse.ArgumentParser(prog="scripts/bench flat")
    parser.add_argument("cases", nargs="*", choices=[[], "flat-index", "flat-embedded"], metavar="CASE")
    parser.add_argument("--lines", type=int, default=LINES, help="of history at the end, on the node")
    parser.add_argument("--embedded-lines", type=int, default=EMBEDDED_LINES, help="on the embedded chain")
    options = parser.parse_args()
    if "flat-index" in (options.cases or ["flat-index"]):
        on_node(options.lines)
    if "flat-embedded" in (options.cases or ["flat-embedded"]):
        on_embedded(options.embedded_lines)


if __name__ == "__main__":
    main()
