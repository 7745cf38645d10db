"""Openings: every site begins with one, and nothing is recorded at a site before it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chain import Refusal
from stock import L, Stock
from stock_world import (
    APPROVER,
    CLOSED_SITE,
    DONOR,
    FIRST_DAY,
    FRESH_SITE,
    GRAIN,
    MASKS,
    OLD,
    OTHER_APPROVER,
    OTHER_KEEPER,
    RICE,
    SHELF_LIFE,
    UNKNOWN_ITEM,
    UNKNOWN_SITE,
    lot_word,
)
from world import COMMUNITY, COUNTRY, DISTRICT, OTHER_COMMUNITY, OTHER_DISTRICT, PACK, SECOND_SITE, SITE

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import LotAttributes, OpeningLine
from ledger_client.roles import Role
from ledger_client.words import NEVER as NO_END
from ledger_client.words import join_words

NEW = LotAttributes(item=PACK, source=DONOR, made=FIRST_DAY - 5)
LINE = OpeningLine(RICE, 5)


def opening(stock: Stock, *lines: OpeningLine, **fields: object):
    return stock.act(Kind.OPENING, *lines, **({"to": FRESH_SITE} | fields))


class TestRefused:
    def test_site_unknown(self, stock: Stock) -> None:
        act = opening(stock, LINE, to=UNKNOWN_SITE)
        assert stock.refusal(act) == Refusal("StockLedgerSiteUnknown", (UNKNOWN_SITE,))

    @pytest.mark.parametrize("site", [0, FRESH_SITE + 2**64, FRESH_SITE + 2**255])
    def test_site_with_more_bits_than_a_site_has(self, stock: Stock, site: int) -> None:
        assert stock.refusal(opening(stock, LINE, to=site)) == Refusal("StockLedgerSiteUnknown", (site,))

    def test_site_open_already(self, stock: Stock) -> None:
        assert stock.refusal(opening(stock, to=SITE)) == Refusal("StockLedgerSiteAlreadyOpen", (SITE,))

    def test_site_closed(self, stock: Stock) -> None:
        close = stock.world.directory.functions.closeSite(FRESH_SITE, SECOND_SITE, COUNTRY)
        stock.chain.send(close, stock.world.root)
        assert stock.refusal(opening(stock, LINE)) == Refusal(
            "StockLedgerSiteClosed", (FRESH_SITE, SECOND_SITE)
        )
        assert stock.refusal(opening(stock)) == Refusal("StockLedgerSiteClosed", (FRESH_SITE, SECOND_SITE))

    def test_without_approver(self, stock: Stock) -> None:
        act = opening(stock, LINE, approver=None)
        assert stock.refusal(act) == Refusal("StockLedgerConsentMissing", (Role.APPROVER,))

    def test_approver_elsewhere(self, stock: Stock) -> None:
        act = opening(stock, LINE, approver=OTHER_APPROVER)
        assert stock.refusal(act) == Refusal("StockLedgerGrantElsewhere", (OTHER_DISTRICT, FRESH_SITE))

    def test_keeper_elsewhere(self, stock: Stock) -> None:
        act = opening(stock, LINE, sender=OTHER_KEEPER)
        assert stock.refusal(act) == Refusal("StockLedgerGrantElsewhere", (OTHER_COMMUNITY, FRESH_SITE))

    @pytest.mark.parametrize("field", ["from", "qualification", "deadline"])
    def test_field_without_meaning(self, stock: Stock, field: str) -> None:
        act = opening(stock, LINE, **{"from_" if field == "from" else field: 7})
        name = field.encode().ljust(32, b"\0")
        assert stock.refusal(act) == Refusal("StockLedgerFieldNotZero", (name,))

    def test_lot_of_other_attributes(self, stock: Stock) -> None:
        head, *rest = OpeningLine(RICE, 5).words()
        act = opening(stock, words=join_words((head ^ 1 << 96, *rest)))
        wrong = RICE.lot_id ^ 1
        assert stock.refusal(act) == Refusal("StockLedgerLotMismatch", (wrong, RICE.lot_id))

    @pytest.mark.parametrize("made", [NO_END - SHELF_LIFE, NO_END - SHELF_LIFE + 1, NO_END])
    def test_made_so_late_that_the_shelf_life_ends_on_no_day(self, stock: Stock, made: int) -> None:
        goods = replace(NEW, made=made)
        expected = Refusal("StockLedgerMadeTooLate", (goods.lot_id, made, SHELF_LIFE))
        assert stock.refusal(opening(stock, OpeningLine(goods, 5))) == expected

    def test_made_on_the_last_day_that_is_one(self, stock: Stock) -> None:
        goods = replace(NEW, made=NO_END - SHELF_LIFE - 1)
        stock.enter(opening(stock, OpeningLine(goods, 5)))
        assert stock.word("lot", goods.lot_id) == lot_word(goods, NO_END - 1, site=FRESH_SITE)

    def test_item_unknown(self, stock: Stock) -> None:
        act = opening(stock, OpeningLine(LotAttributes(item=UNKNOWN_ITEM, source=DONOR), 1))
        assert stock.refusal(act) == Refusal("StockLedgerItemUnknown", (UNKNOWN_ITEM,))

    @pytest.mark.parametrize("bit", [63, 70, 79])
    def test_spare_bits_of_the_head(self, stock: Stock, bit: int) -> None:
        head, *rest = LINE.words()
        act = opening(stock, words=join_words((head | 1 << bit, *rest)))
        assert stock.refusal(act) == Refusal("StockLedgerLineMalformed", (0,))

    @pytest.mark.parametrize("bit", [0, 1, 64, 127])
    def test_spare_bits_of_the_attributes(self, stock: Stock, bit: int) -> None:
        # Bit 0 asks for a lot of the line's own, which only a receipt has.
        head, attributes, *rest = LINE.words()
        act = opening(stock, words=join_words((head, attributes | 1 << bit, *rest)))
        assert stock.refusal(act) == Refusal("StockLedgerLineMalformed", (0,))

    def test_quantity_zero(self, stock: Stock) -> None:
        rows = sorted([OpeningLine(RICE, 5).words(), OpeningLine(OLD, 5).words()])
        words = (*rows[0], rows[1][0] - 5, *rows[1][1:])
        assert stock.refusal(opening(stock, words=join_words(words))) == Refusal(
            "StockLedgerLineMalformed", (4,)
        )

    def test_lines_descending(self, stock: Stock) -> None:
        rows = sorted([OpeningLine(RICE, 5).words(), OpeningLine(OLD, 5).words()], reverse=True)
        act = opening(stock, words=join_words((*rows[0], *rows[1])))
        assert stock.refusal(act) == Refusal("StockLedgerLinesNotAscending", (4,))

    def test_line_twice(self, stock: Stock) -> None:
        act = opening(stock, words=join_words((*LINE.words(), *LINE.words())))
        assert stock.refusal(act) == Refusal("StockLedgerLinesNotAscending", (4,))

    @pytest.mark.parametrize("words", [1, 3, 5, 7])
    def test_lines_incomplete(self, stock: Stock, words: int) -> None:
        act = opening(stock, words=join_words((LINE.words() * 2)[:words]))
        assert stock.refusal(act) == Refusal("StockLedgerLinesIncomplete", (words,))


class TestRecorded:
    def test_without_lines(self, stock: Stock) -> None:
        event = stock.record(opening(stock))
        assert event.to_journal & (1 << 64) - 1 == 1

    def test_new_lots_are_released_and_known_ones_stay(self, stock: Stock) -> None:
        printed = LotAttributes(item=PACK, source=DONOR, made=FIRST_DAY - 5, expires=FIRST_DAY + 9)
        endless = LotAttributes(item=GRAIN, source=DONOR, batch=bytes(31) + b"\1")
        undated = LotAttributes(item=PACK, source=DONOR)
        act = opening(
            stock,
            *(OpeningLine(NEW, 7), OpeningLine(printed, 8), OpeningLine(endless, 9), OpeningLine(undated, 3)),
            *(OpeningLine(MASKS, 11), OpeningLine(OLD, 2)),
        )
        stock.record(
            act,
            {
                ("balance", FRESH_SITE, NEW.lot_id): 7,
                ("balance", FRESH_SITE, printed.lot_id): 8,
                ("balance", FRESH_SITE, endless.lot_id): 9,
                ("balance", FRESH_SITE, undated.lot_id): 3,
                ("balance", FRESH_SITE, MASKS.lot_id): 11,
                ("balance", FRESH_SITE, OLD.lot_id): 2,
                ("lot", NEW.lot_id): lot_word(NEW, FIRST_DAY - 5 + SHELF_LIFE, site=FRESH_SITE),
                ("lot", printed.lot_id): lot_word(printed, FIRST_DAY + 9, site=FRESH_SITE),
                ("lot", endless.lot_id): lot_word(endless, site=FRESH_SITE),
                ("lot", undated.lot_id): lot_word(undated, site=FRESH_SITE),
            },
        )
        # Known lots keep the word that their first document gave them.
        assert stock.word("lot", MASKS.lot_id) == lot_word(MASKS, FIRST_DAY - 10 + SHELF_LIFE)
        assert stock.word("lot", OLD.lot_id) == lot_word(OLD, FIRST_DAY - 1)

    def test_lines_of_one_lot_with_two_reasons_add_up(self, stock: Stock) -> None:
        act = opening(stock, OpeningLine(RICE, 5, 1), OpeningLine(RICE, 6, 2))
        stock.record(act, {("balance", FRESH_SITE, RICE.lot_id): 11})

    def test_years_old(self, stock: Stock) -> None:
        act = opening(stock, LINE, occurred_at=Timestamp(1_600_000_000))
        event = stock.record(act, {("balance", FRESH_SITE, RICE.lot_id): 5})
        assert event.is_late
        assert event.recorded_at > event.occurred_at.end + L

    def test_never_improves_the_status_of_a_lot(self, stock: Stock) -> None:
        from ledger_client.lines import Line

        stock.enter(stock.act(Kind.RECALL, Line(RICE.lot_id)))
        stock.record(opening(stock, LINE), {("balance", FRESH_SITE, RICE.lot_id): 5})
        assert stock.word("lot", RICE.lot_id) == lot_word(RICE, status=2)

    def test_signed_on_grants_of_any_level_above_the_site(self, stock: Stock) -> None:
        world = stock.world
        keeper = world.new_actor("keeper of the district", Role.KEEPER, DISTRICT)
        approver = world.new_actor("approver of the community", Role.APPROVER, COMMUNITY)
        sender = replace(stock.parties[Kind.OPENING][0], actor=keeper, division=DISTRICT)
        act = opening(stock, sender=sender, approver=replace(APPROVER, actor=approver, division=COMMUNITY))
        stock.record(act)

    def test_only_once(self, stock: Stock) -> None:
        stock.record(opening(stock))
        assert stock.refusal(opening(stock)) == Refusal("StockLedgerSiteAlreadyOpen", (FRESH_SITE,))

    def test_a_closed_site_stays_open_for_what_leaves_it(self, stock: Stock) -> None:
        assert stock.word("siteJournal", CLOSED_SITE) & (1 << 64) - 1 == 1
