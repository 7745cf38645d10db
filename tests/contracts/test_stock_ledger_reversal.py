"""Reversals (threat 24): one whole document is undone, once, by another that names it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chain import Refusal
from stock import NAMED, REVERSED, Act, Stock, reference_to, sent
from stock_conservation import assert_conserved
from stock_stages import dispatched, staged
from stock_world import (
    APPROVER,
    CITY_APPROVER,
    CLOSED_SITE,
    CUPS,
    DONOR,
    FIRST_DAY,
    GRAIN,
    KEEPER,
    MASKS,
    NOODLES,
    OTHER_APPROVER,
    OTHER_KEEPER,
    PIECES,
    RICE,
    SECOND_KEEPER,
    lot_word,
)
from world import OTHER_COMMUNITY, OTHER_DISTRICT, OTHER_SITE, SECOND_SITE, SITE

from ledger_client.calldata import OPEN, Original
from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import CountLine, Line, LotAttributes, ReceiptLine, RepackLine
from ledger_client.roles import Role
from ledger_client.words import REFERENCE_DOCUMENT, REFERENCE_REVERSED, join_words, pack_reference

M, R, N = MASKS.lot_id, RICE.lot_id, NOODLES.lot_id
REVERSIBLE = {
    *(Kind.RECEIPT, Kind.ISSUE, Kind.HAND_OVER, Kind.DISPATCH),
    *(Kind.COUNT, Kind.WRITE_OFF, Kind.REPACK),
}
CLOSED = 1


def bytes32(name: str) -> bytes:
    return name.encode().ljust(32, b"\0")


def issued(stock: Stock, units: int = 30) -> Act:
    act = stock.act(Kind.ISSUE, Line(R, units))
    stock.enter(act)
    return act


def handed_over(stock: Stock, *lines: Line) -> Act:
    act = stock.act(Kind.HAND_OVER, *lines or (Line(R, 30),))
    stock.enter(act)
    return act


def undone(stock: Stock, of: Act, balances: dict[tuple[str, int, int], int], **fields: object) -> Act:
    """Reverse an act and see the balances of before come back."""
    reversal = stock.reversal(of, **fields)
    flags = stock.word("document", of.key)
    stock.record(reversal, balances | {("document", of.key): flags | REVERSED})
    return reversal


class TestRefused:
    @pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in REVERSIBLE])
    def test_kind_that_is_corrected_otherwise(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        stock.enter(act)
        assert stock.refusal(stock.reversal(act)) == Refusal("StockLedgerNotReversible", (kind,))

    def test_twice(self, stock: Stock) -> None:
        act = issued(stock)
        undone(stock, act, {("balance", SITE, R): 1_000})
        assert stock.refusal(stock.reversal(act)) == Refusal("StockLedgerAlreadyReversed", (act.key,))

    def test_document_that_does_not_exist(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(R, 30))
        assert stock.refusal(stock.reversal(act)) == Refusal("StockLedgerOriginalChanged", (act.key,))

    @pytest.mark.parametrize("type_", [0, 1, 2, 4])
    def test_reference_of_another_type(self, stock: Stock, type_: int) -> None:
        act = issued(stock)
        reference = pack_reference(type_, act.key)
        reversal = stock.reversal(act, reference=reference)
        assert stock.refusal(reversal) == Refusal("StockLedgerReferenceUnknown", (reference,))

    def test_reference_to_another_document(self, stock: Stock) -> None:
        act, other = issued(stock), issued(stock)
        reversal = stock.reversal(act, reference=pack_reference(REFERENCE_REVERSED, other.key))
        assert stock.refusal(reversal) == Refusal("StockLedgerOriginalChanged", (other.key,))

    @pytest.mark.parametrize(
        "change",
        [
            {"lines": join_words(Line(R, 29).words())},
            {"reason": 1},
            {"occurred_at": Timestamp(1)},
            {"to": 99},
            {"reference": 99},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_original_given_wrongly(self, stock: Stock, change: dict[str, object]) -> None:
        act = issued(stock)
        document = replace(act.document, **change)
        reversal = stock.reversal(act, original=Original(Kind.ISSUE, document))
        assert stock.refusal(reversal) == Refusal("StockLedgerOriginalChanged", (act.key,))

    def test_original_of_another_kind(self, stock: Stock) -> None:
        act = issued(stock)
        reversal = stock.reversal(act, original=Original(Kind.WRITE_OFF, act.document))
        assert stock.refusal(reversal) == Refusal("StockLedgerOriginalChanged", (act.key,))

    def test_without_approver(self, stock: Stock) -> None:
        expected = Refusal("StockLedgerConsentMissing", (Role.APPROVER,))
        assert stock.refusal(stock.reversal(issued(stock), approver=None)) == expected

    def test_approver_elsewhere(self, stock: Stock) -> None:
        expected = Refusal("StockLedgerGrantElsewhere", (OTHER_DISTRICT, SITE))
        assert stock.refusal(stock.reversal(issued(stock), approver=OTHER_APPROVER)) == expected

    def test_keeper_elsewhere(self, stock: Stock) -> None:
        expected = Refusal("StockLedgerGrantElsewhere", (OTHER_COMMUNITY, SITE))
        assert stock.refusal(stock.reversal(issued(stock), sender=OTHER_KEEPER)) == expected

    @pytest.mark.parametrize("kind", [Kind.HAND_OVER, Kind.COUNT, Kind.DISPATCH])
    def test_without_the_other_keeper(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        stock.enter(act)
        expected = Refusal("StockLedgerConsentMissing", (Role.KEEPER,))
        assert stock.refusal(stock.reversal(act, other=None)) == expected

    @pytest.mark.parametrize("kind", [Kind.HAND_OVER, Kind.COUNT, Kind.DISPATCH])
    def test_one_keeper_for_both(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        stock.enter(act)
        expected = Refusal("StockLedgerSignerRepeated", (KEEPER.address,))
        assert stock.refusal(stock.reversal(act, other=KEEPER)) == expected

    def test_leaving_the_district_by_an_approver_of_one_side(self, stock: Stock) -> None:
        fields = {"to": OTHER_SITE, "other": OTHER_KEEPER, "approver": CITY_APPROVER}
        act = stock.act(Kind.HAND_OVER, Line(M, 5), **fields)
        stock.enter(act)
        refusal = stock.refusal(stock.reversal(act, approver=APPROVER))
        assert refusal == Refusal("StockLedgerGrantElsewhere", (APPROVER.division, OTHER_SITE))

    def test_with_lines(self, stock: Stock) -> None:
        reversal = stock.reversal(issued(stock), words=join_words(Line(R, 30).words()))
        assert stock.refusal(reversal) == Refusal("StockLedgerFieldNotZero", (bytes32("lines"),))

    @pytest.mark.parametrize("field", ["qualification", "deadline"])
    def test_field_without_meaning(self, stock: Stock, field: str) -> None:
        reversal = stock.reversal(issued(stock), **{field: 1})
        assert stock.refusal(reversal) == Refusal("StockLedgerFieldNotZero", (bytes32(field),))

    @pytest.mark.parametrize("fields", [{"from_": SECOND_SITE}, {"to": 5}])
    def test_between_other_places(self, stock: Stock, fields: dict[str, int]) -> None:
        act = issued(stock)
        reversal = stock.reversal(act, **fields)
        assert stock.refusal(reversal) == Refusal("StockLedgerOriginalChanged", (act.key,))

    def test_when_the_goods_have_gone_on(self, stock: Stock) -> None:
        act = handed_over(stock)
        stock.enter(stock.act(Kind.ISSUE, Line(R, 12), from_=SECOND_SITE, sender=SECOND_KEEPER))
        expected = Refusal("StockLedgerStockInsufficient", (SECOND_SITE, R, 18, 30))
        assert stock.refusal(stock.reversal(act)) == expected

    def test_receipt_when_the_goods_have_gone_on(self, stock: Stock) -> None:
        act = stock.act(Kind.RECEIPT, ReceiptLine(MASKS, 10))
        stock.enter(act)
        stock.enter(stock.act(Kind.ISSUE, Line(M, 101)))
        expected = Refusal("StockLedgerStockInsufficient", (SITE, M, 9, 10))
        assert stock.refusal(stock.reversal(act)) == expected

    def test_repack_when_the_goods_have_gone_on(self, stock: Stock) -> None:
        act = stock.act(Kind.REPACK, RepackLine(N, 2, CUPS, 24))
        stock.enter(act)
        stock.enter(stock.act(Kind.ISSUE, Line(CUPS.lot_id, 1)))
        expected = Refusal("StockLedgerStockInsufficient", (SITE, CUPS.lot_id, 23, 24))
        assert stock.refusal(stock.reversal(act)) == expected

    def test_gain_when_the_goods_have_gone_on(self, stock: Stock) -> None:
        journal = stock.word("siteJournal", SECOND_SITE)
        line = CountLine(R, 10, 0)
        act = stock.act(Kind.COUNT, line, from_=SECOND_SITE, reference=journal, approver=APPROVER)
        stock.enter(act)
        stock.enter(stock.act(Kind.ISSUE, Line(R, 1), from_=SECOND_SITE))
        expected = Refusal("StockLedgerStockInsufficient", (SECOND_SITE, R, 9, 10))
        assert stock.refusal(stock.reversal(act)) == expected

    @pytest.mark.parametrize("kind", [Kind.ISSUE, Kind.HAND_OVER, Kind.WRITE_OFF])
    def test_into_a_closed_site(self, stock: Stock, kind: Kind) -> None:
        act = stock.act(kind, Line(R, 5), from_=CLOSED_SITE)
        stock.enter(act)
        expected = Refusal("StockLedgerSiteClosed", (CLOSED_SITE, SECOND_SITE))
        assert stock.refusal(stock.reversal(act)) == expected

    def test_repack_at_a_site_that_closed(self, stock: Stock) -> None:
        act = stock.act(Kind.REPACK, RepackLine(N, 2, CUPS, 24))
        stock.enter(act)
        stock.chain.send(stock.world.directory.functions.closeSite(SITE, SECOND_SITE, 0), stock.world.root)
        assert stock.refusal(stock.reversal(act)) == Refusal("StockLedgerSiteClosed", (SITE, SECOND_SITE))


class TestDispatch:
    def test_while_open_with_the_receivers_consent(self, stock: Stock) -> None:
        act, _ = dispatched(stock)
        balances = {("balance", SITE, M): 100, ("balance", SITE, R): 1_000, ("consignment", act.key): CLOSED}
        undone(stock, act, balances, other=SECOND_KEEPER)
        assert_conserved(stock)
        again = stock.step(Kind.ACCEPTANCE, act, sent(act))
        assert stock.refusal(again).name == "StockLedgerConsignmentChanged"

    def test_after_acceptance(self, stock: Stock) -> None:
        act, consignment = dispatched(stock)
        stock.enter(stock.step(Kind.ACCEPTANCE, act, consignment, Line.missing(M, 1, 1)))
        refusal = stock.refusal(stock.reversal(act, other=SECOND_KEEPER))
        assert refusal == Refusal("StockLedgerConsignmentChanged", (act.key, OPEN))

    def test_signers_given_wrongly(self, stock: Stock) -> None:
        act, _ = dispatched(stock)
        original = Original(Kind.DISPATCH, act.document, (SECOND_KEEPER.address,))  # type: ignore[arg-type]
        refusal = stock.refusal(stock.reversal(act, other=SECOND_KEEPER, original=original))
        assert (refusal.name, refusal.arguments[0]) == ("StockLedgerConsignmentChanged", act.key)


class TestNamed:
    """Only who signs with an approver makes another's document irreversible."""

    def test_by_a_document_that_an_approver_signed(self, stock: Stock) -> None:
        act = issued(stock)
        naming = stock.act(Kind.WRITE_OFF, Line(R, 1), reference=reference_to(act))
        stock.record(naming, {("balance", SITE, R): 969, ("document", act.key): act.word | NAMED})
        assert stock.refusal(stock.reversal(act)) == Refusal("StockLedgerNamed", (act.key,))

    def test_by_a_document_that_an_approver_sent(self, stock: Stock) -> None:
        act = issued(stock)
        naming = stock.act(Kind.HOLD, Line(R), reference=reference_to(act))
        stock.record(naming, {("balance", SITE, R): 970 | 1 << 63, ("document", act.key): act.word | NAMED})
        assert stock.refusal(stock.reversal(act)) == Refusal("StockLedgerNamed", (act.key,))

    def test_by_a_document_that_no_approver_signed(self, stock: Stock) -> None:
        act = issued(stock)
        naming = stock.act(Kind.ISSUE, Line(R, 1), reference=reference_to(act))
        stock.record(naming, {("balance", SITE, R): 969})
        undone(stock, act, {("balance", SITE, R): 999})

    def test_by_an_approver_whom_no_rule_asked_for(self, stock: Stock) -> None:
        act = issued(stock)
        naming = stock.act(Kind.ISSUE, Line(R, 1), reference=reference_to(act), approver=APPROVER)
        stock.record(naming, {("balance", SITE, R): 969, ("document", act.key): act.word | NAMED})
        assert stock.refusal(stock.reversal(act)) == Refusal("StockLedgerNamed", (act.key,))

    def test_twice(self, stock: Stock) -> None:
        act = issued(stock)
        for units in (969, 968):
            naming = stock.act(Kind.WRITE_OFF, Line(R, 1), reference=reference_to(act))
            named = {("document", act.key): act.word | NAMED} if units == 969 else {}
            stock.record(naming, {("balance", SITE, R): units} | named)

    def test_nothing_that_exists(self, stock: Stock) -> None:
        reference = pack_reference(REFERENCE_DOCUMENT, 5)
        naming = stock.act(Kind.WRITE_OFF, Line(R, 1), reference=reference)
        assert stock.refusal(naming) == Refusal("StockLedgerReferenceUnknown", (reference,))

    def test_other_types_are_opaque(self, stock: Stock) -> None:
        act = issued(stock)
        for type_, units in ((0, 969), (4, 968), (255, 967)):
            naming = stock.act(Kind.WRITE_OFF, Line(R, 1), reference=pack_reference(type_, act.key))
            stock.record(naming, {("balance", SITE, R): units})
        undone(stock, act, {("balance", SITE, R): 997})

    def test_a_count_names_nothing(self, stock: Stock) -> None:
        # Its reference is a journal word, whose top bits may be anything.
        act = issued(stock)
        journal = REFERENCE_DOCUMENT << 248 | act.key >> 64 << 64 | 1
        stock.record(stock.act(Kind.COUNT, CountLine(M, 100, 100), reference=journal, approver=APPROVER))
        undone(stock, act, {("balance", SITE, R): 1_000})

    def test_resent_after_it_was_named_or_reversed(self, stock: Stock) -> None:
        act = issued(stock)
        stock.enter(stock.act(Kind.HOLD, Line(M), reference=reference_to(act)))
        stock.resend(act)
        other = issued(stock)
        reversal = undone(stock, other, {("balance", SITE, R): 970})
        stock.resend(other)
        stock.resend(reversal)
        assert stock.word("document", other.key) == other.word | REVERSED


