"""What the tests of the stock ledger find: sites that are open, who works there, and what lies there.

=============  =====================  ==============================================================
site           where                  what it holds at the beginning
=============  =====================  ==============================================================
SITE           COMMUNITY              100 MASKS, 200 PIECES, 1000 RICE, 10 OLD (expired), 20 NOODLES
SECOND_SITE    COMMUNITY              nothing
OTHER_SITE     another district       5 MASKS
FAR_SITE       another province       nothing
DISPOSAL_SITE  another district       nothing; a disposal site
DUMP           COMMUNITY              nothing; a disposal site
CLOSED_SITE    COMMUNITY              50 RICE; closed, SECOND_SITE is its successor
FRESH_SITE     COMMUNITY              has no opening
=============  =====================  ==============================================================
"""

from __future__ import annotations

from typing import Any

from chain import GENESIS_TIME, Actor, Chain
from stock import DAY, OFFSET, Party, Stock
from web3.contract.contract import Contract
from world import (
    CATEGORY,
    CITY,
    COMMUNITY,
    COUNTRY,
    DISPOSAL_SITE,
    DISTRICT,
    ISSUER,
    NEVER,
    OTHER_CATEGORY,
    OTHER_COMMUNITY,
    OTHER_DISTRICT,
    OTHER_ISSUER,
    OTHER_SITE,
    PACK,
    PIECE,
    PROVINCE,
    SECOND_SITE,
    SITE,
    SUPPLIER,
    D,
    World,
    build_world,
    id_of,
    name_digest,
)

from ledger_client.digests import domain_separator
from ledger_client.documents import Kind
from ledger_client.keccak import keccak
from ledger_client.lines import LotAttributes, OpeningLine
from ledger_client.roles import Role
from ledger_client.words import NEVER as NO_END
from ledger_client.words import LotStatus, LotWord, pack_lot

FAR_DISTRICT, FAR_STREET, FAR_COMMUNITY = 420106, 420106001, 420106001001
FAR_SITE = FAR_COMMUNITY * 1_000 + 101
DUMP = COMMUNITY * 1_000 + 198
CLOSED_SITE = COMMUNITY * 1_000 + 401
FRESH_SITE = COMMUNITY * 1_000 + 501
UNKNOWN_SITE = COMMUNITY * 1_000 + 502

GRAIN, BOX_OF_NOODLES, CUP_OF_NOODLES = (
    201_0101_00001,
    201_0102_00001,
    201_0102_00002,
)  # need no qualification
OTHER_GOODS = 101_0102_00001  # needs OTHER_CATEGORY
UNKNOWN_ITEM = 101_0101_99999
FACTOR = 20  # PIECE in a PACK
SHELF_LIFE = 730  # days of PACK and PIECE

FIRST_DAY = (GENESIS_TIME + OFFSET) // DAY
DONOR = id_of("a donor, salted")
BATCH = keccak(b"a batch as printed")

MASKS = LotAttributes(item=PACK, source=SUPPLIER, batch=BATCH, made=FIRST_DAY - 10)
PIECES = LotAttributes(item=PIECE, source=SUPPLIER, batch=BATCH, made=FIRST_DAY - 10)
RICE = LotAttributes(item=GRAIN, source=DONOR)
OLD = LotAttributes(item=GRAIN, source=DONOR, expires=FIRST_DAY - 1)
NOODLES = LotAttributes(item=BOX_OF_NOODLES, source=DONOR, expires=FIRST_DAY + 300)
CUPS = LotAttributes(item=CUP_OF_NOODLES, source=DONOR, expires=FIRST_DAY + 300)  # held nowhere yet
OPENED = {MASKS: 100, PIECES: 200, RICE: 1_000, OLD: 10, NOODLES: 20}

SITES = (SITE, SECOND_SITE, OTHER_SITE, FAR_SITE, DISPOSAL_SITE, DUMP, CLOSED_SITE, FRESH_SITE)

KEEPER = Party(World.keeper, Role.KEEPER)
SECOND_KEEPER = Party(Actor("second keeper"), Role.KEEPER)
THIRD_KEEPER = Party(Actor("third keeper"), Role.KEEPER)
OTHER_KEEPER = Party(Actor("keeper of the other district"), Role.KEEPER, OTHER_COMMUNITY)
FAR_KEEPER = Party(Actor("keeper of the other province"), Role.KEEPER, FAR_COMMUNITY)
APPROVER = Party(World.approver, Role.APPROVER, DISTRICT)
SECOND_APPROVER = Party(Actor("second approver"), Role.APPROVER, DISTRICT)
OTHER_APPROVER = Party(Actor("approver of the other district"), Role.APPROVER, OTHER_DISTRICT)
CITY_APPROVER = Party(Actor("approver of the city"), Role.APPROVER, CITY)
SECOND_CITY_APPROVER = Party(Actor("second approver of the city"), Role.APPROVER, CITY)
PROVINCE_APPROVER = Party(Actor("approver of the province"), Role.APPROVER, PROVINCE)
COUNTRY_APPROVER = Party(Actor("approver of the country"), Role.APPROVER, COUNTRY)
FAR_APPROVER = Party(Actor("approver of the other province"), Role.APPROVER, FAR_DISTRICT)
SUPPLYING = Party(World.supplier, Role.SUPPLIER, DISTRICT, SUPPLIER)
ISSUING = Party(World.issuer, Role.ISSUER, COUNTRY, ISSUER)
OTHER_ISSUING = Party(World.other_issuer, Role.ISSUER, COUNTRY, OTHER_ISSUER)
ROOT = Party(World.root, Role.AUTHORITY, COUNTRY)
PROVINCE_AUTHORITY = Party(World.province, Role.AUTHORITY, PROVINCE)
AUDITOR = Party(World.auditor, Role.AUDITOR, DISTRICT)
STRANGER = Party(World.stranger, Role.KEEPER)

