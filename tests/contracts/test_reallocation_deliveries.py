"""Deliveries: documents of the ledger that are shown, what they change, and all that is refused."""

from __future__ import annotations

from typing import Any

import pytest
from chain import Refusal
from reallocation_books import ANSWERED, APPROVED, DISPATCHED, PROPOSED, REJECTED, REVERSED, line
from reallocation_world import (
    DISTRICT_KEEPER,
    GIVER,
    LATE,
    NEEDER,
    NEVER,
    PROPOSAL,
    REASON,
    SECOND_GIVER,
    SOON,
    TOP,
    TWIN,
    Reallocating,
    piles,
)
from stock import DAY, OFFSET, Act, L, remaining, sent
from stock_stages import after_deadline
from stock_world import APPROVER, GRAIN, KEEPER, MASKS, SECOND_APPROVER
from world import PACK, World

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line
from ledger_client.words import REFERENCE_CONSIGNMENT, pack_reference

AT_SENDER, AT_RECEIVER, LOST = 1, 2, 3
LEAVING = (Kind.DISPATCH, Kind.HAND_OVER)
STEPS = (Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN)


def kept(reallocation: Reallocating, request: int) -> tuple[int, int, int]:
    """Accepted and promised of a request, and what is reserved at GIVER."""
    view = reallocation.ask("requestOf", request)
    return view[3], view[9], reallocation.reserved()


def shown(reallocation: Reallocating, act: Act) -> dict[str, Any]:
    """Show a document, and return the fields of the event."""
    (event,) = reallocation.send(reallocation.show(act))
    assert event.name == "DeliveryShown"
    return event.fields


