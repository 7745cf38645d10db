"""Run the tests against mutants of the contracts, and compare the survivors with `docs/mutants.md`.

Called by `scripts/mutate`. `mutant_judge` says what a mutant goes through. Verdicts are kept in
`docs/mutants.jsonl`, so that a run that is ended goes on later, here or in another clone:

- One counts as long as the mutant's source file is the same, lines of comment aside. A change of another file
  may make it wrong: before a release `--fresh` judges everything again.
- "Killed" is not judged again when tests change: it says that a test failed once. Tests are added here and
  hardly ever taken away; who takes one away, or loosens it, runs `--fresh`, which judges everything again.
- "Survived" is judged again, by the tests that changed since.

Exit codes: 0 survivors and written reasons agree, 1 they do not, 3 it could not run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import queue
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from forge import ROOT, find_forge
from mutant_compiler import Code
from mutant_judge import EQUAL, INVALID, KILLED, SURVIVED, WAITS, Judge, Verdict
from mutant_tests import CONTRACTS, FORGE, WORK, hashes_of_sources, hashes_of_tests, prepare, record_reach
from mutants import Mutant, mutants_of

RESULTS = ROOT / "docs/mutants.jsonl"
REASONS = ROOT / "docs/mutants.md"
REASON = re.compile(r"^\| `(?P<id>[0-9a-f]{10})` \|", re.MULTILINE)
MANY_FAILURES = 5  # mutants in a row that do not compile mean that nothing does
NICE = 5
Compiling = Future[dict[str, Code] | None]
# Sources in the order of their weight: what moves stock and who may, first.
FIRST = (
    "contracts/StockLedger.sol",
    "contracts/base/",
    "contracts/LedgerSteps.sol",
    "contracts/Norms.sol",
    "contracts/Directory.sol",
    "contracts/SupplierRegistry.sol",
    "contracts/Catalogue.sol",
    "contracts/types/",
    "contracts/libraries/",
)


# --- what is known


@dataclass(frozen=True, slots=True)
class Known:
    """A verdict that is written down.

    Attributes:
        verdict: What it says.
        passed: The hashes of the tests that a survivor passed.
        seconds: How long it took.
    """

    verdict: Verdict
    passed: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0

    def holds(self, hashes: Mapping[str, str]) -> bool:
        """Tell whether it needs no more judging by the tests that `hashes` are of."""
        if self.verdict.result == SURVIVED:
            return self.passed == hashes
        return self.verdict.result != WAITS


def read_results(path: Path, sources: Collection[str]) -> dict[str, Known]:
    """Return the last verdict on each mutant, by id, of those of sources with these hashes."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        one = json.loads(line)
        if one["source"] in sources:
            verdict = Verdict(one["result"], one["by"])
            found[one["id"]] = Known(verdict, one.get("passed", {}), one["seconds"])
    return found


def write_result(path: Path, source: str, mutant: Mutant, known: Known) -> None:
    """Add a verdict on a mutant of a source with this hash."""
    one = {
        "id": mutant.id,
        "result": known.verdict.result,
        "by": known.verdict.by,
        "seconds": round(known.seconds, 1),
        "source": source,
    }
    if known.verdict.result == SURVIVED:
        one["passed"] = dict(known.passed)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(one) + "\n")


# --- all of them


def weight(mutant: Mutant) -> int:
    """Return the place of a mutant's source in `FIRST`."""
    places = (place for place, prefix in enumerate(FIRST) if mutant.source.startswith(prefix))
    return next(places, len(FIRST))


def sample(mutants: list[Mutant], size: int | None, seed: int) -> list[Mutant]:
    """Return `size` of the mutants in an order that `seed` and their ids make, or all, the weightiest first.

    A mutant keeps its place in the sample's order whatever else changes: a sample can be taken further.
    """
    if size is None:
        return sorted(mutants, key=weight)
    return sorted(mutants, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.id}".encode()).digest())[:size]


