"""`shecang request template`, `import`, `questions`, `answers`, `drafts`: public lists of needs."""

from __future__ import annotations

import typer


def mount(app: typer.Typer) -> None:
    """Add these commands to `shecang request`."""
