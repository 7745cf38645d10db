"""A long history of many sites as logs that the contracts would write: made from a seed, and not played.

What is written passes the real decoder and the real fold, which check every journal and that no lot is moved
that is not there. Sites trade as often as a law of Zipf says: of a million documents the first of a thousand
sites has a seventh, the last one a hundred and thirty. The history comes block by block, so that no more of
it than some blocks and what lies where is in memory, and it can be gone on with from an index that read it.

Names are made too: their digests are in the events, and `records` gives what they are digests of.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from sqlalchemy import Engine, select

from benches.city_events import CITY, FIRST_CATEGORY, HistoryWriter, site_code
from ledger_client import events
from ledger_client.addresses import Address, address_from_bytes
from ledger_client.databases import reading
from ledger_client.digests import grant_key
from ledger_client.documents import SECONDS_A_DAY, Kind
from ledger_client.events import Entry, EntryKind, SignedBy
from ledger_client.fold.verdicts import Status, Verdict
from ledger_client.identifiers import SALT_BYTES, supplier_id
from ledger_client.index.source import BlockStamp
from ledger_client.index.tables import MAPS_BY_NAME, cursor
from ledger_client.keccak import keccak
from ledger_client.lines import CountLine, Line, LotAttributes, OpeningLine, ReceiptLine
from ledger_client.records import Record, RecordId, RecordKind
from ledger_client.roles import Role

FIRST_BLOCK_TIME = 1_704_067_200
"""2024-01-01, UTC."""
LAST_BLOCK_TIME = 1_785_542_400
"""2026-08-01: what is made ends there, so that a clock never stands before it."""

DOCUMENTS_A_BLOCK = 50
_LINES = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)
"""Lines of a document: two on average."""
_OPENED = 60  # lots of each site with which its books begin
_RECEIVED, _OPENING = 400, 900  # most base units of a lot that comes
_TAKEN = 60  # most base units of a lot that goes: less than comes, so that sites hold many lots
_HAND_OVERS = 4  # other sites with which a site trades
_CYCLE_DAYS = (365, 730, 1_460)
_SHELF_LIFE = 1_825  # days
_OFFSET = 28_800
_KINDS = (Kind.ISSUE, Kind.RECEIPT, Kind.HAND_OVER, Kind.COUNT, Kind.WRITE_OFF)
_SHARES = (50, 25, 20, 3, 2)
_REASON = {Kind.ISSUE: 0, Kind.RECEIPT: 0, Kind.HAND_OVER: 0, Kind.COUNT: 0, Kind.WRITE_OFF: 10}


@dataclass(frozen=True, slots=True)
class TradeSize:
    """How much there is of everything.

    Attributes:
        documents: Of all sites together, beside one opening a site.
        sites: Of two storage modes.
        categories: Of ten items each.
        suppliers: With two qualifications each.
        keepers: Who sign.
    """

    documents: int = 1_000_000
    sites: int = 1_000
    categories: int = 20
    suppliers: int = 200
    issuers: int = 5
    keepers: int = 50


ITEMS_A_CATEGORY = 10


class TradeHistory(HistoryWriter):
    """Writes the history, block by block.

    Args:
        seed: The same history for the same seed and size.
        size: How much there is.

    Attributes:
        sites: All of them, those that trade most first.
        suppliers: Their ids.
        categories: Qualification categories, which are also those of the items.
    """

    def __init__(self, seed: int, size: TradeSize) -> None:
        super().__init__(FIRST_BLOCK_TIME)
        self._random = random.Random(seed)
        self._size = size
        self.sites = [site_code(number) for number in range(size.sites)]
        self._random.shuffle(self.sites)
        self._weights = list(accumulate(zipf(size.sites)))
        self.categories = [FIRST_CATEGORY + number for number in range(size.categories)]
        self.items = [
            category * 100_000 + number + 1
            for category in self.categories
            for number in range(ITEMS_A_CATEGORY)
        ]
        self.suppliers = [supplier_id("uscc", uscc(number)) for number in range(size.suppliers)]
        self._issuers = [_id(f"issuer {number}") for number in range(size.issuers)]
        self._consignees = {site // 1_000: _id(f"consignee {site // 1_000}") for site in self.sites}
        self._keepers = [_signer(f"keeper {number}", Role.KEEPER) for number in range(size.keepers)]
        self._approver = _signer("approver", Role.APPROVER)
        self._partners = {site: self._random.choices(self.sites, k=_HAND_OVERS) for site in self.sites}
        # Lots of each site in any order, each with what is there: one is drawn by its place in the list.
        self._there: dict[int, list[list[int]]] = {site: [] for site in self.sites}
        self._item_of: dict[int, int] = {}
        self._counted: dict[tuple[int, int], int] = {}

    # ------------------------------------------------------------------------------------------ all of it

    def write(self) -> Iterator[int]:
        """Write everything; after each block the number of documents until then is given."""
        self._seal()
        self._found()
        self._seal()
        self._norms()
        self._seal()
        for number, site in enumerate(self.sites):
            self._open(site)
            if number % 10 == 9:
                self._seal()
                yield self._numbered
        last = self._numbered + self._size.documents
        blocks = max(1, self._size.documents // DOCUMENTS_A_BLOCK)
        pause = (LAST_BLOCK_TIME - self.now) // (blocks + 1)
        while self._numbered < last:
            self.trade(min(DOCUMENTS_A_BLOCK, last - self._numbered))
            self._seal(pause)
            yield self._numbered

    def go_on(self, engine: Engine, stamps: Sequence[BlockStamp]) -> None:
        """Take up the history where an index has it, so that the next document fits what was written.

        Args:
            engine: Of an index that read everything of the same seed and size.
            stamps: Of its blocks, the first one first.
        """
        journals, balances, lots, counted = (
            MAPS_BY_NAME[name].table for name in ("site_journals", "balances", "lots", "counted")
        )
        with reading(engine) as connection:
            self._numbered = connection.execute(select(cursor.c.documents)).scalar_one()
            for site, word in connection.execute(select(journals)):
                self._journals[site] = int.from_bytes(word, "big")
            for site, category, _, at in connection.execute(select(counted)):
                self._counted[site, category] = at
            query = (
                select(balances.c.site, balances.c.lot, balances.c.quantity, lots.c.item)
                .join_from(balances, lots, lots.c.lot == balances.c.lot)
                .where(balances.c.quantity > 0)
                .order_by(balances.c.site, balances.c.lot)
            )
            for site, raw, quantity, item in connection.execute(query):
                lot = int.from_bytes(raw, "big")
                self._there[site].append([lot, quantity])
                self._item_of[lot] = item
        self.chain.stamps = list(stamps)
        self.chain.by_block = [[] for _ in stamps]
        self.now = stamps[-1].time + 1

    def trade(self, documents: int) -> None:
        """Write documents of all kinds into the block under way."""
        chance = self._random
        sites = chance.choices(self.sites, cum_weights=self._weights, k=documents)
        kinds = chance.choices(_KINDS, _SHARES, k=documents)
        for site, kind in zip(sites, kinds, strict=True):
            lines = chance.choice(_LINES)
            if kind is Kind.RECEIPT or len(self._there[site]) < lines + 1:
                self._receive(site, lines)
            elif kind is Kind.COUNT:
                self._count(site, lines)
            else:
                self._send(kind, site, lines)

    def end_block(self, time: int) -> None:
        """End the block under way at a time, seconds, or just after the block before where that is later."""
        self.now = max(self.now, time)
        self._seal()

    # ------------------------------------------------------------------------------------------ documents

    def _send(self, kind: Kind, site: int, lines: int) -> None:
        chance, taken = self._random, []
        other = chance.choice(self._partners[site])
        kind = Kind.ISSUE if other == site else kind
        for _ in range(lines):
            there = self._there[site]
            at = chance.randrange(len(there))
            lot, quantity = there[at]
            units = min(quantity, chance.randint(1, _TAKEN))
            taken.append(Line(lot, units, _REASON[kind]))
            if units == quantity:
                there[at] = there[-1]
                there.pop()
            else:
                there[at][1] -= units
            if kind is Kind.HAND_OVER:
                self._put(other, lot, units)
        merged = _merged(taken)
        if kind is Kind.HAND_OVER:
            self._signed(kind, merged, site, other, other=self._keeper(other))
        elif kind is Kind.ISSUE:
            self._signed(kind, merged, site, self._consignees[site // 1_000], rolls=(site, 0))
        else:
            self._signed(kind, merged, site, approver=self._approver)

    def _put(self, site: int, lot: int, units: int) -> None:
        """Add to what a site has of a lot; a lot that it had may stand in its list twice."""
        self._there[site].append([lot, units])

    def _receive(self, site: int, lines: int) -> None:
        chance = self._random
        number = chance.randrange(len(self.suppliers))
        supplier = self.suppliers[number]
        which = chance.randrange(_QUALIFICATIONS)
        category = self._category_of(number, which)
        today = self.now // SECONDS_A_DAY
        received = []
        for ordinal in range(lines):
            attributes = LotAttributes(
                item=category * 100_000 + chance.randrange(ITEMS_A_CATEGORY) + 1,
                source=supplier,
                batch=keccak(f"batch {self._numbered} {ordinal}".encode()),
                made=today - chance.randrange(5, 60),
                expires=chance.choice((0, today + 400, today + 1_000)),
            )
            units = chance.randint(20, _RECEIVED)
            received.append(ReceiptLine(attributes, units, ordinal=ordinal))
            self._item_of[attributes.lot_id] = attributes.item
            self._put(site, attributes.lot_id, units)
        self._signed(
            Kind.RECEIPT,
            received,
            supplier,
            site,
            rolls=(0, site),
            qualification=_id(f"certificate {number} {which}"),
            verdict=Verdict(Status.VALID, 1 + which, 2 + which, 1 + self._size.categories).word,
            other=_signer(f"supplier {number}", Role.SUPPLIER, supplier),
        )

    def _count(self, site: int, lines: int) -> None:
        there = self._there[site]
        lots = {lot for lot, _ in self._random.sample(there, lines)}
        expected = {lot: sum(units for each, units in there if each == lot) for lot in lots}
        counted = [CountLine(lot, units, units) for lot, units in expected.items()]
        count = self._signed(
            Kind.COUNT, counted, site, reference=self._journals[site], approver=self._approver
        )
        for category in sorted({self._item_of[lot] // 100_000 for lot in lots}):
            if self._counted.get((site, category), 0) >= count.occurred_at.seconds:
                continue  # a count proves something where it is later than the one before
            self._counted[site, category] = count.occurred_at.seconds
            times = {"counted_at": count.occurred_at.seconds, "recorded_at": self.now}
            proved = {"category": category, "key": count.key, "caller": self._keeper(site).address}
            self._emit(events.CountProved, site=site, **proved, **times)

    def _open(self, site: int) -> None:
        chance, today = self._random, self.now // SECONDS_A_DAY
        lines = []
        for ordinal in range(_OPENED):
            attributes = LotAttributes(
                item=chance.choice(self.items),
                source=_DONOR,
                batch=keccak(f"opening {site} {ordinal}".encode()),
                expires=chance.choice((0, today + 800, today + 1_200)),
            )
            units = chance.randint(100, _OPENING)
            lines.append(OpeningLine(attributes, units))
            self._item_of[attributes.lot_id] = attributes.item
            self._put(site, attributes.lot_id, units)
        self._signed(Kind.OPENING, lines, to=site, approver=self._approver)

    def _signed(self, kind: Kind, lines: Sequence[Any], from_: int = 0, to: int = 0, **more: Any) -> Any:
        site = to if kind in (Kind.OPENING, Kind.RECEIPT) else from_
        more.setdefault("reason", 0)
        return self._document(kind, lines, from_, to, sender=self._keeper(site), **more)

    def _keeper(self, site: int) -> SignedBy:
        return self._keepers[site % len(self._keepers)]

    # ------------------------------------------------------------------------------------------ beginnings

    def _found(self) -> None:
        by = {"authority": _AUTHORITY, "authority_division": 0}
        for division in self._divisions():
            name = _digest("division", division)
            self._emit(events.DivisionRegistered, division=division, name_digest=name, **by)
        for site in sorted(self.sites):
            name = _digest("site", site)
            self._emit(events.SiteRegistered, site=site, disposal=False, name_digest=name, **by)
        for division, consignee in sorted(self._consignees.items()):
            name = _digest("consignee", consignee)
            self._emit(
                events.ConsigneeRegistered, consignee=consignee, division=division, name_digest=name, **by
            )
        for item in self.items:
            self._emit(
                events.ItemRegistered,
                item=item,
                authority=_AUTHORITY,
                qualification_category=item // 100_000,
                shelf_life=_SHELF_LIFE,
                unit=b"H87",
                serial=False,
                name_digest=_digest("item", item),
            )
        self._grants()
        self._sources()

    def _divisions(self) -> list[int]:
        """Return the city and everything in it, each behind what it lies in."""
        communities = {site // 1_000 for site in self.sites}
        streets = {each // 1_000 for each in communities}
        districts = {each // 1_000 for each in streets}
        return [CITY // 100, CITY, *sorted(districts), *sorted(streets), *sorted(communities)]

    def _grants(self) -> None:
        for holder, role in (
            (_AUTHORITY, Role.AUTHORITY),
            (self._approver.address, Role.APPROVER),
            *((keeper.address, Role.KEEPER) for keeper in self._keepers),
        ):
            self._emit(events.ClassAccepted, holder=holder, role=role, recorded_at=self.now)
            self._emit(
                events.GrantMade,
                holder=holder,
                division=CITY,
                authority=_AUTHORITY,
                role=role,
                subject=0,
                authority_division=0,
                from_=self.now,
                recorded_at=self.now,
            )

    def _sources(self) -> None:
        by = {"authority": _AUTHORITY, "grant_position": 2, "recorded_at": self.now}
        for issuer in self._issuers:
            name = _digest("issuer", issuer)
            self._emit(events.IssuerRegistered, issuer=issuer, name_digest=name, **by)
            for category in self.categories:
                self._emit(
                    events.AccreditationRecorded, issuer=issuer, category=category, entry=self._entry(0)
                )
        for number, supplier in enumerate(self.suppliers):
            name = _digest("supplier", supplier)
            self._emit(
                events.SupplierRegistered, supplier=supplier, name_digest=name, authority_division=0, **by
            )
            for which in range(_QUALIFICATIONS):
                self._emit(
                    events.QualificationRecorded,
                    supplier=supplier,
                    qualification=_id(f"certificate {number} {which}"),
                    issuer=self._issuers[number % len(self._issuers)],
                    category=self._category_of(number, which),
                    certificate_digest=keccak(f"file {number} {which}".encode()),
                    entry=self._entry(1 + which),
                )

    def _category_of(self, number: int, which: int) -> int:
        """Return for what the one or the other certificate of a supplier counts."""
        return self.categories[(number + which * 7) % len(self.categories)]

    def _entry(self, grade: int) -> Entry:
        return Entry(
            kind=EntryKind.ISSUED,
            reason=0,
            effective_at=self.now,
            recorded_at=self.now,
            grade=grade,
            from_=self.now,
            until=LAST_BLOCK_TIME + 10 * 365 * SECONDS_A_DAY,
            actor=_AUTHORITY,
            role=Role.ISSUER if grade else Role.AUTHORITY,
            grant_position=2,
        )

    def _norms(self) -> None:
        for mode in (1, 2):
            self._norm(events.TermsSet, division=CITY, mode=mode, share=8_000, notice_days=2)
        for district in sorted({site // 1_000_000_000 for site in self.sites[:_EMERGENCIES]}):
            self._emit(
                events.EmergencyDeclared,
                division=district,
                authority=_AUTHORITY,
                authority_division=CITY,
                grant_position=2,
                from_=self.now,
                until=self.now + 30 * SECONDS_A_DAY,
                reason=110,
                source=_DECISION,
                recorded_at=self.now,
            )
        for site in sorted(self.sites):
            for category in self.categories:
                days = self._random.choice(_CYCLE_DAYS)
                self._norm(events.CycleSet, site=site, category=category, day_count=days)
            for item in self._random.sample(self.items, ITEMS_A_CATEGORY):
                self._norm(events.FloorSet, site=site, item=item, quantity=self._random.randint(50, 600))

    # ------------------------------------------------------------------------------------------ names

    def records(self) -> list[Record]:
        """Return the records of everything that has a name."""
        numbers: dict[RecordKind, list[int]] = {
            "division": self._divisions(),
            "site": list(map(int, self.sites)),
            "consignee": list(self._consignees.values()),
            "item": self.items,
            "issuer": self._issuers,
            "supplier": list(map(int, self.suppliers)),
        }
        return [_record(kind, number) for kind, some in numbers.items() for number in some]


_AUTHORITY = address_from_bytes(keccak(b"authority")[:20])
_DONOR = int.from_bytes(keccak(b"donor")[:20], "big")
_DECISION = keccak(b"a decision")
_QUALIFICATIONS = 2
_EMERGENCIES = 3  # sites in whose districts the history begins with one


def zipf(count: int) -> list[float]:
    """Return how often each of so many comes, the first one most."""
    return [1 / rank for rank in range(1, count + 1)]


def uscc(number: int) -> str:
    """Return a unified social credit code of nobody: its last character is the right one."""
    body = f"91420100MA4{number:06d}"
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(each) * pow(3, place, 31) for place, each in enumerate(body))
    return body + alphabet[-total % 31]


@cache
def _id(name: str) -> int:
    return int.from_bytes(keccak(name.encode())[:20], "big")


@cache
def _signer(name: str, role: Role, subject: int = 0) -> SignedBy:
    address: Address = address_from_bytes(keccak(name.encode())[:20])
    return SignedBy(address, grant_key(address, role, CITY, subject), 2)


def _record(kind: RecordKind, number: int) -> Record:
    salt = keccak(f"salt {kind} {number}".encode())[:SALT_BYTES]
    return Record.new(
        RecordId(kind, number), zh=f"样本{_ZH[kind]} {number}", en=f"sample {kind} {number}", salt=salt
    )


_ZH = {
    "division": "区划",
    "site": "储备点",
    "consignee": "领用单位",
    "item": "物品",
    "issuer": "认证机构",
    "supplier": "供应商",
}


def _digest(kind: RecordKind, number: int) -> bytes:
    return _record(kind, number).name_digest()


def _merged(lines: Sequence[Line]) -> list[Line]:
    """Return lines of which those of one lot are one."""
    units: dict[int, int] = {}
    for line in lines:
        units[line.lot] = units.get(line.lot, 0) + line.quantity
    reason = lines[0].reason
    return [Line(lot, quantity, reason) for lot, quantity in units.items()]
