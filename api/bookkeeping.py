"""Books that were sent: mappings, and what the comparison with the ledger came to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from api.shelf import Shelf
from api.unknown import UnknownHereError
from api.work import Job
from ledger_client.canonical import canonical
from ledger_client.errors import UsageError
from ledger_client.identifiers import SiteId

BOOK = Job("books", "books", 2, seconds=120, memory=1 << 30, answer=48 << 20)
"""Two at once: one a core. The .xls of a book is read by a process of its own, of the same memory."""

MAPPING = Job("mapping", "books", 2, seconds=60, memory=1 << 30, answer=1 << 16)

MAPPING_BYTES = 1 << 20
"""Of a mapping; that of the 290 goods of three real books has 84 kB."""

_BOOK_ROOM = 128 << 20
_MAPPING_ROOM = 32 << 20
_NAME_BYTES = 200


class BookUnknownError(UnknownHereError):
    """There is no such book, or no longer."""

    en = "there is no book {book} here: what was made of one is kept for an hour at most; send the file again"
    zh = "此处没有账册 {book}：处理结果最多保留一小时；请重新发送文件"


class MappingUnknownError(UnknownHereError):
    """There is no such mapping, or no longer."""

    en = "no mapping {mapping} is here: one is kept for an hour at most; send it to /v1/books/mappings again"
    zh = "此处没有对照表 {mapping}：最多保留一小时；请重新发送至 /v1/books/mappings"


class BookNameError(UsageError):
    """A text is no name of a file."""

    en = "{value!r} names no file: give the name without a folder, at most {most} bytes, all of them visible"
    zh = "{value!r} 不是文件名：请勿含目录，最多 {most} 字节，且不含不可见字符"


@dataclass(frozen=True, slots=True)
class KeptMapping:
    """A mapping that was sent.

    Attributes:
        id: SHA-256 of its bytes.
        content: Its bytes, which a job has read once.
        told: What is in it.
    """

    id: str
    content: bytes
    told: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A row of a book as it is kept: its place, from 1, what it is filtered by, and all of it as JSON."""

    number: int
    status: str
    action: str | None
    raw: bytes


@dataclass(frozen=True, slots=True)
class KeptBook:
    """What was made of a book.

    Attributes:
        id: Follows from the file, its name, what was asked, and the block.
        site: The site that it is about.
        asked: What was asked.
        told: What it came to.
        lines: Rows of the book, then what it lacks.
        suspects: What a person should look at, JSON.
        mapping: The proposed mapping, CSV.
        size: Bytes, about.
    """

    id: str
    site: SiteId
    asked: Mapping[str, Any]
    told: Mapping[str, Any]
    lines: Sequence[KeptLine]
    suspects: Sequence[bytes]
    mapping: str
    size: int = field(repr=False)

    @classmethod
    def of(cls, asked: Mapping[str, Any], told: Mapping[str, Any], rows: Iterable[bytes]) -> KeptBook:
        """Return what a job told of a book.

        Args:
            asked: Site, name, mapping, date and year.
            told: Its result.
            rows: Its rows.
        """
        lines, suspects, mapping, size = list[KeptLine](), list[bytes](), list[str](), 0
        for row in rows:
            size += len(row) + 200  # what Python keeps beside it
            part, content = json.loads(row)
            raw = json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")
            if part == "line":
                lines.append(KeptLine(len(lines) + 1, content["status"], content["action"], raw))
            elif part == "suspect":
                suspects.append(raw)
            else:
                mapping.append(content)
        names = {**asked, "digest": told["digest"], "block": told["block"]["hash"]}
        return cls(
            id=hashlib.sha256(canonical(names)).hexdigest()[:40],
            site=SiteId(int(asked["site"])),
            asked=asked,
            told=told,
            lines=lines,
            suspects=suspects,
            mapping="".join(mapping),
            size=size,
        )


class Books:
    """The books and mappings of one server."""

    def __init__(self) -> None:
        self.books: Shelf[KeptBook] = Shelf(_BOOK_ROOM)
        self.mappings: Shelf[KeptMapping] = Shelf(_MAPPING_ROOM)

    def book(self, id: str) -> tuple[float, KeptBook]:
        """Return until when a book is kept, and the book.

        Raises:
            BookUnknownError: It is not here.
        """
        found = self.books.find(id)
        if found is None:
            raise BookUnknownError(book=id)
        return found

    def mapping(self, id: str) -> KeptMapping:
        """Return a mapping.

        Raises:
            MappingUnknownError: It is not here.
        """
        found = self.mappings.find(id)
        if found is None:
            raise MappingUnknownError(mapping=id)
        return found[1]


def file_name(text: str) -> str:
    """Return a text that is the name of a file: days and identities of a book may follow from it.

    Raises:
        BookNameError: It is none.
    """
    is_name = (
        text not in ("", ".", "..")
        and "/" not in text
        and text.isprintable()
        and len(text.encode("utf-8", "replace")) <= _NAME_BYTES
    )
    if not is_name:
        raise BookNameError(value=text, most=_NAME_BYTES)
    return text


def _books_of(request: Request) -> Books:
    return cast(Books, request.state.books)


BooksDep = Annotated[Books, Depends(_books_of)]
"""The books, for an endpoint."""
