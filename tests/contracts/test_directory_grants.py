"""Directory: grants, their delay, revocation and veto."""

from __future__ import annotations

from typing import Any

import pytest
from chain import NOBODY, Actor, Refusal
from world import (
    CITY,
    COMMUNITY,
    COUNTRY,
    DISTRICT,
    ISSUER,
    OTHER_CITY,
    OTHER_DISTRICT,
    PROVINCE,
    SUPPLIER,
    D,
    World,
    grant_key,
)

from ledger_client.roles import Role

NEW = Actor("new")
ROLES_BELOW = (Role.KEEPER, Role.APPROVER, Role.AUDITOR)
SUSPENDED = 1 << 255


def grant_word(
    origin: int, position: int, granter: int, *, revoked_at: int = 0, suspended: bool = False
) -> int:
    """A grant word, packed by hand."""
    return origin | revoked_at << 64 | position << 128 | granter << 192 | (SUSPENDED if suspended else 0)


def missing(actor: Actor, role: Role, division: int, subject: int = 0) -> Refusal:
    return Refusal("DirectoryGrantMissing", (actor.address, role, division, subject))


def revoke(world: World, holder: Actor, role: Role, division: int, *, relying_on: int, since: int = 0) -> Any:
    return world.directory.functions.revoke(holder.address, role, division, 0, relying_on, 7, since)


def veto(world: World, holder: Actor, role: Role, division: int, *, relying_on: int) -> Any:
    return world.directory.functions.veto(holder.address, role, division, 0, relying_on, 9)


