import re

import pytest

from ledger_client.documents import Kind
from ledger_client.language import use_language
from ledger_client.reasons import (
    REASONS,
    SETTLEMENTS,
    ReasonUnknownError,
    Use,
    reason_label,
    reason_named,
)
from ledger_client.words import MISSING


def test_an_unknown_reason_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(ReasonUnknownError, match=r"'rotten' is no reason.*damaged"):
        reason_named("rotten")


def test_a_reason_for_something_else_is_refused() -> None:
    with pytest.raises(ReasonUnknownError) as refused:
        reason_named("damaged", Use.RELEASE)
    assert "cleared-by-inspection" in str(refused.value) and "damaged," not in refused.value.known
    assert "检验合格" in refused.value.text("zh")


def test_codes_fit_beside_the_bit_that_says_missing_and_names_are_unique() -> None:
    assert all(code == reason.code and 3 < code < MISSING for code, reason in REASONS.items())
    assert len({reason.name for reason in REASONS.values()}) == len(REASONS)
    assert len({reason.en for reason in REASONS.values()}) == len(REASONS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", reason.name) for reason in REASONS.values())
    assert all(re.search(r"[\u4e00-\u9fff]", reason.zh) for reason in REASONS.values())


@pytest.mark.parametrize("use", Use)
def test_there_is_a_reason_for_every_use(use: Use) -> None:
    assert [reason for reason in REASONS.values() if use in reason.uses]


def test_labels() -> None:
    assert reason_label(0) == ""
    assert reason_label(12) == "past its last day of use"
    assert reason_label(20 | MISSING) == "delivered less than written"
    assert reason_label(999) == "999"
    assert reason_label(3, Kind.SETTLEMENT) == "lost"
    assert reason_label(3) == "3"
    use_language("zh")
    try:
        assert reason_label(12) == "超过有效期"
        assert reason_label(2, Kind.SETTLEMENT) == "在接收方找到"
    finally:
        use_language("en")


def test_settlements_are_the_three_of_the_contract() -> None:
    assert SETTLEMENTS.keys() == {1, 2, 3}


@pytest.mark.parametrize(
    ("name", "use", "code"),
    [
        ("outbreak", Use.REQUEST, 110),
        ("outbreak", Use.EMERGENCY, 110),
        ("not-needed", Use.WITHDRAWAL, 24),
        ("recorded-twice", Use.DISAPPROVAL, 81),
        ("giver-needs-it", Use.DISAPPROVAL, 130),
        ("seen-on-site", Use.STALE, 140),
        ("danger-past", Use.EMERGENCY_END, 150),
    ],
)
def test_reasons_of_requests_decisions_and_emergencies(name: str, use: Use, code: int) -> None:
    assert reason_named(name, use).code == code


def test_what_a_request_is_asked_for_is_no_reason_to_reject_it() -> None:
    with pytest.raises(ReasonUnknownError, match="need-not-shown"):
        reason_named("outbreak", Use.DISAPPROVAL)
