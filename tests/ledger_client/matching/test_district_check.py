"""The independent check is seen to fail: a good plan, spoilt in one point at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from benches.city_check import Rules, violations
from district_cases import (
    AGREEMENT,
    CATEGORY,
    HOME,
    SAME_CITY,
    SAME_DISTRICT,
    SAME_STREET,
    TODAY,
    city,
    floor,
    lot,
    profile,
    request,
)

from ledger_client.matching.city import City, Plan, Proposal, UnfilledCode
from ledger_client.matching.distances import Distance, Distances
from ledger_client.matching.district import propose

PROFILE = profile(nearest=2)


def shortage() -> City:
    """One site asks for 30 and has two givers near, which have 17 for it between them; a third is too far."""
    return city(
        [
            lot(SAME_STREET, 6, number=1, use_until=TODAY + 9),
            lot(SAME_STREET, 9, number=2),
            lot(SAME_STREET, 9, number=3, use_until=TODAY + 1),
            lot(SAME_DISTRICT, 8, number=1),
            lot(AGREEMENT, 8, number=1),
            lot(SAME_CITY, 5, number=1),
        ],
        [request(30), request(50, number=2, site=HOME + 1), request(2, number=3, needed_by=TODAY - 1)],
        floors=[floor(SAME_STREET, 12), floor(HOME + 1, 10)],
        reserved=[floor(SAME_DISTRICT, 3)],
        distances=Distances(
            points={
                HOME: (0, 0),
                SAME_STREET: (10, 0),
                SAME_DISTRICT: (20, 0),
                AGREEMENT: (30, 0),
                SAME_CITY: (40, 0),
            }
        ),
    )


def spoilt(plan: Plan, index: int = 0, **changes: Any) -> Plan:
    """The plan with one proposal changed; its quantity follows its lots."""
    proposals = list(plan.proposals)
    if "lots" in changes and "quantity" not in changes:
        changes["quantity"] = sum(units for _, units in changes["lots"])
    proposals[index] = replace(proposals[index], **changes)
    return replace(plan, proposals=tuple(proposals))


def without(plan: Plan, index: int) -> Plan:
    return replace(plan, proposals=plan.proposals[:index] + plan.proposals[index + 1 :])


def added(plan: Plan, **changes: Any) -> Plan:
    proposals = (*plan.proposals, replace(plan.proposals[0], **changes))
    return replace(plan, proposals=tuple(sorted(proposals, key=_key)))


def _key(proposal: Proposal) -> tuple[int, int]:
    return proposal.request, proposal.giver


def unfilled(plan: Plan, code: UnfilledCode) -> Plan:
    return replace(plan, unfilled=(replace(plan.unfilled[0], code=code), *plan.unfilled[1:]))


def test_the_plan_is_good_before_it_is_spoilt() -> None:
    plan = propose(shortage(), PROFILE)

    assert violations(Rules(shortage(), PROFILE), plan) == []
    assert [(proposal.giver, proposal.lots) for proposal in plan.proposals] == [
        (SAME_STREET, ((1, 6), (2, 6))),
        (SAME_DISTRICT, ((1, 5),)),
    ]
    assert [rest.code for rest in plan.unfilled] == [
        UnfilledCode.TOO_FAR,
        UnfilledCode.REASON_MISSING,
        UnfilledCode.PAST,
    ]


SPOILT: list[tuple[str, Callable[[Plan], Plan]]] = [
    ("are more than there are", lambda plan: spoilt(plan, lots=((1, 7), (2, 5)))),
    ("are more than it may give", lambda plan: spoilt(plan, lots=((1, 6), (2, 7)))),
    ("are more than it may give", lambda plan: spoilt(plan, 1, lots=((1, 6),))),
    ("the lots are not the quantity", lambda plan: spoilt(plan, quantity=11)),
    ("lots are not ascending", lambda plan: spoilt(plan, lots=((2, 6), (1, 6)))),
    ("lots are not ascending", lambda plan: spoilt(plan, lots=((1, 6), (2, 6), (9, 0)))),
    ("expires before the need", lambda plan: spoilt(plan, lots=((1, 6), (3, 6)))),
    ("expires earlier and has something left", lambda plan: spoilt(plan, lots=((1, 5), (2, 7)))),
    ("not what was asked for", lambda plan: without(plan, 1)),
    ("stays open beside goods", lambda plan: without(plan, 1)),
    ("none of the nearest", lambda plan: added(plan, giver=SAME_CITY, lots=((1, 5),), quantity=5)),
    ("is to be refused", lambda plan: spoilt(plan, 1, request=2, receiver=HOME + 1)),
    ("no such request", lambda plan: spoilt(plan, receiver=SAME_CITY)),
    ("not in order", lambda plan: replace(plan, proposals=plan.proposals[::-1])),
    ("told twice", lambda plan: replace(plan, unfilled=plan.unfilled[::-1])),
    ("distance is another one", lambda plan: spoilt(plan, distance=Distance(11))),
    ("another division has to approve", lambda plan: spoilt(plan, approval=420106)),
    ("another division has to approve", lambda plan: spoilt(plan, approval=420106001001)),
    ("another quantity left", lambda plan: spoilt(plan, left=11)),
    ("above three times the floor", lambda plan: replace(plan, flagged=())),
    ("in place of", lambda plan: spoilt(plan, reasons=())),
    ("not no-stock-above-floor", lambda plan: unfilled(plan, UnfilledCode.FLOOR)),
]


@pytest.mark.parametrize(("said", "spoil"), SPOILT)
def test_what_is_spoilt_is_told(said: str, spoil: Callable[[Plan], Plan]) -> None:
    plan = spoil(propose(shortage(), PROFILE))

    assert any(said in sentence for sentence in violations(Rules(shortage(), PROFILE), plan))


@pytest.mark.parametrize(
    ("said", "worse"),
    [
        ("are more than it may give", {"stale": [(SAME_STREET, CATEGORY)]}),
        ("are more than it may give", {"terms": {}}),
        ("are more than it may give", {"floors": [floor(SAME_STREET, 13)]}),
        ("are more than it may give", {"reserved": [floor(SAME_DISTRICT, 4)]}),
        ("the emergency is not told", {"emergencies": [4201]}),
    ],
)
def test_a_plan_for_a_city_with_stricter_rules_is_told(said: str, worse: dict[str, Any]) -> None:
    plan = propose(shortage(), PROFILE)

    assert any(
        said in sentence for sentence in violations(Rules(replace(shortage(), **worse), PROFILE), plan)
    )


def test_a_notice_that_is_too_long_is_told() -> None:
    given = city([lot(AGREEMENT, 9)], [request(3)])
    sooner = replace(given, requests=[request(3, needed_by=TODAY + 2)])

    assert any(
        "notice" in sentence for sentence in violations(Rules(sooner, PROFILE), propose(given, PROFILE))
    )
