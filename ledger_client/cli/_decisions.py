"""What commands of authorities have in common: the decision that they follow, from when, on which grant."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli._holders import key_of
from ledger_client.cli._office import Office
from ledger_client.cli._tables import Shown
from ledger_client.divisions import DivisionId
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.errors import UsageError
from ledger_client.files import FileUnavailableError
from ledger_client.language import tr
from ledger_client.roles import Role
from ledger_client.seats import street_or_above
from ledger_client.typed import parse_time

if TYPE_CHECKING:
    from ledger_client.addresses import Address
    from ledger_client.ledger import Ledger
    from ledger_client.writing import Party

By = Annotated[str, typer.Option("--by", help=tr("key of the authority", "主管机构的密钥"))]
Source = Annotated[
    str,
    typer.Option(
        "--source",
        metavar="FILE|sha256:HEX",
        help=tr(
            "the decision: its file, of which only the SHA-256 goes on chain, or that digest",
            "依据文件（仅其 SHA-256 上链），或直接给出该摘要",
        ),
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DAY",
        help=tr("from which day it holds; from now on by default", "自何日起生效；默认立即生效"),
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]

_PREFIX = "sha256:"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20  # bytes


class SourceFormError(UsageError):
    """A digest of a decision is none."""

    en = "{value!r} is no digest: write sha256: and 64 hexadecimal digits, or name the file of the decision"
    zh = "{value!r} 不是摘要：请写 sha256: 加 64 位十六进制数字，或给出依据文件的路径"


def parse_source(text: str) -> bytes:
    """Return the digest of a decision: as typed, or the SHA-256 of its file, which is read and goes nowhere.

    Raises:
        SourceFormError: It begins like a digest and is none, or is all zeros, which stands for none.
        FileUnavailableError: There is no such file, or it cannot be read.
    """
    plain = text.strip()
    if plain.lower().startswith(_PREFIX):
        digits = plain[len(_PREFIX) :].strip().lower()
        if not _DIGEST.fullmatch(digits) or not int(digits, 16):
            raise SourceFormError(value=text)
        return bytes.fromhex(digits)
    digest = hashlib.sha256()
    path = Path(text)
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileUnavailableError(path=path, reason=reason) from error
    return digest.digest()


def effective_at(ledger: Ledger, text: str | None) -> int:
    """Return from when a norm holds, seconds since 1970; 0 for now: where nothing or today is typed.

    Raises:
        TimeFormError: It is no time.
    """
    from ledger_client.norms import NOW

    if text is None:
        return NOW
    time = parse_time(text, ledger.deployment.offset)
    is_today = time.is_day_only and time.seconds <= ledger.now() < time.seconds + SECONDS_A_DAY
    return NOW if is_today else time.seconds


def authority_over(office: Office, ledger: Ledger, name: str, division: DivisionId) -> Party:
    """Return the authority with key `name` over a division, on a grant at a street or above."""
    return office.party(ledger, name, Role.AUTHORITY, street_or_above(division))


def say_source(office: Office, source: bytes) -> None:
    """Tell the digest that went on chain, so that it can be compared with the decision later."""
    text = tr(f"decision {shown_digest(source)}", f"依据文件摘要 {shown_digest(source)}")
    office.err.print(text, markup=False, soft_wrap=True)


def shown_digest(source: bytes) -> str:
    """Return the digest of a decision as `--source` takes it."""
    return f"{_PREFIX}{source.hex()}"


def digest_cell(source: bytes) -> Shown | None:
    """Return a digest that people recognise by its beginning; None where there is none."""
    if not any(source):
        return None
    return Shown(shown_digest(source), f"{_PREFIX}{source.hex()[:8]}…")


def who_cell(office: Office, address: Address, division: int | None) -> Shown:
    """Return who acted and on the grant of which division, if any; by the key's name where it is ours."""
    name = key_of(office, address) or address[:10] + "…"
    code: dict[str, Any] = {"address": address, "division": None if division is None else str(division)}
    return Shown(code, name if division is None else f"{name} ({division})")
