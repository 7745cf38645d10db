"""The world of the contract tests: a province with two districts, a second province, and who is who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chain import NOBODY, Actor, Chain, Event
from web3.contract.contract import Contract

from ledger_client.digests import domain_separator
from ledger_client.keccak import keccak
from ledger_client.roles import Role

D = 2 * 86_400  # seconds

COUNTRY = 0
PROVINCE = 44
CITY = 4401
DISTRICT = 440106
STREET = 440106001
COMMUNITY = 440106001002
OTHER_DISTRICT = 440105
OTHER_STREET = 440105003
OTHER_COMMUNITY = 440105003001
OTHER_PROVINCE = 42
OTHER_CITY = 4201
DIVISIONS = (
    *(PROVINCE, CITY, DISTRICT, STREET, COMMUNITY),
    *(OTHER_DISTRICT, OTHER_STREET, OTHER_COMMUNITY),
    *(OTHER_PROVINCE, OTHER_CITY),
)

SITE = COMMUNITY * 1_000 + 101  # government
SECOND_SITE = COMMUNITY * 1_000 + 201  # agreement, in the same community
OTHER_SITE = OTHER_COMMUNITY * 1_000 + 301  # enterprise-held, in the other district
DISPOSAL_SITE = OTHER_COMMUNITY * 1_000 + 199

CATEGORY = 1_010_101
OTHER_CATEGORY = 1_010_102
PACK = 101_0101_00001
PIECE = 101_0101_00002

NEVER = 2**40 - 1


def name_digest(name: object) -> bytes:
    """The salted digest of a name record, as far as a contract is concerned."""
    return keccak(f"a salt and {name}".encode())


def id_of(name: str) -> int:
    """An id of 160 bits."""
    return int.from_bytes(keccak(name.encode())[:20], "big")


CONSIGNEE = id_of("a hospital")
SUPPLIER = id_of("a supplier")
OTHER_SUPPLIER = id_of("another supplier")
ISSUER = id_of("an issuer")
OTHER_ISSUER = id_of("another issuer")
CERTIFICATE = keccak(b"a certificate")


def grant_key(holder: Actor, role: Role, division: int, subject: int = 0) -> bytes:
    """The key of a grant: keccak(holder, role, division, subject)."""
    words = (int(holder.address, 16), role, division, subject)
    return keccak(b"".join(word.to_bytes(32, "big") for word in words))


@dataclass(frozen=True, slots=True)
class World:
    """The contracts, and the actors with their grants, which act except where the name says otherwise."""

    chain: Chain
    directory: Contract
    registry: Contract
    catalogue: Contract

    root = Actor("root")  # AUTHORITY at COUNTRY
    province = Actor("province")  # AUTHORITY at PROVINCE
    city = Actor("city")  # AUTHORITY at CITY
    district = Actor("district")  # AUTHORITY at DISTRICT
    other_city = Actor("other city")  # AUTHORITY at OTHER_CITY
    keeper = Actor("keeper")  # KEEPER at COMMUNITY
    approver = Actor("approver")  # APPROVER at DISTRICT
    auditor = Actor("auditor")  # AUDITOR at DISTRICT
    supplier = Actor("supplier")  # SUPPLIER of SUPPLIER at DISTRICT
    issuer = Actor("issuer")  # ISSUER of ISSUER
    other_issuer = Actor("other issuer")  # ISSUER of OTHER_ISSUER
    stranger = Actor("stranger")  # in no grant
    waiting = Actor("waiting")  # AUTHORITY at COUNTRY, not acting yet
    revoked = Actor("revoked")  # AUTHORITY at COUNTRY, revoked
    suspended = Actor("suspended")  # AUTHORITY at COUNTRY, suspended by a replacement
    successor = Actor("successor")  # the new holder in that replacement

    def consent(self, holder: Actor, role: Role) -> tuple[bytes, bytes]:
        """The signature of `holder` with which it joins the class of `role`."""
        type_hash = keccak(b"ClassConsent(address holder,uint8 class)")
        struct = type_hash + int(holder.address, 16).to_bytes(32, "big") + role.to_bytes(32, "big")
        domain = domain_separator(self.chain.w3.eth.chain_id, self.directory.address)
        return holder.sign(keccak(b"\x19\x01" + domain + keccak(struct)))

    def granting(
        self, holder: Actor, role: Role, division: int, subject: int = 0, *, relying_on: int = COUNTRY
    ) -> Any:
        """The call of `grant` with the consent of the holder, where it has no class yet."""
        grant = self.directory.functions.grant
        consent = self.consent(holder, role)
        return grant(holder.address, role, division, subject, relying_on, consent)

    def grant(self, holder: Actor, role: Role, division: int, subject: int = 0) -> list[Event]:
        """Make a grant as root; it acts D later."""
        return self.chain.send(self.granting(holder, role, division, subject), self.root)

    def new_actor(self, name: str, role: Role, division: int, subject: int = 0) -> Actor:
        """Make an actor with one grant, and wait until it acts."""
        actor = Actor(name)
        self.grant(actor, role, division, subject)
        self.chain.travel(D)
        return actor

    def requires(self, holder: Actor, role: Role, division: int, subject: int = 0) -> Any:
        """The call of `requireGrant`."""
        return self.directory.functions.requireGrant(holder.address, role, division, subject)


def build_world(chain: Chain) -> World:
    """Deploy the three contracts and register everything."""
    directory = chain.deploy("Directory", World.root.address, D, by=World.root)
    registry = chain.deploy("SupplierRegistry", directory.address, by=World.root)
    catalogue = chain.deploy("Catalogue", directory.address, by=World.root)
    world = World(chain, directory, registry, catalogue)
    _register_places(world)
    _make_grants(world)
    _register_sources(world)
    _register_goods(world)
    return world


def _register_places(world: World) -> None:
    functions = world.directory.functions
    for division in DIVISIONS:
        world.chain.send(functions.registerDivision(division, name_digest(division), COUNTRY), world.root)
    for site in (SITE, SECOND_SITE, OTHER_SITE, DISPOSAL_SITE):
        disposal = site == DISPOSAL_SITE
        world.chain.send(functions.registerSite(site, disposal, name_digest(site), COUNTRY), world.root)
    consignee = functions.registerConsignee(CONSIGNEE, DISTRICT, name_digest("a hospital"), COUNTRY)
    world.chain.send(consignee, world.root)


def _make_grants(world: World) -> None:
    for holder, role, division, subject in (
        (World.province, Role.AUTHORITY, PROVINCE, 0),
        (World.city, Role.AUTHORITY, CITY, 0),
        (World.district, Role.AUTHORITY, DISTRICT, 0),
        (World.other_city, Role.AUTHORITY, OTHER_CITY, 0),
        (World.keeper, Role.KEEPER, COMMUNITY, 0),
        (World.approver, Role.APPROVER, DISTRICT, 0),
        (World.auditor, Role.AUDITOR, DISTRICT, 0),
        (World.supplier, Role.SUPPLIER, DISTRICT, SUPPLIER),
        (World.issuer, Role.ISSUER, COUNTRY, ISSUER),
        (World.other_issuer, Role.ISSUER, COUNTRY, OTHER_ISSUER),
        (World.revoked, Role.AUTHORITY, COUNTRY, 0),
        (World.suspended, Role.AUTHORITY, COUNTRY, 0),
    ):
        world.grant(holder, role, division, subject)
    world.chain.travel(D)

    functions = world.directory.functions
    revoke = functions.revoke(World.revoked.address, Role.AUTHORITY, COUNTRY, 0, COUNTRY, 1, 0)
    world.chain.send(revoke, world.root)
    consent = world.consent(World.successor, Role.AUTHORITY)
    old, new = World.suspended.address, World.successor.address
    world.chain.send(functions.proposeReplacement(old, new, [(COUNTRY, 0)], COUNTRY, 0, consent), world.root)
    world.grant(World.waiting, Role.AUTHORITY, COUNTRY)


def _register_sources(world: World) -> None:
    functions = world.registry.functions
    for supplier in (SUPPLIER, OTHER_SUPPLIER):
        world.chain.send(functions.registerSupplier(supplier, name_digest(supplier), COUNTRY), world.root)
    for issuer in (ISSUER, OTHER_ISSUER):
        world.chain.send(functions.registerIssuer(issuer, name_digest(issuer)), world.root)
        world.chain.send(functions.accredit(issuer, CATEGORY, 0, NEVER), world.root)


def _register_goods(world: World) -> None:
    functions = world.catalogue.functions
    for item, unit in ((PACK, b"XBX"), (PIECE, b"C62")):
        world.chain.send(
            functions.registerItem(item, CATEGORY, 730, unit, False, name_digest(item)), world.root
        )


__all__ = ["NOBODY", "Actor", "Chain", "Event", "World", "build_world"]
