"""RLP and the trie, as typed functions: the libraries declare no types for what is used here."""

from __future__ import annotations

from typing import Any

from eth_utils.exceptions import ValidationError
from rlp.codec import decode as _decode
from rlp.codec import encode as _encode
from rlp.exceptions import RLPException
from trie.hexary import HexaryTrie

__all__ = ["RLPException", "ValidationError", "decode", "encode", "trie_nodes", "trie_value"]

_SMALLEST_HASHED_NODE = 32  # bytes; a shorter trie node lies inside its parent and is no part of a proof


def encode(item: object) -> bytes:
    """Return the RLP of `item`."""
    return bytes(_encode(item))  # type: ignore[no-untyped-call]


def decode(data: bytes, sedes: Any = None) -> Any:
    """Read RLP, into an object of `sedes` if given.

    Raises:
        RLPException: It is none, not the shortest form, or does not fit.
    """
    return _decode(data, sedes)  # type: ignore[no-untyped-call]


def trie_value(db: Any, root: bytes, key: bytes) -> bytes:
    """Return what the trie `root` in `db` holds under `key`, empty when nothing."""
    return bytes(HexaryTrie(db, root)[key])


def trie_nodes(db: Any, root: bytes, key: bytes) -> tuple[bytes, ...]:
    """Return the encoded nodes from `root` down to `key`, as `eth_getProof` gives them.

    They prove absence as well. A node that lies inside its parent is left out; an empty trie has no nodes.
    """
    nodes = [encode(node) for node in HexaryTrie(db, root).get_proof(key)]  # type: ignore[no-untyped-call]
    return (*nodes[:1], *(node for node in nodes[1:] if len(node) >= _SMALLEST_HASHED_NODE))
