"""The server's log: JSON lines on stderr, one a request, which name nobody and nothing that was asked.

::

    {"event": "request", "method": "GET", "route": "/v1/sites/{site}/stock-card", "status": 200, "ms": 4.1,
     "caller": "5f3d2c1b", "request": "9a8b7c6d5e4f3021", "level": "info", "time": "2026-09-13T01:00:00.000Z"}

`caller` is `public`, the id of an account, `key` for whoever signed in with one, or `unknown` where what was
sent stands for nobody. `status` is 499 where whoever asked went away before the answer. Never in it: queries,
what stands in an address, bodies, names, keys, signatures, cookies, addresses of machines.

A failure that nobody foresaw is logged with the kind of every error and with the place in the code where it
passed, and without its sentence: that may hold what was asked, or what a database holds. What the system says
of a file or a disk is kept.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from api.asked import Asked

GONE = 499
"""Status in the log of a request whose sender went away before the answer."""

_SOURCES = ("api", "ledger_client")
"""Whose lines are written."""


def log_request(asked: Asked, status: int, seconds: float) -> None:
    """Write the line of a request that was answered.

    Args:
        asked: The request.
        status: Of the answer.
        seconds: That it took.
    """
    _requests.info(
        "request",
        method=asked.method,
        route=asked.template,
        status=status,
        ms=round(seconds * 1_000, 1),
        caller=_kind_of(asked),
        request=asked.id,
    )


def log_failure(asked: Asked) -> None:
    """Write what nobody foresaw, from within its `except`."""
    _requests.error("failed", method=asked.method, route=asked.template, request=asked.id, exc_info=True)


@contextmanager
def logging_to(stream: TextIO = sys.stderr) -> Iterator[None]:
    """Write the lines of the server to a stream while it runs."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(
            processors=[
                ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=_common(),
        )
    )
    loggers = [logging.getLogger(each) for each in _SOURCES]
    before = [(each.level, each.propagate) for each in loggers]
    for each in loggers:
        each.addHandler(handler)
        each.setLevel(logging.INFO)
        each.propagate = False
    try:
        yield
    finally:
        for each, (level, propagates) in zip(loggers, before, strict=True):
            each.removeHandler(handler)
            each.setLevel(level)
            each.propagate = propagates


def _kind_of(asked: Asked) -> str:
    if asked.account is not None:
        return "key" if asked.account.startswith("0x") else asked.account
    return "unknown" if asked.sends_credential else "public"


def _common() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _without_sentences,
    ]


def _without_sentences(_: Any, __: str, event: EventDict) -> EventDict:
    """Replace an exception by what may be known of it."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else sys.exc_info()[1]
    if isinstance(given, tuple):
        error = given[1]
    event["exception"] = "\n".join(_passed(error))
    return event


def _passed(error: BaseException | None) -> Iterator[str]:
    """Yield the kinds of an error and of those behind it, each with the places that it passed."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        said = _sentence(error)
        yield f"{type(error).__module__}.{type(error).__qualname__}{f': {said}' if said else ''}"
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _sentence(error: BaseException) -> str:
    """Return what an error says where that is of the system alone: it names no value of a request or row."""
    original = getattr(
        error, "orig", None
    )  # of SQLAlchemy, whose own sentence has the values of the statement
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(original or error) if isinstance(original or error, sqlite3.Error) else ""


_requests: structlog.stdlib.BoundLogger = structlog.wrap_logger(
    logging.getLogger("api.requests"),
    processors=[
        structlog.stdlib.filter_by_level,
        *_common(),
        ProcessorFormatter.wrap_for_formatter,
    ],
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=False,
)
