"""Which documents were recorded in an emergency, against prefixes of codes compared in the simplest way."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from allocation_history import DAY, MASKS, ONE, STREET, THREE, TWO, Allocation, allocated

from ledger_client.databases import open_database
from ledger_client.documents import Kind
from ledger_client.emergencies import division_named, documents_in_emergency, spell_over, spells_of
from ledger_client.events import DocumentRecorded, decode_event
from ledger_client.fold import State, fold_event, memory_state
from ledger_client.fold.records import RecordedDocument
from ledger_client.index import Follower
from ledger_client.index.norms import NormReader
from ledger_client.reasons import reason_named

OUTBREAK = reason_named("emergency").code


def folded(story: Allocation) -> State:
    state, chain = memory_state(), story.history.chain
    for log in chain.logs(0, chain.head()):
        fold_event(state, decode_event(log))
    return state


def documents_of(state: State) -> list[RecordedDocument]:
    return sorted(state.documents.values(), key=lambda each: each.number)  # type: ignore[attr-defined]


def recorded(story: Allocation, event: DocumentRecorded) -> RecordedDocument:
    found = folded(story).documents[event.key]
    assert found is not None
    return found


def named_by(event: DocumentRecorded) -> str:
    """The digits that all sites of a document have in common, cut to the length of a division."""
    sites = [str(each)[:12] for each in (event.from_, event.to) if len(str(each)) == 15]
    if not sites:
        return ""
    alike = 0
    while alike < 12 and len({each[alike] for each in sites}) == 1:
        alike += 1
    return sites[0][: max(length for length in (0, 2, 4, 6, 9, 12) if length <= alike)]


class TestDivisionNamed:
    def test_of_one_site_is_its_community(self) -> None:
        story = allocated()
        issue = story.history.issue(ONE, MASKS.lot_id, 5)
        story.seal()
        assert division_named(recorded(story, issue)) == ONE // 1_000

    def test_of_two_sites_is_what_contains_both(self) -> None:
        story = allocated()
        near = story.history.hand_over(ONE, TWO, [(MASKS.lot_id, 5)])
        story.seal()
        far = story.history.dispatch(ONE, THREE, [(MASKS.lot_id, 5)])
        story.seal()
        assert division_named(recorded(story, near)) == STREET
        assert division_named(recorded(story, far)) == 4201

    def test_of_no_site_is_the_country(self) -> None:
        story = allocated()
        recall = story.history.status(Kind.RECALL, 0, [MASKS.lot_id])
        story.seal()
        assert division_named(recorded(story, recall)) == 0

    def test_of_a_reversal_is_that_of_what_it_undoes(self) -> None:
        story = allocated()
        issue = story.history.issue(ONE, MASKS.lot_id, 5)
        story.seal()
        undone = story.history.reverse(issue, {(ONE, MASKS.lot_id): 5})
        story.seal()
        assert division_named(recorded(story, undone)) == ONE // 1_000


class TestSpellOver:
    def test_a_reason_that_is_called_emergency_makes_none(self) -> None:
        story = allocated()
        issue = story.history.issue(ONE, MASKS.lot_id, 5, reason=OUTBREAK)
        story.seal()
        state = folded(story)
        assert spells_of(state.norm_entries) == []  # type: ignore[arg-type]
        assert spell_over(recorded(story, issue), []) is None

    def test_begins_with_its_second_and_ends_before_the_first_one_after_it(self) -> None:
        story = allocated()
        before = story.history.issue(ONE, MASKS.lot_id, 1)
        story.seal()
        story.declare(4201, 10)
        first = story.history.issue(ONE, MASKS.lot_id, 2)  # in the block that declares it
        story.seal()
        from_, until = story.emergencies[4201]
        story.seal(until - story.now - 1)
        last = story.history.issue(ONE, MASKS.lot_id, 3)
        story.seal()
        after = story.history.issue(ONE, MASKS.lot_id, 4)
        story.seal()
        [spell] = spells_of(folded(story).norm_entries)  # type: ignore[arg-type]
        shown = [recorded(story, each) for each in (before, first, last, after)]
        assert [each.recorded_at for each in shown][1:] == [from_, until - 1, until]
        assert [spell_over(each, [spell]) for each in shown] == [None, spell, spell, None]
        assert len(documents_in_emergency(shown, [spell])) == 2

    def test_a_lower_one_does_not_cover_what_leaves_it(self) -> None:
        story = allocated()
        story.declare(STREET, 10)
        story.seal()
        here = story.history.hand_over(ONE, TWO, [(MASKS.lot_id, 5)])
        story.seal()
        away = story.history.dispatch(ONE, THREE, [(MASKS.lot_id, 5)])
        story.seal()
        spells = spells_of(folded(story).norm_entries)  # type: ignore[arg-type]
        assert spell_over(recorded(story, here), spells) is spells[0]
        assert spell_over(recorded(story, away), spells) is None

    def test_a_recall_is_one_of_the_country_alone(self) -> None:
        story = allocated()
        story.declare(42, 10)
        story.seal()
        early = story.history.status(Kind.RECALL, 0, [MASKS.lot_id])
        story.seal()
        story.declare(0, 10, by=0)
        story.seal()
        late = story.history.status(Kind.LIFT, 0, [MASKS.lot_id])
        story.seal()
        spells = spells_of(folded(story).norm_entries)  # type: ignore[arg-type]
        assert spell_over(recorded(story, early), spells) is None
        over = spell_over(recorded(story, late), spells)
        assert over is not None
        assert over.division == 0


@pytest.mark.parametrize("seed", range(3))
def test_against_prefixes_and_times(tmp_path: Path, seed: int) -> None:
    story, random = allocated(), Random(seed)
    for _ in range(40):
        match random.randint(0, 4):
            case 0:
                division = random.choice([STREET, 420106, 420105, 4201, 42, 0])
                in_force = story.emergencies.get(division, (0, 0))
                if story.now >= in_force[1] + 30 * DAY:
                    story.declare(division, random.randint(1, 30), by=0)
            case 1:
                for division, (_, until) in story.emergencies.items():
                    if story.now < until:
                        story.end(division, by=0)
                        break
            case 2:
                story.history.issue(random.choice([ONE]), MASKS.lot_id, 1)
            case 3:
                story.history.hand_over(ONE, random.choice([TWO, THREE]), [(MASKS.lot_id, 1)])
            case 4:
                story.history.dispatch(ONE, random.choice([TWO, THREE]), [(MASKS.lot_id, 1)])
        story.seal(random.randint(1, 12 * DAY))
    state, chain = folded(story), story.history.chain
    spells = spells_of(state.norm_entries)  # type: ignore[arg-type]
    engine = open_database(tmp_path / "index.db")
    Follower(engine, chain).follow()
    assert NormReader(engine).emergencies() == spells  # those of the index
    events = {each.key: each for each in story.history.recorded}
    stretches: dict[str, list[list[int]]] = {}
    for log in chain.logs(0, chain.head()):
        event = decode_event(log)
        name = type(event).__name__
        if name == "EmergencyDeclared":
            stretches.setdefault(str(event.division or ""), []).append([event.from_, event.until])  # type: ignore[union-attr]
        elif name == "EmergencyEnded":
            stretches[str(event.division or "")][-1][1] = event.recorded_at  # type: ignore[union-attr]
    found = 0
    for document in documents_of(state):
        named = named_by(events[document.key])
        over = [
            division
            for division, times in stretches.items()
            if named.startswith(division) and any(begin <= document.recorded_at < end for begin, end in times)
        ]
        spell = spell_over(document, spells)
        assert (None if spell is None else str(spell.division or "")) == min(over, key=len, default=None)
        found += bool(over)
    assert len(documents_in_emergency(documents_of(state), spells)) == found > 0
