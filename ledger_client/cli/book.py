"""`shecang book`: read a district's own spreadsheets, match their goods, import and reconcile them.

Results go to stdout: with `--json` one JSON object a line and sheet, otherwise tables for people.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ledger_client.book import (
    BadDateOptionError,
    BookSheet,
    Mapping,
    Suspect,
    find_suspects,
    propose_mapping,
    read_book,
    read_mapping,
    write_mapping,
)
from ledger_client.cli._office import office_of
from ledger_client.errors import UsageError
from ledger_client.identifiers import parse_site
from ledger_client.language import tr

app = typer.Typer(no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(help=".xlsx .xls .ods .csv", metavar="FILE…")]
Year = Annotated[
    int | None,
    typer.Option(min=1900, max=2999, help=tr("year of a title without one", "标题未写年份时的年份")),
]
Day = Annotated[
    str | None,
    typer.Option("--date", help=tr("day of the lines, as 2020-01-30", "各行的日期，如 2020-01-30")),
]
AsJson = Annotated[
    bool, typer.Option("--json", help=tr("one JSON object a line and sheet", "每个工作表一行 JSON"))
]
AsRows = Annotated[bool, typer.Option("--json", help=tr("one JSON object a row", "每行一个 JSON"))]
Site = Annotated[
    str, typer.Option(help=tr("site that the books are about, 15 digits", "账册所属储备点，15 位"))
]
MappingFile = Annotated[Path, typer.Option("--mapping", help=tr("which item each goods is", "物资对照表"))]


class KeyMissingError(UsageError):
    """An import that records was given no key."""

    en = "{option} names a key that signs what is imported; give it, or --dry-run to record nothing"
    zh = "{option} 指定签署导入内容的密钥；请填写，或用 --dry-run 试运行"


@app.command(help=tr("Account for every row of some books.", "逐行核对账册。"))
def read(files: Files, as_json: AsJson = False, year: Year = None, day: Day = None) -> None:
    """Account for every row of some books."""
    sheets = read_sheets(files, year, day)
    suspects = find_suspects(sheets)
    if as_json:
        for sheet in sheets:
            typer.echo(json.dumps(_with_suspects(sheet, suspects), ensure_ascii=False))
        return
    console = Console(highlight=False)
    console.print(_counts(sheets))
    _print_days(console, sheets)
    _print_problems(console, sheets)
    _print_notes(console, sheets)
    _print_suspects(console, suspects)


@app.command(
    "import",
    help=tr(
        "Record what some books have and the ledger has not.", "将账册中有而账本中没有的内容补记入账本。"
    ),
)
def import_(
    context: typer.Context,
    files: Files,
    site: Site,
    mapping: MappingFile,
    keeper: Annotated[
        str,
        typer.Option(help=tr("key of the keeper, who records", "保管员的密钥，用于记录"), show_default=False),
    ] = "",
    approver: Annotated[
        str,
        typer.Option(
            help=tr("key of the approver, for what is late", "审批人的密钥，用于补记"), show_default=False
        ),
    ] = "",
    authority: Annotated[
        str,
        typer.Option(
            help=tr("key of the authority, for new items", "主管机构的密钥，用于登记新物品"),
            show_default=False,
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=tr("record nothing, show what would be", "试运行，不记录"))
    ] = False,
    as_json: AsRows = False,
    year: Year = None,
    day: Day = None,
) -> None:
    """Record what some books have and the ledger has not."""
    from ledger_client.cli import _books

    keys = (keeper, approver, authority)
    for option, name in zip(("--keeper", "--approver", "--authority"), keys, strict=True):
        if not (name or dry_run):
            raise KeyMissingError(option=option)
    sheets = read_sheets(files, year, day)
    code = _books.run_import(office_of(context), sheets, parse_site(site), mapping, keys, dry_run, as_json)
    raise typer.Exit(code)


@app.command(help=tr("Compare some books with the ledger, line by line.", "将账册与账本逐行核对。"))
def reconcile(
    context: typer.Context,
    files: Files,
    site: Site,
    mapping: MappingFile,
    as_json: AsRows = False,
    year: Year = None,
    day: Day = None,
) -> None:
    """Compare some books with the ledger, line by line."""
    from ledger_client.cli import _books

    sheets = read_sheets(files, year, day)
    raise typer.Exit(_books.run_reconcile(office_of(context), sheets, parse_site(site), mapping, as_json))


@app.command(
    help=tr(
        "Propose which item each goods of some books is; a person corrects it.",
        "为账册中的物资拟定对照的物品，由人更正。",
    )
)
def match(
    files: Files,
    output: Annotated[
        Path, typer.Option("-o", "--output", help=tr("mapping file to write", "要写出的对照表"))
    ],
    known: Annotated[Path | None, typer.Option(help=tr("earlier mapping to keep", "沿用的对照表"))] = None,
) -> None:
    """Propose which item each goods of some books is; a person corrects it."""
    sheets = read_sheets(files, None, None)
    mapping = propose_mapping(sheets, read_mapping(known) if known else None)
    write_mapping(mapping, output)
    typer.echo(_matched(mapping, output))


def read_sheets(files: Sequence[Path], year: int | None, day: str | None) -> list[BookSheet]:
    """Return every sheet of `files`.

    Raises:
        BadDateOptionError: `day` is no date.
        ShecangError: As `read_book`.
    """
    given = _given_day(day)
    return [sheet for file in files for sheet in read_book(file, day=given, year=year)]


def _given_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadDateOptionError(value=text) from error


def _with_suspects(sheet: BookSheet, suspects: Sequence[Suspect]) -> dict[str, Any]:
    """Return a sheet's JSON form with the suspects that are about one of its lines."""
    place = (sheet.file, sheet.sheet)
    about = [
        suspect for suspect in suspects if place in {(found.file, found.sheet) for found in suspect.places}
    ]
    return {**sheet.to_dict(), "suspects": [suspect.to_dict() for suspect in about]}


