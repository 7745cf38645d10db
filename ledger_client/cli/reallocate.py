"""`shecang reallocate`: what sites give each other, from the proposal to the delivery that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.cli import _acts as acts
from ledger_client.cli import proposing
from ledger_client.cli._allocation import (
    By,
    Place,
    ProposalId,
    RequestId,
    Why,
    Words,
    allocation_of,
    find_proposal,
    find_request,
    now_of,
    parse_place,
    whole_request,
)
from ledger_client.cli._goods import Lines
from ledger_client.cli._office import keep_unsigned, office_of, print_json, write
from ledger_client.cli._tables import plain, print_rows
from ledger_client.errors import UsageError
from ledger_client.identifiers import parse_site
from ledger_client.language import tr
from ledger_client.reasons import Use, reason_named
from ledger_client.roles import Role

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger

app = typer.Typer(no_args_is_help=True)
proposing.mount(app)

FOUND = 1
"""Exit code where something was refused while other things were recorded."""

ProposalIds = Annotated[
    list[str],
    typer.Argument(
        metavar="PROPOSAL…", help=tr("keys, or their first 8 digits", "方案编号或前 8 位，可多个")
    ),
]
Deadline = Annotated[
    str | None,
    typer.Option(
        "--deadline", metavar="DAY", help=tr("of a dispatch: for the receiver's answer", "发运的答复期限")
    ),
]
HandOver = Annotated[
    bool, typer.Option("--hand-over", help=tr("both keepers are there: no transit", "双方当面交接，无在途"))
]


class WhoWithdrawsError(UsageError):
    """Nobody, or two, are named to withdraw a proposal."""

    en = "name who withdraws: --keeper KEY of either site, or --approver KEY of its level, and one of the two"
    zh = "请指明撤回人：用 --keeper 指定任一方保管员，或用 --approver 指定相应一级的审批人，二者择一"


@app.command("list", help=tr("List proposals and for whom they wait.", "列出调剂方案及待办人。"))
def list_(
    context: typer.Context,
    place: Place = "0",
    all_: Annotated[
        bool, typer.Option("--all", help=tr("those that wait for nobody too", "含已办结的"))
    ] = False,
    as_json: acts.AsJson = False,
) -> None:
    """List the proposals whose giver or receiver lies in a place, in the order in which they were made."""
    from ledger_client.cli._marks import Marks
    from ledger_client.cli._proposals import proposal_row
    from ledger_client.waiting import is_waiting

    office = office_of(context)
    number = parse_place(place)
    with office.ledger() as ledger:
        words, at = Words(ledger), now_of(ledger)
        with allocation_of(ledger).one_state() as reader:
            found, marks = reader.proposals(at, place=number), Marks.of(reader, at)
        rows = [proposal_row(words, each, marks) for each in found if all_ or is_waiting(each)]
    print_rows(office, rows, as_json)


@app.command("show", help=tr("Show a proposal, and who decided what.", "显示调剂方案及其决定。"))
def show(context: typer.Context, proposal: ProposalId, as_json: acts.AsJson = False) -> None:
    """Show a proposal with its lots, what was found when it was approved, and its deliveries."""
    from ledger_client.cli._proposal_sheet import ProposalSheet

    office = office_of(context)
    with office.ledger() as ledger:
        sheet = ProposalSheet.of(ledger, find_proposal(allocation_of(ledger), proposal))
    if as_json:
        print_json(plain(sheet.to_dict()))
        return
    sheet.print(office)


@app.command("offer", help=tr("Propose by hand what a site gives for a request.", "手工提出调剂方案。"))
def offer(
    context: typer.Context,
    request: RequestId,
    giver: Annotated[str, typer.Argument(metavar="GIVER", help=tr("the giving site", "调出储备点"))],
    keeper: acts.Keeper,
    line: Lines = [],  # noqa: B006 -- typer reads it once and hands out copies
    as_json: acts.AsJson = False,
) -> None:
    """Propose lots of a giver; further ones are listed where they show that its floor stays covered."""
    from ledger_client.city import facts_of_index
    from ledger_client.cli._deciding import keeper_of_either
    from ledger_client.cli._delivering import lots_of_item
    from ledger_client.cli._goods import require_some
    from ledger_client.plans import offered

    office = office_of(context)
    require_some(line)
    site = parse_site(giver)
    with office.ledger() as ledger:
        reader = allocation_of(ledger)
        key = find_request(reader, request)
        asked = whole_request(reader, key).request
        lots = lots_of_item(ledger, site, asked.item, line)
        facts = facts_of_index(ledger.index_engine, ledger.deployment.offset)
        party = keeper_of_either(ledger, office.signer_or_absent(keeper), site, asked.site)
        listed = offered(facts, site, asked.item, lots)
        call = ledger.reallocation.propose(key, site, listed, keeper=party)
        write(ledger, [call], as_json, "proposal")


@app.command("approve", help=tr("Approve proposals; each has its answer.", "批准调剂方案，逐项答复。"))
def approve(
    context: typer.Context,
    proposals: ProposalIds,
    approver: acts.Approver,
    stale_reason: Annotated[
        str | None,
        typer.Option(
            "--stale-reason",
            metavar="NAME",
            help=tr("why a giver whose count is overdue gives all the same", "盘点逾期仍予调出的原因"),
        ),
    ] = None,
    deadline: Deadline = None,
    hand_over: HandOver = False,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Approve what can be approved; where goods leave the district, their document is signed with it."""
    from ledger_client.cli import _deciding as deciding
    from ledger_client.signers import AbsentSigner
    from ledger_client.typed import parse_deadline

    office = office_of(context)
    why = reason_named(stale_reason, Use.STALE).code if stale_reason else 0
    with office.ledger() as ledger:
        until = parse_deadline(deadline, ledger.deployment.offset) if deadline else None
        consenting = deciding.Consenting(hand_over, until, acts.Said(occurred, None, note))
        reader, at = allocation_of(ledger), now_of(ledger)
        found = deciding.find_all(reader, proposals, at)
        signer = office.signer_or_absent(approver)
        if isinstance(signer, AbsentSigner):
            keep_unsigned(ledger, deciding.approving_calls(ledger, found, signer, why, consenting), as_json)
        over = deciding.expire_calls(ledger, deciding.over_at(reader, found, at), signer)
        # What is over goes on reserving until somebody says so.
        deciding.write_each(ledger, over, _EXPIRED, as_json, is_progress=True)
        decided = deciding.approve_all(ledger, found, signer, why, consenting)
        if not deciding.tell_approved(ledger, decided, as_json):
            raise typer.Exit(FOUND)


