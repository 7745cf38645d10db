"""What is asked of the tables about stock: entries of cards, what is on hand, and both as of a document."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    FromClause,
    LargeBinary,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.index._statements import Statement
from ledger_client.index.registers import range_of
from ledger_client.index.tables import LOT_ENTRIES, MAPS_BY_NAME, MOVEMENTS, SITE_ENTRIES
from ledger_client.words import LotStatus


def on_hand_query(place: int, number: int | None, after: tuple[int, int]) -> Select[Any]:
    """Return the query of what there is at a place, now or after a document, behind a site and lot."""
    site, lot = begun(place, after)
    return _here(site, lot, range_of(place)[1], number)


def begun(place: int, after: tuple[int, int]) -> tuple[int, bytes]:
    """Return the site and lot behind which what a page tells of a place begins."""
    first, (site, lot) = range_of(place)[0], after
    return (site, lot.to_bytes(20, "big")) if site >= first else (first, bytes(20))


def _here(site: Any, lot: Any, last: Any, number: int | None) -> Select[Any]:
    """Return the query of what there is behind a site and lot, up to the site `last`.

    Where it begins is told once, by both together: told by the site alone as well, SQLite would begin with
    the first lot of the site, and go through all that lies before the page.
    """
    balances, lots = MAPS_BY_NAME["balances"].table, MAPS_BY_NAME["lots"].table
    found = balances.join(lots, balances.c.lot == lots.c.lot)
    quantity: ColumnElement[Any] = balances.c.quantity
    held: ColumnElement[Any] = balances.c.is_held_here
    status: Any = lots.c.status
    if number is not None:
        then = _before_later_movements(site, last, number)
        found = found.outerjoin(
            then, and_(then.c.site == balances.c.site, then.c.lot == balances.c.lot, then.c.nth == 1)
        )
        quantity = func.coalesce(then.c.quantity, quantity)
        held, status = (
            func.coalesce(then.c.is_held_here, held),
            status_then(MAPS_BY_NAME["lots"].table, number),
        )
    attributes = [lots.c[field.name] for field in MAPS_BY_NAME["lots"].fields]
    return (
        select(
            balances.c.site,
            quantity.label("quantity"),
            held.label("held_here"),
            status.label("status_then"),
            *attributes,
        )
        .select_from(found)
        .where(
            balances.c.site <= last,
            tuple_(balances.c.site, balances.c.lot) > tuple_(site, lot),
            # Written out, because an index of what is not nothing serves a condition of the same words only.
            quantity > literal_column("0"),
        )
        .order_by(balances.c.site, balances.c.lot)
    )


def _before_later_movements(first: int, last: int, number: int) -> Subquery:
    """Return what the balances of some sites were before their first movement after a document: `nth` = 1.

    A balance that has none is still what it was. So no movement has to be found by its balance, for which
    every document would have to touch pages all over an index.
    """
    entries, moved = SITE_ENTRIES.table, MOVEMENTS.table
    order = func.row_number().over(
        partition_by=(moved.c.site, moved.c.lot), order_by=(moved.c.document, moved.c.position)
    )
    return (
        select(
            moved.c.site,
            moved.c.lot,
            (moved.c.quantity - moved.c.delta).label("quantity"),
            moved.c.was_held_here.label("is_held_here"),
            order.label("nth"),
        )
        .join_from(
            entries, moved, and_(moved.c.document == entries.c.document, moved.c.site == entries.c.site)
        )
        .where(entries.c.site.between(first, last), entries.c.document > number)
        .subquery()
    )


def status_then(lots: FromClause, number: int) -> ColumnElement[int]:
    """Return the status of a lot after a document: of its last entry by then, else the one it began with.

    Args:
        lots: The table of lots, or an alias of it.
        number: Of the document.
    """
    entries = LOT_ENTRIES.table
    last = (
        select(entries.c.status)
        .where(entries.c.lot == lots.c.lot, entries.c.document <= number)
        .order_by(entries.c.sequence.desc())
        .limit(1)
        .correlate(lots)
        .scalar_subquery()
    )
    # Written out, since PostgreSQL turns no truth value into so wide a number.
    begun = case((lots.c.is_own, int(LotStatus.HELD)), else_=int(LotStatus.RELEASED))
    return func.coalesce(last, begun)


def _card_query() -> Select[Any]:
    """Return the query of entries of a site's journal with their documents."""
    entries, spec = SITE_ENTRIES.table, MAPS_BY_NAME["documents"]
    return (
        select(entries.c.sequence, entries.c.journal, *[spec.table.c[field.name] for field in spec.fields])
        .join_from(entries, spec.table, spec.table.c.number == entries.c.document)
        .where(
            entries.c.site == bindparam("site"),
            entries.c.sequence > bindparam("after"),
            entries.c.document <= bindparam("number"),
        )
        .order_by(entries.c.sequence)
        .limit(bindparam("limit", type_=BigInteger()))
    )


def _moved_query() -> Select[Any]:
    """Return the query of what the documents of some entries of a site's journal moved there."""
    entries, moved, lots = SITE_ENTRIES.table, MOVEMENTS.table, MAPS_BY_NAME["lots"].table
    return (
        select(
            entries.c.sequence,
            moved.c.lot,
            lots.c.item,
            moved.c.delta,
            moved.c.quantity,
            moved.c.is_held_here,
        )
        .join_from(
            entries, moved, and_(moved.c.document == entries.c.document, moved.c.site == entries.c.site)
        )
        .join(lots, lots.c.lot == moved.c.lot)
        .where(
            entries.c.site == bindparam("site"),
            entries.c.sequence > bindparam("after"),
            entries.c.sequence <= bindparam("last"),
        )
        .order_by(entries.c.sequence, moved.c.position)
    )


def _on_hand_now() -> Select[Any]:
    """Return the query of what there is now at some sites behind one and a lot of it, with its parameters."""
    site, lot = bindparam("site", type_=BigInteger()), bindparam("lot", type_=LargeBinary())
    last: Any = bindparam("last")
    return _here(site, lot, last, None).limit(bindparam("limit", type_=BigInteger()))


ON_HAND = Statement(_on_hand_now)
"""What there is now behind a `site` and `lot`, up to the site `last`."""

CARD = Statement(_card_query)
"""Entries of a `site` behind a sequence (`after`), of documents up to a `number`."""

MOVED = Statement(_moved_query)
"""What the documents of the entries of a `site` behind `after` and up to `last` moved there."""
