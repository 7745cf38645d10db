"""What a receiver, a giver, an approver and a stranger may try against reallocation, and what comes of it.

Each test says in its name who tries what. What the contract cannot prevent is held here too, as far as it
goes: `docs/limits.md` tells it.
"""

from __future__ import annotations

from itertools import permutations

import pytest
from chain import Refusal
from reallocation_books import APPROVED, EXPIRED
from reallocation_world import (
    CRITICAL,
    DISTRICT_KEEPER,
    FLOORS,
    GIVER,
    GIVING,
    LATE,
    NEEDER,
    NEEDING,
    NEVER,
    PROPOSAL,
    REASON,
    SECOND_GIVER,
    SOON,
    TOP,
    TWIN,
    Call,
    Reallocating,
    goods_of,
)
from stock import DAY, Act
from stock_world import APPROVER, CITY_APPROVER, GRAIN, OTHER_KEEPER
from world import OTHER_SITE, World

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line
from ledger_client.words import pack_reference

DEADLINE = b"deadline".ljust(32, b"\0")
NOT_PROPOSED, WRONG_LEVEL, ABOVE_REQUEST, ABOVE_SHARE, BELOW_FLOOR = 2, 5, 7, 11, 12


def kept(reallocation: Reallocating, request: int) -> tuple[int, int, int]:
    """Accepted and promised of a request, and what is reserved at GIVER."""
    view = reallocation.ask("requestOf", request)
    return view[3], view[9], reallocation.reserved()


class TestReceiverWhoWantsMore:
    def test_asks_in_parts_and_is_never_flagged(self, reallocation: Reallocating) -> None:
        """Three times the norm is looked at request by request, never at what a site asks for in all."""
        for _ in range(3):
            reallocation.requested(quantity=3 * FLOORS[NEEDER])
        call = reallocation.ask_for(reallocation.asking(quantity=3 * FLOORS[NEEDER] + 1))
        assert reallocation.refusal(call).name == "ReallocationReasonMissing"

    def test_withdraws_what_has_left_and_is_promised_it_twice(self, reallocation: Reallocating) -> None:
        """A dispatch that nobody showed is not known here: who approves shows what is recorded before."""
        request, proposal = reallocation.approved((SOON, 100), quantity=100)
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 100)))
        reallocation.send(reallocation.withdraw(proposal, by=NEEDING))
        other = reallocation.proposed(request, (NEVER, 100), giver=SECOND_GIVER)
        reallocation.send(reallocation.approve(other))
        reallocation.send(reallocation.show(act))
        assert kept(reallocation, request) == (0, 200, 0)

        third = reallocation.proposed(request, (LATE, 1), (NEVER, 0))
        expected = Refusal("ReallocationNotApproved", (third, ABOVE_REQUEST, 1, 0))
        assert reallocation.refusal(reallocation.approve(third)) == expected

    def test_gains_nothing_where_the_dispatch_is_shown_first(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100), quantity=100)
        reallocation.dispatched(proposal, (SOON, 100))
        reallocation.send(reallocation.withdraw(proposal, by=NEEDING))
        other = reallocation.proposed(request, (NEVER, 100), giver=SECOND_GIVER)
        expected = Refusal("ReallocationNotApproved", (other, ABOVE_REQUEST, 100, 0))
        assert reallocation.refusal(reallocation.approve(other)) == expected


class TestGiverWhoDoesNotWantToGive:
    def test_withdraws_what_was_approved(self, reallocation: Reallocating) -> None:
        """An approval lets goods go and does not send them: who withdrew it, and why, is in the journal."""
        request, proposal = reallocation.approved((SOON, 100))
        (event,) = reallocation.send(reallocation.withdraw(proposal, by=GIVING))
        assert (event.fields["holder"], event.fields["released"]) == (GIVING.actor.address, 100)
        assert kept(reallocation, request) == (0, 0, 0)

    def test_sends_more_than_approved_and_shows_the_small_part_first(
        self, reallocation: Reallocating
    ) -> None:
        """The rest does not fit the approval any more, until what was shown is reversed."""
        request, proposal = reallocation.approved((SOON, 100))
        large = reallocation.recorded(reallocation.leaving(Kind.HAND_OVER, proposal, (SOON, 100)))
        small = reallocation.handed_over(proposal, (LATE, 1))
        expected = Refusal("ReallocationDeliveryAbove", (proposal, 99, 100))
        assert reallocation.refusal(reallocation.show(large)) == expected

        reallocation.reversal(small)
        reallocation.send(reallocation.show_reversed(small))
        reallocation.send(reallocation.show(large))
        assert kept(reallocation, request) == (100, 0, 0)

    def test_sends_what_expires_tomorrow_for_what_was_listed(self, reallocation: Reallocating) -> None:
        """An approval is of an item and a quantity, not of lots."""
        request, proposal = reallocation.approved((NEVER, 100))
        reallocation.handed_over(proposal, (SOON, 100))
        assert kept(reallocation, request) == (100, 0, 0)


