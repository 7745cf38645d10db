"""Lines of consignments: what remains of them after acceptance, contest, return and settlement.

The same arithmetic as `Consignments.sol`, on line words: lot (160) ‖ reason (16, top bit: missing) ‖
quantity (63). Every function takes lines that ascend by (lot, reason) and returns such lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger_client.words import QUANTITY_LIMIT

_QUANTITY = QUANTITY_LIMIT - 1
_MISSING = 1 << 95
_BY_LOT = 96
_BY_LOT_AND_REASON = 80


def is_missing(line: int) -> bool:
    """Return whether an exception line says missing, not returning."""
    return bool(line & _MISSING)


def sums(lines: Iterable[int]) -> dict[int, int]:
    """Return base units by lot."""
    total: dict[int, int] = {}
    for line in lines:
        total[line >> _BY_LOT] = total.get(line >> _BY_LOT, 0) + (line & _QUANTITY)
    return total


def accepted(lines: Sequence[int], exceptions: Sequence[int]) -> list[tuple[int, int]]:
    """Return (lot, base units) that arrived: the dispatched lines less their exceptions, in order."""
    excepted = sums(exceptions)
    return [(line >> _BY_LOT, (line & _QUANTITY) - excepted.get(line >> _BY_LOT, 0)) for line in lines]


def contested(lines: Sequence[int], exceptions: Sequence[int]) -> list[int]:
    """Return what remains after a contest: what is named is missing, the rest returning with reason 0."""
    excepted = sums(exceptions)
    returning = []
    for line in lines:
        rest = (line & _QUANTITY) - excepted.get(line >> _BY_LOT, 0)
        if rest:
            returning.append(line >> _BY_LOT << _BY_LOT | rest)
    return sorted([*returning, *exceptions])


def returned(lines: Sequence[int], exceptions: Sequence[int]) -> list[tuple[int, int]]:
    """Return (lot, base units) that came back: the returning lines less the exceptions."""
    back = sums(line for line in lines if not is_missing(line))
    excepted = sums(exceptions)
    return [
        (lot, units - excepted.get(lot, 0)) for lot, units in back.items() if units > excepted.get(lot, 0)
    ]


def still_missing(lines: Sequence[int], exceptions: Sequence[int]) -> list[int]:
    """Return what is missing after a return was accepted: earlier and new lines, equal ones as one."""
    merged: dict[int, int] = {}
    for line in [*(line for line in lines if is_missing(line)), *exceptions]:
        order = line >> _BY_LOT_AND_REASON
        merged[order] = merged.get(order, 0) + (line & _QUANTITY)
    return [order << _BY_LOT_AND_REASON | units for order, units in sorted(merged.items())]


def settled(lines: Sequence[int], settlement: Sequence[int]) -> list[int]:
    """Return what remains after a settlement: missing lines are settled in the order of their reasons."""
    open_ = sums(settlement)
    remaining = []
    for line in lines:
        units = line & _QUANTITY
        part = min(open_.get(line >> _BY_LOT, 0), units) if is_missing(line) else 0
        if part:
            open_[line >> _BY_LOT] -= part
        if part < units:
            remaining.append(line - part)
    return remaining
