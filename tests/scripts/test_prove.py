"""What `scripts/prove` makes of what the tools print."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from prove import COULD_NOT, FAILS, HOLDS, read_halmos, read_slither

from ledger_client.artifacts import load_artifact

CONTRACTS = (
    "Catalogue",
    "Directory",
    "LedgerSteps",
    "Norms",
    "Reallocation",
    "StockLedger",
    "SupplierRegistry",
)
SYMBOLIC = Path(__file__).parents[1] / "forge/symbolic"
PASSED = "\x1b[32m[PASS]\x1b[0m check_putDelta(uint64) (paths: 12, time: 0.44s (paths: 0.44s), bounds: [])"
TIMED_OUT = "\x1b[33m[TIMEOUT]\x1b[0m check_move(uint256[]) (paths: 3, time: 65.55s (paths: 7s), bounds: [])"

LEFT_OUT = "paths have not been    \n         fully explored due to the loop unrolling bound: 2"


def finding(impact: str) -> dict[str, str]:
    return {"impact": impact, "check": "incorrect-equality", "description": "strict\n"}


def report(*findings: dict[str, str], success: bool = True) -> dict[str, Any]:
    return {"success": success, "error": "no build", "results": {"detectors": list(findings)}}


class TestHalmos:
    def test_that_ran_nothing_could_not_run(self) -> None:
        assert read_halmos("Build failed").code == COULD_NOT

    def test_a_check_without_an_answer_in_time_does_not_hold(self) -> None:
        answer = read_halmos(f"{PASSED}\n{TIMED_OUT}")

        assert answer.code == FAILS
        assert answer.sentences == ("PASS check_putDelta (0.44 s)", "TIMEOUT check_move (65.55 s)")

    def test_a_check_that_left_paths_out_does_not_hold(self) -> None:
        answer = read_halmos(f"{PASSED}\nWARNING  check_putDelta(uint64): {LEFT_OUT}")

        assert answer.code == FAILS
        assert answer.sentences[0] == "PASS check_putDelta (0.44 s)"
        assert answer.sentences[1].startswith("1 checks left paths out")

    def test_a_stranger_tries_every_function_that_writes(self) -> None:
        source = "".join(path.read_text(encoding="utf-8") for path in SYMBOLIC.glob("StrangerAt*.t.sol"))
        tried = set(re.findall(r"function check_stranger_([A-Za-z]+)(?:_\w+)?\(", source))
        writing = {
            entry["name"]
            for name in CONTRACTS
            for entry in load_artifact(name).abi
            if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
        }

        assert tried == writing

    def test_holds_when_all_passed(self) -> None:
        assert read_halmos(PASSED).code == HOLDS


class TestSlither:
    def test_a_report_of_a_failure_could_not_run(self) -> None:
        assert read_slither(report(success=False)).code == COULD_NOT

    def test_medium_findings_do_not_hold(self) -> None:
        answer = read_slither(report(finding("Medium"), finding("Low")))

        assert answer.code == FAILS
        assert answer.sentences == ("Medium incorrect-equality: strict", "1 high or medium findings")

    def test_low_findings_hold(self) -> None:
        assert read_slither(report(finding("Low"))).code == HOLDS
