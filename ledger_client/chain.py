"""The chain as the client sees it: blocks, calls, logs, storage, proofs, receipts, and sending.

Nothing here knows what a document is. Every number is an int, every hash bytes, every address text::

    chain = connect("http://127.0.0.1:8545")
    chain.head().number
    chain.call(ledger, data)      # raises StockInsufficientError and its like
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ledger_client.addresses import Address, address_from_bytes
from ledger_client.engines import EMBEDDED, Engine, engine_of
from ledger_client.errors import RefusedError, ShecangError, UnavailableError
from ledger_client.events import Log
from ledger_client.keccak import keccak
from ledger_client.node import Node, NodeFailedError
from ledger_client.node import connect as connect_node
from ledger_client.outbox import ChainBusyError, NonceUsedError
from ledger_client.outbox import Receipt as OutboxReceipt
from ledger_client.rpc_quantities import quantity

LOG_RANGE = 1_000
"""Blocks whose logs are asked for at once, where the node gives that many."""

PROOF_SLOTS = 100
"""Slots of one request for a proof: a node takes as long for one as for a hundred."""

# The words of geth, anvil, Besu and the embedded chain.
_ALREADY_KNOWN = ("already known", "known transaction", "already imported")
_NONCE_USED = "nonce too low"
_BUSY = (
    "txpool is full",
    "replacement transaction underpriced",
    "future transaction tries to replace pending",
    "nonce too high",
    "too distant",
    "rate limit",
)
_INTERNAL_ERROR = -32603  # of JSON-RPC: the node failed, which says nothing about the transaction
_PAUSE = 0.05  # seconds between two looks for a receipt


class BlockUnknownError(UnavailableError):
    """A node does not have a block."""

    en = "the node has no block {block}; it is behind, or the block was replaced"
    zh = "节点没有区块 {block}；节点落后，或该区块已被替换"


class ReceiptMissingError(UnavailableError):
    """A transaction is not in a block in time."""

    en = (
        "transaction 0x{transaction} was accepted and is not in a block after {seconds:g} s; "
        "it is kept, look again later"
    )
    zh = "交易 0x{transaction} 已被接受，但 {seconds:g} 秒内未入块；已保留，请稍后再查"


@dataclass(frozen=True, slots=True)
class Block:
    """A block's header, as far as the client uses it.

    Attributes:
        number: Its height.
        hash: Its hash.
        parent: The hash of the block below.
        time: Seconds since 1970.
        state_root: Root of the state after it.
    """

    number: int
    hash: bytes
    parent: bytes
    time: int
    state_root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(OutboxReceipt):
    """What became of a transaction: what the outbox asks for, and more.

    Attributes:
        transaction: Its hash.
        gas_used: What it cost.
        contract: The contract that it created, if any.
        logs: What it wrote.
    """

    transaction: bytes
    gas_used: int
    contract: Address | None
    logs: tuple[Log, ...]


@dataclass(frozen=True, slots=True)
class StorageProof:
    """One word of a contract's storage and the trie nodes that prove it."""

    slot: bytes
    value: int
    nodes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class AccountProof:
    """An account at a block, and the trie nodes that prove it and some of its words.

    Attributes:
        address: The account.
        nonce: Of the account.
        balance: In wei, 0 on these chains.
        storage_root: Root of its storage.
        code_hash: keccak of its code.
        nodes: From the state root to the account.
        storage: One proof a slot, in the order asked for.
    """

    address: Address
    nonce: int
    balance: int
    storage_root: bytes
    code_hash: bytes
    nodes: tuple[bytes, ...]
    storage: tuple[StorageProof, ...]


