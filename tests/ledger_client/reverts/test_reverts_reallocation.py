"""What the sentences of Reallocation say beside their facts."""

from __future__ import annotations

import pytest

from ledger_client.allocation import DeliveryState
from ledger_client.reverts.deliveries import (
    ReallocationDeliveryAboveError,
    ReallocationDeliveryWrongError,
    ReallocationReferenceOtherError,
    ReallocationReversedOtherwiseError,
)
from ledger_client.reverts.reallocation import (
    ReallocationLotOtherError,
    ReallocationLotShortError,
    ReallocationReasonMissingError,
    ReallocationRequestOverError,
)
from ledger_client.words import pack_reference

KEY = 0xABCDEF12 << 216


@pytest.mark.parametrize(
    ("quantity", "floor", "en", "zh"),
    [
        (
            31,
            10,
            "a request for 31 base units, above three times the floor of 10, needs a reason",
            "保底量 10",
        ),
        (0, 0, "this decision needs a reason", "此项决定须注明原因"),
    ],
)
def test_what_needs_a_reason(quantity: int, floor: int, en: str, zh: str) -> None:
    error = ReallocationReasonMissingError(quantity=quantity, floor=floor)
    assert en in error.text("en") and zh in error.text("zh")


def test_why_a_request_is_over() -> None:
    facts = {"request": KEY, "accepted": 40, "needed_by": 1_790_000_000}
    assert "it was withdrawn" in ReallocationRequestOverError(**facts, withdrawn=True).text("en")
    over = ReallocationRequestOverError(**facts, withdrawn=False)
    assert "40 are accepted, and they were needed by 2026-09-21" in over.text("en")
    assert "已验收 40" in over.text("zh")


def test_what_a_lot_is() -> None:
    facts = {"lot": 7 << 128, "asked": 201_0101_00001}
    assert "was never received" in ReallocationLotOtherError(**facts, item=0).text("en")
    assert "is of item 101010100001" in ReallocationLotOtherError(**facts, item=101_0101_00001).text("en")
    assert "从未入库" in ReallocationLotOtherError(**facts, item=0).text("zh")


def test_how_much_is_too_many() -> None:
    assert "3 too many" in ReallocationLotShortError(lot=1, usable=7, proposed=10).text("en")
    assert "多出 3" in ReallocationDeliveryAboveError(proposal=KEY, remaining=7, delivered=10).text("zh")


def test_reversed_or_not() -> None:
    assert "was reversed, so that" in ReallocationReversedOtherwiseError(key=KEY, reversed=True).text("en")
    assert "was not reversed" in ReallocationReversedOtherwiseError(key=KEY, reversed=False).text("en")


@pytest.mark.parametrize(
    ("state", "hint", "hint_zh"),
    [
        (DeliveryState.NONE, "show the dispatch first", "请先出示该发运单据"),
        (DeliveryState.DISPATCHED, "show its acceptance, contest or return first", "请先出示其验收"),
        (DeliveryState.ANSWERED, "look at the consignment anew", "请重新查看在途单"),
        (DeliveryState.REVERSED, "look at the consignment anew", "请重新查看在途单"),
    ],
)
def test_what_to_do_first_with_a_dispatch(state: DeliveryState, hint: str, hint_zh: str) -> None:
    error = ReallocationDeliveryWrongError(dispatch=KEY, state=state)
    assert hint in error.text("en") and hint_zh in error.text("zh")


def test_what_a_document_refers_to() -> None:
    error = ReallocationReferenceOtherError(key=1, reference_=pack_reference(2, KEY))
    assert "refers to abcdef12… (type 2)" in error.text("en")
