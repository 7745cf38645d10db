"""`shecang stock dispatch` and what follows: goods in transit, as consignments.

OPEN → ACCEPTED (something returning or missing) → CLOSED. Nothing is accepted by silence: who accepts names
every exception, and what is not named has arrived. Where the goods were approved for a request, what was
recorded is shown for it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli import _acts as acts
from ledger_client.cli._goods import Lines, parse_line, require_some
from ledger_client.cli._office import Office, office_of, write
from ledger_client.cli._showing import show_recorded
from ledger_client.cli._tables import Shown, print_rows, short
from ledger_client.cli._typed import consignment_among, lot_among
from ledger_client.divisions import parse_division
from ledger_client.documents import YEAR_10000, Kind, moment_at
from ledger_client.identifiers import SiteId, parse_site
from ledger_client.language import tr
from ledger_client.reasons import Use, reason_label, reason_named, settlement_named
from ledger_client.recorded import as_committed
from ledger_client.roles import Role
from ledger_client.seats import over_both
from ledger_client.typed import parse_deadline

if TYPE_CHECKING:
    from ledger_client.fold.records import Consignment
    from ledger_client.ledger import Ledger
    from ledger_client.lines import Line

ConsignmentKey = Annotated[
    str,
    typer.Option(
        "--consignment", metavar="KEY", help=tr("key, or its first 8 digits", "在途单编号或前 8 位")
    ),
]
Missing = Annotated[
    list[str],
    typer.Option(
        "--missing",
        metavar="LOT=QUANTITY:REASON",
        help=tr("did not arrive; may be repeated", "未到货；可重复"),
    ),
]
Returning = Annotated[
    list[str],
    typer.Option(
        "--returning",
        metavar="LOT=QUANTITY:REASON",
        help=tr("rejected, goes back; may be repeated", "拒收退回；可重复"),
    ),
]

_STATES = {1: ("open", "在途"), 2: ("accepted", "已验收，有差异"), 3: ("closed", "已办结")}


def mount(app: typer.Typer) -> None:
    """Add these commands to `shecang stock`."""
    app.command("dispatch", help=tr("Send goods on their way.", "发运。"))(dispatch)
    app.command("accept", help=tr("Accept a consignment, naming every exception.", "验收在途单。"))(accept)
    app.command("contest", help=tr("Answer an overdue consignment.", "对逾期在途单提出异议。"))(contest)
    app.command("return", help=tr("Take back what nobody answered for.", "收回无人答复的货物。"))(take_back)
    app.command("accept-return", help=tr("Accept what came back.", "验收退回的货物。"))(accept_return)
    app.command("settle", help=tr("Say what became of missing goods.", "处理在途差异。"))(settle)
    app.command("consignments", help=tr("List the open consignments.", "列出未办结的在途单。"))(list_open)


def dispatch(
    context: typer.Context,
    site: acts.SiteCode,
    to: Annotated[str, typer.Argument(metavar="TO", help=tr("the other site", "接收储备点"))],
    deadline: Annotated[
        str, typer.Option("--deadline", metavar="TIME", help=tr("for the answer", "答复期限"))
    ],
    keeper: acts.Keeper,
    line: Lines = [],  # noqa: B006 -- typer reads it once and hands out copies
    approver: acts.MaybeApprover = None,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Send goods on their way; an approver of both sites where they leave the district."""
    office = office_of(context)
    place, other = parse_site(site), parse_site(to)
    with office.ledger() as ledger:
        call = ledger.stock.dispatch(
            place,
            other,
            acts.lines_at(ledger, place, line, Use.ISSUE),
            deadline=parse_deadline(deadline, ledger.deployment.offset),
            keeper=acts.keeper_of(office, ledger, keeper, place),
            approver=acts.approver_of(office, ledger, approver, place, other),
            particulars=acts.Said(occurred, None, note).particulars(ledger),
        )
        write(ledger, [call], as_json)


