"""`shecang init`: set a ledger up in a home."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.errors import UsageError
from ledger_client.files import make_private_directory
from ledger_client.home import Home
from ledger_client.keystores import create_keystore
from ledger_client.language import tr
from ledger_client.ledger import Ledger

DAY = 86_400  # seconds
CHAIN_ID_LIMIT = 2**31  # ids below it fit everywhere


class HomeTakenError(UsageError):
    """There is a ledger in the home already."""

    en = "there is a ledger in {path} already; name another directory with --home"
    zh = "{path} 中已有账本；请用 --home 指定其他目录"


def init(
    context: typer.Context,
    root: Annotated[
        str, typer.Option(help=tr("name of the root authority's key", "根主管机构的密钥名称"))
    ] = "root",
    delay: Annotated[
        int,
        typer.Option(
            min=0,
            help=tr(
                "seconds until a grant acts, fixed for ever; 0 for a demo only",
                "授权生效前的秒数，永久固定；0 仅用于演示",
            ),
        ),
    ] = DAY,
    chain_id: Annotated[
        int | None,
        typer.Option(min=1, help=tr("id of the embedded chain; random by default", "内嵌链的编号；默认随机")),
    ] = None,
    node: Annotated[
        str | None,
        typer.Option(help=tr("address of a node to use instead", "改用该地址的节点")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Set a ledger up: chain, contracts, keys and stores."""
    office = office_of(context)
    _require_free(office.home)
    make_private_directory(office.home.path)
    if node is not None:
        office.home.use_node(node)
    _make_root_key(office, root)
    deployment = Ledger.create(
        office.home,
        office.signer(root),
        chain_id=chain_id or secrets.randbelow(CHAIN_ID_LIMIT - 1) + 1,
        delay=delay,
    )
    if as_json:
        print_json({"home": str(office.home.path), "chain_id": deployment.chain_id, "delay": delay})
        return
    typer.echo(
        tr(
            f"ledger {deployment.chain_id} is set up in {office.home.path}; grants act after {delay} s",
            f"账本 {deployment.chain_id} 已建于 {office.home.path}；授权 {delay} 秒后生效",
        )
    )


def _require_free(home: Home) -> None:
    if home.deployment.exists():
        raise HomeTakenError(path=home.path)


def _make_root_key(office: Office, name: str) -> None:
    """Make the root key, unless it is there: a set-up that was cut short goes on."""
    path = office.home.keys / f"{name}.json"
    if path.exists():
        return
    make_private_directory(office.home.keys)
    info = create_keystore(path, office.new_passphrase(name))
    office.err.print(tr(f"new key {name}: {info.address}", f"新密钥 {name}：{info.address}"))
