"""The main command: its options, and the commands below it, one module each.

A module is imported when its command is called: what reads a chain and a database takes two seconds to
import, and `--help` needs none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from ledger_client.cli._extensions import Extension, extensions
from ledger_client.cli._office import Office, default_home
from ledger_client.cli._usage import label
from ledger_client.language import tr


@dataclass(frozen=True, slots=True)
class Mounted:
    """Where a command is.

    Attributes:
        module: Below `ledger_client.cli`.
        name: Of the `typer.Typer` there, or of the function of a single command.
        help: One line.
    """

    module: str
    name: str
    help: str

    def load(self, name: str) -> Any:
        """Import the command, to be called `name`."""
        found: typer.Typer | Callable[..., Any] = getattr(
            import_module(f"ledger_client.cli.{self.module}"), self.name
        )
        if isinstance(found, typer.Typer):
            command: Any = typer.main.get_group(found)
        else:
            single = typer.Typer(add_completion=False)
            single.command(help=self.help)(found)
            command = typer.main.get_command(single)
        command.name, command.help = name, self.help
        label(command)
        return command


COMMANDS: dict[str, Mounted | Extension] = {
    "init": Mounted("init", "init", tr("set a ledger up", "建立账本")),
    "demo": Mounted("demo", "demo", tr("play a sample city through", "演示一座样例城市")),
    "doctor": Mounted("doctor", "doctor", tr("say what is unsafe here", "检查不安全之处")),
    "keys": Mounted("keys", "app", tr("key files of this office", "本单位的密钥文件")),
    "division": Mounted("places", "division_app", tr("divisions", "行政区划")),
    "site": Mounted("places", "site_app", tr("sites", "储备点")),
    "consignee": Mounted("places", "consignee_app", tr("consignees", "领用单位")),
    "role": Mounted("roles", "app", tr("grants, and who may, must and must not", "授权与权责清单")),
    "supplier": Mounted("suppliers", "supplier_app", tr("suppliers", "供应商")),
    "issuer": Mounted("suppliers", "issuer_app", tr("issuers of qualifications", "资质签发方")),
    "qualification": Mounted("qualifications", "app", tr("qualifications of suppliers", "供应商资质")),
    "item": Mounted("items", "app", tr("items and what packs hold", "物品与包装换算")),
    "lot": Mounted("lots", "app", tr("lots: hold, release, recall", "批次：暂扣、放行、召回")),
    "stock": Mounted("stock", "app", tr("documents, stock card, what is on hand", "单据、库存卡与结存")),
    "request": Mounted("requests", "app", tr("requests for goods, and lists of needs", "物资申请与需求清单")),
    "reallocate": Mounted("reallocate", "app", tr("what sites give each other", "储备点之间的调剂")),
    "norm": Mounted("norms", "app", tr("floors, terms, counts that are due", "保底量、调用条件、盘点周期")),
    "emergency": Mounted("emergency", "app", tr("emergencies of divisions", "应急状态")),
    "sign": Mounted("sign", "sign", tr("sign a draft or an act, offline", "离线签署单据草稿或操作")),
    "book": Mounted("book", "app", tr("a district's own books", "本区自有账册")),
    "index": Mounted("index", "app", tr("the index of the ledger", "账本索引")),
    "evidence": Mounted("evidence", "app", tr("histories that prove themselves", "自证的历史")),
    "verify": Mounted("evidence", "verify", tr("check an evidence file, offline", "离线核验证据文件")),
    "trust": Mounted("trust", "app", tr("what a verifier trusts", "核验者所信任的内容")),
    "checkpoint": Mounted("checkpoint", "app", tr("witnesses vouch for blocks", "见证人为区块作证")),
    "audit": Mounted("audit", "app", tr("events, index and storage against each other", "审计")),
    "trace": Mounted("trace", "app", tr("where goods came from and went, and who signed", "追溯")),
    **extensions(),
}


class MainCommand(TyperGroup):
    """Knows the commands by name, and imports the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- the signature is typer's
        """Return the commands in the order of help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 -- the signature is typer's
        """Return what help shows of a command."""
        mounted = COMMANDS.get(cmd_name)
        return mounted and TyperCommand(cmd_name, help=mounted.help, callback=lambda: None)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is called, imported."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, COMMANDS[str(name)].load(str(name)) if found else None, rest


app = typer.Typer(
    name="shecang",
    cls=MainCommand,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help=tr(
        "A ledger of what communities hold, that proves itself.",
        "社仓：社区储备物资的账本，自证其实。",
    ),
)


@app.callback()
def office(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            help=tr(
                "directory of the ledger; SHECANG_HOME, else ./shecang",
                "账本目录；默认为 SHECANG_HOME，否则 ./shecang",
            )
        ),
    ] = None,
) -> None:
    """Make the office that the commands below work in."""
    context.obj = Office.at(home or default_home())