def _counts(sheets: Sequence[BookSheet]) -> Table:
    table = Table(title=tr("Every row accounted for", "逐行核对"), title_justify="left")
    table.add_column(tr("book", "账册"), overflow="fold")
    for name in _count_names():
        table.add_column(name, justify="right", no_wrap=True)
    for sheet in sheets:
        table.add_row(escape(f"{sheet.file}\n[{sheet.sheet}]"), *map(str, sheet.counts.values()))
    return table


def _print_days(console: Console, sheets: Sequence[BookSheet]) -> None:
    kinds = {
        "receipt": tr("receipts", "接收"),
        "issue": tr("issues", "发放"),
        None: tr("receipts or issues? Neither header nor title says", "接收还是发放？表头和标题都未写明"),
    }
    for sheet in sheets:
        day = f"{sheet.date} ({sheet.date_source})" if sheet.date else str(sheet.date_source)
        _say(console, f"{sheet.file} [{sheet.sheet}]: {kinds[sheet.kind]}, {day}")


def _count_names() -> tuple[str, ...]:
    return (
        tr("rows", "行数"),
        tr("lines", "明细"),
        tr("headings", "标题"),
        tr("blank", "空行"),
        tr("continued", "续行"),
        tr("problems", "问题"),
    )


def _print_problems(console: Console, sheets: Sequence[BookSheet]) -> None:
    if not any(sheet.problems for sheet in sheets):
        console.print(tr("No row is a problem.", "没有问题行。"))
        return
    console.print(tr("\nRows to mend", "\n需要更正的行"), style="bold")
    for sheet in sheets:
        for problem in sheet.problems:
            _say(console, f"  {sheet.file} [{sheet.sheet}] {problem.cell}: {problem.reason}")


def _print_notes(console: Console, sheets: Sequence[BookSheet]) -> None:
    """Say what reading had to interpret, and which rows continue a line."""
    notes = [
        f"  {sheet.file} [{sheet.sheet}] {line.row}: {note}"
        for sheet in sheets
        for line in sheet.lines
        for note in line.notes
    ]
    if notes:
        console.print(tr("\nRead with a note", "\n读取时的说明"), style="bold")
        for note in notes:
            _say(console, note)


def _print_suspects(console: Console, suspects: Sequence[Suspect]) -> None:
    if not suspects:
        return
    console.print(tr("\nPlease look at (nothing is dropped)", "\n请核实（未删除任何一行）"), style="bold")
    for suspect in suspects:
        where = ", ".join(map(str, _short(suspect)))
        mark = tr(" (may be chance)", "（可能是巧合）") if suspect.is_weak else ""
        _say(console, f"  {_rule_name(suspect)}{mark}: {suspect.why}\n      {where}")


def _short(suspect: Suspect) -> list[str]:
    """Return where a suspect stands, each sheet once with its rows."""
    rows: dict[str, list[str]] = {}
    for place in suspect.places:
        rows.setdefault(f"{place.file} [{place.sheet}]", []).append(str(place.row))
    return [f"{sheet} {'+'.join(numbers)}" for sheet, numbers in rows.items()]


def _rule_name(suspect: Suspect) -> str:
    return {
        "repeated": tr("possibly twice", "疑似重复"),
        "anonymous-repeated": tr("repeated, donor unnamed", "重复，捐赠者不具名"),
        "party-repeated": tr("possibly twice", "疑似重复"),
        "next-day": tr("possibly in two notices", "疑似两期重复公示"),
        "outlier": tr("unusual quantity", "数量异常"),
        "earmarked": tr("earmarked", "定向"),
    }[suspect.rule]


def _say(console: Console, text: str) -> None:
    """Print without markup and without breaking lines, so that a row stays one line in a file too."""
    console.print(text, markup=False, soft_wrap=True)


def _matched(mapping: Mapping, output: Path) -> str:
    confirmed = sum(row.is_confirmed for row in mapping.rows)
    proposed = len(mapping.rows) - confirmed
    alike = sum(bool(row.looks_like) for row in mapping.rows)
    return tr(
        f"{output}: {len(mapping.rows)} goods, {confirmed} confirmed, {proposed} proposed, "
        f"{alike} with look-alikes. Correct the rows, give goods that are one item the same "
        "item number and a reason, and set their status to confirmed.",
        f"{output}：{len(mapping.rows)} 种物资，已确认 {confirmed}，待确认 {proposed}，有形似物资的 {alike}。"
        "请逐行更正：同一物品填同一编号并写明理由，再把状态改为 confirmed。",
    )