@app.command("reject", help=tr("Reject proposals.", "驳回调剂方案。"))
def reject(
    context: typer.Context,
    proposals: ProposalIds,
    reason: Why,
    approver: acts.Approver,
    as_json: acts.AsJson = False,
) -> None:
    """Reject proposals that were not decided on."""
    from ledger_client.cli import _deciding as deciding

    office = office_of(context)
    why = reason_named(reason, Use.DISAPPROVAL).code
    with office.ledger() as ledger:
        found = deciding.find_all(allocation_of(ledger), proposals, now_of(ledger))
        calls = deciding.reject_calls(ledger, found, office.signer_or_absent(approver), why)
        deciding.write_each(ledger, calls, ("rejected", "已驳回"), as_json)


@app.command("withdraw", help=tr("Withdraw proposals, or what of them is not delivered.", "撤回调剂方案。"))
def withdraw(
    context: typer.Context,
    proposals: ProposalIds,
    reason: Why,
    keeper: Annotated[
        str | None, typer.Option("--keeper", help=tr("key of a keeper of either site", "任一方保管员的密钥"))
    ] = None,
    approver: acts.MaybeApprover = None,
    as_json: acts.AsJson = False,
) -> None:
    """Withdraw proposals that were not decided on, or what was not yet delivered of approved ones."""
    from ledger_client.cli import _deciding as deciding

    office = office_of(context)
    why = reason_named(reason, Use.WITHDRAWAL).code
    name = keeper or approver
    if name is None or (keeper and approver):
        raise WhoWithdrawsError()
    role = Role.KEEPER if keeper else Role.APPROVER
    with office.ledger() as ledger:
        found = deciding.find_all(allocation_of(ledger), proposals, now_of(ledger))
        calls = deciding.withdraw_calls(ledger, found, role, office.signer_or_absent(name), why)
        deciding.write_each(ledger, calls, ("withdrew", "已撤回"), as_json)


