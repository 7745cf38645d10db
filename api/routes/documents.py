"""`/v1/documents`: what was recorded, one by one and of a place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep, current_rights
from api.access.rights import Scope
from api.events import EventStream, FeedDep
from api.ids import KEY_DIGITS, DocumentNotRecordedError, DocumentParameter
from api.parameters import MOST_ENTRIES, place_of
from api.problems import Problem
from api.reading import ReadingDep
from api.resources import Resource
from api.routes._concerned import Place, places_of_document, registered_place
from api.routes._documents import FoundDocuments, cards
from api.schemas.common import Block
from api.schemas.documents import EVENT_SCHEMA, DocumentAnswer, DocumentBody, DocumentPage, Order
from ledger_client.emergencies import EmergencySpell
from ledger_client.errors import UsageError
from ledger_client.fold.records import RecordedDocument
from ledger_client.index.whole import WholeReader

router = Resource(prefix="/documents", tags=["documents"])

_LAST_NUMBER = (1 << 63) - 1


class EventIdFormError(UsageError):
    """A text is no id of an event."""

    en = "{value!r} is no id of an event: they are the numbers of documents; leave it out to begin with now"
    zh = "{value!r} 不是事件编号：事件编号即单据序号；如从现在开始，请省略"


class DocumentsQuery(BaseModel):
    """Which page of the documents of which place."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(
        max_length=64,
        description="A site (15 digits), a division (2, 4, 6, 9 or 12 digits), or 0 for the country.",
        examples=["420102"],
    )
    order: Order = Field("newest", description="Whether the newest document comes first, or the oldest.")
    limit: int = Field(50, ge=1, le=MOST_ENTRIES, description="Most documents to return.")
    after: int | None = Field(
        None,
        ge=0,
        le=_LAST_NUMBER,
        description="`next_after` of the page before: number of its last document. From the newest on, "
        "pages stay what they are while documents are added; so do those from the oldest on.",
    )


@router.get(
    "",
    operation_id="list_documents",
    summary="The documents that name a site of a place",
    responses=Problem.responses(401, 403, 404),
)
def list_documents(
    caller: CallerDep, reading: ReadingDep, query: Annotated[DocumentsQuery, Query()]
) -> DocumentPage:
    """Return a page of the documents that name a site of a place, by number."""
    place = place_of(query.place)
    caller.require(Scope.READ, place)

    def read(index: WholeReader) -> _Found:
        registered = registered_place(index, place)
        # One more than is shown tells whether another page follows.
        documents = index.documents_of_place(
            place, after=query.after, is_newest_first=query.order == "newest", limit=query.limit + 1
        )
        return _Found(registered, documents, index.emergencies())

    found, stamp = reading.consistent(read, WholeReader)
    shown = found.documents[: query.limit]
    return DocumentPage(
        place=str(place),
        name=found.place.name(reading),
        order=query.order,
        documents=cards(shown, found.spells),
        next_after=shown[-1].number if len(found.documents) > len(shown) else None,
        block=Block.of(stamp),
    )


class EventsQuery(BaseModel):
    """Of which place new documents are told, and from where on."""

    model_config = ConfigDict(extra="forbid")

    place: str | None = Field(
        None,
        max_length=64,
        description="A site or division; all that the caller reads where it is not given.",
        examples=["420102"],
    )
    after: int | None = Field(
        None,
        ge=0,
        le=_LAST_NUMBER,
        description="Number of the last document that the caller had; 0 for all of them. What is new from "
        "now on where neither it nor `Last-Event-ID` is given, which goes before it.",
    )
    wait: bool = Field(True, description="false: end with the last document that there is.")


@router.get(
    "/events",
    operation_id="follow_documents",
    summary="New documents as server-sent events",
    response_class=Response,  # FastAPI would take one of events for a generator of its own
    responses={
        200: {
            "description": "Events, in the order of numbers. `id`: the document's number. `event`: its kind. "
            "`data`: the document as `GET /v1/documents/{key}` has it, without its body. Also, without an "
            "id: `position` (`after`, `last`) at the beginning, `ended` (`type`, `detail`) where the "
            "caller may not read any more; and comments while there is nothing to tell.",
            "content": {
                # Of the whole stream, whether it is taken for a text or for a list of events.
                "text/event-stream": {
                    "schema": {"description": "The events, one after another."},
                    "itemSchema": EVENT_SCHEMA,
                }
            },
        },
        **Problem.responses(401, 403, 404),
    },
)
async def follow_documents(
    request: Request,
    caller: CallerDep,
    reading: ReadingDep,
    feed: FeedDep,
    query: Annotated[EventsQuery, Query()],
    last_event_id: Annotated[
        str | None,
        Header(max_length=64, description="`id` of the last event that the caller had.", examples=["120"]),
    ] = None,
) -> EventStream:
    """Tell each document that names a site which the caller reads, once its block is final."""
    caller.require_reader()
    after = query.after if last_event_id is None else number_of_event(last_event_id)
    place = None
    if query.place is not None:
        place = place_of(query.place)
        caller.require(Scope.READ, place)
        await run_in_threadpool(reading.consistent, partial(registered_place, place=place))
    leave = feed.enter(caller.account or "")
    try:
        await feed.refresh()
        events = feed.stream(
            feed.last if after is None else after,
            place,
            partial(current_rights, request, reading),
            goes_on=query.wait,
        )
        return EventStream(events, leave)
    except BaseException:
        leave()
        raise


@router.get(
    "/{key}",
    operation_id="read_document",
    summary="A document, whole",
    responses=Problem.responses(401, 403, 404),
)
def read_document(caller: CallerDep, reading: ReadingDep, key: DocumentParameter) -> DocumentAnswer:
    """Return a document with its lines, signers, journals, what reversed or named it, and its body.

    Whoever reads one of its sites reads all of it, both sides.
    """
    caller.require_reader()

    def read(index: WholeReader) -> FoundDocuments:
        document = index.document(key)
        if document is None:
            raise DocumentNotRecordedError(key=f"{key:0{KEY_DIGITS}x}")
        caller.require_any(Scope.READ, places_of_document(index, document))
        return FoundDocuments.of(index, [document])

    found, stamp = reading.consistent(read, WholeReader)
    [document], [facts] = found.documents, found.facts(reading)
    body = DocumentBody.of(document.body, *reading.body("document", key, document.body))
    return DocumentAnswer(document=facts, body=body, block=Block.of(stamp))


def number_of_event(text: str) -> int:
    """Return the number in a `Last-Event-ID`.

    Raises:
        EventIdFormError: It is none that this server gives.
    """
    if not (text.isascii() and text.isdecimal() and int(text) <= _LAST_NUMBER):
        raise EventIdFormError(value=text)
    return int(text)


@dataclass(frozen=True, slots=True)
class _Found:
    place: Place
    documents: list[RecordedDocument]
    spells: list[EmergencySpell]
