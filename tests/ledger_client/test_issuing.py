"""What waits for the consignee of a request: what arrived, less what was issued, whichever lots that were."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger_client.allocation import REFERENCE_REQUEST
from ledger_client.issuing import Issuing, reference_to_request
from ledger_client.words import Reference, unpack_reference

KEY = 0xABCDEF12 << 216
LOTS = st.dictionaries(st.integers(1, 6), st.integers(1, 50), max_size=5)


def test_an_issue_refers_to_its_request_by_type_and_key() -> None:
    assert unpack_reference(reference_to_request(KEY)) == Reference(REFERENCE_REQUEST, KEY)


def test_all_of_each_lot_waits_until_some_is_issued() -> None:
    assert Issuing({7: 20, 5: 30}, {}).waiting == {5: 30, 7: 20}
    assert Issuing({7: 20, 5: 30}, {5: 30, 7: 4}).waiting == {7: 16}
    assert Issuing({7: 20}, {7: 20}).waiting == {}


def test_another_lot_issued_in_their_place_counts_too() -> None:
    issuing = Issuing({7: 20, 5: 30}, {9: 35})
    assert (issuing.units_waiting, issuing.waiting) == (15, {5: 15})


def test_what_came_back_after_it_was_issued_leaves_nothing_waiting() -> None:
    issuing = Issuing({5: 10}, {5: 30})
    assert (issuing.units_waiting, issuing.waiting) == (0, {})


@given(LOTS, LOTS)
def test_never_more_than_arrived_of_any_lot_nor_in_all(
    arrived: dict[int, int], issued: dict[int, int]
) -> None:
    issuing = Issuing(arrived, issued)
    waiting = issuing.waiting
    assert sum(waiting.values()) <= issuing.units_waiting
    assert all(0 < units <= arrived[lot] - issued.get(lot, 0) for lot, units in waiting.items())
    if all(units <= arrived.get(lot, 0) for lot, units in issued.items()):
        assert sum(waiting.values()) == issuing.units_waiting
