"""JSON-RPC on a unix socket, for the other commands that use the directory while it is held.

The socket has mode 0600: whoever may write to it may do what its holder may. Values follow each other as on
geth's socket, each answer ends with a line break; web3.py's own `IPCProvider` works with it.
"""

from __future__ import annotations

import json
import os
import socket
import socketserver
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ledger_client.embedded import _socket_path
from ledger_client.embedded._errors import ChainSocketError
from ledger_client.embedded._wire import Framer, RpcError, error_answer

_CHUNK = 1 << 16


class Server:
    """Listens for a directory's holder, a thread a connection, until it is closed."""

    def __init__(self, directory: Path, answer: Callable[[Any], Any]) -> None:
        """Listen, and answer each decoded request with `answer`.

        Raises:
            ChainSocketError: The system does not let it listen.
        """
        self._directory = directory
        try:
            self._server = _Listener(_socket_path.prepare(directory), answer)
        except OSError as error:
            raise ChainSocketError(directory=directory, detail=error.strerror or str(error)) from error
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, hang up, wait for the answers that are being made, and remove the socket."""
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
        _socket_path.clear(self._directory)


class _Listener(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: Path, answer: Callable[[Any], Any]) -> None:
        self.answer = answer
        self._connections: set[socket.socket] = set()
        self._answering: list[threading.Thread] = []
        self._lock = threading.Lock()
        super().__init__(str(path), _Connection)

    def server_bind(self) -> None:
        # On Linux the socket's own mode is what the file is made with, so that there is no moment at which
        # it is wider; elsewhere the second call decides.
        os.fchmod(self.fileno(), 0o600)
        super().server_bind()
        Path(str(self.server_address)).chmod(0o600)

    def process_request(self, request: Any, client_address: Any) -> None:
        # A thread that is a daemon, so that a holder who is never closed can end; socketserver forgets those.
        arguments = (request, client_address)
        thread = threading.Thread(target=self.process_request_thread, args=arguments, daemon=True)
        with self._lock:
            self._connections.add(request)
            self._answering = [each for each in self._answering if each.is_alive()]
            self._answering.append(thread)
            thread.start()

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End all conversations, so that the others notice and take the directory over.

        Nobody reads the chain any more when this returns: SQLite crashes the process when a connection is
        closed in the middle of a statement of another thread.
        """
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has gone by itself
        for thread in self._answering:
            thread.join()


class _Connection(socketserver.BaseRequestHandler):
    server: _Listener

    def handle(self) -> None:
        framer = Framer()
        try:
            while chunk := self.request.recv(_CHUNK):
                for request in framer.feed(chunk):
                    self._send(self._answer(request))
        except RpcError as error:
            self._send(error_answer(None, error))
        except ConnectionError:
            return  # the other command has ended

    def _answer(self, request: bytes) -> Any:
        try:
            decoded = json.loads(request)
        except ValueError:
            return error_answer(None, RpcError(-32700, "the request is not JSON"))
        return self.server.answer(decoded)

    def _send(self, answer: Any) -> None:
        self.request.sendall(json.dumps(answer, separators=(",", ":")).encode() + b"\n")
