"""What the lines of each kind may say, whatever the ledger holds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from model_act import BY_LOT, MISSING, QUANTITY, STATUS, Act

from ledger_client.documents import Kind
from ledger_client.lines import LotAttributes, line_width, own
from ledger_client.reverts.documents import FieldNotZeroError
from ledger_client.reverts.stock import (
    LineMalformedError,
    LinesIncompleteError,
    LinesNotAscendingError,
    LotMismatchError,
)
from ledger_client.words import split_words

Errors = Iterator[type[Exception]]
WITHOUT_LINES = {Kind.RETURN, Kind.REVERSAL}
MAY_BE_EMPTY = {Kind.OPENING, Kind.ACCEPTANCE, Kind.RETURN_ACCEPTANCE} | WITHOUT_LINES
ZERO_ALLOWED = {Kind.RECEIPT, Kind.COUNT}
ONLY_MISSING = {Kind.CONTEST, Kind.RETURN_ACCEPTANCE}
SETTLED = (1, 2, 3)
_ATTRIBUTES_SPARE = ((1 << 128) - 1) & ~1


def line_errors(act: Act) -> Errors:
    """All rules about the form of lines."""
    words = len(split_words(act.document.lines))
    if act.kind in WITHOUT_LINES:
        if words:
            yield FieldNotZeroError
        return
    if words % line_width(act.kind) or (not words and act.kind not in MAY_BE_EMPTY):
        yield LinesIncompleteError
    yield from ascending_errors(act)
    for row in act.rows:
        if is_malformed(act, row):
            yield LineMalformedError
        if created_lot(act, row) != named_lot(act, row):
            yield LotMismatchError


def ascending_errors(act: Act) -> Errors:
    """Strictly ascending by lot and reason, of some kinds by lot alone."""
    order = [(head.lot, 0 if act.kind in BY_LOT else head.reason) for head in act.heads]
    if any(first >= second for first, second in pairwise(order)):
        yield LinesNotAscendingError


def is_malformed(act: Act, row: tuple[int, ...]) -> bool:
    spare, quantity, reason = row[0] >> 63 & (1 << 17) - 1, row[0] & QUANTITY, row[0] >> 80 & 0xFFFF
    if spare:
        return True
    if act.kind in STATUS:
        return quantity != 0
    if not quantity and act.kind not in ZERO_ALLOWED:
        return True
    if act.kind in ONLY_MISSING and not reason & MISSING:
        return True
    if act.kind is Kind.SETTLEMENT and reason not in SETTLED:
        return True
    return _is_rest_malformed(act.kind, row, quantity)


def _is_rest_malformed(kind: Kind, row: tuple[int, ...], quantity: int) -> bool:
    if kind is Kind.RECEIPT:
        delivered, rejected = row[1] >> 128 & (1 << 64) - 1, row[1] >> 64 & (1 << 64) - 1
        adds_up = row[1] >> 192 == 0 and 0 < delivered == quantity + rejected
        return not adds_up or bool(row[2] & _ATTRIBUTES_SPARE)
    if kind is Kind.OPENING:
        return bool(row[1] & (_ATTRIBUTES_SPARE | 1))
    if kind is Kind.COUNT:
        return row[1] > QUANTITY
    if kind is Kind.REPACK:
        out = row[1]
        return not out & QUANTITY or bool(out >> 63 & (1 << 33) - 1 or row[2] & (_ATTRIBUTES_SPARE | 1))
    return False


def attributes_of(act: Act, row: tuple[int, ...]) -> LotAttributes | None:
    """The attributes of the lot that a line may create, None where its kind creates none."""
    if act.kind is Kind.RECEIPT:
        word, batch, source = row[2], row[3], act.document.from_
    elif act.kind is Kind.OPENING:
        word, batch, source = row[1], row[2], row[3]
    elif act.kind is Kind.REPACK:
        word, batch, source = row[2], row[3], row[4]
    else:
        return None
    ordinal = row[1] & (1 << 64) - 1
    return LotAttributes(
        item=word >> 192,
        source=source,
        batch=batch.to_bytes(32, "big"),
        made=word >> 160 & (1 << 32) - 1,
        expires=word >> 128 & (1 << 32) - 1,
        own=own(act.key, ordinal) if act.kind is Kind.RECEIPT and word & 1 else 0,
    )


def created_lot(act: Act, row: tuple[int, ...]) -> int:
    goods = attributes_of(act, row)
    return goods.lot_id if goods else named_lot(act, row)


def named_lot(act: Act, row: tuple[int, ...]) -> int:
    return row[1 if act.kind is Kind.REPACK else 0] >> 96


def is_own(row: tuple[int, ...]) -> bool:
    """Whether a line of a receipt asks for a lot of its own."""
    return bool(row[2] & 1)


def has_gain(act: Act) -> bool:
    """Whether any line of a count says more than was expected."""
    return any(row[0] & QUANTITY > row[1] for row in act.rows)
