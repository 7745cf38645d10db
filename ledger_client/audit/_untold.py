"""Words of storage that must be zero, because no event tells of them: what a server may have left out whole.

Whoever leaves out every event about something leaves nothing in the state that could be compared. So words
are asked for that other events point to: the journal of a site without documents and of a lot that was never
held, the registration of whatever a document names. What nothing points to cannot be asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.audit._slots import Word
from ledger_client.documents import Kind
from ledger_client.fold.records import RecordedDocument
from ledger_client.fold.state import State
from ledger_client.slots import DIRECTORY, LEDGER, REGISTRY, mapping_slot, slot_of

_SITE_SPAN = 1_000


def untold_words(state: State) -> Iterator[Word]:
    """Yield every word that is zero unless events are missing, each once."""
    for site in _keys(state.sites):
        if state.site_journals[site] is None:
            yield _word(LEDGER, "_siteJournals", "site_journals", site)
    for lot in _keys(state.lots):
        if state.lot_journals[lot] is None:
            yield _word(LEDGER, "_lotJournals", "lot_journals", lot)
    named: set[tuple[str, Any]] = set()
    for document in state.documents.values():  # type: ignore[attr-defined]
        named.update(_named(document))
    for name, key in sorted(named, key=str):
        if getattr(state, name)[key] is None:
            contract, label = _REGISTRATIONS[name]
            yield _word(contract, label, name, key)


_REGISTRATIONS = {
    "divisions": (DIRECTORY, "_divisions"),
    "sites": (DIRECTORY, "_sites"),
    "consignees": (DIRECTORY, "_consignees"),
    "grants": (DIRECTORY, "_grants"),
    "suppliers": (REGISTRY, "_supplierNames"),
    "qualifications": (REGISTRY, "_qualifications"),
}
"""Map of the state → contract and label of the word that its registration writes."""


def _named(document: RecordedDocument) -> Iterator[tuple[str, Any]]:
    """Give the map and key of everything that a document names and that other events must have made."""
    for site in (document.from_site, document.to_site):
        if site:
            yield "sites", site
            yield "divisions", site // _SITE_SPAN
    if document.kind == Kind.ISSUE:
        yield "consignees", document.to
    if document.kind == Kind.RECEIPT:
        # A donor is none, and its word is zero.
        yield "suppliers", document.from_
    if document.qualification:
        yield "qualifications", document.qualification
    for signer, grant in (
        (document.sender, document.sender_grant),
        (document.other, document.other_grant),
        (document.approver, document.approver_grant),
    ):
        if signer != ZERO_ADDRESS and any(grant):
            yield "grants", grant


def _word(contract: str, label: str, name: str, key: Any) -> Word:
    return Word(contract, mapping_slot(key, slot_of(contract, label)), 0, name, key)


def _keys(records: Any) -> Any:
    """Return the keys of a map in memory."""
    return records.keys()
