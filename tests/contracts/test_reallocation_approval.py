"""Approval: every reason why a proposal is not approved, to the second and to the base unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from chain import Refusal
from norms_world import GRAIN_CATEGORY, declare, prove, set_cycles, set_floors, set_terms, sorted_lines
from reallocation_books import APPROVED, EXPIRED, REJECTED, WITHDRAWN, line
from reallocation_world import (
    COMMUNITY_APPROVER,
    CRITICAL,
    DISTRICT_KEEPER,
    GIVER,
    GIVING,
    HOUSEHOLD,
    LATE,
    NEEDING,
    NEEDING_COMMUNITY,
    NEEDING_STREET,
    NEIGHBOUR,
    NEVER,
    REASON,
    ROUTINE,
    SECOND_GIVER,
    SOON,
    SPOILT,
    STREET_APPROVER,
    TOP,
    TWIN,
    URGENT,
    Reallocating,
    piles,
)
from stock import DAY, Party
from stock_world import (
    APPROVER,
    CITY_APPROVER,
    COUNTRY_APPROVER,
    FAR_APPROVER,
    FAR_KEEPER,
    FAR_SITE,
    GRAIN,
    KEEPER,
    OTHER_APPROVER,
    OTHER_KEEPER,
    PROVINCE_APPROVER,
    SECOND_APPROVER,
)
from world import CITY, COUNTRY, DISTRICT, OTHER_DISTRICT, OTHER_SITE, PROVINCE

from ledger_client.documents import Kind
from ledger_client.lines import Line, LotAttributes
from ledger_client.roles import Role

HOUR = 3_600
TIMES = {ROUTINE: 3 * DAY, URGENT: DAY, CRITICAL: 4 * HOUR}

UNKNOWN, NOT_PROPOSED, TOO_LATE, REQUEST_WITHDRAWN, WRONG_LEVEL, CONSENT_MISSING = range(1, 7)
ABOVE_REQUEST, NOT_CALLABLE, STALE, NOTICE_TOO_LONG, ABOVE_SHARE, BELOW_FLOOR = range(7, 13)


def refused(proposal: int, refusal: int, value: int = 0, limit: int = 0) -> Refusal:
    """What `approve` answers when the first of a list is not approved, nor any other."""
    return Refusal("ReallocationNotApproved", (proposal, refusal, value, limit))


def everything(quantity: int) -> tuple[tuple[LotAttributes, int], ...]:
    """Lots of GIVER that come to `quantity`, all of them listed."""
    rest = quantity
    lots = []
    for goods, held in ((SOON, 300), (LATE, 200), (NEVER, 500)):
        lots.append((goods, min(rest, held)))
        rest -= min(rest, held)
    assert rest == 0
    return tuple(lots)


class TestApproved:
    def test_says_everything(self, reallocation: Reallocating) -> None:
        request = reallocation.requested()
        proposal = reallocation.proposed(request, (SOON, 100), (LATE, 50), (NEVER, 0))
        call = reallocation.approve(proposal)
        assert reallocation.answer(call) == [0]
        (event,) = reallocation.send(call)
        now = reallocation.chain.now
        assert event.name == "ProposalApproved"
        assert event.fields == {
            "proposal": proposal,
            "request": request,
            "approver": APPROVER.address,
            "approval": {
                "division": DISTRICT,
                "grantPosition": reallocation.position(APPROVER),
                "usable": 1_000,
                "floor": 100,
                "reserved": 150,
                "callableFrom": now,
                "emergency": False,
                "staleReason": 0,
                "recordedAt": now,
            },
        }
        assert reallocation.reserved() == 150
        assert reallocation.ask("requestOf", request)[9] == 150

    def test_reserved_adds_up(self, reallocation: Reallocating) -> None:
        for quantity, reserved in ((100, 100), (50, 150), (1, 151)):
            proposal = reallocation.proposed(reallocation.requested(), (SOON, quantity), (NEVER, 0))
            (event,) = reallocation.send(reallocation.approve(proposal))
            assert event.fields["approval"]["reserved"] == reserved

    def test_split_between_two_givers(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(quantity=250)
        first = reallocation.proposed(request, (SOON, 200), (NEVER, 0))
        second = reallocation.proposed(request, (NEVER, 50), giver=SECOND_GIVER)
        assert len(reallocation.send(reallocation.approve(first, second))) == 2
        assert reallocation.reserved() == 200
        assert reallocation.reserved(SECOND_GIVER) == 50
        assert reallocation.ask("requestOf", request)[9] == 250


class TestNotProposed:
    def test_unknown(self, reallocation: Reallocating) -> None:
        assert reallocation.refusal(reallocation.approve(5)) == refused(5, UNKNOWN)

    def test_twice(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 1))
        assert reallocation.refusal(reallocation.approve(proposal)) == refused(
            proposal, NOT_PROPOSED, APPROVED
        )

    def test_ended(self, reallocation: Reallocating) -> None:
        request = reallocation.requested()
        for end, state in (
            (reallocation.reject, REJECTED),
            (reallocation.withdraw, WITHDRAWN),
        ):
            proposal = reallocation.proposed(request, (SOON, 1))
            reallocation.send(end(proposal))
            expected = refused(proposal, NOT_PROPOSED, state)
            assert reallocation.refusal(reallocation.approve(proposal)) == expected
        proposal = reallocation.proposed(request, (SOON, 1))
        reallocation.send(reallocation.withdraw_request(request))
        assert reallocation.refusal(reallocation.approve(proposal)) == refused(proposal, REQUEST_WITHDRAWN)
        reallocation.send(reallocation.expire(proposal))
        expected = refused(proposal, NOT_PROPOSED, EXPIRED)
        assert reallocation.refusal(reallocation.approve(proposal)) == expected


class TestTooLate:
    def test_last_second_of_need(self, reallocation: Reallocating) -> None:
        needed_by = reallocation.chain.now + DAY
        request = reallocation.requested(needed_by=needed_by)
        call = reallocation.approve(reallocation.proposed(request, (SOON, 1), (NEVER, 0)))
        with reallocation.undone():
            reallocation.send_at(call, needed_by)
        (proposals, *_) = call.arguments
        assert reallocation.refusal_at(call, needed_by + 1) == refused(proposals[0], TOO_LATE, 0, needed_by)


class TestLevels:
    """Who may decide: district for GIVER → NEEDER, street for TWIN → NEEDER, city and country beyond."""

    @pytest.mark.parametrize(
        ("giver", "lots", "lowest"),
        [
            (TWIN, ((NEVER, 1),), NEEDING_STREET),
            (NEIGHBOUR, ((NEVER, 1),), NEEDING_STREET),
            (GIVER, ((SOON, 1),), DISTRICT),
        ],
    )
    def test_lowest_division_in_common(
        self, reallocation: Reallocating, giver: int, lots: Any, lowest: int
    ) -> None:
        proposal = reallocation.proposed(reallocation.requested(), *lots, giver=giver, by=DISTRICT_KEEPER)
        assert reallocation.ask("levels", proposal) == [lowest, lowest]

    @pytest.mark.parametrize(
        ("site", "by", "lowest"), [(OTHER_SITE, OTHER_KEEPER, CITY), (FAR_SITE, FAR_KEEPER, COUNTRY)]
    )
    def test_beyond_the_district(self, reallocation: Reallocating, site: int, by: Party, lowest: int) -> None:
        request = reallocation.requested(by, site=site, reason=REASON)
        proposal = reallocation.proposed(request, (SOON, 1))
        assert reallocation.ask("levels", proposal) == [lowest, lowest]

    @pytest.mark.parametrize("urgency", TIMES)
    def test_each_level_has_its_time(self, reallocation: Reallocating, urgency: int) -> None:
        now = reallocation.chain.now
        request = reallocation.requested(urgency=urgency, needed_by=now + 60 * DAY)
        proposal = reallocation.proposed(request, (NEVER, 1), giver=TWIN, by=NEEDING)
        proposed_at = reallocation.chain.now
        ladder = [NEEDING_STREET, DISTRICT, CITY, PROVINCE, COUNTRY]
        approvers = [STREET_APPROVER, APPROVER, CITY_APPROVER, PROVINCE_APPROVER, COUNTRY_APPROVER]
        for step in range(1, len(ladder)):
            time = proposed_at + step * TIMES[urgency]
            call = reallocation.approve(proposal, by=approvers[step])
            wrong = refused(proposal, WRONG_LEVEL, ladder[step], ladder[0])
            assert reallocation.refusal_at(call, time - 1) == wrong
            assert reallocation.ask("levels", proposal) == [ladder[0], ladder[step - 1]]
            reallocation.chain.travel_to(time)
            assert reallocation.ask("levels", proposal) == [ladder[0], ladder[step]]
            assert reallocation.answer(call) == [0]
            # Whoever could before still can.
            for earlier in approvers[:step]:
                assert reallocation.answer(reallocation.approve(proposal, by=earlier)) == [0]
        reallocation.chain.travel(10 * TIMES[urgency])
        assert reallocation.ask("levels", proposal) == [ladder[0], COUNTRY]
        reallocation.send(reallocation.approve(proposal, by=COUNTRY_APPROVER))

    @pytest.mark.parametrize(
        "by",
        [STREET_APPROVER, COMMUNITY_APPROVER, OTHER_APPROVER, FAR_APPROVER, CITY_APPROVER, COUNTRY_APPROVER],
    )
    def test_wrong_level(self, reallocation: Reallocating, by: Party) -> None:
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 1))
        expected = refused(proposal, WRONG_LEVEL, by.division, DISTRICT)
        assert reallocation.refusal(reallocation.approve(proposal, by=by)) == expected

    def test_community_never_decides(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(needed_by=reallocation.chain.now + 100 * DAY)
        proposal = reallocation.proposed(request, (NEVER, 1), giver=TWIN, by=NEEDING)
        expected = refused(proposal, WRONG_LEVEL, NEEDING_COMMUNITY, NEEDING_STREET)
        call = reallocation.approve(proposal, by=COMMUNITY_APPROVER)
        for _ in range(2):
            assert reallocation.refusal(call) == expected
            reallocation.chain.travel(50 * DAY)

    @pytest.mark.parametrize("by", [APPROVER.at(CITY), STREET_APPROVER.at(DISTRICT)])
    def test_grant_that_is_not_there(self, reallocation: Reallocating, by: Party) -> None:
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 1))
        assert reallocation.refusal(reallocation.approve(proposal, by=by)) == by.missing()

    @pytest.mark.parametrize("by", [GIVING, NEEDING, DISTRICT_KEEPER])
    def test_whoever_may_propose(self, reallocation: Reallocating, by: Party) -> None:
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 1))
        expected = replace(by, role=Role.APPROVER).missing()
        assert reallocation.refusal(reallocation.approve(proposal, by=by)) == expected

    def test_levels_of_what_is_not_there(self, reallocation: Reallocating) -> None:
        call = reallocation.contract.functions.levels(5)
        assert reallocation.chain.refusal(call) == Refusal("ReallocationProposalUnknown", (5,))


class TestEmergency:
    def declared(self, reallocation: Reallocating, division: int, **fields: Any) -> int:
        until = fields.pop("until", reallocation.chain.now + 20 * DAY)
        reallocation.norms.send(declare(until, division=division, on=COUNTRY))
        return until

    def test_opens_the_levels_up_to_itself_at_once(self, reallocation: Reallocating) -> None:
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 1), (NEVER, 0))
        call = reallocation.approve(proposal, by=CITY_APPROVER)
        assert reallocation.refusal(call) == refused(proposal, WRONG_LEVEL, CITY, DISTRICT)
        self.declared(reallocation, CITY)
        assert reallocation.ask("levels", proposal) == [DISTRICT, CITY]
        above = reallocation.approve(proposal, by=PROVINCE_APPROVER)
        assert reallocation.refusal(above) == refused(proposal, WRONG_LEVEL, PROVINCE, DISTRICT)
        (event,) = reallocation.send(call)
        assert event.fields["approval"]["emergency"] is True
        assert event.fields["approval"]["division"] == CITY

    def test_the_highest_that_is_in_force(self, reallocation: Reallocating) -> None:
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 1))
        self.declared(reallocation, COUNTRY)
        self.declared(reallocation, DISTRICT)
        assert reallocation.ask("levels", proposal) == [DISTRICT, COUNTRY]

    def test_does_not_close_what_time_has_opened(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(needed_by=reallocation.chain.now + 30 * DAY)
        proposal = reallocation.proposed(request, (SOON, 1))
        reallocation.chain.travel(7 * DAY)
        assert reallocation.ask("levels", proposal) == [DISTRICT, PROVINCE]
        self.declared(reallocation, CITY)
        assert reallocation.ask("levels", proposal) == [DISTRICT, PROVINCE]

    @pytest.mark.parametrize("division", [NEEDING_STREET, OTHER_DISTRICT])
    def test_that_does_not_cover_both_sites(self, reallocation: Reallocating, division: int) -> None:
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 1), (NEVER, 0))
        self.declared(reallocation, division)
        (event,) = reallocation.send(reallocation.approve(proposal))
        assert event.fields["approval"]["emergency"] is False

    @pytest.mark.parametrize("division", [NEEDING_COMMUNITY, NEEDING_STREET])
    def test_of_one_community(self, reallocation: Reallocating, division: int) -> None:
        proposal = reallocation.proposed(reallocation.requested(), (NEVER, 1), giver=TWIN, by=NEEDING)
        self.declared(reallocation, division)
        assert reallocation.ask("levels", proposal) == [NEEDING_STREET, NEEDING_STREET]
        (event,) = reallocation.send(reallocation.approve(proposal, by=STREET_APPROVER))
        assert event.fields["approval"]["emergency"] is True

    def test_to_its_last_second(self, reallocation: Reallocating) -> None:
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 1), (NEVER, 0))
        until = self.declared(reallocation, CITY, until=reallocation.chain.now + DAY)
        call = reallocation.approve(proposal, by=CITY_APPROVER)
        with reallocation.undone():
            reallocation.send_at(call, until - 1)
        expected = refused(proposal, WRONG_LEVEL, CITY, DISTRICT)
        assert reallocation.refusal_at(call, until) == expected

    def test_skips_the_notice_and_nothing_else(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(needed_by=reallocation.chain.now + DAY)
        proposal = reallocation.proposed(request, (NEVER, 200), giver=SECOND_GIVER)
        over = reallocation.proposed(request, (NEVER, 201), giver=SECOND_GIVER)
        assert reallocation.refusal(reallocation.approve(proposal)).arguments[1] == NOTICE_TOO_LONG
        self.declared(reallocation, DISTRICT)
        assert reallocation.refusal(reallocation.approve(over)) == refused(over, ABOVE_SHARE, 201, 200)
        (event,) = reallocation.send(reallocation.approve(proposal))
        assert event.fields["approval"]["callableFrom"] == reallocation.chain.now

    def test_floors_and_overdue_counts_stand(self, reallocation: Reallocating) -> None:
        self.declared(reallocation, DISTRICT)
        request = reallocation.requested(quantity=1_000, reason=REASON)
        proposal = reallocation.proposed(request, *everything(901))
        call = reallocation.approve(proposal)
        assert reallocation.refusal(call) == refused(proposal, BELOW_FLOOR, 1_001, 1_000)
        reallocation.norms.send(set_cycles((GRAIN_CATEGORY, 1), site=GIVER))
        reallocation.chain.travel(DAY + 1)
        assert reallocation.refusal(call) == refused(proposal, STALE)


class TestConsentMissing:
    def test_where_goods_leave_the_district(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(OTHER_KEEPER, site=OTHER_SITE, reason=REASON)
        proposal = reallocation.proposed(request, (SOON, 1), (NEVER, 0))
        call = reallocation.approve(proposal, by=CITY_APPROVER)
        assert reallocation.refusal(call) == refused(proposal, CONSENT_MISSING)


class TestAboveRequest:
    def test_to_the_unit(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(quantity=100)
        exact = reallocation.proposed(request, (SOON, 100), (NEVER, 0))
        above = reallocation.proposed(request, (SOON, 101), (NEVER, 0))
        expected = refused(above, ABOVE_REQUEST, 101, 100)
        assert reallocation.refusal(reallocation.approve(above)) == expected
        reallocation.send(reallocation.approve(exact))

    def test_less_what_is_approved_and_accepted(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100), quantity=200)
        reallocation.handed_over(proposal, (SOON, 60))
        other = reallocation.proposed(request, (LATE, 101), (NEVER, 0))
        expected = refused(other, ABOVE_REQUEST, 101, 100)
        assert reallocation.refusal(reallocation.approve(other)) == expected
        last = reallocation.proposed(request, (LATE, 100), (NEVER, 0))
        reallocation.send(reallocation.approve(last))

    def test_nothing_is_open(self, reallocation: Reallocating) -> None:
        request, _ = reallocation.approved((SOON, 100), quantity=100)
        other = reallocation.proposed(request, (LATE, 1), (NEVER, 0))
        expected = refused(other, ABOVE_REQUEST, 1, 0)
        assert reallocation.refusal(reallocation.approve(other)) == expected

    def test_open_again_by_what_is_missing(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100), quantity=100)
        act = reallocation.dispatched(proposal, (SOON, 100))
        answer = reallocation.answered(Kind.ACCEPTANCE, act, Line.missing(SOON.lot_id, 7, 1))
        reallocation.send(reallocation.show(answer))
        above = reallocation.proposed(request, (LATE, 8), (NEVER, 0))
        assert reallocation.refusal(reallocation.approve(above)) == refused(above, ABOVE_REQUEST, 8, 7)
        reallocation.send(reallocation.approve(reallocation.proposed(request, (LATE, 7), (NEVER, 0))))


class TestTerms:
    def test_mode_without_terms(self, reallocation: Reallocating) -> None:
        request = reallocation.requested()
        proposal = reallocation.proposed(request, (NEVER, 1), giver=HOUSEHOLD)
        call = reallocation.approve(proposal)
        assert reallocation.refusal(call) == refused(proposal, NOT_CALLABLE)
        reallocation.norms.send(set_terms(10_000, 0, division=CITY, mode=4, on=COUNTRY))
        assert reallocation.answer(call) == [0]

    @pytest.mark.parametrize(("ahead", "refusal"), [(-1, True), (0, False), (1, False)])
    def test_notice_against_the_day_of_need(
        self, reallocation: Reallocating, ahead: int, refusal: bool
    ) -> None:
        time = reallocation.chain.now + 100
        needed_by = time + 3 * DAY + ahead
        request = reallocation.requested(needed_by=needed_by)
        proposal = reallocation.proposed(request, (NEVER, 1), giver=SECOND_GIVER)
        call = reallocation.approve(proposal)
        if refusal:
            expected = refused(proposal, NOTICE_TOO_LONG, time + 3 * DAY, needed_by)
            assert reallocation.refusal_at(call, time) == expected
        else:
            (event,) = reallocation.send_at(call, time)
            assert event.fields["approval"]["callableFrom"] == time + 3 * DAY

    def test_share_to_the_unit(self, reallocation: Reallocating) -> None:
        request = reallocation.requested()
        exact = reallocation.proposed(request, (NEVER, 200), giver=SECOND_GIVER)
        above = reallocation.proposed(request, (NEVER, 201), giver=SECOND_GIVER)
        expected = refused(above, ABOVE_SHARE, 201, 200)
        assert reallocation.refusal(reallocation.approve(above)) == expected
        reallocation.send(reallocation.approve(exact))

    def test_share_that_does_not_come_out_even(self, reallocation: Reallocating) -> None:
        reallocation.norms.send(set_terms(3_333, 0, mode=2, on=COUNTRY))
        # 0.3333 × 400 = 133.32
        request = reallocation.requested()
        above = reallocation.proposed(request, (NEVER, 134), giver=SECOND_GIVER)
        expected = refused(above, ABOVE_SHARE, 134, 133)
        assert reallocation.refusal(reallocation.approve(above)) == expected
        exact = reallocation.proposed(request, (NEVER, 133), giver=SECOND_GIVER)
        assert reallocation.answer(reallocation.approve(exact)) == [0]

    def test_share_counts_what_is_reserved(self, reallocation: Reallocating) -> None:
        request = reallocation.requested()
        reallocation.send(
            reallocation.approve(reallocation.proposed(request, (NEVER, 150), giver=SECOND_GIVER))
        )
        above = reallocation.proposed(request, (NEVER, 51), giver=SECOND_GIVER)
        expected = refused(above, ABOVE_SHARE, 201, 200)
        assert reallocation.refusal(reallocation.approve(above)) == expected
        exact = reallocation.proposed(request, (NEVER, 50), giver=SECOND_GIVER)
        reallocation.send(reallocation.approve(exact))

    def test_share_of_nothing(self, reallocation: Reallocating) -> None:
        reallocation.norms.send(set_terms(0, 0, mode=1))
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 1), (NEVER, 0))
        expected = refused(proposal, ABOVE_SHARE, 1, 0)
        assert reallocation.refusal(reallocation.approve(proposal)) == expected


class TestStale:
    def overdue(self, reallocation: Reallocating) -> tuple[int, int]:
        """A proposal, and the last second before GIVER's count is overdue."""
        reallocation.norms.send(set_cycles((GRAIN_CATEGORY, 2), site=GIVER))
        due = reallocation.chain.now + 2 * DAY
        return reallocation.proposed(reallocation.requested(), (SOON, 1), (NEVER, 0)), due

    def test_to_the_second(self, reallocation: Reallocating) -> None:
        proposal, due = self.overdue(reallocation)
        call = reallocation.approve(proposal)
        reallocation.chain.travel_to(due)
        assert reallocation.answer(call) == [0]
        assert reallocation.refusal_at(call, due + 1) == refused(proposal, STALE)

    def test_gives_with_the_approvers_reason(self, reallocation: Reallocating) -> None:
        proposal, due = self.overdue(reallocation)
        reallocation.chain.travel_to(due + 1)
        (event,) = reallocation.send(reallocation.approve(proposal, stale=12))
        assert event.fields["approval"]["staleReason"] == 12

    def test_reason_without_need_is_not_kept(self, reallocation: Reallocating) -> None:
        proposal, _ = self.overdue(reallocation)
        (event,) = reallocation.send(reallocation.approve(proposal, stale=12))
        assert event.fields["approval"]["staleReason"] == 0

    def test_gives_again_once_a_count_is_proved(self, reallocation: Reallocating) -> None:
        proposal, due = self.overdue(reallocation)
        reallocation.chain.travel_to(due + 1)
        lines = sorted_lines((SOON.lot_id, 300), (LATE.lot_id, 200), (NEVER.lot_id, 500))
        stock = reallocation.stock
        journal = stock.word("siteJournal", GIVER)
        said = {"from_": GIVER, "reference": journal, "sender": GIVING, "other": DISTRICT_KEEPER}
        act = reallocation.recorded(stock.act(Kind.COUNT, *lines, **said))
        reallocation.norms.send(prove(act))
        reallocation.send(reallocation.approve(proposal))


