"""What a key gave: grants, entries of qualifications and accreditations, and what the grantees gave in turn.

The index keeps who holds a grant, not who made it; the events say both. A grant names the level of the grant
that its maker relied on, and so does every entry and every document, so that what hangs on a grant is found
exactly: a holder's other grants taint nothing. A grant that was moved to a new key by a replacement goes on;
so does one that was moved by a replacement which the key proposed or upheld.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ledger_client.addresses import ZERO_ADDRESS, Address
from ledger_client.chain import Chain
from ledger_client.contracts import Deployment
from ledger_client.digests import grant_key
from ledger_client.events import (
    AccreditationRecorded,
    Entry,
    EntryKind,
    GrantMade,
    GrantReplaced,
    GrantRevoked,
    GrantVetoed,
    LedgerEvent,
    QualificationRecorded,
    ReplacementDecided,
    ReplacementProposed,
    decode_event,
)
from ledger_client.roles import Role
from ledger_client.trace.graph import Node, NodeKind
from ledger_client.trace.signatures import Signature


@dataclass(frozen=True, slots=True)
class GivenGrant:
    """A grant that the key made, or somebody by a grant that the key made.

    Attributes:
        key: Of the grant, 32 bytes.
        by: Who made it, as what.
        since: Block time since which documents may rely on it.
        until: Block time at which it ended or was made anew by somebody else; None while it stands.
    """

    key: bytes
    holder: Address
    role: Role
    division: int
    subject: int
    by: Signature
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class GivenEntry:
    """An entry that the key, or somebody by a grant that it gave, recorded.

    Attributes:
        subject: The qualification or the accreditation.
        kind: What it says.
        recorded_at: Block time.
        by: Who recorded it, as what.
    """

    subject: Node
    kind: EntryKind
    recorded_at: int
    by: Signature

    @property
    def allows(self) -> bool:
        """Whether goods may have been received because of it."""
        return self.kind in (EntryKind.ISSUED, EntryKind.RENEWED, EntryKind.REINSTATED)


@dataclass(frozen=True, slots=True)
class Given:
    """All that a key gave since a time.

    Attributes:
        grants: In the order in which they were made; one that was made again is there twice.
        entries: In the order in which they were recorded.
    """

    grants: list[GivenGrant] = field(default_factory=list)
    entries: list[GivenEntry] = field(default_factory=list)

    def reliance(self) -> dict[bytes, list[tuple[int, int | None]]]:
        """Return by grant between which block times documents may have relied on it."""
        found: dict[bytes, list[tuple[int, int | None]]] = {}
        for each in self.grants:
            found.setdefault(each.key, []).append((each.since, each.until))
        return found


def registrations(chain: Chain, deployment: Deployment, first: int, last: int) -> Iterator[LedgerEvent]:
    """Yield the events of grants and of sources from block `first` to `last`, as the node gives them.

    Args:
        chain: Where they are.
        deployment: Which contracts.
        first: The first block that counts; the deployment's where it lies before that.
        last: The last one.

    Raises:
        UnavailableError: The node does not answer.
    """
    contracts = [deployment.directory, deployment.supplier_registry]
    for logs in chain.logs(contracts, max(first, deployment.first_block), last):
        yield from map(decode_event, logs)


def given_by(events: Iterable[LedgerEvent], holder: Address, since: int) -> Given:
    """Return what a key gave since a block time, and what was given by what it gave.

    Args:
        events: Of the Directory and the SupplierRegistry, in order.
        holder: The key.
        since: Seconds since 1970.
    """
    reading = _Reading(holder, since)
    # The first grants of a ledger are made by nobody.
    for event in events if holder != ZERO_ADDRESS else ():
        rule = _RULES.get(type(event))
        if rule is not None:
            rule(reading, event)
    return Given(reading.grants, reading.entries)


class _Reading:
    def __init__(self, holder: Address, since: int) -> None:
        self._holder, self._since = holder, since
        self.grants: list[GivenGrant] = []
        self.entries: list[GivenEntry] = []
        self._open: dict[bytes, int] = {}
        self._replacements: dict[int, Signature] = {}

    # -- grants

    def made(self, event: GrantMade) -> None:
        key = grant_key(event.holder, event.role, event.division, event.subject)
        self._end(key, event.recorded_at)
        if by := self._authority(event):
            self._begin(key, event.holder, event, event.division, by)

    def ended(self, event: GrantRevoked | GrantVetoed) -> None:
        self._end(grant_key(event.holder, event.role, event.division, event.subject), event.recorded_at)

    def replaced(self, event: GrantReplaced) -> None:
        old, new = (
            grant_key(each, event.role, event.division, event.subject)
            for each in (event.old_holder, event.new_holder)
        )
        by = self._replacements.get(event.replacement)
        if by is None and old in self._open:
            by = self.grants[self._open[old]].by
        self._end(old, event.recorded_at)
        self._end(new, event.recorded_at)
        if by is not None:
            self._begin(new, event.new_holder, event, event.division, by)

    def proposed(self, event: ReplacementProposed) -> None:
        if by := self._authority(event):
            self._replacements[event.replacement] = by

    def decided(self, event: ReplacementDecided) -> None:
        by = self._authority(event)
        if by and event.upheld:
            self._replacements[event.replacement] = by

    def _authority(self, event: GrantMade | ReplacementProposed | ReplacementDecided) -> Signature | None:
        """Return who acted as an authority, where that is the key or relied on what it gave."""
        relied_on = grant_key(event.authority, Role.AUTHORITY, event.authority_division)
        if self._is_given(event.authority, relied_on, event.recorded_at):
            return Signature(event.authority, Role.AUTHORITY, event.authority_division)
        return None

    def _is_given(self, actor: Address, relied_on: bytes, recorded_at: int) -> bool:
        return (actor == self._holder and recorded_at >= self._since) or relied_on in self._open

    # -- entries

    def qualified(self, event: QualificationRecorded) -> None:
        self._enter(Node(NodeKind.QUALIFICATION, event.qualification), event.entry, event.issuer)

    def accredited(self, event: AccreditationRecorded) -> None:
        self._enter(Node(NodeKind.ACCREDITATION, event.issuer, event.category), event.entry, event.issuer)

    def _enter(self, subject: Node, entry: Entry, issuer: int) -> None:
        speaks_for = issuer if entry.role is Role.ISSUER else 0
        relied_on = grant_key(entry.actor, entry.role, 0, speaks_for)
        if self._is_given(entry.actor, relied_on, entry.recorded_at):
            by = Signature(entry.actor, entry.role, 0)
            self.entries.append(GivenEntry(subject, entry.kind, entry.recorded_at, by))

    # -- parts

    def _begin(self, key: bytes, holder: Address, event: Any, division: int, by: Signature) -> None:
        self._open[key] = len(self.grants)
        self.grants.append(
            GivenGrant(key, holder, event.role, division, event.subject, by, event.recorded_at)
        )

    def _end(self, key: bytes, at: int) -> None:
        place = self._open.pop(key, None)
        if place is not None:
            self.grants[place] = replace(self.grants[place], until=at)


_RULES: dict[type, Callable[[_Reading, Any], None]] = {
    GrantMade: _Reading.made,
    GrantRevoked: _Reading.ended,
    GrantVetoed: _Reading.ended,
    GrantReplaced: _Reading.replaced,
    ReplacementProposed: _Reading.proposed,
    ReplacementDecided: _Reading.decided,
    QualificationRecorded: _Reading.qualified,
    AccreditationRecorded: _Reading.accredited,
}
