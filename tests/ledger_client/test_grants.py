"""How grants and replacements stand at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.divisions import DivisionId
from ledger_client.fold.records import Grant, Replacement
from ledger_client.grants import (
    GrantState,
    ReplacementState,
    grant_state,
    is_undecided,
    levels_above,
    replacement_state,
    suspended_grants,
)

GRANT = Grant(
    holder=ZERO_ADDRESS,
    role=2,
    division=420102,
    subject=0,
    from_=1_000,
    revoked_at=0,
    position=1,
    granter_division=4201,
    is_suspended=False,
    compromised_since=0,
)
MOVE = Replacement(ZERO_ADDRESS, ZERO_ADDRESS, 1, 1_000, 4201, ZERO_ADDRESS, 0, (420102 | 7 << 64, 5))
DELAY = 100


@pytest.mark.parametrize(("now", "state"), [(999, GrantState.WAITING), (1_000, GrantState.ACTING)])
def test_a_grant_waits_for_its_delay(now: int, state: GrantState) -> None:
    assert grant_state(GRANT, now) is state


def test_a_suspended_one_neither_waits_nor_acts() -> None:
    for now in (999, 1_000):
        assert grant_state(replace(GRANT, is_suspended=True), now) is GrantState.SUSPENDED


@pytest.mark.parametrize(
    ("at", "state"),
    [(999, GrantState.ENDED_BEFORE), (1_000, GrantState.REVOKED), (1_001, GrantState.REVOKED)],
)
def test_what_ended_before_it_acted_never_did(at: int, state: GrantState) -> None:
    assert grant_state(replace(GRANT, revoked_at=at, is_suspended=True), 5_000) is state


@pytest.mark.parametrize(
    ("status", "now", "state"),
    [
        (1, 1_099, ReplacementState.PROPOSED),
        (1, 1_100, ReplacementState.EXECUTABLE),
        (2, 1_199, ReplacementState.OBJECTED),
        (2, 1_200, ReplacementState.UNDECIDED),
        (3, 9_999, ReplacementState.UPHELD),
        (4, 9_999, ReplacementState.REFUSED),
        (5, 9_999, ReplacementState.EXECUTED),
    ],
)
def test_a_replacement_goes_on_by_time(status: int, now: int, state: ReplacementState) -> None:
    found = replace(MOVE, status=status)
    assert replacement_state(found, now, DELAY) is state
    assert is_undecided(found) is (status < 3)


def test_what_it_suspended() -> None:
    assert suspended_grants(MOVE) == [(420102, 5)]


def test_levels_above() -> None:
    assert levels_above(DivisionId(420102001)) == [420102, 4201, 42, 0]
    assert levels_above(DivisionId(0)) == []
