"""Release, hold, recall and lift: whether a lot may be used, at a site or everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from chain import Refusal
from stock import Act, Stock
from stock_stages import staged
from stock_world import (
    APPROVER,
    CLOSED_SITE,
    DONOR,
    DUMP,
    FIRST_DAY,
    FRESH_SITE,
    GRAIN,
    ISSUING,
    KEEPER,
    MASKS,
    NOODLES,
    OLD,
    OTHER_APPROVER,
    OTHER_ISSUING,
    PIECES,
    PROVINCE_AUTHORITY,
    RICE,
    ROOT,
    SECOND_APPROVER,
    SHELF_LIFE,
    lot_word,
)
from world import CATEGORY, ISSUER, OTHER_DISTRICT, SECOND_SITE, SITE

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line, LotAttributes, ReceiptLine, RepackLine
from ledger_client.roles import Role
from ledger_client.words import LotStatus, VerdictStatus, join_words

HELD_HERE = 1 << 63
HELD, RECALLED = LotStatus.HELD, LotStatus.RECALLED
UNKNOWN_LOT = 77
GIFT = LotAttributes(item=GRAIN, source=DONOR)
STATUS_KINDS = (Kind.RELEASE, Kind.HOLD, Kind.RECALL, Kind.LIFT)
USES = (Kind.ISSUE, Kind.HAND_OVER, Kind.DISPATCH, Kind.REPACK)


def donated(stock: Stock, units: int = 5) -> int:
    """Receive a donation, and return its lot, which is created held."""
    act = stock.act(Kind.RECEIPT, from_=DONOR, other=None, qualification=0)
    line = ReceiptLine(GIFT.owned_by(act.key, 0), units)
    stock.enter(act.saying(lines=join_words(line.words())))
    return line.attributes.lot_id


def use(stock: Stock, kind: Kind, lot: int) -> Act:
    """An act of `kind` that takes one base unit of a lot."""
    if kind is Kind.REPACK:
        return stock.act(kind, RepackLine(lot, 1, NOODLES, 1))
    return stock.act(kind, Line(lot, 1))


class TestRefused:
    @pytest.mark.parametrize("kind", STATUS_KINDS)
    def test_lot_unknown(self, stock: Stock, kind: Kind) -> None:
        assert stock.refusal(stock.act(kind, Line(UNKNOWN_LOT))) == Refusal(
            "StockLedgerLotUnknown", (UNKNOWN_LOT,)
        )

    @pytest.mark.parametrize("kind", STATUS_KINDS)
    def test_quantity(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, words=join_words(Line(RICE.lot_id, 1).words()))
        assert stock.refusal(act) == Refusal("StockLedgerLineMalformed", (0,))

    @pytest.mark.parametrize("kind", STATUS_KINDS)
    def test_no_lines(self, stock: Stock, kind: Kind) -> None:
        assert stock.refusal(stock.act(kind)) == Refusal("StockLedgerLinesIncomplete", (0,))

    @pytest.mark.parametrize("kind", STATUS_KINDS)
    def test_without_a_reason(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind).saying(reason=0)
        assert stock.refusal(act) == Refusal("StockLedgerReasonMissing", (kind,))
        line = Line(int.from_bytes(act.document.lines[:20], "big"), 0, 7)
        in_the_line = act.saying(lines=join_words(line.words()))
        assert stock.refusal(in_the_line) == Refusal("StockLedgerReasonMissing", (kind,))

    @pytest.mark.parametrize("kind", STATUS_KINDS)
    def test_lot_twice_although_with_two_reasons(self, stock: Stock, kind: Kind) -> None:
        if kind in (Kind.RELEASE, Kind.LIFT):
            stock.enter(stock.act(Kind.HOLD if kind is Kind.RELEASE else Kind.RECALL, Line(RICE.lot_id)))
        words = join_words((*Line(RICE.lot_id, 0, 1).words(), *Line(RICE.lot_id, 0, 2).words()))
        assert stock.refusal(stock.act(kind, words=words)).name == "StockLedgerLinesNotAscending"

    @pytest.mark.parametrize("kind", STATUS_KINDS)
    @pytest.mark.parametrize("field", ["to", "qualification", "deadline"])
    def test_field_without_meaning(self, stock: Stock, kind: Kind, field: str) -> None:
        act = stock.act(kind, Line(RICE.lot_id), **{field: SECOND_SITE})
        assert stock.refusal(act) == Refusal("StockLedgerFieldNotZero", (field.encode().ljust(32, b"\0"),))

    @pytest.mark.parametrize("kind", [Kind.RELEASE, Kind.HOLD])
    def test_site_not_open(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, Line(RICE.lot_id), from_=FRESH_SITE)
        assert stock.refusal(act) == Refusal("StockLedgerSiteNotOpen", (FRESH_SITE,))

    @pytest.mark.parametrize("kind", [Kind.RELEASE, Kind.HOLD])
    def test_keeper(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, Line(RICE.lot_id), sender=KEEPER)
        arguments = (KEEPER.address, Role.APPROVER, KEEPER.division, 0)
        assert stock.refusal(act) == Refusal("DirectoryGrantMissing", arguments)

    @pytest.mark.parametrize("kind", [Kind.RELEASE, Kind.HOLD])
    def test_approver_elsewhere(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, Line(RICE.lot_id), sender=OTHER_APPROVER)
        assert stock.refusal(act) == Refusal("StockLedgerGrantElsewhere", (OTHER_DISTRICT, SITE))

    def test_release_of_what_is_not_held(self, stock: Stock) -> None:
        act = stock.act(Kind.RELEASE, Line(RICE.lot_id))
        assert stock.refusal(act) == Refusal("StockLedgerLotNotHeld", (RICE.lot_id,))

    def test_release_of_what_is_held_at_another_site(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.HOLD, Line(RICE.lot_id)))
        act = stock.act(Kind.RELEASE, Line(RICE.lot_id), from_=SECOND_SITE)
        assert stock.refusal(act) == Refusal("StockLedgerLotNotHeld", (RICE.lot_id,))

    def test_release_of_what_another_site_created_held(self, stock: Stock) -> None:
        lot = donated(stock)
        act = stock.act(Kind.RELEASE, Line(lot), from_=SECOND_SITE)
        assert stock.refusal(act) == Refusal("StockLedgerLotNotHeld", (lot,))

    def test_release_does_not_lift_a_recall(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.RECALL, Line(RICE.lot_id)))
        act = stock.act(Kind.RELEASE, Line(RICE.lot_id))
        assert stock.refusal(act) == Refusal("StockLedgerLotNotHeld", (RICE.lot_id,))

    def test_hold_of_what_is_held_here(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.HOLD, Line(RICE.lot_id)))
        again = stock.act(Kind.HOLD, Line(RICE.lot_id))
        assert stock.refusal(again) == Refusal("StockLedgerLotHeldHere", (SITE, RICE.lot_id))

    def test_recall_of_what_is_recalled(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.RECALL, Line(RICE.lot_id)))
        again = stock.act(Kind.RECALL, Line(RICE.lot_id))
        assert stock.refusal(again) == Refusal("StockLedgerLotRecalled", (RICE.lot_id,))

    def test_lift_of_what_is_not_recalled(self, stock: Stock) -> None:
        lot = donated(stock)
        assert stock.refusal(stock.act(Kind.LIFT, Line(lot))) == Refusal("StockLedgerLotNotHeld", (lot,))


@pytest.mark.parametrize("kind", [Kind.RECALL, Kind.LIFT])
class TestRecallRefused:
    def act(self, stock: Stock, kind: Kind, lot: int = MASKS.lot_id, **fields: Any) -> Act:
        if kind is Kind.LIFT:
            stock.enter(stock.act(Kind.RECALL, Line(lot)))
        return stock.act(kind, Line(lot), **fields)

    def test_authority_below_the_root(self, stock: Stock, kind: Kind) -> None:
        act = self.act(stock, kind, sender=PROVINCE_AUTHORITY)
        expected = Refusal("DirectoryGrantMissing", (PROVINCE_AUTHORITY.address, Role.AUTHORITY, 0, 0))
        assert stock.refusal(act) == expected

    def test_issuer_for_an_authority(self, stock: Stock, kind: Kind) -> None:
        act = self.act(stock, kind, sender=ISSUING)
        assert stock.refusal(act) == Refusal("DirectoryGrantMissing", (ISSUING.address, Role.AUTHORITY, 0, 0))

    def test_authority_for_an_issuer(self, stock: Stock, kind: Kind) -> None:
        act = self.act(stock, kind, from_=ISSUER)
        assert stock.refusal(act) == Refusal("DirectoryGrantMissing", (ROOT.address, Role.ISSUER, 0, ISSUER))

    def test_issuer_for_another(self, stock: Stock, kind: Kind) -> None:
        act = self.act(stock, kind, from_=ISSUER, sender=OTHER_ISSUING)
        arguments = (OTHER_ISSUING.address, Role.ISSUER, 0, ISSUER)
        assert stock.refusal(act) == Refusal("DirectoryGrantMissing", arguments)

    def test_issuer_of_more_than_160_bits(self, stock: Stock, kind: Kind) -> None:
        act = self.act(stock, kind, from_=ISSUER + 2**160, sender=ISSUING)
        assert stock.refusal(act) == Refusal("StockLedgerPartyInvalid", (ISSUER + 2**160,))

    def test_issuer_not_accredited_now(self, stock: Stock, kind: Kind) -> None:
        act = self.act(stock, kind, from_=ISSUER, sender=ISSUING)
        suspend = stock.world.registry.functions.suspendAccreditation(ISSUER, CATEGORY, 1, stock.chain.now)
        stock.chain.send(suspend, ROOT.actor)
        arguments = (ISSUER, CATEGORY, VerdictStatus.SUSPENDED)
        assert stock.refusal(act) == Refusal("SupplierRegistryNotAccredited", arguments)

    def test_issuer_for_goods_that_need_no_qualification(self, stock: Stock, kind: Kind) -> None:
        act = self.act(stock, kind, RICE.lot_id, from_=ISSUER, sender=ISSUING)
        arguments = (ISSUER, 0, VerdictStatus.UNKNOWN)
        assert stock.refusal(act) == Refusal("SupplierRegistryNotAccredited", arguments)

    def test_issuer_for_one_lot_of_two(self, stock: Stock, kind: Kind) -> None:
        if kind is Kind.LIFT:
            stock.enter(stock.act(Kind.RECALL, Line(MASKS.lot_id), Line(RICE.lot_id)))
        act = stock.act(kind, Line(MASKS.lot_id), Line(RICE.lot_id), from_=ISSUER, sender=ISSUING)
        assert stock.refusal(act).name == "SupplierRegistryNotAccredited"


class TestHeldOrRecalledOrExpired:
    """Threat 22 and 5: what must not be used is not used, and leaves by other ways."""

    def forbid(self, stock: Stock, how: str) -> tuple[int, Refusal]:
        if how == "created held":
            lot = donated(stock)
            return lot, Refusal("StockLedgerLotHeld", (lot,))
        if how == "expired":
            return OLD.lot_id, Refusal("StockLedgerLotExpired", (OLD.lot_id, FIRST_DAY - 1))
        lot = RICE.lot_id
        stock.enter(stock.act(Kind.RECALL if how == "recalled" else Kind.HOLD, Line(lot)))
        if how == "recalled":
            return lot, Refusal("StockLedgerLotRecalled", (lot,))
        return lot, Refusal("StockLedgerLotHeldHere", (SITE, lot))

    @pytest.mark.parametrize("kind", USES)
    @pytest.mark.parametrize("how", ["created held", "held here", "recalled", "expired"])
    def test_is_not_used(self, stock: Stock, kind: Kind, how: str) -> None:
        lot, expected = self.forbid(stock, how)
        assert stock.refusal(use(stock, kind, lot)) == expected

    @pytest.mark.parametrize("how", ["created held", "held here", "recalled", "expired"])
    def test_is_written_off(self, stock: Stock, how: str) -> None:
        lot, _ = self.forbid(stock, how)
        word = stock.balance(SITE, lot)
        stock.record(stock.act(Kind.WRITE_OFF, Line(lot, 3)), {("balance", SITE, lot): word - 3})

    @pytest.mark.parametrize("how", ["created held", "held here", "recalled", "expired"])
    def test_goes_to_a_disposal_site_by_dispatch_only(self, stock: Stock, how: str) -> None:
        lot, expected = self.forbid(stock, how)
        word = stock.balance(SITE, lot)
        hand_over = stock.act(Kind.HAND_OVER, Line(lot, 1), to=DUMP)
        assert stock.refusal(hand_over) == expected
        stock.enter(stock.act(Kind.DISPATCH, Line(lot, 5), to=DUMP))
        assert stock.balance(SITE, lot) == word - 5

    @pytest.mark.parametrize(("days", "refused"), [(0, False), (1, True)])
    def test_use_until_is_the_last_day_at_the_ledgers_offset(
        self, stock: Stock, days: int, refused: bool
    ) -> None:
        last = FIRST_DAY + 300  # of the noodles
        stock.chain.travel_to((last + days) * 86_400 - 28_800 + (0 if refused else 86_399))
        refusal = Refusal("StockLedgerLotExpired", (NOODLES.lot_id, last))
        act = use(stock, Kind.ISSUE, NOODLES.lot_id)
        if refused:
            assert stock.refusal(act) == refusal
        else:
            assert stock.chain.ask(stock.call(act), KEEPER.actor) == act.key

    def test_shelf_life_from_the_day_of_making(self, stock: Stock) -> None:
        last = FIRST_DAY - 10 + SHELF_LIFE
        stock.chain.travel_to((last + 1) * 86_400 - 28_800)
        refusal = Refusal("StockLedgerLotExpired", (MASKS.lot_id, last))
        assert stock.refusal(use(stock, Kind.ISSUE, MASKS.lot_id)) == refusal

    def test_late_expiry_is_judged_when_it_occurred(self, stock: Stock) -> None:
        day = Timestamp((FIRST_DAY - 20) * 86_400 - 28_800, is_day_only=True)
        act = stock.act(Kind.ISSUE, Line(OLD.lot_id, 1), occurred_at=day, approver=APPROVER)
        stock.record(act, {("balance", SITE, OLD.lot_id): 9})

    def test_late_status_is_judged_now(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.HOLD, Line(RICE.lot_id)))
        long_ago = Timestamp(stock.chain.now - 30 * 86_400)
        act = stock.act(Kind.ISSUE, Line(RICE.lot_id, 1), occurred_at=long_ago, approver=APPROVER)
        assert stock.refusal(act) == Refusal("StockLedgerLotHeldHere", (SITE, RICE.lot_id))

    @pytest.mark.parametrize("how", ["created held", "held here", "recalled"])
    @pytest.mark.parametrize("kind", [Kind.ISSUE, Kind.HAND_OVER, Kind.DISPATCH])
    @pytest.mark.parametrize("seconds", [0, 57_599, 57_600])
    def test_late_since_the_first_day_of_all(self, stock: Stock, how: str, kind: Kind, seconds: int) -> None:
        # Day 0 is no day, which must not be taken for goods whose status does not matter.
        lot, expected = self.forbid(stock, how)
        act = use(stock, kind, lot).saying(occurred_at=Timestamp(seconds)).but(approver=APPROVER)
        assert stock.refusal(act) == expected


class TestRecorded:
    def test_hold(self, stock: Stock) -> None:
        act = stock.act(Kind.HOLD, Line(RICE.lot_id, 0, 4), Line(PIECES.lot_id), reason=2)
        changes = {
            ("balance", SITE, RICE.lot_id): 1_000 | HELD_HERE,
            ("balance", SITE, PIECES.lot_id): 200 | HELD_HERE,
        }
        stock.record(act, changes)

    def test_hold_where_there_is_nothing_yet(self, stock: Stock) -> None:
        act = stock.act(Kind.HOLD, Line(RICE.lot_id), from_=SECOND_SITE)
        stock.record(act, {("balance", SECOND_SITE, RICE.lot_id): HELD_HERE})

    def test_hold_at_a_closed_site(self, stock: Stock) -> None:
        act = stock.act(Kind.HOLD, Line(RICE.lot_id), from_=CLOSED_SITE)
        stock.record(act, {("balance", CLOSED_SITE, RICE.lot_id): 50 | HELD_HERE})

    def test_hold_counts_at_its_site_only(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.HOLD, Line(MASKS.lot_id), from_=SECOND_SITE))
        stock.record(use(stock, Kind.ISSUE, MASKS.lot_id), {("balance", SITE, MASKS.lot_id): 99})

    def test_release_of_a_hold(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.HOLD, Line(RICE.lot_id)))
        act = stock.act(Kind.RELEASE, Line(RICE.lot_id), sender=SECOND_APPROVER)
        stock.record(act, {("balance", SITE, RICE.lot_id): 1_000})
        stock.record(use(stock, Kind.ISSUE, RICE.lot_id), {("balance", SITE, RICE.lot_id): 999})

    def test_release_of_what_was_created_held(self, stock: Stock) -> None:
        lot = donated(stock)
        assert stock.word("lot", lot) == lot_word(GIFT, status=HELD)
        stock.record(stock.act(Kind.RELEASE, Line(lot, 0, 9)), {("lot", lot): lot_word(GIFT)})
        stock.record(
            use(stock, Kind.HAND_OVER, lot), {("balance", SITE, lot): 4, ("balance", SECOND_SITE, lot): 1}
        )

    def test_release_of_both(self, stock: Stock) -> None:
        lot = donated(stock)
        stock.enter(stock.act(Kind.HOLD, Line(lot)))
        changes = {("lot", lot): lot_word(GIFT), ("balance", SITE, lot): 5}
        stock.record(stock.act(Kind.RELEASE, Line(lot)), changes)

    def test_release_frees_no_other_hold(self, stock: Stock) -> None:
        lot = donated(stock)
        stock.enter(stock.act(Kind.HOLD, Line(lot), from_=SECOND_SITE))
        stock.record(stock.act(Kind.RELEASE, Line(lot)), {("lot", lot): lot_word(GIFT)})
        assert stock.balance(SECOND_SITE, lot) == HELD_HERE

    def test_recall_and_lift_by_the_root(self, stock: Stock) -> None:
        lots = (Line(RICE.lot_id, 0, 3), Line(NOODLES.lot_id))
        words = {
            ("lot", RICE.lot_id): lot_word(RICE),
            ("lot", NOODLES.lot_id): lot_word(NOODLES, FIRST_DAY + 300),
        }
        recalled = {getter: word | RECALLED << 160 for getter, word in words.items()}
        event = stock.record(stock.act(Kind.RECALL, *lots, reason=1), recalled)
        assert event.from_journal == event.to_journal == 0
        event = stock.record(stock.act(Kind.LIFT, *lots, reason=2), words)
        assert event.from_journal == event.to_journal == 0

    def test_recall_and_lift_by_an_accredited_issuer(self, stock: Stock) -> None:
        word = lot_word(MASKS, FIRST_DAY - 10 + SHELF_LIFE)
        act = stock.act(Kind.RECALL, Line(MASKS.lot_id), from_=ISSUER, sender=ISSUING)
        stock.record(act, {("lot", MASKS.lot_id): word | RECALLED << 160})
        other = stock.act(Kind.LIFT, Line(MASKS.lot_id), from_=OTHER_ISSUING.subject, sender=OTHER_ISSUING)
        stock.record(other, {("lot", MASKS.lot_id): word})

    def test_recall_of_what_is_held_keeps_it_held(self, stock: Stock) -> None:
        lot = donated(stock)
        stock.record(
            stock.act(Kind.RECALL, Line(lot)), {("lot", lot): lot_word(GIFT, status=HELD | RECALLED)}
        )
        stock.record(stock.act(Kind.RELEASE, Line(lot)), {("lot", lot): lot_word(GIFT, status=RECALLED)})
        assert stock.refusal(use(stock, Kind.ISSUE, lot)) == Refusal("StockLedgerLotRecalled", (lot,))

    @pytest.mark.parametrize("kind", STATUS_KINDS)
    def test_never_late(self, stock: Stock, kind: Kind) -> None:
        if kind in (Kind.RELEASE, Kind.LIFT):
            stock.enter(stock.act(Kind.HOLD if kind is Kind.RELEASE else Kind.RECALL, Line(RICE.lot_id)))
        act = stock.act(kind, Line(RICE.lot_id), occurred_at=Timestamp(1_600_000_000))
        assert not stock.enter(act).is_late

    def test_item_in_the_word(self, stock: Stock) -> None:
        assert stock.word("lot", RICE.lot_id) & (1 << 64) - 1 == GRAIN
