"""Where two of the three ways differ, and after which document for the first time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from ledger_client.audit._replay import AuditSource, Replay
from ledger_client.audit._slots import Word, expected_words
from ledger_client.audit._untold import untold_words
from ledger_client.fold.records import RecordedDocument
from ledger_client.index.tables import MAPS, ROLLS, MapSpec, RollSpec

_MASK_64 = (1 << 64) - 1
_SLOTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Divergence:
    """A place where two ways differ.

    Attributes:
        where: `index` or `storage`: what does not agree with the events.
        table: Table of the index, or the map that a word of storage belongs to.
        key: The row or word, in words.
        column: The column of the index; empty for a whole row or for storage.
        expected: What the events say, None for a row that should not be there.
        found: What is there, None for a row that is missing.
        site: The site concerned, 0 for none.
        lot: The lot concerned, 0 for none.
        document: The first document after which they differ, None where no document is concerned.
    """

    where: str
    table: str
    key: str
    column: str
    expected: str | None
    found: str | None
    site: int = 0
    lot: int = 0
    document: RecordedDocument | None = None


# ---------------------------------------------------------------------------------------------- index


def compare_index(connection: Connection, replay: Replay) -> Iterator[Divergence]:
    """Yield where derived tables differ from what the events add up to, row by row and column by column."""
    for roll in ROLLS:
        expected = {row[:2]: row for row in roll.rows([tuple(row) for row in getattr(replay, roll.name)])}
        yield from _compare_table(connection, replay, roll, expected, 2)
    for spec in MAPS:
        records = getattr(replay.state, spec.name)
        rows = (spec.row(key, record) for key, record in records.items())
        width = len(spec.key)
        yield from _compare_table(connection, replay, spec, {row[:width]: row for row in rows}, width)


def _compare_table(
    connection: Connection,
    replay: Replay,
    spec: MapSpec | RollSpec,
    expected: dict[tuple[Any, ...], tuple[Any, ...]],
    width: int,
) -> Iterator[Divergence]:
    columns = [spec.table.c[field.name] for field in spec.fields]
    missing = dict(expected)
    for found in connection.execute(select(*columns)):
        row = tuple([bytes(value) if isinstance(value, memoryview) else value for value in found])
        wanted = expected.get(row[:width])
        missing.pop(row[:width], None)
        if wanted is None:
            yield _row_divergence(replay, spec, row, width, None, _shown(row))
        elif wanted != row:
            yield from _column_divergences(replay, spec, wanted, row, width)
    for wanted in missing.values():
        yield _row_divergence(replay, spec, wanted, width, _shown(wanted), None)


def _column_divergences(
    replay: Replay, spec: MapSpec | RollSpec, wanted: tuple[Any, ...], found: tuple[Any, ...], width: int
) -> Iterator[Divergence]:
    for field, one, two in zip(spec.fields, wanted, found, strict=True):
        if one != two:
            yield _row_divergence(
                replay, spec, wanted, width, _shown((one,)), _shown((two,)), column=field.name
            )


def _row_divergence(
    replay: Replay,
    spec: MapSpec | RollSpec,
    row: tuple[Any, ...],
    width: int,
    expected: str | None,
    found: str | None,
    column: str = "",
) -> Divergence:
    named = dict(zip([field.name for field in spec.fields], row, strict=True))
    site = named.get("site", 0)
    lot = named.get("lot", b"")
    return Divergence(
        where="index",
        table=spec.name,
        key=_shown(row[:width]),
        column=column,
        expected=expected,
        found=found,
        site=site if isinstance(site, int) else 0,
        lot=int.from_bytes(lot, "big") if isinstance(lot, bytes) else 0,
        document=_document_of_row(replay, spec.name, named),
    )


def _document_of_row(replay: Replay, table: str, row: dict[str, Any]) -> RecordedDocument | None:
    """Return the document to which a row owes what it should be.

    The last that changed a balance or a journal; the one that made a lot, its totals or a consignment.
    """
    if table == "documents":
        return replay.documents.get(row["number"])
    if table == "balances":
        return _last(replay, replay.balance_steps.get((row["site"], row["lot"])))
    if table == "site_journals":
        return _last(replay, replay.site_steps.get(row["site"]))
    if table == "lot_journals":
        return _last(replay, replay.lot_steps.get(row["lot"]))
    if table == "totals":
        lot = replay.state.lots[row["lot"]]
        return replay.documents.get(lot.document) if lot else None
    return replay.documents.get(row.get("document", 0))


def _last(replay: Replay, steps: list[tuple[int, int]] | None) -> RecordedDocument | None:
    return replay.documents[steps[-1][0]] if steps else None


def _shown(values: tuple[Any, ...]) -> str:
    return ", ".join([value.hex() if isinstance(value, bytes) else str(value) for value in values])


# ---------------------------------------------------------------------------------------------- storage


def compare_storage(source: AuditSource, replay: Replay, block: int) -> Iterator[Divergence]:
    """Yield where words of the contracts differ from what the events add up to."""
    all_words = [*expected_words(replay.state), *untold_words(replay.state)]
    words = sorted(all_words, key=lambda word: word.contract)
    for contract, group in groupby(words, key=lambda word: word.contract):
        some = list(group)
        for at in range(0, len(some), _SLOTS_AT_ONCE):
            chunk = some[at : at + _SLOTS_AT_ONCE]
            found = source.storage(contract, [word.slot for word in chunk], block)
            for word, value in zip(chunk, found, strict=True):
                if value != word.value:
                    yield _word_divergence(source, replay, word, value)


def _word_divergence(source: AuditSource, replay: Replay, word: Word, found: int) -> Divergence:
    site, lot = _place(word)
    return Divergence(
        where="storage",
        table=word.map,
        key=_key_text(word.key),
        column="",
        expected=f"{word.value:#x}" if word.value else None,
        found=f"{found:#x}",
        site=site,
        lot=lot,
        document=_first_document(source, replay, word),
    )


def _place(word: Word) -> tuple[int, int]:
    if word.map == "balances":
        return word.key[0], int.from_bytes(word.key[1], "big")
    if word.map in ("sites", "site_journals"):
        return word.key, 0
    if word.map in ("lots", "lot_journals"):
        return 0, int.from_bytes(word.key, "big")
    return 0, 0


def _first_document(source: AuditSource, replay: Replay, word: Word) -> RecordedDocument | None:
    """Return the first document after which a word of storage is not what the events add up to.

    Before its first document a word is 0 both ways, and at the audited block they differ: between, halving
    finds a document before which they agree and after which they do not. Storage is known at the ends of
    blocks alone, so that of several documents in one block the last is asked about.
    """
    steps = _steps_of(replay, word)
    if not steps:
        return _maker_of(replay, word)
    ends = _ends_of_blocks(replay, steps)
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high) // 2
        number, value = ends[middle]
        found = source.storage(word.contract, [word.slot], replay.documents[number].block)
        if found[0] == value:
            low = middle + 1
        else:
            high = middle
    return replay.documents[ends[low][0]]


def _steps_of(replay: Replay, word: Word) -> Sequence[tuple[int, int]]:
    if word.map == "balances":
        return replay.balance_steps.get(word.key, ())
    if word.map == "site_journals":
        return replay.site_steps.get(word.key, ())
    if word.map == "lot_journals":
        return replay.lot_steps.get(word.key, ())
    return ()


def _ends_of_blocks(replay: Replay, steps: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the last step of every block."""
    return [
        list(in_block)[-1] for _, in_block in groupby(steps, key=lambda step: replay.documents[step[0]].block)
    ]