class TestGrant:
    def test_without_the_grant_is_refused(self, world: World) -> None:
        call = world.granting(NEW, Role.KEEPER, COMMUNITY, relying_on=DISTRICT)

        assert world.chain.refusal(call, world.city) == missing(world.city, Role.AUTHORITY, DISTRICT)

    def test_outside_the_grant_is_refused(self, world: World) -> None:
        call = world.granting(NEW, Role.KEEPER, OTHER_DISTRICT, relying_on=DISTRICT)

        refusal = Refusal("DirectoryOutsideDivision", (DISTRICT, OTHER_DISTRICT))
        assert world.chain.refusal(call, world.district) == refusal

    def test_above_the_grant_is_refused(self, world: World) -> None:
        call = world.granting(NEW, Role.KEEPER, CITY, relying_on=DISTRICT)

        refusal = Refusal("DirectoryOutsideDivision", (DISTRICT, CITY))
        assert world.chain.refusal(call, world.district) == refusal

    def test_of_authority_at_the_same_level_is_refused(self, world: World) -> None:
        call = world.granting(NEW, Role.AUTHORITY, CITY, relying_on=CITY)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryNotAbove", (CITY, CITY))

    def test_at_an_unknown_division_is_refused(self, world: World) -> None:
        call = world.granting(NEW, Role.KEEPER, 440107, relying_on=CITY)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryDivisionUnknown", (440107,))

    def test_at_a_closed_division_is_refused(self, world: World, directory: Any) -> None:
        world.chain.send(directory.closeDivision(DISTRICT, 0, CITY), world.city)
        call = world.granting(NEW, Role.KEEPER, DISTRICT, relying_on=CITY)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryDivisionClosed", (DISTRICT, 0))

    @pytest.mark.parametrize(
        ("role", "subject"),
        [
            (Role.KEEPER, 1),
            (Role.AUTHORITY, 1),
            (Role.SUPPLIER, 0),
            (Role.ISSUER, 0),
            (Role.SUPPLIER, 2**160),
        ],
    )
    def test_with_a_wrong_subject_is_refused(self, world: World, role: Role, subject: int) -> None:
        call = world.granting(NEW, role, PROVINCE, subject)

        assert world.chain.refusal(call, world.root) == Refusal("DirectorySubjectInvalid", (role, subject))

    def test_of_issuer_below_the_country_is_refused(self, world: World) -> None:
        call = world.granting(NEW, Role.ISSUER, PROVINCE, ISSUER, relying_on=PROVINCE)

        refusal = Refusal("DirectoryIssuerBelowRoot", (PROVINCE,))
        assert world.chain.refusal(call, world.province) == refusal

    def test_again_is_refused_while_it_stands(self, world: World) -> None:
        exists = Refusal("DirectoryGrantExists", (NEW.address, Role.KEEPER, COMMUNITY, 0))
        call = world.granting(NEW, Role.KEEPER, COMMUNITY)
        world.chain.send(call, world.root)

        assert world.chain.refusal(call, world.root) == exists, "waiting"
        world.chain.travel(D)
        assert world.chain.refusal(call, world.root) == exists, "acting"
        suspended = world.granting(world.suspended, Role.AUTHORITY, COUNTRY)
        assert world.chain.refusal(suspended, world.root).name == "DirectoryGrantExists", "suspended"

    def test_of_no_role_is_refused(self, world: World) -> None:
        call = world.granting(NEW, Role.NONE, COMMUNITY)

        assert world.chain.refusal(call, world.root) == Refusal("DirectoryRoleNone", ())

    def test_of_a_role_that_does_not_exist_is_refused(self, world: World, directory: Any) -> None:
        call = directory.grant(NEW.address, 7, COMMUNITY, 0, COUNTRY, NOBODY)

        assert world.chain.refusal(call, world.root) == Refusal("", ())

    def test_to_nobody_is_refused_although_no_signature_recovers_to_it(
        self, world: World, directory: Any
    ) -> None:
        call = directory.grant("0x" + "00" * 20, Role.KEEPER, COMMUNITY, 0, COUNTRY, NOBODY)

        assert world.chain.refusal(call, world.root) == Refusal("DirectoryHolderZero", ())

    @pytest.mark.parametrize("role", [role for role in Role if role not in (Role.NONE, Role.KEEPER)])
    def test_threat_4_an_address_of_another_class_is_refused(self, world: World, role: Role) -> None:
        subject = SUPPLIER if role in (Role.SUPPLIER, Role.ISSUER) else 0
        call = world.granting(world.keeper, role, COUNTRY, subject)

        refusal = Refusal("DirectoryClassTaken", (world.keeper.address, Role.KEEPER, role))
        assert world.chain.refusal(call, world.root) == refusal

    def test_threat_4_an_authority_cannot_make_itself_keeper(self, world: World, directory: Any) -> None:
        call = world.granting(world.district, Role.KEEPER, COMMUNITY, relying_on=DISTRICT)

        refusal = Refusal("DirectoryClassTaken", (world.district.address, Role.AUTHORITY, Role.KEEPER))
        assert world.chain.refusal(call, world.district) == refusal
        accept = directory.acceptClass(Role.KEEPER)
        assert world.chain.refusal(accept, world.district).name == "DirectoryClassTaken"

    def test_the_class_outlives_the_grants(self, world: World) -> None:
        world.chain.send(revoke(world, world.keeper, Role.KEEPER, COMMUNITY, relying_on=CITY), world.city)
        call = world.granting(world.keeper, Role.APPROVER, DISTRICT)

        assert world.chain.refusal(call, world.root).name == "DirectoryClassTaken"

    def test_without_consent_is_refused(self, world: World, directory: Any) -> None:
        refusal = Refusal("DirectoryConsentMissing", (NEW.address, Role.KEEPER))
        other_ledger = World(world.chain, world.registry, world.registry, world.catalogue).consent(
            NEW, Role.KEEPER
        )
        for consent in (
            NOBODY,
            world.consent(NEW, Role.APPROVER),
            world.consent(world.stranger, Role.KEEPER),
            other_ledger,
        ):
            call = directory.grant(NEW.address, Role.KEEPER, COMMUNITY, 0, COUNTRY, consent)
            assert world.chain.refusal(call, world.root) == refusal

    @pytest.mark.parametrize("role", ROLES_BELOW)
    def test_succeeds_at_the_own_level(self, world: World, directory: Any, role: Role) -> None:
        events = world.chain.send(world.granting(NEW, role, DISTRICT, relying_on=DISTRICT), world.district)

        now = world.chain.now
        assert [event.name for event in events] == ["ClassAccepted", "GrantMade"]
        assert events[0].fields == {"holder": NEW.address, "role": role, "recordedAt": now}
        assert events[1].fields == {
            "holder": NEW.address,
            "division": DISTRICT,
            "authority": world.district.address,
            "role": role,
            "subject": 0,
            "authorityDivision": DISTRICT,
            "from": now + D,
            "recordedAt": now,
        }
        key = grant_key(NEW, role, DISTRICT)
        assert world.chain.ask(directory.grantOf(key)) == grant_word(now + D, 2, DISTRICT)
        assert world.chain.ask(directory.classOf(NEW.address)) == role
        assert world.chain.ask(directory.journal(NEW.address)) % 2**64 == 2

    def test_of_a_second_one_needs_no_consent(self, world: World, directory: Any) -> None:
        call = directory.grant(world.keeper.address, Role.KEEPER, DISTRICT, 0, DISTRICT, NOBODY)

        assert [event.name for event in world.chain.send(call, world.district)] == ["GrantMade"]

    @pytest.mark.parametrize(("division", "relying_on"), [(DISTRICT, CITY), (COUNTRY, COUNTRY)])
    def test_of_authority_succeeds_below_and_at_the_country(
        self, world: World, division: int, relying_on: int
    ) -> None:
        by = world.root if relying_on == COUNTRY else world.city
        world.chain.send(world.granting(NEW, Role.AUTHORITY, division, relying_on=relying_on), by)
        world.chain.travel(D)

        assert world.chain.ask(world.requires(NEW, Role.AUTHORITY, division))

    @pytest.mark.parametrize("subject", [1, 2**160 - 1])
    def test_with_the_first_and_the_last_subject_succeeds(self, world: World, subject: int) -> None:
        world.grant(NEW, Role.SUPPLIER, COUNTRY, subject)
        world.chain.travel(D)

        assert world.chain.ask(world.requires(NEW, Role.SUPPLIER, COUNTRY, subject))

    @pytest.mark.parametrize(("role", "subject"), [(Role.ISSUER, ISSUER), (Role.SUPPLIER, SUPPLIER)])
    def test_with_a_subject_succeeds_for_that_subject_alone(
        self, world: World, role: Role, subject: int
    ) -> None:
        world.grant(NEW, role, COUNTRY, subject)
        world.chain.travel(D)

        assert world.chain.ask(world.requires(NEW, role, COUNTRY, subject))
        other = world.requires(NEW, role, COUNTRY, subject + 1)
        assert world.chain.refusal(other) == missing(NEW, role, COUNTRY, subject + 1)


