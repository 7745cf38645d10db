"""A node: JSON-RPC requests to it, one or many at a time, and its failures as sentences.

The provider comes from outside (web3.py's over HTTP or a unix socket, or the embedded chain's); it is asked
directly, because web3.py's own formatting of an answer takes longer than a rebuild can wait. A refusal of a
contract arrives as an exception of `ledger_client.reverts`.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import RequestException
from web3.exceptions import Web3Exception
from web3.providers import HTTPProvider, IPCProvider
from web3.providers.base import BaseProvider, JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from ledger_client.errors import RefusedError, UnavailableError, UsageError
from ledger_client.json_text import TooDeepError, require_shallow
from ledger_client.reverts import decode_revert

BATCH = 100
"""Requests that are sent to a node at once."""

TIMEOUT = 30
"""Seconds that a node has for an answer."""


class NodeUnreachableError(UnavailableError):
    """Nobody answers at an address."""

    en = "nobody answers at {address} ({reason}); start the node, or correct the address"
    zh = "{address} 无应答（{reason}）；请启动节点，或更正地址"


class NodeAnswerError(UnavailableError):
    """A node answers with something that is no JSON-RPC."""

    en = "what answers at {address} does not speak Ethereum JSON-RPC ({reason}); correct the address"
    zh = "{address} 的应答不是以太坊 JSON-RPC（{reason}）；请更正地址"


class NodeFailedError(UnavailableError):
    """A node cannot answer a request."""

    en = "the node at {address} could not answer {method}: {message} (code {code})"
    zh = "{address} 的节点无法应答 {method}：{message}（代码 {code}）"


class TransactionRejectedError(RefusedError):
    """A node does not take a transaction."""

    en = "the node at {address} does not take the transaction: {message} (code {code}); nothing was recorded"
    zh = "{address} 的节点不接受该交易：{message}（代码 {code}）；未作任何记录"


class AddressKindError(UsageError):
    """An address of a node is no web address, unix socket or directory."""

    en = "{address!r} is no ledger: give http://host:port, a unix socket, or the directory of one"
    zh = "{address!r} 不是账本：请填写 http://主机:端口、unix 套接字，或内嵌账本的目录"


class Node:
    """Something that answers JSON-RPC.

    Args:
        provider: Whatever carries the requests.
        address: How a sentence calls it.
    """

    def __init__(self, provider: BaseProvider, address: str) -> None:
        self._provider = provider
        self.address = address

    @property
    def provider(self) -> BaseProvider:
        """The provider, for web3.py objects over the same connection."""
        return self._provider

    def close(self) -> None:
        """Give up the connection; the embedded chain's directory becomes free for another process."""
        close = getattr(self._provider, "close", None)
        if close is not None:
            close()

    def request(self, method: str, *params: Any) -> Any:
        """Return the result of one request.

        Raises:
            RevertError: A contract refused the call, in one of its own words.
            TransactionRejectedError: The node does not take a transaction.
            NodeFailedError: The node answers with another error.
            NodeUnreachableError: Nobody answers.
            NodeAnswerError: What answers is no node.
        """
        return self._result(method, self._answer(method, params))

    def revert_data(self, method: str, *params: Any) -> bytes | None:
        """Return what a contract says when it refuses a call; None where it answers.

        Raises:
            NodeFailedError: The node cannot say.
            NodeUnreachableError: Nobody answers.
            NodeAnswerError: What answers is no node.
        """
        answer = self._answer(method, params)
        error: Any = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(error, dict) and _is_revert(error):
            return _revert_data(error)
        self._result(method, answer)
        return None

    def batch(self, requests: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """Return the results of many requests, in order; the first error among them is raised.

        Raises:
            Whatever `request` raises.
        """
        if not isinstance(self._provider, JSONBaseProvider):
            # eth-tester's provider has no batches.
            return [self.request(method, *params) for method, params in requests]
        results: list[Any] = []
        for start in range(0, len(requests), BATCH):
            chunk = requests[start : start + BATCH]
            answers = self._answers(self._provider, chunk)
            pairs = zip(chunk, answers, strict=True)
            results.extend(self._result(method, answer) for (method, _), answer in pairs)
        return results

    def _answer(self, method: str, params: Sequence[Any]) -> RPCResponse:
        try:
            return self._provider.make_request(RPCEndpoint(method), list(params))
        except (OSError, RequestException, Web3Exception, ValueError) as error:
            self._raise_unreachable(error)

    def _answers(
        self, provider: JSONBaseProvider, requests: Sequence[tuple[str, Sequence[Any]]]
    ) -> list[RPCResponse]:
        prepared = [(RPCEndpoint(method), list(params)) for method, params in requests]
        try:
            answers = provider.make_batch_request(prepared)
        except (OSError, RequestException, Web3Exception, ValueError) as error:
            self._raise_unreachable(error)
        if isinstance(answers, list) and len(answers) == len(requests):
            return answers
        if isinstance(answers, dict) and "error" in answers:
            self._result("batch", answers)
        raise NodeAnswerError(address=self.address, reason="a batch was not answered request by request")

    def _result(self, method: str, answer: RPCResponse) -> Any:
        if not isinstance(answer, dict) or not ("result" in answer or "error" in answer):
            raise NodeAnswerError(address=self.address, reason=type(answer).__name__)
        error: Any = answer.get("error")
        if error is None:
            return answer["result"]
        if not isinstance(error, dict):
            error = {"message": str(error)}
        message, code = str(error.get("message", "")), error.get("code", 0)
        if _is_revert(error):
            raise decode_revert(_revert_data(error))
        if method == "eth_sendRawTransaction":
            raise TransactionRejectedError(address=self.address, message=message, code=code)
        raise NodeFailedError(address=self.address, method=method, message=message, code=code)

    def _raise_unreachable(self, error: Exception) -> NoReturn:
        if isinstance(error, json.JSONDecodeError | TooDeepError):
            raise NodeAnswerError(address=self.address, reason="no JSON") from error
        if isinstance(error, OSError | RequestException | Web3Exception):
            raise NodeUnreachableError(address=self.address, reason=_reason(error)) from error
        raise error


class _HTTPNode(HTTPProvider):
    """Over HTTP; an answer too deep for the parser's stack is refused before it."""

    @staticmethod
    def decode_rpc_response(raw_response: bytes) -> RPCResponse:
        require_shallow(raw_response)
        return HTTPProvider.decode_rpc_response(raw_response)


class _IPCNode(IPCProvider):
    """Over a unix socket, likewise."""

    @staticmethod
    def decode_rpc_response(raw_response: bytes) -> RPCResponse:
        require_shallow(raw_response)
        return IPCProvider.decode_rpc_response(raw_response)


def connect(address: str, *, may_hold: bool = True) -> Node:
    """Return the node at an address; nothing is asked of it yet.

    Args:
        address: `http://…` or `https://…`, the path of a node's unix socket, or the directory of an embedded
            ledger.
        may_hold: Whether this process may come to hold the directory of an embedded ledger.

    Raises:
        AddressKindError: It is none of these.
    """
    if address.startswith(("http://", "https://")):
        # web3.py would ask five times; whether to ask again is the caller's to decide.
        return Node(
            _HTTPNode(address, request_kwargs={"timeout": TIMEOUT}, exception_retry_configuration=None),
            _without_secrets(address),
        )
    path = Path(address)
    if address and path.is_dir():  # Path("") would be the working directory
        # Imported here: a client of a distant node needs nothing of the embedded chain.
        from ledger_client.embedded import EmbeddedProvider

        return Node(EmbeddedProvider(path, may_hold=may_hold), address)
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
        return Node(_IPCNode(path, timeout=TIMEOUT), address)
    raise AddressKindError(address=address)


def _without_secrets(address: str) -> str:
    """Return a web address as a sentence may show it: no user, password or query, which may be a token."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _is_revert(error: dict[str, Any]) -> bool:
    return error.get("code") == 3 or "revert" in str(error.get("message", "")).lower()


def _revert_data(error: dict[str, Any]) -> bytes:
    """Return what the contract said; geth, anvil, Besu and the embedded chain put it in `data`."""
    data = error.get("data")
    if not isinstance(data, str) or not data.startswith("0x"):
        return b""
    try:
        return bytes.fromhex(data[2:])
    except ValueError:
        return b""


def _reason(error: Exception) -> str:
    """Return the innermost reason, without addresses of objects in memory that `requests` prints."""
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return getattr(error, "strerror", None) or type(error).__name__
