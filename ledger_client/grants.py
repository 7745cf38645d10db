"""How grants and replacements of keys stand at a time, and which levels above may step in."""

from __future__ import annotations

from enum import Enum

from ledger_client.divisions import DivisionId, DivisionLevel, level, parent_at
from ledger_client.fold.records import Grant, Replacement

_PROPOSED, _OBJECTED = 1, 2


class GrantState(Enum):
    """How a grant stands.

    `ENDED_BEFORE` is a veto, or a revocation within the delay: it never acted.
    """

    WAITING = "waiting"
    ACTING = "acting"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    ENDED_BEFORE = "ended_before_acting"


class ReplacementState(Enum):
    """How a replacement of a key stands; the first five are those of `ReplacementStatus` in order."""

    PROPOSED = "proposed"
    OBJECTED = "objected"
    UPHELD = "upheld"
    REFUSED = "refused"
    EXECUTED = "executed"
    EXECUTABLE = "executable"
    UNDECIDED = "undecided"


_BY_STATUS = dict(enumerate(ReplacementState, 1))


def grant_state(grant: Grant, now: int) -> GrantState:
    """Return how a grant stands at a time, seconds since 1970."""
    if grant.revoked_at:
        return GrantState.ENDED_BEFORE if grant.revoked_at < grant.from_ else GrantState.REVOKED
    if grant.is_suspended:
        return GrantState.SUSPENDED
    return GrantState.WAITING if grant.from_ > now else GrantState.ACTING


def replacement_state(replacement: Replacement, now: int, delay: int) -> ReplacementState:
    """Return how a replacement stands at a time.

    Nobody objected within the delay: it can be executed. Nobody decided within another one: the grants stay
    suspended.

    Args:
        replacement: Which.
        now: Seconds since 1970.
        delay: The ledger's delay D, seconds.
    """
    if replacement.status == _PROPOSED and now >= replacement.proposed_at + delay:
        return ReplacementState.EXECUTABLE
    if replacement.status == _OBJECTED and now >= replacement.proposed_at + 2 * delay:
        return ReplacementState.UNDECIDED
    return _BY_STATUS[replacement.status]


def is_undecided(replacement: Replacement) -> bool:
    """Return whether a replacement was neither decided on nor executed."""
    return replacement.status in (_PROPOSED, _OBJECTED)


def suspended_grants(replacement: Replacement) -> list[tuple[int, int]]:
    """Return division and subject of the grants that a replacement suspended."""
    words = replacement.suspended
    return [(place & (1 << 64) - 1, subject) for place, subject in zip(words[::2], words[1::2], strict=True)]


def levels_above(division: DivisionId) -> list[DivisionId]:
    """Return the divisions strictly above one, the nearest first; nobody is above the country."""
    return [parent_at(division, each) for each in reversed(DivisionLevel) if each < level(division)]
