"""What norms show: less left than the floor, counts overdue and partial, emergencies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from allocation_history import CATEGORY, STREET, Allocation, allocated
from audited import audited
from stock_history import DIRECTORY, ITEM, PACK, goods
from three_sites import DAY, MASKS, ONE, THREE, TWO, found

from ledger_client import events
from ledger_client.allocation import REFERENCE_PROPOSAL
from ledger_client.audit import FindingKind
from ledger_client.audit._saying import moment
from ledger_client.documents import CHINA_OFFSET, Kind
from ledger_client.lines import CountLine, Line
from ledger_client.words import pack_reference

LOT = MASKS.lot_id


@pytest.fixture
def it() -> Allocation:
    """The first site has a thousand masks and keeps a hundred; its masks are counted every 30 days."""
    return allocated()


class TestBelowFloor:
    KIND = FindingKind.BELOW_FLOOR

    @pytest.mark.parametrize(("units", "is_found"), [(900, False), (901, True)])
    def test_an_issue_to_the_giver_s_own_consignees(
        self, tmp_path: Path, it: Allocation, units: int, is_found: bool
    ) -> None:
        issued = it.history.issue(ONE, LOT, units)
        it.seal()
        findings = found(tmp_path, it.history, self.KIND)
        assert [(each.site, each.document) for each in findings] == [(ONE, issued.key)] * is_found
        if findings:
            assert findings[0].en == (
                f"left 99 of 1000 usable base units of item {ITEM}, of which 100 must be kept"
            )

    @pytest.mark.parametrize(
        ("take", "is_found"),
        [
            (lambda it: it.history.write_off(ONE, LOT, 950), True),
            (lambda it: it.history.dispatch(ONE, TWO, [(LOT, 950)]), True),
            (lambda it: it.history.hand_over(ONE, TWO, [(LOT, 950)]), True),
            (lambda it: it.history.count(ONE, LOT, 50, 1_000), False),
            (lambda it: it.history.status(Kind.HOLD, ONE, [LOT]), False),
        ],
    )
    def test_every_kind_that_takes_goods(
        self, tmp_path: Path, it: Allocation, take: Callable[[Allocation], object], is_found: bool
    ) -> None:
        take(it)
        it.seal()
        assert len(found(tmp_path, it.history, self.KIND)) == is_found

    def test_a_site_without_a_floor_and_another_item(self, tmp_path: Path, it: Allocation) -> None:
        packs = goods("packs", PACK)
        it.history.receive(ONE, packs, 10, verdict=1)
        it.history.receive(THREE, MASKS, 10, verdict=1)
        it.history.issue(ONE, packs.lot_id, 10)
        it.history.issue(THREE, LOT, 10)
        it.seal()
        assert found(tmp_path, it.history, self.KIND) == []

    def test_one_a_document_and_item(self, tmp_path: Path, it: Allocation) -> None:
        """Two items in one issue; two lots of one of them."""
        packs, others = goods("packs", PACK), goods("others")
        it.floor(ONE, 5, PACK)
        it.history.receive(ONE, packs, 10, verdict=1)
        it.history.receive(ONE, others, 10, verdict=1)
        lots = sorted([(packs.lot_id, 6), (others.lot_id, 10), (LOT, 901)])
        issued = it.history.record(Kind.ISSUE, [Line(*each) for each in lots], ONE, 5, (ONE, 0))
        it.seal()
        findings = found(tmp_path, it.history, self.KIND)
        assert [each.document for each in findings] == [issued.key] * 2
        assert [each.en.partition(" usable")[0] for each in findings] == ["left 4 of 10", "left 99 of 1010"]

    def test_the_first_one_until_the_floor_is_covered_again(self, tmp_path: Path, it: Allocation) -> None:
        documents = [it.history.issue(ONE, LOT, 950), it.history.issue(ONE, LOT, 10)]
        it.history.receive(ONE, MASKS, 59, verdict=1)  # one short of the floor
        documents.append(it.history.issue(ONE, LOT, 10))
        it.history.receive(ONE, MASKS, 11, verdict=1)
        documents.append(it.history.issue(ONE, LOT, 1))
        it.seal()
        findings = found(tmp_path, it.history, self.KIND)
        assert {each.document for each in findings} == {documents[0].key, documents[3].key}

    def test_covered_by_a_lower_floor_for_a_while(self, tmp_path: Path, it: Allocation) -> None:
        first = it.history.issue(ONE, LOT, 950)
        it.floor(ONE, 20)
        it.history.issue(ONE, LOT, 10)
        it.floor(ONE, 100)
        last = it.history.issue(ONE, LOT, 1)
        it.seal()
        findings = found(tmp_path, it.history, self.KIND)
        assert {each.document for each in findings} == {first.key, last.key}

    def test_just_covered_by_a_lower_floor(self, tmp_path: Path, it: Allocation) -> None:
        first = it.history.issue(ONE, LOT, 950)
        it.floor(ONE, 50)
        last = it.history.issue(ONE, LOT, 1)
        it.seal()
        findings = found(tmp_path, it.history, self.KIND)
        assert {each.document for each in findings} == {first.key, last.key}

    def test_just_covered_until_the_floor_was_raised(self, tmp_path: Path, it: Allocation) -> None:
        first = it.history.issue(ONE, LOT, 950)
        it.history.receive(ONE, MASKS, 50, verdict=1)
        it.floor(ONE, 200)
        last = it.history.issue(ONE, LOT, 1)
        it.seal()
        findings = found(tmp_path, it.history, self.KIND)
        assert {each.document for each in findings} == {first.key, last.key}

    def test_covered_between_without_a_document_that_takes(self, tmp_path: Path, it: Allocation) -> None:
        """What came is held before anything of it is issued."""
        others = goods("others")
        first = it.history.issue(ONE, LOT, 950)
        it.history.receive(ONE, others, 70, verdict=1)
        it.history.status(Kind.HOLD, ONE, [others.lot_id])
        last = it.history.issue(ONE, LOT, 10)
        it.seal()
        findings = found(tmp_path, it.history, self.KIND)
        assert {each.document for each in findings} == {first.key, last.key}

    @pytest.mark.parametrize(("ahead", "is_found"), [(0, True), (1, False)])
    def test_the_floor_in_force_at_that_block_time(
        self, tmp_path: Path, it: Allocation, ahead: int, is_found: bool
    ) -> None:
        it.floor(ONE, 200, ahead=ahead)
        it.history.issue(ONE, LOT, 850)
        it.seal()
        assert len(found(tmp_path, it.history, self.KIND)) == is_found

    def test_a_floor_set_behind_the_document_in_its_block(self, tmp_path: Path, it: Allocation) -> None:
        it.history.issue(ONE, LOT, 850)
        it.floor(ONE, 200)
        it.seal()
        assert found(tmp_path, it.history, self.KIND) == []

    def test_taken_after_the_floor_was_raised_above_what_is_there(
        self, tmp_path: Path, it: Allocation
    ) -> None:
        it.floor(ONE, 2_000)
        issued = it.history.issue(ONE, LOT, 1)
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.document == issued.key

    @pytest.mark.parametrize("why", ["own", "held", "recalled", "expired"])
    def test_what_is_not_usable_covers_nothing(self, tmp_path: Path, it: Allocation, why: str) -> None:
        """Of a lot that may not be used there is enough: it covers no floor, and taking it is no finding."""
        day = it.history.time // DAY
        useless = goods("useless", expires=day - 1 if why == "expired" else 0)
        if why == "own":
            useless = useless.owned_by(9, 1)
        it.history.receive(ONE, useless, 500, verdict=1)
        if why == "held":
            it.history.status(Kind.HOLD, ONE, [useless.lot_id])
        if why == "recalled":
            it.history.record(Kind.RECALL, [Line(useless.lot_id, 0)])
        issued = it.history.issue(ONE, LOT, 901)
        it.history.write_off(ONE, useless.lot_id, 400)
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.document == issued.key

    def test_useless_goods_of_a_site_below_its_floor(self, tmp_path: Path, it: Allocation) -> None:
        it.floor(ONE, 2_000)
        useless = goods("useless", expires=it.history.time // DAY - 1)
        it.history.receive(ONE, useless, 500, verdict=1)
        it.history.write_off(ONE, useless.lot_id, 400)
        it.seal()
        assert found(tmp_path, it.history, self.KIND) == []

    @pytest.mark.parametrize(("hours", "is_found"), [(15, False), (16, True)])
    def test_a_day_is_one_of_the_ledger(
        self, tmp_path: Path, it: Allocation, hours: int, is_found: bool
    ) -> None:
        """The last day of use ends at 16:00 at Greenwich."""
        day = it.history.time // DAY + 1
        it.history.receive(ONE, goods("a", expires=day), 500, verdict=1)
        it.seal(day * DAY + hours * 3_600 - it.history.time)
        it.history.issue(ONE, LOT, 950)
        it.seal()
        assert len(found(tmp_path, it.history, self.KIND)) == is_found

    def test_released_goods_cover_it_again(self, tmp_path: Path, it: Allocation) -> None:
        own = MASKS.owned_by(9, 1)
        it.history.receive(ONE, own, 500, verdict=1)
        it.history.status(Kind.RELEASE, ONE, [own.lot_id])
        it.history.issue(ONE, LOT, 950)
        it.seal()
        assert found(tmp_path, it.history, self.KIND) == []

    def test_released_goods_cover_it_until_the_floor_is_raised(self, tmp_path: Path, it: Allocation) -> None:
        own = MASKS.owned_by(9, 1)
        it.history.receive(ONE, own, 500, verdict=1)
        first = it.history.issue(ONE, LOT, 950)
        it.history.status(Kind.RELEASE, ONE, [own.lot_id])
        it.floor(ONE, 2_000)
        last = it.history.issue(ONE, LOT, 1)
        it.seal()
        findings = found(tmp_path, it.history, self.KIND)
        assert {each.document for each in findings} == {first.key, last.key}

    def test_an_issue_that_names_a_proposal(self, tmp_path: Path, it: Allocation) -> None:
        key = it.propose(it.ask(TWO, 120), ONE, [(LOT, 80)])
        it.approve(key, STREET)
        it.history.issue(ONE, LOT, 901, reference=pack_reference(REFERENCE_PROPOSAL, key))
        it.seal()
        assert len(found(tmp_path, it.history, self.KIND)) == 1

    def test_a_delivery_that_was_approved(self, tmp_path: Path, it: Allocation) -> None:
        """It was covered when it was approved; the issue before took what covered it."""
        key = it.propose(it.ask(TWO, 120), ONE, [(LOT, 80)])
        it.approve(key, STREET)
        it.history.issue(ONE, LOT, 850)
        it.seal()
        it.show(key, it.send(key, 80))
        issued = it.history.issue(ONE, LOT, 1)
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.document == issued.key

    def test_a_delivery_on_a_proposal_that_nobody_approved(self, tmp_path: Path, it: Allocation) -> None:
        key = it.propose(it.ask(TWO, 950), ONE, [(LOT, 950)])
        sent = it.send(key, 950)
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.document == sent.key

    def test_its_reversal_closes_it(self, tmp_path: Path, it: Allocation) -> None:
        issued = it.history.issue(ONE, LOT, 950)
        reversal = it.history.reverse(issued, {(ONE, LOT): 950})
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.closed_by == reversal.key


class TestCountOverdue:
    KIND = FindingKind.COUNT_OVERDUE

    @pytest.mark.parametrize(("late", "is_found"), [(0, False), (1, True)])
    def test_never_counted(self, tmp_path: Path, it: Allocation, late: int, is_found: bool) -> None:
        due = it.history.time - 60 + 1 + 30 * DAY  # the cycle was set one block before
        it.seal(due + late - it.history.time)
        findings = found(tmp_path, it.history, self.KIND)
        assert [(each.site, each.since) for each in findings] == [(ONE, due)] * is_found
        if findings:
            assert f"category {CATEGORY} is counted every 30 days" in findings[0].en
            assert findings[0].category == CATEGORY
            assert "no count of it stands" in findings[0].en
            assert findings[0].owner == ONE // 1_000

    @pytest.mark.parametrize(("late", "is_found"), [(0, False), (1, True)])
    def test_counted(self, tmp_path: Path, it: Allocation, late: int, is_found: bool) -> None:
        it.seal(20 * DAY)
        count = it.history.count(ONE, LOT, 1_000, 1_000)
        it.prove(count)
        it.seal()
        it.seal(count.occurred_at.seconds + 30 * DAY + late - it.history.time)
        findings = found(tmp_path, it.history, self.KIND)
        assert len(findings) == is_found
        assert all("was counted last on" in each.en for each in findings)

    def test_a_count_that_nobody_proved(self, tmp_path: Path, it: Allocation) -> None:
        it.seal(20 * DAY)
        it.history.count(ONE, LOT, 1_000, 1_000)
        it.seal(20 * DAY)
        assert len(found(tmp_path, it.history, self.KIND)) == 1

    def test_nobody_could_know_before_the_count_was_reversed(self, tmp_path: Path, it: Allocation) -> None:
        it.seal(20 * DAY)
        count = it.history.count(ONE, LOT, 1_000, 1_000)
        it.prove(count)
        it.seal(20 * DAY)
        reversal = it.history.reverse(count, {})
        it.seal(DAY)
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.since == reversal.recorded_at
        assert "no count of it stands" in finding.en

    @pytest.mark.parametrize("why", ["no cycle", "closed"])
    def test_nothing_to_be_counted(self, tmp_path: Path, it: Allocation, why: str) -> None:
        if why == "no cycle":
            it.cycle(ONE, 0)
        else:
            it.history.emit(
                events.SiteClosed, site=ONE, authority=DIRECTORY, authority_division=0, successor=TWO
            )
        it.seal(40 * DAY)
        assert found(tmp_path, it.history, self.KIND) == []


class TestCountPartial:
    KIND = FindingKind.COUNT_PARTIAL

    def more(self, it: Allocation) -> list[int]:
        """Let the first site have another lot of the item, and one of another item of the category."""
        lots = [goods("others"), goods("packs", PACK)]
        for each in lots:
            it.history.receive(ONE, each, 7, verdict=1)
        return [each.lot_id for each in lots]

    def test_all_lots_of_the_category(self, tmp_path: Path, it: Allocation) -> None:
        lots = [(LOT, 1_000), *((each, 7) for each in self.more(it))]
        lines = [CountLine(lot, units, units) for lot, units in sorted(lots)]
        it.prove(it.history.record(Kind.COUNT, lines, ONE, reference=it.history.journals[ONE]))
        it.seal()
        assert found(tmp_path, it.history, self.KIND) == []

    def test_lots_that_were_left_out(self, tmp_path: Path, it: Allocation) -> None:
        self.more(it)
        count = it.history.count(ONE, LOT, 1_000, 1_000)
        it.seal()
        assert found(tmp_path, it.history, self.KIND) == []  # which nobody has proved
        it.prove(count)
        it.seal(DAY)
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert (finding.site, finding.lot, finding.document) == (ONE, 0, count.key)
        assert finding.en.endswith("by lots and base units: 2, 14")
        assert finding.since == it.history.time - DAY + 1

    def test_one_lot_is_named(self, tmp_path: Path, it: Allocation) -> None:
        others = goods("others")
        it.history.receive(ONE, others, 7, verdict=1)
        it.prove(it.history.count(ONE, LOT, 1_000, 1_000))
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.lot == others.lot_id

    @pytest.mark.parametrize("where", ["elsewhere", "later", "gone"])
    def test_lots_that_were_not_there(self, tmp_path: Path, it: Allocation, where: str) -> None:
        others = goods("others").lot_id
        position = it.history.journals[ONE]
        site = TWO if where == "elsewhere" else ONE
        it.history.receive(site, goods("others"), 7, verdict=1)
        if where == "gone":
            it.history.issue(ONE, others, 7)
            position = it.history.journals[ONE]
        it.prove(it.history.count(ONE, LOT, 1_000, 1_000, position))
        it.seal()
        assert found(tmp_path, it.history, self.KIND) == []

    def test_a_lot_that_left_between_the_count_and_its_record(self, tmp_path: Path, it: Allocation) -> None:
        others = goods("others").lot_id
        it.history.receive(ONE, goods("others"), 7, verdict=1)
        position = it.history.journals[ONE]
        it.history.issue(ONE, others, 7)
        it.prove(it.history.count(ONE, LOT, 1_000, 1_000, position))
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.lot == others

    def test_another_category(self, tmp_path: Path, it: Allocation) -> None:
        """Goods of another category are left out of nothing."""
        item = ITEM + 100_000
        it.history.emit(
            events.ItemRegistered,
            item=item,
            authority=DIRECTORY,
            qualification_category=0,
            shelf_life=0,
            unit=b"H87",
            serial=False,
            name_digest=bytes(32),
        )
        it.history.receive(ONE, goods("gowns", item), 7, verdict=1)
        it.prove(it.history.count(ONE, LOT, 1_000, 1_000))
        it.seal()
        assert found(tmp_path, it.history, self.KIND) == []

    def test_a_position_that_the_journal_never_had(self, tmp_path: Path, it: Allocation) -> None:
        """What it was bound to nobody knows; the expected quantities are a finding of their own."""
        self.more(it)
        position = it.history.journals[ONE] ^ 1 << 64
        it.prove(it.history.count(ONE, LOT, 1_000, 1_000, position))
        it.seal()
        assert found(tmp_path, it.history, self.KIND) == []
        assert len(found(tmp_path, it.history, FindingKind.FALSE_EXPECTED)) == 1


class TestEmergency:
    KIND = FindingKind.EMERGENCY

    def test_declared(self, tmp_path: Path, it: Allocation) -> None:
        begin = it.now
        it.declare(420106, 10)
        it.seal(60 * DAY)
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert (finding.site, finding.owner, finding.since, finding.deadline) == (0, 420106, begin, 0)
        assert "emergency; declared on a grant of division 42; proposals approved in it: 0" in finding.en

    def test_prolonged_and_ended(self, tmp_path: Path, it: Allocation) -> None:
        it.declare(420106, 10)
        it.seal(DAY)
        it.declare(420106, 20, by=0)
        it.seal(DAY)
        it.end(420106, by=0)
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        until = moment(it.emergencies[420106][1], CHINA_OFFSET)
        assert f"until {until.en}:" in finding.en
        assert f"至 {until.zh}：" in finding.zh
        assert (
            "declared on a grant of division 42, prolonged on one of the country, ended before its time;"
            in finding.en
        )

    def test_two_of_one_division(self, tmp_path: Path, it: Allocation) -> None:
        """One that ended by itself or was ended is over: the next is another."""
        it.declare(420106, 10)
        it.seal(11 * DAY)
        it.declare(420106, 10, by=0)
        it.seal()
        it.end(420106, by=0)
        it.declare(420106, 10, by=0)
        it.declare(4201, 10, by=0)
        it.seal()
        findings = found(tmp_path, it.history, self.KIND)
        assert sorted(each.owner for each in findings) == [4201, 420106, 420106, 420106]

    @pytest.mark.parametrize(
        ("declared", "seconds", "count"),
        [
            (420106, 0, 1),  # in the block in which it was declared
            (420106, 10 * DAY - 1, 1),
            (420106, 10 * DAY, 0),
            (420105, 0, 0),  # another district
            (4201, 0, 1),
        ],
    )
    def test_approvals_in_it(
        self, tmp_path: Path, it: Allocation, declared: int, seconds: int, count: int
    ) -> None:
        key = it.propose(it.ask(TWO, 120, days=20), ONE, [(LOT, 80)])
        it.declare(declared, 10)
        if seconds:
            it.seal(seconds)
        it.approve(key, STREET, emergency=bool(count))
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.en.endswith(f"proposals approved in it: {count}")

    def test_the_last_reason_given(self, tmp_path: Path, it: Allocation) -> None:
        begin = it.now
        it.declare(420106, 10)
        it.seal(DAY)
        it.history.emit(
            events.EmergencyDeclared,
            division=420106,
            authority=DIRECTORY,
            authority_division=0,
            grant_position=1,
            from_=begin,
            until=it.now + 20 * DAY,
            reason=110,
            source=bytes(32),
            recorded_at=it.now,
        )
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert "outbreak of a disease; declared on" in finding.en

    def test_ended_and_declared_again_in_one_block(self, tmp_path: Path, it: Allocation) -> None:
        it.declare(420106, 10)
        it.end(420106)
        it.declare(420106, 10, by=0)
        it.seal()
        assert len(found(tmp_path, it.history, self.KIND)) == 2

    def test_of_the_country(self, tmp_path: Path, it: Allocation) -> None:
        it.declare(0, 10, by=0)
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert finding.owner == 0
        begin = moment(finding.since, CHINA_OFFSET)
        assert finding.en.startswith(f"the country from {begin.en} until ")
        assert finding.zh.startswith(f"全国自 {begin.zh} 至 ")

    def test_one_that_lies_after_all_calendars(self, tmp_path: Path, it: Allocation) -> None:
        it.declare(420106, 3_000_000)
        it.seal()
        (finding,) = found(tmp_path, it.history, self.KIND)
        assert f"until {it.emergencies[420106][1]}:" in finding.en


def test_a_ledger_that_keeps_to_its_norms(tmp_path: Path, it: Allocation) -> None:
    it.prove(it.history.count(ONE, LOT, 1_000, 1_000))
    it.history.issue(ONE, LOT, 900)
    it.seal(29 * DAY)
    assert audited(tmp_path, it.history).findings == ()
