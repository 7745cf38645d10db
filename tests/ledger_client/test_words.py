from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_client import words
from ledger_client.words import (
    AmountsWord,
    AttributesWord,
    BalanceWord,
    DocumentWord,
    FieldRangeError,
    Head,
    JournalWord,
    LotStatus,
    LotWord,
    Reference,
    VerdictStatus,
    VerdictWord,
    WordMalformedError,
)

ONES = (1 << 256) - 1


def below(bits: int) -> st.SearchStrategy[int]:
    return st.integers(0, (1 << bits) - 1)


@pytest.mark.parametrize("bit", range(63, 80))
def test_a_spare_bit_of_a_line_is_refused(bit: int) -> None:
    with pytest.raises(WordMalformedError):
        words.unpack_head(words.pack_head(5, 1, 2) | 1 << bit)


@pytest.mark.parametrize(
    ("unpack", "bits"),
    [
        (words.unpack_attributes, range(1, 128)),
        (words.unpack_amounts, range(192, 256)),
        (words.unpack_balance, range(64, 256)),
        (words.unpack_lot, range(162, 256)),
        (words.unpack_document, range(2, 8)),
        (words.unpack_verdict, range(144, 256)),
    ],
)
def test_a_bit_without_meaning_is_refused(unpack: Any, bits: range) -> None:
    for bit in bits:
        with pytest.raises(WordMalformedError):
            unpack(1 << bit | 1)


def test_a_verdict_that_does_not_exist_is_refused() -> None:
    for word in (8, 5 << 8):
        with pytest.raises(WordMalformedError):
            words.unpack_verdict(word)


def test_a_journal_with_a_digest_and_no_entries_is_refused() -> None:
    with pytest.raises(WordMalformedError):
        words.unpack_journal(1 << 64)


@pytest.mark.parametrize(
    "fields", [(1 << 160, 0, 0), (0, 1 << 16, 0), (0, 0, 1 << 63), (0, 0, -1), (-1, 0, 0)]
)
def test_a_value_that_would_spill_is_refused(fields: tuple[int, int, int]) -> None:
    with pytest.raises(FieldRangeError):
        words.pack_head(*fields)


def test_every_other_word_refuses_values_that_would_spill() -> None:
    cases: tuple[tuple[Any, Any], ...] = (
        (words.pack_attributes, AttributesWord(0, 1 << 32, 0, False)),
        (words.pack_amounts, AmountsWord(0, 1 << 64, 0)),
        (words.pack_balance, BalanceWord(1 << 63, False)),
        (words.pack_lot, LotWord(1, 1 << 64, 0, LotStatus.RELEASED)),
        (words.pack_journal, JournalWord(1 << 192, 1)),
        (words.pack_document, DocumentWord(1 << 248, False, False)),
        (words.pack_verdict, VerdictWord(VerdictStatus.VALID, 256, 0, 0)),
    )
    for pack, value in cases:
        with pytest.raises(FieldRangeError):
            pack(value)
    with pytest.raises(FieldRangeError):
        words.pack_reference(256, 0)


def test_refusal_says_field_value_and_limit() -> None:
    with pytest.raises(FieldRangeError, match=r"quantity is 9223372036854775808.*0 to 9223372036854775807"):
        words.pack_head(1, 0, 1 << 63)


def test_a_broken_word_is_refused() -> None:
    with pytest.raises(WordMalformedError):
        words.split_words(bytes(33))


@given(below(160), below(16), below(63))
def test_heads_go_in_and_out(lot: int, reason: int, quantity: int) -> None:
    word = words.pack_head(lot, reason, quantity)
    assert words.unpack_head(word) == Head(lot, reason, quantity)
    assert word == int(f"{lot:040x}{reason:04x}{quantity:020x}", 16)


@given(below(64), below(32), below(32), st.booleans())
def test_attributes_go_in_and_out(item: int, made: int, expires: int, is_own: bool) -> None:
    attributes = AttributesWord(item, made, expires, is_own)
    word = words.pack_attributes(attributes)
    assert words.unpack_attributes(word) == attributes
    assert word == int(f"{item:016x}{made:08x}{expires:08x}{int(is_own):032x}", 16)


@given(below(64), below(64), below(64))
def test_amounts_go_in_and_out(delivered: int, rejected: int, ordinal: int) -> None:
    amounts = AmountsWord(delivered, rejected, ordinal)
    assert words.unpack_amounts(words.pack_amounts(amounts)) == amounts


@given(below(63), st.booleans())
def test_balances_go_in_and_out(quantity: int, held: bool) -> None:
    assert words.unpack_balance(words.pack_balance(BalanceWord(quantity, held))) == BalanceWord(
        quantity, held
    )


@given(st.integers(1, (1 << 64) - 1), below(64), below(32), below(2))
def test_lots_go_in_and_out(item: int, site: int, use_until: int, status: int) -> None:
    lot = LotWord(item, site, use_until, LotStatus(status))
    assert words.unpack_lot(words.pack_lot(lot)) == lot


def test_nothing_there_is_none() -> None:
    assert words.unpack_lot(0) is None
    assert words.unpack_document(0) is None
    assert words.unpack_journal(0) == JournalWord(0, 0)


@given(below(192), st.integers(1, (1 << 64) - 1))
def test_journals_go_in_and_out(digest: int, sequence: int) -> None:
    assert words.unpack_journal(words.pack_journal(JournalWord(digest, sequence))) == JournalWord(
        digest, sequence
    )


@given(st.integers(1, (1 << 248) - 1), st.booleans(), st.booleans())
def test_documents_go_in_and_out(content: int, is_reversed: bool, is_named: bool) -> None:
    document = DocumentWord(content, is_reversed, is_named)
    assert words.unpack_document(words.pack_document(document)) == document


@given(below(8), below(248))
def test_references_go_in_and_out(type_: int, id_: int) -> None:
    assert words.unpack_reference(words.pack_reference(type_, id_)) == Reference(type_, id_)


@given(st.sampled_from(VerdictStatus), st.integers(0, 4), below(64), below(64))
def test_verdicts_go_in_and_out(status: VerdictStatus, grade: int, supplier: int, issuer: int) -> None:
    verdict = VerdictWord(status, grade, supplier, issuer)
    assert words.unpack_verdict(words.pack_verdict(verdict)) == verdict


@given(st.lists(below(256), max_size=5))
def test_words_are_joined_and_split(values: list[int]) -> None:
    assert list(words.split_words(words.join_words(values))) == values
