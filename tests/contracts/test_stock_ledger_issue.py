"""Issues to consignees, and hand-overs from site to site at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chain import Refusal
from stock import L, Stock
from stock_world import (
    APPROVER,
    CITY_APPROVER,
    CLOSED_SITE,
    COUNTRY_APPROVER,
    FAR_APPROVER,
    FAR_KEEPER,
    FAR_SITE,
    FRESH_SITE,
    KEEPER,
    MASKS,
    OTHER_APPROVER,
    OTHER_KEEPER,
    PIECES,
    PROVINCE_APPROVER,
    RICE,
    SECOND_KEEPER,
    UNKNOWN_SITE,
)
from world import COMMUNITY, CONSIGNEE, COUNTRY, DISPOSAL_SITE, OTHER_COMMUNITY, OTHER_SITE, SECOND_SITE, SITE

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line, OpeningLine
from ledger_client.roles import Role
from ledger_client.words import join_words

UNKNOWN_LOT = 77
OUTGOING = (Kind.ISSUE, Kind.HAND_OVER, Kind.DISPATCH, Kind.WRITE_OFF)
HELD_HERE = 1 << 63


def bytes32(name: str) -> bytes:
    return name.encode().ljust(32, b"\0")


@pytest.mark.parametrize("kind", OUTGOING)
class TestWhatGoesOutIsRefused:
    def test_more_than_there_is(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, Line(RICE.lot_id, 1_001))
        expected = Refusal("StockLedgerStockInsufficient", (SITE, RICE.lot_id, 1_000, 1_001))
        assert stock.refusal(act) == expected

    def test_what_was_never_there(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, Line(MASKS.lot_id, 1), from_=CLOSED_SITE)
        expected = Refusal("StockLedgerStockInsufficient", (CLOSED_SITE, MASKS.lot_id, 0, 1))
        assert stock.refusal(act) == expected

    def test_lot_unknown(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, Line(UNKNOWN_LOT, 1))
        if kind is Kind.WRITE_OFF:  # which looks at no lot, since any may be written off
            expected = Refusal("StockLedgerStockInsufficient", (SITE, UNKNOWN_LOT, 0, 1))
        else:
            expected = Refusal("StockLedgerLotUnknown", (UNKNOWN_LOT,))
        assert stock.refusal(act) == expected

    def test_quantity_zero(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, words=join_words(Line(RICE.lot_id, 0).words()))
        assert stock.refusal(act) == Refusal("StockLedgerLineMalformed", (0,))

    @pytest.mark.parametrize("bit", [63, 71, 79])
    def test_spare_bits(self, stock: Stock, kind: Kind, bit: int) -> None:
        act = stock.act(kind, words=join_words((Line(RICE.lot_id, 1).words()[0] | 1 << bit,)))
        assert stock.refusal(act) == Refusal("StockLedgerLineMalformed", (0,))

    def test_second_line_malformed(self, stock: Stock, kind: Kind) -> None:
        first, second = sorted((RICE.lot_id, PIECES.lot_id))
        words = (*Line(first, 1).words(), *Line(second, 0).words())
        assert stock.refusal(stock.act(kind, words=join_words(words))) == Refusal(
            "StockLedgerLineMalformed", (1,)
        )

    def test_descending(self, stock: Stock, kind: Kind) -> None:
        second, first = sorted((RICE.lot_id, PIECES.lot_id))
        words = (*Line(first, 1).words(), *Line(second, 1).words())
        assert stock.refusal(stock.act(kind, words=join_words(words))) == Refusal(
            "StockLedgerLinesNotAscending", (1,)
        )

    def test_line_twice(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, words=join_words(Line(RICE.lot_id, 1).words() * 2))
        assert stock.refusal(act) == Refusal("StockLedgerLinesNotAscending", (1,))

    def test_no_lines(self, stock: Stock, kind: Kind) -> None:
        assert stock.refusal(stock.act(kind)) == Refusal("StockLedgerLinesIncomplete", (0,))

    @pytest.mark.parametrize("site", [FRESH_SITE, UNKNOWN_SITE, 0, SITE + 2**64, SITE + 2**255])
    def test_site_not_open(self, stock: Stock, kind: Kind, site: int) -> None:
        act = stock.act(kind, Line(RICE.lot_id, 1), from_=site)
        assert stock.refusal(act) == Refusal("StockLedgerSiteNotOpen", (site,))

    def test_qualification_is_none(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, Line(RICE.lot_id, 1), qualification=1)
        assert stock.refusal(act) == Refusal("StockLedgerFieldNotZero", (bytes32("qualification"),))

    def test_keeper_elsewhere(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, Line(RICE.lot_id, 1), sender=OTHER_KEEPER)
        assert stock.refusal(act) == Refusal("StockLedgerGrantElsewhere", (OTHER_COMMUNITY, SITE))


class TestIssueRefused:
    def test_consignee_unknown(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(RICE.lot_id, 1), to=5)
        assert stock.refusal(act) == Refusal("DirectoryConsigneeUnknown", (5,))

    @pytest.mark.parametrize("consignee", [2**160, CONSIGNEE + 2**160])
    def test_consignee_of_more_than_160_bits(self, stock: Stock, consignee: int) -> None:
        act = stock.act(Kind.ISSUE, Line(RICE.lot_id, 1), to=consignee)
        assert stock.refusal(act) == Refusal("StockLedgerPartyInvalid", (consignee,))

    def test_no_consignee(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(RICE.lot_id, 1), to=0)
        assert stock.refusal(act) == Refusal("StockLedgerPartyInvalid", (0,))

    def test_consignee_closed(self, stock: Stock) -> None:
        close = stock.world.directory.functions.closeConsignee(CONSIGNEE, COUNTRY)
        stock.chain.send(close, stock.world.root)
        act = stock.act(Kind.ISSUE, Line(RICE.lot_id, 1))
        assert stock.refusal(act) == Refusal("DirectoryConsigneeClosed", (CONSIGNEE,))

    def test_deadline_is_none(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(RICE.lot_id, 1), deadline=1)
        assert stock.refusal(act) == Refusal("StockLedgerFieldNotZero", (bytes32("deadline"),))

    def test_two_lines_of_one_lot_exceed_together(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(RICE.lot_id, 600, 1), Line(RICE.lot_id, 401, 2))
        expected = Refusal("StockLedgerStockInsufficient", (SITE, RICE.lot_id, 400, 401))
        assert stock.refusal(act) == expected


class TestIssue:
    def test_of_two_lots_with_reasons(self, stock: Stock) -> None:
        lines = (Line(RICE.lot_id, 100, 1), Line(RICE.lot_id, 900, 2), Line(MASKS.lot_id, 1))
        changes = {("balance", SITE, RICE.lot_id): 0, ("balance", SITE, MASKS.lot_id): 99}
        event = stock.record(stock.act(Kind.ISSUE, *lines, reason=12), changes)
        assert event.to_journal == 0

    def test_from_a_closed_site(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(RICE.lot_id, 50), from_=CLOSED_SITE)
        stock.record(act, {("balance", CLOSED_SITE, RICE.lot_id): 0})

    def test_with_an_approver_whom_nobody_asked_for(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(RICE.lot_id, 1), approver=APPROVER)
        stock.record(act, {("balance", SITE, RICE.lot_id): 999})

    def test_late(self, stock: Stock) -> None:
        long_ago = Timestamp(stock.chain.now - 2 * L)
        act = stock.act(Kind.ISSUE, Line(RICE.lot_id, 1), occurred_at=long_ago, approver=APPROVER)
        assert stock.record(act, {("balance", SITE, RICE.lot_id): 999}).is_late


class TestHandOverRefused:
    def act(self, stock: Stock, **fields: object):
        return stock.act(Kind.HAND_OVER, Line(RICE.lot_id, 1), **fields)

    def test_to_itself(self, stock: Stock) -> None:
        assert stock.refusal(self.act(stock, to=SITE)) == Refusal("StockLedgerSameSite", (SITE,))

    @pytest.mark.parametrize("site", [FRESH_SITE, UNKNOWN_SITE, 0, SECOND_SITE + 2**64])
    def test_receiver_not_open(self, stock: Stock, site: int) -> None:
        assert stock.refusal(self.act(stock, to=site)) == Refusal("StockLedgerSiteNotOpen", (site,))

    def test_receiver_closed(self, stock: Stock) -> None:
        expected = Refusal("StockLedgerSiteClosed", (CLOSED_SITE, SECOND_SITE))
        assert stock.refusal(self.act(stock, to=CLOSED_SITE)) == expected

    def test_without_the_receiver(self, stock: Stock) -> None:
        expected = Refusal("StockLedgerConsentMissing", (Role.KEEPER,))
        assert stock.refusal(self.act(stock, other=None)) == expected

    def test_one_keeper_for_both(self, stock: Stock) -> None:
        expected = Refusal("StockLedgerSignerRepeated", (KEEPER.address,))
        assert stock.refusal(self.act(stock, other=KEEPER)) == expected

    def test_receivers_keeper_elsewhere(self, stock: Stock) -> None:
        expected = Refusal("StockLedgerGrantElsewhere", (OTHER_COMMUNITY, SECOND_SITE))
        assert stock.refusal(self.act(stock, other=OTHER_KEEPER)) == expected

    def test_approver_for_the_receivers_keeper(self, stock: Stock) -> None:
        arguments = (APPROVER.address, Role.KEEPER, APPROVER.division, 0)
        assert stock.refusal(self.act(stock, other=APPROVER)) == Refusal("DirectoryGrantMissing", arguments)

    def test_balance_overflows(self, stock: Stock) -> None:
        opening = OpeningLine(RICE, 2**63 - 1)
        stock.enter(stock.act(Kind.OPENING, opening, to=FRESH_SITE))
        expected = Refusal("StockLedgerBalanceOverflow", (FRESH_SITE, RICE.lot_id))
        assert stock.refusal(self.act(stock, to=FRESH_SITE)) == expected

    def test_balance_overflows_by_half_of_what_is_there(self, stock: Stock) -> None:
        opening = OpeningLine(RICE, 2**63 - 1)
        stock.enter(stock.act(Kind.OPENING, opening, to=FRESH_SITE))
        act = stock.act(Kind.HAND_OVER, Line(RICE.lot_id, 500), to=FRESH_SITE)
        assert stock.refusal(act) == Refusal("StockLedgerBalanceOverflow", (FRESH_SITE, RICE.lot_id))


@pytest.mark.parametrize("kind", [Kind.HAND_OVER, Kind.DISPATCH])
class TestLeavingTheDistrict:
    """An approver above both sites signs what leaves a district; inside it goods move sideways."""

    PLACES = (
        (OTHER_SITE, OTHER_KEEPER, (APPROVER, OTHER_APPROVER), (CITY_APPROVER, PROVINCE_APPROVER)),
        (FAR_SITE, FAR_KEEPER, (APPROVER, PROVINCE_APPROVER, FAR_APPROVER), (COUNTRY_APPROVER,)),
    )

    def act(self, stock: Stock, kind: Kind, place: int, **fields: object):
        site, keeper, *_ = self.PLACES[place]
        other = keeper if kind is Kind.HAND_OVER else None
        return stock.act(kind, Line(MASKS.lot_id, 7), to=site, other=other, **fields)

    @pytest.mark.parametrize("place", [0, 1])
    def test_without_approver(self, stock: Stock, kind: Kind, place: int) -> None:
        expected = Refusal("StockLedgerConsentMissing", (Role.APPROVER,))
        assert stock.refusal(self.act(stock, kind, place)) == expected

    @pytest.mark.parametrize("place", [0, 1])
    def test_approver_of_one_side(self, stock: Stock, kind: Kind, place: int) -> None:
        site = self.PLACES[place][0]
        for approver in self.PLACES[place][2]:
            refusal = stock.refusal(self.act(stock, kind, place, approver=approver))
            inside = str(SITE).startswith(str(approver.division))
            expected = (approver.division, site if inside else SITE)
            assert refusal == Refusal("StockLedgerGrantElsewhere", expected), approver.actor.name

    @pytest.mark.parametrize("place", [0, 1])
    def test_approver_above_both(self, stock: Stock, kind: Kind, place: int) -> None:
        for approver in self.PLACES[place][3]:
            act = self.act(stock, kind, place, approver=approver)
            assert stock.chain.ask(stock.call(act), act.sender.actor) == act.key, approver.actor.name

    def test_inside_the_district_nobody_above_is_asked(self, stock: Stock, kind: Kind) -> None:
        other = SECOND_KEEPER if kind is Kind.HAND_OVER else None
        act = stock.act(kind, Line(MASKS.lot_id, 7), other=other)
        assert stock.chain.ask(stock.call(act), act.sender.actor) == act.key


class TestHandOver:
    def test_inside_the_district(self, stock: Stock) -> None:
        act = stock.act(
            Kind.HAND_OVER, Line(RICE.lot_id, 30, 1), Line(RICE.lot_id, 5, 2), Line(MASKS.lot_id, 100)
        )
        changes = {
            ("balance", SITE, RICE.lot_id): 965,
            ("balance", SECOND_SITE, RICE.lot_id): 35,
            ("balance", SITE, MASKS.lot_id): 0,
            ("balance", SECOND_SITE, MASKS.lot_id): 100,
        }
        stock.record(act, changes)

    def test_to_another_district(self, stock: Stock) -> None:
        act = stock.act(
            Kind.HAND_OVER, Line(MASKS.lot_id, 7), to=OTHER_SITE, other=OTHER_KEEPER, approver=CITY_APPROVER
        )
        changes = {("balance", SITE, MASKS.lot_id): 93, ("balance", OTHER_SITE, MASKS.lot_id): 12}
        stock.record(act, changes)

    def test_the_receivers_hold_stays(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.HOLD, Line(MASKS.lot_id), from_=SECOND_SITE))
        changes = {("balance", SITE, MASKS.lot_id): 93, ("balance", SECOND_SITE, MASKS.lot_id): 7 | HELD_HERE}
        stock.record(stock.act(Kind.HAND_OVER, Line(MASKS.lot_id, 7)), changes)

    def test_from_a_closed_site(self, stock: Stock) -> None:
        act = stock.act(Kind.HAND_OVER, Line(RICE.lot_id, 50), from_=CLOSED_SITE)
        changes = {("balance", CLOSED_SITE, RICE.lot_id): 0, ("balance", SECOND_SITE, RICE.lot_id): 50}
        stock.record(act, changes)

    def test_to_a_disposal_site_of_what_may_be_used(self, stock: Stock) -> None:
        act = stock.act(
            *(Kind.HAND_OVER, Line(RICE.lot_id, 1)),
            to=DISPOSAL_SITE,
            other=OTHER_KEEPER,
            approver=CITY_APPROVER,
        )
        changes = {("balance", SITE, RICE.lot_id): 999, ("balance", DISPOSAL_SITE, RICE.lot_id): 1}
        stock.record(act, changes)

    def test_the_receivers_keeper_may_send_nothing(self, stock: Stock) -> None:
        keeper = stock.world.new_actor("keeper of another community", Role.KEEPER, OTHER_COMMUNITY)
        party = replace(KEEPER, actor=keeper, division=COMMUNITY)
        act = stock.act(Kind.HAND_OVER, Line(RICE.lot_id, 1), sender=party)
        assert stock.refusal(act) == party.missing()
