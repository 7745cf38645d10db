"""Events of Norms, field by field as in `INorms.sol` and `IEmergencies.sol`.

Each is an entry of the journal of its site or division there.
"""

# ruff: noqa: RUF009 -- `indexed` and `word` return dataclasses.field(...), no shared default.
from __future__ import annotations

from dataclasses import dataclass

from ledger_client.addresses import Address
from ledger_client.divisions import DivisionId
from ledger_client.events._codec import FixedEvent, indexed, word
from ledger_client.identifiers import ItemId, SiteId
from ledger_client.word_types import ADDRESS, BYTES32, UINT8, UINT16, UINT32, UINT64, UINT248


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorSet(FixedEvent):
    """What a site must keep of an item was set: base units, from `effective_at` on, seconds."""

    site: SiteId = indexed(UINT64)
    item: ItemId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    quantity: int = word(UINT64)
    effective_at: int = word(UINT64)
    source: bytes = word(BYTES32)
    authority_division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsSet(FixedEvent):
    """The terms of a storage mode at a division were set: share in basis points, notice in days."""

    division: DivisionId = indexed(UINT64)
    mode: int = indexed(UINT8)
    authority: Address = indexed(ADDRESS)
    share: int = word(UINT16)
    notice_days: int = word(UINT16)
    effective_at: int = word(UINT64)
    source: bytes = word(BYTES32)
    authority_division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleSet(FixedEvent):
    """How often what a site has of a category is counted was set: days, 0 for no cycle."""

    site: SiteId = indexed(UINT64)
    category: int = indexed(UINT32)
    authority: Address = indexed(ADDRESS)
    day_count: int = word(UINT16)
    effective_at: int = word(UINT64)
    source: bytes = word(BYTES32)
    authority_division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountProved(FixedEvent):
    """A recorded count was shown, for one of its categories; `key` is the count's."""

    site: SiteId = indexed(UINT64)
    category: int = indexed(UINT32)
    key: int = indexed(UINT248)
    caller: Address = word(ADDRESS)
    counted_at: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyDeclared(FixedEvent):
    """An emergency was declared, or declared again; in force from `from_` and before `until`, seconds."""

    division: DivisionId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    authority_division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    from_: int = word(UINT64)
    until: int = word(UINT64)
    reason: int = word(UINT16)
    source: bytes = word(BYTES32)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyEnded(FixedEvent):
    """An emergency was ended before its time."""

    division: DivisionId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    authority_division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    reason: int = word(UINT16)
    recorded_at: int = word(UINT64)
