"""The values that a book is read into: a sheet, and the five things that a row of it can be.

A row is counted from 1, as the spreadsheet shows it. `_rows` makes these values out of a file.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping as Facts
from dataclasses import dataclass, field
from typing import Any, Literal

from ledger_client.language import tr

BookKind = Literal["receipt", "issue"]
"""Which document a line would be: a donor or supplier column makes receipts, a recipient column issues."""

HeadingRole = Literal["title", "header", "subheading", "total", "footer"]

UNNAMED_EARMARK = "定向"
"""The earmark of goods that are said to be earmarked without saying for whom: it matches no consignee."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages, with a rule's name that programs may rely on.

    Attributes:
        rule: Stable name, such as `quantity-missing`.
        en: The English sentence.
        zh: The Chinese sentence.
    """

    rule: str
    en: str
    zh: str

    def __str__(self) -> str:
        return tr(self.en, self.zh)


@dataclass(frozen=True, slots=True)
class Line:
    """One movement of goods as the book has it, normalised.

    Attributes:
        row: Row in the sheet, from 1.
        kind: Document that it would be, None where neither header nor title says.
        date: Day of the movement (no time of day), None where the book gives none.
        party: Donor or supplier of a receipt, recipient of an issue; cleaned text.
        item: Name of the goods, cleaned.
        item_original: The same cell exactly as it stands in the file.
        goods: `item` without an earmark and without a repeated quantity: what the mapping matches on.
        specification: Cleaned text, empty where there is none.
        unit: The unit's word in the book, such as 箱; empty where there is none.
        unit_code: UN/CEFACT Rec 20 code of `unit`, None where the project's table has none.
        quantity: Whole units, 1 to 2**63 - 1.
        batch: Printed batch number, empty where there is none.
        made: Production day, None where not given.
        expires: Last day of use, None where not given.
        remark: What the book's own note column says, and what continuation rows add.
        earmark: For whom the goods are meant (定向), `UNNAMED_EARMARK` where that is not said, None for none.
        notes: What reading it had to interpret.
        cell: Name of the quantity's cell, such as `E7`.
    """

    row: int
    kind: BookKind | None
    date: datetime.date | None
    party: str
    item: str
    item_original: str
    goods: str
    specification: str
    unit: str
    unit_code: str | None
    quantity: int
    batch: str = ""
    made: datetime.date | None = None
    expires: datetime.date | None = None
    remark: str = ""
    earmark: str | None = None
    notes: tuple[Sentence, ...] = ()
    cell: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; the quantity is a decimal string, since JSON readers lose digits."""
        return {
            "row": self.row,
            "cell": self.cell,
            "kind": self.kind,
            "date": _iso(self.date),
            "party": self.party,
            "item": self.item,
            "item_original": self.item_original,
            "goods": self.goods,
            "specification": self.specification,
            "unit": self.unit,
            "unit_code": self.unit_code,
            "quantity": str(self.quantity),
            "batch": self.batch,
            "made": _iso(self.made),
            "expires": _iso(self.expires),
            "remark": self.remark,
            "earmark": self.earmark,
            "notes": [{"rule": note.rule, "text": str(note)} for note in self.notes],
        }


@dataclass(frozen=True, slots=True)
class Heading:
    """A row above, between or below the lines that is none: title, header, subheading, total, footer."""

    row: int
    role: HeadingRole
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"row": self.row, "role": self.role, "text": self.text}


@dataclass(frozen=True, slots=True)
class Continuation:
    """A row inside the vertical merge of the item or quantity of the line in row `line`."""

    row: int
    line: int
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"row": self.row, "line": self.line, "text": self.text}


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not recorded as it stands: the cell to mend, and why."""

    row: int
    cell: str
    reason: Sentence
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; `reason` is in the language in force, `rule` is the same in both."""
        return {
            "row": self.row,
            "cell": self.cell,
            "rule": self.reason.rule,
            "reason": str(self.reason),
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class BookSheet:
    """One sheet of a book, every row of it accounted for.

    Attributes:
        file: Name of the file, without its folder.
        sheet: Name of the sheet; for CSV the file's name without its ending.
        rows: Rows from the first to the last that is not empty after cleaning.
        kind: Document that its lines would be, None where nothing says.
        date: Day of the sheet, None where none was found.
        date_source: Where that day was found.
        lines: Rows that are movements of goods.
        headings: Titles, headers, totals and footers.
        blank: Numbers of the empty rows in between.
        continuations: Rows inside the vertical merge of a line.
        problems: Rows that somebody must mend.
    """

    file: str
    sheet: str
    rows: int
    kind: BookKind | None
    date: datetime.date | None
    date_source: Sentence
    lines: tuple[Line, ...] = ()
    headings: tuple[Heading, ...] = ()
    blank: tuple[int, ...] = ()
    continuations: tuple[Continuation, ...] = ()
    problems: tuple[Problem, ...] = ()
    counts: Facts[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        counts = {
            "rows": self.rows,
            "lines": len(self.lines),
            "headings": len(self.headings),
            "blank": len(self.blank),
            "continuations": len(self.continuations),
            "problems": len(self.problems),
        }
        object.__setattr__(self, "counts", counts)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: `rows` is a number, and the lengths of the five lists add up to it."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "kind": self.kind,
            "date": _iso(self.date),
            "date_source": str(self.date_source),
            "rows": self.rows,
            "lines": [line.to_dict() for line in self.lines],
            "headings": [heading.to_dict() for heading in self.headings],
            "blank": list(self.blank),
            "continuations": [continuation.to_dict() for continuation in self.continuations],
            "problems": [problem.to_dict() for problem in self.problems],
        }


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
