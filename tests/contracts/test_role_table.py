"""The role × function table of Directory, SupplierRegistry and Catalogue: each actor by each function.

`CALLS` says for each function who may call it as it is called there; everybody else is refused with
`DirectoryGrantMissing`, `DirectoryOutsideDivision` or `DirectoryNotAbove`, and changes nothing. An authority
relies on its own grant, everybody else claims the one that would do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from chain import Actor
from world import (
    CATEGORY,
    CERTIFICATE,
    CITY,
    COMMUNITY,
    CONSIGNEE,
    COUNTRY,
    DISTRICT,
    ISSUER,
    NEVER,
    OTHER_CATEGORY,
    OTHER_CITY,
    PACK,
    PIECE,
    PROVINCE,
    SITE,
    STREET,
    SUPPLIER,
    D,
    World,
    name_digest,
)

from ledger_client.roles import Role

NAME = name_digest("a name")
NEW = Actor("new")

AUTHORITIES = {
    "root": COUNTRY,
    "province": PROVINCE,
    "city": CITY,
    "district": DISTRICT,
    "other_city": OTHER_CITY,
}
OTHERS = ("keeper", "approver", "auditor", "supplier", "issuer", "other_issuer", "stranger")
# These three hold AUTHORITY at division 0, which does not act.
POWERLESS = ("waiting", "revoked", "suspended")
ACTORS = (*AUTHORITIES, *OTHERS, *POWERLESS)
REFUSALS = {"DirectoryGrantMissing", "DirectoryOutsideDivision", "DirectoryNotAbove"}

ROOT = frozenset({"root"})
OVER_DISTRICT = frozenset({"root", "province", "city", "district"})
ABOVE_DISTRICT = OVER_DISTRICT - {"district"}
ANY_AUTHORITY = frozenset(AUTHORITIES)


@dataclass(frozen=True, slots=True)
class Setting:
    """The world in which every function of the table has something to do."""

    world: World
    qualification: int


def _grant(setting: Setting, relying_on: int, role: Role, division: int) -> Any:
    return setting.world.granting(NEW, role, division, relying_on=relying_on)


def _replace(setting: Setting, relying_on: int) -> Any:
    world = setting.world
    consent = world.consent(NEW, Role.APPROVER)
    return world.directory.functions.proposeReplacement(
        world.approver.address, NEW.address, [(DISTRICT, 0)], relying_on, 0, consent
    )


def _directory(name: str, *arguments: Any) -> Callable[[Setting, int], Any]:
    """A call of the Directory whose last argument is the division of the grant relied on."""
    return lambda setting, relying_on: setting.world.directory.functions[name](*arguments, relying_on)


def _registry(name: str, *arguments: Any) -> Callable[[Setting, int], Any]:
    return lambda setting, relying_on: setting.world.registry.functions[name](*arguments)


def _qualification(name: str, *arguments: Any) -> Callable[[Setting, int], Any]:
    return lambda setting, relying_on: setting.world.registry.functions[name](
        setting.qualification, *arguments
    )


def _catalogue(name: str, *arguments: Any) -> Callable[[Setting, int], Any]:
    return lambda setting, relying_on: setting.world.catalogue.functions[name](*arguments)


def _approver(world: World, name: str, relying_on: int, *more: Any) -> Any:
    held = (world.approver.address, Role.APPROVER, DISTRICT, 0)
    return world.directory.functions[name](*held, relying_on, *more)


CALLS: dict[str, tuple[frozenset[str], Callable[[Setting, int], Any]]] = {
    "registerDivision": (OVER_DISTRICT, _directory("registerDivision", 440106002, NAME)),
    "closeDivision": (ABOVE_DISTRICT, _directory("closeDivision", DISTRICT, 0)),
    "closeDivision below": (OVER_DISTRICT, _directory("closeDivision", STREET, 0)),
    "registerSite": (OVER_DISTRICT, _directory("registerSite", SITE + 1, False, NAME)),
    "closeSite": (OVER_DISTRICT, _directory("closeSite", SITE, 0)),
    "registerConsignee": (OVER_DISTRICT, _directory("registerConsignee", 1, COMMUNITY, NAME)),
    "closeConsignee": (OVER_DISTRICT, _directory("closeConsignee", CONSIGNEE)),
    "grant a keeper": (OVER_DISTRICT, lambda s, on: _grant(s, on, Role.KEEPER, DISTRICT)),
    "grant an authority": (ABOVE_DISTRICT, lambda s, on: _grant(s, on, Role.AUTHORITY, DISTRICT)),
    "grant an issuer": (
        ROOT,
        lambda s, on: s.world.granting(NEW, Role.ISSUER, COUNTRY, ISSUER, relying_on=on),
    ),
    "revoke an approver": (OVER_DISTRICT, lambda s, on: _approver(s.world, "revoke", on, 1, 0)),
    "revoke an authority": (
        ABOVE_DISTRICT,
        lambda s, on: s.world.directory.functions.revoke(
            s.world.district.address, Role.AUTHORITY, DISTRICT, 0, on, 1, 0
        ),
    ),
    "veto": (
        ABOVE_DISTRICT,
        lambda s, on: s.world.directory.functions.veto(
            Actor("granted by the district").address, Role.KEEPER, COMMUNITY, 0, on, 1
        ),
    ),
    "proposeReplacement": (OVER_DISTRICT, _replace),
    "decideReplacement": (
        ABOVE_DISTRICT,
        lambda s, on: s.world.directory.functions.decideReplacement(2, True, on, 1),
    ),
    "registerSupplier": (
        ANY_AUTHORITY,
        lambda s, on: s.world.registry.functions.registerSupplier(1, NAME, on),
    ),
    "registerIssuer": (ROOT, _registry("registerIssuer", 1, NAME)),
    "accredit": (ROOT, _registry("accredit", ISSUER, OTHER_CATEGORY + 1, 0, NEVER)),
    "renewAccreditation": (ROOT, _registry("renewAccreditation", ISSUER, OTHER_CATEGORY, NEVER)),
    "suspendAccreditation": (ROOT, _registry("suspendAccreditation", ISSUER, CATEGORY, 1, 0)),
    "revokeAccreditation": (ROOT, _registry("revokeAccreditation", ISSUER, CATEGORY, 1, 0)),
    "issueQualification": (
        frozenset({"issuer"}),
        _registry("issueQualification", ISSUER, SUPPLIER, CATEGORY, 1, 0, NEVER, name_digest("another")),
    ),
    "renewQualification": (frozenset({"issuer"}), _qualification("renewQualification", 1, NEVER)),
    "suspendQualification": (frozenset({"issuer", "root"}), _qualification("suspendQualification", 1, 0)),
    "revokeQualification": (frozenset({"issuer", "root"}), _qualification("revokeQualification", 1, 0)),
    "registerItem": (ROOT, _catalogue("registerItem", PIECE + 1, 0, 0, b"C62", False, NAME)),
    "setFactor": (ROOT, _catalogue("setFactor", PACK, PIECE, 50)),
}


def _build(world: World) -> Setting:
    chain, directory, registry = world.chain, world.directory.functions, world.registry.functions
    chain.send(registry.accredit(ISSUER, OTHER_CATEGORY, 0, chain.now + 10 * D), world.root)
    chain.send(
        registry.issueQualification(ISSUER, SUPPLIER, CATEGORY, 1, 0, chain.now + 10 * D, CERTIFICATE),
        world.issuer,
    )
    qualification = chain.ask(registry.qualificationsOf(CERTIFICATE))[0]
    # Replacement 2: of the district's, and objected to.
    world.grant(world.keeper, Role.KEEPER, DISTRICT)
    consent = world.consent(Actor("new keeper"), Role.KEEPER)
    moved = [(DISTRICT, 0)]
    old, new = world.keeper.address, Actor("new keeper").address
    chain.send(directory.proposeReplacement(old, new, moved, DISTRICT, 0, consent), world.district)
    chain.send(directory.objectToReplacement(2), world.keeper)
    holder = Actor("granted by the district")
    chain.send(world.granting(holder, Role.KEEPER, COMMUNITY, relying_on=DISTRICT), world.district)
    return Setting(world, qualification)


@pytest.fixture(scope="module")
def setting(built_world: World) -> Any:
    with built_world.chain.undone():
        yield _build(built_world)


def test_names_every_function_that_needs_a_grant(setting: Setting) -> None:
    world = setting.world
    writing = {
        entry["name"]
        for contract in (world.directory, world.registry, world.catalogue)
        for entry in contract.abi
        if entry["type"] == "function" and entry["stateMutability"] == "nonpayable"
    }
    listed = {name.split()[0] for name in CALLS}

    # Open to everybody, to the old holder, to a party, and (a history must end in a suspension first) tested
    # with their own functions.
    apart = {"acceptClass", "objectToReplacement", "executeReplacement"}
    apart |= {"reinstateAccreditation", "reinstateQualification"}
    assert writing - apart == listed


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("actor", ACTORS)
def test_role_and_function(setting: Setting, actor: str, name: str) -> None:
    world = setting.world
    may, call_of = CALLS[name]
    call = call_of(setting, AUTHORITIES.get(actor, COUNTRY))

    if actor in may:
        world.chain.ask(call, getattr(world, actor))
    else:
        assert world.chain.refusal(call, getattr(world, actor)).name in REFUSALS


@pytest.mark.parametrize("name", ["waiting", "revoked", "suspended"])
def test_an_issuer_whose_grant_does_not_act_is_refused(setting: Setting, name: str) -> None:
    world = setting.world
    with world.chain.undone():
        speaker = world.new_actor("speaker", Role.ISSUER, COUNTRY, ISSUER)
        directory = world.directory.functions
        if name == "waiting":
            speaker = Actor("not yet")
            world.grant(speaker, Role.ISSUER, COUNTRY, ISSUER)
        elif name == "revoked":
            held = (speaker.address, Role.ISSUER, COUNTRY, ISSUER)
            world.chain.send(directory.revoke(*held, COUNTRY, 1, 0), world.root)
        else:
            new, consent = Actor("takes over"), world.consent(Actor("takes over"), Role.ISSUER)
            moved = [(COUNTRY, ISSUER)]
            world.chain.send(
                directory.proposeReplacement(speaker.address, new.address, moved, COUNTRY, 0, consent),
                world.root,
            )
        for call in ("issueQualification", "renewQualification", "suspendQualification"):
            refusal = world.chain.refusal(CALLS[call][1](setting, COUNTRY), speaker)
            assert refusal.name == "DirectoryGrantMissing", call
            assert refusal.arguments == (speaker.address, Role.ISSUER, COUNTRY, ISSUER), call


def test_threat_2_a_stranger_changes_only_its_own_class(setting: Setting) -> None:
    world = setting.world
    with world.chain.undone():
        (event,) = world.chain.send(world.directory.functions.acceptClass(Role.KEEPER), world.stranger)
        assert event.fields["holder"] == world.stranger.address
    for call in (
        world.directory.functions.objectToReplacement(1),
        world.directory.functions.executeReplacement(1),
    ):
        assert world.chain.refusal(call, world.stranger).name == "DirectoryNotParty"
