"""`shecang audit`: events, index and contract storage against each other."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ledger_client.audit import AuditReport, audit, grouped
from ledger_client.cli._office import Office, office_of, print_json
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
        _print(office, report)
    if not report.agreed:
        raise typer.Exit(DISAGREED)


def _print(office: Office, report: AuditReport) -> None:
    if report.findings:
        table = Table(tr("finding", "发现"), tr("site", "储备点"), tr("document", "单据"), tr("what", "内容"))
        for group in grouped(report.findings):
            label, site = group.kind.label, str(group.site) if group.site else ""
            if group.sum:
                table.add_row(label, site, "", group.sum)
            for finding in group.shown:
                document = f"{finding.document:062x}"[:12] if finding.document else ""
                table.add_row(label, site, document, escape(finding.text))
        office.out.print(table)
    outcome = (
        tr("events, index and storage agree", "事件、索引与合约存储三方一致")
        if report.agreed
        else tr("events, index and storage do NOT agree", "事件、索引与合约存储不一致")
    )
    place = tr(f"up to block {report.at.number}", f"截至区块 {report.at.number}")
    office.out.print(f"{outcome} ({place})" + (_first(report) if not report.agreed else ""))


def _first(report: AuditReport) -> str:
    first = report.first_document
    return tr(f"; first after document {first:062x}", f"；自单据 {first:062x} 起") if first else ""
