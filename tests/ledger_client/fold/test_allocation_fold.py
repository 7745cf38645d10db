"""Norms and reallocation folded, against what a story in plain Python keeps; and what stops the fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from allocation_history import (
    CATEGORY,
    DAY,
    MASKS,
    ONE,
    STREET,
    THREE,
    TWO,
    Allocation,
    allocated,
    whole_story,
)
from stock_history import ITEM

from ledger_client import events
from ledger_client.allocation import DeliveryState, Emergency, ProposalState, norm_at, norm_waiting
from ledger_client.digests import entry_digest, roll
from ledger_client.documents import Kind
from ledger_client.events import Log, decode_event, encode_fixed
from ledger_client.fold import EventOutOfPlaceError, EventRefusedError, State, fold_event, memory_state
from ledger_client.fold.allocation_records import NormStep, RequestStep
from ledger_client.roles import Role


def folded(logs: Sequence[Log]) -> Any:
    state = memory_state()
    for log in logs:
        fold_event(state, decode_event(log))
    return state


def logs_of(story: Allocation) -> list[Log]:
    chain = story.history.chain
    return list(chain.logs(0, chain.head()))


@pytest.fixture(scope="module")
def told() -> tuple[Allocation, dict[str, Any]]:
    return whole_story()


@pytest.fixture(scope="module")
def state(told: tuple[Allocation, dict[str, Any]]) -> Any:
    return folded(logs_of(told[0]))


class TestWhatItAddsUpTo:
    def test_counts_of_requests(self, told: tuple[Allocation, dict[str, Any]], state: Any) -> None:
        kept = {
            key: (each.asking, each.accepted, each.promised, each.withdrawn)
            for key, each in told[0].requests.items()
        }
        found = {
            key: (
                events.Asking(
                    client_id=each.client_id,
                    site=each.site,
                    item=each.item,
                    quantity=each.quantity,
                    needed_by=each.needed_by,
                    urgency=each.urgency,
                    reason=each.reason,
                    consignee=each.consignee,
                    body=each.body,
                ),
                each.accepted,
                each.promised,
                each.is_withdrawn,
            )
            for key, each in state.requests.items()
        }
        assert found == kept

    def test_what_remains_of_proposals(self, told: tuple[Allocation, dict[str, Any]], state: Any) -> None:
        kept = {key: (each.state, each.remaining, each.lines) for key, each in told[0].proposals.items()}
        found = {
            key: (
                ProposalState(each.state).name.lower(),
                each.remaining,
                tuple((word >> 96, word & (1 << 63) - 1) for word in each.line_words),
            )
            for key, each in state.proposals.items()
        }
        assert found == kept

    def test_what_is_reserved(self, told: tuple[Allocation, dict[str, Any]], state: Any) -> None:
        assert state.reserved == told[0].reserved

    def test_conservation_of_a_request(self, told: tuple[Allocation, dict[str, Any]], state: Any) -> None:
        """Promised is what approved proposals still reserve, and what is on its way."""
        for key, request in state.requests.items():
            reserved = sum(
                each.remaining
                for each in state.proposals.values()
                if each.request == key and each.state == ProposalState.APPROVED
            )
            on_its_way = sum(
                each.quantity
                for each in state.deliveries.values()
                if each.request == key and each.is_on_its_way
            )
            accepted = sum(each.accepted for each in state.deliveries.values() if each.request == key)
            assert (request.promised, request.accepted) == (reserved + on_its_way, accepted)

    def test_deliveries(self, told: tuple[Allocation, dict[str, Any]], state: Any) -> None:
        seen = told[1]
        found = {
            name: (DeliveryState(each.state), each.quantity, each.accepted)
            for name in ("dispatch", "hand-over", "second dispatch")
            for each in [state.deliveries[seen[name].key]]
        }
        assert found == {
            "dispatch": (DeliveryState.ANSWERED, 50, 48),
            "hand-over": (DeliveryState.REVERSED, 20, 0),
            "second dispatch": (DeliveryState.ANSWERED, 30, 0),
        }
        assert {
            state.answers[seen[name].key].accepted for name in ("acceptance", "settlement", "return")
        } == {45, 3, 0}

    def test_norms(self, told: tuple[Allocation, dict[str, Any]], state: Any) -> None:
        now = told[0].now
        floor = state.floors[ONE, ITEM]
        assert norm_at(floor, now) == 150
        assert norm_at(state.floors[TWO, ITEM], now) == 50
        # Set 20 days ahead, five of which are over since.
        assert norm_at(state.cycles[ONE, CATEGORY], now) == 0
        before = folded(logs_of(told[0])[:-1])
        assert norm_at(before.cycles[ONE, CATEGORY], now) == 30
        assert norm_waiting(before.cycles[ONE, CATEGORY], now) is None
        assert state.counted[ONE, CATEGORY].key == told[1]["count"].key

    def test_an_emergency_that_was_prolonged_and_ended(
        self, told: tuple[Allocation, dict[str, Any]], state: Any
    ) -> None:
        from_, until = told[0].emergencies[4201]
        assert state.emergencies[4201] == Emergency(from_, until, 0)

    def test_the_consent_is_kept(self, told: tuple[Allocation, dict[str, Any]], state: Any) -> None:
        [(key, consent)] = state.consents.items()
        assert key == told[1]["other"]
        assert consent.kind == Kind.DISPATCH and consent.occurred_at >> 63

    def test_journals_are_rolled_by_all_but_what_was_skipped(
        self, told: tuple[Allocation, dict[str, Any]], state: Any
    ) -> None:
        expected: dict[int, int] = {}
        for event in map(decode_event, logs_of(told[0])):
            if isinstance(event, events.NormsEvent):
                subject = getattr(event, "site", 0) or event.division  # type: ignore[union-attr]
            else:
                is_entry = isinstance(event, events.ReallocationEvent)
                subject = getattr(event, "request", 0) if is_entry else 0
            if not subject:
                continue
            expected[subject] = roll(expected.get(subject, 0), subject, entry_digest(event))
        assert state.norm_journals | state.request_journals == expected

    def test_entries_are_numbered_without_gaps(self, state: Any) -> None:
        for journals, entries in (
            (state.norm_journals, state.norm_entries),
            (state.request_journals, state.request_entries),
        ):
            counts = {key: word & (1 << 64) - 1 for key, word in journals.items()}
            assert entries.keys() == {(key, n + 1) for key, count in counts.items() for n in range(count)}

    def test_every_kind_of_entry_occurs(self, state: Any) -> None:
        assert {each.step for each in state.norm_entries.values()} == set(NormStep)
        assert {each.step for each in state.request_entries.values()} == set(RequestStep)


def altered(log: Log, **changes: Any) -> Log:
    """The same log with other values in its event."""
    topics, data = encode_fixed(replace(decode_event(log), **changes))  # type: ignore[arg-type]
    return replace(log, topics=topics, data=data)


def _of(story: Allocation, kind: type, which: int = 0) -> tuple[int, Log]:
    found = [(at, log) for at, log in enumerate(logs_of(story)) if type(decode_event(log)) is kind]
    return found[which]


ALTERED: list[tuple[type, int, Callable[[Any], dict[str, Any]], str]] = [
    (events.FloorSet, 0, lambda e: {"effective_at": e.recorded_at - 1}, "takes effect"),
    (events.CycleSet, 0, lambda e: {"effective_at": e.recorded_at - 1}, "takes effect"),
    (events.TermsSet, 0, lambda e: {"effective_at": e.recorded_at - 1}, "takes effect"),
    (events.CountProved, 0, lambda e: {"key": e.key ^ 1}, "names document"),
    (events.CountProved, 0, lambda e: {"site": TWO}, "the site"),
    (events.CountProved, 0, lambda e: {"counted_at": e.counted_at - 1}, "the time of the count"),
    (events.EmergencyDeclared, 1, lambda e: {"from_": e.from_ + 1}, "its beginning"),
    (events.EmergencyDeclared, 1, lambda e: {"authority_division": 4201}, "does not repeat"),
    (events.EmergencyDeclared, 1, lambda e: _below(e, division=420106, authority_division=42), "go on below"),
    (events.EmergencyEnded, 0, lambda e: {"recorded_at": e.recorded_at + 30 * DAY}, "no emergency"),
    (events.EmergencyEnded, 0, lambda e: {"division": 42}, "names an emergency of division 42"),
    (events.RequestMade, 0, lambda e: {"request": e.request ^ 1}, "the key"),
    (events.RequestMade, 0, lambda e: {"floor": 49}, "the floor"),
    (events.RequestMade, 0, lambda e: {"site": THREE}, "the site"),
    (events.RequestWithdrawn, 0, lambda e: {"recorded_at": e.recorded_at + 99 * DAY}, "was over"),
    (events.ProposalMade, 0, lambda e: {"quantity": e.quantity + 1}, "the quantity"),
    (events.ProposalMade, 0, lambda e: {"lines": e.lines + e.lines}, "the quantity"),
    (events.ProposalMade, 0, lambda e: {"request": e.request ^ 1}, "names request"),
    (events.ProposalMade, 0, lambda e: {"recorded_at": e.recorded_at + 99 * DAY}, "was over"),
    (events.ProposalApproved, 0, lambda e: {"proposal": e.proposal ^ 1}, "names proposal"),
    (events.ProposalApproved, 0, lambda e: _approval(e, division=420106), "could not decide"),
    (events.ProposalApproved, 0, lambda e: _approval(e, floor=99), "floor"),
    (events.ProposalApproved, 0, lambda e: _approval(e, reserved=79), "reserved"),
    (events.ProposalApproved, 0, lambda e: _approval(e, callable_from=0), "callable from"),
    (events.ProposalApproved, 0, lambda e: _approval(e, emergency=True), "emergency"),
    (events.ProposalApproved, 0, lambda e: _approval(e, stale_reason=1), "overdue"),
    (events.ProposalApproved, 1, lambda e: _approval(e, emergency=False), "emergency"),
    (events.ConsentGiven, 0, lambda e: {"approver": e.approver.replace("7", "8")}, "the approver"),
    (events.ProposalRejected, 0, lambda e: {"approver_division": 42}, "could not decide"),
    (events.ProposalWithdrawn, 0, lambda e: {"released": 5}, "what is released"),
    (events.ProposalWithdrawn, 1, lambda e: {"released": e.released - 1}, "what is released"),
    (events.ProposalWithdrawn, 1, lambda e: {"division": 42}, "could not decide"),
    (events.ProposalExpired, 0, lambda e: {"released": e.released + 1}, "what is released"),
    (events.DeliveryShown, 0, lambda e: {"delivered": e.delivered + 1}, "what it is about"),
    (events.DeliveryShown, 0, lambda e: {"accepted": 1}, "what it is about"),
    (events.DeliveryShown, 0, lambda e: {"kind": Kind.HAND_OVER}, "the kind"),
    (events.DeliveryShown, 0, lambda e: {"document": e.document ^ 1}, "names document"),
    (events.DeliveryShown, 1, lambda e: {"accepted": e.accepted + 1}, "what it comes to"),
    (events.DeliveryShown, 1, lambda e: {"delivery": e.delivery ^ 1}, "names delivery"),
    (events.DeliveryShown, 2, lambda e: {"accepted": e.accepted + 1}, "what it comes to"),
    (events.DeliveryReversed, 0, lambda e: {"quantity": e.quantity + 1}, "the quantity"),
]


def _below(event: events.EmergencyDeclared, **changes: Any) -> dict[str, Any]:
    return {"from_": event.recorded_at, **changes}


def _approval(event: events.ProposalApproved, **changes: Any) -> dict[str, Any]:
    return {"approval": replace(event.approval, **changes)}


class TestWhatStopsIt:
    @pytest.mark.parametrize(
        ("kind", "which", "change", "said"), ALTERED, ids=[f"{k.__name__} {s}" for k, _, _, s in ALTERED]
    )
    def test_an_altered_event(
        self,
        told: tuple[Allocation, dict[str, Any]],
        kind: type,
        which: int,
        change: Callable[[Any], dict[str, Any]],
        said: str,
    ) -> None:
        at, log = _of(told[0], kind, which)
        logs = logs_of(told[0])[: at + 1]
        logs[at] = altered(log, **change(decode_event(log)))
        with pytest.raises((EventRefusedError, EventOutOfPlaceError), match=said) as caught:
            folded(logs)
        assert f"block {log.place.block}, log {log.place.index}" in str(caught.value)
        assert caught.value.exit_code == 1

    @pytest.mark.parametrize(
        "kind",
        [
            *(events.CountProved, events.RequestMade, events.RequestWithdrawn, events.ProposalMade),
            *(events.ProposalApproved, events.ConsentGiven, events.ProposalRejected),
            *(events.ProposalWithdrawn, events.ProposalExpired, events.DeliveryShown),
            *(events.DeliveryReversed, events.EmergencyEnded),
        ],
        ids=lambda kind: kind.__name__,
    )
    def test_an_event_told_twice(self, told: tuple[Allocation, dict[str, Any]], kind: type) -> None:
        at, log = _of(told[0], kind)
        logs = logs_of(told[0])[: at + 1]
        with pytest.raises((EventRefusedError, EventOutOfPlaceError)):
            folded([*logs, log])

    def test_more_than_was_asked_for(self) -> None:
        story = allocated()
        need = story.ask(TWO, 60)
        keys = [story.propose(need, ONE, [(MASKS.lot_id, 40)]) for _ in range(2)]
        for key in keys:
            story.approve(key, STREET)
        story.seal()
        with pytest.raises(EventRefusedError, match="more than the request asks for"):
            folded(logs_of(story))

    def test_more_than_was_approved(self) -> None:
        story = allocated()
        key = story.propose(story.ask(TWO, 60), ONE, [(MASKS.lot_id, 40)])
        story.approve(key, STREET)
        story.show(key, story.send(key, 41))
        story.seal()
        with pytest.raises(EventRefusedError, match="only 40 remained"):
            folded(logs_of(story))

    def test_a_delivery_of_what_was_never_approved(self) -> None:
        story = allocated()
        key = story.propose(story.ask(TWO, 60), ONE, [(MASKS.lot_id, 40)])
        story.show(key, story.send(key, 40))
        story.seal()
        with pytest.raises(EventRefusedError, match="never approved"):
            folded(logs_of(story))

    def test_a_delivery_that_was_reversed_before(self) -> None:
        story = allocated()
        key = story.propose(story.ask(TWO, 60), ONE, [(MASKS.lot_id, 40)])
        story.approve(key, STREET)
        sent = story.send(key, 40)
        story.reverse(sent)
        story.show(key, sent)
        story.seal()
        with pytest.raises(EventRefusedError, match="was reversed"):
            folded(logs_of(story))

    def test_a_delivery_elsewhere(self) -> None:
        story = allocated()
        key = story.propose(story.ask(TWO, 60), ONE, [(MASKS.lot_id, 40)])
        story.approve(key, STREET)
        story.requests[story.proposals[key].request].asking = replace(
            story.requests[story.proposals[key].request].asking,
            site=THREE,  # type: ignore[arg-type]
        )
        story.show(key, story.send(key, 40))
        story.seal()
        with pytest.raises(EventRefusedError, match="from where to where"):
            folded(logs_of(story))

    def test_a_giver_without_terms(self) -> None:
        story = allocated()
        need = story.ask(ONE, 10)
        key = story.propose(need, THREE, [(MASKS.lot_id, 4)])  # in storage mode 2, which has no terms
        story.approve(key, 4201)
        story.seal()
        with pytest.raises(EventRefusedError, match="gives nothing"):
            folded(logs_of(story))

    def test_a_stale_giver_needs_a_reason(self) -> None:
        def approved(reason: int, days: int) -> State:
            story = allocated()
            story.seal(days * DAY)
            key = story.propose(story.ask(TWO, 60), ONE, [(MASKS.lot_id, 40)])
            story.approve(key, STREET, stale_reason=reason)
            story.seal()
            return folded(logs_of(story))

        assert approved(41, 31).proposals and approved(0, 29).proposals  # type: ignore[truthy-bool]
        for reason, days in ((0, 31), (41, 29)):
            with pytest.raises(EventRefusedError, match="overdue"):
                approved(reason, days)

    def test_not_later_than_is_known(self) -> None:
        story = allocated()
        counts = [story.history.count(ONE, MASKS.lot_id, 1_000, 1_000) for _ in range(2)]
        story.prove(counts[0])
        story.prove(counts[1])
        story.seal()
        with pytest.raises(EventRefusedError, match="no later than is known"):
            folded(logs_of(story))

    def test_one_that_was_reversed_gives_way_to_an_earlier_one(self) -> None:
        story = allocated()
        first = story.history.count(ONE, MASKS.lot_id, 1_000, 1_000)
        story.seal(5)
        second = story.history.count(ONE, MASKS.lot_id, 1_000, 1_000)
        story.prove(second)
        story.history.reverse(second, {})
        story.prove(first)
        story.seal()
        assert folded(logs_of(story)).counted[ONE, CATEGORY].key == first.key

    def test_an_approver_alone_is_bound_to_levels_when_withdrawing(self) -> None:
        story = allocated()
        key = story.propose(story.ask(TWO, 60), ONE, [(MASKS.lot_id, 40)])
        story.withdraw(key, Role.KEEPER, 42)
        story.seal()
        assert folded(logs_of(story)).proposals[key].state == ProposalState.WITHDRAWN
