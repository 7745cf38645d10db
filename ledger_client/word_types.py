"""Types of the ABI that fill one word, and how a value goes into a word and comes out of it.

Events and errors of the contracts consist of such words alone, so that decoding is slicing. A word whose
unused bytes are not zero is refused: a contract never writes one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from ledger_client.addresses import Address, address_from_bytes, address_to_bytes
from ledger_client.documents import Timestamp


class RubbishError(ValueError):
    """A word has bytes set that its type does not use."""


@dataclass(frozen=True, slots=True)
class WordType:
    """One type of the ABI that fills one word.

    Attributes:
        abi: Its name in the event's signature.
        decode: From a word to the value, or `RubbishError`.
        encode: From the value to 32 bytes.
    """

    abi: str
    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]


def uint(bits: int) -> WordType:
    """Return the type of a whole number of `bits` bits."""
    return WordType(f"uint{bits}", lambda word: _small(word, 1 << bits), _number_word)


def enum(kind: type[IntEnum]) -> WordType:
    """Return the type of an enumeration of the contracts, which the ABI calls uint8."""

    def decode(word: bytes) -> IntEnum:
        # A number that is none of the enumeration's raises ValueError, as rubbish does.
        return kind(_small(word, 256))

    return WordType("uint8", decode, _number_word)


def _small(word: bytes, limit: int) -> int:
    value = int.from_bytes(word, "big")
    if value >= limit:
        raise RubbishError
    return value


def _number_word(value: int) -> bytes:
    return value.to_bytes(32, "big")


def _address(word: bytes) -> Address:
    if any(word[:12]):
        raise RubbishError
    return address_from_bytes(word[12:])


def _short_bytes(length: int) -> WordType:
    def decode(word: bytes) -> bytes:
        if any(word[length:]):
            raise RubbishError
        return word[:length]

    return WordType(f"bytes{length}", decode, lambda value: value.ljust(32, b"\0"))


def _timestamp(word: bytes) -> Timestamp:
    return Timestamp.from_word(_small(word, 1 << 64))


ADDRESS = WordType("address", _address, lambda address: bytes(12) + address_to_bytes(address))
BOOL = WordType("bool", lambda word: bool(_small(word, 2)), _number_word)
BYTES3 = _short_bytes(3)
BYTES32 = _short_bytes(32)
TIMESTAMP = WordType("uint64", _timestamp, lambda time: _number_word(time.word))
UINT8 = uint(8)
UINT16 = uint(16)
UINT32 = uint(32)
UINT64 = uint(64)
UINT160 = uint(160)
UINT248 = uint(248)
UINT256 = uint(256)
