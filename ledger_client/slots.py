"""Where the contracts keep their words: storage slots, derived from the compiler's layout.

A value of a mapping lies at keccak(key ‖ slot), a member of a struct some slots behind, an element of a
dynamic array at keccak(slot) + index. Slot numbers come from the artifacts, so that a contract that is
compiled anew moves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from ledger_client.addresses import address_to_bytes
from ledger_client.keccak import keccak

DIRECTORY, REGISTRY, CATALOGUE, LEDGER = "Directory", "SupplierRegistry", "Catalogue", "StockLedger"
NORMS, REALLOCATION = "Norms", "Reallocation"
"""The contracts that keep storage, by name."""


def mapping_slot(key: int | bytes | str, slot: bytes) -> bytes:
    """Return the slot of a mapping's value.

    Args:
        key: A number, 32 bytes, a lot of 20 bytes (a number on chain), or an address.
        slot: The mapping's own slot, 32 bytes.
    """
    if isinstance(key, str):
        key = address_to_bytes(key)
    word = key.to_bytes(32, "big") if isinstance(key, int) else key.rjust(32, b"\0")
    return keccak(word + slot)


@cache
def slot_of(contract: str, label: str) -> bytes:
    """Return the slot of a state variable by its name, from the artifact's storage layout."""
    return layout(contract)[label]


@cache
def layout(contract: str) -> Mapping[str, bytes]:
    """Return the slot of every state variable of a contract, by its name."""
    text = resources.files("ledger_client.artifacts").joinpath(f"{contract}.json").read_text(encoding="utf-8")
    variables = json.loads(text)["storageLayout"]["storage"]
    return {variable["label"]: int(variable["slot"]).to_bytes(32, "big") for variable in variables}


def balance_key(site: int, lot: bytes) -> int:
    """Return the key of the balance of a lot at a site (`Stock.sol`)."""
    return site << 160 | int.from_bytes(lot, "big")


def plus(slot: bytes, index: int) -> bytes:
    """Return the slot `index` behind another."""
    return (int.from_bytes(slot, "big") + index).to_bytes(32, "big")
