"""Distances or travel times between sites, as a CSV file that a clerk keeps.

The first line names the columns, and with the third what is counted::

    from,to,metres
    420106001001101,420106001002101,850

`from` is the giver, `to` the receiver; the third column is `metres` of way or `seconds` of travel, in whole
numbers. Chinese names do as well: 起点, 终点, and 米 or 秒. A pair holds both ways unless the other way has a
line of its own. Pairs that are missing are none of the file's business: the matching then uses a figure for
the division that both sites have in common, and each such proposal says so.

The file is text in UTF-8 (with or without BOM) or GB 18030, separated by commas, as spreadsheets save it.
Its size is looked at before anything is parsed, and the first line that cannot be meant refuses it whole:
half a table of distances would quietly choose other givers.

Example::

    distances = read_distances(Path("roads.csv"), sites)
    distances.between(giver, receiver).value, distances.unit
"""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterator
from pathlib import Path

from ledger_client.errors import UsageError
from ledger_client.files import read_limited
from ledger_client.matching.distances import Distances, Unit

BYTES = 64 * 1024 * 1024
"""Most bytes of a file: a million lines, with room."""

LINES = 1_000_000
"""Most lines of a file, its header among them: 5,000 sites with 200 others each."""

LINE_CHARACTERS = 200
"""Most characters of a line; two sites and a figure have 40."""

LARGEST = 100_000_000
"""Largest distance: twice around the earth in metres, three years in seconds."""

_FROM, _TO = ("from", "起点"), ("to", "终点")
_UNITS = {"metres": Unit.METRES, "米": Unit.METRES, "seconds": Unit.SECONDS, "秒": Unit.SECONDS}
_SITE = re.compile(r"[1-9][0-9]{14}")
_VALUE = re.compile(r"[0-9]{1,18}")
_NEGATIVE = re.compile(r"[-−－][0-9.]+")
_FORMULA = ("=", "+", "-", "@")
_LINE_END = re.compile(r"\r\n|\n|\r")


class DistanceTextError(UsageError):
    """A file of distances is no text."""

    en = "{file} is no text in UTF-8 or GB 18030: save it from the spreadsheet as CSV"
    zh = "{file} 不是 UTF-8 或 GB 18030 文本：请在电子表格中另存为 CSV"


class DistanceLinesError(UsageError):
    """A file of distances has too many lines."""

    en = "{file} has {found:,} lines, and at most {limit:,} are read: leave out the pairs that are far apart"
    zh = "{file} 有 {found:,} 行，最多读取 {limit:,} 行：请删去相距较远的站点对"


class DistanceLineLengthError(UsageError):
    """A line is longer than two sites and a figure can be."""

    en = "{file}, line {line}: {found:,} characters, and a line has at most {limit:,}; correct it"
    zh = "{file} 第 {line} 行：有 {found:,} 个字符，每行最多 {limit:,} 个；请更正"


class DistanceHeaderError(UsageError):
    """The first line does not name the columns."""

    en = "{file}, line {line}: {value!r} names no columns: write from,to,metres or from,to,seconds"
    zh = "{file} 第 {line} 行：{value!r} 不是表头：请写 起点,终点,米 或 起点,终点,秒"


class DistanceCellsError(UsageError):
    """A line is not three cells."""

    en = "{file}, line {line}: {found} cells, and each line has three: giver, receiver, {unit}"
    zh = "{file} 第 {line} 行：有 {found} 个单元格，每行应为三个：调出点、调入点、{unit_zh}"


class DistanceQuoteError(UsageError):
    """A quotation mark is opened and not closed, or stands within a cell."""

    en = "{file}, line {line}: a quotation mark is out of place; remove it"
    zh = "{file} 第 {line} 行：引号位置不对；请删去"


class DistanceFormulaError(UsageError):
    """A cell is a formula, or would become one in a spreadsheet."""

    en = "{file}, line {line}: {value!r} looks like a formula; write the figure itself"
    zh = "{file} 第 {line} 行：{value!r} 疑似公式；请直接填写数值"


class DistanceSiteFormError(UsageError):
    """A cell is no site."""

    en = (
        "{file}, line {line}: {value!r} is no site, which has 15 digits; "
        "give the column the format text before the spreadsheet is saved"
    )
    zh = "{file} 第 {line} 行：{value!r} 不是储备点编号（15 位数字）；请先将该列设为文本格式再保存"


class DistanceSiteUnknownError(UsageError):
    """A site is not on the ledger."""

    en = "{file}, line {line}: site {value} is not on the ledger; correct it, or register the site first"
    zh = "{file} 第 {line} 行：账本上没有储备点 {value}；请更正，或先登记该储备点"


class DistanceSameSiteError(UsageError):
    """A line goes from a site to itself."""

    en = "{file}, line {line}: from site {value} to itself; remove the line"
    zh = "{file} 第 {line} 行：储备点 {value} 的起点与终点相同；请删去该行"


