"""A founded ledger behind the facade, on either engine, and what a refusal must leave alone."""

from __future__ import annotations

import sqlite3
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from played_ledger import (
    APPROVER,
    BAGS,
    CATEGORY,
    COMMUNITY,
    CONSIGNEE,
    DISTRICT,
    DIVISIONS,
    DONOR,
    GRANTS,
    ISSUER,
    ISSUING,
    KEEPER,
    MASKS,
    OTHER_KEEPER,
    OTHER_SITE,
    RICE,
    ROOT,
    SETTLER,
    SITE,
    STRANGER,
    SUPPLIER,
    SUPPLYING,
)

from ledger_client.chain import connect
from ledger_client.divisions import DivisionId
from ledger_client.embedded import ManualClock
from ledger_client.errors import ShecangError
from ledger_client.fold.records import RecordedDocument
from ledger_client.home import Home
from ledger_client.identifiers import ConsigneeId, IssuerId, ItemId, SiteId, SupplierId
from ledger_client.index.dump import dump_digest
from ledger_client.keccak import keccak
from ledger_client.ledger import Ledger
from ledger_client.lines import LotAttributes
from ledger_client.outbox import Entry
from ledger_client.stock import Goods, Particulars
from ledger_client.writing import Party, Prepared

CHAIN_ID = 20_250_601
START = 1_790_000_000
PLACE, OTHER_PLACE, CONSUMER = SiteId(SITE), SiteId(OTHER_SITE), ConsigneeId(CONSIGNEE)
THE_DISTRICT, THE_COMMUNITY = DivisionId(DISTRICT), DivisionId(COMMUNITY)
MASK_ITEM, RICE_ITEM, BAG_ITEM = ItemId(MASKS), ItemId(RICE), ItemId(BAGS)
THE_SUPPLIER, THE_ISSUER = SupplierId(SUPPLIER), IssuerId(ISSUER)

ROOT_PARTY, BUREAU = Party(ROOT, 0), ISSUING
KEEPING, KEEPING_TOO = Party(KEEPER, COMMUNITY), Party(OTHER_KEEPER, COMMUNITY)
APPROVING, SETTLING = Party(APPROVER, DISTRICT), Party(SETTLER, DISTRICT)
SUPPLYING_PARTY, NOBODY = Party(SUPPLYING, DISTRICT), Party(STRANGER, COMMUNITY)


@dataclass
class World:
    """A ledger with places, people and goods; its two sites are open and empty."""

    ledger: Ledger
    clock: ManualClock
    lots: int = 0

    def write(self, *prepared: Prepared) -> list[Entry]:
        return self.ledger.write(prepared)

    def record(self, prepared: Prepared) -> RecordedDocument:
        """Write a document and return it as the index has it."""
        self.ledger.write([prepared])
        document = self.ledger.index().document(prepared.key)
        assert document is not None
        return document

    def advance(self, seconds: int) -> None:
        """Let time pass, for blocks and for the client."""
        self.clock.advance(seconds)
        if self.ledger.chain.engine.name == "anvil":
            self.ledger.chain.node.request("evm_increaseTime", seconds)
            self.ledger.chain.node.request("evm_mine")

    def new_lot(self, item: int = RICE, expires: int = 40_000) -> LotAttributes:
        """Return the attributes of a lot that nobody has seen."""
        self.lots += 1
        batch = keccak(b"batch %d" % self.lots)
        return LotAttributes(item=item, source=DONOR, batch=batch, expires=expires)

    def stocked(self, quantity: int = 100, item: int = RICE, site: SiteId = PLACE) -> int:
        """Take a new lot into the stock of a site, by a donation and its release; return its id."""
        stock, goods = self.ledger.stock, self.new_lot(item)
        client_id = keccak(b"donation %d" % self.lots)
        receipt = stock.receive(
            site,
            DONOR,
            [Goods(goods, quantity)],
            keeper=KEEPING,
            held=True,
            particulars=Particulars(client_id=client_id),
        )
        lot = goods.owned_by(receipt.key, 1).lot_id
        self.write(receipt)
        self.write(stock.release(site, [lot], approver=APPROVING, particulars=Particulars(reason=50)))
        return lot

    def on_hand(self, lot: int, site: int = PLACE) -> int:
        """Return the quantity of a lot that a site holds, as the index has it."""
        return sum(held.quantity for held in self.ledger.index().on_hand(site) if held.lot == lot)