class Chain:
    """A chain behind a node."""

    def __init__(self, node: Node) -> None:
        self.node = node

    @cached_property
    def chain_id(self) -> int:
        """The id for which transactions are signed."""
        return int(self.node.request("eth_chainId"), 16)

    @cached_property
    def genesis_hash(self) -> bytes:
        """The hash of block 0, by which a chain is known."""
        return self.block(0).hash

    @cached_property
    def engine(self) -> Engine:
        """What kind of chain the node says it is, and what that can do."""
        return engine_of(self.node.request("web3_clientVersion"))

    # -- blocks

    @property
    def finality_depth(self) -> int:
        """How many blocks must lie above a block until it is final, as the engine says."""
        return self.engine.finality_depth

    def height(self) -> int:
        """Return the number of the newest block."""
        return quantity(self.node.request("eth_blockNumber"))

    def head(self) -> Block:
        """Return the newest block."""
        return self.block("latest")

    def final(self, depth: int | None = None) -> Block:
        """Return the newest block that is final.

        Args:
            depth: Blocks that must lie above it; what the engine says if not given.
        """
        head = self.head()
        below = self.engine.finality_depth if depth is None else depth
        return head if below == 0 else self.block(max(0, head.number - below))

    def block(self, which: int | str) -> Block:
        """Return a block by its number or tag.

        Raises:
            BlockUnknownError: The node has no such block.
        """
        return self.blocks([which])[0]

    def blocks(self, which: Sequence[int | str]) -> list[Block]:
        """Return blocks by their numbers, asked for at once.

        Raises:
            BlockUnknownError: The node lacks one of them.
        """
        found = self.node.batch([("eth_getBlockByNumber", (_tag(block), False)) for block in which])
        missing = next((block for block, raw in zip(which, found, strict=True) if raw is None), None)
        if missing is not None:
            raise BlockUnknownError(block=missing)
        return [_block(raw) for raw in found]

    def seal_up_to(self, number: int) -> None:
        """Let an embedded chain make empty blocks until it has one of that number; others make their own.

        A second passes between two blocks where the chain's time has come up to the clock's.
        """
        if self.engine is not EMBEDDED:
            return
        height = self.height()
        while height < number:
            height = quantity(self.node.request("shecang_sealEmpty"))

    # -- sending

    def send_raw(self, raw: bytes) -> bytes:
        """Send a signed transaction and return its hash; sending it again does no harm.

        Raises:
            NonceUsedError: Another transaction of the sender was recorded with its number.
            ChainBusyError: The node is full or failed; later it may take it.
            RefusedError: The node will never take it: `TransactionRejectedError`, or an embedded chain's own.
        """
        try:
            return _bytes(self.node.request("eth_sendRawTransaction", _hex(raw)))
        except RefusedError as error:
            words = error.text("en").lower()
            if any(known in words for known in _ALREADY_KNOWN):
                return keccak(raw)
            if _NONCE_USED in words:
                raise NonceUsedError from error
            if getattr(error, "code", 0) == _INTERNAL_ERROR or any(busy in words for busy in _BUSY):
                raise ChainBusyError(reason=error.text()) from error
            raise

    def send_many(self, raws: Sequence[bytes]) -> bool:
        """Send several at once; False when that failed for any, so that each must be sent by itself.

        What was taken and what not is unknown then. The embedded chain stores what comes in one batch with
        one commit.
        """
        try:
            self.node.batch([("eth_sendRawTransaction", (_hex(raw),)) for raw in raws])
        except ShecangError:
            return False
        return True

    def receipt(self, transaction: bytes) -> Receipt | None:
        """Return what became of a transaction; None while it is in no block."""
        return self.receipts([transaction])[0]

    def receipts(self, transactions: Sequence[bytes]) -> list[Receipt | None]:
        """Return what became of transactions, asked for at once; of a failed one also why."""
        found = self.node.batch([("eth_getTransactionReceipt", (_hex(each),)) for each in transactions])
        receipts = [None if raw is None else _receipt(raw) for raw in found]
        return [
            receipt if receipt is None or receipt.succeeded else self._with_reason(receipt)
            for receipt in receipts
        ]

    def _with_reason(self, receipt: Receipt) -> Receipt:
        """Execute a failed transaction again at the time of its block: receipts hold no reason.

        The state after the block comes first: it has what came before the transaction in that block. Where
        it allows what was refused, the block mended it afterwards. Then the state before is asked, at the
        time of the block, since its parent may be weeks older. There is no reason where it ran out of gas,
        and where the node keeps those states no more. Then it has failed all the same.
        """
        sent = self.node.request("eth_getTransactionByHash", _hex(receipt.transaction))
        if sent is None:  # its block was replaced in between
            return receipt
        call = {"from": sent["from"], "data": sent["input"], "gas": sent["gas"]}
        call |= {"to": sent["to"]} if sent.get("to") else {}
        for state in self._states_at(receipt.block_number):
            try:
                data = self.node.revert_data("eth_call", call, *state)
            except NodeFailedError:
                continue
            if data is not None:
                return replace(receipt, revert_data=data)
        return receipt

    def _states_at(self, number: int) -> Iterator[tuple[Any, ...]]:
        """Give the state after a block and the one before it, both at its time, as `eth_call` takes them."""
        yield (_tag(number),)
        header = self.node.request("eth_getBlockByNumber", _tag(number), False)
        if header is not None:  # its block was replaced in between
            yield (_tag(number - 1), {}, {"time": header["timestamp"]})

    def wait(self, transactions: Sequence[bytes], seconds: float = 60) -> list[Receipt]:
        """Return the receipts of transactions as soon as all are in blocks.

        Raises:
            ReceiptMissingError: One is not after `seconds`.
        """
        deadline = time.monotonic() + seconds
        while True:
            receipts = self.receipts(transactions)
            complete = [receipt for receipt in receipts if receipt is not None]
            if len(complete) == len(receipts):
                return complete
            if time.monotonic() > deadline:
                late = transactions[receipts.index(None)]
                raise ReceiptMissingError(transaction=late.hex(), seconds=seconds)
            time.sleep(_PAUSE)

    def transaction_count(self, address: str) -> int:
        """Return the next nonce of an account, what waits for a block included."""
        return quantity(self.node.request("eth_getTransactionCount", address, "pending"))

    # -- reading contracts

    def call(self, to: str, data: bytes, block: int | str = "latest", *, sender: str | None = None) -> bytes:
        """Return what a function answers at a block, without a transaction.

        Raises:
            RevertError: The contract refuses; which one says why.
        """
        request = {"to": to, "data": _hex(data)} | ({"from": sender} if sender else {})
        return _bytes(self.node.request("eth_call", request, _tag(block)))

    def calls(self, calls: Sequence[tuple[str, bytes]], block: int | str = "latest") -> list[bytes]:
        """Return the answers of many functions at one block, asked for at once."""
        requests = [("eth_call", ({"to": to, "data": _hex(data)}, _tag(block))) for to, data in calls]
        return [_bytes(answer) for answer in self.node.batch(requests)]

    def estimate_gas(self, sender: str, to: str | None, data: bytes) -> int:
        """Return how much gas a transaction would use now.

        Raises:
            RevertError: The contract would refuse it; which one says why.
        """
        request = {"from": sender, "data": _hex(data)} | ({"to": to} if to else {})
        return quantity(self.node.request("eth_estimateGas", request))

    def code(self, address: str, block: int | str = "latest") -> bytes:
        """Return the code of a contract, none where there is no contract."""
        return _bytes(self.node.request("eth_getCode", address, _tag(block)))

    def storage(self, address: str, slots: Sequence[bytes], block: int | str = "latest") -> list[int]:
        """Return words of a contract's storage, asked for at once."""
        requests = [("eth_getStorageAt", (address, _hex(slot), _tag(block))) for slot in slots]
        return [int(word, 16) for word in self.node.batch(requests)]

    def logs(self, addresses: Sequence[str], first: int, last: int) -> Iterator[list[Log]]:
        """Give the logs of contracts from block `first` to `last`, a range of blocks at a time, in order.

        Raises:
            NodeFailedError: The node does not give the logs even of one block.
        """
        start, span = first, LOG_RANGE
        while start <= last:
            end = min(start + span - 1, last)
            query = {"address": list(addresses), "fromBlock": hex(start), "toBlock": hex(end)}
            try:
                raws = self.node.request("eth_getLogs", query)
            except NodeFailedError:
                # A node bounds the blocks that it looks through, or the logs of one answer, in its own words.
                if start == end:
                    raise
                span = (end - start + 1) // 2
                continue
            logs = [Log.from_rpc(raw) for raw in raws]
            yield sorted(logs, key=lambda log: (log.place.block, log.place.index))
            start = end + 1

    def proof(self, address: str, slots: Sequence[bytes], block: int | str) -> AccountProof:
        """Return the proof of an account and of words of its storage at a block, which must be a number.

        Args:
            address: The contract.
            slots: 32 bytes each.
            block: Number of the block.
        """
        chunks = [slots[at : at + PROOF_SLOTS] for at in range(0, len(slots), PROOF_SLOTS)] or [()]
        answers = self.node.batch(
            [("eth_getProof", (address, [_hex(slot) for slot in chunk], _tag(block))) for chunk in chunks]
        )
        asked = [slot for chunk in chunks for slot in chunk]
        given = [entry for answer in answers for entry in answer["storageProof"]]
        return _account_proof(answers[0], asked, given)


