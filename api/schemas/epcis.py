"""Documents of EPCIS 2.0 (GS1), as its JSON-LD binding writes answers to queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.schemas.common import Block, ItemCode, day_or_none
from ledger_client.epcis import CONTEXT, urn
from ledger_client.fold.records import Lot
from ledger_client.records import Name as RecordName

_MASTER_DATA = "urn:epcglobal:cbv:mda#"


class Attribute(BaseModel):
    """Something that is known of a lot or a site."""

    id: str = Field(description="Which attribute.")
    attribute: str = Field(description="Its value.")


class Element(BaseModel):
    """A lot or a site."""

    id: str = Field(description="Its name, as events have it.")
    attributes: list[Attribute] = Field(description="What is known of it.")


class Vocabulary(BaseModel):
    """Lots, or sites."""

    type: str = Field(description="Of which kind they are.")
    elements: list[Element] = Field(alias="vocabularyElementList", description="They.")


class MasterData(BaseModel):
    """What the events name."""

    vocabularies: list[Vocabulary] = Field(alias="vocabularyList", description="Lots, then sites.")


class Header(BaseModel):
    """What is before the events."""

    master_data: MasterData = Field(alias="epcisMasterData", description="What is known of lots and sites.")


class Results(BaseModel):
    """The events."""

    events: list[dict[str, Any]] = Field(
        alias="eventList", description="In the order of the ledger, as EPCIS 2.0 describes each."
    )


class QueryResults(BaseModel):
    """Results, as the standard calls them."""

    name: Literal["SimpleEventQuery"] = Field(alias="queryName", description="Of the standard.")
    body: Results = Field(alias="resultsBody", description="The events, and of which query.")


class Body(BaseModel):
    """The answer to the query."""

    results: QueryResults = Field(alias="queryResults", description="The events.")


class EventQueryDocument(BaseModel):
    """A page of events (EPCIS 2.0); the next one is in the header `Link`."""

    context: list[Any] = Field(alias="@context", description="Of JSON-LD.")
    type: Literal["EPCISQueryDocument"] = Field(description="Of the standard.")
    schema_version: Literal["2.0"] = Field(alias="schemaVersion", description="Of the standard.")
    created: str = Field(
        alias="creationDate", description="Time of the block up to which the answer holds, UTC."
    )
    block: Block = Field(alias="shecang:block", description="Up to which block the answer holds.")
    header: Header = Field(alias="epcisHeader", description="What the events name.")
    body: Body = Field(alias="epcisBody", description="The events.")

    @classmethod
    def of(
        cls, events: list[dict[str, Any]], vocabularies: list[Vocabulary], block: Block
    ) -> EventQueryDocument:
        """Return a page."""
        return cls.model_validate(
            {
                "@context": list(CONTEXT),
                "type": "EPCISQueryDocument",
                "schemaVersion": "2.0",
                "creationDate": block.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "shecang:block": block,
                "epcisHeader": {"epcisMasterData": {"vocabularyList": vocabularies}},
                "epcisBody": {
                    "queryResults": {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": events}}
                },
            }
        )


def lot_element(lot: int, record: Lot, name: RecordName | None) -> Element:
    """Return what is known of a lot; `name`: of its item."""
    code: ItemCode = str(record.item)
    attributes = [Attribute(id="urn:shecang:epcis:item", attribute=code)]
    if name is not None:
        attributes.append(Attribute(id=f"{_MASTER_DATA}descriptionShort", attribute=" · ".join(_both(name))))
    expires = day_or_none(record.expires)
    if expires is not None:
        attributes.append(Attribute(id=f"{_MASTER_DATA}itemExpirationDate", attribute=expires.isoformat()))
    return Element(id=urn("lot", lot), attributes=attributes)


def site_element(site: int, name: RecordName) -> Element:
    """Return what is known of a site."""
    return Element(
        id=urn("site", site),
        attributes=[Attribute(id=f"{_MASTER_DATA}name", attribute=" · ".join(_both(name)))],
    )


def vocabularies_of(lots: Iterable[Element], sites: Iterable[Element]) -> list[Vocabulary]:
    """Return the vocabularies of a document; one without elements is left out, as the standard has it."""
    found = (
        ("urn:epcglobal:epcis:vtype:EPCClass", list(lots)),
        ("urn:epcglobal:epcis:vtype:BusinessLocation", list(sites)),
    )
    return [
        Vocabulary.model_validate({"type": type_, "vocabularyElementList": elements})
        for type_, elements in found
        if elements
    ]


def _both(name: RecordName) -> list[str]:
    return [each for each in (name.zh, name.en) if each]
