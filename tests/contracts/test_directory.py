"""Directory: divisions, sites, consignees and classes. Grants and replacements have files of their own."""

from __future__ import annotations

from typing import Any

import pytest
from chain import NOBODY, Actor, Refusal
from world import (
    CITY,
    COMMUNITY,
    CONSIGNEE,
    COUNTRY,
    DISPOSAL_SITE,
    DISTRICT,
    OTHER_DISTRICT,
    OTHER_PROVINCE,
    OTHER_SITE,
    PROVINCE,
    SECOND_SITE,
    SITE,
    STREET,
    D,
    World,
    id_of,
    name_digest,
)

from ledger_client.roles import Role

REGISTERED = 1 << 64
CLOSED = 1 << 65
DISPOSAL = 1 << 66
NAME = name_digest("a name")


def missing(actor: Actor, division: int) -> Refusal:
    return Refusal("DirectoryGrantMissing", (actor.address, Role.AUTHORITY, division, 0))


def close_district(world: World) -> None:
    close = world.directory.functions.closeDivision(DISTRICT, OTHER_DISTRICT, CITY)
    world.chain.send(close, world.city)


def close_site(world: World) -> None:
    world.chain.send(world.directory.functions.closeSite(SITE, SECOND_SITE, DISTRICT), world.district)


class TestConstructor:
    def test_without_root_is_refused(self, world: World) -> None:
        with pytest.raises(AssertionError, match="Directory"):
            world.chain.deploy("Directory", "0x" + "00" * 20, D, by=world.root)

    def test_grants_root_at_once(self, world: World) -> None:
        fresh = world.chain.deploy("Directory", world.keeper.address, D, by=world.stranger)
        accepted, granted = world.chain.logs(fresh)

        now = world.chain.now
        assert (accepted.name, granted.name) == ("ClassAccepted", "GrantMade")
        assert accepted.fields == {
            "holder": world.keeper.address,
            "role": Role.AUTHORITY,
            "recordedAt": now,
        }
        assert granted.fields == {
            "holder": world.keeper.address,
            "division": COUNTRY,
            "authority": world.stranger.address,
            "role": Role.AUTHORITY,
            "subject": 0,
            "authorityDivision": COUNTRY,
            "from": now,
            "recordedAt": now,
        }
        requires = fresh.functions.requireGrant(world.keeper.address, Role.AUTHORITY, COUNTRY, 0)
        assert world.chain.ask(requires)[1] == 2
        assert world.chain.ask(fresh.functions.delay()) == D
        assert world.chain.ask(fresh.functions.classOf(world.keeper.address)) == Role.AUTHORITY
        assert world.chain.ask(fresh.functions.classOf(world.stranger.address)) == Role.NONE


class TestRegisterDivision:
    def test_without_the_grant_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerDivision(440107, NAME, CITY)

        assert world.chain.refusal(call, world.stranger) == missing(world.stranger, CITY)

    def test_outside_the_grant_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerDivision(4202, NAME, CITY)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryOutsideDivision", (CITY, 4202))

    @pytest.mark.parametrize(
        "division",
        [
            *(1, 9, 440, 44010, 4401061, 44010600, 4401060010, 440106001002001),
            *(10**2, 10**4, 10**6, 10**9, 10**12),
        ],
    )
    def test_of_another_length_is_refused(self, world: World, directory: Any, division: int) -> None:
        call = directory.registerDivision(division, NAME, COUNTRY)

        assert world.chain.refusal(call, world.root) == Refusal("DirectoryDivisionMalformed", (division,))

    @pytest.mark.parametrize("division", [COUNTRY, DISTRICT])
    def test_again_is_refused(self, world: World, directory: Any, division: int) -> None:
        call = directory.registerDivision(division, NAME, COUNTRY)

        assert world.chain.refusal(call, world.root) == Refusal("DirectoryDivisionExists", (division,))

    @pytest.mark.parametrize(
        ("division", "parent"),
        [(4301, 43), (440299, 4402), (440107001, 440107), (440106009001, 440106009)],
    )
    def test_below_an_unknown_parent_is_refused(
        self, world: World, directory: Any, division: int, parent: int
    ) -> None:
        call = directory.registerDivision(division, NAME, COUNTRY)

        assert world.chain.refusal(call, world.root) == Refusal("DirectoryDivisionUnknown", (parent,))

    def test_below_a_closed_parent_is_refused(self, world: World, directory: Any) -> None:
        close_district(world)
        call = directory.registerDivision(440106002, NAME, COUNTRY)

        refusal = Refusal("DirectoryDivisionClosed", (DISTRICT, OTHER_DISTRICT))
        assert world.chain.refusal(call, world.root) == refusal

    def test_without_name_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerDivision(440107, bytes(32), CITY)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryNameMissing", ())

    def test_succeeds(self, world: World, directory: Any) -> None:
        (event,) = world.chain.send(directory.registerDivision(440107, NAME, CITY), world.city)

        assert event.name == "DivisionRegistered"
        assert event.fields == {
            "division": 440107,
            "authority": world.city.address,
            "authorityDivision": CITY,
            "nameDigest": NAME,
        }
        assert world.chain.ask(directory.division(440107)) == REGISTERED
        assert world.chain.ask(directory.divisionName(440107)) == NAME


