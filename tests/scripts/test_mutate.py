"""Which mutants there are, and how survivors are compared with the written reasons."""

from __future__ import annotations

from pathlib import Path

from mutants import Mutant, mutants_of
from mutate import INVALID, KILLED, REASON, SURVIVED, compare

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
    def test_names_a_survivor_without_reason(self) -> None:
        (sentence,) = compare([MUTANT], {MUTANT.id: (SURVIVED, "")}, set())

        assert MUTANT.id in sentence

    def test_names_a_reason_whose_mutant_is_killed_or_gone(self) -> None:
        killed = list(compare([MUTANT], {MUTANT.id: (KILLED, "a test")}, {MUTANT.id}))
        invalid = list(compare([MUTANT], {MUTANT.id: (INVALID, "")}, {MUTANT.id}))
        gone = list(compare([MUTANT], {}, {"0123456789"}))

        assert ["a test" in killed[0], MUTANT.id in invalid[0], "0123456789" in gone[0]] == [True] * 3

    def test_is_content_where_survivors_and_reasons_agree(self) -> None:
        assert list(compare([MUTANT], {MUTANT.id: (SURVIVED, "")}, {MUTANT.id})) == []
        assert list(compare([MUTANT], {}, {MUTANT.id})) == []

    def test_reads_reasons_from_a_table(self) -> None:
        assert REASON.findall("| id |\n| `0a1b2c3d4e` | A | why |\n`ffffffffff`") == ["0a1b2c3d4e"]
