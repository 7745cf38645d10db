"""Lines of documents: typed, and packed as the contract reads them.

=====================================  ==============  =======================================================
kind                                   class           words
=====================================  ==============  =======================================================
opening                                `OpeningLine`   head, attributes, batch, source
receipt                                `ReceiptLine`   head (accepted), amounts, attributes, batch
count                                  `CountLine`     head (counted), expected
repack                                 `RepackLine`    input head, output head, attributes, batch, source
all others                             `Line`          head
=====================================  ==============  =======================================================

Lines ascend by (lot, reason), and by lot alone in dispatch, count, release, hold, recall and lift;
`pack_lines` sorts them and refuses two that the contract would take for one.

Example:
    >>> packed = pack_lines(Kind.ISSUE, [Line(lot=7, quantity=3), Line(lot=5, quantity=1)])
    >>> unpack_lines(Kind.ISSUE, packed)
    (Line(lot=5, quantity=1, reason=0), Line(lot=7, quantity=3, reason=0))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from ledger_client.documents import Kind
from ledger_client.errors import MismatchError, UsageError
from ledger_client.keccak import keccak
from ledger_client.words import (
    MISSING,
    AmountsWord,
    AttributesWord,
    FieldRangeError,
    join_words,
    pack_amounts,
    pack_attributes,
    pack_head,
    split_words,
    unpack_amounts,
    unpack_attributes,
    unpack_head,
)

BY_LOT = frozenset({Kind.DISPATCH, Kind.COUNT, Kind.RELEASE, Kind.HOLD, Kind.RECALL, Kind.LIFT})
"""Kinds whose lines ascend by lot alone, so that a lot has one line."""

WITHOUT_QUANTITY = frozenset({Kind.RELEASE, Kind.HOLD, Kind.RECALL, Kind.LIFT})
"""Kinds whose lines name lots and no quantities."""

_WIDTHS = {Kind.OPENING: 4, Kind.RECEIPT: 4, Kind.COUNT: 2, Kind.REPACK: 5}
_MAY_BE_ZERO = WITHOUT_QUANTITY | {Kind.RECEIPT, Kind.COUNT}
_SHIFT_BY_LOT = 96
_SHIFT_BY_LOT_AND_REASON = 80


class LineRepeatedError(UsageError):
    """Two lines of a document name the same lot (and reason), which the ledger takes for a mistake."""

    en = "two lines name lot {lot:040x}{with_reason}; {remedy}"
    zh = "有两行同为批次 {lot:040x}{with_reason_zh}；{remedy_zh}"


class LineQuantityError(UsageError):
    """A line has no quantity where its kind of document needs one, or one where it must have none."""

    en = "the line of lot {lot:040x} has quantity {quantity}, but in this document it must be {rule}"
    zh = "批次 {lot:040x} 的数量为 {quantity}，此类单据中应{rule_zh}"


class LineClassError(TypeError):
    """A program gave lines of another class than the kind of document has; no user can cause it."""


class LinesMalformedError(MismatchError):
    """Recorded lines are not what any contract accepts."""

    en = "{words} words are no whole number of lines of a document of kind {kind} ({width} words a line)"
    zh = "{words} 个字不是“{kind}”单据的整数行（每行 {width} 个字）"


class LotDigestError(MismatchError):
    """The attributes on a line are not those of the lot that it names."""

    en = "lot {lot:040x} was created with other attributes than the line says: these give {computed:040x}"
    zh = "批次 {lot:040x} 与该行所载属性不符：由属性算得 {computed:040x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotAttributes:
    """What makes a lot a lot: the same goods get the same id wherever they are typed in.

    Attributes:
        item: The item's id.
        source: The supplier, or the salted digest of the donor (160 bits).
        batch: Digest of the batch as printed, 32 bytes; zero where there is none.
        made: Day of making, counted from 1970 at the ledger's offset; 0 where unknown.
        expires: Printed last day of use, likewise; 0 where there is none.
        own: 0 for ordinary lots; `own(key, ordinal)` for a receipt line that must be held.
    """

    item: int
    source: int
    batch: bytes = bytes(32)
    made: int = 0
    expires: int = 0
    own: int = 0

    @property
    def lot_id(self) -> int:
        """The lot's id: the first 160 bits of keccak(item, source, batch, made, expires, own)."""
        words = join_words((self.item, self.source, _number(self.batch), self.made, self.expires, self.own))
        return int.from_bytes(keccak(words)[:20], "big")

    @property
    def word(self) -> int:
        """The attributes in one word, as a line gives them."""
        return pack_attributes(AttributesWord(self.item, self.made, self.expires, bool(self.own)))

    def owned_by(self, key: int, ordinal: int) -> LotAttributes:
        """Return the attributes of a lot that belongs to one line of one receipt alone."""
        return replace(self, own=own(key, ordinal))


