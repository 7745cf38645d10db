"""`shecang role`: grants, and the three lists of who may, must and must not do what."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.addresses import Address, parse_address
from ledger_client.cli._office import Office, office_of, write
from ledger_client.cli._tables import Shown, print_rows, short
from ledger_client.cli._typed import parse_issuer, parse_supplier
from ledger_client.divisions import DivisionId, parse_division
from ledger_client.duties import bans_of, duties_of, permissions_of
from ledger_client.errors import UsageError
from ledger_client.language import tr
from ledger_client.reasons import Use, reason_named
from ledger_client.roles import ROLE_NAMES, Role

if TYPE_CHECKING:
    from ledger_client.fold.records import Grant
    from ledger_client.ledger import Ledger
    from ledger_client.signers import CompactSignature
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
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]


class RoleUnknownError(UsageError):
    """A role is none of the six."""

    en = "{value!r} is no role; choose one of: {known}"
    zh = "{value!r} 不是角色；请选择：{known}"


class SubjectMissingError(UsageError):
    """An issuer or supplier who speaks for nobody, or another role that does."""

    en = "{role} {needs} --subject, the issuer or supplier that it speaks for"
    zh = "{role_zh}{needs_zh} --subject（所代表的签发方或供应商）"


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
    as_json: AsJson = False,
) -> None:
    """Grant a role."""
    office = office_of(context)
    wanted, place = parse_role(role), parse_division(division)
    speaks_for = parse_subject(wanted, subject)
    address = holder_address(office, holder)
    with office.ledger() as ledger:
        authority = _authority(office, ledger, by, wanted, place)
        consent = _consent(office, ledger, holder, address, wanted, holder_key)
        call = ledger.roles.grant(address, wanted, place, subject=speaks_for, consent=consent, by=authority)
        write(ledger, [call], as_json)


@app.command(help=tr("Revoke a grant, at once.", "撤销授权，即时生效。"))
def revoke(
    context: typer.Context,
    holder: Holder,
    role: RoleName,
    division: Place,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help=tr("why", "原因"))],
    subject: Subject = None,
    as_json: AsJson = False,
) -> None:
    """Revoke a grant."""
    office = office_of(context)
    wanted, place = parse_role(role), parse_division(division)
    speaks_for = parse_subject(wanted, subject)
    code = reason_named(reason, Use.REVOCATION).code
    address = holder_address(office, holder)
    with office.ledger() as ledger:
        authority = _authority(office, ledger, by, wanted, place)
        call = ledger.roles.revoke(address, wanted, place, subject=speaks_for, reason=code, by=authority)
        write(ledger, [call], as_json)


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


def parse_role(text: str) -> Role:
    """Return the role with an English or Chinese name.

    Raises:
        RoleUnknownError: There is none.
    """
    found = _role_called(text)
    if found is None:
        known = ", ".join(f"{en} ({zh})" for role, (en, zh) in ROLE_NAMES.items() if role)
        raise RoleUnknownError(value=text, known=known)
    return found


def parse_subject(role: Role, text: str | None) -> int:
    """Return the id of whom a role speaks for, 0 for nobody.

    Raises:
        SubjectMissingError: An issuer or supplier speaks for nobody, or another role for somebody.
    """
    speaks = role in (Role.ISSUER, Role.SUPPLIER)
    if speaks != bool(text):
        en, zh = ROLE_NAMES[role]
        needs = ("needs", "须填写") if speaks else ("takes no", "不填")
        raise SubjectMissingError(role=en, role_zh=zh, needs=needs[0], needs_zh=needs[1])
    if not text:
        return 0
    return parse_issuer(text) if role is Role.ISSUER else parse_supplier(text)


def holder_address(office: Office, text: str) -> Address:
    """Return the address that is typed, or that of the key of this name.

    Raises:
        KeyUnknownError: It is no address and no key of this office.
        AddressFormError: It is a mistyped address.
    """
    from ledger_client.keystores import describe_keystore

    return parse_address(text) if text.startswith("0x") else describe_keystore(office.key_path(text)).address


def _authority(office: Office, ledger: Ledger, by: str, role: Role, division: DivisionId) -> Party:
    """Return the authority on the grant that the contract asks for: that of an authority lies above."""
    if role is Role.AUTHORITY:
        return office.party_above(ledger, by, division)
    return office.party(ledger, by, Role.AUTHORITY, division)


def _consent(
    office: Office, ledger: Ledger, holder: str, address: Address, role: Role, key: str | None
) -> CompactSignature | None:
    """Return the holder's consent to its class, where a key is named or the holder never had a grant."""
    if key is None:
        if holder.startswith("0x") or ledger.index().grants(address):
            return None
        key = holder
    return ledger.roles.class_consent(office.signer(key), role)


def _role_called(text: str) -> Role | None:
    wanted = text.strip().lower()
    return next((role for role, names in ROLE_NAMES.items() if role and wanted in names), None)


def _role_named(office: Office, text: str) -> Role | None:
    """Return the role of a name, unless a key of this office bears it."""
    is_key = (office.home.keys / f"{text}.json").is_file()
    return None if is_key else _role_called(text)


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
        "key": _key_of(office, grant.holder),
        "role": shown_role(Role(grant.role)),
        "division": str(grant.division),
        "subject": short(grant.subject) if grant.subject else None,
        "acts": _state(grant),
    }


def _state(grant: Grant) -> Shown:
    if grant.revoked_at:
        return Shown("revoked", tr("revoked", "已撤销"))
    if grant.is_suspended:
        return Shown("suspended", tr("suspended", "已暂停"))
    if grant.from_ > time.time():
        return Shown("waiting", tr("waits for its delay", "等待生效"))
    return Shown("acting", tr("acts", "有效"))


def shown_role(role: Role) -> Shown:
    """Return a role by name."""
    return Shown(role.name.lower(), role.label)


def _key_of(office: Office, holder: str) -> str | None:
    """Return the name of the key of this office that has the address, so that people recognise it."""
    from ledger_client.keystores import list_keystores

    return next((key.name for key in list_keystores(office.home.keys) if key.address == holder), None)


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
