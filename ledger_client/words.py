"""Words of 256 bits as the contracts pack them, taken apart and put together by shifting.

=============  ===========================================================================  ===============
head           lot (160) ‖ reason (16) ‖ zero (17) ‖ quantity (63)                          `Line.sol`
attributes     item (64) ‖ made day (32) ‖ expires day (32) ‖ zero (127) ‖ own (1)          `Line.sol`
amounts        zero (64) ‖ delivered (64) ‖ rejected (64) ‖ ordinal as typed (64)           `IStockLedger`
balance        zero (192) ‖ held here (1) ‖ quantity (63)                                   `Stock.sol`
lot            zero (88) ‖ status (8) ‖ use-until (32) ‖ creating site (64) ‖ item (64)     `LotWord.sol`
journal        digest (192) ‖ sequence (64)                                                 `Journal.sol`
document       content digest (248) ‖ zero (6) ‖ named (1) ‖ reversed (1)                   `DocumentBook`
reference      type (8) ‖ id (248)                                                          `IStockLedger`
consignment    commitment (192) ‖ deadline (64); 1 when closed                              `Consignments`
verdict        issuer's position (64) ‖ supplier's (64) ‖ grade (8) ‖ status (8)            `Verdict.sol`
=============  ===========================================================================  ===============

A bit that has no meaning must be zero: a word that holds rubbish raises `WordMalformedError`, and a value
that does not fit its field raises `FieldRangeError` before it can spill into its neighbour.

Example:
    >>> word = pack_head(lot=5, reason=2, quantity=30)
    >>> unpack_head(word)
    Head(lot=5, reason=2, quantity=30)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import NamedTuple, NoReturn

from ledger_client.errors import MismatchError, UsageError
from ledger_client.language import tr

WORD_BYTES = 32
QUANTITY_BITS = 63
QUANTITY_LIMIT = 1 << QUANTITY_BITS
"""Quantities are whole numbers of base units below this."""

NEVER = (1 << 32) - 1
"""The use-until day of goods that do not expire."""

MISSING = 1 << 15
"""The top bit of an exception's reason: missing where it is set, returning where it is not."""

REFERENCE_DOCUMENT = 1
REFERENCE_CONSIGNMENT = 2
REFERENCE_REVERSED = 3

CONSIGNMENT_CLOSED = 1
"""The whole word of a consignment of which nothing remains."""

_QUANTITY_MASK = QUANTITY_LIMIT - 1
_SPARE_MASK = ((1 << 17) - 1) << 63
_MASK_64 = (1 << 64) - 1
_MASK_32 = (1 << 32) - 1
_MASK_192 = (1 << 192) - 1
_MASK_248 = (1 << 248) - 1


class WordMalformedError(MismatchError):
    """A word has bits set that have no meaning, so that nothing in it can be believed."""

    en = "{word:#066x} is no {what}: bits that must be zero are not; check which contract it comes from"
    zh = "{word:#066x} 不是{what_zh}：应为零的位不为零；请核对其来自哪个合约"


class FieldRangeError(UsageError):
    """A value does not fit the field of the word that it is for."""

    en = "{field} is {value}, but it must be a whole number from 0 to {limit}; correct it"
    zh = "{field_zh}为 {value}，应为 0 至 {limit} 的整数；请更正"


class Head(NamedTuple):
    """The first word of a line.

    Attributes:
        lot: The lot's id (160 bits).
        reason: Code of the reason (16 bits); in an exception the top bit says missing.
        quantity: Base units of the lot's item.
    """

    lot: int
    reason: int
    quantity: int