def own(key: int, ordinal: int) -> int:
    """Return what makes a lot one of the line's own: keccak(document key, ordinal as typed)."""
    return _number(keccak(join_words((key, ordinal))))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one word: a lot and a quantity, in an exception with the reason's top bit for missing."""

    lot: int
    quantity: int = 0
    reason: int = 0

    @classmethod
    def missing(cls, lot: int, quantity: int, reason: int) -> Line:
        """Return an exception of a consignment: it did not arrive."""
        return cls(lot, quantity, reason | MISSING)

    @classmethod
    def returning(cls, lot: int, quantity: int, reason: int) -> Line:
        """Return an exception of a consignment: it arrived, was rejected and goes back."""
        return cls(lot, quantity, reason)

    @property
    def is_missing(self) -> bool:
        """Of an exception: whether the goods are missing; otherwise they are returning."""
        return bool(self.reason & MISSING)

    def words(self) -> tuple[int, ...]:
        """Return the words of the line."""
        return (pack_head(self.lot, self.reason, self.quantity),)


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """A line of an opening, which may create the lot that it names."""

    attributes: LotAttributes
    quantity: int
    reason: int = 0

    def words(self) -> tuple[int, ...]:
        """Return the words of the line."""
        goods = self.attributes
        head = pack_head(goods.lot_id, self.reason, self.quantity)
        return head, goods.word, _number(goods.batch), goods.source


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A line of a receipt: what was delivered of a lot is accepted or rejected.

    Attributes:
        attributes: Of the lot; its source is the receipt's `from_`.
        accepted: Base units taken into stock, may be 0.
        rejected: Base units refused.
        ordinal: Place of the line as it was typed, before sorting.
        reason: Code of the reason, such as why something was rejected.
    """

    attributes: LotAttributes
    accepted: int
    rejected: int = 0
    ordinal: int = 0
    reason: int = 0

    @property
    def delivered(self) -> int:
        """Base units that arrived."""
        return self.accepted + self.rejected

    def words(self) -> tuple[int, ...]:
        """Return the words of the line."""
        goods = self.attributes
        head = pack_head(goods.lot_id, self.reason, self.accepted)
        if self.delivered <= 0:
            raise LineQuantityError(
                lot=goods.lot_id, quantity=self.delivered, rule="above 0", rule_zh="大于 0"
            )
        amounts = pack_amounts(AmountsWord(self.delivered, self.rejected, self.ordinal))
        return head, amounts, goods.word, _number(goods.batch)


@dataclass(frozen=True, slots=True)
class CountLine:
    """A line of a count: what was counted of a lot, and what the books say at the position counted at."""

    lot: int
    counted: int
    expected: int
    reason: int = 0

    @property
    def difference(self) -> int:
        """Base units that the count adds to the balance; negative where goods are lacking."""
        return self.counted - self.expected

    def words(self) -> tuple[int, ...]:
        """Return the words of the line."""
        # Packed as a head to check its range: both are quantities.
        return pack_head(self.lot, self.reason, self.counted), pack_head(0, 0, self.expected)


@dataclass(frozen=True, slots=True)
class RepackLine:
    """A line of a repack: goods of one lot become goods of another, which the line may create."""

    input_lot: int
    input_quantity: int
    output: LotAttributes
    output_quantity: int
    reason: int = 0

    def words(self) -> tuple[int, ...]:
        """Return the words of the line."""
        goods = self.output
        if self.output_quantity <= 0:
            raise LineQuantityError(
                lot=goods.lot_id, quantity=self.output_quantity, rule="above 0", rule_zh="大于 0"
            )
        return (
            pack_head(self.input_lot, self.reason, self.input_quantity),
            pack_head(goods.lot_id, 0, self.output_quantity),
            goods.word,
            _number(goods.batch),
            goods.source,
        )


AnyLine = Line | OpeningLine | ReceiptLine | CountLine | RepackLine
LineT = TypeVar("LineT", Line, OpeningLine, ReceiptLine, CountLine, RepackLine)

LINE_CLASSES: dict[Kind, type[AnyLine]] = {
    Kind.OPENING: OpeningLine,
    Kind.RECEIPT: ReceiptLine,
    Kind.COUNT: CountLine,
    Kind.REPACK: RepackLine,
}
"""Kind → class of its lines where that is not `Line`."""


def line_width(kind: Kind) -> int:
    """Return how many words a line of a document of `kind` has."""
    return _WIDTHS.get(kind, 1)


def pack_lines(kind: Kind, lines: Iterable[AnyLine]) -> bytes:
    """Return lines as a document of `kind` carries them, in the order that the contract demands.

    Raises:
        LineRepeatedError: Two lines name the same lot (and reason).
        LineQuantityError: A quantity is 0 where it may not be, or there where it must not be.
        FieldRangeError: A value does not fit its field.
        LineClassError: A line is of another class than those of `kind`.
    """
    expected = LINE_CLASSES.get(kind, Line)
    rows = []
    for line in lines:
        if type(line) is not expected:
            raise LineClassError(f"lines of {kind.name} are {expected.__name__}, not {type(line).__name__}")
        rows.append(line.words())
    rows.sort()
    heads = [row[0] for row in rows]
    _require_ascending(kind, heads)
    _require_quantities(kind, heads)
    return join_words(heads if line_width(kind) == 1 else [word for row in rows for word in row])


def pack_quantities(kind: Kind, quantities: Iterable[tuple[int, int]]) -> bytes:
    """Return lines of one word from (lot, quantity) pairs without a reason: `pack_lines` for many at once.

    Raises:
        LineRepeatedError: Two lines name the same lot.
        LineQuantityError: A quantity is 0.
        FieldRangeError: A value does not fit its field.
    """
    heads = sorted([pack_head(lot, 0, quantity) for lot, quantity in quantities])
    _require_ascending(kind, heads)
    _require_quantities(kind, heads)
    return join_words(heads)


def unpack_lines(kind: Kind, lines: bytes, *, source: int = 0, key: int = 0) -> tuple[AnyLine, ...]:
    """Return the typed lines of a document.

    Args:
        kind: Of the document.
        lines: As the event or the document has them.
        source: Of a receipt: its `from_`, the source of all its lots.
        key: Of a receipt: its key, of which lots of a line's own are made.

    Raises:
        LinesMalformedError: They are no whole number of lines.
        WordMalformedError: A word has rubbish in it.
        LotDigestError: A line creates a lot whose id does not follow from the attributes.
    """
    rows = _rows(kind, lines)
    if kind == Kind.RECEIPT:
        return tuple(_receipt_line(row, source, key) for row in rows)
    if kind == Kind.OPENING:
        return tuple(_opening_line(row) for row in rows)
    if kind == Kind.REPACK:
        return tuple(_repack_line(row) for row in rows)
    heads = ((row, unpack_head(row[0])) for row in rows)
    if kind == Kind.COUNT:
        return tuple(
            CountLine(head.lot, head.quantity, _quantity(row[1]), head.reason) for row, head in heads
        )
    return tuple(Line(head.lot, head.quantity, head.reason) for _, head in heads)


def _rows(kind: Kind, lines: bytes) -> Iterator[tuple[int, ...]]:
    words = split_words(lines)
    width = line_width(kind)
    if len(words) % width:
        raise LinesMalformedError(words=len(words), kind=kind.label, width=width)
    return (tuple(words[at : at + width]) for at in range(0, len(words), width))


def _receipt_line(row: tuple[int, ...], source: int, key: int) -> ReceiptLine:
    head, amounts = unpack_head(row[0]), unpack_amounts(row[1])
    goods = _attributes(row[2], row[3], source)
    if unpack_attributes(row[2]).is_own:
        goods = goods.owned_by(key, amounts.ordinal)
    _require_lot(head.lot, goods)
    return ReceiptLine(goods, head.quantity, amounts.rejected, amounts.ordinal, head.reason)


def _opening_line(row: tuple[int, ...]) -> OpeningLine:
    head, goods = unpack_head(row[0]), _attributes(row[1], row[2], row[3])
    _require_lot(head.lot, goods)
    return OpeningLine(goods, head.quantity, head.reason)


def _repack_line(row: tuple[int, ...]) -> RepackLine:
    head, output, goods = unpack_head(row[0]), unpack_head(row[1]), _attributes(row[2], row[3], row[4])
    _require_lot(output.lot, goods)
    return RepackLine(head.lot, head.quantity, goods, output.quantity, head.reason)


def _attributes(word: int, batch: int, source: int) -> LotAttributes:
    attributes = unpack_attributes(word)
    return LotAttributes(
        item=attributes.item,
        source=source,
        batch=batch.to_bytes(32, "big"),
        made=attributes.made,
        expires=attributes.expires,
    )


def _require_lot(lot: int, attributes: LotAttributes) -> None:
    if attributes.lot_id != lot:
        raise LotDigestError(lot=lot, computed=attributes.lot_id)


def _quantity(word: int) -> int:
    if word >> 63:
        raise FieldRangeError(field="expected", field_zh="账面数量", value=word, limit=(1 << 63) - 1)
    return word


def _require_ascending(kind: Kind, heads: list[int]) -> None:
    """Refuse two heads that are one by what the contract orders by; they are sorted."""
    shift = _SHIFT_BY_LOT if kind in BY_LOT else _SHIFT_BY_LOT_AND_REASON
    order = [head >> shift for head in heads]
    if len(set(order)) == len(order):
        return
    first = next(heads[i] for i in range(1, len(order)) if order[i] == order[i - 1])
    reason = first >> 80 & 0xFFFF
    by_lot = kind in BY_LOT
    raise LineRepeatedError(
        lot=first >> 96,
        reason=reason,
        with_reason="" if by_lot else f" with reason {reason}",
        with_reason_zh="" if by_lot else f"、原因 {reason}",
        remedy="leave one out" if kind in WITHOUT_QUANTITY else "make them one line with both quantities",
        remedy_zh="请删去一行" if kind in WITHOUT_QUANTITY else "请合并为一行，数量相加",
    )


def _require_quantities(kind: Kind, heads: list[int]) -> None:
    mask = (1 << 63) - 1
    if kind in WITHOUT_QUANTITY:
        wrong = next((head for head in heads if head & mask), None)
    else:
        wrong = None if kind in _MAY_BE_ZERO else next((head for head in heads if not head & mask), None)
    if wrong is None:
        return
    none = kind in WITHOUT_QUANTITY
    raise LineQuantityError(
        lot=wrong >> 96,
        quantity=wrong & mask,
        rule="0" if none else "above 0",
        rule_zh="为 0" if none else "大于 0",
    )


def _number(word: bytes) -> int:
    return int.from_bytes(word, "big")
