"""`shecang doctor`: what stands well here and what does not, in sentences with a remedy."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger_client.cli._office import office_of, print_json
from ledger_client.doctor import Remark, State, examine
from ledger_client.language import tr

UNSAFE = 1
COULD_NOT_CHECK = 3

AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Say what is unsafe here; exit 1 where anything is, else 3 where anything could not be looked at."""
    office = office_of(context)
    found = set()
    for remark in examine(office.home):
        found.add(remark.state)
        if as_json:
            print_json({"about": remark.about, "state": remark.state.value, "sentence": remark.sentence})
        else:
            office.out.print(_line(remark), markup=False, soft_wrap=True)
    if State.UNSAFE in found:
        raise typer.Exit(UNSAFE)
    if State.UNKNOWN in found:
        raise typer.Exit(COULD_NOT_CHECK)


def _line(remark: Remark) -> str:
    mark = {
        State.OK: tr("ok     ", "正常  "),
        State.UNSAFE: tr("unsafe ", "不安全"),
        State.UNKNOWN: tr("unknown", "未知  "),
    }[remark.state]
    return f"{mark}  {remark.sentence}"
