"""Which transactions are taken in, and which of them wait.

A transaction is refused here if no later block could ever execute it, so that what was acknowledged is also
mined: everything but a missing earlier number is decided before the hash is returned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from eth.abc import SignedTransactionAPI
from eth.vm.forks.berlin.transactions import BerlinLegacyTransaction
from eth_keys.exceptions import BadSignature

from ledger_client.embedded._errors import (
    ChainIdError,
    FundsError,
    GasLimitError,
    NonceTakenError,
    NonceTooLowError,
    SignatureError,
    TransactionMalformedError,
    TransactionTypeError,
)
from ledger_client.embedded._evm import GAS_LIMIT
from ledger_client.embedded._rlp import RLPException, ValidationError, decode
from ledger_client.embedded.store import PendingRow

_FIRST_LIST_BYTE = 0xC0  # an RLP list, and so a legacy transaction, begins at or above it
_LAST_TYPE = 0x7F  # EIP-2718
_MAX_NONCE = 2**63 - 1  # what the database holds; a sender would need centuries


class _Transaction(BerlinLegacyTransaction):
    """A legacy transaction whose signature is checked by recovering its sender, once.

    py-evm recovers the key and then verifies the signature with it, at each look again: four of the five
    elliptic curve operations of a transaction. Whatever key is recovered verifies by construction.
    """

    def check_signature_validity(self) -> None:
        try:
            # py-evm keeps the sender with the object.
            self.sender  # noqa: B018
        except BadSignature as error:
            raise ValidationError(str(error)) from error


def decode_transaction(raw: bytes, chain_id: int) -> SignedTransactionAPI:
    """Read a signed transaction for the chain `chain_id`, and recover its sender.

    Raises:
        TransactionMalformedError: The bytes are no transaction.
        TransactionTypeError: It is a typed one (EIP-2718).
        ChainIdError: It is signed for another chain, or without one (EIP-155), so that it could be replayed.
        SignatureError: No key can have made the signature (EIP-2: its upper half counts as no signature).
    """
    if raw and raw[0] <= _LAST_TYPE:
        raise TransactionTypeError(type=raw[0])
    if not raw or raw[0] < _FIRST_LIST_BYTE:
        raise TransactionMalformedError(detail="it does not begin as a list")
    try:
        transaction: SignedTransactionAPI = decode(raw, _Transaction)
    except RLPException as error:
        raise TransactionMalformedError(detail=type(error).__name__) from error
    if transaction.chain_id != chain_id:
        raise ChainIdError(found=transaction.chain_id, wanted=chain_id)
    _check_signature(transaction)
    return transaction


def _check_signature(transaction: SignedTransactionAPI) -> None:
    if transaction.s > _HALF_ORDER:
        raise SignatureError(detail="s is in the upper half")
    try:
        transaction.check_signature_validity()
    except ValidationError as error:
        raise SignatureError(detail=str(error)) from error


_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0  # of secp256k1


class Waiting:
    """The transactions that were acknowledged and are in no block yet, in memory.

    The database is what counts; this is its decoded copy.
    """

    def __init__(self, rows: Iterable[PendingRow] = ()) -> None:
        self._rows: dict[bytes, PendingRow] = {}
        self._decoded: dict[bytes, SignedTransactionAPI] = {}
        self._by_sender: defaultdict[bytes, dict[int, bytes]] = defaultdict(dict)
        for row in rows:
            self.add(row, decode(row.raw, _Transaction))

    def __contains__(self, hash_: bytes) -> bool:
        return hash_ in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: PendingRow, transaction: SignedTransactionAPI) -> None:
        """Add one that was admitted."""
        self._rows[row.hash] = row
        self._decoded[row.hash] = transaction
        self._by_sender[row.sender][row.nonce] = row.hash

    def remove(self, hashes: Iterable[bytes]) -> None:
        """Take out those that a block has taken."""
        for hash_ in hashes:
            row = self._rows.pop(hash_, None)
            if row is None:
                continue
            del self._decoded[hash_]
            nonces = self._by_sender[row.sender]
            del nonces[row.nonce]
            if not nonces:
                del self._by_sender[row.sender]

    def hashes(self) -> list[bytes]:
        """Return all hashes in order of arrival."""
        return list(self._rows)

    def raw(self, hash_: bytes) -> bytes | None:
        """Return the signed bytes, or None."""
        row = self._rows.get(hash_)
        return row.raw if row else None

    def waiting_with(self, sender: bytes, nonce: int) -> bytes | None:
        """Return the hash of the one that waits with this number, or None."""
        return self._by_sender[sender].get(nonce) if sender in self._by_sender else None

    def next_nonce(self, sender: bytes, mined: int) -> int:
        """Return the first number from `mined` on that none of this sender's waiting ones has."""
        nonces = self._by_sender.get(sender, {})
        while mined in nonces:
            mined += 1
        return mined

    def senders(self) -> list[bytes]:
        """Return everybody of whom something waits."""
        return list(self._by_sender)

    def in_order(self) -> list[SignedTransactionAPI]:
        """Return all in order of arrival, except that each sender's own are in the order of their numbers."""
        numbers = {sender: iter(sorted(nonces)) for sender, nonces in self._by_sender.items()}
        ordered = []
        for row in self._rows.values():
            nonce = next(numbers[row.sender])
            ordered.append(self._decoded[self._by_sender[row.sender][nonce]])
        return ordered


def check_admission(transaction: SignedTransactionAPI, nonce: int, balance: int, waiting: Waiting) -> None:
    """Check a transaction against its sender's account and against what waits.

    Args:
        transaction: Its signature is checked already.
        nonce: The sender's next number at the last block.
        balance: The sender's balance.
        waiting: What waits.

    Raises:
        NonceTooLowError: The number is used, or beyond what is kept.
        NonceTakenError: Another waits with the number.
        GasLimitError: Its gas is below what any execution takes, or above a block's.
        FundsError: It offers to pay, or sends, more than the sender has.
    """
    sender = "0x" + transaction.sender.hex()
    if transaction.nonce < nonce or transaction.nonce > _MAX_NONCE:
        raise NonceTooLowError(wanted=nonce, found=transaction.nonce, sender=sender)
    other = waiting.waiting_with(transaction.sender, transaction.nonce)
    if other is not None:
        raise NonceTakenError(found=transaction.nonce, sender=sender, waiting="0x" + other.hex())
    if not transaction.intrinsic_gas <= transaction.gas <= GAS_LIMIT:
        raise GasLimitError(found=transaction.gas, lowest=transaction.intrinsic_gas, highest=GAS_LIMIT)
    cost = transaction.gas * transaction.gas_price + transaction.value
    if cost > balance:
        raise FundsError(sender=sender, found=balance, wanted=cost)
