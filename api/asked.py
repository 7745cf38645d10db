"""One request, from when the gate lets it in to when its line is logged.

What is found out on the way is written here: endpoints run in other threads, in copies of the context, and
all of them see the same object.
"""

from __future__ import annotations

import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import Scope

NO_TEMPLATE = "none"
"""How the route of an address at which nothing is, is called."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that are called by their name; of any other, a stranger chose the letters."""


@dataclass(slots=True)
class Asked:
    """A request, and what was found out about it.

    Attributes:
        method: One of `METHODS`, else `other`.
        template: Of its route, as the description writes it; never the address itself, which names things.
        address: From where it comes.
        target: Path and query as they came.
        if_none_match: The header.
        sends_credential: Whether a key or a session came with it.
        id: By which whoever runs the server finds it in the log.
        started: On the clock of `time.perf_counter`.
        account: Of the caller, once it is known; None for the public.
        rights: What the caller may do, as text, once that is decided.
        tag: The ETag of the answer, None where it has none.
        names_version: State of the names, where it was asked for before the answer is made elsewhere: it is
            counted anew in every process.
        is_lasting: Whether the answer depends on the index and the records alone: not on the clock, nor on
            any other store.
    """

    method: str
    template: str
    address: str
    target: bytes
    if_none_match: str
    sends_credential: bool = False
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    started: float = field(default_factory=time.perf_counter)
    account: str | None = None
    rights: str | None = None
    tag: str | None = None
    names_version: int | None = None
    is_lasting: bool = True

    @classmethod
    def of(cls, scope: Scope, headers: Headers, template: str) -> Asked:
        """Return the request of a scope."""
        method = scope["method"]
        return cls(
            method=method if method in METHODS else "other",
            template=template,
            address=scope["client"][0] if scope.get("client") else "",
            target=scope.get("raw_path", scope["path"].encode()) + b"?" + scope["query_string"],
            if_none_match=headers.get("if-none-match", ""),
        )


_asked: ContextVar[Asked | None] = ContextVar("shecang_asked", default=None)


def begin(asked: Asked) -> None:
    """Make a request the one of this context."""
    _asked.set(asked)


def current() -> Asked | None:
    """Return the request that is being answered; None outside of any."""
    return _asked.get()
