from __future__ import annotations

import time

import pytest

from ledger_client.embedded import ManualClock, SystemClock


class TestSystemClock:
    def test_is_never_ahead_of_the_host(self) -> None:
        before = time.time()
        now = SystemClock().now()
        assert before - 1 < now <= time.time()

    def test_waits_until_the_second_has_begun(self) -> None:
        clock = SystemClock()
        second = clock.now() + 1
        clock.wait_until(second)
        assert second <= time.time() < second + 1

    def test_does_not_wait_for_the_past(self) -> None:
        begun = time.monotonic()
        SystemClock().wait_until(0)
        assert time.monotonic() - begun < 0.5


class TestManualClock:
    def test_stands_still(self) -> None:
        clock = ManualClock(100)
        assert (clock.now(), clock.now()) == (100, 100)

    @pytest.mark.parametrize(("second", "after"), [(99, 100), (100, 100), (250, 250)])
    def test_moves_forward_when_somebody_waits(self, second: int, after: int) -> None:
        clock = ManualClock(100)
        clock.wait_until(second)
        assert clock.now() == after

    def test_is_set_and_advanced(self) -> None:
        clock = ManualClock(100)
        clock.set(50)
        clock.advance(7)
        assert clock.now() == 57
