"""Reading a list of needs: JSON in, rows out, every one of them counted.

The form is that of the public lists of 2020: a list of institutions (`province`, `city`, `district`, `name`,
`supplies`), whose supplies are objects of `item`, `quantity` and `specification`. What an institution's entry
holds besides (telephone numbers, mostly) is not read. A row may hold nothing besides: a unit, say, would
change what its quantity means.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from ledger_client.book import DEFAULT_LIMITS, Limits, Sentence
from ledger_client.book._text import clean_text, doubtful
from ledger_client.errors import UsageError
from ledger_client.files import read_limited
from ledger_client.json_text import TooDeepError, require_shallow
from ledger_client.needs._errors import NeedsFileError, NeedsTooLargeError
from ledger_client.needs._identity import Ordinals, content_of_refused, content_of_row, list_digest
from ledger_client.needs._model import Entry, Institution, NeedRow, NeedsList
from ledger_client.quantities import parse_quantity

_PLACE = ("province", "city", "district")
_MEMBERS = frozenset({"item", "quantity", "specification"})
_ANY = 1  # the data's own convention: 1 stands for 'any'
_DEEPEST = 16  # levels of brackets; the form has four
_SHOWN = 40  # characters of a value in a sentence
_TEXTS_PER_CELL = 4  # the workbook of the questions joins the three texts of a place in one cell
_HEADER_ROWS = 1  # of the workbook that the questions have to fit into
_NO_XML = "\ufffe\uffff"  # characters that no workbook can hold


class _Number(str):
    """A number of the file as it is written: read as a float, 1e3 would be a quantity like any other."""


class _DuplicateKeyError(ValueError):
    """An object names one member twice, so that readers differ about what it says."""


def read_needs(path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> NeedsList:
    """Return the list of needs in a file, every row of it, also those that nobody can mean.

    Args:
        path: A JSON file in UTF-8.
        limits: What the file may cost: `file_bytes`, `rows` (entries and rows alike), `cell_characters`.

    Raises:
        FileUnavailableError: The file cannot be opened.
        FileSizeError: It has more bytes than `limits` allow.
        NeedsTooLargeError: It has more entries or rows.
        NeedsFileError: It is no such list, so that its rows cannot be counted.
    """
    file = Path(path).name
    text = _decoded(file, read_limited(Path(path), limits.file_bytes))
    entries = _entries(file, _parsed(file, text), limits)
    ordinals = Ordinals()
    found: list[Entry] = []
    rows: list[NeedRow] = []
    for number, entry in enumerate(entries, 1):
        reader = _EntryReader(number, entry, limits)
        found.append(Entry(reader.institution, len(entry["supplies"]), reader.fault))
        rows.extend(reader.rows(ordinals))
    return NeedsList(file, tuple(found), tuple(rows), list_digest(row.identity for row in rows))


def _decoded(file: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NeedsFileError(file=file, why="it is no text in UTF-8", why_zh="不是 UTF-8 文本") from error


def _parsed(file: str, text: str) -> Any:
    try:
        require_shallow(text, _DEEPEST)
        return json.loads(
            text,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_Number,
            object_pairs_hook=_unique,
        )
    except TooDeepError as error:
        raise NeedsFileError(file=file, why="it is nested too deeply", why_zh="嵌套层次过深") from error
    except _DuplicateKeyError as error:
        raise NeedsFileError(
            file=file, why=f"an object names {error} twice", why_zh=f"同一对象中 {error} 出现两次"
        ) from error
    except json.JSONDecodeError as error:
        at, at_zh = f"line {error.lineno}, column {error.colno}", f"第 {error.lineno} 行第 {error.colno} 列"
        raise NeedsFileError(
            file=file, why=f"it is no JSON from {at} on", why_zh=f"自{at_zh}起不是 JSON"
        ) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(_shown(key))
        found[key] = value
    return found


def _entries(file: str, value: Any, limits: Limits) -> list[dict[str, Any]]:
    """Return the entries of a list whose rows can be counted."""
    most = limits.rows - _HEADER_ROWS
    if not isinstance(value, list):
        raise NeedsFileError(file=file, why="it is no list of institutions", why_zh="不是机构列表")
    _check(file, ("institutions", "机构数"), len(value), most)
    rows = 0
    for number, entry in enumerate(value, 1):
        if not isinstance(entry, dict):
            _refuse_entry(file, number, "is no object", "不是对象")
        if not isinstance(entry.get("supplies"), list):
            _refuse_entry(file, number, "has no list 'supplies'", "没有 supplies 列表")
        rows += len(entry["supplies"])
    _check(file, ("rows", "行数"), rows, most)
    return value


def _check(file: str, what: tuple[str, str], found: int, limit: int) -> None:
    if found > limit:
        raise NeedsTooLargeError(
            file=file, what=what[0], what_zh=what[1], found=f"{found:,}", limit=f"{limit:,}"
        )


def _refuse_entry(file: str, number: int, why: str, why_zh: str) -> NoReturn:
    raise NeedsFileError(file=file, why=f"institution {number} {why}", why_zh=f"第 {number} 个机构{why_zh}")


class _FaultError(Exception):
    """A text or a quantity cannot be used; carries the sentence."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(reason.en)
        self.reason = reason


