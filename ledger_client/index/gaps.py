"""Where sites have less than they must keep: floors beside what may be used, is reserved, and is on its way.

What may be used is what neither hold nor recall nor date is against; what is reserved is still among it. A
closed site has no gap: nobody will fill it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import and_, func, select

from ledger_client.documents import SECONDS_A_DAY
from ledger_client.fold.records import CONSIGNMENT_OPEN
from ledger_client.index._stock import on_hand_query
from ledger_client.index.norms import NormAt
from ledger_client.index.reads import last_document
from ledger_client.index.registers import range_of
from ledger_client.index.standing import StandingReader
from ledger_client.index.tables import MAPS_BY_NAME
from ledger_client.index.whole import WholeReader
from ledger_client.words import LotStatus, unpack_head

SiteItem = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Gap:
    """An item of which a site has less than it must keep.

    Attributes:
        floor: What it must keep, and since when.
        usable: Base units at the site that may be used.
        reserved: Of these, what is approved to leave and has not left.
        in_transit: Base units on their way to it; None at a time before the last block.
    """

    floor: NormAt
    usable: int
    reserved: int
    in_transit: int | None

    @property
    def missing(self) -> int:
        """How many base units it has too few."""
        return self.floor.value - self.usable


class GapReader(StandingReader, WholeReader):
    """Answers about gaps; as in `IndexReader`, `one_state` makes several of them one."""

    def gaps(self, place: int, at: int, offset: int) -> list[Gap]:
        """Return the gaps at the sites of a place, by site and item.

        Args:
            place: A site or a division's prefix, 0 for the country.
            at: Seconds.
            offset: Seconds by which the ledger's days are ahead of UTC.
        """
        with self.one_state() as reader:
            floors = [each for each in reader.floors(place, at) if each.value]
            if not floors:
                return []
            closed = reader._closed(place)
            usable = reader._usable(place, at, (at + offset) // SECONDS_A_DAY)
            is_past = at < reader.position().time
            reserved = reader.reserved_at(at)
            coming = None if is_past else reader._in_transit_to(place)
        found = []
        for floor in floors:
            key = floor.subject, floor.about
            if floor.subject not in closed and usable.get(key, 0) < floor.value:
                in_transit = None if coming is None else coming.get(key, 0)
                found.append(Gap(floor, usable.get(key, 0), reserved.get(key, 0), in_transit))
        return found

    def _usable(self, place: int, at: int, day: int) -> dict[SiteItem, int]:
        """Return what may be used at the sites of a place at a time, by site and item."""
        with self._reading() as connection:
            # As of the last document nothing has to be put back.
            number = last_document(connection, at) if at < self.position().time else None
            held = on_hand_query(place, number, (0, 0)).order_by(None).subquery()
            query = (
                select(held.c.site, held.c.item, func.sum(held.c.quantity))
                .where(
                    held.c.held_here.is_(False),
                    held.c.status_then == int(LotStatus.RELEASED),
                    held.c.use_until >= day,
                )
                .group_by(held.c.site, held.c.item)
            )
            return {(site, item): int(units) for site, item, units in connection.execute(query)}

    def _in_transit_to(self, place: int) -> dict[SiteItem, int]:
        """Return what is on its way to the sites of a place now, by site and item.

        What a receiver has answered is not: what remains of it goes back, or is missing.
        """
        table, (low, high) = MAPS_BY_NAME["consignments"].table.c, range_of(place)
        where = and_(table.state == CONSIGNMENT_OPEN, table.to_site.between(low, high))
        open_ = self._many("consignments", where).values()
        heads = [(each.to_site, unpack_head(line)) for each in open_ for line in each.lines]
        lots = self.lots_by_id({head.lot for _, head in heads})
        found: defaultdict[SiteItem, int] = defaultdict(int)
        for site, head in heads:
            found[site, lots[head.lot].item] += head.quantity
        return dict(found)
