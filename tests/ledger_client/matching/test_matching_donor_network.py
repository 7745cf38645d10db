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

from ledger_client.matching import DONOR_NETWORK, FOR_EVER, Lot, LotProposal, Request, Ways, match

ROOT = Path(__file__).parents[3]
DAY = 86_400
NOW = 1_000 * DAY
TODAY = NOW // DAY
UNREACHED = "island"

Places = dict[str, tuple[int, int]]


def number(name: str) -> int:
    """A number for a name, in the order of names."""
    return int.from_bytes(name.encode().ljust(12, b"\0"), "big")


def name(number: int) -> str:
    return number.to_bytes(12, "big").rstrip(b"\0").decode()


def ways(places: Places | None = None) -> Ways:
    """Distances on a street grid; nothing goes to the island."""

    def place(site: int) -> tuple[int, int]:
        called = name(site)
        if places and called in places:
            return places[called]
        corner = sum(called.encode()) * 7_919
        return corner % 400, corner // 400 % 400

    def between(lot: Lot, requests: Sequence[Request]) -> list[float]:
        x, y = place(lot.site)
        return [
            math.inf
            if name(request.site) == UNREACHED
            else abs(x - place(request.site)[0]) + abs(y - place(request.site)[1])
            for request in requests
        ]

    return between


def run(
    lots: list[Lot], requests: list[Request], places: Places | None = None, **prices: float
) -> list[LotProposal]:
    return match(NOW, lots, requests, ways(places), replace(DONOR_NETWORK, **prices))  # type: ignore[arg-type]


def lot(
    key: str, quantity: int, *, site: str = "", item: str = "masks", days: int = 1, until: int | None = None
) -> Lot:
    return Lot(number(key), number(site or key), number(item), quantity, until, NOW - days * DAY)


def request(
    key: str,
    quantity: int,
    *,
    site: str = "",
    item: str = "masks",
    asked: int | None = None,
    urgency: int = 1,
) -> Request:
    at_first = quantity if asked is None else asked
    return Request(
        number(key), number(site or key), number(item), quantity, at_first, FOR_EVER, urgency, NOW - DAY
    )


def receivers(proposals: list[LotProposal]) -> list[str]:
    """The names of the requests, in the order in which it was decided."""
    return [name(proposal.request.request) for proposal in proposals]


SITES = st.sampled_from(["a", "b", "c", "dd", "ee", "fff", UNREACHED]).map(number)
ITEMS = st.sampled_from(["masks", "gowns"]).map(number)
QUANTITIES = st.integers(1, 300)
DAYS = st.integers(-40, 40)


@st.composite
def towns(draw: st.DrawFn) -> tuple[list[Lot], list[Request]]:
    day = DAYS.map(lambda days: TODAY + days)
    lots = [
        Lot(each, draw(SITES), draw(ITEMS), draw(QUANTITIES), until, NOW - draw(DAYS) * DAY)
        for each in range(draw(st.integers(0, 7)))
        for until in [draw(st.none() | day)]
    ]
    requests = [
        Request(each, draw(SITES), draw(ITEMS), quantity, quantity + more, by, urgency, NOW - DAY)
        for each in range(draw(st.integers(0, 9)))
        for quantity in [draw(QUANTITIES)]
        for more in [draw(st.sampled_from([0, 0, 25]))]
        for by in [draw(st.just(FOR_EVER) | day)]
        for urgency in [draw(st.integers(1, 3))]
    ]
    return lots, requests


class TestWhatItMayNeverDo:
    @given(towns())
    @settings(max_examples=300, deadline=None)
    def test_never_more_than_a_lot_holds_or_a_request_asks(
        self, town: tuple[list[Lot], list[Request]]
    ) -> None:
        given_away: Counter[int] = Counter()
        received: Counter[int] = Counter()
        for proposal in run(*town):
            assert proposal.quantity > 0
            assert proposal.lot.item == proposal.request.item
            given_away[proposal.lot.lot] += proposal.quantity
            received[proposal.request.request] += proposal.quantity
            # Nothing goes to a request that is filled: it had something open before this.
            assert received[proposal.request.request] <= proposal.request.quantity
        assert all(given_away[each.lot] <= each.quantity for each in town[0])

    @given(towns())
    @settings(max_examples=100, deadline=None)
    def test_nothing_expired_too_late_or_out_of_reach(self, town: tuple[list[Lot], list[Request]]) -> None:
        for proposal in run(*town):
            assert proposal.lot.use_until is None or proposal.lot.use_until >= TODAY
            assert proposal.request.needed_by >= TODAY
            assert name(proposal.request.site) != UNREACHED

    @given(towns(), st.randoms(use_true_random=False))
    @settings(max_examples=200, deadline=None)
    def test_the_order_of_the_input_plays_no_part(
        self, town: tuple[list[Lot], list[Request]], shuffler: random.Random
    ) -> None:
        lots, requests = town
        first = run(lots, requests)
        shuffler.shuffle(lots)
        shuffler.shuffle(requests)

        assert run(lots, requests) == first

    @given(towns())
    @settings(max_examples=200, deadline=None)
    def test_each_proposal_says_truly_why(self, town: tuple[list[Lot], list[Request]]) -> None:
        left = {each.lot: each.quantity for each in town[0]}
        wanting = {each.request: each.quantity for each in town[1]}
        reached: set[tuple[int, int, int]] = set()
        for proposal in run(*town):
            given_by, asked_by, why = proposal.lot, proposal.request, proposal.why
            left[given_by.lot] -= proposal.quantity
            wanting[asked_by.request] -= proposal.quantity
            others = {item for site, to, item in reached if (site, to) == (given_by.site, asked_by.site)} - {
                given_by.item
            }
            reached.add((given_by.site, asked_by.site, given_by.item))

            assert why.distance == ways()(given_by, [asked_by])[0]
            assert why.waited == max(0, NOW - given_by.held_since)
            assert why.fills == (wanting[asked_by.request] == 0)
            assert why.empties == (left[given_by.lot] == 0)
            assert why.shares or not others
            assert why.cost < why.limit


