"""Consignments: dispatch and acceptance, and what all their steps refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chain import Refusal
from stock import DAY, Act, L, Stock, committed, remaining, sent
from stock_conservation import assert_conserved
from stock_stages import DISPATCHED, after_deadline, dispatched, ready
from stock_world import (
    APPROVER,
    CITY_APPROVER,
    CLOSED_SITE,
    DUMP,
    FRESH_SITE,
    KEEPER,
    MASKS,
    OTHER_KEEPER,
    PIECES,
    RICE,
    SECOND_KEEPER,
    THIRD_KEEPER,
)
from world import COUNTRY, OTHER_COMMUNITY, OTHER_SITE, SECOND_SITE, SITE

from ledger_client.calldata import ACCEPTED, OPEN
from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line, OpeningLine, pack_lines
from ledger_client.roles import Role
from ledger_client.words import REFERENCE_CONSIGNMENT, join_words, pack_reference

CLOSED = 1
M, R = MASKS.lot_id, RICE.lot_id
STEPS = (Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN, Kind.RETURN_ACCEPTANCE)
SOME = (Line.missing(M, 5, 1), Line.returning(M, 10, 2), Line.missing(R, 30, 3))


def bytes32(name: str) -> bytes:
    return name.encode().ljust(32, b"\0")


class TestDispatchRefused:
    def act(self, stock: Stock, **fields: object) -> Act:
        return stock.act(Kind.DISPATCH, Line(R, 1), **fields)

    def test_to_itself(self, stock: Stock) -> None:
        assert stock.refusal(self.act(stock, to=SITE)) == Refusal("StockLedgerSameSite", (SITE,))

    @pytest.mark.parametrize("site", [FRESH_SITE, 0, SECOND_SITE + 2**64])
    def test_receiver_not_open(self, stock: Stock, site: int) -> None:
        assert stock.refusal(self.act(stock, to=site)) == Refusal("StockLedgerSiteNotOpen", (site,))

    def test_receiver_closed(self, stock: Stock) -> None:
        expected = Refusal("StockLedgerSiteClosed", (CLOSED_SITE, SECOND_SITE))
        assert stock.refusal(self.act(stock, to=CLOSED_SITE)) == expected

    def test_line_that_looks_like_something_missing(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, words=join_words(Line.missing(R, 1, 1).words()))
        assert stock.refusal(act) == Refusal("StockLedgerLineMalformed", (0,))

    @pytest.mark.parametrize("ahead", [-DAY, -1, 0])
    def test_deadline_past(self, stock: Stock, ahead: int) -> None:
        deadline = stock.chain.now + ahead
        assert stock.refusal(self.act(stock, deadline=deadline)) == Refusal(
            "StockLedgerDeadlinePast", (deadline,)
        )

    @pytest.mark.parametrize("beyond", [1, DAY, 2**64])
    def test_deadline_more_than_366_days_ahead(self, stock: Stock, beyond: int) -> None:
        latest = stock.chain.now + 366 * DAY
        deadline = min(latest + beyond, 2**64 - 1)
        refusal = stock.refusal(self.act(stock, deadline=deadline))
        assert refusal == Refusal("StockLedgerDeadlineFar", (deadline, latest))
        act = self.act(stock, deadline=latest)
        assert stock.chain.ask(stock.call(act), act.sender.actor) == act.key

    def test_no_deadline(self, stock: Stock) -> None:
        assert stock.refusal(self.act(stock, deadline=0)) == Refusal("StockLedgerDeadlinePast", (0,))

    def test_lot_twice_although_with_two_reasons(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, words=join_words((*Line(R, 1, 1).words(), *Line(R, 1, 2).words())))
        assert stock.refusal(act) == Refusal("StockLedgerLinesNotAscending", (1,))

    def test_disposal_of_more_than_there_is(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, Line(R, 1_001), to=DUMP)
        assert stock.refusal(act) == Refusal("StockLedgerStockInsufficient", (SITE, R, 1_000, 1_001))

    def test_disposal_of_an_unknown_lot(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, Line(77, 1), to=DUMP)
        assert stock.refusal(act) == Refusal("StockLedgerStockInsufficient", (SITE, 77, 0, 1))


class TestDispatch:
    def test_takes_from_the_sender_and_commits(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, *DISPATCHED)
        deadline = act.document.deadline
        changes = {
            ("balance", SITE, M): 60,
            ("balance", SITE, R): 970,
            ("consignment", act.key): committed(act, OPEN, (KEEPER.address,), act.document.lines, deadline),
        }
        stock.record(act, changes)
        assert_conserved(stock, (act, sent(act)))

    def test_remembers_the_approver(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, Line(M, 7), to=OTHER_SITE, approver=CITY_APPROVER)
        signers = (KEEPER.address, CITY_APPROVER.address)
        word = committed(act, OPEN, signers, act.document.lines, act.document.deadline)
        stock.record(act, {("balance", SITE, M): 93, ("consignment", act.key): word})

    def test_from_a_closed_site(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, Line(R, 50), from_=CLOSED_SITE)
        word = committed(act, OPEN, act.signers, act.document.lines, act.document.deadline)
        stock.record(act, {("balance", CLOSED_SITE, R): 0, ("consignment", act.key): word})


@pytest.mark.parametrize("kind", STEPS)
class TestStepRefused:
    def lines(self, kind: Kind) -> tuple[Line, ...]:
        return () if kind is Kind.RETURN else (Line.missing(M, 1, 1),)

    def test_is_accepted_when_nothing_is_wrong(self, stock: Stock, kind: Kind) -> None:
        _, step = ready(stock, kind, *self.lines(kind))
        assert stock.chain.ask(stock.call(step), step.sender.actor) == step.key

    @pytest.mark.parametrize("type_", [0, 1, 3, 4, 255])
    def test_reference_of_another_type(self, stock: Stock, kind: Kind, type_: int) -> None:
        act, step = ready(stock, kind, *self.lines(kind))
        reference = pack_reference(type_, act.key)
        expected = Refusal("StockLedgerReferenceUnknown", (reference,))
        assert stock.refusal(step.saying(reference=reference)) == expected

    def test_consignment_unknown(self, stock: Stock, kind: Kind) -> None:
        _, step = ready(stock, kind, *self.lines(kind))
        reference = pack_reference(REFERENCE_CONSIGNMENT, 5)
        expected = Refusal("StockLedgerReferenceUnknown", (reference,))
        assert stock.refusal(step.saying(reference=reference)) == expected

    def test_a_document_that_is_no_consignment(self, stock: Stock, kind: Kind) -> None:
        issue = stock.act(Kind.ISSUE, Line(R, 1))
        stock.enter(issue)
        _, step = ready(stock, kind, *self.lines(kind))
        reference = pack_reference(REFERENCE_CONSIGNMENT, issue.key)
        expected = Refusal("StockLedgerReferenceUnknown", (reference,))
        assert stock.refusal(step.saying(reference=reference)) == expected

    @pytest.mark.parametrize("what", ["lines", "signers", "order", "another signer", "state", "sites"])
    def test_consignment_given_wrongly(self, stock: Stock, kind: Kind, what: str) -> None:
        act, step = ready(stock, kind, *self.lines(kind))
        given = step.consignment
        assert given is not None
        if what == "lines":
            step = step.but(consignment=replace(given, lines=pack_lines(Kind.ACCEPTANCE, [Line(M, 90)])))
        elif what == "signers":
            step = step.but(consignment=replace(given, signers=()))
        elif what == "order":
            signers = (*given.signers, given.signers[0])
            step = step.but(consignment=replace(given, signers=signers[::-1]))
        elif what == "another signer":
            step = step.but(consignment=replace(given, signers=(*given.signers[:-1], THIRD_KEEPER.address)))
        elif what == "state":
            step = step.but(consignment=replace(given, state=OPEN + ACCEPTED - given.state))
        else:
            sites = {"from_": SECOND_SITE, "to": SITE}
            step = step.saying(**sites)
        refusal = stock.refusal(step)
        assert refusal.name == "StockLedgerConsignmentChanged", what
        assert refusal.arguments[0] == act.key

    def test_closed_already(self, stock: Stock, kind: Kind) -> None:
        act, consignment = dispatched(stock)
        stock.enter(stock.step(Kind.ACCEPTANCE, act, consignment))
        stock.chain.travel_to(act.document.deadline + L + 1)
        step = stock.step(kind, act, consignment, *self.lines(kind))
        refusal = stock.refusal(step)
        assert (refusal.name, refusal.arguments[0]) == ("StockLedgerConsignmentChanged", act.key)

    @pytest.mark.parametrize("field", ["qualification", "deadline"])
    def test_field_without_meaning(self, stock: Stock, kind: Kind, field: str) -> None:
        _, step = ready(stock, kind, *self.lines(kind), **{field: 1})
        assert stock.refusal(step) == Refusal("StockLedgerFieldNotZero", (bytes32(field),))

    def test_keeper_elsewhere(self, stock: Stock, kind: Kind) -> None:
        _, step = ready(stock, kind, *self.lines(kind), sender=OTHER_KEEPER)
        site = SECOND_SITE if kind in (Kind.ACCEPTANCE, Kind.CONTEST) else SITE
        assert stock.refusal(step) == Refusal("StockLedgerGrantElsewhere", (OTHER_COMMUNITY, site))

    def test_approver_for_keeper(self, stock: Stock, kind: Kind) -> None:
        _, step = ready(stock, kind, *self.lines(kind), sender=APPROVER)
        arguments = (APPROVER.address, Role.KEEPER, APPROVER.division, 0)
        assert stock.refusal(step) == Refusal("DirectoryGrantMissing", arguments)


@pytest.mark.parametrize("kind", [Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN_ACCEPTANCE])
class TestExceptionsRefused:
    def test_more_than_there_is(self, stock: Stock, kind: Kind) -> None:
        there = 10 if kind is Kind.RETURN_ACCEPTANCE else 40
        _, step = ready(stock, kind, Line.missing(M, there + 1, 1))
        expected = Refusal("StockLedgerExceptionExceeds", (M, there, there + 1))
        assert stock.refusal(step) == expected

    def test_more_than_there_is_by_two_reasons(self, stock: Stock, kind: Kind) -> None:
        there = 10 if kind is Kind.RETURN_ACCEPTANCE else 40
        _, step = ready(stock, kind, Line.missing(M, there, 1), Line.missing(M, 1, 2))
        refusal = stock.refusal(step)
        assert (refusal.name, refusal.arguments[0]) == ("StockLedgerExceptionExceeds", M)

    def test_a_lot_that_was_not_dispatched(self, stock: Stock, kind: Kind) -> None:
        _, step = ready(stock, kind, Line.missing(PIECES.lot_id, 1, 1))
        assert stock.refusal(step) == Refusal("StockLedgerExceptionExceeds", (PIECES.lot_id, 0, 1))

    def test_quantity_zero(self, stock: Stock, kind: Kind) -> None:
        _, step = ready(stock, kind, words=join_words(Line.missing(M, 0, 1).words()))
        assert stock.refusal(step) == Refusal("StockLedgerLineMalformed", (0,))

    def test_spare_bits(self, stock: Stock, kind: Kind) -> None:
        _, step = ready(stock, kind, words=join_words((Line.missing(M, 1, 1).words()[0] | 1 << 63,)))
        assert stock.refusal(step) == Refusal("StockLedgerLineMalformed", (0,))

    def test_line_twice(self, stock: Stock, kind: Kind) -> None:
        _, step = ready(stock, kind, words=join_words(Line.missing(M, 1, 1).words() * 2))
        assert stock.refusal(step) == Refusal("StockLedgerLinesNotAscending", (1,))

    def test_descending(self, stock: Stock, kind: Kind) -> None:
        words = (*Line.missing(M, 1, 2).words(), *Line.missing(M, 1, 1).words())
        _, step = ready(stock, kind, words=join_words(words))
        assert stock.refusal(step) == Refusal("StockLedgerLinesNotAscending", (1,))

    def test_returning_where_only_missing_may_be_said(self, stock: Stock, kind: Kind) -> None:
        _, step = ready(stock, kind, Line.returning(M, 1, 1))
        if kind is Kind.ACCEPTANCE:
            assert stock.chain.ask(stock.call(step), step.sender.actor) == step.key
        else:
            assert stock.refusal(step) == Refusal("StockLedgerLineMalformed", (0,))


class TestAnswerByTheSender:
    @pytest.mark.parametrize("kind", [Kind.ACCEPTANCE, Kind.CONTEST])
    def test_is_refused_though_the_grant_covers_both_sites(self, stock: Stock, kind: Kind) -> None:
        lines = SOME[:1] if kind is Kind.CONTEST else ()
        _, step = ready(stock, kind, *lines, sender=KEEPER)
        assert stock.refusal(step) == Refusal("StockLedgerSignerRepeated", (KEEPER.address,))


class TestAcceptance:
    def test_receiver_closed_meanwhile(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        close = stock.world.directory.functions.closeSite(SECOND_SITE, SITE, COUNTRY)
        stock.chain.send(close, stock.world.root)
        step = stock.step(Kind.ACCEPTANCE, act, consignment)
        assert stock.refusal(step) == Refusal("StockLedgerSiteClosed", (SECOND_SITE, SITE))

    def test_balance_overflows(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.OPENING, OpeningLine(RICE, 2**63 - 1), to=FRESH_SITE))
        act = stock.act(Kind.DISPATCH, Line(R, 1), to=FRESH_SITE)
        stock.enter(act)
        step = stock.step(Kind.ACCEPTANCE, act, sent(act))
        assert stock.refusal(step) == Refusal("StockLedgerBalanceOverflow", (FRESH_SITE, R))

    def test_of_everything(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        step = stock.step(Kind.ACCEPTANCE, act, consignment)
        balances = {("balance", SECOND_SITE, M): 40, ("balance", SECOND_SITE, R): 30}
        stock.record(step, balances | {("consignment", act.key): CLOSED})
        assert_conserved(stock)

    def test_with_missing_and_returning_of_one_lot(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        step = stock.step(Kind.ACCEPTANCE, act, consignment, *SOME)
        left = remaining(consignment, step, *SOME)
        assert left.signers == (KEEPER.address, SECOND_KEEPER.address)
        word = committed(act, ACCEPTED, left.signers, left.lines, act.document.deadline)
        stock.record(step, {("balance", SECOND_SITE, M): 25, ("consignment", act.key): word})
        assert stock.balance(SECOND_SITE, R) == 0
        assert_conserved(stock, (act, left))

    def test_long_after_the_deadline_as_long_as_nothing_else_was_done(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        after_deadline(stock, act, L + 10 * DAY)
        step = stock.step(Kind.ACCEPTANCE, act, consignment)
        stock.enter(step)
        assert stock.balance(SECOND_SITE, M) == 40

    def test_late_is_signed_by_an_approver_of_the_receiver(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        stock.chain.travel(2 * L)
        long_ago = Timestamp(stock.chain.now - L - 1)
        step = stock.step(Kind.ACCEPTANCE, act, consignment, SOME[0], occurred_at=long_ago)
        assert stock.refusal(step) == Refusal("StockLedgerConsentMissing", (Role.APPROVER,))
        step = step.but(approver=APPROVER)
        left = remaining(consignment, step, SOME[0])
        word = committed(act, ACCEPTED, left.signers, left.lines, act.document.deadline)
        balances = {("balance", SECOND_SITE, M): 35, ("balance", SECOND_SITE, R): 30}
        assert stock.record(step, balances | {("consignment", act.key): word}).is_late

    def test_never_looks_at_the_status(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        stock.enter(stock.act(Kind.RECALL, Line(R)))
        stock.enter(stock.act(Kind.HOLD, Line(M), from_=SECOND_SITE))
        step = stock.step(Kind.ACCEPTANCE, act, consignment)
        balances = {("balance", SECOND_SITE, M): 40 | 1 << 63, ("balance", SECOND_SITE, R): 30}
        stock.record(step, balances | {("consignment", act.key): CLOSED})

    def test_twice(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        step = stock.step(Kind.ACCEPTANCE, act, consignment, *SOME)
        stock.enter(step)
        again = stock.step(Kind.ACCEPTANCE, act, remaining(consignment, step, *SOME))
        assert stock.refusal(again).name == "StockLedgerConsignmentChanged"
