"""Receipts: what arrives is recorded, and what is not qualified cannot be used."""

from __future__ import annotations

from typing import Any

import pytest
from chain import Refusal
from stock import DAY, Act, L, Stock
from stock_world import (
    APPROVER,
    BATCH,
    CLOSED_SITE,
    DONOR,
    FIRST_DAY,
    FRESH_SITE,
    GRAIN,
    ISSUING,
    KEEPER,
    MASKS,
    OTHER_APPROVER,
    OTHER_GOODS,
    PIECES,
    SHELF_LIFE,
    SUPPLYING,
    UNKNOWN_ITEM,
    UNKNOWN_SITE,
    issue_qualification,
    lot_word,
)
from world import (
    CATEGORY,
    NEVER,
    OTHER_CATEGORY,
    OTHER_DISTRICT,
    OTHER_SUPPLIER,
    PACK,
    SECOND_SITE,
    SITE,
    SUPPLIER,
)

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line, LotAttributes, ReceiptLine
from ledger_client.roles import Role
from ledger_client.words import (
    LotStatus,
    VerdictStatus,
    VerdictWord,
    join_words,
    pack_verdict,
    unpack_verdict,
)

NEW = LotAttributes(item=PACK, source=SUPPLIER, batch=b"\1" * 32, made=FIRST_DAY)
GRAIN_LOT = LotAttributes(item=GRAIN, source=SUPPLIER)
GIFT = LotAttributes(item=GRAIN, source=DONOR, batch=BATCH)
HELD = LotStatus.HELD
DONATION: dict[str, Any] = {"from_": DONOR, "other": None, "qualification": 0}
NOTHING_KNOWN = 0
NOT_NEEDED = int(VerdictStatus.NOT_NEEDED)


def receipt(stock: Stock, *lines: ReceiptLine, **fields: Any) -> Act:
    return stock.act(Kind.RECEIPT, *lines, **fields)


def held_receipt(stock: Stock, goods: LotAttributes, accepted: int, ordinal: int = 0, **fields: Any) -> Act:
    """A receipt of one line whose lot is the line's own."""
    act = receipt(stock, **fields)
    line = ReceiptLine(goods.owned_by(act.key, ordinal), accepted, ordinal=ordinal)
    return act.saying(lines=join_words(line.words()))


def lot_of(act: Act) -> int:
    return int.from_bytes(act.document.lines[:20], "big")


def verdict(stock: Stock, status: VerdictStatus, qualification: int | None = None) -> int:
    """A verdict on a qualification of grade B with the positions in the registry."""
    registry = stock.world.registry.functions
    states = (
        stock.chain.ask(registry.qualificationState(qualification or stock.qualification)),
        stock.chain.ask(registry.accreditationState(ISSUING.subject, CATEGORY)),
    )
    return pack_verdict(VerdictWord(status, 2, *(state >> 104 & (1 << 64) - 1 for state in states)))