def accept(
    context: typer.Context,
    consignment: ConsignmentKey,
    keeper: acts.Keeper,
    missing: Missing = [],  # noqa: B006 -- typer reads it once and hands out copies
    returning: Returning = [],  # noqa: B006 -- typer reads it once and hands out copies
    approver: acts.MaybeApprover = None,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Accept a consignment: all of it but the exceptions."""
    said = acts.Said(occurred, None, note)
    _step(
        office_of(context), Kind.ACCEPTANCE, consignment, keeper, approver, said, missing, returning, as_json
    )


def contest(
    context: typer.Context,
    consignment: ConsignmentKey,
    keeper: acts.Keeper,
    missing: Missing = [],  # noqa: B006 -- typer reads it once and hands out copies
    approver: acts.MaybeApprover = None,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Answer an overdue consignment: what is named never came, the rest goes back."""
    said = acts.Said(occurred, None, note)
    _step(office_of(context), Kind.CONTEST, consignment, keeper, approver, said, missing, (), as_json)


def take_back(
    context: typer.Context,
    consignment: ConsignmentKey,
    keeper: acts.Keeper,
    approver: acts.Approver,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Take back what nobody answered for, 7 days after the deadline."""
    said = acts.Said(occurred, None, note)
    _step(office_of(context), Kind.RETURN, consignment, keeper, approver, said, (), (), as_json)


def accept_return(
    context: typer.Context,
    consignment: ConsignmentKey,
    keeper: acts.Keeper,
    missing: Missing = [],  # noqa: B006 -- typer reads it once and hands out copies
    approver: acts.MaybeApprover = None,
    occurred: acts.Occurred = None,
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Accept what came back: all of it but what is missing."""
    said = acts.Said(occurred, None, note)
    _step(
        office_of(context), Kind.RETURN_ACCEPTANCE, consignment, keeper, approver, said, missing, (), as_json
    )


def settle(
    context: typer.Context,
    consignment: ConsignmentKey,
    approver: acts.Approver,
    line: Lines = [],  # noqa: B006 -- typer reads it once and hands out copies
    note: acts.Note = None,
    as_json: acts.AsJson = False,
) -> None:
    """Say of missing goods: found-at-sender, found-at-receiver, or lost."""
    from ledger_client.lines import Line

    office = office_of(context)
    require_some(line, "LOT=QUANTITY:lost")
    typed = [parse_line(text) for text in line]
    codes = [settlement_named(each.reason) for each in typed]
    with office.ledger() as ledger:
        key, record = find_consignment(ledger, consignment)
        lots = [_lot_in(record, each.lot, key) for each in typed]
        call = ledger.stock.step(
            Kind.SETTLEMENT,
            key,
            SiteId(record.from_site),
            SiteId(record.to_site),
            as_committed(record),
            [Line(lot, each.quantity, code) for lot, each, code in zip(lots, typed, codes, strict=True)],
            sender=office.party(ledger, approver, Role.APPROVER, over_both(record.from_site, record.to_site)),
            particulars=acts.Said(None, None, note).particulars(ledger),
        )
        write(ledger, [call], as_json)
        show_recorded(ledger, [call.key], call.signer, as_json)


def list_open(
    context: typer.Context,
    place: Annotated[str, typer.Argument(metavar="PLACE")] = "0",
    as_json: acts.AsJson = False,
) -> None:
    """List the open consignments of a site or division."""
    from ledger_client.cli._allocation import now_of
    from ledger_client.cli._marks import Marks, emergency_cell
    from ledger_client.index.marks import MarkedReader

    office = office_of(context)
    number = parse_site(place) if len(place.strip()) == 15 else parse_division(place)
    with office.ledger() as ledger:
        ledger.index()
        with MarkedReader(ledger.index_engine).one_state() as reader:
            marks = Marks.of(reader, now_of(ledger))
            rows = [
                {
                    **_row(key, record, ledger.deployment.offset),
                    "emergency": emergency_cell(marks.document(reader.document(key))),
                }
                for key, record in reader.consignments(number).items()
            ]
    print_rows(office, rows, as_json)


def find_consignment(ledger: Ledger, text: str) -> tuple[int, Consignment]:
    """Return the open consignment whose key begins so.

    Raises:
        IdUnknownError: None does.
    """
    open_ = ledger.index().consignments()
    key = consignment_among(text, open_)
    return key, open_[key]


def _step(
    office: Office,
    kind: Kind,
    consignment: str,
    keeper: str,
    approver: str | None,
    said: acts.Said,
    missing: Sequence[str],
    returning: Sequence[str],
    as_json: bool,
) -> None:
    with office.ledger() as ledger:
        key, record = find_consignment(ledger, consignment)
        at = record.to_site if kind in (Kind.ACCEPTANCE, Kind.CONTEST) else record.from_site
        call = ledger.stock.step(
            kind,
            key,
            SiteId(record.from_site),
            SiteId(record.to_site),
            as_committed(record),
            _exceptions(record, key, missing, returning),
            sender=acts.keeper_of(office, ledger, keeper, at),
            approver=acts.approver_of(office, ledger, approver, at),
            particulars=said.particulars(ledger),
        )
        write(ledger, [call], as_json)
        show_recorded(ledger, [call.key], call.signer, as_json)


def _exceptions(
    record: Consignment, key: int, missing: Sequence[str], returning: Sequence[str]
) -> list[Line]:
    from ledger_client.lines import Line

    lines = []
    for typed, make, use in (
        (missing, Line.missing, Use.MISSING),
        (returning, Line.returning, Use.REJECTION),
    ):
        for text in typed:
            each = parse_line(text)
            # An exception always says why; an empty name is refused with the list of reasons.
            code = reason_named(each.reason, use).code
            lines.append(make(_lot_in(record, each.lot, key), each.quantity, code))
    return lines


def _lot_in(record: Consignment, text: str, key: int) -> int:
    where = (f"in consignment {key:062x}"[:32] + "… ", f"在途单 {key:062x}"[:16] + "… 中")
    return lot_among(text, [line >> 96 for line in record.lines], *where, "`shecang stock consignments`")


def shown_deadline(seconds: int, offset: int) -> str:
    """Return a deadline to the minute; ledgers without a bound on it took any that 64 bits hold."""
    if seconds >= YEAR_10000:
        return tr("after the year 9999", "9999 年以后")
    return moment_at(seconds, offset).strftime("%Y-%m-%d %H:%M")


def _row(key: int, record: Consignment, offset: int) -> dict[str, Any]:
    from ledger_client.lines import Line
    from ledger_client.words import unpack_head

    lines = [Line(*(head.lot, head.quantity, head.reason)) for head in map(unpack_head, record.lines)]
    return {
        "consignment": short(key, 62),
        "from": f"{record.from_site:015d}",
        "to": f"{record.to_site:015d}",
        "deadline": shown_deadline(record.deadline, offset),
        "state": Shown(_STATES[record.state][0], tr(*_STATES[record.state])),
        "lines": [_line(each) for each in lines],
    }


def _line(line: Line) -> Shown:
    code = {
        "lot": f"{line.lot:040x}",
        "quantity": str(line.quantity),
        "reason": line.reason,
        "missing": line.is_missing,
    }
    where = tr("missing", "缺少") if line.is_missing else ""
    why = ": ".join(each for each in (where, reason_label(line.reason)) if each)
    return Shown(code, f"{line.lot:040x}"[:8] + f" {line.quantity}" + (f" ({why})" if why else ""))
