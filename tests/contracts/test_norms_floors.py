"""Floors: what a site must keep of an item, from when, and by whose decision."""

from __future__ import annotations

import pytest
from chain import GENESIS_TIME, Actor, Event, Refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from norms_world import (
    AUTHORITIES,
    DECISION,
    FURTHEST,
    TOP,
    NormsWorld,
    Setting,
    Told,
    holding,
    journals_of,
    missing,
    norm_word,
    set_floors,
)
from stock import DAY
from stock_world import CLOSED_SITE, DUMP, FAR_SITE, FRESH_SITE, GRAIN, UNKNOWN_ITEM, UNKNOWN_SITE
from world import (
    CITY,
    COMMUNITY,
    COUNTRY,
    DISTRICT,
    OTHER_CITY,
    OTHER_SITE,
    PACK,
    PIECE,
    PROVINCE,
    SECOND_SITE,
    SITE,
    STREET,
    D,
    World,
)

from ledger_client.roles import Role


def floor_set(norms: NormsWorld, item: int, quantity: int, effective_at: int, **fields: int) -> Told:
    on = fields.pop("on", DISTRICT)
    said = {"site": SITE, "item": item, "quantity": quantity, "effectiveAt": effective_at}
    return "FloorSet", {**said, "source": DECISION, **norms.decided(on), **fields}


def floor(norms: NormsWorld, item: int = GRAIN, site: int = SITE) -> int:
    return int(norms.giving(site, item)["floor"])


class TestWhoDecides:
    @pytest.mark.parametrize("on", [COUNTRY, PROVINCE, CITY, DISTRICT, STREET])
    def test_an_authority_above_the_community(self, norms: NormsWorld, on: int) -> None:
        now = norms.next_time

        norms.record(
            set_floors((GRAIN, 5), on=on),
            [floor_set(norms, GRAIN, 5, now, on=on)],
            {("floor", SITE, GRAIN): norm_word(5, now)},
        )

    def test_threat_2_the_community_itself_is_refused(self, norms: NormsWorld) -> None:
        refusal = norms.refusal(set_floors((GRAIN, 5), on=COMMUNITY))

        assert refusal == Refusal("NormsAuthorityBound", (COMMUNITY,))

    @pytest.mark.parametrize("site", [FAR_SITE, OTHER_SITE])
    def test_an_authority_elsewhere_is_refused(self, norms: NormsWorld, site: int) -> None:
        refusal = norms.refusal(set_floors((GRAIN, 5), site=site))

        assert refusal == Refusal("NormsAuthorityElsewhere", (DISTRICT, site))

    def test_a_foreign_city_is_refused(self, norms: NormsWorld) -> None:
        refusal = norms.refusal(set_floors((GRAIN, 5), on=OTHER_CITY))

        assert refusal == Refusal("NormsAuthorityElsewhere", (OTHER_CITY, SITE))

    @pytest.mark.parametrize(
        "by", [World.keeper, World.approver, World.stranger, World.revoked, World.suspended]
    )
    def test_whoever_has_no_acting_grant_is_refused(self, norms: NormsWorld, by: Actor) -> None:
        order = set_floors((GRAIN, 5), on=COUNTRY, by=by)

        assert norms.refusal(order) == missing(order, COUNTRY)

    def test_a_grant_acts_after_its_delay(self, norms: NormsWorld) -> None:
        new = Actor("a new authority")
        norms.stock.world.grant(new, Role.AUTHORITY, DISTRICT)
        order = set_floors((GRAIN, 5), by=new)

        norms.chain.travel(D - 1)
        assert norms.refusal(order) == missing(order, DISTRICT)
        norms.send(order)

    def test_a_grant_at_another_division_than_named_is_refused(self, norms: NormsWorld) -> None:
        order = set_floors((GRAIN, 5), on=CITY, by=AUTHORITIES[DISTRICT])

        assert norms.refusal(order) == missing(order, CITY)