class TestRefused:
    @pytest.mark.parametrize(("site", "error"), [(FRESH_SITE, "NotOpen"), (UNKNOWN_SITE, "NotOpen")])
    def test_site_not_open(self, stock: Stock, site: int, error: str) -> None:
        act = receipt(stock, ReceiptLine(NEW, 5), to=site)
        assert stock.refusal(act) == Refusal("StockLedgerSiteNotOpen", (site,))

    @pytest.mark.parametrize("site", [0, SITE + 2**64, SITE + 2**255])
    def test_no_site(self, stock: Stock, site: int) -> None:
        act = receipt(stock, ReceiptLine(NEW, 5), to=site)
        assert stock.refusal(act) == Refusal("StockLedgerSiteNotOpen", (site,))

    def test_site_closed(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(NEW, 5), to=CLOSED_SITE)
        assert stock.refusal(act) == Refusal("StockLedgerSiteClosed", (CLOSED_SITE, SECOND_SITE))

    @pytest.mark.parametrize("source", [0, 2**160, SUPPLIER + 2**160])
    def test_source_of_more_than_160_bits(self, stock: Stock, source: int) -> None:
        act = receipt(stock, ReceiptLine(NEW, 5), from_=source, other=None, qualification=0)
        assert stock.refusal(act) == Refusal("StockLedgerPartyInvalid", (source,))

    def test_deadline_is_none(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(NEW, 5), deadline=1)
        assert stock.refusal(act) == Refusal("StockLedgerFieldNotZero", (b"deadline".ljust(32, b"\0"),))

    def test_no_lines(self, stock: Stock) -> None:
        assert stock.refusal(receipt(stock)) == Refusal("StockLedgerLinesIncomplete", (0,))

    def test_words_over(self, stock: Stock) -> None:
        act = receipt(stock, words=join_words((*ReceiptLine(NEW, 5).words(), 1)))
        assert stock.refusal(act) == Refusal("StockLedgerLinesIncomplete", (5,))

    @pytest.mark.parametrize(
        ("accepted", "delivered", "rejected"),
        [
            *((0, 0, 0), (5, 4, 0), (5, 5, 1), (5, 7, 1), (5, 0, 2**64 - 5)),
            *((0, 2**63, 2**63), (2**63 - 1, 2**63, 1), (5, 2**63 + 5, 2**63)),
            (2**63 - 1, 2**64 + 2**63 - 2, 2**64 - 1),  # more than the 64 bits of the field
        ],
    )
    def test_amounts_that_do_not_add_up(
        self, stock: Stock, accepted: int, delivered: int, rejected: int
    ) -> None:
        head, _, *rest = ReceiptLine(NEW, 5).words()
        amounts = delivered << 128 | rejected << 64
        act = receipt(stock, words=join_words((head - 5 + accepted, amounts, *rest)))
        assert stock.refusal(act) == Refusal("StockLedgerLineMalformed", (0,))

    @pytest.mark.parametrize(("word", "bit"), [(0, 63), (0, 79), (1, 192), (1, 255), (2, 1), (2, 127)])
    def test_spare_bits(self, stock: Stock, word: int, bit: int) -> None:
        words = list(ReceiptLine(NEW, 5).words())
        words[word] |= 1 << bit
        assert stock.refusal(receipt(stock, words=join_words(words))) == Refusal(
            "StockLedgerLineMalformed", (0,)
        )

    def test_lot_of_other_attributes(self, stock: Stock) -> None:
        head, *rest = ReceiptLine(NEW, 5).words()
        act = receipt(stock, words=join_words((head ^ 1 << 96, *rest)))
        assert stock.refusal(act) == Refusal("StockLedgerLotMismatch", (NEW.lot_id ^ 1, NEW.lot_id))

    def test_lot_of_another_line(self, stock: Stock) -> None:
        act = held_receipt(stock, NEW, 5, ordinal=3)
        computed = NEW.owned_by(act.key, 4).lot_id
        head, amounts, *rest = ReceiptLine(NEW.owned_by(act.key, 3), 5, ordinal=3).words()
        wrong = act.saying(lines=join_words((head, amounts + 1, *rest)))
        assert stock.refusal(wrong) == Refusal("StockLedgerLotMismatch", (lot_of(act), computed))

    def test_item_unknown(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(LotAttributes(item=UNKNOWN_ITEM, source=SUPPLIER), 1))
        assert stock.refusal(act) == Refusal("StockLedgerItemUnknown", (UNKNOWN_ITEM,))

    def test_lines_descending(self, stock: Stock) -> None:
        rows = sorted([ReceiptLine(NEW, 5).words(), ReceiptLine(MASKS, 5).words()], reverse=True)
        act = receipt(stock, words=join_words((*rows[0], *rows[1])))
        assert stock.refusal(act) == Refusal("StockLedgerLinesNotAscending", (4,))

    def test_items_of_another_category(self, stock: Stock) -> None:
        goods = LotAttributes(item=OTHER_GOODS, source=SUPPLIER)
        expected = Refusal("StockLedgerQualificationMismatch", (OTHER_GOODS, OTHER_CATEGORY, CATEGORY))
        assert stock.refusal(receipt(stock, ReceiptLine(goods, 1))) == expected
        assert stock.refusal(receipt(stock, ReceiptLine(goods, 1), ReceiptLine(NEW, 5))) == expected

    def test_two_items_that_need_different_qualifications(self, stock: Stock) -> None:
        other = issue_qualification(stock, NEVER, "another certificate", OTHER_CATEGORY)
        goods = LotAttributes(item=OTHER_GOODS, source=SUPPLIER)
        act = receipt(stock, ReceiptLine(goods, 1), ReceiptLine(NEW, 5), qualification=other)
        expected = Refusal("StockLedgerQualificationMismatch", (PACK, CATEGORY, OTHER_CATEGORY))
        assert stock.refusal(act) == expected

    def test_item_that_needs_none_beside_one_that_does(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(GRAIN_LOT, 1), ReceiptLine(NEW, 5))
        expected = Refusal("StockLedgerQualificationMismatch", (GRAIN, 0, CATEGORY))
        assert stock.refusal(act) == expected

    def test_qualification_of_another_supplier(self, stock: Stock) -> None:
        goods = LotAttributes(item=PACK, source=OTHER_SUPPLIER)
        act = receipt(stock, ReceiptLine(goods, 5), from_=OTHER_SUPPLIER, other=None)
        arguments = (stock.qualification, OTHER_SUPPLIER, SUPPLIER)
        assert stock.refusal(act) == Refusal("SupplierRegistryQualificationForeign", arguments)

    def test_qualification_unknown(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(NEW, 5), qualification=9)
        assert stock.refusal(act) == Refusal("SupplierRegistryQualificationUnknown", (9,))

    def test_must_be_held_without_qualification(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(NEW, 5, ordinal=7), qualification=0)
        assert stock.refusal(act) == Refusal("StockLedgerVerdictChanged", (7, NOTHING_KNOWN, False))

    def test_must_be_held_without_signature_of_the_supplier(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(NEW, 5, ordinal=7), other=None)
        valid = verdict(stock, VerdictStatus.VALID)
        assert stock.refusal(act) == Refusal("StockLedgerVerdictChanged", (7, valid, False))

    def test_must_be_held_because_late(self, stock: Stock) -> None:
        occurred_at = Timestamp(stock.chain.now - L - 1)
        act = receipt(
            stock, ReceiptLine(GRAIN_LOT, 5), qualification=0, occurred_at=occurred_at, approver=APPROVER
        )
        assert stock.refusal(act) == Refusal("StockLedgerVerdictChanged", (0, NOT_NEEDED, True))

    def test_the_verdict_is_the_one_that_the_other_lines_make_it(self, stock: Stock) -> None:
        """Goods that need no qualification beside goods that do: such a receipt is recorded as unknown."""
        free, needy = ReceiptLine(GRAIN_LOT, 5), ReceiptLine(NEW, 5)
        act = receipt(stock, free, needy, qualification=0, other=None)
        assert stock.refusal(act).arguments[1:] == (NOTHING_KNOWN, False)
        act = receipt(stock, free, qualification=0, other=None)
        assert stock.refusal(act).arguments[1:] == (NOT_NEEDED, False)

    def test_a_donation_must_be_held(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(GIFT, 5, ordinal=2), **DONATION)
        assert stock.refusal(act) == Refusal("StockLedgerVerdictChanged", (2, NOT_NEEDED, False))

    def test_late_without_approver(self, stock: Stock) -> None:
        act = held_receipt(stock, NEW, 5, occurred_at=Timestamp(stock.chain.now - L - 1))
        assert stock.refusal(act) == Refusal("StockLedgerConsentMissing", (Role.APPROVER,))

    def test_late_with_an_approver_of_another_place(self, stock: Stock) -> None:
        occurred_at = Timestamp(stock.chain.now - L - 1)
        act = held_receipt(stock, NEW, 5, occurred_at=occurred_at, approver=OTHER_APPROVER)
        assert stock.refusal(act) == Refusal("StockLedgerGrantElsewhere", (OTHER_DISTRICT, SITE))

    def test_signature_of_another_supplier(self, stock: Stock) -> None:
        goods = LotAttributes(item=PACK, source=OTHER_SUPPLIER)
        act = held_receipt(stock, goods, 5, from_=OTHER_SUPPLIER, qualification=0)
        arguments = (SUPPLYING.address, Role.SUPPLIER, SUPPLYING.division, OTHER_SUPPLIER)
        assert stock.refusal(act) == Refusal("DirectoryGrantMissing", arguments)

    def test_keeper_for_supplier(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(NEW, 5), other=KEEPER)
        arguments = (KEEPER.address, Role.SUPPLIER, KEEPER.division, SUPPLIER)
        assert stock.refusal(act) == Refusal("DirectoryGrantMissing", arguments)


