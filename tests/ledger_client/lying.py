"""A server that lies: a provider around the real one that changes some of its answers.

::

    chain = lying_chain(honest, LeftOut(lambda log: is_of(log, key)))

Every lie is an object with two hooks: `asked` may put another question to the real node, and `answered` may
give another answer. Lies are told in order, each about what the one before made of it. The client under test
cannot tell such a chain from a real one but by what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from web3.providers import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from ledger_client.chain import Chain
from ledger_client.node import Node

RawLog = dict[str, Any]
Which = Callable[[RawLog], bool]


class Lie:
    """Tells the truth; a lie overrides one of the hooks."""

    def asked(self, method: str, params: list[Any]) -> list[Any]:
        """Return the parameters that the real node gets."""
        return params

    def answered(self, method: str, params: list[Any], result: Any) -> Any:
        """Return the result that the client gets; `params` are those that it gave."""
        return result


class LyingProvider(JSONBaseProvider):
    """Carries requests to the real provider, one by one, and tells lies about the answers."""

    def __init__(self, truth: JSONBaseProvider, *lies: Lie) -> None:
        super().__init__()
        self._truth = truth
        self.lies = list(lies)

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Put one request."""
        given = deepcopy(list(params))
        wanted = deepcopy(given)
        for lie in self.lies:
            wanted = lie.asked(method, wanted)
        answer = dict(self._truth.make_request(method, wanted))
        if "result" in answer:
            answer["result"] = deepcopy(answer["result"])
            for lie in self.lies:
                answer["result"] = lie.answered(method, given, answer["result"])
        return answer  # type: ignore[return-value]

    def make_batch_request(self, requests: list[tuple[RPCEndpoint, Any]]) -> list[RPCResponse]:
        """Put several requests."""
        return [self.make_request(method, params) for method, params in requests]


def lying_chain(honest: Chain, *lies: Lie) -> Chain:
    """Return the chain behind another one's node, as a server that tells these lies shows it."""
    truth = honest.node.provider
    assert isinstance(truth, JSONBaseProvider)
    return Chain(Node(LyingProvider(truth, *lies), "a server that lies"))


# -- about events


def is_of(log: RawLog, key: int) -> bool:
    """Whether a log is the document with this key."""
    return len(log["topics"]) == 4 and log["topics"][1] == f"0x{key:064x}"


class AboutLogs(Lie):
    """A lie about what `eth_getLogs` answers."""

    def answered(self, method: str, params: list[Any], result: Any) -> Any:
        return self.told(result) if method == "eth_getLogs" else result

    def told(self, logs: list[RawLog]) -> list[RawLog]:
        """Return what is told instead."""
        raise NotImplementedError


class LeftOut(AboutLogs):
    """Logs are left out."""

    def __init__(self, which: Which) -> None:
        self._which = which

    def told(self, logs: list[RawLog]) -> list[RawLog]:
        return [log for log in logs if not self._which(log)]


class DroppedRange(LeftOut):
    """All logs of some blocks are left out, both ends included."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(lambda log: first <= int(log["blockNumber"], 16) <= last)


class DroppedTail(DroppedRange):
    """All logs from a block on are left out."""

    def __init__(self, first: int) -> None:
        super().__init__(first, 1 << 64)


class Altered(AboutLogs):
    """A byte of the data of some logs is another one."""

    def __init__(self, which: Which, byte: int = -1) -> None:
        self._which = which
        self._byte = byte

    def told(self, logs: list[RawLog]) -> list[RawLog]:
        for log in filter(self._which, logs):
            data = bytearray.fromhex(log["data"][2:])
            data[self._byte] ^= 1
            log["data"] = f"0x{data.hex()}"
        return logs


class Swapped(AboutLogs):
    """Two logs stand in each other's place, with its block, time of day and transaction."""

    PLACE = ("blockNumber", "blockHash", "logIndex", "transactionHash", "transactionIndex")

    def __init__(self, one: Which, two: Which) -> None:
        self._one = one
        self._two = two

    def told(self, logs: list[RawLog]) -> list[RawLog]:
        [one], [two] = (list(filter(which, logs)) for which in (self._one, self._two))
        for name in self.PLACE:
            one[name], two[name] = two[name], one[name]
        return logs


