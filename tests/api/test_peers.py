"""Whom the server takes for whoever asks, with a proxy before it and without."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from served import assert_problem

from api.app import create_app
from api.gate import HSTS
from api.settings import LOOPBACK_NAMES, Settings
from ledger_client.home import Home

PROXY, CALLER = "192.0.2.9", "198.51.100.4"
NAMES = LOOPBACK_NAMES | {"ledger.example"}
BEHIND = Settings(host_names=NAMES, proxies=frozenset({PROXY}), is_for_proxies=True)
ALONE = Settings()


def asked(city: Home, settings: Settings, peer: str, host: str = "ledger.example", **headers: str) -> Any:
    """Ask who asks, from an address."""
    app = create_app(city, settings)

    @app.get("/who")
    def who(request: Request) -> dict[str, Any]:
        return {"client": request.client and request.client.host, "scheme": request.url.scheme}

    client = TestClient(app, base_url=f"http://{host}", client=(peer, 50_000))
    return client.get("/who", headers={name.replace("_", "-"): value for name, value in headers.items()})


class TestProxy:
    def test_asks_for_others_over_https(self, city: Home) -> None:
        answer = asked(city, BEHIND, PROXY, x_forwarded_for=CALLER)
        assert answer.json() == {"client": CALLER, "scheme": "https"}
        assert answer.headers["strict-transport-security"] == HSTS

    def test_says_when_it_was_asked_in_the_clear(self, city: Home) -> None:
        answer = asked(city, BEHIND, PROXY, x_forwarded_for=CALLER, x_forwarded_proto="http")
        assert answer.json() == {"client": CALLER, "scheme": "http"}
        assert "strict-transport-security" not in answer.headers

    @pytest.mark.parametrize(
        ("forwarded", "client"),
        [
            (f"127.0.0.1, {CALLER}", CALLER),  # what the caller claimed stands before what the proxy saw
            (f"{CALLER}, {PROXY}", CALLER),
            (f"{CALLER}:4711", CALLER),
            ("", PROXY),
            ("[2001:db8::4]:4711", "2001:db8::4"),
        ],
    )
    def test_for_whom(self, city: Home, forwarded: str, client: str) -> None:
        assert asked(city, BEHIND, PROXY, x_forwarded_for=forwarded).json()["client"] == client

    def test_is_believed_without_a_caller_too(self, city: Home) -> None:
        answer = asked(city, BEHIND, PROXY, x_forwarded_proto="https").json()
        assert answer == {"client": PROXY, "scheme": "https"}

    @pytest.mark.parametrize("scheme", ["ftp", "https, http", ""])
    def test_a_scheme_that_is_none(self, city: Home, scheme: str) -> None:
        answer = asked(city, BEHIND, PROXY, x_forwarded_for=CALLER, x_forwarded_proto=scheme)
        assert answer.json()["scheme"] == "https"

    def test_under_another_name(self, city: Home) -> None:
        answer = asked(city, BEHIND, PROXY, "evil.example", x_forwarded_for=CALLER)
        assert_problem(answer, 421, "misdirected-request")


class TestOthers:
    """Who is not the proxy."""

    @pytest.mark.parametrize("host", ["ledger.example", "localhost"])
    @pytest.mark.parametrize("headers", [{}, {"x_forwarded_for": PROXY}, {"x_forwarded_for": "127.0.0.1"}])
    def test_may_not_ask_past_it(self, city: Home, host: str, headers: dict[str, str]) -> None:
        answer = asked(city, BEHIND, CALLER, host, **headers)
        assert_problem(answer, 421, "misdirected-request")
        assert answer.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize("settings", [BEHIND, ALONE])
    def test_are_not_believed(self, city: Home, settings: Settings) -> None:
        answer = asked(
            city, settings, "127.0.0.1", "localhost", x_forwarded_for=CALLER, x_forwarded_proto="https"
        )
        assert answer.json() == {"client": "127.0.0.1", "scheme": "http"}
        assert "strict-transport-security" not in answer.headers
