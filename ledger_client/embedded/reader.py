"""What can be read of an embedded chain: blocks, accounts, calls, proofs, as of any block ever made.

Everything here reads committed state alone, so it may run while a block is being made.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eth.abc import BlockHeaderAPI, ComputationAPI, ReceiptAPI, SignedTransactionAPI, StateAPI
from eth.exceptions import HeaderNotFound, OutOfGas, Revert, VMError
from eth.rlp.accounts import Account
from eth.vm.forks.berlin.receipts import BerlinReceiptBuilder
from eth.vm.forks.berlin.transactions import BerlinTransactionBuilder
from eth.vm.spoof import SpoofTransaction
from eth_abi.abi import decode as decode_abi
from eth_abi.exceptions import DecodingError
from eth_typing import Address, BlockNumber, Hash32

from ledger_client.embedded._derived import derive
from ledger_client.embedded._errors import ChainCorruptError
from ledger_client.embedded._evm import GAS_LIMIT, KeyValues, open_chain, undamaged
from ledger_client.embedded._rlp import RLPException, ValidationError, decode, encode, trie_nodes, trie_value
from ledger_client.embedded.clock import Clock
from ledger_client.embedded.store import LogFilter, LogRow, Store, TransactionRow
from ledger_client.keccak import keccak

_ERROR_SELECTOR = bytes.fromhex("08c379a0")  # Error(string), what `require` with words returns


class CallFailedError(Exception):
    """A call ended without a result.

    Attributes:
        reason: The virtual machine's reason in words.
        data: What a revert returned: an encoded custom error.
        reverted: Whether the contract reverted, and not the machine.
    """

    def __init__(self, reason: str, data: bytes, reverted: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.data = data
        self.reverted = reverted


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is tried out and leaves no trace."""

    sender: bytes = bytes(20)
    to: bytes = b""
    """The contract; empty to try the creation of one."""
    data: bytes = b""
    value: int = 0
    gas: int = GAS_LIMIT


@dataclass(frozen=True, slots=True)
class StorageProof:
    """A storage word with the trie nodes from the account's storage root down to it."""

    slot: int
    value: int
    nodes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class AccountProof:
    """An account with the trie nodes from the state root down to it."""

    address: bytes
    account: Account
    nodes: tuple[bytes, ...]
    storage: tuple[StorageProof, ...]


@dataclass(frozen=True, slots=True)
class MinedTransaction:
    """A transaction with its place."""

    row: TransactionRow
    header: BlockHeaderAPI
    transaction: SignedTransactionAPI


