"""What the model knows: the registers as they were set up, and the words of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from model_act import Act, day_of

from ledger_client.calldata import Consignment
from ledger_client.digests import commitment
from ledger_client.lines import LotAttributes
from ledger_client.roles import Role
from ledger_client.words import NEVER, VerdictStatus, VerdictWord, pack_verdict

HELD, RECALLED = 1, 2
OPEN, ACCEPTED, CLOSED = 1, 2, 3


@dataclass(slots=True)
class Place:
    """A site: whether goods may go in, and whether unusable goods may."""

    is_closed: bool = False
    is_disposal: bool = False


class GrantId(NamedTuple):
    holder: str
    role: Role
    division: int
    subject: int


@dataclass(slots=True)
class Item:
    category: int = 0
    shelf_life: int = 0


@dataclass(slots=True)
class History:
    """Of a qualification or an accreditation: its interval, and when it was suspended and reinstated."""

    valid_from: int
    until: int
    position: int
    entries: list[tuple[int, bool]] = field(default_factory=list)
    """(effective at, whether it counts), in the order in which they were recorded."""

    def is_suspended(self, at: int) -> bool:
        known = [counts for effective, counts in self.entries if effective <= at]
        return bool(known) and not known[-1]

    def status(self, at: int) -> VerdictStatus:
        if self.is_suspended(at):
            return VerdictStatus.SUSPENDED
        if at >= self.until:
            return VerdictStatus.EXPIRED
        return VerdictStatus.VALID if at >= self.valid_from else VerdictStatus.NOT_YET_VALID


@dataclass(slots=True)
class Qualification:
    supplier: int
    issuer: int
    category: int
    grade: int
    history: History


@dataclass(frozen=True, slots=True)
class Lot:
    item: int
    creating_site: int
    use_until: int
    status: int
    source: int
    batch: int

    @property
    def word(self) -> int:
        return self.status << 160 | self.use_until << 128 | self.creating_site << 64 | self.item


@dataclass(slots=True)
class Recorded:
    """A document that stands: its word's parts, and what an audit says of it for ever."""

    word: int
    is_reversed: bool = False
    is_named: bool = False

    @property
    def flagged(self) -> int:
        return self.word | self.is_named << 1 | self.is_reversed


@dataclass(frozen=True, slots=True)
class Transit:
    """A consignment as last committed to."""

    state: int
    from_: int
    to: int
    signers: tuple[str, ...]
    lines: tuple[int, ...]
    deadline: int

    @property
    def word(self) -> int:
        if self.state == CLOSED:
            return 1
        return commitment(self.state, self.from_, self.to, self.signers, self.packed) | self.deadline  # type: ignore[arg-type]

    @property
    def packed(self) -> bytes:
        return b"".join(line.to_bytes(32, "big") for line in self.lines)

    def given(self) -> Consignment:
        """What a client brings along."""
        return Consignment(self.state, self.signers, self.packed)  # type: ignore[arg-type]

    def closed(self) -> Transit:
        return replace(self, state=CLOSED, lines=())


class Told(NamedTuple):
    """A document that stands, as it was recorded: when, and what it moved (site, lot, difference)."""

    act: Act
    recorded_at: int
    moves: list[tuple[int, int, int]]


@dataclass(slots=True)
class State:
    """Everything."""

    places: dict[int, Place] = field(default_factory=dict)
    consignees: dict[int, bool] = field(default_factory=dict)
    """Consignee → whether it is open."""
    items: dict[int, Item] = field(default_factory=dict)
    factors: dict[tuple[int, int], int] = field(default_factory=dict)
    grants: dict[GrantId, int] = field(default_factory=dict)
    """Grants that act now → position in the holder's journal."""
    qualifications: dict[int, Qualification] = field(default_factory=dict)
    accreditations: dict[tuple[int, int], History] = field(default_factory=dict)

    balances: dict[tuple[int, int], int] = field(default_factory=dict)
    held_here: set[tuple[int, int]] = field(default_factory=set)
    lots: dict[int, Lot] = field(default_factory=dict)
    journals: dict[int, int] = field(default_factory=dict)
    lot_journals: dict[int, int] = field(default_factory=dict)
    documents: dict[int, Recorded] = field(default_factory=dict)
    transits: dict[int, Transit] = field(default_factory=dict)
    cards: dict[int, list[tuple[int, dict[int, int]]]] = field(default_factory=dict)
    """Site → its journal word and its balances after each of its documents."""
    claimed: list[int] = field(default_factory=list)
    """Since when the key of the keeper who is revoked now and then is said to be in foreign hands."""
    told: list[Told] = field(default_factory=list)
    """All documents, in order."""
    missing_since: dict[int, dict[int, int]] = field(default_factory=dict)
    """Consignment → lot of which something is missing and not settled → since when."""

    def is_open(self, site: int) -> bool:
        return site in self.journals

    def is_closed(self, site: int) -> bool:
        return site in self.places and self.places[site].is_closed

    def balance_word(self, site: int, lot: int) -> int:
        return ((site, lot) in self.held_here) << 63 | self.balances.get((site, lot), 0)

    def held_at(self, site: int) -> dict[int, int]:
        return {lot: quantity for (at, lot), quantity in self.balances.items() if at == site and quantity}

    def use_until(self, goods: LotAttributes) -> int:
        """Its printed last day; else the day of making and the shelf life; else never."""
        shelf_life = self.items[goods.item].shelf_life
        if goods.expires:
            return goods.expires
        return goods.made + shelf_life if goods.made and shelf_life else NEVER

    def is_expired(self, lot: Lot, at: int) -> bool:
        return day_of(at) > lot.use_until

    def verdict(self, qualification: int, at: int) -> VerdictWord:
        """What a qualification is worth at a time, by everything that is known now."""
        found = self.qualifications[qualification]
        accreditation = self.accreditations[found.issuer, found.category]
        status = found.history.status(at)
        # What cannot be mended by waiting comes first.
        if status != VerdictStatus.SUSPENDED and accreditation.status(at) != VerdictStatus.VALID:
            status = VerdictStatus.ISSUER_NOT_ACCREDITED
        return VerdictWord(status, found.grade, found.history.position, accreditation.position)

    def verdict_word(self, qualification: int, at: int) -> int:
        return pack_verdict(self.verdict(qualification, at))
