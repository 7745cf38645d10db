"""The role × function table of Norms: each actor by each function, and the journals that they write.

`CALLS` says for each function who may call it as it is called there; everybody else is refused because of the
grant or where it stands, and changes nothing. An authority relies on its own grant, everybody else claims the
one that would do.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from chain import Actor
from norms_world import (
    AUTHORITIES,
    GRAIN_CATEGORY,
    SUBJECTS,
    NormsWorld,
    Order,
    declare,
    end,
    journals_of,
    prove,
    set_cycles,
    set_floors,
    set_terms,
)
from stock import DAY
from stock_world import FAR_APPROVER, GRAIN, OTHER_KEEPER, RICE
from world import CITY, COMMUNITY, COUNTRY, DISTRICT, PROVINCE, SITE, STREET, World

from ledger_client.lines import CountLine

OVER_DISTRICT = frozenset({COUNTRY, PROVINCE, CITY, DISTRICT})
OVER_SITE = OVER_DISTRICT | {STREET}
REFUSALS = {"DirectoryGrantMissing", "NormsAuthorityBound", "NormsAuthorityElsewhere"}
OTHERS = {
    "keeper": World.keeper,
    "keeper elsewhere": OTHER_KEEPER.actor,
    "approver": World.approver,
    "approver elsewhere": FAR_APPROVER.actor,
    "auditor": World.auditor,
    "supplier": World.supplier,
    "issuer": World.issuer,
    "stranger": World.stranger,
    "revoked": World.revoked,
    "suspended": World.suspended,
}

Making = Callable[[NormsWorld, int, Actor | None], Order]
CALLS: dict[str, tuple[frozenset[int], Making]] = {
    "setFloors": (OVER_SITE, lambda norms, on, by: set_floors((GRAIN, 5), on=on, by=by)),
    "setCycles": (OVER_SITE, lambda norms, on, by: set_cycles((GRAIN_CATEGORY, 30), on=on, by=by)),
    "setTerms": (OVER_DISTRICT, lambda norms, on, by: set_terms(5_000, 3, on=on, by=by)),
    "declareEmergency": (
        OVER_DISTRICT,
        lambda norms, on, by: declare(norms.chain.now + DAY, on=on, by=by),
    ),
    "endEmergency": (OVER_DISTRICT, lambda norms, on, by: end(on=on, by=by)),
}
"""Who may send it: the divisions of the authorities that may, and the call on a grant at a division."""


def prepare(norms: NormsWorld, name: str) -> None:
    """Make sure that the function has something to do."""
    if name == "endEmergency":
        norms.send(declare(norms.chain.now + DAY))


def test_names_every_function_that_needs_a_grant(norms: NormsWorld) -> None:
    writing = {
        entry["name"]
        for entry in norms.norms.abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }

    assert writing == CALLS.keys() | {"proveCount"}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("on", AUTHORITIES)
def test_threat_2_authorities(norms: NormsWorld, on: int, name: str) -> None:
    may, making = CALLS[name]
    prepare(norms, name)
    order = making(norms, on, None)

    if on in may:
        assert [event.fields["authority"] for event in norms.send(order)] == [order.by.address]
    else:
        assert norms.refusal(order).name in REFUSALS


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("actor", OTHERS)
def test_threat_2_everybody_else_is_refused(norms: NormsWorld, actor: str, name: str) -> None:
    may, making = CALLS[name]
    prepare(norms, name)
    before = norms.stock.storage_of(norms.norms)

    for on in sorted(may):
        order = making(norms, on, OTHERS[actor])
        assert norms.refusal(order).name == "DirectoryGrantMissing"
        norms.chain.send_in_vain(norms.call(order), order.by)
    assert norms.stock.storage_of(norms.norms) == before


@pytest.mark.parametrize("actor", OTHERS)
def test_a_count_is_shown_by_anybody(norms: NormsWorld, actor: str) -> None:
    act = norms.count(CountLine(RICE.lot_id, 1_000, 1_000))
    (event,) = norms.send(prove(act, by=OTHERS[actor]))

    assert event.fields["caller"] == OTHERS[actor].address
    assert norms.counted() == (act.key, act.document.occurred_at.seconds)


def test_journals_are_what_the_events_add_up_to(norms: NormsWorld) -> None:
    """One of every kind, some of them twice, read back from the chain's logs."""
    norms.send(set_floors((GRAIN, 5), (GRAIN, 6)))
    norms.send(set_cycles((GRAIN_CATEGORY, 30)))
    norms.send(set_terms(5_000, 3))
    norms.send(declare(norms.next_time + DAY))
    norms.send(declare(norms.next_time + DAY, division=COMMUNITY, on=COUNTRY))
    norms.send(prove(norms.count(CountLine(RICE.lot_id, 1_000, 1_000))))
    norms.send(end())
    norms.send(set_terms(6_000, 3, effective_at=norms.next_time + DAY, on=STREET, division=STREET))
    events = norms.chain.logs(norms.norms)

    assert {event.name for event in events} == SUBJECTS.keys()
    journals = journals_of(events)
    assert journals.keys() == {SITE, DISTRICT, COMMUNITY, STREET}
    assert {subject: word & 2**64 - 1 for subject, word in journals.items()} == {
        SITE: 4,
        DISTRICT: 3,
        COMMUNITY: 1,
        STREET: 1,
    }
    for subject, word in journals.items():
        assert norms.ask("journal", subject) == word
    for left_out in range(len(events)):
        assert journals_of(events[:left_out] + events[left_out + 1 :]) != journals


def test_events_name_whole_words(norms: NormsWorld) -> None:
    for entry in norms.norms.abi:
        if entry["type"] == "event":
            indexed = [each["indexed"] for each in entry["inputs"]]
            assert indexed == sorted(indexed, reverse=True), entry["name"]  # indexed fields come first
            assert all(each["type"] not in ("string", "bytes") for each in entry["inputs"]), entry["name"]
