"""What the sentences of Norms say beside their facts."""

from __future__ import annotations

from typing import Any

import pytest

from ledger_client.reverts.norms import (
    NormsAuthorityElsewhereError,
    NormsEmergencyNotAboveError,
)

SITE = 420106001001101


@pytest.mark.parametrize(
    ("subject", "shown"),
    [(0, "0 (the country)"), (420106, "420106"), (420106001001, "420106001001"), (SITE, "420106001001101")],
)
def test_a_subject_is_a_division_or_a_site(subject: int, shown: str) -> None:
    error = NormsAuthorityElsewhereError(authority_division=43, subject=subject)
    assert f"does not cover {shown}; an authority" in error.text("en")


@pytest.mark.parametrize(
    ("declared_by", "who", "who_zh"),
    [
        (420106, "an authority of a division above 420106", "420106 上级的主管"),
        (0, "an authority of the country (0)", "全国（0）的主管"),
    ],
)
def test_who_declares_an_emergency_again(declared_by: int, who: str, who_zh: str) -> None:
    facts: dict[str, Any] = {"division": 420106001, "declared_by": declared_by, "until": 1_790_000_000}
    error = NormsEmergencyNotAboveError(**facts)
    assert f"30 days ago, {who} declares it again" in error.text("en")
    assert f"须由{who_zh}再次宣布" in error.text("zh")
