"""Counts: two keepers counted, and the difference to what they expected is applied to today's balance."""

from __future__ import annotations

import pytest
from chain import Refusal
from stock import Act, L, Stock
from stock_conservation import assert_conserved
from stock_world import (
    APPROVER,
    CLOSED_SITE,
    FRESH_SITE,
    KEEPER,
    MASKS,
    OTHER_APPROVER,
    OTHER_KEEPER,
    PIECES,
    RICE,
)
from world import OTHER_COMMUNITY, OTHER_DISTRICT, SECOND_SITE, SITE

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import CountLine, Line
from ledger_client.roles import Role
from ledger_client.words import join_words

R, M = RICE.lot_id, MASKS.lot_id
TOP = 2**63 - 1


def count(stock: Stock, *lines: CountLine, site: int = SITE, **fields: object) -> Act:
    journal = stock.word("siteJournal", site)
    return stock.act(Kind.COUNT, *lines, **({"from_": site, "reference": journal} | fields))


class TestRefused:
    def test_lot_that_the_chain_never_saw(self, stock: Stock) -> None:
        act = count(stock, CountLine(77, 1, 0), approver=APPROVER)
        assert stock.refusal(act) == Refusal("StockLedgerLotUnknown", (77,))

    def test_lot_that_the_chain_never_saw_without_difference(self, stock: Stock) -> None:
        assert stock.refusal(count(stock, CountLine(77, 0, 0))) == Refusal("StockLedgerLotUnknown", (77,))

    def test_position_ahead(self, stock: Stock) -> None:
        journal = stock.word("siteJournal", SITE)
        act = count(stock, CountLine(R, 1_000, 1_000), reference=journal + 1)
        sequence = journal & (1 << 64) - 1
        assert stock.refusal(act) == Refusal("StockLedgerCountAhead", (sequence + 1, sequence))

    def test_no_position(self, stock: Stock) -> None:
        # Every open site has a journal, so that 0 is a position that was forgotten.
        act = count(stock, CountLine(R, 1_000, 1_000), reference=0)
        sequence = stock.word("siteJournal", SITE) & (1 << 64) - 1
        assert stock.refusal(act) == Refusal("StockLedgerCountAhead", (0, sequence))

    def test_gain_without_approver(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 1_001, 1_000))
        assert stock.refusal(act) == Refusal("StockLedgerConsentMissing", (Role.APPROVER,))

    def test_gain_beside_a_greater_loss_without_approver(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 1, 1_000), CountLine(M, 101, 100))
        assert stock.refusal(act) == Refusal("StockLedgerConsentMissing", (Role.APPROVER,))

    def test_gain_with_an_approver_of_another_place(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 1_001, 1_000), approver=OTHER_APPROVER)
        assert stock.refusal(act) == Refusal("StockLedgerGrantElsewhere", (OTHER_DISTRICT, SITE))

    def test_one_keeper(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 999, 1_000), other=None)
        assert stock.refusal(act) == Refusal("StockLedgerConsentMissing", (Role.KEEPER,))

    def test_the_same_keeper_twice(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 999, 1_000), other=KEEPER)
        assert stock.refusal(act) == Refusal("StockLedgerSignerRepeated", (KEEPER.address,))

    def test_second_keeper_of_another_place(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 999, 1_000), other=OTHER_KEEPER)
        assert stock.refusal(act) == Refusal("StockLedgerGrantElsewhere", (OTHER_COMMUNITY, SITE))

    def test_approver_for_the_second_keeper(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 999, 1_000), other=APPROVER)
        arguments = (APPROVER.address, Role.KEEPER, APPROVER.division, 0)
        assert stock.refusal(act) == Refusal("DirectoryGrantMissing", arguments)

    def test_below_zero(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.ISSUE, Line(R, 600)))
        act = count(stock, CountLine(R, 500, 1_000))
        assert stock.refusal(act) == Refusal("StockLedgerStockInsufficient", (SITE, R, 400, 500))

    def test_balance_overflows(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, TOP, 999), approver=APPROVER)
        assert stock.refusal(act) == Refusal("StockLedgerBalanceOverflow", (SITE, R))

    @pytest.mark.parametrize("expected", [2**63, 2**64, 2**255])
    def test_expected_of_more_than_63_bits(self, stock: Stock, expected: int) -> None:
        words = join_words((CountLine(R, 999, 0).words()[0], expected))
        assert stock.refusal(count(stock, words=words)) == Refusal("StockLedgerLineMalformed", (0,))

    def test_spare_bits(self, stock: Stock) -> None:
        head, expected = CountLine(R, 999, 1_000).words()
        act = count(stock, words=join_words((head | 1 << 63, expected)))
        assert stock.refusal(act) == Refusal("StockLedgerLineMalformed", (0,))

    def test_lot_twice_although_with_two_reasons(self, stock: Stock) -> None:
        words = (*CountLine(R, 999, 1_000, 1).words(), *CountLine(R, 999, 1_000, 2).words())
        act = count(stock, words=join_words(words))
        # The word at which the line begins that does not ascend.
        assert stock.refusal(act) == Refusal("StockLedgerLinesNotAscending", (2,))

    @pytest.mark.parametrize("words", [0, 1, 3])
    def test_lines_incomplete(self, stock: Stock, words: int) -> None:
        act = count(stock, words=join_words((CountLine(R, 999, 1_000).words() * 2)[:words]))
        assert stock.refusal(act) == Refusal("StockLedgerLinesIncomplete", (words,))

    @pytest.mark.parametrize("field", ["to", "qualification", "deadline"])
    def test_field_without_meaning(self, stock: Stock, field: str) -> None:
        act = count(stock, CountLine(R, 999, 1_000), **{field: SECOND_SITE})
        name = field.encode().ljust(32, b"\0")
        assert stock.refusal(act) == Refusal("StockLedgerFieldNotZero", (name,))

    def test_site_not_open(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 1, 1), site=FRESH_SITE)
        assert stock.refusal(act) == Refusal("StockLedgerSiteNotOpen", (FRESH_SITE,))

    def test_late_without_approver(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 999, 1_000), occurred_at=Timestamp(stock.chain.now - L - 1))
        assert stock.refusal(act) == Refusal("StockLedgerConsentMissing", (Role.APPROVER,))


