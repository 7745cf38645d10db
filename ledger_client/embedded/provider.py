"""How web3.py reaches an embedded ledger: attach to whoever holds the directory, or hold it.

::

    with EmbeddedProvider(directory) as provider:
        w3 = Web3(provider)
        w3.eth.block_number

The first command to come holds the directory and serves its socket; others attach to it. When the socket
vanishes in the middle of a request, the request is put again to the next holder, which may be this very
process. That is safe: reading twice does no harm, and a transaction sent twice is one transaction.

A process that has to answer others at once, as a server does, makes no blocks beside: it never holds the
directory, and waits for somebody who does.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, cast

from web3._utils.batching import sort_batch_response_by_response_ids
from web3.exceptions import ProviderConnectionError
from web3.providers import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from ledger_client.embedded import _socket_path
from ledger_client.embedded._errors import ChainHeldError, ChainSocketError, ChainUnheldError
from ledger_client.embedded._wire import raise_shecang_error
from ledger_client.embedded.clock import Clock
from ledger_client.errors import ShecangError

_PATIENCE = 10.0  # seconds for a holder that is starting or ending to answer or let go
_PAUSE = 0.02  # seconds between looks


class _Link(Protocol):
    def exchange(self, request: bytes) -> Any: ...

    def close(self) -> None: ...


class EmbeddedProvider(JSONBaseProvider):
    """A web3.py provider for the ledger in a directory.

    Nothing is opened before the first request.
    """

    def __init__(
        self,
        directory: Path,
        *,
        clock: Clock | None = None,
        seal_on_request: bool = False,
        timeout: float = 120.0,
        may_hold: bool = True,
    ) -> None:
        """Reach the ledger in `directory`.

        Args:
            directory: Where `create_chain` has made it.
            clock: The clock for blocks, if this process comes to hold the directory; the host's by default.
            seal_on_request: Make blocks before answering, if this process comes to hold the directory.
            timeout: Seconds to wait for another holder's answer.
            may_hold: Whether this process may come to hold the directory; else somebody else has to.
        """
        super().__init__()
        self._directory = directory
        self._clock = clock
        self._seal_on_request = seal_on_request
        self._timeout = timeout
        self._may_hold = may_hold
        self._lock = threading.RLock()
        self._link: _Link | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Detach, or let go of the directory. The next request would open it again."""
        with self._lock:
            if self._link is not None:
                self._link.close()
                self._link = None

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Put one request.

        Raises:
            UnavailableError: The directory cannot be held nor its holder reached, its disk is full, or its
                database is damaged; as one of this package's errors.
        """
        answer = self._exchange(self.encode_rpc_request(method, params))
        raise_shecang_error(answer)
        return cast(RPCResponse, answer)

    def make_batch_request(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse] | RPCResponse:
        """Put several requests at once; what is sent in one batch is stored with one commit.

        Raises:
            UnavailableError: As `make_request`.
        """
        answers = self._exchange(self.encode_batch_rpc_request(requests))
        if not isinstance(answers, list):
            return cast(RPCResponse, answers)
        for answer in answers:
            raise_shecang_error(answer)
        return sort_batch_response_by_response_ids(cast(list[RPCResponse], answers))

    def is_connected(self, show_traceback: bool = False) -> bool:
        """Say whether the ledger answers."""
        try:
            return super().is_connected(show_traceback)
        except ShecangError as error:
            if show_traceback:
                raise ProviderConnectionError(str(error)) from error
            return False

    def _exchange(self, request: bytes) -> Any:
        """Put a request to the holder, and once more to the next one for as long as holders vanish."""
        deadline = time.monotonic() + self._timeout
        while True:
            link = self._attached()
            try:
                return link.exchange(request)
            except TimeoutError as error:
                self.close()
                raise ChainSocketError(directory=self._directory, detail="no answer in time") from error
            except OSError as error:
                self._forget(link)
                if time.monotonic() > deadline:
                    raise ChainSocketError(directory=self._directory, detail=str(error)) from error

    def _forget(self, link: _Link) -> None:
        with self._lock:
            link.close()
            if self._link is link:
                self._link = None

    def _attached(self) -> _Link:
        deadline = time.monotonic() + _PATIENCE
        while True:
            # Not locked while it waits, so that many threads wait beside each other, not one after another.
            with self._lock:
                if self._link is None:
                    self._link = self._attach_or_hold(is_late=time.monotonic() > deadline)
                if self._link is not None:
                    return self._link
            time.sleep(_PAUSE)

    def _attach_or_hold(self, *, is_late: bool) -> _Link | None:
        """Return a link; None where somebody may be about to listen and it is not late."""
        try:
            path = _socket_path.find(self._directory)
            if path is not None:
                return _SocketLink(path, self._timeout)
        except (FileNotFoundError, ConnectionRefusedError):
            pass  # nobody listens: hold the directory, unless somebody is just about to
        except OSError as error:
            detail = error.strerror or str(error)
            raise ChainSocketError(directory=self._directory, detail=detail) from error
        if not self._may_hold:
            if is_late:
                raise ChainUnheldError(directory=self._directory)
            return None
        try:
            return _OwnLink(self._directory, self._clock, self._seal_on_request)
        except ChainHeldError as error:
            if is_late:
                detail = "it holds the directory, but does not listen"
                raise ChainSocketError(directory=self._directory, detail=detail) from error
            return None


class _OwnLink:
    """This process holds the directory."""

    def __init__(self, directory: Path, clock: Clock | None, seal_on_request: bool) -> None:
        # Imported here because py-evm takes a second to import, which a command that only attaches to
        # another should not have to wait.
        from ledger_client.embedded.holder import Holder

        self._holder = Holder(directory, clock=clock, seal_on_request=seal_on_request)

    def exchange(self, request: bytes) -> Any:
        return self._holder.answer(json.loads(request))

    def close(self) -> None:
        self._holder.close()


class _SocketLink:
    """Another process holds the directory."""

    def __init__(self, path: Path, timeout: float) -> None:
        self._lock = threading.Lock()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(timeout)
            self._socket.connect(str(path))
        except BaseException:
            self._socket.close()
            raise
        self._lines = self._socket.makefile("rb")

    def exchange(self, request: bytes) -> Any:
        with self._lock:
            self._socket.sendall(request)
            line = self._lines.readline()
        if not line.endswith(b"\n"):
            raise ConnectionResetError("the holder has gone")
        return json.loads(line)

    def close(self) -> None:
        self._lines.close()
        self._socket.close()
