"""Which part of an .xlsx holds which sheet, and which of its cells hold formulas.

Readers show what a formula said when the file was saved last; an answer is what somebody wrote, so that such
a cell is no answer. The parser gives values alone; this looks at the parts of the workbook themselves, of a
copy that was measured (`ledger_client.book`, `measured_copy`).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn
from xml.parsers import expat

from ledger_client.needs._errors import AnswersFormError

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

Start = Callable[[str, dict[str, str]], None]


@dataclass(frozen=True, slots=True)
class Formulas:
    """Formulas of one sheet.

    Attributes:
        cells: Names of the cells with a formula, such as `G5`.
        ranges: Ranges that one formula fills, such as `G5:G9`.
    """

    cells: frozenset[str]
    ranges: tuple[str, ...]


def sheet_parts(file: str, copy: io.BytesIO) -> dict[str, str]:
    """Return the name of each sheet and the part of the workbook that holds it.

    The parser takes whatever part the workbook names, in any case of letters; here it is the part of exactly
    that name, or the workbook is refused.

    Args:
        file: Name of the file, for sentences.
        copy: The workbook as `measured_copy` returns it; left at its beginning.

    Raises:
        AnswersFormError: It is no .xlsx, or a part of it is damaged, missing or ambiguous.
    """
    with _opened(file, copy) as parts:
        names = parts.namelist()
        if len({name.replace("\\", "/").casefold() for name in names}) != len(names):
            _refuse(file, None)
        sheets = _relations(file, parts.read(_WORKBOOK))
        targets = _targets(file, parts.read(_RELATIONS))
        found = {name: targets[relation] for name, relation in sheets.items()}
    if not all(target in names and target.endswith(".xml") for target in found.values()):
        _refuse(file, None)
    return found


def formulas_of(file: str, copy: io.BytesIO, part: str) -> Formulas:
    """Return the formulas of the sheet that `part` holds; the rest as `sheet_parts`."""
    with _opened(file, copy) as parts:
        return _formulas(file, parts.read(part))


@contextmanager
def _opened(file: str, copy: io.BytesIO) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(copy) as parts:
            yield parts
    except KeyError as error:
        _refuse(file, error)
    finally:
        copy.seek(0)


def _relations(file: str, content: bytes) -> dict[str, str]:
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            title = attributes.get("name", "")
            if title in found:
                _refuse(file, None)
            found[title] = next((value for key, value in attributes.items() if key.endswith(" id")), "")

    _walk(file, content, start)
    return found


def _targets(file: str, content: bytes) -> dict[str, str]:
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            path = posixpath.join("/xl", attributes.get("Target", ""))
            found[attributes.get("Id", "")] = posixpath.normpath(path).lstrip("/")

    _walk(file, content, start)
    return found


def _formulas(file: str, content: bytes) -> Formulas:
    cells: set[str] = set()
    ranges: list[str] = []
    here = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal here
        if name == "c":
            here = attributes.get("r", "")
            if not _CELL.fullmatch(here):
                _refuse(file, None)
        elif name == "f":
            cells.add(here)
            if attributes.get("t") in ("array", "dataTable") and ":" in attributes.get("ref", ""):
                ranges.append(attributes["ref"])

    _walk(file, content, start)
    return Formulas(frozenset(cells), tuple(ranges))


def _walk(file: str, content: bytes, start: Start) -> None:
    """Call `start` with the name, without its namespace, and the attributes of each element."""

    def element(qualified: str, attributes: dict[str, str]) -> None:
        start(qualified.rpartition(" ")[2], attributes)

    def doctype(*_: Any) -> None:
        _refuse(file, None)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = element
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError) as error:
        _refuse(file, error)


def _refuse(file: str, cause: Exception | None) -> NoReturn:
    raise AnswersFormError(
        file=file, why="it is no whole .xlsx workbook", why_zh="不是完整的 .xlsx 工作簿"
    ) from cause
