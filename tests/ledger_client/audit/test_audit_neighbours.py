"""Each kind of finding beside its honest neighbour: the last moment, the other place where it is silent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from audited import World, audited, kinds
from stock_history import (
    APPROVER,
    CLOSED_SITE,
    DIRECTORY,
    KEEPERS,
    SITES,
    History,
    goods,
    missing,
)

from ledger_client import events
from ledger_client.audit import Finding, FindingKind, Severity, _rules
from ledger_client.audit._replay import replay
from ledger_client.audit.findings import SEVERITIES
from ledger_client.documents import CHINA_OFFSET, Kind, Timestamp
from ledger_client.lines import Line
from ledger_client.reasons import reason_named
from ledger_client.roles import Role
from ledger_client.words import pack_reference

ONE, TWO, THREE, DISPOSAL = SITES
DAY = 86_400
MASKS = goods("masks")


@pytest.fixture
def history() -> History:
    """A ledger whose sites are open; the first one has a hundred masks."""
    history = History()
    history.set_up()
    history.open(ONE, [(MASKS, 100)])
    for site in (TWO, THREE, DISPOSAL):
        history.open(site)
    history.seal()
    return history


def found(path: Path, history: History, kind: FindingKind) -> list[Finding]:
    return [finding for finding in audited(path, history).findings if finding.kind is kind]


class TestLate:
    KIND = FindingKind.LATE_DOCUMENT

    @pytest.mark.parametrize(("age", "is_found"), [(7 * DAY - 1, False), (7 * DAY, True)])
    def test_seven_days_and_a_second(
        self, tmp_path: Path, history: History, age: int, is_found: bool
    ) -> None:
        """`History` records a second after its own time."""
        issued = history.issue(ONE, MASKS.lot_id, 1, age=age)
        history.seal()
        assert [each.document for each in found(tmp_path, history, self.KIND)] == [issued.key] * is_found

    @pytest.mark.parametrize(("days", "is_found"), [(7, False), (8, True)])
    def test_a_day_counts_from_its_end(
        self, tmp_path: Path, history: History, days: int, is_found: bool
    ) -> None:
        start = (history.time + CHINA_OFFSET) // DAY * DAY - CHINA_OFFSET - days * DAY
        history.issue(ONE, MASKS.lot_id, 1, occurred_at=Timestamp(start, is_day_only=True))
        history.seal()
        assert len(found(tmp_path, history, self.KIND)) == is_found

    @pytest.mark.parametrize("kind", [Kind.HOLD, Kind.RELEASE])
    def test_kinds_that_are_never_late(self, tmp_path: Path, history: History, kind: Kind) -> None:
        history.record(Kind.HOLD, [Line(MASKS.lot_id, 0)], ONE)
        history.record(kind, [Line(MASKS.lot_id, 0)], ONE, age=30 * DAY)
        history.seal()
        assert found(tmp_path, history, self.KIND) == []


class TestExpired:
    KIND = FindingKind.EXPIRED_ON_HAND

    def world(self, history: History, site: int) -> tuple[Any, int]:
        """Put goods at a site that may be used for three days more; return them and when they expire."""
        until = (history.time + CHINA_OFFSET) // DAY + 3
        soon = goods("gowns", expires=until)
        history.receive(ONE, soon, 9, verdict=1)
        if site != ONE:
            history.hand_over(ONE, site, [(soon.lot_id, 9)])
        return soon, (until + 1) * DAY - CHINA_OFFSET

    @pytest.mark.parametrize(("seconds", "is_found"), [(-1, False), (0, True)])
    def test_through_its_last_day(
        self, tmp_path: Path, history: History, seconds: int, is_found: bool
    ) -> None:
        soon, end = self.world(history, TWO)
        history.seal(end - history.time + seconds)
        findings = found(tmp_path, history, self.KIND)
        assert [(each.site, each.lot) for each in findings] == [(TWO, soon.lot_id)] * is_found
        assert all(each.since == end and "9 base units" in each.en for each in findings)

    def test_nothing_is_left(self, tmp_path: Path, history: History) -> None:
        soon, _ = self.world(history, TWO)
        history.issue(TWO, soon.lot_id, 9)
        history.seal(9 * DAY)
        assert found(tmp_path, history, self.KIND) == []

    def test_at_a_disposal_site_it_is_where_it_belongs(self, tmp_path: Path, history: History) -> None:
        self.world(history, DISPOSAL)
        history.seal(9 * DAY)
        assert found(tmp_path, history, self.KIND) == []

    def test_what_came_back_expired_is_due_from_then_on(self, tmp_path: Path, history: History) -> None:
        soon, _ = self.world(history, ONE)
        dispatched = history.dispatch(ONE, TWO, [(soon.lot_id, 9)])
        history.seal(40 * DAY)
        back = history.answer(Kind.RETURN, dispatched, (), {soon.lot_id: 9})
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert (finding.since, finding.missed) == (back.recorded_at, 0)


class TestFalseExpected:
    @pytest.mark.parametrize(("expected", "is_found"), [(99, True), (100, False), (101, True)])
    def test_more_or_less_than_was_held_there(
        self, tmp_path: Path, history: History, expected: int, is_found: bool
    ) -> None:
        """At the position that it names, which is before the issue."""
        position = history.journals[ONE]
        history.issue(ONE, MASKS.lot_id, 10)
        count = history.count(ONE, MASKS.lot_id, expected, expected, position=position)
        history.seal()
        findings = audited(tmp_path, history).findings
        assert [(each.kind, each.lot, each.document) for each in findings] == [
            (FindingKind.FALSE_EXPECTED, MASKS.lot_id, count.key)
        ] * is_found


class TestClosedSite:
    KIND = FindingKind.CLOSED_SITE_WITH_STOCK

    def close(self, history: History, site: int) -> int:
        history.emit(events.SiteClosed, site=site, authority=DIRECTORY, authority_division=0, successor=ONE)
        history.seal()
        return history.time

    def test_empty_or_open(self, tmp_path: Path, history: History) -> None:
        history.open(CLOSED_SITE, [(goods("a"), 5)])
        history.issue(CLOSED_SITE, goods("a").lot_id, 5)
        self.close(history, CLOSED_SITE)
        assert audited(tmp_path, history).findings == ()

    def test_since_it_was_closed(self, tmp_path: Path, history: History) -> None:
        history.open(CLOSED_SITE, [(goods("a"), 5)])
        history.seal(DAY)
        closed_at = self.close(history, CLOSED_SITE)
        history.seal(8 * DAY)
        (finding,) = found(tmp_path, history, self.KIND)
        assert (finding.site, finding.since, finding.missed) == (CLOSED_SITE, closed_at, 1)

    def test_since_something_came_back_to_it(self, tmp_path: Path, history: History) -> None:
        history.open(CLOSED_SITE, [(goods("a"), 5)])
        dispatched = history.dispatch(CLOSED_SITE, TWO, [(goods("a").lot_id, 5)])
        self.close(history, CLOSED_SITE)
        history.seal(30 * DAY)
        back = history.answer(Kind.RETURN, dispatched, (), {goods("a").lot_id: 5})
        history.seal()
        (finding,) = found(tmp_path, history, self.KIND)
        assert (finding.since, finding.missed) == (back.recorded_at, 0)


class TestConsignment:
    KIND = FindingKind.CONSIGNMENT_OVERDUE

    @pytest.mark.parametrize(("seconds", "is_found"), [(0, False), (1, True)])
    def test_the_last_second_for_an_answer(
        self, tmp_path: Path, history: History, seconds: int, is_found: bool
    ) -> None:
        dispatched = history.dispatch(ONE, TWO, [(MASKS.lot_id, 5)])
        history.seal(dispatched.deadline - history.time + seconds)
        findings = found(tmp_path, history, self.KIND)
        assert [(each.site, each.document) for each in findings] == [(ONE, dispatched.key)] * is_found

    def test_answered_or_taken_back(self, tmp_path: Path, history: History) -> None:
        lot = MASKS.lot_id
        history.answer(Kind.ACCEPTANCE, history.dispatch(ONE, TWO, [(lot, 4)]), (), {lot: 4})
        history.answer(Kind.RETURN, history.dispatch(ONE, TWO, [(lot, 5)]), (), {lot: 5})
        history.reverse(history.dispatch(ONE, TWO, [(lot, 6)]), {(ONE, lot): 6})
        history.seal(30 * DAY)
        assert kinds(audited(tmp_path, history)) == [FindingKind.REVERSAL]


class TestSettled:
    def test_says_what_became_of_it(self, tmp_path: Path, history: History) -> None:
        dispatched = history.dispatch(ONE, TWO, [(MASKS.lot_id, 20)])
        history.answer(Kind.ACCEPTANCE, dispatched, [missing(MASKS.lot_id, 9)], {MASKS.lot_id: 11})
        lines = [Line(MASKS.lot_id, units, reason) for units, reason in ((2, 1), (3, 2), (4, 3))]
        settled = history.record(
            Kind.SETTLEMENT, lines, ONE, TWO, reference=pack_reference(2, dispatched.key)
        )
        history.seal()
        (finding,) = audited(tmp_path, history).findings
        assert (finding.kind, finding.document) == (FindingKind.SHORTAGE_SETTLED, settled.key)
        assert finding.en == (
            "of what was missing: 2 base units found at the sender, 3 base units found at the receiver, "
            "4 base units lost"
        )
        assert "2 个基本单位在发出方找到" in finding.zh
        assert "4 个基本单位确认丢失" in finding.zh


class TestReversal:
    @pytest.mark.parametrize(
        ("reason", "en", "zh"), [("recorded-twice", ": recorded twice", "：重复记录"), ("", "…", "…")]
    )
    def test_says_why(self, tmp_path: Path, history: History, reason: str, en: str, zh: str) -> None:
        issued = history.issue(ONE, MASKS.lot_id, 5)
        reversal = history.record(
            Kind.REVERSAL,
            (),
            issued.from_,
            issued.to,
            (ONE, 0),
            reason=reason_named(reason).code if reason else 0,
            approved=True,
            reference=pack_reference(3, issued.key),
        )
        history.seal()
        (finding,) = audited(tmp_path, history).findings
        assert (finding.kind, finding.document) == (FindingKind.REVERSAL, reversal.key)
        assert f"{issued.key:062x}"[:12] in finding.en
        assert finding.en.endswith(en) and finding.zh.endswith(zh)


class TestHeldOnReceipt:
    def supplier(self, history: History) -> None:
        history.emit(
            events.SupplierRegistered,
            supplier=0xABC,
            authority=APPROVER,
            authority_division=0,
            grant_position=1,
            name_digest=bytes(32),
            recorded_at=history.time,
        )

    @pytest.mark.parametrize(
        ("verdict", "is_found"), [(0, True), (1, False), (3, True), (4, True), (6, True), (7, False)]
    )
    def test_by_what_the_qualification_was_worth(
        self, tmp_path: Path, history: History, verdict: int, is_found: bool
    ) -> None:
        """What has a lot of its own although the qualification is valid was not signed for, or was late."""
        self.supplier(history)
        received = history.receive(ONE, goods("a", source=0xABC).owned_by(1, 1), 5, verdict=verdict)
        history.seal()
        findings = audited(tmp_path, history).findings
        assert [(each.kind, each.document) for each in findings] == [
            (FindingKind.UNQUALIFIED_RECEIPT_HELD, received.key)
        ] * is_found

    @pytest.mark.parametrize("verdict", [0, 7])
    def test_every_donation_is_held(self, tmp_path: Path, history: History, verdict: int) -> None:
        """Also of goods for which nobody needs a qualification."""
        received = history.receive(ONE, goods("a", source=0x999).owned_by(1, 1), 5, verdict=verdict)
        history.seal()
        findings = audited(tmp_path, history).findings
        assert [(each.kind, each.document) for each in findings] == [
            (FindingKind.DONATION_HELD, received.key)
        ]

    def test_a_donation_of_which_nothing_was_accepted(self, tmp_path: Path, history: History) -> None:
        history.receive(ONE, goods("a", source=0x999).owned_by(1, 1), 0, rejected=5)
        history.seal()
        assert audited(tmp_path, history).findings == ()


class TestCompromisedKey:
    KIND = FindingKind.SIGNED_BY_COMPROMISED_KEY

    def claim(self, history: History, since: int, holder: Any = KEEPERS[0]) -> None:
        history.emit(
            events.GrantRevoked,
            holder=holder,
            division=42,
            authority=APPROVER,
            role=Role.KEEPER,
            subject=0,
            authority_division=0,
            reason=reason_named("key-compromised").code,
            compromised_since=since,
            recorded_at=history.time,
        )
        history.seal()

    def signed(self, history: History, **signers: Any) -> Any:
        by = {"sender": self.signer(KEEPERS[1])} | {n: self.signer(key) for n, key in signers.items()}
        return history.record(Kind.WRITE_OFF, [Line(MASKS.lot_id, 1, 12)], ONE, **by)

    def signer(self, key: Any) -> events.SignedBy:
        return events.SignedBy(key, bytes([7]) * 32, 2)

    @pytest.mark.parametrize("slot", ["sender", "other", "approver"])
    @pytest.mark.parametrize(("seconds", "is_found"), [(0, True), (1, False)])
    def test_from_the_claimed_second_on(
        self, tmp_path: Path, history: History, slot: str, seconds: int, is_found: bool
    ) -> None:
        document = self.signed(history, **{slot: KEEPERS[0]})
        history.seal(DAY)
        self.claim(history, document.recorded_at + seconds)
        findings = found(tmp_path, history, self.KIND)
        assert [each.document for each in findings] == [document.key] * is_found
        for each in findings:
            assert KEEPERS[0].lower() in each.en.lower()
            assert each.since == history.time - 1  # nobody could know before the claim

    def test_another_key_and_no_claim(self, tmp_path: Path, history: History) -> None:
        document = self.signed(history)
        history.seal(DAY)
        self.claim(history, document.recorded_at, KEEPERS[0])
        self.claim(history, 0, KEEPERS[1])  # it left the office; nobody claims anything
        assert found(tmp_path, history, self.KIND) == []


class TestConservation:
    def test_what_came_and_did_not_go_is_held(self, world: World) -> None:
        """Balances and totals are folded by the same rules: only a fold that is wrong would part them."""
        replayed = replay(world.chain, 0, world.chain.head())
        time = world.history.time
        assert not [
            each
            for each in _rules.findings_of(replayed, time, CHINA_OFFSET)
            if each.kind is FindingKind.NOT_CONSERVED
        ]
        lot = world.seen["lots"]["masks"].to_bytes(20, "big")
        totals = replayed.state.totals[lot]
        assert totals is not None
        replayed.state.totals[lot] = totals._replace(issued=totals.issued + 3)
        (finding,) = [
            each
            for each in _rules.findings_of(replayed, time, CHINA_OFFSET)
            if each.kind is FindingKind.NOT_CONSERVED
        ]
        assert (finding.lot, finding.severity) == (int.from_bytes(lot, "big"), Severity.ERROR)
        assert f"sites hold {totals.held}, but {totals.held - 3} came" in finding.en


@pytest.mark.parametrize("site", [77, 1_234, 12_345_678_901_234_567])
def test_a_site_that_no_division_has(tmp_path: Path, site: int) -> None:
    """A server may make up anything: what is overdue there goes to the country, and the audit ends."""
    history = History()
    history.set_up()
    history.open(site, [(MASKS, 5)])
    history.record(Kind.WRITE_OFF, [Line(MASKS.lot_id, 5)], site, approved=True)
    history.seal(20 * DAY)
    report = audited(tmp_path, history)
    (finding,) = [each for each in report.findings if each.site == site and each.missed]
    assert (finding.kind, finding.owner) == (FindingKind.UNEXPLAINED_ADJUSTMENT, 0)


def test_severities() -> None:
    """An error is only what two sources disagree about; a note asks nobody for anything."""
    errors = {kind for kind, severity in SEVERITIES.items() if severity is Severity.ERROR}
    notes = {kind for kind, severity in SEVERITIES.items() if severity is Severity.NOTE}
    assert errors == {
        FindingKind.EVENTS_INCOMPLETE,
        FindingKind.DIVERGENCE,
        FindingKind.NOT_CONSERVED,
        FindingKind.APPROVAL_IMPOSSIBLE,
    }
    assert notes == {
        FindingKind.DONATION_HELD,
        FindingKind.GRANTED_BY_ONE_KEY,
        FindingKind.UNQUALIFIED_RECEIPT_HELD,
        FindingKind.LATE_DOCUMENT,
        FindingKind.SHORTAGE_SETTLED,
        FindingKind.REVERSAL,
        FindingKind.FLAGGED_REQUEST,
        FindingKind.STALE_GIVER,
        FindingKind.EMERGENCY,
    }
    assert set(SEVERITIES) == set(FindingKind)
