"""How commands show rows: JSON lines for programs, a table for people; and names where they are proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table

from ledger_client.cli._office import Office, print_json
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger
    from ledger_client.records.content import RecordKind


def shown_name(ledger: Ledger, kind: RecordKind, number: int, digest: bytes) -> str:
    """Return the name of something, or nothing where its digest is not the one on chain."""
    from ledger_client.records import RecordId

    name = ledger.records.name(RecordId(kind, number), digest)
    return name.shown if name else ""


def print_rows(office: Office, rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Print rows as JSON lines, or as a table for people."""
    if as_json:
        for row in rows:
            print_json(row)
        return
    if not rows:
        typer.echo(tr("nothing yet", "暂无"))
        return
    table = Table(*[HEADS.get(name, name) for name in rows[0]])
    for row in rows:
        table.add_row(*[cell(value) for value in row.values()])
    office.out.print(table)


def cell(value: Any) -> str:
    """Return how a table shows a value."""
    if value is None or value is False:
        return ""
    return tr("yes", "是") if value is True else str(value)


HEADS = {
    name: tr(*texts)
    for name, texts in {
        "division": ("division", "行政区划"),
        "level": ("level", "层级"),
        "name": ("name", "名称"),
        "closed": ("closed", "已关闭"),
        "successor": ("successor", "承接"),
        "site": ("site", "储备点"),
        "mode": ("storage mode", "储备方式"),
        "disposal": ("disposal", "处置点"),
        "consignee": ("consignee", "领用单位"),
        "holder": ("holder", "持有人"),
        "role": ("role", "角色"),
        "subject": ("speaks for", "代表"),
        "acts": ("acts", "状态"),
        "from": ("from", "自"),
        "until": ("until", "至"),
        "supplier": ("supplier", "供应商"),
        "issuer": ("issuer", "签发方"),
        "category": ("category", "类别"),
        "grade": ("grade", "等级"),
        "status": ("status", "状态"),
        "qualification": ("qualification", "资质"),
        "item": ("item", "物品"),
        "unit": ("unit", "单位"),
        "lot": ("lot", "批次"),
        "quantity": ("quantity", "数量"),
        "use_until": ("use until", "可用至"),
        "shelf_life": ("shelf life", "保质期（天）"),
        "serial": ("serial", "逐件编号"),
        "held_here": ("held here", "本点暂扣"),
        "source": ("source", "来源"),
        "address": ("address", "地址"),
        "key": ("key", "密钥"),
        "duty": ("duty", "责任"),
        "rule": ("rule", "依据"),
        "deadline": ("deadline", "期限"),
        "permission": ("may", "可以"),
        "where": ("where", "范围"),
        "ban": ("must not", "不得"),
        "kind": ("kind", "类型"),
        "occurred": ("occurred", "发生时间"),
        "recorded": ("recorded", "记录时间"),
        "late": ("late", "补录"),
        "document": ("document", "单据"),
        "delta": ("change", "变动"),
        "balance": ("balance", "结存"),
        "entry": ("entry", "序号"),
        "reason": ("reason", "原因"),
        "grants": ("grants", "授权"),
        "made": ("made", "生产日期"),
        "on_hand": ("on hand", "结存"),
        "question": ("question", "问题"),
        "then": ("then", "当时"),
        "now": ("now", "现在"),
        "remark": ("remark", "说明"),
    }.items()
}
