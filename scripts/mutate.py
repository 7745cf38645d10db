"""Run the tests against mutants of the contracts, and compare the survivors with `docs/mutants.md`.

Called by `scripts/mutate`. Each mutant is compiled by forge in a copy of the repository and given to the
forge tests, and if these pass to `tests/contracts`, which get their artifacts from the same compilation.
Results are kept in `.tools/mutate/results.jsonl` as long as contracts and tests stay what they are, so a run
that is ended goes on later; `--fresh` begins again.

Exit codes: 0 survivors and written reasons agree, 1 they do not, 3 it could not run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from forge import ROOT, copy_for_forge, find_forge, run_forge
from mutants import Mutant, mutants_of

WORK = ROOT / ".tools/mutate"
TREE = WORK / "tree"
RESULTS = WORK / "results.jsonl"
REASONS = ROOT / "docs/mutants.md"
REASON = re.compile(r"^\| `(?P<id>[0-9a-f]{10})` \|", re.MULTILINE)
COMMENT_LINE = re.compile(r"^\s*//.*\n", re.MULTILINE)  # a mutant does not depend on it
LIMIT = 1800  # seconds a mutant may take: one that never ends is killed
KILLED, SURVIVED, INVALID = "killed", "survived", "invalid"
MANY_FAILURES = 5  # mutants in a row that do not compile mean that nothing does


# --- the copy


def prepare(tree: Path) -> None:
    """Make the copy that mutants are tried in."""
    tree.mkdir(parents=True, exist_ok=True)
    for name in ("contracts", "tests/forge"):
        shutil.rmtree(tree / name, ignore_errors=True)
    copy_for_forge(tree)
    for name in ("ledger_client", "scripts", "tests/contracts"):
        shutil.rmtree(tree / name, ignore_errors=True)
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests/conftest.py", "pyproject.toml"):
        shutil.copy2(ROOT / name, tree / name)


def write_artifacts(tree: Path) -> None:
    """Give the copy's artifacts the code that forge compiled last; nothing else of them changes."""
    for path in sorted((tree / "ledger_client/artifacts").glob("*.json")):
        artifact = json.loads(path.read_text(encoding="utf-8"))
        built = tree / f".tools/forge/out/{path.stem}.sol/{path.stem}.json"
        output = json.loads(built.read_text(encoding="utf-8"))
        artifact["bytecode"] = output["bytecode"]["object"]
        artifact["deployedBytecode"] = output["deployedBytecode"]["object"]
        path.write_text(json.dumps(artifact), encoding="utf-8")


# --- one mutant


def judge(mutant: Mutant, tree: Path) -> tuple[str, str]:
    """Try one mutant and return what became of it, and who killed it or why it is none."""
    source = tree / mutant.source
    sound = source.read_text(encoding="utf-8")
    try:
        source.write_text(mutant.applied(sound), encoding="utf-8")
        return _judge(tree)
    except subprocess.TimeoutExpired:
        return KILLED, "took too long"
    finally:
        source.write_text(sound, encoding="utf-8")


def _judge(tree: Path) -> tuple[str, str]:
    for profile in ("mutate", "default"):
        done = run_forge(["test", "--json", "--fail-fast"], root=tree, profile=profile, timeout=LIMIT)
        if not done.stdout.startswith("{"):
            return INVALID, "does not compile"
        if done.returncode != 0:
            return KILLED, _first_failure(done.stdout)
    write_artifacts(tree)
    command = [sys.executable, "-m", "pytest", "tests/contracts", "-x", "-q", "-p", "no:cacheprovider"]
    pytest = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=LIMIT, check=False)
    if pytest.returncode == 0:
        return SURVIVED, ""
    if pytest.returncode != 1:  # no test failed: it could not run them, which kills nobody
        raise RuntimeError(f"pytest could not run in {tree}: {(pytest.stdout + pytest.stderr)[-2000:]}")
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", pytest.stdout, re.MULTILINE)
    return KILLED, failed[1] if failed else pytest.stdout[-200:]


def _first_failure(output: str) -> str:
    for suite, found in json.loads(output).items():
        for name, result in found["test_results"].items():
            if result["status"] != "Success":
                return f"{suite.split(':')[-1]}.{name.split('(')[0]}"
    return "forge"


# --- all of them


