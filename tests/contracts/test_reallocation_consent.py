"""Goods that leave the district: approving is consent to the prepared document, and the ledger takes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from chain import NOBODY, Refusal
from reallocation_world import (
    GIVER,
    GIVING,
    NEEDER,
    NEVER,
    PROPOSAL,
    REASON,
    SOON,
    Call,
    Reallocating,
    goods_of,
)
from stock import BODY, DAY, FOREVER, OFFSET, Act, Party
from stock_world import (
    APPROVER,
    CITY_APPROVER,
    COUNTRY_APPROVER,
    FAR_APPROVER,
    FAR_KEEPER,
    FAR_SITE,
    OTHER_APPROVER,
    OTHER_KEEPER,
    PROVINCE_APPROVER,
    SECOND_CITY_APPROVER,
)
from world import CITY, OTHER_SITE

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line
from ledger_client.roles import Role
from ledger_client.words import pack_reference

LOTS = ((SOON, 30), (NEVER, 20))
WRONG_LEVEL, ABOVE_REQUEST = 5, 7


def abroad(reallocation: Reallocating, **fields: Any) -> tuple[int, int]:
    """A request of OTHER_SITE, in another district of the city, and GIVER's proposal; their keys."""
    request = reallocation.requested(OTHER_KEEPER, site=OTHER_SITE, reason=REASON, **fields)
    return request, reallocation.proposed(request, *LOTS)


def prepared(
    reallocation: Reallocating, proposal: int, *lots: Any, kind: Kind = Kind.DISPATCH, **fields: Any
) -> Act:
    """The document as the giver's keeper prepares it: today, of which no hour is known."""
    other = {"other": OTHER_KEEPER} if kind is Kind.HAND_OVER else {}
    said = {
        "from_": GIVER,
        "to": OTHER_SITE,
        "reference": pack_reference(PROPOSAL, proposal),
        "occurred_at": reallocation.stock.midnight(),
        "sender": GIVING,
        "approver": CITY_APPROVER,
    }
    return reallocation.stock.act(kind, *goods_of(*(lots or LOTS)), **(said | other | fields))


def consenting(
    reallocation: Reallocating,
    proposal: int,
    act: Act,
    *,
    by: Party = CITY_APPROVER,
    signature: Any = None,
    stale: int = 0,
) -> Call:
    """The call of `approveWithConsent`."""
    (kind, _, document) = reallocation.show(act).arguments
    consent = signature or reallocation.stock.consent(act, by)
    arguments = (proposal, by.division, stale, kind, document, act.body, act.valid_until, consent)
    return Call("approveWithConsent", arguments, by.actor)