class Reader:
    """The reading side of a chain."""

    def __init__(self, store: Store, chain_id: int, clock: Clock) -> None:
        self._store = store
        self._chain = open_chain(KeyValues(store.get), chain_id)
        self._db = self._chain.chaindb
        self._clock = clock
        # py-evm's objects are not made for several threads at once.
        self._lock = threading.RLock()

    # -- blocks --------------------------------------------------------------------------------------------

    def head(self) -> BlockHeaderAPI:
        """Return the header of the last block."""
        return self._db.get_canonical_head()

    def header(self, number: int) -> BlockHeaderAPI | None:
        """Return the header of block `number`, or None when there is no such block yet."""
        try:
            hash_ = self._db.get_canonical_block_hash(BlockNumber(number))
        except HeaderNotFound:
            if number > self.head().block_number:
                return None
            raise self._lacks(number) from None
        header = self.header_by_hash(hash_)
        if header is None or header.block_number != number:
            raise self._lacks(number)
        return header

    def _lacks(self, number: int) -> ChainCorruptError:
        return ChainCorruptError(path=self._store.path, detail=f"block {number} is missing")

    def header_by_hash(self, hash_: bytes) -> BlockHeaderAPI | None:
        """Return the header with this hash, or None."""
        try:
            return self._db.get_block_header_by_hash(Hash32(hash_))
        except (HeaderNotFound, RLPException):  # the hash of a trie node is no block's
            return None

    def next_header(self) -> BlockHeaderAPI:
        """Return the header that a block made now would have, for calls as of 'pending'."""
        head = self.head()
        timestamp = max(self._clock.now(), head.timestamp + 1)
        return self._chain.create_header_from_parent(head, timestamp=timestamp, gas_limit=GAS_LIMIT)

    def transactions(self, header: BlockHeaderAPI) -> Sequence[SignedTransactionAPI]:
        """Return the transactions of a block."""
        with self._lock:
            return self._db.get_block_transactions(header, BerlinTransactionBuilder)

    def transaction_rows(self, header: BlockHeaderAPI) -> list[TransactionRow]:
        """Return where the transactions of a block lie, with their senders."""
        hashes = [transaction.hash for transaction in self.transactions(header)]
        return self._store.block_transactions(header.block_number, hashes)

    def transaction(self, hash_: bytes) -> MinedTransaction | None:
        """Return a mined transaction, or None."""
        row = self._store.transaction(hash_)
        if row is None:
            return None
        header = self.header(row.block)
        if header is None:
            raise self._lacks(row.block)
        encoded = trie_value(self._db.db, header.transaction_root, encode(row.position))
        return MinedTransaction(row, header, BerlinTransactionBuilder.decode(encoded))

    def receipt(self, mined: MinedTransaction) -> ReceiptAPI:
        """Return the receipt of a mined transaction as the block's receipts root commits to it."""
        encoded = trie_value(self._db.db, mined.header.receipt_root, encode(mined.row.position))
        return BerlinReceiptBuilder.decode(encoded)

    def logs(self, wanted: LogFilter, limit: int) -> list[LogRow]:
        """Return at most `limit` of the logs asked for, in the order of the chain."""
        return self._store.logs(wanted, limit)

    def block_logs(self, block: int, first: int, end: int) -> list[LogRow]:
        """Return the logs of a block from index `first` up to, and without, `end`."""
        return self._store.block_logs(block, first, end)

    def derive_all(self) -> tuple[list[TransactionRow], list[LogRow]]:
        """Return the rows of both derived tables, worked out from the blocks alone."""
        with undamaged(self._store.path):
            return self._derive_all()

    def _derive_all(self) -> tuple[list[TransactionRow], list[LogRow]]:
        all_rows: list[TransactionRow] = []
        all_logs: list[LogRow] = []
        for number in range(self.head().block_number + 1):
            header = self.header(number)
            if header is None:
                raise self._lacks(number)
            receipts = self._db.get_receipts(header, BerlinReceiptBuilder)
            rows, logs = derive(number, self.transactions(header), receipts)
            all_rows += rows
            all_logs += logs
        return all_rows, all_logs

    # -- accounts ------------------------------------------------------------------------------------------

    def head_account(self, address: bytes) -> Account:
        """Return an account as of the last block; one that does not exist has nonce and balance 0."""
        return self.account(self.head(), address)

    def account(self, header: BlockHeaderAPI, address: bytes) -> Account:
        """Return an account as of a block."""
        return _decode_account(trie_value(self._db.db, header.state_root, keccak(address)))

    def code(self, header: BlockHeaderAPI, address: bytes) -> bytes:
        """Return the code of an account as of a block, empty when it is no contract."""
        code_hash = self.account(header, address).code_hash
        return b"" if code_hash == keccak(b"") else self._store.get(code_hash)

    def storage(self, header: BlockHeaderAPI, address: bytes, slot: int) -> int:
        """Return a storage word as of a block."""
        root = self.account(header, address).storage_root
        return _decode_word(trie_value(self._db.db, root, _slot_key(slot)))

    def proof(self, header: BlockHeaderAPI, address: bytes, slots: Sequence[int]) -> AccountProof:
        """Return the proof of an account and of storage words as of a block; of absence too."""
        account = self.account(header, address)
        nodes = trie_nodes(self._db.db, header.state_root, keccak(address))
        words = tuple(self._storage_proof(account.storage_root, slot) for slot in slots)
        return AccountProof(address, account, nodes, words)

    def _storage_proof(self, root: bytes, slot: int) -> StorageProof:
        key = _slot_key(slot)
        value = _decode_word(trie_value(self._db.db, root, key))
        return StorageProof(slot, value, trie_nodes(self._db.db, root, key))

    # -- calls ---------------------------------------------------------------------------------------------

    def call(self, header: BlockHeaderAPI, call: Call) -> bytes:
        """Execute a call on the state that `header` names and return its output.

        Raises:
            CallFailedError: It reverted, or ran out of gas, or cannot be paid for.
        """
        with self._lock:
            computation = self._try(header, call)
        if computation.is_error:
            raise _failure(computation)
        return computation.output

    def estimate_gas(self, header: BlockHeaderAPI, call: Call) -> int:
        """Return the least gas, within 1 in 64, with which `call` succeeds on the state of `header`.

        Raises:
            CallFailedError: It fails with all the gas it may have.
        """
        with self._lock:
            computation = self._try(header, call)
            if computation.is_error:
                raise _failure(computation)
            # Refunds are paid at the end, and a call hands on 63/64 of what is left (EIP-150): so what was
            # used is a lower bound, and seldom far from enough.
            lowest = _gas_used(call, computation) - 1
            highest = call.gas
            guess = min(highest, (lowest + 1) * 64 // 63 + 2300)
            while highest - lowest > 1 + lowest // 64:
                if self._try(header, _with_gas(call, guess)).is_error:
                    lowest = guess
                else:
                    highest = guess
                guess = (lowest + highest) // 2
            return highest

    def _try(self, header: BlockHeaderAPI, call: Call) -> ComputationAPI:
        """Execute `call` on a state that is thrown away.

        The block it believes to be in is `header` itself, whose state is the one *after* it, as with geth.
        """
        vm = self._chain.get_vm(header)
        state: StateAPI = vm.state
        transaction = vm.create_unsigned_transaction(
            nonce=state.get_nonce(Address(call.sender)),
            gas_price=0,
            gas=call.gas,
            to=Address(call.to),
            value=call.value,
            data=call.data,
        )
        try:
            spoof: Any = SpoofTransaction(transaction, from_=call.sender)
            return state.apply_transaction(spoof)
        except ValidationError as error:
            raise CallFailedError(str(error), b"", reverted=False) from error


def _with_gas(call: Call, gas: int) -> Call:
    return Call(call.sender, call.to, call.data, call.value, gas)


def _gas_used(call: Call, computation: ComputationAPI) -> int:
    return call.gas - computation.get_gas_remaining()


def _failure(computation: ComputationAPI) -> CallFailedError:
    error: VMError = computation.error
    if isinstance(error, Revert):
        return CallFailedError(_revert_words(computation.output), computation.output, reverted=True)
    if isinstance(error, OutOfGas):
        return CallFailedError("out of gas", b"", reverted=False)
    return CallFailedError(f"{type(error).__name__}: {error}", b"", reverted=False)


def _revert_words(data: bytes) -> str:
    """Say what a revert returned as geth does: with the words of `require` and `revert`, if it has any."""
    if not data.startswith(_ERROR_SELECTOR):
        return "execution reverted"
    try:
        (words,) = decode_abi(["string"], data[len(_ERROR_SELECTOR) :])
    except (DecodingError, UnicodeDecodeError):
        return "execution reverted"
    return f"execution reverted: {words}"


def _decode_account(encoded: bytes) -> Account:
    return decode(encoded, Account) if encoded else Account()


def _decode_word(encoded: bytes) -> int:
    return int.from_bytes(decode(encoded), "big") if encoded else 0


def _slot_key(slot: int) -> bytes:
    return keccak(slot.to_bytes(32, "big"))
