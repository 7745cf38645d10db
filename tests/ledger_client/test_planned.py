"""A proposal as the plan has it that it names; what is said where there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ledger_client import planned
from ledger_client.anchors import BlockId, KeptPlan, written
from ledger_client.keccak import keccak
from ledger_client.language import LANGUAGES, Language, use_language
from ledger_client.matching import DISTRICT, City, Distances, Lot, Plan, Request, Terms, propose
from ledger_client.matching.city import Proposal
from ledger_client.planned import PlanState, lots_left_sentence, origin_sentences, planned_of
from ledger_client.words import pack_head

BLOCK = BlockId(77, keccak(b"block"))
ITEM = 3_000_001_00001
HOME, NEAR, FAR = 420106001001101, 420106001002101, 420106002001201
DISTANCES = Distances(pairs={(NEAR, HOME): 850, (FAR, HOME): 9_000})
KEY = 0xABCDEF12 << 216


def plan() -> Plan:
    """Two givers for one request, and a second request that one of them fills."""
    city = City(
        today=18_290,
        lots=[Lot(2**160 - 1, NEAR, ITEM, 30, 18_300), Lot(7, NEAR, ITEM, 5), Lot(9, FAR, ITEM, 40)],
        requests=[
            Request(2**248 - 1, HOME, ITEM, 50, 50, 18_297, 3, 0),
            Request(5, HOME + 100, ITEM, 3, 3, 18_297, 1, 0),
        ],
        terms={(0, 1): Terms(10_000, 0), (0, 2): Terms(10_000, 3)},
        distances=DISTANCES,
    )
    return propose(city, DISTRICT)


KEPT = KeptPlan.of(BLOCK, DISTRICT, DISTANCES, plan())
ANCHOR = KEPT.parts.anchor


def on_ledger(each: Proposal, **changed: Any) -> tuple[Any, Any]:
    """Return a proposal and its request as the ledger has them; of both what is looked at."""
    lines = b"".join(pack_head(lot, 0, units).to_bytes(32, "big") for lot, units in each.lots)
    proposal = {
        "request": each.request,
        "giver": each.giver,
        "quantity": each.quantity,
        "anchor": ANCHOR,
        "lines": lines + pack_head(1, 0, 0).to_bytes(32, "big"),  # a lot that stays
    }
    request = SimpleNamespace(site=each.receiver, item=each.item)
    return SimpleNamespace(**(proposal | changed)), request


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    (tmp_path / f"{ANCHOR.hex()}.json").write_bytes(written(KEPT))
    return tmp_path


@pytest.mark.parametrize("place", range(len(KEPT.plan.proposals)))
def test_is_found_among_the_others(plans: Path, place: int) -> None:
    assert len({(each.request, each.giver) for each in KEPT.plan.proposals}) == len(KEPT.plan.proposals) > 2
    each = KEPT.plan.proposals[place]
    found = planned_of(plans, *on_ledger(each))
    assert found == planned.Reasoned(PlanState.KEPT, BLOCK.hash, KEPT.plan.unit, each)


@pytest.mark.parametrize(
    "changed",
    [
        {"giver": HOME},
        {"request": 6},
        {"quantity": 1},
        {"lines": pack_head(7, 0, 5).to_bytes(32, "big")},
        {"lines": b""},
    ],
)
def test_an_anchor_proves_nothing_of_another_proposal(plans: Path, changed: dict[str, Any]) -> None:
    assert planned_of(plans, *on_ledger(KEPT.plan.proposals[0], **changed)).state is PlanState.NOT_PLANNED


def test_by_hand_and_absent(plans: Path) -> None:
    first = KEPT.plan.proposals[0]
    assert planned_of(plans, *on_ledger(first, anchor=bytes(32))).state is PlanState.BY_HAND
    assert planned_of(plans, *on_ledger(first, anchor=keccak(b"x"))).state is PlanState.ABSENT
    assert planned_of(plans / "nowhere", *on_ledger(first)).state is PlanState.ABSENT


def test_another_plan_under_the_anchor(plans: Path) -> None:
    other = replace(KEPT, block=BlockId(77, keccak(b"another block")))
    (plans / f"{ANCHOR.hex()}.json").write_bytes(written(other))
    assert planned_of(plans, *on_ledger(KEPT.plan.proposals[0])).state is PlanState.DIFFERS


@pytest.mark.parametrize(
    "broken",
    [
        lambda raw: b"",
        lambda raw: b"\n",
        lambda raw: b"[]\n" + raw,
        lambda raw: b"null\n" + raw,
        lambda raw: raw.replace(b'"hash":"0x', b'"hash":"0z', 1),
        lambda raw: raw.replace(b'"kind"', b'"find"', 1).replace(b'"distances"', b'"distance"', 1),
        lambda raw: b'{"a":1e5}\n' + raw,
        lambda raw: raw[:-1],
        lambda raw: raw + b"\n",
    ],
)
def test_what_is_no_plan(plans: Path, broken: Callable[[bytes], bytes]) -> None:
    (plans / f"{ANCHOR.hex()}.json").write_bytes(broken(written(KEPT)))
    assert planned_of(plans, *on_ledger(KEPT.plan.proposals[0])).state is PlanState.DIFFERS


@pytest.mark.parametrize("language", LANGUAGES)
def test_says_where_it_comes_from(language: Language) -> None:
    use_language(language)
    try:
        said = {state: origin_sentences(state, KEY, ANCHOR) for state in PlanState}
    finally:
        use_language("en")
    assert len(said[PlanState.BY_HAND]) == len(said[PlanState.KEPT]) == 1
    for state in (PlanState.ABSENT, PlanState.DIFFERS, PlanState.NOT_PLANNED):
        assert said[state][0] == said[PlanState.KEPT][0]
        assert len(said[state]) == 2
    assert len({tuple(each) for each in said.values()}) == len(PlanState)
    assert f"recheck {f'{KEY:062x}'[:8]}" in said[PlanState.KEPT][0]
    assert ANCHOR.hex()[:8] in said[PlanState.KEPT][0]
    assert "7 boxes" in lots_left_sentence("7 boxes")
