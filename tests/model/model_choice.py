"""Where a story's choices come from: from hypothesis, which shrinks them, or from a seed, which is quick."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choice(Protocol):
    """Chooses."""

    def pick(self, among: Sequence[T]) -> T:
        """Return one of these."""
        ...

    def number(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`."""
        ...

    def chance(self, percent: int) -> bool:
        """Return whether something happens that does so that often."""
        ...


class Drawn:
    """Choices that hypothesis draws; the first of several is the simplest."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def pick(self, among: Sequence[T]) -> T:
        return self._data.draw(st.sampled_from(among))

    def number(self, low: int, high: int) -> int:
        return self._data.draw(st.integers(low, high))

    def chance(self, percent: int) -> bool:
        return self._data.draw(st.integers(0, 99)) >= 100 - percent


class Seeded:
    """Choices that follow from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def pick(self, among: Sequence[T]) -> T:
        return self._random.choice(among)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent
