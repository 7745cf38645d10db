"""`shecang request template`, `import`, `questions`, `answers`, `drafts`: public lists of needs.

A row of a list is recorded once, however often the list is imported; rows of which something is open stay
drafts in the home of this office, and their questions go out and come back as a workbook.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.cli import _acts as acts
from ledger_client.cli._office import office_of
from ledger_client.cli.book import KeyMissingError
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.needs import NeedsPlan

List = Annotated[
    Path, typer.Argument(metavar="LIST", help=tr("list of needs, JSON", "需求清单，JSON"), show_default=False)
]
MappingFile = Annotated[
    Path, typer.Option("--mapping", help=tr("who and which item each row is", "机构与物资对照表"))
]
Keeper = Annotated[
    str,
    typer.Option("--keeper", help=tr("key of the keeper, who asks", "保管员的密钥"), show_default=False),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=tr("record nothing, show what would be", "试运行，不记录"))
]


def mount(app: typer.Typer) -> None:
    """Add these commands to `shecang request`."""
    app.command(
        "template", help=tr("Write a mapping for a list, to be filled in.", "为需求清单写出待填的对照表。")
    )(template)
    app.command("import", help=tr("Record what a list of needs asks for.", "将需求清单记为申请。"))(import_)
    app.command(
        "questions", help=tr("Write what is open of a list as a workbook.", "将待答问题写成工作簿。")
    )(questions)
    app.command(
        "answers", help=tr("Import a list with the answers of a workbook.", "连同答复导入需求清单。")
    )(answers)
    app.command("drafts", help=tr("List what is kept until it is answered.", "列出待答的草案。"))(drafts)


def template(
    list_: List,
    output: Annotated[
        Path, typer.Option("-o", "--output", help=tr("mapping file to write", "要写出的对照表"))
    ],
    known: Annotated[Path | None, typer.Option(help=tr("earlier mapping to keep", "沿用的对照表"))] = None,
) -> None:
    """Write a mapping with a row for every institution and every goods of a list."""
    from ledger_client.needs import (
        propose_needs_mapping,
        read_needs,
        read_needs_mapping,
        write_needs_mapping,
    )

    needs = read_needs(list_)
    mapping = propose_needs_mapping(needs, read_needs_mapping(known) if known else None)
    write_needs_mapping(mapping, output, needs)
    institutions, goods = len(mapping.institutions), len(mapping.goods)
    typer.echo(
        tr(
            f"{output}: {institutions:,} institutions and {goods:,} goods. Fill in site and consignee of "
            "each institution, item or category of each goods, and the defaults needed_by, urgency, reason; "
            "quantities count base units of the item that you name.",
            f"{output}：机构 {institutions:,} 个，物资 {goods:,} 种。请填写各机构的储备点和领用单位、"
            "各物资的物品编号或类别，以及默认的需用日、紧急程度和原因；数量按所填物品的基本单位计。",
        )
    )


def import_(
    context: typer.Context,
    list_: List,
    mapping: MappingFile,
    keeper: Keeper = "",
    dry_run: DryRun = False,
    as_json: acts.AsJson = False,
) -> None:
    """Record the rows of a list that are requests; the others stay drafts, or are said with their reasons."""
    from ledger_client.cli import _needs

    _require_key(keeper, dry_run)
    plan = _plan(list_, mapping)
    raise typer.Exit(_needs.run_import(office_of(context), plan, keeper, dry_run, as_json))


def questions(
    list_: List,
    mapping: MappingFile,
    output: Annotated[Path, typer.Option("-o", "--output", help=tr("workbook to write", "要写出的工作簿"))],
) -> None:
    """Write the questions of all drafts as a workbook, for the offices that can answer them."""
    from ledger_client.needs import summarise_needs, write_questions

    plan = _plan(list_, mapping)
    write_questions(plan, output)
    for sentence in summarise_needs(plan):
        typer.echo(sentence)
    typer.echo(
        tr(
            f"{output}: the questions of {len(plan.drafts):,} drafts; the answers come back with "
            "`shecang request answers`",
            f"{output}：{len(plan.drafts):,} 份草案的待答问题；填好后用 `shecang request answers` 导入",
        )
    )


def answers(
    context: typer.Context,
    list_: List,
    workbook: Annotated[
        Path, typer.Argument(metavar="ANSWERS.xlsx", help=tr("filled in", "填好的工作簿"), show_default=False)
    ],
    mapping: MappingFile,
    keeper: Keeper = "",
    dry_run: DryRun = False,
    as_json: acts.AsJson = False,
) -> None:
    """Import a list with the answers of a workbook of questions."""
    from ledger_client.cli import _needs
    from ledger_client.needs import answer_questions

    _require_key(keeper, dry_run)
    plan = answer_questions(_plan(list_, mapping), workbook)
    raise typer.Exit(_needs.run_import(office_of(context), plan, keeper, dry_run, as_json))


def drafts(context: typer.Context, as_json: acts.AsJson = False) -> None:
    """List the drafts of this office and what is open of each."""
    from ledger_client.cli import _needs

    _needs.list_drafts(office_of(context), as_json)


def _require_key(keeper: str, dry_run: bool) -> None:
    if not (keeper or dry_run):
        raise KeyMissingError(option="--keeper")


def _plan(list_: Path, mapping: Path) -> NeedsPlan:
    from ledger_client.needs import plan_needs, read_needs, read_needs_mapping

    return plan_needs(read_needs(list_), read_needs_mapping(mapping))
