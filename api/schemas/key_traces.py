"""What a key signed and gave, and what hangs on that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, Field

from api.register_parameters import RoleWord
from api.schemas.common import (
    AccountAddress,
    Delta,
    Id160,
    id160,
    moment,
    moment_or_none,
)
from api.schemas.divisions import DivisionCode
from api.schemas.documents import Signer
from api.schemas.histories import EntryKindWord
from api.schemas.roles import GrantKey
from api.schemas.traces import Trace, TraceDocument
from ledger_client.divisions import ROOT
from ledger_client.trace import GivenEntry, GivenGrant, NodeKind, Step


class Moved(BaseModel):
    """What a document says of a lot."""

    lot: Id160 = Field(description="The lot.")
    quantity: Delta = Field(
        description="Base units: of a receipt those accepted, of an acceptance those that arrived, of a "
        "contest those missing, of a count the difference; 0 where only the status changed."
    )


class SignedDocument(TraceDocument):
    """A document that a key signed, or that hangs on what it gave."""

    lines: list[Moved] = Field(description="What it says of each of its lots, by lot.")

    @classmethod
    def of_steps(cls, document: TraceDocument, steps: Iterable[Step]) -> SignedDocument:
        """Return a document with what it says of its lots."""
        lines = [
            Moved(lot=id160(each.lot), quantity=str(each.quantity))
            for each in sorted(steps, key=lambda step: step.lot)
        ]
        return cls(**{name: getattr(document, name) for name in TraceDocument.model_fields}, lines=lines)


class Granted(BaseModel):
    """A grant that the key made, or somebody by a grant that the key made."""

    grant: GrantKey = Field(description="Its key on the ledger.")
    holder: AccountAddress = Field(description="Who may act.")
    role: RoleWord = Field(description="What it allows.")
    division: DivisionCode = Field(description="Where, and below.")
    subject: Id160 | None = Field(description="The issuer or supplier spoken for; null for other roles.")
    recorded_at: datetime = Field(description="When it was made, UTC.")
    until: datetime | None = Field(
        description="When it ended or was made anew by somebody else, UTC; null while it stands."
    )
    granted_at: DivisionCode = Field(description="Division of the authority that made it.")
    by: Signer | None = Field(
        description="Who made it, as what; null where that is another key, by a grant that lies beyond the "
        "caller's divisions."
    )

    @classmethod
    def of(cls, grant: GivenGrant, *, is_maker_told: bool) -> Granted:
        """Return a grant of a trace; `is_maker_told`: whether the caller may hear who made it."""
        return cls.model_validate(
            {
                "grant": grant.key.hex(),
                "holder": grant.holder,
                "role": grant.role.name.lower(),
                "division": str(grant.division),
                "subject": id160(grant.subject) if grant.subject else None,
                "recorded_at": moment(grant.since),
                "until": moment_or_none(grant.until or 0),
                "granted_at": str(grant.by.division or ROOT),
                "by": Signer.of(grant.by) if is_maker_told else None,
            }
        )


class RegisteredEntry(BaseModel):
    """An entry of a qualification or an accreditation that the key recorded, or somebody by its grants."""

    kind: EntryKindWord = Field(description="What it says.")
    qualification: Id160 | None = Field(description="The qualification; null of an accreditation.")
    issuer: Id160 | None = Field(description="Whose accreditation; null of a qualification.")
    category: int | None = Field(description="For which qualification category; null likewise.")
    recorded_at: datetime = Field(description="When it was recorded, UTC.")
    by: Signer = Field(description="Who recorded it, as what.")

    @classmethod
    def of(cls, entry: GivenEntry) -> RegisteredEntry:
        """Return an entry of a trace."""
        subject = entry.subject
        is_qualification = subject.kind is NodeKind.QUALIFICATION
        return cls.model_validate(
            {
                "kind": entry.kind.name.lower(),
                "qualification": id160(subject.number) if is_qualification else None,
                "issuer": None if is_qualification else id160(subject.number),
                "category": None if is_qualification else subject.part,
                "recorded_at": moment(entry.recorded_at),
                "by": Signer.of(entry.by),
            }
        )


class KeyTrace(Trace):
    """What a key signed and gave since a time, and what became of the lots on that.

    Documents are those that name a site of the caller, or of a recall a lot that is or was at one; grants
    those in the divisions of the caller. Of what the key did elsewhere nothing is told.
    """

    since: datetime | None = Field(
        description="Block time from which on it is told, UTC; null for the beginning."
    )
    claimed_since: datetime | None = Field(
        description="Since when the key is said to be in foreign hands, UTC, by the claims of revocations "
        "and replacements that the caller reads; null where there is none."
    )
    signed: list[SignedDocument] = Field(description="The documents that it signed, in order.")
    granted: list[Granted] = Field(description="The grants that it made, and those made by these, in order.")
    registered: list[RegisteredEntry] = Field(
        description="Entries of qualifications and accreditations recorded by it and by those, in order; "
        "they are made on grants that lie in the country, and told to whoever reads all of it."
    )
    following: list[SignedDocument] = Field(
        description="Documents that others signed by those grants, and receipts on what was recorded, in "
        "order."
    )
