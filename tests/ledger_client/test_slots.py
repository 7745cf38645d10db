"""Slots: those of the compiler's layout, so that a proof is about the word that it is said to be about."""

from __future__ import annotations

import pytest

from ledger_client.addresses import address_from_bytes
from ledger_client.contracts import CONTRACTS
from ledger_client.keccak import keccak
from ledger_client.slots import LEDGER, balance_key, layout, mapping_slot, plus, slot_of


@pytest.mark.parametrize("contract", CONTRACTS)
def test_no_two_variables_of_a_contract_share_a_slot(contract: str) -> None:
    """The contracts pack nothing: every variable has a slot of its own."""
    slots = list(layout(contract).values())
    assert len(set(slots)) == len(slots)
    assert all(len(slot) == 32 for slot in slots)


def test_a_key_is_a_whole_word_however_it_is_given() -> None:
    slot, raw = slot_of(LEDGER, "_siteJournals"), bytes(range(1, 21))
    number = int.from_bytes(raw, "big")
    expected = keccak(bytes(12) + raw + slot)
    assert mapping_slot(raw, slot) == mapping_slot(number, slot) == expected
    assert mapping_slot(address_from_bytes(raw), slot) == expected
    assert mapping_slot(raw.rjust(32, b"\0"), slot) == expected


def test_site_and_lot_do_not_run_into_each_other() -> None:
    full = b"\xff" * 20
    assert balance_key(1, full) + 1 == balance_key(2, bytes(20))


def test_an_element_carries_over() -> None:
    assert plus(bytes(31) + b"\xff", 1) == bytes(30) + b"\x01\x00"


def test_an_unknown_variable_has_no_slot() -> None:
    with pytest.raises(KeyError):
        slot_of(LEDGER, "_nothing")
