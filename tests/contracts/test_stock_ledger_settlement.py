"""Settlements: what became of missing goods, said by an approver above both sites who signed for neither."""

from __future__ import annotations

import pytest
from chain import Refusal
from stock import Act, Stock, committed, remaining, sent
from stock_conservation import assert_conserved
from stock_stages import accepted
from stock_world import (
    APPROVER,
    CITY_APPROVER,
    CLOSED_SITE,
    COUNTRY_APPROVER,
    KEEPER,
    MASKS,
    OTHER_APPROVER,
    OTHER_KEEPER,
    PIECES,
    PROVINCE_APPROVER,
    RICE,
    SECOND_APPROVER,
    SECOND_CITY_APPROVER,
    SECOND_KEEPER,
)
from world import COUNTRY, DISTRICT, OTHER_DISTRICT, OTHER_SITE, SECOND_SITE, SITE

from ledger_client.calldata import ACCEPTED, Consignment
from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line, pack_lines
from ledger_client.roles import Role
from ledger_client.words import REFERENCE_CONSIGNMENT, join_words, pack_reference

AT_SENDER, AT_RECEIVER, LOST = 1, 2, 3
CLOSED = 1
M, R = MASKS.lot_id, RICE.lot_id
MISSING = (Line.missing(M, 5, 1), Line.missing(M, 3, 4), Line.missing(R, 10, 2))


def settlement(stock: Stock, *lines: Line, exceptions: tuple[Line, ...] = MISSING, **fields: object):
    """A dispatch, what is left of it, and a settlement."""
    act, consignment = accepted(stock, *exceptions)
    return act, consignment, stock.step(Kind.SETTLEMENT, act, consignment, *lines, **fields)


def across(stock: Stock) -> tuple[Act, Consignment]:
    """A consignment to another district of which something is missing, signed by CITY_APPROVER."""
    act = stock.act(Kind.DISPATCH, Line(M, 7), to=OTHER_SITE, approver=CITY_APPROVER)
    stock.enter(act)
    line = Line.missing(M, 2, 1)
    step = stock.step(Kind.ACCEPTANCE, act, sent(act), line, sender=OTHER_KEEPER)
    stock.enter(step)
    return act, remaining(sent(act), step, line)


