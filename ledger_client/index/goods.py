"""Goods that may be given, as of the newest block or an older one, a few figures of each lot.

What it costs follows what is there at that block and what moved since; never what moved before it. A city has
a hundred thousand lots, so that no record is made of each.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal_column, select, union_all
from sqlalchemy.sql.selectable import FromClause

from ledger_client.index._stock import status_then
from ledger_client.index.follower import _collector_paused
from ledger_client.index.reads import IndexReader, last_document
from ledger_client.index.tables import MAPS_BY_NAME, MOVEMENTS, cursor
from ledger_client.words import LotStatus

FreeGoods = tuple[int, int, int, int, int]
"""Site, lot, item, base units, and the last day of use (`words.NEVER` where there is none)."""

_BALANCES = MAPS_BY_NAME["balances"].table
# In these words, so that the index of what is not nothing serves it.
_SOMETHING: ColumnElement[int] = literal_column("0")


class GoodsReader(IndexReader):
    """Answers about goods; as in `IndexReader`, `one_state` makes several of them one."""

    def free_goods(self, at: int) -> list[FreeGoods]:
        """Return what lies at sites at a block time and is neither held, held there nor recalled.

        Args:
            at: Seconds. Of the day of use nothing is asked.

        Returns:
            By site and lot.
        """
        lots = MAPS_BY_NAME["lots"].table
        with self._reading() as connection:
            number = last_document(connection, at)
            is_newest = number == connection.scalar(select(cursor.c.documents))
            there = _there_now() if is_newest else _there_then(number)
            status: Any = lots.c.status if is_newest else status_then(lots, number)
            query = (
                select(there.c.site, there.c.lot, lots.c.item, there.c.quantity, lots.c.use_until)
                .join_from(there, lots, lots.c.lot == there.c.lot)
                .where(there.c.is_held_here.is_(False), status == int(LotStatus.RELEASED))
                .order_by(there.c.site, there.c.lot)
            )
            return _numbered(connection, query)


def _numbered(connection: Connection, query: Any) -> list[FreeGoods]:
    with _collector_paused():  # as for counts: many objects and no cycle
        return [
            (site, int.from_bytes(lot, "big"), item, quantity, use_until)
            for site, lot, item, quantity, use_until in connection.execute(query)
        ]


def _there_now() -> FromClause:
    """Return the balances of which something is left."""
    held = _BALANCES.c
    query = select(held.site, held.lot, held.quantity, held.is_held_here)
    return query.where(held.quantity > _SOMETHING).subquery()


def _there_then(number: int) -> FromClause:
    """Return the balances of which something was left after a document.

    A balance that nothing moved since is still what it was; of the others the first movement since tells what
    was there before it.
    """
    moved, held = MOVEMENTS.table.c, _BALANCES.c
    order = func.row_number().over(
        partition_by=(moved.site, moved.lot), order_by=(moved.document, moved.position)
    )
    since = (
        select(
            moved.site,
            moved.lot,
            (moved.quantity - moved.delta).label("quantity"),
            moved.was_held_here.label("is_held_here"),
            order.label("nth"),
        )
        .where(moved.document > number)
        .subquery()
    )
    first = select(since).where(since.c.nth == 1).cte("first_since")
    unmoved = (
        select(held.site, held.lot, held.quantity, held.is_held_here)
        .outerjoin_from(_BALANCES, first, (first.c.site == held.site) & (first.c.lot == held.lot))
        .where(held.quantity > _SOMETHING, first.c.nth.is_(None))
    )
    moved_since = select(first.c.site, first.c.lot, first.c.quantity, first.c.is_held_here)
    return union_all(unmoved, moved_since.where(first.c.quantity > 0)).subquery()
