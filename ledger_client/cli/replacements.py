"""`shecang role replace-key` and what follows: a lost or stolen key hands its grants to a new one.

The grants are suspended at once and move after the delay D. Until then the old holder may object, which sends
the case one level up; without a decision the grants stay suspended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger_client.cli._holders import consent_of, holder_address, key_of, shown_moment
from ledger_client.cli._office import Office, keep_unsigned, office_of, print_json, write
from ledger_client.cli._tables import Shown, print_rows
from ledger_client.cli._typed import parse_from
from ledger_client.cli.classes import Consent
from ledger_client.divisions import DivisionId, contains, parse_division
from ledger_client.errors import RefusedError
from ledger_client.grants import (
    ReplacementState,
    is_undecided,
    levels_above,
    replacement_state,
    suspended_grants,
)
from ledger_client.language import tr
from ledger_client.reasons import Use, reason_named
from ledger_client.roles import Role

if TYPE_CHECKING:
    from ledger_client.addresses import Address
    from ledger_client.fold.records import Grant, Replacement
    from ledger_client.ledger import Ledger

Number = Annotated[
    int,
    typer.Argument(
        metavar="NUMBER", min=1, help=tr("as `role replacements` lists it", "编号，见 `role replacements`")
    ),
]
CompromisedSince = Annotated[
    str | None,
    typer.Option(
        "--compromised-since",
        metavar="TIME",
        help=tr(
            "since when the key may be in foreign hands: a claim; the audit finds what it signed since",
            "密钥可能泄露的起始时间：仅为主张，审计据此列出其后的签署",
        ),
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))]

_STATES = {
    ReplacementState.PROPOSED: ("proposed; the holder may object", "已提出，持有人可提异议"),
    ReplacementState.OBJECTED: ("objected to; a level above decides", "已提异议，由上级裁决"),
    ReplacementState.UPHELD: ("upheld; it will be executed", "裁决维持，待执行"),
    ReplacementState.REFUSED: ("refused; the grants act again", "裁决不予更换，授权恢复"),
    ReplacementState.EXECUTED: ("executed", "已执行"),
    ReplacementState.EXECUTABLE: ("not objected to; can be executed", "无异议，可执行"),
    ReplacementState.UNDECIDED: ("undecided; the grants stay suspended", "逾期未裁决，授权继续暂停"),
}


class NothingToReplaceError(RefusedError):
    """A key has no grant that could be moved."""

    en = "{holder} has no grant to move: none stands that is not suspended already; see `shecang role show`"
    zh = "{holder} 没有可移交的授权：无有效且未暂停的授权；请用 `shecang role show` 查看"


@dataclass(frozen=True, slots=True)
class Move:
    """What an authority may move of a key's grants.

    Attributes:
        division: Of the authority's grant.
        grants: Division and subject of each.
        left: Divisions of grants that lie outside.
    """

    division: int
    grants: tuple[tuple[int, int], ...]
    left: tuple[int, ...]


def mount(app: typer.Typer) -> None:
    """Add these commands to `shecang role`."""
    app.command(
        "replace-key",
        help=tr(
            "Propose that a new key takes over from a lost or stolen one; its grants are suspended at once.",
            "提出以新密钥更换丢失或被盗的密钥；其授权即时暂停。",
        ),
    )(replace_key)
    app.command(
        "object",
        help=tr(
            "Object to the replacement of one's key, before D has passed.", "在等待期 D 内对更换提出异议。"
        ),
    )(object_to)
    app.command(
        "decide",
        help=tr("Decide on an objection, finally, from a level above.", "由上级对异议作出最终裁决。"),
    )(decide)
    app.command(
        "execute",
        help=tr("Move the grants to the new key, when D has passed.", "等待期 D 后将授权移交新密钥。"),
    )(execute)
    app.command("replacements", help=tr("List the replacements of keys.", "列出密钥更换。"))(
        list_replacements
    )


def replace_key(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help=tr("its address or key", "原密钥或其地址"))],
    new: Annotated[str, typer.Argument(metavar="NEW", help=tr("its address or key", "新密钥或其地址"))],
    by: Annotated[str, typer.Option("--by", help=tr("key of the authority", "主管的密钥"))],
    division: Annotated[
        list[str],
        typer.Option(
            "--division",
            metavar="DIVISION",
            help=tr(
                "of a grant to move; may be repeated; all within reach by default",
                "要移交的授权所在区划，可重复；默认为权限内全部",
            ),
        ),
    ] = [],  # noqa: B006 -- typer reads it once and hands out copies
    compromised_since: CompromisedSince = None,
    consent: Consent = None,
    as_json: AsJson = False,
) -> None:
    """Propose a replacement."""
    from ledger_client.writing import Party

    office = office_of(context)
    old_address, new_address = holder_address(office, old), holder_address(office, new)
    wanted = [parse_division(each) for each in division]
    with office.ledger() as ledger:
        grants = _movable(ledger, old_address, wanted)
        signer = office.signer_or_absent(by)
        move = reachable(_authority_of(ledger, signer.address), grants, everything=bool(wanted))
        offset = ledger.deployment.offset
        call = ledger.roles.propose_replacement(
            old_address,
            new_address,
            move.grants,
            compromised_since=parse_from(compromised_since, offset) if compromised_since else 0,
            consent=consent_of(office, ledger, new, Role(grants[0].role), None, consent),
            by=Party(signer, move.division),
        )
        keep_unsigned(ledger, [call], as_json)
        ledger.write([call])
        found = _replacements(ledger).items()
        number, proposed = max(
            each for each in found if (each[1].old_holder, each[1].new_holder) == (old_address, new_address)
        )
        due = shown_moment(_due(ledger, proposed), offset)
    _tell(office, number, move, due, as_json)


def object_to(
    context: typer.Context,
    number: Number,
    by: Annotated[str, typer.Option("--by", help=tr("the old key", "原密钥"))],
    as_json: AsJson = False,
) -> None:
    """Object to the replacement of one's key."""
    office = office_of(context)
    with office.ledger() as ledger:
        write(ledger, [ledger.roles.object_to_replacement(number, by=office.signer_or_absent(by))], as_json)


