"""`shecang emergency`: declared for a division and some days, ended, and listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli import _decisions as decisions
from ledger_client.cli._office import Office, office_of, write
from ledger_client.cli._tables import Shown, print_rows
from ledger_client.divisions import DivisionId, contains, parse_division
from ledger_client.documents import SECONDS_A_DAY
from ledger_client.language import tr
from ledger_client.reasons import Use, reason_label, reason_named
from ledger_client.roles import Role
from ledger_client.typed import parse_time

if TYPE_CHECKING:
    from ledger_client.allocation import Emergency
    from ledger_client.cli._holdings import Names
    from ledger_client.emergencies import EmergencySpell
    from ledger_client.index.norms import NormReader
    from ledger_client.ledger import Ledger
    from ledger_client.writing import Party

app = typer.Typer(no_args_is_help=True)

Division = Annotated[str, typer.Argument(metavar="DIVISION", help=tr("0: the country", "行政区划，0 为全国"))]
ReasonName = Annotated[str, typer.Option("--reason", metavar="NAME", help=tr("why", "原因"))]


@app.command(
    "declare",
    help=tr(
        "Declare an emergency from now on, for 30 days at most; again only from above.",
        "宣布应急状态，即时开始，最长 30 天；再次宣布须由上级办理。",
    ),
)
def declare(
    context: typer.Context,
    division: Division,
    until: Annotated[
        str,
        typer.Option(
            "--until",
            metavar="DAY",
            help=tr("its last day, or the moment when it is over", "最后一日，或结束的时刻"),
        ),
    ],
    reason: ReasonName,
    source: decisions.Source,
    by: decisions.By,
    as_json: decisions.AsJson = False,
) -> None:
    """Declare an emergency."""
    office = office_of(context)
    place, code = parse_division(division), reason_named(reason, Use.EMERGENCY).code
    digest = decisions.parse_source(source)
    with office.ledger() as ledger:
        call = ledger.norms.declare_emergency(
            place,
            until=_end(until, ledger.deployment.offset),
            reason=code,
            source=digest,
            by=_declarer(office, ledger, by, place),
        )
        write(ledger, [call], as_json)
    decisions.say_source(office, digest)


@app.command("end", help=tr("End an emergency before its time.", "提前结束应急状态。"))
def end(
    context: typer.Context,
    division: Division,
    reason: ReasonName,
    by: decisions.By,
    as_json: decisions.AsJson = False,
) -> None:
    """End an emergency."""
    office = office_of(context)
    place, code = parse_division(division), reason_named(reason, Use.EMERGENCY_END).code
    with office.ledger() as ledger:
        last = _last(ledger, place)
        authority = decisions.authority_over(office, ledger, by, last.declared_by if last else place)
        write(ledger, [ledger.norms.end_emergency(place, reason=code, by=authority)], as_json)


@app.command(
    "list",
    help=tr(
        "List the emergencies at a division, below and above it, past ones and those in force.",
        "列出某区划及其上下级的应急状态（含已结束的）。",
    ),
)
def list_emergencies(
    context: typer.Context,
    division: Annotated[str, typer.Argument(metavar="[DIVISION]", help=tr("0: all", "0 为全部"))] = "0",
    as_json: decisions.AsJson = False,
) -> None:
    """List emergencies."""
    from ledger_client.cli._holdings import Names

    office = office_of(context)
    place = parse_division(division)
    with office.ledger() as ledger:
        names, at, offset = Names(ledger), int(ledger.now()), ledger.deployment.offset
        rows = [spell_row(office, names, spell, at, offset) for spell in _reader(ledger).emergencies(place)]
    print_rows(office, rows, as_json)


def spell_row(office: Office, names: Names, spell: EmergencySpell, at: int, offset: int) -> dict[str, Any]:
    """Return an emergency as it stands at a time."""
    from ledger_client.cli._holders import shown_moment

    declared = spell.entries[-2] if spell.ended_at else spell.entries[-1]
    ended = spell.entries[-1] if spell.ended_at else None
    reason = reason_label(spell.reason)
    if ended is not None:
        reason += tr(f"; ended: {reason_label(ended.reason)}", f"；结束：{reason_label(ended.reason)}")
    return {
        "division": Shown(str(spell.division), f"{spell.division} {names.place(spell.division)}".strip()),
        "state": _state(spell, at),
        "from": shown_moment(spell.from_, offset),
        "until": shown_moment(spell.until, offset),
        "reason": Shown({"declared": spell.reason, "ended": ended.reason if ended else None}, reason),
        "source": decisions.digest_cell(spell.source),
        "by": decisions.who_cell(office, declared.actor, declared.division),
        "ended_by": decisions.who_cell(office, ended.actor, ended.division) if ended else None,
    }


def _state(spell: EmergencySpell, at: int) -> Shown:
    if spell.is_in_force(at):
        return Shown("in_force", tr("in force", "生效中"))
    return (
        Shown("ended", tr("ended", "已提前结束")) if spell.ended_at else Shown("over", tr("over", "已到期"))
    )


def _end(text: str, offset: int) -> int:
    """Return the first second at which an emergency is over: of a day, the first one of the next."""
    time = parse_time(text, offset)
    return time.seconds + (SECONDS_A_DAY if time.is_day_only else 0)


def _declarer(office: Office, ledger: Ledger, name: str, division: DivisionId) -> Party:
    """Return the authority, on its nearest grant that may declare, which the last emergency may bar."""
    from ledger_client.writing import Party

    party = decisions.authority_over(office, ledger, name, division)
    last = _last(ledger, division)
    if last is None:
        return party
    above = [
        grant.division
        for grant in _reader(ledger).grants(party.signer.address)
        if grant.role == Role.AUTHORITY
        and grant.is_standing
        and last.may_redeclare(DivisionId(grant.division), int(ledger.now()))
        and contains(DivisionId(grant.division), division)
    ]
    # Where no grant is high enough the contract says whose would be.
    return Party(
        party.signer, party.division if party.division in above else max(above, default=party.division)
    )


def _last(ledger: Ledger, division: DivisionId) -> Emergency | None:
    """Return the last emergency of a division itself; None where it never had one."""
    from ledger_client.allocation import Emergency

    spells = [each for each in _reader(ledger).emergencies(division) if each.division == division]
    if not spells:
        return None
    return Emergency(spells[-1].from_, spells[-1].until, DivisionId(spells[-1].declared_by))


def _reader(ledger: Ledger) -> NormReader:
    from ledger_client.index.norms import NormReader

    ledger.index()
    return NormReader(ledger.index_engine)
