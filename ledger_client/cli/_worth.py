"""What a supplier's qualification is worth, answer by answer: then and now.

Both are about the time asked for. "Then" counts what was recorded by that time, "now" counts everything: a
revocation may take effect in the past. No answer hides another one: a revoked qualification may well be in
date, and says both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger_client.cli._tables import shown_name
from ledger_client.documents import YEAR_10000, moment_at
from ledger_client.events.suppliers import EntryKind
from ledger_client.fold.verdicts import Status, status_at, verdict
from ledger_client.language import tr
from ledger_client.reasons import reason_label
from ledger_client.registers import UNLIMITED

if TYPE_CHECKING:
    from ledger_client.fold.records import Accreditation, Qualification
    from ledger_client.ledger import Ledger

_MASK_40 = (1 << 40) - 1
GRADES = "–ABCD"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was known at a time, and what it comes to.

    Attributes:
        at: Seconds since 1970.
        is_known: Whether the qualification was recorded.
        accredited: What the issuer's accreditation was worth.
        is_standing: Whether it was neither suspended nor revoked.
        reason: Why it was not.
        dates: From and until, seconds since 1970; zeros where not known.
        status: The verdict.
        grade: 1 (A) to 4 (D).
        offset: Of the ledger's days.
    """

    at: int
    is_known: bool
    accredited: Status
    is_standing: bool
    reason: str
    dates: tuple[int, int]
    status: Status
    grade: int
    offset: int

    @property
    def is_in_date(self) -> bool:
        """Whether the time lies in the interval."""
        return self.is_known and self.dates[0] <= self.at < self.dates[1]

    @property
    def known_text(self) -> str:
        """Whether it was known, and at which time that is asked."""
        return f"{_yes(self.is_known)} ({_day(self.at, self.offset)})"

    @property
    def accredited_text(self) -> str:
        """Whether the issuer was accredited."""
        return _yes(True) if self.accredited is Status.VALID else f"{_yes(False)}: {self.accredited.label}"

    @property
    def standing_text(self) -> str:
        """Whether it stood, and why not."""
        return _yes(True) if self.is_standing else f"{_yes(False)}: {self.reason}"

    @property
    def dates_text(self) -> str:
        """Whether it was in date, and the interval."""
        if not self.is_known:
            return _yes(False)
        first, end = (_day(each, self.offset) for each in self.dates)
        return f"{_yes(self.is_in_date)} [{first}, {end})"

    @property
    def verdict_text(self) -> str:
        """The verdict with its grade."""
        return f"{self.status.label}, {GRADES[self.grade]}" if self.grade else self.status.label

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "at": self.at,
            "known": self.is_known,
            "accredited": self.accredited.name.lower(),
            "standing": self.is_standing,
            "reason": self.reason or None,
            "from": self.dates[0],
            "until": self.dates[1],
            "in_date": self.is_in_date,
            "status": self.status.name.lower(),
            "grade": GRADES[self.grade] if self.grade else None,
        }


@dataclass(frozen=True, slots=True)
class Worth:
    """A qualification at a time: by what was known then, and by what is known now."""

    qualification: int
    category: int
    issuer: int
    issuer_name: str
    then: Answers
    now: Answers

    @property
    def title(self) -> str:
        """Which qualification it is, for what, from whom."""
        key, issuer = f"{self.qualification:040x}"[:8], self.issuer_name or f"{self.issuer:040x}"
        return tr(
            f"qualification {key} for category {self.category}, issued by {issuer}",
            f"资质 {key}，类别 {self.category}，签发方 {issuer}",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "qualification": f"{self.qualification:040x}",
            "category": str(self.category),
            "issuer": f"{self.issuer:040x}",
            "issuer_name": self.issuer_name or None,
            "then": self.then.to_dict(),
            "now": self.now.to_dict(),
        }


def worth_of(ledger: Ledger, supplier: int, category: int | None, at: int, now: int) -> list[Worth]:
    """Return what a supplier's qualifications, of one category or all, are worth at a time.

    Args:
        ledger: Where they are looked up.
        supplier: Whose.
        category: Of which category, None for all.
        at: The time asked for, seconds since 1970; `then` is what was known by it.
        now: The present; what is known by it.
    """
    index, offset = ledger.index(), ledger.deployment.offset
    issuers = index.issuers()
    found = []
    for key, record in sorted(index.qualifications(supplier).items(), key=lambda item: item[1].position):
        if category not in (None, record.category):
            continue
        accreditation = index.accreditation(record.issuer, record.category)
        issuer = issuers.get(record.issuer)
        name = shown_name(ledger, "issuer", record.issuer, issuer.name) if issuer else ""
        answers = [_answers(record, accreditation, at, known_by, offset) for known_by in (at, now)]
        found.append(Worth(key, record.category, record.issuer, name, *answers))
    return found


def _answers(
    record: Qualification, accreditation: Accreditation | None, at: int, known_by: int, offset: int
) -> Answers:
    entries = _recorded_by(record.entries, known_by)
    accredited = _recorded_by(accreditation.entries if accreditation else (), known_by)
    result = verdict(record, accreditation, at, (len(entries), len(accredited)))
    ruling = next((entry for entry in reversed(entries) if _effective_at(entry) <= at), 0)
    stopped = EntryKind(ruling & 0xFF) in (EntryKind.SUSPENDED, EntryKind.REVOKED)
    interval = next((entry for entry in reversed(entries) if _until(entry)), 0)
    return Answers(
        at=at,
        is_known=bool(entries),
        accredited=status_at(accredited, at)[0],
        is_standing=bool(entries) and not stopped,
        reason=_reason(ruling) if stopped else "",
        dates=(interval >> 112 & _MASK_40, _until(interval)),
        status=result.status,
        grade=result.grade,
        offset=offset,
    )


def _recorded_by(entries: Sequence[int], time: int) -> list[int]:
    return [entry for entry in entries if entry >> 72 & _MASK_40 <= time]


def _effective_at(entry: int) -> int:
    return entry >> 32 & _MASK_40


def _until(entry: int) -> int:
    return entry >> 152 & _MASK_40


def _reason(entry: int) -> str:
    revoked = EntryKind(entry & 0xFF) is EntryKind.REVOKED
    what = tr("revoked", "已撤销") if revoked else tr("suspended", "已暂停")
    why = reason_label(entry >> 8 & 0xFFFF)
    return tr(f"{what}, {why}", f"{what}，{why}") if why else what


def _day(seconds: int, offset: int) -> str:
    if seconds >= UNLIMITED:
        return "∞"
    return moment_at(seconds, offset).date().isoformat() if seconds < YEAR_10000 else str(seconds)


def _yes(value: bool) -> str:
    return tr("yes", "是") if value else tr("no", "否")
