"""How the server is."""

from __future__ import annotations

from typing import Any

_READY: dict[str, Any] = {
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
    "head": 22,
    "lag": 0,
    "relay": {"is_at_work": True, "failure": None},
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "read_health": {"status": "ok"},
    "read_ready": _READY,
}
"""Name of an operation → an answer."""