class TestCloseDivision:
    def test_by_its_own_authority_is_refused(self, world: World, directory: Any) -> None:
        call = directory.closeDivision(DISTRICT, 0, DISTRICT)

        refusal = Refusal("DirectoryNotAbove", (DISTRICT, DISTRICT))
        assert world.chain.refusal(call, world.district) == refusal

    def test_of_the_country_is_refused(self, world: World, directory: Any) -> None:
        call = directory.closeDivision(COUNTRY, 0, COUNTRY)

        assert world.chain.refusal(call, world.root) == Refusal("DirectoryNotAbove", (COUNTRY, COUNTRY))

    def test_of_an_unknown_one_is_refused(self, world: World, directory: Any) -> None:
        call = directory.closeDivision(440107, 0, CITY)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryDivisionUnknown", (440107,))

    def test_in_favour_of_itself_is_refused(self, world: World, directory: Any) -> None:
        call = directory.closeDivision(DISTRICT, DISTRICT, CITY)

        assert world.chain.refusal(call, world.city) == Refusal("DirectorySuccessorItself", (DISTRICT,))

    def test_in_favour_of_an_unknown_one_is_refused(self, world: World, directory: Any) -> None:
        call = directory.closeDivision(DISTRICT, 440107, CITY)

        assert world.chain.refusal(call, world.city) == Refusal("DirectoryDivisionUnknown", (440107,))

    def test_again_is_refused(self, world: World, directory: Any) -> None:
        close_district(world)
        call = directory.closeDivision(DISTRICT, 0, CITY)

        refusal = Refusal("DirectoryDivisionClosed", (DISTRICT, OTHER_DISTRICT))
        assert world.chain.refusal(call, world.city) == refusal

    @pytest.mark.parametrize("successor", [0, OTHER_DISTRICT])
    def test_succeeds(self, world: World, directory: Any, successor: int) -> None:
        (event,) = world.chain.send(directory.closeDivision(DISTRICT, successor, CITY), world.city)

        assert event.name == "DivisionClosed"
        assert event.fields == {
            "division": DISTRICT,
            "authority": world.city.address,
            "authorityDivision": CITY,
            "successor": successor,
        }
        assert world.chain.ask(directory.division(DISTRICT)) == REGISTERED | CLOSED | successor
        assert world.chain.ask(directory.divisionName(DISTRICT)) == name_digest(DISTRICT)
        assert world.chain.ask(directory.division(STREET)) == REGISTERED, "what lies below stays open"
        assert world.chain.ask(world.requires(world.approver, Role.APPROVER, DISTRICT)), "grants go on"


