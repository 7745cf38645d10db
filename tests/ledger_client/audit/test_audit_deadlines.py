"""Until when a finding asks for an answer, and what closes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from audited import audited
from stock_history import (
    APPROVER,
    CONSIGNEE,
    History,
)
from three_sites import DAY, MASKS, ONE, TWO, three_sites

from ledger_client import events
from ledger_client.audit import FindingKind
from ledger_client.digests import grant_key
from ledger_client.documents import Kind
from ledger_client.events import SignedBy
from ledger_client.lines import CountLine, Line
from ledger_client.reasons import reason_named
from ledger_client.roles import Role
from ledger_client.words import pack_reference


@pytest.fixture
def history() -> History:
    return three_sites()


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