class TestApproved:
    @pytest.mark.parametrize("kind", [Kind.DISPATCH, Kind.HAND_OVER])
    def test_says_everything(self, reallocation: Reallocating, kind: Kind) -> None:
        request, proposal = abroad(reallocation)
        act = prepared(reallocation, proposal, kind=kind, reason=3)
        consent = reallocation.stock.consent(act, CITY_APPROVER)
        approval, given = reallocation.send(consenting(reallocation, proposal, act))
        assert approval.name == "ProposalApproved"
        assert approval.fields["approval"]["division"] == CITY
        assert given.name == "ConsentGiven"
        assert given.fields == {
            "proposal": proposal,
            "request": request,
            "approver": CITY_APPROVER.address,
            "kind": kind,
            "clientId": act.document.client_id,
            "occurredAt": act.document.occurred_at.word,
            "reason": 3,
            "deadline": act.document.deadline,
            "body": BODY,
            "validUntil": FOREVER,
            "consent": {"r": consent[0], "vs": consent[1]},
        }

    @pytest.mark.parametrize("kind", [Kind.DISPATCH, Kind.HAND_OVER])
    def test_what_is_emitted_is_what_the_ledger_asks_for(
        self, reallocation: Reallocating, kind: Kind
    ) -> None:
        request, proposal = abroad(reallocation)
        act = prepared(reallocation, proposal, kind=kind)
        without = act.but(approver=None)
        assert reallocation.stock.refusal(without) == Refusal("StockLedgerConsentMissing", (Role.APPROVER,))
        _, given = reallocation.send(consenting(reallocation, proposal, act))
        # From the event alone: the giver's keeper was not there when the approver signed.
        consent = (given.fields["consent"]["r"], given.fields["consent"]["vs"])
        sent = act.but(approver_signature=consent)
        reallocation.recorded(sent)
        reallocation.send(reallocation.show(sent))
        assert reallocation.ask("requestOf", request)[9] == (50 if kind is Kind.DISPATCH else 0)
        assert reallocation.reserved() == 0

    def test_to_another_province(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(FAR_KEEPER, site=FAR_SITE, reason=REASON)
        proposal = reallocation.proposed(request, *LOTS)
        act = prepared(reallocation, proposal, to=FAR_SITE, approver=COUNTRY_APPROVER)
        reallocation.send(consenting(reallocation, proposal, act, by=COUNTRY_APPROVER))
        reallocation.recorded(act)
        reallocation.send(reallocation.show(act))

    def test_of_a_level_whose_turn_has_come(self, reallocation: Reallocating) -> None:
        _, proposal = abroad(reallocation)
        reallocation.chain.travel(3 * DAY)
        act = prepared(reallocation, proposal, approver=PROVINCE_APPROVER)
        reallocation.send(consenting(reallocation, proposal, act, by=PROVINCE_APPROVER))
        reallocation.recorded(act)

    def test_inside_the_district_too(self, reallocation: Reallocating) -> None:
        proposal = reallocation.proposed(reallocation.requested(), *LOTS)
        act = prepared(reallocation, proposal, to=NEEDER, approver=APPROVER)
        reallocation.send(consenting(reallocation, proposal, act, by=APPROVER))
        reallocation.recorded(act)
        reallocation.send(reallocation.show(act))

    def test_lines_that_stay_are_left_out(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(OTHER_KEEPER, site=OTHER_SITE, reason=REASON)
        proposal = reallocation.proposed(request, (SOON, 30), (NEVER, 0))
        act = prepared(reallocation, proposal, (SOON, 30))
        reallocation.send(consenting(reallocation, proposal, act))


class TestRefused:
    """The prepared document must be the proposal's to the last word."""

    def other(self, reallocation: Reallocating, field: str, **fields: Any) -> tuple[Refusal, Refusal]:
        _, proposal = abroad(reallocation)
        act = prepared(reallocation, proposal, **fields)
        expected = Refusal("ReallocationPreparedOther", (proposal, field.encode().ljust(32, b"\0")))
        return reallocation.refusal(consenting(reallocation, proposal, act)), expected

    @pytest.mark.parametrize(
        ("field", "fields"),
        [
            ("from", {"from_": GIVER + 1}),
            ("from", {"from_": GIVER + 2**64}),
            ("to", {"to": NEEDER}),
            ("to", {"to": OTHER_SITE + 2**64}),
            ("reference", {"reference": 0}),
            ("reference", {"reference": pack_reference(PROPOSAL, 5)}),
            ("qualification", {"qualification": 1}),
        ],
    )
    def test_field(self, reallocation: Reallocating, field: str, fields: dict[str, Any]) -> None:
        refusal, expected = self.other(reallocation, field, **fields)
        assert refusal == expected

    @pytest.mark.parametrize("type_", [0, 1, 2, 3, 5])
    def test_reference_of_another_type(self, reallocation: Reallocating, type_: int) -> None:
        _, proposal = abroad(reallocation)
        act = prepared(reallocation, proposal, reference=pack_reference(type_, proposal))
        expected = Refusal("ReallocationPreparedOther", (proposal, b"reference".ljust(32, b"\0")))
        assert reallocation.refusal(consenting(reallocation, proposal, act)) == expected

    @pytest.mark.parametrize(
        "lots",
        [
            ((SOON, 30),),
            ((NEVER, 20),),
            ((SOON, 31), (NEVER, 20)),
            ((SOON, 29), (NEVER, 20)),
            ((SOON, 30), (NEVER, 20), (replace(NEVER, made=1), 1)),
        ],
    )
    def test_lines(self, reallocation: Reallocating, lots: Any) -> None:
        _, proposal = abroad(reallocation)
        act = prepared(reallocation, proposal, *lots)
        expected = Refusal("ReallocationPreparedOther", (proposal, b"lines".ljust(32, b"\0")))
        assert reallocation.refusal(consenting(reallocation, proposal, act)) == expected

    def test_line_with_a_reason(self, reallocation: Reallocating) -> None:
        _, proposal = abroad(reallocation)
        lines = [Line(line.lot, line.quantity, 1) for line in goods_of(*LOTS)]
        words = b"".join(word.to_bytes(32, "big") for line in lines for word in line.words())
        act = prepared(reallocation, proposal, words=words)
        expected = Refusal("ReallocationPreparedOther", (proposal, b"lines".ljust(32, b"\0")))
        assert reallocation.refusal(consenting(reallocation, proposal, act)) == expected

    @pytest.mark.parametrize("lot", [1, 2**160 - 1])
    def test_line_before_or_behind_the_others(self, reallocation: Reallocating, lot: int) -> None:
        _, proposal = abroad(reallocation)
        lines = sorted((*goods_of(*LOTS), Line(lot, 1)), key=lambda one: one.lot)
        words = b"".join(word.to_bytes(32, "big") for one in lines for word in one.words())
        act = prepared(reallocation, proposal, words=words)
        expected = Refusal("ReallocationPreparedOther", (proposal, b"lines".ljust(32, b"\0")))
        assert reallocation.refusal(consenting(reallocation, proposal, act)) == expected

    def test_day_that_is_over(self, reallocation: Reallocating) -> None:
        _, proposal = abroad(reallocation)
        act = prepared(reallocation, proposal)
        end_of_day = act.document.occurred_at.seconds + DAY
        call = consenting(reallocation, proposal, act)
        with reallocation.undone():
            reallocation.send_at(call, end_of_day - 1)
        expected = Refusal("ReallocationPreparedOther", (proposal, b"occurredAt".ljust(32, b"\0")))
        assert reallocation.refusal_at(call, end_of_day) == expected

    def test_second_that_is_over(self, reallocation: Reallocating) -> None:
        # A delivery from before the approval could never be shown.
        _, proposal = abroad(reallocation)
        time = reallocation.chain.now + 50
        call = consenting(
            reallocation, proposal, prepared(reallocation, proposal, occurred_at=Timestamp(time))
        )
        with reallocation.undone():
            reallocation.send_at(call, time)
        expected = Refusal("ReallocationPreparedOther", (proposal, b"occurredAt".ljust(32, b"\0")))
        assert reallocation.refusal_at(call, time + 1) == expected

    def test_after_the_day_of_need(self, reallocation: Reallocating) -> None:
        needed_by = (reallocation.stock.today + 3) * DAY - OFFSET
        _, proposal = abroad(reallocation, needed_by=needed_by)
        for time, is_day_only in ((needed_by, True), (needed_by, False)):
            act = prepared(reallocation, proposal, occurred_at=Timestamp(time, is_day_only))
            assert reallocation.answer(consenting(reallocation, proposal, act)) == []
        act = prepared(reallocation, proposal, occurred_at=Timestamp(needed_by + 1))
        expected = Refusal("ReallocationPreparedOther", (proposal, b"occurredAt".ljust(32, b"\0")))
        assert reallocation.refusal(consenting(reallocation, proposal, act)) == expected

    def test_consent_whose_time_is_over(self, reallocation: Reallocating) -> None:
        _, proposal = abroad(reallocation)
        until = reallocation.chain.now + 50
        act = prepared(reallocation, proposal, valid_until=until)
        call = consenting(reallocation, proposal, act)
        with reallocation.undone():
            reallocation.send_at(call, until)
        expected = Refusal("ReallocationPreparedOther", (proposal, b"validUntil".ljust(32, b"\0")))
        assert reallocation.refusal_at(call, until + 1) == expected

    @pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.DISPATCH, Kind.HAND_OVER)])
    def test_kind(self, reallocation: Reallocating, kind: Kind) -> None:
        _, proposal = abroad(reallocation)
        act = prepared(reallocation, proposal)
        call = consenting(reallocation, proposal, act)
        arguments = (*call.arguments[:3], int(kind), *call.arguments[4:])
        expected = Refusal("ReallocationKindWrong", (int(kind),))
        assert reallocation.refusal(replace(call, arguments=arguments)) == expected


