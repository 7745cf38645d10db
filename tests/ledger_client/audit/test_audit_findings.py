"""What the documents themselves show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from audited import World, audited, kinds
from stock_history import CLOSED_SITE, DIRECTORY, PACK, SITES, History, goods

from ledger_client import events
from ledger_client.audit import FindingKind
from ledger_client.audit.findings import SEVERITIES
from ledger_client.documents import Kind

ONE, TWO, THREE, DISPOSAL = SITES


class TestFindings:
    def test_story_shows_these_and_no_others(self, world: World) -> None:
        seen, lots = world.seen, world.seen["lots"]
        # The third site's masks were counted, and not what it has of a donation.
        partial = next(each for each in reversed(world.history.recorded) if each.kind is Kind.COUNT)
        found = {(f.kind, f.site, f.lot, f.document) for f in world.audit().findings}
        assert found == {
            (FindingKind.LATE_DOCUMENT, ONE, 0, seen["late receipt"].key),
            (FindingKind.DONATION_HELD, ONE, 0, seen["receipt"].key),
            (FindingKind.REVERSAL, TWO, 0, seen["reversal of issue"].key),
            (FindingKind.REVERSAL, ONE, 0, seen["reversal"].key),
            (FindingKind.COUNT_DIFFERENCE, ONE, lots["masks"], seen["gain"].key),
            (FindingKind.COUNT_DIFFERENCE, TWO, lots["masks"], seen["loss"].key),
            (FindingKind.COUNT_DIFFERENCE, TWO, lots["gloves"], seen["false count"].key),
            (FindingKind.FALSE_EXPECTED, TWO, lots["gloves"], seen["false count"].key),
            (FindingKind.UNEXPLAINED_ADJUSTMENT, ONE, lots["masks"], seen["gain"].key),
            (FindingKind.UNEXPLAINED_ADJUSTMENT, TWO, lots["masks"], seen["loss"].key),
            (FindingKind.UNEXPLAINED_ADJUSTMENT, TWO, lots["gloves"], seen["false count"].key),
            (FindingKind.UNEXPLAINED_ADJUSTMENT, TWO, lots["gloves"], seen["write-off"].key),
            (FindingKind.REPACK_OF_ANOTHER_SOURCE, ONE, lots["pieces"], seen["repack"].key),
            (FindingKind.SHORTAGE_SETTLED, ONE, 0, seen["settlement found"].key),
            (FindingKind.SHORTAGE_SETTLED, ONE, 0, seen["settlement lost"].key),
            (FindingKind.SHORTAGE_OVERDUE, ONE, 0, seen["dispatch"].key),
            (FindingKind.SHORTAGE_OVERDUE, ONE, 0, seen["second dispatch"].key),
            (FindingKind.CONSIGNMENT_OVERDUE, ONE, 0, seen["fifth dispatch"].key),
            (FindingKind.EXPIRED_ON_HAND, ONE, lots["gloves"], 0),
            (FindingKind.EXPIRED_ON_HAND, TWO, lots["gloves"], 0),
            (FindingKind.COUNT_PARTIAL, THREE, lots["own"], partial.key),
            (FindingKind.EMERGENCY, 0, 0, 0),
        }

    def test_canonical_order_and_json(self, world: World) -> None:
        report = world.audit()
        assert list(report.findings) == sorted(report.findings, key=lambda finding: finding.order)
        worst_first = [finding.severity for finding in report.open]
        assert worst_first == sorted(worst_first, reverse=True)
        assert len(set(worst_first)) > 1
        first = report.to_dict()["findings"][0]
        assert set(report.to_dict()) == {
            "block",
            "block_hash",
            "block_time",
            "documents",
            "routine",
            "emergency",
            "sites",
            "lots",
            "agreed",
            "first_document",
            "findings",
        }
        assert set(first) == {
            "kind",
            "severity",
            "site",
            "lot",
            "document",
            "category",
            "owner",
            "since",
            "deadline",
            "missed",
            "closed_by",
            "emergency",
            "en",
            "zh",
        }

    def test_count_at_a_word_that_the_journal_never_had(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        history.open(ONE, [(goods("a"), 50)])
        history.seal()
        history.count(ONE, goods("a").lot_id, 50, 50, position=(1 << 64) | 1)
        history.seal()
        report = audited(tmp_path, history)
        assert kinds(report) == [FindingKind.FALSE_EXPECTED]

    @pytest.mark.parametrize(
        ("changed", "says"),
        [({"source": 9}, ("source", "来源")), ({"batch": b"\7" * 32}, ("batch", "批号")), ({}, None)],
    )
    def test_repack_under_another_source_or_batch(
        self, tmp_path: Path, changed: dict[str, Any], says: tuple[str, str] | None
    ) -> None:
        history, packs = History(), goods("a")
        history.set_up()
        history.open(ONE, [(packs, 50)])
        history.seal()
        others = replace(packs, item=PACK, **changed)
        done = history.repack(ONE, packs.lot_id, 20, others, 2)
        history.seal()
        findings = audited(tmp_path, history).findings
        if says is None:
            assert findings == ()
            return
        (finding,) = findings
        assert finding.kind is FindingKind.REPACK_OF_ANOTHER_SOURCE
        assert (finding.site, finding.lot, finding.document) == (ONE, others.lot_id, done.key)
        assert f"2 base units came out under another {says[0]}" in finding.en
        assert f"{says[1]}与原批次" in finding.zh

    def test_count_while_goods_move_is_true(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        history.open(ONE, [(goods("a"), 50)])
        position = history.journals[ONE]
        history.seal()
        history.issue(ONE, goods("a").lot_id, 10)
        history.seal()
        history.count(ONE, goods("a").lot_id, 50, 50, position=position)
        history.seal()
        assert audited(tmp_path, history).findings == ()

    def test_closed_site_with_stock(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        history.open(CLOSED_SITE, [(goods("a"), 50)])
        history.emit(
            events.SiteClosed, site=CLOSED_SITE, authority=DIRECTORY, authority_division=0, successor=ONE
        )
        history.seal()
        report = audited(tmp_path, history)
        assert kinds(report) == [FindingKind.CLOSED_SITE_WITH_STOCK]
        assert report.agreed

    def test_receipt_with_a_valid_qualification_is_no_finding(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        history.open(ONE)
        history.receive(ONE, goods("a"), 50, verdict=1)
        history.receive(ONE, goods("b"), 50, verdict=7)
        history.seal()
        assert audited(tmp_path, history).findings == ()

    def test_receipt_of_which_nothing_was_accepted_is_no_finding(self, tmp_path: Path) -> None:
        history = History()
        history.set_up()
        history.open(ONE)
        history.receive(ONE, goods("a").owned_by(7, 1), 50, verdict=3)
        history.receive(ONE, goods("b").owned_by(8, 1), 0, rejected=50, verdict=3)
        history.seal()
        report = audited(tmp_path, history)
        assert [finding.document for finding in report.findings] == [history.recorded[1].key]

    @pytest.mark.parametrize("kind", FindingKind)
    def test_every_kind_has_a_severity_and_names(self, kind: FindingKind) -> None:
        assert kind in SEVERITIES
        assert kind.label
