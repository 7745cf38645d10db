"""`/v1/suppliers`: what a supplier is worth."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from api.answers import AnswerRoute
from api.parameters import SupplierParameter, SupplierRef, VerdictParameters, at_seconds
from api.reading import Reading, ReadingDep
from api.schemas.common import Block, Name, id160, moment
from api.schemas.suppliers import SupplierVerdict, VerdictAnswers
from ledger_client.fold.records import Registered
from ledger_client.fold.supplier_answers import SupplierAnswers, supplier_answers
from ledger_client.index import IndexReader
from ledger_client.records import Name as RecordName

router = APIRouter(prefix="/suppliers", tags=["suppliers"], route_class=AnswerRoute)


@router.get(
    "/{supplier}/verdict",
    operation_id="read_supplier_verdict",
    summary="What a supplier is worth for a category",
)
def read_supplier_verdict(
    reading: ReadingDep, supplier: SupplierParameter, query: VerdictParameters
) -> SupplierVerdict:
    """Return what a supplier is worth for a qualification category at a time, fact by fact, then and now.

    A supplier that nobody registered is an answer too: `is_registered` false, `status` unknown.
    """
    at = at_seconds(query.at)
    found, stamp = reading.consistent(lambda index: _find(index, supplier, query.category, at))
    return SupplierVerdict(
        supplier=id160(supplier.id),
        code=supplier.code,
        name=Name.of(_name(reading, supplier, found.registered)),
        is_registered=found.registered is not None,
        category=query.category,
        at=moment(at),
        then=_answers(reading, found.then, found.issuers),
        now=_answers(reading, found.now, found.issuers),
        block=Block.of(stamp),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    registered: Registered | None
    then: SupplierAnswers
    now: SupplierAnswers
    issuers: dict[int, Registered | None]


def _find(index: IndexReader, supplier: SupplierRef, category: int, at: int) -> _Found:
    qualifications = index.qualifications(supplier.id, category)
    issuers = {each.issuer for each in qualifications.values()}
    accreditations = index.accreditations(issuers, category)
    return _Found(
        registered=index.supplier(supplier.id),
        then=supplier_answers(qualifications, accreditations, at, known_by=at),
        now=supplier_answers(qualifications, accreditations, at),
        issuers={issuer: index.issuer(issuer) for issuer in issuers},
    )


def _answers(
    reading: Reading, answers: SupplierAnswers, issuers: dict[int, Registered | None]
) -> VerdictAnswers:
    issuer = issuers.get(answers.issuer)
    name = None if issuer is None else reading.name("issuer", answers.issuer, issuer.name)
    return VerdictAnswers.of(answers, name)


def _name(reading: Reading, supplier: SupplierRef, registered: Registered | None) -> RecordName | None:
    return None if registered is None else reading.name("supplier", supplier.id, registered.name)