class TestPrices:
    def test_goods_go_to_the_nearest_of_equal_requests(self) -> None:
        places = {"giver": (0, 0), "near": (10, 0), "far": (60, 0)}

        proposals = run([lot("giver", 50)], [request("far", 50), request("near", 50)], places)

        assert [(name(proposal.request.request), proposal.quantity) for proposal in proposals] == [
            ("near", 50)
        ]

    def test_a_request_that_fits_is_worth_a_longer_way(self) -> None:
        places = {"giver": (0, 0), "near": (10, 0), "fits": (60, 0)}

        proposals = run([lot("giver", 20)], [request("near", 2_000), request("fits", 20)], places)

        assert receivers(proposals) == ["fits"]

    def test_what_was_begun_is_finished_first(self) -> None:
        places = {"giver": (0, 0), "fresh": (10, 0), "begun": (12, 0)}

        proposals = run([lot("giver", 40)], [request("fresh", 80), request("begun", 40, asked=80)], places)

        assert receivers(proposals) == ["begun"]

    def test_the_more_urgent_request_comes_first(self) -> None:
        places = {"giver": (0, 0), "first": (10, 0), "second": (10, 0)}

        proposals = run([lot("giver", 40)], [request("first", 40), request("second", 40, urgency=2)], places)

        assert receivers(proposals) == ["second"]

    def test_equal_requests_are_told_apart_by_their_ids(self) -> None:
        places = {"giver": (0, 0), "first": (10, 0), "second": (10, 0)}

        proposals = run([lot("giver", 40)], [request("second", 40), request("first", 40)], places)

        assert receivers(proposals) == ["first"]

    def test_goods_wait_for_a_near_request_until_they_have_waited_long(self) -> None:
        places = {"giver": (0, 0), "far": (350, 0)}
        requests = [request("far", 10_000)]

        assert run([lot("giver", 500)], requests, places) == []
        assert [proposal.quantity for proposal in run([lot("giver", 500, days=60)], requests, places)] == [
            500
        ]

    def test_goods_that_have_waited_longest_go_anywhere(self) -> None:
        places = {"giver": (0, 0), "far": (100_000, 0)}
        days = DONOR_NETWORK.longest // DAY

        assert run([lot("giver", 500, days=days)], [request("far", 10_000)], places) == []
        assert len(run([lot("giver", 500, days=days + 1)], [request("far", 10_000)], places)) == 1

    def test_goods_about_to_expire_do_not_wait(self) -> None:
        places = {"giver": (0, 0), "far": (350, 0)}
        soon = TODAY + DONOR_NETWORK.hurry // DAY - 1  # its last day ends as the hurry begins

        assert run([lot("giver", 500, until=soon + 1)], [request("far", 10_000)], places) == []
        assert len(run([lot("giver", 500, until=soon)], [request("far", 10_000)], places)) == 1

    def test_a_dear_parcel_keeps_goods_together(self) -> None:
        places = {"giver": (0, 0), "large": (30, 0), **{f"small{number}": (5, 0) for number in range(4)}}
        requests = [request("large", 400), *(request(f"small{number}", 25) for number in range(4))]

        assert len(run([lot("giver", 100, days=30)], requests, places, parcel=100.0)) == 4
        assert len(run([lot("giver", 100, days=30)], requests, places, parcel=10_000.0)) == 1

    def test_other_goods_go_along_where_a_parcel_goes(self) -> None:
        places = {"giver": (0, 0), "both": (30, 0), "gowns": (20, 0)}
        lots = [lot("1", 200, site="giver"), lot("2", 10, site="giver", item="gowns")]
        requests = [
            request("m", 200, site="both"),
            request("g", 10, site="both", item="gowns"),
            request("h", 10, site="gowns", item="gowns"),
        ]

        proposals = run(lots, requests, places, nearest=1)

        assert receivers(proposals) == ["m", "g"]
        assert [proposal.why.shares for proposal in proposals] == [False, True]

    def test_a_rare_item_counts_more_but_not_without_bound(self) -> None:
        places = {"giver": (0, 0), "rare": (200, 0)}
        lots = [lot("giver", 100, item="rare")]
        requests = [request("rare", 100, item="rare"), *(request(f"n{number}", 5) for number in range(200))]

        assert run(lots, requests, places, rarity=1.0) == []
        assert len(run(lots, requests, places, rarity=6.0)) == 1


