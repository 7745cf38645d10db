"""What both ends of the socket agree on: errors, and where one request ends and the next begins."""

from __future__ import annotations

import re
from typing import Any

from ledger_client.embedded import _errors
from ledger_client.errors import ShecangError

MAX_REQUEST_BYTES = 16 * 2**20
"""Bytes of one request or batch."""

MAX_DEPTH = 16
"""Brackets within brackets; the deepest request that means anything, a batched log filter, has seven."""

STORAGE_CODE = -32050
"""The code of an error whose `data` names one of this package's errors and its facts."""


class RpcError(Exception):
    """A JSON-RPC error: a code, a sentence, and what a program may want to read."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


def error_answer(id_: Any, error: RpcError) -> dict[str, Any]:
    """Write an error."""
    body: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.data is not None:
        body["data"] = error.data
    return {"jsonrpc": "2.0", "id": id_, "error": body}


def shecang_error(error: ShecangError) -> RpcError:
    """Write an error of this package so that `raise_shecang_error` can raise it at the other end."""
    facts = {name: value if isinstance(value, int) else str(value) for name, value in error.facts.items()}
    return RpcError(STORAGE_CODE, error.text("en"), {"error": type(error).__name__, "facts": facts})


def raise_shecang_error(answer: Any) -> None:
    """Raise the error that an answer carries, if it is one of this package's.

    So that a full disk is the same exception, in the reader's language, whichever process met it.
    """
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict) or error.get("code") != STORAGE_CODE:
        return
    named = error.get("data") or {}
    kind = getattr(_errors, str(named.get("error")), None)
    if isinstance(kind, type) and issubclass(kind, ShecangError):
        raise kind(**named.get("facts", {}))


class Framer:
    """Cuts a stream of bytes into JSON values, and refuses what is too long or too deep before it is parsed.

    JSON values follow each other with or without a line break, as geth reads them.
    """

    _MARKS = re.compile(rb'["\[\]{}]')
    _IN_STRING = re.compile(rb'[\\"]')

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._position = 0
        self._depth = 0
        self._in_string = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take in what arrived and return the requests that are complete.

        Raises:
            RpcError: A request beyond the limits, or no JSON object or list; the stream cannot be read on.
        """
        self._buffer += chunk
        found = []
        while (end := self._next_end()) is not None:
            found.append(bytes(self._buffer[:end]))
            del self._buffer[:end]
            self._position = 0
        if len(self._buffer) > MAX_REQUEST_BYTES:
            raise RpcError(-32600, f"a request may have {MAX_REQUEST_BYTES} bytes; send fewer at a time")
        return found

    def _next_end(self) -> int | None:
        """Return where the value that is being read ends, or None when it is not complete."""
        if self._depth == 0:
            self._check_start()
        while True:
            marks = self._IN_STRING if self._in_string else self._MARKS
            mark = marks.search(self._buffer, self._position)
            if mark is None:
                self._position = len(self._buffer)
                return None
            if not self._pass(mark.group(), mark.end()):
                return None
            if self._depth == 0 and not self._in_string:
                return self._position

    def _pass(self, mark: bytes, end: int) -> bool:
        """Go on behind a mark; False when what follows an escape has not arrived."""
        if mark == b"\\":
            if end >= len(self._buffer):
                self._position = end - 1
                return False
            end += 1
        elif mark == b'"':
            self._in_string = not self._in_string
        elif mark in b"[{":
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise RpcError(-32600, f"a request may be {MAX_DEPTH} levels deep")
        else:
            self._depth -= 1
        self._position = end
        return True

    def _check_start(self) -> None:
        stripped = self._buffer.lstrip()
        if stripped and stripped[0] not in b"[{":
            raise RpcError(-32700, "a request is a JSON object or a list of them")
        del self._buffer[: len(self._buffer) - len(stripped)]