class TestRequireGrant:
    def test_threat_4_use_before_the_delay_is_refused(self, world: World) -> None:
        world.grant(NEW, Role.KEEPER, COMMUNITY)
        made_at = world.chain.now
        requires = world.requires(NEW, Role.KEEPER, COMMUNITY)

        assert world.chain.refusal(requires) == missing(NEW, Role.KEEPER, COMMUNITY)
        world.chain.travel_to(made_at + D - 1)
        assert world.chain.refusal(requires) == missing(NEW, Role.KEEPER, COMMUNITY)
        world.chain.travel_to(made_at + D)
        assert world.chain.ask(requires) == [grant_key(NEW, Role.KEEPER, COMMUNITY), 2]

    def test_of_another_role_division_or_holder_is_refused(self, world: World) -> None:
        for holder, role, division in (
            (world.keeper, Role.APPROVER, COMMUNITY),
            (world.keeper, Role.KEEPER, DISTRICT),
            (world.stranger, Role.KEEPER, COMMUNITY),
        ):
            requires = world.requires(holder, role, division)
            assert world.chain.refusal(requires) == missing(holder, role, division)

    def test_of_a_suspended_or_revoked_one_is_refused(self, world: World) -> None:
        for holder in (world.suspended, world.revoked, world.waiting):
            requires = world.requires(holder, Role.AUTHORITY, COUNTRY)
            assert world.chain.refusal(requires) == missing(holder, Role.AUTHORITY, COUNTRY)


