"""Counts that are shown: by anybody, by content, each category for itself, the latest that stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from chain import Refusal
from norms_world import (
    CATEGORY_OF,
    GRAIN_CATEGORY,
    NEVER_COUNTED,
    NOODLE_CATEGORY,
    NormsWorld,
    Told,
    prove,
    set_cycles,
    sorted_lines,
)
from stock import DAY, TOLERANCE, Act
from stock_stages import staged
from stock_world import APPROVER, CLOSED_SITE, MASKS, NOODLES, OLD, OTHER_KEEPER, PIECES, RICE
from stock_world import SECOND_KEEPER as SECOND
from world import CATEGORY, OTHER_SITE, SECOND_SITE, SITE, World

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import CountLine

M, P, R, OLD_RICE, N = (goods.lot_id for goods in (MASKS, PIECES, RICE, OLD, NOODLES))


def proved(category: int, act: Act, at: int, **changed: Any) -> Told:
    said = {"site": SITE, "category": category, "key": act.key, "caller": World.stranger.address}
    return "CountProved", {**said, "countedAt": at, **changed}


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
        assert norms.counted() == (act.key, act.document.occurred_at.seconds)

    def test_of_a_category_only_where_it_was_counted(self, norms: NormsWorld) -> None:
        norms.send(prove(norms.count(CountLine(R, 1_000, 1_000))))

        assert norms.counted(NOODLE_CATEGORY) == NEVER_COUNTED
        assert norms.counted(site=SECOND_SITE) == NEVER_COUNTED
        assert norms.ask("journal", SECOND_SITE) == 0

    @pytest.mark.parametrize("ahead", [0, 1, TOLERANCE])
    def test_not_later_than_it_was_proved(self, norms: NormsWorld, ahead: int) -> None:
        time = norms.next_time + ahead
        act = norms.count(CountLine(R, 1_000, 1_000), occurred_at=Timestamp(time))
        now = norms.next_time

        norms.send(prove(act))
        assert norms.counted() == (act.key, min(time, now))

    def test_a_day_counts_from_its_beginning(self, norms: NormsWorld) -> None:
        day = norms.stock.midnight(2)
        act = norms.count(CountLine(R, 1_000, 1_000), occurred_at=day)

        norms.send(prove(act))
        assert norms.counted() == (act.key, day.seconds)

    def test_at_a_closed_site(self, norms: NormsWorld) -> None:
        act = norms.count(CountLine(R, 50, 50), site=CLOSED_SITE)

        norms.send(prove(act))
        assert norms.counted(site=CLOSED_SITE) == (act.key, act.document.occurred_at.seconds)

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
            assert norms.counted() == (second.key, time + later)
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
        assert norms.counted()[0] == grain.key

    def test_in_order_each_changes_what_is_known(self, norms: NormsWorld) -> None:
        for days in (30, 20, 10, 0):
            act = norms.count(CountLine(R, 1_000, 1_000), days_ago=days)
            norms.send(prove(act))
            assert norms.counted() == (act.key, act.document.occurred_at.seconds)


class TestReversed:
    def test_before_it_was_shown_is_refused(self, norms: NormsWorld) -> None:
        act = norms.count(CountLine(R, 990, 1_000))
        norms.reverse(act)

        assert norms.refusal(prove(act)) == Refusal("NormsCountReversed", (act.key,))

    def test_an_older_one_takes_the_place_of_a_reversed_one(self, norms: NormsWorld) -> None:
        older, newer = (norms.count(CountLine(R, 1_000, 1_000), days_ago=days) for days in (2, 1))
        norms.send(prove(newer))
        norms.reverse(newer)

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
        assert not norms.stale()

        norms.reverse(late)
        assert norms.stale()
        assert norms.counted()[0] == late.key
        norms.send(prove(act))
        assert norms.stale()  # it lies further back than the cycle allows


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