class TestGiverWhoDatesBack:
    def test_to_before_the_approval_was_withdrawn(self, reallocation: Reallocating) -> None:
        """Claimed times are claimed: within the seven days after which the ledger asks an approver."""
        request, proposal = reallocation.approved((SOON, 100))
        approved_at = reallocation.chain.now
        reallocation.send_at(reallocation.withdraw(proposal, by=APPROVER), approved_at + DAY)
        reallocation.chain.travel(5 * DAY)
        fields = {"occurred_at": Timestamp(approved_at + 1)}
        act = reallocation.leaving(Kind.HAND_OVER, proposal, (SOON, 100), **fields)
        reallocation.send(reallocation.show(reallocation.recorded(act)))
        assert kept(reallocation, request) == (100, 0, 0)

    def test_to_before_the_approval_was_given(self, reallocation: Reallocating) -> None:
        """Of a day alone it is not known whether it was before or after the approval of that day."""
        midnight = reallocation.stock.midnight(-1)
        reallocation.chain.travel_to(midnight.seconds + 100)
        request = reallocation.requested()
        proposal = reallocation.proposed(request, (SOON, 100), (NEVER, 0))
        act = reallocation.leaving(Kind.HAND_OVER, proposal, (SOON, 100), occurred_at=midnight)
        reallocation.recorded(act)
        assert reallocation.refusal(reallocation.show(act)).name == "ReallocationStateWrong"
        reallocation.send(reallocation.approve(proposal))
        reallocation.send(reallocation.show(act))
        assert kept(reallocation, request) == (100, 0, 0)


