"""Ends of proposals: rejected, withdrawn, expired; and what becomes of goods that left before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from chain import Refusal
from norms_world import declare
from reallocation_books import APPROVED, EXPIRED, REJECTED, WITHDRAWN
from reallocation_world import (
    COMMUNITY_APPROVER,
    DISTRICT_KEEPER,
    GIVER,
    GIVING,
    LATE,
    NEEDING,
    NEEDING_STREET,
    NEVER,
    REASON,
    SOON,
    STREET_APPROVER,
    TWIN,
    URGENT,
    Call,
    Reallocating,
)
from stock import DAY, Party
from stock_world import (
    APPROVER,
    CITY_APPROVER,
    COUNTRY_APPROVER,
    KEEPER,
    OTHER_APPROVER,
    OTHER_KEEPER,
    PROVINCE_AUTHORITY,
    SECOND_APPROVER,
)
from world import CITY, COUNTRY, DISTRICT, World

from ledger_client.documents import Kind, Timestamp
from ledger_client.roles import Role

ENDED = ("rejected", "withdrawn", "expired")


def proposed(reallocation: Reallocating, **fields: Any) -> tuple[int, int]:
    """A request and a proposal that nobody decided on."""
    request = reallocation.requested(**fields)
    return request, reallocation.proposed(request, (SOON, 100), (NEVER, 0))


def ended(reallocation: Reallocating, how: str) -> tuple[int, int]:
    """A proposal that has ended, and its state."""
    request, proposal = proposed(reallocation)
    if how == "rejected":
        reallocation.send(reallocation.reject(proposal))
        return proposal, REJECTED
    if how == "withdrawn":
        reallocation.send(reallocation.withdraw(proposal))
        return proposal, WITHDRAWN
    reallocation.send(reallocation.withdraw_request(request))
    reallocation.send(reallocation.expire(proposal))
    return proposal, EXPIRED


def ways(reallocation: Reallocating, *proposals: int) -> list[Call]:
    """Every call that ends proposals."""
    return [
        reallocation.reject(*proposals),
        reallocation.withdraw(*proposals),
        reallocation.withdraw(*proposals, by=APPROVER),
        reallocation.expire(*proposals),
    ]


class TestAll:
    @pytest.mark.parametrize("how", ENDED)
    def test_what_has_ended_stays_ended(self, reallocation: Reallocating, how: str) -> None:
        proposal, state = ended(reallocation, how)
        expected = Refusal("ReallocationStateWrong", (proposal, state))
        for call in ways(reallocation, proposal):
            assert reallocation.refusal(call) == expected

    def test_nothing_named(self, reallocation: Reallocating) -> None:
        for call in ways(reallocation):
            assert reallocation.refusal(call) == Refusal("ReallocationNothingNamed", ())

    def test_unknown(self, reallocation: Reallocating) -> None:
        for call in ways(reallocation, 5):
            assert reallocation.refusal(call) == Refusal("ReallocationProposalUnknown", (5,))

    def test_all_of_a_list_or_none(self, reallocation: Reallocating) -> None:
        _, proposal = proposed(reallocation)
        for call in ways(reallocation, proposal, 5)[:3]:
            assert reallocation.refusal(call) == Refusal("ReallocationProposalUnknown", (5,))
        twice = Refusal("ReallocationStateWrong", (proposal, REJECTED))
        assert reallocation.refusal(reallocation.reject(proposal, proposal)) == twice

    def test_without_a_reason(self, reallocation: Reallocating) -> None:
        _, proposal = proposed(reallocation)
        expected = Refusal("ReallocationReasonMissing", (0, 0))
        for call in (
            reallocation.reject(proposal, reason=0),
            reallocation.withdraw(proposal, reason=0),
            reallocation.withdraw(proposal, by=APPROVER, reason=0),
        ):
            assert reallocation.refusal(call) == expected


class TestRejected:
    def test_says_everything(self, reallocation: Reallocating) -> None:
        request, proposal = proposed(reallocation)
        (event,) = reallocation.send(reallocation.reject(proposal))
        assert event.name == "ProposalRejected"
        assert event.fields == {
            "proposal": proposal,
            "request": request,
            "approver": APPROVER.address,
            "reason": REASON,
            "approverDivision": DISTRICT,
            "grantPosition": reallocation.position(APPROVER),
            "recordedAt": reallocation.chain.now,
        }

    def test_several(self, reallocation: Reallocating) -> None:
        proposals = [proposed(reallocation)[1] for _ in range(3)]
        assert len(reallocation.send(reallocation.reject(*proposals))) == 3

    def test_approved(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        expected = Refusal("ReallocationStateWrong", (proposal, APPROVED))
        assert reallocation.refusal(reallocation.reject(proposal)) == expected

    @pytest.mark.parametrize("by", [GIVING, NEEDING, DISTRICT_KEEPER])
    def test_by_a_keeper(self, reallocation: Reallocating, by: Party) -> None:
        _, proposal = proposed(reallocation)
        expected = replace(by, role=Role.APPROVER).missing()
        assert reallocation.refusal(reallocation.reject(proposal, by=by)) == expected

    def test_after_the_day_of_need(self, reallocation: Reallocating) -> None:
        _, proposal = proposed(reallocation)
        reallocation.chain.travel(20 * DAY)
        reallocation.send(reallocation.reject(proposal))


class TestLevelsOfApprovers:
    """Whoever may approve may reject and withdraw, and nobody else."""

    def calls(self, reallocation: Reallocating, proposal: int, by: Party) -> list[Call]:
        return [reallocation.reject(proposal, by=by), reallocation.withdraw(proposal, by=by)]

    @pytest.mark.parametrize("by", [STREET_APPROVER, OTHER_APPROVER, CITY_APPROVER, COUNTRY_APPROVER])
    def test_wrong(self, reallocation: Reallocating, by: Party) -> None:
        _, proposal = proposed(reallocation)
        expected = Refusal("ReallocationLevelWrong", (proposal, by.division, DISTRICT))
        for call in self.calls(reallocation, proposal, by):
            assert reallocation.refusal(call) == expected

    def test_community_never(self, reallocation: Reallocating) -> None:
        request = reallocation.requested()
        proposal = reallocation.proposed(request, (NEVER, 1), giver=TWIN, by=NEEDING)
        reallocation.chain.travel(30 * DAY)
        arguments = (proposal, COMMUNITY_APPROVER.division, NEEDING_STREET)
        for call in self.calls(reallocation, proposal, COMMUNITY_APPROVER):
            assert reallocation.refusal(call) == Refusal("ReallocationLevelWrong", arguments)

    @pytest.mark.parametrize("index", [0, 1])
    def test_next_level_when_its_turn_has_come(self, reallocation: Reallocating, index: int) -> None:
        _, proposal = proposed(reallocation, urgency=URGENT)
        turn = reallocation.chain.now + DAY
        call = self.calls(reallocation, proposal, CITY_APPROVER)[index]
        reallocation.chain.travel_to(turn - 1)
        expected = Refusal("ReallocationLevelWrong", (proposal, CITY, DISTRICT))
        assert reallocation.refusal(call) == expected
        reallocation.send_at(call, turn)

    @pytest.mark.parametrize("index", [0, 1])
    def test_at_once_in_an_emergency(self, reallocation: Reallocating, index: int) -> None:
        _, proposal = proposed(reallocation)
        until = reallocation.chain.now + DAY
        reallocation.norms.send(declare(until, division=CITY, on=COUNTRY))
        reallocation.send(self.calls(reallocation, proposal, CITY_APPROVER)[index])

    def test_grant_that_is_not_there(self, reallocation: Reallocating) -> None:
        _, proposal = proposed(reallocation)
        by = APPROVER.at(CITY)
        for call in self.calls(reallocation, proposal, by):
            assert reallocation.refusal(call) == by.missing()


class TestWithdrawn:
    @pytest.mark.parametrize("by", [GIVING, NEEDING, DISTRICT_KEEPER, APPROVER, SECOND_APPROVER])
    @pytest.mark.parametrize("is_approved", [False, True])
    def test_says_everything(self, reallocation: Reallocating, by: Party, is_approved: bool) -> None:
        request, proposal = proposed(reallocation)
        if is_approved:
            reallocation.send(reallocation.approve(proposal))
        (event,) = reallocation.send(reallocation.withdraw(proposal, by=by))
        assert event.name == "ProposalWithdrawn"
        assert event.fields == {
            "proposal": proposal,
            "request": request,
            "holder": by.address,
            "role": by.role,
            "reason": REASON,
            "released": 100 if is_approved else 0,
            "division": by.division,
            "grantPosition": reallocation.position(by),
            "recordedAt": reallocation.chain.now,
        }
        assert reallocation.reserved() == 0

    def test_frees_what_has_not_left(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        other = reallocation.proposed(request, (LATE, 30), (NEVER, 0))
        reallocation.send(reallocation.approve(other))
        reallocation.dispatched(proposal, (SOON, 60))
        assert reallocation.reserved() == 70
        (event,) = reallocation.send(reallocation.withdraw(proposal))
        assert event.fields["released"] == 40
        assert reallocation.reserved() == 30
        assert reallocation.ask("requestOf", request)[9] == 90

    @pytest.mark.parametrize("by", [KEEPER, OTHER_KEEPER])
    def test_by_a_keeper_of_neither_site(self, reallocation: Reallocating, by: Party) -> None:
        _, proposal = proposed(reallocation)
        expected = Refusal("ReallocationGrantElsewhere", (by.division, GIVER))
        assert reallocation.refusal(reallocation.withdraw(proposal, by=by)) == expected

    @pytest.mark.parametrize("role", [role for role in Role if role not in (Role.KEEPER, Role.APPROVER)])
    def test_on_another_role(self, reallocation: Reallocating, role: Role) -> None:
        _, proposal = proposed(reallocation)
        call = reallocation.withdraw(proposal, by=replace(PROVINCE_AUTHORITY, role=role))
        assert reallocation.refusal(call) == Refusal("ReallocationRoleWrong", (role,))

    def test_keeper_who_says_approver(self, reallocation: Reallocating) -> None:
        _, proposal = proposed(reallocation)
        by = replace(DISTRICT_KEEPER, role=Role.APPROVER)
        assert reallocation.refusal(reallocation.withdraw(proposal, by=by)) == by.missing()

    def test_what_left_before_may_still_be_shown(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 60)))
        occurred_at = act.document.occurred_at.seconds
        reallocation.chain.travel(100)
        reallocation.send(reallocation.withdraw(proposal))
        ended_at = reallocation.chain.now
        assert reallocation.ask("requestOf", request)[9] == 0
        reallocation.send(reallocation.show(act))
        assert reallocation.ask("requestOf", request)[9] == 60
        assert reallocation.reserved() == 0
        reallocation.send(reallocation.show(reallocation.answered(Kind.ACCEPTANCE, act)))
        assert reallocation.ask("requestOf", request)[3] == 60
        assert occurred_at < ended_at

    def test_what_left_after_may_not(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        approved_at = reallocation.chain.now
        reallocation.send(reallocation.withdraw(proposal))
        ended_at = reallocation.chain.now
        reallocation.chain.travel(100)
        late = reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 60), occurred_at=Timestamp(ended_at + 1))
        arguments = (proposal, ended_at + 1, approved_at, ended_at)
        refusal = reallocation.refusal(reallocation.show(reallocation.recorded(late)))
        assert refusal == Refusal("ReallocationDeliveryOutside", arguments)
        reallocation.handed_over(proposal, (SOON, 60), occurred_at=Timestamp(ended_at))

    def test_before_it_was_approved_nothing_may_be_shown(self, reallocation: Reallocating) -> None:
        _, proposal = proposed(reallocation)
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 60)))
        reallocation.send(reallocation.withdraw(proposal))
        expected = Refusal("ReallocationStateWrong", (proposal, WITHDRAWN))
        assert reallocation.refusal(reallocation.show(act)) == expected


class TestExpired:
    @pytest.mark.parametrize("is_approved", [False, True])
    def test_says_everything(self, reallocation: Reallocating, is_approved: bool) -> None:
        needed_by = reallocation.chain.now + DAY
        request, proposal = proposed(reallocation, needed_by=needed_by)
        if is_approved:
            reallocation.send(reallocation.approve(proposal))
        call = reallocation.expire(proposal)
        reallocation.chain.travel_to(needed_by)
        expected = Refusal("ReallocationNotOver", (proposal, needed_by))
        assert reallocation.refusal(call) == expected
        (event,) = reallocation.send_at(call, needed_by + 1)
        assert event.name == "ProposalExpired"
        assert event.fields == {
            "proposal": proposal,
            "request": request,
            "caller": World.stranger.address,
            "released": 100 if is_approved else 0,
            "recordedAt": needed_by + 1,
        }

    def test_goes_on_reserving_until_somebody_says_so(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        reallocation.chain.travel(100 * DAY)
        assert reallocation.reserved() == 100
        reallocation.send(reallocation.expire(proposal))
        assert reallocation.reserved() == 0

    def test_at_once_where_the_request_was_withdrawn(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        reallocation.send(reallocation.withdraw_request(request))
        assert reallocation.reserved() == 100
        reallocation.send(reallocation.expire(proposal))
        assert reallocation.reserved() == 0

    def test_several_of_several_requests(self, reallocation: Reallocating) -> None:
        proposals = [reallocation.approved((SOON, units))[1] for units in (10, 20)]
        reallocation.chain.travel(20 * DAY)
        events = reallocation.send(reallocation.expire(*proposals))
        assert [event.fields["released"] for event in events] == [10, 20]

    def test_one_of_a_list_that_is_not_over(self, reallocation: Reallocating) -> None:
        _, first = proposed(reallocation, needed_by=reallocation.chain.now + DAY)
        later = reallocation.chain.now + 5 * DAY
        _, second = proposed(reallocation, needed_by=later)
        reallocation.chain.travel(2 * DAY)
        expected = Refusal("ReallocationNotOver", (second, later))
        assert reallocation.refusal(reallocation.expire(first, second)) == expected

    def test_delivery_that_occurred_before(self, reallocation: Reallocating) -> None:
        needed_by = reallocation.chain.now + DAY
        request, proposal = reallocation.approved((SOON, 100), needed_by=needed_by)
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 70)))
        reallocation.chain.travel_to(needed_by + 50)
        reallocation.send(reallocation.expire(proposal))
        assert reallocation.ask("requestOf", request)[9] == 0
        reallocation.send(reallocation.show(act))
        assert reallocation.ask("requestOf", request)[9] == 70
        assert reallocation.ask("proposalOf", proposal)[1:4] == (EXPIRED, GIVER, 30)
        # Not more than was approved, ended or not.
        more = reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 31), occurred_at=act.document.occurred_at)
        expected = Refusal("ReallocationDeliveryAbove", (proposal, 30, 31))
        assert reallocation.refusal(reallocation.show(reallocation.recorded(more))) == expected

    def test_delivery_between_the_day_of_need_and_the_expiry(self, reallocation: Reallocating) -> None:
        needed_by = reallocation.chain.now + DAY
        _, proposal = reallocation.approved((SOON, 100), needed_by=needed_by)
        approved_at = reallocation.chain.now
        reallocation.chain.travel_to(needed_by + 50)
        reallocation.send(reallocation.expire(proposal))
        late = reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 1), occurred_at=Timestamp(needed_by + 1))
        arguments = (proposal, needed_by + 1, approved_at, needed_by)
        refusal = reallocation.refusal(reallocation.show(reallocation.recorded(late)))
        assert refusal == Refusal("ReallocationDeliveryOutside", arguments)

    def test_closing_takes_accepted_goods_alone(self, reallocation: Reallocating) -> None:
        needed_by = reallocation.chain.now + 10 * DAY
        request, proposal = reallocation.approved((SOON, 100), quantity=100, needed_by=needed_by)
        act = reallocation.dispatched(proposal, (SOON, 100))
        # Everything is on its way, and the request is open all the same.
        offer = reallocation.propose(reallocation.offer(request, (LATE, 1)))
        assert reallocation.answer(offer)
        reallocation.send(reallocation.show(reallocation.answered(Kind.ACCEPTANCE, act)))
        expected = Refusal("ReallocationRequestOver", (request, 100, False, needed_by))
        assert reallocation.refusal(offer) == expected
