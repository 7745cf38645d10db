"""The match of a donor network: what it may never do, and that each of its prices does what it is for."""

from __future__ import annotations

import math
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_client.matching import DONOR_NETWORK, Distances, Need, Parcel, Supply, match

ROOT = Path(__file__).parents[3]
DAY = 86_400
NOW = 1_000 * DAY
UNREACHED = "island"

Places = dict[str, tuple[int, int]]


def ways(places: Places | None = None) -> Distances:
    """Distances on a street grid; nothing goes to the island."""

    def place(site: str) -> tuple[int, int]:
        if places and site in places:
            return places[site]
        number = sum(site.encode()) * 7_919
        return number % 400, number // 400 % 400

    def distances(supply: Supply, needs: Sequence[Need]) -> list[float]:
        x, y = place(supply.site)
        return [
            math.inf
            if need.site == UNREACHED
            else abs(x - place(need.site)[0]) + abs(y - place(need.site)[1])
            for need in needs
        ]

    return distances


def run(
    supplies: list[Supply], needs: list[Need], places: Places | None = None, **prices: float
) -> list[Parcel]:
    return match(NOW, supplies, needs, ways(places), replace(DONOR_NETWORK, **prices))  # type: ignore[arg-type]


def supply(
    key: str, quantity: int, *, site: str = "", item: str = "masks", days: int = 1, **more: int
) -> Supply:
    return Supply(key, site or key, item, quantity, NOW - days * DAY, **more)


def need(
    key: str, quantity: int, *, site: str = "", item: str = "masks", asked: int = 0, **more: int
) -> Need:
    return Need(key, site or key, item, quantity, asked or quantity, NOW - DAY, **more)


SITES = st.sampled_from(["a", "b", "c", "dd", "ee", "fff", UNREACHED])
ITEMS = st.sampled_from(["masks", "gowns"])
QUANTITIES = st.integers(1, 300)
DAYS = st.integers(-40, 40)


@st.composite
def towns(draw: st.DrawFn) -> tuple[list[Supply], list[Need]]:
    supplies = [
        Supply(f"s{number}", draw(SITES), draw(ITEMS), draw(QUANTITIES), NOW - draw(DAYS) * DAY, expires)
        for number in range(draw(st.integers(0, 7)))
        for expires in [draw(st.none() | DAYS.map(lambda days: NOW + days * DAY))]
    ]
    needs = [
        Need(f"n{number}", draw(SITES), draw(ITEMS), quantity, quantity + more, NOW - DAY, by, urgency)
        for number in range(draw(st.integers(0, 9)))
        for quantity in [draw(QUANTITIES)]
        for more in [draw(st.sampled_from([0, 0, 25]))]
        for by in [draw(st.none() | DAYS.map(lambda days: NOW + days * DAY))]
        for urgency in [draw(st.integers(1, 3))]
    ]
    return supplies, needs


class TestWhatItMayNeverDo:
    @given(towns())
    @settings(max_examples=300, deadline=None)
    def test_never_more_than_a_supply_holds_or_a_need_asks(
        self, town: tuple[list[Supply], list[Need]]
    ) -> None:
        given_away: Counter[str] = Counter()
        received: Counter[str] = Counter()
        for parcel in run(*town):
            assert parcel.quantity > 0
            assert parcel.supply.item == parcel.need.item
            given_away[parcel.supply.key] += parcel.quantity
            received[parcel.need.key] += parcel.quantity
            # Nothing goes to a need that is filled: it had something open before this parcel.
            assert received[parcel.need.key] <= parcel.need.quantity
        assert all(given_away[each.key] <= each.quantity for each in town[0])

    @given(towns())
    @settings(max_examples=100, deadline=None)
    def test_nothing_expired_too_late_or_out_of_reach(self, town: tuple[list[Supply], list[Need]]) -> None:
        for parcel in run(*town):
            assert parcel.supply.expires is None or parcel.supply.expires > NOW
            assert parcel.need.needed_by is None or parcel.need.needed_by >= NOW
            assert parcel.need.site != UNREACHED

    @given(towns(), st.randoms(use_true_random=False))
    @settings(max_examples=200, deadline=None)
    def test_the_order_of_the_input_plays_no_part(
        self, town: tuple[list[Supply], list[Need]], shuffler: random.Random
    ) -> None:
        supplies, needs = town
        first = run(supplies, needs)
        shuffler.shuffle(supplies)
        shuffler.shuffle(needs)

        assert run(supplies, needs) == first

    @given(towns())
    @settings(max_examples=200, deadline=None)
    def test_each_parcel_says_truly_why(self, town: tuple[list[Supply], list[Need]]) -> None:
        left = {each.key: each.quantity for each in town[0]}
        wanting = {each.key: each.quantity for each in town[1]}
        reached: set[tuple[str, str, str]] = set()
        for parcel in run(*town):
            given_by, asked_by, why = parcel.supply, parcel.need, parcel.why
            left[given_by.key] -= parcel.quantity
            wanting[asked_by.key] -= parcel.quantity
            others = {item for site, to, item in reached if (site, to) == (given_by.site, asked_by.site)} - {
                given_by.item
            }
            reached.add((given_by.site, asked_by.site, given_by.item))

            assert why.distance == ways()(given_by, [asked_by])[0]
            assert why.waited == max(0, NOW - given_by.held_since)
            assert why.fills == (wanting[asked_by.key] == 0)
            assert why.empties == (left[given_by.key] == 0)
            assert why.shares or not others
            assert why.cost < why.limit


