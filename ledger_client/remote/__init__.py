"""A ledger's server as another system uses it: trusted with nothing, and asked over HTTP."""

from ledger_client.remote.client import (
    FormTimeError,
    Found,
    NumberWrongError,
    Remote,
    TransactionRefusedError,
    TransactionWaitingError,
)
from ledger_client.remote.web import RemoteAnswerError, RemoteProblemError, RemoteUnreachableError

__all__ = [
    "FormTimeError",
    "Found",
    "NumberWrongError",
    "Remote",
    "RemoteAnswerError",
    "RemoteProblemError",
    "RemoteUnreachableError",
    "TransactionRefusedError",
    "TransactionWaitingError",
]
