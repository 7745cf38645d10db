"""How values of the state become values of SQL columns and back; the same on every database.

Whole numbers below 2**63 are BIGINT. What may be longer is stored as bytes of a fixed length, big-endian,
so that it compares as it counts; no decimal type is used, since SQLite keeps only some digits of one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, LargeBinary
from sqlalchemy.types import TypeEngine

from ledger_client.addresses import address_from_bytes, address_to_bytes


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of column.

    Attributes:
        sql_type: Its type in SQL.
        to_sql: From the state's value to the database's; None where they are the same.
        from_sql: Back again; None where they are the same.
    """

    sql_type: TypeEngine[Any]
    to_sql: Callable[[Any], Any] | None = None
    from_sql: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name and what it holds."""

    name: str
    kind: Kind


def _number(length: int) -> Kind:
    """Return a kind that holds whole numbers as `length` bytes."""
    return Kind(
        LargeBinary(length),
        lambda value: value.to_bytes(length, "big"),
        lambda raw: int.from_bytes(raw, "big"),
    )


def _sequence(width: int, encode: Callable[[Any], bytes], decode: Callable[[bytes], Any]) -> Kind:
    """Return a kind that holds a tuple as its parts of `width` bytes, one after the other."""
    return Kind(
        LargeBinary(),
        lambda values: b"".join([encode(value) for value in values]),
        lambda raw: tuple([decode(raw[at : at + width]) for at in range(0, len(raw), width)]),
    )


INT = Kind(BigInteger())
"""A whole number below 2**63."""
FLAG = Kind(Boolean(), None, bool)
"""True or false."""
U64 = _number(8)
"""A whole number of 64 bits."""
WIDE = _number(16)
"""A sum of quantities."""
ID = _number(20)
"""An identifier of 160 bits."""
KEY = _number(31)
"""A document's key."""
WORD = _number(32)
"""A word of 256 bits."""
LOT = Kind(LargeBinary(20), None, bytes)
"""A lot, which the fold keeps as bytes."""
BYTES3 = Kind(LargeBinary(3), None, bytes)
"""A unit."""
BYTES32 = Kind(LargeBinary(32), None, bytes)
"""A digest."""
BYTES = Kind(LargeBinary(), None, bytes)
"""Packed lines."""
ADDRESS = Kind(LargeBinary(20), address_to_bytes, lambda raw: address_from_bytes(bytes(raw)))
"""An address."""
WORDS = _sequence(32, lambda value: value.to_bytes(32, "big"), lambda raw: int.from_bytes(raw, "big"))
"""Words, such as lines or entries."""
ADDRESSES = _sequence(20, address_to_bytes, lambda raw: address_from_bytes(bytes(raw)))
"""Addresses in order."""
