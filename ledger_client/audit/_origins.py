"""To which document a row of the index or a word of storage owes what it should be.

Of a word of storage every step is known, so that it can be asked for at the block of each
(`_halving`). A row of the index keeps no past: the document is the last that set the cell
which differs, and of a whole row the one that made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from ledger_client.audit._replay import Replay
from ledger_client.fold.records import RecordedDocument
from ledger_client.words import LotStatus

Step = tuple[int, int]
"""Number of a document, and the word after it."""

_REVERSED, _NAMED = 1, 2
_CHANGING = {"lots": ("status",), "consignments": ("state", "signers", "lines")}
"""Columns that later documents change, of tables whose other columns are set once."""

_SHOWN = {"counted": "key", "deliveries": "document_key", "answers": "document_key"}
"""Tables of documents that were shown to Norms or Reallocation, and the column of their key."""


class Origins:
    """Documents behind rows and words.

    Args:
        replay: The ledger.
    """

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    def document(self, number: int) -> RecordedDocument:
        """Return a document by its number."""
        return self._replay.documents[number]

    # -------------------------------------------------------------------------------------- the index

    def of_cell(self, table: str, row: dict[str, Any], column: str) -> RecordedDocument | None:
        """Return the document that last set a cell of the index.

        Args:
            table: Of the index.
            row: As it should be, by column; as it is, where it should not be.
            column: Which cell; empty for the whole row.
        """
        replay = self._replay
        if table == "documents":
            later = row[column] if column in ("reversed_by", "named_by") else 0
            return replay.documents.get(later or row["number"])
        if table == "balances":
            return self._last(replay.balance_steps.get((row["site"], row["lot"]), ()))
        if table == "site_journals":
            return self._last(replay.site_steps.get(row["site"], ()))
        if table == "lot_journals":
            return self._last(replay.lot_steps.get(row["lot"], ()))
        if table == "totals":
            return replay.documents.get(self._last_of_lots.get(row["lot"], 0))
        if table in _SHOWN:
            return self._shown(row.get(_SHOWN[table]))
        if column in _CHANGING.get(table, ()):
            return self._last_change(table, row, column)
        return replay.documents.get(row.get("document", 0))

    def _shown(self, key: Any) -> RecordedDocument | None:
        """Return the document with this key, which may be anything that somebody wrote into a table."""
        return self._replay.state.documents[int.from_bytes(key, "big")] if isinstance(key, bytes) else None

    def _last(self, steps: Sequence[Step]) -> RecordedDocument | None:
        return self._replay.documents[steps[-1][0]] if steps else None

    def _last_change(self, table: str, row: dict[str, Any], column: str) -> RecordedDocument | None:
        """Return the document since which a cell has been what it should be."""
        replay, values = self._replay, []
        if table == "lots" and row["lot"] in replay.lots:
            values = self._statuses(row["lot"])
        elif table == "consignments":
            key = int.from_bytes(row["document_key"], "big")
            values = [(number, getattr(each, column)) for number, each in replay.consignment_steps[key]]
        changes = [at for at, pair in enumerate(values) if not at or pair[1] != values[at - 1][1]]
        return replay.documents[values[changes[-1]][0]] if changes else None

    def _statuses(self, lot: bytes) -> list[tuple[int, int]]:
        made = self._replay.lots[lot]
        entries = [(entry.document, entry.status) for entry in self._lot_entries.get(lot, ())]
        first = LotStatus.HELD if made.is_own else LotStatus.RELEASED
        return [(made.document, int(first)), *entries]

    @cached_property
    def _lot_entries(self) -> dict[bytes, list[Any]]:
        found: dict[bytes, list[Any]] = {}
        for entry in self._replay.lot_entries:
            found.setdefault(entry.lot, []).append(entry)
        return found

    @cached_property
    def _last_of_lots(self) -> dict[bytes, int]:
        """The last document of each lot that moved it, or said what became of it in transit."""
        replay = self._replay
        found = {lot: record.document for lot, record in replay.lots.items()}
        for movement in replay.movements:
            if movement[4]:
                found[movement[3]] = movement[0]
        for steps in replay.consignment_steps.values():
            before: Iterable[int] = ()
            for number, consignment in steps:
                for line in {*before} ^ {*consignment.lines}:
                    lot = (line >> 96).to_bytes(20, "big")
                    found[lot] = max(found.get(lot, 0), number)
                before = consignment.lines
        return found

    # -------------------------------------------------------------------------------------- storage

    def steps_of(self, table: str, key: Any) -> Sequence[Step]:
        """Return every document that wrote a word of the ledger, with the word after it, in order.

        Args:
            table: The map of the state.
            key: Which record of it.
        """
        replay = self._replay
        if table == "balances":
            return replay.balance_steps.get(key, ())
        if table == "site_journals":
            return replay.site_steps.get(key, ())
        if table == "lot_journals":
            return replay.lot_steps.get(key, ())
        if table == "consignments":
            return [(number, each.word) for number, each in replay.consignment_steps.get(key, ())]
        if table == "lots" and key in replay.lots:
            lot = replay.lots[key]
            return [(number, replace(lot, status=status).word) for number, status in self._statuses(key)]
        if table == "documents":
            return self._steps_of_document(key)
        if table in _SHOWN:
            return self._steps_of_shown(table, key)
        return ()

    def _steps_of_shown(self, table: str, key: Any) -> Sequence[Step]:
        """Return the document that was shown, alone: when it was shown, no document tells."""
        state = self._replay.state
        counted = state.counted[key] if table == "counted" else None
        document = state.documents[counted.key if counted else key]
        return [(document.number, 0)] if document else ()

    def _steps_of_document(self, key: int) -> Sequence[Step]:
        """Return who recorded, named and reversed a document, which sets a flag each."""
        document = self._replay.state.documents[key]
        if document is None:
            return ()
        later = [
            (number, flag)
            for number, flag in ((document.named_by, _NAMED), (document.reversed_by, _REVERSED))
            if number
        ]
        steps = [(document.number, document.word & ~(_NAMED | _REVERSED))]
        for number, flag in sorted(later):
            steps.append((number, steps[-1][1] | flag))
        return steps
