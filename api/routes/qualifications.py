"""`/v1/qualifications`: what suppliers were found fit for, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from api.access.callers import CallerDep
from api.parameters import at_seconds, supplier_ref
from api.problems import Problem
from api.reading import ReadingDep
from api.register_parameters import (
    AtParameters,
    QualificationParameter,
    QualificationsParameters,
    number_after,
)
from api.register_problems import QualificationUnknownError
from api.resources import Resource
from api.routes._names import names_of
from api.routes._qualifications import Qualified, qualification_rows
from api.schemas.common import Block, Name, id160, moment
from api.schemas.histories import history
from api.schemas.qualifications import Qualification, QualificationAnswers, Qualifications
from api.schemas.sites import reason_name
from api.schemas.suppliers import VerdictAnswers
from ledger_client.fold.entries import history_of, ruling_entry
from ledger_client.fold.records import Qualification as Record
from ledger_client.fold.supplier_answers import SupplierAnswers, supplier_answers
from ledger_client.index.marks import MarkedReader
from ledger_client.index.register_pages import journal_word, qualifications_page
from ledger_client.index.register_pages import qualification as qualification_of
from ledger_client.records import Name as RecordName

router = Resource(prefix="/qualifications", tags=["qualifications"])


@router.get(
    "",
    operation_id="list_qualifications",
    summary="Qualifications, of a supplier, on a certificate or all",
    responses=Problem.responses(401, 403),
)
def list_qualifications(
    caller: CallerDep, reading: ReadingDep, query: QualificationsParameters
) -> Qualifications:
    """Return a page of qualifications with what each is worth at a time, by everything recorded.

    Of a supplier that nobody registered, and on a certificate that nobody recorded or that was changed since,
    there are none.
    """
    caller.require_reader()
    supplier = None if query.supplier is None else supplier_ref(query.supplier).id
    certificate = None if query.certificate is None else bytes.fromhex(query.certificate.removeprefix("0x"))
    at = at_seconds(query.at)

    def read(index: MarkedReader) -> tuple[Qualified, bool]:
        # One more than is shown tells whether another page follows.
        after = number_after(query.after, 16)
        found = qualifications_page(index, supplier, after, query.limit + 1, certificate)
        shown = dict(list(found.items())[: query.limit])
        return Qualified.read(index, shown), len(found) > len(shown)

    (found, is_more), stamp = reading.consistent(read)
    return Qualifications(
        at=moment(at),
        qualifications=qualification_rows(reading, found, at),
        next_after=id160(max(found.qualifications)) if is_more else None,
        block=Block.of(stamp),
    )


@router.get(
    "/{qualification}",
    operation_id="read_qualification",
    summary="A qualification",
    responses=Problem.responses(401, 403, 404),
)
def read_qualification(
    caller: CallerDep, reading: ReadingDep, qualification: QualificationParameter, query: AtParameters
) -> Qualification:
    """Return a qualification: what it is worth at a time, then and now, fact by fact, and its history."""
    caller.require_reader()
    at = at_seconds(query.at)

    def read(index: MarkedReader) -> _Found:
        record = qualification_of(index, qualification)
        if record is None:
            raise QualificationUnknownError(value=id160(qualification))
        beside = Qualified.read(index, {qualification: record})
        return _Found(record, beside, journal_word(index, "supplier_journals", record.supplier))

    found, stamp = reading.consistent(read)
    record = found.record
    accreditations = found.beside.accreditations_of(record)
    issuer = names_of(reading, "issuer", found.beside.issuers).get(record.issuer)
    supplier = names_of(reading, "supplier", found.beside.suppliers).get(record.supplier)
    one = {qualification: record}
    then = supplier_answers(one, accreditations, at, known_by=at)
    of_issuer = accreditations.get(record.issuer)
    return Qualification(
        qualification=id160(qualification),
        supplier=id160(record.supplier),
        supplier_name=Name.of(supplier),
        issuer=id160(record.issuer),
        issuer_name=Name.of(issuer),
        category=record.category,
        certificate=f"0x{record.certificate.hex()}",
        at=moment(at),
        then=_answers(record, then, issuer, at, known_by=at),
        now=_answers(record, supplier_answers(one, accreditations, at), issuer, at),
        history=history(record.entries),
        issuer_history=history(of_issuer.entries) if of_issuer else [],
        supplier_journal=None if found.journal is None else f"{found.journal:064x}",
        block=Block.of(stamp),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    record: Record
    beside: Qualified
    journal: int | None


def _answers(
    record: Record, answers: SupplierAnswers, issuer: RecordName | None, at: int, known_by: int | None = None
) -> QualificationAnswers:
    ruling = ruling_entry(history_of(record.entries), at, known_by)
    is_against = bool(answers.is_suspended or answers.is_revoked)
    return QualificationAnswers(
        **VerdictAnswers.of(answers, issuer).model_dump(),
        reason=reason_name(ruling.reason) if ruling and is_against else None,
    )
