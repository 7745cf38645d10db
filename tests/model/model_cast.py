"""Places, people, goods and papers of the ledger that the model and the chain play."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from model_act import DAY
from model_state import GrantId, History, Item, Place, Qualification, State

from ledger_client.divisions import DivisionId
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.identifiers import ConsigneeId, IssuerId, ItemId, SiteId, SupplierId
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.roles import Role
from ledger_client.signers import EnvironmentSigner, Signer
from ledger_client.words import join_words
from ledger_client.writing import Party, Prepared

CHAIN_ID = 20_270_101
START = 1_790_000_000
FOUNDED = START - 400 * DAY
FOR_EVER = 1 << 39
SHORT_UNTIL = START + 30 * DAY

COMMUNITY, OTHER_COMMUNITY, FAR_COMMUNITY = 420106001001, 420106001002, 420107001001
DISTRICT, FAR_DISTRICT, CITY, PROVINCE = 420106, 420107, 4201, 42
DIVISIONS = (
    *(PROVINCE, CITY, DISTRICT, 420106001, COMMUNITY, OTHER_COMMUNITY),
    *(FAR_DISTRICT, 420107001, FAR_COMMUNITY),
)
SITE, OTHER_SITE, FAR_SITE = COMMUNITY * 1000 + 101, OTHER_COMMUNITY * 1000 + 101, FAR_COMMUNITY * 1000 + 101
DISPOSAL_SITE = COMMUNITY * 1000 + 399
SITES = (SITE, OTHER_SITE, FAR_SITE, DISPOSAL_SITE)
NO_SITE_AT_ALL = OTHER_COMMUNITY * 1000 + 599

CATEGORY, OTHER_CATEGORY = 1_010_101, 1_020_202
MASKS, SYRUP, GLOVES = 101_0101_00001, 101_0101_00002, 102_0202_00001
RICE, BAGS, CUPS = 201_0101_00001, 201_0101_00002, 201_0101_00003
NO_ITEM = 201_0101_00099
ITEMS = {
    MASKS: Item(CATEGORY, 730),
    SYRUP: Item(CATEGORY, 20),
    GLOVES: Item(OTHER_CATEGORY),
    RICE: Item(),
    BAGS: Item(),
    CUPS: Item(),
}
FACTOR = 25
SUPPLIER, OTHER_SUPPLIER, ISSUER, DONOR = 0xA1 << 152, 0xA2 << 152, 0xB2 << 152, 0xD4 << 152
SUPPLIERS = (SUPPLIER, OTHER_SUPPLIER)
CONSIGNEE, CLOSED_CONSIGNEE = 0xC3 << 152, 0xC4 << 152


def signer(name: str) -> Signer:
    return EnvironmentSigner.from_value("TEST", keccak(name.encode()).hex())


ROOT, STRANGER = signer("root"), signer("stranger")
SECOND_KEEPER = signer("second keeper")
GRANTS = (
    (signer("keeper"), Role.KEEPER, COMMUNITY, 0),
    (SECOND_KEEPER, Role.KEEPER, COMMUNITY, 0),
    (signer("other keeper"), Role.KEEPER, OTHER_COMMUNITY, 0),
    (signer("other second keeper"), Role.KEEPER, OTHER_COMMUNITY, 0),
    (signer("far keeper"), Role.KEEPER, FAR_COMMUNITY, 0),
    (signer("far second keeper"), Role.KEEPER, FAR_COMMUNITY, 0),
    (signer("city keeper"), Role.KEEPER, CITY, 0),
    (signer("approver"), Role.APPROVER, DISTRICT, 0),
    (signer("second approver"), Role.APPROVER, DISTRICT, 0),
    (signer("far approver"), Role.APPROVER, FAR_DISTRICT, 0),
    (signer("city approver"), Role.APPROVER, CITY, 0),
    (signer("second city approver"), Role.APPROVER, CITY, 0),
    (signer("supplier"), Role.SUPPLIER, PROVINCE, SUPPLIER),
    (signer("other supplier"), Role.SUPPLIER, PROVINCE, OTHER_SUPPLIER),
    (signer("issuer"), Role.ISSUER, 0, ISSUER),
)
DISTRICT_AUTHORITY = signer("authority of the far district")
GRANTED_BY_DISTRICT = (signer("far keeper").address, signer("far approver").address)
"""Who owes the grant to the authority of the far district; all others to the root."""
SIGNERS: dict[str, Signer] = {str(who.address): who for who, *_ in GRANTS} | {str(ROOT.address): ROOT}
REVOCABLE = GrantId(SECOND_KEEPER.address, Role.KEEPER, COMMUNITY, 0)
ROOT_PARTY = Party(ROOT, 0)
ISSUING = next(who for who, role, *_ in GRANTS if role is Role.ISSUER)

PAPERS = (
    (SUPPLIER, CATEGORY, 1, FOR_EVER, b"long"),
    (SUPPLIER, CATEGORY, 2, SHORT_UNTIL, b"short"),
    (SUPPLIER, OTHER_CATEGORY, 3, FOR_EVER, b"gloves"),
    (OTHER_SUPPLIER, CATEGORY, 4, FOR_EVER, b"other"),
)
"""(supplier, category, grade, until, certificate) of the qualifications."""


def qualification_id(supplier: int, category: int, certificate: bytes) -> int:
    words = (ISSUER, supplier, category, int.from_bytes(keccak(certificate), "big"))
    return int.from_bytes(keccak(join_words(words))[:20], "big")


def found(path: Path) -> None:
    """Set up a ledger in a new home, long before the story begins."""
    path.mkdir()
    home, clock = Home(path), ManualClock(FOUNDED)
    Ledger.create(home, ROOT, chain_id=CHAIN_ID, delay=0, clock=clock)
    with Ledger.open(home, clock=clock) as ledger:
        ledger.write(list(_places(ledger)), check=False)
        ledger.write(list(_people(ledger)), check=False)
        ledger.write(list(_goods(ledger)), check=False)
        ledger.write(list(_papers(ledger)), check=False)
        ledger.index()


def _places(ledger: Ledger) -> Iterator[Prepared]:
    by = ROOT_PARTY
    for division in DIVISIONS:
        yield ledger.divisions.register(DivisionId(division), zh=f"区划{division}", by=by)
    for site in SITES:
        yield register_site(ledger, site)
    for consignee in (CONSIGNEE, CLOSED_CONSIGNEE):
        yield ledger.consignees.register(ConsigneeId(consignee), DivisionId(DISTRICT), zh="领用单位", by=by)
    yield ledger.consignees.close(ConsigneeId(CLOSED_CONSIGNEE), by=by)


def register_site(ledger: Ledger, site: int) -> Prepared:
    disposal = site == DISPOSAL_SITE
    return ledger.sites.register(SiteId(site), zh=f"储备点{site}", disposal=disposal, by=ROOT_PARTY)


def _people(ledger: Ledger) -> Iterator[Prepared]:
    authority = (DISTRICT_AUTHORITY, Role.AUTHORITY, FAR_DISTRICT, 0)
    for who, role, division, subject in (authority, *GRANTS):
        by_district = who.address in GRANTED_BY_DISTRICT
        yield ledger.roles.grant(
            who.address,
            role,
            DivisionId(division),
            subject=subject,
            consent=ledger.roles.class_consent(who, role),
            by=Party(DISTRICT_AUTHORITY, FAR_DISTRICT) if by_district else ROOT_PARTY,
        )


def _goods(ledger: Ledger) -> Iterator[Prepared]:
    for item, each in ITEMS.items():
        yield ledger.items.register(
            ItemId(item),
            zh=f"物资{item}",
            unit="H87",
            category=each.category,
            shelf_life=each.shelf_life,
            by=ROOT_PARTY,
        )
    yield ledger.items.set_factor(ItemId(BAGS), ItemId(RICE), FACTOR, by=ROOT_PARTY)


def _papers(ledger: Ledger) -> Iterator[Prepared]:
    for supplier in SUPPLIERS:
        yield ledger.suppliers.register(SupplierId(supplier), zh="供应商", by=ROOT_PARTY)
    yield ledger.suppliers.register_issuer(IssuerId(ISSUER), zh="签发方", by=ROOT_PARTY)
    for category in (CATEGORY, OTHER_CATEGORY):
        yield ledger.suppliers.accredit(IssuerId(ISSUER), category, by=ROOT_PARTY)
    for supplier, category, grade, until, certificate in PAPERS:
        yield ledger.qualifications.issue(
            IssuerId(ISSUER),
            SupplierId(supplier),
            category,
            grade=grade,
            from_=0,
            until=until,
            certificate=keccak(certificate),
            by=ISSUING,
        )


def founded_state(ledger: Ledger) -> State:
    """What the model is told of the registers; positions in journals follow from the order of `found`."""
    state = State(items=dict(ITEMS), factors={(BAGS, RICE): FACTOR})
    state.places = {site: Place(is_disposal=site == DISPOSAL_SITE) for site in SITES}
    state.consignees = {CONSIGNEE: True, CLOSED_CONSIGNEE: False}
    for grant in ledger.index().grants():
        if grant.holder == DISTRICT_AUTHORITY.address:
            continue  # it makes grants and records nothing: recalls rest on division 0
        state.grants[GrantId(grant.holder, Role(grant.role), grant.division, grant.subject)] = grant.position
    # The issuer's journal: registered, accredited for one category, then for the other.
    for position, category in enumerate((CATEGORY, OTHER_CATEGORY), 2):
        state.accreditations[ISSUER, category] = History(FOUNDED, FOR_EVER, position)
    entries = {SUPPLIER: 1, OTHER_SUPPLIER: 1}
    for supplier, category, grade, until, certificate in PAPERS:
        entries[supplier] += 1
        history = History(FOUNDED, until, entries[supplier])
        id_ = qualification_id(supplier, category, certificate)
        state.qualifications[id_] = Qualification(supplier, ISSUER, category, grade, history)
    return state
