"""Files that are sent: one route that takes any, made for these tests."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import pytest
import uvicorn
from fastapi import Depends
from fastapi.testclient import TestClient
from served import account_of, assert_problem, client_of, copy_of, wait_for

from api.access.rights import Scope
from api.app import create_app
from api.settings import Settings
from api.uploads import UPLOADS, Upload, UploadedFile, UploadRoom, UploadsTooManyError
from ledger_client.demo.cast import EAST_GOVERNMENT
from ledger_client.home import Home

LIMIT = 100_000
OPEN = Upload("text/csv", "application/gzip", limit=LIMIT)
BOOKS = Upload("text/csv", limit=LIMIT, scope=Scope.BOOKS)
DISTRICT = int(str(EAST_GOVERNMENT)[:6])


class Takes:
    """A server with two routes that take files."""

    def __init__(self, home: Home, **settings: Any) -> None:
        self.home = home
        self.seen: list[Path] = []
        self.go = threading.Event()
        self.go.set()
        self.app = create_app(home, Settings(poll=0.05, **settings))

        @self.app.post("/open", openapi_extra=OPEN.description)
        def take(file: Annotated[UploadedFile, Depends(OPEN)]) -> dict[str, Any]:
            return self.looked_at(file)

        @self.app.post("/books")
        def take_book(file: Annotated[UploadedFile, Depends(BOOKS)]) -> dict[str, Any]:
            return self.looked_at(file)

        @self.app.post("/fails")
        def fail(file: Annotated[UploadedFile, Depends(OPEN)]) -> None:
            self.seen.append(file.path)
            raise RuntimeError("while it is looked at")

    def looked_at(self, file: UploadedFile) -> dict[str, Any]:
        self.seen.append(file.path)
        self.go.wait(10)
        content = file.file.read()
        assert content == file.path.read_bytes()
        assert file.path.stat().st_mode & 0o077 == 0
        return {"size": file.size, "read": len(content), "type": file.media_type}

    @property
    def left(self) -> list[Path]:
        return list((self.home.path / UPLOADS).glob("*"))


@pytest.fixture(scope="module")
def takes(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Takes:
    return Takes(copy_of(city, tmp_path_factory.mktemp("uploads") / "home"))


@pytest.fixture
def client_(takes: Takes) -> Iterator[TestClient]:
    with client_of(takes.app) as client:
        yield client
    assert takes.left == []


def send(client: TestClient, content: Any, path: str = "/open", **headers: str) -> Any:
    return client.post(path, content=content, headers={"Content-Type": "text/csv", **headers})


class TestTaken:
    @pytest.mark.parametrize("size", [0, 1, 70_000, LIMIT])
    def test_up_to_its_limit(self, client_: TestClient, takes: Takes, size: int) -> None:
        answer = send(client_, b"x" * size, **{"Content-Type": "TEXT/CSV; charset=utf-8"})
        assert answer.json() == {"size": size, "read": size, "type": "text/csv"}
        assert not takes.seen[-1].exists()

    def test_brackets_are_nothing_special_in_a_file(self, client_: TestClient) -> None:
        assert send(client_, b"[" * LIMIT).json()["size"] == LIMIT

    def test_without_a_length(self, client_: TestClient) -> None:
        assert send(client_, iter([b"x" * 40_000, b"y" * 40_000])).json()["size"] == 80_000


class TestRefused:
    def test_one_byte_over(self, client_: TestClient, takes: Takes) -> None:
        seen = len(takes.seen)
        problem = assert_problem(
            send(client_, b"x" * (LIMIT + 1)), 413, "content-too-large", f"{LIMIT} bytes"
        )
        assert "openapi" in problem["detail"]
        assert len(takes.seen) == seen

    def test_one_byte_over_that_says_no_length(self, client_: TestClient) -> None:
        answer = send(client_, iter([b"x" * LIMIT, b"y"]))
        assert_problem(answer, 413, "content-too-large")

    @pytest.mark.parametrize("said", [str(LIMIT + 1), "9" * 500])
    def test_what_says_that_it_is_too_long_is_not_read(self, client_: TestClient, said: str) -> None:
        def body() -> Iterator[bytes]:
            raise AssertionError("it was read")
            yield b""

        answer = send(client_, b"", **{"Content-Length": said})
        assert_problem(answer, 413, "content-too-large")

    @pytest.mark.parametrize(
        "type_", ["application/json", "", "text/csvx", "multipart/form-data; boundary=x"]
    )
    def test_another_type(self, client_: TestClient, type_: str) -> None:
        answer = send(client_, b"x", **{"Content-Type": type_})
        assert_problem(answer, 415, "media-type", "text/csv, application/gzip")

    def test_whoever_may_not_before_anything_is_read(self, client_: TestClient, takes: Takes) -> None:
        long = {"Content-Length": "9" * 30}
        assert_problem(send(client_, b"", "/books", **long), 401, "not-signed-in", "upload")
        reads = account_of(takes.home, DISTRICT)
        refused = send(client_, b"", "/books", Authorization=f"Bearer {reads}", **long)
        assert_problem(refused, 403, "not-allowed")
        may = account_of(takes.home, DISTRICT, scopes=[Scope.BOOKS])
        assert send(client_, b"x", "/books", Authorization=f"Bearer {may}").status_code == 200

    def test_a_failure_leaves_nothing(self, client_: TestClient, takes: Takes) -> None:
        assert_problem(send(client_, b"x", "/fails"), 500, "internal-server-error")
        assert not takes.seen[-1].exists()

    def test_a_disk_that_takes_nothing(self, city: Home, tmp_path: Path) -> None:
        takes = Takes(copy_of(city, tmp_path / "home"))
        (takes.home.path / UPLOADS).write_text("in the way")
        with client_of(takes.app) as client:
            assert_problem(send(client, b"x"), 503, "upload-unkept")


class TestPlaces:
    def test_are_bounded_and_half_of_them_not_for_the_public(self, tmp_path: Path) -> None:
        room = UploadRoom(tmp_path, Settings(uploads=4))
        with ExitStack() as stack:
            for holder in ("a", "b"):
                stack.enter_context(room.place(holder, is_public=True))
            with pytest.raises(UploadsTooManyError), room.place("c", is_public=True):
                pass
            stack.enter_context(room.place("account", is_public=False))
            stack.enter_context(room.place("account", is_public=False))
            with pytest.raises(UploadsTooManyError), room.place("other", is_public=False):
                pass
            assert room.open == 4
        assert room.open == 0
        with room.place("c", is_public=True):
            assert room.open == 1

    def test_nobody_has_more_than_two(self, tmp_path: Path) -> None:
        room = UploadRoom(tmp_path, Settings(uploads=8))
        with room.place("a", is_public=False), room.place("a", is_public=False):
            with pytest.raises(UploadsTooManyError), room.place("a", is_public=False):
                pass
            with room.place("b", is_public=False):
                pass

    def test_what_a_killed_server_left_is_deleted_and_what_a_running_one_holds_is_not(
        self, tmp_path: Path
    ) -> None:
        left = tmp_path / "left"
        left.write_bytes(b"x")
        room = UploadRoom(tmp_path, Settings())
        with room.file() as (path, _):
            room.sweep()
            assert path.exists()
            assert not left.exists()


@contextmanager
def listening(takes: Takes) -> Iterator[int]:
    """A real server, for what only a connection shows."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(takes.app, log_config=None, log_level="critical", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


