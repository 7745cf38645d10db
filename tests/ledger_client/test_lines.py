from typing import Any

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.documents import Kind
from ledger_client.keccak import keccak
from ledger_client.lines import (
    BY_LOT,
    WITHOUT_QUANTITY,
    AnyLine,
    CountLine,
    Line,
    LineClassError,
    LineQuantityError,
    LineRepeatedError,
    LinesMalformedError,
    LotAttributes,
    LotDigestError,
    OpeningLine,
    ReceiptLine,
    RepackLine,
    line_width,
    own,
    pack_lines,
    pack_quantities,
    unpack_lines,
)
from ledger_client.words import FieldRangeError, WordMalformedError, split_words

GOODS = LotAttributes(item=101_0101_00001, source=0xABC, batch=keccak(b"batch"), made=20_000, expires=20_500)
OTHER = LotAttributes(item=101_0101_00002, source=0xDEF)
KEY = 12345


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.OPENING, Kind.RECEIPT, Kind.COUNT, Kind.REPACK}))
def test_a_lot_twice_is_refused(kind: Kind) -> None:
    quantity = 0 if kind in (Kind.RELEASE, Kind.HOLD, Kind.RECALL, Kind.LIFT) else 3
    same = [Line(7, quantity, 1), Line(7, quantity, 1)]
    with pytest.raises(LineRepeatedError, match="lot 0000000000000000000000000000000000000007"):
        pack_lines(kind, same)
    # Only where there are quantities can they be added up.
    with pytest.raises(LineRepeatedError, match="one out" if kind in WITHOUT_QUANTITY else "both quantities"):
        pack_lines(kind, same)
    other_reason = [Line(7, quantity, 1), Line(7, quantity, 2)]
    if kind in BY_LOT:
        with pytest.raises(LineRepeatedError):
            pack_lines(kind, other_reason)
    else:
        assert len(pack_lines(kind, other_reason)) == 64


def test_quantities_that_a_kind_does_not_allow_are_refused() -> None:
    with pytest.raises(LineQuantityError, match="must be above 0"):
        pack_lines(Kind.ISSUE, [Line(7, 0)])
    with pytest.raises(LineQuantityError, match="must be 0"):
        pack_lines(Kind.RECALL, [Line(7, 1)])
    with pytest.raises(LineQuantityError):
        pack_lines(Kind.OPENING, [OpeningLine(GOODS, 0)])
    with pytest.raises(LineQuantityError):
        pack_lines(Kind.RECEIPT, [ReceiptLine(GOODS, accepted=0)])
    with pytest.raises(LineQuantityError):
        pack_lines(Kind.REPACK, [RepackLine(7, 1, GOODS, 0)])


@pytest.mark.parametrize("quantity", [1 << 63, -1])
def test_quantities_that_do_not_fit_are_refused(quantity: int) -> None:
    with pytest.raises(FieldRangeError):
        pack_lines(Kind.ISSUE, [Line(7, quantity)])
    with pytest.raises(FieldRangeError):
        pack_lines(Kind.COUNT, [CountLine(7, 1, quantity)])


def test_lines_of_another_kind_are_refused() -> None:
    with pytest.raises(LineClassError):
        pack_lines(Kind.COUNT, [Line(7, 1)])
    with pytest.raises(LineClassError):
        pack_lines(Kind.ISSUE, [CountLine(7, 1, 1)])


def test_words_that_are_no_whole_line_are_refused() -> None:
    with pytest.raises(LinesMalformedError):
        unpack_lines(Kind.RECEIPT, bytes(96))
    with pytest.raises(WordMalformedError):
        unpack_lines(Kind.ISSUE, bytes(33))
    with pytest.raises(WordMalformedError):
        unpack_lines(Kind.ISSUE, (1 << 63).to_bytes(32, "big"))


@pytest.mark.parametrize("word", [2, 3])
def test_attributes_of_another_lot_are_refused(word: int) -> None:
    packed = bytearray(pack_lines(Kind.OPENING, [OpeningLine(GOODS, 5)]))
    packed[word * 32 + 31] ^= 1
    with pytest.raises(LotDigestError):
        unpack_lines(Kind.OPENING, bytes(packed))


