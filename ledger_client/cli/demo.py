"""`shecang demo`: a sample city, or the real sheets, on a ledger of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.demo.city import Progress
from ledger_client.files import FileExistsAlreadyError
from ledger_client.home import Home
from ledger_client.language import tr
from ledger_client.ledger import Ledger


def demo(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help=tr("end when the result is printed", "打印结果后结束"))
    ] = False,
    books: Annotated[
        Path | None,
        typer.Option(help=tr("run the real sheets in this directory instead", "改为处理该目录中的真实表格")),
    ] = None,
    book: Annotated[
        Path | None,
        typer.Option(
            help=tr(
                "another book for the city: a directory with receipts.csv, issues.csv, mapping.csv",
                "另用一套账册：含 receipts.csv、issues.csv、mapping.csv 的目录",
            )
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=tr("keep the city's ledger in this new directory", "将城市的账本保留在这个新目录中"),
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65_535,
            help=tr("of the page; 0 for any that is free", "页面端口；0 表示任选空闲端口"),
        ),
    ] = None,
) -> None:
    """Play a sample city through, audit it, show what the audit found, and open its page."""
    office = office_of(context)
    if keep is not None and keep.exists():
        raise FileExistsAlreadyError(path=keep)

    def tell(en: str, zh: str) -> None:
        office.err.print("· " + tr(en, zh))

    with tempfile.TemporaryDirectory(prefix="shecang-demo-") as directory:
        if books is not None:
            from ledger_client.demo.real_books import run as run_books

            for line in run_books(Path(directory) / "home", books, office.err):
                print_json(line)
            return
        home = keep or Path(directory) / "home"
        raise typer.Exit(_play(office, home, tell, book, once=once, port=port))


def _play(
    office: Office, home: Path, tell: Progress, book: Path | None, *, once: bool, port: int | None
) -> int:
    """Play the city through, show it and open its page; 0 when exactly what had to be found was found."""
    # Imported here: the other commands need none of it.
    from ledger_client.demo.run import found_ledger, play_city
    from ledger_client.demo.show import show

    tell("a ledger on an embedded chain, with demo keys", "在内嵌链上建立账本，使用演示密钥")
    made = found_ledger(home)
    outcome = play_city(made, tell, book)
    with Ledger.open(made) as ledger:
        show(office.out, ledger.index(), outcome)
    code = 0 if once else _open_page(office, made, tell, port)
    return code if outcome.is_exact else 1


def _open_page(office: Office, home: Home, tell: Progress, port: int | None) -> int:
    """Go on to today, serve the city and open its page, until somebody stops it; the server's exit code."""
    from ledger_client.demo.guide import show_guide
    from ledger_client.demo.serving import open_in_browser, serve, with_accounts
    from ledger_client.demo.visit import prepare_visit
    from ledger_client.demo.week import play_week

    play_week(home, tell)
    tell("accounts, and files to try", "查阅账户与试用文件")
    visit = prepare_visit(home)
    accounts = with_accounts(home)

    def ready(address: str) -> None:
        show_guide(office.out, address, home, visit, accounts)
        open_in_browser(address)

    return serve(home, ready, port)
