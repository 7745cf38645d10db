"""The role × function table of Norms: each actor by each function, as `test_role_table` has it elsewhere.

An authority relies on its own grant, everybody else claims the one of the country, which would do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from chain import Actor
from norms_world import AUTHORITIES, NormsWorld, Order, declare, end, set_cycles, set_floors, set_terms
from stock import DAY
from world import CATEGORY, CITY, COMMUNITY, COUNTRY, DISTRICT, PIECE, PROVINCE, STREET, World

from ledger_client.roles import Role

# The one of `World` acts by now.
WAITING = Actor("waits for its grant to act")

OTHERS = {
    "keeper": World.keeper,
    "approver": World.approver,
    "auditor": World.auditor,
    "supplier": World.supplier,
    "issuer": World.issuer,
    "stranger": World.stranger,
    # These three hold AUTHORITY at division 0, which does not act.
    "waiting": WAITING,
    "revoked": World.revoked,
    "suspended": World.suspended,
}
OVER_STREET = frozenset({COUNTRY, PROVINCE, CITY, DISTRICT, STREET})
OVER_DISTRICT = OVER_STREET - {STREET}
REFUSALS = {"DirectoryGrantMissing", "NormsAuthorityBound", "NormsAuthorityElsewhere"}

NORM_CALLS: dict[str, tuple[frozenset[int], Callable[[NormsWorld, int], Order]]] = {
    "setFloors": (OVER_STREET, lambda _, on: set_floors((PIECE, 5), on=on)),
    "setCycles": (OVER_STREET, lambda _, on: set_cycles((CATEGORY, 30), on=on)),
    "setTerms": (OVER_STREET, lambda _, on: set_terms(5_000, 3, division=STREET, on=on)),
    "setTerms above": (OVER_DISTRICT, lambda _, on: set_terms(5_000, 3, division=DISTRICT, on=on)),
    "declareEmergency": (OVER_DISTRICT, lambda norms, on: declare(norms.chain.now + DAY, on=on)),
    "declareEmergency here": (
        OVER_STREET | {COMMUNITY},
        lambda norms, on: declare(norms.chain.now + DAY, division=COMMUNITY, on=on),
    ),
    "endEmergency": (OVER_STREET, lambda _, on: end(division=STREET, on=on)),
}
"""Function → at which divisions an authority may call it as it is called here; nobody else may."""


@pytest.fixture(scope="module")
def at_work(built_norms: NormsWorld) -> Iterator[NormsWorld]:
    """Norms with an emergency of the street, which can be ended."""
    with built_norms.chain.undone():
        built_norms.stock.world.grant(WAITING, Role.AUTHORITY, COUNTRY)
        built_norms.send(declare(built_norms.chain.now + DAY, division=STREET, on=COUNTRY))
        yield built_norms


def test_names_every_function_that_needs_a_grant(at_work: NormsWorld) -> None:
    writing = {
        entry["name"]
        for entry in at_work.norms.abi
        if entry["type"] == "function" and entry["stateMutability"] == "nonpayable"
    }
    assert writing - {"proveCount"} == {name.split()[0] for name in NORM_CALLS}


@pytest.mark.parametrize("name", NORM_CALLS)
@pytest.mark.parametrize("on", AUTHORITIES)
def test_an_authority_decides_where_its_grant_lies_and_below(at_work: NormsWorld, on: int, name: str) -> None:
    may, order_of = NORM_CALLS[name]
    order = order_of(at_work, on)

    if on in may:
        at_work.chain.ask(at_work.call(order), order.by)
    else:
        assert at_work.refusal(order).name in REFUSALS


@pytest.mark.parametrize("name", NORM_CALLS)
@pytest.mark.parametrize("actor", OTHERS)
def test_nobody_else_decides(at_work: NormsWorld, actor: str, name: str) -> None:
    call = at_work.call(NORM_CALLS[name][1](at_work, COUNTRY))
    assert at_work.chain.refusal(call, OTHERS[actor]).name == "DirectoryGrantMissing"
