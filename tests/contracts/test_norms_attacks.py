"""What an authority, two counters and a stranger may try against the norms, and what comes of it.

Each test says in its name who tries what. What the contract cannot prevent is held here too, as far as it
goes: `docs/limits.md` tells it.
"""

from __future__ import annotations

import pytest
from chain import Refusal
from norms_world import (
    CATEGORY_OF,
    GRAIN_CATEGORY,
    LONGEST,
    NOODLE_CATEGORY,
    NormsWorld,
    declare,
    end,
    prove,
    set_cycles,
    set_floors,
    set_terms,
)
from stock import DAY
from stock_world import NOODLES, OLD, RICE
from world import CITY, COMMUNITY, COUNTRY, DISTRICT, PACK, SECOND_SITE, SITE, STREET

from ledger_client.lines import CountLine


class TestAuthorityWhoWantsALastingEmergency:
    @pytest.mark.parametrize("below", [STREET, COMMUNITY])
    @pytest.mark.parametrize("after", [-1, 0, LONGEST - 1])
    def test_does_not_go_on_below_what_it_declared(self, norms: NormsWorld, below: int, after: int) -> None:
        """Else its district and all streets of it in turn would never be out of one."""
        until = norms.next_time + LONGEST
        norms.send(declare(until))
        norms.chain.travel_to(until + after)

        refusal = norms.refusal(declare(norms.chain.now + DAY, division=below))
        assert refusal == Refusal("NormsEmergencyNotAbove", (DISTRICT, DISTRICT, until))

    def test_does_not_go_on_below_what_it_ended(self, norms: NormsWorld) -> None:
        norms.send(declare(norms.next_time + LONGEST))
        norms.send(end())
        ended_at = norms.chain.now

        refusal = norms.refusal(declare(norms.chain.now + DAY, division=STREET))
        assert refusal == Refusal("NormsEmergencyNotAbove", (DISTRICT, DISTRICT, ended_at))

    def test_goes_on_below_after_thirty_days(self, norms: NormsWorld) -> None:
        until = norms.next_time + DAY
        norms.send(declare(until))
        norms.chain.travel_to(until + LONGEST - 1)

        norms.send(declare(norms.next_time + DAY, division=STREET))

    @pytest.mark.parametrize("on", [STREET, CITY, COUNTRY])
    def test_another_authority_declares_one_below(self, norms: NormsWorld, on: int) -> None:
        """Whoever decides anew, at the street itself or above the district, is not who decided before."""
        norms.send(declare(norms.next_time + DAY))

        norms.send(declare(norms.next_time + DAY, division=STREET, on=on))

    def test_the_country_goes_on_below_its_own(self, norms: NormsWorld) -> None:
        norms.send(declare(norms.next_time + DAY, division=COUNTRY, on=COUNTRY))

        norms.send(declare(norms.next_time + DAY, division=STREET, on=COUNTRY))

    def test_upward_it_is_over_after_as_many_times_as_there_are_levels(self, norms: NormsWorld) -> None:
        """From below upward each is another one; then whoever declared them waits at every level."""
        for division in (COMMUNITY, STREET, DISTRICT):
            now = norms.next_time
            norms.send(declare(now + LONGEST, division=division))
            norms.chain.travel_to(now + LONGEST)
        until = norms.chain.now

        for division in (COMMUNITY, STREET, DISTRICT):
            refusal = norms.refusal(declare(norms.chain.now + DAY, division=division))
            assert refusal.name == "NormsEmergencyNotAbove"
        norms.chain.travel_to(until + LONGEST - 1)
        assert norms.refusal(declare(norms.chain.now + DAY)).name == "NormsEmergencyNotAbove"


class TestCountersWhoDoNotWantToCount:
    def test_count_one_empty_lot_of_each_category(self, norms: NormsWorld) -> None:
        """What a count left out, or that the lots never lay at the site, only the audit sees."""
        norms.send(set_cycles((GRAIN_CATEGORY, 1), (NOODLE_CATEGORY, 1), site=SECOND_SITE))
        norms.chain.travel(2 * DAY)
        assert norms.stale(GRAIN_CATEGORY, SECOND_SITE) and norms.stale(NOODLE_CATEGORY, SECOND_SITE)

        lots = sorted((OLD.lot_id, NOODLES.lot_id))
        norms.send(prove(norms.count(*(CountLine(lot, 0, 0) for lot in lots), site=SECOND_SITE)))
        assert not norms.stale(GRAIN_CATEGORY, SECOND_SITE)
        assert not norms.stale(NOODLE_CATEGORY, SECOND_SITE)

    def test_date_a_count_ahead_and_show_it_again_later(self, norms: NormsWorld) -> None:
        """It stands for the second that it says, and never for a later one, however often it is shown."""
        act = norms.count(CountLine(RICE.lot_id, 1_000, 1_000))
        said = act.document.occurred_at.seconds
        norms.send(prove(act))
        for wait in (1, DAY, 400 * DAY):
            norms.chain.travel(wait)
            assert norms.refusal(prove(act)) == Refusal("NormsCountNotNewer", (act.key,))
        assert norms.counted() == (act.key, said)


class TestStrangerWhoShowsCounts:
    def test_does_not_make_a_site_stale_with_an_older_count(self, norms: NormsWorld) -> None:
        old = norms.count(CountLine(RICE.lot_id, 1_000, 1_000), days_ago=5)
        new = norms.count(CountLine(RICE.lot_id, 1_000, 1_000))
        norms.send(prove(new))

        assert norms.refusal(prove(old)) == Refusal("NormsCountNotNewer", (old.key,))

    def test_who_shows_it_first_takes_nothing_from_its_keeper(self, norms: NormsWorld) -> None:
        act = norms.count(CountLine(RICE.lot_id, 1_000, 1_000))
        before = norms.counted()
        norms.send(prove(act))

        assert before != norms.counted()
        assert norms.counted() == (act.key, act.document.occurred_at.seconds)
        assert CATEGORY_OF[RICE.lot_id] == GRAIN_CATEGORY


class TestAuthorityWhoSparesAGiver:
    """Norms have no levels: whoever may set one sets it whoever set it before; each entry says who did."""

    def test_a_street_raises_the_floor_that_the_country_set(self, norms: NormsWorld) -> None:
        norms.send(set_floors((PACK, 10), on=COUNTRY))
        norms.send(set_floors((PACK, 2**63 - 1), on=STREET))

        assert norms.giving(SITE, PACK)["floor"] == 2**63 - 1

    def test_a_street_sets_terms_nearer_than_those_of_the_country(self, norms: NormsWorld) -> None:
        norms.send(set_terms(10_000, 0, division=COUNTRY, on=COUNTRY))
        norms.send(set_terms(0, 366, division=COMMUNITY, on=STREET))

        assert (norms.giving(SITE, PACK)["share"], norms.giving(SITE, PACK)["noticeDays"]) == (0, 366)
