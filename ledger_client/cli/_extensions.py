"""Commands that other packages bring: the group `shecang.commands` of the installed entry points.

So the command line has `serve` without ever importing the API::

    [project.entry-points."shecang.commands"]
    serve = "api.command:app"
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer

from ledger_client.cli._usage import label

GROUP = "shecang.commands"


@dataclass(frozen=True, slots=True)
class Extension:
    """A command of another package, imported when it is called or its help is shown.

    Attributes:
        entry: Where its `typer.Typer` of one command is, which has the help.
    """

    entry: EntryPoint

    @property
    def help(self) -> str:
        """One line."""
        return str(self.load(self.entry.name).help).split("\n")[0]

    def load(self, name: str) -> Any:
        """Import the command, to be called `name`."""
        command: Any = typer.main.get_command(self.entry.load())
        command.name = name
        label(command)
        return command


def extensions() -> dict[str, Extension]:
    """Return the commands that installed packages bring, by name."""
    return {entry.name: Extension(entry) for entry in entry_points(group=GROUP)}
