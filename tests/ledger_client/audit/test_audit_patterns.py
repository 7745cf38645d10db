"""What several documents show together: found where it is, and not found where it is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stock_history import (
    APPROVER,
    CONSIGNEE,
    KEEPERS,
    PACK,
    History,
    goods,
    missing,
)
from three_sites import DAY, MASKS, ONE, TWO, found, of_day, three_sites

from ledger_client import events
from ledger_client.audit import FindingKind
from ledger_client.digests import grant_key
from ledger_client.documents import Kind, Timestamp
from ledger_client.events import SignedBy
from ledger_client.lines import Line
from ledger_client.reasons import reason_named
from ledger_client.roles import Role


@pytest.fixture
def history() -> History:
    return three_sites()


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
