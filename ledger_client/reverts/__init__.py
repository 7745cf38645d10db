"""Refusals of the contracts, each as an exception with a sentence that a keeper understands.

`REVERT_ERRORS` is the one table: a custom error of any ABI of this ledger by its name. `decode_revert` turns
the data of a failed call into an exception, which the caller raises::

    raise decode_revert(data)    # StockInsufficientError: site 420106001001101 holds 12 of lot 3f2a91bc…

Whatever a contract says that is not in the table is an error with a sentence, too.
"""

from __future__ import annotations

from types import ModuleType

from eth_abi.abi import decode as decode_abi
from eth_abi.exceptions import DecodingError

from ledger_client.errors import ShecangError
from ledger_client.reverts import (
    catalogue,
    deliveries,
    directory,
    documents,
    norms,
    reallocation,
    stock,
    suppliers,
)
from ledger_client.reverts._base import (
    Field,
    ReplacementStatus,
    RevertError,
    RevertMalformedError,
    RevertMessageError,
    RevertPanicError,
    RevertSilentError,
    RevertUnknownError,
)

_ERROR_STRING = bytes.fromhex("08c379a0")
_PANIC = bytes.fromhex("4e487b71")


def _errors_of(module: ModuleType) -> dict[str, type[RevertError]]:
    return {
        value.solidity: value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, RevertError) and value is not RevertError
    }


REVERT_ERRORS: dict[str, type[RevertError]] = {
    name: error
    for module in (catalogue, deliveries, directory, documents, norms, reallocation, stock, suppliers)
    for name, error in _errors_of(module).items()
}
"""Name of the custom error in the ABI → exception."""

_BY_SELECTOR = {error.selector(): error for error in REVERT_ERRORS.values()}


def decode_revert(data: bytes) -> ShecangError:
    """Return the exception that the revert data of a call mean.

    Args:
        data: What the contract returned with its refusal; empty where it said nothing.

    Returns:
        One of `REVERT_ERRORS` with the facts as attributes, or an error that says what was not understood.
    """
    selector, body = data[:4], data[4:]
    if not data:
        return RevertSilentError()
    if selector == _PANIC and len(body) == 32:
        return RevertPanicError(code=int.from_bytes(body, "big"))
    if selector == _ERROR_STRING:
        return _message(data)
    error = _BY_SELECTOR.get(selector)
    if error is None:
        return RevertUnknownError(data=f"0x{data[:36].hex()}")
    return _decoded(error, body)


def _decoded(error: type[RevertError], body: bytes) -> ShecangError:
    malformed = RevertMalformedError(name=error.solidity, data=f"0x{body.hex()}")
    if len(body) != 32 * len(error.fields):
        return malformed
    words = [body[at : at + 32] for at in range(0, len(body), 32)]
    try:
        facts = {
            name: field.word.decode(word)
            for (name, field), word in zip(error.fields.items(), words, strict=True)
        }
    except ValueError:
        return malformed
    return error(**facts)


def _message(data: bytes) -> ShecangError:
    try:
        return RevertMessageError(message=decode_abi(["string"], data[4:])[0])
    except (DecodingError, UnicodeDecodeError):
        return RevertUnknownError(data=f"0x{data[:36].hex()}")


__all__ = [
    "REVERT_ERRORS",
    "Field",
    "ReplacementStatus",
    "RevertError",
    "RevertMalformedError",
    "RevertMessageError",
    "RevertPanicError",
    "RevertSilentError",
    "RevertUnknownError",
    "decode_revert",
]
