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
    TWIN,
    Reallocating,
    goods_of,
)
from stock import DAY, Act
from stock_world import APPROVER, CITY_APPROVER, GRAIN, OTHER_KEEPER
from world import OTHER_SITE, World

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line
from ledger_client.words import pack_reference

NOT_PROPOSED, ABOVE_REQUEST, ABOVE_SHARE = 2, 7, 11


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

    def test_and_withdraws_while_the_consent_still_counts(self, reallocation: Reallocating) -> None:
        """A consent is a signature: the ledger takes it until its time is over, whatever else happened."""
        request = reallocation.requested(OTHER_KEEPER, site=OTHER_SITE, reason=REASON)
        proposal = reallocation.proposed(request, (NEVER, 20))
        stock = reallocation.stock
        act = stock.act(
            Kind.DISPATCH,
            *goods_of((NEVER, 20)),
            from_=GIVER,
            to=OTHER_SITE,
            reference=pack_reference(PROPOSAL, proposal),
            occurred_at=stock.midnight(),
            sender=GIVING,
            approver=CITY_APPROVER,
        )
        (kind, _, document) = reallocation.show(act).arguments
        arguments = (proposal, CITY_APPROVER.division, 0, kind, document, act.body, act.valid_until)
        consent = stock.consent(act, CITY_APPROVER)
        call = reallocation.approve(proposal, by=CITY_APPROVER)
        call = type(call)("approveWithConsent", (*arguments, consent), call.by)
        reallocation.send(call)
        reallocation.send(reallocation.withdraw(proposal, by=CITY_APPROVER))
        reallocation.recorded(act)
        # It is said to have occurred on the day of the withdrawal, perhaps before it.
        reallocation.send(reallocation.show(act))
        assert kept(reallocation, request) == (0, 20, 0)


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
