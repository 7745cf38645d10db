"""`/v1/suppliers`: who delivers, and what a supplier is worth."""

from __future__ import annotations

from dataclasses import dataclass

from api.access.callers import CallerDep
from api.answers import AnswerRoute
from api.parameters import SupplierParameter, SupplierRef, VerdictParameters, at_seconds
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.register_parameters import IdsParameters, JudgedIdsParameters, number_after
from api.register_problems import SupplierUnknownError
from api.resources import Resource
from api.routes._names import names_of
from api.routes._qualifications import Qualified, qualification_rows
from api.schemas.common import Block, Name, id160, moment
from api.schemas.suppliers import Supplier, SupplierRow, Suppliers, SupplierVerdict, VerdictAnswers
from ledger_client.fold.records import Registered
from ledger_client.fold.supplier_answers import SupplierAnswers, supplier_answers
from ledger_client.index import IndexReader
from ledger_client.index.marks import MarkedReader
from ledger_client.index.register_pages import (
    journal_word,
    qualification_counts,
    qualifications_page,
    suppliers_page,
)
from ledger_client.records import Name as RecordName

router = Resource(prefix="/suppliers", tags=["suppliers"], route_class=AnswerRoute)


@router.get("", operation_id="list_suppliers", summary="The suppliers", responses=Problem.responses(401, 403))
def list_suppliers(caller: CallerDep, reading: ReadingDep, query: IdsParameters) -> Suppliers:
    """Return a page of the registered suppliers; that alone qualifies none of them for anything."""
    caller.require_reader()

    def read(index: MarkedReader) -> tuple[dict[int, Registered], dict[int, int]]:
        # One more than is shown tells whether another page follows.
        found = suppliers_page(index, number_after(query.after, 16), query.limit + 1)
        return found, qualification_counts(index, found)

    (found, counts), stamp = reading.consistent(read)
    shown = dict(list(found.items())[: query.limit])
    names = names_of(reading, "supplier", shown)
    return Suppliers(
        suppliers=[
            SupplierRow(
                supplier=id160(each), name=Name.of(names.get(each)), qualification_count=counts.get(each, 0)
            )
            for each in shown
        ],
        next_after=id160(max(shown)) if len(found) > len(shown) else None,
        block=Block.of(stamp),
    )


@router.get(
    "/{supplier}",
    operation_id="read_supplier",
    summary="A supplier",
    responses=Problem.responses(401, 403, 404),
)
def read_supplier(
    caller: CallerDep, reading: ReadingDep, supplier: SupplierParameter, query: JudgedIdsParameters
) -> Supplier:
    """Return a supplier, and a page of its qualifications with what each is worth at a time.

    They are judged by everything recorded; `/v1/qualifications/{qualification}` says what was known then.
    """
    caller.require_reader()
    at = at_seconds(query.at)

    def read(index: MarkedReader) -> _Page:
        record = index.supplier(supplier.id)
        if record is None:
            raise SupplierUnknownError(value=supplier.code or id160(supplier.id))
        found = qualifications_page(index, supplier.id, number_after(query.after, 16), query.limit + 1)
        shown = dict(list(found.items())[: query.limit])
        return _Page(
            record,
            journal_word(index, "supplier_journals", supplier.id) or 0,
            qualification_counts(index, [supplier.id]).get(supplier.id, 0),
            Qualified.read(index, shown),
            len(found) > len(shown),
        )

    found, stamp = reading.consistent(read)
    return Supplier(
        supplier=id160(supplier.id),
        code=supplier.code,
        name=Name.of(_name(reading, supplier, found.record)),
        qualification_count=found.count,
        journal=f"{found.journal:064x}",
        at=moment(at),
        qualifications=qualification_rows(reading, found.qualified, at),
        next_after=id160(max(found.qualified.qualifications)) if found.is_more else None,
        block=Block.of(stamp),
    )


@router.get(
    "/{supplier}/verdict",
    operation_id="read_supplier_verdict",
    summary="What a supplier is worth for a category",
    responses=Problem.responses(401),
)
def read_supplier_verdict(
    _: CallerDep, reading: ReadingDep, supplier: SupplierParameter, query: VerdictParameters
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
        categories=found.categories,
        at=moment(at),
        then=_answers(reading, found.then, found.issuers),
        now=_answers(reading, found.now, found.issuers),
        block=Block.of(stamp),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    record: Registered
    journal: int
    count: int
    qualified: Qualified
    is_more: bool


@dataclass(frozen=True, slots=True)
class _Found:
    registered: Registered | None
    then: SupplierAnswers
    now: SupplierAnswers
    issuers: dict[int, Registered | None]
    categories: list[int]


def _find(index: IndexReader, supplier: SupplierRef, category: int, at: int) -> _Found:
    every = index.qualifications(supplier.id)
    qualifications = {key: each for key, each in every.items() if each.category == category}
    issuers = {each.issuer for each in qualifications.values()}
    accreditations = index.accreditations(issuers, category)
    return _Found(
        registered=index.supplier(supplier.id),
        then=supplier_answers(qualifications, accreditations, at, known_by=at),
        now=supplier_answers(qualifications, accreditations, at),
        issuers={issuer: index.issuer(issuer) for issuer in issuers},
        categories=sorted({each.category for each in every.values()}),
    )


def _answers(
    reading: Reading, answers: SupplierAnswers, issuers: dict[int, Registered | None]
) -> VerdictAnswers:
    issuer = issuers.get(answers.issuer)
    name = None if issuer is None else reading.name("issuer", answers.issuer, issuer.name)
    return VerdictAnswers.of(answers, name)


def _name(reading: Reading, supplier: SupplierRef, registered: Registered | None) -> RecordName | None:
    return None if registered is None else reading.name("supplier", supplier.id, registered.name)
