"""`/v1/divisions`: the divisions of the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from api.access.callers import CallerDep
from api.problems import DivisionNotRegisteredError, Problem
from api.reading import ReadingDep
from api.register_parameters import (
    ChildrenParameters,
    DivisionParameter,
    DivisionsParameters,
    number_after,
)
from api.resources import Resource
from api.routes._names import names_of
from api.schemas.common import Block, Name
from api.schemas.divisions import Division, DivisionRow, Divisions, NamedDivision, level_of
from ledger_client.divisions import ROOT, DivisionId, parse_division
from ledger_client.fold.records import Division as Record
from ledger_client.grants import levels_above
from ledger_client.index.marks import MarkedReader
from ledger_client.index.register_pages import children_page, divisions_page

router = Resource(prefix="/divisions", tags=["divisions"])

_COUNTRY = Record(successor=0, is_closed=False, name=b"")
"""Division 0 exists from the beginning, and nobody registers it."""


@router.get(
    "",
    operation_id="list_divisions",
    summary="The registered divisions",
    responses=Problem.responses(401, 403, 404),
)
def list_divisions(caller: CallerDep, reading: ReadingDep, query: DivisionsParameters) -> Divisions:
    """Return a page of the divisions of the ledger, or of one of them and those below it."""
    caller.require_reader()
    division = parse_division(query.division)

    def read(index: MarkedReader) -> dict[int, Record]:
        _record(index, division)
        # One more than is shown tells whether another page follows.
        return divisions_page(index, division, number_after(query.after), query.limit + 1)

    found, stamp = reading.consistent(read)
    shown = dict(list(found.items())[: query.limit])
    names = names_of(reading, "division", shown)
    return Divisions(
        division=str(division),
        divisions=[DivisionRow.of(each, record, names.get(each)) for each, record in shown.items()],
        next_after=str(max(shown)) if len(found) > len(shown) else None,
        block=Block.of(stamp),
    )


@router.get(
    "/{division}",
    operation_id="read_division",
    summary="A division",
    responses=Problem.responses(401, 403, 404),
)
def read_division(
    caller: CallerDep, reading: ReadingDep, division: DivisionParameter, query: ChildrenParameters
) -> Division:
    """Return a division, the ones that contain it, and a page of those right below it."""
    caller.require_reader()

    def read(index: MarkedReader) -> _Found:
        record = _record(index, division)
        above: dict[int, Record] = {each: _record(index, each) for each in levels_above(division)}
        after = number_after(query.after)
        return _Found(record, above, children_page(index, division, after, query.limit + 1))

    found, stamp = reading.consistent(read)
    shown = dict(list(found.children.items())[: query.limit])
    registered: dict[int, Record] = {division: found.record, **found.above, **shown}
    registered.pop(ROOT, None)  # it has no name
    names = names_of(reading, "division", registered)
    row = DivisionRow.of(division, found.record, names.get(division))
    return Division(
        **row.model_dump(),
        above=[
            NamedDivision(division=str(each), level=level_of(each), name=Name.of(names.get(each)))
            for each in found.above
        ],
        children=[DivisionRow.of(each, record, names.get(each)) for each, record in shown.items()],
        next_after=str(max(shown)) if len(found.children) > len(shown) else None,
        block=Block.of(stamp),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    record: Record
    above: dict[int, Record]
    children: dict[int, Record]


def _record(index: MarkedReader, division: DivisionId) -> Record:
    """Return a registered division.

    Raises:
        DivisionNotRegisteredError: It is not.
    """
    record = _COUNTRY if division == ROOT else index.division(division)
    if record is None:
        raise DivisionNotRegisteredError(division=division)
    return record