@dataclass(frozen=True, slots=True)
class AttributesWord:
    """What a line says in one word of the lot that it creates.

    Attributes:
        item: The item's id.
        made: Day of making, counted from 1970 at the ledger's offset; 0 where unknown.
        expires: Printed last day of use, likewise; 0 where there is none.
        is_own: Whether the lot is one of the line's own, as goods that must be held get.
    """

    item: int
    made: int
    expires: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class AmountsWord:
    """What arrived on one line of a receipt, in base units.

    Attributes:
        delivered: Accepted and rejected together.
        rejected: What was refused.
        ordinal: Place of the line as it was typed, before sorting.
    """

    delivered: int
    rejected: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class BalanceWord:
    """What a site holds of a lot: base units, and whether the lot is held there."""

    quantity: int
    is_held_here: bool


class VerdictStatus(IntEnum):
    """What a qualification is worth at a time; the numbers are those of `Status` in `Verdict.sol`."""

    UNKNOWN = 0
    VALID = 1
    NOT_YET_VALID = 2
    EXPIRED = 3
    SUSPENDED = 4
    REVOKED = 5
    ISSUER_NOT_ACCREDITED = 6
    NOT_NEEDED = 7

    @property
    def label(self) -> str:
        """The status in the language in force."""
        return tr(*VERDICT_NAMES[self])


VERDICT_NAMES = {
    VerdictStatus.UNKNOWN: ("unknown", "未知"),
    VerdictStatus.VALID: ("valid", "有效"),
    VerdictStatus.NOT_YET_VALID: ("not yet valid", "尚未生效"),
    VerdictStatus.EXPIRED: ("expired", "已过期"),
    VerdictStatus.SUSPENDED: ("suspended", "已暂停"),
    VerdictStatus.REVOKED: ("revoked", "已撤销"),
    VerdictStatus.ISSUER_NOT_ACCREDITED: ("issuer not accredited", "签发方未获认可"),
    VerdictStatus.NOT_NEEDED: ("none needed", "无需资质"),
}
"""English and Chinese name of every status, for texts that are made in both languages at once."""


@dataclass(frozen=True, slots=True)
class VerdictWord:
    """What a receipt's qualification was worth when it was recorded.

    Attributes:
        status: The verdict.
        grade: 1 (A) to 4 (D), 0 where there is none.
        supplier_position: Sequence of the supplier's journal at the qualification's last change.
        issuer_position: Sequence of the issuer's journal at the accreditation's last change.
    """

    status: VerdictStatus
    grade: int
    supplier_position: int
    issuer_position: int


class LotStatus(IntFlag):
    """Why a lot may not be used; 0 where nothing is against it but perhaps its date."""

    RELEASED = 0
    HELD = 1
    RECALLED = 2


@dataclass(frozen=True, slots=True)
class LotWord:
    """What the ledger keeps of a lot.

    Attributes:
        item: The item's id.
        creating_site: The site whose document created it, and whose approver releases it.
        use_until: Last day on which it may be used, counted from 1970 at the ledger's offset; `NEVER`.
        status: Held and recalled, or neither.
    """

    item: int
    creating_site: int
    use_until: int
    status: LotStatus


@dataclass(frozen=True, slots=True)
class JournalWord:
    """A journal: digest (192 bits) over all its entries, and how many these are."""

    digest: int
    sequence: int


@dataclass(frozen=True, slots=True)
class DocumentWord:
    """What the ledger keeps of a document: content digest (248 bits) and flags."""

    content: int
    is_reversed: bool
    is_named: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """What a document names: 1 a document, 2 a consignment, 3 the document reversed; others are opaque."""

    type: int
    id: int


def pack_head(lot: int, reason: int, quantity: int) -> int:
    """Return the first word of a line.

    Raises:
        FieldRangeError: A value does not fit; the quantity must be below 2**63.
    """
    if lot >> 160 or reason >> 16 or quantity >> QUANTITY_BITS:
        _refuse_field(
            ("lot", "批次", lot, 160), ("reason", "原因代码", reason, 16), ("quantity", "数量", quantity, 63)
        )
    return lot << 96 | reason << 80 | quantity


