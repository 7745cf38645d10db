"""`shecang reader`: accounts by which others read over the API, issued and revoked by authorities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.access.accounts import READERS, Account, AccountStore
from api.access.rights import Scope
from ledger_client.cli._office import Office, office_of, print_json
from ledger_client.cli._tables import Shown, for_programs, print_rows
from ledger_client.divisions import DivisionId, contains, parse_division
from ledger_client.documents import moment_at
from ledger_client.errors import RefusedError, UsageError
from ledger_client.home import Home
from ledger_client.language import tr
from ledger_client.roles import Role

if TYPE_CHECKING:
    from ledger_client.addresses import Address
    from ledger_client.ledger import Ledger

app = typer.Typer(
    no_args_is_help=True, help=tr("who may read over the API", "谁可通过 API 查阅"), add_completion=False
)

By = Annotated[str, typer.Option("--by", help=tr("key of an authority over it", "上级或本级主管机构的密钥"))]
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]


class ScopeUnknownError(UsageError):
    """A name is no scope."""

    en = "{value!r} is no scope; choose from: read, books, drafts"
    zh = "{value!r} 不是权限；请从以下选择：read（查阅）、books（账册）、drafts（编制单据）"


class NoAuthorityError(RefusedError):
    """A key is no authority over a division."""

    en = "{address} is no authority over {division} now: an account is issued by an authority of it or above"
    zh = "{address} 目前不是 {division} 的主管：账户须由该区划或其上级的主管机构签发"


@app.command("add", help=tr("Issue an account; its key is shown once.", "签发账户；密钥仅显示一次。"))
def add(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=tr("of an office, never a person", "单位名称，不得为个人"))
    ],
    division: Annotated[
        list[str],
        typer.Option("--division", help=tr("whose sites it reads; 0: all", "可查阅的区划，0 为全部")),
    ],
    by: By,
    scope: Annotated[
        list[str], typer.Option("--scope", metavar="NAME", help=tr("read, books, drafts", "权限"))
    ] = ["read"],  # noqa: B006 -- typer reads it once and hands out copies
    as_json: AsJson = False,
) -> None:
    """Issue an account."""
    office = office_of(context)
    divisions = [parse_division(each) for each in division]
    scopes = [_scope(each) for each in scope]
    with office.ledger() as ledger:
        address = _authority(office, ledger, by, divisions)
        now = ledger.now()
    with _open(office.home) as accounts:
        key = accounts.issue(name, divisions, scopes, by=address, now=now)
    if as_json:
        print_json({"account": key.split("_")[1], "key": key})
        return
    typer.echo(key)
    typer.echo(
        tr(
            "this is the only time that the key is shown; whoever has it reads what the account may",
            "密钥仅显示这一次；持有者即可查阅该账户有权查阅的内容",
        ),
        err=True,
    )


@app.command("list", help=tr("List the accounts.", "列出账户。"))
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the accounts."""
    from ledger_client.contracts import Deployment

    office = office_of(context)
    offset = Deployment.load(Home.existing(office.home.path).deployment).offset
    with _open(office.home) as accounts:
        rows = [_row(each, offset) for each in accounts.accounts()]
    print_rows(office, rows, as_json)


@app.command("revoke", help=tr("Revoke an account, at once.", "立即吊销账户。"))
def revoke(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help=tr("8 digits", "8 位编号"))],
    by: By,
) -> None:
    """Revoke an account; its key stands for nothing from the next request on."""
    office = office_of(context)
    with office.ledger() as ledger, _open(office.home) as accounts:
        found = accounts.account(account)
        address = _authority(office, ledger, by, found.divisions)
        accounts.revoke(account, by=address, now=ledger.now())
    typer.echo(tr(f"revoked {account}, {found.name}", f"已吊销 {account}（{found.name}）"))


def _open(home: Home) -> AccountStore:
    return AccountStore.open(Home.existing(home.path).path / READERS)


def _scope(text: str) -> Scope:
    try:
        return Scope(text.strip().lower())
    except ValueError as error:
        raise ScopeUnknownError(value=text) from error


def _authority(
    office: Office, ledger: Ledger, key: str, divisions: tuple[DivisionId, ...] | list[DivisionId]
) -> Address:
    """Return the address of a key that is an authority over each of some divisions now.

    Raises:
        NoAuthorityError: It is none over one of them.
    """
    address = office.signer(key).address
    grants = [
        each
        for each in ledger.index().grants(address)
        if each.role == Role.AUTHORITY and each.is_standing and each.from_ <= ledger.now()
    ]
    for division in divisions:
        if not any(contains(DivisionId(each.division), division) for each in grants):
            raise NoAuthorityError(address=address, division=division)
    return address


def _row(account: Account, offset: int) -> dict[str, object]:
    return {
        "account": account.id,
        "name": account.name,
        "divisions": Shown(list(account.divisions), ", ".join(str(each) for each in account.divisions)),
        "scopes": Shown(
            sorted(account.scopes), tr(", ", "、").join(each.label for each in sorted(account.scopes))
        ),
        "issued_by": for_programs(account.issued_by),
        "issued": _moment(account.issued_at, offset),
        "last_used": _moment(account.last_used_at, offset),
        "revoked": _moment(account.revoked_at, offset),
    }


def _moment(seconds: int | None, offset: int) -> Shown:
    return Shown(seconds, "" if seconds is None else moment_at(seconds, offset).strftime("%Y-%m-%d %H:%M"))