def connect(address: str) -> Chain:
    """Return the chain at an address: `http(s)://…`, a unix socket, or the directory of an embedded ledger.

    Raises:
        AddressKindError: It is none of these.
    """
    return Chain(connect_node(address))


def _block(raw: dict[str, Any]) -> Block:
    return Block(
        number=quantity(raw["number"]),
        hash=_bytes(raw["hash"]),
        parent=_bytes(raw["parentHash"]),
        time=quantity(raw["timestamp"]),
        state_root=_bytes(raw["stateRoot"]),
    )


def _receipt(raw: dict[str, Any]) -> Receipt:
    created = raw.get("contractAddress")
    return Receipt(
        transaction=_bytes(raw["transactionHash"]),
        succeeded=int(raw["status"], 16) == 1,
        block_number=quantity(raw["blockNumber"]),
        block_hash=_bytes(raw["blockHash"]),
        gas_used=quantity(raw["gasUsed"]),
        contract=address_from_bytes(_bytes(created)) if created else None,
        logs=tuple(Log.from_rpc(log) for log in raw["logs"]),
    )


def _account_proof(
    raw: dict[str, Any], slots: Sequence[bytes], given: Sequence[dict[str, Any]]
) -> AccountProof:
    storage = tuple(
        StorageProof(slot, int(entry["value"], 16), tuple(_bytes(node) for node in entry["proof"]))
        for slot, entry in zip(slots, given, strict=True)
    )
    return AccountProof(
        address=address_from_bytes(_bytes(raw["address"])),
        nonce=int(raw["nonce"], 16),
        balance=int(raw["balance"], 16),
        storage_root=_bytes(raw["storageHash"]),
        code_hash=_bytes(raw["codeHash"]),
        nodes=tuple(_bytes(node) for node in raw["accountProof"]),
        storage=storage,
    )


def _tag(block: int | str) -> str:
    return block if isinstance(block, str) else hex(block)


def _hex(data: bytes) -> str:
    return f"0x{data.hex()}"


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
