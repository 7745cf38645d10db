import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.allocation import (
    EMERGENCY_LONGEST,
    LEVEL_TIMES,
    DeliveryState,
    Emergency,
    ProposalState,
    Refusal,
    Terms,
    Urgency,
    approval_levels,
    categories_of,
    community_of,
    count_due,
    counted_at,
    district_of,
    emergency_over,
    is_stale,
    lowest_approving,
    lowest_common,
    needs_reason,
    norm_at,
    norm_from,
    norm_set,
    norm_since,
    norm_waiting,
    proposal_key,
    request_key,
    ruling_terms,
    terms_in,
    terms_value,
    upward,
)
from ledger_client.divisions import ROOT, DivisionId
from ledger_client.documents import Timestamp
from ledger_client.identifiers import ItemId, SiteId
from ledger_client.keccak import keccak
from ledger_client.language import use_language

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
DAY = 86_400
HERE = SiteId(420106001001101)
SAME_COMMUNITY = SiteId(420106001001401)
SAME_STREET = SiteId(420106001002101)
SAME_DISTRICT = SiteId(420106002001101)
SAME_CITY = SiteId(420105002001101)
SAME_PROVINCE = SiteId(420205002001101)
ELSEWHERE = SiteId(110101001001101)

TIMES = st.integers(min_value=0, max_value=(1 << 40) - 1)
VALUES = st.integers(min_value=0, max_value=(1 << 64) - 1)


def _enum(file: str, name: str) -> list[str]:
    [body] = re.findall(rf"enum {name} \{{(.*?)\}}", (CONTRACTS / file).read_text(), re.DOTALL)
    return [line.strip(" ,") for line in body.splitlines() if re.fullmatch(r"\s*[A-Z_]+,?", line)]


class TestNames:
    @pytest.mark.parametrize(
        ("file", "enum"),
        [
            ("types/ProposalState.sol", ProposalState),
            ("types/ProposalState.sol", Refusal),
            ("interfaces/IReallocation.sol", DeliveryState),
        ],
    )
    def test_numbers_are_those_of_the_contracts(self, file: str, enum: type) -> None:
        assert _enum(file, enum.__name__) == [value.name for value in enum]
        assert [value.value for value in enum] == list(range(len(enum)))

    @pytest.mark.parametrize("enum", [ProposalState, DeliveryState, Urgency])
    def test_have_names_in_both_languages(self, enum: type) -> None:
        english = {value.label for value in enum}
        use_language("zh")
        try:
            chinese = {value.label for value in enum}
        finally:
            use_language("en")
        assert len(english) == len(chinese) == len(enum)
        assert all(name.isascii() for name in english) and not any(name.isascii() for name in chinese)


class TestKeys:
    def test_are_248_bits_of_the_digest_of_two_words(self) -> None:
        client_id = bytes(range(32))
        digest = keccak(HERE.to_bytes(32, "big") + client_id)
        assert request_key(HERE, client_id) == int.from_bytes(digest, "big") >> 8
        request = request_key(HERE, client_id)
        digest = keccak(request.to_bytes(32, "big") + client_id)
        assert proposal_key(request, client_id) == int.from_bytes(digest, "big") >> 8


class TestDivisions:
    def test_of_a_site(self) -> None:
        assert (community_of(HERE), district_of(HERE)) == (420106001001, 420106)

    def test_upward(self) -> None:
        assert upward(community_of(HERE)) == (420106001001, 420106001, 420106, 4201, 42, 0)
        assert upward(DivisionId(4201)) == (4201, 42, 0)
        assert upward(ROOT) == (0,)

    @pytest.mark.parametrize(
        ("other", "common", "approving"),
        [
            (SAME_COMMUNITY, 420106001001, 420106001),
            (SAME_STREET, 420106001, 420106001),
            (SAME_DISTRICT, 420106, 420106),
            (SAME_CITY, 4201, 4201),
            (SAME_PROVINCE, 42, 42),
            (ELSEWHERE, 0, 0),
        ],
    )
    def test_in_common(self, other: SiteId, common: int, approving: int) -> None:
        assert lowest_common(HERE, other) == lowest_common(other, HERE) == common
        assert lowest_approving(HERE, other) == lowest_approving(other, HERE) == approving


