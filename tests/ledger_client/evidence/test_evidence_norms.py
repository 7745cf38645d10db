"""What evidence proves of emergencies and overdue counts, against the index and against plain rules."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from played_ledger import COMMUNITY, DISTRICT, MASKS, OTHER_SITE, RICE, SITE
from proved import CYCLES, Proved, numbers_of, verified, wrong
from rich.console import Console

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.documents import SECONDS_A_DAY, Kind
from ledger_client.emergencies import division_of, spell_over
from ledger_client.events import CountProved, CycleSet, DocumentRecorded, EmergencyDeclared, LogPlace
from ledger_client.evidence._forms import CLASSES
from ledger_client.evidence.asking import LEAVE_OUT
from ledger_client.evidence.card import BETWEEN
from ledger_client.evidence.norms import NormsOfSite, Overdue, places_of
from ledger_client.evidence.page import answers_table, page
from ledger_client.evidence.report import AnswerState, Question, Report
from ledger_client.identifiers import ItemId, category_of
from ledger_client.language import Language, use_language

NOWHERE = LogPlace(0, 0, b"", b"")
CATEGORY = category_of(ItemId(MASKS))


def printed(report: Report, language: Language = "en") -> str:
    """The page of a report, its lines joined."""
    out = io.StringIO()
    use_language(language)
    try:
        Console(file=out, width=300).print(page(report, 28_800))
    finally:
        use_language("en")
    return out.getvalue()


class TestProved:
    @pytest.mark.parametrize("site", [SITE, OTHER_SITE])
    def test_is_what_the_index_says(self, proved: Proved, site: int) -> None:
        reader = proved.reader
        history = reader.history(site, limit=1_000)
        for block in range(history[-1].block - 4, proved.checkpoint.number + 1):
            report = verified(proved.export(site, block=block), replace(proved.trust, spacing=1))
            time = proved.header(block).time
            recorded = [each for each in history if each.block <= block]
            spells = reader.emergencies()
            expected = {at for at, each in enumerate(recorded, 1) if spell_over(each, spells)}
            assert report.norms is not None
            assert report.norms.emergency == expected
            overdue = {
                each.category: Overdue(
                    each.category, each.due, each.counted.stands_for if each.counted else 0
                )
                for each in reader.overdue(site, time)
            }
            assert report.norms.overdue == overdue

    def test_tells_both_apart(self, proved: Proved, evidence: bytes) -> None:
        report = verified(evidence, proved.trust)
        assert report.norms is not None
        documents = len(numbers_of(evidence, "document"))
        assert report.norms.emergency == {documents - 1}
        assert set(report.norms.overdue) == {CATEGORY}
        answer = report.answer(Question.NORMS)
        assert answer.state is AnswerState.PROVED
        start = f"documents: {documents - 1} routine, 1 in an emergency; overdue counts: category {CATEGORY}"
        assert answer.en.startswith(start)
        assert answer.en.count("last counted") == 1
        assert answer.zh.startswith(
            f"单据：常态 {documents - 1} 份，应急期间 1 份；盘点逾期：类别 {CATEGORY}"
        )
        found = report.to_dict()
        assert found["emergency"] == [documents - 1]
        [late] = found["stale"]
        assert late["category"] == str(CATEGORY)
        # The cycle was set after what was counted, and begins then.
        since = next(each.effective_at for each in proved.played.events if isinstance(each, CycleSet))
        assert late["counted_at"] < since
        assert late["count_due"] == since + CYCLES[MASKS] * SECONDS_A_DAY

    def test_is_marked_on_the_page(self, proved: Proved, evidence: bytes) -> None:
        report = verified(evidence, proved.trust, keep_rows=True)
        text = printed(report)
        assert text.count("issue, in an emergency") == 1
        stock = text.split("On hand")[1].split("Qualifications")[0].splitlines()
        for line in stock:
            if str(MASKS) in line or str(RICE) in line:
                assert ("(count overdue)" in line) == (str(MASKS) in line)
        assert any(str(MASKS) in line for line in stock)
        assert "does not tell" not in text
        chinese = printed(report, "zh")
        assert chinese.count("，应急期间") >= 2  # the answer, and the row
        assert "（盘点逾期）" in chinese

    def test_answers_table_says_it_too(self, proved: Proved, evidence: bytes) -> None:
        out = io.StringIO()
        Console(file=out, width=300).print(answers_table(verified(evidence, proved.trust)))
        assert "1 in an emergency" in out.getvalue()


class TestUnproved:
    def test_left_out_is_unknown_and_said_on_the_page(self, proved: Proved) -> None:
        raw = proved.export(classes=tuple(each for each in CLASSES if each != "norms"))
        assert b'"register":"norms"' not in raw
        report = verified(raw, proved.trust, keep_rows=True)
        answer = report.answer(Question.NORMS)
        assert (answer.state, report.exit_code) == (AnswerState.UNKNOWN, 0)
        assert "does not tell documents of an emergency from routine ones" in answer.en
        assert "`shecang stock card` does" in answer.en
        assert "不能区分应急与常态单据" in answer.zh
        found = report.to_dict()
        assert (found["emergency"], found["stale"]) == (None, None)
        text = printed(report)
        assert "The card does not tell documents of an emergency from routine ones" in text
        assert "issue, in an emergency" not in text
        assert "库存卡未区分应急与常态单据" in printed(report, "zh")
        assert "norms" in LEAVE_OUT

    def test_what_was_kept_back_is_noticed(self, proved: Proved, evidence: bytes) -> None:
        lines = evidence.splitlines(keepends=True)
        entries = [
            number for number in numbers_of(evidence, "entry") if b'"register":"norms"' in lines[number]
        ]
        assert len(entries) == 7  # two cycles, two counts, terms, an emergency and its end
        for hidden in (entries, *([each] for each in entries)):
            raw = b"".join(line for number, line in enumerate(lines) if number not in hidden)
            report = verified(raw, proved.trust)
            assert wrong(report) == [Question.NORMS]
            assert report.exit_code == 1
            answer = report.answer(Question.NORMS)
            subject = int(json.loads(lines[hidden[0]])["subject"], 16)
            assert f"the journal of {subject} in Norms is not complete" in answer.en
            assert f"Norms 中 {subject} 的账簿不完整" in answer.zh
            assert report.norms is None

    def test_a_journal_of_another_place_is_refused(self, proved: Proved, evidence: bytes) -> None:
        lines = evidence.splitlines(keepends=True)
        number = next(at for at, line in enumerate(lines) if b'"register":"norms"' in line)
        subject = json.loads(lines[number])["subject"]
        lines[number] = lines[number].replace(
            f'"subject":"{subject}"'.encode(), f'"subject":"{42:040x}"'.encode()
        )
        assert wrong(verified(b"".join(lines), proved.trust)) == [Question.PROOFS]


class TestNormsOfSite:
    """Single rules, on events that nobody recorded."""

    @staticmethod
    def cycle(days: int, at: int, effective_at: int) -> CycleSet:
        return CycleSet(
            place=NOWHERE,
            site=SITE,
            category=CATEGORY,
            authority=ZERO_ADDRESS,
            day_count=days,
            effective_at=effective_at,
            source=bytes(32),
            authority_division=0,
            grant_position=1,
            recorded_at=at,
        )

    @staticmethod
    def count(key: int, counted_at: int) -> CountProved:
        return CountProved(
            place=NOWHERE,
            site=SITE,
            category=CATEGORY,
            key=key,
            caller=ZERO_ADDRESS,
            counted_at=counted_at,
            recorded_at=counted_at,
        )

    def test_a_count_that_was_reversed_counts_no_longer(self, proved: Proved) -> None:
        begun = 1_000_000
        for is_reversed, due, counted in ((False, begun + 11 * SECONDS_A_DAY, begun + SECONDS_A_DAY),
                                          (True, begun + 10 * SECONDS_A_DAY, 0)):  # fmt: skip
            norms = NormsOfSite(SITE)
            norms.add_entry(SITE, 1, self.cycle(10, begun, begun))
            norms.add_entry(SITE, 2, self.count(5, begun + SECONDS_A_DAY))
            if is_reversed:
                event = next(each for each in proved.played.documents if each.kind is Kind.REVERSAL)
                norms.add_document(replace(event, reference=5), Kind.COUNT)
            assert norms.told(due).overdue == {}
            assert norms.told(due + 1).overdue == {CATEGORY: Overdue(CATEGORY, due, counted)}

    def test_a_cycle_that_waits_or_was_ended_is_none(self) -> None:
        norms = NormsOfSite(SITE)
        norms.add_entry(SITE, 1, self.cycle(1, 1_000, 5_000))
        assert norms.told(4_999 + SECONDS_A_DAY).overdue == {}
        assert set(norms.told(5_001 + SECONDS_A_DAY).overdue) == {CATEGORY}
        norms.add_entry(SITE, 2, self.cycle(0, 6_000, 6_000))
        assert norms.told(10**9).overdue == {}

    def test_documents_of_two_sites_lie_where_both_do(self, proved: Proved) -> None:
        """Every emergency at or above the lowest division in common, and no other, covers a document."""
        others = [SITE, OTHER_SITE, 420106001002101, 420106002001101, 420111001001101, 420201001001101]
        others += [110101001001101]
        event = next(each for each in proved.played.documents if each.kind is Kind.HAND_OVER)
        divisions = [*places_of(SITE)[:-1], 420111, 11, COMMUNITY + 1]
        for other, turned, division in product(others, (False, True), divisions):
            norms = NormsOfSite(SITE)
            from_, to = (other, SITE) if turned else (SITE, other)
            norms.add_document(replace(event, from_=from_, to=to, recorded_at=50), Kind.HAND_OVER)
            norms.add_entry(division, 1, declared(division, 50, 51))
            common = str(division_of(SITE, other) or "")
            is_over = division == 0 or common.startswith(str(division))
            assert bool(norms.told(60).emergency) == is_over, (other, division)

    def test_begins_and_ends_with_its_seconds(self, proved: Proved) -> None:
        event = next(each for each in proved.played.documents if each.kind is Kind.COUNT)
        norms = NormsOfSite(SITE)
        for time in (99, 100, 199, 200):
            norms.add_document(replace(event, recorded_at=time), Kind.COUNT)
        norms.add_entry(DISTRICT, 1, declared(DISTRICT, 100, 200))
        assert norms.told(300).emergency == {2, 3}

    def test_numbers_that_are_no_sites_end_in_no_traceback(self, proved: Proved) -> None:
        """A forger's numbers are looked at before anything is proved."""
        dice = Random(2020)
        event = next(each for each in proved.played.documents if each.kind is Kind.HAND_OVER)
        for digits in (1, 2, 3, 4, 7, 13, 15, 19, 77):
            number = dice.randrange(10 ** (digits - 1), 10**digits)
            assert places_of(number)[-1] == number
            norms = NormsOfSite(number)
            norms.add_document(forged(event, number), Kind.HAND_OVER)
            norms.add_entry(number, 1, declared(number, 0, 100))
            norms.told(50)
            assert Kind.HAND_OVER in BETWEEN


def declared(division: int, from_: int, until: int) -> EmergencyDeclared:
    return EmergencyDeclared(
        place=NOWHERE,
        division=division,
        authority=ZERO_ADDRESS,
        authority_division=0,
        grant_position=1,
        from_=from_,
        until=until,
        reason=110,
        source=bytes(32),
        recorded_at=from_,
    )


def forged(event: DocumentRecorded, number: int) -> DocumentRecorded:
    return replace(event, from_=number, to=(1 << 256) - 1, recorded_at=50)