class TestReleased:
    def test_new_and_known_lots(self, stock: Stock) -> None:
        act = receipt(
            stock,
            *(ReceiptLine(NEW, 5, 2, ordinal=1, reason=4), ReceiptLine(MASKS, 30)),
            *(ReceiptLine(PIECES, 0, 9, ordinal=2), ReceiptLine(MASKS, 1, reason=8)),
        )
        changes = {
            ("balance", SITE, NEW.lot_id): 5,
            ("lot", NEW.lot_id): lot_word(NEW, FIRST_DAY + SHELF_LIFE),
            ("balance", SITE, MASKS.lot_id): 131,
        }
        stock.record(act, changes, verdict=verdict(stock, VerdictStatus.VALID))
        assert stock.balance(SITE, PIECES.lot_id) == 200

    def test_item_that_needs_no_qualification(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(GRAIN_LOT, 5), qualification=0)
        changes = {("balance", SITE, GRAIN_LOT.lot_id): 5, ("lot", GRAIN_LOT.lot_id): lot_word(GRAIN_LOT)}
        stock.record(act, changes, verdict=NOT_NEEDED)

    def test_largest_delivery(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(NEW, 2**63 - 3, 2))
        changes = {
            ("balance", SITE, NEW.lot_id): 2**63 - 3,
            ("lot", NEW.lot_id): lot_word(NEW, FIRST_DAY + SHELF_LIFE),
        }
        stock.record(act, changes, verdict=verdict(stock, VerdictStatus.VALID))

    def test_everything_rejected(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(NEW, 0, 9))
        stock.record(act, verdict=verdict(stock, VerdictStatus.VALID))
        assert stock.word("lot", NEW.lot_id) == 0, "what was rejected altogether creates nothing"

    def test_never_improves_the_status_of_a_lot(self, stock: Stock) -> None:
        stock.enter(stock.act(Kind.RECALL, Line(MASKS.lot_id)))
        stock.enter(stock.act(Kind.HOLD, Line(MASKS.lot_id)))
        act = receipt(stock, ReceiptLine(MASKS, 30))
        changes = {("balance", SITE, MASKS.lot_id): 130 | 1 << 63}
        stock.record(act, changes, verdict=verdict(stock, VerdictStatus.VALID))
        assert stock.word("lot", MASKS.lot_id) >> 160 == LotStatus.RECALLED

    def test_lot_that_was_created_elsewhere(self, stock: Stock) -> None:
        act = receipt(stock, ReceiptLine(MASKS, 30), to=SECOND_SITE)
        changes = {("balance", SECOND_SITE, MASKS.lot_id): 30}
        stock.record(act, changes, verdict=verdict(stock, VerdictStatus.VALID))


