"""Signers: who holds a key and signs with it.

The client takes a `Signer` as an argument and never learns where its key lives::

    signer = KeystoreSigner.open(Path("keys/keeper.json"), passphrase)
    raw = signer.sign_transaction({"chainId": 1337, "nonce": 0, "gas": 500_000, "to": ledger, "data": data})
    consent = signer.sign_digest(digest)   # EIP-712 digest of a consent, in the compact form of EIP-2098

Transactions are legacy ones with a chain id (EIP-155) and gas price 0: on a permissioned chain that runs the
Berlin rules nobody pays, and a signature for one chain is worth nothing on another.

No method returns a key, and nothing here prints or logs one.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rlp
from coincurve import PrivateKey
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_typing import ChecksumAddress
from eth_utils.exceptions import ValidationError
from rlp.exceptions import DecodingError

from ledger_client.addresses import address_from_bytes, address_to_bytes
from ledger_client.errors import UsageError
from ledger_client.keccak import keccak
from ledger_client.keystores import open_keystore

_S_BITS = (1 << 255) - 1
_S_HIGHEST = 0x7FFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_5D576E73_57A4501D_DFE92F46_681B20A0
"""Half the order of secp256k1: above it the same signature has a second form (EIP-2)."""
_SIGNED_FIELDS = 9
_LONGEST = 1 << 17
"""Bytes of a signed transaction; nodes take no longer ones, and very many parts take minutes to read."""
_LEGACY_FIELDS = frozenset({"chainId", "nonce", "gas", "gasPrice", "to", "value", "data"})


class EnvironmentKeyError(UsageError):
    """An environment variable holds no private key."""

    en = "{variable} holds no private key: it should be 64 hexadecimal digits. Its value is not shown"
    zh = "环境变量 {variable} 中没有私钥：应为 64 位十六进制数字。此处不显示其内容"


class TransactionFieldsError(UsageError):
    """A transaction is not a legacy one with a chain id, or lacks a field."""

    en = "a transaction needs chainId, nonce, gas and data, and takes to, value and gasPrice: {problem}"
    zh = "交易须含 chainId、nonce、gas、data，可含 to、value、gasPrice：{problem}"


class KeyAbsentError(UsageError):
    """Something is to be signed by a key that is elsewhere."""

    en = (
        "the key of {address} is not here, and this is signed at once: do it where the key is; "
        "`shecang sign` signs what was prepared elsewhere"
    )
    zh = (
        "{address} 的密钥不在此处，而此事须当场签署：请在密钥所在处办理；他处编制的内容用 `shecang sign` 签署"
    )


class TransactionRawError(UsageError):
    """Bytes are no signed transaction of the kind that this ledger takes."""

    en = "these bytes are no signed legacy transaction with a chain id ({problem}); sign the draft anew"
    zh = "所给字节不是带链编号的已签署交易（{problem}）；请重新签署草稿"


@dataclass(frozen=True, slots=True)
class CompactSignature:
    """A signature in the compact form of EIP-2098, as the contracts take it.

    Attributes:
        r: 32 bytes.
        vs: 32 bytes: s, with the parity of y in the top bit.
    """

    r: bytes
    vs: bytes


class Signer(ABC):
    """Something that signs for one address."""

    @property
    @abstractmethod
    def address(self) -> ChecksumAddress:
        """The address that it signs for."""

    @property
    @abstractmethod
    def is_demo(self) -> bool:
        """Whether its key is a demo key, cheap to open and worth nothing."""

    @abstractmethod
    def sign_digest(self, digest: bytes) -> CompactSignature:
        """Return the signature over the 32 bytes of an EIP-712 digest, such as that of a consent.

        Whoever calls it vouches for the digest: 32 bytes do not show what they mean.
        """

    @abstractmethod
    def sign_transaction(self, fields: Mapping[str, Any]) -> bytes:
        """Return the raw bytes of a signed legacy transaction.

        Args:
            fields: `chainId`, `nonce`, `gas`, `data`, and where needed `to` (absent: a contract is created),
                `value` and `gasPrice` (0 unless given).

        Raises:
            TransactionFieldsError: A field is missing or belongs to another kind of transaction.
        """


class LocalSigner(Signer):
    """A signer whose key is in this process's memory; see its two constructors by source below."""

    def __init__(self, account: LocalAccount, *, is_demo: bool) -> None:
        # libsecp256k1 itself signs: what eth-account does around a signature takes several times as long.
        self._address = account.address
        self._key = PrivateKey(bytes(account.key))
        self._is_demo = is_demo

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address})"

    @property
    def address(self) -> ChecksumAddress:
        """The address that it signs for."""
        return self._address

    @property
    def is_demo(self) -> bool:
        """Whether its key is a demo key."""
        return self._is_demo

    def sign_digest(self, digest: bytes) -> CompactSignature:
        """See `Signer.sign_digest`."""
        r, s, parity = self._sign(_digest_of_32(digest))
        return CompactSignature(r=r, vs=bytes([s[0] | parity << 7]) + s[1:])

    def sign_transaction(self, fields: Mapping[str, Any]) -> bytes:
        """See `Signer.sign_transaction`."""
        transaction = legacy_transaction(fields)
        chain_id = transaction["chainId"]
        covered = [
            *(transaction[name] for name in ("nonce", "gasPrice", "gas")),
            _address_bytes(transaction["to"]),
            transaction["value"],
            bytes(transaction["data"]),
        ]
        r, s, parity = self._sign(keccak(_rlp([*covered, chain_id, 0, 0])))
        v = 35 + 2 * chain_id + parity
        return _rlp([*covered, v, int.from_bytes(r, "big"), int.from_bytes(s, "big")])

    def _sign(self, digest: bytes) -> tuple[bytes, bytes, int]:
        """Return r, s (in the lower half, so that its top bit is free) and the parity of y."""
        signature = self._key.sign_recoverable(digest, hasher=None)
        return signature[:32], signature[32:64], signature[64]


