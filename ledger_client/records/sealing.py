"""Encryption of records: one data key each, wrapped by the store's key (AES-256-GCM both times).

The associated data of every ciphertext names what it belongs to, so that a row moved to another id does
not open. A data key is used for one ciphertext; a record that is stored again gets a new one. Deleting the
wrapped data key makes the ciphertext noise. Copies of the database made before still hold both: delete them
too.
"""

from __future__ import annotations

import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger_client.files import FileUnavailableError, read_limited, write_new_private
from ledger_client.records._errors import RecordsKeyMissingError, RecordsKeyModeError

KEY_BYTES = 32
_NONCE_BYTES = 12


class SealBrokenError(Exception):
    """A ciphertext does not open: another key, another place, or changed. Never leaves this package."""


@dataclass(frozen=True, slots=True)
class RecordsKey:
    """The key that wraps the data keys of one records store; its value is not shown."""

    value: bytes

    def __repr__(self) -> str:
        return "RecordsKey(…)"

    @classmethod
    def create(cls, path: Path) -> RecordsKey:
        """Make a new key and keep it at `path`, mode 0600, written whole or not at all.

        Raises:
            FileExistsAlreadyError: There is one: overwriting it would destroy every record.
        """
        key = cls(secrets.token_bytes(KEY_BYTES))
        write_new_private(path, key.value)
        return key

    @classmethod
    def read(cls, path: Path) -> RecordsKey:
        """Read the key at `path`.

        Raises:
            RecordsKeyMissingError: It is not there, or not 32 bytes.
            RecordsKeyModeError: Others may read it.
        """
        try:
            value = read_limited(path, KEY_BYTES * 32)
            mode = stat.S_IMODE(path.stat().st_mode)
        except (FileUnavailableError, FileNotFoundError) as error:
            raise RecordsKeyMissingError(path=path) from error
        if len(value) != KEY_BYTES:
            raise RecordsKeyMissingError(path=path)
        if mode & 0o077:
            raise RecordsKeyModeError(path=path, mode=f"{mode:04o}")
        return cls(value)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A ciphertext with its data key, which is wrapped."""

    wrapped_key: bytes
    ciphertext: bytes


def seal(key: RecordsKey, place: str, plaintext: bytes) -> Sealed:
    """Encrypt `plaintext` for `place` under a new data key."""
    data_key = AESGCM.generate_key(bit_length=256)
    return Sealed(
        _encrypt(key.value, f"key {place}", data_key), _encrypt(data_key, f"content {place}", plaintext)
    )


def unseal(key: RecordsKey, place: str, sealed: Sealed) -> bytes:
    """Decrypt what was sealed for `place`.

    Raises:
        SealBrokenError: The key or the place is another one, or a byte was changed.
    """
    data_key = _decrypt(key.value, f"key {place}", sealed.wrapped_key)
    return _decrypt(data_key, f"content {place}", sealed.ciphertext)


def _encrypt(key: bytes, place: str, plaintext: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, place.encode())


def _decrypt(key: bytes, place: str, ciphertext: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError from error
