"""The outbox: transactions are stored before they are sent, and never recorded twice."""

from ledger_client.outbox._errors import (
    ChainBusyError,
    ChainOlderError,
    ContentDiffersError,
    EntryUnknownError,
    NonceUsedError,
    SenderDiffersError,
    StillWaitingError,
)
from ledger_client.outbox.chains import Chain, Receipt
from ledger_client.outbox.entries import Entry, EntryState, Refusal, Submission
from ledger_client.outbox.outbox import Outbox

__all__ = [
    "Chain",
    "ChainBusyError",
    "ChainOlderError",
    "ContentDiffersError",
    "Entry",
    "EntryState",
    "EntryUnknownError",
    "NonceUsedError",
    "Outbox",
    "Receipt",
    "Refusal",
    "SenderDiffersError",
    "StillWaitingError",
    "Submission",
]
