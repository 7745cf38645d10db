"""The profile `district`, rule by rule."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest
from district_cases import (
    AGREEMENT,
    CATEGORY,
    ELSE,
    ELSEWHERE,
    HOME,
    HOUSEHOLD,
    OTHER_ITEM,
    SAME_CITY,
    SAME_COMMUNITY,
    SAME_DISTRICT,
    SAME_PROVINCE,
    SAME_STREET,
    TODAY,
    city,
    floor,
    lot,
    profile,
    request,
)

from ledger_client.matching.city import City, Plan, Proposal, Reason, ReasonCode, Terms, UnfilledCode
from ledger_client.matching.distances import Distance, Distances, Unit
from ledger_client.matching.district import DISTRICT, propose
from ledger_client.matching.goods import FOR_EVER, Lot

ROOT = Path(__file__).parents[3]


def only(plan: Plan) -> Proposal:
    (proposal,) = plan.proposals
    return proposal


def by_request(plan: Plan) -> dict[int, int]:
    filled: dict[int, int] = {}
    for proposal in plan.proposals:
        filled[proposal.request] = filled.get(proposal.request, 0) + proposal.quantity
    return filled


def open_codes(plan: Plan) -> dict[int, tuple[int, UnfilledCode]]:
    return {rest.request: (rest.quantity, rest.code) for rest in plan.unfilled}


def reason(proposal: Proposal, code: ReasonCode) -> int | None:
    return next((reason.value for reason in proposal.reasons if reason.code == code), None)


def test_needs_the_standard_library_alone() -> None:
    """Run without site-packages: every module of the heuristic, and no other part of the client."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "import ledger_client.matching.district, ledger_client.matching.optimum\n"
        "print([name for name in sys.modules if name.startswith('ledger_client')\n"
        "       and not name.startswith('ledger_client.matching')\n"
        "       and name not in ('ledger_client', 'ledger_client.late')])"  # the package itself
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_an_empty_city_has_an_empty_plan() -> None:
    assert propose(city([], [])) == Plan("district", Unit.METRES, (), (), ())


