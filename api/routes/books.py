"""`/v1/books`: a district's own spreadsheets against the ledger. Nothing that is sent here is recorded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.bookkeeping import (
    BOOK,
    MAPPING,
    MAPPING_BYTES,
    BooksDep,
    KeptBook,
    KeptMapping,
    file_name,
)
from api.problems import Problem
from api.resources import Resource
from api.schemas.books import (
    Book,
    BookLine,
    BookLines,
    BookMapping,
    BookSuspect,
    BookSuspects,
    ProposedMapping,
)
from api.uploads import Upload, UploadedFile
from api.work import WorkDep
from ledger_client.book import DEFAULT_LIMITS, BadDateOptionError
from ledger_client.identifiers import SiteId, parse_site

router = Resource(prefix="/books", tags=["books"])

SPREADSHEETS = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.ms-excel",
)
"""CSV, .xlsx, .ods, .xls. What a file is follows from its bytes all the same, never from its type or name."""

BOOK_FILE = Upload(*SPREADSHEETS, limit=DEFAULT_LIMITS.file_bytes, scope=Scope.BOOKS)
MAPPING_FILE = Upload(*SPREADSHEETS, limit=MAPPING_BYTES, scope=Scope.BOOKS)

_STRICT = ConfigDict(extra="forbid")
_LAST = (1 << 31) - 1

BookParameter = Annotated[
    str,
    Path(
        pattern="^[0-9a-f]{40}$",
        description="Of a book that was sent.",
        examples=["4be0f94a4b9c6a6a2f5b1c7d116f1d0c4be0f94a"],
    ),
]


class MappingQuery(BaseModel):
    """How a mapping is called."""

    model_config = _STRICT

    name: str = Field(
        "mapping", max_length=200, description="Name of the file, as sentences about it say it."
    )


class BookQuery(BaseModel):
    """What a book is about, and how it is read."""

    model_config = _STRICT

    site: str = Field(max_length=64, description="The site, 15 digits.", examples=["420102001001101"])
    name: str = Field(
        max_length=200,
        description="Name of the file. Its day may follow from it, and with the day which line is which: a "
        "book keeps its name.",
        examples=["received-2026-09-20.xlsx"],
    )
    mapping: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="`id` of a mapping that was sent before; without one no line has an item.",
    )
    date: str | None = Field(
        None,
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="Day of the lines, where the book does not say.",
    )
    year: int | None = Field(None, ge=1900, le=2999, description="Year of a title without one.")


class LinesQuery(BaseModel):
    """Which page of the rows."""

    model_config = _STRICT

    limit: int = Field(50, ge=1, le=200, description="Most rows to return.")
    after: int = Field(
        0, ge=0, le=_LAST, description="Number of the last row of the page before; 0 for the first."
    )
    status: (
        Literal[
            "matched",
            "quantity-differs",
            "missing-on-chain",
            "missing-in-book",
            "possibly-twice",
            "unreadable",
        ]
        | None
    ) = Field(None, description="Only rows of this status.")
    action: Literal["record", "record-part", "not-covered", "recorded", "not-recorded"] | None = Field(
        None, description="Only rows with which an import would do this."
    )


class SuspectsQuery(BaseModel):
    """Which page of the suspects."""

    model_config = _STRICT

    limit: int = Field(50, ge=1, le=200, description="Most suspects to return.")
    after: int = Field(0, ge=0, le=_LAST, description="`next_after` of the page before; 0 for the first.")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody who may asks of a book, before a byte of it is read."""

    site: SiteId
    name: str
    day: str | None
    query: BookQuery


def _asked(caller: CallerDep, query: Annotated[BookQuery, Query()]) -> _Asked:
    site = parse_site(query.site)
    caller.require(Scope.BOOKS, site)
    return _Asked(site, file_name(query.name), _day(query.date), query)


@router.post(
    "/mappings",
    operation_id="send_mapping",
    summary="Send which item each goods of a book is",
    status_code=201,
    openapi_extra=MAPPING_FILE.description,
    responses=Problem.responses(401, 403, *MAPPING_FILE.statuses),
)
async def send_mapping(
    books: BooksDep,
    work: WorkDep,
    request: Request,
    file: Annotated[UploadedFile, Depends(MAPPING_FILE)],
    query: Annotated[MappingQuery, Query()],
) -> BookMapping:
    """Read a mapping and keep it for an hour, so that books can be compared by it.

    It is the file of `shecang book match`, corrected by a person. The same file has the same `id`.
    """
    name = file_name(query.name)
    async with work.place(MAPPING) as place:
        path = await run_in_threadpool(_named, place, name, file.path)
        told = await work.run(MAPPING, place, {"mapping": path}, gone=request.is_disconnected)
    content = await run_in_threadpool(file.path.read_bytes)
    kept = KeptMapping(hashlib.sha256(content).hexdigest(), content, told.result)
    return BookMapping.of(kept, books.mappings.put(kept))


