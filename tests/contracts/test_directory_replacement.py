"""Directory: replacement of a lost or stolen key, from proposal to execution."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import pytest
from chain import NOBODY, Actor, Refusal
from test_directory_grants import grant_word
from world import CITY, COMMUNITY, COUNTRY, DISTRICT, OTHER_DISTRICT, PROVINCE, D, World, grant_key

from ledger_client.roles import Role

NEW = Actor("new")


class Stage(IntEnum):
    NONE = 0
    PROPOSED = 1
    OBJECTED = 2
    UPHELD = 3
    REFUSED = 4
    EXECUTED = 5


@pytest.fixture
def second(world: World) -> int:
    """A second grant of the keeper, at the district, and its origin."""
    world.grant(world.keeper, Role.KEEPER, DISTRICT)
    world.chain.travel(D)
    return world.chain.now


def proposing(
    world: World,
    *divisions: int,
    old: Actor | None = None,
    new: Actor = NEW,
    role: Role = Role.KEEPER,
    relying_on: int = CITY,
    since: int = 0,
) -> Any:
    """The call that proposes to move the grants of the keeper at `divisions`, or at its community."""
    old = old or world.keeper
    scopes = [(division, 0) for division in divisions or (COMMUNITY,)]
    return world.directory.functions.proposeReplacement(
        old.address, new.address, scopes, relying_on, since, world.consent(new, role)
    )


def propose(world: World, *divisions: int) -> int:
    """Propose as the city, and return the number of the replacement."""
    (event, *_) = [
        event
        for event in world.chain.send(proposing(world, *divisions), world.city)
        if event.name == "ReplacementProposed"
    ]
    return int(event.fields["replacement"])


def object_to(world: World, number: int) -> None:
    world.chain.send(world.directory.functions.objectToReplacement(number), world.keeper)


def decide(world: World, number: int, *, uphold: bool, relying_on: int = PROVINCE) -> Any:
    return world.directory.functions.decideReplacement(number, uphold, relying_on, 5)


def stage(world: World, number: int) -> Stage:
    return Stage(world.chain.ask(world.directory.functions.replacementOf(number))[2])


def word_of(world: World, holder: Actor, division: int = COMMUNITY, role: Role = Role.KEEPER) -> int:
    return int(world.chain.ask(world.directory.functions.grantOf(grant_key(holder, role, division))))


def missing(actor: Actor, role: Role, division: int) -> Refusal:
    return Refusal("DirectoryGrantMissing", (actor.address, role, division, 0))


class TestPropose:
    def test_without_the_grant_is_refused(self, world: World) -> None:
        refusal = missing(world.district, Role.AUTHORITY, CITY)

        assert world.chain.refusal(proposing(world), world.district) == refusal

    def test_to_the_same_address_is_refused(self, world: World) -> None:
        call = proposing(world, new=world.keeper)

        refusal = Refusal("DirectoryReplacementSame", (world.keeper.address,))
        assert world.chain.refusal(call, world.city) == refusal

    @pytest.mark.parametrize("size", [0, 65])
    def test_of_no_grant_or_too_many_is_refused(self, world: World, directory: Any, size: int) -> None:
        scopes = [(COMMUNITY, 0)] * size
        call = directory.proposeReplacement(
            world.keeper.address, NEW.address, scopes, CITY, 0, world.consent(NEW, Role.KEEPER)
        )

        refusal = Refusal("DirectoryReplacementSize", (size, 64))
        assert world.chain.refusal(call, world.city) == refusal

    def test_of_as_many_as_there_may_be_looks_at_each(self, world: World) -> None:
        call = proposing(world, *[COMMUNITY] * 64)

        refusal = Refusal("DirectoryGrantSuspended", (world.keeper.address, Role.KEEPER, COMMUNITY, 0))
        assert world.chain.refusal(call, world.city) == refusal

    def test_with_a_claim_of_the_future_is_refused(self, world: World) -> None:
        now = world.chain.now

        refusal = Refusal("DirectoryCompromiseInFuture", (now + 1, now))
        assert world.chain.refusal(proposing(world, since=now + 1), world.city) == refusal

    def test_with_a_claim_of_this_second_is_allowed(self, world: World) -> None:
        assert world.chain.ask(proposing(world, since=world.chain.now), world.city) == 2

    def test_of_somebody_without_class_is_refused(self, world: World) -> None:
        call = proposing(world, old=world.stranger)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryRoleNone", ())

    def test_to_an_address_of_another_class_is_refused(self, world: World) -> None:
        call = proposing(world, new=world.approver)

        refusal = Refusal("DirectoryClassTaken", (world.approver.address, Role.APPROVER, Role.KEEPER))
        assert world.chain.refusal(call, world.city) == refusal

    def test_without_consent_of_the_new_holder_is_refused(self, world: World) -> None:
        call = proposing(world, role=Role.APPROVER)

        refusal = Refusal("DirectoryConsentMissing", (NEW.address, Role.KEEPER))
        assert world.chain.refusal(call, world.city) == refusal

    def test_to_nobody_is_refused(self, world: World, directory: Any) -> None:
        nobody = "0x" + "00" * 20
        call = directory.proposeReplacement(world.keeper.address, nobody, [(COMMUNITY, 0)], CITY, 0, NOBODY)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryHolderZero", ())

    def test_of_a_grant_above_is_refused(self, world: World) -> None:
        world.grant(world.keeper, Role.KEEPER, PROVINCE)
        call = proposing(world, COMMUNITY, PROVINCE)

        refusal = Refusal("DirectoryOutsideDivision", (CITY, PROVINCE))
        assert world.chain.refusal(call, world.city) == refusal

    def test_of_an_authority_at_the_same_level_is_refused(self, world: World) -> None:
        call = proposing(world, CITY, old=world.city, role=Role.AUTHORITY)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryNotAbove", (CITY, CITY))

    def test_of_a_grant_that_does_not_stand_is_refused(self, world: World) -> None:
        refusal = missing(world.keeper, Role.KEEPER, OTHER_DISTRICT)

        assert world.chain.refusal(proposing(world, OTHER_DISTRICT), world.city) == refusal

    def test_of_a_suspended_grant_is_refused(self, world: World) -> None:
        refusal = Refusal("DirectoryGrantSuspended", (world.keeper.address, Role.KEEPER, COMMUNITY, 0))

        assert world.chain.refusal(proposing(world, COMMUNITY, COMMUNITY), world.city) == refusal
        propose(world)
        assert world.chain.refusal(proposing(world), world.city) == refusal

    def test_of_a_grant_that_the_new_holder_has_is_refused(self, world: World) -> None:
        world.grant(NEW, Role.KEEPER, COMMUNITY)

        refusal = Refusal("DirectoryGrantExists", (NEW.address, Role.KEEPER, COMMUNITY, 0))
        assert world.chain.refusal(proposing(world), world.city) == refusal

    def test_suspends_at_once(self, world: World, directory: Any, second: int) -> None:
        before = [word_of(world, world.keeper, division) for division in (COMMUNITY, DISTRICT)]
        call = proposing(world, COMMUNITY, DISTRICT, since=second)
        events = world.chain.send(call, world.city)

        now = world.chain.now
        assert [event.name for event in events] == [
            "ClassAccepted",
            "ReplacementProposed",
            "GrantSuspended",
            "GrantSuspended",
        ]
        assert events[1].fields == {
            "oldHolder": world.keeper.address,
            "newHolder": NEW.address,
            "replacement": 2,
            "authority": world.city.address,
            "authorityDivision": CITY,
            "grants": 2,
            "compromisedSince": second,
            "recordedAt": now,
        }
        assert events[2].fields == {
            "holder": world.keeper.address,
            "division": COMMUNITY,
            "replacement": 2,
            "role": Role.KEEPER,
            "subject": 0,
            "recordedAt": now,
        }
        assert events[3].fields["division"] == DISTRICT
        # Two entries for class and first grant, one for the second grant, one for the proposal.
        for division, word, position in zip((COMMUNITY, DISTRICT), before, (5, 6), strict=True):
            after = grant_word(word % 2**64, position, COUNTRY, suspended=True)
            assert word_of(world, world.keeper, division) == after
            requires = world.requires(world.keeper, Role.KEEPER, division)
            assert world.chain.refusal(requires) == missing(world.keeper, Role.KEEPER, division)
        assert world.chain.ask(directory.replacementOf(2)) == (
            world.keeper.address,
            now,
            Stage.PROPOSED,
            NEW.address,
            CITY,
            world.city.address,
        )
        assert world.chain.ask(directory.replacementGrants(2)) == [(COMMUNITY, 5, 0), (DISTRICT, 6, 0)]

    def test_leaves_other_grants_alone(self, world: World, second: int) -> None:
        propose(world, COMMUNITY)

        assert world.chain.ask(world.requires(world.keeper, Role.KEEPER, DISTRICT))

    def test_by_the_country_of_itself_succeeds(self, world: World) -> None:
        world.grant(world.root, Role.AUTHORITY, PROVINCE)
        call = proposing(world, COUNTRY, PROVINCE, old=world.root, role=Role.AUTHORITY, relying_on=COUNTRY)
        world.chain.send(call, world.root)
        world.chain.travel(D)
        world.chain.send(world.directory.functions.executeReplacement(2), NEW)

        for division in (COUNTRY, PROVINCE):
            assert world.chain.ask(world.requires(NEW, Role.AUTHORITY, division))
            requires = world.requires(world.root, Role.AUTHORITY, division)
            assert world.chain.refusal(requires) == missing(world.root, Role.AUTHORITY, division)


class TestObject:
    def test_to_an_unknown_one_is_refused(self, world: World, directory: Any) -> None:
        call = directory.objectToReplacement(9)

        assert world.chain.refusal(call, world.keeper) == Refusal("DirectoryReplacementUnknown", (9,))
        assert world.chain.refusal(directory.replacementOf(9)) == Refusal("DirectoryReplacementUnknown", (9,))

    @pytest.mark.parametrize("name", ["city", "province", "stranger"])
    def test_by_anybody_else_is_refused(self, world: World, directory: Any, name: str) -> None:
        by = getattr(world, name)
        call = directory.objectToReplacement(propose(world))

        assert world.chain.refusal(call, by) == Refusal("DirectoryNotParty", (2, by.address))

    def test_too_late_is_refused(self, world: World, directory: Any) -> None:
        call = directory.objectToReplacement(propose(world))
        until = world.chain.now + D
        world.chain.travel_to(until - 1)
        assert world.chain.ask(call, world.keeper) == []
        world.chain.travel_to(until)

        refusal = Refusal("DirectoryObjectionTooLate", (2, until))
        assert world.chain.refusal(call, world.keeper) == refusal

    def test_succeeds_once(self, world: World, directory: Any) -> None:
        call = directory.objectToReplacement(propose(world))
        (event,) = world.chain.send(call, world.keeper)

        assert event.name == "ReplacementObjected"
        assert event.fields == {
            "oldHolder": world.keeper.address,
            "newHolder": NEW.address,
            "replacement": 2,
            "recordedAt": world.chain.now,
        }
        refusal = Refusal("DirectoryReplacementStatus", (2, Stage.OBJECTED))
        assert world.chain.refusal(call, world.keeper) == refusal

    def test_leaves_the_grants_suspended_for_ever(self, world: World, directory: Any) -> None:
        object_to(world, propose(world))
        world.chain.travel(10 * D)

        requires = world.requires(world.keeper, Role.KEEPER, COMMUNITY)
        assert world.chain.refusal(requires) == missing(world.keeper, Role.KEEPER, COMMUNITY)
        refusal = Refusal("DirectoryReplacementStatus", (2, Stage.OBJECTED))
        assert world.chain.refusal(directory.executeReplacement(2), NEW) == refusal


class TestDecide:
    def test_of_an_unknown_one_is_refused(self, world: World) -> None:
        refusal = Refusal("DirectoryReplacementUnknown", (9,))

        assert world.chain.refusal(decide(world, 9, uphold=True), world.province) == refusal

    @pytest.mark.parametrize(("name", "relying_on"), [("city", CITY), ("district", DISTRICT)])
    def test_at_or_below_the_level_of_the_proposer_is_refused(
        self, world: World, name: str, relying_on: int
    ) -> None:
        number = propose(world)
        object_to(world, number)
        call = decide(world, number, uphold=True, relying_on=relying_on)

        refusal = Refusal("DirectoryNotAbove", (relying_on, CITY))
        assert world.chain.refusal(call, getattr(world, name)) == refusal

    def test_by_the_proposer_in_another_grant_is_refused(self, world: World) -> None:
        world.grant(world.city, Role.AUTHORITY, PROVINCE)
        world.chain.travel(D)
        number = propose(world)
        object_to(world, number)

        refusal = Refusal("DirectoryNotParty", (number, world.city.address))
        assert world.chain.refusal(decide(world, number, uphold=True), world.city) == refusal

    @pytest.mark.parametrize("uphold", [False, True])
    def test_by_the_old_or_the_new_holder_in_another_grant_is_refused(
        self, world: World, directory: Any, uphold: bool
    ) -> None:
        new = world.new_actor("successor", Role.AUTHORITY, PROVINCE)
        world.grant(world.district, Role.AUTHORITY, PROVINCE)
        world.chain.travel(D)
        call = proposing(world, DISTRICT, old=world.district, new=new, role=Role.AUTHORITY)
        world.chain.send(call, world.city)
        world.chain.send(directory.objectToReplacement(2), world.district)

        for party in (world.district, new):
            refusal = Refusal("DirectoryNotParty", (2, party.address))
            assert world.chain.refusal(decide(world, 2, uphold=uphold), party) == refusal
        world.chain.send(decide(world, 2, uphold=uphold), world.province)

    def test_without_objection_is_refused(self, world: World) -> None:
        number = propose(world)

        refusal = Refusal("DirectoryReplacementStatus", (number, Stage.PROPOSED))
        assert world.chain.refusal(decide(world, number, uphold=False), world.province) == refusal

    @pytest.mark.parametrize("uphold", [False, True])
    def test_is_final(self, world: World, directory: Any, uphold: bool) -> None:
        number = propose(world)
        object_to(world, number)
        (event, *_) = world.chain.send(decide(world, number, uphold=uphold), world.province)

        assert event.name == "ReplacementDecided"
        assert event.fields == {
            "oldHolder": world.keeper.address,
            "newHolder": NEW.address,
            "replacement": number,
            "upheld": uphold,
            "authority": world.province.address,
            "authorityDivision": PROVINCE,
            "reason": 5,
            "recordedAt": world.chain.now,
        }
        decided = Stage.UPHELD if uphold else Stage.REFUSED
        refusal = Refusal("DirectoryReplacementStatus", (number, decided))
        again = decide(world, number, uphold=not uphold, relying_on=COUNTRY)
        assert world.chain.refusal(again, world.root) == refusal
        objection = directory.objectToReplacement(number)
        assert world.chain.refusal(objection, world.keeper) == refusal

    def test_against_it_reinstates_at_once(self, world: World, second: int) -> None:
        origin = word_of(world, world.keeper) % 2**64
        number = propose(world, COMMUNITY, DISTRICT)
        object_to(world, number)
        events = world.chain.send(decide(world, number, uphold=False), world.province)

        names = [event.name for event in events]
        assert names == ["ReplacementDecided", "GrantReinstated", "GrantReinstated"]
        assert events[1].fields == {
            "holder": world.keeper.address,
            "division": COMMUNITY,
            "replacement": number,
            "role": Role.KEEPER,
            "subject": 0,
            "recordedAt": world.chain.now,
        }
        assert word_of(world, world.keeper) == grant_word(origin, 9, COUNTRY)
        for division in (COMMUNITY, DISTRICT):
            assert world.chain.ask(world.requires(world.keeper, Role.KEEPER, division))

    def test_against_it_leaves_revoked_grants_revoked(self, world: World, directory: Any) -> None:
        number = propose(world)
        object_to(world, number)
        revoke = directory.revoke(world.keeper.address, Role.KEEPER, COMMUNITY, 0, CITY, 1, 0)
        world.chain.send(revoke, world.city)
        events = world.chain.send(decide(world, number, uphold=False), world.province)

        assert [event.name for event in events] == ["ReplacementDecided"]
        requires = world.requires(world.keeper, Role.KEEPER, COMMUNITY)
        assert world.chain.refusal(requires) == missing(world.keeper, Role.KEEPER, COMMUNITY)

    def test_for_it_shortens_nothing(self, world: World, directory: Any) -> None:
        number = propose(world)
        due = world.chain.now + D
        object_to(world, number)
        world.chain.send(decide(world, number, uphold=True), world.province)

        refusal = Refusal("DirectoryReplacementTooEarly", (number, due))
        assert world.chain.refusal(directory.executeReplacement(number), NEW) == refusal
        world.chain.travel_to(due)
        world.chain.send(directory.executeReplacement(number), NEW)
        assert stage(world, number) == Stage.EXECUTED


class TestExecute:
    def test_of_an_unknown_one_is_refused(self, world: World, directory: Any) -> None:
        call = directory.executeReplacement(9)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryReplacementUnknown", (9,))

    @pytest.mark.parametrize("name", ["keeper", "province", "stranger"])
    def test_by_anybody_else_is_refused(self, world: World, directory: Any, name: str) -> None:
        by = getattr(world, name)
        call = directory.executeReplacement(propose(world))
        world.chain.travel(D)

        assert world.chain.refusal(call, by) == Refusal("DirectoryNotParty", (2, by.address))

    def test_before_the_delay_is_refused(self, world: World, directory: Any) -> None:
        call = directory.executeReplacement(propose(world))
        due = world.chain.now + D
        world.chain.travel_to(due - 1)

        refusal = Refusal("DirectoryReplacementTooEarly", (2, due))
        assert world.chain.refusal(call, world.city) == refusal
        world.chain.travel_to(due)
        assert world.chain.ask(call, world.city) == []

    def test_onto_a_grant_made_meanwhile_is_refused(self, world: World, directory: Any) -> None:
        number = propose(world)
        world.grant(NEW, Role.KEEPER, COMMUNITY)
        world.chain.travel(D)

        refusal = Refusal("DirectoryGrantExists", (NEW.address, Role.KEEPER, COMMUNITY, 0))
        assert world.chain.refusal(directory.executeReplacement(number), world.city) == refusal

    def test_threat_13_moves_the_grants(self, world: World, directory: Any, second: int) -> None:
        origin = word_of(world, world.keeper) % 2**64
        number = propose(world, COMMUNITY, DISTRICT)
        world.chain.travel(D)
        events = world.chain.send(directory.executeReplacement(number), world.city)

        now = world.chain.now
        names = [event.name for event in events]
        assert names == ["GrantReplaced", "GrantReplaced", "ReplacementExecuted"]
        assert events[0].fields == {
            "oldHolder": world.keeper.address,
            "newHolder": NEW.address,
            "replacement": number,
            "division": COMMUNITY,
            "role": Role.KEEPER,
            "subject": 0,
            "recordedAt": now,
        }
        assert events[2].fields == {
            "oldHolder": world.keeper.address,
            "newHolder": NEW.address,
            "replacement": number,
            "caller": world.city.address,
            "recordedAt": now,
        }
        # The new holder's journal: its class, the proposal, this grant.
        assert word_of(world, NEW) == grant_word(now, 3, CITY)
        left = grant_word(origin, 7, COUNTRY, revoked_at=now, suspended=True)
        assert word_of(world, world.keeper) == left
        for division in (COMMUNITY, DISTRICT):
            assert world.chain.ask(world.requires(NEW, Role.KEEPER, division))
            requires = world.requires(world.keeper, Role.KEEPER, division)
            assert world.chain.refusal(requires) == missing(world.keeper, Role.KEEPER, division)
        refusal = Refusal("DirectoryReplacementStatus", (number, Stage.EXECUTED))
        assert world.chain.refusal(directory.executeReplacement(number), world.city) == refusal

    def test_does_not_move_what_changed_meanwhile(self, world: World, directory: Any, second: int) -> None:
        number = propose(world, COMMUNITY, DISTRICT)
        revoke = directory.revoke(world.keeper.address, Role.KEEPER, COMMUNITY, 0, CITY, 1, 0)
        world.chain.send(revoke, world.city)
        world.grant(world.keeper, Role.KEEPER, COMMUNITY)
        world.chain.travel(D)
        events = world.chain.send(directory.executeReplacement(number), NEW)

        assert [event.fields.get("division") for event in events] == [DISTRICT, None]
        requires = world.requires(NEW, Role.KEEPER, COMMUNITY)
        assert world.chain.refusal(requires) == missing(NEW, Role.KEEPER, COMMUNITY)
        assert world.chain.ask(world.requires(world.keeper, Role.KEEPER, COMMUNITY)), "made anew"
