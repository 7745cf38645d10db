"""Where a server listens: what its options mean, and what they are refused for."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from tls_files import make_tls

from api.listening import (
    AddressFormError,
    AddressOpenError,
    AddressUnknownError,
    HostNameFormError,
    Listening,
    PortTakenError,
    ProxyHalfError,
    TlsHalfError,
)
from api.settings import Settings, is_loopback
from ledger_client.errors import ShecangError

OPEN = ("0.0.0.0", "::", "192.0.2.7", "2001:db8::7", "::ffff:127.0.0.1", "169.254.1.1")


class TestRefused:
    @pytest.mark.parametrize("address", OPEN)
    def test_others_in_the_clear(self, address: str) -> None:
        with pytest.raises(AddressOpenError) as raised:
            Listening.of(address, 0)
        assert raised.value.exit_code == 2
        assert "--tls-cert" in raised.value.text("zh")

    @pytest.mark.parametrize(
        "address", ["", "localhost", "127.0.0.1:80", "127.1", "::1/128", "127.0.0.01", "[::1]"]
    )
    def test_what_is_no_address(self, address: str) -> None:
        with pytest.raises(AddressFormError) as raised:
            Listening.of(address, 0)
        assert repr(address) in raised.value.text("zh")

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            ({"certificate": Path("server.pem")}, TlsHalfError),
            ({"key": Path("server.key")}, TlsHalfError),
            ({"proxies": ["127.0.0.1"]}, ProxyHalfError),
            ({"behind": ["ledger.example"], "proxies": ["ledger.example"]}, AddressFormError),
            ({"behind": ["ledger.example"], "proxies": ["10.0.0.0/8"]}, AddressFormError),
            ({"behind": ["https://ledger.example"]}, HostNameFormError),
            ({"behind": ["ledger.example:443"]}, HostNameFormError),
            ({"behind": ["*"]}, HostNameFormError),
            ({"behind": ["*.example"]}, HostNameFormError),
            ({"behind": ["账本.example"]}, HostNameFormError),
            ({"behind": [""]}, HostNameFormError),
            ({"behind": [".".join(["a" * 60] * 5)]}, HostNameFormError),
        ],
    )
    def test_what_cannot_be_meant(self, words: dict[str, Any], error: type[ShecangError]) -> None:
        with pytest.raises(error) as raised:
            Listening.of("127.0.0.1", 0, **words)
        assert raised.value.exit_code == 2
        assert len(raised.value.text("en").splitlines()) == 1

    def test_answers_of_two_parts_do_not_wait(self) -> None:
        """Asyncio turns Nagle's algorithm off only where the socket names its protocol: else 40 ms each."""
        with (
            Listening.of("127.0.0.1", 0).listen() as listener,
            socket.create_connection(listener.getsockname()),
            listener.accept()[0] as one,
        ):
            assert one.proto == socket.IPPROTO_TCP

    def test_a_port_that_is_taken(self) -> None:
        with Listening.of("127.0.0.1", 0).listen() as listener:
            port = listener.getsockname()[1]
            with pytest.raises(PortTakenError, match=str(port)):
                Listening.of("127.0.0.1", port).listen()

    def test_an_address_of_another_machine(self) -> None:
        with pytest.raises(AddressUnknownError, match=r"192\.0\.2\.7"):
            Listening.of("192.0.2.7", 0, behind=["ledger.example"]).listen()


class TestListens:
    @pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.5", "::1"])
    def test_on_this_machine_only(self, address: str) -> None:
        listening = Listening.of(address, 0)
        with listening.listen() as listener:
            assert listener.getsockname()[0] == address
            port = listener.getsockname()[1]
            assert listening.root(port) == f"http://{f'[{address}]' if ':' in address else address}:{port}"
        assert listening.settings.answers_to(address)
        assert listening.described() == ""

    def test_an_address_of_ipv6_is_none_of_ipv4(self) -> None:
        with Listening.of("::", 0, behind=["ledger.example"]).listen() as listener:
            assert listener.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 1

    def test_with_a_certificate(self, tmp_path: Path) -> None:
        files = make_tls(tmp_path, "*.east.example", "ledger.example", "192.0.2.7")
        listening = Listening.of("0.0.0.0", 0, certificate=files.certificate, key=files.key)
        settings = listening.settings
        assert listening.root(443) == "https://ledger.example:443"
        for name in ("ledger.example", "a.east.example", "192.0.2.7", "localhost", "127.0.0.1", "::1"):
            assert settings.answers_to(name), name
        for name in ("", "example", "east.example", "a.b.east.example", "x.ledger.example", "0.0.0.0", "*"):
            assert not settings.answers_to(name), name
        assert settings.takes_from("192.0.2.99")
        assert settings.proxies == frozenset()

    def test_behind_a_proxy(self) -> None:
        listening = Listening.of(
            "192.0.2.7", 8_000, behind=["Ledger.example", "l.example"], proxies=["2001:DB8:0::9", "192.0.2.9"]
        )
        settings = listening.settings
        assert settings.answers_to("ledger.example") and settings.answers_to("l.example")
        assert [settings.takes_from(each) for each in ("192.0.2.9", "2001:db8::9", "127.0.0.1")] == [True] * 3
        assert [settings.takes_from(each) for each in ("192.0.2.8", "", "testclient")] == [False] * 3
        assert (
            listening.described() == "as ledger.example, l.example, behind a proxy at 192.0.2.9, 2001:db8::9"
        )

    def test_behind_a_proxy_on_this_machine_by_default(self) -> None:
        assert Listening.of("127.0.0.1", 0, behind=["l.example"]).proxies == {"127.0.0.1", "::1"}

    def test_with_both_others_may_ask_directly(self, tmp_path: Path) -> None:
        files = make_tls(tmp_path, "direct.example")
        settings = Listening.of(
            "0.0.0.0",
            0,
            certificate=files.certificate,
            key=files.key,
            behind=["l.example"],
            proxies=["192.0.2.9"],
        ).settings
        assert settings.takes_from("192.0.2.8")
        assert settings.answers_to("direct.example") and settings.answers_to("l.example")


def test_by_default_only_this_machine_is_answered() -> None:
    settings = Settings()
    assert settings.host_names == {"127.0.0.1", "::1", "localhost"}
    assert not any(settings.answers_to(name) for name in ("", "example", "127.0.0.2", "localhost.example"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("localhost", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("", False),
        ("localhost.example", False),
        ("10.0.0.1", False),
    ],
)
def test_names_of_this_machine(name: str, expected: bool) -> None:
    assert is_loopback(name) is expected
