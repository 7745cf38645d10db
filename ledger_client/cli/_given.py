"""How what a key gave is shown: grants, and entries of qualifications and accreditations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger_client.cli._holders import shown_moment, shown_role
from ledger_client.cli._tables import Shown, short
from ledger_client.language import tr
from ledger_client.roles import Role
from ledger_client.trace import GivenEntry, GivenGrant, NodeKind

if TYPE_CHECKING:
    from ledger_client.cli._traces import Showing

_ENTRIES = {
    "NONE": "无",
    "ISSUED": "签发",
    "RENEWED": "续期",
    "SUSPENDED": "暂停",
    "REINSTATED": "恢复",
    "REVOKED": "撤销",
}


def grant_row(showing: Showing, grant: GivenGrant) -> dict[str, Any]:
    """Return a grant that a key made, or somebody by such a grant."""
    kind = NodeKind.ISSUER if grant.role is Role.ISSUER else NodeKind.SUPPLIER
    return {
        "recorded": shown_moment(grant.since, showing.offset),
        "holder": Shown(grant.holder, showing.names.key(grant.holder) or grant.holder[:10] + "…"),
        "role": shown_role(grant.role),
        "division": str(grant.division),
        "subject": showing.named(kind, grant.subject) if grant.subject else None,
        "until": shown_moment(grant.until, showing.offset) if grant.until is not None else None,
        "signed": showing.signed([grant.by]),
    }


def entry_row(showing: Showing, entry: GivenEntry) -> dict[str, Any]:
    """Return an entry that a key recorded, or somebody by a grant that it gave."""
    subject, kind = entry.subject, entry.kind.name
    is_qualification = subject.kind is NodeKind.QUALIFICATION
    return {
        "recorded": shown_moment(entry.recorded_at, showing.offset),
        "kind": Shown(kind.lower(), tr(kind.lower(), _ENTRIES[kind])),
        "qualification": short(subject.number) if is_qualification else None,
        "issuer": None if is_qualification else showing.named(NodeKind.ISSUER, subject.number),
        "category": None if is_qualification else subject.part,
        "signed": showing.signed([entry.by]),
    }