class TestRevoke:
    def test_outside_the_grant_is_refused(self, world: World) -> None:
        call = revoke(world, world.keeper, Role.KEEPER, COMMUNITY, relying_on=OTHER_CITY)

        refusal = Refusal("DirectoryOutsideDivision", (OTHER_CITY, COMMUNITY))
        assert world.chain.refusal(call, world.other_city) == refusal

    def test_of_authority_at_the_same_level_is_refused(self, world: World) -> None:
        call = revoke(world, world.city, Role.AUTHORITY, CITY, relying_on=CITY)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryNotAbove", (CITY, CITY))

    def test_of_what_does_not_stand_is_refused(self, world: World) -> None:
        never = revoke(world, world.keeper, Role.KEEPER, DISTRICT, relying_on=CITY)
        twice = revoke(world, world.revoked, Role.AUTHORITY, COUNTRY, relying_on=COUNTRY)

        assert world.chain.refusal(never, world.city) == missing(world.keeper, Role.KEEPER, DISTRICT)
        assert world.chain.refusal(twice, world.root) == missing(world.revoked, Role.AUTHORITY, COUNTRY)

    def test_with_a_claim_of_the_future_is_refused(self, world: World) -> None:
        now = world.chain.now
        call = revoke(world, world.keeper, Role.KEEPER, COMMUNITY, relying_on=CITY, since=now + 1)

        refusal = Refusal("DirectoryCompromiseInFuture", (now + 1, now))
        assert world.chain.refusal(call, world.city) == refusal

    def test_succeeds_at_once(self, world: World, directory: Any) -> None:
        key = grant_key(world.keeper, Role.KEEPER, COMMUNITY)
        before = world.chain.ask(directory.grantOf(key))
        since = world.chain.now - 3_600
        call = revoke(world, world.keeper, Role.KEEPER, COMMUNITY, relying_on=CITY, since=since)
        (event,) = world.chain.send(call, world.city)

        now = world.chain.now
        assert event.name == "GrantRevoked"
        assert event.fields == {
            "holder": world.keeper.address,
            "division": COMMUNITY,
            "authority": world.city.address,
            "role": Role.KEEPER,
            "subject": 0,
            "authorityDivision": CITY,
            "reason": 7,
            "compromisedSince": since,
            "recordedAt": now,
        }
        after = grant_word(before % 2**64, 3, COUNTRY, revoked_at=now)
        assert world.chain.ask(directory.grantOf(key)) == after
        requires = world.requires(world.keeper, Role.KEEPER, COMMUNITY)
        assert world.chain.refusal(requires) == missing(world.keeper, Role.KEEPER, COMMUNITY)

    def test_threat_12_what_is_sent_after_revocation_fails(self, world: World, directory: Any) -> None:
        signed_before = directory.registerDivision(440107, bytes(31) + b"\x01", CITY)
        world.chain.ask(signed_before, world.city)
        world.chain.send(revoke(world, world.city, Role.AUTHORITY, CITY, relying_on=PROVINCE), world.province)

        world.chain.send_in_vain(signed_before, world.city)
        assert world.chain.ask(directory.division(440107)) == 0

    def test_then_a_new_grant_waits_again(self, world: World, directory: Any) -> None:
        world.chain.send(revoke(world, world.keeper, Role.KEEPER, COMMUNITY, relying_on=CITY), world.city)
        call = directory.grant(world.keeper.address, Role.KEEPER, COMMUNITY, 0, DISTRICT, NOBODY)
        world.chain.send(call, world.district)

        made_at = world.chain.now
        key = grant_key(world.keeper, Role.KEEPER, COMMUNITY)
        assert world.chain.ask(directory.grantOf(key)) == grant_word(made_at + D, 4, DISTRICT)
        requires = world.requires(world.keeper, Role.KEEPER, COMMUNITY)
        assert world.chain.refusal(requires) == missing(world.keeper, Role.KEEPER, COMMUNITY)
        world.chain.travel(D)
        assert world.chain.ask(requires)

    @pytest.mark.parametrize("name", ["waiting", "suspended"])
    def test_of_a_waiting_or_suspended_one_succeeds(self, world: World, directory: Any, name: str) -> None:
        holder = getattr(world, name)
        world.chain.send(revoke(world, holder, Role.AUTHORITY, COUNTRY, relying_on=COUNTRY), world.root)

        word = world.chain.ask(directory.grantOf(grant_key(holder, Role.AUTHORITY, COUNTRY)))
        assert word >> 64 & 2**64 - 1 == world.chain.now


