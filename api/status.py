"""What a child of the server tells it: one JSON object a line.

::

    {"is_up": true, "head": 31, "block": 31, "waiting": null, "failure": null}
"""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from typing import Any, Self

from ledger_client.errors import ShecangError, UnavailableError


class ChildFailedError(UnavailableError):
    """A part of the server failed in a way that nobody foresaw."""

    en = (
        "the part of the server called {name} failed ({reason}); what was recorded stays: "
        "start the server again if it does not go on by itself, and report this where it fails again"
    )
    zh = (
        "服务器的 {name} 部分出错（{reason}）；已记录的内容不受影响：若未自动恢复请重启服务器，反复出现请反馈"
    )

    @classmethod
    def unforeseen(cls, name: str, error: Exception) -> Self:
        """Return what is told of an error that nobody foresaw: its kind and its place.

        Its sentence is left out, as in the log: it may hold what a database holds, and `/ready` is public.

        Args:
            name: How the part is called.
            error: Which it met.
        """
        passed = traceback.extract_tb(error.__traceback__)
        place = f" in {PurePath(passed[-1].filename).name}:{passed[-1].lineno}" if passed else ""
        return cls(name=name, reason=f"{type(error).__name__}{place}")


@dataclass(frozen=True, slots=True)
class Status:
    """What a child has to say.

    Attributes:
        is_up: Whether it does its work.
        head: Height of the chain when it last looked, where that is its work.
        block: Up to which block the index has read, likewise.
        waiting: How many signed transactions have not come to an end, where sending them is its work.
        failure: What keeps it from its work.
    """

    is_up: bool = False
    head: int | None = None
    block: int | None = None
    waiting: int | None = None
    failure: ShecangError | None = None

    def line(self) -> str:
        """Return the line that says it."""
        failure = None if self.failure is None else _written(self.failure)
        said = {
            "is_up": self.is_up,
            "head": self.head,
            "block": self.block,
            "waiting": self.waiting,
            "failure": failure,
        }
        return json.dumps(said, ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def of_line(cls, line: str) -> Self:
        """Return what a line says.

        Raises:
            ValueError: It is no such line.
        """
        said = json.loads(line)
        if not isinstance(said, dict) or said.keys() != cls.__dataclass_fields__.keys():
            raise ValueError(line)
        return cls(**said | {"failure": said["failure"] and _read(said["failure"])})


def _written(error: ShecangError) -> dict[str, Any]:
    facts = {name: value if isinstance(value, int) else str(value) for name, value in error.facts.items()}
    return {"module": type(error).__module__, "error": type(error).__name__, "facts": facts}


def _read(said: dict[str, Any]) -> ShecangError:
    """Return the same error that the child met, so that it is a sentence in the reader's language."""
    kind = getattr(import_module(said["module"]), said["error"])
    if not (isinstance(kind, type) and issubclass(kind, ShecangError)):
        raise ValueError(said["error"])
    return kind(**said["facts"])
