"""The one form in which every benchmark reports: a line of JSON a case on stdout."""

from __future__ import annotations

import json
from typing import Any


def report(bench: str, case: str, unit: str, ours: float, baseline: float | None = None, **more: Any) -> None:
    """Print what one case measured.

    Args:
        bench: The benchmark's name, as `scripts/bench` takes it.
        case: What was done.
        unit: What is counted, `gas` or `ms` for example.
        ours: What our code took.
        baseline: What the thing compared with took in the same run; None where there is none.
        **more: Further facts of the case.
    """
    ratio = None if baseline is None else round(ours / baseline, 4)
    line = {"bench": bench, "case": case, "unit": unit, "ours": ours, "baseline": baseline, "ratio": ratio}
    print(json.dumps(line | more, ensure_ascii=False), flush=True)
