"""Files that are sent: what a route takes, how much of it, and where it is while it is looked at.

A route says what it takes once, for the endpoint and for the description::

    BOOK = Upload("text/csv", SPREADSHEET, limit=DEFAULT_LIMITS.file_bytes, scope=Scope.BOOKS)

    @router.post("", openapi_extra=BOOK.description, responses=Problem.responses(*BOOK.statuses))
    def upload_book(caller: CallerDep, book: Annotated[UploadedFile, Depends(BOOK)]) -> Book: ...

Before a byte is read: whoever may not is refused, another media type is, and a length that is too long. Then
the body goes to a file of its owner alone, part by part, up to the limit and no further. The file is gone
when the answer was sent, whatever the answer was; one that a killed server left, when the next one starts.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from api.access.callers import CallerDep
from api.access.rights import Scope
from api.asked import current
from api.settings import Settings
from ledger_client.errors import UnavailableError, UsageError

UPLOADS = "uploads"
"""Folder of a home in which uploads are while they are looked at."""

_MOST_OF_ONE = 2  # uploads at once of one account, or from one address
_SHOWN = 60  # characters of a media type that nobody knows


class ContentTooLargeError(UsageError):
    """A body is longer than is taken here; the answer is 413."""

    en = "the body is longer than the {limit} bytes that are taken here; send less at once, see /openapi.json"
    zh = "请求内容超过此处允许的 {limit} 字节；请减少内容，详见 /openapi.json"


class MediaTypeError(UsageError):
    """A body is of another media type than is taken here; the answer is 415."""

    en = "a body of type {found!r} is not taken here; send one of {expected}, named in Content-Type"
    zh = "此处不接受类型为 {found!r} 的内容；请发送 {expected}，并在 Content-Type 中注明"


class BodySlowError(UsageError):
    """A body does not come; the answer is 408."""

    en = "the body did not come within {seconds} seconds; send it at once, or over a better line"
    zh = "请求内容未在 {seconds} 秒内送达；请一次性发送，或改用较好的线路"


class UploadsTooManyError(UnavailableError):
    """As many uploads as are taken at once are being looked at."""

    en = (
        "{most} files are being looked at, as many as this server takes at once; send yours again in a moment"
    )
    zh = "服务器正在处理 {most} 个文件，已达同时处理的上限；请稍后重新发送"


class UploadUnkeptError(UnavailableError):
    """The file cannot be written."""

    en = "the file cannot be kept while it is looked at ({reason}); tell who runs the server"
    zh = "文件无法暂存（{reason}）；请联系服务器管理者"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that was sent; it is gone when the answer was.

    Attributes:
        file: Open for reading, at its beginning.
        path: Where it is; its name is made up here.
        size: Bytes.
        media_type: One of those that the route takes.
    """

    file: BinaryIO
    path: Path
    size: int
    media_type: str


