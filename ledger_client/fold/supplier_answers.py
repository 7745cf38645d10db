"""A supplier's qualification taken apart: which one counts, who speaks for it, and what is against it.

A verdict is one word; whoever asks wants to know where it comes from. Each answer here is a fact of its own,
None where nothing is known: unknown is never good news. "Then" counts what was recorded by a time, "now"
counts everything::

    then = supplier_answers(qualifications, accreditations, at, known_by=at)
    now = supplier_answers(qualifications, accreditations, at)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger_client.events import EntryKind
from ledger_client.fold.records import Accreditation, Qualification
from ledger_client.fold.verdicts import Status, status_at, verdict

_MASK_40 = (1 << 40) - 1
_WORST_GRADE = 0xFF


@dataclass(frozen=True, slots=True)
class SupplierAnswers:
    """What is known of a supplier for one category at one time.

    Attributes:
        status: The verdict; UNKNOWN where no qualification was recorded.
        qualification: The one that counts: of the valid ones the one with the best grade, else the one issued
            last; 0 for none.
        issuer: Who issued it, 0 for none.
        grade: 1 (A) to 4 (D), 0 for none.
        is_issuer_accredited: Whether the issuer was accredited for the category.
        is_suspended: Whether the last entry that counts suspended it.
        is_revoked: Whether the last entry that counts revoked it.
        is_in_date: Whether the time lies in its interval, whatever else is against it.
        from_: First second of that interval, since 1970; 0 for none.
        until: First second after it; 0 for none.
    """

    status: Status
    qualification: int = 0
    issuer: int = 0
    grade: int = 0
    is_issuer_accredited: bool | None = None
    is_suspended: bool | None = None
    is_revoked: bool | None = None
    is_in_date: bool | None = None
    from_: int = 0
    until: int = 0


def supplier_answers(
    qualifications: Mapping[int, Qualification],
    accreditations: Mapping[int, Accreditation],
    at: int,
    known_by: int | None = None,
) -> SupplierAnswers:
    """Return what a supplier's qualifications for one category are worth at a time.

    Args:
        qualifications: All of that supplier for that category, by id.
        accreditations: Of their issuers for that category, by issuer.
        at: Seconds since 1970.
        known_by: Only entries that were recorded by then count, block time; all where None.
    """
    answers = [
        _answers(key, qualification, accreditations.get(qualification.issuer), at, known_by)
        for key, qualification in sorted(qualifications.items(), key=lambda pair: _issued_at(pair[1]))
        if _known(qualification.entries, known_by)
    ]
    valid = [each for each in answers if each.status is Status.VALID]
    if valid:
        return min(valid, key=lambda each: each.grade or _WORST_GRADE)
    return answers[-1] if answers else SupplierAnswers(Status.UNKNOWN)


def _answers(
    key: int, qualification: Qualification, accreditation: Accreditation | None, at: int, known_by: int | None
) -> SupplierAnswers:
    entries = _known(qualification.entries, known_by)
    of_issuer = _known(accreditation.entries, known_by) if accreditation else ()
    found = verdict(qualification, accreditation, at, (len(entries), len(of_issuer)))
    own, _ = status_at(entries, at)
    from_, until = _interval(entries, at)
    return SupplierAnswers(
        status=found.status,
        qualification=key,
        issuer=qualification.issuer,
        grade=found.grade,
        is_issuer_accredited=status_at(of_issuer, at)[0] is Status.VALID,
        is_suspended=own is Status.SUSPENDED,
        is_revoked=own is Status.REVOKED,
        is_in_date=from_ <= at < until,
        from_=from_,
        until=until,
    )


def _known(entries: Sequence[int], by: int | None) -> Sequence[int]:
    """Return the entries recorded by a time; they are in the order in which they were recorded."""
    return entries if by is None else [entry for entry in entries if entry >> 72 & _MASK_40 <= by]


def _interval(entries: Sequence[int], at: int) -> tuple[int, int]:
    """Return the interval of the last issue or renewal that counts at a time, else of the first."""
    intervals = [
        entry for entry in entries if EntryKind(entry & 0xFF) in (EntryKind.ISSUED, EntryKind.RENEWED)
    ]
    counting = [entry for entry in intervals if entry >> 32 & _MASK_40 <= at]
    chosen = counting[-1] if counting else intervals[0]
    return chosen >> 112 & _MASK_40, chosen >> 152 & _MASK_40


def _issued_at(qualification: Qualification) -> tuple[int, int]:
    return qualification.entries[0] >> 72 & _MASK_40, qualification.position
