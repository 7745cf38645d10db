"""What is asked of an index: stock cards, what is on hand, documents, lots, consignments, verdicts.

"As of" always means block time: the state after the last block whose time is not later. What people claim
about when something occurred is on every document, and never decides what was on hand. Every answer holds up
to `position`, the last block that the index read; `position` belongs into whatever shows the answer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.documents import Kind
from ledger_client.fold.records import (
    CONSIGNMENT_ACCEPTED,
    CONSIGNMENT_OPEN,
    Consignment,
    Lot,
    RecordedDocument,
)
from ledger_client.fold.supplier_answers import supplier_answers
from ledger_client.fold.verdicts import Status, Verdict, verdict
from ledger_client.index._cache import IN_LIST
from ledger_client.index._errors import IndexEmptyError
from ledger_client.index._statements import Statement
from ledger_client.index._stock import CARD, MOVED, ON_HAND, begun, on_hand_query
from ledger_client.index.registers import RegisterReader, columns_of, range_of
from ledger_client.index.source import BlockStamp
from ledger_client.index.tables import MAPS_BY_NAME, SITE_ENTRIES, cursor
from ledger_client.lines import LotAttributes, ReceiptLine, unpack_lines
from ledger_client.words import LotStatus

PAGE = 100
"""Entries of a stock card in one answer."""


@dataclass(frozen=True, slots=True)
class ItemTotal:
    """What the sites of a place hold of an item together.

    Attributes:
        item: The item.
        quantity: Base units.
        free: Of these, what neither hold nor recall nor date is against.
        sites: How many sites hold some.
    """

    item: int
    quantity: int
    free: int
    sites: int


@dataclass(frozen=True, slots=True)
class CardMovement:
    """What a document did to one lot: base units that came or went, and what was held afterwards."""

    lot: int
    item: int
    delta: int
    quantity: int
    is_held_here: bool


@dataclass(frozen=True, slots=True)
class CardEntry:
    """One entry of a stock card: a document, and what it moved at this site.

    Attributes:
        sequence: Place in the site's journal, from 1.
        journal: The site's journal word after it.
    """

    sequence: int
    journal: int
    document: RecordedDocument
    movements: tuple[CardMovement, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """What a site holds of a lot; never 0 base units. Status and flag are as of the time asked for."""

    site: int
    lot: int
    attributes: Lot
    quantity: int
    is_held_here: bool

    @property
    def is_free(self) -> bool:
        """Whether neither hold nor recall is against its use; its date may be."""
        return not self.is_held_here and self.attributes.status == LotStatus.RELEASED


@dataclass(frozen=True, slots=True)
class SupplierVerdict:
    """What a supplier is worth for a category at a time.

    Attributes:
        at: Seconds since 1970.
        qualification: The one that counts, as in `SupplierAnswers`; 0 for none.
        verdict: On that one; status UNKNOWN where there is none.
        is_registered: Whether the supplier is known at all.
    """

    supplier: int
    category: int
    at: int
    qualification: int
    verdict: Verdict
    is_registered: bool


_EVERY = (1 << 63) - 1
"""A number above that of every document."""

_UNKNOWN = Verdict(Status.UNKNOWN, 0, 0, 0)


class IndexReader(RegisterReader):
    """Answers from an index; each in one transaction, so that no answer mixes two blocks.

    Several answers of one state are asked of `one_state`.

    Args:
        engine: The index's database.
    """

    def position(self) -> BlockStamp:
        """Return the last block that the index read.

        Raises:
            IndexEmptyError: It read none.
        """
        with self._reading() as connection:
            return position_in(connection)

    # ---------------------------------------------------------------------------------------- stock

    def stock_card(
        self, site: int, as_of: int | None = None, after: int = 0, limit: int = PAGE
    ) -> list[CardEntry]:
        """Return entries of a site's stock card, in the order of its journal.

        Args:
            site: The site.
            as_of: Block time, seconds since 1970; None for everything.
            after: Sequence of the last entry of the page before.
            limit: Most entries to return.
        """
        with self._reading() as connection:
            number = _EVERY if as_of is None else last_document(connection, as_of)
            rows = CARD.rows(connection, site=site, after=after, number=number, limit=limit)
            if not rows:
                return []
            moved = MOVED.rows(connection, site=site, after=after, last=rows[-1][0])
        movements: dict[int, list[CardMovement]] = {}
        for sequence, lot, item, delta, quantity, is_held_here in moved:
            movement = CardMovement(int.from_bytes(lot, "big"), item, delta, quantity, bool(is_held_here))
            movements.setdefault(sequence, []).append(movement)
        entry, nothing = MAPS_BY_NAME["documents"].entry, list[CardMovement]()
        return [
            CardEntry(
                sequence,
                int.from_bytes(journal, "big"),
                entry(document)[1],
                tuple(movements.get(sequence, nothing)),
            )
            for sequence, journal, *document in rows
        ]

    def history(self, site: int, after: int = 0, limit: int = PAGE) -> list[RecordedDocument]:
        """Return documents that name a site, in the order of its journal.

        Args:
            site: The site.
            after: Sequence of the last document of the page before.
            limit: Most documents to return.
        """
        entries = SITE_ENTRIES.table
        with self._reading() as connection:
            query = select(entries.c.document).where(entries.c.site == site, entries.c.sequence > after)
            numbers = connection.execute(query.order_by(entries.c.sequence).limit(limit)).scalars().all()
            documents = documents_in(connection, numbers)
        return [documents[number] for number in numbers]

    def on_hand(
        self,
        place: int,
        as_of: int | None = None,
        after: tuple[int, int] = (0, 0),
        limit: int | None = None,
    ) -> list[Holding]:
        """Return what a site or all sites of a division hold, by site and lot.

        What it costs follows what is there now, and with `as_of` also what moved there since.

        Args:
            place: A site (15 digits) or a division's prefix, 0 for the country.
            as_of: Block time, seconds since 1970; None for now.
            after: Site and lot of the last holding of the page before.
            limit: Most holdings to return; None for all.
        """
        rows: Sequence[Any]
        with self._reading() as connection:
            if as_of is None:
                site, lot = begun(place, after)
                given = {"last": range_of(place)[1], "site": site, "lot": lot}
                rows = ON_HAND.rows(connection, **given, limit=_EVERY if limit is None else limit)
            else:
                number = last_document(connection, as_of)
                rows = connection.execute(on_hand_query(place, number, after).limit(limit)).all()
        return [_holding(row) for row in rows]

    def totals(self, place: int, as_of: int | None, day: int) -> list[ItemTotal]:
        """Return what a site or all sites of a division hold of each item together, by item.

        Args:
            place: A site (15 digits) or a division's prefix, 0 for the country.
            as_of: Block time, seconds since 1970; None for now.
            day: On which dates are judged, counted from 1970.
        """
        with self._reading() as connection:
            number = None if as_of is None else last_document(connection, as_of)
            held = on_hand_query(place, number, (0, 0)).order_by(None).subquery()
            may_be_used = and_(
                held.c.held_here.is_(False),
                held.c.status_then == int(LotStatus.RELEASED),
                held.c.use_until >= day,
            )
            query = (
                select(
                    held.c.item,
                    func.sum(held.c.quantity),
                    func.sum(case((may_be_used, held.c.quantity), else_=0)),
                    func.count(held.c.site.distinct()),
                )
                .group_by(held.c.item)
                .order_by(held.c.item)
            )
            found = connection.execute(query).all()
        return [ItemTotal(item, int(all_), int(free), sites) for item, all_, free, sites in found]

    # ---------------------------------------------------------------------------------------- records

    def document(self, key: int) -> RecordedDocument | None:
        """Return the document with this key (248 bits)."""
        found: RecordedDocument | None = self._one("documents", key)
        return found

    def lot(self, lot: int) -> Lot | None:
        """Return a lot by its id."""
        found: Lot | None = self._one("lots", lot.to_bytes(20, "big"))
        return found

    def lot_attributes(self, lots: Iterable[int]) -> list[LotAttributes]:
        """Return what lots were made of, in the order of their ids; those that nobody knows are left out."""
        found = []
        with self._reading() as connection:
            for lot in sorted(set(lots)):
                record = self.lot(lot)
                if record is None:
                    continue
                goods = LotAttributes(
                    item=record.item,
                    source=record.source,
                    batch=record.batch,
                    made=record.made,
                    expires=record.expires,
                )
                found.append(_own(connection, lot, record, goods) if record.is_own else goods)
        return found

    def lots(self, item: int) -> dict[int, Lot]:
        """Return all lots of an item by id."""
        table = MAPS_BY_NAME["lots"].table
        found = self._many("lots", table.c.item == item)
        return {int.from_bytes(lot, "big"): record for lot, record in found.items()}

    def consignment(self, key: int) -> Consignment | None:
        """Return a consignment by its key, one that is closed too."""
        found: Consignment | None = self._one("consignments", key)
        return found

    def consignments(self, place: int = 0, *, is_open: bool = True) -> dict[int, Consignment]:
        """Return consignments from or to a place by key; `is_open`: only those of which something remains."""
        table = MAPS_BY_NAME["consignments"].table
        low, high = range_of(place)
        where: ColumnElement[bool] = or_(
            table.c.from_site.between(low, high), table.c.to_site.between(low, high)
        )
        if is_open:
            where = and_(where, table.c.state.in_((CONSIGNMENT_OPEN, CONSIGNMENT_ACCEPTED)))
        return self._many("consignments", where)

    def supplier_verdict(self, supplier: int, category: int, at: int) -> SupplierVerdict:
        """Return what a supplier is worth for a category at a time, by everything that is known now."""
        with self.one_state() as reader:
            found = reader.qualifications(supplier, category)
            accreditations = reader.accreditations({each.issuer for each in found.values()}, category)
            is_registered = reader.supplier(supplier) is not None
        chosen = supplier_answers(found, accreditations, at).qualification
        worth = _UNKNOWN
        if chosen:
            worth = verdict(found[chosen], accreditations.get(found[chosen].issuer), at)
        return SupplierVerdict(supplier, category, at, chosen, worth, is_registered)


def position_in(connection: Connection) -> BlockStamp:
    """Return the last block that the index read, as the tables of a transaction have it.

    Raises:
        IndexEmptyError: It read none.
    """
    rows = _POSITION.rows(connection)
    if not rows:
        raise IndexEmptyError()
    block, block_hash, time = rows[0]
    return BlockStamp(block, bytes(block_hash), time)


def last_document(connection: Connection, as_of: int) -> int:
    """Return the number of the last document that was recorded by a block time."""
    table = MAPS_BY_NAME["documents"].table

    def recorded_at(number: int) -> int:
        return connection.scalar(select(table.c.recorded_at).where(table.c.number == number)) or 0

    # Documents are numbered without gaps and block times never fall: a few steps find the place, and no
    # index of times has to be kept for every document.
    count = connection.scalar(select(cursor.c.documents).where(cursor.c.id == 1)) or 0
    return bisect_right(range(1, count + 1), as_of, key=recorded_at)


def _holding(row: Any) -> Holding:
    site, quantity, is_held_here, status, *lot_row = row
    lot, attributes = MAPS_BY_NAME["lots"].entry(lot_row)
    then = attributes if attributes.status == status else replace(attributes, status=status)
    return Holding(site, int.from_bytes(lot, "big"), then, quantity, bool(is_held_here))


def documents_in(connection: Connection, numbers: Sequence[int]) -> dict[int, RecordedDocument]:
    """Return documents by number, as the tables of a transaction have them."""
    spec = MAPS_BY_NAME["documents"]
    found: dict[int, RecordedDocument] = {}
    for at in range(0, len(numbers), IN_LIST):
        query = columns_of(spec).where(spec.table.c.number.in_(numbers[at : at + IN_LIST]))
        for row in connection.execute(query):
            record = spec.entry(row)[1]
            found[record.number] = record
    return found


def _own(connection: Connection, lot: int, record: Lot, goods: LotAttributes) -> LotAttributes:
    """Return the attributes of a line's own lot: the receipt that created it says which of its lines."""
    receipt = documents_in(connection, [record.document])[record.document]
    lines = unpack_lines(Kind.RECEIPT, receipt.lines, source=receipt.from_, key=receipt.key)
    own_lots = {each.attributes.lot_id: each.attributes for each in lines if isinstance(each, ReceiptLine)}
    return own_lots.get(lot, goods)


_POSITION = Statement(lambda: select(cursor.c.block, cursor.c.block_hash, cursor.c.block_time))
