"""What is overdue: random histories of cycles, counts and reversals against a rule written a second time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chain import Refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from norms_world import (
    GRAIN_CATEGORY,
    NEVER_COUNTED,
    NOODLE_CATEGORY,
    NormsWorld,
    Setting,
    holding,
    journals_of,
    prove,
    set_cycles,
)
from stock import DAY, Act
from stock_world import APPROVER, NOODLES, RICE
from world import SITE

from ledger_client.lines import CountLine

R, N = RICE.lot_id, NOODLES.lot_id


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
            self.norms.reverse(act)
            self.reversed.add(act.key)

    def wait(self, seconds: int) -> None:
        self.norms.chain.travel(seconds)

    def compare(self) -> None:
        now = self.norms.chain.now
        for category in CATEGORIES:
            expected = overdue(self.cycles[category], self.shown[category], self.reversed, now)
            assert self.norms.stale(category) == expected
            assert self.norms.giving(SITE, category * 100_000 + 1)["stale"] == expected
            known = [(one.key, one.counted_at) for one in self.shown[category][-1:]] or [NEVER_COUNTED]
            assert self.norms.counted(category) == known[0]


def _heads(act: Act) -> list[int]:
    words = [act.document.lines[at : at + 32] for at in range(0, len(act.document.lines), 64)]
    return [int.from_bytes(word, "big") for word in words]


class TestHistories:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