class Repeated(AboutLogs):
    """A log is told twice."""

    def __init__(self, which: Which) -> None:
        self._which = which

    def told(self, logs: list[RawLog]) -> list[RawLog]:
        return [each for log in logs for each in ([log, deepcopy(log)] if self._which(log) else [log])]


# -- about the chain


class OtherChain(Lie):
    """Another chain: by its id, by its first block, or both."""

    def __init__(self, *, chain_id: int | None = None, genesis: bytes | None = None) -> None:
        self._chain_id = chain_id
        self._genesis = genesis

    def answered(self, method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_chainId" and self._chain_id is not None:
            return hex(self._chain_id)
        if method == "eth_getBlockByNumber" and self._genesis is not None and params[0] == "0x0":
            return {**result, "hash": f"0x{self._genesis.hex()}"}
        return result


class OlderHead(Lie):
    """The chain ends at an older block: whatever is newest is that of then, and what came later is not there.

    With `only_newest`, later blocks are still given to who asks for them by number.
    """

    def __init__(self, number: int, *, only_newest: bool = False) -> None:
        self._number = number
        self._only_newest = only_newest

    def asked(self, method: str, params: list[Any]) -> list[Any]:
        if method == "eth_getLogs" and int(params[0]["toBlock"], 16) > self._number:
            last = max(self._number, int(params[0]["fromBlock"], 16))
            return [{**params[0], "toBlock": hex(last)}]
        return [hex(self._number) if param == "latest" else param for param in params]

    def answered(self, method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_blockNumber":
            return hex(self._number)
        if self._only_newest:
            return result
        if method == "eth_getBlockByNumber" and params[0] != "latest":
            return None if int(params[0], 16) > self._number else result
        if method == "eth_getLogs":
            return [log for log in result if int(log["blockNumber"], 16) <= self._number]
        return result


# -- about contracts


class WrongCode(Lie):
    """The code at an address is another one; none where `code` is empty."""

    def __init__(self, address: str, code: bytes) -> None:
        self._address = address.lower()
        self._code = code

    def answered(self, method: str, params: list[Any], result: Any) -> Any:
        is_it = method == "eth_getCode" and params[0].lower() == self._address
        return f"0x{self._code.hex()}" if is_it else result


class WrongWord(Lie):
    """A word of a contract's storage is another one, wherever it is asked for without a proof."""

    def __init__(self, address: str, slot: bytes, value: int) -> None:
        self._address = address.lower()
        self._slot = int.from_bytes(slot, "big")
        self._value = value

    def answered(self, method: str, params: list[Any], result: Any) -> Any:
        if method != "eth_getStorageAt" or params[0].lower() != self._address:
            return result
        return f"0x{self._value:064x}" if int(params[1], 16) == self._slot else result


class WrongProof(Lie):
    """What `eth_getProof` answers is changed by a function."""

    def __init__(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._change = change

    def answered(self, method: str, params: list[Any], result: Any) -> Any:
        return self._change(result) if method == "eth_getProof" else result


def swapped_words(*slots: bytes) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a change of a proof that gives each of these slots the value and nodes of the next one."""

    def change(proof: dict[str, Any]) -> dict[str, Any]:
        entries: Sequence[dict[str, Any]] = proof["storageProof"]
        wanted = [int.from_bytes(slot, "big") for slot in slots]
        found = [entry for entry in entries if int(entry["key"], 16) in wanted]
        values = [(entry["value"], entry["proof"]) for entry in found]
        for entry, (value, nodes) in zip(found, values[1:] + values[:1], strict=True):
            entry["value"], entry["proof"] = value, nodes
        return proof

    return change
