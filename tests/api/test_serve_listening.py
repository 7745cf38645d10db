"""`shecang serve` over HTTPS, behind a proxy and at ::1: real processes, real connections."""

from __future__ import annotations

import http.client
import http.server
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from processes import STOPS_WITHIN, Served, get, installed, start
from served import account_of, copy_of, wait_for
from tls_files import TlsFiles, make_tls

from ledger_client.home import Home
from ledger_client.sign_in import SignIn
from ledger_client.signers import KeystoreSigner

NAME = "ledger.example"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the project is installed."""
    return installed(tmp_path_factory.mktemp("packages"))


@contextmanager
def running(environment: dict[str, str], home: Home, *words: str) -> Iterator[Served]:
    served = Served.start(environment, home.path, *words)
    try:
        yield served
    finally:
        code, errors = served.stop()
    assert (code, errors) == (0, "stopped\n")


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"), NAME)


@pytest.fixture(scope="module")
def over_https(
    environment: dict[str, str], city: Home, tls: TlsFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    home = copy_of(city, tmp_path_factory.mktemp("https") / "home")
    with running(environment, home, *tls.words) as served:
        yield served


class Connection(http.client.HTTPSConnection):
    """To a server that is asked under its name, wherever it is."""

    def __init__(self, served: Served, context: ssl.SSLContext) -> None:
        super().__init__(NAME, int(served.address.rsplit(":", 1)[1]), timeout=20, context=context)
        self._tls = context

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self.sock = self._tls.wrap_socket(plain, server_hostname=NAME)


def ask(connection: http.client.HTTPConnection, path: str, method: str = "GET", **words: Any) -> Any:
    connection.request(method, path, **words)
    answer = connection.getresponse()
    return answer.status, answer.headers, json.loads(answer.read() or b"null")


class TestHttps:
    def test_answers_whoever_trusts_the_certificate(self, over_https: Served, tls: TlsFiles) -> None:
        connection = Connection(over_https, ssl.create_default_context(cafile=tls.certificate))
        status, headers, answer = ask(connection, "/health")
        connection.close()
        assert (status, answer) == (200, {"status": "ok"})
        assert headers["Strict-Transport-Security"] == "max-age=31536000"

    def test_under_another_name_it_does_not_answer(self, over_https: Served, tls: TlsFiles) -> None:
        connection = Connection(over_https, ssl.create_default_context(cafile=tls.certificate))
        status, _, answer = ask(connection, "/health", headers={"Host": "evil.example"})
        connection.close()
        assert (status, answer["type"]) == (421, "urn:shecang:problem:misdirected-request")

    def test_somebody_who_does_not_trust_it(self, over_https: Served) -> None:
        connection = Connection(over_https, ssl.create_default_context())
        with pytest.raises(ssl.SSLCertVerificationError):
            ask(connection, "/health")

    @pytest.mark.parametrize(
        ("version", "is_taken"), [(ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)]
    )
    def test_versions(self, over_https: Served, version: ssl.TLSVersion, is_taken: bool) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning) if version < ssl.TLSVersion.TLSv1_2 else _nothing():
            context.minimum_version = version
            context.maximum_version = version
        connection = Connection(over_https, context)
        if is_taken:
            assert ask(connection, "/health")[0] == 200
        else:
            with pytest.raises(ssl.SSLError):
                ask(connection, "/health")
        connection.close()

    def test_in_the_clear_it_says_nothing(self, over_https: Served) -> None:
        with socket.create_connection(("127.0.0.1", int(over_https.address.rsplit(":", 1)[1]))) as plain:
            plain.settimeout(10)
            plain.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try:
                said = plain.recv(100)
            except ConnectionResetError:
                said = b""
        assert not said.startswith(b"HTTP")

    def test_signs_in_with_a_key(self, over_https: Served, tls: TlsFiles) -> None:
        connection = Connection(over_https, ssl.create_default_context(cafile=tls.certificate))
        assert_signed_in(connection, over_https, f"{NAME}:{connection.port}")
        connection.close()


def assert_signed_in(connection: http.client.HTTPConnection, served: Served, domain: str) -> None:
    """Assert that a key signs in, for the name that is asked, to a cookie that no clear text carries."""
    nonce = ask(connection, "/v1/sign-in/nonce", headers={"Host": domain})[2]
    assert nonce["domain"] == domain
    signer = KeystoreSigner.open(served.home / "keys" / "keeper-east.json", "")
    now = int(time.time())
    request = SignIn(
        domain, signer.address, f"https://{domain}", nonce["chain_id"], nonce["nonce"], now, now + 60
    )
    form = json.dumps({"message": request.text, "signature": request.signed_by(signer)})
    wait_for(served_is_ready(connection, domain))
    status, headers, answer = ask(
        connection,
        "/v1/sign-in",
        "POST",
        body=form,
        headers={"Content-Type": "application/json", "Host": domain},
    )
    assert status == 200, answer
    assert "420102001001" in answer["divisions"]
    assert re.search(r"; Secure\b", headers["Set-Cookie"])


def served_is_ready(connection: http.client.HTTPConnection, domain: str) -> Any:
    return lambda: ask(connection, "/ready", headers={"Host": domain})[0] == 200


@contextmanager
def _nothing() -> Iterator[None]:
    yield


class Proxy(http.server.ThreadingHTTPServer):
    """A reverse proxy as operators have them: it adds for whom it asks, and passes the name on."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Forwarding)
        self.target = urlsplit(target).netloc


