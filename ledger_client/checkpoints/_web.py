"""Reading a file from a web server that nobody trusts: bounded in bytes and in time, whatever it does."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

IDLE = 20.0
"""Seconds that an address may be silent."""

WHOLE = 120.0
"""Seconds for a whole file, however it drips."""

_PIECE = 1 << 16


class WebError(Exception):
    """A file cannot be read; the text says why, for a sentence."""


@dataclass(slots=True)
class _Fetching:
    """What a thread of its own is reading: a server may drip headers for days, and nothing stops that."""

    url: str
    limit: int
    deadline: float
    content: bytes | None = None
    error: Exception | None = None
    thread: threading.Thread = field(init=False)

    def start(self) -> None:
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.content = _read(self.url, self.limit, self.deadline)
        # Whatever goes wrong here is told to whoever waits.
        except Exception as error:
            self.error = error


_hanging: dict[str, _Fetching] = {}
"""By address: at most one thread each is left behind."""


def fetch(url: str, limit: int, whole: float = WHOLE) -> bytes | None:
    """Return the file at an address, None where there is none.

    Args:
        url: Of http or https.
        limit: Bytes at most.
        whole: Seconds for all of it.

    Raises:
        WebError: It cannot be read within the limits.
    """
    before = _hanging.get(url)
    if before is not None and before.thread.is_alive():
        raise WebError("still answering the last question")
    fetching = _hanging[url] = _Fetching(url, limit, time.monotonic() + whole)
    fetching.start()
    fetching.thread.join(whole)
    if fetching.thread.is_alive():
        raise WebError(f"> {whole:g} s")
    del _hanging[url]
    error = fetching.error
    if isinstance(error, WebError):
        raise error
    if isinstance(error, RequestException | HTTPError | OSError | ValueError):
        raise WebError(type(error).__name__) from error
    if error is not None:
        raise error
    return fetching.content


def _read(url: str, limit: int, deadline: float) -> bytes | None:
    # Compressed, some bytes would be a thousand times as many here.
    with requests.get(url, timeout=IDLE, stream=True, headers={"Accept-Encoding": "identity"}) as answer:
        if answer.status_code == requests.codes.not_found:
            return None
        if answer.status_code != requests.codes.ok:
            raise WebError(f"status {answer.status_code}")
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise WebError("compressed")
        content = bytearray()
        # What is there at once, and not a full piece: a server that drips would never fill one.
        while piece := answer.raw.read1(_PIECE, decode_content=False):
            content += piece
            if len(content) > limit:
                raise WebError(f"> {limit} bytes")
            if time.monotonic() > deadline:
                raise WebError("too slow")
    return bytes(content)


def below(address: str, name: str) -> str:
    """Return the address of a file below another address, whose query stays."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/{name}", parts.query, ""))


def shown(address: str) -> str:
    """Return an address as a sentence may show it: no user, password or query, which may be a token."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
