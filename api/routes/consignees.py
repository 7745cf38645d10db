"""`/v1/consignees`: who receives what is issued."""

from __future__ import annotations

from api.access.callers import CallerDep
from api.access.rights import Scope
from api.problems import DivisionNotRegisteredError, Problem
from api.reading import ReadingDep
from api.register_parameters import ConsigneeParameter, ConsigneesParameters, number_after
from api.register_problems import ConsigneeUnknownError
from api.resources import Resource
from api.routes._names import names_of
from api.schemas.common import Block, Name, id160
from api.schemas.consignees import Consignee, ConsigneeRow, Consignees
from ledger_client.divisions import ROOT, parse_division
from ledger_client.fold.records import Consignee as Record
from ledger_client.fold.records import Division
from ledger_client.index.marks import MarkedReader
from ledger_client.index.register_pages import consignee as consignee_of
from ledger_client.index.register_pages import consignees_page

router = Resource(prefix="/consignees", tags=["consignees"])


@router.get(
    "",
    operation_id="list_consignees",
    summary="The consignees of a division",
    responses=Problem.responses(401, 403, 404),
)
def list_consignees(caller: CallerDep, reading: ReadingDep, query: ConsigneesParameters) -> Consignees:
    """Return a page of the consignees of a division and below, closed ones too."""
    division = parse_division(query.division)
    caller.require_city_register(division)

    def read(index: MarkedReader) -> dict[int, Record]:
        if division != ROOT and index.division(division) is None:
            raise DivisionNotRegisteredError(division=division)
        # One more than is shown tells whether another page follows.
        return consignees_page(index, division, number_after(query.after, 16), query.limit + 1)

    found, stamp = reading.consistent(read)
    shown = dict(list(found.items())[: query.limit])
    names = names_of(reading, "consignee", shown)
    return Consignees(
        division=str(division),
        consignees=[ConsigneeRow.of(each, record, names.get(each)) for each, record in shown.items()],
        next_after=id160(max(shown)) if len(found) > len(shown) else None,
        block=Block.of(stamp),
    )


@router.get(
    "/{consignee}",
    operation_id="read_consignee",
    summary="A consignee",
    responses=Problem.responses(401, 403, 404),
)
def read_consignee(caller: CallerDep, reading: ReadingDep, consignee: ConsigneeParameter) -> Consignee:
    """Return what is registered of a consignee, to whoever reads its division."""
    caller.require_reader()

    def read(index: MarkedReader) -> tuple[Record, Division | None]:
        record = consignee_of(index, consignee.id)
        if record is None:
            raise ConsigneeUnknownError(value=consignee.text)
        caller.require(Scope.READ, record.division)
        return record, index.division(record.division)

    (record, division), stamp = reading.consistent(read)
    name = reading.name("consignee", consignee.id, record.name)
    names = reading.names("division", {record.division: division.name} if division else {})
    return Consignee(
        **ConsigneeRow.of(consignee.id, record, name).model_dump(),
        division_name=Name.of(names.get(record.division)),
        block=Block.of(stamp),
    )