def new_home(path: Path, url: str | None, clock: ManualClock) -> Home:
    """Set a ledger up in a new directory, on a chain of its own or on the node at `url`."""
    path.mkdir()
    home = Home(path)
    if url is not None:
        home.use_node(url)
    Ledger.create(home, ROOT, chain_id=CHAIN_ID, delay=0, clock=clock)
    return home


def found(ledger: Ledger) -> None:
    """Register places, people, suppliers and goods, and open both sites."""
    by = ROOT_PARTY
    calls = [ledger.divisions.register(DivisionId(d), zh=f"区划{d}", by=by) for d in DIVISIONS]
    calls += [ledger.sites.register(s, zh=f"储备点{s}", by=by) for s in (PLACE, OTHER_PLACE)]
    calls.append(ledger.consignees.register(CONSUMER, THE_DISTRICT, zh="领用单位", by=by))
    for who, role, division, subject in GRANTS:
        consent = ledger.roles.class_consent(who, role)
        calls.append(
            ledger.roles.grant(
                who.address, role, DivisionId(division), subject=subject, consent=consent, by=by
            )
        )
    calls.append(ledger.suppliers.register(THE_SUPPLIER, zh="供应商", by=by))
    calls.append(ledger.suppliers.register_issuer(THE_ISSUER, zh="签发方", by=by))
    calls.append(ledger.suppliers.accredit(THE_ISSUER, CATEGORY, by=by))
    for item, unit, category in ((MASK_ITEM, "H87", CATEGORY), (RICE_ITEM, "KGM", 0), (BAG_ITEM, "BG", 0)):
        calls.append(ledger.items.register(item, zh=f"物资{item}", unit=unit, category=category, by=by))
    calls.append(ledger.items.set_factor(BAG_ITEM, RICE_ITEM, 25, by=by))
    # anvil may never mine what arrives while it makes a block (foundry issue 10122): there, one by one.
    at_once = 1 if ledger.chain.engine.name == "anvil" else len(calls)
    for first in range(0, len(calls), at_once):
        ledger.write(calls[first : first + at_once], check=False)
    ledger.write([ledger.stock.open(s, keeper=KEEPING, approver=APPROVING) for s in (PLACE, OTHER_PLACE)])


def clock_for(url: str | None) -> ManualClock:
    """Return the clock of a story; on a node elsewhere it is as late as there."""
    return ManualClock(START if url is None else max(int(time.time()), connect(url).head().time))


def tables(path: Path) -> list[str]:
    """Return everything that a database of a home holds."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@contextmanager
def refused(world: World, error: type[ShecangError], exit_code: int = 1) -> Iterator[None]:
    """Expect a refusal, as a sentence in both languages, that changes nothing anywhere."""
    ledger, home = world.ledger, world.ledger.home
    ledger.index()
    before = tables(home.outbox), tables(home.records), dump_digest(ledger.index_engine)
    with pytest.raises(error) as caught:
        yield
    assert caught.value.exit_code == exit_code
    assert caught.value.text("en") and caught.value.text("zh")
    ledger.index()
    assert (tables(home.outbox), tables(home.records), dump_digest(ledger.index_engine)) == before


class BreakingLine(ThreadingHTTPServer):
    """A line to a real node that a test breaks and mends."""

    def __init__(self, node: str) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.node = node
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._method: bytes | None = None
        self._point = ""
        self.is_broken = False

    def break_at(self, method: str, point: str) -> None:
        """Break at the next request of `method`: before the node gets it, or after it has answered."""
        self._method, self._point = method.encode(), point

    def mend(self) -> None:
        self._method, self.is_broken = None, False

    def carry(self, request: bytes) -> bytes | None:
        """Return the node's answer, None from where the line is broken."""
        breaks = self._method is not None and self._method in request
        if self.is_broken or (breaks and self._point == "before"):
            self.is_broken = True
            return None
        headers = {"Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(self.node, request, headers)) as answer:
            body: bytes = answer.read()
        self.is_broken = breaks
        return None if breaks else body


class _Request(BaseHTTPRequestHandler):
    server: BreakingLine

    def do_POST(self) -> None:
        body = self.server.carry(self.rfile.read(int(self.headers["Content-Length"])))
        if body is None:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def breaking_line(node: str) -> Iterator[BreakingLine]:
    """Run a line to the node at an URL."""
    with BreakingLine(node) as line:
        thread = threading.Thread(target=line.serve_forever, daemon=True)
        thread.start()
        try:
            yield line
        finally:
            line.shutdown()
            thread.join()