class TestWhatAGiverMayGive:
    def test_floor_and_reserved_goods_stay(self) -> None:
        plan = propose(
            city(
                [lot(SAME_STREET, 10)],
                [request(9)],
                floors=[floor(SAME_STREET, 4)],
                reserved=[floor(SAME_STREET, 1)],
            )
        )

        assert (only(plan).quantity, only(plan).left) == (5, 5)
        assert open_codes(plan) == {1: (4, UnfilledCode.FLOOR)}

    @pytest.mark.parametrize(("kept", "given"), [(0, 5), (1, 4), (8, 0)])
    def test_the_callable_share_bounds_it_with_what_is_reserved(self, kept: int, given: int) -> None:
        """Half of a household's 10 may be called, and what is reserved has been."""
        plan = propose(city([lot(HOUSEHOLD, 10)], [request(9)], reserved=[floor(HOUSEHOLD, kept)]))

        assert by_request(plan).get(1, 0) == given
        assert plan.unfilled[0].code == UnfilledCode.SHARE

    def test_an_overdue_count_of_another_category_is_nothing_to_it(self) -> None:
        lots = [lot(SAME_STREET, 10, number=1), lot(SAME_STREET, 10, number=2, item=ELSE)]
        plan = propose(
            city(
                lots,
                [request(3), request(3, number=2, item=OTHER_ITEM), request(3, number=3, item=ELSE)],
                stale=[(SAME_STREET, CATEGORY), (HOME, CATEGORY + 1)],
            )
        )

        assert open_codes(plan) == {1: (3, UnfilledCode.STALE), 2: (3, UnfilledCode.FLOOR)}
        assert reason(only(plan), ReasonCode.STALE) == CATEGORY + 1

    def test_a_stale_site_gives_nothing(self) -> None:
        plan = propose(city([lot(SAME_STREET, 10)], [request(3)], stale=[(SAME_STREET, CATEGORY)]))

        assert open_codes(plan) == {1: (3, UnfilledCode.STALE)}

    def test_a_stale_site_that_asks_is_told_as_such(self) -> None:
        assert reason(
            only(propose(city([lot(SAME_STREET, 10)], [request(3)], stale=[(HOME, CATEGORY)]))),
            ReasonCode.STALE,
        )

    def test_who_asks_for_an_item_gives_none_of_it(self) -> None:
        plan = propose(
            city([lot(SAME_STREET, 10)], [request(3), request(2, number=2, site=SAME_STREET)]),
        )

        assert open_codes(plan) == {1: (3, UnfilledCode.FLOOR), 2: (2, UnfilledCode.FLOOR)}

    @pytest.mark.parametrize(
        ("divisions", "given"),
        [
            ([0], 1),
            ([0, 42], 2),
            ([0, 42, 4201], 3),
            ([420106, 4201, 0], 4),
            ([420106, 420106001], 5),
            ([420106001002, 420106001], 6),
            ([420106001001], 0),
            ([43, 420106002], 0),
        ],
    )
    def test_the_terms_of_the_nearest_division_above_rule(self, divisions: list[int], given: int) -> None:
        """Each level has another share, so that what is given tells which one ruled."""
        shares = {0: 1, 42: 2, 4201: 3, 420106: 4, 420106001: 5, 420106001002: 6}
        terms = {(division, 1): Terms(1_000 * shares.get(division, 9), 0) for division in divisions}
        terms[420106001002, 2] = Terms(share=10_000, notice=0)  # of another mode
        plan = propose(city([lot(SAME_STREET, 10)], [request(10)], terms=terms))

        assert by_request(plan).get(1, 0) == given

    def test_a_mode_without_terms_gives_nothing(self) -> None:
        plan = propose(city([lot(SAME_STREET, 10)], [request(3)], terms={}))

        assert open_codes(plan) == {1: (3, UnfilledCode.SHARE)}


class TestNoticeAndEmergency:
    def city(self, days: int, **more: Any) -> City:
        return city([lot(AGREEMENT, 10)], [request(3, needed_by=TODAY + days)], **more)

    def test_a_notice_may_end_on_the_day_of_need(self) -> None:
        assert reason(only(propose(self.city(3))), ReasonCode.NOTICE) == 3

    def test_a_notice_that_ends_later_is_too_long(self) -> None:
        assert open_codes(propose(self.city(2))) == {1: (3, UnfilledCode.NOTICE)}

    @pytest.mark.parametrize("division", [0, 42, 420106])
    def test_an_emergency_over_both_sites_skips_it(self, division: int) -> None:
        proposal = only(propose(self.city(0, emergencies=[division])))

        assert reason(proposal, ReasonCode.EMERGENCY) == division
        assert reason(proposal, ReasonCode.NOTICE) is None

    @pytest.mark.parametrize("division", [420106001, 420106002, 4205])
    def test_an_emergency_over_one_of_them_or_none_does_not(self, division: int) -> None:
        assert open_codes(propose(self.city(0, emergencies=[division]))) == {1: (3, UnfilledCode.NOTICE)}

    def test_an_emergency_holds_nothing_back_but_floor_share_and_reserved(self) -> None:
        plan = propose(
            city(
                [lot(HOUSEHOLD, 10), lot(SAME_STREET, 10)],
                [request(100, needed_by=TODAY)],
                floors=[floor(SAME_STREET, 3)],
                emergencies=[42],
            )
        )

        assert [(proposal.giver, proposal.quantity) for proposal in plan.proposals] == [
            (SAME_STREET, 7),
            (HOUSEHOLD, 5),
        ]


