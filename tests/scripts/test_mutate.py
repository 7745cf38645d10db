"""Which mutants there are, which verdicts hold, and how survivors are compared with the written reasons."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutant_judge import EQUAL, INVALID, KILLED, SURVIVED, WAITS, Verdict
from mutant_tests import CONTRACTS, FORGE, changed_files, contracts_hash, hashes_of_tests, merge_reach
from mutants import Mutant, mutants_of
from mutate import REASON, Known, compare, read_results, sample, summary, write_result

SOURCE = """// SPDX: a < b
uint256 constant LIMIT = 1 << 63;
contract A {
    function f(uint256 a) external {
        if (a < LIMIT) revert Small(a);
        x = a + 1; // x < a
    }
}
"""
MUTANT = Mutant("contracts/A.sol", 5, "        x = a + 1;", "        x = a - 1;", 0)


def made(root: Path) -> list[Mutant]:
    for name in ("contracts/A.sol", "contracts/interfaces/IA.sol"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(SOURCE, encoding="utf-8")
    return mutants_of(root)


class TestMutants:
    def test_change_code_and_neither_comments_nor_interfaces(self, tmp_path: Path) -> None:
        found = made(tmp_path)

        assert {mutant.source for mutant in found} == {"contracts/A.sol"}
        assert [mutant.after.strip() for mutant in found if mutant.line == 5] == [
            "if (a <= LIMIT) revert Small(a);",
            "",
        ]
        assert [mutant.after.strip() for mutant in found if mutant.line == 6] == [
            "x = a - 1; // x < a",
            "// x < a",
        ]

    def test_are_applied_to_one_line(self, tmp_path: Path) -> None:
        text = made(tmp_path)[-1].applied(SOURCE)

        assert [(a, b) for a, b in zip(SOURCE.split("\n"), text.split("\n"), strict=True) if a != b] == [
            ("        x = a + 1; // x < a", "// x < a")
        ]

    def test_keep_their_id_when_lines_move(self) -> None:
        moved = Mutant(MUTANT.source, 9, MUTANT.before, MUTANT.after, MUTANT.ordinal)

        assert moved.id == MUTANT.id
        assert Mutant(MUTANT.source, 5, MUTANT.before, "", 0).id != MUTANT.id


class TestCompare:
    def test_threat_28_names_a_survivor_without_reason(self) -> None:
        (sentence,) = compare([MUTANT], {MUTANT.id: Verdict(SURVIVED)}, set())

        assert MUTANT.id in sentence

    @pytest.mark.parametrize("result", [KILLED, INVALID, EQUAL])
    def test_names_a_reason_whose_mutant_does_not_survive(self, result: str) -> None:
        (sentence,) = compare([MUTANT], {MUTANT.id: Verdict(result, "a test")}, {MUTANT.id})

        assert MUTANT.id in sentence
        assert f"{result}: a test" in sentence

    def test_names_a_reason_whose_mutant_is_gone(self) -> None:
        (sentence,) = compare([MUTANT], {}, {"0123456789"})

        assert "0123456789" in sentence

    def test_waits_for_what_is_not_judged_to_the_end(self) -> None:
        assert list(compare([MUTANT], {MUTANT.id: Verdict(WAITS)}, set())) == []
        assert list(compare([MUTANT], {MUTANT.id: Verdict(WAITS)}, {MUTANT.id})) == []

    def test_is_content_where_survivors_and_reasons_agree(self) -> None:
        assert list(compare([MUTANT], {MUTANT.id: Verdict(SURVIVED)}, {MUTANT.id})) == []
        assert list(compare([MUTANT], {}, {MUTANT.id})) == []

    def test_reads_reasons_from_a_table(self) -> None:
        assert REASON.findall("| id |\n| `0a1b2c3d4e` | A | why |\n`ffffffffff`") == ["0a1b2c3d4e"]


NOW = {FORGE: "1", CONTRACTS: "1", "tests/contracts/test_a.py": "1", "tests/contracts/test_b.py": "1"}


class TestVerdicts:
    def test_are_read_as_they_were_written_and_the_last_one_counts(self, tmp_path: Path) -> None:
        path = tmp_path / "results.jsonl"
        survived, killed = Known(Verdict(SURVIVED), NOW, 2.0), Known(Verdict(KILLED, "a test"), {}, 1.0)

        write_result(path, "source", MUTANT, survived)
        assert read_results(path, ["source"]) == {MUTANT.id: survived}
        write_result(path, "source", MUTANT, killed)
        assert read_results(path, ["source"]) == {MUTANT.id: killed}

    def test_count_for_the_same_contracts_only(self, tmp_path: Path) -> None:
        write_result(tmp_path / "results.jsonl", "source", MUTANT, Known(Verdict(KILLED)))

        assert read_results(tmp_path / "results.jsonl", ["others"]) == {}
        assert read_results(tmp_path / "none.jsonl", ["source"]) == {}

    @pytest.mark.parametrize(
        ("result", "holds_now", "holds_later"),
        [(KILLED, True, True), (INVALID, True, True), (EQUAL, True, True), (SURVIVED, True, False)],
    )
    def test_hold_when_tests_change_unless_it_survived(
        self, result: str, holds_now: bool, holds_later: bool
    ) -> None:
        known = Known(Verdict(result), NOW)

        assert known.holds(NOW) is holds_now
        assert known.holds(NOW | {"tests/contracts/test_a.py": "2"}) is holds_later

    def test_never_hold_while_it_waits(self) -> None:
        assert not Known(Verdict(WAITS), NOW).holds(NOW)

    def test_are_counted_by_who_killed(self) -> None:
        known = {MUTANT.id: Known(Verdict(KILLED, "tests/forge/A.t.sol:ATest.test"), {}, 2.0)}

        assert summary([MUTANT], known) == "of 1 mutants 1 judged, 2.0 s each: 1 killed by tests/forge"
        known = {MUTANT.id: Known(Verdict(KILLED, "tests/contracts/test_a.py::test"), {}, 3.0)}
        assert summary([MUTANT], known) == "of 1 mutants 1 judged, 3.0 s each: 1 killed by tests/contracts"

    def test_that_wait_are_not_counted_as_judged(self) -> None:
        known = {MUTANT.id: Known(Verdict(WAITS), {}, 2.0)}

        assert summary([MUTANT], known).startswith("of 1 mutants 0 judged")


class TestSample:
    def test_begins_with_the_weightiest_sources(self) -> None:
        others = [
            Mutant(source, 1, "a", "b", 0)
            for source in (
                "contracts/types/A.sol",
                "contracts/base/A.sol",
                "contracts/StockLedger.sol",
                "x.sol",
            )
        ]

        assert [one.source for one in sample(others, None, 0)] == [
            "contracts/StockLedger.sol",
            "contracts/base/A.sol",
            "contracts/types/A.sol",
            "x.sol",
        ]

    def test_grows_by_more_of_the_same(self) -> None:
        others = [Mutant("contracts/A.sol", 1, "a", "b", ordinal) for ordinal in range(20)]

        assert sample(others, 5, 1) == sample(others, 10, 1)[:5]
        assert sample(others, 5, 1) != sample(others, 5, 2)


class TestHashes:
    def test_tell_which_tests_changed(self, tmp_path: Path) -> None:
        for name in ("tests/forge/A.t.sol", "tests/contracts/stock.py", "tests/contracts/test_a.py"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
        before = hashes_of_tests(tmp_path)
        assert set(before) == {FORGE, CONTRACTS, "tests/contracts/test_a.py"}

        (tmp_path / "tests/contracts/test_a.py").write_text("x = 2\n", encoding="utf-8")
        after = hashes_of_tests(tmp_path)
        assert {name for name in before if before[name] != after[name]} == {"tests/contracts/test_a.py"}

    def test_of_contracts_pass_over_comments(self, tmp_path: Path) -> None:
        made(tmp_path)
        before = contracts_hash(tmp_path)
        path = tmp_path / "contracts/A.sol"

        path.write_text(SOURCE.replace("a < b", "nothing"), encoding="utf-8")
        assert contracts_hash(tmp_path) == before
        path.write_text(SOURCE.replace("a + 1", "a + 2"), encoding="utf-8")
        assert contracts_hash(tmp_path) != before

    def test_a_changed_file_runs_alone_and_a_changed_module_runs_all(self) -> None:
        assert changed_files(NOW, NOW) == set()
        assert changed_files(NOW, NOW | {"tests/contracts/test_a.py": "0"}) == {"tests/contracts/test_a.py"}
        assert changed_files(NOW, NOW | {FORGE: "0"}) == set()
        for before in (NOW | {CONTRACTS: "0"}, {}):
            assert changed_files(NOW, before) == {"tests/contracts/test_a.py", "tests/contracts/test_b.py"}

    def test_what_tests_run_is_replaced_file_by_file(self) -> None:
        known = {"ran": {"a.py::test": 1, "a.py::gone": 1, "b.py::test": 1, "built_stock": 1}}
        new = {"ran": {"a.py::test": 2, "built_stock": 1}}

        assert merge_reach(known, new, {"a.py"})["ran"] == {
            "a.py::test": 2,
            "b.py::test": 1,
            "built_stock": 1,
        }
