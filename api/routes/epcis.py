"""`/v1/epcis/events`: documents as events of EPCIS 2.0, for other systems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.parameters import moment
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes._pages import next_page, places_read
from api.schemas.common import Block, unit_text
from api.schemas.epcis import EventQueryDocument, Vocabulary, lot_element, site_element, vocabularies_of
from ledger_client.epcis import Page, Told, events_of, number_of, told_after
from ledger_client.fold.records import Site
from ledger_client.index.sides import SideReader

router = Resource(prefix="/epcis", tags=["epcis"])

_VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
_TEXT = 100

BizStep = Literal[
    "accepting",
    "decommissioning",
    "dispensing",
    "holding",
    "inspecting",
    "receiving",
    "repackaging",
    "shipping",
    "stock_taking",
]


class EventQuery(BaseModel):
    """Which events; the names are those of the standard, but for `place`."""

    model_config = ConfigDict(extra="forbid")

    place: str | None = Field(
        None,
        max_length=64,
        description="A site or division that documents name; those of the account where it is not given.",
        examples=["420102"],
    )
    since: str | None = Field(
        None, alias="GE_recordTime", max_length=64, description="Recorded then or later, ISO 8601."
    )
    until: str | None = Field(
        None, alias="LT_recordTime", max_length=64, description="Recorded before then, ISO 8601."
    )
    occurred_since: str | None = Field(
        None, alias="GE_eventTime", max_length=64, description="Occurred then or later, ISO 8601."
    )
    occurred_until: str | None = Field(
        None, alias="LT_eventTime", max_length=64, description="Occurred before then, ISO 8601."
    )
    step: BizStep | None = Field(None, alias="EQ_bizStep", description="Business step.")
    read_point: str | None = Field(
        None,
        alias="EQ_readPoint",
        max_length=_TEXT,
        description="Where it was seen.",
        examples=["urn:shecang:site:420102001001101"],
    )
    lot: str | None = Field(
        None,
        alias="MATCH_anyEPCClass",
        max_length=_TEXT,
        description="A lot that it is about.",
        examples=["urn:shecang:lot:e8ce8c97991af1cbdac0552db80031b7f08befdf"],
    )
    per_page: int = Field(
        50, alias="perPage", ge=1, le=200, description="Most documents of a page; some have several events."
    )
    token: str | None = Field(
        None, alias="nextPageToken", pattern="^[0-9]{1,15}$", description="From the header `Link`."
    )


@router.get(
    "/events",
    operation_id="list_epcis_events",
    summary="Documents as events of EPCIS 2.0",
    responses=Problem.responses(401, 403),
    response_model_by_alias=True,
)
def list_epcis_events(
    request: Request,
    response: Response,
    caller: CallerDep,
    reading: ReadingDep,
    query: Annotated[EventQuery, Query()],
) -> EventQueryDocument:
    """Return a page of events of documents that name a site of the caller's, in the order of the ledger.

    A page looks at a bounded piece of the ledger, so that it may have few events or none while others follow:
    go on while there is a header `Link`. A reversal tells the events that it undoes once more, with an
    `errorDeclaration`. Without `place`, recalls are among them, which name no site.
    """
    places = places_read(caller, query.place)
    wanted = _Wanted.of(query)
    since = 0 if query.since is None else moment("GE_recordTime", query.since)

    def read(index: SideReader) -> tuple[Page, dict[int, Site]]:
        page = told_after(
            index, int(query.token or 0), places, query.per_page, since=since, placeless=query.place is None
        )
        named = {site for told in page.told for site in (told.document.from_site, told.document.to_site)}
        sites = {site: index.site(site) for site in named if site}
        return page, {number: site for number, site in sites.items() if site is not None}

    (page, sites), stamp = reading.consistent(read, SideReader)
    told, next_after = wanted.recorded(page)
    units = {lot: unit_text(page.items[record.item].unit) for lot, record in page.lots.items()}
    events = [
        event
        for each in told
        for event in events_of(each, units, reading.deployment.offset)
        if wanted.takes(event, each)
    ]
    for name, value in _VERSIONS.items():
        response.headers[name] = value
    if next_after is not None:
        response.headers["Link"] = next_page(request, "nextPageToken", next_after)
    return EventQueryDocument.of(events, _vocabularies(reading, page, sites), Block.of(stamp))


class _Wanted:
    """What a query asks of each event."""

    def __init__(self, query: EventQuery) -> None:
        self._step = query.step
        self._site = None if query.read_point is None else number_of("site", query.read_point)
        self._lot = None if query.lot is None else number_of("lot", query.lot)
        self._until = _seconds("LT_recordTime", query.until)
        self._occurred = (
            _seconds("GE_eventTime", query.occurred_since),
            _seconds("LT_eventTime", query.occurred_until),
        )
        self._names = (query.read_point, query.lot)

    @classmethod
    def of(cls, query: EventQuery) -> _Wanted:
        """Return what a query asks.

        Raises:
            MomentFormError: A time is none.
            UrnFormError: A name is none.
        """
        return cls(query)

    def recorded(self, page: Page) -> tuple[Sequence[Told], int | None]:
        """Return the documents recorded in time, and where the next page begins, if one can have more."""
        if self._until is None:
            return page.told, page.next_after
        until = self._until
        told = [each for each in page.told if each.document.recorded_at < until]
        return told, page.next_after if len(told) == len(page.told) else None

    def takes(self, event: dict[str, Any], told: Told) -> bool:
        """Return whether an event is asked for."""
        document = (told.original or told).document
        since, until = self._occurred
        read_point, lot = self._names
        return (
            (self._step is None or event["bizStep"] == self._step)
            and (since is None or document.occurred_at >= since)
            and (until is None or document.occurred_at < until)
            and (read_point is None or event.get("readPoint", {}).get("id") == read_point)
            and (lot is None or lot in _classes(event))
        )


def _classes(event: dict[str, Any]) -> set[str]:
    lists = ("quantityList", "inputQuantityList", "outputQuantityList")
    return {each["epcClass"] for name in lists for each in event.get(name, ())}


def _seconds(name: str, text: str | None) -> int | None:
    return None if text is None else moment(name, text)


def _vocabularies(reading: Reading, page: Page, sites: dict[int, Site]) -> list[Vocabulary]:
    names = {item: reading.name("item", item, record.name) for item, record in page.items.items()}
    lots = [lot_element(lot, record, names[record.item]) for lot, record in sorted(page.lots.items())]
    named = ((site, reading.name("site", site, record.name)) for site, record in sorted(sites.items()))
    return vocabularies_of(lots, [site_element(site, name) for site, name in named if name is not None])
