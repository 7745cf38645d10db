"""py-evm under Berlin rules, for contract tests: deploy, send, and see what a refusal says."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth.exceptions import TransactionNotFound
from eth.vm.forks.berlin import BerlinVM
from eth_abi.abi import decode
from eth_account import Account
from eth_keys.datatypes import PrivateKey
from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.backends.pyevm.main import get_default_genesis_params
from eth_tester.backends.pyevm.serializers import serialize_transaction_receipt
from eth_tester.exceptions import TransactionFailed
from eth_utils.address import to_checksum_address
from web3 import EthereumTesterProvider, Web3
from web3.contract.contract import Contract, ContractFunction

from ledger_client.artifacts import Artifact, load_artifact
from ledger_client.keccak import keccak

GENESIS_TIME = 4_000_000_000  # in 2096
GAS = 25_000_000  # a block has 30 million
NOBODY = (bytes(32), bytes(32))  # the signature where nobody signed


@cache
def _address_of(key: bytes) -> str:
    return str(Account.from_key(key).address)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a key, which follows from the name."""

    name: str

    @property
    def key(self) -> bytes:
        """The private key."""
        return keccak(f"a test key of {self.name}".encode())

    @property
    def address(self) -> str:
        """The address of the key."""
        return _address_of(self.key)

    def sign(self, digest: bytes) -> tuple[bytes, bytes]:
        """Sign `digest` in the compact form of EIP-2098: r and vs."""
        signature = PrivateKey(self.key).sign_msg_hash(digest)
        vs = signature.s | signature.v << 255
        return signature.r.to_bytes(32, "big"), vs.to_bytes(32, "big")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A custom error that a call gave: its name and its arguments in order; "" and () for a bare revert."""

    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its name, its fields, and the log that it came from."""

    name: str
    fields: dict[str, Any]
    topics: tuple[bytes, ...]
    data: bytes
    address: str


class IndexedBackend(PyEVMBackend):  # type: ignore[misc]
    """eth-tester looks for a transaction in one block after the other, though the chain has an index."""

    def get_transaction_receipt(self, transaction_hash: bytes) -> Any:
        """Return the receipt of a transaction; one that was undone is looked for as ever."""
        try:
            number, index = self.chain.get_canonical_transaction_index(transaction_hash)
        except TransactionNotFound:
            return super().get_transaction_receipt(transaction_hash)
        block = self.chain.get_canonical_block_by_number(number)
        there = block.transactions[index : index + 1]
        if [each.hash for each in there] != [transaction_hash]:
            return super().get_transaction_receipt(transaction_hash)
        receipts = block.get_receipts(self.chain.chaindb)
        return serialize_transaction_receipt(block, receipts, there[0], index, False, self.chain.get_vm())


