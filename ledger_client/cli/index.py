"""`shecang index`: fill the index, rebuild it, and say what it comes to."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.databases import open_server_database
from ledger_client.home import Home
from ledger_client.index import BlockStamp, stamped_digest
from ledger_client.index.schema import bring_up_to_date
from ledger_client.language import tr

app = typer.Typer(no_args_is_help=True, help=tr("the index of the ledger", "账本索引"))

PAUSE = 2.0
"""Seconds between two looks for new blocks."""

AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]


@app.command(help=tr("read on to the newest block", "读取至最新区块"))
def follow(
    context: typer.Context,
    stay: Annotated[
        bool, typer.Option("--stay", help=tr("go on until interrupted", "持续跟随直至中断"))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read on to the newest block."""
    office = office_of(context)
    with office.ledger() as ledger:
        follower = ledger.follower()
        position = follower.follow()
        _show(office, position, as_json)
        while stay:
            time.sleep(PAUSE)
            if follower.follow() != position:
                position = follower.position
                _show(office, position, as_json)


@app.command(help=tr("throw the index away and read the chain anew", "清空索引并重读全链"))
def rebuild(context: typer.Context, as_json: AsJson = False) -> None:
    """Throw the index away and read the chain from its first block."""
    office = office_of(context)
    with office.ledger() as ledger:
        _show(office, ledger.rebuild_index(), as_json)


@app.command(help=tr("say which database holds the index", "指定存放索引的数据库"))
def use(
    context: typer.Context,
    address: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS",
            help=tr(
                "postgresql://user@host/name, or `home` for the file index.db",
                "postgresql://用户@主机/库名，或用 home 表示文件 index.db",
            ),
        ),
    ],
) -> None:
    """Keep the index in a PostgreSQL database, or in the home again; it is filled when it is next asked."""
    office = office_of(context)
    home = Home.existing(office.home.path)
    if address == "home":
        home.use_own_index()
        typer.echo(tr(f"the index is in {home.index}", f"索引位于 {home.index}"))
        return
    engine = open_server_database(address)
    try:
        bring_up_to_date(engine)
    finally:
        engine.dispose()
    home.use_index(address)
    shown = engine.url.render_as_string()
    typer.echo(
        tr(
            f"the index is in {shown}; `shecang index follow` fills it",
            f"索引位于 {shown}；运行 `shecang index follow` 填充",
        )
    )


@app.command(help=tr("print the digest of the index", "输出索引摘要"))
def digest(context: typer.Context, as_json: AsJson = False) -> None:
    """Print the digest of the canonical dump, which is the same wherever the same blocks were read."""
    office = office_of(context)
    with office.ledger() as ledger:
        position, value = stamped_digest(ledger.index_engine)
    if as_json:
        print_json({**_as_dict(position), "digest": value})
    else:
        office.out.print(value)


def _show(office: Office, position: BlockStamp | None, as_json: bool) -> None:
    if as_json:
        print_json(_as_dict(position))
    elif position is not None:
        office.out.print(tr(f"read up to block {position.number}", f"已读至区块 {position.number}"))


def _as_dict(position: BlockStamp | None) -> dict[str, object]:
    if position is None:
        return {"block": None}
    return {
        "block": position.number,
        "block_hash": f"0x{position.hash.hex()}",
        "block_time": position.time,
    }
