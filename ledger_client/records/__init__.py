"""The records store: names, texts, document bodies and salts, off chain, encrypted and deletable."""

from ledger_client.records._errors import (
    BodyFormError,
    BookSaltDeletedError,
    RecordDamagedError,
    RecordDeletedError,
    RecordSignatureError,
    RecordsKeyMissingError,
    RecordsKeyModeError,
    RecordsKeyWrongError,
)
from ledger_client.records.content import (
    Name,
    Record,
    RecordAnswer,
    RecordId,
    RecordKind,
    body_digest,
    name_digest,
    record_digest,
)
from ledger_client.records.known import KnownNames
from ledger_client.records.sealing import RecordsKey
from ledger_client.records.store import RecordStore

__all__ = [
    "BodyFormError",
    "BookSaltDeletedError",
    "KnownNames",
    "Name",
    "Record",
    "RecordAnswer",
    "RecordDamagedError",
    "RecordDeletedError",
    "RecordId",
    "RecordKind",
    "RecordSignatureError",
    "RecordStore",
    "RecordsKey",
    "RecordsKeyMissingError",
    "RecordsKeyModeError",
    "RecordsKeyWrongError",
    "body_digest",
    "name_digest",
    "record_digest",
]
