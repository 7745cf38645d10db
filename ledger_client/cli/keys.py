"""`shecang keys`: make key files, and see which there are. No command shows a key."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ledger_client.cli._office import KeyUnknownError, Office, office_of
from ledger_client.errors import UsageError
from ledger_client.files import make_private_directory
from ledger_client.keystores import KeystoreInfo, create_keystore, describe_keystore, list_keystores
from ledger_client.language import tr

app = typer.Typer(no_args_is_help=True)

Directory = Annotated[
    Path | None,
    typer.Option(
        "--directory",
        help=tr(
            "where the key files are; the home's keys by default", "密钥文件目录；默认为账本目录下的 keys"
        ),
    ),
]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help=tr("name of a key, as keeper-1", "密钥名称，如 keeper-1"))
]
AsJson = Annotated[bool, typer.Option("--json", help=tr("one JSON object a key", "每个密钥一行 JSON"))]
PassphraseVariable = Annotated[
    str | None,
    typer.Option(
        "--passphrase-env",
        metavar="VARIABLE",
        help=tr(
            "environment variable that holds the passphrase; asked for otherwise",
            "存放口令的环境变量；不填则提示输入",
        ),
    ),
]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class KeyNameError(UsageError):
    """A key's name would be no plain file name."""

    en = "{value!r} is no name for a key: use small letters, digits and hyphens, as in keeper-1"
    zh = "{value!r} 不能用作密钥名称：请用小写字母、数字和连字符，如 keeper-1"


class PassphraseVariableError(UsageError):
    """The environment variable that should hold a passphrase does not."""

    en = "the environment variable {variable} holds no passphrase; set it, or leave the option out"
    zh = "环境变量 {variable} 中没有口令；请设置该变量，或不使用此选项"


@app.command(help=tr("Make a new key and keep it under a passphrase.", "新建密钥，以口令保护。"))
def new(
    context: typer.Context,
    name: Name,
    directory: Directory = None,
    demo: Annotated[bool, typer.Option("--demo", help=tr("cheap to open, and marked", "演示密钥"))] = False,
    passphrase_env: PassphraseVariable = None,
) -> None:
    """Make a new key and keep it under a passphrase."""
    office = office_of(context)
    path = key_path(directory or office.home.keys, name)
    passphrase = _new_passphrase(office, name, passphrase_env, demo=demo)
    make_private_directory(path.parent)
    info = create_keystore(path, passphrase, demo=demo)
    typer.echo(f"{info.name}  {info.address}  {_kind(info)}")


@app.command("list", help=tr("List the keys of this office.", "列出本单位的密钥。"))
def list_keys(context: typer.Context, directory: Directory = None, as_json: AsJson = False) -> None:
    """List the keys of this office."""
    _print(list_keystores(directory or office_of(context).home.keys), as_json)


@app.command(
    help=tr("Show a key's address, and whether it is a demo key.", "显示密钥的地址及是否为演示密钥。")
)
def show(context: typer.Context, name: Name, directory: Directory = None, as_json: AsJson = False) -> None:
    """Show a key's address, and whether it is a demo key."""
    _print([find_key(directory or office_of(context).home.keys, name)], as_json)


def key_path(directory: Path, name: str) -> Path:
    """Return the file of the key `name`.

    Raises:
        KeyNameError: It is no plain name, such as one with a slash.
    """
    if not _NAME.fullmatch(name):
        raise KeyNameError(value=name)
    return directory / f"{name}.json"


def find_key(directory: Path, name: str) -> KeystoreInfo:
    """Return the key `name`.

    Raises:
        KeyNameError: It is no plain name.
        KeyUnknownError: There is none of that name; the error names those that there are.
        KeystoreError: Its file is no keystore.
    """
    path = key_path(directory, name)
    if not path.is_file():
        raise KeyUnknownError.of(name, directory)
    return describe_keystore(path)


def passphrase_in(variable: str, *, may_be_empty: bool = False) -> str:
    """Return the passphrase in the environment variable `variable`.

    Raises:
        PassphraseVariableError: It is not set, or empty where a passphrase is needed.
    """
    value = os.environ.get(variable)
    if value is None or not (value or may_be_empty):
        raise PassphraseVariableError(variable=variable)
    return value


def _new_passphrase(office: Office, name: str, variable: str | None, *, demo: bool) -> str:
    if variable is not None:
        return passphrase_in(variable, may_be_empty=demo)
    return "" if demo else office.new_passphrase(name)


def _print(keys: Sequence[KeystoreInfo], as_json: bool) -> None:
    if as_json:
        for info in keys:
            typer.echo(json.dumps(_fields(info), ensure_ascii=False))
        return
    if not keys:
        typer.echo(
            tr("no key here yet: `shecang keys new NAME` makes one", "尚无密钥：用 `shecang keys new` 新建")
        )
        return
    table = Table(tr("name", "名称"), tr("address", "地址"), tr("kind", "类型"))
    for info in keys:
        table.add_row(escape(info.name), info.address, _kind(info))
    Console(highlight=False).print(table)


def _fields(info: KeystoreInfo) -> dict[str, str | bool]:
    return {"name": info.name, "address": info.address, "demo": info.is_demo, "path": str(info.path)}


def _kind(info: KeystoreInfo) -> str:
    return tr("demo key", "演示密钥") if info.is_demo else tr("key", "密钥")
