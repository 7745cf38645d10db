"""`shecang audit`: events, index and contract storage against each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection, select

from ledger_client.audit import AuditReport, Finding, audit, grouped
from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.cli._tables import shown_name
from ledger_client.databases import reading
from ledger_client.documents import moment_at
from ledger_client.errors import ShecangError
from ledger_client.index.chain_source import ChainSource
from ledger_client.index.tables import MAPS_BY_NAME
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger

app = typer.Typer(no_args_is_help=True, help=tr("audits", "审计"))

FOUND = 1


@app.callback()
def main() -> None:
    """Audit the ledger."""


@app.command(
    help=tr(
        "compare events, index and storage; 0: nothing asks for an answer (notes may be shown), "
        "1: something does, 3: could not check",
        "比对事件、索引与合约存储；0：没有待答复的发现（可有提示），1：有待答复的发现，3：无法核查",
    )
)
def run(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))] = False,
) -> None:
    """Replay all events and compare with the index and the contracts' storage; 1 where anything is found."""
    office = office_of(context)
    with office.ledger() as ledger:
        report = _report(ledger)
        if as_json:
            print_json(report.to_dict())
        else:
            _print(office, report, ledger.deployment.offset, _goods_of(ledger, report))
    if report.asking:
        raise typer.Exit(FOUND)


def _report(ledger: Ledger) -> AuditReport:
    """Audit the ledger up to its newest block.

    An index that was edited may not fit the next document, which then looks as if it were the one that is
    wrong, or hold what nobody can read. So where the index cannot go on it is audited as it stands, and only
    what agrees with the events is believed to have met a wrong one.
    """
    try:
        ledger.follower().follow()
    except Exception:  # whatever somebody wrote into it
        with suppress(ShecangError):
            report = _audited(ledger)
            if not report.agreed:
                return report
        raise
    return _audited(ledger)


def _audited(ledger: Ledger) -> AuditReport:
    deployment = ledger.deployment
    return audit(
        ledger.index_engine,
        ChainSource(ledger.chain, deployment),
        first_block=deployment.first_block,
        offset=deployment.offset,
    )


def _goods_of(ledger: Ledger, report: AuditReport) -> dict[int, str]:
    """Return what a person reads of each lot that a finding is about: name of the item, digits of the lot."""
    lots = {finding.lot for finding in report.open if finding.lot}
    with reading(ledger.index_engine) as connection:
        known = _records(connection, "lots", "lot", [lot.to_bytes(20, "big") for lot in lots])
        items = _records(connection, "items", "item", {record.item for record in known.values()})
    shown = {}
    for lot in lots:
        record = known.get(lot.to_bytes(20, "big"))
        item = items.get(record.item) if record else None
        name = shown_name(ledger, "item", record.item, item.name) if record and item else ""
        code = f"{lot:040x}"[:12]
        shown[lot] = tr(", ", "，").join(filter(None, (name, tr(f"lot {code}", f"批次 {code}"))))
    return shown


def _records(connection: Connection, table: str, key: str, keys: Collection[Any]) -> dict[Any, Any]:
    """Return records of the index as it stands, also where it cannot go on."""
    spec = MAPS_BY_NAME[table]
    rows = connection.execute(select(spec.table).where(spec.table.c[key].in_(keys)))
    return dict(spec.entry(row) for row in rows)


def _print(office: Office, report: AuditReport, offset: int, goods: Mapping[int, str]) -> None:
    if report.open:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for head, is_whole in (
            (tr("severity", "程度"), True),
            (tr("site, document", "储备点、单据"), True),
            (tr("finding", "发现"), False),
            (tr("owner, deadline", "责任区划与限期"), True),
        ):
            table.add_column(head, overflow="fold", no_wrap=is_whole)
        for group in grouped(report.open):
            severity, place = group.severity.label, str(group.site) if group.site else ""
            if group.sum:
                table.add_row(severity, place, f"{group.kind.label}{tr(': ', '：')}{group.sum}", "")
            for finding in group.shown:
                document = f"{finding.document:062x}"[:12] if finding.document else ""
                is_marked = finding.document in report.in_emergency
                mark = tr("in an emergency", "应急期间") if is_marked else ""
                where = "\n".join(filter(None, (place, document, mark)))
                table.add_row(severity, where, escape(_what(finding, goods)), _due(finding, offset))
        office.out.print(table)
    if closed := len(report.findings) - len(report.open):
        office.out.print(
            tr(
                f"{closed} more were closed by documents that answer them; --json lists them",
                f"另有 {closed} 项已由答复单据结案；--json 可列出",
            )
        )
    office.out.print(
        tr(
            f"documents: {report.routine} routine, {report.emergency} in an emergency",
            f"单据：常态 {report.routine} 份，应急期间 {report.emergency} 份",
        )
    )
    outcome = (
        tr("events, index and storage agree", "事件、索引与合约存储三方一致")
        if report.agreed
        else tr("events, index and storage do NOT agree", "事件、索引与合约存储不一致")
    )
    if asking := len(report.asking):
        outcome += tr(f"; open findings that ask for an answer: {asking}", f"；待答复的发现：{asking} 项")
    place = tr(f" (up to block {report.at.number})", f"（截至区块 {report.at.number}）")
    office.out.print(outcome + place + (_first(report) if not report.agreed else ""))


def _what(finding: Finding, goods: Mapping[int, str]) -> str:
    """Return what was found, the sentence about it, and which goods it is about."""
    text = f"{finding.kind.label}{tr(': ', '：')}{finding.text}"
    return "\n".join(filter(None, (text, goods.get(finding.lot))))


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
