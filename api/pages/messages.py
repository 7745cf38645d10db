"""What the server and its page processes tell each other, over a pipe that nobody else has: pickled."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, NamedTuple

from api.asked import Asked
from ledger_client.language import Language

HEAD = 4
"""Bytes before each message that say how long it is, big-endian."""


class PageAsked(NamedTuple):
    """A page to be made.

    Attributes:
        endpoint: What makes it, a function of a module.
        values: Its arguments but for the ledger, which each process has opened itself.
        asked: The request.
        language: Of the answer.
    """

    endpoint: Callable[..., Any]
    values: dict[str, Any]
    asked: Asked
    language: Language


class PageMade(NamedTuple):
    """A page.

    Attributes:
        body: JSON; None where whoever asks has it already.
        tag: Its ETag, None for none.
        is_lasting: As `Asked.is_lasting`, now that it is made.
    """

    body: bytes | None
    tag: str | None
    is_lasting: bool


def framed(message: Any) -> bytes:
    """Return a message as it goes over the pipe."""
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return len(content).to_bytes(HEAD, "big") + content


def unframed(content: bytes) -> Any:
    """Return the message that stood behind a head."""
    return pickle.loads(content)  # noqa: S301  from a process of this server