class TestVeto:
    @pytest.fixture
    def granted(self, world: World) -> int:
        """A grant by the district, and from when it acts."""
        world.chain.send(world.granting(NEW, Role.KEEPER, COMMUNITY, relying_on=DISTRICT), world.district)
        return world.chain.now + D

    def test_of_what_does_not_stand_is_refused(self, world: World) -> None:
        call = veto(world, NEW, Role.KEEPER, COMMUNITY, relying_on=CITY)

        assert world.chain.refusal(call, world.city) == missing(NEW, Role.KEEPER, COMMUNITY)

    def test_by_the_level_of_the_granter_is_refused(self, world: World, granted: int) -> None:
        call = veto(world, NEW, Role.KEEPER, COMMUNITY, relying_on=DISTRICT)

        refusal = Refusal("DirectoryNotAbove", (DISTRICT, DISTRICT))
        assert world.chain.refusal(call, world.district) == refusal

    def test_by_another_city_is_refused(self, world: World, granted: int) -> None:
        call = veto(world, NEW, Role.KEEPER, COMMUNITY, relying_on=OTHER_CITY)

        refusal = Refusal("DirectoryNotAbove", (OTHER_CITY, DISTRICT))
        assert world.chain.refusal(call, world.other_city) == refusal

    def test_of_what_the_country_granted_is_refused(self, world: World) -> None:
        call = veto(world, world.waiting, Role.AUTHORITY, COUNTRY, relying_on=COUNTRY)

        assert world.chain.refusal(call, world.root) == Refusal("DirectoryNotAbove", (COUNTRY, COUNTRY))

    def test_of_what_acts_is_refused(self, world: World, granted: int) -> None:
        call = veto(world, NEW, Role.KEEPER, COMMUNITY, relying_on=CITY)
        world.chain.travel_to(granted - 1)
        assert world.chain.ask(call, world.city) == []
        world.chain.travel_to(granted)

        refusal = Refusal("DirectoryGrantActs", (NEW.address, Role.KEEPER, COMMUNITY, 0, granted))
        assert world.chain.refusal(call, world.city) == refusal

    @pytest.mark.parametrize(("name", "relying_on"), [("city", CITY), ("province", PROVINCE)])
    def test_succeeds_before(
        self, world: World, directory: Any, granted: int, name: str, relying_on: int
    ) -> None:
        by = getattr(world, name)
        (event,) = world.chain.send(veto(world, NEW, Role.KEEPER, COMMUNITY, relying_on=relying_on), by)

        now = world.chain.now
        assert event.name == "GrantVetoed"
        assert event.fields == {
            "holder": NEW.address,
            "division": COMMUNITY,
            "authority": by.address,
            "role": Role.KEEPER,
            "subject": 0,
            "authorityDivision": relying_on,
            "reason": 9,
            "recordedAt": now,
        }
        word = grant_word(granted, 3, DISTRICT, revoked_at=now)
        assert world.chain.ask(directory.grantOf(grant_key(NEW, Role.KEEPER, COMMUNITY))) == word
        world.chain.travel_to(granted)
        refusal = missing(NEW, Role.KEEPER, COMMUNITY)
        assert world.chain.refusal(world.requires(NEW, Role.KEEPER, COMMUNITY)) == refusal
