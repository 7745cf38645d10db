"""Which cells of an .xlsx hold formulas: readers show what a formula said when the file was saved last.

An answer is what somebody wrote, so that such a cell is no answer. The parser gives values alone; this looks
at the parts of the workbook themselves, of a copy that was measured (`ledger_client.book`, `measured_copy`).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable
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


def formulas_of(file: str, copy: io.BytesIO, sheet: str) -> Formulas:
    """Return the formulas of the sheet called `sheet`.

    Args:
        file: Name of the file, for sentences.
        copy: The workbook as `measured_copy` returns it; left at its beginning.
        sheet: Name of a sheet that the workbook has.

    Raises:
        AnswersFormError: It is no .xlsx, or a part of it is damaged or missing.
    """
    try:
        with zipfile.ZipFile(copy) as parts:
            relation = _relation(file, parts.read(_WORKBOOK), sheet)
            target = _target(file, parts.read(_RELATIONS), relation)
            return _formulas(file, parts.read(target))
    except KeyError as error:
        _refuse(file, error)
    finally:
        copy.seek(0)


def _relation(file: str, content: bytes, sheet: str) -> str:
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and attributes.get("name") == sheet:
            found.extend(value for key, value in attributes.items() if key.endswith(" id"))

    _walk(file, content, start)
    if len(found) != 1:
        _refuse(file, None)
    return found[0]


def _target(file: str, content: bytes, relation: str) -> str:
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            found[attributes.get("Id", "")] = attributes.get("Target", "")

    _walk(file, content, start)
    return posixpath.normpath(posixpath.join("/xl", found[relation])).lstrip("/")


def _formulas(file: str, content: bytes) -> Formulas:
    cells: set[str] = set()
    ranges: list[str] = []
    here = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal here
        if name == "c":
            here = attributes.get("r", "")
            if not _CELL.fullmatch(here):
                # Every program writes it; without it nobody could say which cell holds the formula.
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
