"""Keystore files: private keys under a passphrase, in the version 3 form of eth-account.

A demo key is one that is cheap to open. It says so in its file (`"shecang": {"demo": true}`), and a file
whose scrypt cost is below `WEAK_SCRYPT_COST` counts as one even without the mark, so that removing the mark
does not make a real key of it.
"""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_keyfile.exceptions import EthKeyfileValueError
from eth_keyfile.keyfile import create_keyfile_json, decode_keyfile_json
from eth_typing import ChecksumAddress
from eth_utils.address import is_address, to_checksum_address

from ledger_client.errors import UnavailableError, UsageError
from ledger_client.files import read_limited, write_new_private
from ledger_client.json_text import require_shallow

KEYSTORE_LIMIT = 65_536  # bytes; a keystore has about 500
SCRYPT_COST = 262_144  # N, the default of eth-account: about 0.7 s and 256 MiB to open
DEMO_SCRYPT_COST = 2  # N: about 2 ms, for keys that are worth nothing
WEAK_SCRYPT_COST = 65_536  # N below which a key counts as a demo key


class KeystoreError(UnavailableError):
    """A file is no keystore that can be read."""

    en = "{path} is no keystore of version 3; make one with `shecang keys new`"
    zh = "{path} 不是第 3 版密钥文件；可用 `shecang keys new` 新建"


class KeystoreModeError(UsageError):
    """A keystore may be read by others."""

    en = "{path} may be read by others than its owner (mode {mode}); set it to 0600 first"
    zh = "{path} 可被他人读取（权限 {mode}）；请先改为 0600"


class PassphraseError(UsageError):
    """A passphrase does not open a keystore."""

    en = "the passphrase does not open {path}; type it again"
    zh = "口令无法打开 {path}；请重新输入"


class PassphraseEmptyError(UsageError):
    """A key that is no demo key needs a passphrase."""

    en = "a key needs a passphrase; only a demo key goes without"
    zh = "密钥必须设置口令；仅演示密钥可不设"


@dataclass(frozen=True, slots=True)
class KeystoreInfo:
    """What a keystore says without its passphrase.

    Attributes:
        name: The file's name without its ending.
        path: Where it is.
        address: The address that it claims; opening it checks the claim.
        is_demo: Whether it is cheap to open.
    """

    name: str
    path: Path
    address: ChecksumAddress
    is_demo: bool


def create_keystore(
    path: Path, passphrase: str, *, demo: bool = False, scrypt_cost: int | None = None
) -> KeystoreInfo:
    """Make a new random key and keep it at `path`, mode 0600, written whole or not at all.

    Args:
        path: A file that does not exist yet.
        passphrase: What opens it; empty only for a demo key.
        demo: Whether to make a demo key: cheap to open, and marked.
        scrypt_cost: scrypt's N, a power of 2; by default `SCRYPT_COST`, or `DEMO_SCRYPT_COST` for a demo key.

    Raises:
        PassphraseEmptyError: A key that is no demo key without a passphrase.
        FileExistsAlreadyError: The file exists; no key is ever overwritten.
        DiskFullError: There is no room.
    """
    if not passphrase and not demo:
        raise PassphraseEmptyError()
    cost = scrypt_cost or (DEMO_SCRYPT_COST if demo else SCRYPT_COST)
    content: dict[str, Any] = dict(
        create_keyfile_json(
            bytes(Account.create().key), passphrase.encode(), version=3, kdf="scrypt", iterations=cost
        )
    )
    if demo:
        content["shecang"] = {"demo": True}
    write_new_private(path, json.dumps(content, indent=1).encode() + b"\n")
    return describe_keystore(path)


def describe_keystore(path: Path) -> KeystoreInfo:
    """Return what the keystore at `path` says without its passphrase.

    Raises:
        KeystoreError: It is no keystore.
        FileUnavailableError: It is not there.
    """
    content = _load(path)
    return KeystoreInfo(path.stem, path, to_checksum_address(content["address"]), _is_demo(content))


def list_keystores(directory: Path) -> list[KeystoreInfo]:
    """Return the keystores (`*.json`) in `directory`, by name; an empty list where there is none."""
    return [describe_keystore(path) for path in sorted(directory.glob("*.json"))]


def open_keystore(path: Path, passphrase: str) -> tuple[bytes, bool]:
    """Return the private key at `path` and whether it is a demo key. For signers alone.

    Raises:
        PassphraseError: The passphrase is another one.
        KeystoreError: The file is no keystore, or its key belongs to another address than it says.
        KeystoreModeError: Others may read it.
    """
    content = _load(path)
    _refuse_readable_by_others(path)
    try:
        key = decode_keyfile_json(content, passphrase.encode())
    except EthKeyfileValueError as error:
        if "MAC mismatch" in str(error):
            raise PassphraseError(path=path) from None
        raise KeystoreError(path=path) from error
    except (KeyError, TypeError, ValueError, NotImplementedError) as error:
        raise KeystoreError(path=path) from error
    if Account.from_key(key).address != to_checksum_address(content["address"]):
        raise KeystoreError(path=path)
    return key, _is_demo(content)


def _load(path: Path) -> dict[str, Any]:
    try:
        text = read_limited(path, KEYSTORE_LIMIT)
        require_shallow(text)
        content = json.loads(text)
    except ValueError as error:
        raise KeystoreError(path=path) from error
    if not (isinstance(content, dict) and content.get("version") == 3 and is_address(content.get("address"))):
        raise KeystoreError(path=path)
    if not isinstance(content.get("crypto"), dict):
        raise KeystoreError(path=path)
    return content


def _is_demo(content: dict[str, Any]) -> bool:
    mark = content.get("shecang")
    parameters = content["crypto"].get("kdfparams")
    cost = parameters.get("n") if isinstance(parameters, dict) else None
    is_cheap = isinstance(cost, int) and cost < WEAK_SCRYPT_COST
    return is_cheap or (isinstance(mark, dict) and mark.get("demo") is True)


def _refuse_readable_by_others(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeystoreModeError(path=path, mode=f"{mode:04o}")
