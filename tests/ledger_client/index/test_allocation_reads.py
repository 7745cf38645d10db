"""What an index says of norms and reallocation, against raw events gone through in the simplest way."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from allocation_history import (
    CATEGORY,
    DAY,
    MASKS,
    ONE,
    SOURCE,
    STREET,
    THREE,
    TWO,
    Allocation,
    allocated,
    whole_story,
)
from sqlalchemy import Engine
from stock_history import ITEM, PACK

from ledger_client import events
from ledger_client.allocation import ProposalState, Terms, Urgency
from ledger_client.databases import open_database
from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded, decode_event
from ledger_client.fold.allocation_records import NormStep, RequestStep
from ledger_client.index import Follower, dump_digest, rebuild
from ledger_client.index.allocation import AllocationReader
from ledger_client.index.norms import NormAt

ALL = 0


def indexed(path: Path, story: Allocation) -> Engine:
    engine = open_database(path / "index.db")
    Follower(engine, story.history.chain).follow()
    return engine


def reader_of(path: Path, story: Allocation) -> AllocationReader:
    return AllocationReader(indexed(path, story))


def raw(story: Allocation) -> list[Any]:
    chain = story.history.chain
    return [decode_event(log) for log in chain.logs(0, chain.head())]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Allocation, dict[str, Any], AllocationReader]:
    story, seen = whole_story()
    return story, seen, reader_of(tmp_path_factory.mktemp("told"), story)


# ---------------------------------------------------------------------------------------------- norms


def holding(settings: list[tuple[int, int, int]], at: int) -> tuple[int, int, tuple[int, int] | None] | None:
    """What (recorded at, from, value) add up to at a time: value, since, what waits; None: nothing is set."""
    plan: list[tuple[int, int]] = []
    for recorded_at, from_, value in settings:
        if recorded_at <= at:
            # Whatever waited when this was set is replaced by it.
            plan = [entry for entry in plan if entry[0] <= recorded_at] + [(from_, value)]
    if not plan:
        return None
    begun = [entry for entry in plan if entry[0] <= at]
    waiting = [entry for entry in plan if entry[0] > at]
    since, value = begun[-1] if begun else (0, 0)
    return value, since, (waiting[-1][1], waiting[-1][0]) if waiting else None


def random_norms(seed: int) -> Allocation:
    story, random = allocated(), Random(seed)
    for _ in range(60):
        ahead = random.choice([0, 0, random.randint(1, 40 * DAY)])
        site = random.choice([ONE, TWO, THREE])
        match random.randint(0, 2):
            case 0:
                story.floor(site, random.randint(0, 500), random.choice([ITEM, PACK]), ahead)
            case 1:
                story.cycle(site, random.choice([0, 7, 30]), random.choice([CATEGORY, CATEGORY + 1]), ahead)
            case 2:
                division = random.choice([0, 42, 4201, 420106, STREET, ONE // 1_000, 420105])
                story.terms(division, random.choice([1, 2, 3]), random.randint(0, 10_000), 3, ahead)
        story.seal(random.randint(1, 10 * DAY))
    return story


@pytest.mark.parametrize("seed", range(4))
def test_norms_at_any_time(tmp_path: Path, seed: int) -> None:
    story = random_norms(seed)
    reader, random = reader_of(tmp_path, story), Random(seed + 100)
    settings: dict[tuple[str, int, int], list[tuple[int, int, int]]] = {}
    for event in raw(story):
        match event:
            case events.FloorSet():
                key, value = ("floor", event.site, event.item), event.quantity
            case events.CycleSet():
                key, value = ("cycle", event.site, event.category), event.day_count
            case events.TermsSet():
                key, value = ("terms", event.division, event.mode), event.share
            case _:
                continue
        settings.setdefault(key, []).append((event.recorded_at, event.effective_at, value))
    times = [random.randint(story.history.chain.stamps[0].time, story.now + 50 * DAY) for _ in range(40)]
    times += [story.now, settings["floor", ONE, ITEM][0][0], settings["floor", ONE, ITEM][0][0] - 1]
    for at in times:
        for name, found in (
            ("floor", reader.floors(ALL, at)),
            ("cycle", reader.cycles(ALL, at)),
            ("terms", reader.terms(ALL, at)),
        ):
            expected = {
                key[1:]: holding(given, at)
                for key, given in settings.items()
                if key[0] == name and holding(given, at) is not None
            }
            assert {(each.subject, each.about): _plain(name, each) for each in found} == expected
        site = random.choice([ONE, TWO, THREE])
        assert reader.ruling_terms(site, at) == _ruling(settings, site, at)


def _plain(name: str, norm: NormAt) -> tuple[int, int, tuple[int, int] | None]:
    """As `holding` says it; of terms the share alone."""
    value, coming = norm.value, norm.next_value
    if name == "terms":
        value = norm.terms.share if norm.terms else 0
        coming = norm.next_terms.share if norm.next_terms else coming
    return value, norm.since, None if coming is None else (coming, norm.next_from)


def _ruling(settings: Any, site: int, at: int) -> tuple[int, Terms] | None:
    mode, community = site // 100 % 10, str(site // 1_000)
    for digits in (12, 9, 6, 4, 2, 0):
        division = int(community[:digits] or 0)
        found = holding(settings.get(("terms", division, mode), []), at)
        # A share that waits does not hold, even where it is the first.
        if found is not None and found[1]:
            notice = 2 if (division, mode) == (42, 1) and found[1] == settings["terms", 42, 1][0][1] else 3
            return division, Terms(found[0], notice)
    return None


def test_floors_of_a_place_and_of_items(tmp_path: Path) -> None:
    story = allocated()
    story.floor(THREE, 7, PACK)
    story.seal()
    reader = reader_of(tmp_path, story)

    def keys(*arguments: Any) -> list[tuple[int, int]]:
        return [(each.subject, each.about) for each in reader.floors(*arguments)]

    at = story.now
    assert keys(ALL, at) == [(THREE, PACK), (ONE, ITEM), (TWO, ITEM)]
    assert keys(420106, at) == [(ONE, ITEM), (TWO, ITEM)]
    assert keys(TWO, at) == [(TWO, ITEM)]
    assert keys(ALL, at, [PACK]) == [(THREE, PACK)]


def test_terms_near_a_division(tmp_path: Path) -> None:
    story = allocated()
    for division in (0, 4201, 420106, 420105, 11):
        story.terms(division, 2, 100, 1)
    story.seal()
    reader = reader_of(tmp_path, story)
    near = {each.subject for each in reader.terms(4201, story.now)}
    assert near == {0, 42, 4201, 420106, 420105}


# ---------------------------------------------------------------------------------------------- counts


def stale_by_hand(found: list[Any], at: int) -> dict[tuple[int, int], int]:
    """Overdue site and category → last second at which it was not, straight from events."""
    documents = {e.key: e for e in found if isinstance(e, DocumentRecorded)}
    undone = {
        e.reference & (1 << 248) - 1
        for e in documents.values()
        if e.kind is Kind.REVERSAL and e.recorded_at <= at
    }
    stale = {}
    cycles: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    proofs: dict[tuple[int, int], events.CountProved] = {}
    for event in found:
        if isinstance(event, events.CycleSet):
            given = cycles.setdefault((event.site, event.category), [])
            given.append((event.recorded_at, event.effective_at, event.day_count))
        if isinstance(event, events.CountProved) and event.recorded_at <= at:
            proofs[event.site, event.category] = event
    for key, given in cycles.items():
        days, since, _ = holding(given, at) or (0, 0, None)
        proof = proofs.get(key)
        counted = proof.counted_at if proof is not None and proof.key not in undone else 0
        due = max(since, counted) + days * DAY
        if days and at > due:
            stale[key] = due
    return stale


def counted_story(seed: int) -> Allocation:
    """Cycles, counts that are proved soon, late or never, and some of them reversed."""
    story, random = allocated(), Random(seed)
    story.cycle(TWO, 14)
    counts: list[DocumentRecorded] = []
    known: dict[int, int] = {ONE: 0, TWO: 0}
    undone: set[int] = set()
    for _ in range(40):
        site = random.choice([ONE, TWO])
        match random.randint(0, 4):
            case 0:
                story.cycle(site, random.choice([0, 5, 20]), ahead=random.choice([0, 3 * DAY]))
            case 1 | 2:
                held = story.history.held[site, MASKS.lot_id]
                counts.append(story.history.count(site, MASKS.lot_id, held, held))
            case 3:
                fit = [c for c in counts if c.key not in undone and c.occurred_at.seconds > known[c.from_]]
                if fit:
                    proved = random.choice(fit)
                    known[proved.from_] = proved.occurred_at.seconds
                    story.prove(proved)
            case 4:
                standing = [c for c in counts if c.key not in undone]
                if standing:
                    gone = random.choice(standing)
                    undone.add(gone.key)
                    story.history.reverse(gone, {})
        story.seal(random.randint(1, 6 * DAY))
    return story


@pytest.mark.parametrize("seed", range(6))
def test_overdue_counts_at_any_time(tmp_path: Path, seed: int) -> None:
    story = counted_story(seed)
    reader, random, found = reader_of(tmp_path, story), Random(seed), raw(story)
    start = story.history.chain.stamps[0].time
    times = [random.randint(start, story.now + 40 * DAY) for _ in range(60)]
    for at in [*times, *(stamp.time for stamp in story.history.chain.stamps)]:
        expected = stale_by_hand(found, at)
        assert {(each.site, each.category): each.due for each in reader.stale(ALL, at)} == expected
        for site in (ONE, TWO):
            giving = reader.giving(site, ITEM, at)
            assert giving.is_stale is ((site, CATEGORY) in expected)


def test_the_second_at_which_a_count_is_overdue(tmp_path: Path) -> None:
    story = allocated()
    count = story.history.count(ONE, MASKS.lot_id, 1_000, 1_000)
    story.prove(count)
    story.seal()
    reader = reader_of(tmp_path, story)
    due = count.occurred_at.seconds + 30 * DAY
    since = next(e.effective_at for e in raw(story) if isinstance(e, events.CycleSet))
    due = max(due, since + 30 * DAY)
    assert reader.stale(ALL, due) == []
    [stale] = reader.stale(ALL, due + 1)
    assert (stale.site, stale.category, stale.days, stale.due) == (ONE, CATEGORY, 30, due)
    assert stale.counted is not None and stale.counted.key == count.key
    assert reader.stale(THREE, due + 1) == reader.stale(420105, due + 1) == []


# ---------------------------------------------------------------------------------------------- emergencies


def test_emergencies_past_and_in_force(told: tuple[Allocation, dict[str, Any], AllocationReader]) -> None:
    story, _, reader = told
    from_, until = story.emergencies[4201]
    [spell] = reader.emergencies()
    assert (spell.from_, spell.until, spell.ended_at, spell.declared_by) == (from_, until, until, 0)
    assert (spell.reason, spell.source) == (41, SOURCE)
    assert [entry.step for entry in spell.entries] == [5, 5, 6]
    assert reader.emergencies(4201, from_) == reader.emergencies(420106, until - 1) == [spell]
    assert reader.emergencies(42, from_) == [spell]
    for division, at in ((4201, until), (4201, from_ - 1), (11, from_)):
        assert reader.emergencies(division, at) == []
    assert reader.emergency_over(420106001, from_) == 4201
    assert reader.emergency_over(42, from_) is None
    assert reader.emergency_over(420106, until) is None


def test_the_highest_emergency_covers(tmp_path: Path) -> None:
    story = allocated()
    for division, days in ((STREET, 9), (42, 3), (0, 1), (4202, 5)):
        story.declare(division, days, by=0)
    story.seal()
    reader, start = reader_of(tmp_path, story), story.emergencies[42][0]
    over = [reader.emergency_over(STREET, start + days * DAY) for days in (0, 1, 3, 9)]
    assert over == [0, 42, STREET, None]
    assert [spell.division for spell in reader.emergencies(420106, start)] == [0, 42, STREET]


# ---------------------------------------------------------------------------------------------- requests


def test_history_of_norms(told: tuple[Allocation, dict[str, Any], AllocationReader]) -> None:
    _, seen, reader = told
    steps = [NormStep(entry.step) for entry in reader.norm_history(ONE).values()]
    assert steps == [NormStep.FLOOR, NormStep.CYCLE, NormStep.COUNT, NormStep.FLOOR, NormStep.CYCLE]
    floors = reader.norm_history(ONE, NormStep.FLOOR, ITEM)
    assert [(number, entry.value, entry.source) for number, entry in floors.items()] == [
        (1, 100, SOURCE),
        (4, 150, SOURCE),
    ]
    assert floors[4].effective_at - floors[4].recorded_at == DAY
    assert reader.norm_history(ONE, NormStep.FLOOR, PACK) == {}
    [proof] = reader.norm_history(ONE, NormStep.COUNT).values()
    assert proof.count_key == seen["count"].key


def test_a_whole_request(told: tuple[Allocation, dict[str, Any], AllocationReader]) -> None:
    _, seen, reader = told
    whole = reader.request(seen["need"])
    assert whole is not None
    assert list(whole.proposals) == [seen["first"], seen["third"], seen["fourth"]]
    assert list(whole.deliveries) == [seen["dispatch"].key, seen["hand-over"].key]
    assert list(whole.answers) == [seen["acceptance"].key, seen["settlement"].key]
    assert whole.consents == {}
    assert (whole.request.accepted, whole.request.promised) == (48, 0)
    steps = [RequestStep(entry.step) for entry in whole.entries.values()]
    assert steps[:4] == [RequestStep.REQUESTED, RequestStep.PROPOSED, RequestStep.APPROVED, RequestStep.SHOWN]
    other = reader.request(seen["far"])
    assert other is not None and list(other.consents) == [seen["other"]]
    assert reader.request(1) is None
    assert reader.requests_beginning(f"{seen['need']:062x}"[:9]) == {seen["need"]: whole.request}
    assert list(reader.proposals_beginning(f"{seen['first']:062x}"[:9])) == [seen["first"]]


def test_requests_at_any_time(told: tuple[Allocation, dict[str, Any], AllocationReader]) -> None:
    """Counts by raw events, at the end of every block and long after."""
    story, _, reader = told
    found = raw(story)
    for at in [*(stamp.time for stamp in story.history.chain.stamps), story.now + 99 * DAY]:
        expected = {}
        for event in found:
            if isinstance(event, events.RequestMade) and event.recorded_at <= at:
                expected[event.request] = (event.asking, *_counts(found, event.request, at))
        told_all = {
            each.key: (each.accepted, each.promised, each.is_withdrawn)
            for each in reader.requests(ALL, at, is_open=False)
        }
        assert told_all == {key: counts for key, (_, *rest) in expected.items() for counts in [tuple(rest)]}
        opened = {
            key
            for key, (asking, accepted, _, withdrawn) in expected.items()
            if accepted < asking.quantity and not withdrawn and at <= asking.needed_by
        }
        assert {each.key for each in reader.requests(ALL, at)} == opened


def _counts(found: list[Any], request: int, at: int) -> tuple[int, int, bool]:
    """Accepted, promised and withdrawn: what was approved less what came, fell away or was released."""
    past = [e for e in found if getattr(e, "request", 0) == request and _time(e) <= at]
    units = {e.proposal: e.quantity for e in past if isinstance(e, events.ProposalMade)}
    accepted = sum(e.accepted for e in past if isinstance(e, events.DeliveryShown))
    shown = {e.document: e for e in past if isinstance(e, events.DeliveryShown) and e.delivered}
    answered = {
        e.delivery
        for e in past
        if isinstance(e, events.DeliveryShown) and not e.delivered and e.kind is not Kind.SETTLEMENT
    }
    back = [shown[e.document] for e in past if isinstance(e, events.DeliveryReversed)]
    accepted -= sum(each.accepted for each in back)
    approved = sum(units[e.proposal] for e in past if isinstance(e, events.ProposalApproved))
    released = sum(getattr(e, "released", 0) for e in past)
    left = sum(e.delivered for e in shown.values()) - sum(e.delivered for e in back)
    on_its_way = sum(
        e.delivered
        for key, e in shown.items()
        if key not in answered and e.kind is Kind.DISPATCH and e not in back
    )
    withdrawn = any(isinstance(e, events.RequestWithdrawn) for e in past)
    return accepted, approved - released - left + on_its_way, withdrawn


def _time(event: Any) -> int:
    if isinstance(event, events.ConsentGiven):
        return 0
    inner = event.approval if isinstance(event, events.ProposalApproved) else event
    return int(inner.recorded_at)


def test_requests_of_a_place(tmp_path: Path) -> None:
    story = allocated()
    near, far = story.ask(TWO, 10, days=9), story.ask(THREE, 10, days=3)
    critical = story.ask(ONE, 10, days=9, urgency=Urgency.CRITICAL)
    story.seal()
    reader, at = reader_of(tmp_path, story), story.now
    assert [each.key for each in reader.requests(ALL, at)] == [far, critical, near]
    assert [each.key for each in reader.requests(420106, at)] == [critical, near]
    assert [each.key for each in reader.requests(TWO, at)] == [near]
    assert reader.requests(ALL, at, items=[PACK]) == []
    assert [each.key for each in reader.requests(ALL, at + 5 * DAY)] == [critical, near]
    assert len(reader.requests(ALL, at + 5 * DAY, is_open=False)) == 3


# ---------------------------------------------------------------------------------------------- proposals


def test_proposals_at_any_time(told: tuple[Allocation, dict[str, Any], AllocationReader]) -> None:
    story, _, reader = told
    found = raw(story)
    final = {
        events.ProposalApproved: ProposalState.APPROVED,
        events.ProposalRejected: ProposalState.REJECTED,
        events.ProposalWithdrawn: ProposalState.WITHDRAWN,
        events.ProposalExpired: ProposalState.EXPIRED,
        events.ProposalMade: ProposalState.PROPOSED,
    }
    for at in (stamp.time for stamp in story.history.chain.stamps):
        expected = {e.proposal: final[type(e)] for e in found if type(e) in final and _time(e) <= at}
        told_all = {each.key: each.state for each in reader.proposals(at)}
        assert told_all == expected
        for state in ProposalState:
            keys = {each.key for each in reader.proposals(at, states=[state])}
            assert keys == {key for key, each in expected.items() if each is state}


def test_proposals_of_places(told: tuple[Allocation, dict[str, Any], AllocationReader]) -> None:
    story, seen, reader = told
    at = story.now

    def keys(**among: Any) -> set[int]:
        return {each.key for each in reader.proposals(at, **among)}

    of_need = {seen["first"], seen["third"], seen["fourth"]}
    assert keys() == {*of_need, seen["other"]}
    assert keys(request=seen["need"]) == of_need
    assert keys(place=THREE) == keys(place=420105) == {seen["other"]}
    assert keys(place=TWO) == of_need
    assert keys(giver=ONE) == keys(giver=420106) == keys()
    assert keys(giver=420105) == set()


def test_whose_turn_it_is(tmp_path: Path) -> None:
    story = allocated()
    need = story.ask(TWO, 60, days=30)
    key = story.propose(need, ONE, [(MASKS.lot_id, 40)])
    start = story.now
    story.seal()
    reader = reader_of(tmp_path, story)

    def awaiting(division: int, at: int) -> list[int]:
        return [each.key for each in reader.awaiting(division, at)]

    for division, days in ((STREET, 0), (420106, 3), (4201, 6), (42, 9), (0, 12)):
        assert awaiting(division, start + days * DAY) == [key]
        if days:
            assert awaiting(division, start + days * DAY - 1) == []
    assert awaiting(ONE // 1_000, start) == awaiting(420105, start + 20 * DAY) == []
    needed_by = story.requests[need].asking.needed_by
    assert awaiting(STREET, needed_by) == [key] and awaiting(STREET, needed_by + 1) == []
    over = reader.proposal(key, needed_by + 1)
    assert over is not None and over.is_over and over.state is ProposalState.PROPOSED
    assert reader.proposal(key, start - 1) is reader.proposal(1, start) is None


def test_an_emergency_opens_levels_to_whoever_waits(tmp_path: Path) -> None:
    story = allocated()
    key = story.propose(story.ask(THREE, 60), ONE, [(MASKS.lot_id, 40)])
    story.declare(42, 2, by=0)
    story.seal()
    reader, start = reader_of(tmp_path, story), story.emergencies[42][0]
    assert [each.key for each in reader.awaiting(42, start)] == [key]
    assert reader.awaiting(42, start + 2 * DAY) == []
    assert [each.key for each in reader.awaiting(4201, start + 2 * DAY)] == [key]


# ---------------------------------------------------------------------------------------------- the rest


def test_what_is_reserved(tmp_path: Path) -> None:
    story = allocated()
    key = story.propose(story.ask(TWO, 60), ONE, [(MASKS.lot_id, 40)])
    story.approve(key, STREET)
    story.seal()
    reader = reader_of(tmp_path, story)
    assert reader.reserved() == reader.reserved(ONE, [ITEM]) == {(ONE, ITEM): 40}
    assert reader.reserved(TWO) == reader.reserved(items=[PACK]) == {}


def test_nothing_is_told_where_nothing_is_reserved_any_more(
    told: tuple[Allocation, dict[str, Any], AllocationReader],
) -> None:
    assert told[2].reserved() == {}


def test_what_could_still_be_shown(tmp_path: Path) -> None:
    story = allocated()
    need = story.ask(TWO, 60)
    key = story.propose(need, ONE, [(MASKS.lot_id, 40)])
    story.approve(key, STREET)
    shown, unshown, undone = (story.send(key, units) for units in (5, 6, 7))
    story.show(key, shown)
    answer = story.answer(Kind.ACCEPTANCE, shown)
    unasked = story.answer(Kind.ACCEPTANCE, unshown)
    story.reverse(undone)
    story.seal()
    reader = reader_of(tmp_path, story)
    assert [each.key for each in reader.unshown(need)] == [unshown.key, answer.key, unasked.key]
    assert reader.unshown(1) == []


def test_the_dump_is_the_same_after_a_rebuild(tmp_path: Path) -> None:
    story, _ = whole_story()
    engine = open_database(tmp_path / "index.db")
    follower = Follower(engine, story.history.chain, blocks_a_batch=3)
    follower.follow()
    before = dump_digest(engine)
    rebuild(engine, story.history.chain)
    assert dump_digest(engine) == before


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_blocks_that_are_replaced_are_undone(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    """From the end back to the first block: whatever is undone leaves what was there before."""
    server = database == "postgresql"
    location = request.getfixturevalue("postgresql_database") if server else tmp_path / "index.db"
    story, _ = whole_story()
    chain = story.history.chain
    digests: dict[int, str] = {}
    engine = open_database(location)
    follower = Follower(engine, chain, final_depth=200)
    for height in range(chain.head() + 1):
        follower.follow(until=height)
        digests[height] = dump_digest(engine)
    for height in range(chain.head() - 1, 0, -1):
        chain.cut(height)
        chain.mine([], story.history.time)
        follower.follow()
        assert dump_digest(engine) == digests[height], height
        chain.cut(height)
    engine.dispose()
