"""How `shecang lot scan` shows what a label may be about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from ledger_client.cli._holdings import Names, lot_row
from ledger_client.cli._office import Office, print_json
from ledger_client.cli._tables import plain, print_rows
from ledger_client.documents import date_of
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger
    from ledger_client.scanning import Scanned


def show_scan(office: Office, ledger: Ledger, found: Scanned, as_json: bool) -> None:
    """Print what a label says, and the lots that it may be about."""
    names = Names(ledger)
    rows = [
        {
            **lot_row(names, each.lot, each.record),
            "quantity": str(each.quantity),
            "same_batch": found.has_batch(each),
            "same_expiry": found.has_expiry(each),
        }
        for each in found.candidates
    ]
    if as_json:
        print_json(plain({**label_row(found), "lots": rows}))
        return
    typer.echo(_sentence(names, found))
    if found.trade_item is not None:
        print_rows(office, rows, as_json)


def label_row(found: Scanned) -> dict[str, Any]:
    """Return what a label says, for programs."""
    scan, item = found.scan, found.trade_item
    return {
        "gtin": scan.gtin,
        "item": str(item.item) if item else None,
        "units": str(found.units) if found.units is not None else None,
        "batch": scan.batch,
        "made": _day(scan.made),
        "expires": _day(scan.expires),
    }


def _sentence(names: Names, found: Scanned) -> str:
    scan, item = found.scan, found.trade_item
    if item is None:
        return tr(
            f"nobody has said which item {scan.gtin} stands for: `shecang item gtin {scan.gtin} ITEM` does",
            f"商品条码 {scan.gtin} 尚未对应物品：请用 `shecang item gtin {scan.gtin} 物品编号` 登记",
        )
    unit = names.unit(item.item)
    said = [f"{found.units} {unit}".strip(), names.item(item.item) or str(item.item)]
    if scan.batch:
        said.append(tr(f"batch {scan.batch}", f"批号 {scan.batch}"))
    if scan.expires is not None:
        said.append(tr(f"use by {_day(scan.expires)}", f"有效期至 {_day(scan.expires)}"))
    lots = len(found.candidates)
    end = (
        tr(f"{lots} lots may be it", f"可能的批次：{lots} 个")
        if lots
        else tr("no lot is like it", "无对应批次")
    )
    return tr("; ", "；").join((tr(", ", "，").join(said), end))


def _day(day: int | None) -> str | None:
    return None if day is None else date_of(day).isoformat()
