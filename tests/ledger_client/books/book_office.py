"""An office with an open, empty site on a real embedded chain, and the books that it imports."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ledger_client.book import BookSheet, Mapping, MappingRow, propose_mapping, read_book
from ledger_client.books import Plan, Signers, import_book, plan_import
from ledger_client.divisions import DivisionId
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.identifiers import SiteId
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.roles import Role
from ledger_client.signers import EnvironmentSigner, Signer
from ledger_client.words import LotStatus
from ledger_client.writing import Party

SITE = SiteId(420106001001101)
COMMUNITY, DISTRICT = DivisionId(420106001001), DivisionId(420106)
START = 1_790_000_000  # September 2026
RECEIVED = "捐赠单位,品名,计量单位,数量"
ISSUED = "接收单位,品名,计量单位,数量"


def signer(name: str) -> Signer:
    return EnvironmentSigner.from_value("TEST", keccak(f"books {name}".encode()).hex())


ROOT, KEEPER, APPROVER = Party(signer("root"), 0), signer("keeper"), signer("approver")
SIGNERS = Signers(Party(KEEPER, COMMUNITY), Party(APPROVER, DISTRICT), authority=ROOT, catalogue=ROOT)


def found(home: Home, clock: ManualClock | None = None) -> None:
    """Set a ledger up with one site that is not open yet."""
    Ledger.create(home, ROOT.signer, chain_id=7, delay=0, clock=clock)
    with Ledger.open(home, clock=clock) as ledger:
        divisions = (42, 4201, DISTRICT, 420106001, COMMUNITY)
        calls = [ledger.divisions.register(DivisionId(d), zh=f"区划{d}", by=ROOT) for d in divisions]
        calls.append(ledger.sites.register(SITE, zh="样例储备点", by=ROOT))
        for who, role, division in (
            (KEEPER, Role.KEEPER, COMMUNITY),
            (APPROVER, Role.APPROVER, DISTRICT),
        ):
            consent = ledger.roles.class_consent(who, role)
            calls.append(ledger.roles.grant(who.address, role, division, consent=consent, by=ROOT))
        ledger.write(calls, check=False)


def open_site(ledger: Ledger) -> None:
    ledger.write([ledger.stock.open(SITE, keeper=SIGNERS.keeper, approver=SIGNERS.approver)])


@dataclass
class Office:
    """The office while a test works in it."""

    ledger: Ledger
    directory: Path

    def book(self, name: str, header: str, *rows: str, title: str = "（2020年1月30日）") -> list[BookSheet]:
        """Write a book as CSV and read it."""
        path = self.directory / f"{name}.csv"
        path.write_text("\n".join((title, header, *rows)) + "\n", encoding="utf-8")
        return list(read_book(path))

    def plan(self, sheets: Sequence[BookSheet], mapping: Mapping | None = None) -> Plan:
        return plan_import(self.ledger, sheets, mapping or confirmed(sheets), SITE)

    def import_(self, sheets: Sequence[BookSheet], mapping: Mapping | None = None) -> Plan:
        return import_book(self.ledger, sheets, mapping or confirmed(sheets), SITE, SIGNERS)

    def stock(self) -> dict[str, list[tuple[int, bool]]]:
        """Return what is on hand by the items' names: quantity, and whether it is held."""
        index = self.ledger.index()
        names = {row.item.item: row.name for row in MAPPING}
        found: dict[str, list[tuple[int, bool]]] = {}
        for holding in index.on_hand(SITE):
            is_held = bool(holding.attributes.status & LotStatus.HELD)
            found.setdefault(names[holding.attributes.item], []).append((holding.quantity, is_held))
        return {name: sorted(lots) for name, lots in found.items()}

    def documents(self) -> int:
        return len(self.ledger.index().stock_card(SITE, limit=10_000))


MAPPING: list[MappingRow] = []


def confirmed(sheets: Sequence[BookSheet]) -> Mapping:
    """Return a mapping that knows all goods that a test named so far, as if a person had confirmed it."""
    proposed = propose_mapping(sheets, Mapping(tuple(MAPPING)))
    MAPPING[:] = [replace(row, status="confirmed") for row in proposed.rows]
    return Mapping(tuple(MAPPING))


def new_home(directory: Path) -> Path:
    """Found a ledger in a directory, to be copied by the tests."""
    home = Home(directory / "home")
    home.path.mkdir()
    found(home, ManualClock(START))
    return home.path


@contextmanager
def opened(founded: Path, directory: Path) -> Iterator[Office]:
    """Open a copy of a ledger."""
    MAPPING.clear()
    home = Home(directory / "home")
    shutil.copytree(founded, home.path)
    with Ledger.open(home, clock=ManualClock(START + 1_000)) as ledger:
        yield Office(ledger, directory)
