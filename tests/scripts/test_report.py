"""The one form of every benchmark's line."""

from __future__ import annotations

import json

import pytest
from benches.report import report


@pytest.mark.parametrize(("baseline", "ratio"), [(None, None), (80, 1.25), (100.0, 1.0)])
def test_prints_one_line_of_json(
    capsys: pytest.CaptureFixture[str], baseline: float | None, ratio: float | None
) -> None:
    report("gas", "handover-100", "gas", 100, baseline, lots=100)

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "bench": "gas",
        "case": "handover-100",
        "unit": "gas",
        "ours": 100,
        "baseline": baseline,
        "ratio": ratio,
        "lots": 100,
    }