class KeystoreSigner(LocalSigner):
    """Signs with a key from an eth-account keystore (version 3) that a passphrase opens."""

    @classmethod
    def open(cls, path: Path, passphrase: str) -> KeystoreSigner:
        """Open the keystore at `path`.

        Raises:
            PassphraseError: The passphrase is not the one of this file.
            KeystoreError: The file is no keystore.
            KeystoreModeError: Others than its owner may read it.
        """
        key, is_demo = open_keystore(path, passphrase)
        return cls(Account.from_key(key), is_demo=is_demo)


class EnvironmentSigner(LocalSigner):
    """Signs with a private key that the caller took from an environment variable.

    The library itself reads no environment: the command line passes the variable's name and its value.
    """

    @classmethod
    def from_value(cls, variable: str, value: str) -> EnvironmentSigner:
        """Take the private key `value` (64 hexadecimal digits, 0x or not) of the variable `variable`.

        Raises:
            EnvironmentKeyError: It is no private key. The error names the variable and never the value.
        """
        if not re.fullmatch(r"(0x)?[0-9a-fA-F]{64}", value.strip()):
            raise EnvironmentKeyError(variable=variable)
        try:
            account = Account.from_key(value.strip())
        except (ValueError, ValidationError):
            # Without the cause: its text holds the key.
            raise EnvironmentKeyError(variable=variable) from None
        return cls(account, is_demo=False)


class AbsentSigner(Signer):
    """Somebody whose key is elsewhere: known by address, and signs nothing here."""

    def __init__(self, address: ChecksumAddress) -> None:
        self._address = address

    @property
    def address(self) -> ChecksumAddress:
        """The address that it would sign for."""
        return self._address

    @property
    def is_demo(self) -> bool:
        """Nobody knows; it is taken for a real one."""
        return False

    def sign_digest(self, digest: bytes) -> CompactSignature:  # noqa: ARG002 -- the signature is `Signer`'s
        """Refuse.

        Raises:
            KeyAbsentError: Always.
        """
        raise KeyAbsentError(address=self._address)

    def sign_transaction(self, fields: Mapping[str, Any]) -> bytes:  # noqa: ARG002 -- likewise
        """Refuse.

        Raises:
            KeyAbsentError: Always.
        """
        raise KeyAbsentError(address=self._address)


