"""Write-offs and repacks: goods that are no more, and goods that become other goods."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chain import Refusal
from stock import Act, L, Stock
from stock_conservation import assert_conserved
from stock_world import (
    APPROVER,
    BOX_OF_NOODLES,
    CLOSED_SITE,
    CUPS,
    FACTOR,
    FIRST_DAY,
    FRESH_SITE,
    KEEPER,
    MASKS,
    NOODLES,
    OLD,
    OTHER_APPROVER,
    PIECES,
    RICE,
    SHELF_LIFE,
    UNKNOWN_ITEM,
    lot_word,
)
from world import OTHER_DISTRICT, PACK, PIECE, SECOND_SITE, SITE

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line, LotAttributes, RepackLine
from ledger_client.roles import Role
from ledger_client.words import NEVER, join_words

M, P, N = MASKS.lot_id, PIECES.lot_id, NOODLES.lot_id
LAST = FIRST_DAY - 10 + SHELF_LIFE  # of MASKS and PIECES


def repack(stock: Stock, *lines: RepackLine, **fields: object) -> Act:
    return stock.act(Kind.REPACK, *lines, **fields)


class TestApproverIsAsked:
    @pytest.mark.parametrize("kind", [Kind.WRITE_OFF, Kind.REPACK])
    def test_none(self, stock: Stock, kind: Kind) -> None:
        line = RepackLine(N, 1, CUPS, 12) if kind is Kind.REPACK else Line(N, 1)
        act = stock.act(kind, line, approver=None)
        assert stock.refusal(act) == Refusal("StockLedgerConsentMissing", (Role.APPROVER,))

    @pytest.mark.parametrize("kind", [Kind.WRITE_OFF, Kind.REPACK])
    def test_of_another_place(self, stock: Stock, kind: Kind) -> None:
        line = RepackLine(N, 1, CUPS, 12) if kind is Kind.REPACK else Line(N, 1)
        act = stock.act(kind, line, approver=OTHER_APPROVER)
        assert stock.refusal(act) == Refusal("StockLedgerGrantElsewhere", (OTHER_DISTRICT, SITE))

    @pytest.mark.parametrize("kind", [Kind.WRITE_OFF, Kind.REPACK])
    @pytest.mark.parametrize("field", ["to", "deadline"])
    def test_field_without_meaning(self, stock: Stock, kind: Kind, field: str) -> None:
        line = RepackLine(N, 1, CUPS, 12) if kind is Kind.REPACK else Line(N, 1)
        act = stock.act(kind, line, **{field: SECOND_SITE})
        name = field.encode().ljust(32, b"\0")
        assert stock.refusal(act) == Refusal("StockLedgerFieldNotZero", (name,))


class TestReasons:
    @pytest.mark.parametrize("kind", [Kind.WRITE_OFF, Kind.REPACK])
    def test_neither_of_the_document_nor_of_every_line(self, stock: Stock, kind: Kind) -> None:
        refusal = Refusal("StockLedgerReasonMissing", (kind,))
        for reasons in ((0,), (0, 20), (20, 0)):
            lines = _with_reasons(kind, *reasons)
            assert stock.refusal(stock.act(kind, *lines, reason=0)) == refusal, reasons

    @pytest.mark.parametrize("kind", [Kind.WRITE_OFF, Kind.REPACK])
    @pytest.mark.parametrize(("own", "reasons"), [(5, (0,)), (5, (0, 20)), (0, (20,)), (0, (19, 20))])
    def test_of_the_document_or_of_every_line(
        self, stock: Stock, kind: Kind, own: int, reasons: tuple[int, ...]
    ) -> None:
        stock.enter(stock.act(kind, *_with_reasons(kind, *reasons), reason=own))


def _with_reasons(kind: Kind, *reasons: int) -> list[Line | RepackLine]:
    """Lines of a unit each, with these reasons; those of a repack take one lot, and so ascend by reason."""
    if kind is Kind.WRITE_OFF:
        return [Line(lot, 1, reason) for lot, reason in zip(sorted((N, M)), reasons, strict=False)]
    return [RepackLine(N, 1, CUPS, 12, reason) for reason in sorted(reasons)]


class TestWriteOff:
    def test_with_reasons(self, stock: Stock) -> None:
        act = stock.act(
            Kind.WRITE_OFF, Line(OLD.lot_id, 4, 1), Line(OLD.lot_id, 6, 2), Line(M, 100), reason=5
        )
        stock.record(act, {("balance", SITE, OLD.lot_id): 0, ("balance", SITE, M): 0})
        assert_conserved(stock)

    def test_at_a_closed_site(self, stock: Stock) -> None:
        act = stock.act(Kind.WRITE_OFF, Line(RICE.lot_id, 50), from_=CLOSED_SITE)
        stock.record(act, {("balance", CLOSED_SITE, RICE.lot_id): 0})


@pytest.mark.parametrize(("days", "refused"), [(0, False), (1, True)])
def test_repack_on_the_last_day_of_use(stock: Stock, days: int, refused: bool) -> None:
    last = FIRST_DAY + 300  # of the noodles
    stock.chain.travel_to((last + days) * 86_400 - 28_800 + (0 if refused else 86_399))
    act = repack(stock, RepackLine(N, 1, CUPS, 12))
    if refused:
        assert stock.refusal(act) == Refusal("StockLedgerLotExpired", (N, last))
    else:
        assert stock.chain.ask(stock.call(act), KEEPER.actor) == act.key


class TestRepackRefused:
    @pytest.mark.parametrize("output", [1, FACTOR - 1, FACTOR + 1, 2 * FACTOR])
    def test_against_the_factor(self, stock: Stock, output: int) -> None:
        act = repack(stock, RepackLine(M, 1, PIECES, output))
        assert stock.refusal(act) == Refusal("CatalogueFactorMismatch", (PACK, PIECE, FACTOR, 1, output))

    def test_against_the_factor_the_other_way_round(self, stock: Stock) -> None:
        act = repack(stock, RepackLine(P, 39, MASKS, 2))
        refusal = stock.refusal(act)
        assert (refusal.name, refusal.arguments[-2:]) == ("CatalogueFactorMismatch", (39, 2))

    def test_each_line_keeps_the_factor_by_itself(self, stock: Stock) -> None:
        act = repack(stock, RepackLine(M, 2, PIECES, 39, 1), RepackLine(M, 2, PIECES, 41, 2))
        assert stock.refusal(act) == Refusal("CatalogueFactorMismatch", (PACK, PIECE, FACTOR, 2, 39))

    def test_output_outlives_the_input(self, stock: Stock) -> None:
        younger = replace(PIECES, made=PIECES.made + 1)
        act = repack(stock, RepackLine(M, 1, younger, FACTOR))
        assert stock.refusal(act) == Refusal("StockLedgerRepackOutlives", (younger.lot_id, LAST + 1, LAST))

    def test_output_that_never_spoils(self, stock: Stock) -> None:
        endless = replace(CUPS, expires=0)
        act = repack(stock, RepackLine(N, 1, endless, 12))
        expected = Refusal("StockLedgerRepackOutlives", (endless.lot_id, NEVER, FIRST_DAY + 300))
        assert stock.refusal(act) == expected

    def test_known_output_outlives_the_input(self, stock: Stock) -> None:
        act = repack(stock, RepackLine(N, 1, RICE, 12))
        expected = Refusal("StockLedgerRepackOutlives", (RICE.lot_id, NEVER, FIRST_DAY + 300))
        assert stock.refusal(act) == expected

    def test_more_than_there_is(self, stock: Stock) -> None:
        act = repack(stock, RepackLine(N, 21, CUPS, 12))
        assert stock.refusal(act) == Refusal("StockLedgerStockInsufficient", (SITE, N, 20, 21))

    def test_input_unknown(self, stock: Stock) -> None:
        act = repack(stock, RepackLine(77, 1, CUPS, 12))
        assert stock.refusal(act) == Refusal("StockLedgerLotUnknown", (77,))

    def test_output_of_an_unknown_item(self, stock: Stock) -> None:
        act = repack(stock, RepackLine(N, 1, replace(CUPS, item=UNKNOWN_ITEM), 12))
        assert stock.refusal(act) == Refusal("StockLedgerItemUnknown", (UNKNOWN_ITEM,))

    def test_output_of_other_attributes(self, stock: Stock) -> None:
        words = list(RepackLine(N, 1, CUPS, 12).words())
        words[1] ^= 1 << 96
        act = repack(stock, words=join_words(words))
        assert stock.refusal(act) == Refusal("StockLedgerLotMismatch", (CUPS.lot_id ^ 1, CUPS.lot_id))

    @pytest.mark.parametrize(
        ("word", "bit"), [(0, 63), (0, 79), (1, 63), (1, 79), (1, 80), (1, 95), (2, 0), (2, 1), (2, 127)]
    )
    def test_spare_bits(self, stock: Stock, word: int, bit: int) -> None:
        words = list(RepackLine(N, 1, CUPS, 12).words())
        words[word] |= 1 << bit
        act = repack(stock, words=join_words(words))
        assert stock.refusal(act) == Refusal("StockLedgerLineMalformed", (0,))

    @pytest.mark.parametrize("word", [0, 1])
    def test_quantity_zero(self, stock: Stock, word: int) -> None:
        words = list(RepackLine(N, 1, CUPS, 12).words())
        words[word] &= ~((1 << 63) - 1)
        act = repack(stock, words=join_words(words))
        assert stock.refusal(act) == Refusal("StockLedgerLineMalformed", (0,))

    @pytest.mark.parametrize("words", [0, 4, 6])
    def test_lines_incomplete(self, stock: Stock, words: int) -> None:
        act = repack(stock, words=join_words((RepackLine(N, 1, CUPS, 12).words() * 2)[:words]))
        assert stock.refusal(act) == Refusal("StockLedgerLinesIncomplete", (words,))

    def test_line_twice(self, stock: Stock) -> None:
        act = repack(stock, words=join_words(RepackLine(N, 1, CUPS, 12).words() * 2))
        # The word at which the line begins that does not ascend.
        assert stock.refusal(act) == Refusal("StockLedgerLinesNotAscending", (5,))

    def test_site_not_open(self, stock: Stock) -> None:
        act = repack(stock, RepackLine(N, 1, CUPS, 12), from_=FRESH_SITE)
        assert stock.refusal(act) == Refusal("StockLedgerSiteNotOpen", (FRESH_SITE,))

    def test_at_a_closed_site(self, stock: Stock) -> None:
        # Its outputs would go into the site.
        act = repack(stock, RepackLine(RICE.lot_id, 1, RICE, 1), from_=CLOSED_SITE)
        assert stock.refusal(act) == Refusal("StockLedgerSiteClosed", (CLOSED_SITE, SECOND_SITE))


class TestRepack:
    def test_by_the_factor_into_a_known_lot(self, stock: Stock) -> None:
        act = repack(stock, RepackLine(M, 3, PIECES, 3 * FACTOR))
        stock.record(act, {("balance", SITE, M): 97, ("balance", SITE, P): 260})
        assert_conserved(stock)

    def test_by_the_factor_the_other_way_round(self, stock: Stock) -> None:
        act = repack(stock, RepackLine(P, 2 * FACTOR, MASKS, 2))
        stock.record(act, {("balance", SITE, M): 102, ("balance", SITE, P): 160})

    def test_without_a_factor_into_a_new_lot(self, stock: Stock) -> None:
        act = repack(stock, RepackLine(N, 2, CUPS, 23, 4))
        changes = {
            ("balance", SITE, N): 18,
            ("balance", SITE, CUPS.lot_id): 23,
            ("lot", CUPS.lot_id): lot_word(CUPS, FIRST_DAY + 300),
        }
        stock.record(act, changes)
        assert_conserved(stock)

    def test_output_that_spoils_sooner(self, stock: Stock) -> None:
        sooner = replace(CUPS, expires=FIRST_DAY + 30)
        act = repack(stock, RepackLine(N, 2, sooner, 24))
        changes = {
            ("balance", SITE, N): 18,
            ("balance", SITE, sooner.lot_id): 24,
            ("lot", sooner.lot_id): lot_word(sooner, FIRST_DAY + 30),
        }
        stock.record(act, changes)

    def test_one_lot_into_two(self, stock: Stock) -> None:
        other = LotAttributes(item=BOX_OF_NOODLES, source=5, expires=FIRST_DAY + 300)
        rows = sorted([RepackLine(N, 2, CUPS, 24, 1).words(), RepackLine(N, 3, other, 3, 2).words()])
        act = repack(stock, words=join_words((*rows[0], *rows[1])))
        changes = {
            ("balance", SITE, N): 15,
            ("balance", SITE, CUPS.lot_id): 24,
            ("balance", SITE, other.lot_id): 3,
            ("lot", CUPS.lot_id): lot_word(CUPS, FIRST_DAY + 300),
            ("lot", other.lot_id): lot_word(other, FIRST_DAY + 300),
        }
        stock.record(act, changes)
        assert_conserved(stock)

    def test_late(self, stock: Stock) -> None:
        long_ago = Timestamp(stock.chain.now - L - 9)
        act = repack(stock, RepackLine(N, 2, CUPS, 24), occurred_at=long_ago, approver=APPROVER)
        assert stock.enter(act).is_late
