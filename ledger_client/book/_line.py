"""One row under a header becomes a line, or the problem that somebody must mend first.

Nothing is guessed: what is interpreted because it can mean one thing only is said in a note, and anything
else is a problem with its cell. The first thing found wrong in a row is the one that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger_client.book._dates import full_date
from ledger_client.book._earmark import find_earmark, without_earmark
from ledger_client.book._header import Header
from ledger_client.book._model import BookKind, Line, Problem, Sentence
from ledger_client.book._text import Cell, cell_name, cell_text, doubtful, is_day, is_number
from ledger_client.book._units import (
    Amount,
    is_unit,
    read_amount,
    read_count,
    unit_code,
    unit_of_specification,
)

FIELD_NAMES: Mapping[str, tuple[str, str]] = {
    "item": ("item", "品名"),
    "party": ("donor or recipient", "捐赠或接收单位"),
    "specification": ("specification", "规格"),
    "unit": ("unit", "计量单位"),
    "quantity": ("quantity", "数量"),
    "date": ("date", "日期"),
    "batch": ("batch", "批号"),
    "made": ("production date", "生产日期"),
    "expires": ("expiry date", "有效期"),
    "remark": ("note", "备注"),
}
"""What a field is called in a sentence, English and Chinese."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of one row by field, merged values filled in where they may be.

    Attributes:
        number: Row, from 1.
        header: The header that it stands under.
        cells: Field to cell; item and quantity are the row's own.
        quantity_top: Row whose quantity is merged over this row, 0 for none.
        item_top: Row whose item is merged over this row, 0 for none.
    """

    number: int
    header: Header
    cells: Mapping[str, Cell]
    quantity_top: int = 0
    item_top: int = 0

    def text(self, field: str) -> str:
        """Return the cleaned text of a field, empty where the header has no such column."""
        return cell_text(self.cells.get(field, ""))

    def name(self, field: str) -> str:
        """Return the cell's name; the row's first cell where the header has no such column."""
        return cell_name(self.number, self.header.column(field) or 0)


class RowProblem(Exception):  # noqa: N818  never leaves this package: it becomes a `Problem`
    """A row is not a line."""

    def __init__(self, field: str, reason: Sentence) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


def read_line(raw: RawRow, kind: BookKind | None, day: date | None) -> Line | Problem:
    """Return the line that a row is, or the problem with it.

    Args:
        raw: The row.
        kind: Kind of the section.
        day: Day of the sheet, which a date of the row's own replaces.
    """
    try:
        return _line(raw, kind, day)
    except RowProblem as problem:
        text = " | ".join(filter(None, map(raw.text, raw.cells)))
        return Problem(raw.number, raw.name(problem.field), problem.reason, text)


def _line(raw: RawRow, kind: BookKind | None, day: date | None) -> Line:
    _check_columns(raw)
    _check_characters(raw)
    item, party = _item(raw), _party(raw)
    measure = _measure(raw)
    goods, notes = _goods(item, measure)
    return Line(
        row=raw.number,
        kind=kind,
        date=_day(raw, "date") or day,
        party=party,
        item=item,
        item_original=str(raw.cells["item"]),
        goods=goods,
        specification=measure.specification,
        unit=measure.unit,
        unit_code=unit_code(measure.unit),
        quantity=measure.quantity,
        batch=raw.text("batch"),
        made=_day(raw, "made"),
        expires=_day(raw, "expires"),
        remark=raw.text("remark"),
        earmark=find_earmark(item) or find_earmark(party),
        notes=(*measure.notes, *notes),
        cell=raw.name("quantity"),
    )


def _check_columns(raw: RawRow) -> None:
    for field in raw.header.doubled:
        raise RowProblem(
            field,
            Sentence(
                "column-doubled",
                f"two columns are headed {field}; rename one of them",
                f"有两列的表头都是“{FIELD_NAMES.get(field, ('', field))[1]}”；请改名其中一列",
            ),
        )
    for field in ("item", "quantity"):
        if field not in raw.header.columns:
            raise RowProblem(
                field,
                Sentence(
                    "column-missing",
                    f"no column is headed {field}; add one",
                    f"没有表头为“{FIELD_NAMES[field][1]}”的列；请补上",
                ),
            )


def _check_characters(raw: RawRow) -> None:
    for field in raw.cells:
        reason = doubtful(raw.text(field))
        if reason:
            raise RowProblem(field, reason)


def _item(raw: RawRow) -> str:
    item = raw.text("item")
    if not item:
        if raw.item_top:
            raise RowProblem(
                "item",
                Sentence(
                    "item-merged",
                    f"the item is merged with row {raw.item_top}; a merged item is never filled in, type it",
                    f"品名与第 {raw.item_top} 行合并，合并的品名不会自动填充；请填写",
                ),
            )
        raise RowProblem("item", Sentence("item-missing", "there is no item; type it", "没有品名；请填写"))
    _refuse_wrong_column(raw, "item")
    return item


def _party(raw: RawRow) -> str:
    party = raw.text("party")
    if not party and raw.header.party:
        what = raw.header.party
        raise RowProblem(
            "party",
            Sentence(
                "party-missing",
                f"there is no {what}, and the cell is not merged with one above; type it",
                f"没有{'捐赠单位' if what == 'donor' else '接收单位'}，也未与上方单元格合并；请填写",
            ),
        )
    _refuse_wrong_column(raw, "party")
    return party


def _refuse_wrong_column(raw: RawRow, field: str) -> None:
    """Refuse a number, a date or a unit where a name is due."""
    cell, text = raw.cells.get(field, ""), raw.text(field)
    what = (
        ("a date", "日期")
        if is_day(cell)
        else ("a number", "数字")
        if text and is_number(cell)
        else ("a unit", "计量单位")
        if is_unit(text)
        else None
    )
    if what:
        raise _wrong_column(field, text, what)


def _wrong_column(field: str, text: str, what: tuple[str, str]) -> RowProblem:
    en, zh = FIELD_NAMES[field]
    return RowProblem(
        field,
        Sentence(
            "wrong-column",
            f"{text!r} is {what[0]} and stands in the column of the {en}; move it",
            f"“{text}”是{what[1]}，却写在“{zh}”列；请移到应在的列",
        ),
    )


def _day(raw: RawRow, field: str) -> date | None:
    cell, text = raw.cells.get(field, ""), raw.text(field)
    day = full_date(cell)
    if text and not day:
        en, zh = FIELD_NAMES[field]
        raise RowProblem(
            field,
            Sentence(
                "date-unreadable",
                f"{text!r} is no {en}; write it as 2020-01-30",
                f"“{text}”不是{zh}；请写成 2020-01-30",
            ),
        )
    return day


@dataclass(frozen=True, slots=True)
class _Measure:
    """Specification, unit and quantity, which books write into one another's columns."""

    specification: str
    unit: str
    quantity: int
    notes: tuple[Sentence, ...]