class TestLots:
    def test_the_first_to_expire_goes_first_and_lots_are_listed_in_ascending_order(self) -> None:
        lots = [
            lot(SAME_STREET, 5, number=1),
            lot(SAME_STREET, 5, number=2, use_until=TODAY + 30),
            lot(SAME_STREET, 5, number=3, use_until=TODAY + 9),
        ]
        proposal = only(propose(city(lots, [request(11)])))

        assert proposal.lots == ((1, 1), (2, 5), (3, 5))
        assert reason(proposal, ReasonCode.EXPIRES) == TODAY + 9

    def test_what_does_not_expire_says_nothing_of_it(self) -> None:
        assert reason(only(propose(city([lot(SAME_STREET, 5)], [request(3)]))), ReasonCode.EXPIRES) is None

    def test_the_last_day_of_use_may_be_the_day_of_need(self) -> None:
        assert by_request(propose(city([lot(SAME_STREET, 5, use_until=TODAY + 7)], [request(3)]))) == {1: 3}

    def test_what_expires_before_the_need_stays(self) -> None:
        plan = propose(city([lot(SAME_STREET, 5, use_until=TODAY + 6)], [request(3)]))

        assert open_codes(plan) == {1: (3, UnfilledCode.EXPIRED)}

    def test_what_is_expired_is_no_stock(self) -> None:
        lots = [lot(SAME_STREET, 5, number=1, use_until=TODAY - 1), lot(SAME_STREET, 5, number=2)]
        plan = propose(city(lots, [request(9)], floors=[floor(SAME_STREET, 4)]))

        assert (only(plan).lots, only(plan).left) == (((2, 1),), 4)

    def test_the_sooner_need_gets_the_goods_that_expire_first(self) -> None:
        lots = [lot(SAME_STREET, 4, number=1, use_until=TODAY + 3), lot(SAME_STREET, 4, number=2)]
        requests = [
            request(4, number=1, needed_by=TODAY + 9, urgency=3),
            request(4, number=2, needed_by=TODAY + 2, site=SAME_DISTRICT),
        ]

        assert [proposal.lots for proposal in propose(city(lots, requests)).proposals] == [
            ((2, 4),),
            ((1, 4),),
        ]


class TestWhoComesFirst:
    def two(self, goods: int, held: tuple[Lot, ...] = (), **more: Any) -> dict[int, int]:
        """Two sites, each with a floor of 10, ask for 10 of a third one's goods."""
        requests = [request(10, number=1), request(10, number=2, site=SAME_DISTRICT)]
        floors = [floor(HOME, 10), floor(SAME_DISTRICT, 10)]
        return by_request(propose(city([lot(SAME_STREET, goods), *held], requests, floors=floors, **more)))

    def test_whoever_has_less_of_its_floor(self) -> None:
        assert self.two(5, (lot(HOME, 6), lot(SAME_DISTRICT, 5))) == {2: 5}

    def test_what_is_coming_counts_as_had(self) -> None:
        assert self.two(5, promised=[floor(HOME, 1)]) == {2: 5}

    def test_everybody_to_the_floor_before_others_get_more(self) -> None:
        """They lack 6 and 5 to their floors: 11 reach both, and the 12th goes further."""
        held = lot(HOME, 4), lot(SAME_DISTRICT, 5)

        assert self.two(11, held) == {1: 6, 2: 5}
        assert self.two(12, held) == {1: 7, 2: 5}

    def test_urgency_weighs(self) -> None:
        requests = [request(10, number=1), request(10, number=2, site=SAME_DISTRICT, urgency=2)]
        plan = propose(city([lot(SAME_STREET, 5)], requests))

        assert by_request(plan) == {2: 5}

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ({"needed_by": TODAY + 8}, {"needed_by": TODAY + 7}),
            ({"requested_at": 2}, {"requested_at": 1}),
        ],
    )
    def test_among_equals_the_sooner_need_then_the_earlier_request(
        self, first: dict[str, int], second: dict[str, int]
    ) -> None:
        requests = [request(4, number=1, **first), request(4, number=2, site=SAME_DISTRICT, **second)]

        assert by_request(propose(city([lot(SAME_STREET, 4)], requests))) == {2: 4}

    def test_among_equals_in_everything_the_lower_id(self) -> None:
        requests = [request(4, number=2), request(4, number=1, site=SAME_DISTRICT)]

        assert by_request(propose(city([lot(SAME_STREET, 4)], requests))) == {1: 4}

    def test_a_second_request_of_a_site_comes_after_what_the_first_got(self) -> None:
        requests = [
            request(10, number=1),
            request(10, number=2),
            request(10, number=3, site=SAME_DISTRICT, requested_at=5),
        ]
        floors = [floor(HOME, 10), floor(SAME_DISTRICT, 10)]

        assert by_request(propose(city([lot(SAME_STREET, 20)], requests, floors=floors))) == {1: 10, 3: 10}


