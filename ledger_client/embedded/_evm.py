"""py-evm as this chain uses it: Berlin rules without proof of work, on a key-value store.

Everything that is peculiar to py-evm is here and in `chain.py` and `reader.py`; nothing of it leaves the
package, so that another engine can take its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eth.abc import BlockAPI, BlockHeaderAPI
from eth.chains.base import MiningChain
from eth.consensus.noproof import NoProofConsensus
from eth.db.atomic import AtomicDB
from eth.db.backends.base import BaseDB
from eth.exceptions import CanonicalHeadNotFound, HeaderNotFound
from eth.vm.forks.berlin import BerlinVM
from eth.vm.forks.byzantium.headers import configure_header, create_header_from_parent
from eth.vm.interrupt import EVMMissingData
from trie.exceptions import MissingTrieNode

from ledger_client import keccak
from ledger_client.embedded._errors import ChainCorruptError
from ledger_client.embedded._rlp import RLPException

_DAMAGE = (
    RLPException,
    MissingTrieNode,
    EVMMissingData,
    HeaderNotFound,
    CanonicalHeadNotFound,
    KeyError,
    ValueError,
)

GAS_LIMIT = 100_000_000
"""The gas of every block, fixed in each header: without it the limit drifts down from block to block.

A receipt of 100 new lots, the dearest document per line, takes about 5 million.
"""

_DIFFICULTY = 1


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """Say in words what py-evm raises over a database that lacks, or cannot read, what was committed to it.

    Raises:
        ChainCorruptError: In place of a dozen classes.
    """
    try:
        yield
    except _DAMAGE as error:
        raise ChainCorruptError(path=path, detail=f"{type(error).__name__}: {error}"[:200]) from error


def _constant_difficulty(parent: BlockHeaderAPI, timestamp: int) -> int:
    """Nobody mines here: each block weighs 1, so that the head is always the longest chain."""
    del parent, timestamp
    return _DIFFICULTY


class _QuietBerlinVM(BerlinVM):
    """Berlin without what belongs to proof of work: no difficulty bomb and no reward out of nothing."""

    consensus_class = NoProofConsensus
    create_header_from_parent = staticmethod(create_header_from_parent(_constant_difficulty))
    compute_difficulty = staticmethod(_constant_difficulty)
    configure_header = configure_header(difficulty_fn=_constant_difficulty)

    def _assign_block_rewards(self, block: BlockAPI) -> None:
        """Nobody is paid, so every balance stays 0 and no account appears that nobody used."""


def chain_class(chain_id: int) -> type[MiningChain]:
    """Return py-evm's chain with this ledger's rules, and its faster hash installed."""
    keccak.install()
    chain: type[MiningChain] = MiningChain.configure(
        __name__="EmbeddedMiningChain", vm_configuration=((0, _QuietBerlinVM),), chain_id=chain_id
    )
    return chain


class KeyValues(BaseDB):
    """A key-value view whose writes stay in memory until somebody takes them.

    `read` answers for what is committed. The chain's writer gathers a block's values here and commits them at
    one go; a reader never takes them.
    """

    def __init__(self, read: Callable[[bytes], bytes]) -> None:
        self._read = read
        self._values: dict[bytes, bytes] = {}

    def __getitem__(self, key: bytes) -> bytes:
        value = self._values.get(key)
        return self._read(key) if value is None else value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._values[key] = value

    def __delitem__(self, key: bytes) -> None:
        # Blocks are never replaced and history is never pruned, so nothing may ask for this.
        raise TypeError(f"the chain never forgets, and {key.hex()} was to be deleted")

    def _exists(self, key: bytes) -> bool:
        try:
            self[key]
        except KeyError:
            return False
        return True

    def take(self) -> dict[bytes, bytes]:
        """Return what was written since the last time, and forget it."""
        values, self._values = self._values, {}
        return values


def open_chain(values: KeyValues, chain_id: int) -> MiningChain:
    """Return py-evm's chain over `values`, which hold a first block."""
    return chain_class(chain_id)(AtomicDB(values))


def found_chain(values: KeyValues, chain_id: int, timestamp: int, extra_data: bytes) -> MiningChain:
    """Write a first block into `values` and return the chain."""
    parameters: dict[str, Any] = {
        "coinbase": bytes(20),
        "difficulty": _DIFFICULTY,
        "extra_data": extra_data,
        "gas_limit": GAS_LIMIT,
        "timestamp": timestamp,
    }
    chain = chain_class(chain_id).from_genesis(AtomicDB(values), parameters, {})
    assert isinstance(chain, MiningChain)  # noqa: S101  (from_genesis declares its base class)
    return chain