class DistanceNegativeError(UsageError):
    """A distance is below 0."""

    en = "{file}, line {line}: {value!r} is below 0; a distance in {unit} is a whole number from 0"
    zh = "{file} 第 {line} 行：{value!r} 小于 0；应为不小于 0 的整数（{unit_zh}）"


class DistanceValueError(UsageError):
    """A distance is no whole number, or a larger one than there can be."""

    en = (
        "{file}, line {line}: {value!r} is no distance: write whole {unit} with the digits 0 to 9, "
        "at most {most:,}"
    )
    zh = "{file} 第 {line} 行：{value!r} 不是有效数值：请用 0 至 9 写出{unit_zh}的整数，最大 {most:,}"


class DistanceTwiceError(UsageError):
    """A pair comes twice."""

    en = "{file}, line {line}: from {giver} to {receiver} stands in line {first} already; keep one of them"
    zh = "{file} 第 {line} 行：{giver} 至 {receiver} 已见于第 {first} 行；请只保留一行"


def read_distances(path: Path, sites: Container[int]) -> Distances:
    """Return the distances of a file.

    Args:
        path: The file.
        sites: The sites of the ledger, open or closed.

    Raises:
        FileUnavailableError: It is missing or not readable.
        FileSizeError: It has more than `BYTES`.
        DistanceTextError: It is no text.
        DistanceLinesError: It has more than `LINES`.
        UsageError: A line cannot be meant, see the classes above; the sentence names the first.
    """
    lines = _lines(path.name, read_limited(path, BYTES))
    rows = _rows(path.name, lines)
    header = next(rows, (1, [""]))
    table = _Table(path.name, _unit(path.name, *header), sites)
    for line, row in rows:
        table.add(line, row)
    return Distances(pairs=table.pairs, unit=table.unit)


def _lines(file: str, data: bytes) -> list[str]:
    lines = _LINE_END.split(_text(file, data))
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) > LINES:
        raise DistanceLinesError(file=file, found=len(lines), limit=LINES)
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_CHARACTERS:
            raise DistanceLineLengthError(file=file, line=number, found=len(line), limit=LINE_CHARACTERS)
    return lines


def _text(file: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DistanceTextError(file=file)


def _rows(file: str, lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that is not empty."""
    reader = csv.reader(lines, strict=True)
    number = 0
    while number < len(lines):
        number += 1
        try:
            row = [cell.strip() for cell in next(reader)]
        except csv.Error as error:
            raise DistanceQuoteError(file=file, line=number) from error
        if reader.line_num != number:  # a cell goes on in the next line
            raise DistanceQuoteError(file=file, line=number)
        if any(row):
            yield number, row


def _unit(file: str, line: int, row: list[str]) -> Unit:
    names = [cell.lower() for cell in row]
    if len(names) != 3 or names[0] not in _FROM or names[1] not in _TO or names[2] not in _UNITS:
        raise DistanceHeaderError(file=file, line=line, value=",".join(row))
    return _UNITS[names[2]]


class _Table:
    """The pairs read so far."""

    def __init__(self, file: str, unit: Unit, sites: Container[int]) -> None:
        self._file, self.unit, self._sites = file, unit, sites
        self._units = {"unit": unit.value, "unit_zh": "米" if unit is Unit.METRES else "秒"}
        self.pairs: dict[tuple[int, int], int] = {}
        self._lines: dict[tuple[int, int], int] = {}

    def add(self, line: int, row: list[str]) -> None:
        """Take up a line."""
        if len(row) != 3:
            raise DistanceCellsError(file=self._file, line=line, found=len(row), **self._units)
        giver, receiver = self._site(line, row[0]), self._site(line, row[1])
        value = self._value(line, row[2])
        if giver == receiver:
            raise DistanceSameSiteError(file=self._file, line=line, value=giver)
        pair = giver, receiver
        if pair in self.pairs:
            first = self._lines[pair]
            raise DistanceTwiceError(file=self._file, line=line, giver=giver, receiver=receiver, first=first)
        self.pairs[pair], self._lines[pair] = value, line

    def _site(self, line: int, cell: str) -> int:
        if not _SITE.fullmatch(cell):
            self._refuse_formula(line, cell)
            raise DistanceSiteFormError(file=self._file, line=line, value=cell)
        if int(cell) not in self._sites:
            raise DistanceSiteUnknownError(file=self._file, line=line, value=cell)
        return int(cell)

    def _value(self, line: int, cell: str) -> int:
        if not _VALUE.fullmatch(cell) or int(cell) > LARGEST:
            if _NEGATIVE.fullmatch(cell):
                raise DistanceNegativeError(file=self._file, line=line, value=cell, **self._units)
            self._refuse_formula(line, cell)
            raise DistanceValueError(file=self._file, line=line, value=cell, most=LARGEST, **self._units)
        return int(cell)

    def _refuse_formula(self, line: int, cell: str) -> None:
        if cell.startswith(_FORMULA):
            raise DistanceFormulaError(file=self._file, line=line, value=cell)
