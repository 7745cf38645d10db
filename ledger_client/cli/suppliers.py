"""`shecang supplier` and `shecang issuer`: who delivers, and who vouches for it."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli import accreditations
from ledger_client.cli._office import Office, office_of, print_json, write
from ledger_client.cli._sources import find_supplier, sole_trader
from ledger_client.cli._tables import print_rows, short, shown_name
from ledger_client.cli._typed import parse_as_of, parse_from
from ledger_client.cli.items import parse_category
from ledger_client.divisions import parse_division
from ledger_client.errors import RefusedError
from ledger_client.identifiers import SALT_BYTES, SupplierId, parse_uscc, sole_trader_id
from ledger_client.language import tr
from ledger_client.roles import Role
from ledger_client.sole_traders import is_sole_trader
from ledger_client.typed import parse_issuer, parse_supplier, plain_supplier_code

if TYPE_CHECKING:
    from ledger_client.cli._worth import Worth
    from ledger_client.ledger import Ledger

supplier_app = typer.Typer(no_args_is_help=True)
issuer_app = typer.Typer(no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help=tr("key of the authority", "主管的密钥"))]
Zh = Annotated[str, typer.Option("--zh", help=tr("Chinese name", "中文名称"))]
En = Annotated[str, typer.Option("--en", help=tr("English name", "英文名称"))]
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]
Code = Annotated[str, typer.Argument(metavar="USCC", help=tr("USCC, LEI or id", "信用代码、LEI 或编号"))]


class SoleTraderExistsError(RefusedError):
    """A sole trader is registered already; under another salt it would be another supplier."""

    en = "sole trader {value} is registered already, as {supplier}; go on with its qualifications"
    zh = "个体工商户 {value} 已登记为 {supplier}；请继续办理其资质"


@supplier_app.command(
    "add",
    help=tr(
        "Register a supplier by USCC or LEI; a sole trader (USCC 92…) under a salted id.",
        "登记供应商（信用代码或 LEI）；个体工商户（92 开头）用加盐编号。",
    ),
)
def add_supplier(
    context: typer.Context,
    code: Code,
    by: By,
    zh: Zh = "",
    en: En = "",
    division: Annotated[
        str | None,
        typer.Option("--division", help=tr("of the authority's grant", "主管授权所在区划")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Register a supplier."""
    office = office_of(context)
    with office.ledger() as ledger:
        supplier, salt = _new_supplier(office, ledger, code)
        place = (
            parse_division(division)
            if division
            else _own_division(ledger, office.signer_or_absent(by).address)
        )
        authority = office.party(ledger, by, Role.AUTHORITY, place)
        call = ledger.suppliers.register(supplier, zh=zh, en=en, salt=salt, by=authority)
        write(ledger, [call], as_json)


@supplier_app.command("list", help=tr("List the suppliers.", "列出供应商。"))
def list_suppliers(context: typer.Context, as_json: AsJson = False) -> None:
    """List the suppliers."""
    office = office_of(context)
    with office.ledger() as ledger:
        rows = [
            {
                "supplier": short(supplier),
                "name": shown_name(ledger, "supplier", supplier, record.name),
                "qualifications": len(ledger.index().qualifications(supplier)),
            }
            for supplier, record in ledger.index().suppliers().items()
        ]
    print_rows(office, rows, as_json)


