"""JSON over HTTP to one server, bounded in bytes and time; it follows nobody elsewhere: it carries keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, NoReturn
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from ledger_client.errors import MismatchError, RefusedError, UnavailableError
from ledger_client.json_text import TooDeepError, require_shallow

ANSWER_LIMIT = 1 << 22
"""Bytes of an answer: a page of 200 drafts has less."""

TIMEOUT = 30.0
"""Seconds that the server may be silent."""


class RemoteUnreachableError(UnavailableError):
    """A server does not answer, or cannot now."""

    en = "the server at {address} does not answer ({reason}); ask again, what was sent is sent once"
    zh = "{address} 的服务器无应答（{reason}）；请重试，已发送的内容只会生效一次"


class RemoteAnswerError(MismatchError):
    """A server answers with something else than it says it does."""

    en = "what the server at {address} answers cannot be read ({reason}); nothing was signed"
    zh = "无法读取 {address} 服务器的应答（{reason}）；未签署任何内容"


class RemoteProblemError(RefusedError):
    """A server refuses.

    Attributes:
        type: What kind of refusal it is, which never changes.
        status: Of the answer.
    """

    en = "the server refuses: {detail} ({type})"
    zh = "服务器拒绝：{detail}（{type}）"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nobody: the account's key would go along."""


@dataclass(slots=True)
class Web:
    """A server.

    Attributes:
        address: `http://…` or `https://…`, without a path.
        headers: Of every request.
    """

    address: str
    headers: dict[str, str] = field(default_factory=dict)
    _opener: OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        self.address = self.address.rstrip("/")
        if urlsplit(self.address).scheme not in ("http", "https"):
            raise RemoteUnreachableError(address=self.address, reason="neither http nor https")
        self._opener = build_opener(ProxyHandler({}), _Stay())

    def ask(
        self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None
    ) -> tuple[Any, Mapping[str, str]]:
        """Return the value that a server answers, and the headers beside it.

        Args:
            method: Of the request.
            path: Below the address.
            body: Sent as JSON, None for none.
            query: Behind the path.

        Raises:
            RemoteProblemError: It refuses.
            RemoteUnreachableError: It does not answer, or cannot now.
            RemoteAnswerError: It answers with something else.
        """
        url = self.address + quote(path) + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        kinds = {"Content-Type": "application/json"} if data else {}
        headers = {**self.headers, **kinds, "Accept": "application/json"}
        request = Request(url, data, headers, method=method)  # noqa: S310 -- the scheme was looked at
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return self._value(answer.read(ANSWER_LIMIT + 1)), dict(answer.headers.items())
        except HTTPError as error:
            with error:
                self._refuse(error.code, error.read(ANSWER_LIMIT + 1))
        except (OSError, HTTPException) as error:
            raise RemoteUnreachableError(address=self.address, reason=type(error).__name__) from error

    def unread(self, reason: str) -> RemoteAnswerError:
        """Return that an answer is something else than it should be.

        Args:
            reason: What it lacks, or has.
        """
        return RemoteAnswerError(address=self.address, reason=reason)

    def _value(self, raw: bytes) -> Any:
        if len(raw) > ANSWER_LIMIT:
            raise RemoteAnswerError(address=self.address, reason=f"> {ANSWER_LIMIT} bytes")
        try:
            require_shallow(raw)
            return json.loads(raw)
        except (ValueError, TooDeepError, RecursionError) as error:
            raise RemoteAnswerError(address=self.address, reason="no JSON") from error

    def _refuse(self, status: int, raw: bytes) -> NoReturn:
        problem = self._value(raw)
        if not isinstance(problem, dict):
            raise RemoteAnswerError(address=self.address, reason=f"status {status}")
        detail = printable(problem.get("detail"))
        if status >= 500:
            raise RemoteUnreachableError(address=self.address, reason=detail)
        raise RemoteProblemError(type=printable(problem.get("type")), status=status, detail=detail)


def printable(said: object) -> str:
    """Return what a server says as a terminal may show it, 500 characters at most."""
    return "".join(each if each.isprintable() else " " for each in str(said)[:500])
