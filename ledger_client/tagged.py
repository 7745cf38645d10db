"""Digests over several values that can be read in one way only.

Everything that this client hashes by itself (identifiers, names, bodies) goes through `tagged_digest`::

    keccak256( field(tag) ‖ field(value 1) ‖ field(value 2) ‖ … )
    field(x) = length of x in bytes (4 bytes, big endian) ‖ x

The lengths make it unambiguous: no two different lists of values have the same bytes. The tag names what is
hashed and its version, so that a supplier's identifier is never an issuer's by accident. Text is UTF-8.
"""

from __future__ import annotations

from ledger_client.keccak import keccak


def tagged_digest(tag: str, *fields: bytes) -> bytes:
    """Return the keccak of `tag` and `fields`, each preceded by its length.

    Args:
        tag: What is hashed, such as `shecang/supplier/1`.
        fields: The values, in the order that the caller documents.

    Returns:
        32 bytes.
    """
    parts = (tag.encode(), *fields)
    return keccak(b"".join(len(part).to_bytes(4, "big") + part for part in parts))


def tagged_id(tag: str, *fields: bytes) -> int:
    """Return the first 160 bits of `tagged_digest`, the form of most identifiers on chain."""
    return int.from_bytes(tagged_digest(tag, *fields)[:20], "big")
