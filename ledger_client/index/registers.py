"""What is registered, as the index has it: places, grants, sources, goods."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Select, and_, select
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
from ledger_client.index.tables import MAPS_BY_NAME, MapSpec

_SITE_DIGITS = 15


class RegisterReader:
    """Answers about what is registered.

    Args:
        engine: The index's database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def divisions(self) -> dict[int, Division]:
        """Return all divisions by id."""
        return self._many("divisions")

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

    def items(self) -> dict[int, Item]:
        """Return all items by id."""
        return self._many("items")

    def suppliers(self) -> dict[int, Registered]:
        """Return all suppliers by id."""
        return self._many("suppliers")

    def issuers(self) -> dict[int, Registered]:
        """Return all issuers by id."""
        return self._many("issuers")

    def qualifications(self, supplier: int | None = None) -> dict[int, Qualification]:
        """Return the qualifications of a supplier, or of all of them, by id."""
        found: dict[int, Qualification] = self._many("qualifications")
        return {key: each for key, each in found.items() if supplier in (None, each.supplier)}

    def accreditation(self, issuer: int, category: int) -> Accreditation | None:
        """Return the history of what an issuer may qualify for in a category."""
        found: Accreditation | None = self._one("accreditations", (issuer, category))
        return found

    def _one(self, name: str, key: Any) -> Any:
        spec = MAPS_BY_NAME[name]
        parts = key if len(spec.key) > 1 else (key,)
        where = [
            spec.table.c[field.name] == (field.kind.to_sql(part) if field.kind.to_sql else part)
            for field, part in zip(spec.key, parts, strict=True)
        ]
        found = self._many(name, and_(*where))
        return next(iter(found.values()), None)

    def _many(self, name: str, where: ColumnElement[bool] | None = None) -> dict[Any, Any]:
        spec = MAPS_BY_NAME[name]
        query = columns_of(spec).order_by(*spec.table.primary_key)
        with reading(self._engine) as connection:
            rows = connection.execute(query if where is None else query.where(where)).all()
        return dict(spec.entry(row) for row in rows)


def columns_of(spec: MapSpec) -> Select[Any]:
    """Return the query of all columns of a map's table."""
    return select(*[spec.table.c[field.name] for field in spec.fields])


def range_of(place: int) -> tuple[int, int]:
    """Return the lowest and the highest site of a division, or a site twice."""
    digits = len(str(place)) if place else 0
    span = 10 ** (_SITE_DIGITS - digits)
    return place * span, (place + 1) * span - 1
