"""A ledger whose grants wait for D, with an authority on every level, for the tests of keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from facade import BAG_ITEM, CHAIN_ID, CONSUMER, PLACE, START, THE_COMMUNITY, THE_DISTRICT
from played_ledger import APPROVER, DIVISIONS, DONOR, KEEPER, OTHER_KEEPER, ROOT, signer

from ledger_client.audit import AuditReport, audit
from ledger_client.divisions import DivisionId
from ledger_client.embedded import ManualClock
from ledger_client.fold.records import Grant, RecordedDocument, Replacement
from ledger_client.home import Home
from ledger_client.index.chain_source import ChainSource
from ledger_client.index.histories import replacements
from ledger_client.ledger import Ledger
from ledger_client.lines import Line, LotAttributes, OpeningLine
from ledger_client.roles import Role
from ledger_client.signers import Signer
from ledger_client.writing import Party, Prepared

D = 2 * 86_400  # seconds
CITY = DivisionId(4201)

PROVINCE_AUTHORITY, CITY_AUTHORITY, DISTRICT_AUTHORITY = map(
    signer, ("authority of the province", "authority of the city", "authority of the district")
)
NEW, THIEF, ACCOMPLICE = map(signer, ("new key", "thief", "accomplice"))

COUNTRY = Party(ROOT, 0)
PROVINCE = Party(PROVINCE_AUTHORITY, 42)
THE_CITY = Party(CITY_AUTHORITY, CITY)
DISTRICT = Party(DISTRICT_AUTHORITY, THE_DISTRICT)
KEEPING, KEEPING_TOO = Party(KEEPER, THE_COMMUNITY), Party(OTHER_KEEPER, THE_COMMUNITY)
APPROVING = Party(APPROVER, THE_DISTRICT)
NEW_KEEPING = Party(NEW, THE_COMMUNITY)

RICE_BAGS = LotAttributes(item=BAG_ITEM, source=DONOR, expires=40_000)


@dataclass
class KeysWorld:
    """The ledger: one site that holds 100 RICE_BAGS."""

    ledger: Ledger
    clock: ManualClock

    def write(self, *prepared: Prepared) -> None:
        self.ledger.write(prepared)

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.clock.advance(seconds)

    def granting(self, who: Signer, role: Role, division: DivisionId, by: Party) -> Prepared:
        """Prepare a first grant."""
        roles = self.ledger.roles
        return roles.grant(who.address, role, division, consent=roles.class_consent(who, role), by=by)

    def propose(self, since: int = 0, by: Party = DISTRICT) -> int:
        """Propose to move the keeper's grant to NEW; return the number of the replacement."""
        roles = self.ledger.roles
        consent = roles.class_consent(NEW, Role.KEEPER)
        grants = [(THE_COMMUNITY, 0)]
        self.write(
            roles.propose_replacement(
                KEEPER.address, NEW.address, grants, compromised_since=since, consent=consent, by=by
            )
        )
        return max(self.replacements())

    def replacements(self) -> dict[int, Replacement]:
        self.ledger.index()
        return replacements(self.ledger.index_engine)

    def grant(self, who: Signer) -> Grant:
        """The only grant of somebody."""
        (grant,) = self.ledger.index().grants(who.address)
        return grant

    def issuing(self, keeper: Party = KEEPING, units: int = 1) -> Prepared:
        """Prepare an issue of some RICE_BAGS."""
        return self.ledger.stock.issue(PLACE, CONSUMER, [Line(RICE_BAGS.lot_id, units)], keeper=keeper)

    def on_hand(self) -> int:
        return sum(held.quantity for held in self.ledger.index().on_hand(PLACE))

    def card(self) -> list[RecordedDocument]:
        return [entry.document for entry in self.ledger.index().stock_card(PLACE)]

    def audit(self) -> AuditReport:
        self.ledger.index()
        source = ChainSource(self.ledger.chain, self.ledger.deployment)
        return audit(self.ledger.index_engine, source, first_block=self.ledger.deployment.first_block)


def found_keys(path: Path) -> tuple[Home, ManualClock]:
    """Set the ledger up in a new directory; every grant acts."""
    path.mkdir()
    home, clock = Home(path), ManualClock(START)
    Ledger.create(home, ROOT, chain_id=CHAIN_ID, delay=D, clock=clock)
    with Ledger.open(home, clock=clock) as ledger:
        world = KeysWorld(ledger, clock)
        calls = [
            ledger.divisions.register(DivisionId(each), zh=f"区划{each}", by=COUNTRY) for each in DIVISIONS
        ]
        calls.append(ledger.sites.register(PLACE, zh="储备点", by=COUNTRY))
        calls.append(ledger.consignees.register(CONSUMER, THE_DISTRICT, zh="领用单位", by=COUNTRY))
        calls.append(ledger.items.register(BAG_ITEM, zh="物资", unit="BG", by=COUNTRY))
        for party, role in (
            *((each, Role.AUTHORITY) for each in (PROVINCE, THE_CITY, DISTRICT)),
            *((each, Role.KEEPER) for each in (KEEPING, KEEPING_TOO)),
            (APPROVING, Role.APPROVER),
        ):
            calls.append(world.granting(party.signer, role, DivisionId(party.division), COUNTRY))
        ledger.write(calls, check=False)
        world.wait(D)
        ledger.write(
            [ledger.stock.open(PLACE, [OpeningLine(RICE_BAGS, 100)], keeper=KEEPING, approver=APPROVING)]
        )
    return home, clock
