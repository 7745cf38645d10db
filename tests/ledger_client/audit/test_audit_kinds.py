"""What can be found of quantities: found where it is, and not found where it is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from audited import audited, kinds
from stock_history import (
    APPROVER,
    ITEM,
    PACK,
    History,
    goods,
    missing,
)
from three_sites import DAY, MASKS, ONE, THREE, TWO, found, of_day, three_sites

from ledger_client import events
from ledger_client.audit import FindingKind
from ledger_client.audit.findings import SHORTAGE_DAYS
from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import CountLine, Line, RepackLine
from ledger_client.reasons import reason_named


@pytest.fixture
def history() -> History:
    return three_sites()


class TestNegativeAsClaimed:
    KIND = FindingKind.NEGATIVE_AS_CLAIMED

    def test_goods_that_went_before_they_came(self, tmp_path: Path, history: History) -> None:
        gowns = goods("gowns")
        history.receive(ONE, gowns, 50, verdict=1, age=DAY)
        issued = history.issue(ONE, gowns.lot_id, 30, age=2 * DAY)
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert (finding.site, finding.lot, finding.document) == (ONE, gowns.lot_id, issued.key)
        assert "30 base units more had gone than had come" in finding.en

    def test_only_what_was_not_there_yet(self, tmp_path: Path, history: History) -> None:
        """A hundred were there; two issues together take more, and the receipt comes last."""
        history.receive(ONE, MASKS, 50, verdict=1, age=DAY)
        history.issue(ONE, MASKS.lot_id, 90, age=3 * DAY)
        second = history.issue(ONE, MASKS.lot_id, 35, age=2 * DAY)
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert finding.document == second.key
        assert "25 base units more" in finding.en

    @pytest.mark.parametrize(("came", "went", "is_found"), [(1, 1, False), (2, 1, False), (1, 2, True)])
    def test_a_day_gets_the_benefit_of_the_doubt(
        self, tmp_path: Path, history: History, came: int, went: int, is_found: bool
    ) -> None:
        gowns = goods("gowns")
        history.receive(ONE, gowns, 50, verdict=1, occurred_at=of_day(came))
        history.issue(ONE, gowns.lot_id, 30, occurred_at=of_day(went))
        history.seal()
        assert bool(found(tmp_path, history, self.KIND)) is is_found

    def test_of_one_second_the_first_that_was_recorded(self, tmp_path: Path, history: History) -> None:
        gowns = goods("gowns")
        history.receive(ONE, gowns, 50, verdict=1, age=DAY)
        first = history.issue(ONE, gowns.lot_id, 30, age=2 * DAY)
        history.issue(ONE, gowns.lot_id, 5, age=2 * DAY)
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert finding.document == first.key
        assert "35 base units more" in finding.en

    @pytest.mark.parametrize(("days_ago", "is_found"), [(1, False), (2, True)])
    def test_what_went_some_time_of_a_day_went_at_its_end(
        self, tmp_path: Path, history: History, days_ago: int, is_found: bool
    ) -> None:
        gowns, came = goods("gowns"), of_day(1).seconds + 10 * 3_600
        history.receive(ONE, gowns, 10, verdict=1, occurred_at=Timestamp(came + 3_600))
        history.receive(ONE, gowns, 50, verdict=1, occurred_at=Timestamp(came))
        history.issue(ONE, gowns.lot_id, 55, occurred_at=of_day(days_ago))
        history.seal()
        assert bool(found(tmp_path, history, self.KIND)) is is_found

    def test_what_comes_in_the_same_second_comes_first(self, tmp_path: Path, history: History) -> None:
        gowns = goods("gowns")
        history.receive(ONE, gowns, 10, verdict=1, age=DAY)
        history.receive(ONE, gowns, 50, verdict=1, age=2 * DAY)
        history.issue(ONE, gowns.lot_id, 50, age=2 * DAY)
        history.seal()
        assert found(tmp_path, history, self.KIND) == []

    def test_both_ends_of_a_hand_over(self, tmp_path: Path, history: History) -> None:
        """TWO passed on what, as ONE says, it got only later."""
        history.hand_over(ONE, TWO, [(MASKS.lot_id, 10)])
        history.record(Kind.HAND_OVER, [Line(MASKS.lot_id, 10)], TWO, THREE, age=DAY)
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert finding.site == TWO

    def test_what_was_reversed_never_was(self, tmp_path: Path, history: History) -> None:
        gowns = goods("gowns")
        history.receive(ONE, gowns, 50, verdict=1, age=DAY)
        issued = history.issue(ONE, gowns.lot_id, 30, age=2 * DAY)
        history.reverse(issued, {(ONE, gowns.lot_id): 30})
        history.seal()
        assert found(tmp_path, history, self.KIND) == []

    def test_a_receipt_and_its_reversal_count_as_if_neither_had_been(
        self, tmp_path: Path, history: History
    ) -> None:
        gowns = goods("gowns")
        wrong = history.receive(ONE, gowns, 50, verdict=1)
        history.reverse(wrong, {(ONE, gowns.lot_id): -50})
        history.seal()
        assert found(tmp_path, history, self.KIND) == []

    def test_goods_of_a_receipt_that_was_reversed(self, tmp_path: Path, history: History) -> None:
        gowns = goods("gowns")
        wrong = history.receive(ONE, gowns, 50, verdict=1, age=3 * DAY)
        issued = history.issue(ONE, gowns.lot_id, 30, age=2 * DAY)
        history.receive(ONE, gowns, 50, verdict=1, age=DAY)
        history.reverse(wrong, {(ONE, gowns.lot_id): -50})
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert finding.document == issued.key


class TestThreat3UnexplainedAdjustment:
    KIND = FindingKind.UNEXPLAINED_ADJUSTMENT

    @pytest.mark.parametrize(
        ("reason", "is_found"),
        [
            ("", True),
            ("unexplained", True),
            ("distribution", True),  # a reason, but not one of a count
            ("damaged", False),
            ("theft", False),
            ("counting-error", False),
            ("unrecorded-movement", False),
        ],
    )
    @pytest.mark.parametrize("counted", [94, 106])
    def test_count(self, tmp_path: Path, history: History, reason: str, is_found: bool, counted: int) -> None:
        code = reason_named(reason).code if reason else 0
        lines = [CountLine(MASKS.lot_id, counted, 100, code)]
        count = history.record(Kind.COUNT, lines, ONE, reference=history.journals[ONE], approved=True)
        history.seal()
        findings = found(tmp_path, history, self.KIND)
        assert [finding.document for finding in findings] == [count.key] * is_found
        assert all(f"{counted - 100:+d}" in finding.en for finding in findings)

    def test_count_without_a_difference(self, tmp_path: Path, history: History) -> None:
        history.count(ONE, MASKS.lot_id, 100, 100)
        history.seal()
        assert audited(tmp_path, history).findings == ()

    @pytest.mark.parametrize(
        ("line", "document", "is_found"),
        [("", "", True), ("expired", "", False), ("", "expired", False), ("unexplained", "expired", True)],
    )
    def test_write_off(
        self, tmp_path: Path, history: History, line: str, document: str, is_found: bool
    ) -> None:
        one, two = (reason_named(name).code if name else 0 for name in (line, document))
        history.record(Kind.WRITE_OFF, [Line(MASKS.lot_id, 5, one)], ONE, approved=True, reason=two)
        history.seal()
        assert len(found(tmp_path, history, self.KIND)) == is_found

    def register(self, history: History) -> None:
        """Register an item for which the Catalogue holds no factor."""
        history.emit(
            events.ItemRegistered,
            item=ITEM + 5,
            authority=APPROVER,
            qualification_category=0,
            shelf_life=0,
            unit=b"H87",
            serial=False,
            name_digest=bytes(32),
        )

    @pytest.mark.parametrize(
        ("item", "put", "reason", "is_found"),
        [
            (PACK, 1, "packed", False),  # ten to a pack, says the Catalogue
            (PACK, 50, "unpacked", True),
            (PACK, 50, "contents-known", False),
            (ITEM + 5, 50, "unpacked", True),
            (ITEM + 5, 50, "contents-known", False),
            (ITEM, 10, "packed", False),
            (ITEM, 11, "packed", True),
            (ITEM, 3, "packed", True),  # seven were lost
        ],
    )
    def test_repack(
        self, tmp_path: Path, history: History, item: int, put: int, reason: str, is_found: bool
    ) -> None:
        if item == ITEM + 5:
            self.register(history)
        output = replace(MASKS, item=item, made=7)
        line = RepackLine(MASKS.lot_id, 10, output, put, reason_named(reason).code)
        history.record(Kind.REPACK, [line], ONE, approved=True)
        history.seal()
        findings = found(tmp_path, history, self.KIND)
        assert [finding.lot for finding in findings] == [output.lot_id] * is_found

    def test_a_repack_before_there_was_a_factor(self, tmp_path: Path, history: History) -> None:
        """A factor that was set later explains what fits it, and nothing else."""
        self.register(history)
        lots = []
        for made, (taken, put) in enumerate([(10, 50), (6, 30), (5, 1)], 1):
            output = replace(MASKS, item=ITEM + 5, made=made)
            line = RepackLine(MASKS.lot_id, taken, output, put, reason_named("unpacked").code)
            history.record(Kind.REPACK, [line], ONE, approved=True)
            lots.append(output.lot_id)
        history.emit(events.FactorSet, pack=ITEM, unit=ITEM + 5, authority=APPROVER, factor=5)
        history.seal()
        assert [finding.lot for finding in found(tmp_path, history, self.KIND)] == lots[2:]


class TestShortage:
    def test_begins_anew_when_all_that_was_missing_was_settled(
        self, tmp_path: Path, history: History
    ) -> None:
        """Five are missing and get settled; two months later, of what came back, two are missing."""
        lot = MASKS.lot_id
        dispatched = history.dispatch(ONE, TWO, [(lot, 20)])
        back = [Line(lot, 10, 2), missing(lot, 5)]
        history.answer(Kind.ACCEPTANCE, dispatched, back, {lot: 5})
        history.seal(5 * DAY)
        history.settle(dispatched, lot, 5, 3)
        history.seal(60 * DAY)
        told = history.answer(Kind.RETURN_ACCEPTANCE, dispatched, [missing(lot, 2)], {lot: 8})
        history.seal()
        assert [each.kind for each in audited(tmp_path, history).findings] == [
            FindingKind.SHORTAGE_OPEN,
            FindingKind.SHORTAGE_SETTLED,
        ]
        (finding,) = found(tmp_path, history, FindingKind.SHORTAGE_OPEN)
        assert finding.since == told.recorded_at
        assert "2 base units are missing" in finding.en

    def test_what_is_left_of_an_old_one_stays_old(self, tmp_path: Path, history: History) -> None:
        lot = MASKS.lot_id
        dispatched = history.dispatch(ONE, TWO, [(lot, 20)])
        told = history.answer(Kind.ACCEPTANCE, dispatched, [missing(lot, 5)], {lot: 15})
        history.seal(5 * DAY)
        history.settle(dispatched, lot, 3, 2)
        history.seal(60 * DAY)
        (finding,) = found(tmp_path, history, FindingKind.SHORTAGE_OVERDUE)
        assert finding.since == told.recorded_at
        assert "2 base units are missing" in finding.en

    def test_the_oldest_of_two_lots(self, tmp_path: Path, history: History) -> None:
        gowns, lot = goods("gowns"), MASKS.lot_id
        history.receive(ONE, gowns, 10, verdict=1)
        dispatched = history.dispatch(ONE, TWO, [(lot, 9), (gowns.lot_id, 9)])
        exceptions = [missing(lot, 2), Line(gowns.lot_id, 9, 2)]
        told = history.answer(Kind.ACCEPTANCE, dispatched, exceptions, {lot: 7})
        history.seal(40 * DAY)
        lacking = [missing(gowns.lot_id, 1)]
        history.answer(Kind.RETURN_ACCEPTANCE, dispatched, lacking, {gowns.lot_id: 8})
        history.seal()
        (finding,) = audited(tmp_path, history).findings
        assert (finding.kind, finding.since) == (FindingKind.SHORTAGE_OVERDUE, told.recorded_at)
        assert "3 base units are missing" in finding.en

    def test_nothing_is_missing(self, tmp_path: Path, history: History) -> None:
        """What is refused goes back and is no shortage; a settled one is none any more."""
        lot = MASKS.lot_id
        history.answer(Kind.ACCEPTANCE, history.dispatch(ONE, TWO, [(lot, 9)]), [Line(lot, 4, 2)], {lot: 5})
        lacking = history.dispatch(ONE, TWO, [(lot, 8)])
        history.answer(Kind.ACCEPTANCE, lacking, [missing(lot, 3)], {lot: 5})
        history.settle(lacking, lot, 3, 3)
        history.seal(60 * DAY)
        (finding,) = audited(tmp_path, history).findings
        assert finding.kind is FindingKind.SHORTAGE_SETTLED

    @pytest.mark.parametrize(
        ("days", "kind"),
        [
            (SHORTAGE_DAYS - 1, FindingKind.SHORTAGE_OPEN),
            (SHORTAGE_DAYS, FindingKind.SHORTAGE_OVERDUE),
        ],
    )
    def test_open_for_too_long(self, tmp_path: Path, history: History, days: int, kind: FindingKind) -> None:
        dispatched = history.dispatch(ONE, TWO, [(MASKS.lot_id, 10)])
        history.seal(40 * DAY)  # on its way; the shortage begins when somebody says so
        told = history.answer(Kind.ACCEPTANCE, dispatched, [missing(MASKS.lot_id, 3)], {MASKS.lot_id: 7})
        history.seal(days * DAY + 1)
        (finding,) = audited(tmp_path, history).findings
        assert (finding.kind, finding.document) == (kind, dispatched.key)
        assert finding.since == told.recorded_at
        assert "3 base units are missing" in finding.en


def test_a_held_donation_is_no_held_receipt_of_a_supplier(tmp_path: Path, history: History) -> None:
    history.emit(
        events.SupplierRegistered,
        supplier=0xABC,
        authority=APPROVER,
        authority_division=0,
        grant_position=1,
        name_digest=bytes(32),
        recorded_at=history.time,
    )
    history.receive(ONE, goods("a", source=0xABC).owned_by(1, 1), 5, verdict=3)
    history.receive(ONE, goods("b", source=0x999).owned_by(2, 1), 5)
    history.seal()
    assert kinds(audited(tmp_path, history)) == [
        FindingKind.DONATION_HELD,
        FindingKind.UNQUALIFIED_RECEIPT_HELD,
    ]
