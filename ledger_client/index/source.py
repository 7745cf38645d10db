"""What the index asks of a chain: three questions, answered by any engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger_client.events import Log


@dataclass(frozen=True, slots=True)
class BlockStamp:
    """A block as far as the index needs it.

    Attributes:
        number: Its height.
        hash: 32 bytes.
        time: Block time, seconds since 1970.
    """

    number: int
    hash: bytes
    time: int


class LogSource(Protocol):
    """A chain that can be followed."""

    def head(self) -> int:
        """Return the number of the newest block."""

    def block(self, number: int) -> BlockStamp | None:
        """Return a block, or None when the chain is not that long."""

    def logs(self, first: int, last: int) -> Sequence[Log]:
        """Return all logs of the ledger's contracts in blocks `first` to `last`, both included, in order."""
