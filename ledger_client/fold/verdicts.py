"""What a qualification is worth at a time: a pure function of histories, the time, and what was known.

The rules are those of `Histories.sol` and `SupplierRegistry.sol`; order is position, never time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from ledger_client.events import EntryKind
from ledger_client.fold.records import Accreditation, Qualification
from ledger_client.fold.state import State
from ledger_client.language import tr

_MASK_64 = (1 << 64) - 1
_MASK_40 = (1 << 40) - 1


class Status(IntEnum):
    """What a qualification is worth; the numbers are those of `Verdict.sol`."""

    UNKNOWN = 0
    VALID = 1
    NOT_YET_VALID = 2
    EXPIRED = 3
    SUSPENDED = 4
    REVOKED = 5
    ISSUER_NOT_ACCREDITED = 6
    NOT_NEEDED = 7

    @property
    def label(self) -> str:
        """The status in words of the language in force."""
        return tr(*STATUS_NAMES[self])


STATUS_NAMES = {
    Status.UNKNOWN: ("unknown", "未知"),
    Status.VALID: ("valid", "有效"),
    Status.NOT_YET_VALID: ("not yet valid", "尚未生效"),
    Status.EXPIRED: ("expired", "已过期"),
    Status.SUSPENDED: ("suspended", "已暂停"),
    Status.REVOKED: ("revoked", "已撤销"),
    Status.ISSUER_NOT_ACCREDITED: ("issuer not accredited", "签发方未获认可"),
    Status.NOT_NEEDED: ("not needed", "无需资质"),
}
"""English and Chinese name of every status."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict.

    Attributes:
        status: What the qualification is worth.
        grade: 1 (A) to 4 (D), 0 for none.
        supplier_position: Sequence of the supplier's journal after the qualification's last change.
        issuer_position: Sequence of the issuer's journal after the accreditation's last change.
    """

    status: Status
    grade: int
    supplier_position: int
    issuer_position: int

    @classmethod
    def from_word(cls, word: int) -> Verdict:
        """Return the verdict in a document's word (`Verdict.sol`)."""
        return cls(Status(word & 0xFF), word >> 8 & 0xFF, word >> 16 & _MASK_64, word >> 80 & _MASK_64)

    @property
    def word(self) -> int:
        """The word that a document carries."""
        return self.status | self.grade << 8 | self.supplier_position << 16 | self.issuer_position << 80


_NO_ACCREDITATION = Accreditation(0, ())


def verdict(
    qualification: Qualification,
    accreditation: Accreditation | None,
    at: int,
    known: tuple[int, int] | None = None,
) -> Verdict:
    """Return what a qualification was worth at a time.

    Args:
        qualification: With all its entries.
        accreditation: Of its issuer for its category; None where there is none.
        at: Seconds since 1970.
        known: How many entries of the two histories were known; all where None.
    """
    accredited = accreditation or _NO_ACCREDITATION
    of_supplier, of_issuer = known or (len(qualification.entries), len(accredited.entries))
    status, grade = status_at(qualification.entries[:of_supplier], at)
    issuer_status, _ = status_at(accredited.entries[:of_issuer], at)
    is_final = status in (Status.UNKNOWN, Status.REVOKED, Status.SUSPENDED)
    if not is_final and issuer_status is not Status.VALID:
        status = Status.ISSUER_NOT_ACCREDITED
    return Verdict(status, grade, qualification.position, accredited.position)


def status_at(entries: Sequence[int], at: int) -> tuple[Status, int]:
    """Return status and grade that entry words come to at a time.

    The last in position of those that count then rules, with grade and interval of the last issued or
    renewed at or before it.
    """
    if not entries:
        return Status.UNKNOWN, 0
    ruling = next((i for i in reversed(range(len(entries))) if _effective_at(entries[i]) <= at), None)
    if ruling is None:
        return Status.NOT_YET_VALID, _grade(entries[0])
    interval = next(entry for entry in reversed(entries[: ruling + 1]) if _until(entry))
    return _judge(EntryKind(entries[ruling] & 0xFF), interval, at), _grade(interval)


def _judge(ruling: EntryKind, interval: int, at: int) -> Status:
    if ruling is EntryKind.REVOKED:
        return Status.REVOKED
    if ruling is EntryKind.SUSPENDED:
        return Status.SUSPENDED
    if at >= _until(interval):
        return Status.EXPIRED
    return Status.NOT_YET_VALID if at < interval >> 112 & _MASK_40 else Status.VALID


def state_word(entries: Sequence[int], position: int) -> int:
    """Return the state word that the registry keeps of a history (`History.sol`)."""
    if not entries:
        return 0
    interval = next(entry for entry in reversed(entries) if _until(entry))
    return (
        entries[-1] & 0xFF
        | _grade(interval) << 8
        | (interval >> 112 & _MASK_40) << 16
        | _until(interval) << 56
        | len(entries) << 96
        | position << 104
        | entries[-1] >> 192 << 168
    )


def verdict_in(state: State, qualification: int, at: int) -> Verdict | None:
    """Return the verdict on a qualification by all that is known; None for an unknown one."""
    found = state.qualifications[qualification]
    if found is None:
        return None
    return verdict(found, state.accreditations[found.issuer, found.category], at)


def _effective_at(entry: int) -> int:
    return entry >> 32 & _MASK_40


def _until(entry: int) -> int:
    return entry >> 152 & _MASK_40


def _grade(entry: int) -> int:
    return entry >> 24 & 0xFF
