"""Terms: which share of its usable stock a site may be asked for, and with how much notice."""

from __future__ import annotations

from typing import Any

import pytest
from chain import Refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from norms_world import (
    AUTHORITIES,
    DECISION,
    FURTHEST,
    NormsWorld,
    Setting,
    Told,
    holding,
    missing,
    norm_word,
    set_terms,
    terms_value,
)
from stock_world import FAR_SITE, GRAIN
from world import (
    CITY,
    COMMUNITY,
    COUNTRY,
    DISTRICT,
    OTHER_CITY,
    OTHER_PROVINCE,
    OTHER_SITE,
    PROVINCE,
    SECOND_SITE,
    SITE,
    STREET,
    World,
)

NOTHING = {"floor": 0, "callable": False, "share": 0, "noticeDays": 0, "stale": False}
LEVELS = (COMMUNITY, STREET, DISTRICT, CITY, PROVINCE, COUNTRY)


def terms_set(norms: NormsWorld, share: int, notice: int, at: int, **changed: Any) -> Told:
    on = changed.pop("on", DISTRICT)
    said = {"division": DISTRICT, "mode": 1, "share": share, "noticeDays": notice, "effectiveAt": at}
    return "TermsSet", {**said, "source": DECISION, **norms.decided(on), **changed}


def on_terms(share: int, notice: int) -> dict[str, Any]:
    """What `giving` answers where these terms rule and nothing else is set."""
    return {**NOTHING, "callable": True, "share": share, "noticeDays": notice}


class TestWhoDecides:
    @pytest.mark.parametrize("on", [COUNTRY, PROVINCE, CITY, DISTRICT])
    def test_an_authority_there_or_above(self, norms: NormsWorld, on: int) -> None:
        now = norms.next_time
        norms.record(
            set_terms(5_000, 3, on=on),
            [terms_set(norms, 5_000, 3, now, on=on)],
            {("terms", DISTRICT, 1): norm_word(terms_value(5_000, 3), now)},
        )

    @pytest.mark.parametrize("division", [CITY, PROVINCE, COUNTRY, OTHER_CITY])
    def test_an_authority_below_or_elsewhere_is_refused(self, norms: NormsWorld, division: int) -> None:
        refusal = norms.refusal(set_terms(5_000, 3, division=division))

        assert refusal == Refusal("NormsAuthorityElsewhere", (DISTRICT, division))

    def test_the_community_itself_is_refused(self, norms: NormsWorld) -> None:
        refusal = norms.refusal(set_terms(5_000, 3, division=COMMUNITY, on=COMMUNITY))

        assert refusal == Refusal("NormsAuthorityBound", (COMMUNITY,))

    def test_of_a_community_the_street_decides(self, norms: NormsWorld) -> None:
        norms.send(set_terms(5_000, 3, division=COMMUNITY, on=STREET))

        assert norms.giving(SITE, GRAIN) == on_terms(5_000, 3)

    def test_of_the_country_the_root_decides(self, norms: NormsWorld) -> None:
        now = norms.next_time
        norms.record(
            set_terms(5_000, 3, division=COUNTRY, on=COUNTRY),
            [terms_set(norms, 5_000, 3, now, division=COUNTRY, on=COUNTRY)],
            {("terms", COUNTRY, 1): norm_word(terms_value(5_000, 3), now)},
        )

    def test_whoever_has_no_such_grant_is_refused(self, norms: NormsWorld) -> None:
        for by in (World.keeper, World.approver, World.stranger, AUTHORITIES[PROVINCE]):
            order = set_terms(5_000, 3, by=by)
            assert norms.refusal(order) == missing(order, DISTRICT)


class TestRefused:
    @pytest.mark.parametrize("division", [440107, 44010, 1, 440106001999])
    def test_a_division_that_is_unknown(self, norms: NormsWorld, division: int) -> None:
        refusal = norms.refusal(set_terms(5_000, 3, division=division, on=COUNTRY))

        assert refusal == Refusal("NormsDivisionNotOpen", (division,))

    def test_a_division_that_is_closed(self, norms: NormsWorld) -> None:
        norms.send(set_terms(5_000, 3, division=STREET))
        close = norms.stock.world.directory.functions.closeDivision(STREET, 0, COUNTRY)
        norms.chain.send(close, World.root)

        refusal = norms.refusal(set_terms(6_000, 3, division=STREET))
        assert refusal == Refusal("NormsDivisionNotOpen", (STREET,))
        assert norms.giving(SITE, GRAIN) == on_terms(5_000, 3)

    @pytest.mark.parametrize("mode", [0, 6, 255])
    def test_a_mode_that_is_unknown(self, norms: NormsWorld, mode: int) -> None:
        assert norms.refusal(set_terms(5_000, 3, mode=mode)) == Refusal("NormsModeUnknown", (mode,))

    @pytest.mark.parametrize("share", [10_001, 2**16 - 1])
    def test_more_than_all(self, norms: NormsWorld, share: int) -> None:
        assert norms.refusal(set_terms(share, 3)) == Refusal("NormsValueInvalid", (share, 10_000))

    @pytest.mark.parametrize("notice", [367, 2**16 - 1])
    def test_a_notice_of_more_than_366_days(self, norms: NormsWorld, notice: int) -> None:
        assert norms.refusal(set_terms(5_000, notice)) == Refusal("NormsValueInvalid", (notice, 366))

    def test_without_source(self, norms: NormsWorld) -> None:
        refusal = norms.refusal(set_terms(5_000, 3, source=bytes(32)))

        assert refusal == Refusal("NormsSourceMissing", ())

    def test_in_the_past_or_far_ahead(self, norms: NormsWorld) -> None:
        now = norms.chain.now
        for effective_at in (now - 1, now + FURTHEST + 1):
            refusal = norms.refusal(set_terms(5_000, 3, effective_at=effective_at))
            outside = ("NormsEffectiveOutside", (effective_at, now, now + FURTHEST))
            assert refusal == Refusal(*outside)