class TestRefused:
    @pytest.mark.parametrize("reason", [0, 4, 5, 0x8001, 0x8003, 0xFFFF])
    def test_reason_that_does_not_exist(self, stock: Stock, reason: int) -> None:
        *_, step = settlement(stock, Line(M, 1, reason))
        assert stock.refusal(step) == Refusal("StockLedgerLineMalformed", (0,))

    def test_quantity_zero(self, stock: Stock) -> None:
        *_, step = settlement(stock, words=join_words(Line(M, 0, LOST).words()))
        assert stock.refusal(step) == Refusal("StockLedgerLineMalformed", (0,))

    def test_spare_bits(self, stock: Stock) -> None:
        *_, step = settlement(stock, words=join_words((Line(M, 1, LOST).words()[0] | 1 << 79,)))
        assert stock.refusal(step) == Refusal("StockLedgerLineMalformed", (0,))

    def test_no_lines(self, stock: Stock) -> None:
        *_, step = settlement(stock)
        assert stock.refusal(step) == Refusal("StockLedgerLinesIncomplete", (0,))

    def test_line_twice(self, stock: Stock) -> None:
        *_, step = settlement(stock, words=join_words(Line(M, 1, LOST).words() * 2))
        assert stock.refusal(step) == Refusal("StockLedgerLinesNotAscending", (1,))

    def test_more_than_is_missing(self, stock: Stock) -> None:
        *_, step = settlement(stock, Line(M, 9, LOST))
        assert stock.refusal(step) == Refusal("StockLedgerExceptionExceeds", (M, 8, 9))

    def test_more_than_is_missing_in_parts(self, stock: Stock) -> None:
        *_, step = settlement(stock, Line(M, 4, AT_SENDER), Line(M, 4, AT_RECEIVER), Line(M, 1, LOST))
        refusal = stock.refusal(step)
        assert (refusal.name, refusal.arguments[0]) == ("StockLedgerExceptionExceeds", M)

    def test_lot_of_which_nothing_is_missing(self, stock: Stock) -> None:
        *_, step = settlement(stock, Line(PIECES.lot_id, 1, LOST))
        assert stock.refusal(step) == Refusal("StockLedgerExceptionExceeds", (PIECES.lot_id, 0, 1))

    def test_returning_goods_are_not_settled(self, stock: Stock) -> None:
        exceptions = (Line.returning(M, 5, 1), Line.missing(R, 10, 2))
        *_, step = settlement(stock, Line(M, 1, LOST), exceptions=exceptions)
        assert stock.refusal(step) == Refusal("StockLedgerExceptionExceeds", (M, 0, 1))

    def test_of_an_open_consignment(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, Line(M, 7))
        stock.enter(act)
        refusal = stock.refusal(stock.step(Kind.SETTLEMENT, act, sent(act), Line(M, 7, LOST)))
        assert (refusal.name, refusal.arguments[0]) == ("StockLedgerConsignmentChanged", act.key)

    def test_of_other_lines_than_remain(self, stock: Stock) -> None:
        act, consignment, step = settlement(stock, Line(M, 1, LOST))
        more = Consignment(
            ACCEPTED, consignment.signers, pack_lines(Kind.ACCEPTANCE, [Line.missing(M, 50, 1)])
        )
        refusal = stock.refusal(step.but(consignment=more))
        assert (refusal.name, refusal.arguments[0]) == ("StockLedgerConsignmentChanged", act.key)

    def test_reference_to_nothing(self, stock: Stock) -> None:
        *_, step = settlement(stock, Line(M, 1, LOST))
        reference = pack_reference(REFERENCE_CONSIGNMENT, 1)
        expected = Refusal("StockLedgerReferenceUnknown", (reference,))
        assert stock.refusal(step.saying(reference=reference)) == expected

    @pytest.mark.parametrize("party", [KEEPER, SECOND_KEEPER])
    def test_keeper(self, stock: Stock, party) -> None:
        *_, step = settlement(stock, Line(M, 1, LOST), sender=party)
        arguments = (party.address, Role.APPROVER, party.division, 0)
        assert stock.refusal(step) == Refusal("DirectoryGrantMissing", arguments)

    def test_approver_of_one_side(self, stock: Stock) -> None:
        step = stock.step(Kind.SETTLEMENT, *across(stock), Line(M, 1, LOST))
        for party, elsewhere in ((APPROVER, OTHER_SITE), (OTHER_APPROVER, SITE)):
            division = DISTRICT if party is APPROVER else OTHER_DISTRICT
            expected = Refusal("StockLedgerGrantElsewhere", (division, elsewhere))
            assert stock.refusal(step.but(sender=party)) == expected

    def test_approver_who_signed_the_dispatch(self, stock: Stock) -> None:
        step = stock.step(Kind.SETTLEMENT, *across(stock), Line(M, 1, LOST), sender=CITY_APPROVER)
        assert stock.refusal(step) == Refusal("StockLedgerSettlerInvolved", (CITY_APPROVER.address,))

    def test_approver_who_signed_a_late_acceptance(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, Line(M, 7))
        stock.enter(act)
        stock.chain.travel(10 * 86_400)
        long_ago = Timestamp(stock.chain.now - 9 * 86_400)
        line = Line.missing(M, 2, 1)
        step = stock.step(Kind.ACCEPTANCE, act, sent(act), line, occurred_at=long_ago, approver=APPROVER)
        stock.enter(step)
        left = remaining(sent(act), step, line)
        settle = stock.step(Kind.SETTLEMENT, act, left, Line(M, 2, LOST), sender=APPROVER)
        assert stock.refusal(settle) == Refusal("StockLedgerSettlerInvolved", (APPROVER.address,))
        stock.record(settle.but(sender=SECOND_APPROVER), {("consignment", act.key): CLOSED})

    def test_signers_left_out_do_not_help_the_settler(self, stock: Stock) -> None:
        act, consignment = across(stock)
        fewer = Consignment(ACCEPTED, (KEEPER.address, OTHER_KEEPER.address), consignment.lines)
        step = stock.step(Kind.SETTLEMENT, act, fewer, Line(M, 1, LOST), sender=CITY_APPROVER)
        assert stock.refusal(step).name == "StockLedgerConsignmentChanged"


