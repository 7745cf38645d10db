"""Places that mean harm, or break: web servers without end, pipes, devices, media that are taken away."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from vouching import ONE, TWO, Vouched, put, said

from ledger_client.checkpoints import Directory, compare, place_of
from ledger_client.checkpoints.places import (
    FILE_LIMIT,
    PlaceKindError,
    PlaceUnreachableError,
    StatementDamagedError,
    Website,
    file_name,
)

Serve = Callable[[Callable[[BaseHTTPRequestHandler], None]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a web server that answers every question in a way of its own; returns its address."""
    servers = []

    def start(answer: Callable[[BaseHTTPRequestHandler], None]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with suppress(OSError):  # whoever asked has gone
                    answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def content_of(handler: BaseHTTPRequestHandler, content: bytes, **headers: str) -> None:
    handler.send_response(200)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)


def reason(embedded: Vouched, place: Website) -> str:
    """Return why a place cannot be read."""
    with pytest.raises(PlaceUnreachableError) as raised:
        place.statements(embedded.trust, ONE.address)
    assert raised.value.exit_code == 3
    return raised.value.text("en")


class TestWebServers:
    def test_without_end(self, embedded: Vouched, serve: Serve) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            content_of(handler, b"")
            while True:
                handler.wfile.write(b"x" * 1_000_000)

        assert f"> {FILE_LIMIT} bytes" in reason(embedded, Website(serve(answer)))

    def test_that_drips(self, embedded: Vouched, serve: Serve) -> None:
        """Each byte comes in time, and the file never."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            content_of(handler, b"")
            while True:
                handler.wfile.write(b"x")
                time.sleep(0.05)

        start = time.monotonic()
        said_why = reason(embedded, Website(serve(answer), seconds=1))
        assert "too slow" in said_why or "> 1 s" in said_why
        assert time.monotonic() - start < 10

    def test_that_drips_headers(self, embedded: Vouched, serve: Serve) -> None:
        stop = threading.Event()

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.flush_headers()
            while not stop.is_set():
                handler.wfile.write(b"X-Drip: 1\r\n")
                time.sleep(0.5)

        place = Website(serve(answer), seconds=1)
        assert "> 1 s" in reason(embedded, place)
        before = threading.active_count()
        assert "still answering" in reason(embedded, place)  # and no second thread waits beside the first
        assert threading.active_count() <= before
        stop.set()

    @pytest.mark.parametrize(
        "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://127.0.0.1:1/", "/again"]
    )
    def test_that_send_one_elsewhere(self, embedded: Vouched, serve: Serve, target: str) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(302)
            handler.send_header("Location", target)
            handler.end_headers()

        assert "root" not in reason(embedded, Website(serve(answer)))

    def test_that_compress(self, embedded: Vouched, serve: Serve) -> None:
        place = Website(serve(lambda handler: content_of(handler, b"\x1f\x8b", Content_Encoding="gzip")))
        assert "compressed" in reason(embedded, place)

    @pytest.mark.parametrize("status", [204, 403, 500, 503])
    def test_that_fail(self, embedded: Vouched, serve: Serve, status: int) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.end_headers()

        assert f"status {status}" in reason(embedded, Website(serve(answer)))

    def test_that_hang_up_in_the_middle(self, embedded: Vouched, serve: Serve) -> None:
        place = Website(serve(lambda handler: content_of(handler, b"{}\n", Content_Length="4000")))
        assert reason(embedded, place)

    def test_that_speak_something_else(self, embedded: Vouched, serve: Serve) -> None:
        place = Website(serve(lambda handler: handler.wfile.write(b"SSH-2.0\r\n" * 9)))
        assert reason(embedded, place)

    def test_with_a_page_in_place_of_statements(self, embedded: Vouched, serve: Serve) -> None:
        place = Website(serve(lambda handler: content_of(handler, b"<html>sign in</html>\n")))
        with pytest.raises(StatementDamagedError):
            place.statements(embedded.trust, ONE.address)

    def test_in_chunks_and_with_a_query(self, embedded: Vouched, serve: Serve, tmp_path: Path) -> None:
        statement = embedded.sign(ONE, tmp_path)
        content = (tmp_path / file_name(ONE.address)).read_bytes()
        asked = []

        def answer(handler: BaseHTTPRequestHandler) -> None:
            asked.append(handler.path)
            chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (content[:50], content[50:]))
            content_of(handler, chunks + b"0\r\n\r\n", Transfer_Encoding="chunked")

        place = place_of(serve(answer) + "/a/?token=secret")
        assert place.statements(embedded.trust, ONE.address) == [statement]
        assert asked == [f"/a/{file_name(ONE.address)}?token=secret"]

    def test_a_password_is_not_told(self, embedded: Vouched) -> None:
        place = place_of("http://user:secret@127.0.0.1:9/a?token=secret")
        assert "secret" not in place.name
        with pytest.raises(PlaceUnreachableError) as raised:
            place.statements(embedded.trust, ONE.address)
        assert "secret" not in raised.value.text("en") + raised.value.text("zh")

    @pytest.mark.parametrize("text", ["http://", "http://[", "https:///x", "file:///etc", "http:x", "\0", ""])
    def test_that_are_none(self, text: str) -> None:
        with pytest.raises(PlaceKindError):
            place_of(text)


class TestDirectories:
    def unreadable(self, embedded: Vouched, directory: Path) -> str:
        with pytest.raises(PlaceUnreachableError) as raised:
            compare(embedded.trust, [place_of(str(directory))])
        return raised.value.text("en")

    def test_a_pipe(self, embedded: Vouched, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / file_name(ONE.address))
        assert self.unreadable(embedded, tmp_path)

    @pytest.mark.parametrize("target", ["/dev/zero", "/", "self"])
    def test_links(self, embedded: Vouched, tmp_path: Path, target: str) -> None:
        file = tmp_path / file_name(ONE.address)
        file.symlink_to(file if target == "self" else target)
        assert self.unreadable(embedded, tmp_path)

    def test_a_link_to_something_else_is_read_and_not_told(self, embedded: Vouched, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("the secret\n")
        (tmp_path / file_name(ONE.address)).symlink_to(tmp_path / "secret")
        with pytest.raises(StatementDamagedError) as raised:
            compare(embedded.trust, [Directory(tmp_path)])
        assert "the secret" not in raised.value.text("en")

    def test_a_huge_file(self, embedded: Vouched, tmp_path: Path) -> None:
        with (tmp_path / file_name(ONE.address)).open("wb") as file:
            file.truncate(FILE_LIMIT + 1)
        assert str(FILE_LIMIT) in self.unreadable(embedded, tmp_path)

    def test_one_that_was_taken_away_is_not_empty(self, embedded: Vouched, tmp_path: Path) -> None:
        (tmp_path / "stick").mkdir()
        place = place_of(str(tmp_path / "stick"))
        assert compare(embedded.trust, [place]).checkpoints == ()
        (tmp_path / "stick").rmdir()
        with pytest.raises(PlaceUnreachableError):
            compare(embedded.trust, [place])


class TestLines:
    @pytest.mark.parametrize(
        "line",
        [
            b"",
            b"[" * 1_000_000,
            b'{"a":' * 1_000_000,
            b"9" * 100_000,
            b"NaN",
            b"\xff",
            b'"\\ud800"',
            b"[]",
            b"null",
        ],
        ids=range(9),
    )
    def test_that_are_nonsense(self, embedded: Vouched, tmp_path: Path, line: bytes) -> None:
        (tmp_path / file_name(ONE.address)).write_bytes(line + b"\n")
        with pytest.raises(StatementDamagedError) as raised:
            compare(embedded.trust, [Directory(tmp_path)])
        assert "line 1 of" in raised.value.text("en") and len(raised.value.text("en")) < 600

    def test_under_another_witness_s_name(self, embedded: Vouched, tmp_path: Path) -> None:
        put(tmp_path, said(embedded.trust, ONE, 4))
        (tmp_path / file_name(ONE.address)).rename(tmp_path / file_name(TWO.address))
        with pytest.raises(StatementDamagedError):
            compare(embedded.trust, [Directory(tmp_path)])

    def test_any_flipped_bit_of_a_signature(self, embedded: Vouched) -> None:
        good = said(embedded.trust, ONE, 4)
        for bit in range(512):
            flipped = bytearray(good.signature)
            flipped[bit // 8] ^= 1 << bit % 8
            changed = type(good).from_dict({**good.to_dict(), "signature": flipped.hex()})
            assert not changed.is_valid(embedded.trust), bit
