"""What the demonstration says when its page can be opened: where, as whom, and what to try."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from ledger_client.demo.visit import READERS, Visit
from ledger_client.demo.week import STREET
from ledger_client.home import Home
from ledger_client.language import tr


def show_guide(out: Console, address: str, home: Home, visit: Visit, accounts: Mapping[str, str]) -> None:
    """Print it in the language in force.

    Args:
        out: Where.
        address: Where the page is.
        home: Of the city.
        visit: What lies ready.
        accounts: Keys of reader accounts by the name of the reader.
    """
    out.rule(tr("The page", "页面"))
    _say(out, tr("open, until Ctrl-C", "请打开（按 Ctrl-C 停止）"), address)
    _say(out, tr("trust file", "信任文件"), str(visit.trust))
    _say(out, tr("its fingerprint", "其指纹"), _grouped(visit.fingerprint))
    _say(
        out,
        tr("key files", "密钥文件"),
        tr(f"{home.keys}/NAME.json, without a passphrase", f"{home.keys}/名称.json，口令为空"),
    )
    for who, sign_in, tasks in _visitors(visit.folder, accounts):
        out.print()
        out.print(who, style="bold")
        for each in sign_in:
            _say(out, tr("sign in with", "登录用"), each)
        for task in tasks:
            out.print(f"  · {task}", soft_wrap=True)
    out.print()


def _say(out: Console, what: str, value: str) -> None:
    out.print(f"  {what}{tr(':', '：')} {value}", soft_wrap=True)


def _grouped(fingerprint: bytes) -> str:
    digits = fingerprint.hex()
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))


def _visitors(folder: Path, accounts: Mapping[str, str]) -> list[tuple[str, list[str], list[str]]]:
    """Return everybody who visits, what they sign in with, and what they try."""
    offices = {each.name: tr(each.office[1], each.office[0]) for each in READERS}

    def reader(name: str, en: str, zh: str) -> str:
        return tr(f"{en} ({offices[name]})", f"{zh}（{offices[name]}）")

    def key(*names: str) -> str:
        files = tr(" or ", " 或 ").join(f"{name}.json" for name in names)
        return tr(f"the key file {files}", f"密钥文件 {files}")

    return [
        (
            reader("officer", "Procurement officer", "采购人员"),
            [accounts["officer"]],
            [
                tr(
                    f"find the supplier of a certificate: drop {folder / 'certificate.txt'} into the search",
                    f"查找证书所属供应商：将 {folder / 'certificate.txt'} 拖入查询框",
                ),
                tr(
                    "ask what Sample Lapsed Trading was qualified for, on a day and now",
                    "查看样例速通贸易行在某日及现在的资质情况",
                ),
            ],
        ),
        (
            reader("auditor", "Auditor", "审计人员"),
            [accounts["auditor"]],
            [
                tr(
                    "go from the district down to East Community's government store, and open its stock card",
                    "从区逐级下钻到东城社区政府储备点，打开库存卡",
                ),
                tr(
                    f"reconcile the district's book: {folder / 'issues.csv'} with {folder / 'mapping.csv'}",
                    f"核对区级账册：{folder / 'issues.csv'}，对照表 {folder / 'mapping.csv'}",
                ),
            ],
        ),
        (
            tr("Community keeper", "社区保管员"),
            [key("keeper-east", "keeper-north", "keeper-west")],
            [
                tr(
                    "as keeper-west: accept the 30 boxes that are on their way",
                    "以 keeper-west：验收在途的 30 盒口罩",
                ),
                tr(
                    "as keeper-north: sign the hand-over that waits for you",
                    "以 keeper-north：签署待签的交接单",
                ),
                tr("as keeper-east: count the masks, which is overdue", "以 keeper-east：盘点已逾期的口罩"),
            ],
        ),
        (
            reader("district", "District", "区级管理人员"),
            [accounts["district"], key("approver-city", STREET, "city-authority")],
            [
                tr(
                    f"as {STREET}: approve two proposals at once",
                    f"以 {STREET}：一次批准两项调剂方案",
                ),
                tr(
                    "as approver-city: approve gowns that leave their district",
                    "以 approver-city：批准调往外区的隔离衣",
                ),
                tr("as city-authority: end the emergency", "以 city-authority：结束应急状态"),
            ],
        ),
        (
            tr("Anybody, without an account", "公众，无须账户"),
            [],
            [
                tr("look a supplier up, and what districts hold", "查询供应商与各区储备汇总"),
                tr(
                    f"have an evidence file verified: {folder / 'evidence.jsonl.gz'}",
                    f"核验证据文件：{folder / 'evidence.jsonl.gz'}",
                ),
            ],
        ),
    ]
