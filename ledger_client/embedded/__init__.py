"""A ledger in a directory, for one machine: one node, one operator, no consensus.

It speaks Ethereum JSON-RPC, so that the client does not know the difference to any other node, and is the
only place that knows py-evm, a dormant beta that another engine may replace::

    create_chain(directory, chain_id=20_250_601)
    with EmbeddedProvider(directory) as provider:
        Web3(provider).eth.block_number
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger_client.embedded._errors import ChainExistsError
from ledger_client.embedded.clock import Clock, ManualClock, SystemClock

if TYPE_CHECKING:
    from ledger_client.embedded.provider import EmbeddedProvider

__all__ = ["ChainExistsError", "Clock", "EmbeddedProvider", "ManualClock", "SystemClock", "create_chain"]


def __getattr__(name: str) -> Any:
    """Return `EmbeddedProvider`: web3.py takes long to import, and who only makes blocks does without."""
    if name != "EmbeddedProvider":
        raise AttributeError(name)
    from ledger_client.embedded.provider import EmbeddedProvider

    return EmbeddedProvider


def create_chain(directory: Path, chain_id: int, clock: Clock | None = None) -> bytes:
    """Make a ledger in `directory`, which is made too if need be.

    Args:
        directory: Where it is to lie; it may hold other files.
        chain_id: The id that its transactions are signed for.
        clock: The clock for the first block; the host's by default.

    Returns:
        The hash of its first block, by which a verifier knows it.

    Raises:
        ChainExistsError: There is one in the directory.
        ChainDiskFullError: There is no room.
        ChainStorageError: The directory cannot be written to.
    """
    # Imported here because py-evm takes a second to import; see `provider`.
    from ledger_client.embedded.chain import EmbeddedChain

    chain = EmbeddedChain.create(directory, chain_id=chain_id, clock=clock)
    chain.close()
    return chain.genesis_hash
