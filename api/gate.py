"""What stands before every endpoint: the server's names, the language, and the headers of every answer."""

from __future__ import annotations

import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.peers import PEER
from api.problems import plain_problem
from api.settings import Settings, is_loopback, name_of
from ledger_client.json_text import TooDeepError, require_shallow
from ledger_client.language import LANGUAGES, Language, current_language, use_language

_logger = logging.getLogger(__name__)

BODY_LIMIT = 1 << 16
"""Bytes of a request's body."""

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

HSTS = "max-age=31536000"
"""How long a browser asks over HTTPS alone, of a name that is not of this machine: a year."""


class Gate:
    """The middleware around the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        use_language(language_of(headers.get("accept-language", "")))

        name = name_of(headers.get("host", ""))
        is_pinned = scope["scheme"] == "https" and not is_loopback(name)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message), is_pinned=is_pinned)
            await send(message)

        if not (self._settings.answers_to(name) and self._settings.takes_from(scope.get(PEER, ""))):
            await plain_problem(scope["path"], 421)(scope, receive, send_with_headers)
            return
        body = await _body_of(headers, receive)
        if body is None:
            await plain_problem(scope["path"], 413)(scope, receive, send_with_headers)
        else:
            await self._answer(scope, _said(body, receive), send_with_headers)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer through the application; a failure that nobody foresaw is a problem document too."""
        is_started = False

        async def watch(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            _logger.exception("%s failed", scope["path"])
            if is_started:
                raise
            await plain_problem(scope["path"], 500)(scope, receive, send)


async def _body_of(headers: Headers, receive: Receive) -> bytes | None:
    """Return the body of a request, None where it is too long or nests too deeply to be parsed.

    It is looked at before anything parses it: see `json_text` for what a text of brackets does to a parser.
    """
    if (length := headers.get("content-length", "")).isdecimal() and int(length[:20]) > BODY_LIMIT:
        return None
    parts: list[bytes] = []
    total = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)  # whoever asked has gone
        parts.append(message.get("body", b""))
        total += len(parts[-1])
        if total > BODY_LIMIT:
            return None
        if not message.get("more_body"):
            break
    body = b"".join(parts)
    try:
        require_shallow(body)
    except TooDeepError:
        return None
    return body


def _said(body: bytes, receive: Receive) -> Receive:
    """Return what an application receives: the body at once, then whatever comes."""
    is_said = False

    async def said() -> Message:
        nonlocal is_said
        if is_said:
            return await receive()
        is_said = True
        return {"type": "http.request", "body": body, "more_body": False}

    return said


def language_of(accepted: str) -> Language:
    """Return the one of our languages that `Accept-Language` prefers; English where it names neither.

    Example:
        >>> language_of("fr, zh-Hans;q=0.8, en;q=0.5")
        'zh'
    """
    weights: dict[Language, float] = {}
    for part in accepted[:200].split(","):
        tag, _, parameter = part.strip().partition(";")
        primary = tag.strip().lower().split("-")[0]
        for language in LANGUAGES:
            if primary == language:
                weights[language] = max(weights.get(language, 0.0), _weight(parameter))
    wanted = {language: weight for language, weight in weights.items() if weight > 0}
    return max(wanted, key=lambda language: wanted[language]) if wanted else "en"


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def _complete(headers: MutableHeaders, *, is_pinned: bool) -> None:
    headers.update(SECURITY_HEADERS)
    if is_pinned:
        headers["Strict-Transport-Security"] = HSTS
    headers["Content-Language"] = current_language()
    headers.add_vary_header("Accept-Language")
