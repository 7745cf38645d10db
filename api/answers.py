"""Pages as they go out: made and written in one thread, and only so many at once.

FastAPI hands an answer from the endpoint's thread to another one that checks it, and writes it in the loop
that serves everybody. Here it is written in the endpoint's own thread: what an endpoint returns is a model
already, and each change of threads costs more than to write it.

Python runs one thread at a time, and the drivers of databases let another one run with every row that they
fetch. So threads that fetch rows at the same time do nothing so much as take turns: sixteen of them spend
half as much processor time again as two, for the same pages. Where the server has processes that make pages
(`api.pages`), they go there; what is made here waits for one of two places. What takes long itself keeps
nobody waiting: who has waited for `PATIENCE` goes without a place.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import wraps
from inspect import iscoroutinefunction, isgeneratorfunction
from typing import Any

from anyio.lowlevel import RunVar
from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from pydantic import BaseModel

from api.pages.processes import PageProcesses

AT_ONCE = 2
"""Pages that are made at the same time."""

PATIENCE = 0.25
"""Seconds that a page waits for its place."""


class AnswerRoute(APIRoute):
    """A route whose endpoint, a plain function, makes a model of a `Reading` and of what the request says.

    It takes nothing else of the running application, since it may be called in another process.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        is_plain = not (iscoroutinefunction(endpoint) or isgeneratorfunction(endpoint))
        super().__init__(path, _written(endpoint) if is_plain else endpoint, **options)


def _written(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(endpoint)
    async def answer(**values: Any) -> Any:
        processes = PROCESSES.get(None)
        page = None if processes is None else await processes.page(endpoint, values)
        if page is not None:
            return Response(page, media_type="application/json")
        async with _place():
            return await run_in_threadpool(_made, endpoint, values)

    return answer


def _made(endpoint: Callable[..., Any], values: dict[str, Any]) -> Any:
    found = endpoint(**values)
    return Response(as_json(found), media_type="application/json") if isinstance(found, BaseModel) else found


def as_json(page: BaseModel) -> bytes:
    """Return a page as it goes out."""
    return page.__pydantic_serializer__.to_json(page)


PROCESSES: RunVar[PageProcesses | None] = RunVar("shecang_page_processes")
"""What makes the pages of the application in this loop; nothing, where it makes them itself."""

_PLACES: RunVar[asyncio.Semaphore] = RunVar("shecang_pages")


@asynccontextmanager
async def _place() -> AsyncIterator[None]:
    """Take one of the places where pages are made, or none after `PATIENCE`."""
    try:
        places = _PLACES.get()
    except LookupError:
        places = asyncio.Semaphore(AT_ONCE)
        _PLACES.set(places)
    if places.locked():
        try:
            async with asyncio.timeout(PATIENCE):
                await places.acquire()
        except TimeoutError:
            yield
            return
    else:
        await places.acquire()
    try:
        yield
    finally:
        places.release()
