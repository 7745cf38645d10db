"""What is registered, as the index has it: places, grants, sources, goods."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Self

from sqlalchemy import Connection, Engine, Select, and_, bindparam, select
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.addresses import Address, address_to_bytes
from ledger_client.databases import reading
from ledger_client.fold.records import (
    Accreditation,
    Consignee,
    Division,
    Grant,
    Item,
    Qualification,
    Registered,
    Site,
)
from ledger_client.index._cache import IN_LIST
from ledger_client.index._statements import Statement
from ledger_client.index.tables import MAPS_BY_NAME, MapSpec

_SITE_DIGITS = 15


_REMEMBERED = frozenset({"divisions", "sites", "suppliers", "issuers", "accreditations", "items"})
"""Registers, of which a state has few records that are asked for again and again."""


class RegisterReader:
    """Answers about what is registered.

    Args:
        engine: The index's database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._remembered: dict[Any, Any] | None = None
        self._newest = 0

    def remember(self, known: dict[Any, Any], newest: int) -> None:
        """Use what was read of the same state before, and add to it; for a reader of one state.

        Args:
            known: Of this very state, which the block up to which the index was read tells.
            newest: Time of that block, seconds.
        """
        self._remembered, self._newest = known, newest

    @classmethod
    def beside(cls, other: RegisterReader) -> Self:
        """Return a reader of the same index as another one, and of its one state where it has one."""
        found = cls(other._engine)
        found._connection = other._connection
        return found

    @contextmanager
    def one_state(self) -> Iterator[Self]:
        """Give a reader whose answers are all of one state, however the index grows meanwhile."""
        with self._reading() as connection:
            within = type(self)(self._engine)
            within._connection = connection
            yield within

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._connection is not None:
            yield self._connection
            return
        with reading(self._engine) as connection:
            yield connection

    def divisions(self) -> dict[int, Division]:
        """Return all divisions by id."""
        return self._many("divisions")

    def division(self, division: int) -> Division | None:
        """Return a division by its id."""
        found: Division | None = self._one("divisions", division)
        return found

    def site(self, site: int) -> Site | None:
        """Return a site by its id."""
        found: Site | None = self._one("sites", site)
        return found

    def sites(self, division: int = 0) -> dict[int, Site]:
        """Return the sites of a division by id."""
        return self._many("sites", MAPS_BY_NAME["sites"].table.c.site.between(*range_of(division)))

    def consignees(self) -> dict[int, Consignee]:
        """Return all consignees by id."""
        return self._many("consignees")

    def grants(self, holder: Address | None = None) -> list[Grant]:
        """Return the grants of a holder, or of all of them, whether they stand or not."""
        table = MAPS_BY_NAME["grants"].table
        where = None if holder is None else table.c.holder == address_to_bytes(holder)
        return list(self._many("grants", where).values())

    def items(self, among: Collection[int] | None = None) -> dict[int, Item]:
        """Return some items by id, or all of them."""
        if among is None:
            return self._many("items")
        column, found = MAPS_BY_NAME["items"].table.c.item, dict[int, Item]()
        known = {} if self._remembered is None else self._remembered
        wanted = sorted(item for item in among if ("items", item) not in known)
        for at in range(0, len(wanted), IN_LIST):
            found |= self._many("items", column.in_(wanted[at : at + IN_LIST]))
        known |= {("items", item): found.get(item) for item in wanted}
        told = {item: known["items", item] for item in sorted(among)}
        return {item: record for item, record in told.items() if record is not None}

    def supplier(self, supplier: int) -> Registered | None:
        """Return a supplier by its id."""
        found: Registered | None = self._one("suppliers", supplier)
        return found

    def suppliers(self) -> dict[int, Registered]:
        """Return all suppliers by id."""
        return self._many("suppliers")

    def issuer(self, issuer: int) -> Registered | None:
        """Return an issuer by its id."""
        found: Registered | None = self._one("issuers", issuer)
        return found

    def issuers(self) -> dict[int, Registered]:
        """Return all issuers by id."""
        return self._many("issuers")

    def qualifications(
        self, supplier: int | None = None, category: int | None = None
    ) -> dict[int, Qualification]:
        """Return the qualifications of a supplier for a category, or for all of them, or of all, by id."""
        table = MAPS_BY_NAME["qualifications"].table
        where = [] if supplier is None else [table.c.supplier == supplier.to_bytes(20, "big")]
        if category is not None:
            where.append(table.c.category == category)
        return self._many("qualifications", and_(*where) if where else None)

    def accreditation(self, issuer: int, category: int) -> Accreditation | None:
        """Return the history of what an issuer may qualify for in a category."""
        found: Accreditation | None = self._one("accreditations", (issuer, category))
        return found

    def accreditations(self, issuers: Collection[int], category: int) -> dict[int, Accreditation]:
        """Return the histories of accreditations for a category, by issuer; who has none is left out."""
        found = {issuer: self.accreditation(issuer, category) for issuer in issuers}
        return {issuer: each for issuer, each in found.items() if each is not None}

    def _one(self, name: str, key: Any) -> Any:
        known = self._remembered if name in _REMEMBERED else None
        if known is not None and (name, key) in known:
            return known[name, key]
        spec = MAPS_BY_NAME[name]
        parts = key if len(spec.key) > 1 else (key,)
        values = {
            field.name: field.kind.to_sql(part) if field.kind.to_sql else part
            for field, part in zip(spec.key, parts, strict=True)
        }
        with self._reading() as connection:
            rows = _by_key(name).rows(connection, **values)
        found = spec.entry(rows[0])[1] if rows else None
        if known is not None:
            known[name, key] = found
        return found

    def _many(self, name: str, where: ColumnElement[bool] | None = None) -> dict[Any, Any]:
        spec = MAPS_BY_NAME[name]
        query = columns_of(spec).order_by(*spec.table.primary_key)
        with self._reading() as connection:
            rows = connection.execute(query if where is None else query.where(where)).all()
        return dict(spec.entry(row) for row in rows)


@cache
def _by_key(name: str) -> Statement:
    """Return the query of the record of a map with some key, whose columns are the parameters."""
    spec = MAPS_BY_NAME[name]
    where = [spec.table.c[field.name] == bindparam(field.name) for field in spec.key]
    return Statement(lambda: columns_of(spec).where(*where))


def columns_of(spec: MapSpec) -> Select[Any]:
    """Return the query of all columns of a map's table."""
    return select(*[spec.table.c[field.name] for field in spec.fields])


def is_site(place: int) -> bool:
    """Return whether a place is a site, and not a division or the country."""
    return len(str(place)) == _SITE_DIGITS


def range_of(place: int) -> tuple[int, int]:
    """Return the lowest and the highest site of a division, or a site twice."""
    digits = len(str(place)) if place else 0
    span = 10 ** (_SITE_DIGITS - digits)
    return place * span, (place + 1) * span - 1