class TestWhoGives:
    points: ClassVar = {HOME: (0, 0), SAME_STREET: (300, 400), SAME_DISTRICT: (0, 600), SAME_CITY: (900, 0)}

    def test_the_nearest(self) -> None:
        lots = [lot(SAME_DISTRICT, 5), lot(SAME_STREET, 5)]
        proposal = only(propose(city(lots, [request(3)], distances=Distances(points=self.points))))

        assert (proposal.giver, proposal.distance) == (SAME_STREET, Distance(500))
        assert reason(proposal, ReasonCode.RANK) == 1

    @pytest.mark.parametrize(
        ("parcel_price", "givers"), [(0, [SAME_STREET, SAME_DISTRICT]), (1_000, [SAME_DISTRICT])]
    )
    def test_one_parcel_rather_than_two(self, parcel_price: int, givers: list[int]) -> None:
        lots = [lot(SAME_DISTRICT, 4), lot(SAME_STREET, 2)]
        given = city(lots, [request(4)], distances=Distances(points=self.points))

        assert [
            proposal.giver for proposal in propose(given, profile(parcel_price=parcel_price)).proposals
        ] == givers

    def test_several_where_one_has_not_enough(self) -> None:
        lots = [lot(SAME_DISTRICT, 4), lot(SAME_STREET, 2)]
        plan = propose(city(lots, [request(6)], distances=Distances(points=self.points)))

        assert [proposal.quantity for proposal in plan.proposals] == [2, 4]
        assert {reason(proposal, ReasonCode.SPLIT) for proposal in plan.proposals} == {2}

    def test_two_items_travel_together(self) -> None:
        """The second item comes from further away, where a parcel of the first one comes from anyway."""
        lots = [
            lot(SAME_DISTRICT, 5, number=1),
            lot(SAME_DISTRICT, 5, number=2, item=OTHER_ITEM),
            lot(SAME_STREET, 5, number=3, item=OTHER_ITEM),
        ]
        requests = [request(3, urgency=2), request(3, number=2, item=OTHER_ITEM)]
        plan = propose(city(lots, requests, distances=Distances(points=self.points)))

        assert [proposal.giver for proposal in plan.proposals] == [SAME_DISTRICT, SAME_DISTRICT]
        assert {reason(proposal, ReasonCode.SAME_PARCEL) for proposal in plan.proposals} == {2}

    def test_others_move_to_givers_that_have_something_left(self) -> None:
        """The first has another giver near, the second has not: it gets what the first can have elsewhere.

        The third giver's one unit is not needed any more then, and the parcel is saved.
        """
        points = {SAME_DISTRICT: -20, HOME: 0, SAME_STREET: 10, SAME_CITY: 100, SAME_PROVINCE: 110}
        given = city(
            [lot(SAME_STREET, 4), lot(SAME_DISTRICT, 4), lot(SAME_PROVINCE, 1)],
            [request(4, urgency=3), request(4, number=2, site=SAME_CITY)],
            distances=Distances(points={site: (east, 0) for site, east in points.items()}),
        )
        plan = propose(given, profile(nearest=2))

        assert {(proposal.request, proposal.giver): proposal.quantity for proposal in plan.proposals} == {
            (1, SAME_DISTRICT): 4,
            (2, SAME_STREET): 4,
        }

    def test_what_no_later_need_could_win_may_still_be_won_by_a_sooner_one(self) -> None:
        """The second finds no way to goods that last; the third, whose goods need not, finds one."""
        points = {SAME_PROVINCE: -2, HOME: 0, SAME_STREET: 1, SAME_CITY: 10, SAME_DISTRICT: 10, ELSEWHERE: 11}
        given = city(
            [
                lot(SAME_STREET, 2, number=1, use_until=TODAY + 1),
                lot(SAME_STREET, 1, number=2),
                lot(SAME_PROVINCE, 2, number=3),
                lot(ELSEWHERE, 1, number=4),
            ],
            [
                request(2, number=1, urgency=3, needed_by=TODAY),
                request(3, number=2, urgency=2, needed_by=TODAY + 5, site=SAME_CITY),
                request(2, number=3, needed_by=TODAY, site=SAME_DISTRICT),
            ],
            distances=Distances(points={site: (east, 0) for site, east in points.items()}),
        )

        assert by_request(propose(given, profile(nearest=2))) == {1: 2, 2: 2, 3: 2}

    def test_beyond_the_nearest_is_too_far(self) -> None:
        lots = [lot(SAME_STREET, 1), lot(SAME_DISTRICT, 4)]
        plan = propose(city(lots, [request(4)], distances=Distances(points=self.points)), profile(nearest=1))

        assert open_codes(plan) == {1: (3, UnfilledCode.TOO_FAR)}