@router.post(
    "",
    operation_id="send_book",
    summary="Compare a book with the ledger",
    status_code=201,
    openapi_extra=BOOK_FILE.description,
    responses=Problem.responses(401, 403, 404, *BOOK_FILE.statuses),
)
async def send_book(
    given: Annotated[_Asked, Depends(_asked)],
    books: BooksDep,
    work: WorkDep,
    request: Request,
    response: Response,
    file: Annotated[UploadedFile, Depends(BOOK_FILE)],
) -> Book:
    """Read a book, compare it with the ledger line by line, and say what an import would record.

    Nothing is recorded, and the file is not kept. What it came to is kept for an hour, at `Location`; the
    same file is the same answer as long as the ledger is at the same block.
    """
    query = given.query
    asked = {
        "site": str(given.site),
        "name": given.name,
        "mapping": query.mapping,
        "date": given.day,
        "year": query.year,
    }
    mapping = books.mapping(query.mapping) if query.mapping else None
    async with work.place(BOOK) as place:
        path = await run_in_threadpool(_named, place, given.name, file.path)
        arguments = {
            **asked,
            "site": int(given.site),
            "book": path,
            "mapping": await run_in_threadpool(_kept, place, mapping) if mapping else None,
        }
        told = await work.run(BOOK, place, arguments, gone=request.is_disconnected)
    kept = await run_in_threadpool(KeptBook.of, asked, told.result, told.rows)
    until = books.books.put(kept)
    response.headers["Location"] = f"{request.url.path}/{kept.id}"
    return Book.of(kept, until)


@router.get(
    "/{book}",
    operation_id="read_book",
    summary="What a book came to",
    responses=Problem.responses(401, 403, 404),
)
async def read_book(caller: CallerDep, books: BooksDep, book: BookParameter) -> Book:
    """Return what a book that was sent came to; it is kept for an hour at most."""
    until, found = _found(caller, books, book)
    return Book.of(found, until)


@router.get(
    "/{book}/lines",
    operation_id="list_book_lines",
    summary="The rows of a book beside the ledger",
    responses=Problem.responses(401, 403, 404),
)
async def list_book_lines(
    caller: CallerDep, books: BooksDep, book: BookParameter, query: Annotated[LinesQuery, Query()]
) -> BookLines:
    """Return every row of a book with its cell, what the ledger has of it, and what an import would record.

    Behind them stands what the ledger has on the book's days and the book has not. A text that a spreadsheet
    would take for a formula is a text here; guard it before you write it into one.
    """
    until, found = _found(caller, books, book)
    # One more than is shown tells whether another page follows.
    lines = [
        each
        for each in found.lines[query.after :]
        if query.status in (None, each.status) and query.action in (None, each.action)
    ][: query.limit + 1]
    shown = lines[: query.limit]
    return BookLines(
        lines=[BookLine.of(each) for each in shown],
        next_after=shown[-1].number if len(lines) > len(shown) else None,
        block=Book.of(found, until).block,
    )


@router.get(
    "/{book}/suspects",
    operation_id="list_book_suspects",
    summary="What a person should look at in a book",
    responses=Problem.responses(401, 403, 404),
)
async def list_book_suspects(
    caller: CallerDep, books: BooksDep, book: BookParameter, query: Annotated[SuspectsQuery, Query()]
) -> BookSuspects:
    """Return what looks recorded twice, or mistaken; every line stays a line."""
    _, found = _found(caller, books, book)
    end = query.after + query.limit
    shown = [BookSuspect.model_validate_json(each) for each in found.suspects[query.after : end]]
    return BookSuspects(suspects=shown, next_after=end if len(found.suspects) > end else None)


@router.get(
    "/{book}/mapping",
    operation_id="read_proposed_mapping",
    summary="A mapping for the goods of a book, to correct",
    responses=Problem.responses(401, 403, 404),
)
async def read_proposed_mapping(caller: CallerDep, books: BooksDep, book: BookParameter) -> ProposedMapping:
    """Return a mapping with a row for every goods of a book, as `shecang book match` proposes it.

    Rows of the mapping that was applied stay as they are. A person corrects the others, confirms them, and
    sends the file to `POST /v1/books/mappings`.
    """
    _, found = _found(caller, books, book)
    return ProposedMapping(name=f"{FilePath(found.asked['name']).stem}.mapping.csv", csv=found.mapping)


def _found(caller: Rights, books: BooksDep, id: str) -> tuple[float, KeptBook]:
    """Return a book that the caller may work with; without the scope nobody learns whether there is one."""
    caller.require_scope(Scope.BOOKS)
    until, book = books.book(id)
    caller.require(Scope.BOOKS, book.site)
    return until, book


def _named(place: FilePath, name: str, file: FilePath) -> str:
    """Give a file the name by which it is known, in a directory of its own."""
    path = place / "named" / name
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(file)
    return str(path)


def _kept(place: FilePath, mapping: KeptMapping) -> str:
    path = place / "mapping"
    path.write_bytes(mapping.content)
    return str(path)


def _day(text: str | None) -> str | None:
    """Return a day that is one.

    Raises:
        BadDateOptionError: It is none.
    """
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadDateOptionError(value=text) from error
