"""Quantities of JSON-RPC as nodes say them: hexadecimal, and here of 63 bits at most, as databases keep them.

A number of a block, a time in seconds, a place among logs: no honest node says more, and what no table can
hold must not come as far as one.

Example:
    >>> quantity("0x1f4")
    500
"""

from __future__ import annotations

from ledger_client.errors import UnavailableError

QUANTITY_END = 1 << 63


class NodeQuantityError(UnavailableError):
    """A node says a number that cannot be."""

    en = "a node says {value}, and no block, time or place in a block has that number; ask another node"
    zh = "节点给出的 {value} 不可能是区块号、时间或区块内的位置；请换用其他节点"


def quantity(text: str) -> int:
    """Return the number that a node says.

    Raises:
        NodeQuantityError: It is negative, or takes more than 63 bits.
        ValueError, TypeError: It is none: what answers is no node.
    """
    number = int(text, 16)
    if 0 <= number < QUANTITY_END:
        return number
    raise NodeQuantityError(value=f"{text[:40]!r}")