class TestDispatched:
    def test_says_everything(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100), (LATE, 50))
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 100)))
        assert kept(reallocation, request) == (0, 150, 150)
        assert shown(reallocation, act) == {
            "document": act.key,
            "proposal": proposal,
            "request": request,
            "kind": Kind.DISPATCH,
            "delivery": act.key,
            "delivered": 100,
            "accepted": 0,
            "caller": World.stranger.address,
            "recordedAt": reallocation.chain.now,
        }
        assert kept(reallocation, request) == (0, 150, 50)
        assert reallocation.ask("deliveryOf", act.key) == (proposal, DISPATCHED, 100)

    def test_client_id_is_not_looked_at(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 100)))
        reallocation.send(reallocation.show(act.saying(client_id=bytes(32)), key=act.key))

    def test_in_parts(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        for part, reserved in ((60, 40), (39, 1), (1, 0)):
            reallocation.dispatched(proposal, (SOON, part))
            assert kept(reallocation, request) == (0, 100, reserved)

    def test_other_lots_of_the_item(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        reallocation.dispatched(proposal, (LATE, 40), (NEVER, 60))
        assert kept(reallocation, request) == (0, 100, 0)


class TestHandedOver:
    def test_is_accepted_at_once(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100), (LATE, 50))
        act = reallocation.recorded(reallocation.leaving(Kind.HAND_OVER, proposal, (SOON, 100)))
        fields = shown(reallocation, act)
        assert (fields["delivered"], fields["accepted"], fields["delivery"]) == (100, 100, act.key)
        assert kept(reallocation, request) == (100, 50, 50)
        assert reallocation.ask("deliveryOf", act.key) == (proposal, ANSWERED, 100)

    def test_lot_with_two_reasons(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        act = reallocation.leaving(Kind.HAND_OVER, proposal)
        lines = b"".join(
            word.to_bytes(32, "big") for reason in (1, 2) for word in Line(SOON.lot_id, 50, reason).words()
        )
        reallocation.recorded(act.saying(lines=lines))
        shown(reallocation, act.saying(lines=lines))
        assert kept(reallocation, request) == (100, 0, 0)


class TestAnswered:
    def test_accepted_whole(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        act = reallocation.dispatched(proposal, (SOON, 100))
        fields = shown(reallocation, reallocation.answered(Kind.ACCEPTANCE, act))
        assert (fields["kind"], fields["delivery"]) == (Kind.ACCEPTANCE, act.key)
        assert (fields["delivered"], fields["accepted"]) == (0, 100)
        assert kept(reallocation, request) == (100, 0, 0)

    def test_from_shortage_to_settlement(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 60), (LATE, 40))
        act = reallocation.dispatched(proposal, (SOON, 60), (LATE, 40))
        exceptions = sorted(
            (Line.missing(SOON.lot_id, 20, 1), Line.returning(LATE.lot_id, 5, 2)), key=lambda one: one.lot
        )
        answer = reallocation.answered(Kind.ACCEPTANCE, act, *exceptions)
        assert shown(reallocation, answer)["accepted"] == 75
        assert kept(reallocation, request) == (75, 0, 0)

        left = remaining(sent(act), answer, *exceptions)
        found = (
            Line(SOON.lot_id, 4, AT_SENDER),
            Line(SOON.lot_id, 7, AT_RECEIVER),
            Line(SOON.lot_id, 3, LOST),
        )
        parties = {"sender": SECOND_APPROVER}
        first = reallocation.answered(Kind.SETTLEMENT, act, *found, consignment=left, **parties)
        assert shown(reallocation, first)["accepted"] == 7
        assert kept(reallocation, request) == (82, 0, 0)
        taken = {SOON.lot_id: 14}
        rest = [Line(one.lot, one.quantity - taken.get(one.lot, 0), one.reason) for one in exceptions]
        left = remaining(left, first, *rest)
        last = (Line(SOON.lot_id, 6, AT_RECEIVER),)
        second = reallocation.answered(Kind.SETTLEMENT, act, *last, consignment=left, **parties)
        assert shown(reallocation, second)["accepted"] == 6
        assert kept(reallocation, request) == (88, 0, 0)
        for settlement in (first, second):
            expected = Refusal("ReallocationShownBefore", (settlement.key,))
            assert reallocation.refusal(reallocation.show(settlement)) == expected

    def test_lost_for_good(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        act = reallocation.dispatched(proposal, (SOON, 100))
        exception = Line.missing(SOON.lot_id, 100, 1)
        answer = reallocation.answered(Kind.ACCEPTANCE, act, exception)
        assert shown(reallocation, answer)["accepted"] == 0
        left = remaining(sent(act), answer, exception)
        lost = Line(SOON.lot_id, 100, LOST)
        settlement = reallocation.answered(
            Kind.SETTLEMENT, act, lost, consignment=left, sender=SECOND_APPROVER
        )
        assert shown(reallocation, settlement)["accepted"] == 0
        assert kept(reallocation, request) == (0, 0, 0)

    def test_contested(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        act = reallocation.dispatched(proposal, (SOON, 100))
        after_deadline(reallocation.stock, act)
        contest = reallocation.answered(Kind.CONTEST, act, Line.missing(SOON.lot_id, 10, 1))
        assert shown(reallocation, contest)["accepted"] == 0
        assert kept(reallocation, request) == (0, 0, 0)

    def test_found_at_the_receiver_after_a_contest(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        act = reallocation.dispatched(proposal, (SOON, 100))
        after_deadline(reallocation.stock, act)
        missing = Line.missing(SOON.lot_id, 100, 1)
        contest = reallocation.answered(Kind.CONTEST, act, missing)
        shown(reallocation, contest)
        left = remaining(sent(act), contest, missing)
        found = Line(SOON.lot_id, 100, AT_RECEIVER)
        settlement = reallocation.answered(
            Kind.SETTLEMENT, act, found, consignment=left, sender=SECOND_APPROVER
        )
        shown(reallocation, settlement)
        assert kept(reallocation, request) == (100, 0, 0)

    def test_returned(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100), needed_by=reallocation.chain.now + 30 * DAY)
        act = reallocation.dispatched(proposal, (SOON, 100))
        after_deadline(reallocation.stock, act, L + 1)
        returned = reallocation.answered(Kind.RETURN, act, approver=APPROVER)
        assert shown(reallocation, returned)["accepted"] == 0
        assert kept(reallocation, request) == (0, 0, 0)
        # What came back does not become free to be delivered again on the same approval.
        assert reallocation.ask("proposalOf", proposal)[3] == 0

    def test_twice(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.dispatched(proposal, (SOON, 100))
        answer = reallocation.answered(Kind.ACCEPTANCE, act)
        shown(reallocation, answer)
        expected = Refusal("ReallocationDeliveryWrong", (act.key, ANSWERED))
        assert reallocation.refusal(reallocation.show(answer)) == expected

    def test_before_the_dispatch(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 100)))
        answer = reallocation.answered(Kind.ACCEPTANCE, act)
        expected = Refusal("ReallocationDeliveryWrong", (act.key, 0))
        assert reallocation.refusal(reallocation.show(answer)) == expected
        shown(reallocation, act)
        shown(reallocation, answer)

    def test_settlement_before_the_acceptance(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.dispatched(proposal, (SOON, 100))
        exception = Line.missing(SOON.lot_id, 10, 1)
        answer = reallocation.answered(Kind.ACCEPTANCE, act, exception)
        left = remaining(sent(act), answer, exception)
        found = Line(SOON.lot_id, 10, AT_RECEIVER)
        settlement = reallocation.answered(
            Kind.SETTLEMENT, act, found, consignment=left, sender=SECOND_APPROVER
        )
        expected = Refusal("ReallocationDeliveryWrong", (act.key, DISPATCHED))
        assert reallocation.refusal(reallocation.show(settlement)) == expected
        shown(reallocation, answer)
        shown(reallocation, settlement)

    def test_of_a_dispatch_that_has_nothing_to_do_with_it(self, reallocation: Reallocating) -> None:
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, 0, (SOON, 100), reference=0))
        answer = reallocation.answered(Kind.ACCEPTANCE, act)
        expected = Refusal("ReallocationDeliveryWrong", (act.key, 0))
        assert reallocation.refusal(reallocation.show(answer)) == expected


class TestDocumentOther:
    @pytest.mark.parametrize(
        "change",
        [
            {"from_": TWIN},
            {"to": TWIN},
            {"occurred_at": Timestamp(1)},
            {"reference": pack_reference(PROPOSAL, 1)},
            {"reason": 1},
            {"qualification": 1},
            {"deadline": 1},
            {"lines": (line(SOON.lot_id, 99)).to_bytes(32, "big")},
            {"lines": b""},
        ],
    )
    def test_field(self, reallocation: Reallocating, change: dict[str, Any]) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 100)))
        expected = Refusal("ReallocationDocumentOther", (act.key,))
        assert reallocation.refusal(reallocation.show(act.saying(**change), key=act.key)) == expected

    def test_kind(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 100)))
        expected = Refusal("ReallocationDocumentOther", (act.key,))
        assert reallocation.refusal(reallocation.show(act, kind=Kind.HAND_OVER)) == expected

    def test_never_recorded(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 100))
        expected = Refusal("ReallocationDocumentOther", (act.key,))
        assert reallocation.refusal(reallocation.show(act)) == expected

    @pytest.mark.parametrize(
        "kind", [kind for kind in Kind if kind not in (*LEAVING, *STEPS, Kind.SETTLEMENT)]
    )
    def test_kind_that_says_nothing(self, reallocation: Reallocating, kind: Kind) -> None:
        act = reallocation.leaving(Kind.DISPATCH, 1, (SOON, 1))
        expected = Refusal("ReallocationKindWrong", (kind,))
        assert reallocation.refusal(reallocation.show(act, kind=kind)) == expected