class _EntryReader:
    """Reads the rows of one institution's entry."""

    def __init__(self, number: int, entry: dict[str, Any], limits: Limits) -> None:
        self._number, self._limits = number, limits
        self._supplies: list[Any] = entry["supplies"]
        self._written = {name: entry.get(name, "") for name in (*_PLACE, "name")}
        self.fault: Sentence | None = None
        self.institution = self._institution()

    def rows(self, ordinals: Ordinals) -> Iterator[NeedRow]:
        """Yield the rows in order."""
        for entry_row, written in enumerate(self._supplies, 1):
            try:
                yield self._row(entry_row, written, ordinals)
            except _FaultError as error:
                yield self._refused(entry_row, written, ordinals, error.reason)

    def _institution(self) -> Institution:
        try:
            province, city, district = (self._text(name, self._written[name]) for name in _PLACE)
            return Institution(province, city, district, self._named("name", self._written["name"]))
        except _FaultError as error:
            # Its rows are refused with this reason; what is shown of it is only for finding it again.
            self.fault = error.reason
            return Institution(*(_shown(self._written[name]) for name in (*_PLACE, "name")))

    def _row(self, entry_row: int, written: Any, ordinals: Ordinals) -> NeedRow:
        if self.fault:
            raise _FaultError(self.fault)
        if not isinstance(written, dict):
            raise _FaultError(Sentence("no-object", "the row is no object", "该行不是对象"))
        for other in sorted(written.keys() - _MEMBERS):
            raise _FaultError(
                Sentence(
                    "unknown-member",
                    f"the row has {_shown(other)}, which may change what it means; "
                    "it has item, quantity and specification only",
                    f"该行含有 {_shown(other)}，可能改变其含义；只应有 item、quantity 和 specification",
                )
            )
        item = self._named("item", written.get("item", ""))
        specification = self._text("specification", written.get("specification", ""))
        quantity = _quantity(written.get("quantity"))
        content = content_of_row(self.institution, item, specification, quantity)
        return self._made(entry_row, item, specification, quantity, ordinals.identify(content), None)

    def _refused(self, entry_row: int, written: Any, ordinals: Ordinals, fault: Sentence) -> NeedRow:
        told = written if isinstance(written, dict) else {}
        item, specification = (_shown(told.get(name, "")) for name in ("item", "specification"))
        identity = ordinals.identify(content_of_refused(self._written, written))
        return self._made(entry_row, item, specification, None, identity, fault)

    def _made(self, entry_row: int, item: str, specification: str, quantity: int | None, identity: Any,
              fault: Sentence | None) -> NeedRow:  # fmt: skip
        return NeedRow(
            number=identity.row,
            entry=self._number,
            entry_row=entry_row,
            institution=self.institution,
            item=item,
            specification=specification,
            quantity=quantity,
            identity=identity,
            fault=fault,
        )

    def _named(self, name: str, value: Any) -> str:
        text = self._text(name, value)
        if not text:
            raise _FaultError(
                Sentence("text-missing", f"{name} is empty; fill it in", f"{name} 为空；请补填")
            )
        return text

    def _text(self, name: str, value: Any) -> str:
        """Return a text, cleaned; null is an empty one, as some programs write it."""
        if value is None:
            return ""
        if not isinstance(value, str) or isinstance(value, _Number):
            raise _FaultError(
                Sentence("text-form", f"{name} is no text; write one", f"{name} 不是文本；请改为文本")
            )
        most = self._limits.cell_characters // _TEXTS_PER_CELL
        if len(value) > most:
            raise _FaultError(
                Sentence(
                    "too-long",
                    f"{name} has {len(value):,} characters, the limit is {most:,}; shorten it",
                    f"{name} 有 {len(value):,} 个字符，上限为 {most:,}；请缩短",
                )
            )
        text = clean_text(value)
        if reason := _unfit(text):
            raise _FaultError(Sentence(reason.rule, f"{name} {reason.en}", f"{name} {reason.zh}"))
        return text


def _unfit(text: str) -> Sentence | None:
    if any(character in _NO_XML for character in text):
        return Sentence("character", "holds no character; retype it", "含有非字符；请重新输入")
    return doubtful(text)


def _quantity(value: Any) -> int | None:
    """Return the quantity that a row states, None for 'any'."""
    if value is None:
        return None
    if not isinstance(value, _Number):
        raise _FaultError(
            Sentence(
                "quantity-form",
                f"the quantity {_shown(value)!r} is no number of JSON; write the digits 0 to 9 and no quotes",
                f"数量“{_shown(value)}”不是 JSON 数字；请用 0 至 9 书写，不加引号",
            )
        )
    try:
        quantity = parse_quantity(_short(value), least=1)
    except UsageError as error:
        raise _FaultError(Sentence("quantity-form", error.text("en"), error.text("zh"))) from error
    return None if quantity == _ANY else quantity


def _shown(value: Any) -> str:
    """Return what a sentence shows of a value that is not what it should be."""
    text = value if isinstance(value, str) else json.dumps(value)
    return _short("".join(character if character.isprintable() else "?" for character in clean_text(text)))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
