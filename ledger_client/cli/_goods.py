"""Lines of documents as they are typed.

::

    --line 1f3a9c20=20              a lot by its first digits (at least 8), and base units
    --line 1f3a9c20=20:expired      with a reason
    --goods 101010100001=500,batch=M-2607,made=2026-05-01,expires=2028-04-30,rejected=3,reason=damaged
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.cli._typed import lot_among
from ledger_client.errors import UsageError
from ledger_client.identifiers import ItemId, batch_digest, parse_item
from ledger_client.language import tr
from ledger_client.quantities import parse_quantity
from ledger_client.reasons import Use, reason_named
from ledger_client.typed import parse_day

if TYPE_CHECKING:
    from ledger_client.lines import LotAttributes

LINE_FORM = "LOT=QUANTITY[:REASON]"
GOODS_FORM = "ITEM=QUANTITY[,batch=…,made=DATE,expires=DATE,rejected=N,reason=NAME]"

Lines = Annotated[
    list[str],
    typer.Option("--line", metavar=LINE_FORM, help=tr("one lot; may be repeated", "一个批次；可重复")),
]
GoodsLines = Annotated[
    list[str],
    typer.Option("--goods", metavar=GOODS_FORM, help=tr("one line; may be repeated", "一行货物；可重复")),
]

LOT_FIELDS = ("batch", "made", "expires")
"""What may be said of goods that become a lot."""

RECEIPT_FIELDS = (*LOT_FIELDS, "rejected", "reason")
"""What may be said of goods on a receipt."""


class LineFormError(UsageError):
    """A line has not the form of one."""

    en = "{value!r} is no line: write {form}"
    zh = "{value!r} 不是明细行：请写成 {form}"


class GoodsFieldError(UsageError):
    """A line of goods has a field that it has not, or twice."""

    en = "{value!r} in {line!r} is no field of goods, or is there twice; there are {known}"
    zh = "{line!r} 中的 {value!r} 不是货物的属性，或重复；可用 {known}"


class GoodsMissingError(UsageError):
    """A receipt without goods."""

    en = "this document needs at least one line: {form}"
    zh = "此单据至少需要一行明细：{form}"


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line as typed: a lot by its first digits, base units, and the name of a reason or nothing."""

    lot: str
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True)
class TypedGoods:
    """Goods as typed; days counted from 1970, 0 where not given."""

    item: ItemId
    accepted: int
    rejected: int
    batch: bytes
    made: int
    expires: int
    reason: str

    def attributes(self, source: int) -> LotAttributes:
        """Return what makes these goods from `source` a lot."""
        from ledger_client.lines import LotAttributes

        return LotAttributes(
            item=self.item, source=source, batch=self.batch, made=self.made, expires=self.expires
        )


def parse_line(text: str, *, least: int = 1) -> TypedLine:
    """Return a typed line.

    Raises:
        LineFormError: It has another form.
        QuantityFormError: Its quantity is none.
    """
    lot, equals, rest = text.partition("=")
    quantity, _, reason = rest.partition(":")
    if not equals or not lot.strip() or not quantity.strip():
        raise LineFormError(value=text, form=LINE_FORM)
    return TypedLine(lot.strip(), parse_quantity(quantity, least=least), reason.strip())


def parse_goods(text: str, known: Sequence[str] = RECEIPT_FIELDS) -> TypedGoods:
    """Return typed goods, of which the fields `known` may be given.

    Raises:
        LineFormError: They have another form.
        GoodsFieldError: A field is unknown or there twice.
        QuantityFormError: A quantity is none.
    """
    first, *rest = text.split(",")
    item, equals, quantity = first.partition("=")
    if not equals or not item.strip() or not quantity.strip():
        raise LineFormError(value=text, form=GOODS_FORM)
    fields = _fields(text, rest, known)
    rejected = parse_quantity(fields.get("rejected", "0"))
    return TypedGoods(
        item=parse_item(item),
        accepted=parse_quantity(quantity, least=0 if rejected else 1),
        rejected=rejected,
        batch=batch_digest(fields.get("batch", "")),
        made=parse_day(fields["made"]) if "made" in fields else 0,
        expires=parse_day(fields["expires"]) if "expires" in fields else 0,
        reason=fields.get("reason", ""),
    )


def require_some(lines: Sequence[object], form: str = LINE_FORM) -> None:
    """Do nothing where there are lines.

    Raises:
        GoodsMissingError: There are none.
    """
    if not lines:
        raise GoodsMissingError(form=form)


def reason_code(name: str | None, use: Use) -> int:
    """Return the code of a typed reason, 0 where none is typed.

    Raises:
        ReasonUnknownError: It is none for this use.
    """
    return reason_named(name, use).code if name else 0


def lot_at_site(text: str, site: int, lots: Iterable[int]) -> int:
    """Return the lot at a site whose id begins so; see `lot_among`."""
    return lot_among(text, lots, f"at site {site} ", f"储备点 {site} ", f"`shecang stock on-hand {site}`")


def _fields(text: str, parts: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        name = name.strip()
        if not equals or name not in known or name in fields:
            raise GoodsFieldError(value=part, line=text, known=", ".join(known))
        fields[name] = value.strip()
    return fields
