"""What an index has of lots and consignments, one by one and in pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, case, func, literal_column, or_, select, tuple_

from ledger_client.documents import Kind
from ledger_client.fold.records import (
    CONSIGNMENT_ACCEPTED,
    CONSIGNMENT_OPEN,
    Consignment,
    Lot,
    RecordedDocument,
)
from ledger_client.index.reads import IndexReader, documents_in
from ledger_client.index.registers import range_of
from ledger_client.index.tables import LOT_ENTRIES, MAPS_BY_NAME
from ledger_client.words import split_words, unpack_head

_LOT_BYTES = 20
_WORD_BYTES = 32
_BY_LOT = 96
IN_TRANSIT = (CONSIGNMENT_OPEN, CONSIGNMENT_ACCEPTED)
"""States of consignments of which something remains."""


@dataclass(frozen=True, slots=True)
class LotAtPlace:
    """What the sites of a place hold of a lot together.

    Attributes:
        lot: Its id.
        record: What is known of it.
        quantity: Base units, more than 0.
        held_here: Of these, what is held at its site.
        sites: How many sites hold some.
    """

    lot: int
    record: Lot
    quantity: int
    held_here: int
    sites: int


class MovableReader(IndexReader):
    """Answers about lots and consignments; as in `IndexReader`, `one_state` makes several of them one."""

    def lots_at(
        self, place: int, item: int, *, after: tuple[int, int] = (-1, 0), limit: int
    ) -> list[LotAtPlace]:
        """Return the lots of an item of which the sites of a place hold something, what expires first first.

        What it costs follows how many lots of the item there are.

        Args:
            place: A site or a division's prefix, 0 for the country.
            item: Which.
            after: Last day of use and id of the last lot of the page before.
            limit: Most lots to return.
        """
        spec, held = MAPS_BY_NAME["lots"], MAPS_BY_NAME["balances"].table.c
        lots = spec.table.c
        columns = [lots[field.name] for field in spec.fields]
        query = (
            select(
                func.sum(held.quantity),
                func.sum(case((held.is_held_here, held.quantity), else_=0)),
                func.count(),
                *columns,
            )
            .join_from(spec.table, MAPS_BY_NAME["balances"].table, held.lot == lots.lot)
            .where(lots.item == item, held.site.between(*range_of(place)))
            # In these words, so that the index of what is not nothing serves it.
            .where(held.quantity > literal_column("0"))
            .where(tuple_(lots.use_until, lots.lot) > tuple_(after[0], after[1].to_bytes(_LOT_BYTES, "big")))
            .group_by(*columns)
            .order_by(lots.use_until, lots.lot)
            .limit(limit)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        found = []
        for quantity, held_here, sites, *row in rows:
            lot, record = spec.entry(row)
            found.append(LotAtPlace(int.from_bytes(lot, "big"), record, int(quantity), int(held_here), sites))
        return found

    def history_of_lot(self, lot: int) -> list[RecordedDocument]:
        """Return the document that created a lot and those that held, released or recalled it, in order."""
        raw = lot.to_bytes(_LOT_BYTES, "big")
        lots, entries = MAPS_BY_NAME["lots"].table.c, LOT_ENTRIES.table.c
        with self._reading() as connection:
            numbers = set(connection.execute(select(lots.document).where(lots.lot == raw)).scalars())
            numbers |= set(connection.execute(select(entries.document).where(entries.lot == raw)).scalars())
            found = documents_in(connection, sorted(numbers))
        return [found[number] for number in sorted(found)]

    def held_here(self, lot: int) -> set[int]:
        """Return the sites at which a lot is held."""
        held = MAPS_BY_NAME["balances"].table.c
        query = select(held.site).where(held.lot == lot.to_bytes(_LOT_BYTES, "big"), held.is_held_here)
        with self._reading() as connection:
            return set(connection.execute(query).scalars())

    def issued_to(self, consignee: int) -> dict[int, set[int]]:
        """Return the lots of which something was issued to a consignee, by the site that issued it.

        Reads every document, as this is asked seldom.
        """
        table = MAPS_BY_NAME["documents"].table.c
        query = select(table.from_site, table.lines).where(
            table.kind == int(Kind.ISSUE), table.to == consignee.to_bytes(_WORD_BYTES, "big")
        )
        found: dict[int, set[int]] = {}
        with self._reading() as connection:
            for site, lines in connection.execute(query):
                lots = {unpack_head(word).lot for word in split_words(bytes(lines))}
                found.setdefault(site, set()).update(lots)
        return found

    def consignment(self, key: int) -> Consignment | None:
        """Return the consignment that was dispatched with this document; None where none was."""
        found: Consignment | None = self._one("consignments", key)
        return found

    def consignments_with(self, lot: int) -> dict[int, Consignment]:
        """Return by key the consignments of which something of a lot remains; reads all that are open."""
        table = MAPS_BY_NAME["consignments"].table
        found: dict[int, Consignment] = self._many("consignments", table.c.state.in_(IN_TRANSIT))
        return {
            key: each for key, each in found.items() if any(line >> _BY_LOT == lot for line in each.lines)
        }

    def consignments_of(
        self, place: int, *, states: Collection[int] = (), after: int | None = None, limit: int
    ) -> dict[int, Consignment]:
        """Return consignments from or to a place by key, the one that was dispatched last first.

        What it costs follows how many consignments of these states there are.

        Args:
            place: A site or a division's prefix, 0 for the country.
            states: Only in one of these; all where none is given.
            after: Number of the dispatch of the last one of the page before.
            limit: Most consignments to return.
        """
        spec = MAPS_BY_NAME["consignments"]
        table = spec.table.c
        low, high = range_of(place)
        where = [or_(table.from_site.between(low, high), table.to_site.between(low, high))]
        if states:
            where.append(table.state.in_(sorted(states)))
        if after is not None:
            where.append(table.document < after)
        query = (
            select(*[table[field.name] for field in spec.fields])
            .where(and_(*where))
            .order_by(table.document.desc())
            .limit(limit)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return dict(spec.entry(row) for row in rows)
