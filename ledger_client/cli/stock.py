"""`shecang stock`: documents of goods that come in, go out, or stay. Consignments: `cli/consignments.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.cli import _acts as acts
from ledger_client.cli import consignments, corrections, stock_reads
from ledger_client.cli._goods import (
    GOODS_FORM,
    LOT_FIELDS,
    GoodsLines,
    Lines,
    parse_goods,
    reason_code,
    require_some,
)
from ledger_client.cli._office import office_of, write
from ledger_client.identifiers import parse_site
from ledger_client.language import tr
from ledger_client.reasons import Use
from ledger_client.typed import parse_consignee, parse_supplier

if TYPE_CHECKING:
    from ledger_client.lines import OpeningLine

app = typer.Typer(no_args_is_help=True)

Source = Annotated[
    str | None,
    typer.Option("--supplier", help=tr("USCC, LEI or id", "供应商：信用代码、LEI 或编号")),
]
Donor = Annotated[
    str | None,
    typer.Option("--donor", help=tr("name; only a salted digest goes on chain", "捐赠者；链上仅存加盐摘要")),
]


@app.command("open", help=tr("Open a site, with what it holds already.", "办理期初。"))
def open_site(
    context: typer.Context,
    site: acts.SiteCode,
    keeper: acts.Keeper,
    approver: acts.Approver,
    goods: GoodsLines = [],  # noqa: B006 -- typer reads it once and hands out copies
    supplier: Source = None,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Open a site."""
    office = office_of(context)
    place = parse_site(site)
    lines = _opening_lines(goods, parse_supplier(supplier) if supplier else 0)
    with office.ledger() as ledger:
        call = ledger.stock.open(
            place,
            lines,
            keeper=acts.keeper_of(office, ledger, keeper, place),
            approver=acts.required_approver(office, ledger, approver, place),
            particulars=acts.Said(occurred, None, note).particulars(ledger),
        )
        write(ledger, [call], as_json)