def state_of(root: Path) -> str:
    """Return a hash of everything that a result depends on."""
    digest = hashlib.sha256()
    for name in ("contracts", "tests/forge", "tests/contracts"):
        for path in sorted((root / name).rglob("*")):
            # Symbolic checks judge no mutants.
            if path.suffix in (".sol", ".py", ".toml") and "symbolic" not in path.parts:
                text = path.read_text(encoding="utf-8")
                if path.suffix == ".sol":
                    text = COMMENT_LINE.sub("", text)
                digest.update(f"{path.relative_to(root).as_posix()}\n{text}".encode())
    return digest.hexdigest()


def read_results(state: str) -> dict[str, tuple[str, str]]:
    """Return what became of each mutant so far, by id; nothing where contracts or tests are others now."""
    if not RESULTS.is_file():
        return {}
    first, *lines = RESULTS.read_text(encoding="utf-8").splitlines() or [""]
    if first != state:
        return {}
    return {one["id"]: (one["result"], one["by"]) for one in map(json.loads, lines)}


def sample(mutants: list[Mutant], size: int | None, seed: int) -> list[Mutant]:
    """Return `size` of the mutants in an order that `seed` and their ids make, or all of them.

    A mutant keeps its place in the order whatever else changes, so that a sample can be taken further.
    """
    if size is None:
        return mutants
    return sorted(mutants, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.id}".encode()).digest())[:size]


def run(mutants: list[Mutant], state: str, minutes: float | None) -> dict[str, tuple[str, str]]:
    """Judge the mutants that have no result yet, until `minutes` are over."""
    results = read_results(state)
    if not results:
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(state + "\n", encoding="utf-8")
    waiting = [mutant for mutant in mutants if mutant.id not in results]
    if not waiting:
        return results
    prepare(TREE)
    end = None if minutes is None else time.monotonic() + 60 * minutes
    for number, mutant in enumerate(waiting, start=1):
        if end is not None and time.monotonic() > end:
            print(f"the time is over; {len(waiting) - number + 1} of these mutants wait", flush=True)
            break
        start = time.monotonic()
        results[mutant.id] = result, by = judge(mutant, TREE)
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"id": mutant.id, "result": result, "by": by}) + "\n")
        seconds = time.monotonic() - start
        print(f"{number}/{len(waiting)} {result} {mutant} {by} ({seconds:.0f} s)", flush=True)
        if number == MANY_FAILURES and all(results[one.id][0] == INVALID for one in waiting[:number]):
            raise RuntimeError("nothing compiles; run scripts/compile --check")
    return results


def compare(mutants: list[Mutant], results: dict[str, tuple[str, str]], reasons: set[str]) -> Iterator[str]:
    """Yield a sentence for every survivor without reason and every reason without survivor."""
    known = {mutant.id for mutant in mutants}
    for mutant in mutants:
        result, by = results.get(mutant.id, ("", ""))
        if result == SURVIVED and mutant.id not in reasons:
            yield f"no reason is written for the survivor {mutant}"
        if result in (KILLED, INVALID) and mutant.id in reasons:
            yield f"the mutant {mutant.id} has a reason, but is {result}: {by}"
    for stranger in sorted(reasons - known):
        yield f"a reason is written for {stranger}, which is no mutant of these contracts"


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="scripts/mutate", description="Mutation testing of the contracts.")
    parser.add_argument("--only", default="", metavar="TEXT", help="mutants whose source contains TEXT")
    parser.add_argument("--sample", type=int, metavar="N", help="N of them, picked at random")
    parser.add_argument("--seed", type=int, default=2020, help="for --sample")
    parser.add_argument("--minutes", type=float, help="stop after so many minutes")
    parser.add_argument("--fresh", action="store_true", help="forget what is known")
    options = parser.parse_args(arguments)
    if find_forge() is None:
        print("scripts/mutate: forge is not installed", file=sys.stderr)
        return 3
    if options.fresh:
        RESULTS.unlink(missing_ok=True)

    everything = mutants_of(ROOT)
    wanted = [mutant for mutant in everything if options.only in mutant.source]
    picked = sample(wanted, options.sample, options.seed)
    try:
        results = run(picked, state_of(ROOT), options.minutes)
    except (OSError, RuntimeError) as error:
        print(f"scripts/mutate: {error}", file=sys.stderr)
        return 3
    reasons = set(REASON.findall(REASONS.read_text(encoding="utf-8"))) if REASONS.is_file() else set()
    counts = Counter(result for result, _ in results.values())
    tried = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
    print(f"of {len(everything)} mutants {len(results)} tried: {tried}")
    wrong = list(compare(everything, results, reasons))
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
