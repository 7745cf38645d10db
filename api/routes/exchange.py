"""`/v1/exchange`: two tables for other platforms, in CSV and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.parameters import MOST_ENTRIES, counts_time, moment
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes._pages import next_page, places_read
from api.schemas.common import Block, unit_text
from api.schemas.exchange import ExchangeTable, MovementRow, StockRow
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.epcis import Page, told_after
from ledger_client.exchange import MOVEMENTS, STOCK, Named, Row, movement_rows, stock_rows, to_csv, to_objects
from ledger_client.fold.records import Item, Site
from ledger_client.index.exchange import ExchangeReader, SiteTotal

router = Resource(prefix="/exchange", tags=["exchange"])

_BOM = "\ufeff"  # by which spreadsheets know that Chinese follows
_CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "A page of the table."}

Place = Annotated[
    str | None,
    Field(
        max_length=64,
        description="A site or division; those of the account where it is not given.",
        examples=["420102"],
    ),
]
Format = Annotated[Literal["json", "csv"], Field(description="Of the answer.")]


class StockQuery(BaseModel):
    """Which sites."""

    model_config = ConfigDict(extra="forbid")

    place: Place = None
    format: Format = "json"
    limit: int = Field(50, ge=1, le=MOST_ENTRIES, description="Most sites of a page.")
    after: str = Field("0", pattern="^(0|[0-9]{15})$", description="Last site of the page before.")


class MovementQuery(BaseModel):
    """Which documents."""

    model_config = ConfigDict(extra="forbid")

    place: Place = None
    format: Format = "json"
    limit: int = Field(50, ge=1, le=MOST_ENTRIES, description="Most documents of a page.")
    after: str = Field("0", pattern="^[0-9]{1,15}$", description="Number of the last document before.")
    since: str | None = Field(
        None,
        max_length=64,
        description="Recorded then or later, ISO 8601.",
        examples=["2026-09-05T00:00:00Z"],
    )


@dataclass(frozen=True, slots=True)
class _Found:
    sites: dict[int, Site]
    totals: list[SiteTotal]
    items: dict[int, Item]


@router.get(
    "/stock",
    operation_id="exchange_stock",
    summary="What is there, for other platforms",
    response_model=ExchangeTable[StockRow],
    responses={200: _CSV, **Problem.responses(401, 403)},
)
def exchange_stock(
    request: Request,
    response: Response,
    caller: CallerDep,
    reading: ReadingDep,
    query: Annotated[StockQuery, Query()],
) -> Response | ExchangeTable[StockRow]:
    """Return what sites hold of each item, in the order of their codes; sites that hold nothing have no row.

    The next page is in the header `Link`, and in `next_after`. The columns are described in docs/exchange.md.
    """
    places = places_read(caller, query.place)
    day = (counts_time(None) + reading.deployment.offset) // SECONDS_A_DAY

    def read(index: ExchangeReader) -> _Found:
        # One more than is shown tells whether another page follows.
        sites = index.sites_after(places, int(query.after), query.limit + 1)
        totals = index.site_totals(list(sites)[: query.limit], day)
        return _Found(sites, totals, index.items({each.item for each in totals}))

    found, stamp = reading.consistent(read, ExchangeReader)
    rows = stock_rows(found.totals, _named(reading, found), stamp.number)
    shown = list(found.sites)[: query.limit]
    next_after = str(shown[-1]) if len(found.sites) > len(shown) else None
    headers = _link(request, next_after)
    if query.format == "csv":
        return _csv(STOCK, rows, headers)
    response.headers.update(headers)
    return ExchangeTable[StockRow].of(to_objects(STOCK, rows), next_after, Block.of(stamp))


@router.get(
    "/movements",
    operation_id="exchange_movements",
    summary="What came and went, for other platforms",
    response_model=ExchangeTable[MovementRow],
    responses={200: _CSV, **Problem.responses(401, 403)},
)
def exchange_movements(
    request: Request,
    response: Response,
    caller: CallerDep,
    reading: ReadingDep,
    query: Annotated[MovementQuery, Query()],
) -> Response | ExchangeTable[MovementRow]:
    """Return what documents moved at each of their sites, in the order of the ledger.

    A page looks at a bounded piece of the ledger, so that it may have few rows or none while others follow:
    go on while there is a `next_after`. What a document moved at a site elsewhere has no row.
    """
    places = places_read(caller, query.place)
    since = 0 if query.since is None else moment("since", query.since)

    def read(index: ExchangeReader) -> Page:
        return told_after(index, int(query.after), places, query.limit, since=since)

    page, stamp = reading.consistent(read, ExchangeReader)
    units = {item: unit_text(record.unit) for item, record in page.items.items()}
    rows = movement_rows(page, places, units, stamp.number)
    next_after = None if page.next_after is None else str(page.next_after)
    headers = _link(request, next_after)
    if query.format == "csv":
        return _csv(MOVEMENTS, rows, headers)
    response.headers.update(headers)
    return ExchangeTable[MovementRow].of(to_objects(MOVEMENTS, rows), next_after, Block.of(stamp))


def _named(reading: Reading, found: _Found) -> Named:
    return Named(
        sites={site: reading.name("site", site, record.name) for site, record in found.sites.items()},
        items={item: reading.name("item", item, record.name) for item, record in found.items.items()},
        units={item: unit_text(record.unit) for item, record in found.items.items()},
    )


def _csv(columns: Sequence[str], rows: list[Row], headers: dict[str, str]) -> Response:
    return Response(_BOM + to_csv(columns, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _link(request: Request, next_after: str | None) -> dict[str, str]:
    """Return the header that leads to the next page, if there is one."""
    return {} if next_after is None else {"Link": next_page(request, "after", next_after)}