@app.command("receive", help=tr("Receive goods from a supplier or donor.", "收货（供应商或捐赠）。"))
def receive(
    context: typer.Context,
    site: acts.SiteCode,
    keeper: acts.Keeper,
    goods: GoodsLines = [],  # noqa: B006 -- typer reads it once and hands out copies
    supplier: Source = None,
    donor: Donor = None,
    supplier_key: Annotated[
        str | None,
        typer.Option("--supplier-key", help=tr("with which the supplier signs", "供应商签名的密钥")),
    ] = None,
    approver: acts.MaybeApprover = None,
    order: Annotated[
        str | None, typer.Option("--order", help=tr("reference, kept off chain", "订单号（不上链）"))
    ] = None,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Receive goods; what is not qualified, signed and on time is held, and the command says why."""
    from ledger_client.cli._reception import source_of
    from ledger_client.reception import judge
    from ledger_client.roles import Role
    from ledger_client.stock import Goods

    office = office_of(context)
    place = parse_site(site)
    require_some(goods, GOODS_FORM)
    typed = [parse_goods(text) for text in goods]
    rejections = [reason_code(each.reason, Use.REJECTION) for each in typed]
    with office.ledger() as ledger:
        source = source_of(ledger, office, keeper, supplier, donor)
        particulars = acts.Said(occurred, None, note, order).particulars(ledger)
        reception = judge(
            ledger.index(),
            source,
            [each.item for each in typed],
            is_donation=donor is not None,
            is_signed=supplier_key is not None,
            occurred=particulars.occurred_at,
            offset=ledger.deployment.offset,
        )
        for sentence in reception.sentences:
            office.err.print(sentence, markup=False, soft_wrap=True)
        call = ledger.stock.receive(
            place,
            source,
            [
                Goods(each.attributes(source), each.accepted, each.rejected, code)
                for each, code in zip(typed, rejections, strict=True)
            ],
            keeper=acts.keeper_of(office, ledger, keeper, place),
            supplier=office.party(ledger, supplier_key, Role.SUPPLIER, place, subject=source)
            if supplier_key
            else None,
            approver=acts.approver_of(office, ledger, approver, place),
            qualification=reception.qualification,
            held=reception.is_held,
            particulars=particulars,
        )
        write(ledger, [call], as_json)


@app.command("issue", help=tr("Issue goods to a consignee.", "发放给领用单位。"))
def issue(
    context: typer.Context,
    site: acts.SiteCode,
    consignee: Annotated[
        str,
        typer.Argument(
            metavar="CONSIGNEE", help=tr("USCC, LEI, local:CODE or id", "信用代码、LEI、local:代码或编号")
        ),
    ],
    keeper: acts.Keeper,
    line: Lines = [],  # noqa: B006 -- typer reads it once and hands out copies
    approver: acts.MaybeApprover = None,
    reason: acts.Reason = None,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Issue goods to a consignee."""
    office = office_of(context)
    place = parse_site(site)
    to = parse_consignee(consignee)
    with office.ledger() as ledger:
        call = ledger.stock.issue(
            place,
            to,
            acts.lines_at(ledger, place, line, Use.ISSUE),
            keeper=acts.keeper_of(office, ledger, keeper, place),
            approver=acts.approver_of(office, ledger, approver, place),
            particulars=acts.Said(occurred, reason, note).particulars(ledger, Use.ISSUE),
        )
        write(ledger, [call], as_json)


@app.command("hand-over", help=tr("Hand goods over to another site, at once.", "交接至其他储备点。"))
def hand_over(
    context: typer.Context,
    site: acts.SiteCode,
    to: Annotated[str, typer.Argument(metavar="TO", help=tr("the other site", "接收储备点"))],
    keeper: acts.Keeper,
    receiver: Annotated[
        str, typer.Option("--receiver", help=tr("key of the receiving keeper", "接收保管员的密钥"))
    ],
    line: Lines = [],  # noqa: B006 -- typer reads it once and hands out copies
    approver: acts.MaybeApprover = None,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Hand goods over; an approver of both sites where they leave the district."""
    office = office_of(context)
    place, other = parse_site(site), parse_site(to)
    with office.ledger() as ledger:
        call = ledger.stock.hand_over(
            place,
            other,
            acts.lines_at(ledger, place, line, Use.ISSUE),
            keeper=acts.keeper_of(office, ledger, keeper, place),
            receiver=acts.keeper_of(office, ledger, receiver, other),
            approver=acts.approver_of(office, ledger, approver, place, other),
            particulars=acts.Said(occurred, None, note).particulars(ledger),
        )
        write(ledger, [call], as_json)


@app.command("write-off", help=tr("Write goods off; each line has its reason.", "核销；每行写明原因。"))
def write_off(
    context: typer.Context,
    site: acts.SiteCode,
    keeper: acts.Keeper,
    approver: acts.Approver,
    line: Lines = [],  # noqa: B006 -- typer reads it once and hands out copies
    reason: acts.Reason = None,
    occurred: acts.Occurred = None,
    answers: acts.Answers = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Write goods off."""
    office = office_of(context)
    place = parse_site(site)
    with office.ledger() as ledger:
        call = ledger.stock.write_off(
            place,
            acts.lines_at(ledger, place, line, Use.WRITE_OFF),
            keeper=acts.keeper_of(office, ledger, keeper, place),
            approver=acts.required_approver(office, ledger, approver, place),
            particulars=acts.Said(occurred, reason, note, answers=answers).particulars(ledger, Use.WRITE_OFF),
        )
        write(ledger, [call], as_json)


def _opening_lines(goods: Sequence[str], source: int) -> list[OpeningLine]:
    from ledger_client.lines import OpeningLine

    typed = [parse_goods(text, LOT_FIELDS) for text in goods]
    return [OpeningLine(each.attributes(source), each.accepted) for each in typed]


# Last, so that help shows the commands in the order in which goods live.
consignments.mount(app)
corrections.mount(app)
stock_reads.mount(app)
