"""`shecang reallocate propose` and `recheck`: a plan for all open requests, and a plan computed anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger_client.cli import _acts as acts
from ledger_client.cli._allocation import Place, ProposalId, parse_place
from ledger_client.cli._office import office_of
from ledger_client.cli.book import KeyMissingError
from ledger_client.language import tr

Distances = Annotated[
    Path | None,
    typer.Option(
        "--distances",
        metavar="CSV",
        help=tr(
            "from,to,metres or seconds; by division where not given", "起点,终点,米或秒；缺省按共同区划估计"
        ),
    ),
]


def mount(app: typer.Typer) -> None:
    """Add these commands to `shecang reallocate`."""
    app.command(
        "propose", help=tr("Plan who gives what for the open requests.", "为未满足的申请拟定调剂方案。")
    )(propose)
    app.command("recheck", help=tr("Compute the plan of a proposal anew.", "重新计算方案并核对。"))(recheck)


def propose(
    context: typer.Context,
    place: Place = "0",
    profile: Annotated[
        str, typer.Option("--profile", metavar="NAME", help=tr("of the matching", "匹配配置"))
    ] = "district",
    distances: Distances = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help=tr("plan file to write", "要写出的方案文件"))
    ] = None,
    submit: Annotated[
        bool, typer.Option("--submit", help=tr("record it as proposals", "记录为调剂方案"))
    ] = False,
    keeper: Annotated[
        str,
        typer.Option(
            "--keeper", help=tr("key of the keeper, who proposes", "保管员的密钥"), show_default=False
        ),
    ] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help=tr("why, in words, for each", "逐项说明理由"))
    ] = False,
    bound: Annotated[
        bool,
        typer.Option(
            "--bound", help=tr("how near to the best plan (OR-Tools)", "与最优方案的差距（OR-Tools）")
        ),
    ] = False,
    as_json: acts.AsJson = False,
) -> None:
    """Plan for all open requests; of a place, show and submit what its sites get."""
    from ledger_client.cli._plan_words import Wanted
    from ledger_client.cli._planning import run_propose
    from ledger_client.plans import profile_named

    chosen = profile_named(profile)
    if submit and not keeper:
        raise KeyMissingError(option="--keeper")
    wanted = Wanted(parse_place(place), chosen, distances, output, submit, keeper, explain, bound, as_json)
    run_propose(office_of(context), wanted)


def recheck(
    context: typer.Context,
    proposal: ProposalId,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", help=tr("plan as it was kept, from elsewhere", "别处保存的方案文件")),
    ] = None,
    distances: Distances = None,
    as_json: acts.AsJson = False,
) -> None:
    """Compute the plan that a proposal is anchored in from the ledger at its block, and compare."""
    from ledger_client.cli import _rechecking

    raise typer.Exit(_rechecking.run_recheck(office_of(context), proposal, plan, distances, as_json))