class TestFloor:
    def test_to_the_unit(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(quantity=1_000, reason=REASON)
        above = reallocation.proposed(request, *everything(901))
        exact = reallocation.proposed(request, *everything(900))
        expected = refused(above, BELOW_FLOOR, 1_001, 1_000)
        assert reallocation.refusal(reallocation.approve(above)) == expected
        (event,) = reallocation.send(reallocation.approve(exact))
        assert event.fields["approval"]["usable"] == 1_000

    def test_only_listed_lots_cover_it(self, reallocation: Reallocating) -> None:
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 201))
        expected = refused(proposal, BELOW_FLOOR, 301, 300)
        assert reallocation.refusal(reallocation.approve(proposal)) == expected

    def test_counts_what_is_reserved(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(quantity=1_000, reason=REASON)
        reallocation.send(reallocation.approve(reallocation.proposed(request, *everything(500))))
        above = reallocation.proposed(request, *everything(401))
        expected = refused(above, BELOW_FLOOR, 1_001, 1_000)
        assert reallocation.refusal(reallocation.approve(above)) == expected
        reallocation.send(reallocation.approve(reallocation.proposed(request, *everything(400))))

    def test_that_takes_effect_later(self, reallocation: Reallocating) -> None:
        time = reallocation.chain.now + DAY
        reallocation.norms.send(set_floors((GRAIN, 101), site=GIVER, effective_at=time))
        request = reallocation.requested(quantity=1_000, reason=REASON)
        proposal = reallocation.proposed(request, *everything(900))
        call = reallocation.approve(proposal)
        reallocation.chain.travel_to(time - 1)
        assert reallocation.answer(call) == [0]
        expected = refused(proposal, BELOW_FLOOR, 1_001, 1_000)
        assert reallocation.refusal_at(call, time) == expected

    @pytest.mark.parametrize("kind", [Kind.HOLD, Kind.RECALL, Kind.ISSUE])
    def test_lots_that_went_out_of_use_since(self, reallocation: Reallocating, kind: Kind) -> None:
        request = reallocation.requested(quantity=1_000, reason=REASON)
        proposal = reallocation.proposed(request, *everything(900))
        at_giver = {"from_": GIVER} if kind is not Kind.RECALL else {}
        sender = {"sender": GIVING} if kind is Kind.ISSUE else {}
        quantity = 300 if kind is Kind.ISSUE else 0
        stock = reallocation.stock
        stock.enter(stock.act(kind, Line(SOON.lot_id, quantity), **at_giver, **sender))
        expected = refused(proposal, ABOVE_SHARE, 900, 700)
        assert reallocation.refusal(reallocation.approve(proposal)) == expected

    def test_lots_that_expired_since(self, reallocation: Reallocating) -> None:
        end_of_day = (SOON.expires + 1) * DAY - 28_800
        request = reallocation.requested(needed_by=end_of_day + DAY)
        proposal = reallocation.proposed(request, (SOON, 200), (SPOILT, 0))
        call = reallocation.approve(proposal)
        reallocation.chain.travel_to(end_of_day - 1)
        assert reallocation.answer(call) == [0]
        assert reallocation.refusal_at(call, end_of_day) == refused(proposal, ABOVE_SHARE, 200, 0)

    def test_other_lots_may_stand_in(self, reallocation: Reallocating) -> None:
        # What is approved is an item and a quantity, not lots.
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 200), (NEVER, 0))
        stock = reallocation.stock
        stock.enter(stock.act(Kind.ISSUE, Line(SOON.lot_id, 300), from_=GIVER, sender=GIVING))
        (event,) = reallocation.send(reallocation.approve(proposal))
        assert event.fields["approval"]["usable"] == 500


