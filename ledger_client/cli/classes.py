"""`shecang role consent` and `shecang role accept-class`: how a holder joins its class, for life."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger_client.cli._holders import parse_role
from ledger_client.cli._office import office_of, print_json, write
from ledger_client.errors import UsageError
from ledger_client.language import tr

RoleName = Annotated[str, typer.Argument(metavar="ROLE")]
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]
Consent = Annotated[
    str | None,
    typer.Option(
        "--consent",
        metavar="0x…",
        help=tr(
            "what the holder's `role consent` printed, where the key is in another office",
            "持有人用 `role consent` 生成的同意书（密钥在其他单位时）",
        ),
    ),
]


class WhoAcceptsError(UsageError):
    """Nobody was named who accepts a class, or two ways to do it."""

    en = "name either --by, a key of this office, or --calldata, for a contract wallet to send"
    zh = "请任选其一：--by（本单位的密钥），或 --calldata（由合约钱包发送）"


def mount(app: typer.Typer) -> None:
    """Add these commands to `shecang role`."""
    app.command(
        "consent",
        help=tr(
            "Sign the consent with which a key joins the class of its role, for life.",
            "签署加入角色类别的同意书，终身不变。",
        ),
    )(consent)
    app.command(
        "accept-class",
        help=tr(
            "Join the class of a role, for life, by a transaction; contract wallets have no other way.",
            "以交易方式加入角色类别，终身不变；合约钱包只能用此方式。",
        ),
    )(accept_class)


def consent(
    context: typer.Context,
    role: RoleName,
    by: Annotated[str, typer.Option("--by", help=tr("key of the holder", "持有人的密钥"))],
    as_json: AsJson = False,
) -> None:
    """Print a consent, which is good for this role on this ledger alone."""
    office = office_of(context)
    wanted = parse_role(role)
    with office.ledger() as ledger:
        signer = office.signer(by)
        signature = ledger.roles.class_consent(signer, wanted)
    text = f"0x{signature.r.hex()}{signature.vs.hex()}"
    if as_json:
        print_json({"holder": signer.address, "role": wanted.name.lower(), "consent": text})
        return
    typer.echo(text)
    office.err.print(
        tr(
            f"for `shecang role grant {signer.address} {wanted.label} DIVISION --consent …`; "
            "the class is for life",
            f"用于 `shecang role grant {signer.address} {wanted.label} 区划 --consent …`；类别终身不变",
        ),
        soft_wrap=True,
        markup=False,
    )


def accept_class(
    context: typer.Context,
    role: RoleName,
    by: Annotated[str | None, typer.Option("--by", help=tr("key of the holder", "持有人的密钥"))] = None,
    calldata: Annotated[
        bool,
        typer.Option(
            "--calldata",
            help=tr(
                "print what a contract wallet has to send, and send nothing", "仅输出合约钱包须发送的内容"
            ),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Join the class of a role."""
    office = office_of(context)
    wanted = parse_role(role)
    if (by is None) is not calldata:
        raise WhoAcceptsError()
    with office.ledger() as ledger:
        if by is not None:
            write(ledger, [ledger.roles.accept_class(wanted, by=office.signer_or_absent(by))], as_json)
            return
        from ledger_client.contracts import encode_call

        to = ledger.deployment.directory
    data = "0x" + encode_call("Directory", "acceptClass", wanted).hex()
    if as_json:
        print_json({"to": to, "data": data})
    else:
        typer.echo(f"to    {to}\ndata  {data}")
