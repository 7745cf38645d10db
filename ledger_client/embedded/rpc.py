"""The JSON-RPC methods of an embedded chain: those that web3.py needs to read and to send, and one more.

`shecang_sealEmpty` makes an empty block as soon as the clock allows one, within a second mostly: checkpoints
stand at fixed heights, and a quiet chain comes to none by itself.

There is no account here and no key: transactions arrive signed. An error is always a JSON-RPC error:

======  =================================================================================
-32700  not JSON
-32600  not a request, or one beyond the limits
-32601  a method that is not here
-32602  a parameter out of form
-32603  the holder failed; its log says how
-32000  refused: the sentence says why, beginning in geth's words
-32001  a block that is not there
-32005  more logs than one answer may hold
-32050  storage or clock; `data` names the error and its facts, so that a client raises it again
3       the contract reverted; `data` is what it returned, so that custom errors can be decoded
======  =================================================================================
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from eth.abc import BlockHeaderAPI

from ledger_client.embedded import _answers, _parameters
from ledger_client.embedded._admission import decode_transaction
from ledger_client.embedded._answers import Answer, hexed
from ledger_client.embedded._errors import TransactionRefusedError
from ledger_client.embedded._evm import GAS_LIMIT, undamaged
from ledger_client.embedded._parameters import ParameterError
from ledger_client.embedded._wire import RpcError, error_answer, shecang_error
from ledger_client.embedded.chain import EmbeddedChain
from ledger_client.embedded.reader import CallFailedError
from ledger_client.embedded.store import LogFilter, LogRow
from ledger_client.errors import ShecangError

_logger = logging.getLogger(__name__)

MAX_LOGS = 50_000
"""Logs in one answer; a client asks for fewer blocks at a time."""

MAX_FILTER_VALUES = 256
"""Addresses, or values of one topic, in one log filter."""

MAX_BATCH = 1_000
"""Requests in one batch."""

_SEND = "eth_sendRawTransaction"


class Rpc:
    """Answers requests about one chain."""

    def __init__(
        self, chain: EmbeddedChain, failure: Callable[[], ShecangError | None] = lambda: None
    ) -> None:
        """Answer about `chain`.

        Args:
            chain: The chain.
            failure: Returns why blocks cannot be made now, or None; whoever waits for a receipt is told.
        """
        self._chain = chain
        self._reader = chain.reader
        self._failure = failure
        self._methods: dict[str, Callable[..., Any]] = {
            "web3_clientVersion": self._client_version,
            "net_version": lambda: str(chain.chain_id),
            "eth_chainId": lambda: hex(chain.chain_id),
            "eth_syncing": lambda: False,
            "eth_gasPrice": lambda: "0x0",
            "eth_blockNumber": lambda: hex(self._reader.head().block_number),
            "eth_getBlockByNumber": self._block_by_number,
            "eth_getBlockByHash": self._block_by_hash,
            "eth_getBlockTransactionCountByNumber": self._count_by_number,
            "eth_getBlockTransactionCountByHash": self._count_by_hash,
            "eth_getTransactionByHash": self._transaction,
            "eth_getTransactionReceipt": self._receipt,
            "eth_getTransactionCount": self._nonce,
            "eth_getBalance": self._balance,
            "eth_getCode": self._code,
            "eth_getStorageAt": self._storage,
            "eth_getProof": self._proof,
            "eth_getLogs": self._logs,
            "eth_call": self._call,
            "eth_estimateGas": self._estimate,
            _SEND: self._send,
            "shecang_sealEmpty": lambda: hex(chain.seal_empty()),
        }
        self._arities = {name: _arity(method) for name, method in self._methods.items()}

    # -- requests ------------------------------------------------------------------------------------------

    def answer(self, request: Any) -> Any:
        """Answer a decoded request, or a batch of them; never raises."""
        if not isinstance(request, list):
            return self._answer_one(request)
        if not request or len(request) > MAX_BATCH:
            return error_answer(None, RpcError(-32600, f"a batch has 1 to {MAX_BATCH} requests"))
        return self._answer_sends(request) or [self._answer_one(one) for one in request]

    def _answer_sends(self, requests: list[Any]) -> list[Answer] | None:
        """Answer a batch that sends and does nothing else, at the price of one commit to the disk."""
        if not all(_is_send(request) for request in requests):
            return None
        ids = [request.get("id") for request in requests]
        try:
            results = self._send_each([request["params"][0] for request in requests])
        except Exception as error:
            failed = _rpc_error(error)
            return [error_answer(id_, failed) for id_ in ids]
        return [
            error_answer(id_, result) if isinstance(result, RpcError) else _result(id_, result)
            for id_, result in zip(ids, results, strict=True)
        ]

    def _answer_one(self, request: Any) -> Answer:
        if not isinstance(request, dict) or not isinstance(request.get("method"), str):
            return error_answer(None, RpcError(-32600, "a request is an object with method, params and id"))
        id_ = request.get("id")
        try:
            return _result(id_, self._call_method(request["method"], request.get("params", [])))
        except Exception as error:
            return error_answer(id_, _rpc_error(error))

    def _call_method(self, name: str, params: Any) -> Any:
        method = self._methods.get(name)
        if method is None:
            raise RpcError(-32601, f"the method {name[:60]} does not exist here")
        if not isinstance(params, list):
            raise ParameterError("params must be a list")
        fewest, most = self._arities[name]
        if not fewest <= len(params) <= most:
            raise ParameterError(f"{name} takes {fewest} to {most} parameters, not {len(params)}")
        with undamaged(self._chain.path):
            return method(*params)

    # -- blocks and transactions ---------------------------------------------------------------------------

    def _client_version(self) -> str:
        return f"shecang-embedded/{_package_version()}/py-evm/{version('py-evm')}"

    def _header(self, block: Any) -> BlockHeaderAPI | None:
        """Find a block. There is one node, so its last block is final the moment it is made."""
        wanted = _parameters.block(block)
        if isinstance(wanted, bytes):
            return self._reader.header_by_hash(wanted)
        if isinstance(wanted, int):
            return self._reader.header(wanted)
        if wanted == "earliest":
            return self._reader.header(0)
        return self._reader.next_header() if wanted == "pending" else self._reader.head()

    def _state_header(self, block: Any) -> BlockHeaderAPI:
        header = self._header(block)
        if header is None:
            raise RpcError(-32001, f"there is no block {block}")
        return header

    def _block_by_number(self, block: Any, full: Any = False) -> Answer | None:
        # A pending block would have no hash; what waits is asked for by hash.
        return self._block(self._header("latest" if block == "pending" else block), full)

    def _block_by_hash(self, hash_: Any, full: Any = False) -> Answer | None:
        return self._block(self._reader.header_by_hash(_parameters.data(hash_, "hash", 32)), full)

    def _block(self, header: BlockHeaderAPI | None, full: Any) -> Answer | None:
        full = _parameters.flag(full, "full transactions")
        if header is None:
            return None
        transactions = self._reader.transactions(header)
        if not full:
            hashes = [hexed(transaction.hash) for transaction in transactions]
            return _answers.block(header, transactions, hashes)
        rows = self._reader.transaction_rows(header)
        pairs = zip(transactions, rows, strict=True)
        listed = [_answers.mined_transaction(header, transaction, row) for transaction, row in pairs]
        return _answers.block(header, transactions, listed)

    def _count_by_number(self, block: Any) -> str | None:
        header = self._header("latest" if block == "pending" else block)
        return None if header is None else hex(len(self._reader.transactions(header)))

    def _count_by_hash(self, hash_: Any) -> str | None:
        header = self._reader.header_by_hash(_parameters.data(hash_, "hash", 32))
        return None if header is None else hex(len(self._reader.transactions(header)))

    def _transaction(self, hash_: Any) -> Answer | None:
        wanted = _parameters.data(hash_, "hash", 32)
        # What waits first: between the two questions it may be mined, but never the other way round.
        raw = self._chain.pending_raw(wanted)
        mined = self._reader.transaction(wanted)
        if mined is not None:
            return _answers.mined_transaction(mined.header, mined.transaction, mined.row)
        if raw is not None:
            return _answers.waiting_transaction(decode_transaction(raw, self._chain.chain_id))
        return None

    def _receipt(self, hash_: Any) -> Answer | None:
        wanted = _parameters.data(hash_, "hash", 32)
        mined = self._reader.transaction(wanted)
        if mined is None:
            failure = self._failure()
            if failure is not None and self._chain.pending_raw(wanted) is not None:
                raise failure
            return None
        block = mined.row.block
        committed = self._reader.receipt(mined)
        first, last = mined.row.first_log, mined.row.first_log + len(committed.logs)
        logs = self._reader.block_logs(block, first, last)
        return _answers.receipt(mined, committed, logs)

    # -- accounts ------------------------------------------------------------------------------------------

    def _nonce(self, address: Any, block: Any = "latest") -> str:
        wanted = _parameters.data(address, "address", 20)
        if block == "pending":
            return hex(self._chain.next_nonce(wanted))
        return hex(self._reader.account(self._state_header(block), wanted).nonce)

    def _balance(self, address: Any, block: Any = "latest") -> str:
        wanted = _parameters.data(address, "address", 20)
        return hex(self._reader.account(self._state_header(block), wanted).balance)

    def _code(self, address: Any, block: Any = "latest") -> str:
        wanted = _parameters.data(address, "address", 20)
        return hexed(self._reader.code(self._state_header(block), wanted))

    def _storage(self, address: Any, slot: Any, block: Any = "latest") -> str:
        wanted = _parameters.data(address, "address", 20)
        place = _parameters.quantity(slot, "storage slot")
        return _answers.word(self._reader.storage(self._state_header(block), wanted, place))

    def _proof(self, address: Any, keys: Any, block: Any = "latest") -> Answer:
        wanted = _parameters.data(address, "address", 20)
        slots = _parameters.storage_keys(keys)
        return _answers.proof(self._reader.proof(self._state_header(block), wanted, slots))

    # -- calls ---------------------------------------------------------------------------------------------

    def _call(self, call: Any, block: Any = "latest", state: Any = None, overrides: Any = None) -> str:
        """Execute a call; of what it may override, as with geth, there is the time of the block."""
        if state:
            raise ParameterError("the state of a call cannot be overridden here")
        header, time = self._state_header(block), _parameters.time_override(overrides)
        if time is not None:
            header = header.copy(timestamp=time)
        return hexed(self._reader.call(header, _parameters.call(call, GAS_LIMIT)))

    def _estimate(self, call: Any, block: Any = "pending") -> str:
        # As of the block that the transaction will be in: on a quiet chain the last one may be of last week,
        # and what is allowed only from today on would be refused.
        wanted = _parameters.call(call, GAS_LIMIT)
        return hex(self._reader.estimate_gas(self._state_header(block), wanted))

    # -- logs ----------------------------------------------------------------------------------------------

    def _logs(self, wanted: Any) -> list[Answer]:
        if not isinstance(wanted, dict):
            raise ParameterError("a log filter is an object")
        first, last = self._block_range(wanted)
        query = LogFilter(
            first,
            last,
            _parameters.addresses(wanted.get("address"), MAX_FILTER_VALUES),
            _parameters.topics(wanted.get("topics"), MAX_FILTER_VALUES),
        )
        found = self._reader.logs(query, MAX_LOGS + 1)
        if len(found) > MAX_LOGS:
            raise RpcError(
                -32005, f"more than {MAX_LOGS} logs in blocks {first} to {last}; ask for fewer blocks"
            )
        return self._with_block_hashes(found)

    def _block_range(self, wanted: dict[str, Any]) -> tuple[int, int]:
        if wanted.get("blockHash") is not None:
            if wanted.get("fromBlock") is not None or wanted.get("toBlock") is not None:
                raise ParameterError("a log filter has a blockHash, or fromBlock and toBlock, not both")
            number = self._state_header({"blockHash": wanted["blockHash"]}).block_number
            return number, number
        first, last = (self._block_number(wanted.get(name)) for name in ("fromBlock", "toBlock"))
        if first > last:
            raise ParameterError(f"fromBlock {first} is after toBlock {last}")
        return first, last

    def _block_number(self, block: Any) -> int:
        wanted = "latest" if block is None else _parameters.block(block)
        if isinstance(wanted, int):
            return wanted
        return 0 if wanted == "earliest" else self._reader.head().block_number

    def _with_block_hashes(self, logs: Sequence[LogRow]) -> list[Answer]:
        hashes: dict[int, bytes] = {}
        for entry in logs:
            if entry.block not in hashes:
                hashes[entry.block] = self._state_header(hex(entry.block)).hash
        return [_answers.log(entry, hashes[entry.block]) for entry in logs]

    # -- sending -------------------------------------------------------------------------------------------

    def _send(self, raw: Any) -> str:
        (result,) = self._send_each([raw])
        if isinstance(result, RpcError):
            raise result
        return result

    def _send_each(self, raws: Sequence[Any]) -> list[str | RpcError]:
        decoded = [_parameters.data(raw, "the signed transaction") for raw in raws]
        answers = self._chain.submit(decoded)
        return [
            hexed(answer) if isinstance(answer, bytes) else RpcError(-32000, answer.text("en"))
            for answer in answers
        ]


def _is_send(request: Any) -> bool:
    return (
        isinstance(request, dict)
        and request.get("method") == _SEND
        and isinstance(request.get("params"), list)
        and len(request["params"]) == 1
    )


def _arity(method: Callable[..., Any]) -> tuple[int, int]:
    """Return how many parameters a method needs, and takes."""
    parameters = inspect.signature(method).parameters.values()
    return sum(parameter.default is parameter.empty for parameter in parameters), len(parameters)


def _result(id_: Any, result: Any) -> Answer:
    return {"jsonrpc": "2.0", "id": id_, "result": result}


def _rpc_error(error: Exception) -> RpcError:
    """Return the JSON-RPC error for whatever a method raised."""
    if isinstance(error, RpcError):
        return error
    if isinstance(error, ParameterError):
        return RpcError(-32602, str(error))
    if isinstance(error, CallFailedError):
        return RpcError(3 if error.reverted else -32000, error.reason, hexed(error.data))
    if isinstance(error, TransactionRefusedError):
        return RpcError(-32000, error.text("en"))
    if isinstance(error, ShecangError):
        return shecang_error(error)
    _logger.error("a request failed", exc_info=error)
    return RpcError(-32603, f"the holder of the ledger failed ({type(error).__name__}); see its log")


def _package_version() -> str:
    try:
        return version("shecang")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "source"
