"""`/v1/sites`: what happened at a site."""

from __future__ import annotations

from fastapi import APIRouter

from api.parameters import CardParameters, SiteParameter, as_of_seconds
from api.problems import Problem, SiteUnknownError
from api.reading import ReadingDep
from api.routes._items import item_labels
from api.schemas.common import Block, Name, moment
from api.schemas.sites import StockCard, StockCardEntry
from ledger_client.fold.records import Item, Site
from ledger_client.index import CardEntry, IndexReader

router = APIRouter(prefix="/sites", tags=["sites"])


@router.get(
    "/{site}/stock-card",
    operation_id="read_stock_card",
    summary="A site's stock card",
    responses=Problem.responses(404),
)
def read_stock_card(reading: ReadingDep, site: SiteParameter, query: CardParameters) -> StockCard:
    """Return a page of a site's stock card: every document that it signed, in the order of its journal.

    Pages stay what they are: a journal only grows, and `after` is a place in it.
    """
    as_of = as_of_seconds(query.as_of)

    def read(index: IndexReader) -> tuple[Site, list[CardEntry], dict[int, Item]]:
        record = index.site(site)
        if record is None:
            raise SiteUnknownError(site=site)
        # One more than is shown tells whether another page follows.
        entries = index.stock_card(site, as_of, query.after, query.limit + 1)
        return record, entries, index.items({each.item for entry in entries for each in entry.movements})

    (record, found, items), stamp = reading.consistent(read)
    shown = found[: query.limit]
    labels = item_labels(reading, items)
    return StockCard(
        site=str(site),
        name=Name.of(reading.name("site", site, record.name)),
        as_of=None if as_of is None else moment(as_of),
        entries=[StockCardEntry.of(entry, labels) for entry in shown],
        next_after=shown[-1].sequence if len(found) > len(shown) else None,
        block=Block.of(stamp),
    )
