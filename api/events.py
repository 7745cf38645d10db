"""New documents as server-sent events: looked for once for all streams, told to each in the order of numbers.

- A document is told once its block is final, so that its number stays what it is: whoever resumes behind
  a number misses nothing and hears nothing twice, over restarts of the server and over replaced blocks.
- All streams share what was read last. One that resumes further back reads the index itself, a page at a
  time, and few of them at once.
- A stream holds one page. Where its reader takes nothing for `PATIENCE`, it ends; its place is the number of
  the last event that the reader had.
- Every `LOOKS` seconds it is looked at again what the reader may read.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.types import Receive, Send
from starlette.types import Scope as ConnectionScope

from api.access.rights import Rights, Scope
from api.problems import problem_type
from api.reading import Reading
from api.routes._documents import FoundDocuments
from ledger_client.errors import ShecangError, UnavailableError
from ledger_client.fold.records import RecordedDocument
from ledger_client.index.registers import range_of
from ledger_client.index.whole import WholeReader

AT_ONCE = 32
"""Documents that a stream reads at once."""

RECENT = 256
"""Documents that are kept for all streams."""

HEARTBEAT = 15.0
"""Seconds after which a stream that has nothing to tell says that it lives."""

LOOKS = 2.0
"""Seconds between two looks at whether the reader may still read."""

PATIENCE = 30.0
"""Seconds within which a reader takes what is sent."""

MOST_STREAMS, MOST_OF_ACCOUNT = 64, 8
"""Streams at a time: of all accounts together, and of one."""

_READ_AT_ONCE = 2  # streams that read the index themselves
_WAIT = 1.0  # seconds; the longest that a stream sleeps before it looks around
_HEADERS = {"X-Accel-Buffering": "no"}  # a proxy that collects an answer would never pass one on

_logger = logging.getLogger(__name__)


class StreamsTooManyError(UnavailableError):
    """There is no room for another stream."""

    en = "{count} streams are open {whose}, which is the most; end one of them, or ask again in a while"
    zh = "{whose_zh}已打开 {count} 个事件流，达到上限；请关闭其中之一，或稍后重试"


@dataclass(frozen=True, slots=True)
class Told:
    """A document as it is told.

    Attributes:
        number: Its place among all documents of the ledger.
        kind: What it is.
        sites: That it names.
        data: The document in JSON, without its body.
    """

    number: int
    kind: str
    sites: tuple[int, ...]
    data: str

    def event(self) -> bytes:
        """Return it as it goes out."""
        return format_sse_event(data_str=self.data, event=self.kind, id=str(self.number))

    def concerns(self, places: Iterable[int]) -> bool:
        """Return whether it names a site of one of some places; everything concerns the country."""
        return any(
            place == 0 or any(low <= site <= high for site in self.sites)
            for place in places
            for low, high in (range_of(place),)
        )


class Feed:
    """New documents of one ledger, for all who follow them.

    Args:
        reading: The ledger.
        poll: Seconds between two looks at the index, while anybody follows.
        ending: Set when the server ends, with which all streams do.

    Attributes:
        last: Number of the last document that is final.
    """

    def __init__(self, reading: Reading, poll: float, ending: asyncio.Event) -> None:
        self.last = 0
        self._reading, self._poll, self._ending = reading, poll, ending
        self._recent: deque[Told] = deque(maxlen=RECENT)
        self._open: Counter[str] = Counter()
        self._news = asyncio.Event()
        self._refreshing = asyncio.Lock()
        self._readers = asyncio.Semaphore(_READ_AT_ONCE)
        self._failure = ""

    # ------------------------------------------------------------------------------------ for all streams

    async def run(self, stop: asyncio.Event) -> None:
        """Look for new documents until `stop` is set, whenever anybody follows them."""
        while not stop.is_set():
            if self._open.total():
                await self._refresh_or_say()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._poll)

    async def refresh(self) -> None:
        """Read what is new.

        Raises:
            IndexEmptyError: Nothing was read from the chain yet.
            IndexUnusableError: The database fails.
        """
        async with self._refreshing:
            last, found = await run_in_threadpool(self._read_new, self.last)
            if last <= self.last:
                return
            if not found or found[0].number != self.last + 1:
                self._recent.clear()
            self._recent.extend(found)
            self.last = last
        self._news.set()
        self._news = asyncio.Event()

    async def _refresh_or_say(self) -> None:
        try:
            await self.refresh()
            self._failure = ""
        except UnavailableError as error:
            if (sentence := error.text("en")) != self._failure:
                _logger.warning("new documents cannot be read: %s", sentence)
            self._failure = sentence
        except Exception as error:
            # The task must not die unseen: the streams would tell nothing more, and nobody would learn why.
            if (sentence := repr(error)) != self._failure:
                _logger.exception("new documents cannot be read")
            self._failure = sentence

    def _read_new(self, last: int) -> tuple[int, list[Told]]:
        def read(index: WholeReader) -> tuple[int, FoundDocuments | None]:
            count = index.final_document_count()
            if not last or count <= last:  # nobody followed before, or there is nothing new
                return count, None
            documents = index.numbered(range(max(last, count - RECENT) + 1, count + 1))
            return count, FoundDocuments.of(index, [documents[each] for each in sorted(documents)])

        (count, found), _ = self._reading.consistent(read, WholeReader)
        return count, [] if found is None else told(self._reading, found)

    # ------------------------------------------------------------------------------------ for one stream

    def enter(self, account: str) -> Callable[[], None]:
        """Count a stream of an account, and return what is called once when it ends.

        Raises:
            StreamsTooManyError: There are too many, of this account or of all.
        """
        if self._open[account] >= MOST_OF_ACCOUNT:
            raise StreamsTooManyError(count=MOST_OF_ACCOUNT, whose="for this account", whose_zh="该账户")
        if self._open.total() >= MOST_STREAMS:
            raise StreamsTooManyError(count=MOST_STREAMS, whose="on this server", whose_zh="本服务器")
        self._open[account] += 1
        has_left = False

        def leave() -> None:
            nonlocal has_left
            if not has_left:
                has_left = True
                self._open[account] -= 1
                self._open += Counter()  # forgets whoever has none

        return leave

    async def after(self, number: int, places: Collection[int]) -> tuple[list[Told], int]:
        """Return documents behind a number that concern some places, and up to which number these are all.

        Raises:
            IndexUnusableError: The database fails.
        """
        if number >= self.last:
            return [], number
        if self._recent and self._recent[0].number <= number + 1:
            at = number + 1 - self._recent[0].number
            some = [self._recent[place] for place in range(at, min(at + AT_ONCE, len(self._recent)))]
            return [each for each in some if each.concerns(places)], some[-1].number
        async with self._readers:
            return await run_in_threadpool(self._read_page, number, places, self.last)

    def _read_page(self, number: int, places: Collection[int], last: int) -> tuple[list[Told], int]:
        def read(index: WholeReader) -> tuple[FoundDocuments, int]:
            pages = [
                index.documents_of_place(place, after=number, is_newest_first=False, limit=AT_ONCE)
                for place in places
            ]
            # Behind a full page of one place nothing is known of it, though there is of the others.
            full = [page[-1].number for page in pages if len(page) == AT_ONCE]
            until = min([*full, last])
            documents = {each.number: each for page in pages for each in page if each.number <= until}
            return FoundDocuments.of(index, [documents[each] for each in sorted(documents)]), until

        (found, until), _ = self._reading.consistent(read, WholeReader)
        return told(self._reading, found), until

    async def stream(
        self, number: int, place: int | None, rights: Callable[[], Rights], *, goes_on: bool
    ) -> AsyncIterator[bytes]:
        """Yield events behind a number for as long as the reader may read and the server runs.

        Args:
            number: Of the last document that the reader had.
            place: Of which site or division; None for all that the reader reads.
            rights: Finds what the reader may do now.
            goes_on: Whether to wait for what is new; else it ends with the last document there is.
        """
        yield _said("position", {"after": number, "last": self.last})
        places: Sequence[int] = ()
        looked = spoke = -HEARTBEAT
        while not self._ending.is_set():
            now, news = time.monotonic(), self._news
            if now - looked >= LOOKS:
                try:
                    places = _places(await run_in_threadpool(rights), place)
                except ShecangError as refusal:
                    yield _said("ended", {"type": problem_type(type(refusal)), "detail": refusal.text()})
                    return
                looked = time.monotonic()
            before, found = number, list[Told]()
            with suppress(UnavailableError):  # asked again in a moment
                found, number = await self.after(number, places)
            for each in found:
                yield each.event()
            if found:
                spoke = now
            if number > before:
                continue
            if not goes_on:
                return
            if now - spoke >= HEARTBEAT:
                yield format_sse_event(comment="")
                spoke = now
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), _WAIT)


class EventStream(EventSourceResponse):
    """An answer of events that ends where nobody takes them.

    Args:
        events: What is sent.
        leave: Called when it has ended, however it did.
    """

    def __init__(self, events: AsyncIterator[bytes], leave: Callable[[], None]) -> None:
        super().__init__(events, headers=_HEADERS)
        self._leave = leave

    async def __call__(self, scope: ConnectionScope, receive: Receive, send: Send) -> None:
        """Send the events."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()

    async def stream_response(self, send: Send) -> None:
        """Send the events, one at a time."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for chunk in self.body_iterator:
            try:
                async with asyncio.timeout(PATIENCE):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            except TimeoutError:
                _logger.info("a stream ended whose reader took nothing for %d s", PATIENCE)
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def told(reading: Reading, found: FoundDocuments) -> list[Told]:
    """Return documents as they are told."""
    facts = found.facts(reading)
    return [
        Told(document.number, each.kind, _sites(document), each.model_dump_json())
        for document, each in zip(found.documents, facts, strict=True)
    ]


def _sites(document: RecordedDocument) -> tuple[int, ...]:
    return tuple(site for site in (document.from_site, document.to_site) if site)


def _places(caller: Rights, place: int | None) -> Sequence[int]:
    """Return of which places a stream tells, by what its reader may read now.

    Raises:
        NotAllowedError: It reads nothing, or not the place that was asked for.
    """
    if place is not None:
        caller.require(Scope.READ, place)
        return (place,)
    caller.require_reader()
    return caller.divisions


def _said(event: str, data: dict[str, Any]) -> bytes:
    """Return an event about the stream itself: it has no id, so that the reader's place stays."""
    return format_sse_event(data_str=json.dumps(data, ensure_ascii=False), event=event)


def _feed_of(request: Request) -> Feed:
    return cast(Feed, request.state.feed)


FeedDep = Annotated[Feed, Depends(_feed_of)]
"""New documents, for an endpoint."""
