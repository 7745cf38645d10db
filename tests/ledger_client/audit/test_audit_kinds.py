"""What can be found beside divergences, kind by kind: found where it is, and not found where it is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from audited import audited, kinds
from stock_history import (
    APPROVER,
    CONSIGNEE,
    ITEM,
    KEEPERS,
    PACK,
    SITES,
    START,
    History,
    goods,
    missing,
)

from ledger_client import events
from ledger_client.audit import Finding, FindingKind
from ledger_client.audit.findings import SHORTAGE_DAYS
from ledger_client.digests import grant_key
from ledger_client.documents import CHINA_OFFSET, Kind, Timestamp
from ledger_client.events import SignedBy
from ledger_client.lines import CountLine, Line, RepackLine
from ledger_client.reasons import reason_named
from ledger_client.roles import Role
from ledger_client.words import pack_reference

ONE, TWO, THREE, DISPOSAL = SITES
DAY = 86_400
MASKS = goods("masks")


@pytest.fixture
def history() -> History:
    """A ledger whose first three sites are open; the first one has a hundred masks."""
    history = History()
    history.set_up()
    history.open(ONE, [(MASKS, 100)])
    history.open(TWO)
    history.open(THREE)
    history.seal(20 * DAY)
    return history


def found(path: Path, history: History, kind: FindingKind) -> list[Finding]:
    return [finding for finding in audited(path, history).findings if finding.kind is kind]


def of_day(days_ago: int) -> Timestamp:
    """A day of which no more is known, counted back from the day on which `history` begins to record."""
    day = (START + 20 * DAY + CHINA_OFFSET) // DAY - days_ago
    return Timestamp(day * DAY - CHINA_OFFSET, is_day_only=True)


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


class TestUnexplainedAdjustment:
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


class TestLeftOutOfRecall:
    KIND = FindingKind.LEFT_OUT_OF_RECALL

    def recall(self, history: History, kind: Kind = Kind.RECALL, lot: int = MASKS.lot_id) -> Any:
        return history.record(kind, [Line(lot, 0)])

    def test_same_goods_in_a_lot_of_their_own(self, tmp_path: Path, history: History) -> None:
        own = MASKS.owned_by(9, 1)
        history.receive(ONE, own, 30, verdict=1)
        history.hand_over(ONE, TWO, [(own.lot_id, 10)])
        recall = self.recall(history)
        history.seal()
        findings = found(tmp_path, history, self.KIND)
        assert [(each.site, each.lot, each.document) for each in findings] == [
            (ONE, own.lot_id, recall.key),
            (TWO, own.lot_id, recall.key),
        ]
        assert [each.en.rpartition("; ")[2] for each in findings] == [
            "20 base units are here",
            "10 base units are here",
        ]

    def test_a_lot_of_which_nothing_is_left(self, tmp_path: Path, history: History) -> None:
        own = MASKS.owned_by(9, 1)
        history.receive(TWO, own, 30, verdict=1)
        history.issue(TWO, own.lot_id, 30)
        self.recall(history)
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert (finding.site, finding.lot) == (TWO, own.lot_id)
        assert "0 base units are here" in finding.en

    @pytest.mark.parametrize(
        "changed", [{"source": 0x77}, {"batch": b"\7" * 32}, {"item": PACK}, {"batch": bytes(32)}]
    )
    def test_other_goods(self, tmp_path: Path, history: History, changed: dict[str, Any]) -> None:
        history.receive(ONE, replace(MASKS, **changed), 30, verdict=1)
        self.recall(history)
        history.seal()
        assert found(tmp_path, history, self.KIND) == []

    def test_goods_without_a_batch_are_not_taken_for_the_same(self, tmp_path: Path, history: History) -> None:
        plain = replace(MASKS, batch=bytes(32))
        history.receive(ONE, plain, 30, verdict=1)
        history.receive(ONE, plain.owned_by(9, 1), 30, verdict=1)
        self.recall(history, lot=plain.lot_id)
        history.seal()
        assert found(tmp_path, history, self.KIND) == []

    def test_recalled_too_and_lifted(self, tmp_path: Path, history: History) -> None:
        own = MASKS.owned_by(9, 1)
        history.receive(ONE, own, 30, verdict=1)
        self.recall(history)
        self.recall(history, lot=own.lot_id)
        history.seal()
        assert found(tmp_path, history, self.KIND) == []
        self.recall(history, Kind.LIFT, own.lot_id)
        history.seal()
        assert found(tmp_path, history, self.KIND) == []

    def test_each_recall_of_the_same_goods_counts(self, tmp_path: Path, history: History) -> None:
        """A lot was lifted after one recall; another lot of the goods was recalled since."""
        lots = [MASKS.owned_by(9, each) for each in (1, 2, 3)]
        for each in lots:
            history.receive(TWO, each, 30, verdict=1)
        one, two, three = (each.lot_id for each in lots)
        for order in ((three, one), (one, three)):  # whichever lot was created first
            self.recall(history, lot=order[0])
            self.recall(history, lot=two)
            self.recall(history, lot=MASKS.lot_id)
            self.recall(history, Kind.LIFT, two)
            last = self.recall(history, lot=order[1])
            history.seal()
            (finding,) = found(tmp_path, history, self.KIND)
            assert (finding.lot, finding.document) == (two, last.key)
            assert f"{order[1]:040x}" in finding.en
            for each in (one, three, MASKS.lot_id):
                self.recall(history, Kind.LIFT, each)

    def test_the_first_recall_that_left_it_out_at_whoever_holds_any(
        self, tmp_path: Path, history: History
    ) -> None:
        """All of it was handed over, so that the first site has to look for nothing."""
        lots = [MASKS.owned_by(9, each) for each in (1, 2)]
        for each in lots:
            history.receive(ONE, each, 30, verdict=1)
        history.hand_over(ONE, TWO, [(lots[0].lot_id, 30)])
        first = self.recall(history)
        self.recall(history, lot=lots[1].lot_id)
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert (finding.site, finding.lot, finding.document) == (TWO, lots[0].lot_id, first.key)

    def test_goods_that_came_after_the_recall(self, tmp_path: Path, history: History) -> None:
        recall = self.recall(history)
        history.seal(DAY)
        came = history.receive(TWO, MASKS.owned_by(9, 1), 30, verdict=1)
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert (finding.document, finding.since) == (recall.key, came.recorded_at)

    def test_a_recall_that_was_lifted_leaves_nothing_out(self, tmp_path: Path, history: History) -> None:
        history.receive(ONE, MASKS.owned_by(9, 1), 30, verdict=1)
        self.recall(history)
        self.recall(history, Kind.LIFT)
        history.seal()
        assert found(tmp_path, history, self.KIND) == []


class TestPossiblyRecordedTwice:
    KIND = FindingKind.POSSIBLY_RECORDED_TWICE

    def test_one_delivery_typed_in_twice(self, tmp_path: Path, history: History) -> None:
        """Held goods have a lot of their own a receipt, and are the same goods all the same."""
        first = history.receive(ONE, goods("gowns").owned_by(1, 1), 50, occurred_at=of_day(1), verdict=3)
        again = history.receive(ONE, goods("gowns").owned_by(2, 1), 50, occurred_at=of_day(1), verdict=3)
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert (finding.site, finding.document) == (ONE, again.key)
        assert f"{first.key:062x}"[:12] in finding.en

    def test_once_held_and_once_not(self, tmp_path: Path, history: History) -> None:
        """One of the two named the qualification; it is the same delivery."""
        gowns = goods("gowns")
        history.receive(ONE, gowns.owned_by(1, 1), 50, occurred_at=of_day(1), verdict=0)
        again = history.receive(ONE, gowns, 50, occurred_at=of_day(1), verdict=1)
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert finding.document == again.key

    @pytest.mark.parametrize(
        "other",
        [
            {"batch": "others"},
            {"units": 51},
            {"source": 0x77},
            {"site": TWO},
            {"occurred_at": of_day(2)},
        ],
    )
    def test_other_deliveries(self, tmp_path: Path, history: History, other: dict[str, Any]) -> None:
        plain = {"batch": "gowns", "units": 50, "source": 0xABC, "site": ONE, "occurred_at": of_day(1)}
        for said in (plain, plain | other):
            history.receive(
                said["site"],
                goods(said["batch"], source=said["source"]),
                said["units"],
                verdict=1,
                occurred_at=said["occurred_at"],
            )
        history.seal()
        assert found(tmp_path, history, self.KIND) == []

    @pytest.mark.parametrize("kind", ["issue", "hand-over", "dispatch", "write-off", "count", "repack"])
    def test_every_kind_that_moves_goods(self, tmp_path: Path, history: History, kind: str) -> None:
        lot = MASKS.lot_id
        for _ in range(2):
            {
                "issue": lambda: history.issue(ONE, lot, 5),
                "hand-over": lambda: history.hand_over(ONE, TWO, [(lot, 5)]),
                "dispatch": lambda: history.dispatch(ONE, TWO, [(lot, 5)]),
                "write-off": lambda: history.write_off(ONE, lot, 5),
                "count": lambda: history.count(ONE, lot, 95, 100),
                "repack": lambda: history.repack(ONE, lot, 10, replace(MASKS, item=PACK), 1),
            }[kind]()
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert finding.document == history.recorded[-1].key

    def test_two_reasons_for_one_issue(self, tmp_path: Path, history: History) -> None:
        """Two people typed it in, in another order and for another reason."""
        gloves = goods("gloves")
        history.receive(ONE, gloves, 50, verdict=1)
        lots = sorted([MASKS.lot_id, gloves.lot_id])
        for reason in (40, 41):
            lines = [Line(lot, 5, reason) for lot in lots]
            history.record(Kind.ISSUE, lines, ONE, CONSIGNEE, (ONE, 0))
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert finding.document == history.recorded[-1].key

    def test_one_issue_for_two_reasons(self, tmp_path: Path, history: History) -> None:
        """One of the two wrote it in two lines; a quantity that is another one in sum is another issue."""
        for lines in ([(5, 40)], [(2, 40), (3, 41)], [(2, 40), (4, 41)]):
            history.record(
                Kind.ISSUE, [Line(MASKS.lot_id, units, why) for units, why in lines], ONE, CONSIGNEE, (ONE, 0)
            )
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert finding.document == history.recorded[-2].key

    @pytest.mark.parametrize("other", [{"units": 6}, {"age": DAY}, {"to": 0x77}, {"site": TWO}])
    def test_other_issues(self, tmp_path: Path, history: History, other: dict[str, Any]) -> None:
        history.hand_over(ONE, TWO, [(MASKS.lot_id, 20)])
        plain = {"units": 5, "age": 0, "to": CONSIGNEE, "site": ONE}
        for said in (plain, plain | other):
            lines, site = [Line(MASKS.lot_id, said["units"])], said["site"]
            history.record(Kind.ISSUE, lines, site, said["to"], (site, 0), age=said["age"])
        history.seal()
        assert found(tmp_path, history, self.KIND) == []

    @pytest.mark.parametrize(("hours", "is_found"), [((1, 23), True), ((-1, 1), False)])
    def test_a_day_is_one_of_the_ledger(
        self, tmp_path: Path, history: History, hours: tuple[int, int], is_found: bool
    ) -> None:
        """Midnight in China is 16:00 of the day before at Greenwich."""
        midnight = of_day(1).seconds
        for hour in hours:
            history.issue(ONE, MASKS.lot_id, 5, occurred_at=Timestamp(midnight + hour * 3_600))
        history.seal()
        assert bool(found(tmp_path, history, self.KIND)) is is_found

    def test_goods_by_hand_and_as_many_on_their_way(self, tmp_path: Path, history: History) -> None:
        history.hand_over(ONE, TWO, [(MASKS.lot_id, 5)])
        history.dispatch(ONE, TWO, [(MASKS.lot_id, 5)])
        history.seal()
        assert found(tmp_path, history, self.KIND) == []

    def test_what_moves_nothing_or_answers_another_dispatch(self, tmp_path: Path, history: History) -> None:
        for kind in (Kind.HOLD, Kind.RELEASE, Kind.HOLD, Kind.RELEASE):
            history.status(kind, ONE, [MASKS.lot_id])
        for units in (5, 6):
            dispatched = history.dispatch(ONE, TWO, [(MASKS.lot_id, units)])
            lacking = [missing(MASKS.lot_id, 1)]
            history.answer(Kind.ACCEPTANCE, dispatched, lacking, {MASKS.lot_id: units - 1})
        history.seal()
        assert found(tmp_path, history, self.KIND) == []

    def test_two_counts_that_agree_move_nothing(self, tmp_path: Path, history: History) -> None:
        history.count(ONE, MASKS.lot_id, 100, 100)
        history.count(ONE, MASKS.lot_id, 100, 100)
        history.seal()
        assert found(tmp_path, history, self.KIND) == []

    @pytest.mark.parametrize("which", [0, 1])
    def test_one_of_them_was_reversed(self, tmp_path: Path, history: History, which: int) -> None:
        both = [history.issue(ONE, MASKS.lot_id, 5) for _ in range(2)]
        history.reverse(both[which], {(ONE, MASKS.lot_id): 5})
        history.seal()
        assert found(tmp_path, history, self.KIND) == []


class TestGrantedByOneKey:
    KIND = FindingKind.GRANTED_BY_ONE_KEY
    DISTRICT = 420106

    def grant(self, history: History, holder: Any, role: Role, by: Any, division: int) -> SignedBy:
        history.emit(events.ClassAccepted, holder=holder, role=role, recorded_at=history.time)
        history.emit(
            events.GrantMade,
            holder=holder,
            division=self.DISTRICT,
            authority=by,
            role=role,
            subject=0,
            authority_division=division,
            from_=history.time,
            recorded_at=history.time,
        )
        # The keepers of `set_up` have two entries already.
        position = 4 if holder in KEEPERS else 2
        return SignedBy(holder, grant_key(holder, role, self.DISTRICT, 0), position)

    @pytest.mark.parametrize(
        ("granters", "division", "is_found"),
        [("ab", 420106, False), ("aa", 420106, True), ("aa", 4201, True), ("aa", 0, False)],
    )
    def test_both_keys_of_documents(
        self, tmp_path: Path, history: History, granters: str, division: int, is_found: bool
    ) -> None:
        one, two = (f"0x{letter * 40}" for letter in granters)
        keeper = self.grant(history, KEEPERS[0], Role.KEEPER, one, division)
        approver = self.grant(history, APPROVER, Role.APPROVER, two, division)
        for _ in range(2):
            history.record(
                Kind.WRITE_OFF,
                [Line(MASKS.lot_id, 1, reason_named("expired").code)],
                ONE,
                sender=keeper,
                approver=approver,
            )
            history.issue(ONE, MASKS.lot_id, 1)  # which needs no approver, and is not counted
            history.seal(DAY)
        findings = found(tmp_path, history, self.KIND)
        assert [finding.site for finding in findings] == [ONE] * is_found
        if findings:
            assert f"in 2 of 3 documents with an approver, one key of division {division}" in findings[0].en
            assert one in findings[0].en.lower()

    def written_off(self, history: History, keeper: SignedBy, approver: SignedBy) -> None:
        lines = [Line(MASKS.lot_id, 1, 12)]
        history.record(Kind.WRITE_OFF, lines, ONE, sender=keeper, approver=approver)
        history.seal(DAY)

    def test_a_grant_that_another_made_anew(self, tmp_path: Path, history: History) -> None:
        """What was signed before owes its grant to the first, what was signed since to the second."""
        one, two = "0x" + "a" * 40, "0x" + "b" * 40
        approver = self.grant(history, APPROVER, Role.APPROVER, one, self.DISTRICT)
        keeper = self.grant(history, KEEPERS[0], Role.KEEPER, one, self.DISTRICT)
        self.written_off(history, keeper, approver)
        self.grant(history, KEEPERS[0], Role.KEEPER, two, self.DISTRICT)
        for _ in range(3):
            self.written_off(history, replace(keeper, position=6), approver)
        (finding,) = found(tmp_path, history, self.KIND)
        assert "in 1 of 5 documents with an approver" in finding.en

    @pytest.mark.parametrize(("granters", "is_found"), [("aa", True), ("ab", False)])
    def test_a_new_key_of_the_same_holder(
        self, tmp_path: Path, history: History, granters: str, is_found: bool
    ) -> None:
        """Whoever granted to the old key made the new one's grant possible."""
        one, two = (f"0x{letter * 40}" for letter in granters)
        new = "0x" + "9" * 40
        approver = self.grant(history, APPROVER, Role.APPROVER, one, self.DISTRICT)
        self.grant(history, KEEPERS[0], Role.KEEPER, two, self.DISTRICT)
        said = {"old_holder": KEEPERS[0], "new_holder": new, "replacement": 1, "recorded_at": history.time}
        by = {"authority": one, "authority_division": 0}
        history.emit(events.ReplacementProposed, **said, **by, grants=1, compromised_since=0)
        moved = {"role": Role.KEEPER, "division": self.DISTRICT, "subject": 0}
        history.emit(events.GrantReplaced, **said, **moved)
        keeper = SignedBy(new, grant_key(new, Role.KEEPER, self.DISTRICT, 0), 2)
        self.written_off(history, keeper, approver)
        assert len(found(tmp_path, history, self.KIND)) == is_found

    @pytest.mark.parametrize(("slot", "is_found"), [("sender", True), ("other", False)])
    def test_a_supplier_is_no_keeper(
        self, tmp_path: Path, history: History, slot: str, is_found: bool
    ) -> None:
        """A receipt recorded late: one key granted to the approver, and to the keeper or the supplier."""
        authority = "0x" + "a" * 40
        approver = self.grant(history, APPROVER, Role.APPROVER, authority, self.DISTRICT)
        one = self.grant(history, KEEPERS[0], Role.KEEPER, authority, self.DISTRICT)
        two = self.grant(history, KEEPERS[1], Role.KEEPER, "0x" + "b" * 40, self.DISTRICT)
        sender, other = (one, two) if slot == "sender" else (two, one)
        history.receive(ONE, goods("a"), 5, verdict=1, sender=sender, other=other, approver=approver)
        history.seal()
        assert len(found(tmp_path, history, self.KIND)) == is_found

    def test_an_approver_who_sends_is_no_keeper(self, tmp_path: Path, history: History) -> None:
        authority = "0x" + "a" * 40
        approver = self.grant(history, APPROVER, Role.APPROVER, authority, self.DISTRICT)
        history.record(Kind.HOLD, [Line(MASKS.lot_id, 0)], ONE, sender=approver, approver=approver)
        history.seal()
        assert found(tmp_path, history, self.KIND) == []