class TestRefused:
    @pytest.mark.parametrize("site", [CLOSED_SITE, UNKNOWN_SITE])
    def test_a_site_that_is_closed_or_unknown(self, norms: NormsWorld, site: int) -> None:
        assert norms.refusal(set_floors((GRAIN, 5), site=site)) == Refusal("NormsSiteNotOpen", (site,))

    def test_a_site_closed_after_it_was_set(self, norms: NormsWorld) -> None:
        norms.send(set_floors((GRAIN, 5), site=SECOND_SITE))
        close = norms.stock.world.directory.functions.closeSite(SECOND_SITE, 0, COUNTRY)
        norms.chain.send(close, World.root)

        refusal = norms.refusal(set_floors((GRAIN, 6), site=SECOND_SITE))
        assert refusal == Refusal("NormsSiteNotOpen", (SECOND_SITE,))
        assert floor(norms, site=SECOND_SITE) == 5

    @pytest.mark.parametrize("item", [0, UNKNOWN_ITEM, 2**64 - 1])
    def test_an_item_that_is_unknown(self, norms: NormsWorld, item: int) -> None:
        order = set_floors((GRAIN, 5), (item, 1))

        assert norms.refusal(order) == Refusal("NormsItemUnknown", (item,))

    @pytest.mark.parametrize("quantity", [2**63, 2**64 - 1])
    def test_a_quantity_of_more_than_63_bits(self, norms: NormsWorld, quantity: int) -> None:
        order = set_floors((GRAIN, quantity))

        assert norms.refusal(order) == Refusal("NormsValueInvalid", (quantity, TOP))

    def test_without_source(self, norms: NormsWorld) -> None:
        assert norms.refusal(set_floors((GRAIN, 5), source=bytes(32))) == Refusal("NormsSourceMissing", ())

    def test_nothing(self, norms: NormsWorld) -> None:
        assert norms.refusal(set_floors()) == Refusal("NormsNothingSet", ())

    @pytest.mark.parametrize("past", [1, DAY])
    def test_in_the_past(self, norms: NormsWorld, past: int) -> None:
        now = norms.chain.now
        order = set_floors((GRAIN, 5), effective_at=now - past)

        outside = Refusal("NormsEffectiveOutside", (now - past, now, now + FURTHEST))
        assert norms.refusal(order) == outside

    @pytest.mark.parametrize("effective_at", [GENESIS_TIME * 2, 2**40, 2**64 - 1])
    def test_far_ahead(self, norms: NormsWorld, effective_at: int) -> None:
        now = norms.chain.now
        order = set_floors((GRAIN, 5), effective_at=effective_at)

        outside = Refusal("NormsEffectiveOutside", (effective_at, now, now + FURTHEST))
        assert norms.refusal(order) == outside

    def test_one_of_several_sets_none(self, norms: NormsWorld) -> None:
        norms.chain.send_in_vain(norms.call(set_floors((GRAIN, 5), (UNKNOWN_ITEM, 1))), World.district)

        assert norms.ask("floor", SITE, GRAIN) == 0
        assert norms.ask("journal", SITE) == 0


class TestTimes:
    def test_366_days_ahead_and_not_a_second_more(self, norms: NormsWorld) -> None:
        now = norms.chain.now
        order = set_floors((GRAIN, 5), effective_at=now + FURTHEST + 1)
        assert norms.refusal(order) == Refusal(
            "NormsEffectiveOutside", (now + FURTHEST + 1, now, now + FURTHEST)
        )

        norms.record(  # a block later it is 366 days ahead
            order,
            [floor_set(norms, GRAIN, 5, now + FURTHEST + 1)],
            {("floor", SITE, GRAIN): norm_word(5, now + FURTHEST + 1)},
        )
        norms.chain.travel_to(now + FURTHEST)
        assert floor(norms) == 0
        norms.chain.travel(1)
        assert floor(norms) == 5

    def test_at_the_time_of_the_block_itself(self, norms: NormsWorld) -> None:
        now = norms.next_time
        norms.record(
            set_floors((GRAIN, 5), effective_at=now),
            [floor_set(norms, GRAIN, 5, now)],
            {("floor", SITE, GRAIN): norm_word(5, now)},
        )
        assert floor(norms) == 5

    def test_what_held_goes_on_until_the_next_begins(self, norms: NormsWorld) -> None:
        norms.send(set_floors((GRAIN, 5)))
        since = norms.chain.now
        later = since + 100
        norms.record(
            set_floors((GRAIN, 7), effective_at=later),
            [floor_set(norms, GRAIN, 7, later)],
            {("floor", SITE, GRAIN): norm_word(7, later, 5, since)},
        )
        norms.chain.travel_to(later - 1)
        assert floor(norms) == 5
        norms.chain.travel(1)
        assert floor(norms) == 7

    def test_setting_one_replaces_the_one_that_waits(self, norms: NormsWorld) -> None:
        norms.send(set_floors((GRAIN, 5)))
        since = norms.chain.now
        norms.send(set_floors((GRAIN, 7), effective_at=since + 100))
        norms.record(
            set_floors((GRAIN, 9), effective_at=since + 300),
            [floor_set(norms, GRAIN, 9, since + 300)],
            {("floor", SITE, GRAIN): norm_word(9, since + 300, 5, since)},
        )
        for time, quantity in ((since + 100, 5), (since + 299, 5), (since + 300, 9)):
            norms.chain.travel_to(time)
            assert floor(norms) == quantity

    @pytest.mark.parametrize(("time", "quantity"), [(99, 5), (100, 7), (101, 7)])
    def test_what_waited_holds_from_the_second_it_was_to(
        self, norms: NormsWorld, time: int, quantity: int
    ) -> None:
        """A third one set a second before, at, and a second after the second one begins."""
        norms.send(set_floors((GRAIN, 5)))
        since = norms.chain.now
        norms.send(set_floors((GRAIN, 7), effective_at=since + 100))
        norms.send_at(set_floors((GRAIN, 9), effective_at=since + 200), since + time)

        before_since = since if quantity == 5 else since + 100
        assert norms.ask("floor", SITE, GRAIN) == norm_word(9, since + 200, quantity, before_since)
        norms.chain.travel_to(since + 199)
        assert floor(norms) == quantity

    def test_one_that_waits_is_taken_back_by_setting_what_holds(self, norms: NormsWorld) -> None:
        norms.send(set_floors((GRAIN, 7), effective_at=norms.chain.now + 100))
        norms.send(set_floors((GRAIN, 0)))
        norms.chain.travel(200)
        assert floor(norms) == 0


