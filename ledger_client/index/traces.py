"""What traces ask of an index: the documents that touched some lots, and what became of the lots.

Movements are not found by their lot: such an index would touch pages all over the database with every
document. A lot's sites are known (`balances`), and a site's documents are one range of its journal; so what a
trace costs follows the histories of the sites where the lot was, since it was created, never the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, or_, select
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.addresses import ZERO_ADDRESS, Address, address_to_bytes
from ledger_client.documents import Kind
from ledger_client.fold.records import (
    Consignee,
    Grant,
    Lot,
    Qualification,
    RecordedDocument,
    Replacement,
    Totals,
)
from ledger_client.index._cache import IN_LIST
from ledger_client.index.reads import IndexReader, documents_in, last_document
from ledger_client.index.tables import LOT_ENTRIES, MAPS_BY_NAME, MOVEMENTS, SITE_ENTRIES
from ledger_client.lines import line_width
from ledger_client.words import REFERENCE_CONSIGNMENT, pack_reference

_STEPS = (Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT)
_Row = tuple[int, int]
Keep = Callable[[RecordedDocument], bool]
"""Whether a document is told to whoever asks."""


@dataclass(frozen=True, slots=True)
class LotEntry:
    """What one document did to one lot at one site.

    Attributes:
        sequence: Place of the document in the site's journal.
        delta: Base units that came or, negative, went; 0 of a count that found what was expected.
        quantity: Base units held afterwards.
    """

    document: RecordedDocument
    sequence: int
    delta: int
    quantity: int


class TraceReader(IndexReader):
    """Answers that traces need; as in `IndexReader`, `one_state` makes several of them one."""

    # ------------------------------------------------------------------------------------ documents

    def documents_of_lots(self, lots: Collection[int]) -> list[RecordedDocument]:
        """Return the documents that moved, held, released or recalled some lots, in order.

        Steps of a consignment that put nothing anywhere (a contest, a loss) are found by
        `steps_of_consignments`.
        """
        with self._reading() as connection:
            numbers = set(_moving(connection, _raw(lots)))
            entries = LOT_ENTRIES.table
            for some in _chunks(_raw(lots)):
                query = select(entries.c.document).where(entries.c.lot.in_(some))
                numbers.update(connection.execute(query).scalars())
            return _in_order(connection, numbers)

    def card_of_lot(self, site: int, lot: int, until: int | None = None) -> list[LotEntry]:
        """Return what documents did to one lot at one site, in order, and the counts that found all of it.

        Args:
            site: Where.
            lot: Which.
            until: Number of the last document that is told; None for all.
        """
        moved, entries = MOVEMENTS.table, SITE_ENTRIES.table
        query = (
            select(moved.c.document, entries.c.sequence, moved.c.delta, moved.c.quantity)
            .join_from(
                entries, moved, (moved.c.document == entries.c.document) & (moved.c.site == entries.c.site)
            )
            .where(entries.c.site == site, moved.c.lot == lot.to_bytes(20, "big"))
            .order_by(moved.c.document, moved.c.position)
        )
        if until is not None:
            query = query.where(entries.c.document <= until)
        with self._reading() as connection:
            rows = connection.execute(query).all()
            documents = documents_in(connection, sorted({row.document for row in rows}))
            counts = _counts_naming(connection, site, lot)
        found: dict[int, LotEntry] = {}
        for number, sequence, delta, quantity in rows:
            before = found[number].delta if number in found else 0
            found[number] = LotEntry(documents[number], sequence, before + delta, quantity)
        for sequence, count in counts:
            if count.number not in found and (until is None or count.number <= until):
                found[count.number] = LotEntry(count, sequence, 0, 0)
        return _with_quantities(found)

    def steps_of_consignments(self, dispatches: Sequence[RecordedDocument]) -> list[RecordedDocument]:
        """Return what answered dispatches: acceptance, contest, return and settlement, in order."""
        documents, entries = MAPS_BY_NAME["documents"].table, SITE_ENTRIES.table
        numbers: set[int] = set()
        with self._reading() as connection:
            for some in _chunks(sorted(dispatches, key=lambda each: each.number)):
                references = [
                    pack_reference(REFERENCE_CONSIGNMENT, each.key).to_bytes(32, "big") for each in some
                ]
                query = (
                    select(documents.c.number)
                    .join_from(entries, documents, documents.c.number == entries.c.document)
                    .where(entries.c.site.in_({each.from_site for each in some}))
                    .where(entries.c.document > some[0].number)
                    .where(documents.c.kind.in_(_STEPS), documents.c.reference.in_(references))
                )
                numbers.update(connection.execute(query).scalars())
            return _in_order(connection, numbers)

    def documents_signed_by(
        self, holder: Address, since: int = 0, keep: Keep | None = None
    ) -> list[RecordedDocument]:
        """Return the documents that a key signed, in order.

        Reads every document since then: who signed is no index of its own, and this is asked seldom.

        Args:
            holder: Address of the key.
            since: Block time, seconds since 1970; documents recorded before it are left out.
            keep: Which of them are returned; all where None.
        """
        if holder == ZERO_ADDRESS:
            # It stands where nobody signed.
            return []
        table, raw = MAPS_BY_NAME["documents"].table, address_to_bytes(holder)
        with self._reading() as connection:
            before = last_document(connection, since - 1)
            query = select(table.c.number).where(
                table.c.number > before,
                or_(table.c.sender == raw, table.c.other == raw, table.c.approver == raw),
            )
            numbers = set(connection.execute(query).scalars())
        return self._kept(numbers, keep)

    def block_before(self, since: int) -> int:
        """Return a block that is no later than a time: that of the last document before it, 0 without one."""
        with self._reading() as connection:
            number = last_document(connection, since - 1)
            return documents_in(connection, [number])[number].block if number else 0

    def documents_relying_on(
        self, grants: Mapping[bytes, Sequence[tuple[int, int | None]]], keep: Keep | None = None
    ) -> list[RecordedDocument]:
        """Return the documents of which a signer relied on one of some grants, in order.

        Reads every document, as `documents_signed_by` does.

        Args:
            grants: By key of a grant the block times between which reliance counts, None for no end.
            keep: Which of them are returned; all where None.
        """
        table = MAPS_BY_NAME["documents"].table.c
        columns = (table.sender_grant, table.other_grant, table.approver_grant)
        numbers: set[int] = set()
        with self._reading() as connection:
            for some in _chunks(sorted(grants)):
                query = select(table.number, table.recorded_at, *columns).where(
                    or_(*(column.in_(some) for column in columns))
                )
                for number, at, *relied_on in connection.execute(query):
                    times = (time for key in relied_on for time in grants.get(bytes(key), ()))
                    if any(since <= at and (until is None or at <= until) for since, until in times):
                        numbers.add(number)
        return self._kept(numbers, keep)

    def receipts_on(
        self, qualifications: Mapping[int, int], keep: Keep | None = None
    ) -> list[RecordedDocument]:
        """Return the receipts on some qualifications, in order; reads every document.

        Args:
            qualifications: By id the block time since which receipts count.
            keep: Which of them are returned; all where None.
        """
        table = MAPS_BY_NAME["documents"].table.c
        wanted = {each.to_bytes(20, "big"): since for each, since in qualifications.items()}
        numbers: set[int] = set()
        with self._reading() as connection:
            for some in _chunks(sorted(wanted)):
                query = select(table.number, table.recorded_at, table.qualification).where(
                    table.kind == Kind.RECEIPT, table.qualification.in_(some)
                )
                for number, at, qualification in connection.execute(query):
                    if at >= wanted[bytes(qualification)]:
                        numbers.add(number)
        return self._kept(numbers, keep)

    def _kept(self, numbers: Collection[int], keep: Keep | None) -> list[RecordedDocument]:
        """Return documents by their numbers, in order; what is not kept goes again with the next few."""
        found: list[RecordedDocument] = []
        with self._reading() as connection:
            for some in _chunks(sorted(numbers)):
                found += [each for each in _in_order(connection, some) if keep is None or keep(each)]
        return found

    # ------------------------------------------------------------------------------------ lots

    def lots_by_id(self, lots: Collection[int]) -> dict[int, Lot]:
        """Return lots by id."""
        column = MAPS_BY_NAME["lots"].table.c.lot
        return _by_lot(self._among("lots", column, _raw(lots)))

    def lots_from(self, sources: Collection[int]) -> dict[int, Lot]:
        """Return the lots of some suppliers or donors; reads every lot."""
        column = MAPS_BY_NAME["lots"].table.c.source
        kind = next(field.kind for field in MAPS_BY_NAME["lots"].fields if field.name == "source")
        wanted = [kind.to_sql(source) if kind.to_sql else source for source in sources]
        return _by_lot(self._among("lots", column, wanted))

    def lots_of_batch(self, of: Lot) -> dict[int, Lot]:
        """Return all lots of the same item, source and batch, whatever their dates and status."""
        return {
            lot: each
            for lot, each in self.lots(of.item).items()
            if (each.source, each.batch) == (of.source, of.batch)
        }

    def totals_of(self, lots: Collection[int]) -> dict[int, Totals]:
        """Return where the base units of lots came from and went to, by lot."""
        column = MAPS_BY_NAME["totals"].table.c.lot
        return _by_lot(self._among("totals", column, _raw(lots)))

    def balances_of(self, lots: Collection[int]) -> dict[_Row, int]:
        """Return base units by site and lot; 0 where a site held some once."""
        spec = MAPS_BY_NAME["balances"]
        table = spec.table.c
        found: dict[_Row, int] = {}
        with self._reading() as connection:
            for some in _chunks(_raw(lots)):
                query = select(table.site, table.lot, table.quantity).where(table.lot.in_(some))
                for site, lot, quantity in connection.execute(query.order_by(table.site, table.lot)):
                    found[site, int.from_bytes(lot, "big")] = quantity
        return found

    # ------------------------------------------------------------------------------------ registers

    def qualification(self, qualification: int) -> Qualification | None:
        """Return a qualification by its id."""
        found: Qualification | None = self._one("qualifications", qualification)
        return found

    def consignee(self, consignee: int) -> Consignee | None:
        """Return a consignee by its id."""
        found: Consignee | None = self._one("consignees", consignee)
        return found

    def grants_keyed(self, keys: Collection[bytes]) -> dict[bytes, Grant]:
        """Return grants by their keys."""
        return self._among("grants", MAPS_BY_NAME["grants"].table.c.grant_key, sorted(set(keys)))

    def replacements_of(self, holder: Address) -> dict[int, Replacement]:
        """Return the replacements of a key, by number."""
        return self._many(
            "replacements", MAPS_BY_NAME["replacements"].table.c.old_holder == address_to_bytes(holder)
        )

    def _among(self, name: str, column: ColumnElement[Any], values: Sequence[Any]) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for some in _chunks(values):
            found |= self._many(name, column.in_(some))
        return found


def _raw(lots: Collection[int]) -> list[bytes]:
    return [lot.to_bytes(20, "big") for lot in sorted(set(lots))]


def _by_lot(found: dict[bytes, Any]) -> dict[int, Any]:
    return {int.from_bytes(lot, "big"): record for lot, record in sorted(found.items())}


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[at : at + IN_LIST] for at in range(0, len(values), IN_LIST))


def _moving(connection: Connection, lots: Sequence[bytes]) -> Iterator[int]:
    """Yield the numbers of the documents that moved lots, or changed their flag at a site.

    Of many lots the movements of their sites are read once and picked here, not once for every list of lots.
    """
    balances, created = MAPS_BY_NAME["balances"].table, MAPS_BY_NAME["lots"].table
    sites: set[int] = set()
    first: int | None = None
    for some in _chunks(lots):
        sites.update(connection.execute(select(balances.c.site).where(balances.c.lot.in_(some))).scalars())
        numbers = connection.execute(select(created.c.document).where(created.c.lot.in_(some))).scalars()
        first = min([*numbers, *([] if first is None else [first])], default=None)
    if first is None:
        return
    wanted = frozenset(lots)
    entries, moved = SITE_ENTRIES.table, MOVEMENTS.table
    for some_sites in _chunks(sorted(sites)):
        query = (
            select(moved.c.document, moved.c.lot)
            .join_from(
                entries, moved, (moved.c.document == entries.c.document) & (moved.c.site == entries.c.site)
            )
            .where(entries.c.site.in_(some_sites), entries.c.document >= first)
        )
        if len(lots) <= IN_LIST:
            query = query.where(moved.c.lot.in_(lots))
        for document, lot in connection.execute(query):
            if lot in wanted:
                yield document


def _counts_naming(connection: Connection, site: int, lot: int) -> list[tuple[int, RecordedDocument]]:
    """Return the counts of a site that name a lot, with their places in its journal, in order."""
    entries, table = SITE_ENTRIES.table, MAPS_BY_NAME["documents"].table
    query = (
        select(entries.c.document, entries.c.sequence)
        .join_from(entries, table, table.c.number == entries.c.document)
        .where(entries.c.site == site, table.c.kind == Kind.COUNT)
        .order_by(entries.c.document)
    )
    places = {row.document: row.sequence for row in connection.execute(query)}
    width, raw = line_width(Kind.COUNT) * 32, lot.to_bytes(20, "big")
    return [
        (places[number], count)
        for number, count in sorted(documents_in(connection, sorted(places)).items())
        if any(count.lines.startswith(raw, at) for at in range(0, len(count.lines), width))
    ]


def _with_quantities(found: dict[int, LotEntry]) -> list[LotEntry]:
    """Return entries in order; what moved nothing holds what the one before it held."""
    card: list[LotEntry] = []
    for _, entry in sorted(found.items()):
        held = card[-1].quantity if card else 0
        card.append(entry if entry.delta or entry.quantity else replace(entry, quantity=held))
    return card


def _in_order(connection: Connection, numbers: Collection[int]) -> list[RecordedDocument]:
    found = documents_in(connection, sorted(numbers))
    return [found[number] for number in sorted(found)]
