"""What the outbox asks of a chain, and how web3 answers it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from eth_typing import ChecksumAddress
from web3 import Web3
from web3.exceptions import ContractLogicError, TransactionNotFound, Web3Exception, Web3RPCError
from web3.types import TxParams

from ledger_client.errors import RefusedError, ShecangError
from ledger_client.keccak import keccak
from ledger_client.outbox._errors import (
    ChainBusyError,
    ChainUnreachableError,
    NonceUsedError,
    TransactionUnfitError,
)

_KNOWN = ("already known", "already imported")
_NONCE_USED = ("nonce too low",)
_BUSY = ("txpool is full", "replacement transaction underpriced", "rate limit")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction.

    Attributes:
        block_number: The block that took it.
        block_hash: 32 bytes.
        succeeded: False when it reverted: nothing was recorded.
        revert_data: The custom error of a reverted one, as far as the node can tell.
    """

    block_number: int
    block_hash: bytes
    succeeded: bool
    revert_data: bytes = b""


class Chain(Protocol):
    """A chain, as the outbox sees it."""

    @property
    def chain_id(self) -> int:
        """The id that its transactions are signed for."""

    def send_raw(self, raw: bytes) -> bytes:
        """Hand over a signed transaction and return its hash; one that is known already is no mistake.

        Raises:
            UnavailableError: Not now: nobody answers, or the node is full.
            NonceUsedError: Another transaction of the sender was recorded with its number.
            RefusedError: Never.
        """

    def receipt(self, hash: bytes) -> Receipt | None:
        """Return what became of a transaction; None while it is in no block."""

    def transaction_count(self, address: ChecksumAddress) -> int:
        """Return the next number of `address`, counting those that wait."""


class Web3Chain:
    """A chain behind a web3 provider, whichever engine it is."""

    def __init__(self, web3: Web3) -> None:
        with _mapped():
            self._chain_id = web3.eth.chain_id
        self._web3 = web3

    @property
    def chain_id(self) -> int:
        """See `Chain.chain_id`."""
        return self._chain_id

    def send_raw(self, raw: bytes) -> bytes:
        """See `Chain.send_raw`."""
        try:
            with _mapped():
                return bytes(self._web3.eth.send_raw_transaction(raw))
        except _KnownAlreadyError:
            return keccak(raw)

    def receipt(self, hash: bytes) -> Receipt | None:
        """See `Chain.receipt`."""
        with _mapped():
            try:
                found = self._web3.eth.get_transaction_receipt(hash)  # type: ignore[arg-type]
            except TransactionNotFound:
                return None
            succeeded = found["status"] == 1
            data = b"" if succeeded else self._revert_data(hash, found["blockNumber"])
        return Receipt(found["blockNumber"], bytes(found["blockHash"]), succeeded, data)

    def transaction_count(self, address: ChecksumAddress) -> int:
        """See `Chain.transaction_count`."""
        with _mapped():
            return self._web3.eth.get_transaction_count(address, "pending")

    def _revert_data(self, hash: bytes, block: int) -> bytes:
        """Execute it again, as a call after its parent block, then after its own: receipts hold no reason."""
        sent = self._web3.eth.get_transaction(hash)  # type: ignore[arg-type]
        call: TxParams = {
            "from": sent["from"],
            "data": sent["input"],
            "gas": sent["gas"],
            "gasPrice": sent["gasPrice"],
        }
        if sent.get("to"):
            call["to"] = sent["to"]
        for height in (block - 1, block):
            try:
                self._web3.eth.call(call, height)
            except ContractLogicError as error:
                return _bytes_of(error.data)
        return b""


class _KnownAlreadyError(Exception):
    """The node has the transaction. Never leaves this module."""


@contextmanager
def _mapped() -> Iterator[None]:
    """Turn what providers raise into errors of the outbox, whichever engine words them."""
    try:
        yield
    except RefusedError as error:
        raise _meaning(error.text("en")) from error
    except ShecangError:
        raise
    except Web3RPCError as error:
        raise _meaning(error.message or str(error)) from error
    except (Web3Exception, OSError) as error:
        raise ChainUnreachableError(reason=type(error).__name__) from error


def _meaning(message: str) -> Exception:
    """Return the error that a node's message means; geth, anvil and the embedded chain share the words."""
    lowered = message.lower()
    if any(words in lowered for words in _KNOWN):
        return _KnownAlreadyError()
    if any(words in lowered for words in _NONCE_USED):
        return NonceUsedError()
    if any(words in lowered for words in _BUSY):
        return ChainBusyError(reason=message)
    return TransactionUnfitError(reason=message)


def _bytes_of(data: Any) -> bytes:
    """Return the revert data that web3 found, which it gives as hexadecimal text or not at all."""
    if isinstance(data, str) and data.startswith("0x"):
        return bytes.fromhex(data[2:])
    return b""
