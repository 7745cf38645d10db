"""`shecang demo`: a sample city, or the real sheets, on a ledger of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.demo.city import Progress
from ledger_client.files import FileExistsAlreadyError
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
) -> None:
    """Play a sample city through, audit it, and show what the audit found."""
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
        raise typer.Exit(_play(office, keep or Path(directory) / "home", tell, book, once))


def _play(office: Office, home: Path, tell: Progress, book: Path | None, once: bool) -> int:
    """Play the city through and show it; 0 when exactly what had to be found was found."""
    # Imported here: the other commands need none of it.
    from ledger_client.demo.run import found_ledger, play_city
    from ledger_client.demo.show import show

    tell("a ledger on an embedded chain, with demo keys", "在内嵌链上建立账本，使用演示密钥")
    made = found_ledger(home)
    outcome = play_city(made, tell, book)
    with Ledger.open(made) as ledger:
        show(office.out, ledger.index(), outcome)
    if not once:
        _serve(home)
    return 0 if outcome.is_exact else 1


def _serve(home: Path) -> None:
    """Serve the city's ledger until somebody stops it."""
    command = [sys.executable, "-c", "from ledger_client.cli import main; main()", "--home", str(home)]
    try:
        subprocess.run([*command, "serve"], check=False)  # noqa: S603  our own command
    except KeyboardInterrupt:
        return
