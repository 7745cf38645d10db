"""`shecang stock count`, `repack`, `reverse`: what is found, turned into something else, or undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.cli import _acts as acts
from ledger_client.cli._counts import prove_counted
from ledger_client.cli._goods import (
    LOT_FIELDS,
    Lines,
    lot_at_site,
    parse_goods,
    parse_line,
    reason_code,
    require_some,
)
from ledger_client.cli._office import office_of, write
from ledger_client.cli._showing import show_recorded
from ledger_client.cli._typed import find_document, find_lot
from ledger_client.cli.lots import require_lot
from ledger_client.errors import UsageError
from ledger_client.identifiers import SiteId, parse_site
from ledger_client.language import tr
from ledger_client.reasons import Use, reason_named
from ledger_client.recorded import card_up_to, expected_of, original_of, repacked

if TYPE_CHECKING:
    from ledger_client.index.reads import CardEntry
    from ledger_client.ledger import Ledger
    from ledger_client.lines import CountLine, RepackLine


class RepackPairsError(UsageError):
    """Inputs and outputs of a repack do not pair."""

    en = "{inputs} --line and {outputs} --into: each lot that is repacked needs what it becomes, in order"
    zh = "--line 有 {inputs} 个而 --into 有 {outputs} 个：每个换装批次须依次对应其产出"


def mount(app: typer.Typer) -> None:
    """Add these commands to `shecang stock`."""
    app.command("count", help=tr("Record what two keepers counted.", "记录盘点（双人）。"))(count)
    app.command("repack", help=tr("Turn lots into other lots.", "换装。"))(repack)
    app.command("reverse", help=tr("Undo a whole document, once.", "冲销整张单据，仅一次。"))(reverse)


def count(
    context: typer.Context,
    site: acts.SiteCode,
    keeper: acts.Keeper,
    second: acts.Second,
    line: Annotated[
        list[str],
        typer.Option("--line", metavar="LOT=COUNTED[:REASON]", help=tr("what was counted", "实盘数")),
    ] = [],  # noqa: B006 -- typer reads it once and hands out copies
    entry: Annotated[
        int | None,
        typer.Option(
            "--entry",
            min=1,
            help=tr("last entry of the stock card when it was counted", "盘点时库存卡的最后一条序号"),
        ),
    ] = None,
    approver: acts.MaybeApprover = None,
    reason: acts.Reason = None,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Record a count; an approver signs too where there is a gain. It is proved where a cycle is set."""
    office = office_of(context)
    place = parse_site(site)
    require_some(line, "LOT=COUNTED")
    with office.ledger() as ledger:
        upto = card_up_to(ledger.index(), place, entry)
        counting = acts.keeper_of(office, ledger, keeper, place)
        call = ledger.stock.count(
            place,
            _count_lines(ledger, place, line, upto),
            journal=upto[-1].journal if upto else 0,
            keeper=counting,
            second=acts.keeper_of(office, ledger, second, place),
            approver=acts.approver_of(office, ledger, approver, place),
            particulars=acts.Said(occurred, reason, note).particulars(ledger, Use.COUNT),
        )
        write(ledger, [call], as_json)
        prove_counted(office, ledger, call, counting.signer, as_json=as_json)


def repack(
    context: typer.Context,
    site: acts.SiteCode,
    keeper: acts.Keeper,
    approver: acts.Approver,
    line: Lines = [],  # noqa: B006 -- typer reads it once and hands out copies
    into: Annotated[
        list[str],
        typer.Option(
            "--into",
            metavar="ITEM=QUANTITY[,batch=…]",
            help=tr("what the lot of the --line in the same place becomes", "同序 --line 批次的产出"),
        ),
    ] = [],  # noqa: B006 -- typer reads it once and hands out copies
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Turn lots into other lots: same source, batch and dates unless others are given."""
    office = office_of(context)
    place = parse_site(site)
    require_some(line)
    if len(line) != len(into):
        raise RepackPairsError(inputs=len(line), outputs=len(into))
    with office.ledger() as ledger:
        call = ledger.stock.repack(
            place,
            _repack_lines(ledger, place, line, into),
            keeper=acts.keeper_of(office, ledger, keeper, place),
            approver=acts.required_approver(office, ledger, approver, place),
            particulars=acts.Said(occurred, None, note).particulars(ledger),
        )
        write(ledger, [call], as_json)


def reverse(
    context: typer.Context,
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help=tr("key, or its first 8 digits", "单据编号或前 8 位"))
    ],
    keeper: acts.Keeper,
    approver: acts.Approver,
    reason: Annotated[str, typer.Option("--reason", metavar="NAME", help=tr("why", "原因"))],
    second: acts.MaybeSecond = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Undo a document: the keepers who signed it, and an approver."""
    office = office_of(context)
    reason_named(reason, Use.REVERSAL)
    with office.ledger() as ledger:
        ledger.index()
        found = find_document(ledger.index_engine, document)
        sites = [each for each in (found.from_site, found.to_site) if each]
        other_site = sites[-1]
        call = ledger.stock.reverse(
            found.key,
            original_of(found),
            keeper=acts.keeper_of(office, ledger, keeper, found.recording_site),
            other=acts.keeper_of(office, ledger, second, other_site) if second else None,
            approver=acts.required_approver(office, ledger, approver, *sites),
            particulars=acts.Said(None, reason, note).particulars(ledger, Use.REVERSAL),
        )
        write(ledger, [call], as_json)
        show_recorded(ledger, [call.key], call.signer, as_json)


def _count_lines(
    ledger: Ledger, site: SiteId, typed: Sequence[str], card: Sequence[CardEntry]
) -> list[CountLine]:
    """Return what was counted beside what the card says, up to where it was counted."""
    from ledger_client.lines import CountLine

    expected = expected_of(card)
    lines = []
    for text in typed:
        each = parse_line(text, least=0)
        lot = _counted_lot(ledger, each.lot, site, expected)
        code = reason_code(each.reason, Use.COUNT)
        lines.append(CountLine(lot, each.quantity, expected.get(lot, 0), code))
    return lines


def _counted_lot(ledger: Ledger, text: str, site: SiteId, expected: dict[int, int]) -> int:
    """Return a lot that the card names, else any lot of the ledger: it may have been found."""
    here = [lot for lot in expected if f"{lot:040x}".startswith(text.lower())]
    return lot_at_site(text, site, here) if here else find_lot(ledger.index_engine, text)


def _repack_lines(
    ledger: Ledger, site: SiteId, typed: Sequence[str], into: Sequence[str]
) -> list[RepackLine]:
    from ledger_client.lines import RepackLine

    here = acts.lots_here(ledger, site)
    lines = []
    for text, output in zip(typed, into, strict=True):
        each, goods = parse_line(text), parse_goods(output, LOT_FIELDS)
        lot = lot_at_site(each.lot, site, here)
        record = require_lot(ledger, lot)
        attributes = repacked(record, goods.item, goods.batch, goods.made, goods.expires)
        code = reason_code(each.reason, Use.REPACK)
        lines.append(RepackLine(lot, each.quantity, attributes, goods.accepted, code))
    return lines
