"""The process that holds a directory: it makes the blocks and answers, itself and others.

Blocks are made by a thread that sleeps until a transaction arrives and the clock allows a block. With
`seal_on_request` they are made before the request is answered that brought the transactions, which is what
tests and demonstrations with a `ManualClock` want: the receipt is there at the first look.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ledger_client.embedded._errors import ChainFaultError, ChainHeldError
from ledger_client.embedded.chain import EmbeddedChain
from ledger_client.embedded.clock import Clock
from ledger_client.embedded.rpc import Rpc
from ledger_client.embedded.server import Server
from ledger_client.errors import ShecangError

_logger = logging.getLogger(__name__)

_BUDGET = 1.0  # seconds of execution a block, so that receipts come while an import runs
_RETRY = 1.0  # seconds between attempts while a block cannot be written
_TAKEOVER = 0.2  # seconds between looks whether another program still holds the directory


class Holder:
    """Holds a directory from its making until it is closed."""

    def __init__(self, directory: Path, *, clock: Clock | None = None, seal_on_request: bool = False) -> None:
        """Hold `directory` and serve it.

        Raises:
            NoChainError, ChainHeldError, ChainSchemaError, ChainCorruptError: As `EmbeddedChain.open`.
            ChainSocketError: The system does not let it listen.
        """
        self.chain = EmbeddedChain.open(directory, clock=clock)
        self._directory = directory
        self._failure: ShecangError | None = None
        self._rpc = Rpc(self.chain, lambda: self._failure)
        self._seal_on_request = seal_on_request
        self._stopping = threading.Event()
        try:
            self._server = Server(directory, self.answer)
        except BaseException:
            self.chain.close()
            raise
        self._miner = threading.Thread(target=self._mine, daemon=True)
        self._miner.start()

    def answer(self, request: Any) -> Any:
        """Answer a decoded JSON-RPC request or batch; never raises."""
        answer = self._rpc.answer(request)
        if self._seal_on_request:
            self._seal_ready()
        return answer

    def close(self) -> None:
        """Stop, and let go of the directory; what waits is mined by the next holder."""
        self._stopping.set()
        self.chain.arrived.set()
        self._miner.join()
        self._server.close()
        self.chain.close()

    def _mine(self) -> None:
        while not self._stopping.is_set():
            self.chain.arrived.wait()
            self.chain.arrived.clear()
            if self._stopping.is_set() or self._seal_on_request:
                continue
            if not self._seal_ready():
                self._stopping.wait(_RETRY)
                self.chain.arrived.set()

    def _seal_ready(self) -> bool:
        """Make blocks until nothing is ready; False when one could not be made."""
        try:
            while not self._stopping.is_set() and self.chain.has_ready():
                self.chain.seal(budget=_BUDGET)
        except ShecangError as error:
            # Told to whoever waits for a receipt; the transactions wait on.
            _logger.warning("no block can be made: %s", error)
            self._failure = error
            return False
        except Exception as error:
            # The thread must not die unseen: nobody would ever get a receipt, nor learn why.
            _logger.exception("no block can be made")
            self._failure = ChainFaultError(directory=self._directory, detail=repr(error))
            return False
        self._failure = None
        return True


def hold_until(stop: threading.Event, directory: Path, tell: Callable[[], None]) -> None:
    """Hold `directory` until `stop` is set; stand by while another program holds it, and take it over.

    Args:
        stop: Set when it is to be let go.
        directory: Where the chain is.
        tell: Called whenever somebody holds it: this process or another.

    Raises:
        NoChainError, ChainSchemaError, ChainCorruptError: As `EmbeddedChain.open`.
        ChainSocketError: The system does not let it listen.
    """
    is_told = False
    while not stop.is_set():
        try:
            holder = Holder(directory)
        except ChainHeldError:
            if not is_told:
                tell()
                is_told = True
            stop.wait(_TAKEOVER)
            continue
        try:
            tell()
            stop.wait()
        finally:
            holder.close()
