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
    for). Both are walked side by side, from the first exception again where a lot is lower than the one
    before: lines ascend by lot in at most two runs, what was missing before and what is missing since. Then
    the work grows with the lines and the exceptions, never with their product.

    Args:
        lines: Of the consignment.
        exceptions: Ascending by lot, as the contract demands.
        missing: Which lines they take from.
    """
    rest = list(lines)
    open_ = [exception & _QUANTITY for exception in exceptions]
    previous = following = 0
    for index, line in enumerate(lines):
        if is_missing(line) is not missing:
            continue
        lot = line >> _BY_LOT
        following = following if lot >= previous else 0
        previous = lot
        rest[index], following = _taken(line, exceptions, open_, following)
    return [line for line in rest if line & _QUANTITY]


def _taken(line: int, exceptions: Sequence[int], open_: list[int], following: int) -> tuple[int, int]:
    """Return what the exceptions of its lot leave of a line, and the one that goes on with the next line."""
    while following < len(exceptions) and exceptions[following] >> _BY_LOT <= line >> _BY_LOT:
        if exceptions[following] >> _BY_LOT == line >> _BY_LOT:
            part = min(open_[following], line & _QUANTITY)
            line -= part
            open_[following] -= part
            if open_[following]:
                break
        following += 1
    return line, following


def arriving(lines: Sequence[int]) -> list[tuple[bytes, int]]:
    """Return (lot, base units) of the lines that are not missing, in order."""
    return [amount(line) for line in lines if not is_missing(line)]


def amount(line: int) -> tuple[bytes, int]:
    """Return lot and base units of a line."""
    return (line >> _BY_LOT).to_bytes(20, "big"), line & _QUANTITY
