"""What Norms says of a site's documents and figures: which are of an emergency, which counts are overdue.

Of a site's documents each names the site itself, so that the division over all sites that it names is its
community or lies above it. The journals of these few divisions therefore tell of every emergency that can
have covered one of them, and the site's own journal in Norms tells of its cycles and proved counts::

    norms = NormsOfSite(site)
    norms.add_document(document, kind)          # every document of the site, in order
    norms.add_entry(subject, sequence, event)   # every entry of the journals of `places_of(site)`
    norms.told(time)
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ledger_client.allocation import count_due, norm_set
from ledger_client.documents import Kind
from ledger_client.emergencies import EmergencySpell, spell_covering, spells_of
from ledger_client.events import (
    CountProved,
    CycleSet,
    DocumentRecorded,
    EmergencyDeclared,
    EmergencyEnded,
    LedgerEvent,
)
from ledger_client.evidence.card import BETWEEN
from ledger_client.fold._norms import norm_entry
from ledger_client.fold.allocation_records import NormEntry, NormStep

_ID_248 = (1 << 248) - 1
_SITE_SPAN = 1_000
_LEVELS = (12, 9, 6, 4, 2)  # digits of a division, the lowest first


@dataclass(frozen=True, slots=True)
class Overdue:
    """A count that was overdue.

    Attributes:
        category: 7 digits.
        due: The last second at which it was not, since 1970.
        counted_at: For when the last proved count stands, seconds; 0 where none does.
    """

    category: int
    due: int
    counted_at: int


@dataclass(frozen=True, slots=True)
class ToldByNorms:
    """What a file proves of emergencies and counts.

    Attributes:
        emergency: Places of the documents that were recorded in an emergency in the site's journal, from 1.
        overdue: Counts that were overdue at the file's block, by category.
    """

    emergency: frozenset[int]
    overdue: Mapping[int, Overdue]


def places_of(site: int) -> tuple[int, ...]:
    """Return whose journals in Norms tell of a site: the divisions over it, ascending, and the site."""
    return (*sorted({0, *_over(site)}), site)


def _over(site: int) -> tuple[int, ...]:
    """Return the divisions over a site, the lowest first; also of a number that is no site."""
    code = str(site // _SITE_SPAN)
    return tuple(int(code[:digits]) for digits in _LEVELS if len(code) >= digits)


class NormsOfSite:
    """Documents of a site and entries of journals in Norms, until both are known to be complete.

    Args:
        site: The site.
    """

    def __init__(self, site: int) -> None:
        self._site, self._divisions = site, (*_over(site), 0)
        # A history may have a million documents: 9 bytes of each.
        self._times, self._levels = array("q"), array("B")
        self._reversed: set[int] = set()
        self._emergencies: dict[tuple[int, int], NormEntry] = {}
        self._cycles: defaultdict[int, int] = defaultdict(int)
        self._counted: dict[int, CountProved] = {}

    def add_document(self, document: DocumentRecorded, effective: Kind) -> None:
        """Note when the next document of the site was recorded, and over which division its sites lie.

        Args:
            document: The document.
            effective: Its kind, of a reversal that of its original.
        """
        other = self._site
        if effective in BETWEEN:
            other = document.to if document.from_ == self._site else document.from_
        self._times.append(document.recorded_at)
        self._levels.append(0 if other == self._site else self._level(other))
        if document.kind is Kind.REVERSAL:
            self._reversed.add(document.reference & _ID_248)

    def _level(self, other: int) -> int:
        """Return the place of the lowest division over the site that lies over another one too."""
        over = {*_over(other), 0}
        return next(at for at, each in enumerate(self._divisions) if each in over)

    def add_entry(self, subject: int, sequence: int, event: LedgerEvent) -> None:
        """Note an entry of a journal in Norms; what is neither emergency, cycle nor count says nothing here.

        Args:
            subject: The site or division whose journal it is.
            sequence: Its place in it, from 1.
            event: The entry.
        """
        if isinstance(event, EmergencyDeclared):
            self._emergencies[subject, sequence] = norm_entry(event, NormStep.EMERGENCY, 0, event.until)
        elif isinstance(event, EmergencyEnded):
            self._emergencies[subject, sequence] = norm_entry(event, NormStep.EMERGENCY_END, 0, 0)
        elif isinstance(event, CycleSet):
            self._cycles[event.category] = norm_set(
                self._cycles[event.category],
                value=event.day_count,
                from_=event.effective_at,
                time=event.recorded_at,
            )
        elif isinstance(event, CountProved):
            self._counted[event.category] = event

    def told(self, at: int) -> ToldByNorms:
        """Return what all of it says.

        Args:
            at: Time of the block up to which documents and entries are complete, seconds since 1970.
        """
        spells = spells_of(self._emergencies)
        documents = enumerate(zip(self._times, self._levels, strict=True), 1) if spells else ()
        emergency = (
            sequence for sequence, (time, level) in documents if self._is_covered(spells, time, level)
        )
        counts = (self._count(category, at) for category in sorted(self._cycles))
        return ToldByNorms(frozenset(emergency), {each.category: each for each in counts if each is not None})

    def _is_covered(self, spells: list[EmergencySpell], time: int, level: int) -> bool:
        return spell_covering(self._divisions[level], time, spells) is not None

    def _count(self, category: int, at: int) -> Overdue | None:
        """Return the count of a category where it is overdue; one that was reversed counts no longer."""
        last = self._counted.get(category)
        counted_at = last.counted_at if last is not None and last.key not in self._reversed else 0
        due = count_due(self._cycles[category], counted_at, at)
        return Overdue(category, due, counted_at) if due is not None and at > due else None
