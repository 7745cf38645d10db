"""`shecang division`, `shecang site`, `shecang consignee`: the places of a ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger_client.cli._office import office_of, write
from ledger_client.cli._tables import print_rows, shown_name
from ledger_client.divisions import DivisionId, known_division, level, parse_division
from ledger_client.identifiers import SiteId, parse_site, storage_mode
from ledger_client.language import tr
from ledger_client.roles import Role
from ledger_client.typed import parse_consignee

DISTRICT_DIGITS = 6

division_app = typer.Typer(no_args_is_help=True, help=tr("divisions", "行政区划"))
site_app = typer.Typer(no_args_is_help=True, help=tr("sites", "储备点"))
consignee_app = typer.Typer(no_args_is_help=True, help=tr("consignees", "领用单位"))

By = Annotated[str, typer.Option("--by", help=tr("key of the authority", "主管机构的密钥"))]
Zh = Annotated[str, typer.Option("--zh", help=tr("Chinese name", "中文名称"))]
En = Annotated[str, typer.Option("--en", help=tr("English name", "英文名称"))]
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]
Code = Annotated[str, typer.Argument(metavar="CODE")]
ConsigneeCode = Annotated[
    str,
    typer.Argument(metavar="CODE", help=tr("USCC, LEI, local:CODE or id", "信用代码、LEI、local:代码或编号")),
]


@division_app.command(
    "add",
    help=tr("register a division; down to districts its name is known", "登记行政区划；县级以上名称自动填入"),
)
def add_division(
    context: typer.Context, code: Code, by: By, zh: Zh = "", en: En = "", as_json: AsJson = False
) -> None:
    """Register a division; down to districts its name is known."""
    office = office_of(context)
    division = parse_division(code)
    if not zh and len(code) <= DISTRICT_DIGITS:
        known = known_division(division)
        zh, en = known.name, en
    with office.ledger() as ledger:
        authority = office.party(ledger, by, Role.AUTHORITY, division)
        write(ledger, [ledger.divisions.register(division, zh=zh, en=en, by=authority)], as_json)


@division_app.command(
    "close", help=tr("close a division; it names its successor", "关闭行政区划，并指明承接者")
)
def close_division(
    context: typer.Context, code: Code, by: By, successor: str = "0", as_json: AsJson = False
) -> None:
    """Close a division; it keeps its prefix and names its successor."""
    office = office_of(context)
    division = parse_division(code)
    next_one = 0 if successor == "0" else parse_division(successor)
    with office.ledger() as ledger:
        authority = office.party_above(ledger, by, division)
        write(ledger, [ledger.divisions.close(division, successor=next_one, by=authority)], as_json)


@division_app.command("list", help=tr("list the divisions", "列出行政区划"))
def list_divisions(context: typer.Context, as_json: AsJson = False) -> None:
    """List the registered divisions."""
    office = office_of(context)
    with office.ledger() as ledger:
        rows = [
            {
                "division": str(division),
                "level": level(DivisionId(division)).name.lower(),
                "name": shown_name(ledger, "division", division, record.name),
                "closed": record.is_closed,
                "successor": str(record.successor) if record.successor else None,
            }
            for division, record in ledger.index().divisions().items()
        ]
    print_rows(office, rows, as_json)


@site_app.command(
    "add", help=tr("register a site: community, storage mode, number", "登记储备点：社区代码、储备方式、序号")
)
def add_site(
    context: typer.Context,
    code: Code,
    by: By,
    zh: Zh = "",
    en: En = "",
    disposal: Annotated[
        bool, typer.Option("--disposal", help=tr("takes goods that may not be used", "接收不可用物资"))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Register a site: community (12 digits), storage mode (1 to 5), number (01 to 99)."""
    office = office_of(context)
    site = parse_site(code)
    with office.ledger() as ledger:
        authority = office.party(ledger, by, Role.AUTHORITY, site)
        call = ledger.sites.register(site, zh=zh, en=en, disposal=disposal, by=authority)
        write(ledger, [call], as_json)


@site_app.command(
    "close", help=tr("close a site: what it holds may only leave it", "关闭储备点：现有物资只出不进")
)
def close_site(
    context: typer.Context, code: Code, by: By, successor: str = "0", as_json: AsJson = False
) -> None:
    """Close a site: what it holds may only leave it."""
    office = office_of(context)
    site = parse_site(code)
    next_one = 0 if successor == "0" else parse_site(successor)
    with office.ledger() as ledger:
        authority = office.party(ledger, by, Role.AUTHORITY, site)
        write(ledger, [ledger.sites.close(site, successor=next_one, by=authority)], as_json)


@site_app.command("list", help=tr("list the sites of a division", "列出区划内的储备点"))
def list_sites(
    context: typer.Context,
    division: Annotated[str, typer.Argument(metavar="DIVISION")] = "0",
    as_json: AsJson = False,
) -> None:
    """List the sites of a division."""
    office = office_of(context)
    with office.ledger() as ledger:
        rows = [
            {
                "site": str(site),
                "mode": storage_mode(SiteId(site)).label,
                "name": shown_name(ledger, "site", site, record.name),
                "disposal": record.is_disposal,
                "closed": record.is_closed,
            }
            for site, record in ledger.index().sites(parse_division(division)).items()
        ]
    print_rows(office, rows, as_json)


@consignee_app.command(
    "add",
    help=tr(
        "register a consignee by its USCC, LEI or, as local:CODE, a code of the district; never a person",
        "登记领用单位（信用代码、LEI，或 local:本地代码），不登记个人",
    ),
)
def add_consignee(
    context: typer.Context,
    code: ConsigneeCode,
    division: Annotated[str, typer.Argument(metavar="DIVISION")],
    by: By,
    zh: Zh = "",
    en: En = "",
    as_json: AsJson = False,
) -> None:
    """Register a consignee: a hospital, a checkpoint, residents in sum; never a person."""
    office = office_of(context)
    consignee, place = parse_consignee(code), parse_division(division)
    with office.ledger() as ledger:
        authority = office.party(ledger, by, Role.AUTHORITY, place)
        write(ledger, [ledger.consignees.register(consignee, place, zh=zh, en=en, by=authority)], as_json)


@consignee_app.command(
    "close", help=tr("close a consignee: nothing is issued to it any more", "关闭领用单位：不再向其发放")
)
def close_consignee(context: typer.Context, code: ConsigneeCode, by: By, as_json: AsJson = False) -> None:
    """Close a consignee."""
    office = office_of(context)
    consignee = parse_consignee(code)
    with office.ledger() as ledger:
        record = ledger.index().consignees().get(consignee)
        # Of one that is not registered the contract says so, whoever asks.
        authority = office.party(ledger, by, Role.AUTHORITY, record.division if record else 0)
        write(ledger, [ledger.consignees.close(consignee, by=authority)], as_json)


@consignee_app.command("list", help=tr("list the consignees", "列出领用单位"))
def list_consignees(context: typer.Context, as_json: AsJson = False) -> None:
    """List the consignees."""
    office = office_of(context)
    with office.ledger() as ledger:
        rows = [
            {
                "consignee": f"{consignee:040x}",
                "division": str(record.division),
                "name": shown_name(ledger, "consignee", consignee, record.name),
                "closed": record.is_closed,
            }
            for consignee, record in ledger.index().consignees().items()
        ]
    print_rows(office, rows, as_json)
