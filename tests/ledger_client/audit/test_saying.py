"""Moments and days in the sentences of findings, as each language writes them."""

from __future__ import annotations

import pytest

from ledger_client.audit._saying import day, moment
from ledger_client.documents import CHINA_OFFSET, YEAR_10000

SEPTEMBER = 1_788_623_999  # 2026-09-05T23:59:59+08:00


def test_a_moment_at_the_ledger_s_offset() -> None:
    assert moment(SEPTEMBER, CHINA_OFFSET) == ("5 Sept 2026, 23:59:59", "2026年9月5日 23:59:59")
    assert moment(SEPTEMBER + 1, CHINA_OFFSET) == ("6 Sept 2026, 00:00:00", "2026年9月6日 00:00:00")
    assert moment(SEPTEMBER, 0) == ("5 Sept 2026, 15:59:59", "2026年9月5日 15:59:59")


def test_a_day_of_the_ledger() -> None:
    assert day(SEPTEMBER, CHINA_OFFSET) == ("5 Sept 2026", "2026年9月5日")
    assert day(SEPTEMBER + 1, CHINA_OFFSET) == ("6 Sept 2026", "2026年9月6日")


@pytest.mark.parametrize("says", [moment, day])
def test_a_time_after_all_calendars(says: object) -> None:
    assert callable(says)
    assert says(YEAR_10000, CHINA_OFFSET) == (str(YEAR_10000), str(YEAR_10000))
