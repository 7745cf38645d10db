"""The forge tests: the quick profile in every run, and in the slow runs that each property can fail."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from breaks import BREAKS, Break
from directed_breaks import DIRECTED_BREAKS
from forge import ROOT, copy_for_forge, find_forge, run_forge

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
INSTALLED = pytest.mark.skipif(find_forge() is None, reason="forge is not installed; scripts/test does it")
LIMIT = 900  # seconds, on a machine with much else to do
ALL_BREAKS = BREAKS + DIRECTED_BREAKS


def run_tests(*arguments: str, **options: Any) -> dict[str, dict[str, Any]]:
    """Run forge tests and return the result of each by contract and name."""
    done = run_forge(["test", "--json", *arguments], timeout=LIMIT, **options)
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    return {
        f"{suite.split(':')[1]}.{name.split('(')[0]}": result
        for suite, found in json.loads(done.stdout).items()
        for name, result in found["test_results"].items()
    }


def failures(results: dict[str, dict[str, Any]]) -> list[str]:
    return [f"{name}: {one['reason']}" for name, one in results.items() if one["status"] != "Success"]


@INSTALLED
def test_the_code_attacked_is_the_code_deployed() -> None:
    # Before the tests, which then have nothing to compile; after them this would compile all of it again.
    done = run_forge(["build"], timeout=LIMIT)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in CONTRACTS:
        built = json.loads((ROOT / f".tools/forge/out/{name}.sol/{name}.json").read_text(encoding="utf-8"))
        assert built["bytecode"]["object"] == "0x" + load_artifact(name).bytecode.hex()


@INSTALLED
def test_threat_1_2_28_all_properties_hold_in_the_quick_profile() -> None:
    results = run_tests()

    assert failures(results) == []
    for name in ("ConservationTest.invariant_ledger", "ReallocationTest.invariant_allocation"):
        invariant = results[name]["kind"]["Invariant"]
        assert invariant["calls"] >= 500
        assert invariant["reverts"] == 0
    fuzzed = [one["kind"]["Fuzz"]["runs"] for one in results.values() if "Fuzz" in one["kind"]]
    assert len(fuzzed) >= 30
    assert min(fuzzed) >= 64


def test_the_stranger_tries_every_function_that_writes() -> None:
    source = (Path(__file__).parent / "Stranger.t.sol").read_text(encoding="utf-8")
    writing = {
        entry["name"]
        for name in CONTRACTS
        for entry in load_artifact(name).abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    tried = set(re.findall(r"\bI\w+\.(\w+)(?:\.selector|,)", source))

    assert writing - tried == set()


@pytest.mark.parametrize("mistake", ALL_BREAKS, ids=lambda mistake: mistake.name)
def test_a_mistake_finds_the_line_that_it_changes(mistake: Break) -> None:
    source = (ROOT / mistake.source).read_text(encoding="utf-8")

    assert source.count(mistake.before) == 1


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy for all mistakes, so that each compiles only what it touches."""
    return copy_for_forge(tmp_path_factory.mktemp("broken"))


@INSTALLED
@pytest.mark.slow
@pytest.mark.parametrize("mistake", ALL_BREAKS, ids=lambda mistake: mistake.name)
def test_threat_28_a_property_fails_where_its_rule_is_broken(mistake: Break, copy: Path) -> None:
    source = copy / mistake.source
    sound = source.read_text(encoding="utf-8")
    try:
        mistake.apply(copy)
        # The shortest way to a failure is of no interest here, and takes minutes to find.
        variables = {"FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT": "0"}
        failed = failures(run_tests("--match-test", mistake.test, root=copy, variables=variables))
    finally:
        source.write_text(sound, encoding="utf-8")

    assert failed, "nothing noticed it"
    assert any(re.search(mistake.says, sentence) for sentence in failed), failed
