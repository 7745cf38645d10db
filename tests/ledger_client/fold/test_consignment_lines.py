"""What remains of the lines of a consignment: the same as exception by exception, at the cost of one walk."""

from __future__ import annotations

import time
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from ledger_client.fold._consignments import is_missing, less

QUANTITY = (1 << 63) - 1
MISSING = 1 << 95


def line(lot: int, quantity: int, *, missing: bool = False, reason: int = 0) -> int:
    return lot << 96 | MISSING * missing | reason << 80 | quantity


def one_by_one(lines: Sequence[int], exceptions: Sequence[int], missing: bool) -> list[int]:
    """What the rule says, each exception looking at all lines."""
    rest = list(lines)
    for exception in exceptions:
        open_ = exception & QUANTITY
        for index, each in enumerate(rest):
            if each >> 96 == exception >> 96 and is_missing(each) is missing:
                part = min(open_, each & QUANTITY)
                rest[index] -= part
                open_ -= part
    return [each for each in rest if each & QUANTITY]


def runs(most: int) -> st.SearchStrategy[list[int]]:
    """Lines that ascend by lot and reason, as a contract takes them."""
    row = st.tuples(st.integers(1, 4), st.booleans(), st.integers(0, 2), st.integers(1, most))
    return st.lists(row, max_size=8, unique_by=lambda each: each[:3]).map(
        lambda rows: sorted(line(lot, n, missing=lost, reason=reason) for lot, lost, reason, n in rows)
    )


@given(runs(9), runs(9), runs(12), st.booleans())
def test_is_what_each_exception_would_take(
    first: list[int], second: list[int], exceptions: list[int], missing: bool
) -> None:
    lines = first + second
    assert less(lines, exceptions, missing=missing) == one_by_one(lines, exceptions, missing)


def test_does_not_grow_with_lines_times_exceptions() -> None:
    """Together they would be 400 million looks, of a minute or more."""
    count = 20_000
    lines = [line(lot, 2) for lot in range(1, count + 1)]
    exceptions = [line(lot, 1, missing=True) for lot in range(1, count + 1)]
    begun = time.process_time()
    assert less(lines, exceptions, missing=False) == [line(lot, 1) for lot in range(1, count + 1)]
    assert time.process_time() - begun < 5
