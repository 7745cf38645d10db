"""How the benchmarks of the matching compare and report two runs of the framework."""

from __future__ import annotations

import json
from typing import Any

import pytest
from benches.match_runs import UNITS, report_cases, worse

BASELINE = {
    "units": 1_000,
    "holding_days": 10.0,
    "shipments": 2.0,
    "unit_miles": 90.0,
    "fill_rate": 0.06,
    "fill_rate_nonzero": 0.7,
    "seconds": 20.0,
}
BETTER = {
    "units": 1_001,
    "holding_days": 9.9,
    "shipments": 1.9,
    "unit_miles": 89.0,
    "fill_rate": 0.07,
    "fill_rate_nonzero": 0.8,
    "seconds": 2.0,
}


def test_better_in_every_case_leaves_nothing() -> None:
    assert BASELINE.keys() == UNITS.keys()
    assert worse(BETTER, BASELINE) == []


def test_the_same_is_not_better() -> None:
    assert worse(BASELINE, BASELINE) == list(UNITS)


@pytest.mark.parametrize("case", UNITS)
def test_each_case_counts_in_its_own_direction(case: str) -> None:
    assert worse(BETTER | {case: BASELINE[case]}, BASELINE) == [case]
    assert worse(BASELINE | {case: BETTER[case]}, BASELINE) == [other for other in UNITS if other != case]


def test_reports_a_line_a_case_with_the_other_run_beside(capsys: pytest.CaptureFixture[str]) -> None:
    ours: dict[str, Any] = BETTER | {"fill_rate": 0.123456}

    report_cases("match", ours, BASELINE, "half-1-", seed=7, first_come=BASELINE)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["case"] for line in lines] == [f"half-1-{case}" for case in UNITS]
    assert [(line["ours"], line["baseline"], line["first_come"], line["seed"]) for line in lines] == [
        (round(ours[case], 4), BASELINE[case], BASELINE[case], 7) for case in UNITS
    ]
