"""When divisions were in an emergency, and which documents were recorded in one; derived, never typed.

An emergency is a stretch of block time at a division. A document was recorded in one where such a stretch,
at or above the lowest division that contains all sites that it names, covers its block time: of two sites
their lowest division in common, of one site its community, of none (a recall) the country. A document that
somebody calls an emergency by its reason is none by that, and needs no reason to be one::

    spells = spells_of(state.norm_entries)
    spell_over(document, spells)                 # the emergency that it was recorded in, or None
    count_in_emergency(documents, spells)        # how many of them were
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ledger_client.divisions import ROOT, DivisionId, contains, lowest_common_division
from ledger_client.fold.allocation_records import NormStep

if TYPE_CHECKING:
    from ledger_client.fold.allocation_records import NormEntry
    from ledger_client.fold.records import RecordedDocument

_SITE_SPAN = 1_000


@dataclass(frozen=True, slots=True)
class EmergencySpell:
    """A stretch of time in which a division was or is in an emergency, however often it was prolonged.

    Attributes:
        division: Where.
        from_: When it began, seconds.
        until: The first second at which it is over.
        declared_by: Division of the grant that declared it last.
        reason: Code of the reason given last for it.
        source: Digest of the decision that ordered it last, 32 bytes.
        ended_at: When it was ended before its time, seconds; 0 where it was not.
        entries: What was recorded of it, in order.
    """

    division: int
    from_: int
    until: int
    declared_by: int
    reason: int
    source: bytes
    ended_at: int
    entries: tuple[NormEntry, ...]

    def is_in_force(self, at: int) -> bool:
        """Return whether it is in force at `at`, seconds."""
        return self.from_ <= at < self.until


def spells_of(entries: Mapping[tuple[int, int], NormEntry]) -> list[EmergencySpell]:
    """Return the emergencies that entries of journals of Norms tell of, the earliest first.

    Args:
        entries: By site or division and sequence, in any order; entries of other things are passed over.
    """
    spells: list[EmergencySpell] = []
    for (division, _), entry in sorted(entries.items(), key=lambda pair: pair[0]):
        last = spells[-1] if spells and spells[-1].division == division else None
        if entry.step == NormStep.EMERGENCY_END and last is not None:
            ended = entry.recorded_at
            spells[-1] = replace(last, until=ended, ended_at=ended, entries=(*last.entries, entry))
        elif entry.step == NormStep.EMERGENCY:
            goes_on = last is not None and last.from_ == entry.effective_at and not last.ended_at
            before = spells.pop().entries if goes_on else ()
            spells.append(_declared(division, entry, before))
    return sorted(spells, key=lambda spell: (spell.from_, spell.division))


def division_named(document: RecordedDocument) -> DivisionId:
    """Return the lowest division that contains all sites that a document names; 0 where it names none."""
    communities = [DivisionId(site // _SITE_SPAN) for site in (document.from_site, document.to_site) if site]
    if not communities:
        return ROOT
    return lowest_common_division(communities[0], communities[-1])


def spell_over(document: RecordedDocument, spells: Iterable[EmergencySpell]) -> EmergencySpell | None:
    """Return the emergency in which a document was recorded, the highest of several; None: it was routine.

    Args:
        document: Of which its sites and its block time count, nothing that anybody typed.
        spells: All emergencies of the ledger, or those that may cover it.
    """
    over = [spell for spell in spells if spell.is_in_force(document.recorded_at)]
    if not over:
        return None
    division = division_named(document)
    covering = [spell for spell in over if contains(DivisionId(spell.division), division)]
    return min(covering, key=lambda spell: spell.division, default=None)


def count_in_emergency(documents: Iterable[RecordedDocument], spells: Sequence[EmergencySpell]) -> int:
    """Return how many documents were recorded in an emergency; all others are routine."""
    if not spells:
        return 0
    return sum(spell_over(document, spells) is not None for document in documents)


def _declared(division: int, entry: NormEntry, before: tuple[NormEntry, ...]) -> EmergencySpell:
    return EmergencySpell(
        division=division,
        from_=entry.effective_at,
        until=entry.value,
        declared_by=entry.division,
        reason=entry.reason,
        source=entry.source,
        ended_at=0,
        entries=(*before, entry),
    )