_NEW = (
    *(SECOND_KEEPER, THIRD_KEEPER, OTHER_KEEPER, FAR_KEEPER),
    *(SECOND_APPROVER, OTHER_APPROVER, FAR_APPROVER),
    *(CITY_APPROVER, SECOND_CITY_APPROVER, PROVINCE_APPROVER, COUNTRY_APPROVER),
)

PARTIES: dict[Kind, tuple[Party, Party | None, Party | None]] = {
    Kind.OPENING: (KEEPER, None, APPROVER),
    Kind.RECEIPT: (KEEPER, SUPPLYING, None),
    Kind.RELEASE: (APPROVER, None, None),
    Kind.HOLD: (APPROVER, None, None),
    Kind.ISSUE: (KEEPER, None, None),
    Kind.HAND_OVER: (KEEPER, SECOND_KEEPER, None),
    Kind.DISPATCH: (KEEPER, None, None),
    Kind.ACCEPTANCE: (SECOND_KEEPER, None, None),
    Kind.CONTEST: (SECOND_KEEPER, None, None),
    Kind.RETURN: (KEEPER, None, APPROVER),
    Kind.RETURN_ACCEPTANCE: (KEEPER, None, None),
    Kind.SETTLEMENT: (SECOND_APPROVER, None, None),
    Kind.COUNT: (KEEPER, SECOND_KEEPER, None),
    Kind.WRITE_OFF: (KEEPER, None, APPROVER),
    Kind.REPACK: (KEEPER, None, APPROVER),
    Kind.REVERSAL: (KEEPER, None, APPROVER),
    Kind.RECALL: (ROOT, None, None),
    Kind.LIFT: (ROOT, None, None),
}


class StorageChain(Chain):
    """A chain whose state a test may read as it is stored."""

    @property
    def database(self) -> Any:
        """The nodes of all tries."""
        return self._backend.chain.chaindb.db


def lot_word(goods: LotAttributes, use_until: int = NO_END, *, site: int = SITE, status: int = 0) -> int:
    """The word of a lot."""
    return pack_lot(LotWord(goods.item, site, use_until, LotStatus(status)))


def issue_qualification(stock: Stock, until: int, name: str, category: int = CATEGORY) -> int:
    """Qualify SUPPLIER until `until`, and return the qualification."""
    issue = stock.world.registry.functions.issueQualification
    call = issue(ISSUER, SUPPLIER, category, 2, 0, until, keccak(name.encode()))
    (event,) = stock.chain.send(call, ISSUING.actor)
    return int(event.fields["qualification"])


def build_stock() -> Stock:
    """Build a world of its own with a ledger in it, and open the sites."""
    world = build_world(StorageChain())
    _register(world)
    steps = world.chain.deploy("LedgerSteps", world.directory.address, OFFSET, by=World.root)
    parts = (world.directory.address, world.catalogue.address, world.registry.address, steps.address)
    ledger: Contract = world.chain.deploy("StockLedger", *parts, OFFSET, by=World.root)
    domain = domain_separator(world.chain.w3.eth.chain_id, ledger.address)  # type: ignore[arg-type]
    stock = Stock(world, ledger, steps, domain, PARTIES, world.chain.w3.eth.block_number)
    stock.qualification = issue_qualification(stock, NEVER, "a certificate")
    _open(stock)
    close = world.directory.functions.closeSite(CLOSED_SITE, SECOND_SITE, COUNTRY)
    world.chain.send(close, World.root)
    return stock


def _register(world: World) -> None:
    places, send = world.directory.functions, world.chain.send
    for division in (FAR_DISTRICT, FAR_STREET, FAR_COMMUNITY):
        send(places.registerDivision(division, name_digest(division), COUNTRY), World.root)
    for site in (FAR_SITE, DUMP, CLOSED_SITE, FRESH_SITE):
        send(places.registerSite(site, site == DUMP, name_digest(site), COUNTRY), World.root)
    for party in _NEW:
        world.grant(party.actor, party.role, party.division, party.subject)
    world.chain.travel(D)
    send(world.registry.functions.accredit(ISSUER, OTHER_CATEGORY, 0, NEVER), World.root)
    goods = world.catalogue.functions
    for item, category in (
        (GRAIN, 0),
        (BOX_OF_NOODLES, 0),
        (CUP_OF_NOODLES, 0),
        (OTHER_GOODS, OTHER_CATEGORY),
    ):
        send(goods.registerItem(item, category, 0, b"C62", False, name_digest(item)), World.root)
    send(goods.setFactor(PACK, PIECE, FACTOR), World.root)


def _open(stock: Stock) -> None:
    stock.enter(stock.act(Kind.OPENING, *(OpeningLine(goods, units) for goods, units in OPENED.items())))
    for site, keeper, approver, lines in (
        (SECOND_SITE, KEEPER, APPROVER, ()),
        (DUMP, KEEPER, APPROVER, ()),
        (CLOSED_SITE, KEEPER, APPROVER, (OpeningLine(RICE, 50),)),
        (OTHER_SITE, OTHER_KEEPER, OTHER_APPROVER, (OpeningLine(MASKS, 5),)),
        (DISPOSAL_SITE, OTHER_KEEPER, OTHER_APPROVER, ()),
        (FAR_SITE, FAR_KEEPER, FAR_APPROVER, ()),
    ):
        stock.enter(stock.act(Kind.OPENING, *lines, to=site, sender=keeper, approver=approver))