class TestConsentOfSomebodyElse:
    def test_signature_of_another_approver(self, reallocation: Reallocating) -> None:
        _, proposal = abroad(reallocation)
        act = prepared(reallocation, proposal)
        signature = reallocation.stock.consent(act, SECOND_CITY_APPROVER)
        expected = Refusal("ReallocationConsentOther", (SECOND_CITY_APPROVER.address, CITY_APPROVER.address))
        call = consenting(reallocation, proposal, act, signature=signature)
        assert reallocation.refusal(call) == expected

    def test_nobodys(self, reallocation: Reallocating) -> None:
        _, proposal = abroad(reallocation)
        call = consenting(reallocation, proposal, prepared(reallocation, proposal), signature=NOBODY)
        expected = ("ReallocationConsentOther", ("0x" + "0" * 40, CITY_APPROVER.address))
        assert reallocation.refusal(call) == Refusal(*expected)

    @pytest.mark.parametrize("change", ["body", "until", "reason", "kind", "domain"])
    def test_signature_of_something_else(self, reallocation: Reallocating, change: str) -> None:
        _, proposal = abroad(reallocation)
        stock = reallocation.stock
        act = prepared(reallocation, proposal)
        changed = {
            "body": act.but(body=bytes(32)),
            "until": act.but(valid_until=FOREVER - 1),
            "reason": act.saying(reason=9),
            "kind": act.but(kind=Kind.HAND_OVER),
            "domain": act,
        }[change]
        own_domain = stock.domain_of(stock.chain.w3.eth.chain_id, reallocation.contract)
        domain = own_domain if change == "domain" else None
        signature = stock.consent(changed, CITY_APPROVER, domain=domain)
        refusal = reallocation.refusal(consenting(reallocation, proposal, act, signature=signature))
        assert refusal.name == "ReallocationConsentOther"
        assert refusal.arguments[1] == CITY_APPROVER.address
        assert refusal.arguments[0] != CITY_APPROVER.address


