"""Requests: who may ask, for what, and when a request is over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from chain import Refusal
from norms_world import set_floors
from reallocation_world import (
    CLOSED,
    CRITICAL,
    DISTRICT_KEEPER,
    FAR_AHEAD,
    GIVING,
    NEEDER,
    NEEDING,
    REASON,
    SOON,
    TOP,
    TWIN,
    Reallocating,
    key_of,
)
from stock import DAY
from stock_world import APPROVER, GRAIN, UNKNOWN_ITEM, UNKNOWN_SITE
from world import CONSIGNEE, DISTRICT

from ledger_client.documents import Kind
from ledger_client.roles import Role


class TestMade:
    def test_says_everything(self, reallocation: Reallocating) -> None:
        asking = reallocation.asking(consignee=CONSIGNEE, reason=3, urgency=2, body=b"b" * 32)
        key = key_of(NEEDER, asking.client_id)
        assert reallocation.answer(reallocation.ask_for(asking)) == key
        (event,) = reallocation.send(reallocation.ask_for(asking))
        assert event.name == "RequestMade"
        names = ("clientId", "site", "item", "quantity", "neededBy", "urgency", "reason", "consignee", "body")
        assert event.fields == {
            "request": key,
            "site": NEEDER,
            "keeper": NEEDING.address,
            "asking": dict(zip(names, asking.words(), strict=True)),
            "floor": 100,
            "keeperDivision": NEEDING.division,
            "grantPosition": reallocation.position(NEEDING),
            "recordedAt": reallocation.chain.now,
        }

    def test_by_a_keeper_of_a_division_above(self, reallocation: Reallocating) -> None:
        (event,) = reallocation.send(reallocation.ask_for(reallocation.asking(), DISTRICT_KEEPER))
        assert event.fields["keeperDivision"] == DISTRICT

    @pytest.mark.parametrize("by", [NEEDING, DISTRICT_KEEPER, GIVING, APPROVER])
    def test_again_changes_nothing_whoever_sends_it(self, reallocation: Reallocating, by: Any) -> None:
        asking = reallocation.asking()
        (event,) = reallocation.send(reallocation.ask_for(asking))
        call = reallocation.ask_for(asking, by)
        assert reallocation.answer(call) == event.fields["request"]
        before = reallocation.stock.storage_of(reallocation.contract)
        assert reallocation.send(call) == []
        assert reallocation.stock.storage_of(reallocation.contract) == before

    def test_again_after_it_was_withdrawn_and_its_day_is_over(self, reallocation: Reallocating) -> None:
        asking = reallocation.asking()
        (event,) = reallocation.send(reallocation.ask_for(asking))
        reallocation.send(reallocation.withdraw_request(event.fields["request"]))
        reallocation.chain.travel_to(asking.needed_by + 1)
        assert reallocation.answer(reallocation.ask_for(asking)) == event.fields["request"]
        assert reallocation.send(reallocation.ask_for(asking)) == []

    @pytest.mark.parametrize(
        "other",
        [
            {"item": GRAIN + 1},
            {"quantity": 249},
            {"urgency": 2},
            {"reason": 1},
            {"consignee": CONSIGNEE},
            {"body": b"b" * 32},
        ],
    )
    def test_other_content_under_its_key(self, reallocation: Reallocating, other: dict[str, Any]) -> None:
        asking = reallocation.asking()
        reallocation.send(reallocation.ask_for(asking))
        expected = Refusal("ReallocationKeyTaken", (key_of(NEEDER, asking.client_id),))
        assert reallocation.refusal(reallocation.ask_for(replace(asking, **other))) == expected
        later = replace(asking, needed_by=asking.needed_by + 1)
        assert reallocation.refusal(reallocation.ask_for(later)) == expected

    def test_one_client_id_at_two_sites_is_two_requests(self, reallocation: Reallocating) -> None:
        client_id = reallocation.fresh_id()
        first = reallocation.requested(client_id=client_id)
        second = reallocation.requested(client_id=client_id, site=TWIN, reason=REASON)
        assert first == key_of(NEEDER, client_id)
        assert second == key_of(TWIN, client_id)


class TestRefused:
    def refusal(self, reallocation: Reallocating, **fields: Any) -> Refusal:
        return reallocation.refusal(reallocation.ask_for(reallocation.asking(**fields)))

    @pytest.mark.parametrize("site", [UNKNOWN_SITE, CLOSED, 0, 2**64 - 1])
    def test_site_unknown_or_closed(self, reallocation: Reallocating, site: int) -> None:
        assert self.refusal(reallocation, site=site) == Refusal("ReallocationSiteNotOpen", (site,))

    @pytest.mark.parametrize("item", [UNKNOWN_ITEM, 0])
    def test_item_unknown(self, reallocation: Reallocating, item: int) -> None:
        assert self.refusal(reallocation, item=item) == Refusal("ReallocationItemUnknown", (item,))

    @pytest.mark.parametrize("quantity", [0, 2**63, 2**64 - 1])
    def test_quantity_out_of_range(self, reallocation: Reallocating, quantity: int) -> None:
        expected = Refusal("ReallocationQuantityInvalid", (quantity,))
        assert self.refusal(reallocation, quantity=quantity, reason=REASON) == expected

    @pytest.mark.parametrize("quantity", [1, TOP])
    def test_quantity_at_the_edge(self, reallocation: Reallocating, quantity: int) -> None:
        request = reallocation.requested(quantity=quantity, reason=REASON)
        assert reallocation.ask("requestOf", request)[2] == quantity

    @pytest.mark.parametrize("ahead", [-DAY, 0, FAR_AHEAD + 1])
    def test_day_of_need_outside(self, reallocation: Reallocating, ahead: int) -> None:
        now = reallocation.chain.now
        expected = Refusal("ReallocationNeededByOutside", (now + ahead, now + 1, now + FAR_AHEAD))
        assert self.refusal(reallocation, needed_by=now + ahead) == expected

    def test_day_of_need_at_the_end_of_time(self, reallocation: Reallocating) -> None:
        now, top = reallocation.chain.now, 2**64 - 1
        expected = Refusal("ReallocationNeededByOutside", (top, now + 1, now + FAR_AHEAD))
        assert self.refusal(reallocation, needed_by=top) == expected

    @pytest.mark.parametrize("ahead", [1, FAR_AHEAD])
    def test_day_of_need_at_the_edge(self, reallocation: Reallocating, ahead: int) -> None:
        reallocation.requested(needed_by=reallocation.next_time + ahead)

    @pytest.mark.parametrize("urgency", [0, 4, 255])
    def test_urgency_unknown(self, reallocation: Reallocating, urgency: int) -> None:
        expected = Refusal("ReallocationUrgencyUnknown", (urgency,))
        assert self.refusal(reallocation, urgency=urgency) == expected

    def test_consignee_unknown(self, reallocation: Reallocating) -> None:
        refusal = self.refusal(reallocation, consignee=5)
        assert (refusal.name, refusal.arguments[0]) == ("DirectoryConsigneeUnknown", 5)

    def test_keeper_of_another_community(self, reallocation: Reallocating) -> None:
        call = reallocation.ask_for(reallocation.asking(), GIVING)
        expected = Refusal("ReallocationGrantElsewhere", (GIVING.division, NEEDER))
        assert reallocation.refusal(call) == expected

    @pytest.mark.parametrize("by", [NEEDING.at(DISTRICT), DISTRICT_KEEPER.at(NEEDING.division)])
    def test_no_such_grant(self, reallocation: Reallocating, by: Any) -> None:
        assert reallocation.refusal(reallocation.ask_for(reallocation.asking(), by)) == by.missing()

    def test_approver(self, reallocation: Reallocating) -> None:
        call = reallocation.ask_for(reallocation.asking(), APPROVER)
        expected = replace(APPROVER, role=Role.KEEPER).missing()
        assert reallocation.refusal(call) == expected


class TestThreeTimesTheFloor:
    @pytest.mark.parametrize("quantity", [299, 300])
    def test_no_reason_asked_for(self, reallocation: Reallocating, quantity: int) -> None:
        (event,) = reallocation.send(reallocation.ask_for(reallocation.asking(quantity=quantity)))
        assert event.fields["floor"] == 100

    @pytest.mark.parametrize("quantity", [301, TOP])
    def test_reason_missing(self, reallocation: Reallocating, quantity: int) -> None:
        call = reallocation.ask_for(reallocation.asking(quantity=quantity))
        assert reallocation.refusal(call) == Refusal("ReallocationReasonMissing", (quantity, 100))

    def test_reason_given(self, reallocation: Reallocating) -> None:
        reallocation.requested(quantity=301, reason=1)

    def test_no_floor_at_all(self, reallocation: Reallocating) -> None:
        # There is no norm to be above.
        (event,) = reallocation.send(reallocation.ask_for(reallocation.asking(site=TWIN, quantity=TOP)))
        assert event.fields["floor"] == 0

    def test_highest_floor_there_is(self, reallocation: Reallocating) -> None:
        # Three times it does not fit into 64 bits.
        reallocation.norms.send(set_floors((GRAIN, TOP), site=NEEDER))
        reallocation.requested(quantity=TOP)

    def test_floor_at_the_second_of_the_request(self, reallocation: Reallocating) -> None:
        time = reallocation.chain.now + DAY
        reallocation.norms.send(set_floors((GRAIN, 50), site=NEEDER, effective_at=time))
        reallocation.chain.travel_to(time - 1)
        call = reallocation.ask_for(reallocation.asking(quantity=300))
        assert reallocation.answer(call)
        reallocation.chain.travel_to(time)
        assert reallocation.refusal(call) == Refusal("ReallocationReasonMissing", (300, 50))


class TestWithdrawn:
    def test_says_everything(self, reallocation: Reallocating) -> None:
        request = reallocation.requested()
        (event,) = reallocation.send(reallocation.withdraw_request(request, by=DISTRICT_KEEPER))
        assert event.name == "RequestWithdrawn"
        assert event.fields == {
            "request": request,
            "keeper": DISTRICT_KEEPER.address,
            "reason": REASON,
            "keeperDivision": DISTRICT,
            "grantPosition": reallocation.position(DISTRICT_KEEPER),
            "recordedAt": reallocation.chain.now,
        }

    def test_unknown(self, reallocation: Reallocating) -> None:
        call = reallocation.withdraw_request(7)
        assert reallocation.refusal(call) == Refusal("ReallocationRequestUnknown", (7,))

    def test_without_a_reason(self, reallocation: Reallocating) -> None:
        call = reallocation.withdraw_request(reallocation.requested(), reason=0)
        assert reallocation.refusal(call) == Refusal("ReallocationReasonMissing", (0, 0))

    def test_by_the_givers_keeper(self, reallocation: Reallocating) -> None:
        call = reallocation.withdraw_request(reallocation.requested(), by=GIVING)
        expected = Refusal("ReallocationGrantElsewhere", (GIVING.division, NEEDER))
        assert reallocation.refusal(call) == expected

    def test_by_somebody_without_the_grant(self, reallocation: Reallocating) -> None:
        by = NEEDING.at(DISTRICT)
        call = reallocation.withdraw_request(reallocation.requested(), by=by)
        assert reallocation.refusal(call) == by.missing()

    def test_twice(self, reallocation: Reallocating) -> None:
        needed_by = reallocation.chain.now + DAY
        request = reallocation.requested(needed_by=needed_by)
        reallocation.send(reallocation.withdraw_request(request))
        expected = Refusal("ReallocationRequestOver", (request, 0, True, needed_by))
        assert reallocation.refusal(reallocation.withdraw_request(request)) == expected

    def test_until_the_last_second_of_need(self, reallocation: Reallocating) -> None:
        needed_by = reallocation.chain.now + DAY
        request = reallocation.requested(needed_by=needed_by)
        call = reallocation.withdraw_request(request)
        expected = Refusal("ReallocationRequestOver", (request, 0, False, needed_by))
        with reallocation.undone():
            reallocation.send_at(call, needed_by)
        assert reallocation.refusal_at(call, needed_by + 1) == expected

    def test_covered(self, reallocation: Reallocating) -> None:
        needed_by = reallocation.chain.now + DAY
        request, proposal = reallocation.approved((SOON, 250), needed_by=needed_by)
        reallocation.handed_over(proposal, (SOON, 250))
        expected = Refusal("ReallocationRequestOver", (request, 250, False, needed_by))
        assert reallocation.refusal(reallocation.withdraw_request(request)) == expected

    def test_one_short_of_covered(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 249))
        reallocation.handed_over(proposal, (SOON, 249))
        reallocation.send(reallocation.withdraw_request(request))

    def test_what_is_on_its_way_still_counts(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 250))
        act = reallocation.dispatched(proposal, (SOON, 200))
        reallocation.send(reallocation.withdraw_request(request))
        assert reallocation.reserved() == 50
        reallocation.send(reallocation.expire(proposal))
        assert reallocation.reserved() == 0
        reallocation.send(reallocation.show(reallocation.answered(Kind.ACCEPTANCE, act)))
        assert reallocation.ask("requestOf", request)[3] == 200


def test_critical_requests_are_kept_as_such(reallocation: Reallocating) -> None:
    assert reallocation.ask("requestOf", reallocation.requested(urgency=CRITICAL))[6] == CRITICAL


def test_what_there_is_not_is_all_zero(reallocation: Reallocating) -> None:
    assert not any(reallocation.ask("requestOf", 1))
    assert not any(reallocation.ask("proposalOf", 1))
    assert not any(reallocation.ask("deliveryOf", 1))
    assert reallocation.ask("linesOf", 1) == []
    assert reallocation.ask("journal", 1) == 0
    assert reallocation.reserved() == 0
