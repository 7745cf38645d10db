"""An embedded chain: one node, one operator, no consensus, and every acknowledgement durable.

A transaction's life: `submit` checks it, commits it to the table of waiting transactions and only then
answers with its hash; `seal` executes what waits, and commits the block, its logs and the emptied table in
one transaction of the database. A process killed between any two instructions has lost nothing that it said.

Rules it keeps:

- Berlin, legacy transactions, gas price 0, accounts without balance, `GAS_LIMIT` in every header;
- a block's time is later than its parent's and never ahead of the clock;
- a transaction waits while an earlier number of its sender is missing; none ever replaces another.

::

    chain = EmbeddedChain.create(directory, chain_id=7)
    (hash_,) = chain.submit([raw])
    chain.seal()
    chain.close()
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from eth.abc import BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI, VirtualMachineAPI
from eth.chains.base import MiningChain
from eth.constants import BLANK_ROOT_HASH
from eth_typing import BlockNumber
from filelock import FileLock, Timeout

from ledger_client.embedded._admission import Waiting, check_admission, decode_transaction
from ledger_client.embedded._derived import derive
from ledger_client.embedded._errors import (
    ChainCorruptError,
    ChainExistsError,
    ChainHeldError,
    ChainSchemaError,
    ChainStorageError,
    ClockBehindError,
    NoChainError,
    PendingFullError,
    TransactionRefusedError,
)
from ledger_client.embedded._evm import GAS_LIMIT, KeyValues, found_chain, open_chain, undamaged
from ledger_client.embedded._rlp import ValidationError
from ledger_client.embedded.clock import Clock, SystemClock
from ledger_client.embedded.reader import Reader
from ledger_client.embedded.store import SCHEMA, PendingRow, Store

DATABASE_NAME = "chain.sqlite"
LOCK_NAME = "chain.lock"

MAX_PENDING = 20_000
"""Transactions that may wait at once."""

_CLOCK_TOLERANCE = 60  # seconds that sealing waits for a clock that stands before the last block


class EmbeddedChain:
    """The chain in a directory, held by this process alone.

    Attributes:
        chain_id: The id that transactions are signed for.
        genesis_hash: The hash of block 0, different for every chain ever made.
        reader: Everything that can be read, from any thread, as of the last committed block.
        clock: Where blocks take their times from.
        arrived: Set when transactions arrive, and at first; whoever makes the blocks waits for it.
    """

    def __init__(self, store: Store, lock: FileLock, clock: Clock) -> None:
        """Use `create` or `open`."""
        self._store = store
        self._lock = lock
        self._writing = threading.RLock()
        self._read_meta()
        self._values = KeyValues(store.get)
        self._chain: MiningChain = open_chain(self._values, self.chain_id)
        self.reader = Reader(store, self.chain_id, clock)
        self.clock = clock
        self._check_head()
        self._waiting = Waiting(store.pending())
        self.arrived = threading.Event()
        self.arrived.set()

    @classmethod
    def create(cls, directory: Path, *, chain_id: int, clock: Clock | None = None) -> EmbeddedChain:
        """Make a chain in `directory`, which is made too if need be, and hold it.

        Raises:
            ChainExistsError: There is one.
            ChainHeldError: Another program is making one.
            ChainDiskFullError: There is no room.
            ChainStorageError: The directory cannot be written to.
        """
        clock = clock or SystemClock()
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ChainStorageError(path=directory, detail=error.strerror or str(error)) from error
        lock = _hold(directory)
        try:
            _found(directory, chain_id, clock)
            return cls._open_held(directory, lock, clock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(cls, directory: Path, *, clock: Clock | None = None) -> EmbeddedChain:
        """Hold the chain in `directory`.

        Raises:
            NoChainError: There is none.
            ChainHeldError: Another program holds it.
            ChainSchemaError: Another version wrote it.
            ChainCorruptError: It is damaged; nothing was changed.
        """
        if not (directory / DATABASE_NAME).is_file():
            raise NoChainError(directory=directory)
        lock = _hold(directory)
        try:
            return cls._open_held(directory, lock, clock or SystemClock())
        except BaseException:
            lock.release()
            raise

    @classmethod
    def _open_held(cls, directory: Path, lock: FileLock, clock: Clock) -> EmbeddedChain:
        store = Store(directory / DATABASE_NAME)
        try:
            with undamaged(store.path):
                return cls(store, lock, clock)
        except BaseException:
            store.close()
            raise

    def _read_meta(self) -> None:
        meta = self._store.meta()
        directory = self._store.path.parent
        if not meta:
            raise NoChainError(directory=directory)
        if meta.get("schema") != SCHEMA:
            raise ChainSchemaError(directory=directory, found=meta.get("schema"), wanted=SCHEMA)
        self.chain_id = int(meta["chain_id"])
        self.genesis_hash = bytes.fromhex(meta["genesis_hash"])

    def _check_head(self) -> None:
        """Look at the two ends of the chain: what is missing in the middle is found when it is read."""
        genesis = self._chain.chaindb.get_canonical_block_hash(BlockNumber(0))
        root = self._chain.chaindb.get_canonical_head().state_root
        known = root == BLANK_ROOT_HASH or self._chain.chaindb.exists(root)
        if genesis != self.genesis_hash or not known:
            raise ChainCorruptError(path=self._store.path, detail="the first block or last state is gone")

    @property
    def path(self) -> Path:
        """The database file."""
        return self._store.path

    def close(self) -> None:
        """Let go of the directory; what waits is kept for the next holder."""
        with self._writing:
            self._store.close()
            self._lock.release()

    # -- transactions --------------------------------------------------------------------------------------

    def submit(self, raw_transactions: Sequence[bytes]) -> list[bytes | TransactionRefusedError]:
        """Take signed transactions in, durably, in one transaction of the database.

        Returns:
            For each, in order, its hash, or why it was refused. One that is known already, waiting or mined,
            is answered with its hash again.

        Raises:
            ChainDiskFullError: There is no room; none of them was taken.
            ClockBehindError: The host's clock stands before the last block, so no block could take them.
        """
        with self._writing:
            self._check_clock(self._chain.get_canonical_head())
            admitted: list[PendingRow] = []
            try:
                answers = [self._admit(raw, admitted) for raw in raw_transactions]
                if admitted:
                    self._store.add_pending(admitted)
                    self.arrived.set()
            except BaseException:
                self._waiting.remove(row.hash for row in admitted)
                raise
            return answers

    def _admit(self, raw: bytes, admitted: list[PendingRow]) -> bytes | TransactionRefusedError:
        try:
            transaction = decode_transaction(raw, self.chain_id)
            hash_: bytes = transaction.hash
            if hash_ in self._waiting or self._store.transaction(hash_) is not None:
                return hash_
            if len(self._waiting) >= MAX_PENDING:
                raise PendingFullError(waiting=len(self._waiting))
            account = self.reader.head_account(transaction.sender)
            check_admission(transaction, account.nonce, account.balance, self._waiting)
        except TransactionRefusedError as error:
            return error
        row = PendingRow(hash_, transaction.sender, transaction.nonce, raw)
        self._waiting.add(row, transaction)
        admitted.append(row)
        return hash_

    def next_nonce(self, sender: bytes) -> int:
        """Return the number that `sender` signs its next transaction with, behind all that waits."""
        with self._writing:
            return self._waiting.next_nonce(sender, self.reader.head_account(sender).nonce)

    def pending(self) -> list[bytes]:
        """Return the hashes of all that waits, in order of arrival."""
        with self._writing:
            return self._waiting.hashes()

    def pending_raw(self, hash_: bytes) -> bytes | None:
        """Return the signed bytes of a waiting transaction, or None when it does not wait."""
        with self._writing:
            return self._waiting.raw(hash_)

    def has_ready(self) -> bool:
        """Say whether a block made now would take a transaction."""
        with self._writing:
            return any(
                self._waiting.waiting_with(sender, self.reader.head_account(sender).nonce)
                for sender in self._waiting.senders()
            )

    # -- blocks --------------------------------------------------------------------------------------------

    def _check_clock(self, head: BlockHeaderAPI) -> None:
        now = self.clock.now()
        if head.timestamp - now > _CLOCK_TOLERANCE:
            raise ClockBehindError(now=now, head=head.timestamp)

    def wait_for_next_second(self) -> None:
        """Return when the clock lets a block follow the last.

        Raises:
            ClockBehindError: That would take more than a minute.
        """
        head = self._chain.get_canonical_head()
        self._check_clock(head)
        self.clock.wait_until(head.timestamp + 1)

    def seal(self, *, budget: float | None = None) -> int:
        """Make a block of what waits, an empty one if nothing does, as soon as the clock allows.

        Args:
            budget: Seconds after which no further transaction is begun; None takes all that fits.

        Returns:
            The block's number.

        Raises:
            ClockBehindError: The host's clock stands before the last block.
            ChainDiskFullError: There is no room; the transactions wait on.
            ChainCorruptError: What a transaction needs to read is damaged; it waits on.
        """
        self.wait_for_next_second()
        with self._writing:
            head = self._chain.get_canonical_head()
            timestamp = self.clock.now()
            if timestamp <= head.timestamp:  # another thread has used this second
                return self.seal(budget=budget)
            header = self._chain.create_header_from_parent(head, timestamp=timestamp, gas_limit=GAS_LIMIT)
            deadline = None if budget is None else time.monotonic() + budget
            try:
                with undamaged(self._store.path):
                    return self._seal_on(header, self._waiting.in_order(), deadline)
            finally:
                self._values.take()

    def seal_empty(self) -> int:
        """Make an empty block a second after the last one, as soon as the clock allows.

        A checkpoint stands at a fixed height, which a quiet chain reaches by empty blocks. What waits is left
        to the next block: it would be recorded as of a moment that has passed.

        Returns:
            The block's number.

        Raises:
            ClockBehindError: The host's clock stands before the last block.
            ChainDiskFullError: There is no room.
        """
        self.wait_for_next_second()
        with self._writing:
            head = self._chain.get_canonical_head()
            timestamp = head.timestamp + 1
            if timestamp > self.clock.now():  # another thread has used this second
                return self.seal_empty()
            header = self._chain.create_header_from_parent(head, timestamp=timestamp, gas_limit=GAS_LIMIT)
            try:
                with undamaged(self._store.path):
                    return self._seal_on(header, (), None)
            finally:
                self._values.take()

    def _seal_on(
        self, header: BlockHeaderAPI, waiting: Iterable[SignedTransactionAPI], deadline: float | None
    ) -> int:
        vm = self._chain.get_vm(header)
        header, transactions, receipts = _execute(vm, header, waiting, deadline)
        filled = vm.set_block_transactions_and_withdrawals(vm.get_block(), header, transactions, receipts)
        block = vm.mine_block(filled).block
        # The block was validated as it was mined.
        self._chain.persist_block(block, perform_validation=False)
        rows, logs = derive(block.number, transactions, receipts)
        self._store.add_block(self._values.take(), rows, logs)
        self._waiting.remove(row.hash for row in rows)
        number: int = block.number
        return number

    def rebuild_derived(self) -> None:
        """Write the tables of transactions and logs anew from the blocks alone."""
        with self._writing:
            self._store.replace_derived(*self.reader.derive_all())


def _execute(
    vm: VirtualMachineAPI,
    header: BlockHeaderAPI,
    waiting: Iterable[SignedTransactionAPI],
    deadline: float | None,
) -> tuple[BlockHeaderAPI, list[SignedTransactionAPI], list[ReceiptAPI]]:
    """Execute what waits on `vm` until the block or the time is full; what is not ready is left waiting."""
    transactions: list[SignedTransactionAPI] = []
    receipts: list[ReceiptAPI] = []
    for transaction in waiting:
        if deadline is not None and transactions and time.monotonic() > deadline:
            break
        if not _is_ready(vm, header, transaction):
            continue
        receipt, _ = vm.apply_transaction(header, transaction)
        header = vm.add_receipt_to_header(header, receipt)
        transactions.append(transaction)
        receipts.append(receipt)
    return header, transactions, receipts


def _is_ready(vm: VirtualMachineAPI, header: BlockHeaderAPI, transaction: SignedTransactionAPI) -> bool:
    """Say whether the number is the sender's next and the block has the gas left."""
    try:
        vm.validate_transaction_against_header(header, transaction)
        vm.state.validate_transaction(transaction)
    except ValidationError:
        return False
    return True


def _hold(directory: Path) -> FileLock:
    """Take the directory's lock; the system gives it back when the process ends in whatever way."""
    # Not bound to a thread: a server's threads share it. Not shared in a process: two chains, two holders.
    lock = FileLock(directory / LOCK_NAME, mode=0o600, thread_local=False, is_singleton=False)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise ChainHeldError(directory=directory) from error
    except OSError as error:
        raise ChainStorageError(path=directory, detail=error.strerror or str(error)) from error
    return lock


def _found(directory: Path, chain_id: int, clock: Clock) -> None:
    """Write the first block into a new database, complete or not at all."""
    path = directory / DATABASE_NAME
    # 0600 before there is anything to read in it; SQLite gives its side files the same mode.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    store = Store(path)
    try:
        if store.meta():
            raise ChainExistsError(directory=directory)
        values = KeyValues(store.get)
        # Random bytes make the first block, by which a verifier knows the chain, this chain's own.
        chain = found_chain(values, chain_id, clock.now(), secrets.token_bytes(32))
        genesis_hash = chain.get_canonical_head().hash
        meta = {"schema": SCHEMA, "chain_id": str(chain_id), "genesis_hash": genesis_hash.hex()}
        store.found(values.take(), meta)
    finally:
        store.close()
