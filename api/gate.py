"""What stands before every endpoint: names, limits, bodies, the language, and the headers of every answer.

In this order, each before anything that costs more: the server's own name, whether it is a file of the page,
how often somebody asks, how long a body says it is, what type it has, and the body itself, whose depth is
looked at before anything parses it.
A file is not read here but by the route that takes it, see `uploads`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.callers import COOKIE
from api.asked import Asked, begin
from api.conditional import WatchedState
from api.logs import GONE, log_failure, log_request
from api.metrics import Metrics
from api.peers import PEER
from api.problems import plain_problem, refusal_response
from api.rates import Rates, Sender, TooOftenError
from api.route_table import RouteFound, RouteTable
from api.settings import Settings, is_loopback, name_of
from api.uploads import MediaTypeError, body_parts, media_type_of, require_length
from api.web_page import TEMPLATE, WebPage
from ledger_client.errors import ShecangError, UsageError
from ledger_client.json_text import TooDeepError, require_shallow
from ledger_client.language import LANGUAGES, Language, current_language, use_language

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

HSTS = "max-age=31536000"
"""How long a browser asks over HTTPS alone, of a name that is not of this machine: a year."""

SIGN_IN = ("POST", "/v1/sign-in")
"""What somebody asks to become known; what it is refused with counts as a failure."""

_TAGGED = frozenset({200, 304})
_FAILURES = frozenset({401})
_SIGN_IN_FAILURES = frozenset({400, 401, 409, 422})
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_SHOWN = 60  # characters of a media type


class CharacterHalfError(UsageError):
    """A body holds half of a character, which no database takes and no answer can say."""

    en = (
        "the body holds half of a character (\\ud800 to \\udfff without its other half); write whole ones in "
        "UTF-8"
    )
    zh = "请求内容含有不完整的字符（\\ud800 至 \\udfff 未成对）；请使用完整的 UTF-8 字符"


class Gate:
    """The middleware around the application.

    Args:
        app: What is behind it.
        settings: How the server is set up.
        metrics: Where requests are counted.
    """

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._rates = Rates(settings)
        self._table: RouteTable | None = None
        self._first_words: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._table is None:
            self._table = RouteTable(scope["app"].routes)
            self._first_words = self._table.first_words
        headers = Headers(scope=scope)
        route = self._table.find(scope["method"], scope["path"])
        asked = Asked.of(scope, headers, route.template)
        begin(asked)
        use_language(language_of(headers.get("accept-language", "")))
        credential = _credential(headers)
        asked.sends_credential = credential != ""
        sender = Sender.of(asked.address, credential, signs_in=(asked.method, asked.template) == SIGN_IN)
        exchange = _Exchange(scope, asked, receive, send, lambda status: self._noted(asked, sender, status))
        try:
            await self._admitted(scope, headers, route, sender, exchange)
        except Exception:
            log_failure(asked)
            if exchange.status is not None:
                raise
            await plain_problem(scope["path"], 500)(scope, exchange.receive, exchange.send)
        finally:
            status, seconds = exchange.status or GONE, time.perf_counter() - asked.started
            log_request(asked, status, seconds)
            self._metrics.answered(scope, asked, status, seconds)

    async def _admitted(
        self, scope: Scope, headers: Headers, route: RouteFound, sender: Sender, exchange: _Exchange
    ) -> None:
        """Answer a request that is let in, and refuse one that is not."""
        receive: Receive = exchange.receive
        try:
            name = name_of(headers.get("host", ""))
            if not (self._settings.answers_to(name) and self._settings.takes_from(scope.get(PEER, ""))):
                await plain_problem(scope["path"], 421)(scope, receive, exchange.send)
                return
            file = self._page_file(scope, headers)
            if file is not None:
                await exchange.send_file(file)
                return
            self._rates.admit(sender)
            if not route.takes_upload:
                body = await self._body(headers, route, receive)
                receive = _said(body, receive)
            watched = {**scope, "state": WatchedState(scope.get("state", {}))}
            await self._app(watched, receive, exchange.send)
        except TooOftenError as refusal:
            self._metrics.limited(refusal.limit)
            await refusal_response(scope["path"], refusal)(scope, exchange.receive, exchange.send)
        except ShecangError as refusal:
            await refusal_response(scope["path"], refusal)(scope, exchange.receive, exchange.send)
        except TooDeepError:
            await plain_problem(scope["path"], 413)(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            return

    def _page_file(self, scope: Scope, headers: Headers) -> Response | None:
        """Return what a request for the page is answered; None where it is for the API.

        Raises:
            PageNotBuiltError: There is no page.
        """
        page: WebPage = scope["app"].state.page
        return page.answer(scope["method"], scope["path"], headers, self._first_words)

    async def _body(self, headers: Headers, route: RouteFound, receive: Receive) -> bytes:
        """Return a body that is to be parsed.

        It is looked at before anything parses it: see `json_text` for what a text of brackets does to one.

        Raises:
            ContentTooLargeError: It is too long.
            BodySlowError: It does not come.
            TooDeepError: It nests too deeply.
            MediaTypeError: It is no JSON, where JSON is taken.
            CharacterHalfError: It holds half of a character.
        """
        require_length(headers.get("content-length", ""), BODY_LIMIT)
        seconds = self._settings.body_seconds
        parts = [each async for each in body_parts(receive, BODY_LIMIT, total=seconds, part=seconds)]
        body = b"".join(parts)
        require_shallow(body)
        media_type = media_type_of(headers.get("content-type", ""))
        if body and route.takes_json and media_type != JSON:
            raise MediaTypeError(found=media_type[:_SHOWN], expected=JSON)
        if route.takes_json and _HALF.search(body):
            _require_whole_characters(body)
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
        self, scope: Scope, asked: Asked, receive: Receive, send: Send, noted: Callable[[int], None]
    ) -> None:
        headers = Headers(scope=scope)
        self.status: int | None = None
        self._scope = scope
        self._is_pinned = scope["scheme"] == "https" and not is_loopback(name_of(headers.get("host", "")))
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

    async def send_file(self, file: Response) -> None:
        """Send a file of the page, which says by itself how it is kept and what it may load."""
        self._asked.template, self.status = TEMPLATE, file.status_code
        for name, value in SECURITY_HEADERS.items():
            file.headers.setdefault(name, value)
        if self._is_pinned:
            file.headers["Strict-Transport-Security"] = HSTS
        if self._is_body_left:
            file.headers["Connection"] = "close"
        file.headers["X-Request-Id"] = self._asked.id
        await file(self._scope, self._receive, self._send)

    async def send(self, message: Message) -> None:
        """Send an answer, complete with headers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._noted(message["status"])
            headers = MutableHeaders(scope=message)
            _complete(headers, self._asked, self.status, is_pinned=self._is_pinned)
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


def _require_whole_characters(body: bytes) -> None:
    """Refuse a JSON text that names half of a character; what is no JSON is refused by who parses it.

    Raises:
        CharacterHalfError: It does.
    """
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise CharacterHalfError() from error


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


def _complete(headers: MutableHeaders, asked: Asked, status: int, *, is_pinned: bool) -> None:
    headers.update(SECURITY_HEADERS)
    if is_pinned:
        headers["Strict-Transport-Security"] = HSTS
    if asked.tag is not None and asked.is_lasting and status in _TAGGED:
        headers["ETag"] = asked.tag
        headers["Cache-Control"] = "private, no-cache"
    headers["Content-Language"] = current_language()
    headers["X-Request-Id"] = asked.id
    for each in ("Accept-Language", "Authorization", "Cookie"):
        headers.add_vary_header(each)