@supplier_app.command(
    "show", help=tr("Show what a supplier is worth, then and now.", "显示供应商资质：当时与现在。")
)
def show_supplier(
    context: typer.Context,
    code: Code,
    category: Annotated[
        str | None, typer.Option("--category", help=tr("7 digits; all by default", "类别，7 位；默认全部"))
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help=tr("the time of 'then': day or moment", "“当时”的时间")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a supplier's verdicts."""
    from ledger_client.cli._worth import worth_of

    office = office_of(context)
    wanted = parse_category(category) if category else None
    with office.ledger() as ledger:
        supplier = find_supplier(ledger, code)
        now = int(time.time())
        then = parse_as_of(at, ledger.deployment.offset) if at else now
        found = worth_of(ledger, supplier, wanted, int(now if then is None else then), now)
        registered = ledger.index().suppliers().get(supplier)
        name = shown_name(ledger, "supplier", supplier, registered.name) if registered else ""
    if as_json:
        for each in found:
            print_json({"supplier": f"{supplier:040x}", "name": name, **each.to_dict()})
        return
    if registered is None:
        typer.echo(tr(f"{code} is no registered supplier", f"{code} 不是已登记的供应商"))
    office.out.print(f"{name or code}  {supplier:040x}", soft_wrap=True, markup=False)
    if not found:
        typer.echo(tr("qualification: none known; its goods are held", "资质：无；其货物一律暂扣"))
    for each in found:
        office.out.print(each.title, markup=False, soft_wrap=True)
        print_rows(office, _answers(each), as_json=False)


@issuer_app.command("add", help=tr("Register an issuer of qualifications.", "登记资质签发方。"))
def add_issuer(
    context: typer.Context, code: Code, by: By, zh: Zh = "", en: En = "", as_json: AsJson = False
) -> None:
    """Register an issuer."""
    office = office_of(context)
    issuer = parse_issuer(code)
    with office.ledger() as ledger:
        authority = office.party(ledger, by, Role.AUTHORITY, 0)
        write(ledger, [ledger.suppliers.register_issuer(issuer, zh=zh, en=en, by=authority)], as_json)


@issuer_app.command("accredit", help=tr("Accredit an issuer for a category.", "认可签发方可签发的类别。"))
def accredit(
    context: typer.Context,
    code: Code,
    category: Annotated[str, typer.Argument(metavar="CATEGORY")],
    by: By,
    from_: Annotated[str | None, typer.Option("--from", help=tr("from when", "起"))] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", help=tr("until before when; no end by default", "止；默认无期限")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Accredit an issuer."""
    from ledger_client.registers import UNLIMITED

    office = office_of(context)
    issuer, wanted = parse_issuer(code), parse_category(category)
    with office.ledger() as ledger:
        offset = ledger.deployment.offset
        call = ledger.suppliers.accredit(
            issuer,
            wanted,
            from_=parse_from(from_, offset) if from_ else 0,
            until=parse_from(until, offset) if until else UNLIMITED,
            by=office.party(ledger, by, Role.AUTHORITY, 0),
        )
        write(ledger, [call], as_json)


@issuer_app.command("list", help=tr("List the issuers.", "列出签发方。"))
def list_issuers(context: typer.Context, as_json: AsJson = False) -> None:
    """List the issuers."""
    office = office_of(context)
    with office.ledger() as ledger:
        rows = [
            {"issuer": short(issuer), "name": shown_name(ledger, "issuer", issuer, record.name)}
            for issuer, record in ledger.index().issuers().items()
        ]
    print_rows(office, rows, as_json)


accreditations.mount(issuer_app)


def _new_supplier(office: Office, ledger: Ledger, text: str) -> tuple[SupplierId, bytes | None]:
    """Return the id of a supplier to register, and its salt where it is a sole trader.

    Raises:
        SoleTraderExistsError: The sole trader is registered.
    """
    code = plain_supplier_code(text)
    if code is None or not is_sole_trader(code):
        return parse_supplier(text), None
    known = sole_trader(ledger, code)
    if known is not None:
        raise SoleTraderExistsError(value=code, supplier=f"{known.id.number:040x}")
    salt = secrets.token_bytes(SALT_BYTES)
    supplier = sole_trader_id(salt, parse_uscc(code))
    office.err.print(
        tr(
            f"a sole trader, known to other offices by its id: {supplier:040x}",
            f"个体工商户；其他单位以此编号识别：{supplier:040x}",
        ),
        soft_wrap=True,
    )
    return supplier, salt


def _own_division(ledger: Ledger, address: Any) -> int:
    """Return the division of an authority's nearest grant: a supplier is registered wherever it lies."""
    divisions = [
        grant.division
        for grant in ledger.index().grants(address)
        if grant.role == Role.AUTHORITY and grant.is_standing
    ]
    return min(divisions, default=0)


def _answers(worth: Worth) -> list[dict[str, Any]]:
    """Return the verdict as separate answers, each of them then and now."""
    then, now = worth.then, worth.now
    rows = (
        (tr("known", "已知"), then.known_text, now.known_text),
        (tr("issuer accredited", "签发方获认可"), then.accredited_text, now.accredited_text),
        (tr("not suspended or revoked", "未暂停或撤销"), then.standing_text, now.standing_text),
        (tr("in date", "在有效期内"), then.dates_text, now.dates_text),
        (tr("verdict", "结论"), then.verdict_text, now.verdict_text),
    )
    return [{"question": question, "then": before, "now": today} for question, before, today in rows]
