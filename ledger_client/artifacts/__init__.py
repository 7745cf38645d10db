"""The compiled contracts, as `scripts/compile` writes them: nobody who uses the ledger needs a compiler.

One JSON file a contract lies beside this module and ships in the wheel. `load_artifact` reads one of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Artifact:
    """One compiled contract.

    Attributes:
        name: The contract's name.
        abi: Its functions, events and errors, as the Solidity compiler describes them.
        bytecode: What a deployment sends, before the constructor's arguments.
        deployed_bytecode: What the chain holds afterwards, with zeros where immutable values go.
        immutable_references: By `Contract.variable`, the (first byte, length) of every place in
            `deployed_bytecode` that a deployment fills in.
        method_identifiers: The 4-byte selector in hexadecimal by function signature.
    """

    name: str
    abi: list[dict[str, Any]]
    bytecode: bytes
    deployed_bytecode: bytes
    immutable_references: dict[str, tuple[tuple[int, int], ...]]
    method_identifiers: dict[str, str]

    def matches(self, code: bytes) -> bool:
        """Tell whether `code`, read from a chain, is this contract, whatever its immutable values are."""
        return self._without_immutables(code) == self._without_immutables(self.deployed_bytecode)

    def _without_immutables(self, code: bytes) -> bytes:
        blank = bytearray(code)
        for start, length in (place for places in self.immutable_references.values() for place in places):
            blank[start : start + length] = bytes(length)
        return bytes(blank)


@cache
def artifact_names() -> tuple[str, ...]:
    """Return the names of all contracts, sorted."""
    files = (file.name for file in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in files if name.endswith(".json")))


@cache
def load_artifact(name: str) -> Artifact:
    """Return the compiled contract `name`.

    Raises:
        FileNotFoundError: There is no contract of that name: a mistake in the calling code.
    """
    return parse_artifact(resources.files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))


def parse_artifact(text: str) -> Artifact:
    """Return the compiled contract that `text`, one of the JSON files, describes."""
    raw = json.loads(text)
    return Artifact(
        name=raw["contractName"],
        abi=raw["abi"],
        bytecode=bytes.fromhex(raw["bytecode"].removeprefix("0x")),
        deployed_bytecode=bytes.fromhex(raw["deployedBytecode"].removeprefix("0x")),
        immutable_references={
            variable: tuple((place["start"], place["length"]) for place in places)
            for variable, places in raw["immutableReferences"].items()
        },
        method_identifiers=raw["methodIdentifiers"],
    )