def unpack_head(word: int) -> Head:
    """Return the parts of a line's first word.

    Raises:
        WordMalformedError: One of its 17 spare bits is set.
    """
    if word & _SPARE_MASK:
        raise WordMalformedError(word=word, what="line", what_zh="明细行")
    return Head(word >> 96, word >> 80 & 0xFFFF, word & _QUANTITY_MASK)


def pack_attributes(attributes: AttributesWord) -> int:
    """Return the word of a lot's attributes."""
    item, made, expires = attributes.item, attributes.made, attributes.expires
    if item >> 64 or made >> 32 or expires >> 32:
        _refuse_field(
            ("item", "物品", item, 64), ("made", "生产日期", made, 32), ("expires", "有效期", expires, 32)
        )
    return item << 192 | made << 160 | expires << 128 | attributes.is_own


def unpack_attributes(word: int) -> AttributesWord:
    """Return the attributes in a word.

    Raises:
        WordMalformedError: One of the bits between the last day of use and `own` is set.
    """
    if word & ((1 << 128) - 2):
        raise WordMalformedError(word=word, what="word of a lot's attributes", what_zh="批次属性")
    return AttributesWord(word >> 192, word >> 160 & _MASK_32, word >> 128 & _MASK_32, bool(word & 1))


def pack_amounts(amounts: AmountsWord) -> int:
    """Return the word of a receipt line's amounts."""
    delivered, rejected, ordinal = amounts.delivered, amounts.rejected, amounts.ordinal
    if delivered >> 64 or rejected >> 64 or ordinal >> 64:
        _refuse_field(
            ("delivered", "送达数量", delivered, 64),
            ("rejected", "拒收数量", rejected, 64),
            ("ordinal", "行序", ordinal, 64),
        )
    return delivered << 128 | rejected << 64 | ordinal


def unpack_amounts(word: int) -> AmountsWord:
    """Return the amounts of a receipt line.

    Raises:
        WordMalformedError: The upper 64 bits are not zero.
    """
    if word >> 192:
        raise WordMalformedError(word=word, what="word of received amounts", what_zh="收货数量")
    return AmountsWord(word >> 128, word >> 64 & _MASK_64, word & _MASK_64)


def pack_balance(balance: BalanceWord) -> int:
    """Return the word of a balance."""
    if balance.quantity >> QUANTITY_BITS:
        _refuse_field(("quantity", "数量", balance.quantity, 63))
    return balance.is_held_here << QUANTITY_BITS | balance.quantity


def unpack_balance(word: int) -> BalanceWord:
    """Return a balance.

    Raises:
        WordMalformedError: A bit above the flag is set.
    """
    if word >> 64:
        raise WordMalformedError(word=word, what="balance", what_zh="结存")
    return BalanceWord(word & _QUANTITY_MASK, bool(word >> QUANTITY_BITS))


def pack_lot(lot: LotWord) -> int:
    """Return the word of a lot."""
    if lot.item >> 64 or lot.creating_site >> 64 or lot.use_until >> 32:
        _refuse_field(
            ("item", "物品", lot.item, 64),
            ("creating site", "建批储备点", lot.creating_site, 64),
            ("use-until day", "可用截止日", lot.use_until, 32),
        )
    return lot.status << 160 | lot.use_until << 128 | lot.creating_site << 64 | lot.item


def unpack_lot(word: int) -> LotWord | None:
    """Return what a lot's word says; None of 0, where no document ever created it.

    Raises:
        WordMalformedError: A bit above the two of the status is set.
    """
    if word >> 162:
        raise WordMalformedError(word=word, what="word of a lot", what_zh="批次记录")
    if not word:
        return None
    return LotWord(word & _MASK_64, word >> 64 & _MASK_64, word >> 128 & _MASK_32, LotStatus(word >> 160))


def pack_journal(journal: JournalWord) -> int:
    """Return the word of a journal."""
    if journal.digest >> 192 or journal.sequence >> 64:
        _refuse_field(("digest", "摘要", journal.digest, 192), ("sequence", "序号", journal.sequence, 64))
    return journal.digest << 64 | journal.sequence


