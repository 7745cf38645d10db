"""`shecang role`: grants, and the three lists of who may, must and must not do what."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli import classes, replacements
from ledger_client.cli._holders import (
    consent_of,
    holder_address,
    key_of,
    parse_role,
    parse_subject,
    role_called,
    shown_moment,
    shown_role,
)
from ledger_client.cli._office import Office, office_of, write
from ledger_client.cli._tables import Shown, print_rows, short
from ledger_client.cli._typed import parse_from
from ledger_client.divisions import (
    DivisionId,
    DivisionLevel,
    contains,
    level,
    parent_at,
    parse_division,
)
from ledger_client.duties import bans_of, duties_of
from ledger_client.language import tr
from ledger_client.permissions import permissions_of
from ledger_client.reasons import Use, reason_named
from ledger_client.roles import Role

if TYPE_CHECKING:
    from ledger_client.fold.records import Grant
    from ledger_client.ledger import Ledger
    from ledger_client.writing import Party

app = typer.Typer(no_args_is_help=True)

Holder = Annotated[
    str, typer.Argument(metavar="HOLDER", help=tr("an address, or a key of this office", "地址或本单位密钥"))
]
RoleName = Annotated[str, typer.Argument(metavar="ROLE")]
Place = Annotated[str, typer.Argument(metavar="DIVISION")]
By = Annotated[str, typer.Option("--by", help=tr("key of the authority", "主管的密钥"))]
Subject = Annotated[
    str | None,
    typer.Option(
        "--subject",
        help=tr("issuer or supplier it speaks for: USCC, LEI or id", "所代表的签发方或供应商"),
    ),
]
ReasonName = Annotated[str, typer.Option("--reason", metavar="NAME", help=tr("why", "原因"))]
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]


@app.command(help=tr("Grant a role; it acts after the delay D.", "授予角色；等待期 D 后生效。"))
def grant(
    context: typer.Context,
    holder: Holder,
    role: RoleName,
    division: Place,
    by: By,
    subject: Subject = None,
    holder_key: Annotated[
        str | None,
        typer.Option(
            "--holder-key",
            help=tr(
                "key with which the holder joins its class, for life, at its first grant",
                "持有人首次获授时用以终身加入类别的密钥",
            ),
        ),
    ] = None,
    consent: classes.Consent = None,
    as_json: AsJson = False,
) -> None:
    """Grant a role."""
    office = office_of(context)
    wanted, place = parse_role(role), parse_division(division)
    address = holder_address(office, holder)
    with office.ledger() as ledger:
        speaks_for = parse_subject(ledger, wanted, subject)
        authority = _authority(office, ledger, by, wanted, place)
        signed = consent_of(office, ledger, holder, wanted, holder_key, consent)
        call = ledger.roles.grant(address, wanted, place, subject=speaks_for, consent=signed, by=authority)
        write(ledger, [call], as_json)


@app.command(help=tr("Revoke a grant, at once.", "撤销授权，即时生效。"))
def revoke(
    context: typer.Context,
    holder: Holder,
    role: RoleName,
    division: Place,
    by: By,
    reason: ReasonName,
    subject: Subject = None,
    compromised_since: replacements.CompromisedSince = None,
    as_json: AsJson = False,
) -> None:
    """Revoke a grant."""
    office = office_of(context)
    wanted, place = parse_role(role), parse_division(division)
    code = reason_named(reason, Use.REVOCATION).code
    address = holder_address(office, holder)
    with office.ledger() as ledger:
        offset = ledger.deployment.offset
        call = ledger.roles.revoke(
            address,
            wanted,
            place,
            subject=parse_subject(ledger, wanted, subject),
            reason=code,
            compromised_since=parse_from(compromised_since, offset) if compromised_since else 0,
            by=_authority(office, ledger, by, wanted, place),
        )
        write(ledger, [call], as_json)


@app.command(
    help=tr(
        "Veto a grant before it acts, from a level above who made it.", "授权生效前由授予者的上级予以否决。"
    )
)
def veto(
    context: typer.Context,
    holder: Holder,
    role: RoleName,
    division: Place,
    by: By,
    reason: ReasonName,
    subject: Subject = None,
    as_json: AsJson = False,
) -> None:
    """Veto a grant."""
    office = office_of(context)
    wanted, place = parse_role(role), parse_division(division)
    code = reason_named(reason, Use.REVOCATION).code
    address = holder_address(office, holder)
    with office.ledger() as ledger:
        speaks_for = parse_subject(ledger, wanted, subject)
        made_at = next(
            (
                grant.granter_division
                for grant in ledger.index().grants(address)
                if (grant.role, grant.division, grant.subject) == (wanted, place, speaks_for)
            ),
            place,
        )
        authority = office.party_above(ledger, by, DivisionId(made_at))
        call = ledger.roles.veto(address, wanted, place, subject=speaks_for, reason=code, by=authority)
        write(ledger, [call], as_json)


@app.command(
    help=tr(
        "List the grants that wait, when they begin to act, and who may veto them.",
        "列出等待生效的授权、生效时间及可否决的上级。",
    )
)
def pending(
    context: typer.Context,
    division: Annotated[
        str, typer.Argument(metavar="[DIVISION]", help=tr("in it and below", "该区划及其下级"))
    ] = "0",
    as_json: AsJson = False,
) -> None:
    """List the grants that do not act yet, the next to act first."""
    office = office_of(context)
    place = parse_division(division)
    with office.ledger() as ledger:
        now, offset = ledger.now(), ledger.deployment.offset
        waiting = [
            grant
            for grant in ledger.index().grants()
            if grant.is_standing and grant.from_ > now and contains(place, DivisionId(grant.division))
        ]
    waiting.sort(key=lambda grant: (grant.from_, grant.division, grant.holder))
    print_rows(office, [_pending_row(office, grant, offset) for grant in waiting], as_json)


@app.command(
    help=tr(
        "Show grants, or with --may, --must, --must-not what their roles mean.",
        "显示授权；加 --may、--must、--must-not 显示权力、责任、负面清单。",
    )
)
def show(
    context: typer.Context,
    holder: Annotated[
        str | None,
        typer.Argument(
            metavar="[HOLDER]",
            help=tr("an address, a key or a role; everybody", "地址、密钥或角色；默认全部"),
        ),
    ] = None,
    may: Annotated[bool, typer.Option("--may", help=tr("power list", "权力清单"))] = False,
    must: Annotated[bool, typer.Option("--must", help=tr("responsibility list", "责任清单"))] = False,
    must_not: Annotated[bool, typer.Option("--must-not", help=tr("negative list", "负面清单"))] = False,
    as_json: AsJson = False,
) -> None:
    """Show grants and lists."""
    office = office_of(context)
    wants_lists = may or must or must_not
    named = _role_named(office, holder) if holder else None
    grants = [] if named or (wants_lists and not holder) else _grants(office, holder)
    if not wants_lists and named is None:
        print_rows(office, [_grant_row(office, each) for each in grants], as_json)
        return
    if not wants_lists:
        may = must = must_not = True
    roles = _roles(holder, named, grants)
    for wanted, list_of in ((may, _may), (must, _must), (must_not, _must_not)):
        if wanted:
            print_rows(office, [row for role in roles for row in list_of(role)], as_json)


classes.mount(app)
replacements.mount(app)


def _authority(office: Office, ledger: Ledger, by: str, role: Role, division: DivisionId) -> Party:
    """Return the authority on the grant that the contract asks for: that of an authority lies above."""
    if role is Role.AUTHORITY:
        return office.party_above(ledger, by, division)
    return office.party(ledger, by, Role.AUTHORITY, division)


def _role_named(office: Office, text: str) -> Role | None:
    """Return the role of a name, unless a key of this office bears it."""
    is_key = (office.home.keys / f"{text}.json").is_file()
    return None if is_key else role_called(text)


def _grants(office: Office, holder: str | None) -> list[Grant]:
    address = holder_address(office, holder) if holder else None
    with office.ledger() as ledger:
        return ledger.index().grants(address)


def _roles(holder: str | None, named: Role | None, grants: Sequence[Grant]) -> list[Role]:
    if named is not None:
        return [named]
    if holder is None:
        return [role for role in Role if role]
    return sorted({Role(each.role) for each in grants if each.is_standing})


def _grant_row(office: Office, grant: Grant) -> dict[str, Any]:
    return {
        "holder": grant.holder,
        "key": key_of(office, grant.holder),
        "role": shown_role(Role(grant.role)),
        "division": str(grant.division),
        "subject": short(grant.subject) if grant.subject else None,
        "acts": _state(grant),
    }


def _pending_row(office: Office, grant: Grant, offset: int) -> dict[str, Any]:
    """Return a grant that waits; nobody is above division 0 to veto what is granted there."""
    made_at = DivisionId(grant.granter_division)
    above = [parent_at(made_at, each) for each in reversed(DivisionLevel) if each < level(made_at)]
    return {
        "holder": grant.holder,
        "key": key_of(office, grant.holder),
        "role": shown_role(Role(grant.role)),
        "division": str(grant.division),
        "subject": short(grant.subject) if grant.subject else None,
        "acts_from": shown_moment(grant.from_, offset),
        "granted_at": str(made_at),
        "may_veto": [str(each) for each in above],
    }


def _state(grant: Grant) -> Shown:
    if grant.revoked_at:
        return Shown("revoked", tr("revoked", "已撤销"))
    if grant.is_suspended:
        return Shown("suspended", tr("suspended", "已暂停"))
    if grant.from_ > time.time():
        return Shown("waiting", tr("waits for its delay", "等待生效"))
    return Shown("acting", tr("acts", "有效"))


def _may(role: Role) -> list[dict[str, Any]]:
    return [
        {
            "role": shown_role(role),
            "permission": each.label,
            "part": Shown(each.part.value, each.part.label),
            "where": Shown(each.where.value, each.where.label),
            "functions": list(each.functions),
        }
        for each in permissions_of(role)
    ]


def _must(role: Role) -> list[dict[str, Any]]:
    return [
        {"role": shown_role(role), "duty": each.label, "rule": tr(*each.rule), "deadline": tr(*each.deadline)}
        for each in duties_of(role)
    ]


def _must_not(role: Role) -> list[dict[str, Any]]:
    return [
        {"role": shown_role(role), "ban": each.label, "kept_by": tr(*each.kept_by)} for each in bans_of(role)
    ]
