"""What is claimed about keys: since when somebody else may have signed with them.

A claim rewrites nothing. It makes findings of what the key signed from then on; when the level above refuses
the replacement that made a claim, its word is final, and the claim falls with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger_client.addresses import Address
from ledger_client.events import GrantRevoked, LedgerEvent, ReplacementProposed
from ledger_client.fold import State

_REFUSED = 4  # `ReplacementStatus` in IDirectory.sol


@dataclass(frozen=True, slots=True)
class Claim:
    """What a revocation or the proposal of a replacement says about a key.

    Attributes:
        holder: Address of the key.
        since: Block time since which it is said to be in foreign hands.
        replacement: Number of the replacement that says so, 0 for a revocation.
        recorded_at: Block time of the claim itself.
    """

    holder: Address
    since: int
    replacement: int
    recorded_at: int


def claims_in(event: LedgerEvent) -> list[Claim]:
    """Return what an event claims about a key."""
    if isinstance(event, GrantRevoked) and event.compromised_since:
        return [Claim(event.holder, event.compromised_since, 0, event.recorded_at)]
    if isinstance(event, ReplacementProposed) and event.compromised_since:
        return [Claim(event.old_holder, event.compromised_since, event.replacement, event.recorded_at)]
    return []


def compromised_keys(claims: Iterable[Claim], state: State) -> dict[Address, Claim]:
    """Return of each key of which a claim stands the one that goes back furthest."""
    standing: dict[Address, Claim] = {}
    for claim in claims:
        replacement = state.replacements[claim.replacement] if claim.replacement else None
        if replacement is None or replacement.status != _REFUSED:
            known = standing.setdefault(claim.holder, claim)
            if claim.since < known.since:
                standing[claim.holder] = claim
    return standing