def unpack_journal(word: int) -> JournalWord:
    """Return digest and sequence of a journal; both 0 where nothing was ever recorded.

    Raises:
        WordMalformedError: It has a digest and no entries.
    """
    if word and not word & _MASK_64:
        raise WordMalformedError(word=word, what="journal", what_zh="账簿摘要")
    return JournalWord(word >> 64, word & _MASK_64)


def pack_document(document: DocumentWord) -> int:
    """Return the word of a document."""
    if document.content >> 248:
        _refuse_field(("content digest", "内容摘要", document.content, 248))
    return document.content << 8 | document.is_named << 1 | document.is_reversed


def unpack_document(word: int) -> DocumentWord | None:
    """Return what a document's word says; None of 0, where there is no such document.

    Raises:
        WordMalformedError: A flag is set that does not exist.
    """
    if word & 0xFC:
        raise WordMalformedError(word=word, what="word of a document", what_zh="单据记录")
    return DocumentWord(word >> 8, bool(word & 1), bool(word & 2)) if word else None


def pack_reference(type_: int, id_: int) -> int:
    """Return a reference of `type_` (8 bits) to `id_` (248 bits)."""
    if type_ >> 8 or id_ >> 248:
        _refuse_field(("type of reference", "引用类型", type_, 8), ("id of reference", "引用编号", id_, 248))
    return type_ << 248 | id_


def unpack_reference(word: int) -> Reference:
    """Return type and id of a reference. A count's is a journal word, see `unpack_journal`."""
    return Reference(word >> 248, word & _MASK_248)


def pack_verdict(verdict: VerdictWord) -> int:
    """Return the word of a verdict."""
    if verdict.grade >> 8 or verdict.supplier_position >> 64 or verdict.issuer_position >> 64:
        _refuse_field(
            ("grade", "等级", verdict.grade, 8),
            ("supplier's position", "供应商序号", verdict.supplier_position, 64),
            ("issuer's position", "签发方序号", verdict.issuer_position, 64),
        )
    return (
        verdict.issuer_position << 80 | verdict.supplier_position << 16 | verdict.grade << 8 | verdict.status
    )


def unpack_verdict(word: int) -> VerdictWord:
    """Return a verdict; 0 is unknown.

    Raises:
        WordMalformedError: A bit above the issuer's position is set, or status or grade do not exist.
    """
    status, grade = word & 0xFF, word >> 8 & 0xFF
    if word >> 144 or status > VerdictStatus.NOT_NEEDED or grade > 4:
        raise WordMalformedError(word=word, what="verdict", what_zh="资质结论")
    return VerdictWord(VerdictStatus(status), grade, word >> 16 & _MASK_64, word >> 80 & _MASK_64)


def split_words(data: bytes) -> Sequence[int]:
    """Return the 256-bit words in `data`.

    Raises:
        WordMalformedError: `data` is not a whole number of words.
    """
    if len(data) % WORD_BYTES:
        raise WordMalformedError(
            word=int.from_bytes(data[-(len(data) % WORD_BYTES) :], "big"),
            what="whole word",
            what_zh="完整的字",
        )
    return [int.from_bytes(data[i : i + WORD_BYTES], "big") for i in range(0, len(data), WORD_BYTES)]


def join_words(words: Sequence[int]) -> bytes:
    """Return 256-bit words one after the other, as calldata and events hold them."""
    return b"".join([word.to_bytes(WORD_BYTES, "big") for word in words])


def _refuse_field(*fields: tuple[str, str, int, int]) -> NoReturn:
    """Raise for the first of (name, Chinese name, value, bits) that does not fit."""
    name, name_zh, value, bits = next(field for field in fields if field[2] >> field[3])
    raise FieldRangeError(field=name, field_zh=name_zh, value=value, limit=(1 << bits) - 1)