class TestManyNeeds:
    """Where there are more requests than are looked at, a sample tells how far to look."""

    @given(st.integers(0, 999), st.integers(0, 999))
    @settings(max_examples=30, deadline=None)
    def test_the_nearest_is_found_wherever_it_stands(self, place: int, seed: int) -> None:
        draw = random.Random(seed)
        row = [draw.uniform(50, 2_000) for _ in range(1_000)]
        row[place] = 7.0
        requests = [request(f"n{number:03}", 50) for number in range(1_000)]

        (proposal,) = match(NOW, [lot("giver", 50)], requests, lambda lot, requests: row)

        assert (name(proposal.request.request), proposal.why.distance) == (f"n{place:03}", 7.0)

    def test_the_only_one_within_reach_is_found(self) -> None:
        requests = [request(f"n{number:03}", 50) for number in range(1_000)]
        row = [math.inf] * 1_000
        row[617] = 7.0

        (proposal,) = match(NOW, [lot("giver", 50)], requests, lambda lot, requests: row)

        assert name(proposal.request.request) == "n617"


class TestInput:
    def test_an_id_that_comes_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match=f"the lot {number('a')} comes twice"):
            run([lot("a", 1), lot("a", 2)], [])
        with pytest.raises(ValueError, match=f"the request {number('n')} comes twice"):
            run([], [request("n", 1), request("n", 1)])

    @pytest.mark.parametrize("quantity", [0, -5])
    def test_nothing_and_less_are_refused(self, quantity: int) -> None:
        with pytest.raises(ValueError, match=f"lot {number('a')} has the quantity {quantity}"):
            run([lot("a", quantity)], [request("n", 1)])
        with pytest.raises(ValueError, match=f"which asked for 5 base units, {quantity} are open"):
            run([lot("a", 1)], [request("n", quantity, asked=5)])

    @pytest.mark.parametrize("asked", [0, 2, -3])
    def test_more_open_than_was_asked_for_is_refused(self, asked: int) -> None:
        with pytest.raises(ValueError, match=f"which asked for {asked} base units, 3 are open"):
            run([lot("a", 1)], [request("n", 3, asked=asked)])

    def test_an_urgency_that_the_profile_does_not_weigh_is_refused(self) -> None:
        with pytest.raises(ValueError, match="has the urgency 4"):
            run([lot("a", 1)], [request("n", 1, urgency=4)])

    def test_nothing_in_nothing_out(self) -> None:
        assert run([], []) == []


def test_needs_the_standard_library_alone() -> None:
    """With no site-packages at all, it imports and matches, and brings in nothing else of the ledger."""
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from ledger_client.matching import Lot, Request, match
lot, request = Lot(1, 1, 1, 5), Request(1, 2, 1, 5, 5, 9, 1, 0)
proposals = match(86400, [lot], [request], lambda lot, requests: [1.0] * len(requests))
assert [proposal.quantity for proposal in proposals] == [5]
ours = {name for name in sys.modules if name.startswith("ledger_client")}
ours -= {"ledger_client", "ledger_client.late"}  # the package itself
assert all(name.startswith("ledger_client.matching") for name in ours), ours
late = sys.modules["ledger_client.late"].LateModule  # stands for what nobody imported
tops = {name.split(".")[0] for name, module in sys.modules.items() if type(module) is not late}
print(sorted(tops - sys.stdlib_module_names - {"ledger_client", "__main__"}))
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(ROOT)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_a_busy_day_takes_a_moment() -> None:
    """300 lots and 20,000 requests of 10 items: well under a second where nothing else runs."""
    draw = random.Random(7)
    lots = [
        Lot(each, each, draw.randrange(10), draw.randint(1, 1_000), held_since=NOW - DAY)
        for each in range(300)
    ]
    requests = []
    for each in range(20_000):
        quantity = draw.randint(1, 500)
        item = draw.randrange(10)
        requests.append(Request(each, 1_000 + each, item, quantity, quantity, FOR_EVER, 1, NOW))
    rows = {each.lot: [draw.uniform(5, 2_500) for _ in range(3_000)] for each in lots}

    start = time.process_time()
    proposals = match(NOW, lots, requests, lambda lot, requests: rows[lot.lot][: len(requests)])

    assert time.process_time() - start < 5  # seconds; ten times what it takes
    assert proposals
