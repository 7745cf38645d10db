"""Moving base units: balances, rows of stock cards, totals of lots. It knows no kinds of documents."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

from ledger_client.fold._errors import FoldRefusedError
from ledger_client.fold.records import RecordedDocument, Totals
from ledger_client.fold.state import State
from ledger_client.words import QUANTITY_LIMIT

QUANTITY = QUANTITY_LIMIT - 1
HELD_HERE = QUANTITY_LIMIT
ID_248 = (1 << 248) - 1
_NO_TOTALS = Totals()

# A head word in one go: lot, reason, the upper 16 of the 17 spare bits, spare bit and quantity.
HEAD = Struct(">20sHHQ")

(
    OPENING,
    RECEIVED,
    GAINED,
    REPACKED_IN,
    IN_TRANSIT,
    RETURNING,
    MISSING,
    ISSUED,
    WRITTEN_OFF,
    LOST,
    REPACKED_OUT,
) = range(11)


def lots_of(lines: bytes, words: int) -> Iterator[bytes]:
    """Return the lot of every line of `words` words."""
    return (lines[at : at + 20] for at in range(0, len(lines), words * 32))


def move(state: State, document: RecordedDocument, lines: bytes, source: int, target: int) -> None:
    """Move lines of one word from one site to another; 0 is no site.

    Most of what folding costs is this loop.
    """
    balances, movements, number = state.balances, state.movements, document.number
    position = len(movements)
    first = position - (movements[-1][1] + 1 if movements and movements[-1][0] == number else 0)
    for lot, _, _, quantity in HEAD.iter_unpack(lines):
        if source:
            word = (balances[source, lot] or 0) - quantity
            if word < 0 or word & QUANTITY > QUANTITY - quantity:
                raise _short(document, source, lot)
            balances[source, lot] = word
            held = word > QUANTITY
            movements.append((number, position - first, source, lot, -quantity, word & QUANTITY, held, held))
            position += 1
        if target:
            word = (balances[target, lot] or 0) + quantity
            balances[target, lot] = word
            held = word > QUANTITY
            movements.append((number, position - first, target, lot, quantity, word & QUANTITY, held, held))
            position += 1


def change(state: State, document: RecordedDocument, site: int, lot: bytes, delta: int) -> None:
    """Add base units of one lot to what a site holds, or (negative) take them; nothing for 0."""
    if delta:
        move(
            state,
            document,
            HEAD.pack(lot, 0, 0, abs(delta)),
            site if delta < 0 else 0,
            site if delta > 0 else 0,
        )


def tally(state: State, lot: bytes, column: int, units: int) -> None:
    """Add base units to one column of a lot's totals."""
    totals = state.totals[lot] or _NO_TOTALS
    state.totals[lot] = Totals._make((*totals[:column], totals[column] + units, *totals[column + 1 :]))


def tally_lines(state: State, lines: bytes, column: int, sign: int) -> None:
    """Add the base units of lines of one word to one column of their lots' totals, or (-1) take them."""
    for lot, _, _, quantity in HEAD.iter_unpack(lines):
        tally(state, lot, column, sign * quantity)


def _short(document: RecordedDocument, site: int, lot: bytes) -> FoldRefusedError:
    return FoldRefusedError(
        document=f"{document.key:062x}",
        block=document.block,
        reason=f"site {site} does not hold what it gives of lot {lot.hex()}",
        reason_zh=f"储备点 {site} 的批次 {lot.hex()} 数量不足",
    )
