"""How the events of SupplierRegistry and Catalogue become suppliers, histories, items and factors."""

from __future__ import annotations

from dataclasses import replace

from ledger_client.digests import entry_digest, roll
from ledger_client.events import (
    AccreditationRecorded,
    Entry,
    FactorSet,
    IssuerRegistered,
    ItemRegistered,
    QualificationRecorded,
    SupplierRegistered,
)
from ledger_client.fold.records import Accreditation, Item, Qualification, Registered
from ledger_client.fold.state import State
from ledger_client.roles import Role

_MASK_64 = (1 << 64) - 1


def _roll_supplier(state: State, supplier: int, digest: bytes) -> int:
    word = roll(state.supplier_journals[supplier] or 0, supplier, digest)
    state.supplier_journals[supplier] = word
    return word & _MASK_64


def _roll_issuer(state: State, issuer: int, digest: bytes) -> int:
    word = roll(state.issuer_journals[issuer] or 0, issuer, digest)
    state.issuer_journals[issuer] = word
    return word & _MASK_64


def entry_word(entry: Entry) -> int:
    """Return the word of `History.sol` that the registry keeps of an entry."""
    return (
        entry.kind
        | entry.reason << 8
        | entry.grade << 24
        | entry.effective_at << 32
        | entry.recorded_at << 72
        | entry.from_ << 112
        | entry.until << 152
        | (entry.role is Role.AUTHORITY) << 192
    )


def fold_supplier_registered(state: State, event: SupplierRegistered) -> None:
    """Add a supplier."""
    state.suppliers[event.supplier] = Registered(event.name_digest)
    _roll_supplier(state, event.supplier, entry_digest(event))


def fold_issuer_registered(state: State, event: IssuerRegistered) -> None:
    """Add an issuer."""
    state.issuers[event.issuer] = Registered(event.name_digest)
    _roll_issuer(state, event.issuer, entry_digest(event))


def fold_accreditation_recorded(state: State, event: AccreditationRecorded) -> None:
    """Append an entry to an accreditation."""
    position = _roll_issuer(state, event.issuer, entry_digest(event))
    before = state.accreditations[event.issuer, event.category]
    entries = before.entries if before else ()
    state.accreditations[event.issuer, event.category] = Accreditation(
        position, (*entries, entry_word(event.entry))
    )


def fold_qualification_recorded(state: State, event: QualificationRecorded) -> None:
    """Append an entry to a qualification."""
    position = _roll_supplier(state, event.supplier, entry_digest(event))
    before = state.qualifications[event.qualification] or Qualification(
        supplier=event.supplier,
        issuer=event.issuer,
        category=event.category,
        certificate=event.certificate_digest,
        position=0,
        entries=(),
    )
    state.qualifications[event.qualification] = replace(
        before, position=position, entries=(*before.entries, entry_word(event.entry))
    )


def fold_item_registered(state: State, event: ItemRegistered) -> None:
    """Add an item, for good."""
    state.items[event.item] = Item(
        event.qualification_category, event.shelf_life, event.unit, event.serial, event.name_digest
    )


def fold_factor_set(state: State, event: FactorSet) -> None:
    """Set, for good, how much of a unit a pack holds."""
    state.factors[event.pack, event.unit] = event.factor
