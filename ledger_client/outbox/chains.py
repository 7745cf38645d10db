"""What the outbox asks of a chain, and how web3 answers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, cast

from eth_typing import ChecksumAddress
from web3 import Web3
from web3.exceptions import ContractLogicError, Web3Exception, Web3RPCError
from web3.providers import JSONBaseProvider
from web3.types import RPCEndpoint, TxParams

from ledger_client.errors import RefusedError, ShecangError
from ledger_client.keccak import keccak
from ledger_client.outbox._errors import (
    ChainBusyError,
    ChainUnreachableError,
    NonceUsedError,
    TransactionUnfitError,
)

_BATCH = 200  # requests in one; nodes bound them by number and by bytes
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

    def send_many(self, raws: Sequence[bytes]) -> bool:
        """Hand over several at once; False when that failed for any, so that each must be sent by itself.

        What was taken and what not is unknown then; sending one again does no harm.
        """

    def receipts(self, hashes: Sequence[bytes]) -> list[Receipt | None]:
        """Return what became of transactions, in their order; None for one that is in no block."""

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

    def send_many(self, raws: Sequence[bytes]) -> bool:
        """See `Chain.send_many`. The embedded chain stores what comes in one batch with one commit."""
        try:
            self._batch("eth_sendRawTransaction", [f"0x{raw.hex()}" for raw in raws])
        except (ShecangError, _BatchFailedError):
            return False
        return True

    def receipts(self, hashes: Sequence[bytes]) -> list[Receipt | None]:
        """See `Chain.receipts`."""
        try:
            found = self._batch("eth_getTransactionReceipt", [f"0x{hash_.hex()}" for hash_ in hashes])
        except _BatchFailedError as error:
            raise ChainUnreachableError(reason=str(error)) from error
        return [self._receipt(hash_, fields) for hash_, fields in zip(hashes, found, strict=True)]

    def transaction_count(self, address: ChecksumAddress) -> int:
        """See `Chain.transaction_count`."""
        with _mapped():
            return self._web3.eth.get_transaction_count(address, "pending")

    def _batch(self, method: str, parameters: Sequence[str]) -> list[Any]:
        """Ask the same of many things, `_BATCH` in one request, and return the results in their order."""
        provider = cast(JSONBaseProvider, self._web3.provider)
        results: list[Any] = []
        for start in range(0, len(parameters), _BATCH):
            some = [(RPCEndpoint(method), [one]) for one in parameters[start : start + _BATCH]]
            with _mapped():
                answers = provider.make_batch_request(some)
            if not isinstance(answers, list) or len(answers) != len(some):
                raise _BatchFailedError("the node takes no batches")
            if any("result" not in answer for answer in answers):
                raise _BatchFailedError("the node answered a part of a batch with an error")
            results += [answer["result"] for answer in answers]
        return results

    def _receipt(self, hash: bytes, fields: Any) -> Receipt | None:
        if fields is None:
            return None
        block, succeeded = int(fields["blockNumber"], 16), int(fields["status"], 16) == 1
        with _mapped():
            data = b"" if succeeded else self._revert_data(hash, block)
        return Receipt(block, bytes.fromhex(fields["blockHash"][2:]), succeeded, data)

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


class _BatchFailedError(Exception):
    """A batch, or a part of one, was not answered as it should. Never leaves this module."""


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
