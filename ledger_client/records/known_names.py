"""Names that were opened once and are still what is stored.

Opening a record takes some thirty times as long as asking whether it is still the same. They are kept in
memory alone. Each answer looks at the store first, so that a name is gone from the next one on when its
record is deleted, by whichever process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger_client.records.content import Name, RecordId
from ledger_client.records.store import RecordStore, StoredName


@dataclass(frozen=True, slots=True)
class _Known:
    digest: bytes
    stored: StoredName


class KnownNames:
    """The names of a records store; may be asked from several threads.

    Args:
        records: The store.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self._known: dict[RecordId, _Known] = {}

    def names(self, digests_on_chain: Mapping[RecordId, bytes]) -> dict[RecordId, Name]:
        """Return the names whose salted digest is the one on chain; of the others, the code is shown.

        Raises:
            UnavailableError: The store cannot be read.
        """
        versions = self._records.versions(digests_on_chain)
        for id in digests_on_chain.keys() - versions.keys():
            self._known.pop(id, None)
        found: dict[RecordId, Name] = {}
        unknown: dict[RecordId, bytes] = {}
        for id, version in versions.items():
            digest, known = digests_on_chain[id], self._known.get(id)
            if known is None or known.digest != digest or known.stored.version != version:
                unknown[id] = digest
            elif known.stored.name is not None:
                found[id] = known.stored.name
        for id, stored in self._records.names(unknown).items() if unknown else ():
            self._known[id] = _Known(unknown[id], stored)
            if stored.name is not None:
                found[id] = stored.name
        return found