class TestDeliveryRefused:
    """What the ledger has recorded, and the proposal does not cover."""

    def refusal(
        self, reallocation: Reallocating, *lots: Any, kind: Kind = Kind.DISPATCH, **fields: Any
    ) -> tuple[Refusal, int, Act]:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(kind, proposal, *(lots or ((SOON, 1),)), **fields))
        return reallocation.refusal(reallocation.show(act)), proposal, act

    @pytest.mark.parametrize("kind", LEAVING)
    def test_another_item(self, reallocation: Reallocating, kind: Kind) -> None:
        for lots in (((MASKS, 1),), ((SOON, 1), (MASKS, 1))):
            refusal, *_ = self.refusal(reallocation, *lots, kind=kind)
            assert refusal == Refusal("ReallocationLotOther", (MASKS.lot_id, PACK, GRAIN))

    def test_to_another_site(self, reallocation: Reallocating) -> None:
        refusal, proposal, _ = self.refusal(reallocation, to=TWIN)
        assert refusal == Refusal("ReallocationDeliveryElsewhere", (proposal, GIVER, TWIN))

    def test_from_another_site(self, reallocation: Reallocating) -> None:
        refusal, proposal, _ = self.refusal(reallocation, (NEVER, 1), from_=SECOND_GIVER)
        assert refusal == Refusal("ReallocationDeliveryElsewhere", (proposal, SECOND_GIVER, NEEDER))

    @pytest.mark.parametrize("kind", LEAVING)
    def test_more_than_approved(self, reallocation: Reallocating, kind: Kind) -> None:
        refusal, proposal, _ = self.refusal(reallocation, (SOON, 101), kind=kind)
        assert refusal == Refusal("ReallocationDeliveryAbove", (proposal, 100, 101))
        refusal, proposal, _ = self.refusal(reallocation, (SOON, 60), (LATE, 41), kind=kind)
        assert refusal == Refusal("ReallocationDeliveryAbove", (proposal, 100, 101))

    def test_more_than_is_left(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        reallocation.dispatched(proposal, (SOON, 60))
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 41)))
        expected = Refusal("ReallocationDeliveryAbove", (proposal, 40, 41))
        assert reallocation.refusal(reallocation.show(act)) == expected

    @pytest.mark.parametrize("type_", [0, 3, 5, 255])
    def test_reference_of_another_type(self, reallocation: Reallocating, type_: int) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        reference = pack_reference(type_, proposal)
        act = reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 1), reference=reference)
        expected = Refusal("ReallocationReferenceOther", (act.key, reference))
        assert reallocation.refusal(reallocation.show(reallocation.recorded(act))) == expected

    def test_dispatch_that_refers_to_a_consignment(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        first = reallocation.dispatched(proposal, (SOON, 1))
        reference = pack_reference(REFERENCE_CONSIGNMENT, first.key)
        act = reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 1), reference=reference)
        expected = Refusal("ReallocationReferenceOther", (act.key, reference))
        assert reallocation.refusal(reallocation.show(reallocation.recorded(act))) == expected

    def test_proposal_unknown(self, reallocation: Reallocating) -> None:
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, 5, (SOON, 1)))
        expected = Refusal("ReallocationProposalUnknown", (5,))
        assert reallocation.refusal(reallocation.show(act)) == expected

    def test_never_approved(self, reallocation: Reallocating) -> None:
        proposal = reallocation.proposed(reallocation.requested(), (SOON, 100), (NEVER, 0))
        act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 1)))
        expected = Refusal("ReallocationStateWrong", (proposal, PROPOSED))
        assert reallocation.refusal(reallocation.show(act)) == expected
        reallocation.send(reallocation.reject(proposal))
        expected = Refusal("ReallocationStateWrong", (proposal, REJECTED))
        assert reallocation.refusal(reallocation.show(act)) == expected

    @pytest.mark.parametrize("kind", LEAVING)
    def test_shown_twice(self, reallocation: Reallocating, kind: Kind) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(kind, proposal, (SOON, 1)))
        shown(reallocation, act)
        expected = Refusal("ReallocationShownBefore", (act.key,))
        assert reallocation.refusal(reallocation.show(act)) == expected

    @pytest.mark.parametrize("kind", LEAVING)
    def test_reversed(self, reallocation: Reallocating, kind: Kind) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(kind, proposal, (SOON, 1)))
        reallocation.reversal(act)
        expected = Refusal("ReallocationReversedOtherwise", (act.key, True))
        assert reallocation.refusal(reallocation.show(act)) == expected


