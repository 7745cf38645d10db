"""A ledger's server as another system uses it: trusted with nothing, and asked over HTTP."""

from ledger_client.remote.acts import RemoteActs, SignedAct
from ledger_client.remote.client import Remote
from ledger_client.remote.drafts import Found
from ledger_client.remote.forms import FormTimeError
from ledger_client.remote.transactions import (
    NumberWrongError,
    TransactionRefusedError,
    TransactionWaitingError,
)
from ledger_client.remote.web import RemoteAnswerError, RemoteProblemError, RemoteUnreachableError

__all__ = [
    "FormTimeError",
    "Found",
    "NumberWrongError",
    "Remote",
    "RemoteActs",
    "RemoteAnswerError",
    "RemoteProblemError",
    "RemoteUnreachableError",
    "SignedAct",
    "TransactionRefusedError",
    "TransactionWaitingError",
]
