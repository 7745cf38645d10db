"""Which contract tests reach a mutant, by what is recorded of them and by the compiler's source maps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from forge import ROOT
from mutant_compiler import Compiler
from mutant_reach import Reach, Source, _add, _line_starts, _lines
from mutants import Mutant

TEXT = "contract A {\n  function f() {\n    a;\n    b;\n  }\n  function g() {\n    c;\n  }\n}\n"
NAME = "contracts/A.sol"
F, G = (2, 5), (6, 8)
CATALOGUE = {"Catalogue": "contracts/Catalogue.sol"}


def place(text: str) -> str:
    return f"{TEXT.index(text)}:{len(text)}:0"


class Sound(Reach):
    """What two tests run of one contract of four instructions, each a byte: f, a, b, c."""

    def __init__(self) -> None:
        self._uses = {
            "t.py::test_a": ["built_world"],
            "t.py::test_b[1]": ["t.py::shared"],
            "t.py::test_c": [],
        }
        self.digests = {"built_world": "digest"}
        self._ran = {
            "t.py::test_a": {"code": 0b0011},
            "t.py::test_b[1]": {"code": 0b0001},
            "t.py::shared": {"code": 0b0100},
            "t.py::test_c": {"code": 0b1000},
            "built_world": {"code": 0b1001},
        }
        self._size = dict.fromkeys(self._ran, 1)
        places = [(0, F), (1, (3, 3)), (2, (4, 4)), (3, (7, 7))]
        self._sources = {NAME: Source([F, G], {"code": places})}


def at(line: int) -> Mutant:
    return Mutant(NAME, line, "x", "y", 0)


def test_near_tests_run_the_line_and_far_ones_the_function() -> None:
    reached = Sound().of(at(3))

    assert (reached.near, reached.far) == (["t.py::test_a"], ["t.py::test_b[1]"])
    # The world was built with the function, but without the line.
    assert (reached.built, reached.digests) == (frozenset(), {"built_world": "digest"})


def test_what_a_shared_fixture_runs_counts_for_its_tests() -> None:
    assert Sound().of(at(4)).near == ["t.py::test_b[1]"]


def test_a_world_is_built_anew_where_the_line_helped_to_build_it() -> None:
    reached = Sound().of(at(7))

    assert (reached.near, reached.built) == (["t.py::test_c"], frozenset({"built_world"}))


def test_outside_functions_all_tests_run_and_those_with_the_line_first() -> None:
    reach = Sound()
    reach._sources[NAME].instructions["code"].append((4, (1, 1)))
    reach._ran["t.py::test_c"] = {"code": 0b10000}

    assert reach.of(at(1)).near == ["t.py::test_c"]
    assert set(reach.of(at(1)).far) == {"t.py::test_a", "t.py::test_b[1]"}
    assert reach.of(at(1)).built == {"built_world"}


def test_functions_come_before_their_other_parameters() -> None:
    reach = Sound()
    names = ["a::t[1]", "a::t[2]", "a::u"]
    reach._uses = {name: [] for name in names}
    reach._size = {"a::t[1]": 1, "a::t[2]": 2, "a::u": 3}

    assert reach._ordered(names) == ["a::t[1]", "a::u", "a::t[2]"]


def test_source_maps_are_read_with_what_they_leave_out() -> None:
    found = {NAME: Source()}
    starts = {NAME: _line_starts(TEXT)}
    # PUSH2 0x0000, ADD, ADD, of which the second is nobody's
    _add(
        found, {0: NAME}, starts, "code", bytes([0x61, 0, 0, 1, 1]), f"{place('a;')};{TEXT.index('b;')};::-1"
    )

    assert found[NAME].instructions == {"code": [(0, (3, 3)), (3, (4, 4))]}


def test_lines_are_counted_in_bytes_from_1() -> None:
    starts = _line_starts("é\nb\n")

    assert _lines(starts, "3:1:0") == (2, 2)
    assert _lines(starts, "0:4:0") == (1, 2)


@pytest.fixture(scope="module")
def compiler() -> Iterator[Compiler]:
    with Compiler(ROOT) as started:
        yield started


class TestCompiler:
    def test_knows_what_a_source_is_compiled_into(self, compiler: Compiler) -> None:
        both = CATALOGUE | {"StockLedger": "contracts/StockLedger.sol"}

        assert set(compiler.affected("contracts/types/ItemWord.sol", both)) == set(both)
        assert set(compiler.affected("contracts/base/Stock.sol", both)) == {"StockLedger"}

    def test_tells_a_change_from_none_and_from_nonsense(self, compiler: Compiler) -> None:
        path = CATALOGUE["Catalogue"]
        text = (ROOT / path).read_text(encoding="utf-8")
        sound = compiler.code(CATALOGUE, {})

        assert sound is not None
        assert compiler.code(CATALOGUE, {path: text.replace("_requireRoot();", "_requireRoot( );")}) == sound
        assert compiler.code(CATALOGUE, {path: text.replace("_requireRoot();", "")}) != sound
        assert compiler.code(CATALOGUE, {path: text.replace("_requireRoot();", "_requireRoot()")}) is None

    def test_gives_source_maps_and_syntax_trees(self, compiler: Compiler) -> None:
        output: dict[str, Any] = compiler.output(CATALOGUE, ("evm.bytecode.sourceMap",))

        assert Path("contracts/Catalogue.sol").as_posix() in output["sources"]
        assert output["sources"]["contracts/Catalogue.sol"]["ast"]["nodeType"] == "SourceUnit"
