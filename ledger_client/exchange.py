"""The exchange with other platforms: two tables with the codes that government systems share.

Divisions are those of GB/T 2260 and GB/T 10114 (2 to 12 digits), categories those of GB/T 38565 (7 digits),
units those of UN/CEFACT Recommendation 20. Quantities are whole base units. A table is the same in CSV and in
JSON: the same columns, every value a text, empty where there is none. docs/exchange.md describes them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ledger_client.cells import guarded
from ledger_client.documents import Kind, date_of
from ledger_client.epcis import Page
from ledger_client.fold.records import Lot, RecordedDocument
from ledger_client.identifiers import ItemId, category_of
from ledger_client.index.exchange import SiteTotal
from ledger_client.index.registers import range_of
from ledger_client.index.sides import SiteMovement
from ledger_client.reasons import REASONS
from ledger_client.records import Name

PROFILE = "shecang-exchange-1"
"""Name of the two tables as they are; one whose columns mean something else gets another name."""

STOCK = (
    "division",
    "site",
    "site_name_zh",
    "site_name_en",
    "category",
    "item",
    "item_name_zh",
    "item_name_en",
    "unit",
    "quantity",
    "free",
    "block",
)
"""Columns of what is there: a row a site and item."""

MOVEMENTS = (
    "document",
    "number",
    "kind",
    "reason",
    "occurred_at",
    "recorded_at",
    "division",
    "site",
    "other_site",
    "category",
    "item",
    "lot",
    "use_until",
    "unit",
    "delta",
    "quantity",
    "is_reversed",
    "block",
)
"""Columns of what came and went: a row a document, site and lot."""

Row = tuple[str, ...]

_NAMES = frozenset({"site_name_zh", "site_name_en", "item_name_zh", "item_name_en"})
_LAST_DAY = date.max.toordinal() - date(1970, 1, 1).toordinal()
_COMMUNITY = 1_000  # a site's number divided by this is its community


@dataclass(frozen=True, slots=True)
class Named:
    """What is known of sites and items beside their codes.

    Attributes:
        sites: Names of sites; of those that are proved.
        items: Names of items, likewise.
        units: Code of the base unit of each item.
    """

    sites: Mapping[int, Name | None]
    items: Mapping[int, Name | None]
    units: Mapping[int, str]


def stock_rows(totals: Iterable[SiteTotal], named: Named, block: int) -> list[Row]:
    """Return what sites hold as rows of `STOCK`; `block`: up to which it holds."""
    return [
        (
            str(each.site // _COMMUNITY),
            str(each.site),
            *_both(named.sites.get(each.site)),
            f"{category_of(ItemId(each.item)):07d}",
            str(each.item),
            *_both(named.items.get(each.item)),
            named.units[each.item],
            str(each.quantity),
            str(each.free),
            str(block),
        )
        for each in totals
    ]


def movement_rows(page: Page, places: Collection[int], units: Mapping[int, str], block: int) -> list[Row]:
    """Return what documents moved at some places as rows of `MOVEMENTS`.

    What they moved elsewhere is left out: what is held there afterwards is not the reader's, and rows of two
    places that lie apart add up.

    Args:
        page: Documents with what they moved.
        places: Sites and divisions.
        units: Code of the base unit of each item.
        block: Up to which it holds.
    """
    return [
        _movement_row(told.document, moved, page.lots[moved.lot], units, block)
        for told in page.told
        for moved in told.moved
        if moved.delta and any(low <= moved.site <= high for low, high in map(range_of, places))
    ]


def _movement_row(
    document: RecordedDocument, moved: SiteMovement, lot: Lot, units: Mapping[int, str], block: int
) -> Row:
    other = document.to_site if moved.site == document.from_site else document.from_site
    reason = REASONS.get(document.reason)
    return (
        f"{document.key:062x}",
        str(document.number),
        Kind.of(document.kind).name.lower(),
        reason.name if reason else str(document.reason or ""),
        _moment(document.occurred_at),
        _moment(document.recorded_at),
        str(moved.site // _COMMUNITY),
        str(moved.site),
        str(other or ""),
        f"{category_of(ItemId(lot.item)):07d}",
        str(lot.item),
        f"{moved.lot:040x}",
        _day(lot.use_until),
        units[lot.item],
        str(moved.delta),
        str(moved.quantity),
        "true" if document.reversed_by else "false",
        str(block),
    )


def to_csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Return a table as CSV (RFC 4180), with a head; names that look like formulas get an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    is_name = [column in _NAMES for column in columns]
    writer.writerows(
        [guarded(cell) if name else cell for name, cell in zip(is_name, row, strict=True)] for row in rows
    )
    return out.getvalue()


def to_objects(columns: Sequence[str], rows: Iterable[Row]) -> list[dict[str, str]]:
    """Return a table as JSON objects: the columns by name, every value a text."""
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _both(name: Name | None) -> tuple[str, str]:
    return (name.zh, name.en) if name else ("", "")


def _day(number: int) -> str:
    """Return a day counted from 1970; nothing where there is none before the year 10,000."""
    return date_of(number).isoformat() if number <= _LAST_DAY else ""


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
