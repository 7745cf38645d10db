"""How the demonstration shows what it found: what every site holds, the audit, the book, line by line."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from ledger_client.audit import AuditReport, grouped
from ledger_client.books import STATUS_LABELS, Comparison
from ledger_client.demo.cast import ITEMS, SITES
from ledger_client.demo.run import Finding, Outcome
from ledger_client.documents import CHINA_OFFSET, date_of
from ledger_client.index.reads import Holding, IndexReader
from ledger_client.language import tr


def show(out: Console, index: IndexReader, outcome: Outcome) -> None:
    """Print everything."""
    out.print(_stock(index))
    out.print(_audit(outcome.report))
    out.print(_book(outcome.book))
    _verdict(out, outcome)


def _stock(index: IndexReader) -> Table:
    today = (index.position().time + CHINA_OFFSET) // 86_400
    table = Table(
        tr("site", "储备点"),
        tr("item", "物品"),
        tr("quantity", "数量"),
        tr("status", "状态"),
        title=tr("What the communities hold", "各社区现有储备"),
    )
    for holding in index.on_hand(0):
        zh, en = SITES[holding.site][0], SITES[holding.site][1]  # type: ignore[index]
        item_zh, item_en, *_ = ITEMS[holding.attributes.item]  # type: ignore[index]
        table.add_row(tr(en, zh), tr(item_en, item_zh), str(holding.quantity), _status(holding, today))
    return table


def _status(holding: Holding, today: int) -> str:
    if not holding.is_free:
        return tr("held", "暂扣")
    if holding.attributes.use_until < today:
        day = date_of(holding.attributes.use_until)
        return tr(f"expired on {day}", f"{day} 已过期")
    return tr("usable", "可用")


def _audit(report: AuditReport) -> Table:
    agreed = (
        tr("events, index and contract storage agree", "事件、索引与合约存储三方一致")
        if report.agreed
        else tr("events, index and contract storage differ", "事件、索引与合约存储不一致")
    )
    title = tr(
        f"The audit up to block {report.at.number}: {report.documents} documents, {agreed}",
        f"审计至区块 {report.at.number}：共 {report.documents} 份单据，{agreed}",
    )
    table = Table(tr("finding", "发现"), tr("site", "储备点"), tr("what", "说明"), title=title)
    for group in grouped(report.open):
        names = SITES.get(group.site)  # type: ignore[call-overload]
        site = tr(names[1], names[0]) if names else ""
        for text in filter(None, (group.sum, *(finding.text for finding in group.shown))):
            table.add_row(group.kind.label, site, text)
    return table


def _book(compared: list[Comparison]) -> Table:
    table = Table(
        tr("cell", "单元格"),
        tr("in the book", "账册"),
        tr("on chain", "链上"),
        tr("result", "结果"),
        title=tr("The district's own book against the ledger", "区级账册与账本逐行核对"),
    )
    for each in compared:
        if each.line:
            line = each.line.line
            written = f"{line.date} {line.party} {line.item} {line.quantity}{line.unit}"
            cell = f"{each.line.file} {each.line.cell}"
        else:
            written, cell = "", ""
        recorded = f"{each.entries[0].day} {each.recorded}" if each.entries else ""
        table.add_row(cell, written, recorded, tr(*STATUS_LABELS[each.status]))
    return table


def _verdict(out: Console, outcome: Outcome) -> None:
    if outcome.is_exact:
        out.print(
            tr(
                "The audit found exactly what the story hides, no more and no less.",
                "审计发现与剧情中埋下的问题完全一致，不多不少。",
            )
        )
        return
    _list(out, tr("found, and not expected:", "发现但不在预期之内："), outcome.unexpected)
    _list(out, tr("expected, and not found:", "预期但未发现："), outcome.missed)


def _list(out: Console, title: str, findings: list[Finding]) -> None:
    if findings:
        out.print(title)
        for finding in findings:
            out.print("  " + " ".join(filter(None, finding)))
