"""A remark: one thing that was looked at, how it stands, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from ledger_client.errors import ShecangError, UnavailableError


class State(Enum):
    """How something stands."""

    OK = "ok"
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"
    """It could not be looked at, which is never as good as ok."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was looked at.

    Attributes:
        about: What, for programs.
        state: How it stands.
        sentence: Likewise for people and, where it is not ok, what to do.
    """

    about: str
    state: State
    sentence: str


def remarked(about: str, examination: Callable[[], Iterable[Remark]]) -> Iterator[Remark]:
    """Give the remarks of an examination, and one more where it had to end early.

    Args:
        about: What it examines.
        examination: What looks; where it fails, its error's sentence says what to do.
    """
    try:
        yield from examination()
    except UnavailableError as error:
        yield Remark(about, State.UNKNOWN, error.text())
    except ShecangError as error:
        yield Remark(about, State.UNSAFE, error.text())