class TestSumsOfMoreThan64Bits:
    def test_are_capped_at_the_highest_quantity(self, reallocation: Reallocating) -> None:
        giver, lots = piles(reallocation)
        first, *others = sorted(lots)
        lines = (line(first, TOP), *(line(lot, 0) for lot in others))
        request = reallocation.requested(quantity=TOP, reason=REASON)
        proposal = reallocation.proposed(request, giver=giver, lines=lines, by=KEEPER)
        (event,) = reallocation.send(reallocation.approve(proposal, by=SECOND_APPROVER))
        assert event.fields["approval"]["usable"] == TOP
        assert event.fields["approval"]["reserved"] == TOP
        lines = (line(first, 0), line(others[0], 1), line(others[1], 0))
        request = reallocation.requested(quantity=1)
        more = reallocation.proposed(request, giver=giver, lines=lines, by=KEEPER)
        # Twice as much lies there, and would not fit into the word.
        expected = refused(more, ABOVE_SHARE, TOP + 1, TOP)
        assert reallocation.refusal(reallocation.approve(more)) == expected


class TestOrder:
    def test_in_which_reasons_are_looked_at(self, reallocation: Reallocating) -> None:
        """Everything is wrong at once; one after another is put right."""
        norms = reallocation.norms
        now = reallocation.chain.now
        norms.send(set_cycles((GRAIN_CATEGORY, 1), site=HOUSEHOLD))
        norms.send(set_floors((GRAIN, 100), site=HOUSEHOLD))
        reallocation.chain.travel(DAY + 1)
        lots, house = ((NEVER, 60),), {"giver": HOUSEHOLD}

        abroad = reallocation.requested(OTHER_KEEPER, site=OTHER_SITE, quantity=9, reason=REASON)
        leaving = reallocation.proposed(abroad, *lots, **house)
        street, city = STREET_APPROVER, CITY_APPROVER
        wrong_level = refused(leaving, WRONG_LEVEL, NEEDING_STREET, CITY)
        assert reallocation.refusal(reallocation.approve(leaving, by=street)) == wrong_level
        consent = refused(leaving, CONSENT_MISSING)
        assert reallocation.refusal(reallocation.approve(leaving, by=city)) == consent

        request = reallocation.requested(quantity=59, needed_by=now + 5 * DAY)
        proposal = reallocation.proposed(request, *lots, **house)
        call = reallocation.approve(proposal)
        with reallocation.undone():
            reallocation.send(reallocation.withdraw_request(request))
            wrong = reallocation.approve(proposal, by=street)
            assert reallocation.refusal(wrong) == refused(proposal, REQUEST_WITHDRAWN)
            late = refused(proposal, TOO_LATE, 0, now + 5 * DAY)
            assert reallocation.refusal_at(wrong, now + 5 * DAY + 1) == late
        assert reallocation.refusal(call) == refused(proposal, ABOVE_REQUEST, 60, 59)

        request = reallocation.requested(quantity=60, needed_by=now + 5 * DAY)
        proposal = reallocation.proposed(request, *lots, **house)
        call = reallocation.approve(proposal)
        assert reallocation.refusal(call) == refused(proposal, NOT_CALLABLE)
        norms.send(set_terms(0, 20, mode=4))
        assert reallocation.refusal(call) == refused(proposal, STALE)
        call = reallocation.approve(proposal, stale=REASON)
        notice = reallocation.chain.now + 20 * DAY
        assert reallocation.refusal(call) == refused(proposal, NOTICE_TOO_LONG, notice, now + 5 * DAY)
        norms.send(set_terms(0, 0, mode=4))
        assert reallocation.refusal(call) == refused(proposal, ABOVE_SHARE, 60, 0)
        norms.send(set_terms(10_000, 0, mode=4))
        assert reallocation.refusal(call) == refused(proposal, BELOW_FLOOR, 160, 100)
        norms.send(set_floors((GRAIN, 40), site=HOUSEHOLD))
        reallocation.send(call)


