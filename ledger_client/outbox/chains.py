"""What the outbox asks of a chain; `ledger_client.chain.Chain` answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from eth_typing import ChecksumAddress


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

    @property
    def finality_depth(self) -> int:
        """How many blocks must lie above a block until it is final; 0 where it is final at once."""

    def height(self) -> int:
        """Return the number of the newest block."""

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

    def receipts(self, transactions: Sequence[bytes]) -> Sequence[Receipt | None]:
        """Return what became of transactions, in their order; None for one that is in no block."""

    def transaction_count(self, address: ChecksumAddress) -> int:
        """Return the next number of `address`, counting those that wait."""
