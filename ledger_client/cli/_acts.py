"""What the commands that record documents have in common: options, particulars, lines that name lots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli._goods import lot_at_site, parse_line, reason_code, require_some
from ledger_client.cli._office import Office
from ledger_client.cli._typed import find_document
from ledger_client.language import tr
from ledger_client.reasons import Use, reason_named
from ledger_client.roles import Role
from ledger_client.seats import common_place
from ledger_client.typed import parse_time

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger
    from ledger_client.lines import Line
    from ledger_client.stock import Particulars
    from ledger_client.writing import Party

SiteCode = Annotated[str, typer.Argument(metavar="SITE", help=tr("15 digits", "储备点，15 位"))]
Keeper = Annotated[str, typer.Option("--keeper", help=tr("key of the keeper", "保管员的密钥"))]
Second = Annotated[str, typer.Option("--second", help=tr("key of the second keeper", "第二保管员的密钥"))]
Approver = Annotated[str, typer.Option("--approver", help=tr("key of an approver", "审批人的密钥"))]
MaybeApprover = Annotated[
    str | None,
    typer.Option("--approver", help=tr("of an approver, where needed", "审批人的密钥（需要时）")),
]
MaybeSecond = Annotated[
    str | None,
    typer.Option("--second", help=tr("key of the other keeper, where needed", "另一保管员的密钥（需要时）")),
]
Occurred = Annotated[
    str | None,
    typer.Option(
        "--occurred",
        metavar="TIME",
        help=tr("when: a day or a moment; now by default", "发生时间：日期或时刻；默认现在"),
    ),
]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar="NAME", help=tr("of the whole document", "整张单据的原因"))
]
Note = Annotated[
    str | None, typer.Option("--note", metavar="TEXT", help=tr("kept off chain", "备注（不上链）"))
]
Answers = Annotated[
    str | None,
    typer.Option(
        "--answers",
        metavar="DOCUMENT",
        help=tr("the document whose findings this answers and closes", "所答复单据：其审计发现由此结案"),
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]

_ID_DIGITS = 40
_LEI_LENGTH = 20
_LOCAL = "local:"


@dataclass(frozen=True, slots=True)
class Said:
    """What every command takes beside goods and keys, as typed."""

    occurred: str | None = None
    reason: str | None = None
    note: str | None = None
    order: str | None = None
    answers: str | None = None

    def particulars(self, ledger: Ledger, use: Use | None = None) -> Particulars:
        """Return it as a document takes it.

        Args:
            ledger: Whose days these are.
            use: What a reason may be given for; a document without one takes none of its own.

        Raises:
            TimeFormError: The time is none.
            ReasonUnknownError: The reason is none of the list.
        """
        from ledger_client.stock import Particulars

        body: dict[str, Any] = {"note": self.note} if self.note else {}
        if self.order:
            body["order"] = self.order
        return Particulars(
            occurred_at=parse_time(self.occurred, ledger.deployment.offset) if self.occurred else None,
            reason=reason_named(self.reason, use).code if self.reason else 0,
            body=body or None,
            reference=reference_to(ledger, self.answers),
        )


def reference_to(ledger: Ledger, answers: str | None) -> int:
    """Return the reference of a document that names another one, 0 where it names none.

    Raises:
        IdUnknownError: There is no such document.
        IdAmbiguousError: There are several.
    """
    from ledger_client.words import REFERENCE_DOCUMENT, pack_reference

    if not answers:
        return 0
    ledger.index()
    return pack_reference(REFERENCE_DOCUMENT, find_document(ledger.index_engine, answers).key)


def lots_here(ledger: Ledger, site: int) -> list[int]:
    """Return the lots that a site holds."""
    return [each.lot for each in ledger.index().on_hand(site)]


def lines_at(ledger: Ledger, site: int, typed: Sequence[str], use: Use) -> list[Line]:
    """Return typed lines of what a site holds.

    Raises:
        LineFormError: A line has another form.
        IdUnknownError: The site holds no such lot.
        ReasonUnknownError: A reason is none for this.
    """
    from ledger_client.lines import Line

    require_some(typed)
    parsed = [parse_line(text) for text in typed]
    here = lots_here(ledger, site)
    return [
        Line(lot_at_site(each.lot, site, here), each.quantity, reason_code(each.reason, use))
        for each in parsed
    ]


def keeper_of(office: Office, ledger: Ledger, name: str, site: int) -> Party:
    """Return a keeper of a site."""
    return office.party(ledger, name, Role.KEEPER, site)


def approver_of(office: Office, ledger: Ledger, name: str | None, *sites: int) -> Party | None:
    """Return an approver: of a site, or of what contains both sites of a transfer; None where not named."""
    if name is None:
        return None
    return office.party(ledger, name, Role.APPROVER, common_place(*sites))


def required_approver(office: Office, ledger: Ledger, name: str, *sites: int) -> Party:
    """Return an approver where the document always needs one."""
    return office.party(ledger, name, Role.APPROVER, common_place(*sites))