class TestRecorded:
    def test_across_districts_by_another_approver_above_both(self, stock: Stock) -> None:
        act, consignment = across(stock)
        for party in (SECOND_CITY_APPROVER, PROVINCE_APPROVER, COUNTRY_APPROVER):
            step = stock.step(Kind.SETTLEMENT, act, consignment, Line(M, 2, LOST), sender=party)
            assert stock.chain.ask(stock.call(step), party.actor) == step.key, party.actor.name
        assert_conserved(stock, (act, consignment))

    @pytest.mark.parametrize(
        ("reason", "site"), [(AT_SENDER, SITE), (AT_RECEIVER, SECOND_SITE), (LOST, None)]
    )
    def test_of_everything(self, stock: Stock, reason: int, site: int | None) -> None:
        act, _, step = settlement(stock, Line(M, 8, reason), Line(R, 10, reason))
        changes = {("consignment", act.key): CLOSED}
        if site is not None:
            changes[("balance", site, M)] = stock.balance(site, M) + 8
            changes[("balance", site, R)] = stock.balance(site, R) + 10
        stock.record(step, changes)
        assert_conserved(stock)

    def test_in_parts_and_all_three_ways_in_the_order_of_the_reasons(self, stock: Stock) -> None:
        lines = (Line(M, 1, AT_SENDER), Line(M, 2, AT_RECEIVER), Line(M, 3, LOST))
        act, consignment, step = settlement(stock, *lines)
        left = remaining(consignment, step, Line.missing(M, 2, 4), MISSING[2])
        assert left.signers == consignment.signers, "settlements add none"
        changes = {
            ("balance", SITE, M): 61,
            ("balance", SECOND_SITE, M): 34,
            ("consignment", act.key): committed(
                act, ACCEPTED, left.signers, left.lines, act.document.deadline
            ),
        }
        stock.record(step, changes)
        assert_conserved(stock, (act, left))

        last = stock.step(Kind.SETTLEMENT, act, left, Line(M, 2, LOST), Line(R, 10, AT_RECEIVER), reason=3)
        stock.record(last, {("balance", SECOND_SITE, R): 30, ("consignment", act.key): CLOSED})
        assert_conserved(stock)
        again = stock.step(Kind.SETTLEMENT, act, left, Line(M, 2, LOST))
        assert stock.refusal(again).name == "StockLedgerConsignmentChanged"

    def test_beside_goods_that_are_returning(self, stock: Stock) -> None:
        exceptions = (Line.returning(M, 5, 1), Line.missing(M, 4, 2))
        act, consignment, step = settlement(stock, Line(M, 4, LOST), exceptions=exceptions)
        left = remaining(consignment, step, exceptions[0])
        word = committed(act, ACCEPTED, left.signers, left.lines, act.document.deadline)
        stock.record(step, {("consignment", act.key): word})
        assert_conserved(stock, (act, left))
        back = stock.step(Kind.RETURN_ACCEPTANCE, act, left)
        stock.record(back, {("balance", SITE, M): 65, ("consignment", act.key): CLOSED})
        assert_conserved(stock)

    def test_of_what_got_lost_on_the_way_back(self, stock: Stock) -> None:
        act, consignment = accepted(stock, Line.returning(M, 10, 1))
        back = stock.step(Kind.RETURN_ACCEPTANCE, act, consignment, Line.missing(M, 4, 2))
        stock.enter(back)
        left = remaining(consignment, back, Line.missing(M, 4, 2))
        step = stock.step(Kind.SETTLEMENT, act, left, Line(M, 4, AT_SENDER))
        stock.record(step, {("balance", SITE, M): 70, ("consignment", act.key): CLOSED})
        assert_conserved(stock)

    def test_of_what_was_contested(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, Line(M, 7))
        stock.enter(act)
        stock.chain.travel_to(act.document.deadline + 1)
        line = Line.missing(M, 7, 1)
        step = stock.step(Kind.CONTEST, act, sent(act), line)
        stock.enter(step)
        left = remaining(sent(act), step, line)
        settle = stock.step(Kind.SETTLEMENT, act, left, Line(M, 6, LOST), Line(M, 1, AT_RECEIVER))
        stock.record(settle, {("balance", SECOND_SITE, M): 1, ("consignment", act.key): CLOSED})
        assert_conserved(stock)

    def test_at_closed_sites(self, stock: Stock) -> None:
        act = stock.act(Kind.DISPATCH, Line(R, 50), from_=CLOSED_SITE)
        stock.enter(act)
        line = Line.missing(R, 20, 1)
        step = stock.step(Kind.ACCEPTANCE, act, sent(act), line)
        stock.enter(step)
        close = stock.world.directory.functions.closeSite(SECOND_SITE, SITE, COUNTRY)
        stock.chain.send(close, stock.world.root)
        left = remaining(sent(act), step, line)
        settle = stock.step(Kind.SETTLEMENT, act, left, Line(R, 15, AT_SENDER), Line(R, 5, AT_RECEIVER))
        changes = {
            ("balance", CLOSED_SITE, R): 15,
            ("balance", SECOND_SITE, R): 35,
            ("consignment", act.key): CLOSED,
        }
        stock.record(settle, changes)

    def test_never_late(self, stock: Stock) -> None:
        act, _, step = settlement(
            stock, Line(M, 8, LOST), Line(R, 10, LOST), occurred_at=Timestamp(1_600_000_000)
        )
        assert not stock.record(step, {("consignment", act.key): CLOSED}).is_late