def test_a_lot_of_a_line_is_found_only_with_its_document() -> None:
    packed = pack_lines(Kind.RECEIPT, [ReceiptLine(GOODS.owned_by(KEY, 1), accepted=5, ordinal=1)])
    with pytest.raises(LotDigestError):
        unpack_lines(Kind.RECEIPT, packed, source=GOODS.source, key=KEY + 1)
    with pytest.raises(LotDigestError):
        unpack_lines(Kind.RECEIPT, packed, source=1, key=KEY)


def test_lot_ids_are_those_of_the_contract() -> None:
    """As `AttributesLibrary.lotId` says it, through a general encoder."""
    types = ["uint64", "uint256", "bytes32", "uint32", "uint32", "uint256"]
    values = [GOODS.item, GOODS.source, GOODS.batch, GOODS.made, GOODS.expires, 0]
    assert GOODS.lot_id == int.from_bytes(keccak(encode(types, values))[:20], "big")
    owned = own(KEY, 3)
    assert owned == int.from_bytes(keccak(encode(["uint248", "uint64"], [KEY, 3])), "big")
    values[-1] = owned
    assert GOODS.owned_by(KEY, 3).lot_id == int.from_bytes(keccak(encode(types, values))[:20], "big")


def test_every_attribute_makes_another_lot() -> None:
    from dataclasses import replace

    changes: list[dict[str, Any]] = [
        {"item": 1},
        {"source": 1},
        {"batch": keccak(b"other")},
        {"made": 1},
        {"expires": 1},
        {"own": 1},
    ]
    lots = {replace(GOODS, **change).lot_id for change in changes} | {GOODS.lot_id}
    assert len(lots) == len(changes) + 1


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        (Kind.OPENING, [OpeningLine(GOODS, 5), OpeningLine(OTHER, 6, 3)]),
        (Kind.RECEIPT, [ReceiptLine(GOODS, 5, 2, 4, 10), ReceiptLine(GOODS.owned_by(KEY, 2), 0, 9, 2)]),
        (Kind.COUNT, [CountLine(8, 5, 7, 30), CountLine(7, 0, 0)]),
        (Kind.REPACK, [RepackLine(9, 2, GOODS, 50, 70), RepackLine(8, 1, OTHER, 25)]),
        (Kind.ACCEPTANCE, [Line.missing(9, 2, 20), Line.returning(9, 3, 20), Line.missing(8, 1, 0)]),
    ],
)
def test_typed_lines_go_in_and_out_in_order(kind: Kind, lines: list[AnyLine]) -> None:
    packed = pack_lines(kind, lines)
    assert len(packed) == 32 * line_width(kind) * len(lines)
    found = unpack_lines(kind, packed, source=GOODS.source, key=KEY)
    assert set(found) == set(lines)
    heads = [word >> 80 for word in split_words(packed)[:: line_width(kind)]]
    assert heads == sorted(heads)
    assert pack_lines(kind, reversed(found)) == packed


def test_exceptions_say_whether_they_are_missing() -> None:
    assert Line.missing(1, 2, 20).is_missing and Line.missing(1, 2, 20).reason == 20 | 1 << 15
    assert not Line.returning(1, 2, 20).is_missing


def test_lines_say_what_follows_from_them() -> None:
    assert CountLine(1, counted=5, expected=7).difference == -2
    assert ReceiptLine(GOODS, accepted=5, rejected=2).delivered == 7


@given(
    st.dictionaries(st.integers(1, (1 << 160) - 1), st.integers(1, (1 << 63) - 1), min_size=1, max_size=20)
)
def test_many_at_once_are_the_same_as_typed_ones(stock: dict[int, int]) -> None:
    typed = pack_lines(Kind.DISPATCH, [Line(lot, quantity) for lot, quantity in stock.items()])
    assert pack_quantities(Kind.DISPATCH, stock.items()) == typed
    unpacked = unpack_lines(Kind.DISPATCH, typed)
    assert {line.lot: line.quantity for line in unpacked if isinstance(line, Line)} == stock


def test_many_at_once_refuse_the_same() -> None:
    with pytest.raises(LineRepeatedError):
        pack_quantities(Kind.ISSUE, [(7, 1), (7, 2)])
    with pytest.raises(LineQuantityError):
        pack_quantities(Kind.ISSUE, [(7, 0)])