def decide(
    context: typer.Context,
    number: Number,
    uphold: Annotated[
        bool,
        typer.Option(
            "--uphold/--refuse",
            help=tr("the new key takes over, or the old one acts again", "由新密钥接替，或原密钥恢复"),
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="NAME", help=tr("why", "原因"))],
    by: Annotated[str, typer.Option("--by", help=tr("key of an authority above", "上级主管的密钥"))],
    as_json: AsJson = False,
) -> None:
    """Decide on an objection."""
    from ledger_client.contracts import read

    office = office_of(context)
    code = reason_named(reason, Use.DECISION).code
    with office.ledger() as ledger:
        *_, proposed_at_division, _ = read(
            ledger.chain, ledger.deployment, "Directory", "replacementOf", number
        )
        authority = office.party_above(ledger, by, DivisionId(proposed_at_division))
        call = ledger.roles.decide_replacement(number, uphold=uphold, reason=code, by=authority)
        write(ledger, [call], as_json)


def execute(
    context: typer.Context,
    number: Number,
    by: Annotated[str, typer.Option("--by", help=tr("who proposed it, or the new key", "提出者或新密钥"))],
    as_json: AsJson = False,
) -> None:
    """Move the grants to the new key."""
    office = office_of(context)
    with office.ledger() as ledger:
        write(ledger, [ledger.roles.execute_replacement(number, by=office.signer_or_absent(by))], as_json)


