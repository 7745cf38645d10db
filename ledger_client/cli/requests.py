"""`shecang request`: what sites ask for, from need to accepted delivery. Lists of needs: `cli/needs.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.cli import _acts as acts
from ledger_client.cli import needs
from ledger_client.cli._allocation import (
    Place,
    RequestId,
    Why,
    Words,
    allocation_of,
    find_request,
    now_of,
    parse_needed_by,
    parse_place,
    parse_urgency,
    whole_request,
)
from ledger_client.cli._office import keep_unsigned, office_of, print_json, write
from ledger_client.cli._tables import plain, print_rows
from ledger_client.cli._typed import KEY_DIGITS
from ledger_client.identifiers import parse_item, parse_site
from ledger_client.language import tr
from ledger_client.quantities import parse_quantity
from ledger_client.reasons import Use, reason_named
from ledger_client.typed import parse_consignee

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger

app = typer.Typer(no_args_is_help=True)
needs.mount(app)

Journal = Annotated[
    bool, typer.Option("--journal", help=tr("every entry of its journal", "列出流水账的每一条"))
]


@app.command("make", help=tr("Ask for goods for a site.", "为储备点申请物资。"))
def make(
    context: typer.Context,
    site: acts.SiteCode,
    item: Annotated[str, typer.Option("--item", help=tr("12 digits", "物品编号，12 位"))],
    quantity: Annotated[str, typer.Option("--quantity", help=tr("base units", "数量，基本单位"))],
    needed_by: Annotated[
        str,
        typer.Option(
            "--needed-by",
            metavar="DAY",
            help=tr("last day on which they are of use", "需用日：最迟何日仍有用"),
        ),
    ],
    keeper: acts.Keeper,
    urgency: Annotated[
        str,
        typer.Option("--urgency", metavar="NAME", help=tr("routine, urgent, critical", "常规、紧急、特急")),
    ] = "routine",
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason", metavar="NAME", help=tr("needed above three times the floor", "超过保底量三倍时必填")
        ),
    ] = None,
    consignee: Annotated[
        str | None,
        typer.Option("--consignee", help=tr("to whom they will be issued", "最终领用单位")),
    ] = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Ask for goods for a site."""
    office = office_of(context)
    place, number, units = parse_site(site), parse_item(item), parse_quantity(quantity, least=1)
    how = parse_urgency(urgency)
    why = reason_named(reason, Use.REQUEST).code if reason else 0
    whom = parse_consignee(consignee) if consignee else None
    with office.ledger() as ledger:
        until = parse_needed_by(needed_by, ledger.deployment.offset)
        call = ledger.reallocation.request(
            place,
            number,
            units,
            needed_by=until,
            urgency=how,
            reason=why,
            consignee=whom,
            body={"note": note} if note else None,
            keeper=acts.keeper_of(office, ledger, keeper, place),
        )
        write(ledger, [call], as_json, "request")
        if not as_json:
            _say_if_flagged(ledger, call.key)


@app.command("withdraw", help=tr("Withdraw a request that is open.", "撤回未满足的申请。"))
def withdraw(
    context: typer.Context,
    request: RequestId,
    reason: Why,
    keeper: acts.Keeper,
    as_json: acts.AsJson = False,
) -> None:
    """Withdraw a request; what is on its way for it still counts."""
    office = office_of(context)
    why = reason_named(reason, Use.WITHDRAWAL).code
    with office.ledger() as ledger:
        reader = allocation_of(ledger)
        key = find_request(reader, request)
        site = whole_request(reader, key).request.site
        party = acts.keeper_of(office, ledger, keeper, site)
        call = ledger.reallocation.withdraw_request(key, reason=why, keeper=party)
        keep_unsigned(ledger, [call], as_json)
        [entry] = ledger.write([call])
    code, block = f"{key:0{KEY_DIGITS}x}", entry.block_number
    if as_json:
        transaction = f"0x{entry.hash.hex()}" if entry.hash else None
        print_json({"request": code, "transaction": transaction, "block": block})
        return
    typer.echo(tr(f"withdrew {code[:8]}, block {block}", f"已撤回 {code[:8]}，区块 {block}"))


@app.command(
    "issue", help=tr("Issue what arrived to the request's consignee.", "将到货发放给申请的领用单位。")
)
def issue(
    context: typer.Context,
    request: RequestId,
    keeper: acts.Keeper,
    line: Annotated[
        list[str],
        typer.Option(
            "--line",
            metavar="LOT=QUANTITY",
            help=tr("what is issued; all that waits if left out", "本次发放的批次；省略则为全部待发放物资"),
        ),
    ] = [],  # noqa: B006 -- typer reads it once and hands out copies
    approver: acts.MaybeApprover = None,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Issue what was accepted for a request to the consignee that it names."""
    from ledger_client.cli._issuing import Typed, issue_call, issued_text, issuing_of

    office = office_of(context)
    typed = Typed(line, keeper, approver, acts.Said(occurred, None, note))
    with office.ledger() as ledger:
        reader = allocation_of(ledger)
        key = find_request(reader, request)
        write(ledger, [issue_call(office, ledger, reader, key, typed)], as_json)
        if not as_json:
            reader = allocation_of(ledger)
            whole = whole_request(reader, key)
            typer.echo(issued_text(Words(ledger), whole, issuing_of(ledger, reader, whole)))


@app.command("list", help=tr("List the open requests of a place.", "列出未满足的申请。"))
def list_(
    context: typer.Context,
    place: Place = "0",
    all_: Annotated[bool, typer.Option("--all", help=tr("those that are closed too", "含已结束的"))] = False,
    as_json: acts.AsJson = False,
) -> None:
    """List the requests of a site or division, the most pressing first."""
    from ledger_client.cli._marks import Marks
    from ledger_client.cli._requests import request_row

    office = office_of(context)
    number = parse_place(place)
    with office.ledger() as ledger:
        words, at = Words(ledger), now_of(ledger)
        with allocation_of(ledger).one_state() as reader:
            found, marks = reader.requests(number, at, is_open=not all_), Marks.of(reader, at)
        rows = [request_row(words, each, marks) for each in found]
    print_rows(office, rows, as_json)


@app.command("show", help=tr("Show a request from need to accepted delivery.", "显示申请的全过程。"))
def show(
    context: typer.Context, request: RequestId, journal: Journal = False, as_json: acts.AsJson = False
) -> None:
    """Show everything of a request: asked, proposed, approved, delivered, accepted, and what is not shown."""
    from ledger_client.cli._requests import RequestSheet

    office = office_of(context)
    with office.ledger() as ledger:
        sheet = RequestSheet.of(ledger, find_request(allocation_of(ledger), request), with_journal=journal)
    if as_json:
        print_json(plain(sheet.to_dict()))
        return
    sheet.print(office)


def _say_if_flagged(ledger: Ledger, key: int) -> None:
    """Say of a request that was just made when it asks for more than three times its floor."""
    from ledger_client.cli._requests import flag_text

    made = whole_request(allocation_of(ledger), key).request
    if made.is_flagged:
        typer.echo(flag_text(Words(ledger), made.floor, made.item))
