"""`shecang audit`: events, index and contract storage against each other."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from ledger_client.audit import AuditReport, Finding, audit, grouped
from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.documents import moment_at
from ledger_client.index.chain_source import ChainSource
from ledger_client.language import tr

app = typer.Typer(no_args_is_help=True, help=tr("audits", "审计"))

DISAGREED = 1


@app.callback()
def main() -> None:
    """Audit the ledger."""


@app.command(
    help=tr(
        "compare events, index and storage; 1 where they differ", "比对事件、索引与合约存储；不一致时返回 1"
    )
)
def run(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))] = False,
) -> None:
    """Replay all events and compare with the index and the contracts' storage; 1 where they differ."""
    office = office_of(context)
    with office.ledger() as ledger:
        ledger.follower().follow()
        deployment = ledger.deployment
        report = audit(
            ledger.index_engine,
            ChainSource(ledger.chain, deployment),
            first_block=deployment.first_block,
            offset=deployment.offset,
        )
    if as_json:
        print_json(report.to_dict())
    else:
        _print(office, report, deployment.offset)
    if not report.agreed:
        raise typer.Exit(DISAGREED)


def _print(office: Office, report: AuditReport, offset: int) -> None:
    if report.open:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for head, is_whole in (
            (tr("severity", "程度"), True),
            (tr("finding", "发现"), False),
            (tr("site", "储备点"), True),
            (tr("document", "单据"), True),
            (tr("what", "内容"), False),
            (tr("owner and deadline", "责任区划与限期"), True),
        ):
            table.add_column(head, overflow="fold", no_wrap=is_whole)
        for group in grouped(report.open):
            cells = group.severity.label, group.kind.label, str(group.site) if group.site else ""
            if group.sum:
                table.add_row(*cells, "", group.sum, "")
            for finding in group.shown:
                document = f"{finding.document:062x}"[:12] if finding.document else ""
                table.add_row(*cells, document, escape(finding.text), _due(finding, offset))
        office.out.print(table)
    if closed := len(report.findings) - len(report.open):
        office.out.print(
            tr(
                f"{closed} more were closed by documents that answer them; --json lists them",
                f"另有 {closed} 项已由答复单据结案；--json 可列出",
            )
        )
    outcome = (
        tr("events, index and storage agree", "事件、索引与合约存储三方一致")
        if report.agreed
        else tr("events, index and storage do NOT agree", "事件、索引与合约存储不一致")
    )
    place = tr(f"up to block {report.at.number}", f"截至区块 {report.at.number}")
    office.out.print(f"{outcome} ({place})" + (_first(report) if not report.agreed else ""))


def _due(finding: Finding, offset: int) -> str:
    """Return who has to answer a finding, by when, and how many deadlines were missed; a note has none."""
    lines = [str(finding.owner) if finding.owner else tr("country", "全国")]
    if finding.deadline:
        day = moment_at(finding.deadline, offset).date()
        lines.append(tr(f"by {day}", f"{day} 前"))
    if finding.missed:
        lines.append(tr(f"missed {finding.missed}", f"已逾期 {finding.missed} 次"))
    return "\n".join(lines)


def _first(report: AuditReport) -> str:
    first = report.first_document
    return tr(f"; first after document {first:062x}", f"；自单据 {first:062x} 起") if first else ""
