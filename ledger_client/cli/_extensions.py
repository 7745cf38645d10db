"""Commands that other packages bring: the group `shecang.commands` of the installed entry points.

So the command line has `serve` without ever importing the API::

    [project.entry-points."shecang.commands"]
    serve = "api.command:serve"
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer

GROUP = "shecang.commands"


@dataclass(frozen=True, slots=True)
class Extension:
    """A command of another package, imported when it is called or its help is shown.

    Attributes:
        entry: Where its function is.
    """

    entry: EntryPoint

    @property
    def help(self) -> str:
        """The first line of its function's docstring."""
        return (self.entry.load().__doc__ or "").split("\n")[0]

    def load(self, name: str) -> Any:
        """Import the command, to be called `name`."""
        single = typer.Typer(add_completion=False)
        single.command()(self.entry.load())
        command = typer.main.get_command(single)
        command.name = name
        return command


def extensions() -> dict[str, Extension]:
    """Return the commands that installed packages bring, by name."""
    return {entry.name: Extension(entry) for entry in entry_points(group=GROUP)}