class Run:
    """Judges mutants with `jobs` judges at once, each in a copy of its own, until `minutes` are over.

    With `quick`, those that pass the quick tests wait for a run without it.
    """

    def __init__(self, mutants: list[Mutant], jobs: int, minutes: float | None, *, quick: bool) -> None:
        self._quick = quick
        self._jobs = jobs
        self._end = None if minutes is None else time.monotonic() + 60 * minutes
        self._sources = hashes_of_sources()
        self.results = read_results(RESULTS, self._sources.values())
        self._hashes = hashes_of_tests()
        self._total = 0
        self._done = 0
        self._waiting: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
        for mutant in mutants:
            known = self.results.get(mutant.id)
            if known is None or not (known.holds(self._hashes) or (quick and known.verdict.result == WAITS)):
                self._waiting.put(mutant)
                self._total += 1
        self._lock = threading.Lock()
        self._errors: list[Exception] = []

    def run(self) -> dict[str, Known]:
        """Judge what has no verdict that holds, and return all verdicts.

        Raises:
            RuntimeError: It could not be found out what becomes of a mutant.
        """
        if self._total and not self._is_over():
            self._run()
        if self._done < self._total:
            print(f"the time is over; {self._total - self._done} of these mutants wait", flush=True)
        return self.results

    def _is_over(self) -> bool:
        return self._end is not None and time.monotonic() >= self._end

    def _run(self) -> None:
        trees = [WORK / f"tree{number}" for number in range(min(self._jobs, self._total))]
        for tree in trees:
            prepare(tree)
        if hashes_of_tests(trees[0]) != self._hashes:
            raise RuntimeError("the tests changed while they were copied: try again")
        record_reach(trees[0])
        threads = [threading.Thread(target=self._work, args=(tree,)) for tree in trees]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._errors:
            raise RuntimeError(str(self._errors[0]))

    def _work(self, tree: Path) -> None:
        try:
            with Judge(tree, self._hashes) as judge, ThreadPoolExecutor(1) as compiler:
                following = self._compiling(judge, compiler)
                while following and not self._errors and not self._is_over():
                    mutant, compiled = following
                    code = compiled.result()
                    following = self._compiling(judge, compiler)
                    self._judge(judge, mutant, code)
        except Exception as error:  # the other judges end too, and `run` raises it
            self._errors.append(error)

    def _compiling(self, judge: Judge, compiler: ThreadPoolExecutor) -> tuple[Mutant, Compiling] | None:
        """Take the next mutant and begin to compile it, beside what runs."""
        try:
            mutant = self._waiting.get_nowait()
        except queue.Empty:
            return None
        return mutant, compiler.submit(judge.compiled, mutant)

    def _judge(self, judge: Judge, mutant: Mutant, code: dict[str, Code] | None) -> None:
        start = time.monotonic()
        before = self.results.get(mutant.id)
        verdict = judge.judge(mutant, code, before.passed if before else {}, quick=self._quick)
        known = Known(verdict, self._hashes if verdict.result == SURVIVED else {}, time.monotonic() - start)
        with self._lock:
            self._done += 1
            self.results[mutant.id] = known
            write_result(RESULTS, self._sources[mutant.source], mutant, known)
            print(
                f"{self._done}/{self._total} {verdict.result} {mutant} {verdict.by} ({known.seconds:.0f} s)",
                flush=True,
            )
            judged = [one.verdict.result for one in self.results.values()]
            if len(judged) == MANY_FAILURES and set(judged) == {INVALID}:
                raise RuntimeError("nothing compiles; run scripts/compile --check")


def compare(mutants: list[Mutant], results: Mapping[str, Verdict], reasons: set[str]) -> Iterator[str]:
    """Yield a sentence for every survivor without reason and every reason without survivor."""
    known = {mutant.id for mutant in mutants}
    for mutant in mutants:
        verdict = results.get(mutant.id)
        if verdict is None:
            continue
        if verdict.result == SURVIVED and mutant.id not in reasons:
            yield f"no reason is written for the survivor {mutant}"
        if verdict.result in (KILLED, INVALID, EQUAL) and mutant.id in reasons:
            yield f"the mutant {mutant.id} has a reason, but is {verdict.result}: {verdict.by}"
    for stranger in sorted(reasons - known):
        yield f"a reason is written for {stranger}, which is no mutant of these contracts"


def summary(mutants: list[Mutant], results: Mapping[str, Known]) -> str:
    """Return how many mutants were judged, and how."""
    found = [results[mutant.id] for mutant in mutants if mutant.id in results]
    counts = Counter(_kind(known.verdict) for known in found)
    tried = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
    mean = sum(known.seconds for known in found) / max(1, len(found))
    judged = sum(known.verdict.result != WAITS for known in found)
    return f"of {len(mutants)} mutants {judged} judged, {mean:.1f} s each: {tried or 'none'}"


def _kind(verdict: Verdict) -> str:
    if verdict.result == KILLED:
        return f"killed by {FORGE if verdict.by.startswith(FORGE) else CONTRACTS}"
    names = {EQUAL: "equal to the sound code", WAITS: "passed the quick tests and wait"}
    return names.get(verdict.result, verdict.result)


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="scripts/mutate", description="Mutation testing of the contracts.")
    parser.add_argument("--only", default="", metavar="REGEX", help="mutants whose id or source has it")
    parser.add_argument("--sample", type=int, metavar="N", help="N of them, picked at random")
    parser.add_argument("--seed", type=int, default=2020, help="for --sample")
    parser.add_argument("--minutes", type=float, help="stop after so many minutes, 0: only report")
    parser.add_argument("--jobs", type=int, default=2, help="so many at once")
    parser.add_argument("--quick", action="store_true", help="let those that pass the quick tests wait")
    parser.add_argument("--fresh", action="store_true", help="forget what is known")
    options = parser.parse_args(arguments)
    if find_forge() is None:
        print("scripts/mutate: forge is not installed", file=sys.stderr)
        return 3
    if options.fresh:
        RESULTS.unlink(missing_ok=True)

    everything = mutants_of(ROOT)
    wanted = [mutant for mutant in everything if re.search(options.only, f"{mutant.id} {mutant.source}")]
    picked = sample(wanted, options.sample, options.seed)
    os.nice(NICE)
    try:
        results = Run(picked, options.jobs, options.minutes, quick=options.quick).run()
    except (OSError, RuntimeError) as error:
        print(f"scripts/mutate: {error}", file=sys.stderr)
        return 3
    print(summary(everything, results))
    reasons = set(REASON.findall(REASONS.read_text(encoding="utf-8"))) if REASONS.is_file() else set()
    wrong = list(compare(everything, {name: known.verdict for name, known in results.items()}, reasons))
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
