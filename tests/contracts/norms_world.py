"""The norms beside the stock ledger: who decides, how it is asked for, and all that an entry must change.

An `Order` is a call of `Norms`, ready to be sent; tests see it refused or `record` it. `NormsWorld.record`
asserts all that is common to them: every field of every event, the journals recomputed from the events alone,
and that of all storage nothing else changed than the words that the test names.

=============  ====  =====================================================
site           mode  categories of what lies there at the beginning
=============  ====  =====================================================
SITE           1     CATEGORY (two lots), GRAIN_CATEGORY (two), NOODLE_CATEGORY
SECOND_SITE    2     nothing
OTHER_SITE     3     CATEGORY
CLOSED_SITE    4     GRAIN_CATEGORY
=============  ====  =====================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chain import Actor, Chain, Event, Refusal
from journals import roll
from stock import DAY, Act, Party, Stock
from stock_world import APPROVER, MASKS, NOODLES, OLD, PIECES, RICE, build_stock
from web3.contract.contract import Contract, ContractFunction
from world import (
    CATEGORY,
    CITY,
    COMMUNITY,
    COUNTRY,
    DISTRICT,
    OTHER_CITY,
    PROVINCE,
    SITE,
    STREET,
    D,
    World,
    grant_key,
)

from ledger_client.documents import Kind, Timestamp
from ledger_client.keccak import keccak
from ledger_client.lines import CountLine
from ledger_client.roles import Role
from ledger_client.words import split_words

DECISION = keccak(b"a decision")
REASON = 7
NEVER_COUNTED = (0, 0)
FURTHEST = 366 * DAY
LONGEST = 30 * DAY
GRAIN_CATEGORY = 2_010_101
NOODLE_CATEGORY = 2_010_102
TOP = 2**63 - 1

CATEGORY_OF = {
    MASKS.lot_id: CATEGORY,
    PIECES.lot_id: CATEGORY,
    RICE.lot_id: GRAIN_CATEGORY,
    OLD.lot_id: GRAIN_CATEGORY,
    NOODLES.lot_id: NOODLE_CATEGORY,
}
"""What lies at SITE at the beginning: category by lot."""

AUTHORITIES = {
    COUNTRY: World.root,
    PROVINCE: World.province,
    CITY: World.city,
    DISTRICT: World.district,
    STREET: Actor("authority of the street"),
    COMMUNITY: Actor("authority of the community"),
    OTHER_CITY: World.other_city,
}
SUBJECTS = {
    "FloorSet": "site",
    "TermsSet": "division",
    "CycleSet": "site",
    "CountProved": "site",
    "EmergencyDeclared": "division",
    "EmergencyEnded": "division",
}


Told = tuple[str, dict[str, Any]]
"""The name of an event and all its fields, but for when it was recorded."""


@dataclass(frozen=True, slots=True)
class Order:
    """A call of `Norms`, and who sends it."""

    name: str
    arguments: tuple[Any, ...]
    by: Actor


def set_floors(
    *floors: tuple[int, int],
    site: int = SITE,
    effective_at: int = 0,
    source: bytes = DECISION,
    on: int = DISTRICT,
    by: Actor | None = None,
) -> Order:
    """Set what a site must keep: pairs of item and quantity."""
    return Order("setFloors", (site, floors, effective_at, source, on), by or AUTHORITIES[on])


def set_cycles(
    *cycles: tuple[int, int],
    site: int = SITE,
    effective_at: int = 0,
    source: bytes = DECISION,
    on: int = DISTRICT,
    by: Actor | None = None,
) -> Order:
    """Set how often a site counts: pairs of category and days."""
    return Order("setCycles", (site, cycles, effective_at, source, on), by or AUTHORITIES[on])


def set_terms(
    share: int,
    notice: int,
    *,
    division: int = DISTRICT,
    mode: int = 1,
    effective_at: int = 0,
    source: bytes = DECISION,
    on: int = DISTRICT,
    by: Actor | None = None,
) -> Order:
    """Set on which terms the sites of a mode give."""
    arguments = (division, mode, share, notice, effective_at, source, on)
    return Order("setTerms", arguments, by or AUTHORITIES[on])


def declare(
    until: int,
    *,
    division: int = DISTRICT,
    reason: int = REASON,
    source: bytes = DECISION,
    on: int = DISTRICT,
    by: Actor | None = None,
) -> Order:
    """Declare an emergency."""
    return Order("declareEmergency", (division, until, reason, source, on), by or AUTHORITIES[on])


def end(
    *, division: int = DISTRICT, reason: int = REASON, on: int = DISTRICT, by: Actor | None = None
) -> Order:
    """End an emergency."""
    return Order("endEmergency", (division, reason, on), by or AUTHORITIES[on])


def prove(act: Act, *, key: int | None = None, by: Actor = World.stranger) -> Order:
    """Show a document as a count."""
    document = act.document
    shown = (
        document.client_id,
        document.from_,
        document.to,
        document.occurred_at.word,
        document.reference,
        document.reason,
        document.qualification,
        document.deadline,
        list(split_words(document.lines)),
    )
    return Order("proveCount", (act.key if key is None else key, shown), by)


def sorted_lines(*counts: tuple[int, int]) -> list[CountLine]:
    """Lines of a count that found what was expected, ascending by lot."""
    return [CountLine(lot, units, units) for lot, units in sorted(counts)]


def norm_word(value: int, since: int, before: int = 0, before_since: int = 0) -> int:
    """The word of a norm, packed by hand."""
    return before | value << 64 | since << 128 | before_since << 168


def terms_value(share: int, notice: int) -> int:
    """The value of terms, packed by hand."""
    return 1 << 63 | notice << 16 | share


@dataclass(frozen=True, slots=True)
class Setting:
    """One norm that was set, as its event tells.

    Attributes:
        recorded_at: When it was set, in seconds.
        effective_at: From when it holds, in seconds, not before it was set.
        value: What holds.
    """

    recorded_at: int
    effective_at: int
    value: int


def holding(settings: Sequence[Setting], time: int) -> tuple[int, int]:
    """What holds at `time` of all that was set until then, and since when; 0 and 0 where nothing does.

    Another algorithm than the contract's: it knows the whole history and no word. What was set before
    something else took effect never comes to hold.
    """
    standing = [
        one
        for index, one in enumerate(settings)
        if not any(later.recorded_at < one.effective_at for later in settings[index + 1 :])
    ]
    begun = [one for one in standing if one.effective_at <= time]
    return (begun[-1].value, begun[-1].effective_at) if begun else (0, 0)


@dataclass(slots=True)
class NormsWorld:
    """The norms, and ways to write to them."""

    stock: Stock
    norms: Contract

    @property
    def chain(self) -> Chain:
        """The chain."""
        return self.stock.chain

    @property
    def next_time(self) -> int:
        """The time of the next block, unless a test travels."""
        return self.chain.now + 1

    def call(self, order: Order) -> ContractFunction:
        """The call of an order."""
        return self.norms.functions[order.name](*order.arguments)

    def send(self, order: Order) -> list[Event]:
        """Send an order that is accepted."""
        return self.chain.send(self.call(order), order.by)

    def send_at(self, order: Order, time: int) -> list[Event]:
        """Send an order that is accepted in a block at `time`."""
        if time > self.next_time:
            self.chain.travel_to(time - 1)
        sent = self.send(order)
        assert self.chain.now == time, (self.chain.now, time)
        return sent

    def refusal(self, order: Order) -> Refusal:
        """What is answered to an order that is refused, at the time of the last block."""
        return self.chain.refusal(self.call(order), order.by)

    def ask(self, getter: str, *arguments: int) -> Any:
        """What a view says, at the time of the last block."""
        return self.chain.ask(self.norms.functions[getter](*arguments))

    def giving(self, site: int, item: int) -> dict[str, Any]:
        """On which conditions a site gives an item, by the names of the fields."""
        fields = ("floor", "callable", "share", "noticeDays", "stale")
        return dict(zip(fields, self.ask("giving", site, item), strict=True))

    def decided(self, on: int) -> dict[str, Any]:
        """The fields of an event that say on whose grant it was decided."""
        holder = AUTHORITIES[on]
        word = self.chain.ask(
            self.stock.world.directory.functions.grantOf(grant_key(holder, Role.AUTHORITY, on))
        )
        return {
            "authority": holder.address,
            "authorityDivision": on,
            "grantPosition": word >> 128 & 2**64 - 1,
        }

    def count(self, *lines: CountLine, site: int = SITE, days_ago: int = 0, **fields: Any) -> Act:
        """Record a count of a site, which is said to have occurred now or some days ago, and return it."""
        journal = self.stock.word("siteJournal", site)
        at = {"occurred_at": Timestamp(self.chain.now - days_ago * DAY)}
        late = {"approver": APPROVER} if days_ago > 7 else {}
        said = {"from_": site, "reference": journal, **at, **late, **fields}
        act = self.stock.act(Kind.COUNT, *lines, **said)
        self.stock.enter(act)
        return act

    def reverse(self, act: Act) -> None:
        """Record the reversal of a count."""
        self.stock.enter(self.stock.reversal(act))

    def counted(self, category: int = GRAIN_CATEGORY, site: int = SITE) -> tuple[int, int]:
        """Key and time of the last count that was shown, `NEVER_COUNTED` where none was."""
        key, time = self.ask("counted", site, category)
        return int(key), int(time)

    def stale(self, category: int = GRAIN_CATEGORY, site: int = SITE) -> bool:
        """Whether the count of a category is overdue, at the time of the last block."""
        return bool(self.ask("isStale", site, category))

    def record(
        self,
        order: Order,
        events: Sequence[tuple[str, Mapping[str, Any]]],
        changes: Mapping[tuple[Any, ...], int | Sequence[int]],
    ) -> None:
        """Send an order, and see that it emits `events`, makes `changes`, and does nothing else.

        Args:
            order: What is sent.
            events: The name and all fields of each event, but for when it was recorded.
            changes: (getter, its arguments…) → the word or words that it says afterwards.
        """
        subjects = {int(fields[SUBJECTS[name]]) for name, fields in events}
        journals = {subject: self.ask("journal", subject) for subject in subjects}
        getters = [*changes, *(("journal", subject) for subject in subjects)]
        old = [word for getter in getters for word in _words(self.ask(*getter))]
        before, others = self._storage(), self._others()

        sent = self.send(order)

        assert [(event.name, event.fields) for event in sent] == [
            (name, {**fields, "recordedAt": self.chain.now}) for name, fields in events
        ]
        assert {event.address for event in sent} == {self.norms.address}
        for event in sent:
            subject = event.fields[SUBJECTS[event.name]]
            journals[subject] = roll(journals[subject], subject, keccak(b"".join(event.topics) + event.data))
        expected = [*changes.values(), *journals.values()]
        new = [word for words in expected for word in _words(words)]
        for getter, words in zip(getters, expected, strict=True):
            assert _words(self.ask(*getter)) == _words(words), getter
        after = self._storage()
        slots = before.keys() | after.keys()
        stored = Counter((before.get(slot, 0), after.get(slot, 0)) for slot in slots)
        assert _moved(stored) == _moved(Counter(zip(old, new, strict=True))), "changed storage"
        assert self._others() == others, "another contract changed"

    def _storage(self) -> dict[bytes, int]:
        return self.stock.storage_of(self.norms)

    def _others(self) -> list[dict[bytes, int]]:
        world = self.stock.world
        others = (world.directory, world.registry, world.catalogue, self.stock.ledger)
        return [self.stock.storage_of(contract) for contract in others]


def _words(value: int | Sequence[int]) -> list[int]:
    return [value] if isinstance(value, int) else list(value)


def _moved(pairs: Counter[tuple[int, int]]) -> Counter[tuple[int, int]]:
    return Counter({pair: count for pair, count in pairs.items() if pair[0] != pair[1]})


def journals_of(events: Sequence[Event]) -> dict[int, int]:
    """The journal word by site or division after `events`, which are all of `Norms`."""
    journals: dict[int, int] = {}
    for event in events:
        subject = event.fields[SUBJECTS[event.name]]
        digest = keccak(b"".join(event.topics) + event.data)
        journals[subject] = roll(journals.get(subject, 0), subject, digest)
    return journals


def build_norms() -> NormsWorld:
    """Build a stock ledger of its own with norms beside it, and authorities of street and community."""
    stock = build_stock()
    world = stock.world
    for division in (STREET, COMMUNITY):
        world.grant(AUTHORITIES[division], Role.AUTHORITY, division)
    world.chain.travel(D)
    parts = (world.directory.address, world.catalogue.address, stock.ledger.address)
    return NormsWorld(stock, world.chain.deploy("Norms", *parts, by=World.root))


def missing(order: Order, on: int) -> Refusal:
    """The refusal of somebody who has no grant as an authority at `on`."""
    return Party(order.by, Role.AUTHORITY, on).missing()
