"""One page about a verified file: the answers, the stock card, what there is, the verdicts.

Names stand beside codes only where they were proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ledger_client.documents import moment_at
from ledger_client.evidence.card import Row, SiteCard
from ledger_client.evidence.report import CONTRADICTED, QUALIFIED, AnswerState, ReceiptVerdict, Report
from ledger_client.fold.verdicts import STATUS_NAMES, Status
from ledger_client.identifiers import ItemId, category_of
from ledger_client.language import tr

_QUANTITY = (1 << 63) - 1
_SHORT = 12
_STYLES = {AnswerState.PROVED: "green", AnswerState.WRONG: "bold red", AnswerState.UNKNOWN: "yellow"}


def answers_table(report: Report) -> RenderableType:
    """Return the answers, a line each, and below them the receipts whose verdicts are not good."""
    doubtful = [each for each in report.verdicts if not (each.then in QUALIFIED and each.now in QUALIFIED)]
    answers = _answers(report)
    return Group(answers, Text(), _verdicts(doubtful)) if doubtful else answers


def _answers(report: Report) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for answer in report.answers:
        state = Text(answer.state.label, style=_STYLES[answer.state])
        table.add_row(answer.question.label, state, Text(answer.text))
    return table


def page(report: Report, offset: int) -> RenderableType:
    """Return the page.

    Args:
        report: Of a verification that kept the rows of the card.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    parts: list[RenderableType] = [*_title(report, offset), _answers(report), Text()]
    if report.card is None or report.exit_code == CONTRADICTED:
        # What a forger wrote must not leave the printer as a stock card.
        parts.append(Text(tr("no stock card: the file does not prove one", "不打印库存卡：文件未能证明")))
        return Group(*parts)
    parts += [*_uncounted(report), _movements(report, report.card, offset), Text()]
    parts.append(_on_hand(report, report.card))
    if report.verdicts:
        parts += [Text(), _verdicts(report.verdicts)]
    return Group(*parts)


def _uncounted(report: Report) -> Iterator[Text]:
    """Say what the card below does not show, where the file proves nothing of it."""
    if report.norms is None:
        yield Text(
            tr(
                "The card does not tell documents of an emergency from routine ones, nor which counts were "
                "overdue: see `norms` above.",
                "库存卡未区分应急与常态单据，也未标注盘点逾期：见上文“应急与盘点”一项。",
            )
        )
        yield Text()


def _title(report: Report, offset: int) -> Iterator[Text]:
    if not report.site:
        return
    site = f"{report.site} {_name(report, 'site', report.site)}".rstrip()
    item = f"{report.item} {_name(report, 'item', report.item)}".rstrip() if report.item else ""
    narrowed = tr(f", item {item}", f"，物品 {item}") if item else ""
    yield Text(tr(f"Stock card of site {site}{narrowed}", f"储备点 {site} 库存卡{narrowed}"), style="bold")
    if report.time is not None:
        when = moment_at(report.time, offset).strftime("%Y-%m-%d %H:%M:%S")
        yield Text(tr(f"up to block {report.block} of {when}", f"截至区块 {report.block}（{when}）"))
    yield Text()


def _name(report: Report, register: str, number: int) -> str:
    zh, en = report.names.get((register, number), ("", ""))
    return tr(en or zh, zh or en)


def _goods(report: Report, lot: bytes) -> str:
    item = report.items.get(lot, 0)
    return f"{item} {_name(report, 'item', item)}".rstrip() if item else ""


def _is_shown(report: Report, lot: bytes) -> bool:
    return not lot or not report.item or report.items.get(lot) == report.item


def _movements(report: Report, card: SiteCard, offset: int) -> Table:
    table = Table(title=tr("Movements", "收发"), title_justify="left")
    for header in (
        tr("entry", "序号"),
        tr("recorded", "登记"),
        tr("kind", "单据"),
        tr("item", "物品"),
        tr("lot", "批次"),
    ):
        table.add_column(header)
    for header in (tr("change", "变动"), tr("held then", "结存")):
        table.add_column(header, justify="right")
    for row in card.rows:
        if not _is_shown(report, row.lot):
            continue
        recorded = moment_at(row.document.recorded_at, offset).strftime("%Y-%m-%d %H:%M")
        held = tr(" (on hold)", "（暂扣）") if row.is_held_here else ""
        table.add_row(
            str(row.sequence),
            recorded,
            _kind(report, row),
            _goods(report, row.lot),
            row.lot.hex()[:_SHORT],
            f"{row.change:+}" if row.change else "",
            f"{row.quantity}{held}" if row.lot else "",
        )
    return table


def _kind(report: Report, row: Row) -> str:
    """Return what a document is, and that it was recorded in an emergency where it was."""
    label = row.document.kind.label
    if report.norms is None or row.sequence not in report.norms.emergency:
        return label
    return tr(f"{label}, in an emergency", f"{label}，应急期间")


def _is_overdue(report: Report, lot: bytes) -> bool:
    """Return whether the count of a lot's category was overdue, so that its figure is an old one."""
    item = report.items.get(lot, 0)
    return report.norms is not None and category_of(ItemId(item)) in report.norms.overdue


def _on_hand(report: Report, card: SiteCard) -> Table:
    table = Table(title=tr("On hand", "结存"), title_justify="left")
    table.add_column(tr("item", "物品"))
    table.add_column(tr("lot", "批次"))
    table.add_column(tr("base units", "数量"), justify="right")
    for lot, word in sorted(card.balances.items()):
        if word & _QUANTITY and _is_shown(report, lot):
            held = tr(" (on hold)", "（暂扣）") if word > _QUANTITY else ""
            held += tr(" (count overdue)", "（盘点逾期）") if _is_overdue(report, lot) else ""
            table.add_row(_goods(report, lot), lot.hex(), f"{word & _QUANTITY}{held}")
    return table


def _verdicts(shown: Sequence[ReceiptVerdict]) -> Table:
    table = Table(title=tr("Qualifications of receipts", "收货资质"), title_justify="left")
    for header in (tr("entry", "序号"), tr("receipt", "收货"), tr("then", "当时"), tr("now", "现在")):
        table.add_column(header)
    for each in shown:
        then, now = (tr(*STATUS_NAMES[Status(status)]) for status in (each.then, each.now))
        table.add_row(str(each.sequence), f"{each.document:062x}"[:_SHORT], then, now)
    return table
