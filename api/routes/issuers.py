"""`/v1/issuers`: who vouches for suppliers, and for what."""

from __future__ import annotations

from dataclasses import dataclass

from api.access.callers import CallerDep
from api.parameters import at_seconds
from api.problems import Problem
from api.reading import ReadingDep
from api.register_parameters import AccreditationsParameters, IdsParameters, IssuerParameter, number_after
from api.register_problems import IssuerUnknownError
from api.resources import Resource
from api.routes._names import names_of
from api.schemas.common import Block, Name, id160, moment
from api.schemas.histories import history
from api.schemas.issuers import Accreditation, Issuer, IssuerRow, Issuers
from ledger_client.fold.records import Accreditation as Record
from ledger_client.fold.records import Registered
from ledger_client.fold.verdicts import status_at
from ledger_client.index.marks import MarkedReader
from ledger_client.index.register_pages import accreditations_page, issuers_page, journal_word

router = Resource(prefix="/issuers", tags=["issuers"])


@router.get("", operation_id="list_issuers", summary="The issuers", responses=Problem.responses(401, 403))
def list_issuers(caller: CallerDep, reading: ReadingDep, query: IdsParameters) -> Issuers:
    """Return a page of the registered issuers; that alone lets nobody qualify anyone."""
    caller.require_reader()
    # One more than is shown tells whether another page follows.
    found, stamp = reading.consistent(
        lambda index: issuers_page(index, number_after(query.after, 16), query.limit + 1)
    )
    shown = dict(list(found.items())[: query.limit])
    names = names_of(reading, "issuer", shown)
    return Issuers(
        issuers=[IssuerRow(issuer=id160(each), name=Name.of(names.get(each))) for each in shown],
        next_after=id160(max(shown)) if len(found) > len(shown) else None,
        block=Block.of(stamp),
    )


@router.get(
    "/{issuer}",
    operation_id="read_issuer",
    summary="An issuer",
    responses=Problem.responses(401, 403, 404),
)
def read_issuer(
    caller: CallerDep, reading: ReadingDep, issuer: IssuerParameter, query: AccreditationsParameters
) -> Issuer:
    """Return an issuer, and a page of its accreditations with their histories."""
    caller.require_reader()
    at = at_seconds(query.at)

    def read(index: MarkedReader) -> _Found:
        record = index.issuer(issuer.id)
        if record is None:
            raise IssuerUnknownError(value=issuer.code or id160(issuer.id))
        found = accreditations_page(index, issuer.id, query.after, query.limit + 1)
        by_category = {category: each for (_, category), each in found.items()}
        return _Found(record, journal_word(index, "issuer_journals", issuer.id) or 0, by_category)

    found, stamp = reading.consistent(read)
    shown = dict(list(found.accreditations.items())[: query.limit])
    return Issuer(
        issuer=id160(issuer.id),
        name=Name.of(reading.name("issuer", issuer.id, found.record.name)),
        code=issuer.code,
        journal=f"{found.journal:064x}",
        at=moment(at),
        accreditations=[_accreditation(category, each, at) for category, each in shown.items()],
        next_after=max(shown) if len(found.accreditations) > len(shown) else None,
        block=Block.of(stamp),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    record: Registered
    journal: int
    accreditations: dict[int, Record]


def _accreditation(category: int, record: Record, at: int) -> Accreditation:
    status, _ = status_at(record.entries, at)
    return Accreditation.model_validate(
        {"category": category, "status": status.name.lower(), "history": history(record.entries)}
    )
