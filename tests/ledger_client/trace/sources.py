"""Registers of a history: a supplier, an issuer with an accreditation, qualifications with their entries."""

from __future__ import annotations

from stock_history import APPROVER, KEEPERS, START, SUPPLIER, History, goods

from ledger_client import events
from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded, EntryKind, SignedBy
from ledger_client.events.suppliers import Entry
from ledger_client.fold.verdicts import Status, Verdict
from ledger_client.keccak import keccak
from ledger_client.lines import ReceiptLine
from ledger_client.roles import Role

ISSUER, QUALIFICATION, OTHER_QUALIFICATION, CATEGORY = 0xA11, 0xB22, 0xB33, 7
YEAR = 366 * 86_400
SUPPLYING = SignedBy(KEEPERS[3], keccak(b"a grant of a supplier"), 1)


def entry(
    kind: EntryKind, recorded: int, effective: int | None = None, until: int = 0, reason: int = 0
) -> Entry:
    return Entry(
        kind=kind,
        reason=reason,
        effective_at=recorded if effective is None else effective,
        recorded_at=recorded,
        grade=1 if until else 0,
        from_=START - YEAR if until else 0,
        until=until,
        actor=APPROVER,
        role=Role.ISSUER,
        grant_position=1,
    )


def register(history: History) -> None:
    """Register the supplier and the issuer, accredit it, and issue one qualification."""
    name = keccak(b"a name")
    history.emit(
        events.SupplierRegistered,
        supplier=SUPPLIER,
        authority=APPROVER,
        authority_division=0,
        grant_position=1,
        name_digest=name,
        recorded_at=history.time,
    )
    history.emit(
        events.IssuerRegistered,
        issuer=ISSUER,
        authority=APPROVER,
        grant_position=1,
        name_digest=name,
        recorded_at=history.time,
    )
    history.emit(
        events.AccreditationRecorded,
        issuer=ISSUER,
        category=CATEGORY,
        entry=entry(EntryKind.ISSUED, history.time, until=START + YEAR),
    )
    for qualification in (QUALIFICATION, OTHER_QUALIFICATION):
        record_entry(history, entry(EntryKind.ISSUED, history.time, until=START + YEAR), qualification)
    history.seal()


def record_entry(history: History, what: Entry, qualification: int = QUALIFICATION) -> None:
    history.emit(
        events.QualificationRecorded,
        supplier=SUPPLIER,
        qualification=qualification,
        issuer=ISSUER,
        category=CATEGORY,
        certificate_digest=keccak(b"a certificate"),
        entry=what,
    )


def receive(
    history: History, site: int, batch: str, units: int, qualification: int = QUALIFICATION
) -> tuple[int, DocumentRecorded]:
    """Receive a lot on a qualification, signed by the supplier; return it and the receipt."""
    attributes = goods(batch)
    history.held[site, attributes.lot_id] += units
    receipt = history.record(
        Kind.RECEIPT,
        [ReceiptLine(attributes, units)],
        SUPPLIER,
        site,
        (0, site),
        qualification=qualification,
        verdict=Verdict(Status.VALID, 1, 1, 1).word,
        other=SUPPLYING,
    )
    history.seal(60)
    return attributes.lot_id, receipt
