"""What is known of a supplier, fact by fact, as a pure function of histories, the time and what was known."""

from __future__ import annotations

import pytest

from ledger_client.events import EntryKind
from ledger_client.fold.records import Accreditation, Qualification
from ledger_client.fold.supplier_answers import SupplierAnswers, supplier_answers
from ledger_client.fold.verdicts import Status

ISSUED, RENEWED = EntryKind.ISSUED, EntryKind.RENEWED
SUSPENDED, REVOKED = EntryKind.SUSPENDED, EntryKind.REVOKED
SUPPLIER, ISSUER, CATEGORY = 1, 2, 3


def entry(
    kind: EntryKind,
    recorded_at: int,
    effective_at: int | None = None,
    from_: int = 0,
    until: int = 0,
    grade: int = 0,
) -> int:
    effective = recorded_at if effective_at is None else effective_at
    return kind | grade << 24 | effective << 32 | recorded_at << 72 | from_ << 112 | until << 152


def qualified(*entries: int, issuer: int = ISSUER) -> Qualification:
    return Qualification(SUPPLIER, issuer, CATEGORY, bytes(32), len(entries), entries)


PLAIN = entry(ISSUED, 100, from_=100, until=200, grade=2)
ACCREDITED = {ISSUER: Accreditation(1, (entry(ISSUED, 50, from_=50, until=10_000),))}
NOTHING = SupplierAnswers(Status.UNKNOWN)


def test_nothing_known_is_no_answer_at_all() -> None:
    assert supplier_answers({}, ACCREDITED, 150) == NOTHING
    assert (
        NOTHING.is_issuer_accredited
        is NOTHING.is_suspended
        is NOTHING.is_revoked
        is NOTHING.is_in_date
        is None
    )


def test_every_field_of_a_valid_one() -> None:
    assert supplier_answers({7: qualified(PLAIN)}, ACCREDITED, 150) == SupplierAnswers(
        status=Status.VALID,
        qualification=7,
        issuer=ISSUER,
        grade=2,
        is_issuer_accredited=True,
        is_suspended=False,
        is_revoked=False,
        is_in_date=True,
        from_=100,
        until=200,
    )


@pytest.mark.parametrize(
    ("at", "status", "is_in_date"),
    [
        (99, Status.NOT_YET_VALID, False),
        (100, Status.VALID, True),
        (199, Status.VALID, True),
        (200, Status.EXPIRED, False),
    ],
)
def test_dates(at: int, status: Status, is_in_date: bool) -> None:
    answers = supplier_answers({7: qualified(PLAIN)}, ACCREDITED, at)
    assert (answers.status, answers.is_in_date) == (status, is_in_date)
    assert (answers.from_, answers.until) == (100, 200)


def test_without_accreditation() -> None:
    for accreditations in ({}, {ISSUER: Accreditation(1, (entry(ISSUED, 50, from_=50, until=120),))}):
        answers = supplier_answers({7: qualified(PLAIN)}, accreditations, 150)
        assert answers.status is Status.ISSUER_NOT_ACCREDITED
        assert answers.is_issuer_accredited is False
        assert answers.is_in_date is True


def test_what_is_against_it_is_told_apart() -> None:
    suspended = supplier_answers({7: qualified(PLAIN, entry(SUSPENDED, 120))}, ACCREDITED, 250)
    revoked = supplier_answers({7: qualified(PLAIN, entry(REVOKED, 120))}, ACCREDITED, 150)
    assert (suspended.status, suspended.is_suspended, suspended.is_revoked) == (Status.SUSPENDED, True, False)
    assert suspended.is_in_date is False  # and it has expired besides
    assert (revoked.status, revoked.is_suspended, revoked.is_revoked) == (Status.REVOKED, False, True)
    assert revoked.is_in_date is True


class TestKnownBy:
    LATER = qualified(PLAIN, entry(SUSPENDED, 180, effective_at=130))

    def test_what_was_recorded_later_does_not_count_then(self) -> None:
        then = supplier_answers({7: self.LATER}, ACCREDITED, 150, known_by=150)
        now = supplier_answers({7: self.LATER}, ACCREDITED, 150)
        assert (then.status, then.is_suspended) == (Status.VALID, False)
        assert (now.status, now.is_suspended) == (Status.SUSPENDED, True)

    @pytest.mark.parametrize(("known_by", "status"), [(179, Status.VALID), (180, Status.SUSPENDED)])
    def test_counts_what_was_recorded_in_that_second(self, known_by: int, status: Status) -> None:
        assert supplier_answers({7: self.LATER}, ACCREDITED, 150, known_by).status is status

    def test_qualification_recorded_later_is_unknown_then(self) -> None:
        assert supplier_answers({7: qualified(PLAIN)}, ACCREDITED, 150, known_by=99) == NOTHING

    def test_accreditation_recorded_later_does_not_count_then(self) -> None:
        late = {ISSUER: Accreditation(1, (entry(ISSUED, 160, effective_at=50, from_=50, until=10_000),))}
        assert supplier_answers({7: qualified(PLAIN)}, late, 150).status is Status.VALID
        then = supplier_answers({7: qualified(PLAIN)}, late, 150, known_by=150)
        assert then.status is Status.ISSUER_NOT_ACCREDITED

    def test_renewal_moves_the_interval(self) -> None:
        renewed = {7: qualified(PLAIN, entry(RENEWED, 180, from_=100, until=300, grade=1))}
        assert supplier_answers(renewed, ACCREDITED, 250).until == 300
        assert supplier_answers(renewed, ACCREDITED, 150).until == 200


class TestWhichCounts:
    def test_the_best_grade_of_the_valid_ones(self) -> None:
        both = {7: qualified(PLAIN), 8: qualified(entry(ISSUED, 110, from_=110, until=200, grade=1))}
        assert supplier_answers(both, ACCREDITED, 150).qualification == 8
        assert supplier_answers(both, ACCREDITED, 105).qualification == 7

    def test_a_valid_one_before_a_better_one_that_is_not(self) -> None:
        both = {
            7: qualified(PLAIN),
            8: qualified(entry(ISSUED, 110, from_=110, until=200, grade=1), entry(REVOKED, 120)),
        }
        assert supplier_answers(both, ACCREDITED, 150).qualification == 7

    def test_the_one_issued_last_where_none_is_valid(self) -> None:
        both = {8: qualified(PLAIN), 7: qualified(entry(ISSUED, 110, from_=110, until=190, grade=3))}
        assert supplier_answers(both, ACCREDITED, 500).qualification == 7