def list_replacements(
    context: typer.Context,
    holder: Annotated[
        str | None,
        typer.Argument(
            metavar="[HOLDER]", help=tr("an old or new key; all by default", "原密钥或新密钥；默认全部")
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the replacements, of a holder or all."""
    office = office_of(context)
    wanted = holder_address(office, holder) if holder else None
    with office.ledger() as ledger:
        found = _replacements(ledger)
        rows = [
            _row(office, ledger, number, each)
            for number, each in found.items()
            if wanted in (None, each.old_holder, each.new_holder)
        ]
    print_rows(office, rows, as_json)


def reachable(divisions: Sequence[int], grants: Sequence[Grant], *, everything: bool) -> Move:
    """Return what to move on which of an authority's grants: the lowest one that reaches most.

    Args:
        divisions: Of the authority's grants that act.
        grants: Of the old key, of one role.
        everything: Whether all are to be moved, as somebody named them; the ledger refuses what is outside.
    """

    def reached(division: int) -> list[Grant]:
        return [each for each in grants if _reaches_grant(division, each)]

    # Without any, the division of the first grant: the contract says what its caller is not.
    best = max(divisions, key=lambda each: (len(reached(each)), len(str(each))), default=grants[0].division)
    inside = reached(best)
    moved = grants if everything or not inside else inside
    return Move(
        best,
        tuple((each.division, each.subject) for each in moved),
        tuple(each.division for each in grants if each not in moved),
    )


def _reaches_grant(division: int, grant: Grant) -> bool:
    outer, inner = DivisionId(division), DivisionId(grant.division)
    is_equal_authority = grant.role == Role.AUTHORITY and outer == inner and outer != 0
    return contains(outer, inner) and not is_equal_authority


def _authority_of(ledger: Ledger, address: Address) -> list[int]:
    """Return the divisions at which somebody is an authority now."""
    now = ledger.now()
    return [
        grant.division
        for grant in ledger.index().grants(address)
        if grant.role == Role.AUTHORITY and grant.is_standing and grant.from_ <= now
    ]


def _movable(ledger: Ledger, holder: Address, divisions: Sequence[int]) -> list[Grant]:
    """Return the grants that a replacement may list: those of `divisions`, or all.

    Raises:
        NothingToReplaceError: None stands that is not suspended.
    """
    found = [
        grant
        for grant in ledger.index().grants(holder)
        if grant.is_standing and (not divisions or grant.division in divisions)
    ]
    if not found:
        raise NothingToReplaceError(holder=holder)
    return found


def _tell(office: Office, number: int, move: Move, due: Shown, as_json: bool) -> None:
    """Say what was proposed, until when it may be objected to, and what was left where it is."""
    left = [str(each) for each in move.left]
    if as_json:
        moved = [str(each) for each, _ in move.grants]
        print_json({"replacement": number, "executable": due.code, "divisions": moved, "left": left})
        return
    count = len(move.grants)
    typer.echo(
        tr(
            f"replacement {number}: grants suspended: {count}; until {due.text} the holder may object, "
            "from then on the new key can take over",
            f"密钥更换 {number}：已暂停授权 {count} 项；{due.text} 前持有人可提异议，其后可由新密钥接替",
        )
    )
    if left:
        office.err.print(
            tr(
                f"not moved, because it does not lie below division {move.division}: {', '.join(left)}; an "
                "authority there moves it",
                f"不在区划 {move.division} 的权限内，未移交：{', '.join(left)}；请由当地主管办理",
            ),
            soft_wrap=True,
        )


def _replacements(ledger: Ledger) -> dict[int, Replacement]:
    from ledger_client.index.histories import replacements

    ledger.index()
    return replacements(ledger.index_engine)


def _due(ledger: Ledger, replacement: Replacement) -> int:
    """Return from when it can be executed, and until when it can be objected to."""
    return replacement.proposed_at + ledger.deployment.delay


def _row(office: Office, ledger: Ledger, number: int, replacement: Replacement) -> dict[str, Any]:
    offset, level_of = ledger.deployment.offset, DivisionId(replacement.authority_division)
    since = replacement.compromised_since
    above = levels_above(level_of) if is_undecided(replacement) else []
    return {
        "replacement": number,
        "old": _shown_holder(office, replacement.old_holder),
        "new": _shown_holder(office, replacement.new_holder),
        "divisions": [str(each) for each, _ in suspended_grants(replacement)],
        "state": _state(ledger, replacement),
        "executable": shown_moment(_due(ledger, replacement), offset),
        "decides": [str(each) for each in above],
        "compromised_since": shown_moment(since, offset) if since else None,
    }


def _state(ledger: Ledger, replacement: Replacement) -> Shown:
    """Return where it stands; an objection that nobody decides on leaves the grants suspended."""
    state = replacement_state(replacement, ledger.now(), ledger.deployment.delay)
    return Shown(state.value, tr(*_STATES[state]))


def _shown_holder(office: Office, holder: str) -> Shown:
    return Shown(holder, key_of(office, holder) or holder)
