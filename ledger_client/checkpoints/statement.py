"""What a witness signs: one block, and the block that it signed before.

::

    Checkpoint(bytes32 genesis,uint64 number,bytes32 blockHash,bytes32 stateRoot,
               uint64 previousNumber,bytes32 previousHash)

as EIP-712 typed data in the domain (chain id, StockLedger). Every statement names its predecessor, so that a
witness who signs two histories convicts itself. The first one names block 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger_client.addresses import Address, address_from_bytes, address_to_bytes
from ledger_client.canonical import NUMBER_LIMIT
from ledger_client.keccak import keccak
from ledger_client.signers import Signer
from ledger_client.trust import Trust
from ledger_client.trust.signatures import SIGNATURE_BYTES, signed_by

CHECKPOINT_TYPEHASH = keccak(
    b"Checkpoint(bytes32 genesis,uint64 number,bytes32 blockHash,bytes32 stateRoot,"
    b"uint64 previousNumber,bytes32 previousHash)"
)

_MEMBERS = frozenset(
    {"witness", "number", "block_hash", "state_root", "previous_number", "previous_hash", "signature"}
)


class StatementFormError(ValueError):
    """Something is no statement; the text says why, in English, for a sentence."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a witness said about one block.

    Attributes:
        witness: Who signed.
        number: Height of the block.
        block_hash: Its hash, 32 bytes.
        state_root: Root of the state after it, 32 bytes.
        previous_number: Height of the block that the witness signed before, 0 for none.
        previous_hash: Its hash; of block 0 where there is none.
        signature: 64 bytes, r ‖ vs (EIP-2098).
    """

    witness: Address
    number: int
    block_hash: bytes
    state_root: bytes
    previous_number: int
    previous_hash: bytes
    signature: bytes = b""

    def digest(self, trust: Trust) -> bytes:
        """Return the 32 bytes that the witness signs."""
        struct = keccak(
            CHECKPOINT_TYPEHASH
            + trust.genesis_hash
            + _word(self.number)
            + self.block_hash
            + self.state_root
            + _word(self.previous_number)
            + self.previous_hash
        )
        return keccak(b"\x19\x01" + trust.domain + struct)

    def signed(self, trust: Trust, signer: Signer) -> Statement:
        """Return the same, signed by its witness."""
        signature = signer.sign_digest(self.digest(trust))
        return Statement(
            signer.address,
            self.number,
            self.block_hash,
            self.state_root,
            self.previous_number,
            self.previous_hash,
            signature.r + signature.vs,
        )

    def is_valid(self, trust: Trust) -> bool:
        """Whether one of the trust file's witnesses signed it, about a height at which they sign."""
        if self.witness not in trust.witnesses or self.number % trust.spacing or not self.number:
            return False
        if self.previous_number >= self.number or self.previous_number % trust.spacing:
            return False
        if not self.previous_number and self.previous_hash != trust.genesis_hash:
            return False
        return signed_by(self.digest(trust), self.signature) == self.witness

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "witness": address_to_bytes(self.witness).hex(),
            "number": self.number,
            "block_hash": self.block_hash.hex(),
            "state_root": self.state_root.hex(),
            "previous_number": self.previous_number,
            "previous_hash": self.previous_hash.hex(),
            "signature": self.signature.hex(),
        }

    @classmethod
    def from_dict(cls, raw: Any) -> Statement:
        """Return the statement of a JSON form, whoever signed it.

        Raises:
            StatementFormError: It is none.
        """
        if not isinstance(raw, dict) or raw.keys() != _MEMBERS:
            raise StatementFormError("other members than it should have")
        return cls(
            witness=address_from_bytes(_bytes(raw, "witness", 20)),
            number=_number(raw, "number"),
            block_hash=_bytes(raw, "block_hash", 32),
            state_root=_bytes(raw, "state_root", 32),
            previous_number=_number(raw, "previous_number"),
            previous_hash=_bytes(raw, "previous_hash", 32),
            signature=_bytes(raw, "signature", SIGNATURE_BYTES),
        )


def _number(raw: Mapping[str, Any], name: str) -> int:
    value = raw[name]
    # True is an int, and is no number here.
    if type(value) is not int or not 0 <= value < NUMBER_LIMIT:
        raise StatementFormError(name)
    return value


def _bytes(raw: Mapping[str, Any], name: str, length: int) -> bytes:
    text = raw[name]
    try:
        value = bytes.fromhex(text)
    except (TypeError, ValueError) as error:
        raise StatementFormError(name) from error
    if len(value) != length or value.hex() != text:
        raise StatementFormError(name)
    return value


def _word(value: int) -> bytes:
    return value.to_bytes(32, "big")