class TestHeld:
    def held(self, stock: Stock, act: Act, goods: LotAttributes, verdict: int, until: int = 0) -> None:
        word = lot_word(goods, until, status=HELD) if until else lot_word(goods, status=HELD)
        event = stock.record(
            act, {("balance", SITE, lot_of(act)): 5, ("lot", lot_of(act)): word}, verdict=verdict
        )
        assert event.verdict == verdict
        issue = stock.act(Kind.ISSUE, Line(lot_of(act), 1))
        assert stock.refusal(issue) == Refusal("StockLedgerLotHeld", (lot_of(act),))

    def test_without_qualification(self, stock: Stock) -> None:
        act = held_receipt(stock, NEW, 5, qualification=0)
        self.held(stock, act, NEW, NOTHING_KNOWN, FIRST_DAY + SHELF_LIFE)

    def test_without_signature_of_the_supplier(self, stock: Stock) -> None:
        act = held_receipt(stock, NEW, 5, other=None)
        self.held(stock, act, NEW, verdict(stock, VerdictStatus.VALID), FIRST_DAY + SHELF_LIFE)

    def test_donation(self, stock: Stock) -> None:
        self.held(stock, held_receipt(stock, GIFT, 5, **DONATION), GIFT, NOT_NEEDED)

    def test_donation_of_what_needs_a_qualification(self, stock: Stock) -> None:
        goods = LotAttributes(item=PACK, source=DONOR)
        self.held(stock, held_receipt(stock, goods, 5, **DONATION), goods, NOTHING_KNOWN)

    def test_late_whatever_the_verdict(self, stock: Stock) -> None:
        occurred_at = Timestamp(stock.chain.now - L - 1)
        # Neither issuer nor supplier were known then.
        word, _ = stock.chain.ask(
            stock.world.registry.functions.verdictAt(SUPPLIER, stock.qualification, occurred_at.seconds)
        )
        assert unpack_verdict(word).status == VerdictStatus.ISSUER_NOT_ACCREDITED
        act = held_receipt(stock, NEW, 5, occurred_at=occurred_at, approver=APPROVER)
        self.held(stock, act, NEW, word, FIRST_DAY + SHELF_LIFE)

    def test_late_with_the_verdict_of_the_day(self, stock: Stock) -> None:
        qualification = issue_qualification(stock, stock.chain.now + DAY, "short")
        stock.chain.travel(100)
        occurred_at = Timestamp(stock.chain.now)
        stock.chain.travel(L + DAY)
        act = held_receipt(
            stock, NEW, 5, qualification=qualification, occurred_at=occurred_at, approver=APPROVER
        )
        self.held(stock, act, NEW, verdict(stock, VerdictStatus.VALID, qualification), FIRST_DAY + SHELF_LIFE)

    def test_own_lot_although_it_is_qualified(self, stock: Stock) -> None:
        act = held_receipt(stock, NEW, 5)
        self.held(stock, act, NEW, verdict(stock, VerdictStatus.VALID), FIRST_DAY + SHELF_LIFE)

    def test_lots_of_two_equal_lines_are_two(self, stock: Stock) -> None:
        act = receipt(stock, qualification=0)
        lines = [ReceiptLine(NEW.owned_by(act.key, ordinal), 5, ordinal=ordinal) for ordinal in (0, 1)]
        act = act.saying(lines=join_words([word for row in sorted(x.words() for x in lines) for word in row]))
        changes = {}
        for line in lines:
            changes[("balance", SITE, line.attributes.lot_id)] = 5
            changes[("lot", line.attributes.lot_id)] = lot_word(NEW, FIRST_DAY + SHELF_LIFE, status=HELD)
        stock.record(act, changes, verdict=NOTHING_KNOWN)

    def test_released_and_held_lines_in_one_receipt(self, stock: Stock) -> None:
        act = receipt(stock)
        own = NEW.owned_by(act.key, 1)
        rows = sorted([ReceiptLine(NEW, 4).words(), ReceiptLine(own, 5, ordinal=1).words()])
        stock.record(
            act.saying(lines=join_words((*rows[0], *rows[1]))),
            {
                ("balance", SITE, NEW.lot_id): 4,
                ("balance", SITE, own.lot_id): 5,
                ("lot", NEW.lot_id): lot_word(NEW, FIRST_DAY + SHELF_LIFE),
                ("lot", own.lot_id): lot_word(NEW, FIRST_DAY + SHELF_LIFE, status=HELD),
            },
            verdict=verdict(stock, VerdictStatus.VALID),
        )


