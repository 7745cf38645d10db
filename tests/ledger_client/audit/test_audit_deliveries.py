"""Deliveries that nobody approved or showed: found where they are, and not found where they are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from allocation_history import STREET, Allocation, allocated
from allotted import LOT, approve_as_told, approved
from stock_history import ITEM, PACK, goods
from three_sites import DAY, ONE, THREE, TWO, found

from ledger_client.allocation import REFERENCE_PROPOSAL
from ledger_client.audit import FindingKind
from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line
from ledger_client.words import REFERENCE_CONSIGNMENT, pack_reference


@pytest.fixture
def it() -> Allocation:
    """The first site has a thousand masks, keeps 100, and gives up to 600; the second keeps 50."""
    return allocated()


class TestDeliveryNotApproved:
    KIND = FindingKind.DELIVERY_NOT_APPROVED

    def reasons(self, path: Path, it: Allocation) -> list[str]:
        return [each.en.partition("…: ")[2] for each in found(path, it.history, self.KIND)]

    def sent(self, it: Allocation, key: int, units: int = 80, **said: Any) -> Any:
        """Record a dispatch that names a proposal, between any sites and of anything."""
        plain = {"from_": ONE, "to": TWO, "lot": LOT, "kind": Kind.DISPATCH} | said
        kind, lot = plain.pop("kind"), plain.pop("lot")
        reference = pack_reference(REFERENCE_PROPOSAL, key)
        document = it.history.record(kind, [Line(lot, units)], reference=reference, **plain)
        it.seal()
        return document

    @pytest.mark.parametrize("kind", [Kind.DISPATCH, Kind.HAND_OVER])
    def test_as_approved(self, tmp_path: Path, it: Allocation, kind: Kind) -> None:
        self.sent(it, approved(it), kind=kind)
        assert self.reasons(tmp_path, it) == []

    @pytest.mark.parametrize("kind", [Kind.DISPATCH, Kind.HAND_OVER])
    def test_a_proposal_that_nobody_made(self, tmp_path: Path, it: Allocation, kind: Kind) -> None:
        sent = self.sent(it, 77, kind=kind)
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert (finding.site, finding.document, finding.since) == (ONE, sent.key, sent.recorded_at)
        assert finding.en == f"no delivery on proposal {77:062x}"[:36] + "…: nobody made it"

    @pytest.mark.parametrize("state", ["proposed", "rejected", "withdrawn", "expired"])
    def test_a_proposal_that_was_never_approved(self, tmp_path: Path, it: Allocation, state: str) -> None:
        key = it.propose(it.ask(TWO, 120, days=1), ONE, [(LOT, 80)])
        if state == "rejected":
            it.reject(key, STREET)
        if state == "withdrawn":
            it.withdraw(key)
        if state == "expired":
            it.seal(2 * DAY)
            it.expire(key)
        self.sent(it, key)
        assert self.reasons(tmp_path, it) == [f"never approved; it is {state}"]

    @pytest.mark.parametrize("other", [{"from_": TWO, "to": ONE}, {"to": THREE}])
    def test_between_other_sites(self, tmp_path: Path, it: Allocation, other: dict[str, int]) -> None:
        it.history.hand_over(ONE, TWO, [(LOT, 100)])
        self.sent(it, approved(it), **other)
        (reason,) = self.reasons(tmp_path, it)
        assert reason.endswith(f"approved was from {ONE} to {TWO}")

    def test_another_item(self, tmp_path: Path, it: Allocation) -> None:
        packs = goods("packs", PACK)
        it.history.receive(ONE, packs, 10, verdict=1)
        self.sent(it, approved(it), 5, lot=packs.lot_id)
        assert self.reasons(tmp_path, it) == [f"it holds item {PACK}, approved was {ITEM}"]

    def test_another_lot_of_the_item(self, tmp_path: Path, it: Allocation) -> None:
        other = goods("other")
        it.history.receive(ONE, other, 10, verdict=1)
        self.sent(it, approved(it), 5, lot=other.lot_id)
        assert self.reasons(tmp_path, it) == []

    @pytest.mark.parametrize(("units", "is_found"), [(80, False), (81, True)])
    def test_more_than_was_approved(self, tmp_path: Path, it: Allocation, units: int, is_found: bool) -> None:
        self.sent(it, approved(it), units)
        wanted = "it holds 81 base units, 80 of what was approved remained"
        assert self.reasons(tmp_path, it) == [wanted] * is_found

    @pytest.mark.parametrize(("units", "is_found"), [(30, False), (31, True)])
    def test_more_than_remained(self, tmp_path: Path, it: Allocation, units: int, is_found: bool) -> None:
        key = approved(it)
        it.show(key, it.send(key, 50))
        it.seal()
        self.sent(it, key, units)
        assert len(self.reasons(tmp_path, it)) == is_found

    @pytest.mark.parametrize(("early", "is_found"), [(0, False), (1, True)])
    def test_before_it_was_approved(self, tmp_path: Path, it: Allocation, early: int, is_found: bool) -> None:
        key = approved(it)
        it.seal(DAY)
        self.sent(it, key, occurred_at=Timestamp(it.history.time - DAY - early))
        reasons = self.reasons(tmp_path, it)
        assert ["before the approval at " in each for each in reasons] == [True] * is_found

    @pytest.mark.parametrize(("early", "is_found"), [(DAY - 1, False), (DAY, True)])
    def test_a_day_before_it_was_approved(
        self, tmp_path: Path, it: Allocation, early: int, is_found: bool
    ) -> None:
        key = approved(it)
        day = Timestamp(it.history.time - early, is_day_only=True)
        self.sent(it, key, occurred_at=day)
        assert len(self.reasons(tmp_path, it)) == is_found

    @pytest.mark.parametrize(("late", "is_found"), [(0, False), (1, True)])
    @pytest.mark.parametrize("how", ["day of need", "withdrawn"])
    def test_after_it_was_over(
        self, tmp_path: Path, it: Allocation, how: str, late: int, is_found: bool
    ) -> None:
        key = approved(it, days=3)
        over = it.requests[it.proposals[key].request].asking.needed_by
        if how == "withdrawn":
            over = it.now
            it.withdraw(key)
            it.seal()
        it.seal(5 * DAY)
        self.sent(it, key, occurred_at=Timestamp(over + late))
        reasons = self.reasons(tmp_path, it)
        assert ["after the proposal was over at " in each for each in reasons] == [True] * is_found

    def test_what_was_shown_was_taken(self, tmp_path: Path, it: Allocation) -> None:
        """All of it: nothing remains, and the proposal is over since."""
        key = approved(it)
        it.show(key, it.send(key, 80))
        it.seal(20 * DAY)
        assert self.reasons(tmp_path, it) == []

    def test_other_references_and_documents(self, tmp_path: Path, it: Allocation) -> None:
        it.history.dispatch(ONE, TWO, [(LOT, 5)])
        reference = pack_reference(REFERENCE_PROPOSAL, 77)
        it.history.record(Kind.ISSUE, [Line(LOT, 5)], ONE, 5, (ONE, 0), reference=reference)
        it.seal()
        assert self.reasons(tmp_path, it) == []

    def test_its_reversal_closes_it(self, tmp_path: Path, it: Allocation) -> None:
        sent = self.sent(it, 77)
        reversal = it.history.reverse(sent, {(ONE, LOT): 80})
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.closed_by == reversal.key


class TestDeliveryNotShown:
    KIND = FindingKind.DELIVERY_NOT_SHOWN

    def documents(self, path: Path, it: Allocation) -> list[tuple[int, int]]:
        return [(each.document, each.since) for each in found(path, it.history, self.KIND)]

    def wait(self, it: Allocation, document: Any, late: int) -> int:
        """Let it be a day and so many seconds since a document was recorded."""
        since = document.recorded_at + DAY
        it.seal()
        it.seal(since + late - it.history.time)
        return int(since)

    @pytest.mark.parametrize(("late", "is_found"), [(0, False), (1, True)])
    @pytest.mark.parametrize("kind", [Kind.DISPATCH, Kind.HAND_OVER])
    def test_a_delivery(self, tmp_path: Path, it: Allocation, kind: Kind, late: int, is_found: bool) -> None:
        sent = it.send(approved(it), 80, kind)
        since = self.wait(it, sent, late)
        assert self.documents(tmp_path, it) == [(sent.key, since)] * is_found

    def test_a_delivery_that_was_approved_later(self, tmp_path: Path, it: Allocation) -> None:
        """Of its day no more is known, so that it may have gone after the approval."""
        it.seal(DAY - it.history.time % DAY)
        day = it.history.time
        key = it.propose(it.ask(TWO, 120), ONE, [(LOT, 80)])
        sent = it.send(key, 80, occurred_at=Timestamp(day, is_day_only=True))
        it.seal(DAY // 2)
        it.history.held[ONE, LOT] += 80
        at = it.now
        approve_as_told(it, key, usable=920)
        it.seal()
        it.seal(at + DAY - it.history.time)
        assert self.documents(tmp_path, it) == []
        it.seal()
        assert self.documents(tmp_path, it) == [(sent.key, at + DAY)]

    @pytest.mark.parametrize("why", ["shown", "reversed", "not approved"])
    def test_nothing_is_to_be_shown(self, tmp_path: Path, it: Allocation, why: str) -> None:
        key = approved(it)
        sent = it.send(key, 81 if why == "not approved" else 80)
        it.seal()
        if why == "shown":
            it.show(key, sent)
        if why == "reversed":
            it.reverse(sent)
        it.seal(2 * DAY)
        assert self.documents(tmp_path, it) == []

    @pytest.mark.parametrize(("late", "is_found"), [(0, False), (1, True)])
    @pytest.mark.parametrize("kind", [Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN])
    def test_an_answer(self, tmp_path: Path, it: Allocation, kind: Kind, late: int, is_found: bool) -> None:
        key = approved(it)
        sent = it.send(key, 80)
        it.show(key, sent)
        it.seal()
        exceptions = [Line.missing(LOT, 5, 1)] if kind is Kind.CONTEST else []
        answer = it.answer(kind, sent, *exceptions)
        since = self.wait(it, answer, late)
        assert self.documents(tmp_path, it) == [(answer.key, since)] * is_found
        if is_found:
            it.show(key, answer, 80 if kind is Kind.ACCEPTANCE else 0)
            it.seal()
            assert self.documents(tmp_path, it) == []

    def test_an_answer_to_a_dispatch_that_was_shown_later(self, tmp_path: Path, it: Allocation) -> None:
        key = approved(it)
        sent = it.send(key, 80)
        it.seal()
        answer = it.answer(Kind.ACCEPTANCE, sent)
        it.seal(2 * DAY)
        assert [each for each, _ in self.documents(tmp_path, it)] == [sent.key]
        at = it.now
        it.show(key, sent)
        it.seal()
        it.seal(at + DAY - it.history.time)
        assert self.documents(tmp_path, it) == []
        it.seal()
        assert self.documents(tmp_path, it) == [(answer.key, at + DAY)]

    def test_an_answer_to_a_dispatch_without_a_proposal(self, tmp_path: Path, it: Allocation) -> None:
        sent = it.history.dispatch(ONE, TWO, [(LOT, 80)])
        it.answer(Kind.ACCEPTANCE, sent)
        it.seal(2 * DAY)
        assert self.documents(tmp_path, it) == []

    def test_what_answers_and_settles_nothing_more(self, tmp_path: Path, it: Allocation) -> None:
        """A second answer, and an issue that only names the consignment and has the code of a settlement."""
        key = approved(it)
        sent = it.send(key, 80)
        it.show(key, sent)
        it.show(key, it.answer(Kind.ACCEPTANCE, sent), 80)
        it.seal()
        it.history.answer(Kind.RETURN, sent)
        reference = pack_reference(REFERENCE_CONSIGNMENT, sent.key)
        it.history.record(Kind.ISSUE, [Line(LOT, 5, 2)], ONE, 5, (ONE, 0), reference=reference)
        it.seal(2 * DAY)
        assert self.documents(tmp_path, it) == []

    @pytest.mark.parametrize(("reason", "is_found"), [(1, False), (2, True), (3, False)])
    def test_a_settlement(self, tmp_path: Path, it: Allocation, reason: int, is_found: bool) -> None:
        """Only what was found at the receiver changes anything."""
        key = approved(it)
        sent = it.send(key, 80)
        it.show(key, sent)
        accepted = it.answer(Kind.ACCEPTANCE, sent, Line.missing(LOT, 5, 1))
        it.show(key, accepted, 75)
        it.seal()
        settled = it.history.settle(sent, LOT, 3, reason)
        since = self.wait(it, settled, 0)
        assert self.documents(tmp_path, it) == []
        it.seal()
        assert self.documents(tmp_path, it) == [(settled.key, since)] * is_found
        it.show(key, settled, 3 if reason == 2 else 0)
        it.seal()
        assert self.documents(tmp_path, it) == []

    def test_a_settlement_whose_acceptance_was_shown_later(self, tmp_path: Path, it: Allocation) -> None:
        key = approved(it)
        sent = it.send(key, 80)
        it.show(key, sent)
        accepted = it.answer(Kind.ACCEPTANCE, sent, Line.missing(LOT, 5, 1))
        it.seal()
        settled = it.history.settle(sent, LOT, 3, 2)
        it.seal(3 * DAY)
        assert [each for each, _ in self.documents(tmp_path, it)] == [accepted.key]
        at = it.now
        it.show(key, accepted, 75)
        it.seal()
        it.seal(at + DAY - it.history.time)
        assert self.documents(tmp_path, it) == []
        it.seal()
        assert self.documents(tmp_path, it) == [(settled.key, at + DAY)]

    @pytest.mark.parametrize(("late", "is_found"), [(0, False), (1, True)])
    @pytest.mark.parametrize("kind", [Kind.DISPATCH, Kind.HAND_OVER])
    def test_the_reversal_of_what_was_shown(
        self, tmp_path: Path, it: Allocation, kind: Kind, late: int, is_found: bool
    ) -> None:
        key = approved(it)
        sent = it.send(key, 80, kind)
        it.show(key, sent)
        it.seal()
        reversal = it.reverse(sent)
        since = self.wait(it, reversal, late)
        assert self.documents(tmp_path, it) == [(reversal.key, since)] * is_found
        it.show_reversed(sent)
        it.seal()
        assert self.documents(tmp_path, it) == []
