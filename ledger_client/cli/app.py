"""The main command: its options, and the commands below it, one module each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger_client.cli import book, keys, places
from ledger_client.cli._office import Office, default_home
from ledger_client.cli.init import init
from ledger_client.language import tr

app = typer.Typer(
    name="shecang",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help=tr(
        "A ledger of what communities hold, that proves itself.",
        "社仓：社区储备物资的账本，自证其实。",
    ),
)

app.command()(init)
app.add_typer(keys.app, name="keys")
app.add_typer(places.division_app, name="division")
app.add_typer(places.site_app, name="site")
app.add_typer(places.consignee_app, name="consignee")
app.add_typer(book.app, name="book")


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