class TestThreat5IssuerCertifiesOrBackdates:
    """The verdict is of the day, and stays."""

    @pytest.mark.parametrize(("late_by", "status"), [(-1, "VALID"), (0, "EXPIRED"), (1, "EXPIRED")])
    def test_at_the_end_of_a_qualification(self, stock: Stock, late_by: int, status: str) -> None:
        until = stock.chain.now + DAY
        qualification = issue_qualification(stock, until, "short")
        stock.chain.travel_to(until + late_by - 1)  # the document stands a second later
        if status == "VALID":
            act = receipt(stock, ReceiptLine(MASKS, 1), qualification=qualification)
            changes = {("balance", SITE, MASKS.lot_id): 101}
            word = verdict(stock, VerdictStatus.VALID, qualification)
            event = stock.record(act, changes, verdict=word)
        else:
            act = held_receipt(stock, NEW, 5, qualification=qualification)
            word = verdict(stock, VerdictStatus.EXPIRED, qualification)
            TestHeld().held(stock, act, NEW, word, FIRST_DAY + SHELF_LIFE)
            event = stock.documents()[-1]
        assert event.recorded_at == until + late_by

    @pytest.mark.parametrize("late_by", [0, 1])
    def test_expired_goods_need_a_lot_of_their_own(self, stock: Stock, late_by: int) -> None:
        until = stock.chain.now + DAY
        qualification = issue_qualification(stock, until, "short")
        stock.chain.travel_to(until + late_by)
        act = receipt(stock, ReceiptLine(MASKS, 1), qualification=qualification)
        expired = verdict(stock, VerdictStatus.EXPIRED, qualification)
        assert stock.refusal(act) == Refusal("StockLedgerVerdictChanged", (0, expired, False))

    def test_revoked_the_old_receipt_keeps_its_verdict_and_a_new_one_is_held(self, stock: Stock) -> None:
        old = receipt(stock, ReceiptLine(NEW, 5))
        event = stock.enter(old)
        assert unpack_verdict(event.verdict).status == VerdictStatus.VALID
        word = stock.word("lot", NEW.lot_id)
        revoke = stock.world.registry.functions.revokeQualification(stock.qualification, 3, 0)
        stock.chain.send(revoke, ISSUING.actor)
        revoked = verdict(stock, VerdictStatus.REVOKED)

        again = receipt(stock, ReceiptLine(NEW, 5))
        assert stock.refusal(again) == Refusal("StockLedgerVerdictChanged", (0, revoked, False))
        TestHeld().held(stock, held_receipt(stock, NEW, 5), NEW, revoked, FIRST_DAY + SHELF_LIFE)
        assert stock.word("lot", NEW.lot_id) == word, "the old lot stays as it was"
        stock.resend(old)

    def test_issuer_no_longer_accredited(self, stock: Stock) -> None:
        suspend = stock.world.registry.functions.suspendAccreditation(
            ISSUING.subject, CATEGORY, 1, stock.chain.now
        )
        stock.chain.send(suspend, stock.world.root)
        act = held_receipt(stock, NEW, 5)
        word = verdict(stock, VerdictStatus.ISSUER_NOT_ACCREDITED)
        TestHeld().held(stock, act, NEW, word, FIRST_DAY + SHELF_LIFE)
