"""Events of the Directory, field by field as in `IDirectory.sol`.

Those that name a holder are entries of the holder's journal, and those that name an old and a new holder of
both. Times are seconds since 1970.
"""

# ruff: noqa: RUF009 -- `indexed`, `word` and `words` return dataclasses.field(...), no shared default.
from __future__ import annotations

from dataclasses import dataclass

from ledger_client.addresses import Address
from ledger_client.divisions import DivisionId
from ledger_client.events._codec import FixedEvent, indexed, word
from ledger_client.identifiers import ConsigneeId, SiteId
from ledger_client.roles import Role
from ledger_client.word_types import ADDRESS, BOOL, BYTES32, UINT16, UINT64, UINT160, UINT256, enum

ROLE = enum(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionRegistered(FixedEvent):
    """A division was registered."""

    division: DivisionId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    authority_division: DivisionId = word(UINT64)
    name_digest: bytes = word(BYTES32)


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionClosed(FixedEvent):
    """A division was closed; `successor` is 0 where none takes over."""

    division: DivisionId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    authority_division: DivisionId = word(UINT64)
    successor: DivisionId = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRegistered(FixedEvent):
    """A site was registered."""

    site: SiteId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    authority_division: DivisionId = word(UINT64)
    disposal: bool = word(BOOL)
    name_digest: bytes = word(BYTES32)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteClosed(FixedEvent):
    """A site was closed; `successor` is 0 where none takes over."""

    site: SiteId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    authority_division: DivisionId = word(UINT64)
    successor: SiteId = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsigneeRegistered(FixedEvent):
    """A consignee was registered."""

    consignee: ConsigneeId = indexed(UINT160)
    division: DivisionId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    authority_division: DivisionId = word(UINT64)
    name_digest: bytes = word(BYTES32)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsigneeClosed(FixedEvent):
    """A consignee was closed."""

    consignee: ConsigneeId = indexed(UINT160)
    authority: Address = indexed(ADDRESS)
    authority_division: DivisionId = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassAccepted(FixedEvent):
    """An address joined its class, for life. An entry of the holder's journal."""

    holder: Address = indexed(ADDRESS)
    role: Role = word(ROLE)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantMade(FixedEvent):
    """A grant was made; it acts from `from_` on. An entry of the holder's journal."""

    holder: Address = indexed(ADDRESS)
    division: DivisionId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    role: Role = word(ROLE)
    subject: int = word(UINT256)
    authority_division: DivisionId = word(UINT64)
    from_: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRevoked(FixedEvent):
    """A grant was revoked. An entry of the holder's journal.

    `recorded_at` is binding; `compromised_since` (0 for none) is a claim that makes findings, never rewrites.
    """

    holder: Address = indexed(ADDRESS)
    division: DivisionId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    role: Role = word(ROLE)
    subject: int = word(UINT256)
    authority_division: DivisionId = word(UINT64)
    reason: int = word(UINT16)
    compromised_since: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantVetoed(FixedEvent):
    """A grant was vetoed before it acted. An entry of the holder's journal."""

    holder: Address = indexed(ADDRESS)
    division: DivisionId = indexed(UINT64)
    authority: Address = indexed(ADDRESS)
    role: Role = word(ROLE)
    subject: int = word(UINT256)
    authority_division: DivisionId = word(UINT64)
    reason: int = word(UINT16)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantSuspended(FixedEvent):
    """A grant was suspended by a replacement. An entry of the holder's journal."""

    holder: Address = indexed(ADDRESS)
    division: DivisionId = indexed(UINT64)
    replacement: int = indexed(UINT256)
    role: Role = word(ROLE)
    subject: int = word(UINT256)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantReinstated(FixedEvent):
    """A replacement was refused and a grant acts again. An entry of the holder's journal."""

    holder: Address = indexed(ADDRESS)
    division: DivisionId = indexed(UINT64)
    replacement: int = indexed(UINT256)
    role: Role = word(ROLE)
    subject: int = word(UINT256)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantReplaced(FixedEvent):
    """A grant went from the old holder to the new one, who acts at once. An entry of both journals."""

    old_holder: Address = indexed(ADDRESS)
    new_holder: Address = indexed(ADDRESS)
    replacement: int = indexed(UINT256)
    division: DivisionId = word(UINT64)
    role: Role = word(ROLE)
    subject: int = word(UINT256)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementProposed(FixedEvent):
    """A replacement was proposed, before its grants are suspended. An entry of both journals."""

    old_holder: Address = indexed(ADDRESS)
    new_holder: Address = indexed(ADDRESS)
    replacement: int = indexed(UINT256)
    authority: Address = word(ADDRESS)
    authority_division: DivisionId = word(UINT64)
    grants: int = word(UINT64)
    compromised_since: int = word(UINT64)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementObjected(FixedEvent):
    """The old holder objected. An entry of both journals."""

    old_holder: Address = indexed(ADDRESS)
    new_holder: Address = indexed(ADDRESS)
    replacement: int = indexed(UINT256)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementDecided(FixedEvent):
    """A level above the proposer decided on an objection. An entry of both journals."""

    old_holder: Address = indexed(ADDRESS)
    new_holder: Address = indexed(ADDRESS)
    replacement: int = indexed(UINT256)
    upheld: bool = word(BOOL)
    authority: Address = word(ADDRESS)
    authority_division: DivisionId = word(UINT64)
    reason: int = word(UINT16)
    recorded_at: int = word(UINT64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementExecuted(FixedEvent):
    """A replacement was executed, after its grants were moved. An entry of both journals."""

    old_holder: Address = indexed(ADDRESS)
    new_holder: Address = indexed(ADDRESS)
    replacement: int = indexed(UINT256)
    caller: Address = word(ADDRESS)
    recorded_at: int = word(UINT64)
