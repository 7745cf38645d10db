"""Names that are shown again and again: each is decrypted, and its signature checked, once.

What is stored stays the one truth. Before names are given, the store is asked whether anything was written
into it; where something was, the rows are read anew, and a name is only given again without decryption where
its row is the same to the byte. So a name that was deleted or replaced, by whatever process, is not given any
more from the next question on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from ledger_client.records.content import Name, RecordId
from ledger_client.records.store import RecordStore

MOST = 100_000
"""Names that are kept; all are forgotten when there are more."""


class _Known(NamedTuple):
    """A name as its row had it, with its digest; none where the row was none, deleted or damaged."""

    version: int | None
    row: tuple[Any, ...] | None
    name: Name | None
    digest: bytes


class KnownNames:
    """Names of a store.

    Args:
        store: Which.
    """

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self._watch = store.watch()
        self._known: dict[RecordId, _Known] = {}

    def close(self) -> None:
        """Forget all names, and close what watches the store; the store stays open."""
        self._known = {}
        self._watch.close()

    def names(self, wanted: Mapping[RecordId, bytes]) -> dict[RecordId, Name]:
        """Return the names whose digest is the one on chain; of the others, the code is shown.

        Args:
            wanted: Digest on chain, by what has the name.
        """
        version = self._watch.version()
        known = {each: self._known.get(each) for each in wanted}
        stale = [
            each
            for each, found in known.items()
            if found is None or version is None or found.version != version
        ]
        if stale:
            known |= self._read(stale, version)
        return {
            each: found.name
            for each, digest in wanted.items()
            if (found := known[each]) and found.name is not None and found.digest == digest
        }

    def _read(self, wanted: Collection[RecordId], version: int | None) -> dict[RecordId, _Known]:
        """Read names anew; `version` is the store's from before."""
        if len(self._known) + len(wanted) > MOST:
            self._known = {}
        rows, found = self._store.rows(wanted), dict[RecordId, _Known]()
        for each in wanted:
            row, before = rows.get(each), self._known.get(each)
            if before is not None and before.row == row:
                found[each] = before._replace(version=version)
                continue
            record = None if row is None else self._store.opened(each, row)
            name, digest = (None, b"") if record is None else (record.name, record.name_digest())
            found[each] = _Known(version, row, name, digest)
        self._known |= found
        return found
