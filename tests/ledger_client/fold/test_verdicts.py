"""The verdict as a pure function of histories, the time and what was known."""

from __future__ import annotations

import pytest

from ledger_client.events import EntryKind
from ledger_client.fold.records import Accreditation, Qualification
from ledger_client.fold.verdicts import Status, Verdict, state_word, status_at, verdict

ISSUED, RENEWED = EntryKind.ISSUED, EntryKind.RENEWED
SUSPENDED, REINSTATED, REVOKED = EntryKind.SUSPENDED, EntryKind.REINSTATED, EntryKind.REVOKED


def entry(
    kind: EntryKind, effective_at: int, from_: int = 0, until: int = 0, grade: int = 0, reason: int = 0
) -> int:
    return (
        kind
        | reason << 8
        | grade << 24
        | effective_at << 32
        | effective_at << 72
        | from_ << 112
        | until << 152
    )


def qualified(*entries: int) -> Qualification:
    return Qualification(1, 2, 3, bytes(32), len(entries), entries)


ACCREDITED = Accreditation(1, (entry(ISSUED, 0, 1, 10_000),))
PLAIN = entry(ISSUED, 100, 100, 200, grade=2)


@pytest.mark.parametrize(
    ("entries", "at", "status", "grade"),
    [
        ((), 150, Status.UNKNOWN, 0),
        ((PLAIN,), 99, Status.NOT_YET_VALID, 2),
        ((PLAIN,), 100, Status.VALID, 2),
        ((PLAIN,), 199, Status.VALID, 2),
        ((PLAIN,), 200, Status.EXPIRED, 2),
        ((PLAIN, entry(RENEWED, 180, 100, 300, grade=1)), 250, Status.VALID, 1),
        ((PLAIN, entry(RENEWED, 180, 100, 300, grade=1)), 150, Status.VALID, 2),
        ((PLAIN, entry(SUSPENDED, 120)), 119, Status.VALID, 2),
        ((PLAIN, entry(SUSPENDED, 120)), 120, Status.SUSPENDED, 2),
        ((PLAIN, entry(SUSPENDED, 120), entry(REINSTATED, 140)), 130, Status.SUSPENDED, 2),
        ((PLAIN, entry(SUSPENDED, 120), entry(REINSTATED, 140)), 150, Status.VALID, 2),
        ((PLAIN, entry(REVOKED, 110)), 150, Status.REVOKED, 2),
        # Revoked with effect in the past: order is position, never time.
        ((PLAIN, entry(RENEWED, 150, 100, 300), entry(REVOKED, 105)), 160, Status.REVOKED, 0),
    ],
)
def test_status_at(entries: tuple[int, ...], at: int, status: Status, grade: int) -> None:
    assert status_at(entries, at) == (status, grade)


class TestVerdict:
    def test_issuer_without_accreditation(self) -> None:
        assert verdict(qualified(PLAIN), None, 150).status is Status.ISSUER_NOT_ACCREDITED

    def test_revoked_is_told_before_the_issuer(self) -> None:
        assert verdict(qualified(PLAIN, entry(REVOKED, 110)), None, 150).status is Status.REVOKED

    def test_issuer_suspended_later(self) -> None:
        suspended = Accreditation(2, (*ACCREDITED.entries, entry(SUSPENDED, 140)))
        assert verdict(qualified(PLAIN), suspended, 139).status is Status.VALID
        assert verdict(qualified(PLAIN), suspended, 140).status is Status.ISSUER_NOT_ACCREDITED

    def test_then_knows_less_than_now(self) -> None:
        revoked = qualified(PLAIN, entry(REVOKED, 110))
        assert verdict(revoked, ACCREDITED, 150, known=(1, 1)).status is Status.VALID
        assert verdict(revoked, ACCREDITED, 150).status is Status.REVOKED

    def test_positions_and_word(self) -> None:
        found = verdict(qualified(PLAIN), ACCREDITED, 150)
        assert found == Verdict(Status.VALID, 2, 1, 1)
        assert Verdict.from_word(found.word) == found


def test_state_word_of_nothing() -> None:
    assert state_word((), 0) == 0


def test_state_word_keeps_the_last_interval() -> None:
    word = state_word((PLAIN, entry(SUSPENDED, 120)), 7)
    assert (word & 0xFF, word >> 8 & 0xFF, word >> 16 & (1 << 40) - 1) == (SUSPENDED, 2, 100)
    assert (word >> 56 & (1 << 40) - 1, word >> 96 & 0xFF, word >> 104) == (200, 2, 7)
