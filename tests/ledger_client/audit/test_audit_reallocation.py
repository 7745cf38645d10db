"""What requests, proposals and deliveries show: found where it is, and not found where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from allocation_history import STREET, Allocation, allocated
from audited import AuditedChain, audited, kinds
from stock_history import APPROVER, ITEM, PACK, goods
from three_sites import DAY, MASKS, ONE, THREE, TWO, found

from ledger_client import events
from ledger_client.allocation import REFERENCE_PROPOSAL
from ledger_client.audit import FindingKind
from ledger_client.audit._replay import replay
from ledger_client.documents import Kind, Timestamp
from ledger_client.fold import EventRefusedError
from ledger_client.lines import Line
from ledger_client.roles import Role
from ledger_client.words import REFERENCE_CONSIGNMENT, pack_reference

LOT = MASKS.lot_id
CITY = 4201


@pytest.fixture
def it() -> Allocation:
    """The first site has a thousand masks, keeps 100, and gives up to 600; the second keeps 50."""
    return allocated()


def approved(it: Allocation, units: int = 80, **asked: Any) -> int:
    """Let the second site have been approved so much of the first."""
    key = it.propose(it.ask(TWO, 120, **asked), ONE, [(LOT, units)])
    it.approve(key, STREET)
    it.seal()
    return key


def approve_as_told(it: Allocation, key: int, division: int = STREET, **told: int) -> None:
    """Approve as the contract would not: with other figures than were there."""
    offered, now = it.proposals[key], it.now
    place = offered.giver, ITEM
    it.reserved[place] = it.reserved.get(place, 0) + offered.remaining
    it.requests[offered.request].promised += offered.remaining
    offered.state = "approved"
    plain = {
        "grant_position": 3,
        "usable": it.history.held[offered.giver, LOT],
        "floor": it.floors.get(place, 0),
        "callable_from": now + it.notices[1] * DAY,
        "stale_reason": 0,
    }
    approval = events.ApprovalGiven(
        division=division,  # type: ignore[arg-type]
        reserved=it.reserved[place],
        emergency=False,
        recorded_at=now,
        **(plain | told),
    )
    it.history.emit(
        events.ProposalApproved, proposal=key, request=offered.request, approver=APPROVER, approval=approval
    )


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
        assert [each.startswith("the goods were needed by 20") for each in reasons] == [True] * is_found

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
        assert [each.startswith("the giver's notice ends at 20") for each in reasons] == [True] * is_found

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
        assert ["before the approval at 20" in each for each in reasons] == [True] * is_found

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
        assert ["after the proposal was over at 20" in each for each in reasons] == [True] * is_found

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