class TestDistancesAndApproval:
    @pytest.mark.parametrize(
        ("giver", "level", "approval"),
        [
            (SAME_COMMUNITY, 12, 420106001),  # no community decides on its own goods
            (SAME_STREET, 9, 420106001),
            (SAME_DISTRICT, 6, 420106),
            (SAME_CITY, 4, 4201),
            (SAME_PROVINCE, 2, 42),
            (ELSEWHERE, 0, 0),
        ],
    )
    def test_without_a_distance_the_level_in_common_stands_in_and_is_told(
        self, giver: int, level: int, approval: int
    ) -> None:
        proposal = only(propose(city([lot(giver, 5)], [request(3)])))

        assert proposal.distance.level == reason(proposal, ReasonCode.DISTANCE_BY_LEVEL) == level
        assert proposal.approval == approval

    def test_seconds_have_figures_of_their_own(self) -> None:
        plan = propose(
            city([lot(SAME_STREET, 5)], [request(3)], distances=Distances(unit=Unit.SECONDS)),
        )

        assert (plan.unit, only(plan).distance) == (Unit.SECONDS, Distance(600, 9))

    @pytest.mark.parametrize(("unit", "givers"), [(Unit.METRES, 1), (Unit.SECONDS, 2)])
    def test_a_parcel_has_its_price_in_either(self, unit: Unit, givers: int) -> None:
        """The second giver is 300 further off: less than a parcel in metres, more than one in seconds."""
        distances = Distances(pairs={(SAME_STREET, HOME): 100, (SAME_DISTRICT, HOME): 400}, unit=unit)
        plan = propose(city([lot(SAME_STREET, 3), lot(SAME_DISTRICT, 4)], [request(4)], distances=distances))

        assert (DISTRICT.parcel_price(unit), len(plan.proposals)) == (
            {Unit.METRES: 1_000, Unit.SECONDS: 120}[unit],
            givers,
        )

    @pytest.mark.parametrize("pair", [(SAME_CITY, HOME), (HOME, SAME_CITY)])
    def test_a_pair_comes_before_points_and_holds_both_ways(self, pair: tuple[int, int]) -> None:
        distances = Distances(pairs={pair: 7}, points={HOME: (0, 0), SAME_CITY: (3, 4)})
        proposal = only(propose(city([lot(SAME_CITY, 5)], [request(3)], distances=distances)))

        assert proposal.distance == Distance(7)
        assert reason(proposal, ReasonCode.DISTANCE_BY_LEVEL) is None

    def test_each_direction_may_have_its_own(self) -> None:
        distances = Distances(pairs={(SAME_CITY, HOME): 7, (HOME, SAME_CITY): 9})

        assert distances.between(SAME_CITY, HOME) == Distance(7)
        assert distances.between(HOME, SAME_CITY) == Distance(9)


