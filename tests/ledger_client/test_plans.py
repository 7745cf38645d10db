"""Which lots a proposal lists beside those that leave: as many as show that floor and share hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_client.allocation import LINES_MOST
from ledger_client.anchors import BlockId
from ledger_client.city import CityFacts, GoodsAt, Pending
from ledger_client.matching import Terms
from ledger_client.plans import offered

SITE, OTHER, ITEM = 420106001002101, 420106001002102, 1010101_00001
TODAY = 20_000
WHOLE = Terms(10_000, 0)


def goods(*lots: tuple[int, int], use_until: int = TODAY) -> tuple[GoodsAt, ...]:
    """What `SITE` has: lot and base units of each."""
    return tuple(GoodsAt(site=SITE, lot=lot, item=ITEM, quantity=q, use_until=use_until) for lot, q in lots)


FACTS = CityFacts(
    block=BlockId(1, bytes(32)),
    time=TODAY * 86_400,
    offset=0,
    goods=goods((1, 50), (2, 80), (3, 100), (4, 80)),
    requests=(),
    pending=(),
    floors={(SITE, ITEM): 50},
    terms={(0, 1): WHOLE},
    stale=frozenset(),
    emergencies=frozenset(),
    reserved={},
    open_sites=frozenset({SITE, OTHER}),
    disposal=frozenset(),
)


@pytest.mark.parametrize(
    ("changed", "lots"),
    [
        ({"floors": {}}, {3: 40}),
        ({"floors": {(SITE, ITEM): 60}}, {3: 40}),  # 60 + 40 is what lot 3 has
        ({"floors": {(SITE, ITEM): 61}}, {2: 0, 3: 40}),  # the largest of the others, the lower id first
        ({"reserved": {(SITE, ITEM): 11}}, {2: 0, 3: 40}),  # 50 + 11 + 40
        ({"reserved": {(SITE, ITEM): 10}}, {3: 40}),
        ({"reserved": {(OTHER, ITEM): 11}}, {3: 40}),
        ({"pending": (Pending(9, SITE, ITEM, 11),)}, {2: 0, 3: 40}),
        ({"pending": (Pending(9, SITE, ITEM + 1, 11),)}, {3: 40}),
        ({"terms": {(0, 1): Terms(4_000, 0)}}, {3: 40}),
        ({"terms": {(0, 1): Terms(3_999, 0)}}, {2: 0, 3: 40}),
        ({"terms": {}}, {1: 0, 2: 0, 3: 40, 4: 0}),  # nothing shows it: all there is
    ],
)
def test_lists_the_largest_of_the_others_until_floor_and_share_are_seen_to_hold(
    changed: dict[str, object], lots: dict[int, int]
) -> None:
    assert offered(replace(FACTS, **changed), SITE, ITEM, {3: 40}) == lots  # type: ignore[arg-type]


def test_lists_nothing_that_may_not_be_used_today() -> None:
    spoilt = (*goods((2, 1_000), use_until=TODAY - 1), *goods((3, 100), (4, 60)))
    facts = replace(FACTS, goods=spoilt, floors={(SITE, ITEM): 61})
    assert offered(facts, SITE, ITEM, {3: 40}) == {3: 40, 4: 0}


def test_lists_no_more_than_a_proposal_takes() -> None:
    many = goods(*((lot, 1) for lot in range(1, 101)))
    facts = replace(FACTS, goods=many, floors={(SITE, ITEM): 99})
    assert len(offered(facts, SITE, ITEM, {100: 1})) == LINES_MOST
