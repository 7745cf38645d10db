"""The one hash of the ledger, on the fastest back end that was measured.

`keccak` is what this package's own code calls. Libraries below it (eth-utils, eth-account, trie, py-evm) hash
through `eth_hash.auto`, which chooses pycryptodome by itself: a twelfth of the speed. `install` gives that
shared hasher the same back end::

    from ledger_client.keccak import install, keccak

    install()
    keccak(b"").hex()[:8]   # 'c5d24601'

A computation that hashes thousands of trie nodes a block (the embedded chain) is worth the call; nothing
needs it for its result.
"""

from __future__ import annotations

from eth_hash.abc import BackendAPI, PreImageAPI
from eth_hash.auto import keccak as _shared_hasher
from eth_hash.main import Keccak256
from tiny_keccak import keccak256 as _keccak256

KECCAK_EMPTY = bytes.fromhex("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
"""The hash of no bytes: the code hash of an account without code."""


def keccak(data: bytes) -> bytes:
    """Return the 32 bytes of Keccak-256 (the Ethereum padding, not SHA-3) over `data`."""
    return _keccak256(data)


def install() -> None:
    """Make `eth_hash.auto.keccak`, which other libraries hold by reference, use the same back end.

    The hasher object is initialised anew in place, through eth-hash's own constructor, because modules have
    imported the object and not its name. Calling it again does no harm.
    """
    Keccak256.__init__(_shared_hasher, _TinyKeccakBackend())


class _TinyKeccakBackend(BackendAPI):
    """tiny-keccak as eth-hash wants it; it hashes `bytes` alone, so that a `bytearray` is copied first."""

    def keccak256(self, in_data: bytearray | bytes) -> bytes:
        return _keccak256(in_data if type(in_data) is bytes else bytes(in_data))

    def preimage(self, in_data: bytearray | bytes) -> PreImageAPI:
        return _Preimage(bytes(in_data))


class _Preimage(PreImageAPI):
    """A hash fed piece by piece: the pieces are kept, since tiny-keccak hashes at one go."""

    def __init__(self, value: bytes) -> None:
        self._parts = [value]

    def update(self, value: bytes) -> None:
        self._parts.append(bytes(value))

    def digest(self) -> bytes:
        return _keccak256(b"".join(self._parts))

    def copy(self) -> _Preimage:
        return _Preimage(b"".join(self._parts))
