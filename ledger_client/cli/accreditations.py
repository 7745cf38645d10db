"""`shecang issuer renew`, `suspend`, `reinstate`, `revoke`, `show`: for what an issuer may qualify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli._office import office_of, write
from ledger_client.cli._tables import Shown, for_programs, print_rows
from ledger_client.cli._typed import parse_from
from ledger_client.cli.items import parse_category
from ledger_client.documents import YEAR_10000, moment_at
from ledger_client.language import tr
from ledger_client.reasons import REASONS, Use, reason_label, reason_named
from ledger_client.roles import Role
from ledger_client.typed import parse_issuer

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger

Code = Annotated[str, typer.Argument(metavar="ISSUER", help=tr("USCC, LEI or id", "信用代码、LEI 或编号"))]
Category = Annotated[str, typer.Argument(metavar="CATEGORY", help=tr("7 digits", "类别，7 位"))]
By = Annotated[str, typer.Option("--by", help=tr("key of the authority of division 0", "全国主管的密钥"))]
Reason = Annotated[str, typer.Option("--reason", metavar="NAME", help=tr("why", "原因"))]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help=tr("since when; now by default", "自何时起；默认现在")),
]
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]

_KINDS = {
    1: ("accredited", "认可"),
    2: ("renewed", "续期"),
    3: ("suspended", "暂停"),
    4: ("reinstated", "恢复"),
    5: ("revoked", "撤销"),
}
_MASK_40 = (1 << 40) - 1


def mount(app: typer.Typer) -> None:
    """Add these commands to `shecang issuer`."""
    app.command("renew", help=tr("Extend an accreditation.", "续期认可。"))(renew)
    app.command(
        "suspend", help=tr("Suspend an accreditation, possibly since a time past.", "暂停认可，可追溯。")
    )(suspend)
    app.command("reinstate", help=tr("Let a suspended accreditation count again.", "恢复已暂停的认可。"))(
        reinstate
    )
    app.command("revoke", help=tr("Revoke an accreditation for good.", "永久撤销认可。"))(revoke)
    app.command("show", help=tr("Show for what an issuer is or was accredited.", "显示签发方获认可的历史。"))(
        show
    )


def renew(
    context: typer.Context,
    issuer: Code,
    category: Category,
    by: By,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="TIME", help=tr("until before when; no end by default", "止；默认无期限")
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Extend an accreditation."""
    from ledger_client.registers import UNLIMITED

    office = office_of(context)
    number, wanted = parse_issuer(issuer), parse_category(category)
    with office.ledger() as ledger:
        end = parse_from(until, ledger.deployment.offset) if until else UNLIMITED
        root = office.party(ledger, by, Role.AUTHORITY, 0)
        write(ledger, [ledger.suppliers.renew_accreditation(number, wanted, until=end, by=root)], as_json)


def suspend(
    context: typer.Context,
    issuer: Code,
    category: Category,
    reason: Reason,
    by: By,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Suspend an accreditation."""
    office = office_of(context)
    number, wanted = parse_issuer(issuer), parse_category(category)
    code = reason_named(reason, Use.SUSPENSION).code
    with office.ledger() as ledger:
        call = ledger.suppliers.suspend_accreditation(
            number,
            wanted,
            reason=code,
            effective_at=effective_time(ledger, since),
            by=office.party(ledger, by, Role.AUTHORITY, 0),
        )
        write(ledger, [call], as_json)


def reinstate(
    context: typer.Context, issuer: Code, category: Category, reason: Reason, by: By, as_json: AsJson = False
) -> None:
    """Let a suspended accreditation count again, from now on."""
    office = office_of(context)
    number, wanted = parse_issuer(issuer), parse_category(category)
    code = reason_named(reason, Use.REINSTATEMENT).code
    with office.ledger() as ledger:
        root = office.party(ledger, by, Role.AUTHORITY, 0)
        call = ledger.suppliers.reinstate_accreditation(number, wanted, reason=code, by=root)
        write(ledger, [call], as_json)


def revoke(
    context: typer.Context,
    issuer: Code,
    category: Category,
    reason: Reason,
    by: By,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Revoke an accreditation for good."""
    office = office_of(context)
    number, wanted = parse_issuer(issuer), parse_category(category)
    code = reason_named(reason, Use.REVOCATION).code
    with office.ledger() as ledger:
        call = ledger.suppliers.revoke_accreditation(
            number,
            wanted,
            reason=code,
            effective_at=effective_time(ledger, since),
            by=office.party(ledger, by, Role.AUTHORITY, 0),
        )
        write(ledger, [call], as_json)


def show(context: typer.Context, issuer: Code, as_json: AsJson = False) -> None:
    """Show the history of an issuer's accreditations, and what each comes to now."""
    from ledger_client.index.histories import accreditations

    office = office_of(context)
    number = parse_issuer(issuer)
    with office.ledger() as ledger:
        ledger.index()
        offset, now = ledger.deployment.offset, ledger.now()
        rows = [
            row
            for (each, category), record in accreditations(ledger.index_engine).items()
            if each == number
            for row in _history(category, record.entries, now, offset)
        ]
    print_rows(office, rows, as_json)


def effective_time(ledger: Ledger, text: str | None) -> int:
    """Return a time of effect; by default that of the newest block, which is not ahead of the next one."""
    return parse_from(text, ledger.deployment.offset) if text else ledger.chain.head().time


def _history(category: int, entries: Sequence[int], now: int, offset: int) -> list[dict[str, Any]]:
    """Return a row an entry; the last of them says what the accreditation comes to now."""
    from ledger_client.fold.verdicts import status_at

    status, _ = status_at(entries, now)
    rows = []
    for position, entry in enumerate(entries, 1):
        kind, reason = entry & 0xFF, entry >> 8 & 0xFFFF
        last = position == len(entries)
        rows.append(
            {
                "category": str(category),
                "entry": position,
                "kind": Shown(_KINDS[kind][0], tr(*_KINDS[kind])),
                "reason": Shown(REASONS[reason].name if reason in REASONS else None, reason_label(reason)),
                "from": _moment(entry >> 32 & _MASK_40, offset),
                "until": _moment(entry >> 152 & _MASK_40, offset),
                "recorded": _moment(entry >> 72 & _MASK_40, offset),
                "status": Shown(status.name.lower(), status.label) if last else for_programs(None),
            }
        )
    return rows


def _moment(seconds: int, offset: int) -> Shown:
    if seconds >= YEAR_10000:  # `UNLIMITED` is later
        return Shown(None, "∞")
    if not seconds:
        return Shown(None, "")
    moment = moment_at(seconds, offset)
    return Shown(moment.isoformat(), moment.strftime("%Y-%m-%d %H:%M"))