class TestPrices:
    def test_goods_go_to_the_nearest_of_equal_needs(self) -> None:
        places = {"giver": (0, 0), "near": (10, 0), "far": (60, 0)}

        parcels = run([supply("giver", 50)], [need("far", 50), need("near", 50)], places)

        assert [(parcel.need.key, parcel.quantity) for parcel in parcels] == [("near", 50)]

    def test_a_need_that_fits_is_worth_a_longer_way(self) -> None:
        places = {"giver": (0, 0), "near": (10, 0), "fits": (60, 0)}

        parcels = run([supply("giver", 20)], [need("near", 2_000), need("fits", 20)], places)

        assert [parcel.need.key for parcel in parcels] == ["fits"]

    def test_what_was_begun_is_finished_first(self) -> None:
        places = {"giver": (0, 0), "fresh": (10, 0), "begun": (12, 0)}

        parcels = run([supply("giver", 40)], [need("fresh", 80), need("begun", 40, asked=80)], places)

        assert [parcel.need.key for parcel in parcels] == ["begun"]

    def test_the_more_urgent_need_comes_first(self) -> None:
        places = {"giver": (0, 0), "first": (10, 0), "second": (10, 0)}

        parcels = run([supply("giver", 40)], [need("first", 40), need("second", 40, urgency=2)], places)

        assert [parcel.need.key for parcel in parcels] == ["second"]

    def test_equal_needs_are_told_apart_by_their_keys(self) -> None:
        places = {"giver": (0, 0), "first": (10, 0), "second": (10, 0)}

        parcels = run([supply("giver", 40)], [need("second", 40), need("first", 40)], places)

        assert [parcel.need.key for parcel in parcels] == ["first"]

    def test_goods_wait_for_a_near_need_until_they_have_waited_long(self) -> None:
        places = {"giver": (0, 0), "far": (350, 0)}
        needs = [need("far", 10_000)]

        assert run([supply("giver", 500)], needs, places) == []
        assert [parcel.quantity for parcel in run([supply("giver", 500, days=60)], needs, places)] == [500]

    def test_goods_that_have_waited_longest_go_anywhere(self) -> None:
        places = {"giver": (0, 0), "far": (100_000, 0)}
        days = DONOR_NETWORK.longest // DAY

        assert run([supply("giver", 500, days=days)], [need("far", 10_000)], places) == []
        assert len(run([supply("giver", 500, days=days + 1)], [need("far", 10_000)], places)) == 1

    def test_goods_about_to_expire_do_not_wait(self) -> None:
        places = {"giver": (0, 0), "far": (350, 0)}
        soon, later = NOW + DONOR_NETWORK.hurry, NOW + DONOR_NETWORK.hurry + 1

        assert run([supply("giver", 500, expires=later)], [need("far", 10_000)], places) == []
        assert len(run([supply("giver", 500, expires=soon)], [need("far", 10_000)], places)) == 1

    def test_a_dear_parcel_keeps_goods_together(self) -> None:
        places = {"giver": (0, 0), "large": (30, 0), **{f"small{number}": (5, 0) for number in range(4)}}
        needs = [need("large", 400), *(need(f"small{number}", 25) for number in range(4))]

        assert len(run([supply("giver", 100, days=30)], needs, places, parcel=100.0)) == 4
        assert len(run([supply("giver", 100, days=30)], needs, places, parcel=10_000.0)) == 1

    def test_other_goods_go_along_where_a_parcel_goes(self) -> None:
        places = {"giver": (0, 0), "both": (30, 0), "gowns": (20, 0)}
        supplies = [supply("1", 200, site="giver"), supply("2", 10, site="giver", item="gowns")]
        needs = [
            need("m", 200, site="both"),
            need("g", 10, site="both", item="gowns"),
            need("h", 10, site="gowns", item="gowns"),
        ]

        parcels = run(supplies, needs, places, nearest=1)

        assert [parcel.need.key for parcel in parcels] == ["m", "g"]
        assert [parcel.why.shares for parcel in parcels] == [False, True]

    def test_a_rare_item_counts_more_but_not_without_bound(self) -> None:
        places = {"giver": (0, 0), "rare": (200, 0)}
        supplies = [supply("giver", 100, item="rare")]
        needs = [need("rare", 100, item="rare"), *(need(f"n{number}", 5) for number in range(200))]

        assert run(supplies, needs, places, rarity=1.0) == []
        assert len(run(supplies, needs, places, rarity=6.0)) == 1


