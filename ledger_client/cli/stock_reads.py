"""`shecang stock card` and `on-hand`: what happened at a site, and what there is. As of: block time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli import _acts as acts
from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.cli._tables import Shown, for_programs, plain, print_rows, short
from ledger_client.cli._typed import parse_as_of
from ledger_client.divisions import parse_division
from ledger_client.documents import Kind, moment_at
from ledger_client.identifiers import parse_site
from ledger_client.language import tr
from ledger_client.reasons import reason_label

if TYPE_CHECKING:
    from ledger_client.cli._holdings import Names
    from ledger_client.fold.records import RecordedDocument
    from ledger_client.index.reads import CardEntry
    from ledger_client.index.source import BlockStamp

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help=tr("block time: a moment, or a day to its end", "区块时间：时刻，或某日终了"),
    ),
]

PAGE = 1_000
SITE_DIGITS = 15


def mount(app: typer.Typer) -> None:
    """Add these commands to `shecang stock`."""
    app.command("card", help=tr("Show the stock card of a site.", "显示储备点库存卡。"))(card)
    app.command("on-hand", help=tr("Show what a place holds.", "显示储备点或区划的结存。"))(on_hand)


def card(
    context: typer.Context, site: acts.SiteCode, as_of: AsOf = None, as_json: acts.AsJson = False
) -> None:
    """Show the stock card of a site: one row a movement, in the order of its journal."""
    from ledger_client.cli._holdings import Names

    office = office_of(context)
    place = parse_site(site)
    with office.ledger() as ledger:
        offset = ledger.deployment.offset
        index, names = ledger.index(), Names(ledger)
        until = parse_as_of(as_of, offset)
        rows: list[dict[str, Any]] = []
        after = 0
        while page := index.stock_card(place, until, after, PAGE):
            rows += [row for entry in page for row in _entry_rows(entry, names, offset)]
            after = page[-1].sequence
        title = names.site(place)
        position = index.position()
    if not as_json:
        _title(office, f"{place:015d} {title}", position, offset)
    print_rows(office, rows, as_json)


def on_hand(
    context: typer.Context,
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help=tr("site or division, 0: all", "储备点或区划，0 为全部"))
    ],
    as_of: AsOf = None,
    as_json: acts.AsJson = False,
) -> None:
    """Show what a site or division holds, by site and lot, and the total of each item."""
    from ledger_client.cli._holdings import Names, holding_rows, now, total_rows

    office = office_of(context)
    number = parse_site(place) if len(place.strip()) == SITE_DIGITS else parse_division(place)
    with office.ledger() as ledger:
        offset = ledger.deployment.offset
        until = parse_as_of(as_of, offset)
        index, names = ledger.index(), Names(ledger)
        holdings = index.on_hand(number, until)
        at = now() if until is None else until
        rows = holding_rows(names, holdings, at, offset)
        totals = total_rows(names, holdings, at, offset)
        title = names.site(number)
        position = index.position()
    if as_json:
        stamp = {"block": position.number, "block_time": position.time}
        print_json(plain({"place": str(number), "as_of": until, **stamp, "holdings": rows, "totals": totals}))
        return
    _title(office, f"{number or '0'} {title}", position, offset)
    print_rows(office, rows, as_json)
    if rows:
        print_rows(office, totals, as_json)


def _entry_rows(entry: CardEntry, names: Names, offset: int) -> list[dict[str, Any]]:
    """Return the rows of one entry; a document that moved nothing here has one all the same."""
    document = entry.document
    kind = Kind.of(document.kind)
    recorded = moment_at(document.recorded_at, offset)
    occurred = moment_at(document.occurred_at, offset)
    day_only = document.is_day_only
    what = {
        "entry": entry.sequence,
        "recorded": Shown(recorded.isoformat(), recorded.strftime("%Y-%m-%d %H:%M")),
        "occurred": for_programs(occurred.date().isoformat() if day_only else occurred.isoformat()),
        "kind": Shown(kind.name.lower(), _kind_text(document, kind, occurred.date().isoformat())),
    }
    rest = {
        "reason": for_programs(document.reason),
        "late": for_programs(document.is_late),
        "reversed": for_programs(bool(document.reversed_by)),
        "journal": for_programs(f"{entry.journal:064x}"),
        "document": short(document.key, 62),
    }
    nothing: dict[str, Any] = dict.fromkeys(("lot", "item", "delta", "balance"))
    movements: list[dict[str, Any]] = [
        {
            "lot": short(each.lot),
            "item": names.shown_item(each.item),
            "delta": f"{each.delta:+d}",
            "balance": str(each.quantity),
        }
        for each in entry.movements
    ]
    return [{**what, **moved, **rest} for moved in movements or [nothing]]


def _kind_text(document: RecordedDocument, kind: Kind, occurred: str) -> str:
    """Return what a document is, and what people must see of it at once."""
    parts = [kind.label]
    if document.reason:
        parts.append(reason_label(document.reason, kind))
    if document.is_late:
        parts.append(tr(f"late, of {occurred}", f"补录，发生于 {occurred}"))
    if document.reversed_by:
        parts.append(tr("reversed", "已冲销"))
    return tr(", ", "，").join(parts)


def _title(office: Office, what: str, position: BlockStamp, offset: int) -> None:
    """Say what is shown, and up to which block it holds."""
    time = moment_at(position.time, offset).strftime("%Y-%m-%d %H:%M:%S")
    read = tr(f"up to block {position.number}, {time}", f"截至区块 {position.number}，{time}")
    office.out.print(f"{what.strip()}  ({read})", markup=False, soft_wrap=True)
