"""Claims about keys: which of them stand, and since when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger_client.addresses import parse_address
from ledger_client.audit._claims import Claim, claims_in, compromised_keys
from ledger_client.events import GrantRevoked, LogPlace, ReplacementProposed
from ledger_client.fold import memory_state
from ledger_client.fold.records import Replacement
from ledger_client.roles import Role

KEY, NEW, AUTHORITY = (parse_address("0x" + f"{each:02x}" * 20) for each in (1, 2, 3))
PLACE: dict[str, Any] = {"place": LogPlace(1, 0, bytes(32), bytes(32))}
REFUSED, EXECUTED = 4, 5


def revoked(since: int) -> GrantRevoked:
    return GrantRevoked(
        **PLACE,
        holder=KEY,
        division=42,  # type: ignore[arg-type]
        authority=AUTHORITY,
        role=Role.KEEPER,
        subject=0,
        authority_division=0,  # type: ignore[arg-type]
        reason=91,
        compromised_since=since,
        recorded_at=1_000,
    )


def proposed(since: int) -> ReplacementProposed:
    return ReplacementProposed(
        **PLACE,
        old_holder=KEY,
        new_holder=NEW,
        replacement=7,
        authority=AUTHORITY,
        authority_division=0,  # type: ignore[arg-type]
        grants=1,
        compromised_since=since,
        recorded_at=1_000,
    )


@pytest.mark.parametrize("event", [revoked(0), proposed(0)])
def test_who_claims_nothing(event: GrantRevoked | ReplacementProposed) -> None:
    assert claims_in(event) == []


def test_claims_name_the_old_key() -> None:
    assert claims_in(revoked(900)) == [Claim(KEY, 900, 0, 1_000)]
    assert claims_in(proposed(800)) == [Claim(KEY, 800, 7, 1_000)]


def test_the_earliest_claim_that_stands_counts() -> None:
    state = memory_state()
    replacement = Replacement(KEY, NEW, REFUSED, 1_000, 0, AUTHORITY, 800)
    state.replacements[7] = replacement
    claims = [Claim(KEY, 900, 0, 1_000), Claim(KEY, 950, 0, 1_000), Claim(KEY, 800, 7, 1_000)]
    assert compromised_keys(claims, state) == {KEY: claims[0]}
    assert compromised_keys(claims[2:], state) == {}
    state.replacements[7] = replace(replacement, status=EXECUTED)
    assert compromised_keys(claims, state) == {KEY: claims[2]}
    assert compromised_keys([], state) == {}