class TestManyNeeds:
    """Where there are more needs than are looked at, a sample tells how far to look."""

    @given(st.integers(0, 999), st.integers(0, 999))
    @settings(max_examples=30, deadline=None)
    def test_the_nearest_is_found_wherever_it_stands(self, place: int, seed: int) -> None:
        draw = random.Random(seed)
        row = [draw.uniform(50, 2_000) for _ in range(1_000)]
        row[place] = 7.0
        needs = [need(f"n{number:03}", 50) for number in range(1_000)]

        (parcel,) = match(NOW, [supply("giver", 50)], needs, lambda supply, needs: row)

        assert (parcel.need.key, parcel.why.distance) == (f"n{place:03}", 7.0)

    def test_the_only_one_within_reach_is_found(self) -> None:
        needs = [need(f"n{number:03}", 50) for number in range(1_000)]
        row = [math.inf] * 1_000
        row[617] = 7.0

        (parcel,) = match(NOW, [supply("giver", 50)], needs, lambda supply, needs: row)

        assert parcel.need.key == "n617"


class TestInput:
    def test_a_key_that_comes_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="the key a comes twice"):
            run([supply("a", 1), supply("a", 2)], [])
        with pytest.raises(ValueError, match="the key n comes twice"):
            run([], [need("n", 1), need("n", 1)])

    @pytest.mark.parametrize("quantity", [0, -5])
    def test_nothing_and_less_are_refused(self, quantity: int) -> None:
        with pytest.raises(ValueError, match=f"a has the quantity {quantity}"):
            run([supply("a", quantity)], [need("n", 1)])
        with pytest.raises(ValueError, match=f"n has the quantity {quantity}"):
            run([supply("a", 1)], [need("n", quantity, asked=5)])

    def test_nothing_in_nothing_out(self) -> None:
        assert run([], []) == []


def test_needs_the_standard_library_alone() -> None:
    """With no site-packages at all, it imports and matches, and brings in nothing else of the ledger."""
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from ledger_client.matching import Need, Supply, match
supply, need = Supply("s", "a", "i", 5, 0), Need("n", "b", "i", 5, 5, 0)
parcels = match(86400, [supply], [need], lambda supply, needs: [1.0] * len(needs))
assert [parcel.quantity for parcel in parcels] == [5]
ours = {name for name in sys.modules if name.startswith("ledger_client")}
assert all(name == "ledger_client" or name.startswith("ledger_client.matching") for name in ours), ours
tops = {name.split(".")[0] for name in sys.modules}
print(sorted(tops - sys.stdlib_module_names - {"ledger_client", "__main__"}))
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(ROOT)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_a_busy_day_takes_a_moment() -> None:
    """300 supplies and 20,000 needs of 10 items: well under a second where nothing else runs."""
    draw = random.Random(7)
    items = [f"item{number}" for number in range(10)]
    supplies = [
        Supply(f"s{number}", f"giver{number}", draw.choice(items), draw.randint(1, 1_000), NOW - DAY)
        for number in range(300)
    ]
    needs = []
    for number in range(20_000):
        quantity = draw.randint(1, 500)
        needs.append(Need(f"n{number}", f"host{number}", draw.choice(items), quantity, quantity, NOW))
    rows = {each.key: [draw.uniform(5, 2_500) for _ in range(3_000)] for each in supplies}

    start = time.process_time()
    parcels = match(NOW, supplies, needs, lambda supply, needs: rows[supply.key][: len(needs)])

    assert time.process_time() - start < 5  # seconds; ten times what it takes
    assert parcels
