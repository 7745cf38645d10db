"""Cycles: how often a site counts, and from when on a count is overdue."""

from __future__ import annotations

from typing import Any

import pytest
from chain import Refusal
from norms_world import DECISION, FURTHEST, GRAIN_CATEGORY, NormsWorld, missing, norm_word, prove, set_cycles
from stock import DAY
from stock_world import CLOSED_SITE, GRAIN, RICE, UNKNOWN_SITE
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

from ledger_client.lines import CountLine

R = RICE.lot_id


def cycle_set(
    norms: NormsWorld, category: int, days: int, at: int, **changed: Any
) -> tuple[str, dict[str, Any]]:
    on = changed.pop("on", DISTRICT)
    said = {"site": SITE, "category": category, "dayCount": days, "effectiveAt": at, "source": DECISION}
    return "CycleSet", {**said, **norms.decided(on), **changed}


def assert_stale_from(norms: NormsWorld, time: int) -> None:
    """The count of grain is overdue from `time` on, and not a second earlier."""
    norms.chain.travel_to(time - 1)
    assert not norms.stale()
    assert not norms.giving(SITE, GRAIN)["stale"]
    norms.chain.travel(1)
    assert norms.stale()
    assert norms.giving(SITE, GRAIN)["stale"]


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


class TestStale:
    def test_without_cycle_never(self, norms: NormsWorld) -> None:
        norms.chain.travel(20_000 * DAY)

        assert not norms.stale()

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
        assert norms.stale()
        act = norms.count(CountLine(R, 1_000, 1_000), days_ago=3)
        assert norms.stale()  # until it is shown
        norms.send(prove(act))

        assert_stale_from(norms, act.document.occurred_at.seconds + 30 * DAY + 1)

    def test_a_count_before_the_cycle_does_not_shorten_it(self, norms: NormsWorld) -> None:
        norms.send(prove(norms.count(CountLine(R, 1_000, 1_000), days_ago=20)))
        norms.send(set_cycles((GRAIN_CATEGORY, 30)))

        assert_stale_from(norms, norms.chain.now + 30 * DAY + 1)

    def test_setting_it_anew_begins_anew(self, norms: NormsWorld) -> None:
        norms.send(set_cycles((GRAIN_CATEGORY, 30)))
        norms.chain.travel(31 * DAY)
        assert norms.stale()
        norms.send(set_cycles((GRAIN_CATEGORY, 30)))

        assert_stale_from(norms, norms.chain.now + 30 * DAY + 1)

    def test_one_that_waits_does_not_prolong_the_one_in_force(self, norms: NormsWorld) -> None:
        norms.send(set_cycles((GRAIN_CATEGORY, 30)))
        since = norms.chain.now
        norms.send(set_cycles((GRAIN_CATEGORY, 60), effective_at=since + 40 * DAY))

        assert_stale_from(norms, since + 30 * DAY + 1)
        norms.chain.travel_to(since + 40 * DAY - 1)
        assert norms.stale()
        assert_stale_from_after(norms, since + 40 * DAY, 60)

    def test_a_cycle_of_0_ends_it(self, norms: NormsWorld) -> None:
        norms.send(set_cycles((GRAIN_CATEGORY, 1)))
        norms.chain.travel(2 * DAY)
        assert norms.stale()
        norms.send(set_cycles((GRAIN_CATEGORY, 0)))
        assert not norms.stale()
        norms.chain.travel(400 * DAY)
        assert not norms.stale()

    def test_of_one_site_and_category_alone(self, norms: NormsWorld) -> None:
        norms.send(set_cycles((GRAIN_CATEGORY, 1)))
        norms.chain.travel(2 * DAY)

        assert norms.giving(SITE, GRAIN)["stale"]
        assert not norms.giving(SITE, PACK)["stale"]
        assert not norms.giving(SECOND_SITE, GRAIN)["stale"]
        assert not norms.stale(OTHER_CATEGORY)


def assert_stale_from_after(norms: NormsWorld, begins: int, days: int) -> None:
    norms.chain.travel_to(begins)
    assert_stale_from(norms, begins + days * DAY + 1)