class TestRequests:
    def asked(self, quantity: int, why: int | None) -> Plan:
        return propose(
            city([lot(SAME_STREET, 90)], [request(quantity, reason=why)], floors=[floor(HOME, 10)])
        )

    def test_three_times_the_floor_needs_no_reason(self) -> None:
        assert (by_request(self.asked(30, None)), self.asked(30, None).flagged) == ({1: 30}, ())

    def test_more_without_a_reason_gets_nothing_and_is_flagged(self) -> None:
        plan = self.asked(31, None)

        assert (open_codes(plan), plan.flagged) == ({1: (31, UnfilledCode.REASON_MISSING)}, (1,))

    def test_more_with_a_reason_is_filled_and_flagged(self) -> None:
        plan = self.asked(31, 5)

        assert (by_request(plan), plan.flagged) == ({1: 31}, (1,))
        assert Reason(ReasonCode.ABOVE_NORM, 31_000) in only(plan).reasons

    def test_without_a_floor_nothing_is_above_it(self) -> None:
        plan = propose(city([lot(SAME_STREET, 90)], [request(80)]))

        assert (by_request(plan), plan.flagged) == ({1: 80}, ())
        assert reason(only(plan), ReasonCode.NO_FLOOR) == 80

    def test_a_day_of_need_that_is_over_gets_nothing(self) -> None:
        plan = propose(city([lot(SAME_STREET, 9)], [request(3, needed_by=TODAY - 1)]))

        assert open_codes(plan) == {1: (3, UnfilledCode.PAST)}

    def test_what_was_asked_for_at_first_is_held_to_the_floor(self) -> None:
        """Of 40, four times the floor, 10 are open: it still needs its reason."""
        given = city([lot(SAME_STREET, 90)], [request(10, asked=40)], floors=[floor(HOME, 10)])
        plan = propose(given)

        assert (open_codes(plan), plan.flagged) == ({1: (10, UnfilledCode.REASON_MISSING)}, (1,))

    def test_a_request_with_a_day_that_never_comes_gets_only_what_keeps(self) -> None:
        lots = [lot(SAME_STREET, 5, number=1, use_until=TODAY + 900), lot(SAME_STREET, 5, number=2)]

        assert by_request(propose(city(lots, [request(9, needed_by=FOR_EVER)]))) == {1: 5}

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"quantity": 3, "urgency": 9}, "request 1 has the urgency 9"),
            ({"quantity": 0}, "of request 1, which asked for 0 base units, 0 are open"),
            ({"quantity": -2, "asked": 5}, "which asked for 5 base units, -2 are open"),
            ({"quantity": 3, "asked": 2}, "which asked for 2 base units, 3 are open"),
            ({"quantity": 3, "asked": 0}, "which asked for 0 base units, 3 are open"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, facts: dict[str, int], said: str) -> None:
        with pytest.raises(ValueError, match=said):
            propose(city([], [request(**facts)]))

    def test_an_id_that_comes_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="the request 1 comes twice"):
            propose(city([], [request(3), request(4, site=SAME_STREET)]))

    def test_the_level_beforehand_is_told(self) -> None:
        plan = propose(
            city(
                [lot(SAME_STREET, 9), lot(HOME, 2)],
                [request(3)],
                floors=[floor(HOME, 8)],
                promised=[floor(HOME, 2)],
            )
        )

        assert Reason(ReasonCode.LEVEL, 5_000) in only(plan).reasons
