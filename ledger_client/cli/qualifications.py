"""`shecang qualification`: what suppliers were found fit for; no certificate, no qualification."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.cli._office import office_of, write
from ledger_client.cli._sources import SoleTraderUnknownError, find_supplier, sole_trader
from ledger_client.cli._tables import Shown, print_rows, short, shown_name
from ledger_client.cli._typed import IdAmbiguousError, IdUnknownError, parse_from, parse_prefix
from ledger_client.cli.accreditations import effective_time
from ledger_client.cli.items import parse_category
from ledger_client.errors import UsageError
from ledger_client.identifiers import SupplierId, parse_lei, parse_uscc
from ledger_client.language import tr
from ledger_client.reasons import Use, reason_named
from ledger_client.sole_traders import is_sole_trader, salted_certificate
from ledger_client.typed import parse_issuer
from ledger_client.typed import parse_supplier as parse_supplier_id

if TYPE_CHECKING:
    from ledger_client.certificates import CertificateCheck
    from ledger_client.ledger import Ledger

app = typer.Typer(no_args_is_help=True)

GRADES = "ABCD"
TRUST_LIMIT = 2**20  # bytes of a file of issuers, keys or signatures

By = Annotated[str, typer.Option("--by", help=tr("key of the issuer", "签发方的密钥"))]
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]
Id = Annotated[
    str,
    typer.Argument(metavar="QUALIFICATION", help=tr("its id, or the first 8 digits", "资质编号或其前 8 位")),
]
Grade = Annotated[str, typer.Option("--grade", metavar="A…D", help=tr("grade", "等级"))]
Until = Annotated[str, typer.Option("--until", help=tr("until before when", "止（不含）"))]
ReasonName = Annotated[str, typer.Option("--reason", help=tr("why", "原因"))]
Since = Annotated[
    str | None, typer.Option("--since", help=tr("since when; now by default", "自何时起；默认现在"))
]


class GradeFormError(UsageError):
    """A grade is none of the four."""

    en = "{value!r} is no grade; it is A, B, C or D"
    zh = "{value!r} 不是等级；应为 A、B、C 或 D"


class TrustMissingError(UsageError):
    """Nothing was given by which a certificate could be checked."""

    en = "a certificate is checked before it counts: name --issuer-cert, or --signature and --signer"
    zh = "证书须先核验：请给出 --issuer-cert，或 --signature 与 --signer"


class CertificateSupplierError(UsageError):
    """A certificate cannot be compared with a supplier of whom only the id is given."""

    en = "{value!r} is an id; give the supplier's USCC or LEI, with which its certificate is compared"
    zh = "{value!r} 是编号；请填写供应商的统一社会信用代码或 LEI，以与证书核对"


@app.command("issue", help=tr("Issue a qualification on a checked certificate.", "核验证书后签发资质。"))
def issue(
    context: typer.Context,
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER", help=tr("USCC or LEI", "信用代码或 LEI"))],
    category: Annotated[str, typer.Argument(metavar="CATEGORY")],
    issuer: Annotated[str, typer.Option("--issuer", help=tr("USCC, LEI or id", "签发方"))],
    grade: Grade,
    until: Until,
    certificate: Annotated[Path, typer.Option("--certificate", help=tr("the file", "证书文件"))],
    by: By,
    from_: Annotated[str | None, typer.Option("--from", help=tr("from when", "起"))] = None,
    issuer_cert: Annotated[
        Path | None, typer.Option("--issuer-cert", help=tr("whom to trust, PEM", "受信任的颁发机构 PEM"))
    ] = None,
    signature: Annotated[
        Path | None, typer.Option("--signature", help=tr("Ed25519 over the file", "文件的 Ed25519 签名"))
    ] = None,
    signer: Annotated[
        Path | None, typer.Option("--signer", help=tr("its public key, PEM", "签名者公钥 PEM"))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Issue a qualification."""
    office = office_of(context)
    wanted, mark = parse_category(category), parse_grade(grade)
    code = _plain_code(supplier)
    check = check_certificate(code, certificate, issuer_cert, signature, signer)
    check.require()
    office.err.print(
        tr(f"certificate signed by {check.issuer}", f"证书签发者：{check.issuer}"),
        markup=False,
        soft_wrap=True,
    )
    with office.ledger() as ledger:
        offset = ledger.deployment.offset
        number, digest = _on_chain(ledger, code, check.digest)
        call = ledger.qualifications.issue(
            parse_issuer(issuer),
            number,
            wanted,
            grade=mark,
            from_=parse_from(from_, offset) if from_ else 0,
            until=parse_from(until, offset),
            certificate=digest,
            by=office.signer_or_absent(by),
        )
        write(ledger, [call], as_json)


