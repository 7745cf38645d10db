"""Consignments that come back: contested, returned because nobody answered, accepted at the sender."""

from __future__ import annotations

from chain import Refusal
from stock import L, Stock, committed, remaining, sent
from stock_conservation import assert_conserved
from stock_stages import accepted, after_deadline, dispatched, ready
from stock_world import (
    CLOSED_SITE,
    KEEPER,
    MASKS,
    RICE,
    SECOND_KEEPER,
)
from world import COUNTRY, SECOND_SITE, SITE

from ledger_client.calldata import ACCEPTED, Consignment
from ledger_client.documents import Kind
from ledger_client.lines import Line
from ledger_client.roles import Role
from ledger_client.words import REFERENCE_DOCUMENT, pack_reference

CLOSED = 1
M, R = MASKS.lot_id, RICE.lot_id
SOME = (Line.missing(M, 5, 1), Line.returning(M, 10, 2), Line.missing(R, 30, 3))


def bytes32(name: str) -> bytes:
    return name.encode().ljust(32, b"\0")


class TestContest:
    def test_before_the_deadline(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        stock.chain.travel_to(act.document.deadline - 1)
        step = stock.step(Kind.CONTEST, act, consignment, Line.missing(M, 5, 1))
        expected = Refusal("StockLedgerDeadlineAhead", (act.document.deadline,))
        assert stock.refusal(step) == expected
        stock.chain.travel(2)
        assert stock.chain.ask(stock.call(step), SECOND_KEEPER.actor) == step.key

    def test_in_the_second_of_the_deadline_and_in_the_next(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        stock.chain.travel_to(act.document.deadline)
        step = stock.step(Kind.CONTEST, act, consignment, Line.missing(M, 5, 1))
        expected = Refusal("StockLedgerDeadlineAhead", (act.document.deadline,))
        assert stock.refusal(step) == expected
        stock.chain.travel(1)
        assert stock.chain.ask(stock.call(step), SECOND_KEEPER.actor) == step.key

    def test_what_is_named_is_missing_and_the_rest_goes_back(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        after_deadline(stock, act)
        named = (Line.missing(M, 5, 1), Line.missing(M, 6, 2), Line.missing(R, 30, 3))
        step = stock.step(Kind.CONTEST, act, consignment, *named)
        left = remaining(consignment, step, Line.returning(M, 29, 0), behind=named)
        word = committed(act, ACCEPTED, left.signers, left.lines, act.document.deadline)
        stock.record(step, {("consignment", act.key): word})
        assert_conserved(stock, (act, left))

        back = stock.step(Kind.RETURN_ACCEPTANCE, act, left)
        after = remaining(left, back, *named)
        word = committed(act, ACCEPTED, after.signers, after.lines, act.document.deadline)
        stock.record(back, {("balance", SITE, M): 89, ("consignment", act.key): word})
        assert_conserved(stock, (act, after))

    def test_naming_nothing(self, stock: Stock) -> None:
        # Who contests nothing accepts, or says what goes back.
        act, consignment = dispatched(stock)
        after_deadline(stock, act)
        step = stock.step(Kind.CONTEST, act, consignment)
        assert stock.refusal(step) == Refusal("StockLedgerLinesIncomplete", (0,))

    def test_at_a_closed_site(self, stock: Stock) -> None:
        # Nothing goes into the site by it.
        act, consignment = dispatched(stock)
        after_deadline(stock, act)
        close = stock.world.directory.functions.closeSite(SECOND_SITE, SITE, COUNTRY)
        stock.chain.send(close, stock.world.root)
        step = stock.step(Kind.CONTEST, act, consignment, Line.missing(M, 40, 1))
        assert stock.chain.ask(stock.call(step), SECOND_KEEPER.actor) == step.key


class TestReturn:
    def test_before_the_receiver_had_his_7_days(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        until = act.document.deadline + L
        stock.chain.travel_to(until - 1)
        step = stock.step(Kind.RETURN, act, consignment)
        assert stock.refusal(step) == Refusal("StockLedgerDeadlineAhead", (until,))
        stock.chain.travel(2)
        assert stock.chain.ask(stock.call(step), KEEPER.actor) == step.key

    def test_in_the_last_second_of_the_receivers_7_days_and_in_the_next(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        until = act.document.deadline + L
        stock.chain.travel_to(until)
        step = stock.step(Kind.RETURN, act, consignment)
        assert stock.refusal(step) == Refusal("StockLedgerDeadlineAhead", (until,))
        stock.chain.travel(1)
        assert stock.chain.ask(stock.call(step), KEEPER.actor) == step.key

    def test_without_approver(self, stock: Stock) -> None:
        _, step = ready(stock, Kind.RETURN, approver=None)
        assert stock.refusal(step) == Refusal("StockLedgerConsentMissing", (Role.APPROVER,))

    def test_with_lines(self, stock: Stock) -> None:
        _, step = ready(stock, Kind.RETURN, Line.missing(M, 1, 1))
        assert stock.refusal(step) == Refusal("StockLedgerFieldNotZero", (bytes32("lines"),))

    def test_after_acceptance(self, stock: Stock) -> None:
        act, consignment = accepted(stock, *SOME)
        after_deadline(stock, act, L + 1)
        refusal = stock.refusal(stock.step(Kind.RETURN, act, consignment))
        assert refusal.name == "StockLedgerConsignmentChanged"

    def test_everything_comes_back(self, stock: Stock) -> None:
        act, step = ready(stock, Kind.RETURN)
        changes = {("balance", SITE, M): 100, ("balance", SITE, R): 1_000, ("consignment", act.key): CLOSED}
        stock.record(step, changes)
        assert_conserved(stock)

    def test_into_a_closed_site(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, Line(R, 50), from_=CLOSED_SITE)
        stock.enter(act)
        after_deadline(stock, act, L + 1)
        step = stock.step(Kind.RETURN, act, sent(act))
        stock.record(step, {("balance", CLOSED_SITE, R): 50, ("consignment", act.key): CLOSED})


class TestReturnAcceptance:
    def test_of_what_was_not_accepted_yet(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        step = stock.step(Kind.RETURN_ACCEPTANCE, act, consignment)
        assert stock.refusal(step).name == "StockLedgerConsignmentChanged"

    def test_where_nothing_is_on_its_way_back(self, stock: Stock) -> None:
        step = stock.step(Kind.RETURN_ACCEPTANCE, *accepted(stock, Line.missing(M, 5, 1)))
        assert stock.refusal(step) == Refusal("StockLedgerLinesIncomplete", (0,))

    def test_missing_does_not_come_back(self, stock: Stock) -> None:
        step = stock.step(Kind.RETURN_ACCEPTANCE, *accepted(stock, *SOME), Line.missing(R, 1, 1))
        assert stock.refusal(step) == Refusal("StockLedgerExceptionExceeds", (R, 0, 1))

    def test_everything_came_back(self, stock: Stock) -> None:
        returning = (Line.returning(M, 10, 1), Line.returning(M, 2, 2), Line.returning(R, 30, 1))
        act, consignment = accepted(stock, *returning)
        step = stock.step(Kind.RETURN_ACCEPTANCE, act, consignment)
        changes = {("balance", SITE, M): 72, ("balance", SITE, R): 1_000, ("consignment", act.key): CLOSED}
        stock.record(step, changes)
        assert_conserved(stock)

    def test_new_missing_lines_follow_the_old_ones(self, stock: Stock) -> None:
        act, consignment = accepted(stock, *SOME, Line.missing(M, 1, 9))
        step = stock.step(
            Kind.RETURN_ACCEPTANCE, act, consignment, Line.missing(M, 4, 1), Line.missing(M, 2, 5)
        )
        old = (SOME[0], Line.missing(M, 1, 9), SOME[2])
        left = remaining(consignment, step, *old, behind=(Line.missing(M, 4, 1), Line.missing(M, 2, 5)))
        word = committed(act, ACCEPTED, left.signers, left.lines, act.document.deadline)
        stock.record(step, {("balance", SITE, M): 64, ("consignment", act.key): word})
        assert left.signers == (KEEPER.address, SECOND_KEEPER.address, KEEPER.address)
        assert_conserved(stock, (act, left))
        # All of a lot that is missing is settled in this order, old lines and new.
        settle = stock.step(Kind.SETTLEMENT, act, left, Line(M, 7, 3), Line(R, 30, 3))
        rest = remaining(left, settle, behind=(Line.missing(M, 3, 1), Line.missing(M, 2, 5)))
        word = committed(act, ACCEPTED, rest.signers, rest.lines, act.document.deadline)
        stock.record(settle, {("consignment", act.key): word})
        assert_conserved(stock, (act, rest))

    def test_nothing_of_it_came_back(self, stock: Stock) -> None:
        act, consignment = accepted(stock, Line.returning(M, 10, 2))
        step = stock.step(Kind.RETURN_ACCEPTANCE, act, consignment, Line.missing(M, 10, 6))
        left = remaining(consignment, step, Line.missing(M, 10, 6))
        word = committed(act, ACCEPTED, left.signers, left.lines, act.document.deadline)
        stock.record(step, {("consignment", act.key): word})
        assert_conserved(stock, (act, left))

    def test_into_a_closed_site(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, Line(R, 50), from_=CLOSED_SITE)
        stock.enter(act)
        step = stock.step(Kind.ACCEPTANCE, act, sent(act), Line.returning(R, 50, 1))
        stock.enter(step)
        left: Consignment = remaining(sent(act), step, Line.returning(R, 50, 1))
        back = stock.step(Kind.RETURN_ACCEPTANCE, act, left)
        stock.record(back, {("balance", CLOSED_SITE, R): 50, ("consignment", act.key): CLOSED})

    def test_reference_to_a_document_is_none_to_a_consignment(self, stock: Stock) -> None:
        act, step = ready(stock, Kind.RETURN_ACCEPTANCE)
        reference = pack_reference(REFERENCE_DOCUMENT, act.key)
        assert stock.refusal(step.saying(reference=reference)) == Refusal(
            "StockLedgerReferenceUnknown", (reference,)
        )
