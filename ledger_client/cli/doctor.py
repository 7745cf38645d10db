"""`shecang doctor`: what is unsafe about this ledger and this office, in sentences with a remedy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.language import tr
from ledger_client.roles import Role

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger

UNSAFE = 1

AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was looked at.

    Attributes:
        about: What, for programs.
        is_safe: Whether nothing has to be done.
        sentence: How it stands and, where it is unsafe, what to do.
    """

    about: str
    is_safe: bool
    sentence: str


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Say what is unsafe here; exit 1 where anything is."""
    office = office_of(context)
    with office.ledger() as ledger:
        remarks = list(examine(office, ledger))
    for remark in remarks:
        if as_json:
            print_json({"about": remark.about, "safe": remark.is_safe, "sentence": remark.sentence})
        else:
            mark = tr("ok    ", "正常  ") if remark.is_safe else tr("unsafe", "不安全")
            office.out.print(f"{mark}  {remark.sentence}", markup=False, soft_wrap=True)
    if not all(remark.is_safe for remark in remarks):
        raise typer.Exit(UNSAFE)


def examine(office: Office, ledger: Ledger) -> Iterator[Remark]:
    """Give a remark on everything that is looked at."""
    yield _engine(ledger)
    yield _delay(ledger)
    # Before the index is brought up to date by whoever asks it.
    yield _index(ledger)
    yield from _roots(ledger)
    yield _keys(office)


def _engine(ledger: Ledger) -> Remark:
    engine = ledger.chain.engine
    return Remark(
        "engine", True, tr(f"engine {engine.name}: {engine.note}", f"引擎 {engine.name}：{engine.note}")
    )


def _delay(ledger: Ledger) -> Remark:
    delay = ledger.deployment.delay
    if delay:
        return Remark("delay", True, tr(f"grants act after {delay} s", f"授权 {delay} 秒后生效"))
    return Remark(
        "delay",
        False,
        tr(
            "grants act at once (D = 0), so that nobody can veto one: for a demo only; "
            "set a real ledger up with `shecang init --delay 86400`",
            "授权即时生效（D = 0），无人可以否决：仅限演示；正式账本请用 `shecang init --delay 86400` 建立",
        ),
    )


def _index(ledger: Ledger) -> Remark:
    position = ledger.follower().position
    head = ledger.chain.head().number
    behind = head - (position.number if position else 0)
    if not behind:
        return Remark(
            "index", True, tr(f"the index has read all {head} blocks", f"索引已读全部 {head} 个区块")
        )
    return Remark(
        "index",
        True,
        tr(
            f"the index is {behind} blocks behind; the next read or `shecang index follow` goes on",
            f"索引落后 {behind} 个区块；下次查询时自动补齐，也可运行 `shecang index follow`",
        ),
    )


def _roots(ledger: Ledger) -> Iterator[Remark]:
    """Give a remark on every authority of division 0: nobody is above it who could undo what a thief does."""
    for grant in ledger.index().grants():
        if grant.role != Role.AUTHORITY or grant.division or not grant.is_standing:
            continue
        if ledger.chain.code(grant.holder):
            sentence = tr(
                f"root authority {grant.holder} is a contract wallet", f"根主管 {grant.holder} 是合约钱包"
            )
            yield Remark("root", True, sentence)
            continue
        yield Remark(
            "root",
            False,
            tr(
                f"root authority {grant.holder} is a single key, and no level is above it: grant the role to "
                "a multi-signature wallet (Safe), then revoke this one",
                f"根主管 {grant.holder} 是单一密钥，且无上级可纠正：请授予多签钱包（Safe）后撤销本授权",
            ),
        )


def _keys(office: Office) -> Remark:
    from ledger_client.keystores import list_keystores

    keys = list_keystores(office.home.keys)
    demo = ", ".join(key.name for key in keys if key.is_demo)
    if not demo:
        return Remark("keys", True, tr(f"{len(keys)} keys, no demo key", f"{len(keys)} 把密钥，无演示密钥"))
    return Remark(
        "keys",
        False,
        tr(
            f"demo keys, which anybody who reads the file can open: {demo}; for anything but a demo make new "
            "ones with `shecang keys new` and move the grants",
            f"演示密钥（任何能读到文件者均可打开）：{demo}；非演示用途请用 `shecang keys new` 新建并更换授权",
        ),
    )
