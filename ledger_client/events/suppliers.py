"""Events of the SupplierRegistry, field by field as in `ISupplierRegistry.sol`.

Those that name a supplier are entries of its journal, the other two of the issuer's.
"""

# ruff: noqa: RUF009 -- `indexed`, `word` and `words` return dataclasses.field(...), no shared default.
from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ledger_client.addresses import Address
from ledger_client.divisions import DivisionId
from ledger_client.events._codec import FixedEvent, indexed, word, words
from ledger_client.identifiers import IssuerId, SupplierId
from ledger_client.roles import Role
from ledger_client.word_types import ADDRESS, BYTES32, UINT8, UINT16, UINT32, UINT64, UINT160, enum


class EntryKind(IntEnum):
    """What an entry of a history says; the numbers are those of `History.sol`."""

    NONE = 0
    ISSUED = 1
    RENEWED = 2
    SUSPENDED = 3
    REINSTATED = 4
    REVOKED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the history of a qualification or an accreditation.

    Attributes:
        kind: What it says.
        reason: Code of the reason, 0 in issued and renewed.
        effective_at: Since when it counts, seconds since 1970; never after `recorded_at`.
        recorded_at: Block time.
        grade: 1 (A) to 4 (D) in issued and renewed of a qualification, else 0.
        from_: From when it is valid, in issued and renewed, else 0.
        until: Until before when it is valid, likewise.
        actor: Who recorded it.
        role: The role of the grant relied on; its division is 0.
        grant_position: Sequence of the actor's journal at that grant's last change.
    """

    kind: EntryKind = word(enum(EntryKind))
    reason: int = word(UINT16)
    effective_at: int = word(UINT64)
    recorded_at: int = word(UINT64)
    grade: int = word(UINT8)
    from_: int = word(UINT64)
    until: int = word(UINT64)
    actor: Address = word(ADDRESS)
    role: Role = word(enum(Role))
    grant_position: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierRegistered(FixedEvent):
    """A supplier was registered, which alone qualifies it for nothing."""

    supplier: SupplierId = indexed(UINT160)
    authority: Address = indexed(ADDRESS)
    authority_division: DivisionId = word(UINT64)
    grant_position: int = word(UINT64)
    name_digest: bytes = word(BYTES32)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerRegistered(FixedEvent):
    """An issuer was registered by an authority of the root."""

    issuer: IssuerId = indexed(UINT160)
    authority: Address = indexed(ADDRESS)
    grant_position: int = word(UINT64)
    name_digest: bytes = word(BYTES32)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccreditationRecorded(FixedEvent):
    """An entry of an issuer's accreditation for a category."""

    issuer: IssuerId = indexed(UINT160)
    category: int = indexed(UINT32)
    entry: Entry = words(Entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationRecorded(FixedEvent):
    """An entry of a supplier's qualification."""

    supplier: SupplierId = indexed(UINT160)
    qualification: int = indexed(UINT160)
    issuer: IssuerId = indexed(UINT160)
    category: int = word(UINT32)
    certificate_digest: bytes = word(BYTES32)
    entry: Entry = words(Entry)