class TestSet:
    def test_several_items_in_the_order_given(self, norms: NormsWorld) -> None:
        now = norms.next_time
        norms.record(
            set_floors((PACK, TOP), (GRAIN, 0), (PIECE, 1)),
            [floor_set(norms, item, units, now) for item, units in ((PACK, TOP), (GRAIN, 0), (PIECE, 1))],
            {
                ("floor", SITE, PACK): norm_word(TOP, now),
                ("floor", SITE, GRAIN): norm_word(0, now),
                ("floor", SITE, PIECE): norm_word(1, now),
            },
        )
        assert [floor(norms, item) for item in (PACK, GRAIN, PIECE)] == [TOP, 0, 1]

    def test_an_item_twice_holds_what_was_said_last(self, norms: NormsWorld) -> None:
        now = norms.next_time
        norms.record(
            set_floors((GRAIN, 5), (GRAIN, 6)),
            [floor_set(norms, GRAIN, 5, now), floor_set(norms, GRAIN, 6, now)],
            {("floor", SITE, GRAIN): norm_word(6, now, 5, now)},
        )
        assert floor(norms) == 6

    def test_at_sites_without_opening_or_for_disposal(self, norms: NormsWorld) -> None:
        for site in (FRESH_SITE, DUMP):
            norms.send(set_floors((GRAIN, 5), site=site))
            assert floor(norms, site=site) == 5

    def test_of_one_site_and_item_alone(self, norms: NormsWorld) -> None:
        norms.send(set_floors((GRAIN, 5)))

        assert floor(norms, PACK) == 0
        assert floor(norms, site=SECOND_SITE) == 0
        assert norms.ask("journal", SECOND_SITE) == 0
        assert norms.ask("journal", COMMUNITY) == 0


SETTINGS = st.tuples(
    st.integers(0, 3),  # which of sites and items
    st.sampled_from([0, 1, 7, TOP]),
    st.sampled_from([None, 1, 2, 50, 51, 400]),  # seconds after it was set, None for now
    st.sampled_from([1, 2, 49, 50, 51, 300]),  # seconds until then
)
PLACES = ((SITE, GRAIN), (SITE, PACK), (SECOND_SITE, GRAIN), (SECOND_SITE, PACK))


class TestHistories:
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(SETTINGS, min_size=1, max_size=8))
    def test_what_holds_follows_from_all_that_was_set(
        self, norms: NormsWorld, steps: list[tuple[int, int, int | None, int]]
    ) -> None:
        history: dict[tuple[int, int], list[Setting]] = {place: [] for place in PLACES}
        events: list[Event] = []
        with norms.chain.undone():
            for place, quantity, ahead, wait in steps:
                site, item = PLACES[place]
                time = norms.chain.now + wait
                effective_at = 0 if ahead is None else time + ahead
                order = set_floors((item, quantity), site=site, effective_at=effective_at)
                events += norms.send_at(order, time)
                history[site, item].append(Setting(time, effective_at or time, quantity))
                for pair, entries in history.items():
                    assert floor(norms, pair[1], pair[0]) == holding(entries, time)[0]
            norms.chain.travel(500)
            for pair, entries in history.items():
                assert floor(norms, pair[1], pair[0]) == holding(entries, norms.chain.now)[0]
            for subject, word in journals_of(events).items():
                assert norms.ask("journal", subject) == word
