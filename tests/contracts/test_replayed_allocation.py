"""The client's replay of norms and reallocation against everything that their contracts store, word by word.

As `test_replayed_storage`, which does the same for the stock ledger: events that real contracts emitted, and
of both contracts every word, none unexplained. A random walk asks for more than is allowed as well.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import replayed
from eth_tester.exceptions import TransactionFailed
from norms_world import (
    GRAIN_CATEGORY,
    Order,
    declare,
    end,
    prove,
    set_cycles,
    set_floors,
    set_terms,
)
from reallocation_world import (
    CRITICAL,
    DISTRICT_KEEPER,
    GIVER,
    GIVING,
    LATE,
    NEEDER,
    NEEDING,
    NEIGHBOUR,
    NEVER,
    ROUTINE,
    SECOND_GIVER,
    SOON,
    STREET_APPROVER,
    TWIN,
    Call,
    Reallocating,
    build_reallocation,
)
from stock import DAY, Act, Party, sent
from stock_world import APPROVER, CITY_APPROVER, GRAIN, OTHER_APPROVER
from world import CITY, COUNTRY, DISTRICT, PROVINCE

from ledger_client.allocation import (
    DeliveryState,
    ProposalState,
    approval_levels,
    emergency_over,
    is_stale,
    lowest_common,
    norm_at,
    ruling_terms,
)
from ledger_client.calldata import Consignment
from ledger_client.documents import Kind
from ledger_client.identifiers import category_of
from ledger_client.lines import CountLine, Line
from ledger_client.words import split_words

PROPOSED, APPROVED = ProposalState.PROPOSED, ProposalState.APPROVED


def contracts(it: Reallocating) -> replayed.Contracts:
    world = it.stock.world
    return {
        "Directory": world.directory,
        "SupplierRegistry": world.registry,
        "Catalogue": world.catalogue,
        "StockLedger": it.stock.ledger,
        "Norms": it.norms.norms,
        "Reallocation": it.contract,
    }


def assert_same(it: Reallocating) -> Any:
    return replayed.assert_same(it.chain, contracts(it), ("Norms", "Reallocation"))


@pytest.fixture(scope="module")
def built() -> Reallocating:
    return build_reallocation()


@pytest.fixture
def it(built: Reallocating) -> Any:
    with built.undone():
        yield built


def count_of(it: Reallocating, site: int = GIVER) -> Act:
    """A recorded count of what a site of the district has of NEVER."""
    lot = NEVER.lot_id
    held = it.stock.balance(site, lot) & (1 << 63) - 1
    parties = {"sender": GIVING, "other": DISTRICT_KEEPER}
    return it.norms.count(CountLine(lot, held, held), site=site, **parties)


def test_world_as_it_was_built(it: Reallocating) -> None:
    state = assert_same(it)
    assert state.floors and state.terms and not state.requests


def test_norms_of_every_kind(it: Reallocating) -> None:
    norms = it.norms
    for order in (
        set_floors((GRAIN, 7), site=GIVER),
        set_floors((GRAIN, 8), site=GIVER, effective_at=it.chain.now + 9 * DAY),
        set_cycles((GRAIN_CATEGORY, 30), site=GIVER),
        set_cycles((GRAIN_CATEGORY, 60), site=GIVER, effective_at=it.chain.now + 9 * DAY),
        set_terms(9_000, 5, division=DISTRICT, mode=2),
        declare(it.chain.now + 20 * DAY, division=DISTRICT, on=CITY),
        declare(it.chain.now + 25 * DAY, division=DISTRICT, on=PROVINCE),
    ):
        norms.send(order)
        assert_same(it)
    act = count_of(it)
    norms.send(prove(act))
    state = assert_same(it)
    assert state.counted[GIVER, GRAIN_CATEGORY].key == act.key
    norms.reverse(act)
    it.chain.travel(40 * DAY)
    norms.send(prove(count_of(it)))
    norms.send(declare(it.chain.now + DAY, division=CITY, on=COUNTRY))
    norms.send(end(division=CITY, on=COUNTRY))
    state = assert_same(it)
    assert len(state.emergencies) == 2


def test_from_request_to_acceptance_with_a_shortage(it: Reallocating) -> None:
    request, proposal = it.approved((SOON, 60), (LATE, 40))
    assert_same(it)
    act = it.dispatched(proposal, (SOON, 60), (LATE, 20))
    assert_same(it)
    missing = Line.missing(SOON.lot_id, 12, 1)
    answer = it.answered(Kind.ACCEPTANCE, act, missing)
    it.send(it.show(answer))
    left = Consignment(2, (*act.signers, *answer.signers), answer.document.lines)  # type: ignore[arg-type]
    found = Line(SOON.lot_id, 5, 2)
    settled = it.answered(Kind.SETTLEMENT, act, found, consignment=left, sender=APPROVER)
    it.send(it.show(settled))
    state = assert_same(it)
    assert state.requests[request].accepted == 80 - 12 + 5
    assert state.deliveries[act.key].accepted == 73
    assert state.reserved[GIVER, GRAIN] == 20


@pytest.mark.parametrize("kind", [Kind.DISPATCH, Kind.HAND_OVER])
@pytest.mark.parametrize("ended", [False, True])
def test_a_delivery_that_is_reversed(it: Reallocating, kind: Kind, ended: bool) -> None:
    """Before the proposal ends and after."""
    request, proposal = it.approved((SOON, 60))
    show = it.dispatched if kind is Kind.DISPATCH else it.handed_over
    act = show(proposal, (SOON, 50))
    if ended:
        it.send(it.withdraw(proposal))
    it.reversal(act)
    it.send(it.show_reversed(act))
    state = assert_same(it)
    assert state.deliveries[act.key].state == DeliveryState.REVERSED
    assert (state.requests[request].accepted, state.proposals[proposal].remaining) == (0, 60)


@pytest.mark.parametrize("kind", [Kind.DISPATCH, Kind.HAND_OVER])
def test_a_delivery_that_is_shown_after_the_end(it: Reallocating, kind: Kind) -> None:
    request, proposal = it.approved((SOON, 60))
    act = it.recorded(it.leaving(kind, proposal, (SOON, 50)))
    it.send(it.withdraw(proposal))
    it.send(it.show(act))
    state = assert_same(it)
    found, on_its_way = state.requests[request], 50 if kind is Kind.DISPATCH else 0
    assert (found.promised, found.accepted) == (on_its_way, 50 - on_its_way)


def test_every_end_of_a_proposal(it: Reallocating) -> None:
    request = it.requested()
    keys = [it.proposed(request, (SOON, 10), (NEVER, 0)) for _ in range(4)]
    it.send(it.reject(keys[0]))
    it.send(it.withdraw(keys[1]))
    it.send(it.approve(keys[2]))
    it.send(it.withdraw(keys[2], by=APPROVER))
    it.send(it.withdraw_request(request))
    it.send(it.expire(keys[3]))
    state = assert_same(it)
    states = [ProposalState(state.proposals[key].state).name for key in keys]
    assert states == ["REJECTED", "WITHDRAWN", "WITHDRAWN", "EXPIRED"]


def test_what_is_skipped_changes_nothing(it: Reallocating) -> None:
    request = it.requested()
    fit, too_much = it.proposed(request, (NEVER, 10)), it.proposed(request, (NEVER, 245))
    events = it.send(it.approve(fit, too_much, 5))
    assert [event.name for event in events] == ["ProposalApproved", "ProposalSkipped", "ProposalSkipped"]
    state = assert_same(it)
    assert state.proposals[too_much].state == PROPOSED


# ---------------------------------------------------------------------------------------------- mirrored


def test_views_are_what_the_client_computes(it: Reallocating) -> None:
    """Giving, overdue counts, emergencies and levels, at many times, from the replayed state alone."""
    norms, now = it.norms, it.chain.now
    norms.send(set_cycles((GRAIN_CATEGORY, 3), site=GIVER, effective_at=now + 2 * DAY))
    norms.send(set_floors((GRAIN, 333), site=GIVER, effective_at=now + 4 * DAY))
    norms.send(set_terms(1_234, 8, division=DISTRICT, mode=1, effective_at=now + 3 * DAY))
    norms.send(declare(now + 6 * DAY, division=CITY, on=PROVINCE))
    request = it.requested(urgency=CRITICAL)
    proposal = it.proposed(request, (SOON, 10))
    act = count_of(it)
    norms.send(prove(act))
    state = assert_same(it)
    start = it.chain.now
    for hours in range(1, 24 * 12, 5):
        time = it.chain.travel_to(start + hours * 3_600)
        ruling = ruling_terms(GIVER, time, lambda *key: state.terms[key] or 0)  # type: ignore[arg-type]
        category = category_of(GRAIN)  # type: ignore[arg-type]
        stale = is_stale(state.cycles[GIVER, category] or 0, state.counted[GIVER, category].counted_at, time)
        floor = norm_at(state.floors[GIVER, GRAIN], time)
        assert ruling is not None
        assert tuple(it.norms.ask("giving", GIVER, GRAIN)) == (floor, True, *ruling[1], stale)
        common = lowest_common(GIVER, NEEDER)  # type: ignore[arg-type]
        over = emergency_over(common, time, state.emergencies.__getitem__)
        assert tuple(it.norms.ask("emergencyOver", common)) == (over is not None, over or 0)
        made = state.proposals[proposal].made_at
        levels = approval_levels(GIVER, NEEDER, CRITICAL, made, time, over)  # type: ignore[arg-type]
        assert tuple(it.ask("levels", proposal)) == (levels[0], levels[-1])


# ---------------------------------------------------------------------------------------------- at random


class Walk:
    """Steps at random, of which the contracts refuse some."""

    def __init__(self, it: Reallocating, seed: int) -> None:
        self.it, self.random = it, Random(seed)
        self.requests: list[int] = []
        self.proposals: list[int] = []
        self.sent: list[tuple[Act, Consignment]] = []
        self.refused = self.done = 0

    def step(self) -> None:
        steps: list[Callable[[], None]] = [
            *[self.ask] * 2,
            *[self.propose] * 4,
            *[self.approve] * 5,
            *[self.deliver] * 4,
            *[self.answer] * 3,
            *(self.reverse, self.reject, self.withdraw, self.expire, self.withdraw_request),
            *[self.norms] * 2,
            self.count,
        ]
        self.random.choice(steps)()
        if self.random.random() < 0.2:
            self.it.chain.travel(self.random.randint(1, 2 * DAY))

    def try_(self, call: Call | Order) -> list[Any]:
        """Send a call unless it is refused."""
        it = self.it
        function = it.call(call) if isinstance(call, Call) else it.norms.call(call)
        try:
            it.chain.ask(function, call.by)
        except TransactionFailed:
            self.refused += 1
            return []
        self.done += 1
        return it.chain.send(function, call.by)

    def record(self, act: Act) -> bool:
        """Record a document unless the ledger refuses it, and return whether it did not."""
        try:
            self.it.chain.ask(self.it.stock.call(act), act.sender.actor)
        except TransactionFailed:
            self.refused += 1
            return False
        self.it.stock.enter(act)
        return True

    def ask(self) -> None:
        site = self.random.choice([NEEDER, TWIN, NEIGHBOUR])
        asking = self.it.asking(
            site=site,
            quantity=self.random.randint(1, 400),
            reason=5,
            urgency=self.random.randint(ROUTINE, CRITICAL),
            needed_by=self.it.chain.now + self.random.randint(1, 12) * DAY,
        )
        for event in self.try_(self.it.ask_for(asking, DISTRICT_KEEPER)):
            self.requests.append(event.fields["request"])

    def propose(self) -> None:
        if self.requests:
            lots = self.random.sample([SOON, LATE, NEVER], self.random.randint(1, 3))
            lines = [(lot, self.random.choice([0, 5, 50, 90])) for lot in lots]
            giver = self.random.choice([GIVER, GIVER, SECOND_GIVER, TWIN])
            request = self.random.choice(self.requests)
            offer = self.it.offer(request, *lines, giver=giver)
            for event in self.try_(self.it.propose(offer, DISTRICT_KEEPER)):
                self.proposals.append(event.fields["proposal"])

    def some(self) -> list[int]:
        return self.random.sample(self.proposals, min(len(self.proposals), self.random.randint(1, 3)))

    def approve(self) -> None:
        by = self.random.choice([APPROVER, APPROVER, CITY_APPROVER, STREET_APPROVER, OTHER_APPROVER])
        self.try_(self.it.approve(*self.some(), by=by, stale=self.random.choice([0, 5])))

    def reject(self) -> None:
        self.try_(self.it.reject(*self.some()[:1]))

    def withdraw(self) -> None:
        by: Party = self.random.choice([DISTRICT_KEEPER, APPROVER, CITY_APPROVER])
        self.try_(self.it.withdraw(*self.some()[:1], by=by))

    def expire(self) -> None:
        self.try_(self.it.expire(*self.some()[:1]))

    def withdraw_request(self) -> None:
        if self.requests and self.random.random() < 0.3:
            self.try_(self.it.withdraw_request(self.random.choice(self.requests), by=DISTRICT_KEEPER))

    def deliver(self) -> None:
        approved = [key for key in self.proposals if self.it.ask("proposalOf", key)[5]]
        if not approved:
            return
        key = self.random.choice(approved)
        request, _, giver, remaining, *_ = self.it.ask("proposalOf", key)
        receiver = self.it.ask("requestOf", request)[0]
        lot = self.random.choice([SOON, LATE, NEVER])
        units = self.random.choice([remaining, remaining // 2, 7])
        kind = self.random.choice([Kind.DISPATCH, Kind.HAND_OVER])
        if not 0 < units <= self.it.stock.balance(giver, lot.lot_id) & (1 << 63) - 1:
            return
        other = {"other": NEEDING if receiver // 1_000 == NEEDER // 1_000 else DISTRICT_KEEPER}
        act = self.it.leaving(
            kind,
            key,
            (lot, units),
            from_=giver,
            to=receiver,
            sender=DISTRICT_KEEPER if giver == TWIN else GIVING,
            **(other if kind is Kind.HAND_OVER else {}),
        )
        if other["other"] is act.sender:
            return
        if not self.record(act):
            return
        self.try_(self.it.show(act))
        if kind is Kind.DISPATCH:
            self.sent.append((act, sent(act)))
        elif self.random.random() < 0.3:
            self.undo(act)

    def answer(self) -> None:
        if not self.sent:
            return
        act, consignment = self.sent.pop(self.random.randrange(len(self.sent)))
        [word] = split_words(act.document.lines)
        units = word & (1 << 63) - 1
        gone = self.random.choice([0, 0, units // 3])
        lines = [Line.missing(word >> 96, gone, 1)] if gone else []
        step = self.it.stock.step(
            Kind.ACCEPTANCE, act, consignment, *lines, sender=DISTRICT_KEEPER, approver=APPROVER
        )
        if act.sender is DISTRICT_KEEPER:
            return
        if not self.record(step):
            return
        self.try_(self.it.show(step))
        if gone and self.random.random() < 0.7:
            signers = (*act.signers, *step.signers)
            left = Consignment(2, signers, step.document.lines)  # type: ignore[arg-type]
            found = Line(word >> 96, gone, self.random.choice([1, 2, 3]))
            settled = self.it.stock.step(Kind.SETTLEMENT, act, left, found, sender=CITY_APPROVER)
            if self.record(settled):
                self.try_(self.it.show(settled))

    def reverse(self) -> None:
        if self.sent:
            act, _ = self.sent.pop(self.random.randrange(len(self.sent)))
            self.undo(act)

    def undo(self, act: Act) -> None:
        other = {"other": act.other} if act.other else {}
        reversal = self.it.stock.reversal(act, sender=act.sender, approver=APPROVER, **other)
        if self.record(reversal):
            self.try_(self.it.show_reversed(act))

    def norms(self) -> None:
        ahead = self.random.choice([0, self.it.chain.now + self.random.randint(1, 20) * DAY])
        site = self.random.choice([GIVER, SECOND_GIVER, NEEDER])
        mode = self.random.choice([1, 2])
        on = self.random.choice([DISTRICT, CITY, COUNTRY])
        at = {"division": on, "on": on}
        orders = [
            set_floors((GRAIN, self.random.randint(0, 200)), site=site, effective_at=ahead),
            set_cycles((GRAIN_CATEGORY, self.random.choice([0, 4, 30])), site=site, effective_at=ahead),
            set_terms(self.random.randint(2_000, 10_000), 2, mode=mode, effective_at=ahead, **at),
            declare(self.it.chain.now + self.random.randint(1, 30) * DAY, division=DISTRICT, on=on),
            end(division=DISTRICT, on=on),
        ]
        self.try_(self.random.choice(orders))

    def count(self) -> None:
        self.try_(prove(count_of(self.it, self.random.choice([GIVER, SECOND_GIVER]))))


@pytest.mark.parametrize("seed", range(3))
def test_at_random(it: Reallocating, seed: int) -> None:
    walk = Walk(it, seed)
    for number in range(90):
        walk.step()
        if number % 30 == 29:
            assert_same(it)
    state: Any = replayed.assert_same(it.chain, contracts(it))
    kinds = {entry.step for entry in state.request_entries.values()}
    assert walk.done and walk.refused and len(kinds) >= 4