class TestApprovalLevels:
    @pytest.mark.parametrize("urgency", Urgency)
    def test_each_level_opens_when_the_one_below_had_its_time(self, urgency: Urgency) -> None:
        time = LEVEL_TIMES[urgency]
        for after, highest in [(0, 420106), (time - 1, 420106), (time, 4201), (2 * time, 42), (9 * time, 0)]:
            levels = approval_levels(HERE, SAME_DISTRICT, urgency, 1_000, 1_000 + after)
            assert (levels[0], levels[-1]) == (420106, highest)

    def test_times_of_the_levels(self) -> None:
        assert LEVEL_TIMES == {1: 259_200, 2: 86_400, 3: 14_400}

    def test_an_emergency_opens_the_levels_up_to_itself(self) -> None:
        at = (HERE, SAME_STREET, Urgency.ROUTINE, 0)
        assert approval_levels(*at, 0, DivisionId(4201)) == (420106001, 420106, 4201)
        assert approval_levels(*at, 4 * 3 * DAY, DivisionId(4201)) == (420106001, 420106, 4201, 42, 0)

    def test_an_emergency_of_the_community_opens_nothing(self) -> None:
        levels = approval_levels(HERE, SAME_COMMUNITY, Urgency.ROUTINE, 0, 0, community_of(HERE))
        assert levels == (420106001,)


class TestNorms:
    def test_holds_from_its_time(self) -> None:
        word = norm_set(0, value=7, from_=100, time=50)
        assert [norm_at(word, time) for time in (50, 99, 100, 200)] == [0, 0, 7, 7]
        assert (norm_waiting(word, 99), norm_waiting(word, 100)) == ((7, 100), None)
        assert (norm_since(word, 99), norm_since(word, 100)) == (0, 100)

    def test_one_that_waits_is_replaced(self) -> None:
        word = norm_set(norm_set(0, value=7, from_=50, time=50), value=8, from_=100, time=60)
        word = norm_set(word, value=9, from_=200, time=70)
        assert [norm_at(word, time) for time in (70, 100, 199, 200)] == [7, 7, 7, 9]
        assert norm_since(word, 199) == 50

    @given(
        TIMES, VALUES, st.lists(st.tuples(VALUES, st.integers(0, 10**6), st.integers(0, 10**6)), max_size=8)
    )
    def test_is_what_the_list_of_settings_says(
        self, start: int, asked: int, settings: list[tuple[int, int, int]]
    ) -> None:
        """A plain list: drop what waits, append; what holds is the last that began."""
        word, time, plan = 0, start % (1 << 39), [(0, 0)]
        for value, passed, ahead in settings:
            time += passed
            word = norm_set(word, value=value, from_=time + ahead, time=time)
            plan = [entry for entry in plan if entry[0] <= time] + [(time + ahead, value)]
        at = time + asked % 2_000_000
        since, value = [entry for entry in plan if entry[0] <= at][-1]
        assert (norm_at(word, at), norm_since(word, at)) == (value, since)
        assert norm_from(word) == plan[-1][0]

    @given(st.integers(0, 10_000), st.integers(0, 366))
    def test_terms_come_back(self, share: int, notice: int) -> None:
        assert terms_in(terms_value(Terms(share, notice))) == Terms(share, notice)

    def test_terms_of_zero_are_set(self) -> None:
        assert terms_value(Terms(0, 0)) == 1 << 63
        assert terms_in(0) is None

    def test_the_nearest_division_rules(self) -> None:
        words = {
            (DivisionId(420106), 1): norm_set(0, value=terms_value(Terms(5_000, 2)), from_=100, time=0),
            (ROOT, 1): norm_set(0, value=terms_value(Terms(100, 9)), from_=50, time=0),
            (DivisionId(420106001), 4): norm_set(0, value=terms_value(Terms(1, 1)), from_=0, time=0),
        }

        def ruling(time: int) -> object:
            return ruling_terms(HERE, time, lambda division, mode: words.get((division, mode), 0))

        assert ruling(49) is None
        assert ruling(50) == (0, Terms(100, 9))
        assert ruling(100) == (420106, Terms(5_000, 2))


