"""`/v1/documents`: what was recorded, one by one and of a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.access.rights import Scope
from api.ids import KEY_DIGITS, DocumentNotRecordedError, DocumentParameter
from api.parameters import MOST_ENTRIES, place_of
from api.problems import Problem
from api.reading import ReadingDep
from api.routes._documents import FoundDocuments, cards
from api.routes._places import Place, places_of_document, registered_place
from api.schemas.common import Block
from api.schemas.documents import DocumentAnswer, DocumentBody, DocumentPage, Order
from ledger_client.emergencies import EmergencySpell
from ledger_client.fold.records import RecordedDocument
from ledger_client.index.whole import WholeReader

router = APIRouter(prefix="/documents", tags=["documents"])

_LAST_NUMBER = (1 << 63) - 1


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


@dataclass(frozen=True, slots=True)
class _Found:
    place: Place
    documents: list[RecordedDocument]
    spells: list[EmergencySpell]
