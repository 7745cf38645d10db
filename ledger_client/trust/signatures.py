"""Signatures in files: 64 bytes, r ‖ vs (EIP-2098), of which each has one form only."""

from __future__ import annotations

from ledger_client.addresses import Address
from ledger_client.signers import CompactSignature, recover_signer

SIGNATURE_BYTES = 64

_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_S_BITS = (1 << 255) - 1


def signed_by(digest: bytes, signature: bytes) -> Address | None:
    """Return who signed the 32 bytes of `digest`, or None where nobody did, or not in the one form."""
    r, vs = signature[:32], signature[32:]
    # The other of the two values of s that fit would be another text for the same statement.
    if len(signature) != SIGNATURE_BYTES or int.from_bytes(vs, "big") & _S_BITS > _HALF_ORDER:
        return None
    return recover_signer(digest, CompactSignature(r, vs))
