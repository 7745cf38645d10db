"""Run forge, halmos and slither on the contracts and say what each found.

Called by `scripts/prove`, which makes the environment. Exit codes: 0 everything holds, 1 something does not,
3 something could not run (a tool is missing or crashed).
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from forge import ROOT, copy_for_forge, find_forge, forge_environment, run_forge

HOLDS, FAILS, COULD_NOT = 0, 1, 3
# Checks that are beyond halmos in this time are listed in docs/limits.md, not here: all that run must pass.
HALMOS_LIMIT = 3600  # seconds
HALMOS_QUERY_LIMIT = "300s"  # a busy machine takes many times what an idle one does
SLITHER_LIMIT = 1800  # seconds
FORGE_LIMIT = 3600  # seconds
SEVERE = ("High", "Medium")
HALMOS_TEST = re.compile(r"\[(PASS|FAIL|TIMEOUT|ERROR)\]\s*(?:\x1b\[0m)?\s*(\w+)\(.*?time: ([\d.]+)s")
# Printed, wrapped anywhere, beside a PASS that is worth nothing then.
HALMOS_UNFINISHED = re.compile(r"paths\s+have\s+not\s+been\s+fully\s+explored")
# Without a build it analyses nothing and finds nothing.
SLITHER_ANALYSED = re.compile(r"analyzed \((\d+) contracts")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool found: an exit code, and sentences."""

    code: int
    sentences: tuple[str, ...]


def tool(name: str) -> Path:
    """Return the Python of the environment of `name`, which runs it as a module.

    Raises:
        FileNotFoundError: It is not installed.
    """
    python = ROOT / f".tools/{name}/bin/python"
    if not python.exists():
        raise FileNotFoundError(f"{name} is not installed: run scripts/prove, which installs it")
    return python


# --- forge


def forge() -> Answer:
    """Run all forge tests in the deep profile."""
    done = run_forge(["test", "--json"], profile="deep", timeout=FORGE_LIMIT)
    if not done.stdout.startswith("{"):
        return Answer(COULD_NOT, (done.stdout + done.stderr,))
    failed, runs, calls, tests = [], 0, 0, 0
    for suite in json.loads(done.stdout).values():
        for name, result in suite["test_results"].items():
            tests += 1
            if result["status"] != "Success":
                failed.append(f"{name}: {result['reason']}")
            runs += result["kind"].get("Fuzz", {}).get("runs", 0)
            calls += result["kind"].get("Invariant", {}).get("calls", 0)
    summary = f"{tests} tests, {runs} fuzz runs, {calls} calls under the invariant, {len(failed)} failed"
    return Answer(FAILS if failed else HOLDS, (*failed, summary))


# --- halmos


def halmos() -> Answer:
    """Run all symbolic checks."""
    with tempfile.TemporaryDirectory() as directory:
        command = [str(tool("halmos")), "-m", "halmos", "--root", str(ROOT), "--function", "check_"]
        command += ["--forge-build-out", ".tools/forge/symbolic/out", "--no-status"]
        command += ["--dump-smt-directory", directory, "--solver-timeout-assertion", HALMOS_QUERY_LIMIT]
        done = _run(command, "symbolic", HALMOS_LIMIT)
    return read_halmos(done.stdout + done.stderr)


def read_halmos(output: str) -> Answer:
    """Read what halmos printed."""
    found = HALMOS_TEST.findall(output)
    if not found:
        return Answer(COULD_NOT, (output[-4000:],))
    sentences = tuple(f"{result} {name} ({seconds} s)" for result, name, seconds in found)
    unfinished = len(HALMOS_UNFINISHED.findall(output))
    if unfinished:
        sentences += (f"{unfinished} checks left paths out: raise their bound --loop",)
    passed = all(result == "PASS" for result, _, _ in found)
    return Answer(HOLDS if passed and not unfinished else FAILS, sentences)


# --- slither


def slither() -> Answer:
    """Run slither and list its high and medium findings."""
    with tempfile.TemporaryDirectory() as directory:
        # It wants the settings at the root, where this repository has none.
        project = copy_for_forge(Path(directory) / "project")
        shutil.copy2(project / "tests/forge/foundry.toml", project / "foundry.toml")
        report = Path(directory) / "slither.json"
        command = [str(tool("slither")), "-m", "slither", ".", "--json", str(report)]
        command += ["--compile-force-framework", "foundry", "--filter-paths", "tests/|node_modules"]
        command += ["--exclude-low", "--exclude-informational", "--exclude-optimization", "--fail-none"]
        done = _run(command, "default", SLITHER_LIMIT, project)
        analysed = SLITHER_ANALYSED.search(done.stdout + done.stderr)
        if not report.is_file() or not analysed or analysed[1] == "0":
            return Answer(COULD_NOT, ((done.stdout + done.stderr)[-4000:],))
        return read_slither(json.loads(report.read_text(encoding="utf-8")))


def read_slither(report: dict[str, object]) -> Answer:
    """Read slither's JSON report."""
    results = report.get("results")
    if not report.get("success") or not isinstance(results, dict):
        return Answer(COULD_NOT, (str(report.get("error")),))
    severe = [one for one in results.get("detectors", []) if one["impact"] in SEVERE]
    sentences = tuple(f"{one['impact']} {one['check']}: {one['description'].strip()}" for one in severe)
    return Answer(FAILS if severe else HOLDS, (*sentences, f"{len(severe)} high or medium findings"))


def _run(
    command: Sequence[str], profile: str, limit: int, root: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    executable = find_forge()
    if executable is None:
        raise FileNotFoundError("forge is not installed: run scripts/prove, which installs it")
    environment = forge_environment(root, profile)
    environment["PATH"] = f"{executable.parent}:{environment['PATH']}"
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=limit
    )


TOOLS: dict[str, Callable[[], Answer]] = {"forge": forge, "halmos": halmos, "slither": slither}


def main(arguments: list[str] | None = None) -> int:
    """Run the tools named, or all."""
    parser = argparse.ArgumentParser(prog="scripts/prove", description=__doc__)
    parser.add_argument("tools", nargs="*", help=f"of {', '.join(TOOLS)}; all of them without a name")
    wanted = parser.parse_args(arguments).tools or list(TOOLS)
    unknown = [name for name in wanted if name not in TOOLS]
    if unknown:
        parser.error(f"no tool is called {unknown[0]}: {', '.join(TOOLS)}")
    codes = [_tell(name) for name in wanted]
    return COULD_NOT if COULD_NOT in codes else max(codes)


def _tell(name: str) -> int:
    print(f"== {name}", flush=True)
    start = time.monotonic()
    try:
        answer = TOOLS[name]()
    except (OSError, subprocess.TimeoutExpired, json.JSONDecodeError) as error:
        answer = Answer(COULD_NOT, (str(error),))
    for sentence in answer.sentences:
        print(f"   {sentence}")
    verdict = {HOLDS: "holds", FAILS: "does not hold", COULD_NOT: "could not run"}[answer.code]
    print(f"   {name} {verdict}, {time.monotonic() - start:.0f} s", flush=True)
    return answer.code


if __name__ == "__main__":
    sys.exit(main())
