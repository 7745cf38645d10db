"""Who is at the other end of a connection, and for whom it asks where it is a proxy."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.settings import Settings

PEER = "peer"
"""Where a scope has the address at the other end of the connection, whoever asks through it."""

_FORWARDED = frozenset({b"x-forwarded-for", b"x-forwarded-proto"})


class Peers:
    """The outermost middleware: it puts whoever asks in the place of a proxy that the operator has named.

    What a proxy is asked through HTTPS it asks here through HTTP, and says so or not: it is taken for HTTPS
    unless it says otherwise. Of others the headers that say for whom they ask are not looked at.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._proxies = settings.proxies
        self._behind_proxy = ProxyHeadersMiddleware(app, trusted_hosts=sorted(settings.proxies))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        peer = scope["client"][0] if scope.get("client") else ""
        scope[PEER] = peer
        if peer in self._proxies and _is_forwarded(scope):
            scope["scheme"] = "https"
            await self._behind_proxy(scope, receive, send)  # type: ignore[arg-type]
        else:
            await self._app(scope, receive, send)


def _is_forwarded(scope: Scope) -> bool:
    return any(name in _FORWARDED for name, _ in scope["headers"])