class TestRecorded:
    def test_issue(self, stock: Stock) -> None:
        undone(stock, issued(stock), {("balance", SITE, R): 1_000}, reason=3)
        assert_conserved(stock)

    def test_issue_of_what_may_no_longer_be_used(self, stock: Stock) -> None:
        act = issued(stock)
        stock.enter(stock.act(Kind.RECALL, Line(R)))
        stock.enter(stock.act(Kind.HOLD, Line(R)))
        undone(stock, act, {("balance", SITE, R): 1_000 | 1 << 63})

    def test_issue_of_two_reasons(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(R, 10, 1), Line(R, 20, 2), Line(M, 5))
        stock.enter(act)
        undone(stock, act, {("balance", SITE, R): 1_000, ("balance", SITE, M): 100})

    def test_receipt_without_the_supplier(self, stock: Stock) -> None:
        lot = LotAttributes(item=GRAIN, source=DONOR, batch=b"\3" * 32)
        act = stock.act(Kind.RECEIPT, from_=DONOR, other=None, qualification=0)
        own = lot.owned_by(act.key, 0)
        act = act.saying(lines=join_words(ReceiptLine(own, 5, 2).words()))
        stock.enter(act)
        undone(stock, act, {("balance", SITE, own.lot_id): 0})
        assert stock.word("lot", own.lot_id) == lot_word(lot, status=1)
        assert_conserved(stock)

    def test_receipt_with_a_supplier(self, stock: Stock) -> None:
        act = stock.act(Kind.RECEIPT, ReceiptLine(MASKS, 10, 1), ReceiptLine(PIECES, 0, 3, ordinal=1))
        stock.enter(act)
        undone(stock, act, {("balance", SITE, M): 100}, other=None)
        assert_conserved(stock)

    def test_hand_over(self, stock: Stock) -> None:
        act = handed_over(stock, Line(R, 30), Line(M, 5))
        changes = {
            ("balance", SITE, R): 1_000,
            ("balance", SECOND_SITE, R): 0,
            ("balance", SITE, M): 100,
            ("balance", SECOND_SITE, M): 0,
        }
        undone(stock, act, changes)
        assert_conserved(stock)

    def test_hand_over_to_another_district(self, stock: Stock) -> None:
        fields = {"to": OTHER_SITE, "other": OTHER_KEEPER, "approver": CITY_APPROVER}
        act = stock.act(Kind.HAND_OVER, Line(M, 5), **fields)
        stock.enter(act)
        changes = {("balance", SITE, M): 100, ("balance", OTHER_SITE, M): 5}
        undone(stock, act, changes, approver=CITY_APPROVER)

    def test_write_off(self, stock: Stock) -> None:
        act = stock.act(Kind.WRITE_OFF, Line(R, 1_000))
        stock.enter(act)
        undone(stock, act, {("balance", SITE, R): 1_000})
        assert_conserved(stock)

    def test_repack(self, stock: Stock) -> None:
        act = stock.act(Kind.REPACK, RepackLine(N, 2, CUPS, 24))
        stock.enter(act)
        undone(stock, act, {("balance", SITE, N): 20, ("balance", SITE, CUPS.lot_id): 0})
        assert stock.word("lot", CUPS.lot_id) == lot_word(CUPS, FIRST_DAY + 300)
        assert_conserved(stock)

    def test_repack_whose_outputs_were_repacked_in_the_same_document(self, stock: Stock) -> None:
        # Each line takes what the one before it put, so that they are undone from the last to the first.
        lots = [replace(CUPS, batch=bytes([number]) * 32) for number in range(8)]
        first, second = sorted(lots, key=lambda goods: goods.lot_id)[-2:]
        stock.enter(stock.act(Kind.REPACK, RepackLine(N, 1, first, 12)))
        lines = (RepackLine(first.lot_id, 12, second, 7), RepackLine(second.lot_id, 7, CUPS, 9))
        act = stock.act(Kind.REPACK, *lines)
        stock.enter(act)
        undone(stock, act, {("balance", SITE, first.lot_id): 12, ("balance", SITE, CUPS.lot_id): 0})
        assert_conserved(stock)

    def test_count_and_dispatch_of_a_closed_site(self, stock: Stock) -> None:
        # It counts, and takes back what it sent.
        journal = stock.word("siteJournal", CLOSED_SITE)
        count = stock.act(Kind.COUNT, CountLine(R, 45, 50), from_=CLOSED_SITE, reference=journal)
        dispatch = stock.act(Kind.DISPATCH, Line(R, 45), from_=CLOSED_SITE)
        stock.enter(count)
        stock.enter(dispatch)
        closed = {("balance", CLOSED_SITE, R): 45, ("consignment", dispatch.key): CLOSED}
        undone(stock, dispatch, closed, other=SECOND_KEEPER)
        undone(stock, count, {("balance", CLOSED_SITE, R): 50})

    def test_count_of_gain_and_loss(self, stock: Stock) -> None:
        lines = (CountLine(R, 990, 1_000), CountLine(M, 103, 100), CountLine(N, 20, 20))
        act = stock.act(Kind.COUNT, *lines, reference=stock.word("siteJournal", SITE), approver=APPROVER)
        stock.enter(act)
        undone(stock, act, {("balance", SITE, R): 1_000, ("balance", SITE, M): 100})
        assert_conserved(stock)

    def test_of_a_closed_site_where_goods_leave_it(self, stock: Stock) -> None:
        act = stock.act(Kind.HAND_OVER, Line(R, 5), from_=SITE, to=SECOND_SITE)
        stock.enter(act)
        close = stock.world.directory.functions.closeSite(SECOND_SITE, SITE, 0)
        stock.chain.send(close, stock.world.root)
        undone(stock, act, {("balance", SITE, R): 1_000, ("balance", SECOND_SITE, R): 0})

    def test_never_late(self, stock: Stock) -> None:
        reversal = stock.reversal(issued(stock), occurred_at=Timestamp(1_600_000_000))
        assert not stock.enter(reversal).is_late

    def test_frees_the_way_for_the_same_thing_done_right(self, stock: Stock) -> None:
        undone(stock, issued(stock, 1_000), {("balance", SITE, R): 1_000})
        stock.record(stock.act(Kind.ISSUE, Line(R, 100)), {("balance", SITE, R): 900})