HEAD = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture(scope="module")
def slow(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Takes, int]]:
    """A server that has no patience."""
    home = copy_of(city, tmp_path_factory.mktemp("slow") / "home")
    takes = Takes(home, body_seconds=0.3, upload_seconds=1.0)
    with listening(takes) as port:
        yield takes, port


class TestConnections:
    @pytest.mark.parametrize(
        ("path", "type_"), [(b"/open", b"text/csv"), (b"/v1/sign-in", b"application/json")]
    )
    def test_a_body_that_never_comes(self, slow: tuple[Takes, int], path: bytes, type_: bytes) -> None:
        takes, port = slow
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(HEAD % (path, type_, 1_000) + b"x")
            answer = _all_of(connection)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"urn:shecang:problem:body-slow" in answer
        assert b"connection: close" in answer.lower()
        assert takes.left == []

    def test_a_body_that_drips(self, slow: tuple[Takes, int]) -> None:
        takes, port = slow
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(HEAD % (b"/open", b"text/csv", 1_000))
            connection.settimeout(0.1)
            answer = b""
            while not answer and time.monotonic() - began < 5:
                connection.sendall(b"x")
                try:
                    answer = connection.recv(100)
                except TimeoutError:
                    continue
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert takes.left == []

    def test_whoever_goes_away_leaves_nothing(self, slow: tuple[Takes, int]) -> None:
        takes, port = slow
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(HEAD % (b"/open", b"text/csv", 1_000) + b"x")
            wait_for(lambda: takes.left != [])
        wait_for(lambda: takes.left == [])
        wait_for(lambda: takes.app.state.uploads.open == 0)

    def test_more_than_there_is_room_for(self, slow: tuple[Takes, int]) -> None:
        takes, port = slow
        takes.go.clear()
        with ExitStack() as stack:
            held = [
                stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
                for _ in range(2)
            ]
            for connection in held:
                connection.sendall(HEAD % (b"/open", b"text/csv", 1) + b"x")
            wait_for(lambda: takes.app.state.uploads.open == 2)
            third = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            third.sendall(HEAD % (b"/open", b"text/csv", 1))
            answer = _all_of(third)
            takes.go.set()
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"retry-after" in answer.lower()
            assert all(connection.recv(12) == b"HTTP/1.1 200" for connection in held)
        wait_for(lambda: takes.app.state.uploads.open == 0)

    def test_a_long_body_that_is_refused_is_not_taken_for_a_request(self, slow: tuple[Takes, int]) -> None:
        _, port = slow
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(HEAD % (b"/open", b"text/csv", LIMIT + 1) + b"GET / HTTP/1.1\r\n\r\n")
            answer = _all_of(connection)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert answer.count(b"HTTP/1.1") == 1


def _all_of(connection: socket.socket) -> bytes:
    answer = b""
    while part := connection.recv(65_536):
        answer += part
    return answer