class UploadRoom:
    """Where the uploads of a server are, and how many there are.

    Args:
        folder: Made when the first one comes.
        settings: How many there may be at once, and how long they may take.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.settings = settings
        self._folder = folder
        self._open: Counter[str] = Counter()  # by whom; "" for the public together

    @property
    def open(self) -> int:
        """How many there are."""
        return sum(number for holder, number in self._open.items() if holder)

    def sweep(self) -> None:
        """Delete what a server that was killed has left; what a running one holds is locked, and stays."""
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            with suppress(OSError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)

    @contextmanager
    def place(self, holder: str, *, is_public: bool) -> Iterator[None]:
        """Hold one of the places.

        Args:
            holder: An account, or the address of somebody without one.
            is_public: Whether it is somebody without one: half of the places are for the others.

        Raises:
            UploadsTooManyError: All that there are for the holder are taken.
        """
        most = self.settings.uploads
        holders = (holder, "") if is_public else (holder,)
        if (
            self.open >= most
            or self._open[holder] >= _MOST_OF_ONE
            or (is_public and self._open[""] >= max(1, most // 2))
        ):
            raise UploadsTooManyError(most=self.open)
        self._open.update(holders)
        try:
            yield
        finally:
            self._open.subtract(holders)
            self._open += Counter()  # drops those who hold none

    @contextmanager
    def file(self) -> Iterator[tuple[Path, BinaryIO]]:
        """Hold a new file of the owner alone, and delete it at the end.

        Raises:
            UploadUnkeptError: It cannot be made.
        """
        path = self._folder / secrets.token_hex(16)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        except OSError as error:
            raise UploadUnkeptError(reason=error.strerror) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield path, file
        finally:
            with suppress(OSError):  # of a full disk, which was told already
                file.close()
            path.unlink(missing_ok=True)


class Upload:
    """What a route takes as a file; a dependency that gives the `UploadedFile`.

    Args:
        media_types: That are taken, as a `Content-Type` says them, without parameters.
        limit: Bytes at most.
        scope: Without which an account may not send anything; None where the public may.
        schema: What the description says that a file is, of one that is JSON; else it is one of bytes. The
            route reads it by itself, and refuses what is none.

    Attributes:
        statuses: Of the refusals that a route gets by it.
    """

    statuses = (408, 413, 415)

    def __init__(
        self,
        *media_types: str,
        limit: int,
        scope: Scope | None = None,
        schema: Mapping[str, Any] | None = None,
    ) -> None:
        self.media_types = media_types
        self.limit = limit
        self._scope = scope
        self._schema = schema or {"type": "string", "format": "binary"}

    @property
    def description(self) -> dict[str, Any]:
        """What the description of the API says of it, for `openapi_extra`."""
        schema = {**self._schema, "description": f"At most {self.limit} bytes."}
        content = {each: {"schema": schema} for each in self.media_types}
        return {"requestBody": {"required": True, "content": content}}

    async def __call__(self, request: Request, caller: CallerDep) -> AsyncIterator[UploadedFile]:
        """Give the file of a request, and delete it at the end.

        Raises:
            NotSignedInError: The public may not send anything here.
            NotAllowedError: The account may not.
            MediaTypeError: It is of another type.
            ContentTooLargeError: It is longer than is taken.
            BodySlowError: It does not come.
            UploadsTooManyError: Too many are being looked at.
            UploadUnkeptError: It cannot be written.
        """
        if self._scope is not None:
            caller.require_scope(self._scope)
        media_type = media_type_of(request.headers.get("content-type", ""))
        if media_type not in self.media_types:
            raise MediaTypeError(found=media_type[:_SHOWN], expected=", ".join(self.media_types))
        require_length(request.headers.get("content-length", ""), self.limit)
        room = cast(UploadRoom, request.app.state.uploads)
        asked = current()
        address = asked.address if asked else ""
        holder = caller.account or f"from {address}"
        with room.place(holder, is_public=caller.account is None), room.file() as (path, file):
            size = await self._fill(file, request.receive, room.settings)
            yield UploadedFile(file, path, size, media_type)

    async def _fill(self, file: BinaryIO, receive: Receive, settings: Settings) -> int:
        """Write the body to a file and return its length; the file is at its beginning again then."""
        parts = body_parts(receive, self.limit, total=settings.upload_seconds, part=settings.body_seconds)
        size = 0
        try:
            async for each in parts:
                await run_in_threadpool(file.write, each)
                size += len(each)
            await run_in_threadpool(file.seek, 0)
        except OSError as error:
            raise UploadUnkeptError(reason=error.strerror) from error
        return size


async def body_parts(receive: Receive, limit: int, *, total: float, part: float) -> AsyncIterator[bytes]:
    """Yield the parts of a body as they come.

    Args:
        receive: Of the request.
        limit: Bytes at most.
        total: Seconds that the whole may take.
        part: Seconds that the next part may take.

    Raises:
        ContentTooLargeError: It is longer.
        BodySlowError: It does not come in time.
        ClientDisconnect: Whoever sent it has gone.
    """
    clock = asyncio.get_running_loop().time
    end, size = clock() + total, 0
    while True:
        until = min(end, clock() + part)
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError as error:
            raise BodySlowError(seconds=f"{total if until == end else part:g}") from error
        if message["type"] != "http.request":
            raise ClientDisconnect
        body: bytes = message.get("body", b"")
        size += len(body)
        if size > limit:
            raise ContentTooLargeError(limit=limit)
        yield body
        if not message.get("more_body"):
            return


def require_length(said: str, limit: int) -> None:
    """Refuse a body that says by itself that it is too long.

    Args:
        said: The header `Content-Length`.
        limit: Bytes at most.

    Raises:
        ContentTooLargeError: It is longer.
    """
    if said.isascii() and said.isdigit() and (len(said) > 18 or int(said) > limit):
        raise ContentTooLargeError(limit=limit)


def media_type_of(header: str) -> str:
    """Return the media type of a `Content-Type`, without its parameters."""
    return header.partition(";")[0].strip().lower()
