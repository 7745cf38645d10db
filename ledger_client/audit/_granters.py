"""Who made which grant: the state keeps the level that a granter relied on, and not the key."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger_client.addresses import Address
from ledger_client.digests import grant_key
from ledger_client.events import GrantMade, GrantReplaced, LedgerEvent
from ledger_client.fold import State


class Granter(NamedTuple):
    """The key that made a grant, and the division of the grant of AUTHORITY on which it relied."""

    key: Address
    division: int


@dataclass(slots=True)
class Granters:
    """Who made which grant, also where one was revoked and made anew by somebody else."""

    _made: dict[bytes, list[tuple[int, Granter]]] = field(default_factory=dict)

    def note(self, event: LedgerEvent, state: State) -> None:
        """Take in an event that was just folded into `state`."""
        if isinstance(event, GrantMade):
            key = grant_key(event.holder, event.role, event.division, event.subject)
            self._add(key, Granter(event.authority, int(event.authority_division)), state)
        elif isinstance(event, GrantReplaced):
            # Another key of the same holder: whoever granted the old one's made this one possible.
            before = self._made.get(
                grant_key(event.old_holder, event.role, event.division, event.subject), []
            )
            if before:
                key = grant_key(event.new_holder, event.role, event.division, event.subject)
                self._add(key, before[-1][1], state)

    def _add(self, key: bytes, granter: Granter, state: State) -> None:
        grant = state.grants[key]
        if grant is not None:
            self._made.setdefault(key, []).append((grant.position, granter))

    def of(self, key: bytes, position: int) -> Granter | None:
        """Return who made the grant with this key, as a document relied on it; None where no event says so.

        Args:
            key: Of the grant.
            position: In its holder's journal, of the grant's last change before the document.
        """
        made = self._made.get(key, [])
        before = bisect_right([at for at, _ in made], position)
        return made[before - 1][1] if before else None