@app.command("expire", help=tr("Free what proposals reserve whose time is over.", "办理过期，释放预留。"))
def expire(
    context: typer.Context,
    by: By,
    proposals: Annotated[
        list[str],
        typer.Argument(metavar="[PROPOSAL…]", help=tr("all that are over by default", "默认全部已逾期的")),
    ] = [],  # noqa: B006 -- typer reads it once and hands out copies
    as_json: acts.AsJson = False,
) -> None:
    """Record that the time of proposals is over; without any, of all whose time is."""
    from ledger_client.cli import _deciding as deciding
    from ledger_client.waiting import is_waiting

    office = office_of(context)
    with office.ledger() as ledger:
        reader, at = allocation_of(ledger), now_of(ledger)
        if proposals:
            keys = [each.key for each in deciding.find_all(reader, proposals, at)]
        else:
            keys = [each.key for each in reader.proposals(at) if each.is_over and is_waiting(each)]
        deciding.write_each(
            ledger, deciding.expire_calls(ledger, keys, office.signer_or_absent(by)), _EXPIRED, as_json
        )
        if not keys and not as_json:
            typer.echo(tr("no proposal is over", "没有逾期的方案"))


@app.command(
    "deliver", help=tr("Send or hand over what was approved, and show it.", "交付已批准的物资并出示。")
)
def deliver(
    context: typer.Context,
    proposal: ProposalId,
    keeper: acts.Keeper,
    deadline: Deadline = None,
    hand_over: HandOver = False,
    receiver: Annotated[
        str | None,
        typer.Option("--receiver", help=tr("key of the receiver's keeper", "接收方保管员的密钥")),
    ] = None,
    line: Lines = [],  # noqa: B006 -- typer reads it once and hands out copies
    approver: acts.MaybeApprover = None,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Record the dispatch or hand-over of an approved proposal: the lots as proposed, or others."""
    from ledger_client.cli._delivering import Typed, delivery_call
    from ledger_client.cli._showing import show_recorded
    from ledger_client.typed import parse_deadline

    office = office_of(context)
    with office.ledger() as ledger:
        until = parse_deadline(deadline, ledger.deployment.offset) if deadline else None
        said = acts.Said(occurred, None, note)
        typed = Typed(hand_over, until, line, keeper, receiver, approver, said)
        reader = allocation_of(ledger)
        call = delivery_call(office, ledger, reader, find_proposal(reader, proposal), typed)
        write(ledger, [call], as_json)
        if not show_recorded(ledger, [call.key], call.signer, as_json):
            raise typer.Exit(FOUND)


@app.command(
    "shown", help=tr("Show all that counts for requests and was not shown.", "补出示应计入申请的单据。")
)
def shown(
    context: typer.Context,
    by: By,
    request: Annotated[
        str, typer.Argument(metavar="[REQUEST]", help=tr("all by default", "默认全部申请"))
    ] = "",
    as_json: acts.AsJson = False,
) -> None:
    """Show every recorded document that counts for a request and was not shown; again, it does nothing."""
    from ledger_client.cli._showing import calls_of, due_of, show_due, tell

    office = office_of(context)
    with office.ledger() as ledger:
        reader, index = allocation_of(ledger), ledger.index()
        requests = [find_request(reader, request)] if request else _with_approvals(ledger)
        due = [each for key in requests for each in due_of(reader, index, key)]
        signer = office.signer_or_absent(by)
        keep_unsigned(ledger, calls_of(ledger, due, signer), as_json)
        told = show_due(ledger, due, signer)
        if not told and not as_json:
            typer.echo(tr("everything is shown", "没有待出示的单据"))
        if not tell(ledger, told, as_json):
            raise typer.Exit(FOUND)


_EXPIRED = ("expired", "已过期")


def _with_approvals(ledger: Ledger) -> list[int]:
    """Return the requests of which something was approved, in the order in which it was proposed."""
    found = allocation_of(ledger).proposals(now_of(ledger))
    return list(dict.fromkeys(each.proposal.request for each in found if each.proposal.approved_at))
