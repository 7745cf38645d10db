"""Reallocation beside the stock ledger and real norms: who asks, who gives, and what must always hold.

=============  ========  ====  ===================================================================
site           where     mode  what it holds at the beginning
=============  ========  ====  ===================================================================
GIVER          district  1     GRAIN: 300 SOON, 200 LATE, 500 NEVER, 10 SPOILT (expired); 50 MASKS
SECOND_GIVER   district  2     GRAIN: 400 NEVER; in GIVER's community
NEEDER         district  1     nothing; in another street
HOUSEHOLD      district  4     GRAIN: 100 NEVER; in GIVER's community
TWIN           district  1     GRAIN: 100 NEVER; in NEEDER's community
NEIGHBOUR      district  1     GRAIN: 100 NEVER; in NEEDER's street
OTHER_SITE     city      3     as in `stock_world`
FAR_SITE       country   1     as in `stock_world`
=============  ========  ====  ===================================================================

GIVER keeps 100 GRAIN, NEEDER 100, SECOND_GIVER 40. All of mode 1 may be called at once, half of mode 2 after
three days' notice; modes 3 to 5 have no terms.

`Reallocating.send` is how tests send anything: it sees that no other contract changed, and compares all that
the contract keeps with `Books`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from chain import Actor, Chain, Event, Refusal
from norms_world import NormsWorld, build_norms, set_floors, set_terms
from reallocation_books import Books, line
from stock import DAY, OFFSET, Act, Party, Stock, sent
from stock_world import APPROVER, DONOR, FIRST_DAY, FRESH_SITE, GRAIN, KEEPER, MASKS
from web3.contract.contract import Contract, ContractFunction
from world import COUNTRY, DISTRICT, D, World, grant_key, name_digest

from ledger_client.calldata import Consignment
from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded
from ledger_client.keccak import keccak
from ledger_client.lines import Line, LotAttributes, OpeningLine
from ledger_client.roles import Role
from ledger_client.words import pack_reference, split_words

GIVING_STREET, GIVING_COMMUNITY = 440106003, 440106003001
NEEDING_STREET, NEEDING_COMMUNITY, NEXT_COMMUNITY = 440106002, 440106002001, 440106002002
GIVER = GIVING_COMMUNITY * 1_000 + 101
SECOND_GIVER = GIVING_COMMUNITY * 1_000 + 201
HOUSEHOLD = GIVING_COMMUNITY * 1_000 + 401
NEEDER = NEEDING_COMMUNITY * 1_000 + 101
TWIN = NEEDING_COMMUNITY * 1_000 + 102
NEIGHBOUR = NEXT_COMMUNITY * 1_000 + 101
CLOSED = NEEDING_COMMUNITY * 1_000 + 103

SOON = LotAttributes(item=GRAIN, source=DONOR, expires=FIRST_DAY + 60)
LATE = LotAttributes(item=GRAIN, source=DONOR, expires=FIRST_DAY + 300)
NEVER = LotAttributes(item=GRAIN, source=DONOR, batch=keccak(b"a sack"))
SPOILT = LotAttributes(item=GRAIN, source=DONOR, expires=FIRST_DAY - 2)
OPENED = {
    GIVER: {SOON: 300, LATE: 200, NEVER: 500, SPOILT: 10, MASKS: 50},
    SECOND_GIVER: {NEVER: 400},
    HOUSEHOLD: {NEVER: 100},
    NEEDER: {},
    TWIN: {NEVER: 100},
    NEIGHBOUR: {NEVER: 100},
}
FLOORS = {GIVER: 100, SECOND_GIVER: 40, NEEDER: 100}
TERMS = {1: (10_000, 0), 2: (5_000, 3)}

GIVING = Party(Actor("keeper of the giving community"), Role.KEEPER, GIVING_COMMUNITY)
NEEDING = Party(Actor("keeper of the needing community"), Role.KEEPER, NEEDING_COMMUNITY)
DISTRICT_KEEPER = Party(Actor("keeper of the district"), Role.KEEPER, DISTRICT)
STREET_APPROVER = Party(Actor("approver of the needing street"), Role.APPROVER, NEEDING_STREET)
COMMUNITY_APPROVER = Party(Actor("approver of the needing community"), Role.APPROVER, NEEDING_COMMUNITY)
_NEW = (GIVING, NEEDING, DISTRICT_KEEPER, STREET_APPROVER, COMMUNITY_APPROVER)

ROUTINE, URGENT, CRITICAL = 1, 2, 3
PROPOSAL = 4
"""Type of a reference."""
ANCHOR = keccak(b"a matching")
REASON = 5
FAR_AHEAD = 366 * DAY
TOP = 2**63 - 1
"""The highest quantity there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked for."""

    client_id: bytes
    site: int = NEEDER
    item: int = GRAIN
    quantity: int = 250
    needed_by: int = 0
    urgency: int = ROUTINE
    reason: int = 0
    consignee: int = 0
    body: bytes = bytes(32)

    def words(self) -> tuple[Any, ...]:
        """The struct."""
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a giver gives."""

    client_id: bytes
    request: int
    giver: int = GIVER
    anchor: bytes = ANCHOR
    lines: tuple[int, ...] = ()

    def words(self) -> tuple[Any, ...]:
        """The struct."""
        return (self.client_id, self.request, self.giver, self.anchor, list(self.lines))