class TestLists:
    def test_empty(self, reallocation: Reallocating) -> None:
        assert reallocation.refusal(reallocation.approve()) == Refusal("ReallocationNothingNamed", ())

    def test_good_and_bad(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(quantity=1_000, reason=REASON)
        bad = reallocation.proposed(request, (NEVER, 1), giver=HOUSEHOLD)
        first = reallocation.proposed(request, *everything(500))
        above = reallocation.proposed(request, *everything(401))
        second = reallocation.proposed(request, *everything(400))
        call = reallocation.approve(bad, first, 6, first, above, second)
        answer = [NOT_CALLABLE, 0, UNKNOWN, NOT_PROPOSED, BELOW_FLOOR, 0]
        assert reallocation.answer(call) == answer
        events = reallocation.send(call)
        told = [
            (
                event.name,
                event.fields["proposal"],
                *(event.fields[name] for name in ("refusal", "value", "limit") if name in event.fields),
            )
            for event in events
        ]
        assert told == [
            ("ProposalSkipped", bad, NOT_CALLABLE, 0, 0),
            ("ProposalApproved", first),
            ("ProposalSkipped", 6, UNKNOWN, 0, 0),
            ("ProposalSkipped", first, NOT_PROPOSED, APPROVED, 0),
            ("ProposalSkipped", above, BELOW_FLOOR, 1_001, 1_000),
            ("ProposalApproved", second),
        ]
        assert {event.fields["approver"] for event in events} == {APPROVER.address}
        assert reallocation.reserved() == 900

    def test_none_can_be_approved(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(quantity=10)
        above = reallocation.proposed(request, (SOON, 11), (NEVER, 0))
        call = reallocation.approve(above, 7, above)
        assert reallocation.refusal(call) == refused(above, ABOVE_REQUEST, 11, 10)
        assert reallocation.refusal(reallocation.approve(7, above)) == refused(7, UNKNOWN)

    def test_first_is_good_and_the_rest_bad(self, reallocation: Reallocating) -> None:
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 11), (NEVER, 0))
        assert reallocation.answer(reallocation.approve(proposal, 7, 8)) == [0, UNKNOWN, UNKNOWN]

    def test_of_two_requests(self, reallocation: Reallocating) -> None:
        proposals = [
            reallocation.proposed(reallocation.requested(), (SOON, 10), (NEVER, 0)) for _ in range(2)
        ]
        events = reallocation.send(reallocation.approve(*proposals))
        assert len({event.fields["request"] for event in events}) == 2