class TestRecorded:
    def test_as_expected(self, stock: Stock) -> None:
        stock.record(count(stock, CountLine(R, 1_000, 1_000), CountLine(PIECES.lot_id, 200, 200)))

    def test_loss(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 0, 1_000, 7), CountLine(M, 90, 100))
        stock.record(act, {("balance", SITE, R): 0, ("balance", SITE, M): 90})
        assert_conserved(stock)

    def test_gain(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 1_007, 1_000), CountLine(M, 90, 100), approver=APPROVER)
        stock.record(act, {("balance", SITE, R): 1_007, ("balance", SITE, M): 90})
        assert_conserved(stock)

    def test_gain_of_a_lot_that_was_never_at_this_site(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 7, 0), site=SECOND_SITE, approver=APPROVER)
        stock.record(act, {("balance", SECOND_SITE, R): 7})

    def test_goods_moved_while_counting(self, stock: Stock) -> None:
        counted_at = stock.word("siteJournal", SITE)
        stock.enter(stock.act(Kind.ISSUE, Line(R, 300)))
        act = count(stock, CountLine(R, 990, 1_000), reference=counted_at)
        stock.record(act, {("balance", SITE, R): 690})
        assert_conserved(stock)

    def test_a_false_expectation_is_recorded_for_the_audit(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 500, 510))
        stock.record(act, {("balance", SITE, R): 990})

    def test_keeps_a_hold(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.HOLD, Line(R)))
        stock.record(count(stock, CountLine(R, 999, 1_000)), {("balance", SITE, R): 999 | 1 << 63})

    def test_up_to_the_last_unit_that_a_balance_holds(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, TOP, 1_000), approver=APPROVER)
        stock.record(act, {("balance", SITE, R): TOP})
        down = count(stock, CountLine(R, 0, TOP))
        stock.record(down, {("balance", SITE, R): 0})

    def test_at_a_closed_site(self, stock: Stock) -> None:
        act = count(stock, CountLine(R, 40, 50), site=CLOSED_SITE)
        stock.record(act, {("balance", CLOSED_SITE, R): 40})

    def test_late(self, stock: Stock) -> None:
        long_ago = Timestamp(stock.chain.now - L - 9)
        act = count(stock, CountLine(R, 999, 1_000), occurred_at=long_ago, approver=APPROVER)
        assert stock.record(act, {("balance", SITE, R): 999}).is_late
