"""Pages of what is registered: each begins behind the last key of the page before, and costs as much as any.

Every list is in the order of its keys, so that a page stays what it is while rows are added behind it. The
functions take a reader, so that several answers are of one state of the index.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from ledger_client.divisions import DivisionId, DivisionLevel, level
from ledger_client.fold.records import (
    Accreditation,
    Consignee,
    Division,
    Item,
    Qualification,
    Registered,
    Site,
)
from ledger_client.index._cache import IN_LIST
from ledger_client.index.registers import RegisterReader, columns_of, range_of
from ledger_client.index.tables import MAPS_BY_NAME

_ITEMS_A_CATEGORY = 100_000
_CATEGORY_LAST = 9_999_999


def divisions_page(
    reader: RegisterReader, division: DivisionId, after: int, limit: int
) -> dict[int, Division]:
    """Return a division and those below it by id: the higher levels first, then by code.

    Args:
        reader: The index.
        division: In which, 0 for all.
        after: The last one of the page before, 0 for the first page.
        limit: Most to return.
    """
    column = MAPS_BY_NAME["divisions"].table.c.division
    found: dict[int, Division] = {}
    # A number with more digits is larger: level by level is the order of the key, and each level is a range.
    for low, high in levels_of(division):
        if len(found) < limit:
            where = column.between(max(low, after + 1), high)
            found |= page_of(reader, "divisions", where, limit - len(found))
    return found


def children_page(
    reader: RegisterReader, division: DivisionId, after: int, limit: int
) -> dict[int, Division]:
    """Return the divisions right below one by id.

    Args:
        reader: The index.
        division: Whose, 0 for the country.
        after: The last one of the page before, 0 for the first page.
        limit: Most to return.
    """
    below = [each for each in DivisionLevel if each > level(division)]
    if not below:
        return {}
    span = 10 ** (below[0] - level(division))
    low = max(division * span, after + 1)
    where = MAPS_BY_NAME["divisions"].table.c.division.between(low, (division + 1) * span - 1)
    return page_of(reader, "divisions", where, limit)


def sites_page(reader: RegisterReader, division: DivisionId, after: int, limit: int) -> dict[int, Site]:
    """Return sites of a division by id; arguments as in `divisions_page`."""
    low, high = range_of(division)
    where = MAPS_BY_NAME["sites"].table.c.site.between(max(low, after + 1), high)
    return page_of(reader, "sites", where, limit)


def consignees_page(
    reader: RegisterReader, division: DivisionId, after: int, limit: int
) -> dict[int, Consignee]:
    """Return consignees of a division and below by id; arguments as in `divisions_page`."""
    table = MAPS_BY_NAME["consignees"].table
    where = and_(table.c.consignee > _id(after), in_division(table.c.division, division))
    return page_of(reader, "consignees", where, limit)


def consignee(reader: RegisterReader, number: int) -> Consignee | None:
    """Return a consignee by its id."""
    found: Consignee | None = reader._one("consignees", number)
    return found


def items_page(reader: RegisterReader, category: int | None, after: int, limit: int) -> dict[int, Item]:
    """Return items by id.

    Args:
        reader: The index.
        category: Of which category of GB/T 38565 (7 digits), None for all.
        after: The last one of the page before, 0 for the first page.
        limit: Most to return.
    """
    low, high = (0, _CATEGORY_LAST) if category is None else (category, category)
    first, last = low * _ITEMS_A_CATEGORY, (high + 1) * _ITEMS_A_CATEGORY - 1
    where = MAPS_BY_NAME["items"].table.c.item.between(max(first, after + 1), last)
    return page_of(reader, "items", where, limit)


def factors_of(reader: RegisterReader, packs: Collection[int]) -> dict[tuple[int, int], int]:
    """Return how many base units of an item one of some packs holds, by (pack, unit)."""
    found: dict[tuple[int, int], int] = {}
    wanted = sorted(packs)
    for start in range(0, len(wanted), IN_LIST):
        some = wanted[start : start + IN_LIST]
        found |= reader._many("factors", MAPS_BY_NAME["factors"].table.c.pack.in_(some))
    return found


def suppliers_page(reader: RegisterReader, after: int, limit: int) -> dict[int, Registered]:
    """Return suppliers by id; `after` is the last one of the page before, 0 for the first page."""
    where = MAPS_BY_NAME["suppliers"].table.c.supplier > _id(after)
    return page_of(reader, "suppliers", where, limit)


def issuers_page(reader: RegisterReader, after: int, limit: int) -> dict[int, Registered]:
    """Return issuers by id; `after` is the last one of the page before, 0 for the first page."""
    return page_of(reader, "issuers", MAPS_BY_NAME["issuers"].table.c.issuer > _id(after), limit)


def qualification_counts(reader: RegisterReader, suppliers: Collection[int]) -> dict[int, int]:
    """Return how many qualifications some suppliers have; who has none is left out."""
    column = MAPS_BY_NAME["qualifications"].table.c.supplier
    wanted, found = [_id(each) for each in sorted(suppliers)], dict[int, int]()
    with reader._reading() as connection:
        for start in range(0, len(wanted), IN_LIST):
            some = wanted[start : start + IN_LIST]
            query = select(column, func.count()).where(column.in_(some)).group_by(column)
            found |= {int.from_bytes(raw, "big"): count for raw, count in connection.execute(query)}
    return found


def qualifications_page(
    reader: RegisterReader, supplier: int | None, after: int, limit: int, certificate: bytes | None = None
) -> dict[int, Qualification]:
    """Return qualifications by id.

    Args:
        reader: The index.
        supplier: Whose, None for those of all.
        after: The last one of the page before, 0 for the first page.
        limit: Most to return.
        certificate: On which certificate, by its digest; None for any.
    """
    table = MAPS_BY_NAME["qualifications"].table
    where = table.c.qualification > _id(after)
    if supplier is not None:
        where = and_(table.c.supplier == _id(supplier), where)
    if certificate is not None:
        where = and_(table.c.certificate == certificate, where)
    return page_of(reader, "qualifications", where, limit)


def qualification(reader: RegisterReader, number: int) -> Qualification | None:
    """Return a qualification by its id."""
    found: Qualification | None = reader._one("qualifications", number)
    return found


def accreditations_page(
    reader: RegisterReader, issuer: int, after: int, limit: int
) -> dict[tuple[int, int], Accreditation]:
    """Return what an issuer may qualify for, by issuer and category.

    Args:
        reader: The index.
        issuer: Whose.
        after: The last category of the page before, 0 for the first page.
        limit: Most to return.
    """
    table = MAPS_BY_NAME["accreditations"].table
    where = and_(table.c.issuer == _id(issuer), table.c.category > after)
    return page_of(reader, "accreditations", where, limit)


def journal_word(reader: RegisterReader, journals: str, key: Any) -> int | None:
    """Return the journal word of something: `journals` is the name of the map, such as `site_journals`."""
    found: int | None = reader._one(journals, key)
    return found


def page_of(reader: RegisterReader, name: str, where: ColumnElement[bool], limit: int) -> dict[Any, Any]:
    """Return rows of a map in the order of its key."""
    spec = MAPS_BY_NAME[name]
    query = columns_of(spec).where(where).order_by(*spec.table.primary_key).limit(limit)
    with reader._reading() as connection:
        return dict(spec.entry(row) for row in connection.execute(query))


def levels_of(division: DivisionId) -> list[tuple[int, int]]:
    """Return the lowest and the highest id of a division and of each level below it, in order."""
    spans = [10 ** (each - level(division)) for each in DivisionLevel if each >= level(division)]
    ranges = [(division * span, (division + 1) * span - 1) for span in spans]
    # What is in the country has no first digit 0: its levels would hold one another.
    return ranges if division else [(10 ** (each - 1) if each else 0, 10**each - 1) for each in DivisionLevel]


def in_division(column: ColumnElement[Any], division: DivisionId) -> ColumnElement[bool]:
    """Return the condition that a column of divisions is one or lies below it."""
    ranges = levels_of(division) if division else [(0, 10**DivisionLevel.COMMUNITY - 1)]
    return or_(*[column.between(low, high) for low, high in ranges])


def _id(number: int) -> bytes:
    return number.to_bytes(20, "big")