class TestRulesOfApproval:
    @pytest.mark.parametrize("by", [APPROVER, OTHER_APPROVER, FAR_APPROVER, PROVINCE_APPROVER])
    def test_wrong_level(self, reallocation: Reallocating, by: Party) -> None:
        _, proposal = abroad(reallocation)
        act = prepared(reallocation, proposal, approver=by)
        arguments = (proposal, WRONG_LEVEL, by.division, CITY)
        expected = Refusal("ReallocationNotApproved", arguments)
        assert reallocation.refusal(consenting(reallocation, proposal, act, by=by)) == expected

    def test_grant_that_is_not_there(self, reallocation: Reallocating) -> None:
        _, proposal = abroad(reallocation)
        by = APPROVER.at(CITY)
        call = consenting(reallocation, proposal, prepared(reallocation, proposal), by=by)
        assert reallocation.refusal(call) == by.missing()

    def test_keeper(self, reallocation: Reallocating) -> None:
        _, proposal = abroad(reallocation)
        call = consenting(reallocation, proposal, prepared(reallocation, proposal), by=GIVING)
        assert reallocation.refusal(call) == replace(GIVING, role=Role.APPROVER).missing()

    def test_above_the_request(self, reallocation: Reallocating) -> None:
        _, proposal = abroad(reallocation, quantity=49)
        act = prepared(reallocation, proposal)
        expected = Refusal("ReallocationNotApproved", (proposal, ABOVE_REQUEST, 50, 49))
        assert reallocation.refusal(consenting(reallocation, proposal, act)) == expected

    def test_twice(self, reallocation: Reallocating) -> None:
        _, proposal = abroad(reallocation)
        call = consenting(reallocation, proposal, prepared(reallocation, proposal))
        reallocation.send(call)
        expected = Refusal("ReallocationNotApproved", (proposal, 2, 2, 0))
        assert reallocation.refusal(call) == expected

    def test_of_nothing(self, reallocation: Reallocating) -> None:
        call = consenting(reallocation, 5, prepared(reallocation, 5))
        assert reallocation.refusal(call) == Refusal("ReallocationNotApproved", (5, 1, 0, 0))
