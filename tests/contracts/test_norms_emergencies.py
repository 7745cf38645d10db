"""Emergencies: who declares one, for how long, who prolongs it, and where it is in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from chain import Refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from norms_world import (
    AUTHORITIES,
    DECISION,
    LONGEST,
    REASON,
    NormsWorld,
    Order,
    Told,
    declare,
    end,
    journals_of,
    missing,
)
from stock import DAY
from world import (
    CITY,
    COMMUNITY,
    COUNTRY,
    DISTRICT,
    OTHER_CITY,
    OTHER_COMMUNITY,
    PROVINCE,
    SITE,
    STREET,
    World,
)

LEVELS = (COMMUNITY, STREET, DISTRICT, CITY, PROVINCE, COUNTRY)
NOT_IN_FORCE = (False, 0)


def emergency_word(begins: int, until: int, declared_by: int) -> int:
    """The word of an emergency, packed by hand."""
    return begins | until << 40 | declared_by << 80


def declared(norms: NormsWorld, begins: int, until: int, **changed: Any) -> Told:
    on = changed.pop("on", DISTRICT)
    said = {"division": DISTRICT, "from": begins, "until": until, "reason": REASON, "source": DECISION}
    return "EmergencyDeclared", {**said, **norms.decided(on), **changed}


def ended(norms: NormsWorld, **changed: Any) -> Told:
    on = changed.pop("on", DISTRICT)
    return "EmergencyEnded", {"division": DISTRICT, "reason": REASON, **norms.decided(on), **changed}


def over(norms: NormsWorld, division: int = DISTRICT) -> tuple[bool, int]:
    in_force, highest = norms.ask("emergencyOver", division)
    return bool(in_force), int(highest)


def lasting(norms: NormsWorld, *, days: int = 10, division: int = DISTRICT, on: int = DISTRICT) -> int:
    """Declare an emergency, and return its end."""
    until = norms.next_time + days * DAY
    norms.send(declare(until, division=division, on=on))
    return until


class TestWhoDecides:
    @pytest.mark.parametrize("on", [COUNTRY, PROVINCE, CITY, DISTRICT])
    def test_an_authority_there_or_above(self, norms: NormsWorld, on: int) -> None:
        now = norms.next_time
        norms.record(
            declare(now + DAY, on=on),
            [declared(norms, now, now + DAY, on=on)],
            {("emergency", DISTRICT): emergency_word(now, now + DAY, on)},
        )

    @pytest.mark.parametrize("division", [COMMUNITY, STREET, COUNTRY])
    def test_at_every_level(self, norms: NormsWorld, division: int) -> None:
        now = norms.next_time
        norms.record(
            declare(now + DAY, division=division, on=division),
            [declared(norms, now, now + DAY, division=division, on=division)],
            {("emergency", division): emergency_word(now, now + DAY, division)},
        )

    @pytest.mark.parametrize("division", [CITY, PROVINCE, COUNTRY, OTHER_CITY])
    def test_an_authority_below_or_elsewhere_is_refused(self, norms: NormsWorld, division: int) -> None:
        refusal = Refusal("NormsAuthorityElsewhere", (DISTRICT, division))

        assert norms.refusal(declare(norms.chain.now + DAY, division=division)) == refusal
        assert norms.refusal(end(division=division)) == refusal

    def test_whoever_has_no_such_grant_is_refused(self, norms: NormsWorld) -> None:
        for by in (World.keeper, World.approver, World.stranger, World.revoked, World.root):
            for order in (declare(norms.chain.now + DAY, by=by), end(by=by)):
                assert norms.refusal(order) == missing(order, DISTRICT)


class TestRefused:
    @pytest.mark.parametrize("division", [440107, 44010, 1, SITE])
    def test_a_division_that_is_unknown(self, norms: NormsWorld, division: int) -> None:
        refusal = Refusal("NormsDivisionNotOpen", (division,))

        order = declare(norms.chain.now + DAY, division=division, on=COUNTRY)
        assert norms.refusal(order) == refusal
        assert norms.refusal(end(division=division, on=COUNTRY)) == refusal

    def test_a_division_that_is_closed(self, norms: NormsWorld) -> None:
        close = norms.stock.world.directory.functions.closeDivision(STREET, 0, COUNTRY)
        norms.chain.send(close, World.root)

        order = declare(norms.chain.now + DAY, division=STREET)
        assert norms.refusal(order) == Refusal("NormsDivisionNotOpen", (STREET,))

    def test_without_reason(self, norms: NormsWorld) -> None:
        refusal = Refusal("NormsReasonMissing", (DISTRICT,))

        assert norms.refusal(declare(norms.chain.now + DAY, reason=0)) == refusal
        lasting(norms)
        assert norms.refusal(end(reason=0)) == refusal

    def test_without_source(self, norms: NormsWorld) -> None:
        order = declare(norms.chain.now + DAY, source=bytes(32))

        assert norms.refusal(order) == Refusal("NormsSourceMissing", ())

    @pytest.mark.parametrize("ahead", [-DAY, -1, 0, LONGEST + 1, LONGEST + DAY])
    def test_over_at_once_or_too_long(self, norms: NormsWorld, ahead: int) -> None:
        now = norms.chain.now
        refusal = norms.refusal(declare(now + ahead))

        assert refusal == Refusal("NormsEmergencyTooLong", (now + ahead, now + LONGEST))

    @pytest.mark.parametrize("until", [0, 2**40, 2**64 - 1])
    def test_an_end_that_is_no_time(self, norms: NormsWorld, until: int) -> None:
        refusal = norms.refusal(declare(until, division=COUNTRY, on=COUNTRY))

        assert refusal == Refusal("NormsEmergencyTooLong", (until, norms.chain.now + LONGEST))

    def test_to_end_what_is_not(self, norms: NormsWorld) -> None:
        assert norms.refusal(end()) == Refusal("NormsNoEmergency", (DISTRICT,))

    def test_to_end_what_stands_above(self, norms: NormsWorld) -> None:
        lasting(norms, division=CITY, on=CITY)

        assert norms.refusal(end()) == Refusal("NormsNoEmergency", (DISTRICT,))


class TestDuration:
    @pytest.mark.parametrize("seconds", [1, LONGEST])
    def test_from_its_block_until_a_second_before_its_end(self, norms: NormsWorld, seconds: int) -> None:
        begins = norms.next_time
        assert over(norms) == NOT_IN_FORCE
        norms.send(declare(begins + seconds))

        assert over(norms) == (True, DISTRICT)
        if seconds > 1:
            norms.chain.travel_to(begins + seconds - 1)
            assert over(norms) == (True, DISTRICT)
        norms.chain.travel_to(begins + seconds)
        assert over(norms) == NOT_IN_FORCE
        assert norms.refusal(end()) == Refusal("NormsNoEmergency", (DISTRICT,))

    def test_ended_before_its_time(self, norms: NormsWorld) -> None:
        lasting(norms)
        begins = norms.chain.now
        now = norms.next_time
        norms.record(end(), [ended(norms)], {("emergency", DISTRICT): emergency_word(begins, now, DISTRICT)})
        assert over(norms) == NOT_IN_FORCE
        assert norms.refusal(end()) == Refusal("NormsNoEmergency", (DISTRICT,))

    def test_ended_in_its_last_second(self, norms: NormsWorld) -> None:
        until = lasting(norms)
        begins = until - 10 * DAY

        norms.send_at(end(), until - 1)
        assert norms.ask("emergency", DISTRICT) == emergency_word(begins, until - 1, DISTRICT)

    def test_ended_by_an_authority_above_it_keeps_who_declared_it(self, norms: NormsWorld) -> None:
        begins = lasting(norms) - 10 * DAY
        now = norms.next_time
        norms.record(
            end(on=PROVINCE),
            [ended(norms, on=PROVINCE)],
            {("emergency", DISTRICT): emergency_word(begins, now, DISTRICT)},
        )

    @pytest.mark.parametrize("on", [DISTRICT, CITY])
    def test_not_ended_below_whoever_declared_it(self, norms: NormsWorld, on: int) -> None:
        lasting(norms, on=PROVINCE)
        assert norms.refusal(end(on=on)) == Refusal("NormsAuthorityElsewhere", (on, PROVINCE))
        norms.send(end(on=PROVINCE))


class TestAgain:
    @pytest.mark.parametrize("wait", [0, 5 * DAY, 10 * DAY - 2])
    @pytest.mark.parametrize("on", [CITY, PROVINCE, COUNTRY])
    def test_an_authority_above_prolongs_it_and_it_goes_on(
        self, norms: NormsWorld, on: int, wait: int
    ) -> None:
        begins = lasting(norms) - 10 * DAY
        if wait:
            norms.chain.travel(wait)
        now = norms.next_time
        norms.record(
            declare(now + LONGEST, on=on),
            [declared(norms, begins, now + LONGEST, on=on)],
            {("emergency", DISTRICT): emergency_word(begins, now + LONGEST, on)},
        )

    def test_an_authority_above_shortens_it(self, norms: NormsWorld) -> None:
        begins = lasting(norms) - 10 * DAY
        now = norms.next_time
        norms.send(declare(now + 1, on=CITY))

        assert norms.ask("emergency", DISTRICT) == emergency_word(begins, now + 1, CITY)

    @pytest.mark.parametrize("after", [-1, 0, 1, LONGEST - 1])
    def test_whoever_declared_it_does_not_until_30_days_after_its_end(
        self, norms: NormsWorld, after: int
    ) -> None:
        until = lasting(norms)
        norms.chain.travel_to(until + after)

        refusal = norms.refusal(declare(norms.chain.now + DAY))
        assert refusal == Refusal("NormsEmergencyNotAbove", (DISTRICT, DISTRICT, until))

    def test_30_days_after_its_end_it_is_a_new_one(self, norms: NormsWorld) -> None:
        until = lasting(norms)
        now = until + LONGEST
        norms.chain.travel_to(now - 1)
        norms.record(
            declare(now + DAY),
            [declared(norms, now, now + DAY)],
            {("emergency", DISTRICT): emergency_word(now, now + DAY, DISTRICT)},
        )

    def test_after_its_end_an_authority_above_begins_a_new_one(self, norms: NormsWorld) -> None:
        until = lasting(norms)
        now = until
        norms.chain.travel_to(now - 1)
        norms.record(
            declare(now + DAY, on=CITY),
            [declared(norms, now, now + DAY, on=CITY)],
            {("emergency", DISTRICT): emergency_word(now, now + DAY, CITY)},
        )

    def test_the_30_days_count_from_where_it_was_ended(self, norms: NormsWorld) -> None:
        lasting(norms)
        norms.send(end())
        ended_at = norms.chain.now

        norms.chain.travel_to(ended_at + LONGEST - 1)
        refusal = norms.refusal(declare(norms.chain.now + DAY))
        assert refusal == Refusal("NormsEmergencyNotAbove", (DISTRICT, DISTRICT, ended_at))
        norms.send(declare(ended_at + LONGEST + DAY))

    @pytest.mark.parametrize("by", [DISTRICT, CITY])
    def test_the_grant_that_declared_the_last_one_is_what_counts(self, norms: NormsWorld, by: int) -> None:
        lasting(norms, on=CITY)
        until = norms.chain.now + 10 * DAY

        refusal = norms.refusal(declare(norms.chain.now + DAY, on=by))
        assert refusal == Refusal("NormsEmergencyNotAbove", (DISTRICT, CITY, until))
        norms.send(declare(norms.next_time + DAY, on=PROVINCE))
        refusal = norms.refusal(declare(norms.chain.now + DAY, on=PROVINCE))
        assert refusal.arguments[1] == PROVINCE

    @pytest.mark.parametrize("division", [DISTRICT, COUNTRY])
    def test_the_country_renews_its_own(self, norms: NormsWorld, division: int) -> None:
        """Nothing is above division 0, so that its own emergencies would have an end otherwise."""
        begins = lasting(norms, division=division, on=COUNTRY) - 10 * DAY
        now = norms.next_time
        norms.record(
            declare(now + LONGEST, division=division, on=COUNTRY),
            [declared(norms, begins, now + LONGEST, division=division, on=COUNTRY)],
            {("emergency", division): emergency_word(begins, now + LONGEST, COUNTRY)},
        )

    def test_what_the_country_declared_nobody_below_does(self, norms: NormsWorld) -> None:
        until = lasting(norms, on=COUNTRY)

        for on in (DISTRICT, PROVINCE):
            refusal = norms.refusal(declare(norms.chain.now + DAY, on=on))
            assert refusal == Refusal("NormsEmergencyNotAbove", (DISTRICT, COUNTRY, until))

    def test_one_of_another_division_is_another(self, norms: NormsWorld) -> None:
        lasting(norms)
        now = norms.next_time
        norms.send(declare(now + DAY, division=STREET, on=STREET))

        assert norms.ask("emergency", STREET) == emergency_word(now, now + DAY, STREET)


class TestOver:
    @pytest.mark.parametrize("division", LEVELS)
    def test_reaches_all_that_lies_below(self, norms: NormsWorld, division: int) -> None:
        lasting(norms, division=division, on=COUNTRY)

        reached = LEVELS[: LEVELS.index(division) + 1]
        for level in LEVELS:
            assert over(norms, level) == ((True, division) if level in reached else NOT_IN_FORCE)
        elsewhere = (True, division) if division in (CITY, PROVINCE, COUNTRY) else NOT_IN_FORCE
        assert over(norms, OTHER_COMMUNITY) == elsewhere

    def test_the_highest_is_told(self, norms: NormsWorld) -> None:
        long = lasting(norms, days=10, division=STREET, on=STREET)
        short = lasting(norms, days=5, division=PROVINCE, on=PROVINCE)

        assert over(norms, COMMUNITY) == (True, PROVINCE)
        assert over(norms, STREET) == (True, PROVINCE)
        assert over(norms, DISTRICT) == (True, PROVINCE)
        norms.chain.travel_to(short)
        assert over(norms, COMMUNITY) == (True, STREET)
        assert over(norms, DISTRICT) == NOT_IN_FORCE
        norms.chain.travel_to(long)
        assert over(norms, COMMUNITY) == NOT_IN_FORCE

    @pytest.mark.parametrize("division", [1, 44010, SITE, 2**64 - 1])
    def test_of_what_is_no_division_nothing_is_said(self, norms: NormsWorld, division: int) -> None:
        assert over(norms, division) == NOT_IN_FORCE

    def test_changes_no_norm(self, norms: NormsWorld) -> None:
        before = norms.giving(SITE, 1)
        lasting(norms, division=COUNTRY, on=COUNTRY)

        assert norms.giving(SITE, 1) == before


# --------------------------------------------------------------------------------------------- histories


@dataclass(slots=True)
class Last:
    """The last emergency of a division, as the events tell it."""

    begins: int
    until: int
    declared_by: int


def in_the_way(last: dict[int, Last], division: int, on: int, time: int) -> int | None:
    """The division whose last emergency keeps an authority on `on` from declaring one, by the rule."""
    for each in LEVELS[LEVELS.index(division) : LEVELS.index(on) + 1]:
        if on == COUNTRY or each not in last or time - last[each].until >= LONGEST:
            continue
        declared_by = last[each].declared_by
        if on == declared_by or (each == division and LEVELS.index(on) < LEVELS.index(declared_by)):
            return each
    return None


STEPS = st.tuples(
    st.sampled_from(["declare", "end"]),
    st.integers(0, 5),  # level of the division
    st.integers(0, 5),  # levels of the authority above it
    st.sampled_from([1, DAY, LONGEST]),
    st.sampled_from([1, DAY, LONGEST - 1, LONGEST, 2 * LONGEST]),  # seconds until then
)


class TestHistories:
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(STEPS, min_size=1, max_size=10))
    def test_what_is_in_force_follows_from_all_that_was_declared_and_ended(
        self, norms: NormsWorld, steps: list[tuple[str, int, int, int, int]]
    ) -> None:
        last: dict[int, Last] = {}
        events: list[Any] = []
        with norms.chain.undone():
            for what, level, above, length, wait in steps:
                division, on = LEVELS[level], LEVELS[min(level + above, 5)]
                norms.chain.travel(wait)
                if what == "declare":
                    events += self._declare(norms, last, division, on, length)
                else:
                    events += self._end(norms, last, division, on)
                for each in LEVELS:
                    assert over(norms, each) == expected_over(last, each, norms.chain.now)
            for subject, word in journals_of(events).items():
                assert norms.ask("journal", subject) == word

    def _declare(
        self, norms: NormsWorld, last: dict[int, Last], division: int, on: int, length: int
    ) -> list[Any]:
        now, known = norms.chain.now, last.get(division)
        order = declare(now + length, division=division, on=on)
        blocking = in_the_way(last, division, on, now)
        if blocking is not None:
            arguments = (blocking, last[blocking].declared_by, last[blocking].until)
            assert norms.refusal(order) == Refusal("NormsEmergencyNotAbove", arguments)
        if in_the_way(last, division, on, now + 1) is not None:
            return []
        order = declare(now + 1 + length, division=division, on=on)
        sent = norms.send(order)
        goes_on = known is not None and now + 1 < known.until
        begins = known.begins if known is not None and goes_on else now + 1
        last[division] = Last(begins, now + 1 + length, on)
        return sent

    def _end(self, norms: NormsWorld, last: dict[int, Last], division: int, on: int) -> list[Any]:
        now, known = norms.next_time, last.get(division)
        order: Order = end(division=division, on=on)
        if known is None or now >= known.until:
            norms.chain.send_in_vain(norms.call(order), AUTHORITIES[on])
            assert norms.refusal(order) == Refusal("NormsNoEmergency", (division,))
            return []
        if on > known.declared_by:
            assert norms.refusal(order) == Refusal("NormsAuthorityElsewhere", (on, known.declared_by))
            return []
        known.until = now
        return norms.send(order)


def expected_over(last: dict[int, Last], division: int, time: int) -> tuple[bool, int]:
    """The highest division at or above `division` whose emergency is in force."""
    above = LEVELS[LEVELS.index(division) :]
    standing = [each for each in above if each in last and last[each].begins <= time < last[each].until]
    return (True, standing[-1]) if standing else NOT_IN_FORCE