def _maker_of(replay: Replay, word: Word) -> RecordedDocument | None:
    """Return the document that made the record, where one did."""
    if word.map == "documents":
        return replay.state.documents[word.key]
    if word.map == "lots":
        lot = replay.state.lots[word.key]
        return replay.documents.get(lot.document) if lot else None
    if word.map == "consignments":
        consignment = replay.state.consignments[word.key]
        return replay.documents.get(consignment.document) if consignment else None
    return None


def _key_text(key: Any) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    return ", ".join([part.hex() if isinstance(part, bytes) else str(part) for part in parts])


JOURNALS = {
    "site_journals": ("site", "储备点"),
    "lot_journals": ("lot", "批次"),
    "holder_journals": ("holder", "持有人"),
    "supplier_journals": ("supplier", "供应商"),
    "issuer_journals": ("issuer", "签发方"),
}
"""Maps of journals, and whose they are, in English and Chinese."""


def missing_tail(divergence: Divergence) -> tuple[int, int] | None:
    """Return the entries (first, last) that a journal on chain has and no event tells of: a dropped tail."""
    if divergence.table not in JOURNALS or divergence.where != "storage":
        return None
    known, found = (int(word or "0", 16) & _MASK_64 for word in (divergence.expected, divergence.found))
    return (known + 1, found) if found > known else None
