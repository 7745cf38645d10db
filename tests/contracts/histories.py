"""Histories of qualifications and accreditations, written a second time: words, and what they come to.

The rule of `ISupplierRegistry` in Python, by which the registry is judged. It knows nothing of state words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from chain import Actor
from world import CATEGORY, CERTIFICATE, ISSUER, SUPPLIER, World

from ledger_client.keccak import keccak
from ledger_client.roles import Role


class Kind(IntEnum):
    """What happened."""

    ISSUED = 1
    RENEWED = 2
    SUSPENDED = 3
    REINSTATED = 4
    REVOKED = 5


class Status(IntEnum):
    """What a verdict says."""

    UNKNOWN = 0
    VALID = 1
    NOT_YET_VALID = 2
    EXPIRED = 3
    SUSPENDED = 4
    REVOKED = 5
    ISSUER_NOT_ACCREDITED = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `start` and `end` are those of ISSUED and RENEWED."""

    kind: Kind
    effective_at: int
    recorded_at: int
    grade: int
    start: int
    end: int


def entry_word(
    kind: Kind,
    effective_at: int,
    recorded_at: int,
    *,
    reason: int = 0,
    grade: int = 0,
    interval: tuple[int, int] = (0, 0),
    by_authority: bool = False,
) -> int:
    """Pack an entry."""
    times = effective_at << 32 | recorded_at << 72 | interval[0] << 112 | interval[1] << 152
    return kind | reason << 8 | grade << 24 | times | by_authority << 192


def state_word(
    kind: Kind,
    interval: tuple[int, int],
    count: int,
    position: int,
    *,
    grade: int = 0,
    by_authority: bool = False,
) -> int:
    """Pack a state."""
    ends = interval[0] << 16 | interval[1] << 56
    return kind | grade << 8 | ends | count << 96 | position << 104 | by_authority << 168


def unpack_entry(word: int) -> Entry:
    """Unpack an entry."""
    times = (word >> shift & 2**40 - 1 for shift in (32, 72, 112, 152))
    effective_at, recorded_at, start, end = times
    return Entry(Kind(word & 255), effective_at, recorded_at, word >> 24 & 255, start, end)


def status_of(entries: Sequence[Entry], time: int) -> tuple[Status, int]:
    """Return status and grade at `time` of a history of which `entries` are known."""
    if not entries:
        return Status.UNKNOWN, 0
    counting = [index for index, entry in enumerate(entries) if entry.effective_at <= time]
    if not counting:
        return Status.NOT_YET_VALID, entries[0].grade
    ruling = max(counting)
    valid = [entry for entry in entries[: ruling + 1] if entry.kind in (Kind.ISSUED, Kind.RENEWED)][-1]
    if entries[ruling].kind == Kind.REVOKED:
        return Status.REVOKED, valid.grade
    if entries[ruling].kind == Kind.SUSPENDED:
        return Status.SUSPENDED, valid.grade
    if time >= valid.end:
        return Status.EXPIRED, valid.grade
    if time < max(valid.start, valid.recorded_at if valid.kind == Kind.ISSUED else valid.start):
        return Status.NOT_YET_VALID, valid.grade
    return Status.VALID, valid.grade


def verdict_of(
    qualification: Sequence[Entry], accreditation: Sequence[Entry], time: int
) -> tuple[Status, int]:
    """Return status and grade of a qualification, judged together with its issuer's accreditation."""
    status, grade = status_of(qualification, time)
    if status in (Status.UNKNOWN, Status.REVOKED, Status.SUSPENDED):
        return status, grade
    if status_of(accreditation, time)[0] != Status.VALID:
        return Status.ISSUER_NOT_ACCREDITED, grade
    return status, grade


class Grade(IntEnum):
    """How well a supplier is qualified."""

    A = 1
    B = 2
    D = 4


def qualification_id(issuer: int, supplier: int, category: int, certificate: bytes) -> int:
    """The id of a qualification."""
    words = (issuer, supplier, category, int.from_bytes(certificate, "big"))
    return int.from_bytes(keccak(b"".join(word.to_bytes(32, "big") for word in words))[:20], "big")


QUALIFICATION = qualification_id(ISSUER, SUPPLIER, CATEGORY, CERTIFICATE)


def entry(
    world: World,
    kind: Kind,
    *,
    actor: Actor,
    role: Role = Role.ISSUER,
    reason: int = 0,
    effective_at: int | None = None,
    grade: int = 0,
    interval: tuple[int, int] = (0, 0),
) -> dict[str, Any]:
    """The entry that an event of the last block says; ISSUER and root never changed their grants."""
    now = world.chain.now
    return {
        "kind": kind,
        "reason": reason,
        "effectiveAt": now if effective_at is None else effective_at,
        "recordedAt": now,
        "grade": grade,
        "from": interval[0],
        "until": interval[1],
        "actor": actor.address,
        "role": role,
        "grantPosition": 2,
    }
