"""Compiles mutants: one Node process keeps the compiler loaded, and compiles only what a mutant changes.

The settings are those of `compile_contracts`; only the code is asked for, of the contracts that depend on the
changed source. That takes 0.5 to 7 seconds, where forge, which compiles its tests too, takes 8 to 20.
"""

from __future__ import annotations

import json
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from compile_contracts import GROUPS, IMPORT, standard_input
from forge import NPM_PACKAGES, ROOT, forge_environment

CODE = ("evm.bytecode.object", "evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences")
MAPS = ("evm.bytecode.sourceMap", "evm.deployedBytecode.sourceMap")
ARTIFACTS = ROOT / "ledger_client/artifacts"
# Forge tests that sources are compiled into, and not only called by.
LINKED_TESTS = ("MovesTest", "WordsTest")


@dataclass(frozen=True, slots=True)
class Code:
    """What a contract compiles to.

    Attributes:
        creation: What a deployment sends, in hexadecimal without 0x.
        deployed: What it leaves, with zeros where immutable values go.
        immutables: The (first byte, length) of all places of each immutable, in order of declaration.
    """

    creation: str
    deployed: str
    immutables: tuple[tuple[tuple[int, int], ...], ...]


def deployable_contracts() -> dict[str, str]:
    """Return the source of each contract that is deployed, by its name."""
    artifacts = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(ARTIFACTS.glob("*.json"))]
    return {artifact["contractName"]: artifact["sourceName"] for artifact in artifacts}


def linked_tests() -> dict[str, str]:
    """Return the source of each of `LINKED_TESTS`, by its name."""
    return {name: f"tests/forge/{name.removesuffix('Test')}.t.sol" for name in LINKED_TESTS}


class Compiler:
    """Compiles sources of `tree` with one of them changed.

    Args:
        tree: The repository, or a copy of its `contracts` and `tests/forge`.
    """

    def __init__(self, tree: Path) -> None:
        self._tree = tree
        self._texts: dict[str, str] = {}
        self._lock = threading.Lock()
        environment = forge_environment(tree)
        command = ["node", str(ROOT / "scripts/mutate_solc.js")]
        self._node = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._node.kill()
        self._node.communicate()

    def affected(self, source: str, contracts: dict[str, str]) -> dict[str, str]:
        """Return those of `contracts` (sources by name) that `source` is compiled into."""
        return {name: path for name, path in contracts.items() if source in self._closure([path])}

    def code(self, contracts: dict[str, str], changed: dict[str, str]) -> dict[str, Code] | None:
        """Return the code of `contracts` with the texts `changed`, or None where it does not compile."""
        output = self.output(contracts, CODE, changed)
        if any(error["severity"] == "error" for error in output.get("errors", [])):
            return None
        return {name: _code(output["contracts"][path][name]["evm"]) for name, path in contracts.items()}

    def output(
        self, contracts: dict[str, str], wanted: tuple[str, ...], changed: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the compiler's output for `contracts` (sources by name), as far as it is `wanted`."""
        names = sorted(self._closure(contracts.values()))
        request = standard_input(GROUPS[0], {name: self.text(name) for name in names} | (changed or {}))
        selection: dict[str, Any] = {path: {name: list(wanted)} for name, path in contracts.items()}
        if any("sourceMap" in one for one in wanted):
            selection["*"] = {"": ["ast"]}
        request["settings"]["outputSelection"] = selection
        assert self._node.stdin is not None and self._node.stdout is not None
        with self._lock:
            self._node.stdin.write(json.dumps(request) + "\n")
            self._node.stdin.flush()
            line = self._node.stdout.readline()
        if not line:
            raise RuntimeError("the compiler ended: run scripts/compile --check")
        return dict(json.loads(line))

    def text(self, name: str) -> str:
        """Return the text of a source as it stands in the tree."""
        if name not in self._texts:
            directory = ROOT / NPM_PACKAGES if name.startswith("@") else self._tree
            self._texts[name] = (directory / name).read_text(encoding="utf-8")
        return self._texts[name]

    def _closure(self, paths: Any) -> set[str]:
        waiting, found = list(paths), set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(_imports(name, self.text(name)))
        return found


def _imports(name: str, text: str) -> list[str]:
    folder = Path(name).parent
    targets = IMPORT.findall(text)
    return [_normal(folder / target) if target.startswith(".") else target for target in targets]


def _normal(path: Path) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _code(evm: dict[str, Any]) -> Code:
    by_declaration = sorted(
        evm["deployedBytecode"]["immutableReferences"].items(), key=lambda item: int(item[0])
    )
    immutables = tuple(tuple((one["start"], one["length"]) for one in places) for _, places in by_declaration)
    return Code(evm["bytecode"]["object"], evm["deployedBytecode"]["object"], immutables)
