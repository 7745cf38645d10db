"""Events of the Catalogue, field by field as in `ICatalogue.sol`."""

# ruff: noqa: RUF009 -- `indexed`, `word` and `words` return dataclasses.field(...), no shared default.
from __future__ import annotations

from dataclasses import dataclass

from ledger_client.addresses import Address
from ledger_client.events._codec import FixedEvent, indexed, word
from ledger_client.identifiers import ItemId
from ledger_client.word_types import ADDRESS, BOOL, BYTES3, BYTES32, UINT16, UINT32, UINT64


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRegistered(FixedEvent):
    """An item was registered, for good. `unit` is a code of Rec 20 in ASCII, filled up with a zero byte."""

    item: ItemId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    qualification_category: int = word(UINT32)
    shelf_life: int = word(UINT16)
    unit: bytes = word(BYTES3)
    serial: bool = word(BOOL)
    name_digest: bytes = word(BYTES32)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorSet(FixedEvent):
    """A base unit of `pack` holds `factor` base units of `unit`."""

    pack: ItemId = indexed(UINT64)
    unit: ItemId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    factor: int = word(UINT64)
