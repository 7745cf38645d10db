"""Reallocation behind the facade: from a request to what was accepted, and what is refused on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from facade import (
    APPROVING,
    KEEPING,
    KEEPING_TOO,
    NOBODY,
    OTHER_PLACE,
    PLACE,
    RICE_ITEM,
    ROOT_PARTY,
    THE_DISTRICT,
    World,
    refused,
)
from facade_giving import (
    CITY,
    CITY_APPROVING,
    DANGER_PAST,
    DISTRICT_APPROVING,
    FAR_KEEPING,
    FAR_PLACE,
    GIVER_NEEDS_IT,
    NOT_NEEDED,
    OUTBREAK,
    SEEN_ON_SITE,
    SOURCE,
    STREET_APPROVING,
    Giving,
    build_giving,
)
from played_ledger import STRANGER

from ledger_client.allocation import ProposalState, Refusal, Urgency, proposal_key, request_key
from ledger_client.calldata import OPEN, Consignment, Original
from ledger_client.calls import content_of
from ledger_client.deliveries import Delivery, lots_of
from ledger_client.documents import SECONDS_A_DAY, Kind
from ledger_client.events import ProposalSkipped, RequestMade, decode_event
from ledger_client.fold.records import RecordedDocument
from ledger_client.identifiers import category_of
from ledger_client.index.allocation import AllocationReader
from ledger_client.keccak import keccak
from ledger_client.lines import Line
from ledger_client.outbox import ContentDiffersError
from ledger_client.records import RecordId
from ledger_client.reverts.deliveries import (
    ReallocationDeliveryWrongError,
    ReallocationDocumentOtherError,
    ReallocationKindWrongError,
    ReallocationReferenceOtherError,
    ReallocationReversedOtherwiseError,
    ReallocationShownBeforeError,
)
from ledger_client.reverts.directory import GrantMissingError
from ledger_client.reverts.documents import ConsentExpiredError
from ledger_client.reverts.reallocation import (
    ReallocationConsentOtherError,
    ReallocationGrantElsewhereError,
    ReallocationLevelWrongError,
    ReallocationLinesWrongError,
    ReallocationLotOtherError,
    ReallocationLotShortError,
    ReallocationNeededByOutsideError,
    ReallocationNotApprovedError,
    ReallocationNothingNamedError,
    ReallocationNotOverError,
    ReallocationPreparedOtherError,
    ReallocationQuantityInvalidError,
    ReallocationReasonMissingError,
    ReallocationRequestOverError,
    ReallocationRoleWrongError,
    ReallocationSameSiteError,
    ReallocationStateWrongError,
)
from ledger_client.reverts.refusals import refusal_text
from ledger_client.roles import Role
from ledger_client.stock import Particulars
from ledger_client.words import FieldRangeError
from ledger_client.writing import CONSENT_LASTS, Party, Prepared


@pytest.fixture(scope="module")
def giving(world: World) -> Giving:
    """A world in which sites ask and give."""
    return build_giving(world)


def events_of(giving: Giving, kind: type[Any]) -> list[Any]:
    """All events of a kind that Reallocation emitted."""
    ledger = giving.world.ledger
    address = ledger.deployment.addresses["Reallocation"]
    logs = ledger.chain.logs([address], 0, ledger.chain.head().number)
    decoded = (decode_event(log) for part in logs for log in part)
    return [event for event in decoded if isinstance(event, kind)]


def dispatch(giving: Giving, proposal: int, lot: int, quantity: int) -> RecordedDocument:
    """Record the dispatch of a lot of `OTHER_PLACE` on a proposal."""
    return giving.world.record(
        giving.world.ledger.stock.dispatch(
            OTHER_PLACE,
            PLACE,
            [Line(lot, quantity)],
            deadline=giving.now + 5 * SECONDS_A_DAY,
            keeper=KEEPING,
            particulars=giving.delivering(proposal),
        )
    )


def accept(giving: Giving, sent: RecordedDocument, *exceptions: Line) -> RecordedDocument:
    """Record the acceptance of a dispatch."""
    left = Consignment(OPEN, (KEEPING.signer.address,), sent.lines)
    return giving.world.record(
        giving.world.ledger.stock.step(
            Kind.ACCEPTANCE, sent.key, OTHER_PLACE, PLACE, left, exceptions, sender=KEEPING_TOO
        )
    )


def hand_over(giving: Giving, proposal: int, lot: int, quantity: int) -> RecordedDocument:
    """Record a hand-over of a lot of `OTHER_PLACE` on a proposal."""
    return giving.world.record(
        giving.world.ledger.stock.hand_over(
            OTHER_PLACE,
            PLACE,
            [Line(lot, quantity)],
            keeper=KEEPING,
            receiver=KEEPING_TOO,
            particulars=giving.delivering(proposal),
        )
    )


class TestRequest:
    def test_refuses(self, giving: Giving) -> None:
        world = giving.world
        with refused(world, GrantMissingError):
            world.write(giving.ask(keeper=NOBODY))
        with refused(world, ReallocationGrantElsewhereError):
            world.write(giving.ask(keeper=FAR_KEEPING))
        floor = 5
        world.write(world.ledger.norms.set_floors(PLACE, {RICE_ITEM: floor}, source=SOURCE, by=ROOT_PARTY))
        with refused(world, ReallocationReasonMissingError):
            world.write(giving.ask(3 * floor + 1, reason=0))
        with refused(world, ReallocationNeededByOutsideError):
            world.write(giving.ask(needed_by=giving.now - 60))
        for quantity in (0, 1 << 63):
            with refused(world, ReallocationQuantityInvalidError):
                world.write(giving.ask(quantity))

    @pytest.mark.parametrize("said", [{"quantity": 1 << 64}, {"reason": 1 << 16}, {"needed_by": -1}])
    def test_what_fits_no_word_is_refused_before(self, giving: Giving, said: dict[str, int]) -> None:
        with pytest.raises(FieldRangeError) as caught:
            giving.ask(**said)
        assert caught.value.exit_code == 2

    def test_keeps_its_body_here_and_the_digest_on_chain(self, giving: Giving) -> None:
        client_id = keccak(b"a request with a body")
        body = {"reason": "发热门诊增加", "order": "2026-17"}
        request = giving.ask(client_id=client_id, body=body, urgency=Urgency.CRITICAL)
        assert request.key == request_key(PLACE, client_id)
        giving.world.write(request)
        record = giving.world.ledger.records.get(RecordId("request", request.key))
        assert record is not None and record.body == body
        [made] = [each for each in events_of(giving, RequestMade) if each.request == request.key]
        assert made.asking.body == record.body_digest()
        assert made.asking.urgency == Urgency.CRITICAL

    def test_again_is_the_same_request_and_is_sent_once(self, giving: Giving) -> None:
        client_id, needed_by = keccak(b"asked twice"), giving.now + SECONDS_A_DAY
        said: dict[str, Any] = {"client_id": client_id, "needed_by": needed_by, "body": {"reason": "x"}}
        [first] = giving.world.write(giving.ask(**said))
        [again] = giving.world.write(giving.ask(**said))
        assert first == again
        made = [e for e in events_of(giving, RequestMade) if e.request == request_key(PLACE, client_id)]
        assert len(made) == 1
        with refused(giving.world, ContentDiffersError):
            giving.world.write(giving.ask(41, **said))

    def test_is_random_where_no_client_id_is_given(self, giving: Giving) -> None:
        assert giving.ask().key != giving.ask().key

    def test_withdrawn_asks_for_nothing_more(self, giving: Giving) -> None:
        reallocation, request = giving.world.ledger.reallocation, giving.asked()
        with refused(giving.world, ReallocationReasonMissingError):
            giving.world.write(reallocation.withdraw_request(request, reason=0, keeper=KEEPING))
        giving.world.write(reallocation.withdraw_request(request, reason=NOT_NEEDED, keeper=KEEPING))
        lot = giving.world.stocked(10, RICE_ITEM, OTHER_PLACE)
        with refused(giving.world, ReallocationRequestOverError):
            giving.proposed(request, {lot: 10})


class TestPropose:
    def test_refuses(self, giving: Giving) -> None:
        world, request = giving.world, giving.asked()
        lot = world.stocked(10, RICE_ITEM, OTHER_PLACE)
        with refused(world, ReallocationLotShortError):
            giving.proposed(request, {lot: 11})
        with refused(world, ReallocationLotOtherError):
            giving.proposed(request, {lot + 1: 1})
        with refused(world, ReallocationSameSiteError):
            giving.proposed(request, {lot: 1}, PLACE)
        with refused(world, ReallocationLinesWrongError):
            giving.proposed(request, {})
        with refused(world, GrantMissingError):
            world.write(world.ledger.reallocation.propose(request, OTHER_PLACE, {lot: 1}, keeper=NOBODY))
        with pytest.raises(FieldRangeError):
            giving.proposed(request, {lot: 1 << 63})

    def test_lists_lots_in_order_also_those_that_stay(self, giving: Giving) -> None:
        world, request = giving.world, giving.asked()
        lots = [world.stocked(10, RICE_ITEM, OTHER_PLACE) for _ in range(3)]
        client_id, anchor = keccak(b"a proposal"), keccak(b"a matching")
        proposal = world.ledger.reallocation.propose(
            request,
            OTHER_PLACE,
            dict(zip(sorted(lots, reverse=True), (3, 0, 2), strict=True)),
            anchor=anchor,
            client_id=client_id,
            keeper=KEEPING,
        )
        assert proposal.key == proposal_key(request, client_id)
        world.write(proposal)
        world.write(proposal)
        words = giving.answer("Reallocation", "linesOf", proposal.key)
        lines = b"".join(word.to_bytes(32, "big") for word in words)
        assert list(lots_of(lines).items()) == list(zip(sorted(lots), (2, 0, 3), strict=True))
        assert giving.state(proposal.key) == ProposalState.PROPOSED


class TestApprove:
    def refusal(self, giving: Giving, proposal: int, approver: Party = STREET_APPROVING) -> Refusal:
        """Why a proposal is not approved, which changes nothing."""
        approve = giving.world.ledger.reallocation.approve([proposal], approver=approver)
        with refused(giving.world, ReallocationNotApprovedError):
            giving.world.write(approve)
        with pytest.raises(ReallocationNotApprovedError) as caught:
            giving.world.write(approve)
        error, found = caught.value, Refusal(caught.value.refusal)
        assert error.text("en") == refusal_text(found, proposal, error.value, error.limit, "en")
        return found

    def test_reserves(self, giving: Giving) -> None:
        before = giving.reserved()
        _, proposal, _ = giving.approved(40)
        assert giving.reserved() == before + 40
        assert giving.state(proposal) == ProposalState.APPROVED
        assert self.refusal(giving, proposal) is Refusal.NOT_PROPOSED

    def test_refuses_each_with_its_reason(self, giving: Giving) -> None:
        world = giving.world
        assert self.refusal(giving, 1) is Refusal.UNKNOWN
        with refused(world, ReallocationNothingNamedError):
            world.write(world.ledger.reallocation.approve([], approver=STREET_APPROVING))
        with refused(world, GrantMissingError):
            world.write(world.ledger.reallocation.approve([1], approver=NOBODY))
        _, proposal, _ = giving.offered()
        assert self.refusal(giving, proposal, DISTRICT_APPROVING) is Refusal.WRONG_LEVEL
        world.advance(3 * SECONDS_A_DAY)
        world.write(world.ledger.reallocation.approve([proposal], approver=DISTRICT_APPROVING))

        request, proposal, lot = giving.offered(10)
        other = giving.proposed(request, {lot: 1})
        world.write(world.ledger.reallocation.approve([proposal], approver=STREET_APPROVING))
        assert self.refusal(giving, other) is Refusal.ABOVE_REQUEST

    def test_keeps_share_and_floor_of_the_giver(self, giving: Giving) -> None:
        world, norms = giving.world, giving.world.ledger.norms
        _, whole, _ = giving.offered(100, 100)
        assert self.refusal(giving, whole) is Refusal.ABOVE_SHARE
        _, part, _ = giving.offered(80, 1_000 + giving.reserved())
        world.write(norms.set_floors(OTHER_PLACE, {RICE_ITEM: 921}, source=SOURCE, by=ROOT_PARTY))
        assert self.refusal(giving, part) is Refusal.BELOW_FLOOR
        world.write(norms.set_floors(OTHER_PLACE, {RICE_ITEM: 0}, source=SOURCE, by=ROOT_PARTY))
        world.write(world.ledger.reallocation.approve([part], approver=STREET_APPROVING))

    def test_a_stale_giver_gives_with_a_reason(self, giving: Giving) -> None:
        world, norms = giving.world, giving.world.ledger.norms
        cycle = {category_of(RICE_ITEM): 1}
        world.write(norms.set_cycles(OTHER_PLACE, cycle, source=SOURCE, by=ROOT_PARTY))
        world.advance(2 * SECONDS_A_DAY)
        _, proposal, _ = giving.offered(10)
        assert self.refusal(giving, proposal) is Refusal.STALE
        approve = world.ledger.reallocation.approve
        world.write(approve([proposal], stale_reason=SEEN_ON_SITE, approver=STREET_APPROVING))
        cycle = {category_of(RICE_ITEM): 0}
        world.write(norms.set_cycles(OTHER_PLACE, cycle, source=SOURCE, by=ROOT_PARTY))

    def test_an_emergency_opens_the_levels_and_waits_for_no_notice(self, giving: Giving) -> None:
        world, norms = giving.world, giving.world.ledger.norms
        lot = world.stocked(1_000, RICE_ITEM, OTHER_PLACE)
        request = giving.asked(10, needed_by=giving.now + SECONDS_A_DAY)
        proposal = giving.proposed(request, {lot: 10})
        assert self.refusal(giving, proposal) is Refusal.NOTICE_TOO_LONG
        assert self.refusal(giving, proposal, DISTRICT_APPROVING) is Refusal.WRONG_LEVEL
        until = giving.now + SECONDS_A_DAY
        world.write(
            norms.declare_emergency(THE_DISTRICT, until=until, reason=OUTBREAK, source=SOURCE, by=ROOT_PARTY)
        )
        world.write(world.ledger.reallocation.approve([proposal], approver=DISTRICT_APPROVING))
        world.write(norms.end_emergency(THE_DISTRICT, reason=DANGER_PAST, by=ROOT_PARTY))
        assert giving.state(proposal) == ProposalState.APPROVED

    def test_skips_what_cannot_be_and_says_why(self, giving: Giving) -> None:
        _, good, _ = giving.offered(10)
        call = giving.world.ledger.reallocation.approve([7, good], approver=STREET_APPROVING)
        giving.world.write(call)
        assert giving.state(good) == ProposalState.APPROVED
        skipped = events_of(giving, ProposalSkipped)[-1]
        assert (skipped.proposal, skipped.refusal) == (7, Refusal.UNKNOWN)


class TestDecide:
    def test_rejected_with_a_reason(self, giving: Giving) -> None:
        world, reallocation = giving.world, giving.world.ledger.reallocation
        _, proposal, _ = giving.offered()
        with refused(world, ReallocationReasonMissingError):
            world.write(reallocation.reject([proposal], reason=0, approver=STREET_APPROVING))
        with refused(world, ReallocationLevelWrongError):
            world.write(reallocation.reject([proposal], reason=GIVER_NEEDS_IT, approver=DISTRICT_APPROVING))
        world.write(reallocation.reject([proposal], reason=GIVER_NEEDS_IT, approver=STREET_APPROVING))
        assert giving.state(proposal) == ProposalState.REJECTED
        with refused(world, ReallocationStateWrongError):
            world.write(reallocation.reject([proposal], reason=GIVER_NEEDS_IT, approver=STREET_APPROVING))

    @pytest.mark.parametrize(
        ("role", "by"),
        [(Role.KEEPER, KEEPING), (Role.APPROVER, STREET_APPROVING)],
        ids=["keeper", "approver"],
    )
    def test_withdrawn_frees_what_was_reserved(self, giving: Giving, role: Role, by: Party) -> None:
        world, reallocation = giving.world, giving.world.ledger.reallocation
        before = giving.reserved()
        _, proposal, _ = giving.approved(10)
        with refused(world, ReallocationRoleWrongError):
            world.write(reallocation.withdraw([proposal], Role.AUDITOR, reason=NOT_NEEDED, by=by))
        world.write(reallocation.withdraw([proposal], role, reason=NOT_NEEDED, by=by))
        assert giving.state(proposal) == ProposalState.WITHDRAWN
        assert giving.reserved() == before

    def test_expired_when_its_time_is_over(self, giving: Giving) -> None:
        world, reallocation = giving.world, giving.world.ledger.reallocation
        before = giving.reserved()
        _, proposal, _ = giving.approved(10)
        with refused(world, ReallocationNotOverError):
            world.write(reallocation.expire([proposal], by=STRANGER))
        world.advance(11 * SECONDS_A_DAY)
        world.write(reallocation.expire([proposal], by=STRANGER))
        assert giving.state(proposal) == ProposalState.EXPIRED
        assert giving.reserved() == before


class TestShow:
    def test_from_request_to_accepted_delivery(self, giving: Giving) -> None:
        world, reallocation = giving.world, giving.world.ledger.reallocation
        before = giving.reserved()
        request, proposal, lot = giving.approved(40)
        sent = dispatch(giving, proposal, lot, 40)
        world.write(reallocation.shown(sent, by=STRANGER))
        assert (giving.reserved(), giving.accepted(request)) == (before, 0)
        got = accept(giving, sent, Line.missing(lot, 3, 20))
        world.write(reallocation.shown(got, by=STRANGER))
        assert giving.accepted(request) == 37
        with refused(world, ReallocationShownBeforeError):
            world.write(reallocation.shown(sent, by=STRANGER))
        with refused(world, ReallocationDeliveryWrongError):
            world.write(reallocation.shown(got, by=STRANGER))

    def test_a_hand_over_is_accepted_at_once(self, giving: Giving) -> None:
        request, proposal, lot = giving.approved(40)
        document = hand_over(giving, proposal, lot, 15)
        giving.world.write(giving.world.ledger.reallocation.shown(document, by=STRANGER))
        assert giving.accepted(request) == 15

    def test_reversed_is_taken_back(self, giving: Giving) -> None:
        world, reallocation = giving.world, giving.world.ledger.reallocation
        request, proposal, lot = giving.approved(40)
        document = hand_over(giving, proposal, lot, 15)
        world.write(reallocation.shown(document, by=STRANGER))
        with refused(world, ReallocationReversedOtherwiseError):
            world.write(reallocation.show_reversed(document.key, by=STRANGER))
        original = Original(Kind.HAND_OVER, content_of(document))
        world.record(
            world.ledger.stock.reverse(
                document.key, original, keeper=KEEPING, other=KEEPING_TOO, approver=APPROVING
            )
        )
        world.write(reallocation.show_reversed(document.key, by=STRANGER))
        assert giving.accepted(request) == 0

    def test_refuses_what_is_no_delivery(self, giving: Giving) -> None:
        world, reallocation = giving.world, giving.world.ledger.reallocation
        _, proposal, lot = giving.approved(40)
        document = hand_over(giving, proposal, lot, 1)
        with refused(world, ReallocationDocumentOtherError):
            world.write(
                reallocation.show(Kind.HAND_OVER, document.key + 1, content_of(document), by=STRANGER)
            )
        with refused(world, ReallocationKindWrongError):
            world.write(reallocation.show(Kind.COUNT, document.key, content_of(document), by=STRANGER))
        other = world.record(
            world.ledger.stock.hand_over(
                OTHER_PLACE, PLACE, [Line(lot, 1)], keeper=KEEPING, receiver=KEEPING_TOO
            )
        )
        with refused(world, ReallocationReferenceOtherError):
            world.write(reallocation.shown(other, by=STRANGER))


class TestConsent:
    """The goods of `PLACE` go to `FAR_PLACE` in another district."""

    def offered(self, giving: Giving) -> tuple[int, int, dict[int, int]]:
        world = giving.world
        leaving, staying = world.stocked(100), world.stocked(100)
        request = giving.asked(40, FAR_PLACE)
        lots = {leaving: 40, staying: 0}
        return request, giving.proposed(request, lots, PLACE), lots

    def approving(self, giving: Giving, proposal: int, lots: dict[int, int], **said: Any) -> Prepared:
        fields = {
            "deadline": giving.now + 20 * SECONDS_A_DAY,
            "approver": CITY_APPROVING,
            "particulars": Particulars(body={"note": "随车两人"}),
        }
        return giving.world.ledger.reallocation.approve_with_consent(
            proposal, PLACE, FAR_PLACE, lots, **{**fields, **said}
        )

    def test_is_asked_for(self, giving: Giving) -> None:
        _, proposal, _ = self.offered(giving)
        with refused(giving.world, ReallocationNotApprovedError):
            giving.world.write(giving.world.ledger.reallocation.approve([proposal], approver=CITY_APPROVING))

    def test_refuses_another_document_and_another_signer(self, giving: Giving) -> None:
        world = giving.world
        _, proposal, lots = self.offered(giving)
        leaving = next(lot for lot, quantity in lots.items() if quantity)
        with refused(world, ReallocationPreparedOtherError):
            world.write(self.approving(giving, proposal, {leaving: 39}))
        with refused(world, ReallocationPreparedOtherError):
            world.write(self.approving(giving, proposal, lots, valid_until=giving.now - 60))
        with refused(world, ReallocationConsentOtherError):
            by_another = self.approving(giving, proposal, lots, approver=Party(STRANGER, CITY))
            sender = CITY_APPROVING.signer
            submission = replace(by_another.submission, sender=sender.address)
            world.write(replace(by_another, signer=sender, submission=submission))

    def test_goes_out_with_the_signature_from_the_chain(self, giving: Giving) -> None:
        world, reallocation = giving.world, giving.world.ledger.reallocation
        request, proposal, lots = self.offered(giving)
        world.write(self.approving(giving, proposal, lots))
        world.advance(2 * CONSENT_LASTS)
        delivery = self.consented(giving, request, proposal)
        sent = world.record(reallocation.deliver(delivery, keeper=KEEPING))
        assert sent.approver == CITY_APPROVING.signer.address
        record = world.ledger.records.get(RecordId("document", sent.key))
        assert record is not None and record.body == {"note": "随车两人"}
        assert sent.body == record.body_digest()
        assert not sent.is_late
        world.write(reallocation.shown(sent, by=STRANGER))
        assert giving.answer("Reallocation", "deliveryOf", sent.key)[2] == 40

    def test_ends_with_its_time(self, giving: Giving) -> None:
        world = giving.world
        request, proposal, lots = self.offered(giving)
        world.write(self.approving(giving, proposal, lots, valid_until=giving.now + 600))
        world.advance(700)
        with refused(world, ConsentExpiredError):
            delivery = self.consented(giving, request, proposal)
            world.write(world.ledger.reallocation.deliver(delivery, keeper=KEEPING))

    def test_a_hand_over_takes_the_receiver_too(self, giving: Giving) -> None:
        world, reallocation = giving.world, giving.world.ledger.reallocation
        request, proposal, lots = self.offered(giving)
        world.write(self.approving(giving, proposal, lots, kind=Kind.HAND_OVER, deadline=0))
        delivery = self.consented(giving, request, proposal)
        document = world.record(reallocation.deliver(delivery, keeper=KEEPING, receiver=FAR_KEEPING))
        world.write(reallocation.shown(document, by=STRANGER))
        assert giving.accepted(request) == 40

    def consented(self, giving: Giving, request: int, proposal: int) -> Delivery:
        """What the giver's keeper has from the index."""
        giving.world.ledger.index()
        whole = AllocationReader(giving.world.ledger.index_engine).request(request)
        assert whole is not None
        return Delivery.of(proposal, whole.request, whole.proposals[proposal], whole.consents[proposal])


class TestGas:
    def test_suffices_for_proposals_of_many_lots(self, giving: Giving) -> None:
        world, reallocation = giving.world, giving.world.ledger.reallocation
        lots = [world.stocked(10, RICE_ITEM, OTHER_PLACE) for _ in range(64)]
        request = giving.asked(128)
        proposals = [giving.proposed(request, dict.fromkeys(lots, 1)) for _ in range(2)]
        world.write(reallocation.approve(proposals, lots=128, approver=STREET_APPROVING))
        document = world.record(
            world.ledger.stock.hand_over(
                OTHER_PLACE,
                PLACE,
                [Line(lot, 1) for lot in lots],
                keeper=KEEPING,
                receiver=KEEPING_TOO,
                particulars=giving.delivering(proposals[0]),
            )
        )
        world.write(reallocation.shown(document, by=STRANGER))
        world.write(reallocation.withdraw(proposals, Role.KEEPER, reason=NOT_NEEDED, by=KEEPING))
        assert giving.accepted(request) == 64
