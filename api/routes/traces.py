"""`/v1/traces`: where goods came from and went.

Whoever reads a site of a trace reads the trace; beyond the caller's sites it shows site codes and quantities.
"""

from __future__ import annotations

from api.access.callers import CallerDep
from api.access.rights import Scope
from api.ids import (
    ID_DIGITS,
    KEY_DIGITS,
    ConsigneeNotRegisteredError,
    ConsigneeParameter,
    DocumentNotRecordedError,
    DocumentParameter,
    LotNotRecordedError,
    LotParameter,
    QualificationNotRecordedError,
    QualificationParameter,
    SupplierNotRegisteredError,
)
from api.parameters import SupplierParameter
from api.problems import Problem
from api.reading import ReadingDep
from api.register_parameters import IssuerParameter
from api.register_problems import IssuerUnknownError
from api.resources import Resource
from api.routes._concerned import places_of_document
from api.routes._traces import Subject, lots_of_caller, require_few, trace
from api.schemas.common import id160
from api.schemas.traces import Trace
from ledger_client.divisions import ROOT
from ledger_client.index.whole import WholeReader
from ledger_client.trace import of_document, of_issuer, of_qualification

router = Resource(prefix="/traces", tags=["traces"])

_RESPONSES = Problem.responses(401, 403, 404, 409)
_FEW = Problem.responses(401, 403, 404)
"""Of what too many lots never hang on: a lot is one, and a document names no more than it has lines."""


@router.get("/lots/{lot}", operation_id="trace_lot", summary="Where a lot came from and went", responses=_FEW)
def trace_lot(caller: CallerDep, reading: ReadingDep, lot: LotParameter) -> Trace:
    """Trace a lot, and the lots that came out of it, to whoever held or got it."""

    def find(index: WholeReader, at: int) -> Subject:  # noqa: ARG001 -- as the others
        if index.lot(lot) is None:
            raise LotNotRecordedError(lot=f"{lot:0{ID_DIGITS}x}")
        return Subject("lot", id160(lot), [lot])

    return trace(caller, reading, find)


@router.get(
    "/suppliers/{supplier}",
    operation_id="trace_supplier",
    summary="Where what a supplier or donor gave is",
    responses=_RESPONSES,
)
def trace_supplier(caller: CallerDep, reading: ReadingDep, supplier: SupplierParameter) -> Trace:
    """Trace all lots of a supplier or donor, qualified or not."""

    def find(index: WholeReader, at: int) -> Subject:  # noqa: ARG001
        lots = index.lots_from([supplier.id])
        if not lots and index.supplier(supplier.id) is None:
            raise SupplierNotRegisteredError(supplier=supplier.code or id160(supplier.id))
        return Subject("supplier", id160(supplier.id), list(lots))

    return trace(caller, reading, find)


@router.get(
    "/qualifications/{qualification}",
    operation_id="trace_qualification",
    summary="Where what was received on a qualification is",
    responses=_RESPONSES,
)
def trace_qualification(
    caller: CallerDep, reading: ReadingDep, qualification: QualificationParameter
) -> Trace:
    """Trace all lots that were received on a qualification."""

    def find(index: WholeReader, at: int) -> Subject:
        found = index.qualification(qualification)
        if found is None:
            raise QualificationNotRecordedError(qualification=id160(qualification))
        # Among these are all that were received on it.
        require_few(index, caller, index.lots_from([found.supplier]))
        radius = of_qualification(index, qualification, at)
        lots = [each.lot for each in radius.lots]
        return Subject("qualification", id160(qualification), lots, ruling=radius.ruling)

    return trace(caller, reading, find)


@router.get(
    "/issuers/{issuer}",
    operation_id="trace_issuer",
    summary="Where what the caller got on an issuer's qualifications is",
    responses=_RESPONSES,
)
def trace_issuer(caller: CallerDep, reading: ReadingDep, issuer: IssuerParameter) -> Trace:
    """Trace the lots at sites of the caller that were received on a qualification of an issuer.

    Lots that were never there are left out: one issuer may stand behind most of what lies in the country, and
    whoever got a little of it is not to hear where all the rest is.
    """

    def find(index: WholeReader, at: int) -> Subject:
        if index.issuer(issuer.id) is None:
            raise IssuerUnknownError(value=issuer.code or id160(issuer.id))
        qualified = {each.supplier for each in index.qualifications().values() if each.issuer == issuer.id}
        # Among these are all that were received on one of its qualifications.
        require_few(index, caller, index.lots_from(qualified))
        lots = of_issuer(index, issuer.id, at).lots
        own = lots_of_caller(index, caller, lots)
        if lots and not own:
            caller.require(Scope.READ, ROOT)  # where they are instead is not told either
        return Subject("issuer", id160(issuer.id), own)

    return trace(caller, reading, find)


@router.get(
    "/consignees/{consignee}",
    operation_id="trace_consignee",
    summary="What was issued to a consignee, and where it came from",
    responses=_RESPONSES,
)
def trace_consignee(caller: CallerDep, reading: ReadingDep, consignee: ConsigneeParameter) -> Trace:
    """Trace the lots that sites of the caller issued to a consignee: back, and to wherever else they went.

    That somebody received something elsewhere is told to nobody who reads none of the issues.
    """

    def find(index: WholeReader, at: int) -> Subject:  # noqa: ARG001
        if index.consignee(consignee) is None:
            raise ConsigneeNotRegisteredError(consignee=id160(consignee))
        issued = index.issued_to(consignee)
        own = [lots for site, lots in issued.items() if caller.covers(site)]
        return Subject("consignee", id160(consignee), sorted(set().union(*own)), issued.keys())

    return trace(caller, reading, find)


@router.get(
    "/documents/{key}",
    operation_id="trace_document",
    summary="Where the lots of a document are",
    responses=_FEW,
)
def trace_document(caller: CallerDep, reading: ReadingDep, key: DocumentParameter) -> Trace:
    """Trace the lots that a document names; to whoever reads the document."""

    def find(index: WholeReader, at: int) -> Subject:
        document = index.document(key)
        if document is None:
            raise DocumentNotRecordedError(key=f"{key:0{KEY_DIGITS}x}")
        places = places_of_document(index, document)
        lots = [each.lot for each in of_document(index, document, at).lots]
        return Subject("document", f"{key:0{KEY_DIGITS}x}", lots, places)

    return trace(caller, reading, find)
