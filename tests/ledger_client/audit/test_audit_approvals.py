"""Approvals computed again: what could not be approved, and what just could."""

from __future__ import annotations

from pathlib import Path

import pytest
from allocation_history import STREET, Allocation, allocated
from allotted import LOT, approve_as_told
from audited import AuditedChain, audited
from stock_history import PACK, goods
from three_sites import DAY, ONE, THREE, TWO, found

from ledger_client.audit import FindingKind
from ledger_client.audit._replay import replay
from ledger_client.documents import Kind
from ledger_client.fold import EventRefusedError
from ledger_client.lines import Line

CITY = 4201


@pytest.fixture
def it() -> Allocation:
    """The first site has a thousand masks, keeps 100, and gives up to 600; the second keeps 50."""
    return allocated()


class TestApprovalImpossible:
    KIND = FindingKind.APPROVAL_IMPOSSIBLE

    def reasons(self, path: Path, it: Allocation) -> list[str]:
        return [each.en.partition("although ")[2] for each in found(path, it.history, self.KIND)]

    @pytest.mark.parametrize(("units", "is_found"), [(600, False), (601, True)])
    def test_above_the_share(self, tmp_path: Path, it: Allocation, units: int, is_found: bool) -> None:
        key = it.propose(it.ask(TWO, 900), ONE, [(LOT, units)])
        it.approve(key, STREET)
        it.seal()
        report = audited(tmp_path, it.history)
        assert report.agreed is not is_found
        assert [each.site for each in report.findings if each.kind is self.KIND] == [ONE] * is_found
        wanted = ["601 base units were reserved with it, and 600 could be called"]
        assert self.reasons(tmp_path, it) == wanted * is_found

    @pytest.mark.parametrize(("units", "is_found"), [(500, False), (501, True)])
    def test_of_what_is_reserved_already(
        self, tmp_path: Path, it: Allocation, units: int, is_found: bool
    ) -> None:
        need = it.ask(TWO, 900)
        for each in (100, units):
            it.approve(it.propose(need, ONE, [(LOT, each)]), STREET)
        it.seal()
        assert len(self.reasons(tmp_path, it)) == is_found

    @pytest.mark.parametrize(("units", "is_found"), [(900, False), (901, True)])
    def test_below_the_floor(self, tmp_path: Path, it: Allocation, units: int, is_found: bool) -> None:
        it.terms(42, 1, 10_000, 2)
        it.approve(it.propose(it.ask(TWO, 950), ONE, [(LOT, units)]), STREET)
        it.seal()
        wanted = ["floor 100 and 901 base units reserved with it are more than 1000, which were usable"]
        assert self.reasons(tmp_path, it) == wanted * is_found

    @pytest.mark.parametrize("why", ["less", "held", "held here", "recalled", "expired", "not listed"])
    def test_other_goods_than_were_usable(self, tmp_path: Path, it: Allocation, why: str) -> None:
        day = it.history.time // DAY
        other = goods("other", expires=day - 1 if why == "expired" else 0)
        if why == "held":
            other = other.owned_by(9, 1)
        it.history.receive(ONE, other, 7, verdict=1)
        if why == "held here":
            it.history.status(Kind.HOLD, ONE, [other.lot_id])
        if why == "recalled":
            it.history.record(Kind.RECALL, [Line(other.lot_id, 0)])
        lots = [(LOT, 80)] if why == "not listed" else [(LOT, 80), (other.lot_id, 0)]
        key = it.propose(it.ask(TWO, 120), ONE, lots)
        approve_as_told(it, key, usable=1_008 if why == "less" else 1_007)
        it.seal()
        usable, told = (1_007, 1_008) if why == "less" else (1_000, 1_007)
        wanted = f"{usable} base units of the listed lots were usable and not {told}"
        assert self.reasons(tmp_path, it) == [wanted]

    def test_several_lots_that_were_usable(self, tmp_path: Path, it: Allocation) -> None:
        other = goods("other", expires=(it.history.time + 8 * 3_600) // DAY)
        it.history.receive(ONE, other, 7, verdict=1)
        key = it.propose(it.ask(TWO, 120), ONE, [(LOT, 80), (other.lot_id, 0)])
        approve_as_told(it, key, usable=1_007)
        it.seal()
        assert self.reasons(tmp_path, it) == []

    @pytest.mark.parametrize(("seconds", "usable"), [(-2, 1_007), (-1, 1_000)])
    def test_a_day_is_one_of_the_ledger(
        self, tmp_path: Path, it: Allocation, seconds: int, usable: int
    ) -> None:
        """The last day of use ends at 16:00 at Greenwich."""
        day = it.history.time // DAY + 1
        other = goods("other", expires=day)
        it.history.receive(ONE, other, 7, verdict=1)
        key = it.propose(it.ask(TWO, 120), ONE, [(LOT, 80), (other.lot_id, 0)])
        it.seal(day * DAY + 16 * 3_600 + seconds - it.history.time)
        approve_as_told(it, key, usable=usable)
        it.seal()
        assert self.reasons(tmp_path, it) == []

    def test_more_than_there_are_quantities(self, tmp_path: Path, it: Allocation) -> None:
        """The highest quantity there is stands for all above it."""
        lots = [(LOT, 80)]
        for batch in ("a", "b"):
            it.history.receive(ONE, goods(batch), 1 << 62, verdict=1)
            lots.append((goods(batch).lot_id, 0))
        key = it.propose(it.ask(TWO, 120), ONE, lots)
        approve_as_told(it, key, usable=(1 << 63) - 1)
        it.seal()
        assert self.reasons(tmp_path, it) == []

    def test_a_lot_of_another_item(self, tmp_path: Path, it: Allocation) -> None:
        packs = goods("packs", PACK)
        it.history.receive(ONE, packs, 7, verdict=1)
        key = it.propose(it.ask(TWO, 120), ONE, [(LOT, 80), (packs.lot_id, 0)])
        approve_as_told(it, key, usable=1_007)
        it.seal()
        assert len(self.reasons(tmp_path, it)) == 1

    @pytest.mark.parametrize(("late", "is_found"), [(0, False), (1, True)])
    def test_after_the_day_of_need(self, tmp_path: Path, it: Allocation, late: int, is_found: bool) -> None:
        it.terms(42, 1, 6_000, 0)
        need = it.ask(TWO, 120, days=1)
        key = it.propose(need, ONE, [(LOT, 80)])
        it.seal(it.requests[need].asking.needed_by + late - 1 - it.history.time)
        it.approve(key, STREET)
        it.seal()
        reasons = self.reasons(tmp_path, it)
        assert [each.startswith("the goods were needed by ") for each in reasons] == [True] * is_found

    @pytest.mark.parametrize(("late", "is_found"), [(0, False), (1, True)])
    def test_a_notice_that_ends_later(
        self, tmp_path: Path, it: Allocation, late: int, is_found: bool
    ) -> None:
        key = it.propose(it.ask(TWO, 120, days=2), ONE, [(LOT, 80)])
        if late:
            it.seal(late)
        it.approve(key, STREET)
        it.seal()
        reasons = self.reasons(tmp_path, it)
        assert [each.startswith("the giver's notice ends at ") for each in reasons] == [True] * is_found

    @pytest.mark.parametrize("is_before", [True, False])
    def test_a_request_that_was_withdrawn(self, tmp_path: Path, it: Allocation, is_before: bool) -> None:
        need = it.ask(TWO, 120)
        key = it.propose(need, ONE, [(LOT, 80)])
        if is_before:
            it.withdraw_request(need)
        it.approve(key, STREET)
        if not is_before:
            it.withdraw_request(need)
        it.seal()
        assert self.reasons(tmp_path, it) == ["its request had been withdrawn"] * is_before

    @pytest.mark.parametrize("has_consent", [True, False])
    def test_goods_that_leave_the_district(self, tmp_path: Path, it: Allocation, has_consent: bool) -> None:
        key = it.propose(it.ask(THREE, 120), ONE, [(LOT, 80)])
        it.approve(key, CITY)
        if has_consent:
            it.consent(key)
        it.seal()
        wanted = "the goods leave the district and nobody consented"
        assert self.reasons(tmp_path, it) == [wanted] * (not has_consent)

    @pytest.mark.parametrize(
        "told", [{"floor": 99}, {"callable_from": 1}, {"stale_reason": 140}, {"division": 420106}]
    )
    def test_what_the_events_before_contradict(self, it: Allocation, told: dict[str, int]) -> None:
        """Level, floor, notice, overdue count: such an event cannot be the whole truth."""
        key = it.propose(it.ask(TWO, 120), ONE, [(LOT, 80)])
        it.seal()
        chain = it.history.chain
        replay(AuditedChain(chain), 0, chain.head())
        approve_as_told(it, key, **told)
        it.seal()
        with pytest.raises(EventRefusedError):
            replay(AuditedChain(chain), 0, chain.head())