@dataclass(frozen=True, slots=True)
class Call:
    """A call of `Reallocation`, and who sends it."""

    name: str
    arguments: tuple[Any, ...]
    by: Actor

    def but(self, by: Party) -> Call:
        """The same call sent by somebody else."""
        return replace(self, by=by.actor)


def lines_of(*lots: tuple[LotAttributes, int]) -> tuple[int, ...]:
    """Lines of a proposal, ascending by lot."""
    return tuple(sorted(line(goods.lot_id, units) for goods, units in lots))


def goods_of(*lots: tuple[LotAttributes, int]) -> tuple[Line, ...]:
    """Lines of a document, ascending by lot."""
    return tuple(Line(goods.lot_id, units) for goods, units in sorted(lots, key=lambda one: one[0].lot_id))


def key_of(subject: int, client_id: bytes) -> int:
    """The key of a request of a site, or of a proposal for a request."""
    return int.from_bytes(keccak(subject.to_bytes(32, "big") + client_id)[:31], "big")


@dataclass(slots=True)
class Reallocating:
    """The contract, and ways to write to it."""

    norms: NormsWorld
    contract: Contract
    events: list[Event] = field(default_factory=list)
    documents: dict[int, DocumentRecorded] = field(default_factory=dict)
    """What was recorded through `recorded`, by key, as the ledger's event tells."""
    _ids: Any = field(default_factory=itertools.count)

    @property
    def stock(self) -> Stock:
        """The stock ledger."""
        return self.norms.stock

    @property
    def chain(self) -> Chain:
        """The chain."""
        return self.norms.chain

    @property
    def next_time(self) -> int:
        """The time of the next block, unless a test travels."""
        return self.chain.now + 1

    # --- calls

    def fresh_id(self) -> bytes:
        """A client id that was never used."""
        return next(self._ids).to_bytes(32, "big")

    def asking(self, **fields: Any) -> Asking:
        """What NEEDER asks for where the test says nothing else: 250 GRAIN within ten days."""
        defaults = {"client_id": self.fresh_id(), "needed_by": self.chain.now + 10 * DAY}
        return Asking(**(defaults | fields))

    def ask_for(self, asking: Asking, by: Party = NEEDING) -> Call:
        """The call of `request`."""
        return Call("request", (asking.words(), by.division), by.actor)

    def offer(self, request: int, *lots: tuple[LotAttributes, int], **fields: Any) -> Offer:
        """What GIVER gives where the test says nothing else."""
        defaults = {"client_id": self.fresh_id(), "request": request, "lines": lines_of(*lots)}
        return Offer(**(defaults | fields))

    def propose(self, offer: Offer, by: Party = GIVING) -> Call:
        """The call of `propose`."""
        return Call("propose", (offer.words(), by.division), by.actor)

    def approve(self, *proposals: int, by: Party = APPROVER, stale: int = 0) -> Call:
        """The call of `approve`."""
        return Call("approve", (list(proposals), by.division, stale), by.actor)

    def reject(self, *proposals: int, by: Party = APPROVER, reason: int = REASON) -> Call:
        """The call of `reject`."""
        return Call("reject", (list(proposals), by.division, reason), by.actor)

    def withdraw(self, *proposals: int, by: Party = GIVING, reason: int = REASON) -> Call:
        """The call of `withdraw`."""
        return Call("withdraw", (list(proposals), by.role, by.division, reason), by.actor)

    def withdraw_request(self, request: int, by: Party = NEEDING, reason: int = REASON) -> Call:
        """The call of `withdrawRequest`."""
        return Call("withdrawRequest", (request, reason, by.division), by.actor)

    def expire(self, *proposals: int, by: Actor = World.stranger) -> Call:
        """The call of `expire`."""
        return Call("expire", (list(proposals),), by)

    def show(self, act: Act, *, kind: Kind | None = None, key: int | None = None) -> Call:
        """The call of `show`, by somebody who has no grant."""
        document = act.document
        shown = (
            *(document.client_id, document.from_, document.to, document.occurred_at.word),
            *(document.reference, document.reason, document.qualification, document.deadline),
            list(split_words(document.lines)),
        )
        arguments = (act.kind if kind is None else kind, act.key if key is None else key, shown)
        return Call("show", arguments, World.stranger)

    def show_reversed(self, act: Act) -> Call:
        """The call of `showReversed`, by somebody who has no grant."""
        return Call("showReversed", (act.key,), World.stranger)

    def call(self, call: Call) -> ContractFunction:
        """The call as the chain takes it."""
        return self.contract.functions[call.name](*call.arguments)

    # --- sending

    def send(self, call: Call) -> list[Event]:
        """Send a call that is accepted, see that no other contract changed, and compare the books."""
        others = self._others()
        found = self.chain.send(self.call(call), call.by)
        assert self._others() == others, "another contract changed"
        assert {event.address for event in found} <= {self.contract.address}
        self.events += found
        self.check()
        return found

    def send_at(self, call: Call, time: int) -> list[Event]:
        """Send a call that is accepted in a block at `time`."""
        self.wait_for(time)
        found = self.send(call)
        assert self.chain.now == time, (self.chain.now, time)
        return found

    def wait_for(self, time: int) -> None:
        """Wait until the next block is at `time`."""
        if time > self.next_time:
            self.chain.travel_to(time - 1)
        assert self.next_time == time, "that time is over"

    def refusal(self, call: Call) -> Refusal:
        """What is answered to a call that is refused, at the time of the last block."""
        return self.chain.refusal(self.call(call), call.by)

    def refusal_at(self, call: Call, time: int) -> Refusal:
        """What is answered to a call that is refused in a block at `time`."""
        if time > self.chain.now:
            self.chain.travel_to(time)
        return self.refusal(call)

    def answer(self, call: Call) -> Any:
        """What a call would return."""
        return self.chain.ask(self.call(call), call.by)

    def ask(self, getter: str, *arguments: int) -> Any:
        """What a view says, at the time of the last block."""
        return self.chain.ask(self.contract.functions[getter](*arguments))

    def reserved(self, site: int = GIVER, item: int = GRAIN) -> int:
        """What is reserved at a site."""
        return int(self.ask("reserved", site, item))

    def position(self, party: Party) -> int:
        """Position in the journal of a holder at a grant's last change."""
        key = grant_key(party.actor, party.role, party.division)
        word = self.chain.ask(self.stock.world.directory.functions.grantOf(key))
        return int(word) >> 128 & 2**64 - 1

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo on leaving what was done inside."""
        before = list(self.events)
        with self.chain.undone():
            yield
        self.events[:] = before

    # --- whole steps

    def requested(self, by: Party = NEEDING, **fields: Any) -> int:
        """Make a request and return its key."""
        (event,) = self.send(self.ask_for(self.asking(**fields), by))
        return int(event.fields["request"])

    def proposed(
        self, request: int, *lots: tuple[LotAttributes, int], by: Party = GIVING, **fields: Any
    ) -> int:
        """Make a proposal and return its key."""
        (event,) = self.send(self.propose(self.offer(request, *lots, **fields), by))
        return int(event.fields["proposal"])

    def approved(self, *lots: tuple[LotAttributes, int], **fields: Any) -> tuple[int, int]:
        """Make a request, and a proposal that is approved; their keys.

        What stays of NEVER is listed too, so that the floor is covered.
        """
        request = self.requested(**fields)
        rest = () if any(goods == NEVER for goods, _ in lots) else ((NEVER, 0),)
        proposal = self.proposed(request, *lots, *rest)
        self.send(self.approve(proposal))
        return request, proposal

    def leaving(self, kind: Kind, proposal: int, *lots: tuple[LotAttributes, int], **fields: Any) -> Act:
        """A dispatch or hand-over from GIVER to NEEDER that refers to a proposal."""
        other = {"other": NEEDING} if kind is Kind.HAND_OVER else {}
        said = {
            "from_": GIVER,
            "to": NEEDER,
            "reference": pack_reference(PROPOSAL, proposal),
            "sender": GIVING,
        }
        return self.stock.act(kind, *goods_of(*lots), **(said | other | fields))

    def recorded(self, act: Act) -> Act:
        """Record a document in the ledger."""
        event = self.stock.enter(act)
        self.documents[event.key] = event
        return act

    def dispatched(self, proposal: int, *lots: tuple[LotAttributes, int], **fields: Any) -> Act:
        """Record a dispatch, and show it."""
        act = self.recorded(self.leaving(Kind.DISPATCH, proposal, *lots, **fields))
        self.send(self.show(act))
        return act

    def handed_over(self, proposal: int, *lots: tuple[LotAttributes, int], **fields: Any) -> Act:
        """Record a hand-over, and show it."""
        act = self.recorded(self.leaving(Kind.HAND_OVER, proposal, *lots, **fields))
        self.send(self.show(act))
        return act

    def answered(
        self, kind: Kind, of: Act, *exceptions: Line, consignment: Consignment | None = None, **fields: Any
    ) -> Act:
        """Record what answers a dispatch; it is not shown yet."""
        parties = {"sender": NEEDING} if kind in (Kind.ACCEPTANCE, Kind.CONTEST) else {"sender": GIVING}
        return self.recorded(
            self.stock.step(kind, of, consignment or sent(of), *exceptions, **(parties | fields))
        )

    def reversal(self, of: Act) -> Act:
        """Record the reversal of a delivery; it is not shown yet."""
        return self.recorded(self.stock.reversal(of, sender=GIVING, other=NEEDING, approver=APPROVER))

    # --- books

    def books(self) -> Books:
        """What follows from everything so far."""
        return Books(self.events, self.documents)

    def check(self) -> None:
        """Compare everything that is stored with the books."""
        books = self.books()
        for request, word in books.journals().items():
            assert self.ask("journal", request) == word, "journal"
        for request in books.made:
            assert self.ask("requestOf", request) == books.request_view(request), "request"
        for proposal, event in books.offered.items():
            assert self.ask("proposalOf", proposal) == books.proposal_view(proposal), "proposal"
            assert list(self.ask("linesOf", proposal)) == list(event.fields["lines"]), "lines"
        for key in books.deliveries():
            assert self.ask("deliveryOf", key) == books.delivery_view(key), "delivery"
        reserved = books.reserved()
        for key, event in books.offered.items():
            place = (event.fields["giver"], books.item(key))
            assert self.reserved(*place) == reserved[place], "reserved"
        for key, event in books.shown.items():
            assert event.fields["accepted"] == books.accepted_with(key), "accepted in the event"
            delivered = books.quantity(key) if key in books.deliveries() else 0
            assert event.fields["delivered"] == delivered, "delivered in the event"

    def _others(self) -> list[Any]:
        others = (self.stock.ledger, self.norms.norms, self.stock.world.directory)
        return [self.stock._account(contract)[2] for contract in others]


def build_reallocation() -> Reallocating:
    """Build norms beside a stock ledger of their own, and reallocation beside both."""
    norms = build_norms()
    stock = norms.stock
    _register(stock)
    for site, goods in OPENED.items():
        keeper = GIVING if site // 1_000 == GIVING_COMMUNITY else DISTRICT_KEEPER
        lines = (OpeningLine(attributes, units) for attributes, units in goods.items())
        stock.enter(stock.act(Kind.OPENING, *lines, to=site, sender=keeper, approver=APPROVER))
    for site, floor in FLOORS.items():
        norms.send(set_floors((GRAIN, floor), site=site))
    for mode, (share, notice) in TERMS.items():
        norms.send(set_terms(share, notice, division=COUNTRY, mode=mode, on=COUNTRY))
    parts = (norms.norms, stock.ledger, stock.world.directory, stock.world.catalogue)
    addresses = [part.address for part in parts]
    return Reallocating(norms, stock.chain.deploy("Reallocation", *addresses, OFFSET, by=World.root))


def _register(stock: Stock) -> None:
    places, send = stock.world.directory.functions, stock.chain.send
    for division in (GIVING_STREET, GIVING_COMMUNITY, NEEDING_STREET, NEEDING_COMMUNITY, NEXT_COMMUNITY):
        send(places.registerDivision(division, name_digest(division), COUNTRY), World.root)
    for site in (*OPENED, CLOSED):
        send(places.registerSite(site, False, name_digest(site), COUNTRY), World.root)
    send(places.closeSite(CLOSED, 0, COUNTRY), World.root)
    for party in _NEW:
        stock.world.grant(party.actor, party.role, party.division)
    stock.chain.travel(D)


def piles(reallocation: Reallocating) -> tuple[int, list[int]]:
    """Open FRESH_SITE with three lots, each of the highest quantity there is."""
    goods = [LotAttributes(item=GRAIN, source=number) for number in (1, 2, 3)]
    lines = (OpeningLine(lot, TOP) for lot in goods)
    stock = reallocation.stock
    stock.enter(stock.act(Kind.OPENING, *lines, to=FRESH_SITE, sender=KEEPER, approver=APPROVER))
    terms = set_terms(10_000, 0, division=COUNTRY, mode=5, on=COUNTRY)
    reallocation.norms.send(terms)
    return FRESH_SITE, [lot.lot_id for lot in goods]
