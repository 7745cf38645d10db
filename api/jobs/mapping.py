"""A mapping that was sent: whether it says what it must."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ledger_client.book import read_mapping


def run(arguments: Mapping[str, Any], _: Callable[[str, Any], None]) -> dict[str, Any]:
    """Read a mapping, and tell what is in it."""
    mapping = read_mapping(Path(arguments["mapping"]))
    confirmed = sum(row.is_confirmed for row in mapping.rows)
    return {"rows": len(mapping.rows), "confirmed": confirmed, "items": len(mapping.items())}