def legacy_transaction(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a legacy transaction with its defaults: value 0, gas price 0.

    Raises:
        TransactionFieldsError: A field is missing or belongs to another kind of transaction.
    """
    missing = {"chainId", "nonce", "gas", "data"} - fields.keys()
    foreign = fields.keys() - _LEGACY_FIELDS
    if missing or foreign:
        raise TransactionFieldsError(problem=", ".join(sorted(missing) or sorted(foreign)))
    transaction = {"value": 0, "gasPrice": 0, **fields}
    transaction["to"] = transaction.get("to") or ""
    return transaction


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """What raw bytes say that somebody signed.

    Attributes:
        sender: Who signed.
        chain_id: For which chain.
        nonce: Number among the sender's.
        gas_price: What it offers.
        gas: The most gas that it may use.
        to: The contract; None creates one.
        value: What it pays.
        data: The calldata.
    """

    sender: ChecksumAddress
    chain_id: int
    nonce: int
    gas_price: int
    gas: int
    to: ChecksumAddress | None
    value: int
    data: bytes


def read_transaction(raw: bytes) -> SignedTransaction:
    """Return what a signed legacy transaction says, and who signed it.

    Raises:
        TransactionRawError: It is none with a chain id, is written in another way, or nobody signed it.
    """
    if len(raw) > _LONGEST:
        raise TransactionRawError(problem="it is longer than any node takes")
    try:
        fields: list[bytes] = rlp.decode(raw)  # type: ignore[attr-defined, no-untyped-call]
        numbers = [_rlp_number(fields[at]) for at in (0, 1, 2, 4, 6, 7, 8)]
    except (DecodingError, ValueError, TypeError, IndexError, RecursionError) as error:
        raise TransactionRawError(problem="it is no legacy transaction") from error
    is_text = len(fields) == _SIGNED_FIELDS and all(isinstance(fields[at], bytes) for at in (3, 5))
    if not is_text or len(fields[3]) not in (0, 20):
        raise TransactionRawError(problem="it is no legacy transaction")
    nonce, gas_price, gas, value, v, r, s = numbers
    chain_id, parity = divmod(v - 35, 2)
    if chain_id < 1 or max(nonce, gas_price, gas, value) >> 64 or max(r, s) >> 256 or s > _S_HIGHEST:
        raise TransactionRawError(problem="it is for no chain, or a number is out of range")
    digest = keccak(_rlp([nonce, gas_price, gas, fields[3], value, fields[5], chain_id, 0, 0]))
    vs = (parity << 255 | s).to_bytes(32, "big")
    sender = recover_signer(digest, CompactSignature(r.to_bytes(32, "big"), vs))
    if sender is None:
        raise TransactionRawError(problem="nobody signed it")
    to = address_from_bytes(fields[3]) if fields[3] else None
    return SignedTransaction(sender, chain_id, nonce, gas_price, gas, to, value, fields[5])


def _rlp_number(text: bytes) -> int:
    """Return a number in RLP.

    Raises:
        ValueError: It begins with zeros.
        TypeError: It is a list.
    """
    if not isinstance(text, bytes):
        raise TypeError(text)
    if text.startswith(b"\0"):
        raise ValueError(text)
    return int.from_bytes(text, "big")


def _address_bytes(to: str) -> bytes:
    address = address_to_bytes(to) if to else b""
    if len(address) not in (0, 20):
        raise TransactionFieldsError(problem=f"to is {to!r}")
    return address


def _rlp(items: Sequence[int | bytes]) -> bytes:
    encoded: bytes = rlp.encode(items)  # type: ignore[attr-defined, no-untyped-call]
    return encoded


def recover_signer(digest: bytes, signature: CompactSignature) -> ChecksumAddress | None:
    """Return the address that signed the 32 bytes of `digest`, or None where nobody did."""
    vs = int.from_bytes(signature.vs, "big")
    vrs = (vs >> 255, int.from_bytes(signature.r, "big"), vs & _S_BITS)
    try:
        return (
            Signature(vrs=vrs).recover_public_key_from_msg_hash(_digest_of_32(digest)).to_checksum_address()
        )
    except (BadSignature, ValidationError):
        return None


def _digest_of_32(digest: bytes) -> Any:
    """Return `digest`, which is 32 bytes: a shorter one would be signed without a word."""
    if len(digest) != 32:
        raise ValueError("a digest has 32 bytes")
    return digest
