"""Every word of storage that the events determine, with the slot in which the contracts keep it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger_client.audit._allocation_slots import norms_words, reallocation_words
from ledger_client.audit._words import Word
from ledger_client.fold.records import Accreditation, Qualification, Replacement
from ledger_client.fold.state import State
from ledger_client.fold.verdicts import state_word
from ledger_client.keccak import keccak
from ledger_client.slots import (
    CATALOGUE,
    DIRECTORY,
    LEDGER,
    REGISTRY,
    balance_key,
    mapping_slot,
    plus,
    slot_of,
)


def expected_words(state: State) -> Iterator[Word]:
    """Yield every word that the events determine of the six contracts that keep any."""
    yield from _directory(state)
    yield from _registry(state)
    for item, record in _items(state.items):
        yield _word(CATALOGUE, "_items", record.word, "items", item)
        yield _word(CATALOGUE, "_itemNames", _number(record.name), "items", item)
    for key, factor in _items(state.factors):
        slot = mapping_slot(key[1], mapping_slot(key[0], slot_of(CATALOGUE, "_factors")))
        yield Word(CATALOGUE, slot, factor, "factors", key)
    yield from _ledger(state)
    yield from norms_words(state)
    yield from reallocation_words(state)


def _ledger(state: State) -> Iterator[Word]:
    for name, label in (("documents", "_documents"), ("consignments", "_consignments")):
        for key, record in _items(getattr(state, name)):
            yield _word(LEDGER, label, record.word, name, key)
    for site, journal in _items(state.site_journals):
        yield _word(LEDGER, "_siteJournals", journal, "site_journals", site)
    for lot, journal in _items(state.lot_journals):
        yield _word(LEDGER, "_lotJournals", journal, "lot_journals", lot)
    for lot, record in _items(state.lots):
        yield _word(LEDGER, "_lots", record.word, "lots", lot)
    for (site, lot), word in _items(state.balances):
        slot = mapping_slot(balance_key(site, lot), slot_of(LEDGER, "_balances"))
        yield Word(LEDGER, slot, word, "balances", (site, lot))


def _directory(state: State) -> Iterator[Word]:
    for name, label, names in (
        ("divisions", "_divisions", "_divisionNames"),
        ("sites", "_sites", "_siteNames"),
        ("consignees", "_consignees", "_consigneeNames"),
    ):
        for key, record in _items(getattr(state, name)):
            yield _word(DIRECTORY, label, record.word, name, key)
            yield _word(DIRECTORY, names, _number(record.name), name, key)
    for holder, role in _items(state.classes):
        yield _word(DIRECTORY, "_classes", role, "classes", holder)
    for grant_key, grant in _items(state.grants):
        yield _word(DIRECTORY, "_grants", grant.word, "grants", grant_key)
    for holder, journal in _items(state.holder_journals):
        yield _word(DIRECTORY, "_journals", journal, "holder_journals", holder)
    for number, replacement in _items(state.replacements):
        yield from _replacement(number, replacement)
        count = slot_of(DIRECTORY, "_replacementCount")
        if number == len(_items(state.replacements)):
            yield Word(DIRECTORY, count, number, "replacements", number)


def _replacement(number: int, record: Replacement) -> Iterator[Word]:
    base = mapping_slot(number, slot_of(DIRECTORY, "_replacements"))
    words = (
        int(record.old_holder, 16) | record.proposed_at << 160 | record.status << 224,
        int(record.new_holder, 16) | record.authority_division << 160,
        int(record.proposer, 16),
    )
    for index, value in enumerate(words):
        yield Word(DIRECTORY, plus(base, index), value, "replacements", number)
    length_at = mapping_slot(number, slot_of(DIRECTORY, "_suspended"))
    yield Word(DIRECTORY, length_at, len(record.suspended) // 2, "replacements", number)
    for index, value in enumerate(record.suspended):
        yield Word(DIRECTORY, plus(keccak(length_at), index), value, "replacements", number)


def _registry(state: State) -> Iterator[Word]:
    for name, label, journals, journal_label in (
        ("suppliers", "_supplierNames", "supplier_journals", "_supplierJournals"),
        ("issuers", "_issuerNames", "issuer_journals", "_issuerJournals"),
    ):
        for key, record in _items(getattr(state, name)):
            yield _word(REGISTRY, label, _number(record.name), name, key)
        for key, journal in _items(getattr(state, journals)):
            yield _word(REGISTRY, journal_label, journal, journals, key)
    for key, accreditation in _items(state.accreditations):
        base = mapping_slot(key[1], mapping_slot(key[0], slot_of(REGISTRY, "_accreditations")))
        yield from _history(base, accreditation, "accreditations", key)
    for key, qualification in _items(state.qualifications):
        base = mapping_slot(key, slot_of(REGISTRY, "_histories"))
        yield from _history(base, qualification, "qualifications", key)
        yield from _qualification(key, qualification)
    yield from _certificates(state)


def _history(base: bytes, record: Accreditation | Qualification, name: str, key: Any) -> Iterator[Word]:
    yield Word(REGISTRY, base, state_word(record.entries, record.position), name, key)
    length_at = plus(base, 1)
    yield Word(REGISTRY, length_at, len(record.entries), name, key)
    for index, entry in enumerate(record.entries):
        yield Word(REGISTRY, plus(keccak(length_at), index), entry, name, key)


def _qualification(key: int, record: Qualification) -> Iterator[Word]:
    base = mapping_slot(key, slot_of(REGISTRY, "_qualifications"))
    words = (record.supplier | record.category << 160, record.issuer, _number(record.certificate))
    for index, value in enumerate(words):
        yield Word(REGISTRY, plus(base, index), value, "qualifications", key)


def _certificates(state: State) -> Iterator[Word]:
    """Yield by certificate which qualifications name it, in the order in which they were issued."""
    by_certificate: dict[bytes, list[int]] = {}
    for key, qualification in _items(state.qualifications):
        by_certificate.setdefault(qualification.certificate, []).append(key)
    for certificate, keys in by_certificate.items():
        length_at = mapping_slot(certificate, slot_of(REGISTRY, "_certificates"))
        yield Word(REGISTRY, length_at, len(keys), "qualifications", keys[0])
        for index, key in enumerate(keys):
            yield Word(REGISTRY, plus(keccak(length_at), index), key, "qualifications", key)


def _word(contract: str, label: str, value: int, name: str, key: Any) -> Word:
    return Word(contract, mapping_slot(key, slot_of(contract, label)), value, name, key)


def _items(records: Any) -> Any:
    """Return the pairs of a map in memory."""
    return records.items()


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")
