"""What a file may cost, checked before a parser sees it.

A zip's own figures may lie, and two cells at far corners make a parser allocate everything between them. So
an .xlsx or .ods is unpacked here under a limit, its sheets are scanned for how far they reach, and the parser
is handed a copy made of exactly the bytes that were measured.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from ledger_client.book._errors import BookTooLargeError, NotASpreadsheetError


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one book file; a county's book of a year stays well below each.

    Attributes:
        file_bytes: Size of the file, in bytes.
        unpacked_bytes: Size of all parts of an .xlsx or .ods together, in bytes.
        unpacked_ratio: Unpacked size over packed size of one part larger than `ratio_from_bytes`.
        ratio_from_bytes: Parts below this unpacked size may have any ratio, in bytes.
        parts: Files inside an .xlsx or .ods.
        sheets: Sheets of a workbook.
        rows: Rows of a sheet, to the last with content.
        columns: Columns of a sheet, to the last with content.
        cell_characters: Characters of one cell.
        xls_memory_bytes: Memory of the process that reads an .xls, in bytes.
        xls_seconds: Time that it may take, in seconds.
    """

    file_bytes: int = 16 * 1024 * 1024
    unpacked_bytes: int = 64 * 1024 * 1024
    unpacked_ratio: int = 200
    ratio_from_bytes: int = 1024 * 1024
    parts: int = 1_000
    sheets: int = 64
    rows: int = 20_000
    columns: int = 256
    cell_characters: int = 4_000
    xls_memory_bytes: int = 1024 * 1024 * 1024
    xls_seconds: int = 60


DEFAULT_LIMITS = Limits()

_BLOCK = 64 * 1024  # bytes unpacked at a time

_SCANNED = (".xml", ".rels")
"""How parts are called that hold rows and cells, or say where such parts are; pictures are left out."""

_MIMETYPE = "mimetype"
"""The part by which an .ods is known, a line of text."""

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)
"""What `zipfile` raises for damaged, encrypted or unknown parts (RuntimeError, NotImplementedError)."""


def check(file: str, what: tuple[str, str], found: int, limit: int) -> None:
    """Refuse what is over a limit; `what` names it in English and Chinese, with its unit.

    Raises:
        BookTooLargeError: `found` is more than `limit`.
    """
    if found > limit:
        raise BookTooLargeError(
            file=file, what=what[0], what_zh=what[1], found=f"{found:,}", limit=f"{limit:,}"
        )


def check_sheets(file: str, sheets: int, limits: Limits) -> None:
    """Refuse a workbook of too many sheets."""
    check(file, ("sheets", "工作表数"), sheets, limits.sheets)


def check_rows(file: str, rows: int, limits: Limits) -> None:
    """Refuse a sheet of too many rows."""
    check(file, ("rows", "行数"), rows, limits.rows)


def check_columns(file: str, columns: int, limits: Limits) -> None:
    """Refuse a sheet of too many columns."""
    check(file, ("columns", "列数"), columns, limits.columns)


def check_cell(file: str, text: str, limits: Limits) -> None:
    """Refuse a cell of too many characters."""
    check(file, ("characters in one cell", "单元格字符数"), len(text), limits.cell_characters)


def measured_copy(file: str, data: bytes, limits: Limits) -> io.BytesIO:
    """Return an uncompressed copy of an .xlsx or .ods that holds only what was measured.

    Raises:
        BookTooLargeError: It is larger unpacked, or reaches further, than `limits` allow.
        NotASpreadsheetError: The zip is damaged, or locked, or no workbook.
    """
    copy = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(copy, "w") as unpacked:
            _copy_parts(file, packed, unpacked, limits)
    except _DAMAGED as error:
        raise NotASpreadsheetError(
            file=file, why="it is a damaged or locked workbook", why_zh="工作簿已损坏或已加密"
        ) from error
    copy.seek(0)
    return copy


def _copy_parts(file: str, packed: zipfile.ZipFile, unpacked: zipfile.ZipFile, limits: Limits) -> None:
    parts = packed.infolist()
    check(file, ("files inside", "内部文件数"), len(parts), limits.parts)
    names = {part.filename for part in parts}
    if len(names) != len(parts) or not names & {"[Content_Types].xml", "content.xml"}:
        raise NotASpreadsheetError(
            file=file, why="it is a zip but no workbook", why_zh="是压缩包，不是工作簿"
        )
    left = limits.unpacked_bytes
    for part in parts:
        content = _unpack(file, packed, part, left, limits)
        left -= len(content)
        # The parser reads whatever part the workbook names as a sheet: it gets none that was not scanned.
        if part.filename.endswith(_SCANNED):
            _scan(file, content, limits)
            unpacked.writestr(part.filename, content)
        elif part.filename == _MIMETYPE:
            unpacked.writestr(part.filename, content)