class _Forwarding(http.server.BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:
        behind = http.client.HTTPConnection(self.server.target, timeout=20)
        length = int(self.headers.get("Content-Length", 0))
        headers = dict(self.headers)
        before = headers.pop("X-Forwarded-For", None)
        headers["X-Forwarded-For"] = ", ".join(filter(None, (before, self.client_address[0])))
        behind.request(self.command, self.path, body=self.rfile.read(length), headers=headers)
        answer = behind.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("transfer-encoding", "connection", "date", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        behind.close()

    do_POST = do_GET  # noqa: N815  the name is the base class's

    def log_message(self, *_: Any) -> None:
        pass


def test_behind_a_proxy(environment: dict[str, str], city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    with running(environment, home, "--behind-proxy", NAME) as served:
        proxy = Proxy(served.address)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", proxy.server_port, timeout=20)
            assert_signed_in(connection, served, NAME)
            status, headers, _ = ask(connection, "/health", headers={"Host": NAME})
            assert (status, headers["Strict-Transport-Security"]) == (200, "max-age=31536000")
            assert ask(connection, "/health", headers={"Host": "evil.example"})[0] == 421
            connection.close()
        finally:
            proxy.shutdown()
            proxy.server_close()
        assert get(f"{served.address}/health")[0] == 200  # this machine may ask without it


def test_at_ipv6(environment: dict[str, str], city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    with running(environment, home, "--address", "::1") as served:
        assert served.address.startswith("http://[::1]:")
        wait_for(served.is_ready)
        card = f"{served.address}/v1/stock/on-hand/0"
        assert get(card, account_of(home, 0))[0] == 200


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--address", "0.0.0.0"), 2, "at 0.0.0.0 others than this machine can ask"),
        (("--address", "nowhere"), 2, "'nowhere' is no IPv4 or IPv6 address"),
        (("--tls-cert", "server.pem"), 2, "--tls-cert and --tls-key belong together"),
        (("--tls-cert", "none.pem", "--tls-key", "none.key"), 3, "none.pem: No such file or directory"),
        (("--behind-proxy", "https://x"), 2, "'https://x' is no host name"),
    ],
)
def test_refused_in_one_sentence(
    environment: dict[str, str], city: Home, tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    home = copy_of(city, tmp_path / "home")
    process = start(environment, home.path, *words)
    printed, errors = process.communicate(timeout=STOPS_WITHIN)
    assert (process.returncode, printed) == (code, "")
    assert errors.startswith(f"shecang: {says}")
    assert len(errors.splitlines()) == 1