@app.command("renew", help=tr("Extend a qualification.", "续期资质。"))
def renew(
    context: typer.Context, qualification: Id, grade: Grade, until: Until, by: By, as_json: AsJson = False
) -> None:
    """Extend a qualification."""
    office = office_of(context)
    number = parse_grade(grade)
    with office.ledger() as ledger:
        key = find_qualification(ledger, qualification)
        end = parse_from(until, ledger.deployment.offset)
        call = ledger.qualifications.renew(key, grade=number, until=end, by=office.signer_or_absent(by))
        write(ledger, [call], as_json)


@app.command("suspend", help=tr("Suspend a qualification, possibly since a time past.", "暂停资质，可追溯。"))
def suspend(
    context: typer.Context,
    qualification: Id,
    reason: ReasonName,
    by: By,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Suspend a qualification."""
    office = office_of(context)
    code = reason_named(reason, Use.SUSPENSION).code
    with office.ledger() as ledger:
        key = find_qualification(ledger, qualification)
        call = ledger.qualifications.suspend(
            key, reason=code, effective_at=effective_time(ledger, since), by=office.signer_or_absent(by)
        )
        write(ledger, [call], as_json)


@app.command("reinstate", help=tr("Let a suspended qualification count again.", "恢复已暂停的资质。"))
def reinstate(
    context: typer.Context, qualification: Id, reason: ReasonName, by: By, as_json: AsJson = False
) -> None:
    """Let a suspended qualification count again, from now on."""
    office = office_of(context)
    code = reason_named(reason, Use.REINSTATEMENT).code
    with office.ledger() as ledger:
        key = find_qualification(ledger, qualification)
        write(
            ledger,
            [ledger.qualifications.reinstate(key, reason=code, by=office.signer_or_absent(by))],
            as_json,
        )


@app.command("revoke", help=tr("Revoke a qualification for good.", "永久撤销资质。"))
def revoke(
    context: typer.Context,
    qualification: Id,
    reason: ReasonName,
    by: By,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Revoke a qualification, possibly since a time past."""
    office = office_of(context)
    code = reason_named(reason, Use.REVOCATION).code
    with office.ledger() as ledger:
        key = find_qualification(ledger, qualification)
        call = ledger.qualifications.revoke(
            key, reason=code, effective_at=effective_time(ledger, since), by=office.signer_or_absent(by)
        )
        write(ledger, [call], as_json)


@app.command("list", help=tr("List the qualifications, of a supplier or all.", "列出资质。"))
def list_qualifications(
    context: typer.Context,
    supplier: Annotated[str | None, typer.Argument(metavar="[SUPPLIER]")] = None,
    as_json: AsJson = False,
) -> None:
    """List the qualifications."""
    from ledger_client.cli._worth import worth_of

    office = office_of(context)
    now = int(time.time())
    with office.ledger() as ledger:
        known = ledger.index().suppliers()
        chosen = [find_supplier(ledger, supplier)] if supplier else list(known)
        rows = [
            {
                "qualification": short(each.qualification),
                "supplier": _named(one, shown_name(ledger, "supplier", one, known[one].name)),
                "category": str(each.category),
                "issuer": _named(each.issuer, each.issuer_name),
                "grade": "–ABCD"[each.now.grade],
                "dates": Shown(list(each.now.dates), each.now.dates_text),
                "status": Shown(each.now.status.name.lower(), each.now.status.label),
            }
            for one in chosen
            if one in known
            for each in worth_of(ledger, one, None, now, now)
        ]
    print_rows(office, rows, as_json)


def check_certificate(
    code: str, certificate: Path, issuer_cert: Path | None, signature: Path | None, signer: Path | None
) -> CertificateCheck:
    """Return what a supplier's certificate proves.

    Args:
        code: USCC or LEI of the supplier.
        certificate: The file.
        issuer_cert: Whom to trust, for an X.509 certificate; for a signed file the key may be in it too.
        signature: The detached signature, for a signed file.
        signer: Public key of who signed; trusted, because whoever issues names it.

    Raises:
        TrustMissingError: Neither is complete.
        IssuersUnreadableError: A PEM file holds no issuer.
        FileUnavailableError: A file cannot be read.
    """
    from ledger_client.certificates import SIGNED_FILE_LIMIT, TrustedIssuers, check_signed_file, check_x509
    from ledger_client.files import read_limited

    content = read_limited(certificate, SIGNED_FILE_LIMIT)
    if signature is not None and signer is not None:
        trusted = TrustedIssuers.from_pem(read_limited(signer, TRUST_LIMIT))
        raw = read_limited(signature, TRUST_LIMIT)
        if not trusted.keys:
            raise TrustMissingError()
        return check_signed_file(content, raw, trusted.keys[0], trusted)
    if issuer_cert is None:
        raise TrustMissingError()
    trusted = TrustedIssuers.from_pem(read_limited(issuer_cert, TRUST_LIMIT))
    return check_x509(content, trusted, supplier=code, at=datetime.now(UTC))


def parse_grade(text: str) -> int:
    """Return 1 (A) to 4 (D).

    Raises:
        GradeFormError: It is none of them.
    """
    plain = text.strip().upper()
    if len(plain) != 1 or plain not in GRADES:
        raise GradeFormError(value=text)
    return GRADES.index(plain) + 1


def find_qualification(ledger: Ledger, text: str) -> int:
    """Return the qualification whose id begins so.

    Raises:
        IdUnknownError: None does.
        IdAmbiguousError: Several do.
    """
    prefix = parse_prefix(text, 40, "qualification", "资质")
    found = [key for key in ledger.index().qualifications() if f"{key:040x}".startswith(prefix)]
    names = {"value": text, "kind": "qualification", "kind_zh": "资质"}
    if not found:
        raise IdUnknownError(**names, where="", where_zh="", command="`shecang qualification list`")
    if len(found) > 1:
        shown = ", ".join(f"{key:040x}"[:16] + "…" for key in found[:3])
        raise IdAmbiguousError(**names, count=len(found), found=shown)
    return found[0]


def _named(number: int, name: str) -> Shown:
    return Shown(f"{number:040x}", name) if name else short(number)


def _plain_code(text: str) -> str:
    """Return a USCC or LEI in its plain form."""
    plain = text.strip()
    if len(plain) == 40:
        raise CertificateSupplierError(value=text)
    return parse_lei(plain) if len(plain) == 20 else parse_uscc(plain)


def _on_chain(ledger: Ledger, code: str, certificate: bytes) -> tuple[SupplierId, bytes]:
    """Return a supplier's id and what goes on chain for its certificate: a sole trader's is salted.

    Raises:
        SoleTraderUnknownError: The sole trader's salt is not here.
    """
    if not is_sole_trader(code):
        return parse_supplier_id(code), certificate
    record = sole_trader(ledger, code)
    if record is None:
        raise SoleTraderUnknownError(value=code)
    return SupplierId(record.id.number), salted_certificate(record.salt, certificate)
