import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.documents import (
    CHINA_OFFSET,
    LATE_AFTER,
    SECONDS_A_DAY,
    Kind,
    KindUnknownError,
    TimeRangeError,
    Timestamp,
    TimeWithoutZoneError,
    date_of,
    day_number,
)
from ledger_client.language import use_language

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(TimeWithoutZoneError, match="2026-11-24T09:30:00"):
        Timestamp.of_moment(datetime(2026, 11, 24, 9, 30))


def test_a_time_before_1970_is_refused() -> None:
    with pytest.raises(TimeRangeError):
        Timestamp.of_moment(datetime(1969, 12, 31, tzinfo=UTC))
    with pytest.raises(TimeRangeError):
        # 1970-01-01 00:00 in China lies eight hours before.
        Timestamp.of_day(date(1970, 1, 1))
    with pytest.raises(TimeRangeError):
        day_number(date(1969, 12, 31))


def test_an_unknown_kind_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(KindUnknownError, match=r"kind 19.*1 opening.*18 lift"):
        Kind.of(19)
    with pytest.raises(KindUnknownError):
        Kind.of(0)


def test_kinds_are_those_of_the_contracts() -> None:
    source = (CONTRACTS / "types/Kind.sol").read_text()
    [body] = re.findall(r"enum Kind \{(.*?)\}", source, re.DOTALL)
    assert [name.strip() for name in body.split(",")] == ["NONE", *(kind.name for kind in Kind)]
    assert [kind.value for kind in Kind] == list(range(1, len(Kind) + 1))


def test_kinds_have_names_in_both_languages() -> None:
    use_language("zh")
    try:
        assert Kind.HAND_OVER.label == "交接"
    finally:
        use_language("en")
    assert Kind.HAND_OVER.label == "hand-over"
    assert len({kind.label for kind in Kind}) == len(Kind)


def test_a_day_is_its_midnight_in_china() -> None:
    day = Timestamp.of_day(date(2026, 11, 24))
    assert day.is_day_only and day.at().isoformat() == "2026-11-24T00:00:00+08:00"
    assert (day.seconds + CHINA_OFFSET) % SECONDS_A_DAY == 0
    assert day.word == day.seconds | 1 << 63
    assert day.end == day.seconds + SECONDS_A_DAY


def test_a_moment_is_the_same_in_every_zone() -> None:
    moment = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    assert Timestamp.of_moment(moment) == Timestamp.of_moment(moment.astimezone(UTC))
    assert Timestamp.of_moment(moment).at().isoformat() == "2026-11-24T09:30:00+08:00"


def test_late_counts_from_the_end_of_a_day() -> None:
    moment = Timestamp(1_000_000)
    day = Timestamp(1_000_000, is_day_only=True)
    assert not moment.is_late(Kind.ISSUE, 1_000_000 + LATE_AFTER)
    assert moment.is_late(Kind.ISSUE, 1_000_001 + LATE_AFTER)
    assert not day.is_late(Kind.ISSUE, 1_000_000 + SECONDS_A_DAY + LATE_AFTER)
    assert day.is_late(Kind.ISSUE, 1_000_001 + SECONDS_A_DAY + LATE_AFTER)
    assert not moment.is_late(Kind.RELEASE, 1 << 40)


@given(st.integers(0, (1 << 63) - 1), st.booleans())
def test_timestamps_go_in_and_out_of_words(seconds: int, is_day_only: bool) -> None:
    timestamp = Timestamp(seconds, is_day_only)
    assert Timestamp.from_word(timestamp.word) == timestamp


@given(st.dates(date(1970, 1, 1)))
def test_days_are_counted_and_dated(day: date) -> None:
    assert date_of(day_number(day)) == day
