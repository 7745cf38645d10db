"""`/v1/sites`: the sites of the ledger, and what happened at them."""

from __future__ import annotations

from dataclasses import dataclass

from api.access.callers import CallerDep
from api.access.rights import Scope
from api.answers import AnswerRoute
from api.parameters import CardParameters, SiteParameter, as_of_seconds, counts_time
from api.problems import DivisionNotRegisteredError, Problem, SiteUnknownError
from api.reading import ReadingDep
from api.register_parameters import SitesParameters, number_after
from api.resources import Resource
from api.routes._items import item_labels
from api.routes._names import names_of
from api.schemas.common import Block, Name, moment
from api.schemas.counts import OverdueCount
from api.schemas.site_register import Site, SiteRow, Sites
from api.schemas.sites import Beside, StockCard, StockCardEntry
from ledger_client.divisions import ROOT, DivisionId, parse_division
from ledger_client.emergencies import EmergencySpell
from ledger_client.fold.records import Division, Item
from ledger_client.fold.records import Site as Record
from ledger_client.identifiers import SiteId
from ledger_client.index import CardEntry
from ledger_client.index.marks import MarkedReader
from ledger_client.index.norms import CountState
from ledger_client.index.register_pages import journal_word, sites_page

router = Resource(prefix="/sites", tags=["sites"], route_class=AnswerRoute)

_SEQUENCE = (1 << 64) - 1


@router.get(
    "",
    operation_id="list_sites",
    summary="The sites of a division",
    responses=Problem.responses(401, 403, 404),
)
def list_sites(caller: CallerDep, reading: ReadingDep, query: SitesParameters) -> Sites:
    """Return a page of the sites of a division, closed ones too."""
    division = parse_division(query.division)
    caller.require_city_register(division)

    def read(index: MarkedReader) -> dict[int, Record]:
        if division != ROOT and index.division(division) is None:
            raise DivisionNotRegisteredError(division=division)
        # One more than is shown tells whether another page follows.
        return sites_page(index, division, number_after(query.after), query.limit + 1)

    found, stamp = reading.consistent(read)
    shown = dict(list(found.items())[: query.limit])
    names = names_of(reading, "site", shown)
    return Sites(
        division=str(division),
        sites=[SiteRow.of(site, record, names.get(site)) for site, record in shown.items()],
        next_after=str(max(shown)) if len(found) > len(shown) else None,
        block=Block.of(stamp),
    )


@router.get("/{site}", operation_id="read_site", summary="A site", responses=Problem.responses(401, 403, 404))
def read_site(caller: CallerDep, reading: ReadingDep, site: SiteParameter) -> Site:
    """Return what is registered of a site, how long its journal is, and which of its counts are overdue."""
    caller.require(Scope.READ, site)
    counts_at = counts_time(None)

    def read(index: MarkedReader) -> _Registered:
        record = index.site(site)
        if record is None:
            raise SiteUnknownError(site=site)
        community = index.division(_community(site))
        journal = journal_word(index, "site_journals", site)
        return _Registered(record, community, journal, index.overdue(site, counts_at))

    found, stamp = reading.consistent(read)
    community = reading.names("division", {_community(site): found.community.name} if found.community else {})
    row = SiteRow.of(site, found.record, reading.name("site", site, found.record.name))
    return Site(
        **row.model_dump(),
        community_name=Name.of(community.get(_community(site))),
        journal=None if found.journal is None else f"{found.journal:064x}",
        entries=(found.journal or 0) & _SEQUENCE,
        counts_at=moment(counts_at),
        stale=[OverdueCount.of(each) for each in found.overdue],
        block=Block.of(stamp),
    )


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
    record: Record
    entries: list[CardEntry]
    items: dict[int, Item]
    spells: list[EmergencySpell]
    counts: dict[int, CountState]
    overdue: list[CountState]


@dataclass(frozen=True, slots=True)
class _Registered:
    record: Record
    community: Division | None
    journal: int | None
    overdue: list[CountState]


def _community(site: SiteId) -> DivisionId:
    return DivisionId(site // 1_000)


def _spells_of(entries: list[CardEntry], spells: list[EmergencySpell]) -> list[EmergencySpell]:
    """Return the emergencies that any entry of a page may have been recorded in: most pages have none."""
    times = [entry.document.recorded_at for entry in entries]
    return [each for each in spells if times and each.from_ <= times[-1] and times[0] <= each.until]
