"""Drafts: documents that wait for signatures, and what is looked at before somebody signs."""

from ledger_client.drafts.checks import (
    DraftDiffersError,
    DraftLedgerError,
    DraftOverError,
    DraftPartError,
    part_of,
    require_ledger,
    require_same,
    require_time,
)
from ledger_client.drafts.draft import (
    NO_BODY,
    ConsentsMissingError,
    ConsentWrongError,
    Draft,
    Part,
    Seat,
    outbox_key,
)
from ledger_client.drafts.draft_file import (
    DraftFormError,
    DraftModel,
    draft_text,
    from_dict,
    parse_draft,
    read_draft,
    to_dict,
    write_draft,
)
from ledger_client.drafts.saying import DraftNames, say

__all__ = [
    "NO_BODY",
    "ConsentWrongError",
    "ConsentsMissingError",
    "Draft",
    "DraftDiffersError",
    "DraftFormError",
    "DraftLedgerError",
    "DraftModel",
    "DraftNames",
    "DraftOverError",
    "DraftPartError",
    "Part",
    "Seat",
    "draft_text",
    "from_dict",
    "outbox_key",
    "parse_draft",
    "part_of",
    "read_draft",
    "require_ledger",
    "require_same",
    "require_time",
    "say",
    "to_dict",
    "write_draft",
]
