"""Every word of Norms and Reallocation that the events determine, with the slot in which it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ledger_client.audit._words import Word
from ledger_client.documents import Kind
from ledger_client.fold.state import State
from ledger_client.keccak import keccak
from ledger_client.slots import NORMS, REALLOCATION, mapping_slot, plus, slot_of


def norms_words(state: State) -> Iterator[Word]:
    """Yield every word of Norms."""
    for name, label in (("floors", "_floors"), ("terms", "_terms"), ("cycles", "_cycles")):
        for key, word in _items(getattr(state, name)):
            yield Word(NORMS, _of_pair(NORMS, label, key), word, name, key)
    for key, counted in _items(state.counted):
        yield from _words(NORMS, _of_pair(NORMS, "_counted", key), counted.words, "counted", key)
    for division, emergency in _items(state.emergencies):
        slot = mapping_slot(division, slot_of(NORMS, "_emergencies"))
        yield Word(NORMS, slot, emergency.word, "emergencies", division)
    for subject, journal in _items(state.norm_journals):
        slot = mapping_slot(subject, slot_of(NORMS, "_journals"))
        yield Word(NORMS, slot, journal, "norm_journals", subject)


def reallocation_words(state: State) -> Iterator[Word]:
    """Yield every word of Reallocation."""
    for name in ("requests", "proposals", "deliveries"):
        for key, record in _items(getattr(state, name)):
            base = mapping_slot(key, slot_of(REALLOCATION, f"_{name}"))

            yield from _words(REALLOCATION, base, record.words, name, key)
    for key, proposal in _items(state.proposals):
        offered = mapping_slot(key, slot_of(REALLOCATION, "_offered"))
        yield Word(REALLOCATION, offered, proposal.content, "proposals", key)
        length_at = mapping_slot(key, slot_of(REALLOCATION, "_lines"))
        lines = proposal.line_words
        yield Word(REALLOCATION, length_at, len(lines), "proposals", key)
        yield from _words(REALLOCATION, keccak(length_at), lines, "proposals", key)
    for key, answer in _items(state.answers):
        # Of the others the state of the delivery says that they were shown.
        is_settlement = answer.kind == Kind.SETTLEMENT
        slot = mapping_slot(key, slot_of(REALLOCATION, "_settlementsShown"))
        yield Word(REALLOCATION, slot, int(is_settlement), "answers", key)
    for key, units in _items(state.reserved):
        yield Word(REALLOCATION, _of_pair(REALLOCATION, "_reserved", key), units, "reserved", key)
    for key, journal in _items(state.request_journals):
        slot = mapping_slot(key, slot_of(REALLOCATION, "_journals"))
        yield Word(REALLOCATION, slot, journal, "request_journals", key)


def _words(contract: str, base: bytes, values: Sequence[int], name: str, key: Any) -> Iterator[Word]:
    for index, value in enumerate(values):
        yield Word(contract, plus(base, index), value, name, key)


def _of_pair(contract: str, label: str, key: tuple[int, int]) -> bytes:
    """Return the slot of a value in a mapping of mappings."""
    return mapping_slot(key[1], mapping_slot(key[0], slot_of(contract, label)))


def _items(records: Any) -> Any:
    """Return the pairs of a map in memory."""
    return records.items()
