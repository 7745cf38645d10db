"""Which contract tests reach a mutant: those that run an instruction of its line, and those of its function.

A contract is deterministic, so a test that runs no instruction of the changed function in the sound contracts
cannot see the change, unless it begins from a world that the function helped to build (`mutant_pytest.Trial`)
or measures gas. What ran is recorded by `mutant_pytest`, and compared with the compiler's source maps here.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mutant_compiler import ARTIFACTS, MAPS, Compiler, deployable_contracts
from mutants import Mutant

FUNCTIONS = ("FunctionDefinition", "ModifierDefinition")
PUSH1, PUSH32 = 0x60, 0x7F

Place = tuple[int, int]  # first and last line of what an instruction comes from
Span = tuple[int, int]  # first and last line of a function


@dataclass
class Source:
    """Where functions and instructions of one source are.

    Attributes:
        functions: The spans of its functions and modifiers.
        instructions: For each code, the lines that an instruction (a bit) comes from.
    """

    functions: list[Span] = field(default_factory=list)
    instructions: dict[str, list[tuple[int, Place]]] = field(default_factory=dict)

    def function_at(self, line: int) -> Span | None:
        """Return the innermost function around a line."""
        around = [span for span in self.functions if span[0] <= line <= span[1]]
        return min(around, key=lambda span: span[1] - span[0], default=None)

    def bits(self, chosen: Callable[[Place], bool]) -> dict[str, int]:
        """Return the instructions by code whose lines are `chosen`."""
        found = {
            code: sum(1 << counter for counter, place in instructions if chosen(place))
            for code, instructions in self.instructions.items()
        }
        return {code: bits for code, bits in found.items() if bits}


@dataclass(frozen=True, slots=True)
class Reached:
    """The tests that a mutant needs.

    Attributes:
        near: Tests that run the mutant's line, the most different and those that run least first.
        far: Other tests that run its function.
        built: The worlds that its line helps to build.
        digests: What the worlds hold that its function helps to build.
    """

    near: list[str]
    far: list[str]
    built: frozenset[str]
    digests: dict[str, str]


class Reach:
    """What each contract test runs, from the record that `mutant_pytest` wrote at `path`.

    Attributes:
        digests: What each world holds.
    """

    def __init__(self, path: Path, compiler: Compiler) -> None:
        record = json.loads(path.read_text(encoding="utf-8"))
        self._uses: dict[str, list[str]] = record["uses"]
        self.digests: dict[str, str] = record["digests"]
        self._ran = {
            name: {code: int(bits, 16) for code, bits in codes.items()}
            for name, codes in record["ran"].items()
        }
        self._size = {
            name: sum(bits.bit_count() for bits in codes.values()) for name, codes in self._ran.items()
        }
        self._sources = _sources(compiler, record["codes"])

    def of(self, mutant: Mutant) -> Reached:
        """Return the tests that can see a mutant."""
        source = self._sources.get(mutant.source, Source())
        function = source.function_at(mutant.line)
        if function is None:
            return self._of_constant(source, mutant.line)
        first, last = function
        line = source.bits(
            lambda place: first <= place[0] <= mutant.line <= place[1] <= last and place != function
        )
        whole = source.bits(lambda place: first <= place[0] and place[1] <= last)
        near = {name for name in self._ran if self._runs(name, line)}
        far = {name for name in self._ran if self._runs(name, whole)} | near
        worlds = {name: digest for name, digest in self.digests.items() if name in far}
        near_tests = self._ordered(self._with_shared(near))
        far_tests = self._ordered(self._with_shared(far) - set(near_tests))
        return Reached(near_tests, far_tests, frozenset(near & self.digests.keys()), worlds)

    def _of_constant(self, source: Source, line: int) -> Reached:
        """Return all tests, those first that run an instruction that was made from this line."""
        smallest = min((span[0] for span in source.functions), default=0)
        bits = source.bits(
            lambda place: place[0] <= line <= place[1] and not place[0] <= smallest <= place[1]
        )
        near = self._with_shared({name for name in self._ran if self._runs(name, bits)})
        rest = self._ordered(self._uses.keys() - near)
        return Reached(self._ordered(near), rest, frozenset(self.digests), {})

    def quickest(self, number: int) -> list[str]:
        """Return the tests that run least."""
        return self._ordered(self._uses)[:number]

    def _runs(self, name: str, wanted: dict[str, int]) -> bool:
        ran = self._ran[name]
        return any(ran.get(code, 0) & bits for code, bits in wanted.items())

    def _with_shared(self, names: set[str]) -> set[str]:
        shared = names - self.digests.keys()
        return {name for name, used in self._uses.items() if name in names or shared.intersection(used)}

    def _ordered(self, names: Iterable[str]) -> list[str]:
        """Order tests: one set of parameters of each function first, and what runs least before the rest."""
        rounds: Counter[str] = Counter()
        found: list[tuple[int, int, str]] = []
        for name in sorted(names, key=self._order):
            function = name.split("[", maxsplit=1)[0]
            found.append((rounds[function], len(found), name))
            rounds[function] += 1
        return [name for _, _, name in sorted(found)]

    def _order(self, name: str) -> tuple[int, str]:
        shared = (self._size.get(one, 0) for one in self._uses[name] if one not in self.digests)
        return self._size.get(name, 0) + sum(shared), name


# --- what the compiler says


def _sources(compiler: Compiler, codes: dict[str, str]) -> dict[str, Source]:
    contracts = deployable_contracts()
    found: dict[str, Source] = {}
    for contract, path in contracts.items():
        output = compiler.output({contract: path}, MAPS)
        names = {unit["id"]: name for name, unit in output["sources"].items()}
        starts = {name: _line_starts(compiler.text(name)) for name in output["sources"]}
        for name, unit in output["sources"].items():
            spans = {_lines(starts[name], node["src"]) for node in _nodes(unit["ast"], FUNCTIONS)}
            found.setdefault(name, Source()).functions = sorted(spans)
        evm = output["contracts"][path][contract]["evm"]
        for code, hexadecimal in codes.items():
            for part in _parts_of(contract, bytes.fromhex(hexadecimal)):
                _add(found, names, starts, code, bytes.fromhex(hexadecimal), evm[part]["sourceMap"])
    return found


def _parts_of(contract: str, code: bytes) -> Iterator[str]:
    artifact = json.loads((ARTIFACTS / f"{contract}.json").read_text(encoding="utf-8"))
    if code.startswith(bytes.fromhex(artifact["bytecode"][2:])):
        yield "bytecode"
    deployed = bytes.fromhex(artifact["deployedBytecode"][2:])
    blank = bytearray(code)
    for places in artifact["immutableReferences"].values():
        for place in places:
            blank[place["start"] : place["start"] + place["length"]] = bytes(place["length"])
    if blank == deployed:
        yield "deployedBytecode"


def _add(
    found: dict[str, Source],
    names: dict[int, str],
    starts: dict[str, list[int]],
    code: str,
    binary: bytes,
    source_map: str,
) -> None:
    entry = ["0", "0", "-1"]
    counter = 0
    for item in source_map.split(";"):
        for index, value in enumerate(item.split(":")[:3]):
            if value:
                entry[index] = value
        name = names.get(int(entry[2]))
        if name is not None:
            place = _lines(starts[name], ":".join(entry))
            found[name].instructions.setdefault(code, []).append((counter, place))
        if counter >= len(binary):
            break
        opcode = binary[counter]
        counter += opcode - PUSH1 + 2 if PUSH1 <= opcode <= PUSH32 else 1


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.encode().split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _lines(starts: list[int], src: str) -> Place:
    first, length, _ = map(int, src.split(":")[:3])
    return bisect_right(starts, first), bisect_right(starts, max(first, first + length - 1))


def _nodes(node: Any, types: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("nodeType") in types and node.get("implemented", True):
            yield node
        for value in node.values():
            yield from _nodes(value, types)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value, types)