def _unpack(file: str, packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, limits: Limits) -> bytes:
    blocks: list[bytes] = []
    size = 0
    with packed.open(part) as stream:
        while block := stream.read(_BLOCK):
            size += len(block)
            check(
                file,
                ("bytes unpacked", "解压字节数"),
                size + limits.unpacked_bytes - left,
                limits.unpacked_bytes,
            )
            if size > limits.ratio_from_bytes:
                ratio = size // max(part.compress_size, 1)
                check(file, ("unpacked to packed size", "压缩比"), ratio, limits.unpacked_ratio)
            blocks.append(block)
    return b"".join(blocks)


def _scan(file: str, content: bytes, limits: Limits) -> None:
    """Walk one XML part and stop at the first cell with content that lies too far out."""
    reach = _Reach(file, limits, len(content))
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_doctype(file)
    parser.StartElementHandler = reach.start
    parser.EndElementHandler = reach.end
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise NotASpreadsheetError(
            file=file, why="a part of the workbook is damaged", why_zh="工作簿的一部分已损坏"
        ) from error


def _refuse_doctype(file: str) -> Callable[..., None]:
    def refuse(*_: Any) -> None:
        raise NotASpreadsheetError(
            file=file, why="a part declares its own entities", why_zh="其中一部分自行声明了实体"
        )

    return refuse


class _Reach:
    """Follows rows and cells of a sheet's XML, .xlsx and .ods alike, and checks how far content reaches."""

    def __init__(self, file: str, limits: Limits, size: int) -> None:
        self._file, self._limits, self._size = file, limits, size
        self._row = self._column = 0  # of the cell read last, from 1
        self._row_repeat = self._column_repeat = 1

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = qualified.rpartition(" ")[2]
        handler = _HANDLERS.get(name)
        if handler:
            handler(self, attributes)

    def end(self, qualified: str) -> None:
        if qualified.endswith(" table"):
            self._row = self._column = 0

    def _sheet(self, _: dict[str, str]) -> None:
        self._row = self._column = 0

    def _xlsx_row(self, attributes: dict[str, str]) -> None:
        self._row = self._number(attributes.get("r"), self._row + 1)
        self._column = 0

    def _xlsx_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        if address is None:
            self._column += 1
            return
        match = re.fullmatch(r"([A-Z]{1,8})([0-9]{1,10})", address)
        if match is None:
            raise self._damaged()
        self._column, self._row = _column_number(match[1]), int(match[2])

    def _xlsx_texts(self, attributes: dict[str, str]) -> None:
        """Refuse shared texts that say they are more than their bytes: room is made for as many at once."""
        for said in ("count", "uniqueCount"):
            if self._number(attributes.get(said), 0) > self._size:
                raise self._damaged()

    def _xlsx_content(self, _: dict[str, str]) -> None:
        check_rows(self._file, self._row, self._limits)
        check_columns(self._file, self._column, self._limits)

    def _ods_row(self, attributes: dict[str, str]) -> None:
        self._row += self._row_repeat
        self._row_repeat = self._number(_repeat(attributes, "rows"), 1)
        self._column, self._column_repeat = 0, 1

    def _ods_cell(self, attributes: dict[str, str]) -> None:
        repeat = self._number(_repeat(attributes, "columns"), 1)
        self._column += repeat
        if any(key.endswith(" value-type") for key in attributes):
            check_rows(self._file, self._row + self._row_repeat - 1, self._limits)
            check_columns(self._file, self._column, self._limits)

    def _number(self, text: str | None, default: int) -> int:
        """Return a number as the parser reads it; one that it would read otherwise is refused."""
        if text is None:
            return default
        if not re.fullmatch(r"[0-9]{1,10}", text):
            raise self._damaged()
        return int(text)

    def _damaged(self) -> NotASpreadsheetError:
        return NotASpreadsheetError(
            file=self._file, why="a part of the workbook is damaged", why_zh="工作簿的一部分已损坏"
        )


_HANDLERS: dict[str, Callable[[_Reach, dict[str, str]], None]] = {
    "worksheet": _Reach._sheet,
    "row": _Reach._xlsx_row,
    "c": _Reach._xlsx_cell,
    "v": _Reach._xlsx_content,
    "is": _Reach._xlsx_content,
    "sst": _Reach._xlsx_texts,
    "table-row": _Reach._ods_row,
    "table-cell": _Reach._ods_cell,
    "covered-table-cell": _Reach._ods_cell,
}


def _repeat(attributes: dict[str, str], what: str) -> str | None:
    return next(
        (value for key, value in attributes.items() if key.endswith(f" number-{what}-repeated")), None
    )


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
