"""How commands show rows: JSON lines for programs, a table for people; and names where they are proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.markup import escape
from rich.table import Table

from ledger_client.cli._office import Office, print_json
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger
    from ledger_client.records.content import RecordKind

NARROW = 16
"""Cells up to this wide are not broken where there is room."""

FOLDED = 10
"""How wide a column is at least whose cells are broken."""

GAP = 3
"""What lies between two columns."""


def shown_name(ledger: Ledger, kind: RecordKind, number: int, digest: bytes) -> str:
    """Return the name of something, or nothing where its digest is not the one on chain."""
    from ledger_client.records import RecordId

    name = ledger.records.name(RecordId(kind, number), digest)
    return name.shown if name else ""


def print_rows(office: Office, rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Print rows as JSON lines, or as a table for people."""
    if as_json:
        for row in rows:
            print_json(plain(row))
        return
    if not rows:
        typer.echo(tr("nothing yet", "暂无"))
        return
    names = [name for name in rows[0] if not all(_is_for_programs(row[name]) for row in rows)]
    columns = {name: [escape(cell(row[name])) for row in rows] for name in names}
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    whole = _whole_columns(columns, office.out.width)
    for name in columns:
        # Folded, not cut: rich would end a Chinese sentence, which has no blanks, in the middle.
        table.add_column(HEADS.get(name, name), overflow="fold", no_wrap=name in whole)
    for each in zip(*columns.values(), strict=True):
        table.add_row(*each)
    office.out.print(table)


def _whole_columns(columns: Mapping[str, Sequence[str]], width: int) -> set[str]:
    """Return the columns whose cells are never broken, as many as leave the others room to fold in.

    Of columns that are not to be broken and do not fit, rich would cut the cells and drop the last ones.
    """
    needed = {name: max(map(cell_len, (HEADS.get(name, name), *cells))) for name, cells in columns.items()}
    room = width - GAP * len(columns) - sum(min(FOLDED, each) for each in needed.values())
    whole: set[str] = set()
    for name in sorted(needed, key=lambda name: needed[name]):
        room -= max(needed[name] - FOLDED, 0)
        if needed[name] > NARROW or room < 0:
            break
        whole.add(name)
    return whole


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that programs and people read differently: JSON has `code`, a table `text`."""

    code: Any
    text: str | None


def for_programs(value: Any) -> Shown:
    """Return a value that only JSON has; a table leaves a column of them out."""
    return Shown(value, None)


def short(number: int, digits: int = 40) -> Shown:
    """Return an id of so many hexadecimal digits, which people see and type by its first 8."""
    code = f"{number:0{digits}x}"
    return Shown(code, code[:8])


def _is_for_programs(value: Any) -> bool:
    return isinstance(value, Shown) and value.text is None


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Shown):
        return value.code
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def cell(value: Any) -> str:
    """Return how a table shows a value."""
    if value is None or value is False:
        return ""
    if isinstance(value, Shown):
        return value.text or ""
    if isinstance(value, list):
        return ", ".join(map(cell, value))
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
        "holds": ("holds", "内含"),
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
        "part": ("how", "方式"),
        "functions": ("functions", "合约函数"),
        "kept_by": ("kept by", "约束方式"),
        "ban": ("must not", "不得"),
        "kind": ("kind", "类型"),
        "draft": ("draft", "草稿"),
        "account": ("account", "账户"),
        "scopes": ("may", "权限"),
        "issued": ("issued", "签发时间"),
        "last_used": ("last used", "最近使用"),
        "revoked": ("revoked", "吊销时间"),
        "file": ("file", "文件"),
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
        "then": ("as known then", "按当时所知"),
        "now": ("as known now", "按现在所知"),
        "qualifications": ("qualifications", "资质数"),
        "dates": ("in date", "有效期内"),
        "marks": ("remarks", "注意"),
        "free": ("free", "可用数量"),
        "verdict": ("verdict", "资质结论"),
        "creating_site": ("created at", "建批储备点"),
        "state": ("state", "状态"),
        "lines": ("lines", "明细"),
        "consignment": ("consignment", "在途单"),
        "to": ("to", "至"),
        "remark": ("remark", "说明"),
        "acts_from": ("acts from", "生效时间"),
        "granted_at": ("granted at", "授予层级"),
        "may_veto": ("may veto", "可否决的层级"),
        "replacement": ("replacement", "密钥更换"),
        "old": ("old key", "原密钥"),
        "new": ("new key", "新密钥"),
        "divisions": ("divisions", "区划"),
        "executable": ("executable from", "可执行时间"),
        "decides": ("may decide", "可裁决的层级"),
        "how": ("how", "情形"),
        "place": ("where", "何处"),
        "reversed": ("reversed", "已冲销"),
        "signed": ("signed by", "签署人"),
        "certified": ("certified", "双方确认"),
        "listed": ("listed", "已列入"),
        "request": ("request", "申请"),
        "proposal": ("proposal", "方案"),
        "giver": ("giver", "调出方"),
        "receiver": ("receiver", "调入方"),
        "asked": ("asked for", "申请量"),
        "open": ("still asked", "尚缺"),
        "promised": ("promised", "已承诺"),
        "accepted": ("accepted", "已验收"),
        "needed_by": ("needed by", "需用日"),
        "urgency": ("urgency", "紧急程度"),
        "flagged": ("flagged", "标记"),
        "remaining": ("not delivered", "未交付"),
        "left": ("giver has left", "调出方余量"),
        "approver": ("approved by", "批准层级"),
        "waits_for": ("waits for", "待办"),
        "next_level": ("next level", "下一级"),
        "shown": ("shown", "出示时间"),
        "step": ("what", "事项"),
        "about": ("of", "对象"),
        "lots": ("lots", "批次数"),
        "distance": ("distance", "距离"),
        "approval": ("decided by", "审批层级"),
        "row": ("row", "行"),
        "rows": ("rows", "行数"),
        "institution": ("institution", "机构"),
        "goods": ("goods", "物资"),
        "questions": ("open", "待答"),
        "floor": ("must keep", "保底量"),
        "next": ("will be", "待生效"),
        "share": ("callable share", "可调用比例"),
        "notice": ("notice (days)", "通知期（天）"),
        "rules": ("rules here", "适用"),
        "days": ("cycle (days)", "周期（天）"),
        "counted": ("last count", "上次盘点"),
        "count_due": ("count due", "盘点期限"),
        "stale": ("stale", "盘点状态"),
        "emergency": ("emergency", "应急期间"),
        "stale_since": ("overdue since", "逾期起始"),
        "unproved": ("count not proved", "未办理的盘点"),
        "norm": ("what", "事项"),
        "value": ("value", "内容"),
        "by": ("by", "办理人"),
        "ended_by": ("ended by", "结束人"),
        "compromised_since": ("in foreign hands since", "泄露起始"),
    }.items()
}
