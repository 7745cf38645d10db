"""Kills processes that write to a ledger, round after round, and checks after each what must be there.

The rounds are those of `tests/ledger_client/test_crashes.py`: a process kills itself around a commit, is
killed at a random moment, or is killed while it holds the chain to which others are attached. A ledger
lives through `ROUNDS_A_HOME` of them, and all its history is compared each time.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from crash_checks import KilledOffice
from crash_points import POINTS, Kill
from crash_rounds import Result, forked_processes, kill_at_point, kill_at_random, kill_holder

ROUNDS_A_HOME = 10
INTERRUPTED = 130
MOST_COMMITS = 6  # of one kind before a process kills itself


class Soak:
    """Rounds of killing, and what they came to."""

    def __init__(self, directory: Path, seed: int) -> None:
        self._directory = directory
        self._rng = random.Random(seed)
        self._context = forked_processes()
        self._founded = KilledOffice.found(directory / "founded")
        self._office = self._founded
        self.kills: Counter[str] = Counter()
        self.acknowledged = 0
        self.documents = 0
        self.rounds = 0

    def round(self) -> Result:
        """Do one round; an `AssertionError` is a violation, and the ledger stays where it is."""
        if self.rounds % ROUNDS_A_HOME == 0:
            self._move()
        name, before = str(self.rounds), len(self._office.documents)
        result = self._kill()(name)
        self.rounds += 1
        self.kills[result.point] += 1
        self.acknowledged += result.acknowledged
        self.documents += len(self._office.documents) - before
        return result

    def _move(self) -> None:
        if self.rounds:
            shutil.rmtree(self._office.work.home)
        self._office = self._founded.copied(self._directory / f"from-round-{self.rounds}")

    def _kill(self) -> Callable[[str], Result]:
        office, context, rng = self._office, self._context, self._rng
        kind = rng.random()
        if kind < 0.5:
            times = rng.choice((1, 1, 2, 3))
            return lambda name: kill_at_random(office, context, name, rng, times)
        if kind < 0.9:
            kill = Kill(rng.choice(POINTS), rng.randint(1, MOST_COMMITS))
            return lambda name: kill_at_point(office, context, name, kill)
        return lambda name: kill_holder(office, context, name, rng)


def main() -> int:
    """Run as many rounds as asked for, print one line of JSON, and return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1_000, help="how many kills (1,000)")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments and points (1)")
    wanted = parser.parse_args()
    directory = Path(tempfile.mkdtemp(prefix="shecang-soak-"))
    began = time.monotonic()
    soak, code = Soak(directory, wanted.seed), 0
    try:
        while soak.rounds < wanted.rounds:
            result = soak.round()
            told = f"killed {result.point}, {result.acknowledged} acknowledged"
            print(f"{soak.rounds} of {wanted.rounds}: {told}", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception:
        traceback.print_exc()
        code = 1
    seconds = round(time.monotonic() - began, 1)
    kept = str(directory) if code == 1 else None
    if kept is None:
        shutil.rmtree(directory)
    line = {
        "soak": "crashes",
        "seed": wanted.seed,
        "rounds": soak.rounds,
        "kills": dict(sorted(soak.kills.items())),
        "documents": soak.documents,
        "acknowledged": soak.acknowledged,
        "violations": int(code == 1),
        "seconds": seconds,
        "kept": kept,
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