class TestTime:
    def test_from_the_approval_on(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        approved_at = reallocation.chain.now
        needed_by = approved_at + 10 * DAY
        for time, is_refused in ((approved_at - 1, True), (approved_at, False)):
            fields = {"occurred_at": Timestamp(time)}
            act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 1), **fields))
            if is_refused:
                refusal = reallocation.refusal(reallocation.show(act))
                needed_by = reallocation.ask("requestOf", reallocation.ask("proposalOf", proposal)[0])[5]
                expected = (proposal, time, approved_at, needed_by)
                assert refusal == Refusal("ReallocationDeliveryOutside", expected)
            else:
                shown(reallocation, act)

    def test_day_of_the_approval(self, reallocation: Reallocating) -> None:
        midnight = (reallocation.stock.today + 2) * DAY - OFFSET
        reallocation.chain.travel_to(midnight - DAY + 100)
        request = reallocation.requested()
        proposal = reallocation.proposed(request, (SOON, 100), (NEVER, 0))
        reallocation.send_at(reallocation.approve(proposal), midnight - 1)
        needed_by = reallocation.ask("requestOf", request)[5]
        # The day that ends with the second of the approval may have been after it, the day before may not.
        for time, is_refused in ((midnight - 2 * DAY, True), (midnight - DAY, False)):
            day = Timestamp(time, is_day_only=True)
            act = reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 1), occurred_at=day)
            reallocation.recorded(act)
            if is_refused:
                expected = (proposal, time, midnight - 1, needed_by)
                refusal = reallocation.refusal(reallocation.show(act))
                assert refusal == Refusal("ReallocationDeliveryOutside", expected)
            else:
                shown(reallocation, act)

    def test_day_before_the_approval(self, reallocation: Reallocating) -> None:
        midnight = (reallocation.stock.today + 2) * DAY - OFFSET
        request = reallocation.requested()
        proposal = reallocation.proposed(request, (SOON, 100), (NEVER, 0))
        reallocation.send_at(reallocation.approve(proposal), midnight)
        day = Timestamp(midnight - DAY, is_day_only=True)
        act = reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 1), occurred_at=day)
        refusal = reallocation.refusal(reallocation.show(reallocation.recorded(act)))
        assert refusal.name == "ReallocationDeliveryOutside"
        assert refusal.arguments[:3] == (proposal, midnight - DAY, midnight)

    def test_to_the_day_of_need(self, reallocation: Reallocating) -> None:
        needed_by = reallocation.chain.now + DAY
        _, proposal = reallocation.approved((SOON, 100), needed_by=needed_by)
        approved_at = reallocation.chain.now
        reallocation.chain.travel_to(needed_by + 100)
        late = reallocation.leaving(Kind.DISPATCH, proposal, (SOON, 1), occurred_at=Timestamp(needed_by + 1))
        expected = (proposal, needed_by + 1, approved_at, needed_by)
        refusal = reallocation.refusal(reallocation.show(reallocation.recorded(late)))
        assert refusal == Refusal("ReallocationDeliveryOutside", expected)
        for occurred_at in (Timestamp(needed_by), Timestamp(needed_by - 1)):
            reallocation.dispatched(proposal, (SOON, 1), occurred_at=occurred_at)

    def test_day_on_which_the_need_ends(self, reallocation: Reallocating) -> None:
        midnight = (reallocation.stock.today + 2) * DAY - OFFSET
        day = Timestamp(midnight, is_day_only=True)
        _, proposal = reallocation.approved((SOON, 100), needed_by=midnight)
        _, other = reallocation.approved((SOON, 100), needed_by=midnight - 1)
        reallocation.chain.travel_to(midnight + 10)
        reallocation.dispatched(proposal, (SOON, 1), occurred_at=day)
        act = reallocation.leaving(Kind.DISPATCH, other, (SOON, 1), occurred_at=day)
        refusal = reallocation.refusal(reallocation.show(reallocation.recorded(act)))
        assert refusal.name == "ReallocationDeliveryOutside"
        assert refusal.arguments[3] == midnight - 1

    def test_shown_years_later(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(Kind.HAND_OVER, proposal, (SOON, 100)))
        reallocation.chain.travel(1_000 * DAY)
        shown(reallocation, act)
        assert kept(reallocation, request) == (100, 0, 0)