class TestDeadlines:
    def history_of_a_difference(self, history: History, days: int) -> Any:
        lines = [CountLine(MASKS.lot_id, 90, 100, reason_named("theft").code)]
        count = history.record(Kind.COUNT, lines, ONE, reference=history.journals[ONE], approved=True)
        history.seal(days * DAY)
        return count

    @pytest.mark.parametrize(
        ("days", "owner", "missed"),
        [
            (0, 420106001001, 0),
            (7, 420106001001, 0),
            (8, 420106001, 1),
            (15, 420106, 2),
            (22, 4201, 3),
            (29, 42, 4),
            (36, 0, 5),
            (360, 0, 51),
        ],
    )
    def test_each_missed_deadline_moves_a_warning_up(
        self, tmp_path: Path, history: History, days: int, owner: int, missed: int
    ) -> None:
        count = self.history_of_a_difference(history, days)
        (finding,) = audited(tmp_path, history).findings
        assert (finding.kind, finding.since) == (FindingKind.COUNT_DIFFERENCE, count.recorded_at)
        assert (finding.owner, finding.missed) == (owner, missed)
        assert finding.deadline == count.recorded_at + 7 * DAY * (missed + 1)

    @pytest.mark.parametrize(("seconds", "missed"), [(0, 0), (1, 1)])
    def test_a_deadline_is_kept_in_its_last_second(
        self, tmp_path: Path, history: History, seconds: int, missed: int
    ) -> None:
        count = self.history_of_a_difference(history, 0)
        history.seal(count.recorded_at + 7 * DAY - history.time + seconds)
        (finding,) = audited(tmp_path, history).findings
        assert finding.missed == missed

    def test_a_note_asks_nobody_for_anything(self, tmp_path: Path, history: History) -> None:
        issued = history.issue(ONE, MASKS.lot_id, 1)
        history.reverse(issued, {(ONE, MASKS.lot_id): 1})
        history.seal(100 * DAY)
        (finding,) = audited(tmp_path, history).findings
        assert (finding.kind, finding.owner) == (FindingKind.REVERSAL, ONE // 1_000)
        assert (finding.to_dict()["deadline"], finding.missed) == (None, 0)


class TestClosing:
    @pytest.fixture
    def approver(self, history: History) -> SignedBy:
        return self.approver_of(history, 420106)

    def approver_of(self, history: History, division: int) -> SignedBy:
        history.emit(
            events.GrantMade,
            holder=APPROVER,
            division=division,
            authority="0x" + "aa" * 20,
            role=Role.APPROVER,
            subject=0,
            authority_division=0,
            from_=history.time,
            recorded_at=history.time,
        )
        return SignedBy(APPROVER, grant_key(APPROVER, Role.APPROVER, division, 0), 1)

    def naming(self, history: History, named: Any, approver: SignedBy | None, **more: Any) -> Any:
        """Issue something, and name a document with it."""
        reference = pack_reference(1, named.key)
        lines = [Line(MASKS.lot_id, 1)]
        return history.record(
            Kind.ISSUE, lines, ONE, CONSIGNEE, (ONE, 0), reference=reference, approver=approver, **more
        )

    def differing(self, history: History) -> Any:
        return TestDeadlines().history_of_a_difference(history, 1)

    def test_by_a_document_of_an_approver_that_names_it(
        self, tmp_path: Path, history: History, approver: SignedBy
    ) -> None:
        count = self.differing(history)
        answer = self.naming(history, count, approver)
        history.seal(90 * DAY)
        report = audited(tmp_path, history)
        (finding,) = report.findings
        assert report.open == ()
        assert (finding.document, finding.closed_by) == (count.key, answer.key)
        assert finding.to_dict()["closed_by"] == f"{answer.key:062x}"
        assert (finding.owner, finding.missed, finding.deadline) == (ONE // 1_000, 0, 0)

    def test_by_an_approver_who_sends_it(self, tmp_path: Path, history: History, approver: SignedBy) -> None:
        """A hold is an approver's own act, which no other approver signs."""
        count = self.differing(history)
        history.record(
            Kind.HOLD, [Line(MASKS.lot_id, 0)], ONE, reference=pack_reference(1, count.key), sender=approver
        )
        history.seal()
        assert audited(tmp_path, history).open == ()

    def test_by_the_first_of_several_answers(
        self, tmp_path: Path, history: History, approver: SignedBy
    ) -> None:
        count = self.differing(history)
        answer = self.naming(history, count, approver)
        self.naming(history, count, approver, age=DAY)
        history.seal()
        (finding,) = [each for each in audited(tmp_path, history).findings if each.document == count.key]
        assert finding.closed_by == answer.key

    def test_not_by_a_keeper(self, tmp_path: Path, history: History) -> None:
        self.naming(history, self.differing(history), None)
        history.seal()
        assert len(audited(tmp_path, history).open) == 1

    def test_not_by_an_approver_of_another_district(self, tmp_path: Path, history: History) -> None:
        self.naming(history, self.differing(history), self.approver_of(history, 420105))
        history.seal()
        assert len(audited(tmp_path, history).open) == 1

    def test_not_by_a_document_that_was_reversed(
        self, tmp_path: Path, history: History, approver: SignedBy
    ) -> None:
        answer = self.naming(history, self.differing(history), approver)
        history.reverse(answer, {(ONE, MASKS.lot_id): 1})
        history.seal()
        report = audited(tmp_path, history)
        assert FindingKind.COUNT_DIFFERENCE in [finding.kind for finding in report.open]

    def test_not_before_there_was_something_to_see(
        self, tmp_path: Path, history: History, approver: SignedBy
    ) -> None:
        """Somebody named the dispatch while it was on its way; then it did not arrive in time."""
        dispatched = history.dispatch(ONE, TWO, [(MASKS.lot_id, 5)])
        self.naming(history, dispatched, approver)
        history.seal(10 * DAY)
        assert [finding.kind for finding in audited(tmp_path, history).open] == [
            FindingKind.CONSIGNMENT_OVERDUE
        ]

    def test_by_a_reversal(self, tmp_path: Path, history: History) -> None:
        count = self.differing(history)
        reversal = history.reverse(count, {(ONE, MASKS.lot_id): 10})
        history.seal()
        report = audited(tmp_path, history)
        assert [finding.kind for finding in report.open] == [FindingKind.REVERSAL]
        (closed,) = [finding for finding in report.findings if finding.is_closed]
        assert (closed.kind, closed.closed_by) == (FindingKind.COUNT_DIFFERENCE, reversal.key)
        assert list(report.findings) == [*report.open, closed]


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
