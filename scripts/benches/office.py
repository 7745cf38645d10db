"""A ledger behind the facade for benchmarks: places, people and lots, on any node, as in production.

Everything is written the way a command writes it: outbox and records on disk, receipts checked, the index
that `Ledger` fills. Only the delay D is 0, so that grants act at once.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anvil import find_anvil, running_anvil
from rich.console import Console
from rich.progress import track

from ledger_client.divisions import DivisionId
from ledger_client.documents import Timestamp
from ledger_client.home import Home
from ledger_client.identifiers import ConsigneeId, IssuerId, ItemId, SiteId, SupplierId
from ledger_client.index.reads import IndexReader
from ledger_client.index.registers import RegisterReader
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.lines import Line, LotAttributes
from ledger_client.roles import Role
from ledger_client.signers import EnvironmentSigner, Signer
from ledger_client.stock import Goods, Particulars
from ledger_client.writing import Party, Prepared

CHAIN_ID = 31_337
DISTRICT = 420_106
STREET = 420_106_001
SITES_OF_A_MODE = 99
SITES_OF_A_COMMUNITY = 5 * SITES_OF_A_MODE
CATEGORY = 101_01_01
ITEM = ItemId(101_0101_00001)
STOCK = 1_000_000  # base units of each lot
PICKED = 100  # lines of a document
SEED = 2020
FOR_EVER = 1 << 39
GAS_LIMIT = 4_000_000_000
BLOCK_TIME = 0.25  # seconds
_PAUSE = 0.02  # seconds between two looks at the index, by whoever waits for it
_POLL = 0.25  # seconds between two looks at the chain, by whoever fills the index
_OPENINGS_AT_ONCE = 200
_RECEIPTS_AT_ONCE = 20


def _id(name: str) -> int:
    return int.from_bytes(keccak(name.encode())[:20], "big")


SUPPLIER, ISSUER = SupplierId(_id("supplier")), IssuerId(_id("issuer"))
CONSIGNEE = ConsigneeId(_id("consignee"))


def _signer(name: str) -> Signer:
    """Return a signer whose key follows from its name."""
    return EnvironmentSigner.from_value("BENCH", keccak(b"benchmark " + name.encode()).hex())


ROOT = Party(_signer("root"), 0)
KEEPER, OTHER_KEEPER = Party(_signer("keeper"), DISTRICT), Party(_signer("other keeper"), DISTRICT)
APPROVER = Party(_signer("approver"), DISTRICT)
SUPPLYING, ISSUING = Party(_signer("supplier"), DISTRICT), Party(_signer("issuer"), 0)
_GRANTS = (
    (KEEPER, Role.KEEPER, 0),
    (OTHER_KEEPER, Role.KEEPER, 0),
    (APPROVER, Role.APPROVER, 0),
    (SUPPLYING, Role.SUPPLIER, SUPPLIER),
    (ISSUING, Role.ISSUER, ISSUER),
)


def _site(number: int) -> SiteId:
    """Return the id of a site: mode by mode, community by community."""
    community, rest = divmod(number, SITES_OF_A_COMMUNITY)
    mode, place = divmod(rest, SITES_OF_A_MODE)
    return SiteId((STREET * 1_000 + 1 + community) * 1_000 + (1 + mode) * 100 + 1 + place)


def load() -> float:
    """Return how many processes wanted a processor in the last minute: what else the machine did."""
    return round(os.getloadavg()[0], 1)


def progress(values: Sequence[Any], what: str) -> Any:
    """Show on stderr how far a benchmark has come."""
    return track(values, description=what, console=Console(stderr=True), transient=True)


def chunks(values: Sequence[Any], size: int = PICKED) -> list[Any]:
    """Return `values` in parts of at most `size`."""
    return [values[at : at + size] for at in range(0, len(values), size)]


class Office:
    """A founded ledger, of which the first site holds `STOCK` base units of every lot.

    Attributes:
        ledger: The facade.
        sites: All sites; each has its opening.
        lots: Ids of all lots.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.sites: list[SiteId] = []
        self.lots: list[int] = []
        self._qualification = 0
        self._random = random.Random(SEED)
        self._documents = 0
        self._batches = 0

    def found(self, lots: int, sites: int = 2) -> None:
        """Register everything, open the sites and receive the lots at the first."""
        self.sites = [_site(number) for number in range(sites)]
        self._register(sorted({site // 1_000 for site in self.sites}))
        openings = [self._opening(site) for site in self.sites]
        for some in chunks(openings, _OPENINGS_AT_ONCE):
            self.ledger.write(some, check=False)
        self.lots = [lot for some in self._receive_all(lots) for lot in some]

    def _register(self, communities: Sequence[int]) -> None:
        ledger = self.ledger
        divisions = (42, 4201, DISTRICT, STREET, *communities)
        calls = [ledger.divisions.register(DivisionId(d), zh=f"区划{d}", by=ROOT) for d in divisions]
        calls += [ledger.sites.register(s, zh=f"储备点{s}", by=ROOT) for s in self.sites]
        calls.append(ledger.consignees.register(CONSIGNEE, DivisionId(DISTRICT), zh="领用单位", by=ROOT))
        for party, role, subject in _GRANTS:
            consent = ledger.roles.class_consent(party.signer, role)
            division, holder = DivisionId(party.division), party.signer.address
            calls.append(
                ledger.roles.grant(holder, role, division, subject=subject, consent=consent, by=ROOT)
            )
        calls.append(ledger.suppliers.register(SUPPLIER, zh="供应商", by=ROOT))
        calls.append(ledger.suppliers.register_issuer(ISSUER, zh="签发方", by=ROOT))
        calls.append(ledger.suppliers.accredit(ISSUER, CATEGORY, by=ROOT))
        calls.append(ledger.items.register(ITEM, zh="口罩", unit="XBX", category=CATEGORY, by=ROOT))
        ledger.write(calls, check=False)
        ledger.write([self._issue_qualification()])
        ledger.index()
        (self._qualification,) = RegisterReader(ledger.index_engine).qualifications(SUPPLIER)

    def _issue_qualification(self) -> Prepared:
        return self.ledger.qualifications.issue(
            ISSUER,
            SUPPLIER,
            CATEGORY,
            grade=1,
            from_=0,
            until=FOR_EVER,
            certificate=keccak(b"certificate"),
            by=ISSUING.signer,
        )

    def _opening(self, site: SiteId) -> Prepared:
        return self.ledger.stock.open(site, keeper=KEEPER, approver=APPROVER, particulars=self._particulars())

    def _receive_all(self, lots: int) -> Iterator[list[int]]:
        sizes = [len(some) for some in chunks(range(lots))]
        for some in progress(chunks(sizes, _RECEIPTS_AT_ONCE), "receipts"):
            receipts = [self.receipt(size) for size in some]
            self.ledger.write([prepared for prepared, _ in receipts], check=False)
            yield from [received for _, received in receipts]

    # -- documents

    def receipt(self, lots: int = PICKED) -> tuple[Prepared, list[int]]:
        """Prepare a receipt of new lots, qualified and signed by the supplier; return also their ids."""
        self._batches += lots
        goods = [
            LotAttributes(item=ITEM, source=SUPPLIER, batch=keccak(b"%d" % (self._batches - number)))
            for number in range(lots)
        ]
        prepared = self.ledger.stock.receive(
            self.sites[0],
            SUPPLIER,
            [Goods(each, STOCK) for each in goods],
            keeper=KEEPER,
            supplier=SUPPLYING,
            qualification=self._qualification,
            particulars=self._particulars(),
        )
        return prepared, [each.lot_id for each in goods]

    def pick(self, lines: int = PICKED) -> list[Line]:
        """Return lines of lots picked at random."""
        return [Line(lot, 1) for lot in self._random.sample(self.lots, lines)]

    def hand_over(
        self, lines: Sequence[Line], to: SiteId | None = None, source: SiteId | None = None
    ) -> Prepared:
        """Prepare a hand-over of `lines` with both consents, from the first site to the second by default."""
        return self.ledger.stock.hand_over(
            self.sites[0] if source is None else source,
            self.sites[1] if to is None else to,
            lines,
            keeper=KEEPER,
            receiver=OTHER_KEEPER,
            particulars=self._particulars(),
        )

    def issue(self, lines: Sequence[Line], source: SiteId | None = None) -> Prepared:
        """Prepare an issue of `lines` by the first site or another."""
        site = self.sites[0] if source is None else source
        return self.ledger.stock.issue(site, CONSIGNEE, lines, keeper=KEEPER, particulars=self._particulars())

    def _particulars(self) -> Particulars:
        """Return the same client ids in every run, so that two nodes are given the same documents."""
        self._documents += 1
        client_id = keccak(b"document %d" % self._documents)
        return Particulars(client_id=client_id, occurred_at=Timestamp(int(self.ledger.now())))


@contextmanager
def following(home: Home) -> Iterator[None]:
    """Let another process fill the index of a home, as `shecang serve` does."""
    context = multiprocessing.get_context("spawn")
    ready, stop = context.Event(), context.Event()
    process = context.Process(target=_follow, args=(home, ready, stop), daemon=True)
    process.start()
    try:
        if not ready.wait(60):
            raise RuntimeError("the process that fills the index did not start")
        yield
    finally:
        stop.set()
        process.join(60)


def _follow(home: Home, ready: Event, stop: Event) -> None:
    with Ledger.open(home) as ledger:
        ledger.index()
        ready.set()
        while not stop.wait(_POLL):
            ledger.index()


def wait_for_index(ledger: Ledger, block: int) -> None:
    """Return when the index has read up to a block."""
    reader = IndexReader(ledger.index_engine)
    while reader.position().number < block:
        time.sleep(_PAUSE)


@contextmanager
def office_on_anvil() -> Iterator[tuple[Office, str, Path]]:
    """Open an office on an anvil of its own.

    Yields:
        The office, the node's URL, and a directory that is deleted in the end.
    """
    executable = find_anvil()
    if executable is None:
        sys.exit("anvil is not installed: run scripts/test once")
    with (
        running_anvil(executable, gas_limit=GAS_LIMIT, block_time=BLOCK_TIME) as url,
        TemporaryDirectory() as directory,
        open_office(Path(directory) / "home", url) as office,
    ):
        yield office, url, Path(directory)


@contextmanager
def open_office(directory: Path, node: str | None = None) -> Iterator[Office]:
    """Set a ledger up in a new directory, on the node at an address or an embedded chain, and open it."""
    directory.mkdir()
    home = Home(directory)
    if node is not None:
        home.use_node(node)
    Ledger.create(home, ROOT.signer, chain_id=CHAIN_ID, delay=0)
    with Ledger.open(home) as ledger:
        yield Office(ledger)
