"""Emergencies that were declared: a note for ever, with who prolonged them and how much was approved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ledger_client.allocation import lowest_common
from ledger_client.audit._replay import Replay
from ledger_client.audit._saying import moment, reason
from ledger_client.audit.findings import Finding, FindingKind
from ledger_client.divisions import DivisionId, contains
from ledger_client.fold.allocation_records import NormEntry, NormStep
from ledger_client.identifiers import SiteId


@dataclass(slots=True)
class _Spell:
    """A stretch of time in which a division is in an emergency.

    Attributes:
        division: Where.
        declared: What was declared, in order; what comes behind the first one prolongs it.
        until: The first second at which it is over.
        is_ended: Whether somebody ended it before its time.
    """

    division: int
    declared: list[NormEntry] = field(default_factory=list)
    until: int = 0
    is_ended: bool = False


def emergencies_declared(replay: Replay, offset: int) -> Iterator[Finding]:
    """Yield every emergency, once however often it was prolonged.

    Args:
        replay: The ledger.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    for spell in _spells(replay):
        first = spell.declared[0]
        en, zh = reason(spell.declared[-1].reason)
        approved = _approved_in(replay, spell, first.effective_at)
        begin, end = (moment(time, offset) for time in (first.effective_at, spell.until))
        by = [_named(entry.division) for entry in spell.declared]
        where = _named(spell.division)
        yield Finding(
            FindingKind.EMERGENCY,
            0,
            0,
            0,
            spell.division,
            f"{where[0]} from {begin.en} until {end.en}: {en}; declared on a grant of {by[0][0]}"
            + "".join(f", prolonged on one of {each}" for each, _ in by[1:])
            + (", ended before its time" if spell.is_ended else "")
            + f"; proposals approved in it: {approved}",
            f"{where[1]}自 {begin.zh} 至 {end.zh}：{zh}；由{by[0][1]}宣布"
            + "".join(f"，由{each}延长" for _, each in by[1:])
            + ("，提前结束" if spell.is_ended else "")
            + f"；期间批准调剂方案 {approved} 项",
            first.effective_at,
        )


def _named(division: int) -> tuple[str, str]:
    return (f"division {division}", f"区划 {division} ") if division else ("the country", "全国")


def _spells(replay: Replay) -> list[_Spell]:
    """Return all emergencies, in the order in which they were declared."""
    found: list[_Spell] = []
    last: dict[int, _Spell] = {}
    for (subject, _), entry in replay.state.norm_entries.items():  # type: ignore[attr-defined]
        if entry.step == NormStep.EMERGENCY:
            spell = last.get(subject)
            if spell is None or spell.is_ended or spell.declared[0].effective_at != entry.effective_at:
                spell = last[subject] = _Spell(subject)
                found.append(spell)
            spell.declared.append(entry)
            spell.until = entry.value
        elif entry.step == NormStep.EMERGENCY_END:
            last[subject].is_ended, last[subject].until = True, entry.recorded_at
    return found


def _approved_in(replay: Replay, spell: _Spell, begin: int) -> int:
    """Return how many proposals were approved in it, by block time and division alone."""
    return sum(
        begin <= proposal.approved_at < spell.until
        and contains(DivisionId(spell.division), lowest_common(SiteId(proposal.giver), SiteId(request.site)))
        for proposal in replay.state.proposals.values()  # type: ignore[attr-defined]
        if (request := replay.state.requests[proposal.request]) is not None
    )
