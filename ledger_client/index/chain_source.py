"""A chain behind a node, as index and audit ask for it."""

from __future__ import annotations

from collections.abc import Sequence

from ledger_client.chain import BlockUnknownError, Chain
from ledger_client.contracts import Deployment
from ledger_client.events import Log
from ledger_client.index.source import BlockStamp


class ChainSource:
    """The contracts of one deployment on one chain; satisfies `LogSource` and `AuditSource`.

    Args:
        chain: The chain.
        deployment: Where the contracts are; verified by the caller.
    """

    def __init__(self, chain: Chain, deployment: Deployment) -> None:
        self._chain = chain
        self._addresses = dict(deployment.addresses)

    def head(self) -> int:
        """Return the number of the newest block."""
        return self._chain.head().number

    def block(self, number: int) -> BlockStamp | None:
        """Return a block, or None when the chain is not that long."""
        try:
            found = self._chain.block(number)
        except BlockUnknownError:
            return None
        return BlockStamp(found.number, found.hash, found.time)

    def logs(self, first: int, last: int) -> Sequence[Log]:
        """Return all logs of the contracts in blocks `first` to `last`, in order."""
        ranges = self._chain.logs(list(self._addresses.values()), first, last)
        return [log for logs in ranges for log in logs]

    def storage(self, contract: str, slots: Sequence[bytes], block: int) -> Sequence[int]:
        """Return words of the storage of a contract, called by its name, at a block."""
        return self._chain.storage(self._addresses[contract], slots, block)
