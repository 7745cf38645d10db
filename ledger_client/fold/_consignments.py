"""Lines of consignments: what remains of them after acceptance, contest, return and settlement.

The same arithmetic as `Consignments.sol`, on line words: lot (160) ‖ reason (16, top bit: missing) ‖
quantity (63). The order of lines is part of the commitment: what remains keeps its order, and new exceptions
follow behind.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger_client.words import QUANTITY_LIMIT

_QUANTITY = QUANTITY_LIMIT - 1
_BY_LOT = 96


def is_missing(line: int) -> bool:
    """Return whether an exception line says missing, not returning."""
    return bool(line >> 95 & 1)


def less(lines: Sequence[int], exceptions: Sequence[int], *, missing: bool) -> list[int]:
    """Return the lines less the exceptions; what is used up is left out.

    Each exception takes from the lines of its lot, in their order, that are missing (or are not, as asked
    for).
    """
    rest = list(lines)
    for exception in exceptions:
        open_ = exception & _QUANTITY
        for index, line in enumerate(rest):
            if open_ and line >> _BY_LOT == exception >> _BY_LOT and is_missing(line) is missing:
                part = min(open_, line & _QUANTITY)
                rest[index] -= part
                open_ -= part
    return [line for line in rest if line & _QUANTITY]


def arriving(lines: Sequence[int]) -> list[tuple[bytes, int]]:
    """Return (lot, base units) of the lines that are not missing, in order."""
    return [amount(line) for line in lines if not is_missing(line)]


def amount(line: int) -> tuple[bytes, int]:
    """Return lot and base units of a line."""
    return (line >> _BY_LOT).to_bytes(20, "big"), line & _QUANTITY
