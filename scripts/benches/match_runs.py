"""Starts the framework of ppe-match in its own environment, and reports its figures beside a baseline's."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benches.report import report

ROOT = Path(__file__).resolve().parents[2]
UNITS = {
    "units": "base units",
    "holding_days": "days",
    "shipments": "a donor",
    "unit_miles": "miles a unit",
    "fill_rate": "share",
    "fill_rate_nonzero": "share",
    "seconds": "s of processor time",
}
MORE_IS_BETTER = {"units", "fill_rate", "fill_rate_nonzero"}
DIGITS = 4


def python() -> Path:
    """Return the Python that has the framework.

    Raises:
        FileNotFoundError: It is not installed.
    """
    found = ROOT / ".tools/match/bin/python"
    if not found.exists():
        raise FileNotFoundError("ppe-match is not installed: run scripts/bench match, which installs it")
    return found


def run_framework(*arguments: str) -> list[dict[str, Any]]:
    """Run `match_framework` with `arguments`; return what each strategy came to.

    Raises:
        subprocess.CalledProcessError: It failed; the reason is on stderr.
    """
    # The strategy's time is that of one thread: pandas would start as many as there are cores.
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT / "scripts"), str(ROOT)))}
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    code = "from benches.match_framework import main; main()"
    done = subprocess.run(
        [python(), "-c", code, *arguments], stdout=subprocess.PIPE, env=environment, check=True, text=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def report_cases(
    bench: str, ours: dict[str, Any], baseline: dict[str, Any], prefix: str = "", **more: Any
) -> None:
    """Print a line for each case; of further runs in `more` the figure of the case."""
    for case, unit in UNITS.items():
        facts = {name: _short(fact[case]) if isinstance(fact, dict) else fact for name, fact in more.items()}
        report(bench, prefix + case, unit, _short(ours[case]), _short(baseline[case]), **facts)


def worse(ours: dict[str, Any], baseline: dict[str, Any]) -> Sequence[str]:
    """Return the cases in which `ours` does not beat the baseline."""
    return [
        case
        for case in UNITS
        if (ours[case] <= baseline[case] if case in MORE_IS_BETTER else ours[case] >= baseline[case])
    ]


def _short(figure: float) -> float:
    return figure if isinstance(figure, int) else round(figure, DIGITS)
