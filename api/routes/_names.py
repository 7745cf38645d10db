"""Names of many things at once, for the rows of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from api.reading import Reading
from ledger_client.records import Name, RecordKind


class _Named(Protocol):
    @property
    def name(self) -> bytes: ...


def names_of(reading: Reading, kind: RecordKind, records: Mapping[int, _Named]) -> dict[int, Name]:
    """Return the names of records of the index by number; whose name may not be shown is left out."""
    return reading.names(kind, {number: record.name for number, record in records.items()})