class TestReversed:
    def test_says_everything(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        act = reallocation.dispatched(proposal, (SOON, 60))
        assert kept(reallocation, request) == (0, 100, 40)
        reallocation.reversal(act)
        (event,) = reallocation.send(reallocation.show_reversed(act))
        assert event.name == "DeliveryReversed"
        assert event.fields == {
            "document": act.key,
            "proposal": proposal,
            "request": request,
            "quantity": 60,
            "caller": World.stranger.address,
            "recordedAt": reallocation.chain.now,
        }
        assert kept(reallocation, request) == (0, 100, 100)
        assert reallocation.ask("deliveryOf", act.key) == (proposal, REVERSED, 60)

    def test_dispatch_done_again(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        act = reallocation.dispatched(proposal, (SOON, 100))
        reallocation.reversal(act)
        again = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, (LATE, 100)))
        expected = Refusal("ReallocationDeliveryAbove", (proposal, 0, 100))
        assert reallocation.refusal(reallocation.show(again)) == expected
        reallocation.send(reallocation.show_reversed(act))
        shown(reallocation, again)
        shown(reallocation, reallocation.answered(Kind.ACCEPTANCE, again))
        assert kept(reallocation, request) == (100, 0, 0)

    def test_hand_over_opens_the_request_again(self, reallocation: Reallocating) -> None:
        request, proposal = reallocation.approved((SOON, 100), quantity=100)
        act = reallocation.handed_over(proposal, (SOON, 100))
        call = reallocation.propose(reallocation.offer(request, (LATE, 1)))
        assert reallocation.refusal(call).name == "ReallocationRequestOver"
        reallocation.reversal(act)
        reallocation.send(reallocation.show_reversed(act))
        assert kept(reallocation, request) == (0, 100, 100)
        reallocation.send(call)
        assert reallocation.ask("proposalOf", proposal)[1] == APPROVED

    @pytest.mark.parametrize("kind", LEAVING)
    def test_after_the_proposal_ended(self, reallocation: Reallocating, kind: Kind) -> None:
        request, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(kind, proposal, (SOON, 60)))
        shown(reallocation, act)
        reallocation.send(reallocation.withdraw(proposal))
        before = (60, 0, 0) if kind is Kind.HAND_OVER else (0, 60, 0)
        assert kept(reallocation, request) == before
        reallocation.reversal(act)
        reallocation.send(reallocation.show_reversed(act))
        assert kept(reallocation, request) == (0, 0, 0)
        assert reallocation.ask("proposalOf", proposal)[3] == 100

    @pytest.mark.parametrize("kind", LEAVING)
    def test_that_was_not_reversed(self, reallocation: Reallocating, kind: Kind) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(kind, proposal, (SOON, 60)))
        unknown = Refusal("ReallocationDeliveryWrong", (act.key, 0))
        assert reallocation.refusal(reallocation.show_reversed(act)) == unknown
        shown(reallocation, act)
        expected = Refusal("ReallocationReversedOtherwise", (act.key, False))
        assert reallocation.refusal(reallocation.show_reversed(act)) == expected

    def test_that_was_answered(self, reallocation: Reallocating) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.dispatched(proposal, (SOON, 60))
        shown(reallocation, reallocation.answered(Kind.ACCEPTANCE, act))
        expected = Refusal("ReallocationReversedOtherwise", (act.key, False))
        assert reallocation.refusal(reallocation.show_reversed(act)) == expected

    @pytest.mark.parametrize("kind", LEAVING)
    def test_twice(self, reallocation: Reallocating, kind: Kind) -> None:
        _, proposal = reallocation.approved((SOON, 100))
        act = reallocation.recorded(reallocation.leaving(kind, proposal, (SOON, 60)))
        shown(reallocation, act)
        reallocation.reversal(act)
        reallocation.send(reallocation.show_reversed(act))
        expected = Refusal("ReallocationDeliveryWrong", (act.key, REVERSED))
        assert reallocation.refusal(reallocation.show_reversed(act)) == expected
        shown_again = Refusal("ReallocationReversedOtherwise", (act.key, True))
        assert reallocation.refusal(reallocation.show(act)) == shown_again


class TestSumsBeyondTheHighestQuantity:
    def test_are_refused(self, reallocation: Reallocating) -> None:
        """An ended proposal that is shown after another was approved: promised would leave its word."""
        giver, lots = piles(reallocation)
        first, second, _ = sorted(lots)
        request = reallocation.requested(quantity=TOP, reason=REASON)
        keys = []
        for lot in (first, second):
            lines = (line(lot, TOP),)
            proposal = reallocation.proposed(request, giver=giver, lines=lines, by=KEEPER)
            reallocation.send(reallocation.approve(proposal))
            keys.append(proposal)
            if lot == first:
                fields = {"from_": giver, "sender": KEEPER, "words": lines[0].to_bytes(32, "big")}
                act = reallocation.recorded(reallocation.leaving(Kind.DISPATCH, proposal, **fields))
                reallocation.send(reallocation.withdraw(proposal, by=DISTRICT_KEEPER))
        expected = Refusal("ReallocationQuantityInvalid", (2 * TOP,))
        assert reallocation.refusal(reallocation.show(act)) == expected
        reallocation.send(reallocation.withdraw(keys[1], by=DISTRICT_KEEPER))
        shown(reallocation, act)
