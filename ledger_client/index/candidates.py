"""Which lots a label may be about: those of the item that contradict nothing that it says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select

from ledger_client.fold.records import Lot
from ledger_client.index.registers import range_of
from ledger_client.index.sides import SideReader
from ledger_client.index.tables import MAPS_BY_NAME

_NO_BATCH = bytes(32)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lot that a label may be about.

    Attributes:
        lot: The lot.
        record: What is known of it.
        quantity: Base units of it at the places asked about.
    """

    lot: int
    record: Lot
    quantity: int


class CandidateReader(SideReader):
    """Answers about lots that a label may be about."""

    def candidates(
        self, item: int, batch: bytes | None, expires: int | None, places: Collection[int], limit: int
    ) -> list[Candidate]:
        """Return lots of an item that are or were at some places; those first of which more is the same.

        A lot that has another batch or another last day of use than the label is none. One that was recorded
        without either may be what is in hand. Of equals, what is there comes before what was, and what is to
        be used first before the rest.

        Args:
            item: The item.
            batch: Digest of the printed batch; None where the label says none.
            expires: Last day of use, counted from 1970; None likewise.
            places: Sites and divisions.
            limit: Most lots.
        """
        lots, balances = MAPS_BY_NAME["lots"].table.c, MAPS_BY_NAME["balances"].table.c
        conditions = [lots.item == item]
        same = []
        if batch is not None:
            same.append(lots.batch == batch)
            conditions.append(or_(lots.batch == batch, lots.batch == _NO_BATCH))
        if expires is not None:
            same.append(lots.expires == expires)
            conditions.append(or_(lots.expires == expires, lots.expires == 0))
        quantity = func.sum(balances.quantity)
        order = [case((each, 0), else_=1) for each in same]
        query = (
            select(lots.lot, quantity)
            .join_from(MAPS_BY_NAME["lots"].table, MAPS_BY_NAME["balances"].table, lots.lot == balances.lot)
            .where(and_(*conditions), or_(*[balances.site.between(*range_of(place)) for place in places]))
            .group_by(lots.lot)
            .order_by(*order, case((quantity == 0, 1), else_=0), lots.use_until, lots.lot)
            .limit(limit)
        )
        with self._reading() as connection:
            found = {int.from_bytes(lot, "big"): int(there) for lot, there in connection.execute(query)}
        records = self.lots_by_id(found)
        return [Candidate(lot, records[lot], there) for lot, there in found.items()]