class TestStale:
    CYCLE = norm_set(0, value=30, from_=1_000, time=500)

    def test_without_a_cycle_nothing_is_due(self) -> None:
        assert count_due(0, 0, 10**9) is None
        assert count_due(self.CYCLE, 0, 999) is None
        assert not is_stale(norm_set(0, value=0, from_=0, time=0), 0, 10**9)

    def test_the_first_count_has_the_whole_length(self) -> None:
        due = 1_000 + 30 * DAY
        assert count_due(self.CYCLE, 0, 1_000) == due
        assert not is_stale(self.CYCLE, 0, due) and is_stale(self.CYCLE, 0, due + 1)

    def test_a_count_puts_it_off(self) -> None:
        assert count_due(self.CYCLE, 5_000, 6_000) == 5_000 + 30 * DAY
        assert count_due(self.CYCLE, 10, 6_000) == 1_000 + 30 * DAY

    def test_a_count_stands_for_its_time_and_never_for_the_future(self) -> None:
        assert counted_at(Timestamp(500), 700) == 500
        assert counted_at(Timestamp(800), 700) == 700
        assert counted_at(Timestamp(500, is_day_only=True), 10**6) == 500

    def test_categories(self) -> None:
        items = [ItemId(301010100001), ItemId(101010100002), ItemId(301010100007)]
        assert categories_of(items) == (1010101, 3010101)


class TestEmergencies:
    def test_in_force_from_its_beginning_and_before_its_end(self) -> None:
        emergency = Emergency(100, 200, DivisionId(4201))
        assert [emergency.is_in_force(time) for time in (99, 100, 199, 200)] == [False, True, True, False]
        assert emergency.word == 100 | 200 << 40 | 4201 << 80

    def test_only_above_within_thirty_days_of_its_end(self) -> None:
        emergency = Emergency(100, 200, DivisionId(4201))
        over = 200 + EMERGENCY_LONGEST
        assert emergency.may_redeclare(DivisionId(42), 150) and emergency.may_redeclare(ROOT, over - 1)
        for division in (4201, 420106, 11):
            assert not emergency.may_redeclare(DivisionId(division), over - 1)
            assert emergency.may_redeclare(DivisionId(division), over)

    def test_the_country_renews_its_own(self) -> None:
        assert Emergency(100, 200, ROOT).may_redeclare(ROOT, 150)
        assert not Emergency(100, 200, ROOT).may_redeclare(DivisionId(42), 150)

    def test_whoever_declared_it_does_not_go_on_below(self) -> None:
        emergency = Emergency(100, 200, DivisionId(4201))
        over = 200 + EMERGENCY_LONGEST
        assert not emergency.may_go_on_below(DivisionId(4201), over - 1)
        assert emergency.may_go_on_below(DivisionId(4201), over)
        for division in (42, 420106, ROOT):
            assert emergency.may_go_on_below(DivisionId(division), 150)
        assert Emergency(100, 200, ROOT).may_go_on_below(ROOT, 150)

    def test_the_highest_in_force_covers(self) -> None:
        known = {
            DivisionId(42): Emergency(0, 100, ROOT),
            DivisionId(420106): Emergency(0, 300, ROOT),
            ROOT: Emergency(200, 250, ROOT),
        }
        over = [emergency_over(DivisionId(420106001), time, known.get) for time in (50, 150, 200, 300)]
        assert over == [42, 420106, 0, None]
        assert emergency_over(DivisionId(4202), 150, known.get) is None


def test_above_three_times_the_norm() -> None:
    assert [needs_reason(quantity, 10) for quantity in (1, 30, 31)] == [False, False, True]
    assert not needs_reason(1, 0)
