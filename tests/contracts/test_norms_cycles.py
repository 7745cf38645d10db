"""Cycles: how often a site counts, which counts were proved, and what is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from chain import Refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from norms_world import (
    DECISION,
    FURTHEST,
    GRAIN_CATEGORY,
    NOODLE_CATEGORY,
    NormsWorld,
    Setting,
    Told,
    holding,
    journals_of,
    missing,
    norm_word,
    prove,
    set_cycles,
)
from stock import DAY, TOLERANCE, Act
from stock_stages import staged
from stock_world import (
    APPROVER,
    CLOSED_SITE,
    GRAIN,
    MASKS,
    NOODLES,
    OLD,
    OTHER_KEEPER,
    PIECES,
    RICE,
    UNKNOWN_SITE,
)
from stock_world import SECOND_KEEPER as SECOND
from world import (
    CATEGORY,
    COMMUNITY,
    COUNTRY,
    DISTRICT,
    OTHER_CATEGORY,
    OTHER_SITE,
    PACK,
    PROVINCE,
    SECOND_SITE,
    SITE,
    STREET,
    World,
)

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import CountLine

M, P, R, OLD_RICE, N = (goods.lot_id for goods in (MASKS, PIECES, RICE, OLD, NOODLES))
CATEGORY_OF = {
    M: CATEGORY,
    P: CATEGORY,
    R: GRAIN_CATEGORY,
    OLD_RICE: GRAIN_CATEGORY,
    N: NOODLE_CATEGORY,
}
NEVER_COUNTED = (0, 0)


def cycle_set(
    norms: NormsWorld, category: int, days: int, at: int, **changed: Any
) -> tuple[str, dict[str, Any]]:
    on = changed.pop("on", DISTRICT)
    said = {"site": SITE, "category": category, "dayCount": days, "effectiveAt": at, "source": DECISION}
    return "CycleSet", {**said, **norms.decided(on), **changed}


def proved(category: int, act: Act, at: int, **changed: Any) -> Told:
    said = {"site": SITE, "category": category, "key": act.key, "caller": World.stranger.address}
    return "CountProved", {**said, "countedAt": at, **changed}


def counted(norms: NormsWorld, category: int = GRAIN_CATEGORY, site: int = SITE) -> tuple[int, int]:
    return tuple(norms.ask("counted", site, category))


def stale(norms: NormsWorld, category: int = GRAIN_CATEGORY, site: int = SITE) -> bool:
    return bool(norms.ask("isStale", site, category))


def assert_stale_from(norms: NormsWorld, time: int) -> None:
    """The count of grain is overdue from `time` on, and not a second earlier."""
    norms.chain.travel_to(time - 1)
    assert not stale(norms)
    assert not norms.giving(SITE, GRAIN)["stale"]
    norms.chain.travel(1)
    assert stale(norms)
    assert norms.giving(SITE, GRAIN)["stale"]


def reverse(norms: NormsWorld, act: Act) -> None:
    norms.stock.enter(norms.stock.reversal(act))


class TestWhoDecides:
    @pytest.mark.parametrize("on", [COUNTRY, PROVINCE, DISTRICT, STREET])
    def test_an_authority_above_the_community(self, norms: NormsWorld, on: int) -> None:
        now = norms.next_time
        norms.record(
            set_cycles((GRAIN_CATEGORY, 30), on=on),
            [cycle_set(norms, GRAIN_CATEGORY, 30, now, on=on)],
            {("cycle", SITE, GRAIN_CATEGORY): norm_word(30, now)},
        )

    def test_the_community_itself_is_refused(self, norms: NormsWorld) -> None:
        refusal = norms.refusal(set_cycles((GRAIN_CATEGORY, 30), on=COMMUNITY))

        assert refusal == Refusal("NormsAuthorityBound", (COMMUNITY,))

    def test_an_authority_elsewhere_is_refused(self, norms: NormsWorld) -> None:
        refusal = norms.refusal(set_cycles((GRAIN_CATEGORY, 30), site=OTHER_SITE))

        assert refusal == Refusal("NormsAuthorityElsewhere", (DISTRICT, OTHER_SITE))

    def test_whoever_has_no_such_grant_is_refused(self, norms: NormsWorld) -> None:
        for by in (World.keeper, World.approver, World.stranger, World.root):
            order = set_cycles((GRAIN_CATEGORY, 30), by=by)
            assert norms.refusal(order) == missing(order, DISTRICT)


class TestRefused:
    @pytest.mark.parametrize("site", [CLOSED_SITE, UNKNOWN_SITE])
    def test_a_site_that_is_closed_or_unknown(self, norms: NormsWorld, site: int) -> None:
        refusal = norms.refusal(set_cycles((GRAIN_CATEGORY, 30), site=site))

        assert refusal == Refusal("NormsSiteNotOpen", (site,))

    @pytest.mark.parametrize("category", [0, 999_999, 10_000_000, 2**32 - 1])
    def test_a_category_without_7_digits(self, norms: NormsWorld, category: int) -> None:
        order = set_cycles((GRAIN_CATEGORY, 30), (category, 30))

        assert norms.refusal(order) == Refusal("NormsCategoryMalformed", (category,))

    @pytest.mark.parametrize("days", [3_661, 2**16 - 1])
    def test_more_than_ten_years(self, norms: NormsWorld, days: int) -> None:
        order = set_cycles((GRAIN_CATEGORY, days))

        assert norms.refusal(order) == Refusal("NormsValueInvalid", (days, 3_660))

    def test_nothing(self, norms: NormsWorld) -> None:
        assert norms.refusal(set_cycles()) == Refusal("NormsNothingSet", ())

    def test_without_source(self, norms: NormsWorld) -> None:
        order = set_cycles((GRAIN_CATEGORY, 30), source=bytes(32))

        assert norms.refusal(order) == Refusal("NormsSourceMissing", ())

    def test_in_the_past_or_far_ahead(self, norms: NormsWorld) -> None:
        now = norms.chain.now
        for effective_at in (now - 1, now + FURTHEST + 1):
            order = set_cycles((GRAIN_CATEGORY, 30), effective_at=effective_at)
            outside = ("NormsEffectiveOutside", (effective_at, now, now + FURTHEST))
            assert norms.refusal(order) == Refusal(*outside)


class TestSet:
    @pytest.mark.parametrize("category", [1_000_000, 9_999_999])
    @pytest.mark.parametrize("days", [0, 1, 3_660])
    def test_up_to_the_bounds(self, norms: NormsWorld, category: int, days: int) -> None:
        now = norms.next_time
        norms.record(
            set_cycles((category, days)),
            [cycle_set(norms, category, days, now)],
            {("cycle", SITE, category): norm_word(days, now)},
        )

    def test_several_and_one_of_them_twice(self, norms: NormsWorld) -> None:
        now = norms.next_time
        cycles = ((GRAIN_CATEGORY, 30), (CATEGORY, 7), (GRAIN_CATEGORY, 90))
        norms.record(
            set_cycles(*cycles),
            [cycle_set(norms, category, days, now) for category, days in cycles],
            {
                ("cycle", SITE, GRAIN_CATEGORY): norm_word(90, now, 30, now),
                ("cycle", SITE, CATEGORY): norm_word(7, now),
            },
        )


class TestProved:
    def test_by_anybody_each_category_once(self, norms: NormsWorld) -> None:
        """Lines ascend by lot, so that the lines of a category need not stand together."""
        act = norms.count(*sorted_lines((M, 100), (P, 200), (R, 1_000), (OLD_RICE, 10), (N, 20)))
        at = act.document.occurred_at.seconds
        order = list(dict.fromkeys(CATEGORY_OF[lot] for lot in sorted(CATEGORY_OF)))

        norms.record(
            prove(act),
            [proved(category, act, at) for category in order],
            {("counted", SITE, category): (act.key, at) for category in order},
        )

    def test_the_client_id_is_not_looked_at(self, norms: NormsWorld) -> None:
        act = norms.count(CountLine(R, 1_000, 1_000))
        shown = act.saying(client_id=bytes(32))

        norms.send(prove(shown, key=act.key))
        assert counted(norms) == (act.key, act.document.occurred_at.seconds)

    def test_of_a_category_only_where_it_was_counted(self, norms: NormsWorld) -> None:
        norms.send(prove(norms.count(CountLine(R, 1_000, 1_000))))

        assert counted(norms, NOODLE_CATEGORY) == NEVER_COUNTED
        assert counted(norms, site=SECOND_SITE) == NEVER_COUNTED
        assert norms.ask("journal", SECOND_SITE) == 0

    @pytest.mark.parametrize("ahead", [0, 1, TOLERANCE])
    def test_not_later_than_it_was_proved(self, norms: NormsWorld, ahead: int) -> None:
        time = norms.next_time + ahead
        act = norms.count(CountLine(R, 1_000, 1_000), occurred_at=Timestamp(time))
        now = norms.next_time

        norms.send(prove(act))
        assert counted(norms) == (act.key, min(time, now))

    def test_a_day_counts_from_its_beginning(self, norms: NormsWorld) -> None:
        day = norms.stock.midnight(2)
        act = norms.count(CountLine(R, 1_000, 1_000), occurred_at=day)

        norms.send(prove(act))
        assert counted(norms) == (act.key, day.seconds)

    def test_at_a_closed_site(self, norms: NormsWorld) -> None:
        act = norms.count(CountLine(R, 50, 50), site=CLOSED_SITE)

        norms.send(prove(act))
        assert counted(norms, site=CLOSED_SITE) == (act.key, act.document.occurred_at.seconds)

    def test_of_another_site_by_its_own_keepers(self, norms: NormsWorld) -> None:
        norms.stock.world.grant(SECOND.actor, OTHER_KEEPER.role, OTHER_KEEPER.division)
        norms.chain.travel(3 * DAY)
        second = replace(SECOND, division=OTHER_KEEPER.division)
        act = norms.count(CountLine(M, 5, 5), site=OTHER_SITE, sender=OTHER_KEEPER, other=second)
        at = act.document.occurred_at.seconds

        norms.record(
            prove(act),
            [proved(CATEGORY, act, at, site=OTHER_SITE)],
            {("counted", OTHER_SITE, CATEGORY): (act.key, at)},
        )

    def test_a_count_from_the_first_second_of_1970(self, norms: NormsWorld) -> None:
        """A claimed time of 0 is a time, not the lack of a count."""
        act = norms.count(CountLine(R, 1_000, 1_000), occurred_at=Timestamp(0), approver=APPROVER)

        norms.record(
            prove(act),
            [proved(GRAIN_CATEGORY, act, 0)],
            {("counted", SITE, GRAIN_CATEGORY): (act.key, 0)},
        )
        assert norms.refusal(prove(act)) == Refusal("NormsCountNotNewer", (act.key,))


def sorted_lines(*counts: tuple[int, int]) -> list[CountLine]:
    """Lines of a count that found what was expected, ascending by lot."""
    return [CountLine(lot, units, units) for lot, units in sorted(counts)]


class TestOutOfOrder:
    def test_an_older_count_is_refused(self, norms: NormsWorld) -> None:
        older, newer = (norms.count(CountLine(R, 1_000, 1_000), days_ago=days) for days in (2, 1))
        norms.send(prove(newer))

        assert norms.refusal(prove(older)) == Refusal("NormsCountNotNewer", (older.key,))

    def test_the_same_count_again_is_refused(self, norms: NormsWorld) -> None:
        act = norms.count(CountLine(R, 1_000, 1_000))
        norms.send(prove(act))

        assert norms.refusal(prove(act)) == Refusal("NormsCountNotNewer", (act.key,))

    @pytest.mark.parametrize(("later", "accepted"), [(-1, False), (0, False), (1, True)])
    def test_to_the_second(self, norms: NormsWorld, later: int, accepted: bool) -> None:
        time = norms.chain.now - 100
        first = norms.count(CountLine(R, 1_000, 1_000), occurred_at=Timestamp(time))
        second = norms.count(CountLine(R, 1_000, 1_000), occurred_at=Timestamp(time + later))
        norms.send(prove(first))

        if accepted:
            norms.send(prove(second))
            assert counted(norms) == (second.key, time + later)
        else:
            assert norms.refusal(prove(second)) == Refusal("NormsCountNotNewer", (second.key,))

    def test_of_several_categories_those_change_that_are_newer(self, norms: NormsWorld) -> None:
        grain = norms.count(CountLine(R, 1_000, 1_000), days_ago=1)
        both = norms.count(*sorted_lines((R, 1_000), (N, 20)), days_ago=2)
        norms.send(prove(grain))

        at = both.document.occurred_at.seconds
        norms.record(
            prove(both),
            [proved(NOODLE_CATEGORY, both, at)],
            {("counted", SITE, NOODLE_CATEGORY): (both.key, at)},
        )
        assert counted(norms)[0] == grain.key

    def test_in_order_each_changes_what_is_known(self, norms: NormsWorld) -> None:
        for days in (30, 20, 10, 0):
            act = norms.count(CountLine(R, 1_000, 1_000), days_ago=days)
            norms.send(prove(act))
            assert counted(norms) == (act.key, act.document.occurred_at.seconds)


class TestReversed:
    def test_before_it_was_shown_is_refused(self, norms: NormsWorld) -> None:
        act = norms.count(CountLine(R, 990, 1_000))
        reverse(norms, act)

        assert norms.refusal(prove(act)) == Refusal("NormsCountReversed", (act.key,))

    def test_an_older_one_takes_the_place_of_a_reversed_one(self, norms: NormsWorld) -> None:
        older, newer = (norms.count(CountLine(R, 1_000, 1_000), days_ago=days) for days in (2, 1))
        norms.send(prove(newer))
        reverse(norms, newer)

        at = older.document.occurred_at.seconds
        norms.record(
            prove(older),
            [proved(GRAIN_CATEGORY, older, at)],
            {("counted", SITE, GRAIN_CATEGORY): (older.key, at)},
        )
        assert norms.refusal(prove(newer)) == Refusal("NormsCountReversed", (newer.key,))

    def test_it_stays_known_but_counts_for_nothing(self, norms: NormsWorld) -> None:
        act = norms.count(CountLine(R, 1_000, 1_000))
        norms.send(set_cycles((GRAIN_CATEGORY, 30)))
        norms.chain.travel(29 * DAY)
        late = norms.count(CountLine(R, 1_000, 1_000))
        norms.send(prove(late))
        norms.chain.travel(2 * DAY)
        assert not stale(norms)

        reverse(norms, late)
        assert stale(norms)
        assert counted(norms)[0] == late.key
        norms.send(prove(act))
        assert stale(norms)  # it lies further back than the cycle allows


class TestNotTheDocument:
    @pytest.mark.parametrize(
        "change",
        [
            {"from_": SECOND_SITE},
            {"to": 1},
            {"occurred_at": Timestamp(1)},
            {"reference": 1},
            {"reason": 3},
            {"qualification": 1},
            {"deadline": 1},
            {"lines": b""},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_each_other_field_is_refused(self, norms: NormsWorld, change: dict[str, Any]) -> None:
        act = norms.count(CountLine(R, 1_000, 1_000))

        assert norms.refusal(prove(act.saying(**change), key=act.key)) == other(act)

    def test_a_word_more_or_other_is_refused(self, norms: NormsWorld) -> None:
        act = norms.count(CountLine(R, 1_000, 1_000))
        lines = act.document.lines
        for changed in (lines + bytes(32), lines[:-1] + b"\x01", lines[:32]):
            assert norms.refusal(prove(act.saying(lines=changed), key=act.key)) == other(act)

    def test_under_another_key_is_refused(self, norms: NormsWorld) -> None:
        act, another = norms.count(CountLine(R, 1_000, 1_000)), norms.count(CountLine(R, 1_000, 1_000))

        assert norms.refusal(prove(act, key=another.key)) == other(another)

    def test_never_recorded_is_refused(self, norms: NormsWorld) -> None:
        act = norms.stock.act(Kind.COUNT, CountLine(R, 1_000, 1_000))

        assert norms.refusal(prove(act)) == other(act)

    @pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.COUNT])
    def test_of_another_kind_is_refused(self, norms: NormsWorld, kind: Kind) -> None:
        act = staged(norms.stock, kind)
        norms.stock.enter(act)

        assert norms.refusal(prove(act)) == other(act)


def other(act: Act) -> Refusal:
    return Refusal("NormsDocumentOther", (act.key,))


class TestStale:
    def test_without_cycle_never(self, norms: NormsWorld) -> None:
        norms.chain.travel(20_000 * DAY)

        assert not stale(norms)

    @pytest.mark.parametrize("days", [1, 30, 3_660])
    def test_a_new_cycle_gives_its_whole_length(self, norms: NormsWorld, days: int) -> None:
        norms.send(set_cycles((GRAIN_CATEGORY, days)))

        assert_stale_from(norms, norms.chain.now + days * DAY + 1)

    def test_a_cycle_that_waits_gives_its_length_from_its_beginning(self, norms: NormsWorld) -> None:
        begins = norms.chain.now + 100
        norms.send(set_cycles((GRAIN_CATEGORY, 30), effective_at=begins))

        assert_stale_from(norms, begins + 30 * DAY + 1)

    def test_a_count_gives_the_length_from_when_it_occurred(self, norms: NormsWorld) -> None:
        norms.send(set_cycles((GRAIN_CATEGORY, 30)))
        norms.chain.travel(40 * DAY)
        assert stale(norms)
        act = norms.count(CountLine(R, 1_000, 1_000), days_ago=3)
        assert stale(norms)  # until it is shown
        norms.send(prove(act))

        assert_stale_from(norms, act.document.occurred_at.seconds + 30 * DAY + 1)

    def test_a_count_before_the_cycle_does_not_shorten_it(self, norms: NormsWorld) -> None:
        norms.send(prove(norms.count(CountLine(R, 1_000, 1_000), days_ago=20)))
        norms.send(set_cycles((GRAIN_CATEGORY, 30)))

        assert_stale_from(norms, norms.chain.now + 30 * DAY + 1)

    def test_setting_it_anew_begins_anew(self, norms: NormsWorld) -> None:
        norms.send(set_cycles((GRAIN_CATEGORY, 30)))
        norms.chain.travel(31 * DAY)
        assert stale(norms)
        norms.send(set_cycles((GRAIN_CATEGORY, 30)))

        assert_stale_from(norms, norms.chain.now + 30 * DAY + 1)

    def test_one_that_waits_does_not_prolong_the_one_in_force(self, norms: NormsWorld) -> None:
        norms.send(set_cycles((GRAIN_CATEGORY, 30)))
        since = norms.chain.now
        norms.send(set_cycles((GRAIN_CATEGORY, 60), effective_at=since + 40 * DAY))

        assert_stale_from(norms, since + 30 * DAY + 1)
        norms.chain.travel_to(since + 40 * DAY - 1)
        assert stale(norms)
        assert_stale_from_after(norms, since + 40 * DAY, 60)

    def test_a_cycle_of_0_ends_it(self, norms: NormsWorld) -> None:
        norms.send(set_cycles((GRAIN_CATEGORY, 1)))
        norms.chain.travel(2 * DAY)
        assert stale(norms)
        norms.send(set_cycles((GRAIN_CATEGORY, 0)))
        assert not stale(norms)
        norms.chain.travel(400 * DAY)
        assert not stale(norms)

    def test_of_one_site_and_category_alone(self, norms: NormsWorld) -> None:
        norms.send(set_cycles((GRAIN_CATEGORY, 1)))
        norms.chain.travel(2 * DAY)

        assert norms.giving(SITE, GRAIN)["stale"]
        assert not norms.giving(SITE, PACK)["stale"]
        assert not norms.giving(SECOND_SITE, GRAIN)["stale"]
        assert not stale(norms, OTHER_CATEGORY)


def assert_stale_from_after(norms: NormsWorld, begins: int, days: int) -> None:
    norms.chain.travel_to(begins)
    assert_stale_from(norms, begins + days * DAY + 1)


# --------------------------------------------------------------------------------------------- histories


@dataclass(slots=True)
class Shown:
    """A count that was shown: when it was, and what it says of itself."""

    key: int
    counted_at: int
    category: int


def overdue(cycles: Sequence[Setting], counts: Sequence[Shown], reversed_keys: set[int], time: int) -> bool:
    """Whether a count is overdue at `time`, from all that was set, shown in this order, and reversed.

    Whatever was shown rules until something later is, or until it is reversed; then anything may be shown.
    """
    days, since = holding(cycles, time)
    standing = [one.counted_at for one in counts[-1:] if one.key not in reversed_keys]
    return days > 0 and all(time - begun > days * DAY for begun in [since, *standing])


CATEGORIES = {GRAIN_CATEGORY: CountLine(R, 1_000, 1_000), NOODLE_CATEGORY: CountLine(N, 20, 20)}
CYCLES = st.tuples(
    st.just("cycle"),
    st.sampled_from(sorted(CATEGORIES)),
    st.sampled_from([0, 1, 2, 10]),
    st.sampled_from([None, 1, DAY, 3 * DAY]),
)
COUNTS = st.tuples(
    st.just("count"),
    st.sets(st.sampled_from(sorted(CATEGORIES)), min_size=1),
    st.integers(0, 12),  # days ago
    st.booleans(),  # whether of the day alone
)
SHOWING = st.tuples(st.just("show"), st.integers(0, 3))
REVERSING = st.tuples(st.just("reverse"), st.integers(0, 3))
WAITING = st.tuples(st.just("wait"), st.sampled_from([1, DAY - 1, DAY, DAY + 1, 9 * DAY]))
STEPS = st.lists(st.one_of(CYCLES, COUNTS, SHOWING, REVERSING, WAITING), min_size=3, max_size=14)


class Played:
    """A history played on the chain, and beside it what it should have come to."""

    def __init__(self, norms: NormsWorld) -> None:
        self.norms = norms
        self.cycles: dict[int, list[Setting]] = {category: [] for category in CATEGORIES}
        self.shown: dict[int, list[Shown]] = {category: [] for category in CATEGORIES}
        self.recorded: list[Act] = []
        self.reversed: set[int] = set()
        self.events: list[Any] = []

    def step(self, step: tuple[Any, ...]) -> None:
        name, *arguments = step
        getattr(self, name)(*arguments)
        self.compare()

    def cycle(self, category: int, days: int, ahead: int | None) -> None:
        time = self.norms.next_time
        effective_at = 0 if ahead is None else time + ahead
        self.events += self.norms.send(set_cycles((category, days), effective_at=effective_at))
        self.cycles[category].append(Setting(time, effective_at or time, days))

    def count(self, categories: set[int], days_ago: int, day_only: bool) -> None:
        lines = sorted((CATEGORIES[category] for category in categories), key=lambda line: line.lot)
        said: dict[str, Any] = {"approver": APPROVER}
        if day_only:
            said["occurred_at"] = self.norms.stock.midnight(days_ago)
        self.recorded.append(self.norms.count(*lines, days_ago=days_ago, **said))

    def show(self, index: int) -> None:
        if index >= len(self.recorded):
            return
        act = self.recorded[-1 - index]
        order = prove(act)
        changed = self._changed_by(act)
        if act.key in self.reversed:
            assert self.norms.refusal(order) == Refusal("NormsCountReversed", (act.key,))
        elif not changed:
            assert self.norms.refusal(order) == Refusal("NormsCountNotNewer", (act.key,))
        else:
            sent = self.norms.send(order)
            assert {event.fields["category"] for event in sent} == {one.category for one in changed}
            assert len(sent) == len(changed)
            self.events += sent
            for one in changed:
                self.shown[one.category].append(one)

    def _changed_by(self, act: Act) -> list[Shown]:
        lots = {line >> 96 for line in _heads(act)}
        candidates = [
            Shown(act.key, act.document.occurred_at.seconds, category)
            for category, line in CATEGORIES.items()
            if line.lot in lots
        ]
        return [one for one in candidates if self._is_newer(one)]

    def _is_newer(self, one: Shown) -> bool:
        known = self.shown[one.category][-1:]
        return all(old.key in self.reversed or one.counted_at > old.counted_at for old in known)

    def reverse(self, index: int) -> None:
        if index < len(self.recorded) and self.recorded[-1 - index].key not in self.reversed:
            act = self.recorded[-1 - index]
            reverse(self.norms, act)
            self.reversed.add(act.key)

    def wait(self, seconds: int) -> None:
        self.norms.chain.travel(seconds)

    def compare(self) -> None:
        now = self.norms.chain.now
        for category in CATEGORIES:
            expected = overdue(self.cycles[category], self.shown[category], self.reversed, now)
            assert stale(self.norms, category) == expected
            assert self.norms.giving(SITE, category * 100_000 + 1)["stale"] == expected
            known = [(one.key, one.counted_at) for one in self.shown[category][-1:]] or [NEVER_COUNTED]
            assert counted(self.norms, category) == known[0]


def _heads(act: Act) -> list[int]:
    words = [act.document.lines[at : at + 32] for at in range(0, len(act.document.lines), 64)]
    return [int.from_bytes(word, "big") for word in words]


class TestHistories:
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=STEPS)
    def test_overdue_follows_from_all_that_was_set_shown_and_reversed(
        self, norms: NormsWorld, steps: list[tuple[Any, ...]]
    ) -> None:
        with norms.chain.undone():
            played = Played(norms)
            for step in steps:
                played.step(step)
            played.step(("wait", 11 * DAY))
            for subject, word in journals_of(played.events).items():
                assert norms.ask("journal", subject) == word
