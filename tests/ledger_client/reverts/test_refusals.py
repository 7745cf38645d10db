"""Every refusal of an approval has a sentence of its own, which says the value, the rule and what to do."""

from __future__ import annotations

import re

import pytest

from ledger_client.allocation import ProposalState, Refusal
from ledger_client.keccak import keccak
from ledger_client.language import LANGUAGES, Language, use_language
from ledger_client.reverts import decode_revert
from ledger_client.reverts.reallocation import ReallocationLevelWrongError, ReallocationNotApprovedError
from ledger_client.reverts.refusals import REFUSALS, refusal_text

PROPOSAL = 0xABCDEF12 << 216
FRIDAY = 1_790_000_000


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    assert REFUSALS.keys() == set(Refusal)
    for language in LANGUAGES:
        assert len({refusal_text(each, PROPOSAL, 2, 1, language) for each in Refusal}) == len(Refusal)


@pytest.mark.parametrize("refusal", Refusal)
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_the_proposal_in_its_language(refusal: Refusal, language: Language) -> None:
    sentence = refusal_text(refusal, PROPOSAL, 2, 1, language)
    assert "abcdef12…" in sentence and "{" not in sentence
    assert bool(re.search(r"[\u4e00-\u9fff]", sentence)) == (language == "zh")


@pytest.mark.parametrize(
    ("refusal", "value", "limit", "en", "zh"),
    [
        (Refusal.NOT_PROPOSED, ProposalState.REJECTED, 0, "is rejected already", "已驳回"),
        (Refusal.NOT_PROPOSED, 99, 0, "is 99 already", "99"),
        (Refusal.TOO_LATE, 0, FRIDAY, "until 2026-09-21 22:13:20+0800", "2026-09-21 22:13:20+0800"),
        (Refusal.WRONG_LEVEL, 4201, 420106, "lowest division that may is 420106", "最低一级是 420106"),
        (Refusal.WRONG_LEVEL, 4201, 0, "may is 0 (the country)", "0（全国）"),
        (Refusal.ABOVE_REQUEST, 60, 40, "asks for 40: 20 too many; propose at most 40", "多出 20"),
        (Refusal.NOTICE_TOO_LONG, FRIDAY, FRIDAY - 60, "called on from 2026-09-21 22:13", "自 2026-09-21"),
        (Refusal.ABOVE_SHARE, 90, 18, "18 of the listed lots are callable: 72 too many", "多出 72"),
        (Refusal.BELOW_FLOOR, 1_001, 1_000, "1000 of the listed lots are usable: 1 are lacking", "尚缺 1"),
    ],
)
def test_says_value_and_limit(refusal: Refusal, value: int, limit: int, en: str, zh: str) -> None:
    assert en in refusal_text(refusal, PROPOSAL, value, limit, "en")
    assert zh in refusal_text(refusal, PROPOSAL, value, limit, "zh")


def test_the_contract_refuses_in_these_words() -> None:
    words = b"".join(word.to_bytes(32, "big") for word in (PROPOSAL, Refusal.ABOVE_REQUEST, 60, 40))
    error = decode_revert(keccak(b"ReallocationNotApproved(uint248,uint8,uint256,uint256)")[:4] + words)
    assert isinstance(error, ReallocationNotApprovedError)
    assert error.refusal is Refusal.ABOVE_REQUEST
    use_language("zh")
    try:
        assert str(error) == refusal_text(Refusal.ABOVE_REQUEST, PROPOSAL, 60, 40)
    finally:
        use_language("en")


def test_rejecting_at_the_wrong_level_is_refused_as_approving_is() -> None:
    error = ReallocationLevelWrongError(proposal=PROPOSAL, division=4201, lowest=420106)
    assert str(error) == refusal_text(Refusal.WRONG_LEVEL, PROPOSAL, 4201, 420106)
