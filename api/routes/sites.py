"""`/v1/sites`: what happened at a site."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from api.access.callers import CallerDep
from api.access.rights import Scope
from api.answers import AnswerRoute
from api.parameters import CardParameters, SiteParameter, as_of_seconds, counts_time
from api.problems import Problem, SiteUnknownError
from api.reading import ReadingDep
from api.routes._items import item_labels
from api.schemas.common import Block, Name, moment
from api.schemas.counts import OverdueCount
from api.schemas.sites import Beside, StockCard, StockCardEntry
from ledger_client.emergencies import EmergencySpell
from ledger_client.fold.records import Item, Site
from ledger_client.index import CardEntry
from ledger_client.index.marks import MarkedReader
from ledger_client.index.norms import CountState

router = APIRouter(prefix="/sites", tags=["sites"], route_class=AnswerRoute)


@router.get(
    "/{site}/stock-card",
    operation_id="read_stock_card",
    summary="A site's stock card",
    responses=Problem.responses(401, 403, 404),
)
def read_stock_card(
    caller: CallerDep, reading: ReadingDep, site: SiteParameter, query: CardParameters
) -> StockCard:
    """Return a page of a site's stock card: every document that it signed, in the order of its journal.

    Pages stay what they are: a journal only grows, and `after` is a place in it.
    """
    caller.require(Scope.READ, site)
    as_of = as_of_seconds(query.as_of)
    counts_at = counts_time(as_of)

    def read(index: MarkedReader) -> _Found:
        record = index.site(site)
        if record is None:
            raise SiteUnknownError(site=site)
        # One more than is shown tells whether another page follows.
        entries = index.stock_card(site, as_of, query.after, query.limit + 1)
        items = index.items({each.item for entry in entries for each in entry.movements})
        counts = {each.category: each for each in index.counts(site, counts_at)}
        overdue = index.overdue(site, counts_at)
        return _Found(record, entries, items, index.emergencies(), counts, overdue)

    found, stamp = reading.consistent(read)
    shown = found.entries[: query.limit]
    beside = Beside(item_labels(reading, found.items), _spells_of(shown, found.spells), found.counts)
    return StockCard(
        site=str(site),
        name=Name.of(reading.name("site", site, found.record.name)),
        as_of=None if as_of is None else moment(as_of),
        entries=[StockCardEntry.of(entry, beside) for entry in shown],
        next_after=shown[-1].sequence if len(found.entries) > len(shown) else None,
        counts_at=moment(counts_at),
        stale=[OverdueCount.of(each) for each in found.overdue],
        block=Block.of(stamp),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    record: Site
    entries: list[CardEntry]
    items: dict[int, Item]
    spells: list[EmergencySpell]
    counts: dict[int, CountState]
    overdue: list[CountState]


def _spells_of(entries: list[CardEntry], spells: list[EmergencySpell]) -> list[EmergencySpell]:
    """Return the emergencies that any entry of a page may have been recorded in: most pages have none."""
    times = [entry.document.recorded_at for entry in entries]
    return [each for each in spells if times and each.from_ <= times[-1] and times[0] <= each.until]
