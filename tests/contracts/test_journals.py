"""Every journal of Directory and SupplierRegistry, recomputed from events alone and compared with storage."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from chain import Actor
from journals import SUBJECTS, journals_of
from world import (
    CATEGORY,
    CERTIFICATE,
    CITY,
    COMMUNITY,
    COUNTRY,
    DISTRICT,
    ISSUER,
    NEVER,
    OTHER_CATEGORY,
    PROVINCE,
    SUPPLIER,
    D,
    World,
    grant_key,
)

from ledger_client.keccak import keccak
from ledger_client.roles import Role


def _replace(world: World, new: Actor, number: int, *, uphold: bool | None) -> None:
    """A replacement of the keeper's key, objected to unless `uphold` is None, and executed unless refused."""
    send, functions = world.chain.send, world.directory.functions
    moved = [(COMMUNITY, 0)]
    consent = world.consent(new, Role.KEEPER)
    propose = functions.proposeReplacement(world.keeper.address, new.address, moved, CITY, 1, consent)
    send(propose, world.city)
    if uphold is not None:
        send(functions.objectToReplacement(number), world.keeper)
        send(functions.decideReplacement(number, uphold, PROVINCE, 3), world.province)
    world.chain.travel(D)
    if uphold is not False:
        send(functions.executeReplacement(number), new)


def _live(world: World) -> None:
    """Make every kind of entry at least once."""
    send, functions = world.chain.send, world.directory.functions
    send(functions.acceptClass(Role.AUDITOR), world.stranger)
    _replace(world, Actor("first"), 2, uphold=False)
    _replace(world, Actor("second"), 3, uphold=True)
    world.grant(world.keeper, Role.KEEPER, COMMUNITY)
    vetoed = Actor("vetoed")
    send(world.granting(vetoed, Role.APPROVER, COMMUNITY, relying_on=DISTRICT), world.district)
    send(functions.veto(vetoed.address, Role.APPROVER, COMMUNITY, 0, PROVINCE, 4), world.province)

    registry, until = world.registry.functions, world.chain.now + D
    send(registry.accredit(ISSUER, OTHER_CATEGORY, 5, until), world.root)
    send(registry.renewAccreditation(ISSUER, OTHER_CATEGORY, NEVER), world.root)
    issue = registry.issueQualification(ISSUER, SUPPLIER, CATEGORY, 3, 7, until, CERTIFICATE)
    send(issue, world.issuer)
    qualification = world.chain.ask(registry.qualificationsOf(CERTIFICATE))[0]
    send(registry.renewQualification(qualification, 2, NEVER), world.issuer)
    send(registry.suspendQualification(qualification, 9, 1), world.root)
    send(registry.reinstateQualification(qualification, 8), world.root)
    send(registry.revokeQualification(qualification, 7, 2), world.issuer)


@pytest.fixture(scope="module")
def lived(built_world: World) -> Any:
    with built_world.chain.undone():
        _live(built_world)
        yield built_world


def _stored(world: World, kind: str, subject: int) -> int:
    if kind == "holder":
        holder = world.chain.w3.to_checksum_address(subject.to_bytes(20, "big"))
        return int(world.chain.ask(world.directory.functions.journal(holder)))
    return int(world.chain.ask(world.registry.functions[f"{kind}Journal"](subject)))


def _events(world: World) -> list[Any]:
    return world.chain.logs(world.directory) + world.chain.logs(world.registry)


def test_all_kinds_of_entries_are_there(lived: World) -> None:
    assert {event.name for event in _events(lived)} >= SUBJECTS.keys()


def test_events_name_whole_words(lived: World) -> None:
    for event in _events(lived):
        assert len(event.data) % 32 == 0, event.name
        assert 1 < len(event.topics) <= 4, event.name


def test_every_journal_is_what_the_events_add_up_to(lived: World) -> None:
    journals = journals_of(_events(lived))

    assert {kind for kind, _ in journals} == {"holder", "supplier", "issuer"}
    for (kind, subject), word in journals.items():
        assert _stored(lived, kind, subject) == word, (kind, hex(subject))


def test_one_changed_left_out_or_swapped_entry_shows(lived: World) -> None:
    events = lived.chain.logs(lived.directory)
    of_keeper = [
        index
        for index, event in enumerate(events)
        if lived.keeper.address in (event.fields.get("holder"), event.fields.get("oldHolder"))
    ]
    subject = ("holder", int(lived.keeper.address, 16))
    right = journals_of(events)[subject]
    assert len(of_keeper) > 8

    for first, second in pairwise(of_keeper):
        without = events[:first] + events[first + 1 :]
        assert journals_of(without)[subject] != right
        swapped = events.copy()
        swapped[first], swapped[second] = events[second], events[first]
        assert journals_of(swapped)[subject] != right


def test_positions_of_grants_are_those_of_their_last_entries(lived: World) -> None:
    events = lived.chain.logs(lived.directory)
    for holder, division in ((Actor("second"), COMMUNITY), (lived.city, CITY), (lived.keeper, COMMUNITY)):
        role = Role.AUTHORITY if holder == lived.city else Role.KEEPER
        mine = [
            event
            for event in events
            if holder.address in (event.fields.get("holder"), *_replacement(event.fields))
        ]
        (last, *_) = (
            position
            for position, event in reversed(list(enumerate(mine, start=1)))
            if event.name.startswith("Grant") and event.fields["division"] == division
        )
        word = lived.chain.ask(lived.directory.functions.grantOf(grant_key(holder, role, division)))
        assert word >> 128 & 2**64 - 1 == last, holder.name


def _replacement(fields: dict[str, Any]) -> tuple[Any, Any]:
    return fields.get("oldHolder"), fields.get("newHolder")


def test_a_constructor_writes_the_first_two_entries(lived: World) -> None:
    names = [event.name for event in lived.chain.logs(lived.directory)[:2]]

    assert names == ["ClassAccepted", "GrantMade"]
    root = lived.chain.ask(lived.directory.functions.grantOf(grant_key(lived.root, Role.AUTHORITY, COUNTRY)))
    assert root >> 128 & 2**64 - 1 == 2


def test_topics_are_the_hashes_of_the_signatures(lived: World) -> None:
    """The first topic stands in for a type hash: it separates the kinds of entries."""
    by_name = {event.name: event.topics[0] for event in _events(lived)}

    assert by_name["ClassAccepted"] == keccak(b"ClassAccepted(address,uint8,uint64)")
    assert len(set(by_name.values())) == len(by_name)
