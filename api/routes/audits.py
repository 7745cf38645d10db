"""`/v1/audits`: the audit of the whole ledger, started here and read here."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.auditing import Audit, AuditsDep
from api.problems import Problem
from api.resources import Resource
from api.schemas.audits import AuditList, AuditReport, AuditRun
from ledger_client.divisions import ROOT

router = Resource(prefix="/audits", tags=["audits"])

AuditParameter = Annotated[
    str,
    Path(
        pattern="^[0-9a-f]{32}$",
        description="Of an audit that was started here.",
        examples=["6f1d0c4be0f94a4b9c6a6a2f5b1c7d11"],
    ),
]


class FindingsQuery(BaseModel):
    """Which page of the findings."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=200, description="Most findings to return.")
    after: int = Field(
        0,
        ge=0,
        le=(1 << 31) - 1,
        description="Number of the last finding of the page before; 0 for the first.",
    )
    severity: Literal["note", "warning", "error"] | None = Field(
        None, description="Only findings of this severity."
    )
    is_open: bool | None = Field(None, description="Only findings that are open, or only those that are not.")


@router.post(
    "",
    operation_id="start_audit",
    summary="Start an audit",
    status_code=202,
    responses=Problem.responses(401, 403, 409),
)
async def start_audit(caller: CallerDep, audits: AuditsDep, request: Request, response: Response) -> AuditRun:
    """Start an audit: all events are replayed and compared with the index and the contracts' storage.

    It is of the whole ledger, whoever starts it; `Location` says where it is read. One runs at a time.
    """
    caller.require_reader()
    audit = audits.start(caller.account or "")
    response.headers["Location"] = f"{request.url.path}/{audit.id}"
    return AuditRun.of(audit)


@router.get(
    "",
    operation_id="list_audits",
    summary="The last audits",
    responses=Problem.responses(401, 403),
)
async def list_audits(caller: CallerDep, audits: AuditsDep) -> AuditList:
    """Return the last audits without their findings; they are kept while the server runs."""
    caller.require_reader()
    return AuditList(audits=[AuditRun.of(each) for each in audits.last()])


@router.get(
    "/{audit}",
    operation_id="read_audit",
    summary="How far an audit is, and what it found",
    responses=Problem.responses(401, 403, 404),
)
async def read_audit(
    caller: CallerDep, audits: AuditsDep, audit: AuditParameter, query: Annotated[FindingsQuery, Query()]
) -> AuditReport:
    """Return an audit with a page of the findings that the caller may read.

    Those are the findings of its sites and divisions; the summary is of the whole ledger, and `elsewhere`
    says how many findings are of other places. Pages stay what they are: a report never changes.
    """
    caller.require_reader()
    found = audits.find(audit)
    readable = found.shown_to(caller)
    wanted = [
        each
        for each in readable
        if each.number > query.after
        and query.severity in (None, each.severity)
        and query.is_open in (None, each.is_open)
    ]
    shown = wanted[: query.limit]
    next_after = shown[-1].number if len(wanted) > len(shown) else None
    return AuditReport.page(found, shown, len(found.findings) - len(readable), next_after)


@router.delete(
    "/{audit}",
    operation_id="cancel_audit",
    summary="Stop an audit",
    status_code=204,
    responses=Problem.responses(401, 403, 404),
)
async def cancel_audit(caller: CallerDep, audits: AuditsDep, audit: AuditParameter) -> None:
    """Stop an audit that runs; one that has ended stays as it is.

    Whoever started it may, and whoever reads the whole country.
    """
    caller.require_reader()
    found = audits.find(audit)
    _require_its_own(caller, found)
    await audits.cancel(found)


def _require_its_own(caller: Rights, audit: Audit) -> None:
    if caller.account != audit.by:
        caller.require(Scope.READ, ROOT)
