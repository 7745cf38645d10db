"""Words of storage that must be zero, because no event tells of them: what a server may have left out whole.

Whoever leaves out every event about something leaves nothing in the state that could be compared. So words
are asked for that other events point to: the journal of a site without documents and of a lot that was never
held, the registration of whatever a document names, every division above a known one, the factor between
items that were repacked; in Norms the journal of every site and division, in Reallocation the proposals that
documents name and what is reserved of what sites have. What nothing points to cannot be asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.allocation import REFERENCE_PROPOSAL
from ledger_client.audit._words import Word
from ledger_client.divisions import DivisionId, DivisionLevel, level, parent_at
from ledger_client.documents import Kind
from ledger_client.fold.records import RecordedDocument
from ledger_client.fold.state import State
from ledger_client.slots import (
    CATALOGUE,
    DIRECTORY,
    LEDGER,
    NORMS,
    REALLOCATION,
    REGISTRY,
    mapping_slot,
    slot_of,
)

_SITE_SPAN = 1_000
_REPACK_LINE = 5 * 32
_ID_248 = (1 << 248) - 1
_DELIVERIES = (Kind.DISPATCH, Kind.HAND_OVER)
_DIGITS = frozenset(map(int, DivisionLevel))


def untold_words(state: State) -> Iterator[Word]:
    """Yield every word that is zero unless events are missing, each once."""
    for site in _keys(state.sites):
        if state.site_journals[site] is None:
            yield _word(LEDGER, "_siteJournals", "site_journals", site)
    for lot in _keys(state.lots):
        if state.lot_journals[lot] is None:
            yield _word(LEDGER, "_lotJournals", "lot_journals", lot)
    named: set[tuple[str, Any]] = set()
    for document in _values(state.documents):
        named.update(_named(document))
    named.update(("divisions", division) for division in _divisions(state))
    for name, key in sorted(named, key=str):
        if getattr(state, name)[key] is None:
            contract, label = _REGISTRATIONS[name]
            yield _word(contract, label, name, key)
    yield from _factors(state)
    yield from _norms(state)
    yield from _reserved(state)
    if not _keys(state.replacements):
        yield Word(DIRECTORY, slot_of(DIRECTORY, "_replacementCount"), 0, "replacements", 1)


_REGISTRATIONS = {
    "divisions": (DIRECTORY, "_divisions"),
    "sites": (DIRECTORY, "_sites"),
    "consignees": (DIRECTORY, "_consignees"),
    "grants": (DIRECTORY, "_grants"),
    "suppliers": (REGISTRY, "_supplierNames"),
    "qualifications": (REGISTRY, "_qualifications"),
    "proposals": (REALLOCATION, "_proposals"),
}
"""Map of the state → contract and label of the word that its registration writes."""


def _named(document: RecordedDocument) -> Iterator[tuple[str, Any]]:
    """Give the map and key of everything that a document names and that other events must have made."""
    for site in (document.from_site, document.to_site):
        if site:
            yield "sites", site
    if document.kind == Kind.ISSUE:
        yield "consignees", document.to
    if document.kind == Kind.RECEIPT:
        # A donor is none, and its word is zero.
        yield "suppliers", document.from_
    if document.qualification:
        yield "qualifications", document.qualification
    if document.kind in _DELIVERIES and document.reference >> 248 == REFERENCE_PROPOSAL:
        yield "proposals", document.reference & _ID_248
    for signer, grant in (
        (document.sender, document.sender_grant),
        (document.other, document.other_grant),
        (document.approver, document.approver_grant),
    ):
        if signer != ZERO_ADDRESS and any(grant):
            yield "grants", grant


def _divisions(state: State) -> set[int]:
    """Return all divisions that hold anything, and those above them; the country exists without an event."""
    known = {*_keys(state.divisions), *(site // _SITE_SPAN for site in _keys(state.sites))}
    known |= {document.recording_site // _SITE_SPAN for document in _values(state.documents)}
    known |= {consignee.division for consignee in _values(state.consignees)}
    known |= {grant.division for grant in _values(state.grants)}
    above = {
        parent_at(DivisionId(division), each)
        for division in known
        if len(str(division)) in _DIGITS  # what a server made up may have any number
        for each in DivisionLevel
        if each <= level(DivisionId(division))
    }
    return {int(division) for division in above if division}


def _factors(state: State) -> Iterator[Word]:
    """Yield the factors between items that were repacked into each other and of which no event tells."""
    pairs: set[tuple[int, int]] = set()
    for document in _values(state.documents):
        if document.kind == Kind.REPACK:
            for at in range(0, len(document.lines), _REPACK_LINE):
                gone, made = document.lines[at : at + 20], document.lines[at + 32 : at + 52]
                one, two = (state.lots[lot].item for lot in (gone, made))  # type: ignore[union-attr]
                pairs |= {(one, two), (two, one)}
    for key in sorted(pairs):
        if state.factors[key] is None:
            slot = mapping_slot(key[1], mapping_slot(key[0], slot_of(CATALOGUE, "_factors")))
            yield Word(CATALOGUE, slot, 0, "factors", key)


def _norms(state: State) -> Iterator[Word]:
    """Yield the journals in Norms of sites and divisions for which nothing was set, as events tell."""
    for subject in (0, *_keys(state.sites), *_keys(state.divisions)):
        if state.norm_journals[subject] is None:
            yield _word(NORMS, "_journals", "norm_journals", subject)


def _reserved(state: State) -> Iterator[Word]:
    """Yield what is reserved of the items that sites have or had, where no event tells of any."""
    pairs = {(site, record.item) for site, lot in _keys(state.balances) if (record := state.lots[lot])}
    for site, item in sorted(pairs):
        if state.reserved[site, item] is None:
            slot = mapping_slot(item, mapping_slot(site, slot_of(REALLOCATION, "_reserved")))
            yield Word(REALLOCATION, slot, 0, "reserved", (site, item))


def _word(contract: str, label: str, name: str, key: Any) -> Word:
    return Word(contract, mapping_slot(key, slot_of(contract, label)), 0, name, key)


def _keys(records: Any) -> Any:
    """Return the keys of a map in memory."""
    return records.keys()


def _values(records: Any) -> Any:
    """Return the records of a map in memory."""
    return records.values()