class Chain:
    """A chain in memory on which gas costs nothing."""

    def __init__(self) -> None:
        genesis = get_default_genesis_params(
            overrides={"timestamp": GENESIS_TIME, "difficulty": 1, "nonce": bytes(8)}
        )
        self._backend = IndexedBackend(genesis_parameters=genesis, vm_configuration=((0, BerlinVM),))
        self._tester = EthereumTester(self._backend)
        self.w3 = Web3(EthereumTesterProvider(self._tester))
        self._accounts = self.w3.eth.accounts
        self._known = set(self._accounts)
        self._deployed: dict[str, Contract] = {}

    @property
    def now(self) -> int:
        """The time of the last block, at which calls are answered."""
        return int(self.w3.eth.get_block("latest")["timestamp"])

    def travel(self, seconds: int) -> int:
        """Mine a block `seconds` after the last one and return its time."""
        return self.travel_to(self.now + seconds)

    def travel_to(self, time: int) -> int:
        """Mine a block at `time`, which is not before the next second."""
        self._tester.time_travel(time + 1)  # it mines a block that is a second earlier
        assert self.now == time, (self.now, time)
        return time

    def snapshot(self) -> Any:
        """Take a snapshot for `revert`."""
        return self._tester.take_snapshot()

    def revert(self, snapshot: Any) -> None:
        """Undo everything since `snapshot`, the time too."""
        self._tester.revert_to_snapshot(snapshot)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo on leaving what was done inside."""
        snapshot = self.snapshot()
        try:
            yield
        finally:
            self.revert(snapshot)

    def deploy(self, name: str, *arguments: Any, by: Actor) -> Contract:
        """Deploy the committed artifact of the contract `name`."""
        return self.deploy_artifact(load_artifact(name), *arguments, by=by)

    def deploy_artifact(self, artifact: Artifact, *arguments: Any, by: Actor) -> Contract:
        """Deploy an artifact, also one that only tests deploy."""
        factory: Any = self.w3.eth.contract(abi=artifact.abi, bytecode=artifact.bytecode)
        receipt = self._sent(factory.constructor(*arguments), by)
        assert receipt["status"] == 1, artifact.name
        contract: Contract = self.w3.eth.contract(address=receipt["contractAddress"], abi=artifact.abi)
        self._deployed[contract.address] = contract
        return contract

    def send(self, call: ContractFunction, by: Actor) -> list[Event]:
        """Send a transaction that succeeds, and return its events."""
        receipt = self._sent(call, by)
        assert receipt["status"] == 1, self.refusal(call, by)
        return [self._decoded(log) for log in receipt["logs"]]

    def send_in_vain(self, call: ContractFunction, by: Actor) -> None:
        """Send a transaction that is refused."""
        assert self._sent(call, by)["status"] == 0, call

    def ask(self, call: ContractFunction, by: Actor | None = None) -> Any:
        """Call without sending, and return what a transaction in the last block would return."""
        return call.call({"from": self._known_address(by), "gasPrice": 0, "gas": GAS})

    def refusal(self, call: ContractFunction, by: Actor | None = None) -> Refusal:
        """Call without sending, and return the custom error that it gives."""
        try:
            answer = self.ask(call, by)
        except TransactionFailed as error:
            return self._custom_error(call.fn_name, error)
        raise AssertionError(f"{call.fn_name} was not refused, it answered {answer!r}")

    def creation_refusal(self, name: str, *arguments: Any) -> Refusal:
        """Try to deploy the contract `name`, and return the custom error that its constructor gives."""
        artifact = load_artifact(name)
        factory: Any = self.w3.eth.contract(abi=artifact.abi, bytecode=artifact.bytecode)
        try:
            factory.constructor(*arguments).estimate_gas({"gasPrice": 0})
        except TransactionFailed as error:
            return self._custom_error(name, error)
        raise AssertionError(f"{name} was created")

    def logs(self, contract: Contract) -> list[Event]:
        """Return all events that `contract` ever emitted, in order."""
        found = self.w3.eth.get_logs({"address": contract.address, "fromBlock": 0})
        return [self._decoded(log) for log in found]

    def _sent(self, call: Any, by: Actor) -> Mapping[str, Any]:
        sent = call.transact({"from": self._known_address(by), "gasPrice": 0, "gas": GAS})
        return self.w3.eth.get_transaction_receipt(sent)

    def _known_address(self, actor: Actor | None) -> str:
        address = actor.address if actor else self._accounts[0]
        if actor and address not in self._known:
            self._tester.add_account("0x" + actor.key.hex())
            self._known.add(address)
        return address

    def _decoded(self, log: Mapping[str, Any]) -> Event:
        contract = self._deployed[log["address"]]
        for abi in contract.events:
            if abi.topic == "0x" + log["topics"][0].hex():
                fields = dict(abi().process_log(log)["args"])
                topics = tuple(bytes(topic) for topic in log["topics"])
                return Event(abi.event_name, fields, topics, bytes(log["data"]), log["address"])
        raise AssertionError(f"unknown event {log['topics'][0].hex()}")

    def _custom_error(self, called: str, error: TransactionFailed) -> Refusal:
        # eth-tester has no other place for the data than the representation in its message.
        data = literal_eval(str(error).removeprefix("execution reverted: "))
        if not data:
            return Refusal("", ())
        # An error may come from a contract that was called in turn.
        for contract in self._deployed.values():
            for entry in contract.abi:
                if entry["type"] == "error" and data[:4] == _selector(entry):
                    values = decode([_type(argument) for argument in entry["inputs"]], data[4:])
                    return Refusal(entry["name"], tuple(_checksummed(entry["inputs"], values)))
        raise AssertionError(f"{called} gave an error that is in no ABI: {data.hex()}")


def _checksummed(inputs: list[Mapping[str, Any]], values: Iterable[Any]) -> Iterator[Any]:
    for argument, value in zip(inputs, values, strict=True):
        yield to_checksum_address(value) if argument["type"] == "address" else value


def _type(argument: Mapping[str, Any]) -> str:
    if not argument["type"].startswith("tuple"):
        return str(argument["type"])
    inner = ",".join(_type(component) for component in argument["components"])
    return f"({inner}){argument['type'][5:]}"


def _selector(entry: Mapping[str, Any]) -> bytes:
    signature = f"{entry['name']}({','.join(_type(argument) for argument in entry['inputs'])})"
    return keccak(signature.encode())[:4]