def _measure(raw: RawRow) -> _Measure:
    specification, unit = raw.text("specification"), raw.text("unit")
    notes: list[Sentence] = []
    amount = _amount(raw, unit, notes)
    unit = _unit(raw, unit, amount, notes)
    inner = unit_of_specification(unit)
    if inner:
        if specification not in ("", unit):
            raise _wrong_column("unit", unit, ("a specification", "规格"))
        notes.append(
            Sentence(
                "unit-is-specification",
                f"{unit} read as specification with its unit {inner}",
                f"计量单位栏的“{unit}”读作规格，单位为{inner}",
            )
        )
        specification, unit = unit, inner
    if unit and re.search(r"[0-9]", unit):
        raise _wrong_column("unit", unit, ("a specification", "规格"))
    if specification and specification == unit:
        notes.append(
            Sentence(
                "specification-is-unit",
                f"the specification only repeats the unit {unit}",
                f"规格只是重复了计量单位“{unit}”",
            )
        )
        specification = ""
    if not unit:
        notes.append(Sentence("unit-missing", "the book gives no unit", "账册未写计量单位"))
    elif not is_unit(unit):
        notes.append(Sentence("unit-unknown", f"the unit {unit} is in no table", f"单位表中没有“{unit}”"))
    return _Measure(specification, unit, amount.quantity, tuple(notes))


def _amount(raw: RawRow, unit: str, notes: list[Sentence]) -> Amount:
    if raw.text("quantity"):
        read = read_amount(raw.cells["quantity"])
        if isinstance(read, Sentence):
            raise RowProblem("quantity", read)
        return read
    split = read_count(unit)
    if split:
        notes.append(
            Sentence(
                "split",
                f"{unit} read as quantity {split.quantity} and unit {split.unit}",
                f"“{unit}”读作数量 {split.quantity}、单位{split.unit}",
            )
        )
        return split
    if raw.quantity_top:
        raise RowProblem(
            "quantity",
            Sentence(
                "quantity-merged",
                f"the quantity is merged with row {raw.quantity_top}; a merged quantity is never filled in, "
                "write how much is this row's",
                f"数量与第 {raw.quantity_top} 行合并，合并的数量不会自动填充；请写明本行数量",
            ),
        )
    raise RowProblem(
        "quantity", Sentence("quantity-missing", "there is no quantity; write it", "没有数量；请填写")
    )


def _unit(raw: RawRow, unit: str, amount: Amount, notes: list[Sentence]) -> str:
    """Return the unit's word out of the unit cell and of what the quantity cell said."""
    cell = raw.cells.get("unit", "")
    if is_day(cell) or (unit and is_number(cell)):
        raise _wrong_column("unit", unit, ("a date", "日期") if is_day(cell) else ("a number", "数字"))
    inside = read_count(unit)
    if inside:
        if inside.quantity != amount.quantity:
            raise RowProblem(
                "unit",
                Sentence(
                    "quantity-conflict",
                    f"the unit cell says {unit} and the quantity is {amount.quantity}; correct one of them",
                    f"计量单位栏写着“{unit}”，数量却是 {amount.quantity}；请更正其一",
                ),
            )
        return inside.unit
    if amount.unit and unit and amount.unit.casefold() != unit.casefold():
        raise RowProblem(
            "quantity",
            Sentence(
                "unit-conflict",
                f"the quantity is in {amount.unit} and the unit is {unit}; correct one of them",
                f"数量的单位是{amount.unit}，计量单位却是{unit}；请更正其一",
            ),
        )
    if amount.unit and not unit:
        notes.append(
            Sentence(
                "split",
                f"the quantity cell also holds the unit {amount.unit}",
                f"数量栏中含有单位{amount.unit}",
            )
        )
    return unit or amount.unit


def _goods(item: str, measure: _Measure) -> tuple[str, tuple[Sentence, ...]]:
    """Return the item without earmark and without a quantity that only repeats the row's own."""
    goods = without_earmark(item) or item
    repeated = f"{measure.quantity}{measure.unit}"
    if measure.unit and goods.endswith(repeated) and not re.search(r"[0-9.,]$", goods[: -len(repeated)]):
        name = goods[: -len(repeated)].strip()
        if name:
            return name, (
                Sentence(
                    "item-repeats-quantity",
                    f"the item's name repeats the quantity {repeated}",
                    f"品名中重复了数量“{repeated}”",
                ),
            )
    return goods, ()
