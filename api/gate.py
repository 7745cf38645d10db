"""What stands before every endpoint: names, limits, bodies, the language, and the headers of every answer.

In this order, each before anything that costs more: the server's own name, how often somebody asks, how long
a body says it is, what type it has, and the body itself, whose depth is looked at before anything parses it.
A file is not read here but by the route that takes it, see `uploads`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.callers import COOKIE
from api.asked import Asked, begin
from api.problems import plain_problem, refusal_response
from api.rates import Rates, Sender
from api.route_table import RouteFound, RouteTable
from api.settings import Settings
from api.uploads import MediaTypeError, body_parts, media_type_of, require_length
from ledger_client.errors import ShecangError
from ledger_client.json_text import TooDeepError, require_shallow
from ledger_client.language import LANGUAGES, Language, current_language, use_language

_logger = logging.getLogger(__name__)

BODY_LIMIT = 1 << 16
"""Bytes of a body that is parsed."""

JSON = "application/json"
"""The media type of a body that is parsed."""

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

SIGN_IN = ("POST", "/v1/sign-in")
"""What somebody asks to become known; what it is refused with counts as a failure."""

_FAILURES = frozenset({401})
_SIGN_IN_FAILURES = frozenset({400, 401, 409, 422})
_SHOWN = 60  # characters of a media type


class Gate:
    """The middleware around the application.

    Args:
        app: What is behind it.
        settings: How the server is set up.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._rates = Rates(settings)
        self._table: RouteTable | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._table is None:
            self._table = RouteTable(scope["app"].routes)
        headers = Headers(scope=scope)
        route = self._table.find(scope["method"], scope["path"])
        asked = Asked.of(scope, headers, route.template)
        begin(asked)
        use_language(language_of(headers.get("accept-language", "")))
        sender = Sender.of(
            asked.address,
            _credential(headers),
            signs_in=(asked.method, asked.template) == SIGN_IN,
        )
        exchange = _Exchange(asked, headers, receive, send, lambda status: self._noted(asked, sender, status))
        await self._admitted(scope, headers, route, sender, exchange)

    async def _admitted(
        self, scope: Scope, headers: Headers, route: RouteFound, sender: Sender, exchange: _Exchange
    ) -> None:
        """Answer a request that is let in, and refuse one that is not."""
        receive: Receive = exchange.receive
        try:
            if _host_name(headers.get("host", "")) not in self._settings.host_names:
                await plain_problem(scope["path"], 421)(scope, receive, exchange.send)
                return
            self._rates.admit(sender)
            if not route.takes_upload:
                body = await self._body(headers, route, receive)
                receive = _said(body, receive)
            await self._app(scope, receive, exchange.send)
        except ShecangError as refusal:
            await refusal_response(scope["path"], refusal)(scope, exchange.receive, exchange.send)
        except TooDeepError:
            await plain_problem(scope["path"], 413)(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            return
        except Exception:
            _logger.exception("%s failed", route.template)
            if exchange.status is not None:
                raise
            await plain_problem(scope["path"], 500)(scope, exchange.receive, exchange.send)

    async def _body(self, headers: Headers, route: RouteFound, receive: Receive) -> bytes:
        """Return a body that is to be parsed.

        It is looked at before anything parses it: see `json_text` for what a text of brackets does to one.

        Raises:
            ContentTooLargeError: It is too long.
            BodySlowError: It does not come.
            TooDeepError: It nests too deeply.
            MediaTypeError: It is no JSON, where JSON is taken.
        """
        require_length(headers.get("content-length", ""), BODY_LIMIT)
        seconds = self._settings.body_seconds
        parts = [each async for each in body_parts(receive, BODY_LIMIT, total=seconds, part=seconds)]
        body = b"".join(parts)
        require_shallow(body)
        media_type = media_type_of(headers.get("content-type", ""))
        if body and route.takes_json and media_type != JSON:
            raise MediaTypeError(found=media_type[:_SHOWN], expected=JSON)
        return body

    def _noted(self, asked: Asked, sender: Sender, status: int) -> None:
        """Note whether somebody is known, now that the answer begins."""
        failures = _SIGN_IN_FAILURES if sender.signs_in else _FAILURES
        if asked.account is not None:
            self._rates.known(sender, asked.account)
        elif status in failures and (sender.credential is not None or sender.signs_in):
            self._rates.failed(sender)


class _Exchange:
    """The two sides of a request, watched.

    Attributes:
        status: Of the answer, None before it begins.
    """

    def __init__(
        self, asked: Asked, headers: Headers, receive: Receive, send: Send, noted: Callable[[int], None]
    ) -> None:
        self.status: int | None = None
        self._asked = asked
        self._receive, self._send = receive, send
        self._noted = noted
        self._is_body_left = (
            headers.get("content-length", "0").strip("0") != "" or "transfer-encoding" in headers
        )

    async def receive(self) -> Message:
        """Receive what comes next."""
        message = await self._receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            self._is_body_left = False
        return message

    async def send(self, message: Message) -> None:
        """Send an answer, complete with headers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._noted(message["status"])
            headers = MutableHeaders(scope=message)
            _complete(headers, self._asked)
            if self._is_body_left:
                headers["Connection"] = "close"  # else what follows of the body were taken for a request
        await self._send(message)


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


def _credential(headers: Headers) -> str:
    """Return what a request sends to be known by; empty for nothing."""
    sent = " ".join(headers.getlist("authorization"))
    if sent:
        return sent
    cookies = headers.get("cookie", "")
    if COOKIE not in cookies:
        return ""
    try:
        morsel = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return cookies
    return morsel.value if morsel is not None else cookies


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


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _complete(headers: MutableHeaders, asked: Asked) -> None:
    headers.update(SECURITY_HEADERS)
    headers["Content-Language"] = current_language()
    headers["X-Request-Id"] = asked.id
    for each in ("Accept-Language", "Authorization", "Cookie"):
        headers.add_vary_header(each)
