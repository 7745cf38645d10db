"""`shecang item`: what stock is kept of, and what packs hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.book import unit_code
from ledger_client.cli._office import office_of, write
from ledger_client.cli._tables import print_rows, shown_name
from ledger_client.errors import RefusedError, UsageError
from ledger_client.identifiers import parse_item
from ledger_client.language import tr
from ledger_client.quantities import parse_quantity
from ledger_client.records import RecordId
from ledger_client.roles import Role
from ledger_client.trade_items import TradeItem, trade_item_record, trade_items

if TYPE_CHECKING:
    from ledger_client.addresses import Address
    from ledger_client.ledger import Ledger

app = typer.Typer(no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help=tr("key of an authority of the country", "全国主管的密钥"))]
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]

CATEGORY_DIGITS = 7
SHELF_LIFE_LIMIT = 2**16 - 1  # days that the contract keeps


class UnitFormError(UsageError):
    """A unit is no code of Rec 20."""

    en = "{value!r} is no unit: write a code of UN/CEFACT Rec 20, as C62 (piece), XBX (box), or a word, as 盒"
    zh = "{value!r} 不是单位：请用 UN/CEFACT Rec 20 代码，如 C62（个）、KGM、XBX（盒），或直接写“盒”"


class ItemUnknownError(UsageError):
    """No item has a code."""

    en = "item {item} is not registered; see `shecang item list`"
    zh = "物品 {item} 未登记；请查看 `shecang item list`"


class NoAuthorityError(RefusedError):
    """A GTIN is registered by somebody who may not."""

    en = "{address} is no authority of the country (0) now, and only one registers GTINs; use its key"
    zh = "{address} 目前不是全国（0）主管机构，只有其可登记商品条码；请使用其密钥"


class CategoryFormError(UsageError):
    """A category has not seven digits."""

    en = "{value!r} is no category: it has the 7 digits of GB/T 38565, and 0 is none"
    zh = "{value!r} 不是类别：应为 GB/T 38565 的 7 位数字，0 表示无需资质"


@app.command("add", help=tr("Register an item by its 12 digits.", "登记物品（12 位编号）。"))
def add(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE")],
    by: By,
    zh: Annotated[str, typer.Option("--zh", help=tr("Chinese name", "中文名称"))] = "",
    en: Annotated[str, typer.Option("--en", help=tr("English name", "英文名称"))] = "",
    unit: Annotated[
        str,
        typer.Option(
            "--unit", help=tr("base unit: its word, or a code of Rec 20", "基本单位（名称或 Rec 20 代码）")
        ),
    ] = "C62",
    category: Annotated[
        str,
        typer.Option(
            "--category", help=tr("category a supplier must be qualified for, 0: none", "供应商所需资质类别")
        ),
    ] = "0",
    shelf_life: Annotated[
        int,
        typer.Option("--shelf-life", min=0, max=SHELF_LIFE_LIMIT, help=tr("days, 0: none", "保质期天数")),
    ] = 0,
    serial: Annotated[bool, typer.Option("--serial", help=tr("each piece has a number", "逐件编号"))] = False,
    as_json: AsJson = False,
) -> None:
    """Register an item."""
    office = office_of(context)
    item, needed, code_of_unit = parse_item(code), parse_category(category), parse_unit(unit)
    with office.ledger() as ledger:
        call = ledger.items.register(
            item,
            zh=zh,
            en=en,
            unit=code_of_unit,
            category=needed,
            shelf_life=shelf_life,
            serial=serial,
            by=office.party(ledger, by, Role.AUTHORITY, 0),
        )
        write(ledger, [call], as_json)


@app.command("factor", help=tr("State how many UNITs one PACK holds.", "登记一包装含几单位。"))
def factor(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(metavar="PACK")],
    unit: Annotated[str, typer.Argument(metavar="UNIT")],
    number: Annotated[str, typer.Argument(metavar="N")],
    by: By,
    as_json: AsJson = False,
) -> None:
    """State a repack factor."""
    office = office_of(context)
    outer, inner, held = parse_item(pack), parse_item(unit), parse_quantity(number, least=1)
    with office.ledger() as ledger:
        authority = office.party(ledger, by, Role.AUTHORITY, 0)
        write(ledger, [ledger.items.set_factor(outer, inner, held, by=authority)], as_json)


@app.command("list", help=tr("List the items, and what packs hold.", "列出物品及包装换算。"))
def list_items(context: typer.Context, as_json: AsJson = False) -> None:
    """List the items."""
    from ledger_client.index.lookup import all_factors

    office = office_of(context)
    with office.ledger() as ledger:
        items = ledger.index().items()
        factors = all_factors(ledger.index_engine)
        rows: list[dict[str, Any]] = [
            {
                "item": str(item),
                "name": shown_name(ledger, "item", item, record.name),
                "unit": record.unit.rstrip(b"\0").decode("ascii", "replace"),
                "category": str(record.qualification_category) if record.qualification_category else None,
                "shelf_life": record.shelf_life or None,
                "serial": record.is_serial,
                "holds": [f"{held} × {inner}" for (pack, inner), held in factors.items() if pack == item],
            }
            for item, record in items.items()
        ]
    print_rows(office, rows, as_json)


@app.command(
    "gtin", help=tr("Say which item a GTIN stands for, for scanners.", "登记商品条码对应的物品，供扫码使用。")
)
def gtin(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="GTIN")],
    item: Annotated[str, typer.Argument(metavar="ITEM")],
    by: By,
    holds: Annotated[
        str, typer.Option("--holds", help=tr("base units in one trade item", "每件商品含多少基本单位"))
    ] = "1",
) -> None:
    """Say which item a GTIN stands for; in place of what was said before."""
    from ledger_client.scans import parse_gtin  # takes a tenth of a second

    office = office_of(context)
    digits, wanted, held = parse_gtin(number), parse_item(item), parse_quantity(holds, least=1)
    with office.ledger() as ledger:
        if wanted not in ledger.index().items():
            raise ItemUnknownError(item=wanted)
        authority = office.party(ledger, by, Role.AUTHORITY, 0)
        _require_authority(ledger, authority.signer.address)
        ledger.records.put(trade_item_record(TradeItem(digits, wanted, held)), authority.signer)
    typer.echo(
        tr(
            f"{digits} stands for {held} of item {wanted}; kept in the records, not on chain",
            f"{digits} 对应物品 {wanted}，每件 {held}；保存于记录库，不上链",
        )
    )


@app.command("gtins", help=tr("List the GTINs and what they stand for.", "列出商品条码及对应物品。"))
def gtins(context: typer.Context, as_json: AsJson = False) -> None:
    """List the GTINs and what they stand for."""
    office = office_of(context)
    with office.ledger() as ledger:
        items = ledger.index().items()
        rows = [
            {
                "gtin": each.gtin,
                "item": str(each.item),
                "name": shown_name(ledger, "item", each.item, items[each.item].name),
                "holds": str(each.holds),
                "by": ledger.records.registrar(RecordId("gtin", int(each.gtin))),
            }
            for each in trade_items(ledger.records)
            if each.item in items
        ]
    print_rows(office, rows, as_json)


def _require_authority(ledger: Ledger, address: Address) -> None:
    """Refuse a GTIN by anybody but an authority of the country: no contract is asked for it.

    Raises:
        NoAuthorityError: The key is none now.
    """
    grants = ledger.index().grants(address)
    if not any(
        each.role == Role.AUTHORITY and each.division == 0 and each.is_standing and each.from_ <= ledger.now()
        for each in grants
    ):
        raise NoAuthorityError(address=address)


def parse_category(text: str) -> int:
    """Return a category of GB/T 38565, 0 for none.

    Raises:
        CategoryFormError: It has not 7 digits.
    """
    plain = text.strip()
    if plain == "0":
        return 0
    if len(plain) != CATEGORY_DIGITS or not plain.isascii() or not plain.isdigit() or plain[0] == "0":
        raise CategoryFormError(value=text)
    return int(plain)


def parse_unit(text: str) -> str:
    """Return a code of UN/CEFACT Rec 20 (2 or 3 letters and digits), or that of a unit's word, as 盒.

    Raises:
        UnitFormError: It is neither.
    """
    known = unit_code(text.strip())
    if known is not None:
        return known
    plain = text.strip().upper()
    if not (2 <= len(plain) <= 3 and plain.isascii() and plain.isalnum()):
        raise UnitFormError(value=text)
    return plain
