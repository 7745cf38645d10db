"""What was read of an index, as long as it stays as it is: registers and norms, asked for again and again.

All tables follow from the events up to a block, so that its hash says whether two states are the same. Within
one, `RegisterReader.remember` answers from here what was asked before; with the next block all is forgotten.
"""

from __future__ import annotations

from typing import Any

from ledger_client.index.registers import RegisterReader
from ledger_client.index.source import BlockStamp

MOST = 20_000
"""Records that are kept; all are forgotten when there are more."""


class Remembered:
    """What was read of the newest state that anybody asked about; for any number of threads."""

    def __init__(self) -> None:
        self._known: tuple[BlockStamp | None, dict[Any, Any]] = None, {}

    def lend(self, reader: RegisterReader, stamp: BlockStamp) -> None:
        """Let a reader of one state use and add to what is known of it.

        Args:
            reader: From `one_state`.
            stamp: The block up to which that state goes.
        """
        of, known = self._known
        if of != stamp or len(known) > MOST:
            # Whoever reads the state before goes on with what it has: nothing of it is found here.
            known = {}
            self._known = stamp, known
        reader.remember(known, stamp.time)
