"""When divisions were in an emergency, and which documents were recorded in one; derived, never typed.

An emergency is a stretch of block time at a division. A document was recorded in one where such a stretch,
at or above the lowest division that contains all sites that it names, covers its block time: of two sites
their lowest division in common, of one site its community, of none (a recall) the country. A document that
somebody calls an emergency by its reason is none by that, and needs no reason to be one::

    spells = spells_of(state.norm_entries)
    spell_over(document, spells)                 # the emergency that it was recorded in, or None
    documents_in_emergency(documents, spells)    # which of them were
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
    return division_of(document.from_site, document.to_site)


def division_of(*sites: int) -> DivisionId:
    """Return the lowest division that contains one site or two; 0 where there is none. A site 0 is none."""
    communities = [DivisionId(site // _SITE_SPAN) for site in sites if site]
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
    return spell_covering(division_named(document), document.recorded_at, over) if over else None


def spell_covering(division: int, at: int, spells: Iterable[EmergencySpell]) -> EmergencySpell | None:
    """Return the emergency that covered a division at a time, the highest of several; None: none did.

    Args:
        division: Of what was done then: see `division_of`.
        at: Block time, seconds.
        spells: All emergencies of the ledger, or those that may cover it.
    """
    covering = [
        spell
        for spell in spells
        if spell.is_in_force(at) and contains(DivisionId(spell.division), DivisionId(division))
    ]
    return min(covering, key=lambda spell: spell.division, default=None)


def documents_in_emergency(
    documents: Iterable[RecordedDocument], spells: Sequence[EmergencySpell]
) -> frozenset[int]:
    """Return the keys of the documents that were recorded in an emergency; all others are routine."""
    if not spells:
        return frozenset()
    return frozenset(document.key for document in documents if spell_over(document, spells) is not None)


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
