"""The outbox: transactions are stored before they are sent, and never recorded twice."""

from ledger_client.outbox._errors import (
    ChainBusyError,
    ChainOlderError,
    ContentDiffersError,
    EntryUnknownError,
    NonceUsedError,
    NumberOverError,
    SenderDiffersError,
    SignatureOpenError,
    StillWaitingError,
    TransactionOtherError,
)
from ledger_client.outbox._foreign import RESERVED_FOR, Reservation
from ledger_client.outbox.chains import Chain, Receipt
from ledger_client.outbox.entries import Entry, EntryState, Refusal, Submission
from ledger_client.outbox.outbox import Outbox

__all__ = [
    "RESERVED_FOR",
    "Chain",
    "ChainBusyError",
    "ChainOlderError",
    "ContentDiffersError",
    "Entry",
    "EntryState",
    "EntryUnknownError",
    "NonceUsedError",
    "NumberOverError",
    "Outbox",
    "Receipt",
    "Refusal",
    "Reservation",
    "SenderDiffersError",
    "SignatureOpenError",
    "StillWaitingError",
    "Submission",
    "TransactionOtherError",
]
