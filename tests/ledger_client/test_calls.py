"""Numbers that fit, and recorded documents as other contracts are shown them."""

from __future__ import annotations

import pytest
from eth_abi.abi import decode
from facade import KEEPING, KEEPING_TOO, OTHER_PLACE, PLACE, World

from ledger_client.calls import content_of, document_argument, require_fits
from ledger_client.contracts import encode_call
from ledger_client.digests import content_digest
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.lines import Line, pack_lines
from ledger_client.words import FieldRangeError, split_words


@pytest.mark.parametrize(("value", "bits"), [(0, 16), (65_535, 16), (65_536, 17), ((1 << 64) - 1, 64)])
def test_a_number_that_fits_is_let_through(value: int, bits: int) -> None:
    require_fits("the reason", "原因", value, bits)


@pytest.mark.parametrize(("value", "bits"), [(-1, 16), (65_536, 16), (1 << 64, 64)])
def test_a_number_that_does_not_is_refused_with_the_highest(value: int, bits: int) -> None:
    with pytest.raises(FieldRangeError) as caught:
        require_fits("the reason", "原因", value, bits)
    assert caught.value.exit_code == 2
    assert caught.value.text("en") == (
        f"the reason is {value}, but it must be a whole number from 0 to {(1 << bits) - 1}; correct it"
    )
    assert caught.value.text("zh").startswith(f"原因为 {value}")


def test_a_recorded_document_is_shown_with_the_content_that_was_recorded(world: World) -> None:
    lot = world.stocked(10)
    recorded = world.record(
        world.ledger.stock.hand_over(PLACE, OTHER_PLACE, [Line(lot, 3)], keeper=KEEPING, receiver=KEEPING_TOO)
    )
    content = content_of(recorded)
    assert content_digest(Kind.HAND_OVER, recorded.key, content) == recorded.content


def test_a_document_is_the_struct_of_the_contracts() -> None:
    document = Document(
        client_id=bytes(range(32)),
        occurred_at=Timestamp(86_400, is_day_only=True),
        from_=1,
        to=2,
        reference=3,
        reason=4,
        qualification=5,
        deadline=6,
        lines=pack_lines(Kind.DISPATCH, [Line(7, 8), Line(9, 10)]),
    )
    data = encode_call("Reallocation", "show", Kind.DISPATCH, 11, document_argument(document))
    struct = "(bytes32,uint256,uint256,uint64,uint256,uint16,uint160,uint64,uint256[])"
    kind, key, shown = decode(["uint8", "uint248", struct], data[4:])
    assert (kind, key) == (Kind.DISPATCH, 11)
    word = 86_400 | 1 << 63
    assert shown == (bytes(range(32)), 1, 2, word, 3, 4, 5, 6, tuple(split_words(document.lines)))