class TestApproverWhoApprovesMore:
    def test_than_the_share_in_steps(self, reallocation: Reallocating) -> None:
        """The share is of what is there when it is asked for; below the floor nothing is approved."""
        request = reallocation.requested(quantity=400, reason=REASON)
        taken = (200, 100)
        for quantity in taken:
            proposal = reallocation.proposed(request, (NEVER, quantity), giver=SECOND_GIVER)
            reallocation.send(reallocation.approve(proposal))
            reallocation.handed_over(proposal, (NEVER, quantity), from_=SECOND_GIVER)
        left = 400 - sum(taken)
        proposal = reallocation.proposed(request, (NEVER, left // 2 + 1), giver=SECOND_GIVER)
        expected = Refusal("ReallocationNotApproved", (proposal, ABOVE_SHARE, left // 2 + 1, left // 2))
        assert reallocation.refusal(reallocation.approve(proposal)) == expected

    def test_one_proposal_named_twice_in_a_list(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(quantity=100)
        proposal = reallocation.proposed(request, (SOON, 50), (NEVER, 0))
        reallocation.send(reallocation.approve(proposal, proposal))
        assert kept(reallocation, request) == (0, 50, 50)
        expected = Refusal("ReallocationNotApproved", (proposal, NOT_PROPOSED, APPROVED, 0))
        assert reallocation.refusal(reallocation.approve(proposal, proposal)) == expected

    def test_and_is_refused_while_the_consent_counts_all_the_same(self, reallocation: Reallocating) -> None:
        """What was signed was signed, though GIVER may not part with it: the ledger has no floors."""
        act, call = self._consenting(reallocation, 450)
        refusal = reallocation.refusal(call)
        assert (refusal.name, refusal.arguments[1]) == ("ReallocationNotApproved", BELOW_FLOOR)
        reallocation.recorded(act)
        assert reallocation.refusal(reallocation.show(act)).name == "ReallocationStateWrong"

    @pytest.mark.parametrize("ahead", [None, -DAY, 0])
    def test_with_a_consent_that_no_dispatch_can_use(
        self, reallocation: Reallocating, ahead: int | None
    ) -> None:
        """Else the goods would be reserved for a document that the ledger never takes."""
        deadline = 0 if ahead is None else reallocation.chain.now + ahead
        act, call = self._consenting(reallocation, 20, deadline)
        expected = Refusal("ReallocationPreparedOther", (call.arguments[0], DEADLINE))
        assert reallocation.refusal(call) == expected
        assert reallocation.stock.refusal(act).name == "StockLedgerDeadlinePast"

    @pytest.mark.parametrize("ahead", [DAY, -DAY])
    def test_with_a_consent_that_no_hand_over_can_use(self, reallocation: Reallocating, ahead: int) -> None:
        deadline = reallocation.chain.now + ahead
        act, call = self._consenting(reallocation, 20, deadline, Kind.HAND_OVER)
        expected = Refusal("ReallocationPreparedOther", (call.arguments[0], DEADLINE))
        assert reallocation.refusal(call) == expected
        assert reallocation.stock.refusal(act).name == "StockLedgerFieldNotZero"

    def test_and_withdraws_while_the_consent_still_counts(self, reallocation: Reallocating) -> None:
        """A consent is a signature: the ledger takes it until its time is over, whatever else happened."""
        act, call = self._consenting(reallocation, 20)
        proposal = call.arguments[0]
        reallocation.send(call)
        reallocation.send(reallocation.withdraw(proposal, by=CITY_APPROVER))
        reallocation.recorded(act)
        # It is said to have occurred on the day of the withdrawal, perhaps before it.
        reallocation.send(reallocation.show(act))
        assert kept(reallocation, reallocation.ask("proposalOf", proposal)[0]) == (0, 20, 0)

    def _consenting(
        self,
        reallocation: Reallocating,
        quantity: int,
        deadline: int | None = None,
        kind: Kind = Kind.DISPATCH,
    ) -> tuple[Act, Call]:
        """A prepared document whose goods leave the district, and the call that approves it."""
        fields = {"site": OTHER_SITE, "quantity": quantity, "reason": REASON}
        request = reallocation.requested(OTHER_KEEPER, **fields)
        proposal = reallocation.proposed(request, (NEVER, quantity))
        stock = reallocation.stock
        other = {"other": OTHER_KEEPER} if kind is Kind.HAND_OVER else {}
        act = stock.act(
            kind,
            *goods_of((NEVER, quantity)),
            from_=GIVER,
            to=OTHER_SITE,
            reference=pack_reference(PROPOSAL, proposal),
            occurred_at=stock.midnight(),
            sender=GIVING,
            approver=CITY_APPROVER,
            **(other if deadline is None else {**other, "deadline": deadline}),
        )
        (*_, document) = reallocation.show(act).arguments
        arguments = (proposal, CITY_APPROVER.division, 0, kind, document, act.body, act.valid_until)
        consent = stock.consent(act, CITY_APPROVER)
        return act, Call("approveWithConsent", (*arguments, consent), CITY_APPROVER.actor)


class TestApproverWhoKeepsThoseAboveFromDeciding:
    def test_rejects_each_proposal_before_their_turn(self, reallocation: Reallocating) -> None:
        """A level has its time from each proposal on: silence goes up, a rejection does not."""
        request = reallocation.requested(needed_by=reallocation.chain.now + 30 * DAY)
        first = reallocation.proposed(request, (SOON, 50), (NEVER, 0))
        reallocation.chain.travel(3 * DAY - 100)
        reallocation.send(reallocation.reject(first, by=APPROVER))
        again = reallocation.proposed(request, (SOON, 50), (NEVER, 0))
        reallocation.chain.travel(DAY)
        refusal = reallocation.refusal(reallocation.approve(again, by=CITY_APPROVER))
        assert refusal.arguments[:2] == (again, WRONG_LEVEL)

    def test_withdraws_what_the_level_above_approved(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(quantity=50, needed_by=reallocation.chain.now + 30 * DAY)
        proposal = reallocation.proposed(request, (SOON, 50), (NEVER, 0))
        reallocation.chain.travel(3 * DAY)
        reallocation.send(reallocation.approve(proposal, by=CITY_APPROVER))
        reallocation.send(reallocation.withdraw(proposal, by=APPROVER))
        assert kept(reallocation, request) == (0, 0, 0)


class TestTimeThatTakesMoreThan32Bits:
    def test_is_kept_whole_beside_its_neighbours(self, reallocation: Reallocating) -> None:
        """From the year 2106 on; the books compare every field of every word after each step."""
        reallocation.chain.travel_to(2**32 + 5)
        request = reallocation.requested(
            quantity=TOP, reason=2**16 - 1, urgency=CRITICAL, needed_by=reallocation.chain.now + 366 * DAY
        )
        proposal = reallocation.proposed(request, (NEVER, 100))
        reallocation.send(reallocation.approve(proposal))
        reallocation.handed_over(proposal, (NEVER, 60))
        reallocation.send(reallocation.withdraw(proposal))
        reallocation.send(reallocation.withdraw_request(request))
        times = reallocation.ask("proposalOf", proposal)[4:]
        assert 2**32 < times[0] < times[1] < times[2] < 2**32 + DAY


class TestStrangerAndRival:
    def test_takes_the_client_id_of_a_proposal(self, reallocation: Reallocating) -> None:
        """Any keeper may offer under any id; whoever meets it takes another id."""
        request = reallocation.requested()
        honest = reallocation.offer(request, (NEVER, 50), giver=TWIN)
        reallocation.proposed(request, (SOON, 1), client_id=honest.client_id)
        refusal = reallocation.refusal(reallocation.propose(honest, by=DISTRICT_KEEPER))
        assert refusal.name == "ReallocationKeyTaken"
        reallocation.proposed(request, (NEVER, 50), giver=TWIN, by=DISTRICT_KEEPER)

    def test_does_not_take_the_client_id_of_a_request(self, reallocation: Reallocating) -> None:
        asking = reallocation.asking()
        foreign = reallocation.ask_for(asking, by=GIVING)
        assert reallocation.refusal(foreign).name == "ReallocationGrantElsewhere"
        reallocation.send(reallocation.ask_for(asking))

    def test_expires_one_of_a_list_and_the_rest_is_sent_again(self, reallocation: Reallocating) -> None:
        request, first = reallocation.approved((SOON, 50))
        second = reallocation.proposed(request, (LATE, 50), (NEVER, 0))
        reallocation.chain.travel(11 * DAY)
        reallocation.send(reallocation.expire(first))
        expected = Refusal("ReallocationStateWrong", (first, EXPIRED))
        assert reallocation.refusal(reallocation.expire(first, second)) == expected
        reallocation.send(reallocation.expire(second))

    def test_expires_what_was_delivered_and_changes_no_figure(self, reallocation: Reallocating) -> None:
        """The name of the end says nothing of what came of it: accepted quantities do."""
        request, proposal = reallocation.approved((SOON, 100))
        reallocation.handed_over(proposal, (SOON, 100))
        reallocation.chain.travel(11 * DAY)
        (event,) = reallocation.send(reallocation.expire(proposal))
        assert event.fields["released"] == 0
        assert kept(reallocation, request) == (100, 0, 0)

    @pytest.mark.parametrize("withdrawn", [False, True])
    def test_shows_documents_in_any_order(self, reallocation: Reallocating, withdrawn: bool) -> None:
        """What a document answers is shown before it, and what comes of all of them is the same."""
        request, proposal = reallocation.approved((SOON, 60), (LATE, 40))
        first = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 60)))
        handed = reallocation.recorded(reallocation.leaving(Kind.HAND_OVER, proposal, (LATE, 30)))
        answer = reallocation.answered(Kind.ACCEPTANCE, first, Line.missing(SOON.lot_id, 5, 1))
        if withdrawn:
            reallocation.send(reallocation.withdraw(proposal))
        for order in permutations((first, handed, answer)):
            with reallocation.undone():
                self._show(reallocation, order, first)
                assert kept(reallocation, request) == ((85, 0, 0) if withdrawn else (85, 10, 10))

    def _show(self, reallocation: Reallocating, order: tuple[Act, ...], dispatch: Act) -> None:
        seen: set[int] = set()
        waiting: list[Act] = []
        for act in order:
            if act.kind is Kind.ACCEPTANCE and dispatch.key not in seen:
                assert reallocation.refusal(reallocation.show(act)).name == "ReallocationDeliveryWrong"
                waiting.append(act)
            else:
                reallocation.send(reallocation.show(act))
                seen.add(act.key)
        for act in waiting:
            reallocation.send(reallocation.show(act))

    def test_has_no_grant_and_changes_nothing_of_what_is_reserved(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        for call in (
            reallocation.expire(proposal),
            reallocation.show(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 100))),
            reallocation.show_reversed(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 100))),
        ):
            assert call.by == World.stranger
            reallocation.refusal(call)
        assert kept(reallocation, request) == (0, 100, 100)
        assert reallocation.reserved(item=GRAIN) == 100
