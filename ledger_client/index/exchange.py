"""What is handed over to other platforms: totals site by site, a bounded number of sites a page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, case, func, literal_column, or_, select

from ledger_client.fold.records import Site
from ledger_client.index.registers import range_of
from ledger_client.index.sides import SideReader
from ledger_client.index.tables import MAPS_BY_NAME
from ledger_client.words import LotStatus


@dataclass(frozen=True, slots=True)
class SiteTotal:
    """What one site holds of an item.

    Attributes:
        quantity: Base units.
        free: Of these, what neither hold nor recall nor date is against.
    """

    site: int
    item: int
    quantity: int
    free: int


class ExchangeReader(SideReader):
    """Answers about all sites of some places, in the order of their codes."""

    def sites_after(self, places: Collection[int], after: int, limit: int) -> dict[int, Site]:
        """Return sites of some places behind one, by code.

        Args:
            places: Sites and divisions.
            after: Code of the last site of the page before, 0 for the first page.
            limit: Most sites.
        """
        spec = MAPS_BY_NAME["sites"]
        table = spec.table
        with self._reading() as connection:
            query = (
                select(*[table.c[field.name] for field in spec.fields])
                .where(table.c.site > after, or_(*[table.c.site.between(*range_of(each)) for each in places]))
                .order_by(table.c.site)
                .limit(limit)
            )
            return dict(spec.entry(row) for row in connection.execute(query))

    def site_totals(self, sites: Collection[int], day: int) -> list[SiteTotal]:
        """Return what some sites hold of each item, by site and item.

        Args:
            sites: Which.
            day: On which dates are judged, counted from 1970.
        """
        lots, held = MAPS_BY_NAME["lots"].table, MAPS_BY_NAME["balances"].table
        may_be_used = and_(
            held.c.is_held_here.is_(False),
            lots.c.status == int(LotStatus.RELEASED),
            lots.c.use_until >= day,
        )
        query = (
            select(
                held.c.site,
                lots.c.item,
                func.sum(held.c.quantity),
                func.sum(case((may_be_used, held.c.quantity), else_=0)),
            )
            .join_from(held, lots, lots.c.lot == held.c.lot)
            .where(held.c.site.in_(list(sites)), held.c.quantity > literal_column("0"))
            .group_by(held.c.site, lots.c.item)
            .order_by(held.c.site, lots.c.item)
        )
        with self._reading() as connection:
            return [
                SiteTotal(site, item, int(all_), int(free))
                for site, item, all_, free in connection.execute(query)
            ]
