"""Where two of the three ways differ, and after which document for the first time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select, type_coerce
from sqlalchemy.types import NULLTYPE

from ledger_client.audit._halving import ends_of_blocks, first_differing
from ledger_client.audit._origins import Origins
from ledger_client.audit._replay import AuditSource, Replay
from ledger_client.audit._slots import expected_words
from ledger_client.audit._untold import untold_words
from ledger_client.audit._words import Word
from ledger_client.fold.records import RecordedDocument
from ledger_client.index._columns import FLAG
from ledger_client.index.tables import MAPS, ROLLS, MapSpec, RollSpec

_MASK_64 = (1 << 64) - 1
_SLOTS_AT_ONCE = 500
_LOT_BYTES = 20
_HIGHEST_DIVISION = 999_999_999_999
"""Sites have more digits."""


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
    origins = Origins(replay)
    for roll in ROLLS:
        expected = {row[:2]: row for row in roll.rows([tuple(row) for row in getattr(replay, roll.name)])}
        yield from _compare_table(connection, origins, roll, expected, 2)
    for spec in MAPS:
        records = getattr(replay.state, spec.name)
        rows = (spec.row(key, record) for key, record in records.items())
        width = len(spec.key)
        yield from _compare_table(connection, origins, spec, {row[:width]: row for row in rows}, width)


def _compare_table(
    connection: Connection,
    origins: Origins,
    spec: MapSpec | RollSpec,
    expected: dict[tuple[Any, ...], tuple[Any, ...]],
    width: int,
) -> Iterator[Divergence]:
    # As they are stored: a type would read 2 as true, and stop at a word where bytes should be.
    columns = [type_coerce(spec.table.c[field.name], NULLTYPE) for field in spec.fields]
    flags = [field.kind is FLAG for field in spec.fields]
    missing = dict(expected)
    for found in connection.execute(select(*columns)):
        row = tuple(found)
        wanted = missing.pop(row[:width], None)
        if wanted == row:
            continue  # nearly all of them
        row = tuple([_plain(value, is_flag) for value, is_flag in zip(row, flags, strict=True)])
        if wanted is None:
            yield _row_divergence(origins, spec, row, width, None, _shown(row))
        elif wanted != row:
            yield from _column_divergences(origins, spec, wanted, row, width)
    for wanted in missing.values():
        yield _row_divergence(origins, spec, wanted, width, _shown(wanted), None)


def _plain(value: Any, is_flag: bool) -> Any:
    """Return a flag as one where it is one; SQLite has numbers."""
    return bool(value) if is_flag and value in (0, 1) else value


def _column_divergences(
    origins: Origins, spec: MapSpec | RollSpec, wanted: tuple[Any, ...], found: tuple[Any, ...], width: int
) -> Iterator[Divergence]:
    for field, one, two in zip(spec.fields, wanted, found, strict=True):
        if one != two:
            yield _row_divergence(
                origins, spec, wanted, width, _shown((one,)), _shown((two,)), column=field.name
            )


def _row_divergence(
    origins: Origins,
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
        lot=int.from_bytes(lot, "big") if isinstance(lot, bytes) and len(lot) == _LOT_BYTES else 0,
        document=origins.of_cell(spec.name, named, column),
    )


def _shown(values: tuple[Any, ...]) -> str:
    return ", ".join([value.hex() if isinstance(value, bytes) else str(value) for value in values])


# ---------------------------------------------------------------------------------------------- storage


def compare_storage(source: AuditSource, replay: Replay, block: int) -> Iterator[Divergence]:
    """Yield where words of the contracts differ from what the events add up to."""
    origins = Origins(replay)
    all_words = [*expected_words(replay.state), *untold_words(replay.state)]
    words = sorted(all_words, key=lambda word: word.contract)
    for contract, group in groupby(words, key=lambda word: word.contract):
        some = list(group)
        for at in range(0, len(some), _SLOTS_AT_ONCE):
            chunk = some[at : at + _SLOTS_AT_ONCE]
            found = source.storage(contract, [word.slot for word in chunk], block)
            for word, value in zip(chunk, found, strict=True):
                if value != word.value:
                    yield _word_divergence(source, origins, word, value)


def _word_divergence(source: AuditSource, origins: Origins, word: Word, found: int) -> Divergence:
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
        document=_first_document(source, origins, word),
    )


def _place(word: Word) -> tuple[int, int]:
    if word.map == "balances":
        return word.key[0], int.from_bytes(word.key[1], "big")
    if word.map in ("sites", "site_journals"):
        return word.key, 0
    if word.map in ("lots", "lot_journals"):
        return 0, int.from_bytes(word.key, "big")
    if word.map in ("floors", "cycles", "counted", "reserved"):
        return word.key[0], 0
    if word.map == "norm_journals" and word.key > _HIGHEST_DIVISION:
        return word.key, 0
    return 0, 0


def _first_document(source: AuditSource, origins: Origins, word: Word) -> RecordedDocument | None:
    """Return the first document after which a word of storage is not what the events add up to."""
    steps = origins.steps_of(word.map, word.key)
    ends = ends_of_blocks([(origins.document(number), value) for number, value in steps])
    return first_differing(ends, lambda block: source.storage(word.contract, [word.slot], block)[0])


def _key_text(key: Any) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    return ", ".join([part.hex() if isinstance(part, bytes) else str(part) for part in parts])


JOURNALS = {
    "site_journals": ("site", "储备点"),
    "lot_journals": ("lot", "批次"),
    "holder_journals": ("holder", "持有人"),
    "supplier_journals": ("supplier", "供应商"),
    "issuer_journals": ("issuer", "签发方"),
    "norm_journals": ("norms of", "储备标准"),
    "request_journals": ("request", "申请"),
}
"""Maps of journals, and whose they are, in English and Chinese."""


def missing_tail(divergence: Divergence) -> tuple[int, int] | None:
    """Return the entries (first, last) that a journal on chain has and no event tells of: a dropped tail."""
    if divergence.table not in JOURNALS or divergence.where != "storage":
        return None
    known, found = (int(word or "0", 16) & _MASK_64 for word in (divergence.expected, divergence.found))
    return (known + 1, found) if found > known else None
