"""What requests and proposals show: found where it is, and not found where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from allocation_history import STREET, Allocation, allocated
from allotted import LOT, approved
from audited import audited, kinds
from three_sites import DAY, ONE, THREE, TWO, found

from ledger_client.audit import FindingKind
from ledger_client.documents import Kind
from ledger_client.roles import Role


@pytest.fixture
def it() -> Allocation:
    """The first site has a thousand masks, keeps 100, and gives up to 600; the second keeps 50."""
    return allocated()


class TestApprovedNotDelivered:
    KIND = FindingKind.APPROVED_NOT_DELIVERED

    @pytest.mark.parametrize(("late", "is_found"), [(0, False), (1, True)])
    def test_after_the_day_of_need(self, tmp_path: Path, it: Allocation, late: int, is_found: bool) -> None:
        key = approved(it)
        it.show(key, it.send(key, 50))
        it.seal()
        over = it.requests[it.proposals[key].request].asking.needed_by
        it.seal(over + late - it.history.time)
        findings = found(tmp_path, it.history, self.KIND)
        assert [(each.site, each.since) for each in findings] == [(ONE, over)] * is_found
        assert all(each.en.startswith("30 of 80 base units") for each in findings)

    def test_of_a_request_that_was_withdrawn(self, tmp_path: Path, it: Allocation) -> None:
        key, at = approved(it), it.now
        it.withdraw_request(it.proposals[key].request)
        it.seal(DAY)
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.since == at

    @pytest.mark.parametrize("why", ["delivered", "expired", "withdrawn", "not approved"])
    def test_nothing_is_reserved(self, tmp_path: Path, it: Allocation, why: str) -> None:
        key = approved(it)
        if why == "delivered":
            it.show(key, it.send(key, 80))
        if why == "withdrawn":
            it.withdraw(key, Role.APPROVER, STREET)
        if why == "not approved":
            it.propose(it.proposals[key].request, ONE, [(LOT, 5)])
            it.withdraw(key)
        it.seal(20 * DAY)
        if why == "expired":
            it.expire(key)
            it.seal()
        assert found(tmp_path, it.history, self.KIND) == []


class TestRequests:
    @pytest.mark.parametrize(("late", "is_found"), [(0, False), (1, True)])
    def test_unanswered(self, tmp_path: Path, it: Allocation, late: int, is_found: bool) -> None:
        """The street answers: the community has asked."""
        need = it.ask(TWO, 120)
        it.seal()
        over = it.requests[need].asking.needed_by
        it.seal(over + late - it.history.time)
        findings = found(tmp_path, it.history, FindingKind.REQUEST_UNANSWERED)
        assert [(each.site, each.owner, each.since) for each in findings] == [(TWO, STREET, over)] * is_found

    def test_unanswered_at_a_site_that_no_division_has(self, tmp_path: Path, it: Allocation) -> None:
        """A server may make up anything, and the audit ends."""
        it.ask(1_234, 120)
        it.seal(20 * DAY)
        (finding,) = found(tmp_path, it.history, FindingKind.REQUEST_UNANSWERED)
        assert finding.owner == 0

    @pytest.mark.parametrize(("units", "is_found"), [(119, True), (120, False)])
    def test_less_accepted_than_asked(
        self, tmp_path: Path, it: Allocation, units: int, is_found: bool
    ) -> None:
        key = approved(it, 120)
        it.show(key, it.send(key, units, Kind.HAND_OVER))
        it.seal(20 * DAY)
        findings = found(tmp_path, it.history, FindingKind.REQUEST_UNANSWERED)
        assert len(findings) == is_found
        assert all("119 were accepted" in each.en for each in findings)

    def test_withdrawn(self, tmp_path: Path, it: Allocation) -> None:
        it.withdraw_request(it.ask(TWO, 120))
        it.seal(20 * DAY)
        assert found(tmp_path, it.history, FindingKind.REQUEST_UNANSWERED) == []

    @pytest.mark.parametrize(
        ("site", "units", "is_found"), [(TWO, 150, False), (TWO, 151, True), (THREE, 5_000, False)]
    )
    def test_above_three_times_the_norm(
        self, tmp_path: Path, it: Allocation, site: int, units: int, is_found: bool
    ) -> None:
        at = it.now
        it.ask(site, units)
        it.seal(DAY)
        findings = found(tmp_path, it.history, FindingKind.FLAGGED_REQUEST)
        assert [(each.site, each.since, each.deadline) for each in findings] == [(TWO, at, 0)] * is_found
        assert all(each.en.endswith("more than 3 times the floor of 50: emergency") for each in findings)

    @pytest.mark.parametrize("is_stale", [True, False])
    def test_a_giver_whose_count_was_overdue(self, tmp_path: Path, it: Allocation, is_stale: bool) -> None:
        it.seal(31 * DAY if is_stale else DAY)
        at = it.now
        it.approve(
            it.propose(it.ask(TWO, 120), ONE, [(LOT, 80)]), STREET, stale_reason=141 if is_stale else 0
        )
        it.seal()
        findings = found(tmp_path, it.history, FindingKind.STALE_GIVER)
        assert [(each.site, each.since, each.deadline) for each in findings] == [(ONE, at, 0)] * is_stale
        assert all("overdue: counted on paper, to be recorded" in each.en for each in findings)


def test_from_need_to_acceptance_nothing_is_found(tmp_path: Path, it: Allocation) -> None:
    key = approved(it, 120)
    sent = it.send(key, 120)
    it.show(key, sent)
    it.seal(3_600)
    it.show(key, it.answer(Kind.ACCEPTANCE, sent), 120)
    it.seal(20 * DAY)
    assert kinds(audited(tmp_path, it.history)) == []