class TestSet:
    @pytest.mark.parametrize(("share", "notice"), [(0, 0), (1, 0), (10_000, 366), (0, 366)])
    def test_up_to_the_bounds(self, norms: NormsWorld, share: int, notice: int) -> None:
        now = norms.next_time
        norms.record(
            set_terms(share, notice),
            [terms_set(norms, share, notice, now)],
            {("terms", DISTRICT, 1): norm_word(terms_value(share, notice), now)},
        )
        assert norms.giving(SITE, GRAIN) == on_terms(share, notice)

    @pytest.mark.parametrize("mode", [1, 2, 3, 4, 5])
    def test_of_one_mode_alone(self, norms: NormsWorld, mode: int) -> None:
        norms.send(set_terms(4_000, mode, division=CITY, on=CITY, mode=mode))

        for own, site in ((1, SITE), (2, SECOND_SITE), (3, OTHER_SITE)):
            expected = on_terms(4_000, mode) if own == mode else NOTHING
            assert norms.giving(site, GRAIN) == expected
        for other in (1, 2, 3, 4, 5):
            assert (norms.ask("terms", CITY, other) != 0) == (other == mode)

    def test_later(self, norms: NormsWorld) -> None:
        norms.send(set_terms(5_000, 3))
        since = norms.chain.now
        later = since + FURTHEST
        norms.record(
            set_terms(6_000, 4, effective_at=later),
            [terms_set(norms, 6_000, 4, later)],
            {("terms", DISTRICT, 1): norm_word(terms_value(6_000, 4), later, terms_value(5_000, 3), since)},
        )
        norms.chain.travel_to(later - 1)
        assert norms.giving(SITE, GRAIN) == on_terms(5_000, 3)
        norms.chain.travel(1)
        assert norms.giving(SITE, GRAIN) == on_terms(6_000, 4)


class TestRuling:
    def test_without_terms_nothing_is_given(self, norms: NormsWorld) -> None:
        assert norms.giving(SITE, GRAIN) == NOTHING

    @pytest.mark.parametrize("index", range(len(LEVELS)))
    def test_the_nearest_division_rules(self, norms: NormsWorld, index: int) -> None:
        for share, division in enumerate(LEVELS[index:], start=100):
            norms.send(set_terms(share, 3, division=division, on=COUNTRY))

        assert norms.giving(SITE, GRAIN) == on_terms(100, 3)

    def test_other_branches_do_not_rule(self, norms: NormsWorld) -> None:
        norms.send(set_terms(5_000, 3, division=OTHER_PROVINCE, on=COUNTRY))

        assert norms.giving(SITE, GRAIN) == NOTHING
        assert norms.giving(FAR_SITE, GRAIN) == on_terms(5_000, 3)

    def test_what_waits_does_not_hide_what_holds_above(self, norms: NormsWorld) -> None:
        norms.send(set_terms(5_000, 3, division=PROVINCE, on=PROVINCE))
        norms.send(set_terms(0, 0, division=STREET, effective_at=norms.chain.now + 100))
        begins = norms.chain.now + 99

        norms.chain.travel_to(begins - 1)
        assert norms.giving(SITE, GRAIN) == on_terms(5_000, 3)
        norms.chain.travel(1)
        assert norms.giving(SITE, GRAIN) == on_terms(0, 0)  # set to nothing is not the same as not set

    def test_nothing_is_below_a_share_of_0_either(self, norms: NormsWorld) -> None:
        norms.send(set_terms(5_000, 3, division=PROVINCE, on=PROVINCE))
        norms.send(set_terms(0, 7))

        assert norms.giving(SITE, GRAIN) == on_terms(0, 7)


STEPS = st.tuples(
    st.sampled_from(LEVELS),
    st.integers(1, 2),  # mode
    st.sampled_from([0, 1, 9_999, 10_000]),
    st.sampled_from([0, 366]),
    st.sampled_from([None, 1, 60, 61]),  # seconds after it was set, None for now
    st.sampled_from([1, 59, 60, 200]),  # seconds until then
)


def ruling(history: dict[tuple[int, int], list[Setting]], mode: int, time: int) -> dict[str, Any]:
    """What the terms that were set come to, from the nearest level up."""
    for division in LEVELS:
        value, since = holding(history.get((division, mode), []), time)
        if since:
            return on_terms(value & 0xFFFF, value >> 16 & 0xFFFF)
    return NOTHING


class TestHistories:
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(STEPS, min_size=1, max_size=8))
    def test_what_rules_follows_from_all_that_was_set(
        self, norms: NormsWorld, steps: list[tuple[int, int, int, int, int | None, int]]
    ) -> None:
        history: dict[tuple[int, int], list[Setting]] = {}
        with norms.chain.undone():
            for division, mode, share, notice, ahead, wait in steps:
                time = norms.chain.now + wait
                effective_at = 0 if ahead is None else time + ahead
                order = set_terms(
                    share, notice, division=division, mode=mode, effective_at=effective_at, on=COUNTRY
                )
                norms.send_at(order, time)
                setting = Setting(time, effective_at or time, terms_value(share, notice))
                history.setdefault((division, mode), []).append(setting)
                for site, own in ((SITE, 1), (SECOND_SITE, 2)):
                    assert norms.giving(site, GRAIN) == ruling(history, own, time)
            norms.chain.travel(100)
            for site, own in ((SITE, 1), (SECOND_SITE, 2)):
                assert norms.giving(site, GRAIN) == ruling(history, own, norms.chain.now)
