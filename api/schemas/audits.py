"""What is told of an audit: how far it is, what it found, and of which block."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.auditing import Audit, AuditState, KeptFinding
from api.schemas.common import Block, DocumentKey, Id160, moment, moment_or_none

AuditId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class Saying(BaseModel):
    """A sentence in both languages."""

    zh: str = Field(description="In Chinese.")
    en: str = Field(description="In English.")


class AuditProgress(BaseModel):
    """How far an audit is."""

    step: Literal["starting", "events", "storage"] = Field(
        description="Reading the events, then comparing with the contracts' storage."
    )
    block: int = Field(description="Up to which block its events were read.")


class AuditFailure(BaseModel):
    """Why an audit came to nothing."""

    type: str = Field(
        description="As of a problem document.", examples=["urn:shecang:problem:work-too-large"]
    )
    text: Saying = Field(description="The sentence.")


class AuditSummary(BaseModel):
    """What an audit came to, of the whole ledger."""

    block: Block = Field(description="Up to which block it says anything.")
    documents: int = Field(description="Documents of the ledger.")
    routine: int = Field(description="Of these, recorded in no emergency.")
    emergency: int = Field(description="Of these, recorded in an emergency.")
    sites: int = Field(description="Sites that hold or held anything, or recorded anything.")
    lots: int = Field(description="Lots that were created.")
    agreed: bool = Field(description="Whether events, index and contract storage say the same.")
    exit_code: Literal[0, 1] = Field(
        description="As `shecang audit run` ends: 1 where an open finding asks somebody for an answer."
    )
    open: int = Field(description="Findings that no document has closed.")
    asking: int = Field(description="Of these, all but notes.")


class AuditFinding(BaseModel):
    """One finding."""

    number: int = Field(description="Its place in the report, from 1: open ones first, worst first.")
    kind: str = Field(description="What was found; stable.", examples=["count-overdue"])
    severity: Literal["note", "warning", "error"] = Field(description="How bad it is.")
    site: str | None = Field(description="Where; null where it concerns no site.")
    lot: Id160 | None = Field(description="Of which lot; null where it concerns none, or several.")
    document: DocumentKey | None = Field(
        description="Of a divergence, the first document after which the sources differ; null for none."
    )
    category: str | None = Field(description="Of which category of goods, 7 digits; null where of none.")
    owner: str | None = Field(description="The division that has to answer for it; null for the country.")
    since: datetime = Field(description="When somebody could first see it, UTC.")
    deadline: datetime | None = Field(
        description="Until when the owner has to answer, UTC; null where nothing is asked for."
    )
    missed: int = Field(description="Deadlines that were missed; each moved it up to the division above.")
    closed_by: DocumentKey | None = Field(description="The document that closed it; null while it is open.")
    emergency: bool = Field(description="Whether its document was recorded in an emergency.")
    text: Saying = Field(description="The sentence.")

    @classmethod
    def of(cls, finding: KeptFinding) -> AuditFinding:
        """Return a finding as it is told."""
        found = finding.content()
        return cls(
            **{
                **{name: value for name, value in found.items() if name not in ("en", "zh")},
                "number": finding.number,
                "since": moment(found["since"]),
                "deadline": moment_or_none(found["deadline"] or 0),
                "text": Saying(zh=found["zh"], en=found["en"]),
            }
        )


class AuditRun(BaseModel):
    """An audit that was started here."""

    id: AuditId = Field(description="By which it is asked for, while the server runs.")
    state: Literal["running", "ended", "cancelled", "failed"] = Field(description="What became of it.")
    started_at: datetime = Field(description="When it was started, by the server's clock, UTC.")
    ended_at: datetime | None = Field(description="When it ended, in whatever way; null while it runs.")
    started_by: str = Field(description="The account or address that started it.")
    progress: AuditProgress | None = Field(description="How far it is; null when it does not run.")
    failure: AuditFailure | None = Field(description="Why it failed; null where it did not.")
    summary: AuditSummary | None = Field(description="What it came to; null until it ended.")

    @classmethod
    def of(cls, audit: Audit) -> AuditRun:
        """Return an audit as it is told."""
        return cls(**_told(audit))


class AuditReport(AuditRun):
    """An audit with a page of its findings."""

    findings: list[AuditFinding] = Field(description="Those that the caller may read, in order.")
    elsewhere: int = Field(description="Findings of places that the caller may not read.")
    next_after: int | None = Field(description="`after` of the next page; null on the last one.")

    @classmethod
    def page(
        cls, audit: Audit, findings: list[KeptFinding], elsewhere: int, next_after: int | None
    ) -> AuditReport:
        """Return an audit with some of its findings."""
        shown = [AuditFinding.of(each) for each in findings]
        return cls(**_told(audit), findings=shown, elsewhere=elsewhere, next_after=next_after)


class AuditList(BaseModel):
    """The audits that are kept."""

    audits: list[AuditRun] = Field(description="The newest first.")


def _told(audit: Audit) -> dict[str, Any]:
    is_running = audit.state is AuditState.RUNNING
    failure = audit.failure
    return {
        "id": audit.id,
        "state": audit.state.value,
        "started_at": moment(int(audit.started)),
        "ended_at": moment_or_none(int(audit.ended)),
        "started_by": audit.by,
        "progress": AuditProgress(**audit.told.progress) if is_running else None,
        "failure": None
        if failure is None
        else AuditFailure(
            type=audit.failure_type or "", text=Saying(zh=failure.text("zh"), en=failure.text("en"))
        ),
        "summary": _summary(audit) if audit.state is AuditState.ENDED else None,
    }


def _summary(audit: Audit) -> AuditSummary:
    told = audit.told.result
    block = Block(number=told["block"], hash=told["block_hash"], time=moment(told["block_time"]))
    names = AuditSummary.model_fields.keys() - {"block"}
    return AuditSummary(block=block, **{name: told[name] for name in names})