class TestRegisterSite:
    def test_outside_the_grant_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerSite(OTHER_SITE + 1, False, NAME, DISTRICT)

        refusal = Refusal("DirectoryOutsideDivision", (DISTRICT, OTHER_SITE // 1_000))
        assert world.chain.refusal(call, world.district) == refusal

    @pytest.mark.parametrize(
        "site",
        [COMMUNITY * 1_000 + 1, COMMUNITY * 1_000 + 601, COMMUNITY * 1_000 + 100, STREET * 1_000 + 101],
        ids=["mode 0", "mode 6", "number 0", "a street"],
    )
    def test_malformed_is_refused(self, world: World, directory: Any, site: int) -> None:
        call = directory.registerSite(site, False, NAME, DISTRICT)

        assert world.chain.refusal(call, world.district) == Refusal("DirectorySiteMalformed", (site,))

    def test_again_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerSite(SITE, False, NAME, DISTRICT)

        assert world.chain.refusal(call, world.district) == Refusal("DirectorySiteExists", (SITE,))

    def test_in_the_community_of_the_lowest_number_succeeds(self, world: World, directory: Any) -> None:
        for division in (10, 1_000, 100_000, 100_000_000, 100_000_000_000):
            world.chain.send(directory.registerDivision(division, NAME, COUNTRY), world.root)

        (event,) = world.chain.send(
            directory.registerSite(100_000_000_000_101, False, NAME, COUNTRY), world.root
        )
        assert event.name == "SiteRegistered"

    def test_in_an_unknown_community_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerSite(440106001003_101, False, NAME, DISTRICT)

        refusal = Refusal("DirectoryDivisionUnknown", (440106001003,))
        assert world.chain.refusal(call, world.district) == refusal

    def test_in_a_closed_community_is_refused(self, world: World, directory: Any) -> None:
        world.chain.send(directory.closeDivision(COMMUNITY, 0, DISTRICT), world.district)
        call = directory.registerSite(SITE + 1, False, NAME, DISTRICT)

        refusal = Refusal("DirectoryDivisionClosed", (COMMUNITY, 0))
        assert world.chain.refusal(call, world.district) == refusal

    def test_without_name_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerSite(SITE + 1, False, bytes(32), DISTRICT)

        assert world.chain.refusal(call, world.district) == Refusal("DirectoryNameMissing", ())

    @pytest.mark.parametrize("mode", range(1, 6))
    @pytest.mark.parametrize("disposal", [False, True])
    def test_succeeds(self, world: World, directory: Any, mode: int, disposal: bool) -> None:
        site = COMMUNITY * 1_000 + mode * 100 + 99
        (event,) = world.chain.send(directory.registerSite(site, disposal, NAME, DISTRICT), world.district)

        assert event.name == "SiteRegistered"
        assert event.fields == {
            "site": site,
            "authority": world.district.address,
            "authorityDivision": DISTRICT,
            "disposal": disposal,
            "nameDigest": NAME,
        }
        assert world.chain.ask(directory.site(site)) == REGISTERED | (DISPOSAL if disposal else 0)
        assert world.chain.ask(directory.siteName(site)) == NAME


class TestCloseSite:
    def test_outside_the_grant_is_refused(self, world: World, directory: Any) -> None:
        call = directory.closeSite(OTHER_SITE, 0, DISTRICT)

        refusal = Refusal("DirectoryOutsideDivision", (DISTRICT, OTHER_SITE // 1_000))
        assert world.chain.refusal(call, world.district) == refusal

    def test_of_an_unknown_one_is_refused(self, world: World, directory: Any) -> None:
        call = directory.closeSite(SITE + 1, 0, DISTRICT)

        assert world.chain.refusal(call, world.district) == Refusal("DirectorySiteUnknown", (SITE + 1,))

    def test_in_favour_of_itself_is_refused(self, world: World, directory: Any) -> None:
        call = directory.closeSite(SITE, SITE, DISTRICT)

        assert world.chain.refusal(call, world.district) == Refusal("DirectorySuccessorItself", (SITE,))

    def test_in_favour_of_an_unknown_one_is_refused(self, world: World, directory: Any) -> None:
        call = directory.closeSite(SITE, SITE + 1, DISTRICT)

        assert world.chain.refusal(call, world.district) == Refusal("DirectorySiteUnknown", (SITE + 1,))

    def test_again_or_in_favour_of_a_closed_one_is_refused(self, world: World, directory: Any) -> None:
        close_site(world)
        again = directory.closeSite(SITE, 0, DISTRICT)
        back = directory.closeSite(SECOND_SITE, SITE, DISTRICT)

        refusal = Refusal("DirectorySiteClosed", (SITE, SECOND_SITE))
        assert world.chain.refusal(again, world.district) == refusal
        assert world.chain.refusal(back, world.district) == refusal

    @pytest.mark.parametrize("successor", [0, SECOND_SITE])
    def test_succeeds(self, world: World, directory: Any, successor: int) -> None:
        (event,) = world.chain.send(directory.closeSite(SITE, successor, DISTRICT), world.district)

        assert event.name == "SiteClosed"
        assert event.fields == {
            "site": SITE,
            "authority": world.district.address,
            "authorityDivision": DISTRICT,
            "successor": successor,
        }
        assert world.chain.ask(directory.site(SITE)) == REGISTERED | CLOSED | successor

    def test_keeps_the_disposal_flag(self, world: World, directory: Any) -> None:
        world.chain.send(directory.closeSite(DISPOSAL_SITE, 0, COUNTRY), world.root)

        assert world.chain.ask(directory.site(DISPOSAL_SITE)) == REGISTERED | CLOSED | DISPOSAL


class TestRegisterConsignee:
    def test_outside_the_grant_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerConsignee(1, CITY, NAME, DISTRICT)

        refusal = Refusal("DirectoryOutsideDivision", (DISTRICT, CITY))
        assert world.chain.refusal(call, world.district) == refusal

    def test_without_id_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerConsignee(0, DISTRICT, NAME, DISTRICT)

        assert world.chain.refusal(call, world.district) == Refusal("DirectoryConsigneeZero", ())

    def test_again_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerConsignee(CONSIGNEE, DISTRICT, NAME, DISTRICT)

        refusal = Refusal("DirectoryConsigneeExists", (CONSIGNEE,))
        assert world.chain.refusal(call, world.district) == refusal

    def test_in_an_unknown_division_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerConsignee(1, 440106002, NAME, DISTRICT)

        refusal = Refusal("DirectoryDivisionUnknown", (440106002,))
        assert world.chain.refusal(call, world.district) == refusal

    def test_in_a_closed_division_is_refused(self, world: World, directory: Any) -> None:
        close_district(world)
        call = directory.registerConsignee(1, DISTRICT, NAME, DISTRICT)

        refusal = Refusal("DirectoryDivisionClosed", (DISTRICT, OTHER_DISTRICT))
        assert world.chain.refusal(call, world.district) == refusal

    def test_without_name_is_refused(self, world: World, directory: Any) -> None:
        call = directory.registerConsignee(1, DISTRICT, bytes(32), DISTRICT)

        assert world.chain.refusal(call, world.district) == Refusal("DirectoryNameMissing", ())

    def test_succeeds(self, world: World, directory: Any) -> None:
        consignee = id_of("a checkpoint")
        call = directory.registerConsignee(consignee, COMMUNITY, NAME, DISTRICT)
        (event,) = world.chain.send(call, world.district)

        assert event.name == "ConsigneeRegistered"
        assert event.fields == {
            "consignee": consignee,
            "division": COMMUNITY,
            "authority": world.district.address,
            "authorityDivision": DISTRICT,
            "nameDigest": NAME,
        }
        assert world.chain.ask(directory.consignee(consignee)) == REGISTERED | COMMUNITY
        assert world.chain.ask(directory.consigneeName(consignee)) == NAME
        assert world.chain.ask(directory.requireConsignee(consignee)) == []


class TestCloseConsignee:
    def test_of_an_unknown_one_is_refused(self, world: World, directory: Any) -> None:
        refusal = Refusal("DirectoryConsigneeUnknown", (1,))

        assert world.chain.refusal(directory.closeConsignee(1, DISTRICT), world.district) == refusal
        assert world.chain.refusal(directory.requireConsignee(1)) == refusal

    def test_outside_the_grant_is_refused(self, world: World, directory: Any) -> None:
        call = directory.closeConsignee(CONSIGNEE, OTHER_PROVINCE)

        assert world.chain.refusal(call, world.district) == missing(world.district, OTHER_PROVINCE)

    def test_succeeds_once(self, world: World, directory: Any) -> None:
        (event,) = world.chain.send(directory.closeConsignee(CONSIGNEE, DISTRICT), world.district)

        assert event.name == "ConsigneeClosed"
        assert event.fields == {
            "consignee": CONSIGNEE,
            "authority": world.district.address,
            "authorityDivision": DISTRICT,
        }
        assert world.chain.ask(directory.consignee(CONSIGNEE)) == REGISTERED | CLOSED | DISTRICT
        refusal = Refusal("DirectoryConsigneeClosed", (CONSIGNEE,))
        assert world.chain.refusal(directory.requireConsignee(CONSIGNEE)) == refusal
        again = directory.closeConsignee(CONSIGNEE, DISTRICT)
        assert world.chain.refusal(again, world.district) == refusal


class TestAcceptClass:
    def test_none_is_refused(self, world: World, directory: Any) -> None:
        call = directory.acceptClass(Role.NONE)

        assert world.chain.refusal(call, world.stranger) == Refusal("DirectoryRoleNone", ())

    @pytest.mark.parametrize("role", [Role.KEEPER, Role.APPROVER])
    def test_twice_is_refused(self, world: World, directory: Any, role: Role) -> None:
        taken = Refusal("DirectoryClassTaken", (world.keeper.address, Role.KEEPER, role))

        assert world.chain.refusal(directory.acceptClass(role), world.keeper) == taken

    def test_succeeds(self, world: World, directory: Any) -> None:
        (event,) = world.chain.send(directory.acceptClass(Role.APPROVER), world.stranger)

        assert event.name == "ClassAccepted"
        assert event.fields == {
            "holder": world.stranger.address,
            "role": Role.APPROVER,
            "recordedAt": world.chain.now,
        }
        assert world.chain.ask(directory.classOf(world.stranger.address)) == Role.APPROVER
        grant = directory.grant(world.stranger.address, Role.APPROVER, PROVINCE, 0, PROVINCE, NOBODY)
        assert [made.name for made in world.chain.send(grant, world.province)] == ["GrantMade"]
