"""A word of storage as it should be."""

from __future__ import annotations

from typing import Any, NamedTuple


class Word(NamedTuple):
    """A word of storage as it should be.

    Attributes:
        contract: Name of the contract.
        slot: 32 bytes.
        value: What the events add up to.
        map: Which map of the state it belongs to.
        key: Which record of that map.
    """

    contract: str
    slot: bytes
    value: int
    map: str
    key: Any
